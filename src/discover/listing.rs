//! An HTML page that lists articles goes in, entries come out: by selectors, or by a guess.

use url::Url;

use crate::discover::DiscoverError;
use crate::discover::draft::Reading;
use crate::dom::Selector;

/// Where a page keeps what. Selectors but `item` are looked for inside an item.
#[derive(Debug, Clone, PartialEq)]
pub struct ListingRules {
    /// One article.
    pub item: Selector,
    /// Its link; the first link of the item, or the item itself, where there is none.
    pub link: Option<Selector>,
    /// Its title; the link's text where there is none.
    pub title: Option<Selector>,
    /// Its date: `datetime` of a `time`, else the text.
    pub date: Option<Selector>,
    /// Its summary.
    pub summary: Option<Selector>,
    /// Most pages read, the first included.
    pub pages: u32,
}

/// Reads a listing.
pub fn read(
    _bytes: &[u8],
    _content_type: Option<&str>,
    _base: &Url,
    _rules: Option<&ListingRules>,
    _most: usize,
) -> Result<Reading, DiscoverError> {
    Err(DiscoverError::Settings("listings are not there yet".to_owned()))
}
