//! The answer of a JSON API goes in, entries come out: by a preset, or by dotted paths.

use url::Url;

use crate::discover::DiscoverError;
use crate::discover::draft::Reading;

/// Portals that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Posts with `votes` and `currencies`, as CryptoPanic has them.
    Cryptopanic,
    /// Hacker News: items of the Firebase API, or a search at Algolia.
    Hackernews,
    /// Lobsters.
    Lobsters,
    /// A Reddit listing.
    Reddit,
    /// The latest topics of a Discourse forum.
    Discourse,
}

/// Where an API keeps what: dotted paths into its answer (`data.items`, `source.0.name`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JsonRules {
    /// Paths of a known portal; paths given besides win over it.
    pub preset: Option<Preset>,
    /// The list of items; the answer itself where empty.
    pub items: Option<String>,
    /// The address of an item's article.
    pub url: Option<String>,
    /// The item's id.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its date, a text or a number.
    pub date: Option<String>,
    /// Its summary.
    pub summary: Option<String>,
    /// Its text as HTML.
    pub content: Option<String>,
    /// Its author or authors.
    pub author: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its tickers.
    pub symbols: Option<String>,
    /// Its categories.
    pub categories: Option<String>,
    /// Its picture.
    pub image: Option<String>,
    /// Where to discuss it.
    pub discussion: Option<String>,
    /// Counters: name and path of a number.
    pub votes: Vec<(String, String)>,
    /// The address of the next page.
    pub next: Option<String>,
    /// Query parameters that are added to the source's address.
    pub query: Vec<(String, String)>,
}

/// Reads an API's answer.
pub fn read(
    _bytes: &[u8],
    _content_type: Option<&str>,
    _base: &Url,
    _rules: Option<&JsonRules>,
    _most: usize,
) -> Result<Reading, DiscoverError> {
    Err(DiscoverError::Settings("JSON APIs are not there yet".to_owned()))
}
