//! An article's text as blocks: headings, paragraphs, lists, quotes, tables, code, images, embedded posts. HTML and
//! feeds go in (extract makes blocks), pages, Markdown and feeds come out; translation swaps the leaves.

use serde::{Deserialize, Serialize};

/// One block of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A heading inside the text; level 2 to 6.
    Heading {
        /// 2 to 6.
        level: u8,
        /// Its words.
        inlines: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        inlines: Vec<Inline>,
    },
    /// A list; each item is blocks, so lists nest.
    List {
        /// Numbered, not bulleted.
        ordered: bool,
        /// One entry an item.
        items: Vec<Vec<Block>>,
    },
    /// A quotation, or an embedded post with its address.
    Quote {
        /// What is quoted.
        blocks: Vec<Block>,
        /// Where it stands, for an embedded post.
        cite: Option<String>,
    },
    /// A table.
    Table {
        /// True where the first row is a header.
        header: bool,
        /// Rows of cells, as wide as each row is.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// Preformatted text.
    Code {
        /// The programming language, where stated.
        language: Option<String>,
        /// As it stands, line breaks kept.
        text: String,
    },
    /// A picture, by address only.
    Image {
        /// Absolute http(s) address.
        url: String,
        /// The alternative text.
        alt: String,
        /// The caption.
        caption: Vec<Inline>,
    },
    /// A thematic break.
    Rule,
}

/// A run of text inside a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Inline {
    /// Plain text; white space collapsed.
    Text {
        /// The words.
        text: String,
    },
    /// Emphasis.
    Emphasis {
        /// What is emphasised.
        inlines: Vec<Inline>,
    },
    /// Strong emphasis.
    Strong {
        /// What is emphasised.
        inlines: Vec<Inline>,
    },
    /// Code.
    Code {
        /// As it stands.
        text: String,
    },
    /// A link.
    Link {
        /// Absolute http(s) or mailto address.
        url: String,
        /// Its words.
        inlines: Vec<Inline>,
    },
    /// A line break.
    Break,
}

impl Inline {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}

impl Block {
    /// A paragraph of plain text.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { inlines: vec![Inline::text(text)] }
    }
}

/// Appends the plain text of `inlines` to `out`; a break is a line feed.
pub fn push_text(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text { text } | Inline::Code { text } => out.push_str(text),
            Inline::Emphasis { inlines } | Inline::Strong { inlines } | Inline::Link { inlines, .. } => {
                push_text(inlines, out);
            }
            Inline::Break => out.push('\n'),
        }
    }
}

/// The plain text of `inlines`.
pub fn inline_text(inlines: &[Inline]) -> String {
    let mut out = String::new();
    push_text(inlines, &mut out);
    out
}

/// The plain text of `blocks`: one line a leaf, table cells joined by ` | `; captions are part of it, rules are not.
pub fn plain_text(blocks: &[Block]) -> String {
    let mut out = String::new();
    push_blocks(blocks, &mut out);
    out.truncate(out.trim_end().len());
    out
}

fn push_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Heading { inlines, .. }
            | Block::Paragraph { inlines }
            | Block::Image { caption: inlines, .. } => {
                if !inlines.is_empty() {
                    push_text(inlines, out);
                    out.push('\n');
                }
            }
            Block::List { items, .. } => items.iter().for_each(|item| push_blocks(item, out)),
            Block::Quote { blocks, .. } => push_blocks(blocks, out),
            Block::Table { rows, .. } => {
                for row in rows {
                    for (n, cell) in row.iter().enumerate() {
                        if n > 0 {
                            out.push_str(" | ");
                        }
                        push_text(cell, out);
                    }
                    out.push('\n');
                }
            }
            Block::Code { text, .. } => {
                out.push_str(text);
                out.push('\n');
            }
            Block::Rule => {}
        }
    }
}

/// The translatable leaves of `blocks`, in reading order: every heading, paragraph, cell and caption. Code is none.
/// A leaf's position in this list is its segment number (¶1 is position 0) on pages, in translations and in quotes.
pub fn leaves(blocks: &[Block]) -> Vec<&Vec<Inline>> {
    let mut out = Vec::new();
    collect_leaves(blocks, &mut out);
    out
}

