//! An HTML page that lists articles goes in, entries come out: by selectors, or by a guess.

use url::Url;

use crate::discover::autodiscovery;
use crate::discover::dates;
use crate::discover::draft::{Draft, Reading};
use crate::discover::feed::decode;
use crate::discover::feed::lexer::{Lexer, Token};
use crate::discover::markup::{MAX_SUMMARY, MAX_TITLE, tidy};
use crate::discover::{DiscoverError, FeedInfo};
use crate::dom::{ElementRef, Html, Node, Selector};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;
use crate::text;

mod guess;

/// Most elements open at once; real pages have a few dozen.
const MAX_DEPTH: usize = 5_000;

/// Where a page keeps what. Selectors but `item` are looked for inside an item.
#[derive(Debug, Clone, PartialEq)]
pub struct ListingRules {
    /// One article.
    pub item: Selector,
    /// Its link; the item itself or its first link where there is none.
    pub link: Option<Selector>,
    /// Its title; the link's text where there is none.
    pub title: Option<Selector>,
    /// Its date: `datetime` of a `time`, else the text; the first `time` where there is none.
    pub date: Option<Selector>,
    /// Its summary.
    pub summary: Option<Selector>,
    /// Most pages read, the first included. The next page is `further`; the caller counts.
    pub pages: u32,
}

/// Selectors that every listing needs.
pub(crate) struct Known {
    links: Selector,
    time: Selector,
    picture: Selector,
    paragraph: Selector,
    title: Selector,
    next: Selector,
    base: Selector,
    root: Selector,
}

impl Known {
    fn new() -> Result<Self, DiscoverError> {
        let parse = |text: &str| Selector::parse(text).map_err(|e| DiscoverError::Settings(e.to_string()));
        Ok(Self {
            links: parse("a[href]")?,
            time: parse("time, [datetime]")?,
            picture: parse("img")?,
            paragraph: parse("p, [class*=summary], [class*=excerpt], [class*=teaser], [class*=desc]")?,
            title: parse("title")?,
            next: parse("a[rel~=next], link[rel~=next]")?,
            base: parse("base[href]")?,
            root: parse("html")?,
        })
    }
}

/// Reads a listing by its rules; without rules, the biggest repeated structure of links that read like headlines
/// is taken. The next page, where the page names one and the rules allow more than one, is `further`.
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Url,
    rules: Option<&ListingRules>,
    most: usize,
) -> Result<Reading, DiscoverError> {
    let known = Known::new()?;
    let transport = content_type.and_then(decode::charset);
    let decoded = text::decode::decode(bytes, transport.as_deref(), meta_charset(bytes).as_deref());
    if is_too_deep(&decoded.text) {
        return Err(DiscoverError::Unreadable {
            format: "an HTML page",
            cause: format!("its elements are nested more than {MAX_DEPTH} deep"),
        });
    }
    let page = Html::parse_document(&decoded.text);
    let base = page
        .select(known.base.query())
        .find_map(|element| base.join(element.value().attr("href")?).ok())
        .unwrap_or_else(|| base.clone());
    let drafts = match rules {
        Some(rules) => by_rules(&page, &base, rules, &known, most),
        None => guess::drafts(&page, &base, &known, most),
    };
    let mut warnings = Vec::new();
    if drafts.is_empty() {
        warnings.push(match rules {
            Some(rules) => format!("`{}` matches nothing with a link on this page", rules.item),
            None => "no list of articles was found on this page: give `listing` selectors".to_owned(),
        });
    }
    let pages = rules.map_or(1, |rules| rules.pages);
    let further =
        if pages > 1 { next(&page, &base, &known).map(Into::into).into_iter().collect() } else { Vec::new() };
    Ok(Reading {
        feed: FeedInfo {
            title: page.select(known.title.query()).next().map(|title| words(title, MAX_TITLE)),
            url: Some(base.to_string()),
            language: page
                .select(known.root.query())
                .find_map(|root| root.value().attr("lang").and_then(|tag| Lang::parse(tag).ok())),
            ..FeedInfo::default()
        },
        drafts,
        damaged: decoded.damaged.then(|| "bytes without meaning in its encoding".to_owned()),
        dialect: if rules.is_some() { "HTML list" } else { "HTML list (guessed)" },
        further,
        feeds_linked: autodiscovery::feeds(&decoded.text, &base),
        warnings,
    })
}

