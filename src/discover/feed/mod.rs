//! Bytes of a feed go in, what it says comes out: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed.
//!
//! Steps: 1. `decode` finds the charset; 2. `repair` writes one small well-formed document in RSS 2.0 or Atom 1.0,
//! whatever came in; 3. feed-rs reads that; 4. `adapt` makes drafts of its model and of what stood beside it.
//! feed-rs alone loses a whole feed over one bare `&` and reads nothing out of old dialects.

use url::Url;

use crate::discover::draft::Reading;
use crate::discover::{DiscoverError, autodiscovery};

mod adapt;
mod capture;
pub(crate) mod decode;
mod entities;
pub mod jsonfeed;
pub(crate) mod lexer;
mod names;
mod repair;
#[cfg(test)]
mod tests;

use self::repair::{Canonical, Root};

/// Reads a feed of at most `most` entries; `base` is the address it came from.
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    most: usize,
) -> Result<Reading, DiscoverError> {
    let decoded = decode::decode(bytes, content_type);
    let text = decoded.text.trim_start();
    if text.is_empty() {
        return Err(DiscoverError::Empty);
    }
    if text.starts_with(['{', '[']) {
        return jsonfeed::read(text, base, most);
    }
    let mut canonical = repair::canonical(text, base, most);
    canonical.faults.bytes |= decoded.damaged;
    match canonical.root {
        Root::Feed(..) => adapted(&canonical),
        Root::Html => Err(DiscoverError::HtmlPage { feeds: autodiscovery::feeds(text, base) }),
        Root::Sitemap => Err(other("a sitemap", "use `kind: sitemap`")),
        Root::Opml => Err(other("an OPML list", "use `kind: opml`")),
        Root::Unknown if text.contains('<') && looks_like_html(content_type, text) => {
            Err(DiscoverError::HtmlPage { feeds: autodiscovery::feeds(text, base) })
        }
        Root::Unknown => {
            Err(other("no feed of a known kind", "give the address of an RSS, Atom or JSON feed"))
        }
    }
}

fn other(found: &str, remedy: &'static str) -> DiscoverError {
    DiscoverError::OtherKind { found: found.to_owned(), remedy }
}

fn looks_like_html(content_type: Option<&str>, text: &str) -> bool {
    let head: String = text.chars().take(500).collect::<String>().to_ascii_lowercase();
    content_type.is_some_and(|kind| kind.contains("html"))
        || head.contains("<!doctype html")
        || head.contains("<title")
}

fn adapted(canonical: &Canonical) -> Result<Reading, DiscoverError> {
    let moments = adapt::Moments::default();
    let parser = feed_rs::parser::Builder::new()
        .sanitize_content(false)
        .id_generator(|_, _, _| String::new())
        .timestamp_parser({
            let moments = moments.clone();
            // The clock library of feed-rs is named nowhere: its type reads RFC 3339 itself.
            move |text| moments.read(text)?.to_string().parse().ok()
        })
        .build();
    let feed = parser
        .parse(canonical.xml.as_bytes())
        .map_err(|e| DiscoverError::Unreadable { format: "a feed", cause: e.to_string() })?;
    Ok(adapt::reading(feed, canonical, &moments))
}
