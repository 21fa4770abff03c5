//! What any bytes must come to, reader by reader: the body of each fuzz target, and of the test that reads the seeds and the
//! findings without a fuzzer. A broken promise panics.

use newsmill::discover::{Settings, opml, read};
use newsmill::extract::{self, Furniture, Limits, Page, Rules, Witness};
use newsmill::model::source::SourceKind;
use newsmill::model::url::CanonicalUrl;
use newsmill::net::robots::Robots;
use url::Url;

/// Content types that a feed's first byte picks from.
const TYPES: [Option<&str>; 4] =
    [None, Some("application/rss+xml; charset=big5"), Some("application/feed+json"), Some("text/html")];

fn base(path: &str) -> Url {
    Url::parse("https://example.com/").and_then(|base| base.join(path)).unwrap()
}

/// Whatever comes out of a feed keeps its bounds.
pub fn feed(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let content_type = TYPES[usize::from(*first) % TYPES.len()];
    let settings = Settings { max_entries: 50, ..Settings::of(SourceKind::Feed) };
    if let Ok(found) = read(rest, content_type, &base("/feed"), &settings) {
        assert!(found.entries.len() <= 50);
        for entry in found.entries {
            assert!(entry.title.chars().count() <= 501 && !entry.title.contains('\0'));
            assert!(matches!(entry.url.as_url().scheme(), "http" | "https"));
        }
    }
}

/// A sitemap, plain or gzipped, breaks no bound.
pub fn sitemap(data: &[u8]) {
    for path in ["/sitemap.xml", "/robots.txt"] {
        let settings = Settings { max_entries: 50, ..Settings::of(SourceKind::Sitemap) };
        if let Ok(found) = read(data, None, &base(path), &settings) {
            assert!(found.entries.len() <= 50 && found.further.len() <= 500);
        }
    }
}

/// What is read of an OPML list can be written and read again.
pub fn opml(data: &[u8]) {
    if let Ok(first) = opml::list(data, None, &base("/list.opml")) {
        let text = opml::write("T", &first.outlines);
        let again = opml::list(text.as_bytes(), None, &base("/list.opml")).unwrap();
        assert_eq!(again.damaged, None);
        assert_eq!(again.outlines.len(), first.outlines.len());
    }
}

/// What is remembered of a robots.txt decides as the whole file did.
pub fn robots(data: &[u8]) {
    let (path, file) = data.split_at(data.len().min(24));
    let path = format!("/{}", String::from_utf8_lossy(path));
    let robots = Robots::parse(file);
    let _ = robots.crawl_delay("newsmill");
    let kept = Robots::parse(robots.reduced("newsmill").as_bytes());
    assert_eq!(robots.decide("newsmill", &path).allowed, kept.decide("newsmill", &path).allowed);
}

/// The canonical spelling of a canonical address is itself, and its key is no address.
pub fn url(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    for found in [CanonicalUrl::parse(text), CanonicalUrl::join(&base("/a/b?c"), text)].into_iter().flatten()
    {
        let again = CanonicalUrl::parse(found.as_str()).unwrap();
        assert_eq!(again, found);
        assert!(!found.host().is_empty());
        assert!(found.same_site(&again) && found.key().starts_with("//"));
        assert!(CanonicalUrl::parse(&found.key()).is_err());
    }
}

/// A list of articles without selectors: the links come out, at most as many as asked for.
pub fn listing(data: &[u8]) {
    let settings = Settings { max_entries: 50, ..Settings::of(SourceKind::Listing) };
    if let Ok(found) = read(data, None, &base("/latest/"), &settings) {
        assert!(found.entries.len() <= 50);
    }
}

/// An article's page: a text, and its Markdown, of bounded size.
pub fn page(data: &[u8]) {
    let url = base("/2026/a-long-story");
    let page = Page { bytes: data, content_type: None, url: Some(&url) };
    let limits = Limits::default();
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let found =
        extract::read(&page, &Rules::default(), &Witness::default(), &Furniture::none(), &limits, now)
            .article;
    let markdown = extract::markdown(&found.blocks);
    assert!(markdown.len() <= 1000 + 40 * data.len());
}
