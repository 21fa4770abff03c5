//! An OPML list (opml.org, 1.0 to 2.0) goes in, the feeds that it names come out; and the other way round.

use std::collections::{BTreeMap, HashSet};

use url::Url;

use crate::discover::draft::Reading;
use crate::discover::feed::decode;
use crate::discover::feed::lexer::{Attribute, Lexer, Token};
use crate::discover::markup::{escape, tidy};
use crate::discover::{DiscoverError, FeedInfo, MAX_FURTHER};
use crate::model::lang::Lang;
use crate::model::url::CanonicalUrl;

/// Most feeds taken from one list.
const MAX_OUTLINES: usize = 10_000;
/// Deepest folder that is told.
const MAX_DEPTH: usize = 16;

/// One feed of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub title: String,
    /// The feed's address.
    pub feed: CanonicalUrl,
    /// The site's address.
    pub site: Option<String>,
    /// The folders that it lies in, outermost first; or its `category`.
    pub folders: Vec<String>,
    /// Its language.
    pub language: Option<Lang>,
}

/// A list: its title, its feeds in order, what was wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The list's own title.
    pub title: Option<String>,
    /// Its feeds, each once.
    pub outlines: Vec<Outline>,
    /// What was wrong, in words.
    pub damaged: Option<String>,
}