/// True where more elements are open at once than any page has: the tree builder looks through them at each tag,
/// and a page of nothing but start tags would take it minutes.
fn is_too_deep(page: &str) -> bool {
    let mut lexer = Lexer::new(page);
    let mut depth = 0_usize;
    while let Some(token) = lexer.token() {
        match token {
            Token::Start { name, empty: false, .. } if !closes_itself(name) => depth += 1,
            Token::End(name) if !closes_itself(name) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

/// Elements whose end tag may be left out, or that have none.
fn closes_itself(name: &str) -> bool {
    [
        "p", "li", "br", "img", "hr", "meta", "link", "input", "td", "tr", "th", "dt", "dd", "option",
        "source", "col", "area", "base", "embed", "param", "track", "wbr", "thead", "tbody", "tfoot",
        "colgroup", "rp", "rt",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known))
}

/// The charset that the first KiB of a page declares.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head: String = bytes
        .iter()
        .take(1024)
        .map(|b| if b.is_ascii() { char::from(b.to_ascii_lowercase()) } else { '?' })
        .collect();
    let value = head.split_once("charset")?.1.trim_start().strip_prefix('=')?;
    let label = value.trim_start_matches([' ', '"', '\'']);
    let end =
        label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(label.len());
    label.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
}

fn next(page: &Html, base: &Url, known: &Known) -> Option<CanonicalUrl> {
    let here = CanonicalUrl::join(base, "").ok();
    page.select(known.next.query())
        .filter_map(|link| CanonicalUrl::join(base, link.value().attr("href")?).ok())
        .find(|url| Some(url) != here.as_ref() && url.host() == base.host_str().unwrap_or_default())
}

fn by_rules(page: &Html, base: &Url, rules: &ListingRules, known: &Known, most: usize) -> Vec<Draft> {
    page.select(rules.item.query())
        .filter_map(|item| {
            let link = link_of(item, rules.link.as_ref(), known)?;
            let url = CanonicalUrl::join(base, link.value().attr("href")?).ok()?;
            let title = rules
                .title
                .as_ref()
                .and_then(|title| first(item, title))
                .map(|title| words(title, MAX_TITLE));
            let date = match &rules.date {
                Some(date) => first(item, date).and_then(moment),
                None => first(item, &known.time).and_then(moment),
            };
            let summary = rules.summary.as_ref().and_then(|summary| first(item, summary));
            Some(Draft {
                url: Some(url),
                title: title.filter(|title| !title.is_empty()).unwrap_or_else(|| words(link, MAX_TITLE)),
                published: date,
                summary: summary.map(|summary| words(summary, MAX_SUMMARY)).unwrap_or_default(),
                image: picture(item, base, known),
                ..Draft::default()
            })
        })
        .map(Draft::bounded)
        .take(most)
        .collect()
}

/// The first match inside an element, or the element itself where it matches.
fn first<'a>(item: ElementRef<'a>, selector: &Selector) -> Option<ElementRef<'a>> {
    item.select(selector.query()).next().or_else(|| selector.query().matches(&item).then_some(item))
}

fn link_of<'a>(item: ElementRef<'a>, selector: Option<&Selector>, known: &Known) -> Option<ElementRef<'a>> {
    let has_link = |element: ElementRef<'a>| element.value().attr("href").is_some();
    if let Some(selector) = selector {
        let found = first(item, selector)?;
        // A selector of a heading means the link in it.
        return if has_link(found) { Some(found) } else { found.select(known.links.query()).next() };
    }
    if has_link(item) { Some(item) } else { item.select(known.links.query()).next() }
}

/// The text of an element as a reader sees it, at most `most` characters.
pub(crate) fn words(element: ElementRef<'_>, most: usize) -> String {
    let mut out = String::new();
    for node in element.descendants() {
        match node.value() {
            Node::Text(text) => {
                let hidden = node.parent().and_then(ElementRef::wrap).is_some_and(|parent| {
                    matches!(parent.value().name(), "script" | "style" | "noscript" | "template" | "svg")
                });
                if !hidden {
                    out.push_str(text);
                }
            }
            Node::Element(inner) if !is_inline(inner.name()) => out.push(' '),
            _ => {}
        }
        if out.len() > most.saturating_mul(8) {
            break;
        }
    }
    tidy(&out, most)
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "cite"
            | "code"
            | "em"
            | "i"
            | "mark"
            | "q"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
            | "wbr"
    )
}

