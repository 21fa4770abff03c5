//! HTML text goes in, a tree in document order comes out: one flat list in which a node's descendants are the
//! nodes up to its `end`, so that every pass over it is a loop. Size and depth are bounded.

use html5ever::driver::ParseOpts;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName};

use crate::dom::sink::{Kind, NONE, Nodes, Sink};
use crate::dom::tag::Tag;

/// How large a tree may become before the rest of the page is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of text read.
    pub bytes: usize,
    /// Nodes made.
    pub nodes: usize,
    /// Elements inside each other.
    pub depth: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { bytes: 8 << 20, nodes: 400_000, depth: 1_000 }
    }
}

/// Text is given to the parser in pieces, and its size is looked at between two.
const PIECE: usize = 4 << 10;
/// More attributes on one element than any page has; such a tag is left out, as the parser's time is their square.
const ATTRIBUTES: usize = 500;

/// One node.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub tag: Tag,
    /// Its parent's place; 0 for the document itself.
    pub parent: u32,
    /// One past its last descendant.
    pub end: u32,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Nothing,
    Text(StrTendril),
    Element(Vec<Attribute>),
}

/// A parsed page. Node 0 is the document.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    cut: bool,
}

impl Tree {
    /// Parses `text` as a document. Where a bound is met, the rest of the text is left out ([`Tree::is_cut`]).
    pub fn parse(text: &str, bounds: Bounds) -> Self {
        let mut parser = html5ever::parse_document(Sink::new(), ParseOpts::default());
        let mut cut = text.len() > bounds.bytes;
        let mut rest = head(text, bounds.bytes);
        let guarded = rest.len() > 64 * PIECE;
        while !rest.is_empty() {
            let piece = head(rest, PIECE);
            let piece = if guarded { before_flood(rest, piece, &mut cut) } else { piece };
            if piece.is_empty() {
                break;
            }
            parser.process(StrTendril::from_slice(piece));
            rest = rest.get(piece.len()..).unwrap_or_default();
            let (nodes, depth) = parser.tokenizer.sink.sink.size();
            if nodes > bounds.nodes || depth > bounds.depth {
                cut = true;
                break;
            }
        }
        Self { nodes: flatten(parser.finish()), cut }
    }

