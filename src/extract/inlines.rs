//! Text and marks go in as they are met, lines of inlines with collapsed white space come out.

use crate::model::block::Inline;

/// What is marked about a piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    Emphasis,
    Strong,
    Code,
    Link(String),
}

/// Marks inside each other beyond this are dropped.
const MARKS: usize = 6;

/// A piece of text with the marks that were open, outermost first; a break has no text.
#[derive(Debug)]
struct Piece {
    text: Option<String>,
    marks: Vec<u32>,
}

/// One line of text being read.
#[derive(Debug)]
pub(crate) struct Run {
    pieces: Vec<Piece>,
    /// All marks of this line; pieces name them by place.
    marks: Vec<Mark>,
    /// Open marks: where they end, and their place in `marks`.
    open: Vec<(usize, u32)>,
    space: bool,
    empty: bool,
    left: usize,
}

impl Run {
    /// A line; `left` is how many bytes of text all lines together may have.
    pub(crate) fn new(left: usize) -> Self {
        Self { pieces: Vec::new(), marks: Vec::new(), open: Vec::new(), space: false, empty: true, left }
    }

    /// Takes `bytes` from the room that is left.
    pub(crate) fn spend(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }

    /// Opens a mark that ends at node `end`.
    pub(crate) fn open(&mut self, end: usize, mark: Mark) {
        if self.open.len() < MARKS {
            self.marks.push(mark);
            self.open.push((end, (self.marks.len() - 1) as u32));
        }
    }

    /// Closes the marks that end at or before `at`.
    pub(crate) fn close(&mut self, at: usize) {
        while self.open.last().is_some_and(|(end, _)| *end <= at) {
            self.open.pop();
        }
    }

    /// White space without a text of its own.
    pub(crate) fn space(&mut self) {
        self.space = true;
    }

    /// Adds text.
    pub(crate) fn push(&mut self, text: &str) {
        let marks: Vec<u32> = self.open.iter().map(|(_, mark)| *mark).collect();
        let mut words = String::new();
        let mut space = self.space;
        for c in text.chars() {
            match c {
                '\u{ad}' | '\u{200b}' | '\u{feff}' | '\0' => {}
                _ if c.is_whitespace() => space = true,
                _ => {
                    if std::mem::take(&mut space)
                        && !(self.empty && words.is_empty())
                        && !self.outside(&words, &marks)
                    {
                        words.push(' ');
                    }
                    words.push(c);
                }
            }
        }
        self.space = space;
        if words.is_empty() || self.spend(words.len()).is_none() {
            return;
        }
        self.empty = false;
        if let Some(Piece { text: Some(last), marks: same }) = self.pieces.last_mut()
            && *same == marks
        {
            last.push_str(&words);
            return;
        }
        self.pieces.push(Piece { text: Some(words), marks });
    }

    /// Puts the space before a mark's first word outside of the mark; false where no mark begins here.
    fn outside(&mut self, words: &str, marks: &[u32]) -> bool {
        match self.pieces.last_mut() {
            Some(Piece { text: Some(last), marks: before })
                if words.is_empty() && before.len() < marks.len() && marks.starts_with(before) =>
            {
                last.push(' ');
                true
            }
            _ => false,
        }
    }

    /// Adds a line break; two of them end the paragraph.
    pub(crate) fn line_break(&mut self) {
        self.space = false;
        if !self.pieces.is_empty() {
            self.pieces.push(Piece { text: None, marks: Vec::new() });
            self.empty = true;
        }
    }

    /// The lines read so far, split where two breaks met; open marks go on in the next line.
    pub(crate) fn take(&mut self) -> Vec<Vec<Inline>> {
        let pieces = std::mem::take(&mut self.pieces);
        (self.space, self.empty) = (false, true);
        let mut out = Vec::new();
        let mut line: Vec<Piece> = Vec::new();
        let mut breaks = 0;
        for piece in pieces {
            if piece.text.is_none() {
                breaks += 1;
                continue;
            }
            if breaks == 1 && !line.is_empty() {
                line.push(Piece { text: None, marks: Vec::new() });
            } else if breaks > 1 && !line.is_empty() {
                out.push(nest(&std::mem::take(&mut line), 0, &self.marks));
            }
            breaks = 0;
            line.push(piece);
        }
        if !line.is_empty() {
            out.push(nest(&line, 0, &self.marks));
        }
        if self.open.is_empty() {
            self.marks.clear();
        }
        out
    }
}

/// Brings pieces under their marks from `level` inwards; as deep as [`MARKS`].
fn nest(pieces: &[Piece], level: usize, marks: &[Mark]) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        let Some(text) = &first.text else {
            out.push(Inline::Break);
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let Some(place) = first.marks.get(level) else {
            out.push(Inline::text(text.as_str()));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let same = rest.iter().take_while(|piece| piece.marks.get(level) == Some(place)).count();
        let (inside, after) = rest.split_at(same);
        rest = after;
        let inlines = nest(inside, level + 1, marks);
        match marks.get(*place as usize) {
            Some(Mark::Emphasis) => out.push(Inline::Emphasis { inlines }),
            Some(Mark::Strong) => out.push(Inline::Strong { inlines }),
            Some(Mark::Link(url)) => out.push(Inline::Link { url: url.clone(), inlines }),
            Some(Mark::Code) => out.push(Inline::Code { text: crate::model::block::inline_text(&inlines) }),
            None => out.extend(inlines),
        }
    }
    out
}
