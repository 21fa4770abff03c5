//! A question goes in, a settled call (answer or reason, tokens, price) comes out: one thin client per wire protocol
//! over one shared core. docs/providers.md shows every request.
//!
//! | part | file |
//! |---|---|
//! | what is asked, what came back | [`question`] |
//! | a configured provider | [`settings`], its key [`secret`] |
//! | money counted before the call | [`budget`], in estimated [`tokens`] |
//! | the shared core: pace, retries, stopping | [`provider`], deciding in [`retry`] |
//! | the two protocols | [`gemini`], [`openai`], both for vectors: [`embeddings`] |
//! | the way out, given by the caller | [`transport`] |
//!
//! Providers know nothing of articles, and open no connection themselves.

pub mod budget;
pub mod embeddings;
pub mod gemini;
pub mod openai;
pub mod over_net;
pub mod provider;
pub mod question;
pub mod retry;
pub mod secret;
pub mod settings;
pub mod tokens;
pub mod transport;

pub use budget::{Budget, Limits, OverBudget, Reservation, Spent};
pub use over_net::OverNet;
pub use provider::Provider;
pub use question::{Answer, AskError, AskFailure, Question, Settled, Task};
pub use secret::Secret;
pub use settings::{Price, Protocol, Settings};
pub use transport::{HttpAnswer, HttpCall, Transport, TransportError};
