//! An OPML list goes in, the feeds that it names come out; and the other way round.

use url::Url;

use crate::discover::DiscoverError;
use crate::discover::draft::Reading;

/// Reads an OPML list: its feeds are `further`.
pub fn read(_bytes: &[u8], _content_type: Option<&str>, _base: &Url) -> Result<Reading, DiscoverError> {
    Err(DiscoverError::Settings("OPML is not there yet".to_owned()))
}
