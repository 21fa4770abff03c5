//! Blocks go in, Markdown (CommonMark with tables) comes out; what Markdown would read as markup is escaped.

use std::fmt::Write;

use crate::model::block::{Block, Inline, push_text};

/// The blocks as Markdown.
pub fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    write_blocks(blocks, "", &mut out);
    out.truncate(out.trim_end().len());
    out
}

/// Writes blocks with `indent` before each of their lines but the first.
fn write_blocks(blocks: &[Block], indent: &str, out: &mut String) {
    for (n, block) in blocks.iter().enumerate() {
        if n > 0 {
            out.push('\n');
            out.push_str(indent.trim_end());
            out.push('\n');
            out.push_str(indent);
        }
        write_block(block, indent, out);
    }
}

fn write_block(block: &Block, indent: &str, out: &mut String) {
    match block {
        Block::Heading { level, inlines } => {
            out.extend(std::iter::repeat_n('#', usize::from(*level).clamp(1, 6)));
            out.push(' ');
            write_inlines(inlines, " ", out);
        }
        Block::Paragraph { inlines } => write_inlines(inlines, &format!("  \n{indent}"), out),
        Block::List { ordered, items } => {
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push('\n');
                    out.push_str(indent);
                }
                let marker = if *ordered { format!("{}. ", n + 1) } else { "- ".to_owned() };
                out.push_str(&marker);
                write_blocks(item, &format!("{indent}{}", " ".repeat(marker.len())), out);
            }
        }
        Block::Quote { blocks, cite } => {
            out.push_str("> ");
            let inner = format!("{indent}> ");
            write_blocks(blocks, &inner, out);
            if let Some(cite) = cite {
                let _ = write!(out, "\n{indent}>\n{inner}<{cite}>");
            }
        }
        Block::Table { header, rows } => write_table(*header, rows, indent, out),
        Block::Code { language, text } => {
            let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            out.push_str(&fence);
            out.push_str(language.as_deref().unwrap_or_default());
            for line in text.lines() {
                out.push('\n');
                out.push_str(indent);
                out.push_str(line);
            }
            let _ = write!(out, "\n{indent}{fence}");
        }
        Block::Image { url, alt, caption } => {
            out.push_str("![");
            escape(alt, out);
            let _ = write!(out, "](<{}>)", address(url));
            if !caption.is_empty() {
                let _ = write!(out, "  \n{indent}");
                write_inlines(caption, " ", out);
            }
        }
        Block::Rule => out.push_str("---"),
    }
}

fn write_table(header: bool, rows: &[Vec<Vec<Inline>>], indent: &str, out: &mut String) {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let empty = Vec::new();
    let line = |row: &Vec<Vec<Inline>>, out: &mut String| {
        for n in 0..width {
            out.push_str("| ");
            let mut cell = String::new();
            write_inlines(row.get(n).unwrap_or(&empty), " ", &mut cell);
            out.push_str(&cell.replace('|', "\\|"));
            out.push(' ');
        }
        out.push('|');
    };
    let none = Vec::new();
    let (head, body) = match rows.split_first() {
        Some((first, rest)) if header => (first, rest),
        _ => (&none, rows),
    };
    line(head, out);
    let _ = write!(out, "\n{indent}");
    out.push_str(&"| --- ".repeat(width));
    out.push('|');
    for row in body {
        let _ = write!(out, "\n{indent}");
        line(row, out);
    }
}

fn write_inlines(inlines: &[Inline], line_break: &str, out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text { text } => escape(text, out),
            Inline::Emphasis { inlines } => wrap(inlines, "*", line_break, out),
            Inline::Strong { inlines } => wrap(inlines, "**", line_break, out),
            Inline::Code { text } => {
                let fence = if text.contains('`') { "``" } else { "`" };
                let pad = if text.contains('`') { " " } else { "" };
                let _ = write!(out, "{fence}{pad}{text}{pad}{fence}");
            }
            Inline::Link { url, inlines } => {
                out.push('[');
                write_inlines(inlines, line_break, out);
                let _ = write!(out, "](<{}>)", address(url));
            }
            Inline::Break => out.push_str(line_break),
        }
    }
}

/// Emphasis must touch its words: the space at either end goes outside.
fn wrap(inlines: &[Inline], mark: &str, line_break: &str, out: &mut String) {
    let mut plain = String::new();
    push_text(inlines, &mut plain);
    if plain.trim().is_empty() {
        out.push_str(&plain);
        return;
    }
    let mut inside = String::new();
    write_inlines(inlines, line_break, &mut inside);
    let words = inside.trim();
    let before = inside.len() - inside.trim_start().len();
    out.push_str(inside.get(..before).unwrap_or_default());
    out.push_str(mark);
    out.push_str(words);
    out.push_str(mark);
    out.push_str(inside.get(before + words.len()..).unwrap_or_default());
}

fn address(url: &str) -> String {
    url.replace('<', "%3C").replace('>', "%3E").replace(['\n', '\r'], "")
}

/// Escapes what would be markup; marks that only matter at the start of a line, only there.
fn escape(text: &str, out: &mut String) {
    let start =
        out.is_empty() || out.ends_with(['\n', ' ']) && out.trim_end_matches([' ', '>']).ends_with('\n');
    for (n, c) in text.char_indices() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' => out.push('\\'),
            '#' | '+' | '-' | '>' | '=' if start && n == 0 => out.push('\\'),
            '.' | ')' if start && n > 0 && n < 10 && text.get(..n).is_some_and(is_number) => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_survives() {
        let blocks = vec![
            Block::Heading { level: 2, inlines: vec![Inline::text("One * two")] },
            Block::List {
                ordered: true,
                items: vec![vec![
                    Block::paragraph("a"),
                    Block::List { ordered: false, items: vec![vec![Block::paragraph("b")]] },
                ]],
            },
            Block::Quote { blocks: vec![Block::paragraph("q")], cite: Some("https://e.example/1".into()) },
            Block::Paragraph {
                inlines: vec![
                    Inline::Strong { inlines: vec![Inline::text("bold ")] },
                    Inline::Link { url: "https://e.example/".into(), inlines: vec![Inline::text("here")] },
                ],
            },
            Block::Table {
                header: true,
                rows: vec![vec![vec![Inline::text("a|b")]], vec![vec![Inline::text("c")]]],
            },
        ];
        assert_eq!(
            markdown(&blocks),
            "## One \\* two\n\n1. a\n\n   - b\n\n> q\n>\n> <https://e.example/1>\n\n**bold** [here](<https://e.example/>)\n\n| a\\|b |\n| --- |\n| c |"
        );
        assert_eq!(markdown(&[Block::paragraph("1. no list")]), "1\\. no list");
    }
}
