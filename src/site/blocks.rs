//! An article's blocks go in, safe HTML comes out: everything escaped, links only to http, https and mailto, pictures
//! linked instead of embedded. Leaves carry the ids to which quotes and findings point (`p1` is segment 0).

use std::fmt::Write as _;

use crate::model::block::{Block, Inline};
use crate::site::escape;

/// Nesting beyond this is not drawn: no article needs it, and hostile ones shall not grow the page.
const MAX_DEPTH: usize = 16;

/// How blocks are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'a> {
    /// Prefix of the leaves' ids; `None` writes no ids (feeds).
    pub(crate) ids: Option<&'a str>,
    /// True where paragraphs show their number.
    pub(crate) marks: bool,
    /// Heading level that the text's own level 2 becomes.
    pub(crate) heading: u8,
}

impl Style<'static> {
    /// Inside feeds and JSON: bare HTML.
    pub(crate) const FEED: Self = Self { ids: None, marks: false, heading: 2 };
}

/// Writes blocks one after the other, counting leaves as [`crate::model::block::leaves`] does.
pub(crate) struct Writer<'a> {
    style: Style<'a>,
    leaf: usize,
    last_heading: u8,
}

impl<'a> Writer<'a> {
    /// A writer at the start of a text.
    pub(crate) fn new(style: Style<'a>) -> Self {
        Self { style, leaf: 0, last_heading: style.heading.saturating_sub(1) }
    }

    /// Appends one block.
    pub(crate) fn block(&mut self, block: &Block, out: &mut String) {
        self.write(block, 0, out);
    }

    fn write(&mut self, block: &Block, depth: usize, out: &mut String) {
        match block {
            Block::Heading { level, inlines } => self.heading(*level, inlines, out),
            Block::Paragraph { inlines } => {
                self.leaf_element("p", "", inlines, self.style.marks, out);
            }
            Block::List { ordered, items } => self.list(*ordered, items, depth, out),
            Block::Quote { blocks, cite } => self.quote(blocks, cite.as_deref(), depth, out),
            Block::Table { header, rows } => self.table(*header, rows, out),
            Block::Code { text, .. } => {
                out.push_str("<pre tabindex=\"0\"><code>");
                escape::push(out, text);
                out.push_str("</code></pre>\n");
            }
            Block::Image { url, alt, caption } => self.image(url, alt, caption, out),
            Block::Rule => out.push_str("<hr>\n"),
        }
    }

    /// A heading never skips a level, whatever the article does: screen readers walk by them.
    fn heading(&mut self, level: u8, inlines: &[Inline], out: &mut String) {
        let wanted = level.saturating_sub(2).saturating_add(self.style.heading).clamp(2, 6);
        let level = wanted.min(self.last_heading + 1);
        self.last_heading = level;
        let name = ["h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(2, 6) - 2)];
        self.leaf_element(name, "", inlines, false, out);
    }

    fn leaf_element(
        &mut self,
        name: &str,
        attributes: &str,
        inlines: &[Inline],
        mark: bool,
        out: &mut String,
    ) {
        out.push('<');
        out.push_str(name);
        out.push_str(attributes);
        self.leaf_id(out);
        out.push('>');
        inline(inlines, out);
        if mark {
            self.mark(out);
        }
        out.push_str("</");
        out.push_str(name);
        out.push_str(">\n");
    }

    /// The id attribute of the next leaf, where the style has ids; counts it in any case.
    fn leaf_id(&mut self, out: &mut String) {
        self.leaf += 1;
        if let Some(prefix) = self.style.ids {
            out.push_str(" id=\"");
            out.push_str(prefix);
            out.push_str(&self.leaf.to_string());
            out.push('"');
        }
    }

    fn mark(&self, out: &mut String) {
        if let Some(prefix) = self.style.ids {
            let n = self.leaf;
            let _ = write!(
                out,
                "<a class=\"mark\" href=\"#{prefix}{n}\" aria-hidden=\"true\" tabindex=\"-1\">¶{n}</a>"
            );
        }
    }

    fn list(&mut self, ordered: bool, items: &[Vec<Block>], depth: usize, out: &mut String) {
        if items.is_empty() || depth >= MAX_DEPTH {
            return;
        }
        let name = if ordered { "ol" } else { "ul" };
        let _ = writeln!(out, "<{name}>");
        for item in items {
            if let Some((Block::Paragraph { inlines }, rest)) = item.split_first() {
                out.push_str("<li");
                self.leaf_id(out);
                out.push('>');
                inline(inlines, out);
                for block in rest {
                    self.write(block, depth + 1, out);
                }
            } else {
                out.push_str("<li>");
                for block in item {
                    self.write(block, depth + 1, out);
                }
            }
            out.push_str("</li>\n");
        }
        let _ = writeln!(out, "</{name}>");
    }

    fn quote(&mut self, blocks: &[Block], cite: Option<&str>, depth: usize, out: &mut String) {
        if depth >= MAX_DEPTH {
            return;
        }
        out.push_str("<blockquote>\n");
        for block in blocks {
            self.write(block, depth + 1, out);
        }
        if let Some(address) = cite.and_then(escape::link) {
            out.push_str("<p class=\"cite\">");
            anchor(&address, host(&address), out);
            out.push_str("</p>\n");
        }
        out.push_str("</blockquote>\n");
    }

    fn table(&mut self, header: bool, rows: &[Vec<Vec<Inline>>], out: &mut String) {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        if width == 0 {
            return;
        }
        out.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"group\"><table>\n");
        for (n, row) in rows.iter().enumerate() {
            let head = header && n == 0;
            out.push_str(if head {
                "<thead><tr>"
            } else if n == usize::from(header) {
                "<tbody><tr>"
            } else {
                "<tr>"
            });
            for cell in row {
                let (open, close) = if head { ("<th scope=\"col\"", "</th>") } else { ("<td", "</td>") };
                out.push_str(open);
                self.leaf_id(out);
                out.push('>');
                inline(cell, out);
                out.push_str(close);
            }
            (row.len()..width).for_each(|_| out.push_str("<td></td>"));
            out.push_str(if head { "</tr></thead>\n" } else { "</tr>\n" });
        }
        if rows.len() > usize::from(header) {
            out.push_str("</tbody>");
        }
        out.push_str("</table></div>\n");
    }

