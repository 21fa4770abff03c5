//! What one run did, cost, skipped and failed, per stage and per source.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::id::SourceId;
use crate::model::status::Status;

/// The stages of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Sources are asked for entries.
    Gather,
    /// Articles are fetched and extracted.
    Read,
    /// Language, tags, votes, translation, impact.
    Enrich,
    /// Events and similar events.
    Group,
    /// Pages, feeds and JSON.
    Build,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 5] = [Self::Gather, Self::Read, Self::Enrich, Self::Group, Self::Build];

    /// The word used on the command line and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gather => "gather",
            Self::Read => "read",
            Self::Enrich => "enrich",
            Self::Group => "group",
            Self::Build => "build",
        }
    }
}

/// What one stage did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageReport {
    /// Which one.
    pub stage: Stage,
    /// Units of work done (sources asked, articles read, pages written …).
    pub done: u64,
    /// Units that needed nothing.
    pub skipped: u64,
    /// Units that failed.
    pub failed: u64,
    /// What the counts count, and further facts, in words.
    pub note: String,
    /// Wall time from the run's start, in milliseconds.
    pub started_ms: u64,
    /// Wall time it took, in milliseconds.
    pub took_ms: u64,
}

/// What happened to one source in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceReport {
    /// Which one.
    pub source: SourceId,
    /// Ready: asked and understood, or nothing new. Pending: not due. Failed, unavailable: with the reason.
    pub status: Status,
    /// HTTP status of the last answer, where there was one.
    pub http: Option<u16>,
    /// Entries announced.
    pub entries: u32,
    /// Entries not seen before.
    pub fresh: u32,
    /// Articles read in this run.
    pub read: u32,
    /// Of these, with full text.
    pub full_text: u32,
    /// Articles that failed.
    pub failed: u32,
    /// Requests made.
    pub requests: u32,
    /// Wall time of its requests, in milliseconds.
    pub took_ms: u64,
    /// Things worth knowing that are no failure: `the feed is damaged: …`.
    pub notes: Vec<String>,
}

/// What was spent at one provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spend {
    /// The provider as configured.
    pub provider: String,
    /// What for: `translate`, `analyze`, `embed`.
    pub task: String,
    /// Calls settled.
    pub calls: u64,
    /// Tokens sent.
    pub input_tokens: u64,
    /// Tokens received.
    pub output_tokens: u64,
    /// In millionths of the budget's currency.
    pub micros: u64,
}

/// A failure that belongs to no source: a place, what happened, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// In which stage.
    pub stage: Stage,
    /// What it was about: an address, an article's id, a file.
    pub place: String,
    /// What happened.
    pub what: String,
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The run's `now`.
    pub now: Timestamp,
    /// The program's version.
    pub version: String,
    /// One entry a stage that ran.
    pub stages: Vec<StageReport>,
    /// One entry a configured source.
    pub sources: Vec<SourceReport>,
    /// Spent in this run.
    pub spend: Vec<Spend>,
    /// Failures beyond sources, at most a hundred.
    pub failures: Vec<Failure>,
    /// Parts that are off, in words: `Translation is off: no provider is configured.`
    pub off: Vec<String>,
}

impl Report {
    /// A report in which nothing happened yet.
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            stages: Vec::new(),
            sources: Vec::new(),
            spend: Vec::new(),
            failures: Vec::new(),
            off: Vec::new(),
        }
    }
}
