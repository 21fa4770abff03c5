//! Events (the articles that report one happening) and similar past events, with the reasons in words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::id::{ArticleId, EventId};

/// One event as grouping decided it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Permanent: made from the founding article's id.
    pub id: EventId,
    /// The article that founded it.
    pub founder: ArticleId,
    /// Its articles, by time, then id.
    pub members: Vec<ArticleId>,
    /// The most central article: its title is the event's headline.
    pub central: ArticleId,
    /// Where reports differ.
    pub conflicts: Vec<Conflict>,
    /// Ids that were merged into this one.
    pub absorbed: Vec<EventId>,
}

/// Conflicting numbers about the same thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// What the numbers are about, in the words of the reports.
    pub about: String,
    /// `(article, the number with its surroundings)`.
    pub versions: Vec<(ArticleId, String)>,
}

/// Why two articles or events resemble each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// Shared asset symbols.
    Symbols,
    /// Shared names.
    Names,
    /// Shared words of weight.
    Terms,
    /// Shared numbers.
    Numbers,
    /// Closeness in time.
    Time,
    /// Closeness of embeddings.
    Meaning,
}

/// One reason with its share of the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What kind of evidence.
    pub kind: ReasonKind,
    /// The shared words, symbols or numbers, heaviest first, at most six.
    pub words: Vec<String>,
    /// Its share of the score, 0 to 1.
    pub share: f32,
}

/// A past event (or article) that resembles another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    /// The past event.
    pub event: EventId,
    /// The article of it that resembles most.
    pub article: ArticleId,
    /// When that article was published.
    pub published: Timestamp,
    /// 0 to 1.
    pub score: f32,
    /// Why, by share.
    pub why: Vec<Reason>,
}
