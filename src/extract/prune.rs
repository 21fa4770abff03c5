//! A container goes in, the fate of every node in it comes out: kept, or dropped with the reason. First by element:
//! names, tags, links; then by line: what its words say, and where it stands among the others.

use std::fmt;

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::{Evidence, silent};
use crate::extract::hints::Hints;
use crate::extract::phrases::{self, Phrase};

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
    /// A short line before the text begins: a date, a section, a name.
    Front,
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
            Self::Front => "a short line before the text",
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

/// Decides what of `root` is left out. `title` is the article's, folded.
pub(crate) fn prune(tree: &Tree, evidence: &Evidence, root: usize, title: &str, fates: &mut Fates) {
    let good = evidence.of(root).good.max(1.0);
    let mut lines: Vec<Line> = Vec::new();
    let mut at = root;
    let end = tree.end(root);
    while at < end {
        if fates.of(at).is_some() {
            at = tree.end(at);
            continue;
        }
        if at != root
            && let Some(why) = judge(tree, evidence, at, good)
        {
            fates.drop(at, why);
            at = tree.end(at);
            continue;
        }
        if let Some(line) = Line::of(tree, evidence, at) {
            lines.push(line);
        }
        at += 1;
    }
    sequence(tree, &lines, title, fates);
}

/// What its element says about `at`.
fn judge(tree: &Tree, evidence: &Evidence, at: usize, good: f32) -> Option<Reason> {
    let tag = tree.tag(at);
    if tag == Tag::Text {
        return None;
    }
    if silent(tag) {
        return Some(Reason::Silent);
    }
    let facts = evidence.of(at);
    if facts.good > 0.4 * good {
        return None;
    }
    let hints = facts.hints;
    if tag.is_inline() {
        // Within a sentence a name is no reason: the words belong to it.
        let up = evidence.of(tree.ancestors(at).find(|up| !tree.tag(*up).is_inline()).unwrap_or(0));
        if facts.own * 10 < up.own * 7 && facts.text == facts.own {
            return hints.has(Hints::HIDDEN.or(Hints::SHARE).or(Hints::AD)).then_some(Reason::Named);
        }
    }
    let quote = tag == Tag::Blockquote && !facts.zone.has(Hints::COMMENT.or(Hints::HIDDEN));
    let named = (facts.zone != Hints::NONE && !quote)
        || matches!(tag, Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form | Tag::Dialog)
        || (hints.has(Hints::AUTHOR) && !hints.has(Hints::STRONG) && facts.text < 900 && tag != Tag::Article)
        || ((hints.has(Hints::META.or(Hints::DATE)) || matches!(tag, Tag::Time | Tag::Address))
            && facts.text < 300)
        || (hints.has(Hints::CAPTION) && facts.text < 600 && tag != Tag::Figcaption);
    if named {
        return Some(Reason::Named);
    }
    let listing = matches!(tag, Tag::Ul | Tag::Ol | Tag::Div | Tag::Section | Tag::Table | Tag::Dl);
    if listing && facts.links > 1 && facts.link_share() > 0.6 {
        return Some(Reason::Links);
    }
    let teasers = listing && hints.has(Hints::MORE) && facts.links > 0 && facts.link_share() > 0.25;
    teasers.then_some(Reason::Links)
}

/// One line of text: a block element with words of its own.
#[derive(Debug)]
struct Line {
    at: usize,
    letters: u32,
    links: f32,
    marks: u32,
    heading: Option<u8>,
    item: bool,
    phrase: Option<Phrase>,
    /// Its start, folded, where it is short.
    words: String,
    /// True where its element holds no other line.
    alone: bool,
    /// True where it is written in capitals.
    shouts: bool,
}

impl Line {
    fn of(tree: &Tree, evidence: &Evidence, at: usize) -> Option<Self> {
        let tag = tree.tag(at);
        let facts = evidence.of(at);
        if tag.is_inline() || facts.own == 0 {
            return None;
        }
        let mut phrase = None;
        let mut words = String::new();
        let mut shouts = false;
        let alone = facts.own * 10 >= facts.text * 9;
        if facts.own < 350 && alone {
            tree.push_text(at, 400, &mut words);
            // A cell says `Close` of a price, and a caption names its photographer: they are judged by where they stand.
            let placed = matches!(tag, Tag::Td | Tag::Th | Tag::Figcaption);
            phrase = phrases::judge(&words).filter(|_| !placed);
            shouts = words.chars().filter(|c| c.is_uppercase()).count() * 10 > facts.own as usize * 7;
            words = fold(&words);
        }
        let bold = facts.own < 90 && wholly_bold(tree, evidence, at);
        let heading = tag.heading().filter(|_| facts.own < 160).or(if bold && facts.own_marks == 0 {
            Some(6)
        } else {
            None
        });
        Some(Self {
            at,
            letters: facts.own,
            links: facts.own_link_share(),
            marks: facts.own_marks,
            heading,
            item: matches!(tag, Tag::Li | Tag::Dd | Tag::Dt),
            phrase,
            words,
            alone,
            shouts,
        })
    }

    /// True for a paragraph in earnest.
    fn is_prose(&self) -> bool {
        self.heading.is_none()
            && self.letters >= 90
            && self.marks > 0
            && self.links < 0.5
            && self.phrase.is_none()
    }
}

fn wholly_bold(tree: &Tree, evidence: &Evidence, at: usize) -> bool {
    let own = evidence.of(at).own;
    tree.children(at).any(|child| {
        matches!(tree.tag(child), Tag::B | Tag::Strong) && evidence.of(child).own * 10 >= own * 9
    })
}

