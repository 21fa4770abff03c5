//! A root element goes in, what the document is comes out; and what the canonical form of a document consists of.

use url::Url;

use crate::discover::feed::lexer::{Attribute, Faults};
use crate::discover::feed::names::{Family, Ns};

/// What the document turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// A feed: its family and its name.
    Feed(Family, &'static str),
    /// An HTML page.
    Html,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// An OPML list.
    Opml,
    /// Nothing that is known.
    Unknown,
}

/// What stands beside the canonical document for the whole feed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    /// Language tag as written.
    pub(crate) language: Option<String>,
    /// `sy:updatePeriod` as written.
    pub(crate) update_period: Option<String>,
    /// `sy:updateFrequency` as written.
    pub(crate) update_frequency: Option<String>,
    /// Hours as written.
    pub(crate) skip_hours: Vec<String>,
    /// Days as written.
    pub(crate) skip_days: Vec<String>,
}

/// What stands beside the canonical document for one entry.
#[derive(Debug, Clone, Default)]
pub(crate) struct BesideEntry {
    /// How many comments, as written.
    pub(crate) comments: Option<String>,
    /// Where to comment, absolute.
    pub(crate) discussion: Option<String>,
    /// The address behind a counting redirect.
    pub(crate) original: Option<String>,
    /// Language tag as written.
    pub(crate) language: Option<String>,
    /// A guid that is an address.
    pub(crate) permalink: Option<String>,
    /// Tags in one line.
    pub(crate) tags: Option<String>,
    /// A medium's title and description.
    pub(crate) media: (Option<String>, Option<String>),
    /// Counters by name, as written.
    pub(crate) counters: Vec<(&'static str, String)>,
    /// Against what the entry's relative links are read.
    pub(crate) base: Option<Url>,
}

/// The canonical document and what stands beside it.
pub(crate) struct Canonical {
    /// Well-formed XML, UTF-8.
    pub(crate) xml: String,
    /// What it was.
    pub(crate) root: Root,
    /// What was wrong with it.
    pub(crate) faults: Faults,
    /// For the feed.
    pub(crate) beside: Beside,
    /// For each entry of the document, in order.
    pub(crate) entries: Vec<BesideEntry>,
    /// True where the document has more entries than were asked for.
    pub(crate) more: bool,
}

/// What a root element makes of a document.
pub(super) fn root(ns: Ns, local: &str, version: Option<&str>, attributes: &[Attribute<'_>]) -> Root {
    match local {
        "rss" => Root::Feed(
            Family::Rss,
            match version.map(str::trim) {
                Some("0.90") => "RSS 0.90",
                Some("0.91") => "RSS 0.91",
                Some("0.92") => "RSS 0.92",
                Some("0.93") => "RSS 0.93",
                Some("0.94") => "RSS 0.94",
                Some(v) if v.starts_with('2') => "RSS 2.0",
                _ => "RSS",
            },
        ),
        "rdf" => {
            let old = attributes.iter().any(|(_, value)| value.contains("netscape.com/rdf/simple/0.9"));
            Root::Feed(Family::Rss, if old { "RSS 0.90" } else { "RSS 1.0" })
        }
        "feed" | "entry" if matches!(ns, Ns::Atom | Ns::Core) => {
            let old =
                attributes.iter().any(|(_, value)| value.contains("purl.org/atom")) || version == Some("0.3");
            Root::Feed(Family::Atom, if old { "Atom 0.3" } else { "Atom 1.0" })
        }
        "channel" if ns == Ns::Core => Root::Feed(Family::Rss, "CDF"),
        "item" if ns == Ns::Core => Root::Feed(Family::Rss, "RSS"),
        "html" | "head" | "body" => Root::Html,
        "urlset" | "sitemapindex" => Root::Sitemap,
        "opml" => Root::Opml,
        _ => Root::Unknown,
    }
}

pub(super) fn language(attributes: &[Attribute<'_>]) -> Option<String> {
    attributes.iter().find(|(key, _)| *key == "xml:lang").map(|(_, value)| value.to_string())
}