    /// True where a bound was met and a part of the page is missing.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True for a tree of nothing but the document.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() < 2
    }

    /// What node `at` is; text where there is none.
    pub fn tag(&self, at: usize) -> Tag {
        self.nodes.get(at).map_or(Tag::Text, |node| node.tag)
    }

    /// One past the last descendant of `at`.
    pub fn end(&self, at: usize) -> usize {
        self.nodes.get(at).map_or(at + 1, |node| node.end as usize)
    }

    /// The parent of `at`; the document is its own.
    pub fn parent(&self, at: usize) -> usize {
        self.nodes.get(at).map_or(0, |node| node.parent as usize)
    }

    /// The text of a text node; empty for any other.
    pub fn text(&self, at: usize) -> &str {
        match self.nodes.get(at).map(|node| &node.value) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The nodes themselves.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The value of an attribute, found by its name in lower case.
    pub fn attr(&self, at: usize, name: &str) -> Option<&str> {
        self.attributes(at).find(|(have, _)| *have == name).map(|(_, value)| value)
    }

    /// All attributes of `at` as name and value.
    pub fn attributes(&self, at: usize) -> impl Iterator<Item = (&str, &str)> {
        let list: &[Attribute] = match self.nodes.get(at).map(|node| &node.value) {
            Some(Value::Element(list)) => list,
            _ => &[],
        };
        list.iter().map(|attr| (local(&attr.name.local), &*attr.value))
    }

    /// The children of `at`.
    pub fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.end(at);
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let child = next;
            if child >= end {
                return None;
            }
            next = self.end(child);
            Some(child)
        })
    }

    /// The ancestors of `at`, nearest first, the document not among them.
    pub fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut here = at;
        std::iter::from_fn(move || {
            here = self.parent(here);
            (here != 0).then_some(here)
        })
    }

    /// Appends the text below `at` to `out`, white space collapsed, at most `most` bytes.
    pub fn push_text(&self, at: usize, most: usize, out: &mut String) {
        for here in at..self.end(at) {
            if out.len() >= most {
                return;
            }
            match self.tag(here) {
                Tag::Text if !self.is_code(self.parent(here)) => {
                    push_collapsed(self.text(here), most, out);
                }
                Tag::Text | Tag::Wbr => {}
                tag => {
                    if !tag.is_inline() || tag == Tag::Br {
                        push_collapsed(" ", most, out);
                    }
                }
            }
        }
    }

    /// Appends the text below `at` whatever holds it, white space collapsed, at most `most` bytes.
    pub fn push_all(&self, at: usize, most: usize, out: &mut String) {
        for here in at..self.end(at) {
            push_collapsed(self.text(here), most, out);
        }
    }

    fn is_code(&self, at: usize) -> bool {
        matches!(self.tag(at), Tag::Script | Tag::Style | Tag::Template)
    }

    /// The text below `at`, white space collapsed and trimmed, at most `most` bytes.
    pub fn text_of(&self, at: usize, most: usize) -> String {
        let mut out = String::new();
        self.push_text(at, most, &mut out);
        out.truncate(out.trim_end().len());
        out
    }

    /// The places of the elements that match any of `selectors`, for a tree parsed from `text`. The text is parsed a
    /// second time for it: site rules are rare, and both parses see the same elements in the same order.
    pub fn select(&self, text: &str, selectors: &[crate::dom::Selector]) -> Vec<usize> {
        if selectors.is_empty() || self.cut {
            return Vec::new();
        }
        let html = scraper::Html::parse_document(text);
        let elements: Vec<usize> = (1..self.len())
            .filter(|at| matches!(self.nodes.get(*at), Some(Node { value: Value::Element(_), .. })))
            .collect();
        let mut out = Vec::new();
        let all = html.tree.root().descendants().filter_map(scraper::ElementRef::wrap);
        for (element, at) in all.zip(elements) {
            if selectors.iter().any(|selector| selector.query().matches(&element)) {
                out.push(at);
            }
        }
        out
    }
}

fn local(name: &LocalName) -> &str {
    name
}

/// Appends `text` with each run of white space as one space; none at the start of `out`.
pub fn push_collapsed(text: &str, most: usize, out: &mut String) {
    for c in text.chars() {
        if out.len() >= most {
            return;
        }
        if c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}' {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if c != '\u{ad}' {
            out.push(c);
        }
    }
}

