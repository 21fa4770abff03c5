//! Chosen parts of a tree go in, blocks of text come out: headings, paragraphs, nested lists, quotes, tables, code,
//! images with captions, inline emphasis and links. One loop over the nodes; nesting is bounded.

use url::Url;

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::inlines::{Mark, Run};
use crate::model::block::{Block, Inline};
use crate::model::url::MAX_URL;

/// Bounds of what is built.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Most blocks.
    pub(crate) blocks: usize,
    /// Most bytes of text.
    pub(crate) text: usize,
}

/// Lists, quotes and tables inside each other beyond this are read as if the inner ones were not there.
const NESTING: usize = 8;

/// What is open around the text being read, with the place where it ends.
#[derive(Debug)]
enum Frame {
    Quote { blocks: Vec<Block>, cite: Option<String> },
    List { ordered: bool, items: Vec<Vec<Block>> },
    Item { blocks: Vec<Block> },
    Table { rows: Vec<Vec<Vec<Inline>>>, header: bool },
    Row { cells: Vec<Vec<Inline>>, heads: usize },
    Cell { blocks: Vec<Block>, head: bool },
    Heading { level: u8, blocks: Vec<Block> },
    Figure { blocks: Vec<Block> },
    Caption { blocks: Vec<Block> },
}

/// Builds blocks.
pub(crate) struct Builder<'a> {
    tree: &'a Tree,
    base: Option<&'a Url>,
    room: Room,
    out: Vec<Block>,
    frames: Vec<(usize, Frame)>,
    /// Where the open block elements end.
    ends: Vec<usize>,
    run: Run,
    made: usize,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(tree: &'a Tree, base: Option<&'a Url>, room: Room) -> Self {
        Self {
            tree,
            base,
            room,
            out: Vec::new(),
            frames: Vec::new(),
            ends: Vec::new(),
            run: Run::new(room.text),
            made: 0,
        }
    }

    /// Reads the nodes from `from` to `to`, leaving out those that `skip` names together with what is in them.
    pub(crate) fn read(&mut self, from: usize, to: usize, skip: &dyn Fn(usize) -> bool) {
        let mut at = from;
        while at < to {
            self.close(at);
            if skip(at) {
                if !self.tree.tag(at).is_inline() {
                    self.flush();
                } else if self.tree.tag(at) != Tag::Text {
                    self.run.space();
                }
                at = self.tree.end(at);
                continue;
            }
            at = self.open(at);
        }
        self.close(usize::MAX);
        self.flush();
    }

    /// The blocks.
    pub(crate) fn finish(mut self) -> Vec<Block> {
        self.close(usize::MAX);
        self.flush();
        self.out
    }

    /// Takes in node `at`; returns where to go on.
    fn open(&mut self, at: usize) -> usize {
        let tree = self.tree;
        let (tag, end) = (tree.tag(at), tree.end(at));
        match tag {
            Tag::Text => self.run.push(tree.text(at)),
            Tag::Script
            | Tag::Style
            | Tag::Template
            | Tag::Noscript
            | Tag::Head
            | Tag::Select
            | Tag::Textarea
            | Tag::Button
            | Tag::Svg
            | Tag::Input
            | Tag::Title
            | Tag::Option
            | Tag::Object
            | Tag::Embed => return end,
            Tag::Br => self.run.line_break(),
            Tag::Wbr => {}
            Tag::Em | Tag::I | Tag::Cite => self.run.open(end, Mark::Emphasis),
            Tag::Strong | Tag::B => self.run.open(end, Mark::Strong),
            Tag::Code | Tag::Tt => self.run.open(end, Mark::Code),
            Tag::A => {
                if let Some(url) = tree.attr(at, "href").and_then(|href| self.link(href)) {
                    self.run.open(end, Mark::Link(url));
                }
            }
            Tag::Img => self.image(at),
            Tag::Pre => {
                self.flush();
                let mut text = String::new();
                for here in at..end {
                    if tree.tag(here) == Tag::Br {
                        text.push('\n');
                    }
                    text.push_str(tree.text(here));
                }
                return self.code(at, &text, end);
            }
            Tag::Hr => {
                self.flush();
                if self.frames.is_empty() && !self.out.is_empty() && self.out.last() != Some(&Block::Rule) {
                    self.put(Block::Rule);
                }
            }
            _ if tag.is_inline() => {}
            _ => self.open_block(at, tag, end),
        }
        at + 1
    }

    fn open_block(&mut self, at: usize, tag: Tag, end: usize) {
        self.flush();
        self.ends.push(end);
        if let Some(level) = tag.heading() {
            self.frames.push((end, Frame::Heading { level: level.clamp(2, 6), blocks: Vec::new() }));
            return;
        }
        let nested = self.frames.len() >= NESTING;
        let frame = match tag {
            Tag::Ul | Tag::Ol | Tag::Menu | Tag::Dl if !nested => {
                Frame::List { ordered: tag == Tag::Ol, items: Vec::new() }
            }
            Tag::Li | Tag::Dd | Tag::Dt if matches!(self.frames.last(), Some((_, Frame::List { .. }))) => {
                Frame::Item { blocks: Vec::new() }
            }
            Tag::Blockquote if !nested => {
                let cite =
                    self.tree.attr(at, "cite").and_then(|href| self.link(href)).or_else(|| self.embedded(at));
                Frame::Quote { blocks: Vec::new(), cite }
            }
            Tag::Table if !nested && is_data(self.tree, at) => {
                Frame::Table { rows: Vec::new(), header: false }
            }
            Tag::Tr if matches!(self.frames.last(), Some((_, Frame::Table { .. }))) => {
                Frame::Row { cells: Vec::new(), heads: 0 }
            }
            Tag::Td | Tag::Th if matches!(self.frames.last(), Some((_, Frame::Row { .. }))) => {
                Frame::Cell { blocks: Vec::new(), head: tag == Tag::Th }
            }
            Tag::Figure if !nested => Frame::Figure { blocks: Vec::new() },
            Tag::Figcaption if matches!(self.frames.last(), Some((_, Frame::Figure { .. }))) => {
                Frame::Caption { blocks: Vec::new() }
            }
            _ => return,
        };
        self.frames.push((end, frame));
    }

    /// Closes all that ends at or before `at`.
    fn close(&mut self, at: usize) {
        self.run.close(at);
        // A block element that ends here ends its line, whether or not it has a frame.
        let before = self.ends.len();
        while self.ends.last().is_some_and(|end| *end <= at) {
            self.ends.pop();
        }
        if self.ends.len() < before {
            self.flush();
        }
        while self.frames.last().is_some_and(|(end, _)| *end <= at) {
            self.flush();
            if let Some((_, frame)) = self.frames.pop() {
                self.finish_frame(frame);
            }
        }
    }

    fn finish_frame(&mut self, frame: Frame) {
        match frame {
            Frame::Quote { blocks, cite } => {
                if !blocks.is_empty() {
                    self.put(Block::Quote { blocks, cite });
                }
            }
            Frame::List { ordered, items } => {
                if !items.is_empty() {
                    self.put(Block::List { ordered, items });
                }
            }
            Frame::Item { blocks } => {
                if blocks.is_empty() {
                    return;
                }
                if let Some((_, Frame::List { items, .. })) = self.frames.last_mut() {
                    items.push(blocks);
                }
            }
            Frame::Table { rows, header } => {
                if !rows.is_empty() {
                    self.put(Block::Table { header, rows });
                }
            }
            Frame::Row { cells, heads } => {
                let full = cells.iter().any(|cell| !cell.is_empty());
                if let Some((_, Frame::Table { rows, header })) = self.frames.last_mut()
                    && full
                {
                    *header |= rows.is_empty() && heads > 0 && heads == cells.len();
                    rows.push(cells);
                }
            }
            Frame::Cell { blocks, head } => {
                let inlines = flat(blocks);
                if let Some((_, Frame::Row { cells, heads })) = self.frames.last_mut() {
                    cells.push(inlines);
                    *heads += usize::from(head);
                }
            }
            Frame::Heading { level, blocks } => {
                for block in blocks {
                    match block {
                        Block::Paragraph { inlines } => self.put(Block::Heading { level, inlines }),
                        other => self.put(other),
                    }
                }
            }
            Frame::Figure { blocks } => {
                for block in blocks {
                    self.put(block);
                }
            }
            Frame::Caption { blocks } => self.caption(blocks),
        }
    }

    /// Gives a caption to the last image of the figure, or keeps it as a paragraph under what else stands there.
    fn caption(&mut self, blocks: Vec<Block>) {
        if let Some((_, Frame::Figure { blocks: inside })) = self.frames.last_mut()
            && let Some(Block::Image { caption, .. }) = inside.last_mut()
        {
            if caption.is_empty() {
                *caption = flat(blocks);
            }
            return;
        }
        // A caption of a picture that cannot be named says nothing; one under a quote or a table does.
        if matches!(self.frames.last(), Some((_, Frame::Figure { blocks })) if blocks.is_empty()) {
            return;
        }
        for block in blocks {
            self.put(block);
        }
    }

    /// Ends the line of text being read.
    fn flush(&mut self) {
        for inlines in self.run.take() {
            self.put(Block::Paragraph { inlines });
        }
    }

    fn put(&mut self, block: Block) {
        if self.made >= self.room.blocks {
            return;
        }
        self.made += 1;
        match self.frames.last_mut() {
            Some((
                _,
                Frame::Quote { blocks, .. }
                | Frame::Item { blocks }
                | Frame::Cell { blocks, .. }
                | Frame::Heading { blocks, .. }
                | Frame::Figure { blocks }
                | Frame::Caption { blocks },
            )) => blocks.push(block),
            Some((_, Frame::List { items, .. })) => items.push(vec![block]),
            Some((_, Frame::Table { rows, .. })) => rows.push(vec![flat(vec![block])]),
            Some((_, Frame::Row { cells, .. })) => cells.push(flat(vec![block])),
            None => self.out.push(block),
        }
    }

    fn code(&mut self, at: usize, text: &str, end: usize) -> usize {
        // Old pages set whole articles in `pre`: prose is told from code by its long lines and few brackets.
        let text = text.trim_matches('\n').trim_end().to_owned();
        if text.trim().is_empty() || self.run.spend(text.len()).is_none() {
            return end;
        }
        let brackets =
            text.bytes().filter(|b| matches!(b, b'{' | b'}' | b';' | b'=' | b'<' | b'>' | b'(')).count();
        let inside_code = (at..end).any(|here| self.tree.tag(here) == Tag::Code);
        if !inside_code && text.len() > 200 && brackets * 60 < text.len() {
            for part in text.split("\n\n") {
                let mut line = String::new();
                crate::dom::tree::push_collapsed(part, usize::MAX, &mut line);
                if !line.trim().is_empty() {
                    self.put(Block::paragraph(line.trim()));
                }
            }
            return end;
        }
        let class = (at..end).take(3).find_map(|here| self.tree.attr(here, "class")).unwrap_or_default();
        let language = class
            .split_whitespace()
            .find_map(|word| word.strip_prefix("language-").or_else(|| word.strip_prefix("lang-")))
            .map(|name| name.chars().take(30).collect());
        self.put(Block::Code { language, text });
        end
    }

    fn image(&mut self, at: usize) {
        let tree = self.tree;
        let source = ["data-src", "data-original", "data-lazy-src", "src", "data-url"]
            .into_iter()
            .filter_map(|name| tree.attr(at, name))
            .find(|src| !src.trim().is_empty() && !src.starts_with("data:"));
        let Some(url) = source.and_then(|src| self.link(src)).filter(|url| !url.starts_with("mailto:"))
        else {
            return;
        };
        let small = |name| {
            tree.attr(at, name)
                .and_then(|value| value.trim_end_matches("px").parse::<u32>().ok())
                .is_some_and(|size| size < 60)
        };
        if small("width") || small("height") {
            return;
        }
        let mut alt = String::new();
        crate::dom::tree::push_collapsed(tree.attr(at, "alt").unwrap_or_default(), 500, &mut alt);
        self.flush();
        self.put(Block::Image { url, alt: alt.trim().to_owned(), caption: Vec::new() });
    }

    /// An absolute http, https or mailto address.
    fn link(&self, href: &str) -> Option<String> {
        let href = href.trim();
        if href.is_empty() || href.len() > MAX_URL || href.starts_with('#') {
            return None;
        }
        let url = match self.base {
            Some(base) => base.join(href).ok()?,
            None => Url::parse(href).ok()?,
        };
        matches!(url.scheme(), "http" | "https" | "mailto").then(|| String::from(url))
    }

    /// The address of an embedded post: the last link of a quote that calls itself one.
    fn embedded(&self, at: usize) -> Option<String> {
        let class = self.tree.attr(at, "class").unwrap_or_default();
        let stated = ["data-instgrm-permalink", "data-href", "data-url"];
        if let Some(href) = stated.into_iter().find_map(|name| self.tree.attr(at, name)) {
            return self.link(href);
        }
        if !["twitter", "instagram", "tiktok", "mastodon", "bluesky", "reddit", "embed"]
            .iter()
            .any(|name| class.contains(name))
        {
            return None;
        }
        (at..self.tree.end(at))
            .filter(|here| self.tree.tag(*here) == Tag::A)
            .filter_map(|here| self.tree.attr(here, "href"))
            .next_back()
            .and_then(|href| self.link(href))
    }
}

