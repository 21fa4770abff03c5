//! Entries go in, an Atom 1.0 feed comes out (RFC 4287).

use super::{Channel, Entry};
use crate::site::machine::Xml;
use crate::site::{Desk, SiteError, escape};

/// Writes the feed.
pub(super) fn write(desk: &Desk<'_>, channel: &Channel, entries: &[Entry]) -> Result<Vec<u8>, SiteError> {
    let mut xml = Xml::new(desk);
    xml.stylesheet();
    xml.open(
        "feed",
        &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", desk.edition.language.as_str())],
    );
    xml.text("id", &channel.id);
    xml.text("title", &escape::plain(&channel.title));
    xml.text("subtitle", &escape::plain(&channel.description));
    let newest = entries.iter().map(|entry| entry.modified.unwrap_or(entry.published)).max();
    xml.text("updated", &newest.unwrap_or(desk.edition.now).to_string());
    let home = desk.absolute(&channel.home).unwrap_or_else(|| desk.href(&channel.home));
    let itself = desk.absolute(&channel.itself).unwrap_or_else(|| desk.href(&channel.itself));
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &home)]);
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &itself)]);
    xml.text_with("generator", &[("version", env!("CARGO_PKG_VERSION"))], "newsmill");
    author(&mut xml, &desk.site.settings.title);
    for one in entries {
        entry(&mut xml, one);
    }
    xml.close("feed");
    xml.finish()
}

fn entry(xml: &mut Xml<'_>, entry: &Entry) {
    let language: &[(&str, &str)] =
        if entry.language.is_empty() { &[] } else { &[("xml:lang", &entry.language)] };
    xml.open("entry", language);
    xml.text("id", &entry.id);
    xml.text("title", &entry.title);
    xml.text("updated", &entry.modified.unwrap_or(entry.published).to_string());
    xml.text("published", &entry.published.to_string());
    if !entry.url.is_empty() {
        xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.url)]);
    }
    if !entry.original.is_empty() && entry.original != entry.url {
        xml.empty("link", &[("rel", "via"), ("href", &entry.original)]);
    }
    let names = if entry.authors.is_empty() { std::slice::from_ref(&entry.source) } else { &entry.authors };
    for name in names {
        author(xml, name);
    }
    for tag in &entry.tags {
        xml.empty("category", &[("term", tag)]);
    }
    xml.text("summary", &entry.summary);
    if entry.html.is_empty() {
        // An entry without a link must have content (RFC 4287, 4.1.2).
        xml.text("content", &entry.title);
    } else {
        xml.text_with("content", &[("type", "html")], &entry.html);
    }
    xml.close("entry");
}

fn author(xml: &mut Xml<'_>, name: &str) {
    xml.open("author", &[]);
    xml.text("name", &escape::plain(name));
    xml.close("author");
}