/// The start of `text`, at most `most` bytes, cut at a character.
fn head(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

/// `piece` (the start of `rest`) up to a tag with a flood of attributes, if one begins in it.
fn before_flood<'a>(rest: &'a str, piece: &'a str, cut: &mut bool) -> &'a str {
    let mut from = 0;
    while let Some(open) = piece.get(from..).and_then(|p| p.find('<')).map(|n| n + from) {
        from = open + 1;
        let inside = rest.get(open + 1..).unwrap_or_default();
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        if floods(inside.as_bytes()) {
            *cut = true;
            return piece.get(..open).unwrap_or_default();
        }
    }
    piece
}

/// True where a tag that begins with `tag` has more than [`ATTRIBUTES`] words outside quotes before it closes.
fn floods(tag: &[u8]) -> bool {
    let (mut quote, mut words, mut blank) = (None, 0, false);
    for byte in tag {
        match (quote, *byte) {
            (Some(open), close) if open == close => quote = None,
            (None, b'>' | b'<') => return false,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b) => {
                let space = b.is_ascii_whitespace() || b == b'/';
                words += usize::from(blank && !space);
                blank = space;
                if words > ATTRIBUTES {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Brings the parser's nodes into document order.
fn flatten(mut made: Nodes) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(made.raw.len());
    // Open ancestors as (raw place, place in the list).
    let mut open: Vec<(u32, u32)> = Vec::new();
    let mut here = 0_u32;
    while let Some(raw) = made.raw.get_mut(here as usize) {
        let place = nodes.len() as u32;
        let parent = open.last().map_or(0, |(_, place)| *place);
        let (tag, value) = match std::mem::replace(&mut raw.kind, Kind::Nothing) {
            Kind::Document => (Tag::Document, Value::Nothing),
            Kind::Text(text) => (Tag::Text, Value::Text(text)),
            Kind::Element(name, attrs) => (Tag::named(&name.local), Value::Element(attrs)),
            Kind::Nothing => (Tag::Other, Value::Nothing),
        };
        let keep = !(matches!(value, Value::Nothing) && tag == Tag::Other && raw.first == NONE);
        if keep {
            nodes.push(Node { tag, parent, end: place + 1, value });
        }
        if raw.first != NONE {
            open.push((here, place));
            here = raw.first;
            continue;
        }
        let mut next = raw.next;
        while next == NONE {
            let Some((up, place)) = open.pop() else { break };
            let end = nodes.len() as u32;
            if let Some(node) = nodes.get_mut(place as usize) {
                node.end = end;
            }
            next = made.raw.get(up as usize).map_or(NONE, |raw| raw.next);
        }
        if next == NONE {
            break;
        }
        here = next;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Tree {
        Tree::parse(text, Bounds::default())
    }

    #[test]
    fn nodes_stand_in_document_order_and_know_their_end() {
        let tree = parse("<p id=x>a<b>b</b></p><!-- no --><p>c</p>");
        let tags: Vec<Tag> = tree.nodes().iter().map(|node| node.tag).collect();
        assert_eq!(
            tags,
            [
                Tag::Document,
                Tag::Html,
                Tag::Head,
                Tag::Body,
                Tag::P,
                Tag::Text,
                Tag::B,
                Tag::Text,
                Tag::P,
                Tag::Text
            ]
        );
        assert_eq!(tree.end(4), 8);
        assert_eq!(tree.attr(4, "id"), Some("x"));
        assert_eq!(tree.children(3).collect::<Vec<_>>(), [4, 8]);
        assert_eq!(tree.text_of(4, 100), "ab");
    }

    #[test]
    fn selectors_find_the_same_elements_as_the_flat_tree_has() {
        let text =
            "<table>stray<tr><td class=a>x</table><template><p class=a></p></template><p>1<b>2<p>3</b>4";
        let tree = parse(text);
        let selector = crate::dom::Selector::parse("td.a, b").unwrap();
        let found: Vec<Tag> = tree.select(text, &[selector]).into_iter().map(|at| tree.tag(at)).collect();
        assert_eq!(found, [Tag::Td, Tag::B, Tag::B]);
    }

    #[test]
    fn hostile_sizes_are_cut() {
        let deep = "<div>".repeat(200_000);
        assert!(parse(&deep).is_cut());
        let flood = format!("<p>kept</p>{}<div {}>x", " ".repeat(300_000), "a1 b2=c ".repeat(500_000));
        let tree = parse(&flood);
        assert!(tree.is_cut());
        assert_eq!(tree.text_of(0, 100), "kept");
    }

    proptest! {
        #[test]
        fn any_text_gives_a_sound_tree(text in "[ -~<>/=\"'a-z]{0,200}") {
            let tree = parse(&text);
            for (at, node) in tree.nodes().iter().enumerate() {
                prop_assert!(node.end as usize > at && node.end as usize <= tree.len());
                prop_assert!(at == 0 || (node.parent as usize) < at);
                prop_assert!(at == 0 || tree.end(node.parent as usize) >= node.end as usize);
            }
        }
    }
}
