//! Bytes of a page go in, an article comes out: text as blocks, metadata with its source, the kind of page.
//!
//! 1. [`charset`]: bytes to text.
//! 2. [`crate::dom::tree`]: text to a flat, bounded tree.
//! 3. [`evidence`]: what speaks for and against each node, in three loops.
//! 4. [`body`]: the element that holds the article.
//! 5. [`prune`]: what of it is left out; [`lead`]: what stands outside of it.
//! 6. [`blocks`]: nodes to blocks.
//! 7. [`meta`]: title, people, dates.
//! 8. [`kind`]: whether it is an article at all.

mod blocks;
mod body;
mod charset;
mod evidence;
mod furniture;
mod hints;
mod inlines;
mod kind;
mod lead;
mod markdown;
mod meta;
mod phrases;
mod prune;
mod trace;

use jiff::Timestamp;
use url::Url;

use crate::dom::Selector;
use crate::dom::tree::{Bounds, Tree};
use crate::model::article::{Article, Obtained, PageKind};
use crate::model::block::{Block, plain_text};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::text::{lang, words};

pub use furniture::Furniture;
pub use markdown::markdown;
pub use meta::{Evidence, Field, Source};
pub use prune::Reason;
pub use trace::{Trace, TraceLine};

/// The version of the method; it changes whenever the same page may be read differently.
pub const VERSION: &str = "1";

/// A page as it was fetched.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The bytes of the body.
    pub bytes: &'a [u8],
    /// The Content-Type header.
    pub content_type: Option<&'a str>,
    /// Where it stands, after redirects.
    pub url: Option<&'a Url>,
}

/// What the operator says about a source's pages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// Where the text stands; whatever matches is kept, in the order of the page.
    pub keep: Vec<Selector>,
    /// What is left out.
    pub drop: Vec<Selector>,
}

/// What the source announced about the page.
#[derive(Debug, Clone, Default)]
pub struct Witness<'a> {
    /// The title.
    pub title: Option<&'a str>,
    /// When it was published.
    pub published: Option<Moment>,
    /// The summary, plain.
    pub summary: Option<&'a str>,
    /// The text as the feed carries it: untrusted HTML.
    pub content: Option<&'a str>,
    /// The language of the source.
    pub language: Option<Lang>,
}

/// Bounds on what is read and made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a page that are read.
    pub bytes: usize,
    /// Nodes of its tree.
    pub nodes: usize,
    /// Elements inside each other.
    pub depth: u32,
    /// Blocks of an article.
    pub blocks: usize,
    /// Bytes of an article's text.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let bounds = Bounds::default();
        Self { bytes: bounds.bytes, nodes: bounds.nodes, depth: bounds.depth, blocks: 5_000, text: 2 << 20 }
    }
}

impl Limits {
    fn bounds(&self) -> Bounds {
        Bounds { bytes: self.bytes, nodes: self.nodes, depth: self.depth }
    }

