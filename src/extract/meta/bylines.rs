//! A page whose authors are named nowhere goes in, the names in links to authors' pages and in signatures come out.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::Evidence;
use crate::extract::hints::Hints;
use crate::extract::meta::names::{distinct, is_full_name, is_somebody, split};

/// How far from the headline a link to an author's page is the article's, in nodes.
const NEAR: usize = 150;
/// How far apart the links of one byline are, in nodes.
const TOGETHER: usize = 12;
/// How many lines may come after a signature.
const AFTER: usize = 1;

/// Full names that link to the pages of authors, near the headline. Many of them are a list of authors, not a byline.
pub(crate) fn linked(
    tree: &Tree,
    evidence: &Evidence,
    site: &[String],
    heading: Option<usize>,
) -> Option<(f32, Vec<String>)> {
    let heading = heading?;
    let mut last = None;
    let names: Vec<String> = (heading.saturating_sub(NEAR / 2)..(heading + NEAR).min(tree.len()))
        .filter(|at| tree.tag(*at) == Tag::A && evidence.of(*at).zone == Hints::NONE)
        .filter(|at| (4..=40).contains(&evidence.of(*at).text))
        .filter(|at| tree.attr(*at, "href").is_some_and(leads_to_author))
        // Those who stand together; later ones have reviewed it, or written something else.
        .take_while(|at| last.replace(*at).is_none_or(|last| at - last < TOGETHER))
        .flat_map(|at| split(&tree.text_of(at, 120)))
        .filter(|name| is_full_name(name) && is_somebody(name, site))
        .collect();
    let names = distinct(names);
    (1..=3).contains(&names.len()).then_some((0.5, names))
}

/// True for an address with something after a segment that means authors.
fn leads_to_author(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let mut parts = path.trim_end_matches('/').rsplit('/').skip(1).take(3);
    parts.any(|part| {
        matches!(
            part,
            "author"
                | "authors"
                | "autor"
                | "autoren"
                | "autorin"
                | "autores"
                | "auteur"
                | "auteurs"
                | "autore"
                | "autori"
                | "staff"
                | "journalist"
                | "journalists"
                | "journaliste"
                | "redakteur"
                | "redakteure"
                | "writer"
                | "writers"
                | "contributor"
                | "contributors"
                | "columnist"
                | "columnists"
                | "reporter"
                | "reporters"
                | "byline"
                | "forfatter"
                | "auteur-e"
        )
    })
}

/// A full name alone in italics or bold under the last paragraph.
pub(crate) fn signed(tree: &Tree, evidence: &Evidence, site: &[String]) -> Option<(f32, Vec<String>)> {
    (1..tree.len())
        .filter(|at| tree.tag(*at) == Tag::P && (6..=40).contains(&evidence.of(*at).text))
        .find_map(|at| {
            let facts = evidence.of(at);
            let emphasised = tree.children(at).any(|child| {
                matches!(tree.tag(child), Tag::Em | Tag::I | Tag::B | Tag::Strong)
                    && evidence.of(child).text == facts.text
            });
            if facts.zone != Hints::NONE || !emphasised || !ends_prose(tree, evidence, at) {
                return None;
            }
            let names = split(&tree.text_of(at, 120));
            let person = |name: &String| {
                let shouts = !name.chars().any(char::is_lowercase);
                is_full_name(name) && is_somebody(name, site) && !shouts
            };
            let good = names.len() < 4 && names.iter().all(person);
            (good && !names.is_empty()).then_some((0.4, names))
        })
}

/// True where prose stands before `at` among its siblings, and hardly any after it.
fn ends_prose(tree: &Tree, evidence: &Evidence, at: usize) -> bool {
    let mut before = 0;
    let (mut lines, mut letters) = (0, 0);
    for sibling in tree.children(tree.parent(at)) {
        let text = evidence.of(sibling).text;
        if sibling < at {
            before += text;
        } else if sibling > at && text > 0 {
            lines += 1;
            letters += text;
        }
    }
    before > 500 && lines <= AFTER && letters < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_authors_are_told_from_others() {
        for (href, author) in [
            ("/authors/ann-lee/", true),
            ("https://paper.example/de/autor/ann-lee", true),
            ("/authors/", false),
            ("/politics/ann-lee", false),
            ("", false),
        ] {
            assert_eq!(leads_to_author(href), author, "{href}");
        }
    }
}
