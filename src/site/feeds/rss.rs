//! Entries go in, an RSS 2.0 feed comes out (<https://www.rssboard.org/rss-specification>), full texts as
//! `content:encoded`.

use jiff::fmt::rfc2822;

use super::{Channel, Entry};
use crate::site::machine::Xml;
use crate::site::{Desk, SiteError, escape};

/// Writes the feed.
pub(super) fn write(desk: &Desk<'_>, channel: &Channel, entries: &[Entry]) -> Result<Vec<u8>, SiteError> {
    let mut xml = Xml::new(desk);
    xml.stylesheet();
    xml.open(
        "rss",
        &[
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ],
    );
    xml.open("channel", &[]);
    xml.text("title", &escape::plain(&channel.title));
    xml.text("link", &desk.absolute(&channel.home).unwrap_or_else(|| desk.href(&channel.home)));
    xml.text("description", &escape::plain(&channel.description));
    xml.text("language", desk.edition.language.as_str());
    xml.text("generator", concat!("newsmill ", env!("CARGO_PKG_VERSION")));
    if let Some(newest) = entries.iter().map(|entry| entry.modified.unwrap_or(entry.published)).max() {
        xml.text("lastBuildDate", &date(newest));
    }
    if let Some(itself) = desk.absolute(&channel.itself) {
        xml.empty("atom:link", &[("href", &itself), ("rel", "self"), ("type", "application/rss+xml")]);
    }
    for entry in entries {
        item(&mut xml, entry);
    }
    xml.close("channel");
    xml.close("rss");
    xml.finish()
}

fn item(xml: &mut Xml<'_>, entry: &Entry) {
    xml.open("item", &[]);
    xml.text("title", &entry.title);
    if !entry.url.is_empty() {
        xml.text("link", &entry.url);
    }
    xml.text_with("guid", &[("isPermaLink", "false")], &entry.id);
    xml.text("pubDate", &date(entry.published));
    xml.text("dc:creator", if entry.authors.is_empty() { &entry.source } else { "" });
    for author in &entry.authors {
        xml.text("dc:creator", author);
    }
    for tag in &entry.tags {
        xml.text("category", tag);
    }
    xml.text("description", &entry.summary);
    xml.text("content:encoded", &entry.html);
    xml.close("item");
}

/// RFC 822 with a four-digit year, as RSS wants it.
fn date(at: jiff::Timestamp) -> String {
    rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_else(|_| at.to_string())
}
