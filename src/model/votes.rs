//! Community counters of one article, kept apart by origin: unlike scales are never added up.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::id::ArticleId;
use crate::model::url::CanonicalUrl;

/// How somebody else names an article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// By its id.
    Id(ArticleId),
    /// By an address that it stands, or once stood, at.
    Url(CanonicalUrl),
    /// By the id that its source gives it.
    Guid(String),
}

/// One counter as its origin states it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VoteCount {
    /// Who counts: a source id, `github`, `hackernews` …
    pub origin: String,
    /// What is counted: `positive`, `negative`, `important`, `comments`, `points`, `rating` …
    pub name: String,
    /// How many; may be negative where the origin counts so (points).
    pub count: i64,
}

/// What is known of one origin's counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Votes {
    /// Who counts.
    pub origin: String,
    /// `(name, count)` in the order of [`order`], then by name.
    pub counts: Vec<(String, i64)>,
    /// When they were last read.
    pub read: Timestamp,
    /// Where a reader can vote or discuss.
    pub place: Option<String>,
}

/// The order in which counters are shown; unknown ones come last.
pub fn order(name: &str) -> usize {
    const ORDER: &[&str] = &[
        "positive",
        "negative",
        "important",
        "points",
        "rating",
        "liked",
        "disliked",
        "lol",
        "toxic",
        "saved",
        "comments",
    ];
    ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len())
}
