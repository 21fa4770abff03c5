//! What a page offers as titles goes in, the article's title without the publication's name comes out.

use crate::dom::tree::Tree;
use crate::extract::meta::collect::Raw;
use crate::extract::meta::jsonld::Linked;
use crate::extract::meta::{Source, plain};
use crate::extract::prune::fold;

/// Signs that part a title from the publication's name.
const PARTS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " / ", " < ", " > ", "｜", "_", " ~ ",
    " † ", ": ", " : ",
];

/// The title found, where, and the place of the heading that shows it.
#[derive(Debug)]
pub(crate) struct Title {
    pub(crate) text: String,
    pub(crate) source: Source,
    pub(crate) confidence: f32,
    pub(crate) heading: Option<usize>,
}

/// Chooses the title.
pub(crate) fn find(
    tree: &Tree,
    raw: &Raw<'_>,
    linked: &Linked,
    site: Option<&str>,
    feed: Option<&str>,
) -> Title {
    let site = site.map(fold).unwrap_or_default();
    let graph = raw
        .first(&["og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title"])
        .map(plain);
    let stated: Vec<String> =
        [Some(plain(&raw.title)), graph.clone(), linked.headline.as_deref().map(plain), feed.map(plain)]
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .collect();
    let folded: Vec<String> = stated.iter().map(|text| fold(text)).collect();
    let mut best: Option<(f32, usize, String)> = None;
    for (order, (level, at)) in raw.headings.iter().enumerate() {
        let text = tree.text_of(*at, 400);
        let score = shown(&text, *level, order, &folded, &site);
        if score > best.as_ref().map_or(0.0, |(score, ..)| *score) {
            best = Some((score, *at, text));
        }
    }
    for at in &raw.titled {
        let text = tree.text_of(*at, 400);
        let score = shown(&text, 4, 0, &folded, &site) - 0.3;
        if score > 1.0 && score > best.as_ref().map_or(0.0, |(score, ..)| *score) {
            best = Some((score, *at, text));
        }
    }
    if let Some((score, at, text)) = best {
        return Title {
            text,
            source: Source::Visible,
            confidence: (score / 2.0).min(1.0),
            heading: Some(at),
        };
    }
    let source = if linked.headline.is_some() {
        Source::JsonLd
    } else if graph.is_some() {
        Source::OpenGraph
    } else if raw.title.is_empty() {
        Source::Feed
    } else {
        Source::Meta
    };
    let text = linked
        .headline
        .as_deref()
        .map(plain)
        .or(graph)
        .or_else(|| stated.first().cloned())
        .unwrap_or_default();
    Title { text: strip(&text, &site), source, confidence: 0.6, heading: None }
}

/// How likely a visible heading is the title; 0 for no.
fn shown(text: &str, level: u8, order: usize, stated: &[String], site: &str) -> f32 {
    let folded = fold(text);
    let letters = folded.chars().count();
    if !(2..=300).contains(&letters) || folded == *site {
        return 0.0;
    }
    let likeness = stated.iter().map(|title| alike(&folded, title)).fold(0.0_f32, f32::max);
    let kind = match level {
        1 => 1.0,
        2 => 0.35,
        _ => 0.1,
    };
    // A heading of a page that repeats its name in every title stands in the part after the sign.
    let first = if order == 0 { 0.1 } else { 0.0 };
    let short = if letters < 8 { -0.4 } else { 0.0 };
    let score = kind + 1.5 * likeness + first + short;
    if level == 1 || likeness > 0.55 { score } else { 0.0 }
}

/// How alike two folded texts are, 0 to 1: shared letter triples, or one within the other.
fn alike(one: &str, other: &str) -> f32 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if long.contains(short) {
        return (0.55 + 0.45 * short.len() as f32 / long.len() as f32).min(1.0);
    }
    let triples = |text: &str| -> Vec<[char; 3]> {
        let chars: Vec<char> = text.chars().take(200).collect();
        chars.windows(3).filter_map(|w| <[char; 3]>::try_from(w).ok()).collect()
    };
    let (a, b) = (triples(short), triples(long));
    if a.is_empty() {
        return 0.0;
    }
    let shared = a.iter().filter(|triple| b.contains(triple)).count();
    0.8 * shared as f32 / a.len() as f32
}

/// The title without the publication's name, where that stands at either end.
pub(crate) fn strip(title: &str, site: &str) -> String {
    let title = title.trim();
    for sign in PARTS {
        let colon = sign.contains(':');
        if let Some((front, back)) = title.rsplit_once(sign) {
            let (f, b) = (fold(front), fold(back));
            let named =
                !site.is_empty() && (b == *site || (b.len() > 3 && site.contains(&b)) || b.contains(site));
            if named && f.chars().count() > 3 {
                return strip(front, site);
            }
            // The last part after a bar or a dash is a name where it is short and the rest is not.
            if !colon
                && *sign != " / "
                && b.chars().count() * 3 < f.chars().count()
                && back.split_whitespace().count() < 5
                && f.chars().count() > 15
            {
                return front.trim().to_owned();
            }
        }
        if let Some((front, back)) = title.split_once(sign) {
            let (f, b) = (fold(front), fold(back));
            let named = !site.is_empty() && (f == *site || (f.len() > 3 && f.contains(site)));
            if named && b.chars().count() > 3 {
                return back.trim().to_owned();
            }
        }
    }
    title.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_publications_name_goes() {
        for (title, site, bare) in [
            (
                "Rain falls on the whole country - The Daily Paper",
                "thedailypaper",
                "Rain falls on the whole country",
            ),
            ("The Daily Paper: Rain", "thedailypaper", "Rain"),
            ("大雨持續影響北部地區_新聞網", "新聞網", "大雨持續影響北部地區"),
            ("Covid-19: what we know", "thepaper", "Covid-19: what we know"),
        ] {
            assert_eq!(strip(title, site), bare);
        }
    }
}
