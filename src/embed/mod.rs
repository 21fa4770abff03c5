//! A text goes in, a vector comes out: what of an article to embed, how to ask a provider for it and check the answer,
//! the models that run here, and exact search over what they made. docs/embeddings.md shows how to configure it.
//!
//! | part | file |
//! |---|---|
//! | title and lead of an article as one text | [`reading`](mod@reading) |
//! | questions to a provider, checked answers, keys | [`ask`] |
//! | models in a folder (feature `local-models`) | [`local`] |
//! | the nearest of many | [`shelf`] |

pub mod ask;
pub mod local;
pub mod reading;
pub mod shelf;

pub use ask::{Model, Unbelievable, accept, key, question};
pub use local::{Local, LocalError};
pub use reading::reading;
pub use shelf::Shelf;

/// How an article becomes a text, and a text a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The width to ask a provider for, and to insist on; `None`: the model's own.
    pub dimensions: Option<u16>,
    /// True where the model reads every language of the sources: the original is embedded. False: the translation into
    /// the first edition's language where there is one.
    pub multilingual: bool,
    /// Put before each text, as some models want it (`query: `).
    pub prefix: String,
    /// Articles embedded in one run, the newest first.
    pub per_run: u32,
    /// Texts in one request.
    pub batch: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { dimensions: None, multilingual: false, prefix: String::new(), per_run: 1000, batch: 16 }
    }
}
