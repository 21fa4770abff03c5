//! Evidence goes in, the element that holds the article comes out.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::{Evidence, Facts};
use crate::extract::hints::Hints;
use crate::extract::lead;
use crate::extract::meta::Found;
use crate::extract::prune::{Fates, Reason, fold, prune, silence};

/// What of the page is the article.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The element that holds it.
    pub(crate) container: usize,
    /// The stretches of nodes that are read, in the order of the page.
    pub(crate) parts: Vec<(usize, usize)>,
    /// What of them is left out.
    pub(crate) fates: Fates,
}

/// Chooses the article's text. `kept` and `dropped` are the places that the source's rules name.
pub(crate) fn choose(
    tree: &Tree,
    evidence: &mut Evidence,
    found: &Found,
    kept: &[usize],
    dropped: &[usize],
) -> Choice {
    let mut fates = Fates::new(tree.len());
    for at in dropped {
        fates.drop(*at, Reason::Rule);
    }
    if !kept.is_empty() {
        let mut parts: Vec<(usize, usize)> = Vec::new();
        for at in kept {
            if parts.last().is_none_or(|(_, end)| at >= end) {
                parts.push((*at, tree.end(*at)));
                silence(tree, *at, &mut fates);
            }
        }
        let container = kept.first().copied().unwrap_or(0);
        return Choice { container, parts, fates };
    }
    let title = fold(&found.title);
    let mut root = container(tree, evidence);
    prune(tree, evidence, root, &title, &mut fates);
    let letters = kept_letters(tree, evidence, root, &fates);
    if letters < 350 && is_poor(tree, evidence, letters) {
        let mut second = Fates::new(tree.len());
        for at in dropped {
            second.drop(*at, Reason::Rule);
        }
        evidence.doubt(tree);
        let other = container(tree, evidence);
        prune(tree, evidence, other, &title, &mut second);
        if kept_letters(tree, evidence, other, &second) > 2 * letters {
            (root, fates) = (other, second);
        }
    }
    let mut parts = lead::outside(tree, evidence, found, root, &mut fates);
    parts.push((root, tree.end(root)));
    Choice { container: root, parts, fates }
}

/// Letters of the lines below `root` that are kept.
fn kept_letters(tree: &Tree, evidence: &Evidence, root: usize, fates: &Fates) -> u32 {
    let mut letters = 0;
    let mut at = root;
    while root != 0 && at < tree.end(root) {
        if fates.of(at).is_some() {
            at = tree.end(at);
            continue;
        }
        if !tree.tag(at).is_inline() {
            letters += evidence.of(at).own;
        }
        at += 1;
    }
    letters
}

/// True where the page has much more prose than was read: names may have misled.
fn is_poor(tree: &Tree, evidence: &Evidence, letters: u32) -> bool {
    let prose: u32 = (1..tree.len())
        .filter(|at| !tree.tag(*at).is_inline())
        .map(|at| evidence.of(at))
        .filter(|facts| !facts.zone.has(Hints::COMMENT))
        .filter(|facts| facts.own >= 60 && facts.own_marks > 0 && facts.own_link_share() < 0.4)
        .map(|facts| facts.own)
        .sum();
    prose > 2 * letters
}

/// Finds the element that holds the article's text; the document where nothing stands out.
pub(crate) fn container(tree: &Tree, evidence: &Evidence) -> usize {
    let mut best = (0.0_f32, 0_usize);
    for at in 1..tree.len() {
        let tag = tree.tag(at);
        if tag.is_inline() {
            continue;
        }
        let facts = evidence.of(at);
        if facts.good <= 0.0 || facts.zone != Hints::NONE {
            continue;
        }
        let score = facts.score * fit(tag, &facts);
        // Of equals the inner one: what wraps it adds nothing.
        if score >= best.0 {
            best = (score, at);
        }
    }
    climb(tree, evidence, lift(tree, best.1))
}

/// How likely an element of this kind is to be the container, as a factor.
fn fit(tag: Tag, facts: &Facts) -> f32 {
    let kind = match tag {
        Tag::Article => 1.3,
        Tag::Main => 1.1,
        Tag::P | Tag::Li | Tag::Blockquote | Tag::Pre | Tag::Dd | Tag::Dl | Tag::Ul | Tag::Ol | Tag::Form => {
            0.6
        }
        Tag::Body | Tag::Html => 0.8,
        Tag::Aside | Tag::Footer | Tag::Header | Tag::Nav => 0.4,
        _ => 1.0,
    };
    let said = if facts.hints.has(Hints::STRONG) {
        1.5
    } else if facts.hints.has(Hints::BODY) {
        1.2
    } else if facts.hints.has(Hints::WIDGET.or(Hints::SIDE).or(Hints::FOOT)) {
        0.5
    } else if facts.hints.has(Hints::LEAD.or(Hints::CAPTION).or(Hints::META).or(Hints::MORE)) {
        0.7
    } else {
        1.0
    };
    kind * said * (1.0 - facts.link_share()).max(0.2)
}

/// A paragraph or an item is no container: the block that holds it is.
fn lift(tree: &Tree, at: usize) -> usize {
    let mut here = at;
    while here != 0
        && matches!(
            tree.tag(here),
            Tag::P
                | Tag::Li
                | Tag::Blockquote
                | Tag::Pre
                | Tag::Dd
                | Tag::Dt
                | Tag::Tr
                | Tag::Tbody
                | Tag::Ul
                | Tag::Ol
                | Tag::Dl
        )
    {
        here = tree.parent(here);
    }
    here
}

/// Goes up while the parent adds good text in earnest.
fn climb(tree: &Tree, evidence: &Evidence, from: usize) -> usize {
    let mut here = from;
    let mut steps = from;
    while steps != 0 && !matches!(tree.tag(steps), Tag::Body | Tag::Html) {
        let up = tree.parent(steps);
        let (mine, above) = (evidence.of(here), evidence.of(up));
        let gained = above.good - mine.good;
        // What is not shown gives its letters to nothing above it.
        let noise = above.text.saturating_sub(mine.text) as f32 - gained;
        if gained > 0.25 * mine.good && noise < gained * 0.5 {
            here = up;
        }
        steps = up;
    }
    here
}
