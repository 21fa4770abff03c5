//! A sitemap, a news sitemap or an index of them goes in, plain, gzipped or as a list of lines; entries and further
//! sitemaps come out. Protocol: sitemaps.org 0.9, with Google's news and image extensions.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::io::Read;

use url::Url;

use crate::discover::draft::{Draft, Reading};
use crate::discover::feed::lexer::{Lexer, Token};
use crate::discover::feed::{self, decode};
use crate::discover::markup::tidy;
use crate::discover::{DiscoverError, FeedInfo, Further, MAX_FURTHER, dates};
use crate::model::lang::Lang;
use crate::model::url::CanonicalUrl;

/// Largest sitemap after unpacking, in bytes: the protocol's own limit.
const MAX_UNPACKED: u64 = 50 << 20;
/// Most addresses looked at: the protocol's own limit.
const MAX_URLS: usize = 50_000;
/// Deepest element that is followed.
const MAX_DEPTH: usize = 32;

/// Reads a sitemap, an index of sitemaps, or a robots.txt, whose Sitemap lines are an index. Sitemaps named by an index
/// are `further`, the newest first. Of more than `most` entries the newest are kept. A feed in place of a sitemap is read
/// as one, since publishers submit both.
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    most: usize,
) -> Result<Reading, DiscoverError> {
    let bytes = unpacked(bytes)?;
    let decoded = decode::decode(&bytes, content_type);
    let text = decoded.text.trim_start();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(lines(text, most));
    }
    if !text.starts_with('<') && (base.path() == "/robots.txt" || !in_robots(text, base).is_empty()) {
        return robots(text, base);
    }
    let mut walk = Walk::new(text, base, most);
    walk.run();
    let Some(is_index) = walk.is_index else {
        return feed::read(&bytes, content_type, base, most).map_err(|error| match error {
            DiscoverError::OtherKind { found, .. } if found.starts_with("no feed") => {
                DiscoverError::OtherKind {
                    found: "no sitemap".to_owned(),
                    remedy: "give the address of a sitemap; robots.txt names it",
                }
            }
            error => error,
        });
    };
    walk.lexer.faults.bytes |= decoded.damaged;
    Ok(walk.reading(is_index))
}

/// The bytes, unpacked where they are gzip.
fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, DiscoverError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut plain = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(MAX_UNPACKED);
    match reader.read_to_end(&mut plain) {
        // What was unpacked before a fault is a cut document, and read as such.
        Err(e) if plain.is_empty() => Err(DiscoverError::Unreadable { format: "gzip", cause: e.to_string() }),
        _ => Ok(Cow::Owned(plain)),
    }
}

fn lines(text: &str, most: usize) -> Reading {
    let urls = text.lines().filter_map(|line| CanonicalUrl::parse(line).ok()).take(most);
    let drafts = urls.map(|url| Draft { url: Some(url), ..Draft::default() }).collect();
    Reading { drafts, dialect: "sitemap (text)", ..Reading::default() }
}

fn robots(text: &str, base: &Url) -> Result<Reading, DiscoverError> {
    let further: Vec<Further> = in_robots(text, base).into_iter().map(Into::into).collect();
    if further.is_empty() {
        let remedy = "give the address of a sitemap, or read a page of the site as `kind: listing`";
        return Err(DiscoverError::OtherKind {
            found: "a robots.txt that names no sitemap".to_owned(),
            remedy,
        });
    }
    Ok(Reading { further, dialect: "robots.txt", ..Reading::default() })
}

/// The sitemaps that a robots.txt names.
fn in_robots(robots: &str, base: &Url) -> Vec<CanonicalUrl> {
    let mut found = Vec::new();
    for line in robots.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        if key.trim().trim_start_matches('\u{feff}').eq_ignore_ascii_case("sitemap")
            && let Ok(url) = CanonicalUrl::join(base, value.split('#').next().unwrap_or_default())
            && !found.contains(&url)
            && found.len() < MAX_FURTHER
        {
            found.push(url);
        }
    }
    found
}

