//! A tree goes in, what speaks for and against each of its nodes comes out: text, links, sentence marks, hints, and
//! the zones that are no article. Every pass is one loop over the nodes.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::hints::Hints;

/// What is known about one node.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Facts {
    /// Letters in its own line of text (inline descendants), CJK characters counted as three.
    pub(crate) own: u32,
    /// Of `own`, letters within links.
    pub(crate) own_link: u32,
    /// Sentence marks in its own line.
    pub(crate) own_marks: u32,
    /// Letters below it.
    pub(crate) text: u32,
    /// Of `text`, letters within links.
    pub(crate) link: u32,
    /// Links below it.
    pub(crate) links: u32,
    /// Sentence marks below it.
    pub(crate) marks: u32,
    /// What its author says it is.
    pub(crate) hints: Hints,
    /// The hints of what it stands in, its own among them, for hints that put it out of the article.
    pub(crate) zone: Hints,
    /// Letters of good paragraphs below it, outside bad zones.
    pub(crate) good: f32,
    /// How well it would do as the article's container.
    pub(crate) score: f32,
}

impl Facts {
    /// Share of its text that is links, 0 to 1.
    pub(crate) fn link_share(&self) -> f32 {
        if self.text == 0 { 0.0 } else { self.link as f32 / self.text as f32 }
    }

    /// Share of its own line that is links, 0 to 1.
    pub(crate) fn own_link_share(&self) -> f32 {
        if self.own == 0 { 0.0 } else { self.own_link as f32 / self.own as f32 }
    }
}

/// Hints that put a part of the page out of the running.
pub(crate) const OUT: Hints = Hints::COMMENT
    .or(Hints::RELATED)
    .or(Hints::SHARE)
    .or(Hints::NAV)
    .or(Hints::AD)
    .or(Hints::SIDE)
    .or(Hints::FOOT)
    .or(Hints::COOKIE)
    .or(Hints::HIDDEN)
    .or(Hints::SUBSCRIBE)
    .or(Hints::TOOLS)
    .or(Hints::TAGS)
    .or(Hints::REPLY);

/// Of these, the hints that are believed of long prose too.
const FIRM: Hints =
    Hints::COMMENT.or(Hints::RELATED).or(Hints::SIDE).or(Hints::FOOT).or(Hints::COOKIE).or(Hints::REPLY);

/// Evidence for all nodes of a tree, by place.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) facts: Vec<Facts>,
}

impl Evidence {
    /// The facts of node `at`.
    pub(crate) fn of(&self, at: usize) -> Facts {
        self.facts.get(at).copied().unwrap_or_default()
    }

    /// Gathers all evidence.
    pub(crate) fn gather(tree: &Tree) -> Self {
        let mut evidence = Self { facts: vec![Facts::default(); tree.len()] };
        evidence.measure(tree);
        evidence.zone(tree);
        evidence.weigh(tree);
        evidence
    }

    /// The same evidence with no belief in names but those of comments: for pages whose names mislead.
    pub(crate) fn doubt(&mut self, tree: &Tree) {
        for facts in &mut self.facts {
            facts.zone = only(facts.zone, Hints::COMMENT.or(Hints::NAV).or(Hints::HIDDEN));
            (facts.good, facts.score) = (0.0, 0.0);
        }
        self.weigh(tree);
    }

    /// Counts text from the leaves up.
    fn measure(&mut self, tree: &Tree) {
        let nodes = tree.nodes();
        for at in (1..nodes.len()).rev() {
            let Some(node) = nodes.get(at) else { continue };
            let parent = node.parent as usize;
            if node.tag == Tag::Text {
                if silent(tree.tag(parent)) {
                    continue;
                }
                let (letters, marks) = letters(tree.text(at));
                if letters > 0
                    && let Some(up) = self.facts.get_mut(parent)
                {
                    up.own += letters;
                    up.own_marks += marks;
                    up.text += letters;
                    up.marks += marks;
                }
                continue;
            }
            let Some(facts) = self.facts.get_mut(at) else { continue };
            if silent(node.tag) {
                *facts = Facts::default();
                continue;
            }
            if node.tag == Tag::A {
                facts.own_link = facts.own;
                facts.link = facts.text;
                facts.links += u32::from(facts.text > 0);
            }
            let below = *facts;
            let inline = node.tag.is_inline();
            if let Some(up) = self.facts.get_mut(parent) {
                up.text += below.text;
                up.link += below.link;
                up.links += below.links;
                up.marks += below.marks;
                if inline {
                    up.own += below.own;
                    up.own_link += below.own_link;
                    up.own_marks += below.own_marks;
                }
            }
        }
    }