/// Decides by words and order.
fn sequence(tree: &Tree, lines: &[Line], title: &str, fates: &mut Fates) {
    let prose: u32 = lines.iter().filter(|line| line.is_prose()).map(|line| line.letters).sum();
    let mut read = 0_u32;
    let mut begun = false;
    let mut under = false;
    for (n, line) in lines.iter().enumerate() {
        if fates.of(line.at).is_some() {
            continue;
        }
        if line.is_prose() {
            read += line.letters;
            begun = true;
            under = false;
            continue;
        }
        if line.phrase == Some(Phrase::Comments) && read * 2 >= prose && line.letters < 60 {
            for rest in lines.get(n..).unwrap_or_default() {
                drop_line(tree, rest, Reason::Words, fates);
            }
            break;
        }
        if line.phrase == Some(Phrase::Related)
            && read * 5 >= prose
            && tree.tag(line.at).heading().is_some()
            && phrases::is_end(&line.words)
        {
            // Its section goes to the end of the element that it stands in.
            let end = tree.end(tree.parent(line.at));
            for rest in lines.iter().skip(n).take_while(|rest| rest.at < end) {
                drop_line(tree, rest, Reason::Words, fates);
            }
        }
        if fates.of(line.at).is_some() {
            continue;
        }
        if let Some(why) = verdict(line, title, begun, prose, &mut under) {
            drop_line(tree, line, why, fates);
        }
    }
    tail(tree, lines, fates);
    orphans(tree, lines, fates);
}

/// What stands after the last paragraph in earnest: two lines or more that are nothing but links lead elsewhere, and a
/// line about the author is not the article's.
fn tail(tree: &Tree, lines: &[Line], fates: &mut Fates) {
    let last = lines.iter().rposition(Line::is_prose).unwrap_or(0);
    let after = lines.get(last + 1..).unwrap_or_default();
    let links = |line: &&Line| line.links > 0.8 && line.letters < 200 && fates.of(line.at).is_none();
    let leading: Vec<&Line> = after.iter().filter(links).collect();
    if last > 0 && leading.len() > 1 {
        for line in leading {
            drop_line(tree, line, Reason::Links, fates);
        }
    }
    for line in lines.iter().rev().filter(|line| line.letters > 0).take(4) {
        if line.letters < 400
            && line.alone
            && lines.len() > 6
            && phrases::is_biography(&tree.text_of(line.at, 700))
        {
            drop_line(tree, line, Reason::Words, fates);
        }
    }
}

/// Drops a line; where its element holds other lines too, only the words of its own.
fn drop_line(tree: &Tree, line: &Line, why: Reason, fates: &mut Fates) {
    if line.alone {
        fates.drop(line.at, why);
        return;
    }
    for child in tree.children(line.at) {
        if tree.tag(child).is_inline() {
            fates.drop(child, why);
        }
    }
}

/// What is to be done with a line that is no paragraph in earnest; `under` is true below a line that announces others.
fn verdict(line: &Line, title: &str, begun: bool, prose: u32, under: &mut bool) -> Option<Reason> {
    if line.heading == Some(1) || (!title.is_empty() && line.words == title && line.letters < 300) {
        *under = false;
        return Some(Reason::Repeats);
    }
    match line.phrase {
        // Without a link, a sentence that merely begins so is the author's.
        Some(Phrase::ReadAlso) if line.letters < 70 || (line.letters < 220 && line.links > 0.2) => {
            *under = line.letters < 60 && line.links < 0.5;
            return Some(Reason::Words);
        }
        Some(Phrase::Related) if line.letters < 80 => {
            *under = true;
            return Some(Reason::Words);
        }
        Some(Phrase::Pitch) if line.letters < 220 => return Some(Reason::Words),
        Some(Phrase::Credit) if line.letters < 140 => return Some(Reason::Words),
        _ => {}
    }
    if line.links > 0.9 && line.letters > 20 && line.letters < 160 && line.shouts {
        return Some(Reason::Links);
    }
    if *under {
        let short = line.letters < 140 && line.marks < 2;
        if line.links > 0.5 || (short && (line.item || line.heading.is_some())) {
            return Some(Reason::Words);
        }
        *under = false;
    }
    if !begun
        && prose > 0
        && line.heading.is_none()
        && !line.item
        && (line.letters < 25 || (line.letters < 45 && line.marks == 0))
    {
        return Some(Reason::Front);
    }
    None
}

/// Headings with nothing under them.
fn orphans(tree: &Tree, lines: &[Line], fates: &mut Fates) {
    let mut below: Option<u8> = None;
    let mut empty = true;
    for line in lines.iter().rev() {
        if fates.of(line.at).is_some() {
            continue;
        }
        let Some(level) = line.heading else {
            (empty, below) = (false, None);
            continue;
        };
        // Under it stands nothing, or a heading that is no part of it.
        let alone = below.is_none_or(|under| under <= level) && (below.is_none() || level < 6);
        if empty && alone && !text_follows(tree, line.at) {
            fates.drop(line.at, Reason::Orphan);
            continue;
        }
        (empty, below) = (true, Some(level));
    }
}

/// True where loose text stands right after an element, in its parent.
fn text_follows(tree: &Tree, at: usize) -> bool {
    let end = tree.end(tree.parent(at));
    let mut next = tree.end(at);
    while next < end && tree.tag(next).is_inline() {
        if !tree.text_of(next, 40).trim().is_empty() {
            return true;
        }
        next = tree.end(next);
    }
    false
}

/// Letters and digits in lower case, for comparing.
pub(crate) fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