struct Walk<'a> {
    lexer: Lexer<'a>,
    base: &'a Url,
    most: usize,
    is_index: Option<bool>,
    is_news: bool,
    path: Vec<String>,
    text: String,
    draft: Draft,
    location: String,
    drafts: Vec<Draft>,
    maps: Vec<Further>,
    publication: Option<String>,
    language: Option<Lang>,
    more: bool,
    seen: usize,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, base: &'a Url, most: usize) -> Self {
        Self {
            lexer: Lexer::new(text),
            base,
            most,
            is_index: None,
            is_news: false,
            path: Vec::new(),
            text: String::new(),
            draft: Draft::default(),
            location: String::new(),
            drafts: Vec::new(),
            maps: Vec::new(),
            publication: None,
            language: None,
            more: false,
            seen: 0,
        }
    }

    fn run(&mut self) {
        let mut tags = 0;
        while let Some(token) = self.lexer.token() {
            match token {
                Token::Start { name, empty, .. } => {
                    tags += 1;
                    self.start(local(name));
                    if empty {
                        self.end(&local(name));
                    }
                }
                Token::End(name) => self.end(&local(name)),
                Token::Text(text) | Token::Literal(text) if self.text.len() < 10_000 => {
                    self.text.push_str(&text);
                }
                Token::Text(_) | Token::Literal(_) => {}
            }
            let unknown = self.is_index.is_none() && tags > 20;
            if unknown || self.seen > MAX_URLS {
                self.more = !unknown;
                return;
            }
        }
    }

    fn start(&mut self, name: String) {
        match name.as_str() {
            "urlset" => self.is_index = self.is_index.or(Some(false)),
            "sitemapindex" => self.is_index = self.is_index.or(Some(true)),
            "url" | "sitemap" => {
                self.path.retain(|open| open == "urlset" || open == "sitemapindex");
                self.draft = Draft::default();
                self.location.clear();
            }
            "news" => self.is_news = true,
            _ => {}
        }
        self.text.clear();
        if self.path.len() < MAX_DEPTH {
            self.path.push(name);
        }
    }

    fn end(&mut self, name: &str) {
        let text = std::mem::take(&mut self.text);
        if let Some(at) = self.path.iter().rposition(|open| open == name) {
            self.path.truncate(at);
            let parent = self.path.last().cloned().unwrap_or_default();
            self.value(&parent, name, text.trim());
        }
    }

    fn value(&mut self, parent: &str, name: &str, text: &str) {
        match (parent, name) {
            ("url" | "sitemap", "loc") => text.clone_into(&mut self.location),
            ("url" | "sitemap", "lastmod") => self.draft.updated = dates::parse(text),
            ("news", "title") => self.draft.title = tidy(text, 500),
            ("news", "publication_date") => self.draft.published = dates::parse(text),
            ("news", "keywords" | "genres") => self.draft.categories.extend(list(text)),
            ("news", "stock_tickers") => self.draft.symbols.extend(list(text)),
            ("publication", "language") => self.draft.language = Lang::parse(text).ok(),
            ("publication", "name") => self.publication = self.publication.take().or(Some(tidy(text, 300))),
            ("image", "loc") => {
                let address = self.base.join(text).ok().map(String::from);
                self.draft.image = self.draft.image.take().or(address);
            }
            (_, "url") => self.entry(),
            (_, "sitemap") => self.further(),
            _ => {}
        }
    }

    fn entry(&mut self) {
        let mut draft = std::mem::take(&mut self.draft).bounded();
        draft.url = CanonicalUrl::join(self.base, &self.location).ok().filter(|_| !self.location.is_empty());
        // The front page stands in most sitemaps and is no article.
        if draft.url.as_ref().is_some_and(|url| url.as_url().path() == "/" && url.as_url().query().is_none())
        {
            return;
        }
        if self.language.is_none() {
            self.language.clone_from(&draft.language);
        }
        self.seen += 1;
        self.drafts.push(draft);
        if self.drafts.len() > 2 * self.most.max(MAX_FURTHER) {
            newest(&mut self.drafts, self.most);
        }
    }

    fn further(&mut self) {
        self.seen += 1;
        if let Ok(url) = CanonicalUrl::join(self.base, &self.location) {
            self.maps.push(Further { url, changed: self.draft.updated });
        }
    }

    fn reading(mut self, is_index: bool) -> Reading {
        let mut warnings = Vec::new();
        if self.more || self.seen > self.most.max(self.maps.len()) {
            warnings.push(format!("the sitemap has more entries than the {} that were read", self.most));
        }
        newest(&mut self.drafts, self.most);
        // Undated sitemaps keep their place behind the dated ones, newest first.
        self.maps.sort_by_key(|map| Reverse(map.changed.map(|moment| moment.at)));
        let mut seen = HashSet::new();
        let maps = self.maps.into_iter().filter(|map| seen.insert(map.url.clone()));
        if !self.path.is_empty() && !self.more {
            self.lexer.faults.cut = true;
        }
        Reading {
            feed: FeedInfo { title: self.publication, language: self.language, ..FeedInfo::default() },
            drafts: self.drafts,
            damaged: self.lexer.faults.words(),
            dialect: match (is_index, self.is_news) {
                (true, _) => "sitemap index",
                (false, true) => "news sitemap",
                (false, false) => "sitemap",
            },
            further: maps.take(MAX_FURTHER).collect(),
            warnings,
            ..Reading::default()
        }
    }
}