fn collect_leaves<'a>(blocks: &'a [Block], out: &mut Vec<&'a Vec<Inline>>) {
    for block in blocks {
        match block {
            Block::Heading { inlines, .. } | Block::Paragraph { inlines } => out.push(inlines),
            Block::Image { caption, .. } => {
                if !caption.is_empty() {
                    out.push(caption);
                }
            }
            Block::List { items, .. } => items.iter().for_each(|item| collect_leaves(item, out)),
            Block::Quote { blocks, .. } => collect_leaves(blocks, out),
            Block::Table { rows, .. } => rows.iter().flatten().for_each(|cell| out.push(cell)),
            Block::Code { .. } | Block::Rule => {}
        }
    }
}

/// The same blocks with their leaves, in the order of [`leaves`], passed through `swap`, which is given the segment
/// number and the leaf.
pub fn map_leaves(blocks: &[Block], mut swap: impl FnMut(usize, &[Inline]) -> Vec<Inline>) -> Vec<Block> {
    let mut next = 0;
    map_from(blocks, &mut |leaf| {
        next += 1;
        swap(next - 1, leaf)
    })
}

fn map_from(blocks: &[Block], take: &mut dyn FnMut(&[Inline]) -> Vec<Inline>) -> Vec<Block> {
    let mut out = Vec::with_capacity(blocks.len());
    for block in blocks {
        out.push(match block {
            Block::Heading { level, inlines } => Block::Heading { level: *level, inlines: take(inlines) },
            Block::Paragraph { inlines } => Block::Paragraph { inlines: take(inlines) },
            Block::Image { url, alt, caption } => Block::Image {
                url: url.clone(),
                alt: alt.clone(),
                caption: if caption.is_empty() { Vec::new() } else { take(caption) },
            },
            Block::Table { header, rows } => {
                let rows = rows.iter().map(|row| row.iter().map(|cell| take(cell)).collect()).collect();
                Block::Table { header: *header, rows }
            }
            Block::List { ordered, items } => {
                let items = items.iter().map(|item| map_from(item, take)).collect();
                Block::List { ordered: *ordered, items }
            }
            Block::Quote { blocks, cite } => {
                Block::Quote { blocks: map_from(blocks, take), cite: cite.clone() }
            }
            Block::Code { .. } | Block::Rule => block.clone(),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_and_their_replacements_walk_in_one_order() {
        let blocks = vec![
            Block::Heading { level: 2, inlines: vec![Inline::text("a")] },
            Block::List {
                ordered: false,
                items: vec![
                    vec![
                        Block::paragraph("b"),
                        Block::List { ordered: true, items: vec![vec![Block::paragraph("c")]] },
                    ],
                    vec![Block::Quote { blocks: vec![Block::paragraph("d")], cite: None }],
                ],
            },
            Block::Image { url: "https://e.example/i".into(), alt: "not a leaf".into(), caption: vec![] },
            Block::Table { header: true, rows: vec![vec![vec![Inline::text("e")], vec![Inline::text("f")]]] },
            Block::Code { language: None, text: "x".into() },
            Block::Paragraph {
                inlines: vec![Inline::Strong { inlines: vec![Inline::text("g")] }, Inline::Break],
            },
        ];
        let texts: Vec<String> = leaves(&blocks).into_iter().map(|leaf| inline_text(leaf)).collect();
        assert_eq!(texts, ["a", "b", "c", "d", "e", "f", "g\n"]);
        let mut seen = Vec::new();
        let same = map_leaves(&blocks, |n, leaf| {
            seen.push((n, inline_text(leaf)));
            leaf.to_vec()
        });
        assert_eq!(same, blocks);
        assert_eq!(seen.iter().map(|(n, _)| *n).collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
        assert_eq!(plain_text(&blocks), "a\nb\nc\nd\ne | f\nx\ng");
    }
}