    /// Reads hints and spreads the bad ones downwards, but never over most of the page: a class that so much of the
    /// page carries says nothing.
    fn zone(&mut self, tree: &Tree) {
        let whole = self.of(0);
        let prose = whole.text.saturating_sub(whole.link);
        for at in 1..tree.len() {
            let tag = tree.tag(at);
            let above = self.of(tree.parent(at)).zone;
            let Some(facts) = self.facts.get_mut(at) else { continue };
            if tag == Tag::Text {
                facts.zone = above;
                continue;
            }
            let hints = Hints::of(tree, at);
            facts.hints = hints;
            let mut out = hints;
            match tag {
                Tag::Nav => out = out.or(Hints::NAV),
                Tag::Footer => out = out.or(Hints::FOOT),
                Tag::Aside => out = out.or(Hints::SIDE),
                Tag::Dialog => out = out.or(Hints::COOKIE),
                _ => {}
            }
            let mine = facts.text.saturating_sub(facts.link);
            let sentences = facts.marks * 120 > mine && facts.link_share() < 0.3;
            if matches!(tag, Tag::Html | Tag::Body | Tag::Article | Tag::Main) || hints.has(Hints::ENTRY) {
                out = Hints::NONE;
            } else if tag.heading().is_some() {
                // The id of a heading is made of its words.
                out = only(out, Hints::HIDDEN);
            } else if mine * 2 > prose {
                out = if hints.has(Hints::BODY) { Hints::NONE } else { only(out, Hints::COMMENT) };
            } else if mine * 4 > prose && hints.has(Hints::STRONG) {
                out = only(out, Hints::COMMENT);
            } else if mine > 700 && mine * 10 > prose && sentences {
                // Long prose under a name that fits buttons: the name means something else here.
                out = only(out, FIRM);
            }
            facts.zone = above.or(only(out, OUT));
        }
    }

    /// Weighs paragraphs and adds them up, less with each level, into the score of containers.
    fn weigh(&mut self, tree: &Tree) {
        for at in (1..tree.len()).rev() {
            let tag = tree.tag(at);
            if tag == Tag::Text {
                continue;
            }
            let facts = self.of(at);
            let weight =
                if tag.is_inline() || facts.zone != Hints::NONE { 0.0 } else { paragraph(tag, &facts) };
            let above = self.of(tree.parent(at));
            let good = facts.good + weight.max(0.0);
            let score = facts.score + weight;
            let decay = if tag.is_inline() {
                1.0
            } else if facts.text * 10 > above.text * 9 {
                0.97
            } else {
                0.75
            };
            if let Some(mine) = self.facts.get_mut(at) {
                (mine.good, mine.score) = (good, score);
            }
            if let Some(up) = self.facts.get_mut(tree.parent(at)) {
                up.good += good;
                up.score += score * decay;
            }
        }
    }
}

fn only(hints: Hints, of: Hints) -> Hints {
    hints.without(hints.without(of))
}

/// True for elements whose text nobody reads.
pub(crate) fn silent(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Script
            | Tag::Style
            | Tag::Template
            | Tag::Noscript
            | Tag::Head
            | Tag::Title
            | Tag::Select
            | Tag::Option
            | Tag::Textarea
            | Tag::Button
            | Tag::Svg
            | Tag::Iframe
            | Tag::Object
            | Tag::Audio
            | Tag::Video
            | Tag::Math
    )
}

/// What one line of text adds to the container that it stands in.
fn paragraph(tag: Tag, facts: &Facts) -> f32 {
    if facts.own < 20 {
        return if facts.own_link_share() > 0.6 { -3.0 } else { 0.0 };
    }
    let share = facts.own_link_share();
    if share > 0.6 {
        return -0.3 * facts.own_link as f32;
    }
    let plain = (facts.own - facts.own_link) as f32;
    let sentence = if facts.own_marks > 0 { 1.0 } else { 0.35 };
    let kind = match tag {
        Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 | Tag::Label | Tag::Caption | Tag::Th => {
            0.0
        }
        Tag::Figcaption => 0.1,
        Tag::Li | Tag::Dd | Tag::Dt | Tag::Address => 0.6,
        _ => 1.0,
    };
    let short = if facts.own < 60 { 0.5 } else { 1.0 };
    let caption = if facts.hints.has(Hints::CAPTION.or(Hints::META)) { 0.2 } else { 1.0 };
    plain * sentence * kind * short * caption * (1.0 - share)
}

/// The letters of a text (white space not counted, each CJK character as three) and its sentence marks.
pub(crate) fn letters(text: &str) -> (u32, u32) {
    let bytes = text.as_bytes();
    let (mut count, mut marks) = (0_u32, 0_u32);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b' ' | b'\n' | b'\t' | b'\r' | 0x80..=0xbf => {}
            b',' | b'.' | b'!' | b'?' | b';' => {
                count += 1;
                marks += 1;
            }
            0xe3..=0xed => {
                count += 3;
                let next = (bytes.get(at + 1), bytes.get(at + 2));
                marks += u32::from(*byte == 0xe3 && matches!(next, (Some(0x80), Some(0x81 | 0x82))));
            }
            0xef => {
                count += 1;
                let next = (bytes.get(at + 1), bytes.get(at + 2));
                marks +=
                    u32::from(matches!(next, (Some(0xbc), Some(0x81 | 0x8c | 0x8e | 0x9a | 0x9b | 0x9f))));
            }
            0xd8 => {
                count += 1;
                marks += u32::from(matches!(bytes.get(at + 1), Some(0x8c | 0x9b | 0x9f)));
            }
            0xe0 => {
                count += 1;
                marks += u32::from((bytes.get(at + 1), bytes.get(at + 2)) == (Some(&0xa5), Some(&0xa4)));
            }
            _ => count += 1,
        }
    }
    (count, marks)
}
