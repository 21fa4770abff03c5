//! Events (the articles that report one happening) and similar past events, with the reasons in words.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::id::{ArticleId, EventId};
use crate::model::impact::{Direction, Horizon, Impact};
use crate::model::lang::Lang;
use crate::model::translation::Maker;

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
    /// Events whose reports stood in this one until they were told apart.
    pub parted: Vec<EventId>,
}

/// What became of events, one change; in their order they tell which event each document is in. `K` names documents, and
/// events by their founders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<K = String> {
    /// A document joined the event, or founded it where both are the same.
    Assigned {
        /// The document.
        document: K,
        /// The founder of its event.
        event: K,
    },
    /// Every document of event `from` now belongs to `to`, which is older; `from`'s address redirects to it.
    Merged {
        /// The founder of the event that is gone.
        from: K,
        /// The founder of the event that stays.
        to: K,
    },
    /// Some documents of event `from` are an event of their own from now on. The event that was parted keeps its founder
    /// and its address.
    Parted {
        /// The founder of the event that they left.
        from: K,
        /// The first of them: the founder of theirs. It may have founded an event before that was merged since.
        to: K,
        /// All of them, in order.
        documents: Vec<K>,
    },
}

impl<K> Change<K> {
    /// The same with other names; `None` where `name` knows no other for one.
    pub(crate) fn renamed<L>(self, name: impl Fn(K) -> Option<L>) -> Option<Change<L>> {
        Some(match self {
            Self::Assigned { document, event } => {
                Change::Assigned { document: name(document)?, event: name(event)? }
            }
            Self::Merged { from, to } => Change::Merged { from: name(from)?, to: name(to)? },
            Self::Parted { from, to, documents } => Change::Parted {
                from: name(from)?,
                to: name(to)?,
                documents: documents.into_iter().map(name).collect::<Option<_>>()?,
            },
        })
    }

    /// The founders of the events that are there after it and changed.
    pub(crate) fn touched(&self) -> impl Iterator<Item = &K> {
        let (one, other) = match self {
            Self::Assigned { event, .. } => (event, None),
            Self::Merged { to, .. } => (to, None),
            Self::Parted { from, to, .. } => (from, Some(to)),
        };
        std::iter::once(one).chain(other)
    }
}

/// The founder of the event in which the articles of `founder`'s are now; `merged` leads from the founder of each event that
/// is gone to that of the one that took it in.
pub(crate) fn after_merges<'a>(
    founder: &'a ArticleId,
    merged: &'a HashMap<ArticleId, ArticleId>,
) -> &'a ArticleId {
    let mut last = founder;
    // A chain of merges has no loops; the bound is against a damaged one.
    for _ in 0..merged.len() {
        match merged.get(last) {
            Some(next) => last = next,
            None => break,
        }
    }
    last
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

/// A similar past event, with what became of it as far as the state recorded it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Precedent {
    /// The past event and the reasons.
    #[serde(flatten)]
    pub similar: Similar,
    /// What was made of it; `None` where none of its articles was analysed.
    pub outcome: Option<Outcome>,
}

/// The recorded analysis of one article of a past event, without its quotes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The article that was analysed.
    pub article: ArticleId,
    /// Where the news pointed.
    pub direction: Direction,
    /// 0 to 100.
    pub strength: u8,
    /// How long the effect was expected to last.
    pub horizon: Horizon,
    /// One sentence, in `language`.
    pub summary: String,
    /// The language of the summary.
    pub language: Lang,
    /// Who made it.
    pub by: Maker,
    /// When.
    pub at: Timestamp,
}

impl Outcome {
    /// The outcome that the analysis of `article` tells.
    pub fn of(article: ArticleId, impact: Impact) -> Self {
        let Impact { direction, strength, horizon, summary, language, by, at, .. } = impact;
        Self { article, direction, strength, horizon, summary, language, by, at }
    }
}
