//! A leaf's inlines go in, plain text with numbered marks comes out; the translated text goes in, inlines with the same
//! emphasis, links, code and line breaks come out. `⟦1⟧…⟦/1⟧` encloses, `⟦2/⟧` stands for something carried over whole.

use std::collections::BTreeMap;

use crate::model::block::Inline;

/// Deeper nesting than this is read as plain text.
const MAX_DEPTH: usize = 8;

/// A leaf as it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// The text with its marks.
    pub text: String,
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, PartialEq)]
enum Mark {
    Emphasis,
    Strong,
    Link(String),
    Whole(Inline),
}

/// A translated leaf with its marks put back.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    /// The leaf.
    pub inlines: Vec<Inline>,
    /// What happened to the marks on the way, in words; empty when all are there.
    pub faults: Vec<String>,
}

/// Puts marks in place of structure.
pub fn protect(inlines: &[Inline]) -> Marked {
    let mut marked = Marked { text: String::new(), marks: Vec::new() };
    marked.push(inlines, 0);
    marked.text = marked.text.trim().to_owned();
    marked
}

impl Marked {
    fn push(&mut self, inlines: &[Inline], depth: usize) {
        for inline in inlines {
            match inline {
                // The brackets of marks are ours alone.
                Inline::Text { text } => self.text.push_str(&text.replace('⟦', "[").replace('⟧', "]")),
                Inline::Code { .. } | Inline::Break => {
                    self.marks.push(Mark::Whole(inline.clone()));
                    self.sign("⟦", "/⟧", self.marks.len());
                }
                Inline::Emphasis { inlines } => self.enclose(Mark::Emphasis, inlines, depth),
                Inline::Strong { inlines } => self.enclose(Mark::Strong, inlines, depth),
                Inline::Link { url, inlines } => self.enclose(Mark::Link(url.clone()), inlines, depth),
            }
        }
    }

    fn enclose(&mut self, mark: Mark, inlines: &[Inline], depth: usize) {
        if depth >= MAX_DEPTH || inlines.is_empty() {
            return;
        }
        self.marks.push(mark);
        let number = self.marks.len();
        self.sign("⟦", "⟧", number);
        self.push(inlines, depth + 1);
        self.sign("⟦/", "⟧", number);
    }

    fn sign(&mut self, open: &str, close: &str, number: usize) {
        self.text.push_str(open);
        self.text.push_str(&number.to_string());
        self.text.push_str(close);
    }

    /// True where there is anything to protect.
    pub fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Puts structure back in place of marks. Marks that are missing, doubled or crossed are reported; the text is kept.
    pub fn restore(&self, text: &str) -> Restored {
        let mut builder = Builder {
            stack: vec![(None, Vec::new())],
            used: vec![false; self.marks.len()],
            faults: Vec::new(),
        };
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => builder.text(text),
                Piece::Open(n) => builder.open(n, &self.marks),
                Piece::Close(n) => builder.close(n, &self.marks),
                Piece::Whole(n) => builder.whole(n, &self.marks),
            }
        }
        builder.finish(&self.marks)
    }
}

struct Builder {
    /// Open marks from the outside in, each with what stands in it so far; the bottom is the leaf itself.
    stack: Vec<(Option<usize>, Vec<Inline>)>,
    used: Vec<bool>,
    faults: Vec<String>,
}

impl Builder {
    fn put(&mut self, inline: Inline) {
        if let Some((_, inlines)) = self.stack.last_mut() {
            inlines.push(inline);
        }
    }

    fn text(&mut self, text: &str) {
        let text = collapsed(text);
        if text.is_empty() {
            return;
        }
        self.put(Inline::Text { text });
    }

    /// Takes a mark into use: false where it is unknown or was used before.
    fn take(&mut self, n: usize) -> bool {
        match n.checked_sub(1).and_then(|at| self.used.get_mut(at)) {
            Some(used) if !*used => {
                *used = true;
                true
            }
            _ => {
                self.faults.push(format!("the mark {n} is not the original's"));
                false
            }
        }
    }

