//! Asset symbols, topics and entities found in an article, each with the words that earned it.

use serde::{Deserialize, Serialize};

/// What a tag names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TagKind {
    /// An asset symbol of the gazetteer.
    Symbol,
    /// A topic.
    Topic,
    /// A person, an organisation, a place, a product.
    Entity,
}

/// Words that earned a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The matched words as they stand in the text.
    pub text: String,
    /// `title`, `text` or `source` (stated by the source).
    pub place: String,
    /// Which rule matched: `name`, `alias`, `ticker`, `cashtag`, `stated` …
    pub rule: String,
    /// How often.
    pub count: u32,
}

/// A tag of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// What it names.
    pub kind: TagKind,
    /// The symbol (`BTC`, `NVDA`), topic or entity.
    pub key: String,
    /// The words that earned it; never empty.
    pub evidence: Vec<Evidence>,
}

impl Tag {
    /// The keys of the tags of one kind, in their order.
    pub fn keys(tags: &[Self], kind: TagKind) -> Vec<String> {
        tags.iter().filter(|tag| tag.kind == kind).map(|tag| tag.key.clone()).collect()
    }
}

/// What the gazetteer says of one symbol; the part that pages show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    /// `BTC`, `NVDA`, `^GSPC`, `OPENAI`.
    pub ticker: String,
    /// `crypto`, `equity`, `index`, `company`, `commodity`, `currency` …
    pub class: String,
    /// The name in English, or in the gazetteer's first language.
    pub name: String,
    /// `(language tag, name)` where the gazetteer has one.
    pub names: Vec<(String, String)>,
}