    fn image(&mut self, url: &str, alt: &str, caption: &[Inline], out: &mut String) {
        let address = escape::link(url);
        if address.is_none() && caption.is_empty() {
            return;
        }
        out.push_str("<figure class=\"picture\">");
        if let Some(address) = address {
            let alt = alt.trim();
            anchor(&address, if alt.is_empty() { host(&address) } else { alt }, out);
        }
        if !caption.is_empty() {
            self.leaf_element("figcaption", "", caption, false, out);
        }
        out.push_str("</figure>\n");
    }
}

/// The host of an address, for a link that has no words of its own.
pub(crate) fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host)
}

/// Appends a link to the outside.
fn anchor(address: &str, words: &str, out: &mut String) {
    out.push_str("<a rel=\"nofollow noopener noreferrer\" href=\"");
    escape::push(out, address);
    out.push_str("\">");
    escape::push(out, words);
    out.push_str("</a>");
}

/// Appends inlines as HTML.
pub(crate) fn inline(inlines: &[Inline], out: &mut String) {
    nested(inlines, 0, false, out);
}

fn nested(inlines: &[Inline], depth: usize, in_link: bool, out: &mut String) {
    if depth >= MAX_DEPTH {
        return;
    }
    for part in inlines {
        match part {
            Inline::Text { text } => escape::push(out, text),
            Inline::Emphasis { inlines } => wrapped("em", inlines, depth, in_link, out),
            Inline::Strong { inlines } => wrapped("strong", inlines, depth, in_link, out),
            Inline::Code { text } => {
                out.push_str("<code>");
                escape::push(out, text);
                out.push_str("</code>");
            }
            Inline::Link { url, inlines } => match escape::link(url).filter(|_| !in_link) {
                Some(address) => {
                    out.push_str("<a rel=\"nofollow noopener noreferrer\" href=\"");
                    escape::push(out, &address);
                    out.push_str("\">");
                    let start = out.len();
                    nested(inlines, depth + 1, true, out);
                    if out[start..].trim().is_empty() {
                        escape::push(out, host(&address));
                    }
                    out.push_str("</a>");
                }
                None => nested(inlines, depth + 1, in_link, out),
            },
            Inline::Break => out.push_str("<br>"),
        }
    }
}

fn wrapped(name: &str, inlines: &[Inline], depth: usize, in_link: bool, out: &mut String) {
    let _ = write!(out, "<{name}>");
    nested(inlines, depth + 1, in_link, out);
    let _ = write!(out, "</{name}>");
}

/// All blocks in one style.
pub(crate) fn html(blocks: &[Block], style: Style<'_>) -> String {
    let mut out = String::new();
    let mut writer = Writer::new(style);
    for block in blocks {
        writer.block(block, &mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::block::leaves;

    const PAGE: Style<'static> = Style { ids: Some("p"), marks: true, heading: 3 };

    #[test]
    fn hostile_blocks_come_out_harmless() {
        let blocks = vec![
            Block::paragraph("<script>alert(1)</script>"),
            Block::Paragraph {
                inlines: vec![Inline::Link {
                    url: "javascript:alert(1)".into(),
                    inlines: vec![Inline::text("x")],
                }],
            },
            Block::Image { url: "data:text/html,x".into(), alt: "\" onload=x".into(), caption: vec![] },
            Block::Image { url: "https://i.example/a\"b".into(), alt: "<b>".into(), caption: vec![] },
            Block::Quote { blocks: vec![], cite: Some("javascript:x".into()) },
        ];
        let out = html(&blocks, PAGE);
        assert!(!out.contains("<script") && !out.contains("javascript:") && !out.contains("<img"), "{out}");
        assert!(out.contains("&lt;b&gt;") && out.contains("a%22b"), "{out}");
    }

    #[test]
    fn leaves_are_numbered_as_the_model_counts_them() {
        let blocks = vec![
            Block::Heading { level: 5, inlines: vec![Inline::text("one")] },
            Block::List {
                ordered: true,
                items: vec![vec![Block::paragraph("two"), Block::paragraph("three")]],
            },
            Block::Table {
                header: true,
                rows: vec![vec![vec![Inline::text("four")]], vec![vec![Inline::text("five")], vec![]]],
            },
            Block::Image {
                url: "https://i.example/".into(),
                alt: String::new(),
                caption: vec![Inline::text("seven")],
            },
            Block::paragraph("eight"),
        ];
        let out = html(&blocks, PAGE);
        assert_eq!(leaves(&blocks).len(), 8);
        for (n, word) in ["one", "two", "three", "four", "five"].iter().enumerate() {
            assert!(out.contains(&format!("id=\"p{}\">{word}", n + 1)), "{word} in {out}");
        }
        assert!(out.contains("id=\"p8\">eight<a class=\"mark\" href=\"#p8\""), "{out}");
        assert!(out.starts_with("<h3 id=\"p1\">"), "a first heading does not skip levels: {out}");
    }

    #[test]
    fn depth_is_bounded() {
        let mut block = Block::paragraph("x");
        for _ in 0..100 {
            block = Block::Quote { blocks: vec![block], cite: None };
        }
        assert_eq!(html(&[block], PAGE).matches("<blockquote>").count(), MAX_DEPTH);
    }
}
