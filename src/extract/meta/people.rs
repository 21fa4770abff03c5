//! What a page offers as authors goes in, names of people come out, without "by", roles, addresses and the publisher.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::{Evidence, silent};
use crate::extract::hints::Hints;
use crate::extract::meta::bylines;
use crate::extract::meta::collect::Raw;
use crate::extract::meta::jsonld::Linked;
use crate::extract::meta::names::{
    MOST, after_date, distinct, is_full_name, is_slug, is_somebody, looks_like_name, split, without_by,
};
use crate::extract::meta::{Source, plain};
use crate::extract::prune::fold;

/// The authors found, where, and how sure. `site` holds the publication's names, folded, the host last.
pub(crate) fn find(
    tree: &Tree,
    evidence: &Evidence,
    raw: &Raw<'_>,
    linked: &Linked,
    site: &[String],
    heading: Option<usize>,
) -> (Vec<String>, Source, f32) {
    let seen = Seen::of(tree);
    let tidy = |list: &[String], site: &[String]| -> Vec<String> {
        list.iter()
            .filter(|text| !text.contains("://"))
            .flat_map(|text| split(&plain(text)))
            .filter(|name| {
                is_somebody(name, if is_full_name(name) { &[] } else { site })
                    && !is_slug(name)
                    && seen.has(name)
            })
            .collect()
    };
    let visible = visible(tree, evidence, raw, site, heading);
    // A person may be called like the address that is theirs, but hardly like the publication.
    let names = site.get(..site.len().saturating_sub(1)).unwrap_or_default();
    let persons = tidy(&linked.persons, names);
    if !persons.is_empty() {
        if let (Some((names, sure)), [one]) = (&visible, persons.as_slice())
            && let [seen] = names.as_slice()
            && seen.starts_with(&format!("{one} "))
        {
            return (names.clone(), Source::Visible, *sure);
        }
        return (distinct(persons), Source::JsonLd, 0.9);
    }
    let stated: Vec<String> = [
        "author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "dc.author",
        "byl",
        "parsely-author",
        "sailthru.author",
        "citation_author",
        "article:author_name",
        "og:article:author",
        "byline",
        "creator",
    ]
    .into_iter()
    .map(|name| raw.all(name).map(plain).collect::<Vec<String>>())
    .map(|list| tidy(&list, site))
    .find(|list| !list.is_empty())
    .or_else(|| labelled(raw).map(|name| tidy(&[name], site)))
    .unwrap_or_default();
    let others = tidy(&linked.others, site);
    if let Some((names, sure)) = &visible
        && names.iter().all(|name| is_full_name(name))
        && (is_poorer(&others, names) || (others.is_empty() && is_poorer(&stated, names)))
    {
        return (distinct(names.clone()), Source::Visible, *sure);
    }
    if let Some((names, sure)) = &visible
        && *sure > 0.75
    {
        return (distinct(names.clone()), Source::Visible, *sure);
    }
    if !others.is_empty() {
        return (distinct(others), Source::JsonLd, 0.7);
    }
    if !stated.is_empty() {
        return (distinct(stated), Source::Meta, 0.7);
    }
    match visible {
        Some((names, sure)) => (distinct(names), Source::Visible, sure),
        None => (Vec::new(), Source::Visible, 0.0),
    }
}

/// True where machines are told a part of the names that readers see, or only a word that is no full name.
fn is_poorer(told: &[String], seen: &[String]) -> bool {
    let part = told.len() < seen.len() && told.iter().all(|name| seen.contains(name));
    !told.is_empty() && (part || !told.iter().any(|name| is_full_name(name)))
}

/// All that readers see. A name that only machines are told is as often a publisher's user account or a leftover as it
/// is the author's: it is not believed.
struct Seen(String);

impl Seen {
    fn of(tree: &Tree) -> Self {
        let body = (1..tree.len()).find(|at| tree.tag(*at) == Tag::Body).unwrap_or(0);
        let mut text = String::new();
        for at in body..tree.end(body) {
            if tree.tag(at) == Tag::Text && !silent(tree.tag(tree.parent(at))) {
                text.push_str(tree.text(at));
            }
        }
        Self(text)
    }

    /// True where the name stands on the page, in any case.
    fn has(&self, name: &str) -> bool {
        self.0.trim().is_empty() || self.0.contains(name) || {
            let lower = self.0.to_lowercase();
            lower.contains(&name.to_lowercase())
        }
    }
}

/// The author in the labels that a page gives to link previews: "Written by".
fn labelled(raw: &Raw<'_>) -> Option<String> {
    [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")].into_iter().find_map(
        |(label, data)| {
            let label = raw.first(&[label])?.to_lowercase();
            let by = [
                "written by",
                "verfasst von",
                "geschrieben von",
                "escrito por",
                "écrit par",
                "scritto da",
                "geschreven door",
                "napisane przez",
                "skrevet av",
                "skriven av",
                "написано",
                "作者",
            ];
            by.iter()
                .any(|word| label.starts_with(word))
                .then(|| raw.first(&[data]).map(str::to_owned))
                .flatten()
        },
    )
}

