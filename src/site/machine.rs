//! An edition goes in, what robots and programs look for comes out: OPML, sitemaps, robots.txt, the web app manifest;
//! and the small XML writer that these and the feeds share.

use std::fmt::Write as _;

use quick_xml::events::{BytesDecl, BytesEnd, BytesPI, BytesStart, BytesText, Event};
use serde_json::json;

use crate::model::edition::Edition;
use crate::model::source::SourceKind;
use crate::site::index::{Index, source_of};
use crate::site::page::ListOf;
use crate::site::{Desk, SiteError, escape, paths};

/// Addresses in one sitemap; the protocol allows 50,000.
const SITEMAP: usize = 40_000;

/// XML under way. The first error stays and is told at the end.
pub(crate) struct Xml<'a> {
    desk: &'a Desk<'a>,
    writer: quick_xml::Writer<Vec<u8>>,
    failed: Option<String>,
}

impl<'a> Xml<'a> {
    /// A document with its declaration.
    pub(crate) fn new(desk: &'a Desk<'a>) -> Self {
        let mut out = Self { desk, writer: quick_xml::Writer::new(Vec::new()), failed: None };
        out.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        out.newline();
        out
    }

    fn event(&mut self, event: Event<'_>) {
        if let Err(error) = self.writer.write_event(event) {
            self.failed.get_or_insert(error.to_string());
        }
    }

    fn newline(&mut self) {
        self.writer.get_mut().push(b'\n');
    }

    /// Names the style sheet with which browsers show a feed to people.
    pub(crate) fn stylesheet(&mut self) {
        let top = format!("{}{}", self.desk.root(), paths::up(&self.desk.index.prefix));
        let href = format!("{top}{}", self.desk.site.assets.path("feed.css"));
        self.event(Event::PI(BytesPI::new(format!("xml-stylesheet type=\"text/css\" href=\"{href}\""))));
        self.newline();
    }

    /// An opening tag.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())));
        self.newline();
    }

    /// A closing tag.
    pub(crate) fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
        self.newline();
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.event(Event::Empty(BytesStart::new(name).with_attributes(attributes.iter().copied())));
        self.newline();
    }

    /// An element of text; left out where the text is empty.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// An element of text with attributes; left out where the text is empty.
    pub(crate) fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        if text.is_empty() {
            return;
        }
        self.event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())));
        self.event(Event::Text(BytesText::new(&escape::plain(text))));
        self.event(Event::End(BytesEnd::new(name)));
        self.newline();
    }

    fn comment(&mut self, text: &str) {
        self.event(Event::Comment(BytesText::new(text)));
        self.newline();
    }

    /// The bytes.
    pub(crate) fn finish(self) -> Result<Vec<u8>, SiteError> {
        match self.failed {
            Some(why) => Err(self.desk.unwritten(&why)),
            None => Ok(self.writer.into_inner()),
        }
    }
}

/// The sources as OPML 2.0: feeds for feed readers, by category.
pub(crate) fn opml(desk: &Desk<'_>) -> Result<Vec<u8>, SiteError> {
    let mut xml = Xml::new(desk);
    xml.open("opml", &[("version", "2.0")]);
    xml.open("head", &[]);
    xml.text("title", &desk.site.settings.title);
    xml.close("head");
    xml.open("body", &[]);
    let public = |kind: SourceKind| kind == SourceKind::Feed;
    let mut categories: Vec<&str> = Vec::new();
    let sources =
        || desk.edition.sources.iter().filter(|s| s.configured && public(s.source.kind)).map(|s| &s.source);
    for source in sources() {
        if !categories.contains(&source.category.as_str()) {
            categories.push(&source.category);
        }
    }
    for category in categories {
        let name = escape::plain(&desk.category_name(category));
        xml.open("outline", &[("text", &name), ("title", &name)]);
        for source in sources().filter(|s| s.category == category) {
            if let Some(url) = source.url.as_deref().and_then(escape::link) {
                let name = escape::plain(&source.name);
                xml.empty("outline", &[("type", "rss"), ("text", &name), ("title", &name), ("xmlUrl", &url)]);
            }
        }
        xml.close("outline");
    }
    xml.close("body");
    xml.close("opml");
    xml.finish()
}

/// Which sitemaps an edition has: 0 alone, or 0 as the index of parts from 1.
pub(crate) fn sitemap_numbers(edition: &Edition, index: &Index) -> std::ops::RangeInclusive<u32> {
    let n = edition.rows.len() + edition.events.len() + index.days.len();
    if n <= SITEMAP { 0..=0 } else { 0..=(edition.rows.len().div_ceil(SITEMAP) as u32 + 1) }
}

/// Where a sitemap stands.
pub(crate) fn sitemap_path(number: u32) -> String {
    if number == 0 { paths::SITEMAP.to_owned() } else { format!("sitemap-{number}.xml") }
}

