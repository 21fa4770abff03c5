//! A page without rules goes in, the drafts of its most likely list of articles come out.
//!
//! Links are grouped by their place in the tree (their own name and class and those of four ancestors). A group
//! weighs as much as its links read like headlines. The heaviest group wins; others of at least a fifth of its
//! weight join it. An item is the widest element around a link that holds no other link of the list.

use std::collections::{BTreeMap, HashMap, HashSet};

use url::Url;

use crate::discover::draft::Draft;
use crate::discover::listing::{Known, moment, picture, words};
use crate::discover::markup::{MAX_SUMMARY, MAX_TITLE};
use crate::dom::{ElementRef, Html};
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;
use crate::text::words::is_cjk;

/// Most links of a page looked at.
const MAX_LINKS: usize = 5_000;
/// How many ancestors make up a link's place.
const PLACE: usize = 4;
/// Shortest text, in Latin letters, that reads like a headline; Han, Kana and Hangul count thrice.
const HEADLINE: usize = 18;
/// Fewest different addresses that make a list.
const FEWEST: usize = 3;

struct Found<'a> {
    link: ElementRef<'a>,
    url: CanonicalUrl,
    title: String,
}

/// Finds the list of articles of a page.
pub(super) fn drafts(page: &Html, base: &Url, known: &Known, most: usize) -> Vec<Draft> {
    let groups = groups(page, base, known);
    let weights: Vec<usize> = groups.iter().map(|group| weight(group)).collect();
    let Some(best) = weights.iter().copied().max().filter(|best| *best > 0) else { return Vec::new() };
    let chosen =
        groups.iter().zip(&weights).filter(|(_, weight)| **weight * 5 >= best).flat_map(|(group, _)| group);
    let mut chosen: Vec<&Found<'_>> = chosen.collect();
    // Back into the order of the page, whichever group a link came from.
    let order: HashMap<_, usize> = page
        .select(known.links.query())
        .take(MAX_LINKS)
        .enumerate()
        .map(|(n, link)| (link.id(), n))
        .collect();
    chosen.sort_by_key(|found| order.get(&found.link.id()).copied().unwrap_or(usize::MAX));
    let links: HashSet<_> = chosen.iter().map(|found| found.link.id()).collect();
    let addresses: HashMap<_, &CanonicalUrl> =
        chosen.iter().map(|found| (found.link.id(), &found.url)).collect();
    let mut seen = HashSet::new();
    chosen
        .into_iter()
        .filter(|found| seen.insert(found.url.clone()))
        .take(most)
        .map(|found| {
            let alone = |element: ElementRef<'_>| {
                element
                    .select(known.links.query())
                    .filter(|link| links.contains(&link.id()))
                    .all(|link| addresses.get(&link.id()) == Some(&&found.url))
            };
            draft(found, item(found.link, alone), base, known)
        })
        .collect()
}

/// The links of a page by their place, each place in the order of its first link.
fn groups<'a>(page: &'a Html, base: &Url, known: &Known) -> Vec<Vec<Found<'a>>> {
    let here = CanonicalUrl::join(base, "").ok();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Found<'a>>> = Vec::new();
    for link in page.select(known.links.query()).take(MAX_LINKS) {
        let Some(url) = link.value().attr("href").and_then(|href| CanonicalUrl::join(base, href).ok()) else {
            continue;
        };
        let is_article = url.as_url().path().len() > 1 || url.as_url().query().is_some();
        if Some(&url) == here.as_ref() || !is_article || !is_near(&url, base) {
            continue;
        }
        let title = title(link);
        if title.is_empty() {
            continue;
        }
        let Some(place) = place(link) else { continue };
        let at = *places.entry(place).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.push(Found { link, url, title });
        }
    }
    groups
}

/// True for addresses of the same house: the same host, or one below the other.
fn is_near(url: &CanonicalUrl, base: &Url) -> bool {
    let ours = base.host_str().unwrap_or_default().trim_start_matches("www.");
    let theirs = url.host().trim_start_matches("www.");
    ours == theirs || theirs.ends_with(&format!(".{ours}")) || ours.ends_with(&format!(".{theirs}"))
}

/// A link's title: a heading in it, else its text.
fn title(link: ElementRef<'_>) -> String {
    let heading = link
        .descendants()
        .filter_map(ElementRef::wrap)
        .find(|element| matches!(element.value().name(), "h1" | "h2" | "h3" | "h4"));
    words(heading.unwrap_or(link), MAX_TITLE)
}

/// A link's place in the tree; nothing where it stands in navigation or the page's foot.
fn place(link: ElementRef<'_>) -> Option<String> {
    let mut place = step(link);
    for (n, ancestor) in link.ancestors().filter_map(ElementRef::wrap).enumerate() {
        let name = ancestor.value().name();
        if matches!(name, "nav" | "footer" | "form")
            || matches!(ancestor.value().attr("role"), Some("navigation" | "contentinfo"))
        {
            return None;
        }
        if n < PLACE {
            place.push('<');
            place.push_str(&step(ancestor));
        }
        if n > 200 {
            break;
        }
    }
    Some(place)
}

fn step(element: ElementRef<'_>) -> String {
    let class = element.value().classes().next().unwrap_or_default();
    // Numbers in classes (post-1234) tell items apart that are alike.
    let class: String = class.chars().filter(|c| !c.is_ascii_digit()).collect();
    format!("{}.{class}", element.value().name())
}

/// How much a group reads like a list of headlines; 0 where it is none.
fn weight(group: &[Found<'_>]) -> usize {
    let mut seen = HashSet::new();
    let mut lengths: Vec<usize> =
        group.iter().filter(|found| seen.insert(&found.url)).map(|found| length(&found.title)).collect();
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    if lengths.len() < FEWEST || median < HEADLINE {
        return 0;
    }
    lengths.iter().map(|length| (*length).min(90)).sum()
}

fn length(title: &str) -> usize {
    title.chars().map(|c| if is_cjk(c) { 3 } else { 1 }).sum()
}

/// The widest element around a link that holds no other link of the list.
fn item<'a>(link: ElementRef<'a>, alone: impl Fn(ElementRef<'a>) -> bool) -> ElementRef<'a> {
    let mut item = link;
    for ancestor in link.ancestors().filter_map(ElementRef::wrap).take(8) {
        if matches!(ancestor.value().name(), "body" | "html" | "main") || !alone(ancestor) {
            break;
        }
        item = ancestor;
    }
    item
}

fn draft(found: &Found<'_>, item: ElementRef<'_>, base: &Url, known: &Known) -> Draft {
    let summary = item
        .select(known.paragraph.query())
        .map(|paragraph| words(paragraph, MAX_SUMMARY))
        .filter(|text| *text != found.title && length(text) > 3)
        .max_by_key(|text| length(text))
        .unwrap_or_default();
    Draft {
        url: Some(found.url.clone()),
        title: found.title.clone(),
        published: date(item, known),
        summary,
        image: picture(item, base, known),
        ..Draft::default()
    }
    .bounded()
}

/// A `time`, else a short element whose class speaks of dates.
fn date(item: ElementRef<'_>, known: &Known) -> Option<Moment> {
    item.select(known.time.query()).find_map(moment).or_else(|| {
        item.descendants()
            .filter_map(ElementRef::wrap)
            .filter(|element| {
                element.value().classes().any(|class| {
                    let class = class.to_ascii_lowercase();
                    class.contains("date") || class.contains("time") || class.contains("publish")
                })
            })
            .take(10)
            .find_map(moment)
    })
}
