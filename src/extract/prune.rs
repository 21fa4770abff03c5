//! A container goes in, the fate of every node in it comes out: kept, or dropped with the reason.

use std::fmt;

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::{Evidence, silent};
use crate::extract::hints::Hints;

/// Why a node was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Scripts, styles, controls: nobody reads them.
    Silent,
    /// Its class, id, role or tag says that it is no article text.
    Named,
    /// It is mostly links.
    Links,
    /// Its words say so: read also, subscribe, share.
    Words,
    /// The site's rules drop it.
    Rule,
    /// It stands on other pages of the source too.
    Recurs,
    /// A heading with nothing under it.
    Orphan,
    /// It repeats the title or what was said before.
    Repeats,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Silent => "not read by people",
            Self::Named => "named as no article text",
            Self::Links => "mostly links",
            Self::Words => "its words say so",
            Self::Rule => "the source's rules",
            Self::Recurs => "recurs on the source's pages",
            Self::Orphan => "a heading with nothing under it",
            Self::Repeats => "repeats what was said",
        })
    }
}

/// The fate of the nodes, by place; `None` is kept.
#[derive(Debug)]
pub(crate) struct Fates(Vec<Option<Reason>>);

impl Fates {
    pub(crate) fn new(len: usize) -> Self {
        Self(vec![None; len])
    }

    pub(crate) fn of(&self, at: usize) -> Option<Reason> {
        self.0.get(at).copied().flatten()
    }

    pub(crate) fn drop(&mut self, at: usize, why: Reason) {
        if let Some(fate) = self.0.get_mut(at) {
            *fate = Some(why);
        }
    }
}

/// Leaves out of `root` only what nobody reads.
pub(crate) fn silence(tree: &Tree, root: usize, fates: &mut Fates) {
    for at in root..tree.end(root) {
        if silent(tree.tag(at)) && fates.of(at).is_none() {
            fates.drop(at, Reason::Silent);
        }
    }
}

/// Decides what of `root` is left out.
pub(crate) fn prune(tree: &Tree, evidence: &Evidence, root: usize, fates: &mut Fates) {
    let good = evidence.of(root).good.max(1.0);
    let mut at = root + 1;
    let end = tree.end(root);
    while at < end {
        if fates.of(at).is_some() {
            at = tree.end(at);
            continue;
        }
        if let Some(why) = judge(tree, evidence, at, good) {
            fates.drop(at, why);
            at = tree.end(at);
        } else {
            at += 1;
        }
    }
}

fn judge(tree: &Tree, evidence: &Evidence, at: usize, good: f32) -> Option<Reason> {
    let tag = tree.tag(at);
    if tag == Tag::Text {
        return None;
    }
    if silent(tag) && !matches!(tag, Tag::Head | Tag::Math) {
        return Some(Reason::Silent);
    }
    let facts = evidence.of(at);
    let bulk = facts.good > 0.4 * good;
    if bulk {
        return None;
    }
    let named = facts.zone != Hints::NONE
        || matches!(tag, Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form | Tag::Dialog)
        || (facts.hints.has(Hints::AUTHOR) && !tag.is_inline())
        || (facts.hints.has(Hints::META.or(Hints::CAPTION).or(Hints::DATE)) && facts.text < 300);
    if named {
        return Some(Reason::Named);
    }
    if matches!(tag, Tag::Ul | Tag::Ol | Tag::Div | Tag::Section | Tag::Table | Tag::Dl)
        && facts.links > 1
        && facts.link_share() > 0.6
    {
        return Some(Reason::Links);
    }
    None
}