/// A sitemap, or the index of several: part 1 holds events and lists, the others articles, the oldest first.
pub(crate) fn sitemap(desk: &Desk<'_>, number: u32) -> Result<Vec<u8>, SiteError> {
    const SPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
    let mut xml = Xml::new(desk);
    let numbers = sitemap_numbers(desk.edition, desk.index);
    let parts = *numbers.end();
    if parts > 0 && number == 0 {
        xml.open("sitemapindex", &[SPACE]);
        for part in 1..=parts {
            if let Some(address) = desk.absolute(&sitemap_path(part)) {
                xml.open("sitemap", &[]);
                xml.text("loc", &address);
                xml.close("sitemap");
            }
        }
        xml.close("sitemapindex");
        return xml.finish();
    }
    xml.open("urlset", &[SPACE]);
    if desk.site.settings.base_url.is_none() {
        xml.comment(" Sitemaps need absolute addresses: set base_url in site.yaml. ");
    }
    if number <= 1 {
        lists(desk, &mut xml);
    }
    if parts == 0 || number > 1 {
        let total = desk.edition.rows.len();
        let skip = if parts == 0 { 0 } else { (number as usize - 2) * SITEMAP };
        for row in desk.edition.rows.iter().rev().skip(skip).take(if parts == 0 { total } else { SITEMAP }) {
            url(desk, &mut xml, &paths::article(&row.id), Some(&row.published.to_string()));
        }
    }
    xml.close("urlset");
    xml.finish()
}

fn lists(desk: &Desk<'_>, xml: &mut Xml<'_>) {
    url(desk, xml, paths::FRONT, None);
    let index = desk.index;
    let mut all: Vec<ListOf> = (0..index.categories.len() as u32).map(ListOf::Category).collect();
    all.extend((0..index.symbols.len() as u32).map(ListOf::Symbol));
    all.extend((0..index.sources.len() as u32).map(ListOf::Source));
    all.extend(index.days.iter().map(|(day, _)| ListOf::Day(*day)));
    for of in all {
        url(desk, xml, &index.folder(desk.edition, of).index(), None);
    }
    for event in desk.edition.events.iter().rev() {
        let last = desk.members(event).next_back().map(|row| row.published.to_string());
        url(desk, xml, &paths::event(&event.id), last.as_deref());
    }
}

fn url(desk: &Desk<'_>, xml: &mut Xml<'_>, path: &str, changed: Option<&str>) {
    if let Some(address) = desk.absolute(path) {
        xml.open("url", &[]);
        xml.text("loc", &address);
        xml.text("lastmod", changed.unwrap_or_default());
        xml.close("url");
    }
}

/// Articles of the last two days for news search engines, at most a thousand.
pub(crate) fn news_sitemap(desk: &Desk<'_>) -> Result<Vec<u8>, SiteError> {
    let mut xml = Xml::new(desk);
    xml.open(
        "urlset",
        &[
            ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"),
            ("xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9"),
        ],
    );
    let since = desk.edition.now.as_second() - 2 * 86_400;
    let recent = desk.edition.rows.iter().filter(|row| row.published.at.as_second() >= since);
    for row in recent.take(1000) {
        let Some(address) = desk.absolute(&paths::article(&row.id)) else { continue };
        xml.open("url", &[]);
        xml.text("loc", &address);
        xml.open("news:news", &[]);
        xml.open("news:publication", &[]);
        xml.text("news:name", source_of(desk.edition, row).map_or("", |s| s.name.as_str()));
        xml.text("news:language", row.title_language.as_ref().map_or("en", |l| l.primary()));
        xml.close("news:publication");
        xml.text("news:publication_date", &row.published.to_string());
        xml.text("news:title", &row.title);
        xml.close("news:news");
        xml.close("url");
    }
    xml.close("urlset");
    xml.finish()
}

/// robots.txt: everything may be read; sitemaps where the site knows its address.
pub(crate) fn robots(desk: &Desk<'_>) -> Vec<u8> {
    let mut out = String::from("User-agent: *\nAllow: /\n");
    if let Some(base) = &desk.site.settings.base_url {
        for language in &desk.edition.languages {
            let prefix = paths::prefix(language, &desk.edition.languages);
            for file in [paths::SITEMAP, paths::NEWS_SITEMAP] {
                if let Some(address) = crate::site::view::absolute(base, &prefix, file) {
                    let _ = writeln!(out, "Sitemap: {address}");
                }
            }
        }
    }
    out.into_bytes()
}

/// The web app manifest.
pub(crate) fn manifest(desk: &Desk<'_>) -> Result<Vec<u8>, SiteError> {
    let settings = &desk.site.settings;
    let icon = format!("{}{}", paths::up(&desk.index.prefix), desk.site.assets.path("icon.svg"));
    let value = json!({
        "name": settings.title,
        "short_name": settings.title.chars().take(24).collect::<String>(),
        "description": settings.tagline,
        "lang": desk.edition.language.as_str(),
        "dir": if desk.edition.language.is_rtl() { "rtl" } else { "ltr" },
        "start_url": "./",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": [{ "src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    });
    let mut out = serde_json::to_vec_pretty(&value).map_err(|error| desk.unwritten(&error))?;
    out.push(b'\n');
    Ok(out)
}
