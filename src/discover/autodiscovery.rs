//! An HTML page goes in, the addresses of the feeds that it links come out.

use url::Url;

use crate::discover::MAX_LINKED;
use crate::discover::feed::lexer::{Lexer, Token};
use crate::model::url::CanonicalUrl;

/// Most tags of a page looked at: feeds are linked from its head.
const MAX_TAGS: usize = 5_000;

const TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
    "text/xml",
];

/// The feeds that `page`, which came from `base`, links with `rel=alternate`, in the page's order, comment feeds last.
pub fn feeds(page: &str, base: &Url) -> Vec<CanonicalUrl> {
    let mut base = base.clone();
    let (mut found, mut comments): (Vec<CanonicalUrl>, Vec<CanonicalUrl>) = (Vec::new(), Vec::new());
    let mut lexer = Lexer::new(page);
    let mut tags = 0;
    while let Some(token) = lexer.token() {
        let Token::Start { name, attributes, .. } = token else { continue };
        tags += 1;
        if tags > MAX_TAGS || found.len() >= MAX_LINKED {
            break;
        }
        let value = |wanted: &str| {
            attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
        };
        let Some(href) = value("href").filter(|href| !href.is_empty()) else { continue };
        if name.eq_ignore_ascii_case("base") {
            base = base.join(href).unwrap_or(base);
        } else if name.eq_ignore_ascii_case("link") && is_feed(value("rel"), value("type"), href) {
            let Ok(url) = CanonicalUrl::join(&base, href) else { continue };
            let title = value("title").unwrap_or_default().to_lowercase();
            let list = if title.contains("comment") || href.contains("comments") {
                &mut comments
            } else {
                &mut found
            };
            if !list.contains(&url) {
                list.push(url);
            }
        }
    }
    found.extend(comments);
    found.truncate(MAX_LINKED);
    found
}

fn is_feed(rel: Option<&str>, kind: Option<&str>, href: &str) -> bool {
    let rel = rel.unwrap_or_default().to_ascii_lowercase();
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let has = |word: &str| rel.split_ascii_whitespace().any(|part| part == word);
    let typed = TYPES.contains(&kind);
    // `application/json` and `text/xml` are also said of things that are no feeds (oEmbed, the REST API of a blog).
    let vague = matches!(kind, "application/json" | "text/xml");
    let named = ["feed", "rss", "atom"].iter().any(|word| href.to_ascii_lowercase().contains(word));
    has("feed") || (has("alternate") && typed && (!vague || (named && !href.contains("oembed"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_its_feeds() {
        let page = r#"<!doctype html><html><head><base href="https://cdn.example.com/x/">
            <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
            <link rel=alternate type=application/atom+xml href=atom.xml>
            <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
            <link rel="alternate" type="application/json+oembed" href="/oembed?x">
            <link rel="stylesheet" href="a.css"></head><body>"#;
        let base = Url::parse("https://example.com/").unwrap();
        let found: Vec<String> = feeds(page, &base).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["https://cdn.example.com/x/atom.xml", "https://cdn.example.com/comments/feed/"]);
    }
}