/// Keeps the `most` newest, in their order; of the undated, which come last, the first.
fn newest(drafts: &mut Vec<Draft>, most: usize) {
    if drafts.len() <= most {
        return;
    }
    let date = |draft: &Draft| draft.updated.or(draft.published).map(|moment| moment.at);
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|at| Reverse(drafts.get(*at).and_then(date)));
    let kept: HashSet<usize> = order.into_iter().take(most).collect();
    let mut at = 0;
    drafts.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

fn list(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split([',', '，', '、']).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).take(30)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    const NEWS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
            xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc>https://example.com/</loc></url>
        <url><loc>https://example.com/a?utm_source=map</loc><lastmod>2026-04-22</lastmod>
          <image:image><image:loc>/a.jpg</image:loc><image:title>picture</image:title></image:image>
          <n:news><n:publication><n:name>動區</n:name><n:language>zh-tw</n:language></n:publication>
          <n:publication_date>2026-04-22T11:36:30+08:00</n:publication_date><n:title>A &amp; B</n:title>
          <n:keywords>btc, etf</n:keywords><n:stock_tickers>NASDAQ:COIN</n:stock_tickers></n:news></url></urlset>"#;

    fn base() -> Url {
        Url::parse("https://example.com/sitemap.xml").unwrap()
    }

    #[test]
    fn news_sitemaps_tell_articles() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(NEWS.as_bytes()).unwrap();
        for bytes in [NEWS.as_bytes().to_vec(), packer.finish().unwrap()] {
            let read = read(&bytes, None, &base(), 10).unwrap();
            assert_eq!((read.dialect, read.damaged), ("news sitemap", None));
            assert_eq!(read.feed.title.as_deref(), Some("動區"));
            let [entry] = read.drafts.as_slice() else { panic!("{:?}", read.drafts) };
            assert_eq!(entry.url.as_ref().unwrap().as_str(), "https://example.com/a");
            assert_eq!(entry.title, "A & B");
            assert_eq!(entry.published.unwrap().to_string(), "2026-04-22T11:36:30+08:00");
            assert_eq!(entry.image.as_deref(), Some("https://example.com/a.jpg"));
            assert_eq!((entry.categories.len(), entry.symbols.len()), (2, 1));
        }
    }

    #[test]
    fn an_index_tells_its_sitemaps_newest_first() {
        let index = "<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>\
            <sitemap><loc>/new.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap><sitemap><loc>/some.xml</loc></sitemap>";
        let read = read(index.as_bytes(), None, &base(), 10).unwrap();
        let paths: Vec<&str> = read.further.iter().map(|map| map.url.as_url().path()).collect();
        assert_eq!(paths, ["/new.xml.gz", "/old.xml", "/some.xml"]);
        assert!(read.damaged.unwrap().contains("cut off"));
    }

    #[test]
    fn of_too_many_entries_the_newest_are_kept() {
        let days = [3, 1, 9, 7, 5];
        let urls: String = (0..3000)
            .map(|n| format!("<url><loc>/old/{n}</loc><lastmod>2020-01-01</lastmod></url>"))
            .chain(days.map(|day| format!("<url><loc>/{day}</loc><lastmod>2026-01-0{day}</lastmod></url>")))
            .chain(["<url><loc>/undated</loc></url>".to_owned()])
            .collect();
        let read = read(format!("<urlset>{urls}</urlset>").as_bytes(), None, &base(), 3).unwrap();
        let paths: Vec<&str> =
            read.drafts.iter().map(|draft| draft.url.as_ref().unwrap().as_url().path()).collect();
        assert_eq!(paths, ["/9", "/7", "/5"]);
        assert!(read.warnings[0].contains("more entries than the 3"), "{:?}", read.warnings);
    }

    #[test]
    fn robots_and_lists_of_lines_are_read() {
        let robots =
            "User-agent: *\nSITEMAP: https://example.com/a.xml # main\nSitemap: /b.xml\nDisallow: /x";
        for base in [base(), Url::parse("https://example.com/robots.txt").unwrap()] {
            let read = read(robots.as_bytes(), Some("text/plain"), &base, 10).unwrap();
            let urls: Vec<&str> = read.further.iter().map(|map| map.url.as_str()).collect();
            assert_eq!(urls, ["https://example.com/a.xml", "https://example.com/b.xml"]);
        }
        let empty = Url::parse("https://example.com/robots.txt").unwrap();
        let error = read(b"User-agent: *\nDisallow:", None, &empty, 10).unwrap_err();
        assert!(error.to_string().contains("names no sitemap"), "{error}");
        let read =
            read(b"https://example.com/a\nhttps://example.com/b\nnonsense\n", None, &base(), 10).unwrap();
        assert_eq!(read.drafts.len(), 2);
        assert!(super::read(b"<html><body>", None, &base(), 10).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(<urlset>)?(<url>|<loc>|</loc>|</url>|<sitemap>|https://a.b/c|<news>|&){0,20}") {
            let _ = read(text.as_bytes(), None, &base(), 5);
        }
    }
}
