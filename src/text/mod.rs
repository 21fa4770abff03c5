//! Text of any script: decoding bytes, normalising, language, tokens, sentences, numbers, word counts. Pure; knows
//! nothing of articles.

pub mod amounts;
pub mod decimal;
pub mod decode;
pub(crate) mod digits;
pub mod sentences;
pub mod spelled;
pub mod units;
pub mod lang;
pub mod names;
pub mod numbers;
pub mod tokens;
pub mod words;
pub mod writing;
