//! A sitemap, a news sitemap or an index of them goes in, entries and further sitemaps come out.

use url::Url;

use crate::discover::DiscoverError;
use crate::discover::draft::Reading;

/// Reads a sitemap.
pub fn read(_bytes: &[u8], _content_type: Option<&str>, _base: &Url, _most: usize) -> Result<Reading, DiscoverError> {
    Err(DiscoverError::Settings("sitemaps are not there yet".to_owned()))
}
