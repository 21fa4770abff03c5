//! Bytes of a source go in, entries come out: feeds, sitemaps, listings, JSON APIs, OPML.
//!
//! | what | file |
//! |---|---|
//! | RSS, Atom, JSON Feed, however broken | [`feed`] |
//! | sitemaps, their indexes, news and image extensions | [`sitemap`] |
//! | HTML pages that list articles | [`listing`] |
//! | JSON APIs by dotted paths, with presets | [`json`] |
//! | OPML lists of feeds, read and written | [`opml`] |
//! | feeds that a page links | [`autodiscovery`] |
//! | one article seen twice | [`identity`] |
//! | which entries a source's owner wants | [`filters`] |
//! | dates in any spelling | [`dates`] |
//!
//! Steps of [`read`]: 1. the reader of the kind makes drafts; 2. drafts without a good address and repeated ones are
//! left out; 3. the filters decide. Everything here is pure, synchronous and bounded.

use url::Url;

use crate::discover::draft::Reading;
use crate::discover::filters::Filters;
use crate::discover::json::JsonRules;
use crate::discover::listing::ListingRules;
use crate::model::entry::Entry;
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::source::SourceKind;
use crate::model::url::CanonicalUrl;

pub mod autodiscovery;
pub mod dates;
pub mod draft;
pub mod feed;
pub mod filters;
pub mod identity;
pub mod json;
pub mod listing;
mod markup;
pub mod opml;
pub mod sitemap;

/// Most further documents named by one.
pub(crate) const MAX_FURTHER: usize = 500;
/// Most feeds believed of one page.
pub(crate) const MAX_LINKED: usize = 20;

/// How one source is to be read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the address answers with.
    pub kind: SourceKind,
    /// Selectors of a listing; guessed where there are none.
    pub listing: Option<ListingRules>,
    /// Paths or preset of a JSON API.
    pub json: Option<JsonRules>,
    /// Which entries are wanted.
    pub filters: Filters,
    /// Most entries taken from one document.
    pub max_entries: usize,
}

impl Settings {
    /// The usual settings for a kind of source.
    pub fn of(kind: SourceKind) -> Self {
        Self { kind, listing: None, json: None, filters: Filters::default(), max_entries: 5000 }
    }
}

/// What a source says of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedInfo {
    /// Its title as plain text.
    pub title: Option<String>,
    /// The address of the site.
    pub url: Option<String>,
    /// Its language.
    pub language: Option<Lang>,
    /// When it was last changed.
    pub updated: Option<Moment>,
    /// Minutes for which it asks not to be fetched again (RSS `ttl`).
    pub ttl: Option<u32>,
    /// Hours of the day, in GMT, in which it asks not to be fetched.
    pub skip_hours: Vec<u8>,
    /// Days of the week on which it asks not to be fetched, 1 for Monday to 7 for Sunday.
    pub skip_days: Vec<u8>,
    /// Minutes between two updates, as the syndication module (`sy:`) states them.
    pub update_period: Option<u32>,
}

/// A further document, as another one names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Further {
    /// Where it is.
    pub url: CanonicalUrl,
    /// When it was last changed, where that is said.
    pub changed: Option<Moment>,
}

impl From<CanonicalUrl> for Further {
    fn from(url: CanonicalUrl) -> Self {
        Self { url, changed: None }
    }
}

/// What a document of a source announces.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Discovery {
    /// What the source says of itself.
    pub feed: FeedInfo,
    /// The wanted entries in the document's order, one for each address.
    pub entries: Vec<Entry>,
    /// What was wrong with the document, in words; its complete entries are there all the same.
    pub damaged: Option<String>,
    /// The format as people call it: `RSS 2.0`, `Atom 1.0`, `news sitemap`.
    pub dialect: &'static str,
    /// Further documents to ask: sitemaps of an index, the next page, the feeds of an OPML list.
    pub further: Vec<Further>,
    /// Feeds that the page links.
    pub feeds_linked: Vec<CanonicalUrl>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// Nothing in it.
    #[error("the answer is empty")]
    Empty,
    /// An HTML page where a feed was expected.
    #[error("this is an HTML page, not a feed; {}", linked_words(.feeds))]
    HtmlPage {
        /// The feeds that it links.
        feeds: Vec<CanonicalUrl>,
    },
    /// XML or JSON of another kind.
    #[error("this is {found}; {remedy}")]
    OtherKind {
        /// What it is, in words.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Not understood.
    #[error("cannot be read as {format}: {cause}")]
    Unreadable {
        /// The format tried.
        format: &'static str,
        /// The parser's words.
        cause: String,
    },
    /// The settings lack what the kind needs.
    #[error("{0}")]
    Settings(String),
}

fn linked_words(feeds: &[CanonicalUrl]) -> String {
    if feeds.is_empty() {
        return "it links no feed: use `kind: listing`, or the address of a feed".to_owned();
    }
    let list: Vec<&str> = feeds.iter().map(CanonicalUrl::as_str).collect();
    format!("it links these, use one of them: {}", list.join(", "))
}

/// Reads one document of a source. `content_type` is the HTTP header as received, `base` the address that the
/// document came from. Filters are applied but for age, which needs a clock, and the cap: see [`Filters::settle`].
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    settings: &Settings,
) -> Result<Discovery, DiscoverError> {
    let mut discovery = drafts(bytes, content_type, base, settings)?.settle(settings.max_entries);
    settings.filters.apply(&mut discovery.entries);
    Ok(discovery)
}

/// The first step of [`read`] alone: what the document says, entries without an address included.
pub fn drafts(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    settings: &Settings,
) -> Result<Reading, DiscoverError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(DiscoverError::Empty);
    }
    match settings.kind {
        SourceKind::Feed => feed::read(bytes, content_type, base, settings.max_entries),
        SourceKind::Sitemap => sitemap::read(bytes, content_type, base, settings.max_entries),
        SourceKind::Listing => {
            listing::read(bytes, content_type, base, settings.listing.as_ref(), settings.max_entries)
        }
        SourceKind::Json => {
            json::read(bytes, content_type, base, settings.json.as_ref(), settings.max_entries)
        }
        SourceKind::Opml => opml::read(bytes, content_type, base),
    }
}
