//! Text of any script: decoding bytes, normalising, language, tokens, sentences, numbers, word counts. Pure; knows
//! nothing of articles.

pub mod amounts;
pub mod calendar;
pub mod cut;
pub mod decimal;
pub mod decode;
pub mod digits;
pub mod han;
pub mod lang;
pub(crate) mod lists;
pub mod names;
pub mod numbers;
pub mod places;
pub mod sentences;
pub mod spelled;
pub(crate) mod stopwords;
pub mod tokens;
pub mod units;
pub mod untag;
pub mod words;
pub mod writing;