    fn open(&mut self, n: usize, marks: &[Mark]) {
        if matches!(n.checked_sub(1).and_then(|at| marks.get(at)), Some(Mark::Whole(_))) {
            // A model that writes `⟦2⟧` for `⟦2/⟧` means the same.
            self.whole(n, marks);
        } else if self.take(n) {
            self.stack.push((Some(n), Vec::new()));
        }
    }

    fn whole(&mut self, n: usize, marks: &[Mark]) {
        if let Some(Mark::Whole(inline)) = n.checked_sub(1).and_then(|at| marks.get(at))
            && self.take(n)
        {
            self.put(inline.clone());
        }
    }

    fn close(&mut self, n: usize, marks: &[Mark]) {
        let Some(depth) = self.stack.iter().rposition(|(open, _)| *open == Some(n)) else { return };
        if depth + 1 < self.stack.len() {
            self.faults.push(format!("the mark {n} is crossed by another"));
        }
        while self.stack.len() > depth {
            self.pop(marks);
        }
    }

    fn pop(&mut self, marks: &[Mark]) {
        let Some((Some(n), inlines)) = self.stack.pop() else { return };
        if inlines.is_empty() {
            self.faults.push(format!("the mark {n} holds nothing"));
            return;
        }
        match n.checked_sub(1).and_then(|at| marks.get(at)) {
            Some(Mark::Emphasis) => self.put(Inline::Emphasis { inlines }),
            Some(Mark::Strong) => self.put(Inline::Strong { inlines }),
            Some(Mark::Link(url)) => self.put(Inline::Link { url: url.clone(), inlines }),
            Some(Mark::Whole(_)) | None => inlines.into_iter().for_each(|inline| self.put(inline)),
        }
    }

    fn finish(mut self, marks: &[Mark]) -> Restored {
        while self.stack.len() > 1 {
            if let Some((Some(n), _)) = self.stack.last() {
                self.faults.push(format!("the mark {n} is not closed"));
            }
            self.pop(marks);
        }
        for (at, mark) in marks.iter().enumerate() {
            if self.used.get(at) == Some(&false) {
                self.faults.push(match mark {
                    Mark::Link(_) => "a link is lost".to_owned(),
                    Mark::Emphasis | Mark::Strong => "an emphasis is lost".to_owned(),
                    Mark::Whole(Inline::Code { text }) => format!("the code `{text}` is lost"),
                    Mark::Whole(_) => "a line break is lost".to_owned(),
                });
            }
        }
        let (_, inlines) = self.stack.pop().unwrap_or_default();
        Restored { inlines, faults: self.faults }
    }
}

/// White space as one space, control characters gone; a space at either end stays, it parts the text from its neighbour.
fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !c.is_control() {
            out.push(c);
        }
    }
    out
}

enum Piece<'a> {
    Text(&'a str),
    Open(usize),
    Close(usize),
    Whole(usize),
}

/// Text and marks in order; brackets that enclose no mark are text. One pass: a mark is at most a dozen characters.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('⟦') {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            out.push(Piece::Text(before));
        }
        let inner = from.get('⟦'.len_utf8()..).unwrap_or_default();
        let end = inner.char_indices().take(14).find(|(_, c)| *c == '⟧').map(|(end, _)| end);
        let mark = end.and_then(|end| mark(inner.get(..end).unwrap_or_default()));
        if let (Some(end), Some(mark)) = (end, mark) {
            out.push(mark);
            rest = inner.get(end + '⟧'.len_utf8()..).unwrap_or_default();
        } else {
            rest = inner;
        }
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

fn mark(inner: &str) -> Option<Piece<'static>> {
    let inner = inner.trim();
    let number = |text: &str| text.trim().parse::<usize>().ok();
    if let Some(rest) = inner.strip_prefix('/') {
        return number(rest).map(Piece::Close);
    }
    match inner.strip_suffix('/') {
        Some(rest) => number(rest).map(Piece::Whole),
        None => number(inner).map(Piece::Open),
    }
}

/// `text` without its marks: what checks of words and numbers look at.
pub fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Whole(_) => out.push(' '),
            Piece::Open(_) | Piece::Close(_) => {}
        }
    }
    out
}