/// The date that an element states: in an attribute made for it, else in its text.
pub(crate) fn moment(element: ElementRef<'_>) -> Option<Moment> {
    let stated = ["datetime", "content", "data-time", "data-timestamp", "title"];
    stated
        .iter()
        .find_map(|name| dates::parse(element.value().attr(name)?))
        .or_else(|| dates::parse(&words(element, 100)))
}

pub(crate) fn picture(item: ElementRef<'_>, base: &Url, known: &Known) -> Option<String> {
    let image = item.select(known.picture.query()).next()?;
    let address = ["data-src", "src"]
        .iter()
        .find_map(|name| image.value().attr(name).filter(|a| !a.starts_with("data:")))?;
    base.join(address.trim()).ok().filter(|url| url.scheme().starts_with("http")).map(Into::into)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = r#"<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Märkte</title>
        <link rel="alternate" type="application/rss+xml" href="/feed"><link rel="next" href="/latest/2"></head>
        <body><nav><ul><li><a href="/">Start</a></li><li><a href="/about">Über uns und alle anderen hier</a></li></ul></nav>
        <ul id="list">
        <li class="teaser"><a class="headline" href="/a?utm_source=x">Erste lange Überschrift über Bitcoin</a> <time datetime="2026-04-22T11:36:30+02:00">22.4.</time><p>Was geschah.</p></li>
        <li class="teaser"><a class="headline" href="/b">比特幣突破歷史新高,市場情緒高漲</a> <time datetime="2026-04-21">21.4.</time><p>Mehr dazu.</p><img src="/b.jpg"></li>
        <li class="teaser"><a class="headline" href="/c">Kurz</a> <time datetime="2026-04-20">20.4.</time><p>Noch mehr dazu.</p></li>
        </ul><aside><ul><li><a href="/x">Werbung</a></li><li><a href="/y">Abo</a></li></ul></aside>
        <footer><a href="/imprint">Impressum und weitere Angaben zum Haus</a></footer></body></html>"#;

    fn rules(pages: u32) -> ListingRules {
        let parse = |text: &str| Selector::parse(text).unwrap();
        ListingRules {
            item: parse("li.teaser"),
            link: Some(parse("a.headline")),
            title: Some(parse("a.headline")),
            date: Some(parse("time")),
            summary: Some(parse("p")),
            pages,
        }
    }

    #[test]
    fn selectors_and_the_guess_agree() {
        let base = Url::parse("https://example.com/latest/").unwrap();
        let told = read(PAGE.as_bytes(), None, &base, Some(&rules(2)), 10).unwrap();
        let guessed = read(PAGE.as_bytes(), None, &base, None, 10).unwrap();
        assert_eq!(told.drafts, guessed.drafts);
        assert_eq!(told.drafts.len(), 3);
        assert_eq!(told.drafts[0].published.unwrap().to_string(), "2026-04-22T11:36:30+02:00");
        assert_eq!(told.drafts[1].image.as_deref(), Some("https://example.com/b.jpg"));
        assert_eq!(told.drafts[2].summary, "Noch mehr dazu.");
        assert_eq!(told.feeds_linked[0].as_str(), "https://example.com/feed");
        assert_eq!(told.further[0].url.as_str(), "https://example.com/latest/2");
        assert!(guessed.further.is_empty());
    }

    #[test]
    fn a_page_without_a_list_says_so() {
        let base = Url::parse("https://example.com/").unwrap();
        let read = read(b"<p>Nothing <a href='/x'>here</a></p>", None, &base, None, 10).unwrap();
        let deep = "<div>".repeat(50_000);
        assert!(
            super::read(deep.as_bytes(), None, &base, None, 10).unwrap_err().to_string().contains("deep")
        );
        assert!(read.drafts.is_empty());
        assert!(read.warnings[0].contains("selectors"));
    }

    proptest! {
        #[test]
        fn any_page_is_read(text in "(<li>|<a href=/x>|</a>|</li>|<ul>|word word word |<time>|<div class=a>|</div>){0,40}") {
            let base = Url::parse("https://example.com/").unwrap();
            let _ = read(text.as_bytes(), None, &base, None, 10);
        }
    }
}
