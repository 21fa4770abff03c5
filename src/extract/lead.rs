//! The article's container goes in, the lead that stands outside of it comes out: a standfirst under the headline.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::Evidence;
use crate::extract::hints::Hints;
use crate::extract::meta::Found;
use crate::extract::phrases;
use crate::extract::prune::{Fates, Reason, fold};

/// Most lines taken as lead.
const LINES: usize = 3;

/// The stretches of nodes before `root` that are the lead, in order; what would repeat them in `root` stays there, and
/// they are left out here.
pub(crate) fn outside(
    tree: &Tree,
    evidence: &Evidence,
    found: &Found,
    root: usize,
    fates: &mut Fates,
) -> Vec<(usize, usize)> {
    let description = found.description.as_deref().map(fold).unwrap_or_default();
    let title = fold(&found.title);
    let heading = found.heading.filter(|at| *at < root);
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut at = 1;
    while at < root && parts.len() < LINES {
        let facts = evidence.of(at);
        let tag = tree.tag(at);
        let holds_root = tree.end(at) > root;
        if !holds_root && (facts.zone != Hints::NONE || fates.of(at).is_some() || !is_open(tag)) {
            at = tree.end(at);
            continue;
        }
        if !holds_root && is_line(tree, evidence, at) {
            let words = tree.text_of(at, 1_500);
            let folded = fold(&words);
            let said = !description.is_empty() && folded.len() > 40 && same_start(&folded, &description);
            let near = heading.is_some_and(|heading| at >= tree.end(heading));
            let named = in_lead(tree, evidence, at) && (near || heading.is_none());
            let under = near && facts.own >= 60 && facts.own_marks > 0 && follows(tree, at, heading);
            if (said || named || under) && folded != title && phrases::judge(&words).is_none() {
                if text.is_empty() {
                    text = fold(&tree.text_of(root, 200_000));
                }
                let start: String = folded.chars().take(60).collect();
                let end: String = folded.chars().skip(folded.chars().count().saturating_sub(60)).collect();
                let there = text.contains(&start) && text.contains(&end);
                if !there && !repeats(tree, &parts, &start) {
                    parts.push((at, tree.end(at)));
                    clean(tree, evidence, at, fates);
                }
            }
            at = tree.end(at);
            continue;
        }
        at += 1;
    }
    parts
}

fn is_open(tag: Tag) -> bool {
    !matches!(
        tag,
        Tag::Nav
            | Tag::Aside
            | Tag::Footer
            | Tag::Form
            | Tag::Figure
            | Tag::Ul
            | Tag::Ol
            | Tag::Table
            | Tag::Script
            | Tag::Style
            | Tag::H1
            | Tag::Head
            | Tag::Noscript
            | Tag::Dialog
            | Tag::Button
            | Tag::Select
    )
}

/// True for one line of text that could be a lead.
fn is_line(tree: &Tree, evidence: &Evidence, at: usize) -> bool {
    let facts = evidence.of(at);
    !tree.tag(at).is_inline()
        && facts.own >= 30
        && facts.text < 1_200
        && facts.own * 10 >= facts.text * 8
        && facts.link_share() < 0.35
        && !facts.hints.has(Hints::CAPTION.or(Hints::META).or(Hints::AUTHOR).or(Hints::DATE))
}

/// True where the line or one of the two elements around it is named as a lead.
fn in_lead(tree: &Tree, evidence: &Evidence, at: usize) -> bool {
    // A paragraph that is named a teaser is the article's own; other teasers are links in boxes.
    let teaser =
        tree.tag(at) == Tag::P && evidence.of(at).hints.has(Hints::MORE) && evidence.of(at).links == 0;
    teaser
        || std::iter::once(at)
            .chain(tree.ancestors(at).take(2))
            .any(|up| evidence.of(up).hints.has(Hints::LEAD) && evidence.of(up).text < 1_500)
}

/// True where the line stands close under the headline: in the same element, or in the one around that.
fn follows(tree: &Tree, at: usize, heading: Option<usize>) -> bool {
    let Some(heading) = heading else { return false };
    let up = tree.parent(heading);
    tree.parent(at) == up || tree.parent(at) == tree.parent(up) || tree.parent(tree.parent(at)) == up
}

fn same_start(one: &str, other: &str) -> bool {
    let length = one.chars().count().min(other.chars().count()).min(80);
    length >= 30 && one.chars().take(length).eq(other.chars().take(length))
}

fn repeats(tree: &Tree, parts: &[(usize, usize)], start: &str) -> bool {
    parts.iter().any(|(at, _)| fold(&tree.text_of(*at, 1_500)).starts_with(start))
}

fn clean(tree: &Tree, evidence: &Evidence, at: usize, fates: &mut Fates) {
    for here in at + 1..tree.end(at) {
        if evidence.of(here).hints.has(Hints::META.or(Hints::DATE).or(Hints::AUTHOR).or(Hints::SHARE)) {
            fates.drop(here, Reason::Named);
        }
    }
}