/// What became of the marks of `source` in `target`, in words; empty when each is there as often as it was.
pub fn differences(source: &str, target: &str) -> Vec<String> {
    let (from, to) = (tally(source), tally(target));
    let lost = from.iter().any(|(mark, n)| to.get(mark).copied().unwrap_or(0) < *n);
    let extra = to.iter().any(|(mark, n)| from.get(mark).copied().unwrap_or(0) < *n);
    let mut out = Vec::new();
    if lost {
        out.push("a link, an emphasis or a code of the original is lost".to_owned());
    }
    if extra {
        out.push("a mark of structure stands where the original has none".to_owned());
    }
    out
}

/// How often each mark stands in a text; opening and whole marks count as one, `⟦/n⟧` for itself.
fn tally(text: &str) -> BTreeMap<(usize, bool), usize> {
    let mut out = BTreeMap::new();
    for piece in pieces(text) {
        let key = match piece {
            Piece::Text(_) => continue,
            Piece::Open(n) | Piece::Whole(n) => (n, false),
            Piece::Close(n) => (n, true),
        };
        *out.entry(key).or_default() += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::block::inline_text;
    use proptest::prelude::*;

    fn leaf() -> Vec<Inline> {
        vec![
            Inline::text("See "),
            Inline::Link {
                url: "https://example.com/a".into(),
                inlines: vec![Inline::text("the "), Inline::Strong { inlines: vec![Inline::text("report")] }],
            },
            Inline::text(" on "),
            Inline::Code { text: "main()".into() },
            Inline::Break,
            Inline::text("today [⟦1⟧]"),
        ]
    }

    #[test]
    fn structure_survives_a_changed_order() {
        let marked = protect(&leaf());
        assert_eq!(marked.text, "See ⟦1⟧the ⟦2⟧report⟦/2⟧⟦/1⟧ on ⟦3/⟧⟦4/⟧today [[1]]");
        assert_eq!(marked.restore(&marked.text).faults, Vec::<String>::new());
        let german = marked.restore("Zu ⟦3/⟧ siehe ⟦ 1 ⟧den ⟦2⟧Bericht⟦/2⟧⟦/1⟧ ⟦4⟧heute [[1]]");
        assert!(german.faults.is_empty(), "{:?}", german.faults);
        assert_eq!(inline_text(&german.inlines), "Zu main() siehe den Bericht \nheute [[1]]");
        assert!(matches!(&german.inlines[3], Inline::Link { url, inlines }
            if url == "https://example.com/a" && inlines.len() == 2));
    }

    #[test]
    fn lost_doubled_and_crossed_marks_are_told() {
        let marked = protect(&leaf());
        let faults = |text: &str| marked.restore(text).faults.join("; ");
        assert_eq!(faults("⟦1⟧a⟦/1⟧ ⟦3/⟧ ⟦4/⟧"), "an emphasis is lost");
        assert!(faults("⟦2⟧a⟦/2⟧ ⟦3/⟧⟦4/⟧").contains("a link is lost"));
        assert!(faults("⟦1⟧a⟦2⟧b⟦/1⟧c⟦/2⟧⟦3/⟧⟦4/⟧").contains("crossed"));
        assert!(faults("⟦1⟧a⟦/1⟧⟦1⟧a⟦/1⟧⟦2⟧b⟦/2⟧⟦3/⟧⟦4/⟧").contains("mark 1 is not the original's"));
        assert!(faults("⟦9⟧⟦1⟧a⟦2⟧b⟦/2⟧⟦/1⟧⟦3/⟧⟦4/⟧").contains("mark 9"));
        assert_eq!(inline_text(&marked.restore("⟦1⟧open").inlines), "open");
    }

    proptest! {
        #[test]
        fn any_text_is_restored_without_panic(text in "([⟦⟧/ 0-9a-c]|⟦1⟧|⟦/1⟧|⟦2⟧|⟦/2⟧|⟦3/⟧){0,40}") {
            let restored = protect(&leaf()).restore(&text);
            let words: String = inline_text(&restored.inlines).chars().filter(char::is_ascii_lowercase).collect();
            let sent: String = text.chars().filter(char::is_ascii_lowercase).collect();
            // Every word that came is kept; code of the original alone comes on top.
            prop_assert_eq!(words.replace("main", ""), sent);
        }
    }
}
