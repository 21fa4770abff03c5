//! One consistent view of the state in one language: an index of small rows in memory, and the shape in which the
//! texts are streamed past it one article at a time. Sites are rendered from this and from nothing else.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::article::Article;
use crate::model::event::{Conflict, Event, Precedent};
use crate::model::id::{ArticleId, EventId, SourceId};
use crate::model::impact::{Direction, Impact};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::report::{Report, Spend};
use crate::model::source::Source;
use crate::model::status::Status;
use crate::model::tag::{Symbol, Tag};
use crate::model::translation::Translation;
use crate::model::url::CanonicalUrl;
use crate::model::votes::Votes;

/// The index of one edition. Lists are in the order that pages show them.
#[derive(Debug, Clone, PartialEq)]
pub struct Edition {
    /// The language of this edition.
    pub language: Lang,
    /// All editions of the site, this one included, the first one at the root.
    pub languages: Vec<Lang>,
    /// The run's `now`.
    pub now: Timestamp,
    /// Every article, newest first, then by id.
    pub rows: Vec<Row>,
    /// Every event that has members, newest last report first, then by id.
    pub events: Vec<EventRow>,
    /// Configured sources in configured order, then former ones that still have articles.
    pub sources: Vec<SourceRow>,
    /// Symbols that occur, in the order of the gazetteer.
    pub symbols: Vec<Symbol>,
    /// `(from, to)` of merged events, oldest first.
    pub redirects: Vec<(EventId, EventId)>,
    /// The last run.
    pub report: Report,
    /// Spent since the state began.
    pub spent: Vec<Spend>,
    /// How similar past events are found: `keywords`, `semantic` or `hybrid`.
    pub similar_mode: String,
}

/// One article in the index: at most 500 bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: ArticleId,
    /// Position in [`Edition::sources`].
    pub source: u16,
    /// The title in the edition's language where there is one, the original title otherwise; at most 240 bytes.
    pub title: String,
    /// The language that `title` is in.
    pub title_language: Option<Lang>,
    /// The article's language.
    pub language: Option<Lang>,
    /// When it was published, or first seen where it states no date.
    pub published: Moment,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Positions in [`Edition::symbols`].
    pub symbols: Vec<u16>,
    /// Position in [`Edition::events`]; `None` until it was grouped.
    pub event: Option<u32>,
    /// Words of the original.
    pub words: u32,
    /// Direction and strength of its analysis.
    pub impact: Option<(Direction, u8)>,
    /// True where `title` and text are in the edition's language, originally or by translation.
    pub readable: bool,
    /// True where the full text was obtained.
    pub full_text: bool,
    /// A hash over everything that a page about this article shows; changes whenever any of it does.
    pub fingerprint: u64,
}

/// One event in the index.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// Its id.
    pub id: EventId,
    /// Positions in [`Edition::rows`], oldest first. Never empty.
    pub members: Vec<u32>,
    /// Position in [`Edition::rows`] of the most central article; its title is the headline.
    pub central: u32,
    /// One sentence: the analysed sentence of the central article, or that article's first sentence. At most 400 bytes.
    pub summary: String,
    /// The language of the summary.
    pub summary_language: Option<Lang>,
    /// True where the summary is the article's own first sentence.
    pub summary_is_excerpt: bool,
    /// How many publishers report it.
    pub publishers: u16,
    /// Where reports differ.
    pub conflicts: Vec<Conflict>,
    /// Ids that were merged into it.
    pub absorbed: Vec<EventId>,
    /// Events whose reports stood in it until they were told apart.
    pub parted: Vec<EventId>,
    /// Heat: publishers over time, decayed to the edition's `now`.
    pub heat: f32,
}

/// One source in the index.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// The source itself.
    pub source: Source,
    /// True while it is configured.
    pub configured: bool,
    /// The last runs in which it was asked, oldest first, at most 30.
    pub history: Vec<SourceRun>,
    /// When it will be asked next.
    pub next: Option<Timestamp>,
}

/// One past run of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceRun {
    /// The run's `now`.
    pub at: Timestamp,
    /// Which source.
    pub source: SourceId,
    /// True where it was asked and understood.
    pub well: bool,
    /// HTTP status, where there was an answer.
    pub http: Option<u16>,
    /// Entries not seen before.
    pub fresh: u32,
    /// Wall time of the request, in milliseconds.
    pub took_ms: u64,
    /// The failure in words; empty where it is well.
    pub why: String,
}

/// Everything known of one article, as its page shows it. Fetched one at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its id.
    pub id: ArticleId,
    /// The source that announced it first.
    pub source: SourceId,
    /// All sources that announced it, the first one included, by time.
    pub appearances: Vec<Appearance>,
    /// Its canonical address.
    pub url: CanonicalUrl,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// The article as read.
    pub article: Article,
    /// Whether the text was obtained.
    pub read: Status,
    /// The translation into the edition's language, if there is one.
    pub translation: Option<Translation>,
    /// Whether it is translated; `Off` also where it is in the edition's language already.
    pub translated: Status,
    /// Tags with evidence.
    pub tags: Vec<Tag>,
    /// The analysis, if there is one.
    pub impact: Option<Impact>,
    /// Whether it is analysed.
    pub analysed: Status,
    /// Community votes by origin.
    pub votes: Vec<Votes>,
    /// Its event.
    pub event: Option<Event>,
    /// Similar past events with what became of them, best first.
    pub similar: Vec<Precedent>,
    /// Earlier revisions, oldest first, at most ten.
    pub revisions: Vec<Revision>,
    /// BLAKE3 of the text as read, hex.
    pub text_hash: String,
    /// `(part, version)` of what made it: extraction, tagging, grouping …
    pub versions: Vec<(String, String)>,
}

/// One announcement of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// Which source.
    pub source: SourceId,
    /// The title it gave.
    pub title: String,
    /// The date it stated.
    pub published: Option<Moment>,
    /// When newsmill saw it.
    pub seen: Timestamp,
}

/// An earlier state of a corrected article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Until when it stood.
    pub until: Timestamp,
    /// Its title.
    pub title: String,
    /// Lines that the next revision dropped.
    pub removed: Vec<String>,
    /// Lines that the next revision added.
    pub added: Vec<String>,
}