/// Reads a list; addresses are taken relative to `base`.
pub fn list(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Result<List, DiscoverError> {
    let decoded = decode::decode(bytes, content_type);
    let mut lexer = Lexer::new(&decoded.text);
    let mut list = List::default();
    let (mut is_opml, mut in_title) = (false, false);
    // One place for each open outline: the folder's name, or nothing for a feed.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut seen = HashSet::new();
    while let Some(token) = lexer.token() {
        match token {
            Token::Start { name, attributes, empty } => match name.to_ascii_lowercase().as_str() {
                "opml" => is_opml = true,
                "title" => in_title = list.title.is_none() && !empty,
                "outline" if list.outlines.len() < MAX_OUTLINES => {
                    let outline = outline(&attributes, &open, base);
                    if !empty {
                        let folder =
                            outline.is_none().then(|| text(&attributes)).filter(|name| !name.is_empty());
                        open.push(folder);
                    }
                    if let Some(outline) = outline
                        && seen.insert(outline.feed.clone())
                    {
                        list.outlines.push(outline);
                    }
                }
                _ => {}
            },
            Token::End(name) if name.eq_ignore_ascii_case("outline") => {
                open.pop();
            }
            Token::End(_) => in_title = false,
            Token::Text(text) | Token::Literal(text) if in_title => {
                list.title = Some(tidy(&text, 300)).filter(|title| !title.is_empty());
            }
            Token::Text(_) | Token::Literal(_) => {}
        }
    }
    if !is_opml {
        return Err(DiscoverError::OtherKind {
            found: "no OPML list".to_owned(),
            remedy: "give the address of an OPML file, or another `kind`",
        });
    }
    lexer.faults.cut |= !open.is_empty();
    lexer.faults.bytes |= decoded.damaged;
    list.damaged = lexer.faults.words();
    Ok(list)
}

fn value<'a>(attributes: &'a [Attribute<'_>], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

fn text(attributes: &[Attribute<'_>]) -> String {
    tidy(value(attributes, "title").or_else(|| value(attributes, "text")).unwrap_or_default(), 300)
}

fn outline(attributes: &[Attribute<'_>], open: &[Option<String>], base: &Url) -> Option<Outline> {
    let address = value(attributes, "xmlUrl").or_else(|| {
        // Some programs write the address under `url`, with a type.
        value(attributes, "url").filter(|_| value(attributes, "type").is_some_and(|kind| kind != "link"))
    })?;
    let feed = CanonicalUrl::join(base, address).ok()?;
    let mut folders: Vec<String> = open.iter().flatten().take(MAX_DEPTH).cloned().collect();
    if folders.is_empty() {
        let category =
            value(attributes, "category").unwrap_or_default().split(',').next().unwrap_or_default();
        folders = category
            .split('/')
            .map(|part| tidy(part, 100))
            .filter(|part| !part.is_empty())
            .take(MAX_DEPTH)
            .collect();
    }
    Some(Outline {
        title: text(attributes),
        feed,
        site: value(attributes, "htmlUrl").map(str::to_owned),
        folders,
        language: value(attributes, "language").and_then(|tag| Lang::parse(tag).ok()),
    })
}

/// Reads a list as a source of sources: its feeds are `further`.
pub fn read(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Result<Reading, DiscoverError> {
    let list = list(bytes, content_type, base)?;
    let mut warnings = Vec::new();
    if list.outlines.len() > MAX_FURTHER {
        warnings.push(format!("the list names {} feeds; {MAX_FURTHER} were taken", list.outlines.len()));
    }
    Ok(Reading {
        feed: FeedInfo { title: list.title, ..FeedInfo::default() },
        damaged: list.damaged,
        dialect: "OPML",
        further: list.outlines.into_iter().map(|outline| outline.feed.into()).take(MAX_FURTHER).collect(),
        warnings,
        ..Reading::default()
    })
}

/// Writes a list in OPML 2.0, feeds sorted into their outermost folders, folders by name, feeds in the given order.
pub fn write(title: &str, outlines: &[Outline]) -> String {
    let mut folders: BTreeMap<&str, Vec<&Outline>> = BTreeMap::new();
    for outline in outlines {
        folders.entry(outline.folders.first().map_or("", String::as_str)).or_default().push(outline);
    }
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>");
    escape(title, &mut out);
    out.push_str("</title></head>\n<body>\n");
    for (folder, outlines) in folders {
        if !folder.is_empty() {
            out.push_str("<outline");
            attribute("text", folder, &mut out);
            out.push_str(">\n");
        }
        for outline in outlines {
            out.push_str("<outline type=\"rss\"");
            attribute("text", &outline.title, &mut out);
            attribute("xmlUrl", outline.feed.as_str(), &mut out);
            if let Some(site) = &outline.site {
                attribute("htmlUrl", site, &mut out);
            }
            if let Some(language) = &outline.language {
                attribute("language", language.as_str(), &mut out);
            }
            out.push_str("/>\n");
        }
        if !folder.is_empty() {
            out.push_str("</outline>\n");
        }
    }
    out.push_str("</body>\n</opml>\n");
    out
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(&tidy(value, 2048), out);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Url {
        Url::parse("https://example.com/list.opml").unwrap()
    }

    #[test]
    fn a_list_survives_writing_and_reading() {
        let outline = |title: &str, feed: &str, folder: Option<&str>| Outline {
            title: title.to_owned(),
            feed: CanonicalUrl::parse(feed).unwrap(),
            site: Some("https://example.com/".to_owned()),
            folders: folder.map(str::to_owned).into_iter().collect(),
            language: Lang::parse("zh-Hant").ok(),
        };
        let outlines = vec![
            outline("動區 & \"Co\"", "https://example.com/a?x=1&y=2", None),
            outline("B", "https://b.org/", Some("Märkte")),
        ];
        let written = write("Mine <1>", &outlines);
        let read = list(written.as_bytes(), None, &base()).unwrap();
        assert_eq!((read.title.as_deref(), read.damaged), (Some("Mine <1>"), None));
        assert_eq!(read.outlines, outlines);
    }

    #[test]
    fn lists_of_other_programs_are_read() {
        let text = r#"<opml version="1.0"><head/><body><outline text="Crypto" title="Crypto"><outline text="Deep">
            <outline text="A" type="rss" xmlurl="/a.xml"/><outline text="A again" xmlUrl="/a.xml" /></outline></outline>
            <outline text="B" type="rss" url="https://b.org/feed" category="/Markets/EU,x"/><outline text="C" type="link" url="/c"/>
            <outline text="bad" xmlUrl="javascript:1"/><outline text="AT&T" xmlUrl="/t.xml"></body>"#;
        let read = list(text.as_bytes(), None, &base()).unwrap();
        let told: Vec<(&str, String)> =
            read.outlines.iter().map(|o| (o.title.as_str(), o.folders.join("/"))).collect();
        assert_eq!(told, [("A", "Crypto/Deep".into()), ("B", "Markets/EU".into()), ("AT&T", String::new())]);
        assert!(read.damaged.is_some());
        assert!(list(b"<rss/>", None, &base()).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "<opml>(<outline xmlUrl='/a'>|</outline>|<outline|>|text='x'|&){0,20}") {
            let _ = list(text.as_bytes(), None, &base());
        }
    }
}