    fn room(&self) -> blocks::Room {
        blocks::Room { blocks: self.blocks, text: self.text }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// The article.
    pub article: Article,
    /// Where each of its metadata came from, and how sure that is.
    pub evidence: Vec<Evidence>,
    /// Why each part of the page was kept or dropped; only [`explain`] fills it.
    pub trace: Option<Trace>,
    /// The next page of the same article, on the same host.
    pub next_page: Option<Url>,
}

/// Reads a page. `now` bounds the dates that are believed.
pub fn read(
    page: &Page<'_>,
    rules: &Rules,
    witness: &Witness<'_>,
    furniture: &Furniture,
    limits: &Limits,
    now: Timestamp,
) -> Extraction {
    let reading = Reading::of(page, rules, witness, furniture, limits, now);
    reading.extraction
}

/// Reads a page like [`read`] and tells of every part of it why it was kept or dropped.
pub fn explain(
    page: &Page<'_>,
    rules: &Rules,
    witness: &Witness<'_>,
    furniture: &Furniture,
    limits: &Limits,
    now: Timestamp,
) -> Extraction {
    let reading = Reading::of(page, rules, witness, furniture, limits, now);
    let trace = Trace::of(&reading.tree, &reading.evidence, &reading.choice);
    Extraction { trace: Some(trace), ..reading.extraction }
}

/// HTML that a feed carries, untrusted, as blocks; addresses are resolved against `base`.
pub fn fragment(html: &str, base: Option<&Url>, limits: &Limits) -> Vec<Block> {
    let tree = Tree::parse(html, limits.bounds());
    let mut builder = blocks::Builder::new(&tree, base, limits.room());
    builder.read(1, tree.len(), &|_| false);
    builder.finish()
}

/// The article's running text, one line a leaf: captions belong to their pictures and are not part of it.
pub fn text(blocks: &[Block]) -> String {
    let mut bare = blocks.to_vec();
    bare.retain(|block| !matches!(block, Block::Image { .. }));
    plain_text(&bare)
}

/// A page with all that was found out about it.
struct Reading {
    tree: Tree,
    evidence: evidence::Evidence,
    choice: body::Choice,
    extraction: Extraction,
}

impl Reading {
    fn of(
        page: &Page<'_>,
        rules: &Rules,
        witness: &Witness<'_>,
        furniture: &Furniture,
        limits: &Limits,
        now: Timestamp,
    ) -> Self {
        let bytes = page.bytes.get(..limits.bytes.min(page.bytes.len())).unwrap_or_default();
        let decoded = charset::page(bytes, page.content_type);
        let tree = Tree::parse(&decoded.text, limits.bounds());
        let mut evidence = evidence::Evidence::gather(&tree);
        let found = meta::gather(&tree, &evidence, page.url, witness, now);
        let kept = tree.select(&decoded.text, &rules.keep);
        let dropped = tree.select(&decoded.text, &rules.drop);
        let choice = body::choose(&tree, &mut evidence, &found, &kept, &dropped);
        let base = found.base.as_ref().or(page.url);
        let mut builder = blocks::Builder::new(&tree, base, limits.room());
        for (from, to) in &choice.parts {
            builder.read(*from, *to, &|at| choice.fates.of(at).is_some());
        }
        let mut blocks = builder.finish();
        blocks.retain(|block| !furniture.knows(block));
        if kept.is_empty()
            && let Some(stated) = stated_body(&found, &blocks, limits)
        {
            blocks = stated;
        }
        let next_page = found.next.clone();
        let (article, evidence_list) = assemble(&tree, &evidence, &found, blocks, witness);
        let mut article = article;
        fed(&mut article, witness, page.url, limits);
        let extraction = Extraction { article, evidence: evidence_list, trace: None, next_page };
        Self { tree, evidence, choice, extraction }
    }
}

/// The text as JSON-LD states it, where what was read in the page is hopelessly shorter.
fn stated_body(found: &meta::Found, blocks: &[Block], limits: &Limits) -> Option<Vec<Block>> {
    let body = found.body.as_deref()?;
    let (letters, _) = evidence::letters(&text(blocks));
    let (stated, _) = evidence::letters(body);
    if stated < 300 || letters * 3 > stated {
        return None;
    }
    if body.contains("</") {
        return Some(fragment(body, found.base.as_ref(), limits));
    }
    let lines = body.split(['\n', '\r']).map(meta::plain).filter(|line| !line.is_empty());
    Some(lines.take(limits.blocks).map(Block::paragraph).collect())
}

/// Where the page gave no text, or only the free start of it, the feed's own takes its place if that is longer.
fn fed(article: &mut Article, witness: &Witness<'_>, base: Option<&Url>, limits: &Limits) {
    if article.kind == PageKind::Article && !article.blocks.is_empty() {
        return;
    }
    let (read, _) = evidence::letters(&plain_text(&article.blocks));
    let content = witness.content.map(|html| fragment(html, base, limits)).unwrap_or_default();
    let summary: Vec<Block> =
        witness.summary.filter(|text| !text.trim().is_empty()).map(Block::paragraph).into_iter().collect();
    for (blocks, obtained) in [(content, Obtained::Feed), (summary, Obtained::Summary)] {
        let text = plain_text(&blocks);
        if evidence::letters(&text).0 > read {
            article.language = lang::detect(&text, article.language.as_ref().or(witness.language.as_ref()));
            article.words = words::count(&text);
            article.blocks = blocks;
            article.obtained = obtained;
            return;
        }
    }
}

/// Puts text and metadata together, and judges what kind of page it was.
fn assemble(
    tree: &Tree,
    facts: &evidence::Evidence,
    found: &meta::Found,
    blocks: Vec<Block>,
    witness: &Witness<'_>,
) -> (Article, Vec<Evidence>) {
    let text = plain_text(&blocks);
    let mut article = Article::empty();
    let list = found.tell(&mut article);
    article.language = lang::detect(&text, article.language.as_ref().or(witness.language.as_ref()));
    article.words = words::count(&text);
    article.kind = kind::judge(tree, facts, &article, &text, found.closed);
    article.blocks = blocks;
    article.obtained = if article.blocks.is_empty() { Obtained::Nothing } else { Obtained::Page };
    if tree.is_cut() {
        article.missing.push("the page is larger than the limits allow; its end was left out".to_owned());
    }
    match article.kind {
        PageKind::Paywall => article.missing.push("the rest of the text is behind a paywall".to_owned()),
        PageKind::EmptyShell => {
            article.missing.push("the page holds no text; scripts would have to fill it".to_owned());
        }
        PageKind::Consent => article.missing.push("a consent wall stands in place of the text".to_owned()),
        PageKind::SoftNotFound => article.missing.push("the page says that there is nothing here".to_owned()),
        PageKind::List => article.missing.push("the page is a list of links, no article".to_owned()),
        PageKind::Article => {}
    }
    if !matches!(article.kind, PageKind::Article | PageKind::Paywall) {
        article.blocks.clear();
        article.obtained = Obtained::Nothing;
        article.words = 0;
    }
    (article, list)
}

#[cfg(test)]
mod tests;