/// Names in properties, author links and bylines that people see.
fn visible(
    tree: &Tree,
    evidence: &Evidence,
    raw: &Raw<'_>,
    site: &[String],
    heading: Option<usize>,
) -> Option<(Vec<String>, f32)> {
    let mut found: Vec<String> = Vec::new();
    for (name, at) in &raw.properties {
        if matches!(*name, "author" | "creator" | "author name") && !inside_property(tree, *at, "comment") {
            let text = inner_name(tree, *at);
            if text.starts_with('/') || text.contains("://") {
                continue;
            }
            found.extend(split(&text).into_iter().filter(|name| is_somebody(name, site)));
        }
    }
    if !found.is_empty() && found.len() <= MOST {
        return Some((found, 0.8));
    }
    let mut best: Option<(f32, Vec<String>)> = None;
    for at in &raw.bylines {
        let facts = evidence.of(*at);
        let text = tree.text_of(*at, 300);
        let (bare, by) = without_by(&text);
        let rel = tree.attr(*at, "rel").is_some_and(|rel| rel.contains("author"));
        let named = facts.hints.has(Hints::AUTHOR) || rel;
        if !by && !named {
            continue;
        }
        let class = tree.attr(*at, "class").unwrap_or_default();
        let card = rel || class.contains("vcard");
        let own = site.get(..site.len().saturating_sub(1)).unwrap_or_default();
        let bare = after_date(bare);
        // A blog may be called after the one who writes it, but the author's card does not bear its whole name.
        let somebody = |name: &String| {
            if card { is_somebody(name, &[]) && !own.contains(&fold(name)) } else { is_somebody(name, site) }
        };
        let names: Vec<String> = split(bare).into_iter().filter(somebody).collect();
        let handle = |name: &String| card && !name.contains(' ') && name.chars().count() <= 25;
        if names.is_empty()
            || names.len() > 6
            || names.iter().any(|name| !looks_like_name(name) && !handle(name))
        {
            continue;
        }
        let mut sure: f32 = 0.5;
        if by {
            sure += 0.15;
        }
        if rel || tree.tag(*at) == Tag::A {
            sure += 0.1;
        }
        if let Some(heading) = heading {
            let near = at.abs_diff(heading) < 120;
            sure += if near { 0.1 } else { -0.1 };
        }
        if best.as_ref().is_none_or(|(have, _)| sure > *have + 0.01) {
            best = Some((sure, names));
        }
    }
    best = best
        .or_else(|| bylines::linked(tree, evidence, site, heading))
        .or_else(|| spoken(tree, evidence, site, heading))
        .or_else(|| bylines::signed(tree, evidence, site));
    best.map(|(sure, names)| (names, sure))
}

/// A short line near the headline that begins with "by".
fn spoken(
    tree: &Tree,
    evidence: &Evidence,
    site: &[String],
    heading: Option<usize>,
) -> Option<(f32, Vec<String>)> {
    let heading = heading.unwrap_or(0);
    if heading > 0
        && let Some(names) = dated_name(tree, evidence, site, heading)
    {
        return Some((0.45, names));
    }
    for at in heading.saturating_sub(40)..tree.len() {
        let facts = evidence.of(at);
        if tree.tag(at) == Tag::Text
            || facts.own < 6
            || facts.text > 70
            || facts.own != facts.text
            || facts.zone != Hints::NONE
        {
            continue;
        }
        let text = tree.text_of(at, 200);
        let (bare, by) = without_by(&text);
        if !by {
            continue;
        }
        let names: Vec<String> = split(bare).into_iter().filter(|name| is_somebody(name, site)).collect();
        let lower = text.trim().to_lowercase();
        // "Von Ann Lee, dpa": the first names count where they are full.
        let whole: Vec<String> = names.iter().take_while(|name| is_full_name(name)).cloned().collect();
        let plain = [
            "posted by ",
            "geschrieben von ",
            "erstellt von ",
            "written by ",
            "autor: ",
            "autorin: ",
            "author: ",
            "eingestellt von ",
            "publié par ",
            "publicado por ",
        ];
        if let [one, ..] = names.as_slice()
            && plain.iter().any(|word| lower.starts_with(word))
            && looks_like_name(one)
        {
            return Some((0.5, vec![one.clone()]));
        }
        if !whole.is_empty() && names.len() < 5 {
            return Some((0.5, whole));
        }
    }
    None
}

/// A line close to the headline that holds a date, a sign and a full name: "04.02.2022 | Ann Lee".
fn dated_name(tree: &Tree, evidence: &Evidence, site: &[String], heading: usize) -> Option<Vec<String>> {
    for at in heading.saturating_sub(25)..(heading + 40).min(tree.len()) {
        let facts = evidence.of(at);
        if tree.tag(at) == Tag::Text
            || facts.own < 12
            || facts.text > 70
            || facts.own != facts.text
            || facts.zone != Hints::NONE
        {
            continue;
        }
        let text = tree.text_of(at, 200);
        if text.chars().filter(char::is_ascii_digit).count() < 4 {
            continue;
        }
        let name = text
            .split(['|', '•', '·', '–', '/'])
            .flat_map(|part| part.split(" - "))
            .map(str::trim)
            .find(|part| is_full_name(part) && is_somebody(part, site));
        // "6.11.2023 13:30 von Olga"
        let name = name.or_else(|| {
            let after = after_date(&text);
            let one = after.trim().split(' ').next().unwrap_or_default();
            let good = after.len() < text.len() && looks_like_name(one) && is_somebody(one, site);
            let full = after.trim();
            let full = if is_full_name(full) && is_somebody(full, site) { full } else { one };
            good.then_some(full)
        });
        if let Some(name) = name {
            return Some(vec![name.to_owned()]);
        }
    }
    None
}

fn inside_property(tree: &Tree, at: usize, name: &str) -> bool {
    tree.ancestors(at).any(|up| tree.attr(up, "itemprop") == Some(name))
}

/// The name within an author property: its `name`, its content, or its words.
fn inner_name(tree: &Tree, at: usize) -> String {
    for here in at + 1..tree.end(at) {
        if tree.attr(here, "itemprop") == Some("name") {
            return tree.attr(here, "content").map_or_else(|| tree.text_of(here, 200), plain);
        }
    }
    tree.attr(at, "content").map_or_else(|| without_by(&tree.text_of(at, 200)).0.to_owned(), plain)
}
