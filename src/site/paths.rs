//! Nouns go in, output paths come out: the one place that knows where a page, a feed or a JSON file stands. All paths
//! are relative to an edition's root and use `/`; [`up`] leads from a path back to that root.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::model::id::{ArticleId, EventId, SourceId};
use crate::model::lang::Lang;

pub(crate) const FRONT: &str = "index.html";
pub(crate) const SEARCH: &str = "search.html";
pub(crate) const STATUS: &str = "status.html";
pub(crate) const NOT_FOUND: &str = "404.html";
pub(crate) const OPML: &str = "opml.xml";
pub(crate) const SITEMAP: &str = "sitemap.xml";
pub(crate) const NEWS_SITEMAP: &str = "news-sitemap.xml";
pub(crate) const ROBOTS: &str = "robots.txt";
pub(crate) const MANIFEST: &str = "manifest.webmanifest";
pub(crate) const API: &str = "api/v1/";
pub(crate) const ASSETS: &str = "assets/";

/// Where an edition stands below the site's root: nothing for the first one, its tag for the others.
pub(crate) fn prefix(language: &Lang, editions: &[Lang]) -> String {
    match editions.first() {
        Some(first) if first != language => format!("{language}/"),
        _ => String::new(),
    }
}

/// The way from `path` to the folder that `path` is relative to: `../` for every folder in it.
pub(crate) fn up(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

pub(crate) fn article(id: &ArticleId) -> String {
    format!("articles/{id}.html")
}

pub(crate) fn event(id: &EventId) -> String {
    format!("events/{id}.html")
}

pub(crate) fn event_feed(id: &EventId) -> String {
    format!("events/{id}/feed.json")
}

/// The folder of a list, with its closing slash; empty for the list of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder(String);

impl Folder {
    pub(crate) fn root() -> Self {
        Self(String::new())
    }
    pub(crate) fn category(slug: &str) -> Self {
        Self(format!("categories/{slug}/"))
    }
    pub(crate) fn symbol(slug: &str) -> Self {
        Self(format!("symbols/{slug}/"))
    }
    pub(crate) fn source(id: &SourceId) -> Self {
        Self(format!("sources/{id}/"))
    }
    pub(crate) fn language(slug: &str) -> Self {
        Self(format!("languages/{slug}/"))
    }
    pub(crate) fn day(date: Date) -> Self {
        Self(format!("archive/{:04}/{:02}/{:02}/", date.year(), date.month(), date.day()))
    }
    /// The folder as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
    /// Its front page.
    pub(crate) fn index(&self) -> String {
        format!("{}index.html", self.0)
    }
    /// Page `number` of its older articles, counted from the oldest.
    pub(crate) fn page(&self, number: u32) -> String {
        format!("{}page/{number}.html", self.0)
    }
    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> String {
        format!("{}{name}", self.0)
    }
}

pub(crate) fn api_article(id: &ArticleId) -> String {
    format!("{API}articles/{id}.json")
}

pub(crate) fn api_event(id: &EventId) -> String {
    format!("{API}events/{id}.json")
}

pub(crate) fn about(slug: &str) -> String {
    if slug == "about" { "about.html".to_owned() } else { format!("about/{slug}.html") }
}

/// One slug a name, in order: lower-case ASCII, never empty, unique also on disks that are blind to case. A slug that
/// is taken, or says nothing (`+++`), gets a suffix made from the name itself, so that it does not depend on neighbours'
/// order alone.
pub(crate) fn slugs<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<&str> = names.into_iter().collect();
    let mut wanted: HashMap<String, u32> = HashMap::new();
    for name in &names {
        *wanted.entry(slug(name)).or_default() += 1;
    }
    let mut taken = HashSet::new();
    names
        .iter()
        .map(|name| {
            let plain = slug(name);
            let exact = name.to_ascii_lowercase() == plain;
            let mut out = if plain.is_empty() || (wanted.get(&plain).copied().unwrap_or(0) > 1 && !exact) {
                let mark = blake3::hash(name.as_bytes()).to_hex();
                format!("{plain}{}x{}", if plain.is_empty() { "" } else { "-" }, &mark.as_str()[..6])
            } else {
                plain
            };
            while !taken.insert(out.clone()) {
                out.push_str("-2");
            }
            out
        })
        .collect()
}

/// `name` in lower-case ASCII letters, digits and single hyphens, at most 48 bytes; possibly empty.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 48 {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slugs_are_lower_case_and_never_meet() {
        assert_eq!(slugs(["^GSPC", "BTC", "BRK.B", "zh_news"]), ["gspc", "btc", "brk-b", "zh-news"]);
        let out = slugs(["GSPC", "^GSPC", "gspc", "株式", "+", "con"]);
        assert_eq!(out[0], "gspc");
        let unique: HashSet<_> = out.iter().collect();
        assert_eq!(unique.len(), out.len(), "{out:?}");
        assert!(
            out.iter().all(|s| !s.is_empty()
                && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
        );
    }

    #[test]
    fn a_slug_stays_when_neighbours_come() {
        let before = slugs(["^GSPC", "GSPC"]);
        let after = slugs(["GSPC", "^GSPC", "BTC"]);
        assert_eq!((&before[0], &before[1]), (&after[1], &after[0]));
    }

    #[test]
    fn every_path_leads_back_to_its_root() {
        assert_eq!(up(FRONT), "");
        assert_eq!(up("archive/2026/04/22/index.html"), "../../../../");
        let en = Lang::parse("en").unwrap();
        let zh = Lang::parse("zh-Hant").unwrap();
        assert_eq!(prefix(&en, &[en.clone(), zh.clone()]), "");
        assert_eq!(prefix(&zh, &[en, zh.clone()]), "zh-Hant/");
    }

    proptest! {
        #[test]
        fn any_names_get_distinct_slugs(names in proptest::collection::hash_set(".{0,60}", 0..20)) {
            let out = slugs(names.iter().map(String::as_str));
            let unique: HashSet<_> = out.iter().collect();
            prop_assert_eq!(unique.len(), names.len());
        }
    }
}