/// The words of `blocks` as one line.
fn flat(blocks: Vec<Block>) -> Vec<Inline> {
    let mut out = Vec::new();
    let put = |inlines: Vec<Inline>, out: &mut Vec<Inline>| {
        if !out.is_empty() && !inlines.is_empty() {
            out.push(Inline::Break);
        }
        out.extend(inlines);
    };
    let mut todo: Vec<Block> = blocks;
    todo.reverse();
    while let Some(block) = todo.pop() {
        match block {
            Block::Heading { inlines, .. } | Block::Paragraph { inlines } => put(inlines, &mut out),
            Block::Image { caption, .. } => put(caption, &mut out),
            Block::List { items, .. } => todo.extend(items.into_iter().flatten().rev()),
            Block::Quote { blocks, .. } => todo.extend(blocks.into_iter().rev()),
            Block::Table { rows, .. } => rows.into_iter().flatten().for_each(|cell| put(cell, &mut out)),
            Block::Code { text, .. } => put(vec![Inline::Code { text }], &mut out),
            Block::Rule => {}
        }
    }
    out
}

/// True for a table of data; one that only lays out a page is read as if it were not there.
pub(crate) fn is_data(tree: &Tree, at: usize) -> bool {
    if matches!(tree.attr(at, "role"), Some("presentation" | "none")) {
        return false;
    }
    let (mut rows, mut cells, mut heads, mut text) = (0_usize, 0_usize, 0_usize, 0_usize);
    for here in at + 1..tree.end(at) {
        match tree.tag(here) {
            Tag::Table | Tag::Article | Tag::H1 | Tag::Form => return false,
            Tag::Tr => rows += 1,
            Tag::Td => cells += 1,
            Tag::Th => {
                cells += 1;
                heads += 1;
            }
            Tag::Text => text += tree.text(here).trim().len(),
            _ => {}
        }
    }
    rows > 0 && cells > rows && (heads > 0 || rows > 1) && text / cells < 400
}
