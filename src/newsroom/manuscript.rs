//! A manuscript (a text file of `content/`) goes in, pieces come out: articles with their translations and their
//! prepared analysis beside them, segment by segment, so that nobody can lose one without the other.
//!
//! ```text
//! === desk slug 2026-10-05T06:52 event=name      a new piece, its time in UTC
//! by: · tags: · votes: positive=3 · comments: 4 · corrected: TIME · flag: vanished · fault: invented-quote
//! impact: negative 76 days | ETH negative 58     the prepared analysis
//! sum: one sentence
//! pt: statement >> verbatim quote
//! # title   ## heading   - item   1. item   > quote   | cell | cell |   ! picture | caption   paragraph
//! en: zh:                                        translations of the segment above
//! wrong-en: wrong-zh:                            what the scripted model answers instead, on purpose
//! was: was-en: was-zh:                           how the segment read before `corrected`
//! ```

use jiff::Timestamp;

use crate::newsroom::fault::Fault;

/// One article.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece<'a> {
    /// Which desk publishes it.
    pub desk: &'a str,
    /// Its name in the address.
    pub slug: &'a str,
    /// When it appears.
    pub at: Timestamp,
    /// The happening it reports, for tests; `None` for a single.
    pub event: Option<&'a str>,
    /// Who wrote it.
    pub author: &'a str,
    /// Its tags.
    pub tags: Vec<&'a str>,
    /// Its counters at the portal.
    pub votes: Vec<(&'a str, i64)>,
    /// Its comments at the publication.
    pub comments: Option<u32>,
    /// When it is corrected.
    pub corrected: Option<Timestamp>,
    /// What is wrong with its page.
    pub flag: Flag,
    /// What the scripted model does wrong with it.
    pub fault: Option<Fault>,
    /// The prepared analysis.
    pub impact: Impact<'a>,
    /// Its segments; the first is the title.
    pub segments: Vec<Segment<'a>>,
}

/// What is special about a piece's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flag {
    /// Nothing.
    #[default]
    Plain,
    /// Announced, but gone: 404.
    Vanished,
    /// Behind a path that robots.txt disallows.
    Members,
}

/// The prepared analysis of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact<'a> {
    /// `positive`, `negative`, `mixed`, `neutral`.
    pub direction: &'a str,
    /// 0 to 100.
    pub strength: u8,
    /// `hours`, `days`, `weeks`, `months`.
    pub horizon: &'a str,
    /// One sentence in English.
    pub summary: &'a str,
    /// `(symbol, direction, strength)`.
    pub effects: Vec<(&'a str, &'a str, u8)>,
    /// `(statement, verbatim quote)`.
    pub points: Vec<(&'a str, &'a str)>,
}

/// What a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// The title.
    Title,
    /// A heading.
    Heading,
    /// A paragraph.
    Paragraph,
    /// An item of a bulleted list.
    Item,
    /// An item of a numbered list.
    Numbered,
    /// A quotation.
    Quote,
    /// A row of a table, cells parted by ` | `.
    Row,
    /// A picture by file name; the text is its caption.
    Picture(&'a str),
}

/// One line of text with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// The text in the piece's language, with inline markup.
    pub text: &'a str,
    /// `(language, text)`.
    pub translations: Vec<(&'a str, &'a str)>,
    /// `(language, text)` that the scripted model answers on purpose instead.
    pub wrong: Vec<(&'a str, &'a str)>,
    /// The text before the correction.
    pub was: Option<&'a str>,
    /// Translations of the text before the correction.
    pub was_translations: Vec<(&'a str, &'a str)>,
}

impl<'a> Piece<'a> {
    /// The title.
    pub fn title(&self) -> &'a str {
        self.segments.first().map(|segment| segment.text).unwrap_or_default()
    }

    /// The first paragraph as it stands at `now`.
    pub fn lead(&self, now: Timestamp) -> &'a str {
        let paragraph = self.segments.iter().find(|segment| segment.kind == Kind::Paragraph);
        paragraph.map(|segment| self.text_at(segment, now)).unwrap_or_default()
    }

    /// A segment's text as it stands at `now`.
    pub fn text_at(&self, segment: &Segment<'a>, now: Timestamp) -> &'a str {
        match (segment.was, self.corrected) {
            (Some(was), Some(corrected)) if now < corrected => was,
            _ => segment.text,
        }
    }

    /// When it was last changed, seen from `now`.
    pub fn modified(&self, now: Timestamp) -> Timestamp {
        self.corrected.filter(|corrected| *corrected <= now).unwrap_or(self.at)
    }
}

/// Why a manuscript cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sample newsroom's {file}, line {line}: {what}")]
pub struct ManuscriptError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Reads a manuscript. `file` is its name, for errors.
pub fn read<'a>(file: &str, text: &'a str) -> Result<Vec<Piece<'a>>, ManuscriptError> {
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        let done = if let Some(head) = line.strip_prefix("=== ") {
            opening(head).map(|piece| pieces.push(piece))
        } else if line.is_empty() {
            Ok(())
        } else {
            match pieces.last_mut() {
                Some(piece) => take(piece, line),
                None => Err("no piece has begun; expected === desk slug time event=name".to_owned()),
            }
        };
        done.map_err(|what| ManuscriptError { file: file.to_owned(), line: number + 1, what })?;
    }
    Ok(pieces)
}

fn opening(head: &str) -> Result<Piece<'_>, String> {
    let mut words = head.split_whitespace();
    let (Some(desk), Some(slug), Some(at), Some(event)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("expected === desk slug time event=name".to_owned());
    };
    let event = event.strip_prefix("event=").ok_or("expected event=name")?;
    Ok(Piece {
        desk,
        slug,
        at: time(at)?,
        event: Some(event).filter(|event| *event != "-"),
        author: "",
        tags: Vec::new(),
        votes: Vec::new(),
        comments: None,
        corrected: None,
        flag: Flag::Plain,
        fault: None,
        impact: Impact::default(),
        segments: Vec::new(),
    })
}

fn time(text: &str) -> Result<Timestamp, String> {
    format!("{text}:00Z").parse().map_err(|_| format!("`{text}` is no time; expected 2026-10-05T06:52"))
}

/// Takes one line into the piece: a property, something about the last segment, or a new segment.
fn take<'a>(piece: &mut Piece<'a>, line: &'a str) -> Result<(), String> {
    if let Some((key, value)) = line.split_once(": ") {
        if piece.segments.is_empty() && property(piece, key, value)? {
            return Ok(());
        }
        if let Some(segment) = piece.segments.last_mut()
            && about(segment, key, value)
        {
            return Ok(());
        }
    }
    let (kind, text) = kind(line);
    piece.segments.push(Segment {
        kind,
        text,
        translations: Vec::new(),
        wrong: Vec::new(),
        was: None,
        was_translations: Vec::new(),
    });
    Ok(())
}

fn property<'a>(piece: &mut Piece<'a>, key: &str, value: &'a str) -> Result<bool, String> {
    match key {
        "by" => piece.author = value,
        "tags" => piece.tags = value.split(", ").collect(),
        "votes" => {
            for pair in value.split_whitespace() {
                let (name, count) = pair.split_once('=').ok_or("expected votes: name=count")?;
                piece.votes.push((name, number(count)?));
            }
        }
        "comments" => piece.comments = Some(number(value)?),
        "corrected" => piece.corrected = Some(time(value)?),
        "flag" => {
            piece.flag = match value {
                "vanished" => Flag::Vanished,
                "members" => Flag::Members,
                _ => return Err(format!("`{value}` is no flag")),
            }
        }
        "fault" => piece.fault = Some(Fault::parse(value).ok_or_else(|| format!("`{value}` is no fault"))?),
        "impact" => impact(&mut piece.impact, value)?,
        "sum" => piece.impact.summary = value,
        "pt" => piece.impact.points.push(value.split_once(" >> ").ok_or("expected pt: statement >> quote")?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

/// `negative 76 days | ETH negative 58, BTC negative 22`.
fn impact<'a>(impact: &mut Impact<'a>, value: &'a str) -> Result<(), String> {
    let (whole, effects) = value.split_once(" | ").unwrap_or((value, ""));
    let words: Vec<&str> = whole.split_whitespace().collect();
    let [direction, strength, horizon] = words[..] else {
        return Err("expected impact: direction strength horizon".to_owned());
    };
    (impact.direction, impact.strength, impact.horizon) = (direction, number(strength)?, horizon);
    for effect in effects.split(", ").filter(|effect| !effect.is_empty()) {
        let words: Vec<&str> = effect.split_whitespace().collect();
        let [symbol, direction, strength] = words[..] else {
            return Err("expected an effect: SYMBOL direction strength".to_owned());
        };
        impact.effects.push((symbol, direction, number(strength)?));
    }
    Ok(())
}

/// True where the line says something about the segment above it.
fn about<'a>(segment: &mut Segment<'a>, key: &str, value: &'a str) -> bool {
    let value = unframed(segment.kind, value);
    let (list, language) = match key {
        "was" => {
            segment.was = Some(value);
            return true;
        }
        "en" | "zh" => (&mut segment.translations, key),
        "wrong-en" | "wrong-zh" => (&mut segment.wrong, &key[6..]),
        "was-en" | "was-zh" => (&mut segment.was_translations, &key[4..]),
        _ => return false,
    };
    list.push((if language == "zh" { "zh-Hant" } else { "en" }, value));
    true
}

fn unframed<'a>(kind: Kind, text: &'a str) -> &'a str {
    match kind {
        Kind::Row => {
            let text = text.strip_prefix('|').unwrap_or(text);
            text.strip_suffix('|').unwrap_or(text).trim_end()
        }
        _ => text,
    }
}

fn kind(line: &str) -> (Kind<'_>, &str) {
    let after = |prefix: &str| line.strip_prefix(prefix);
    if let Some(text) = after("# ") {
        (Kind::Title, text)
    } else if let Some(text) = after("## ") {
        (Kind::Heading, text)
    } else if let Some(text) = after("- ") {
        (Kind::Item, text)
    } else if let Some(text) = after("> ") {
        (Kind::Quote, text)
    } else if line.starts_with('|') {
        (Kind::Row, unframed(Kind::Row, line))
    } else if let Some((file, caption)) = after("! ").and_then(|text| text.split_once(" | ")) {
        (Kind::Picture(file), caption)
    } else if let Some((_, text)) = line.split_once(". ").filter(|(number, _)| {
        number.len() <= 2 && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
    }) {
        (Kind::Numbered, text)
    } else {
        (Kind::Paragraph, line)
    }
}

/// The cells of a row. The first may be empty, as in a table's corner.
pub fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.split('|').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_piece_is_read_with_all_that_belongs_to_it() {
        let text = "=== harbour a-slug 2026-10-05T06:52 event=e\nby: N. N.\nvotes: positive=3\ncorrected: 2026-10-06T00:00\n\
            impact: negative 76 days | ETH negative 58\nsum: S.\npt: P. >> words\n# Title\nzh: 標題\nSome words: here.\n\
            was: Old words.\nwas-zh: 舊\nwrong-zh: 錯\n| | a |\nzh: | | 甲 |\n1. one\n";
        let pieces = read("test", text).unwrap();
        let piece = &pieces[0];
        assert_eq!((piece.desk, piece.slug, piece.event), ("harbour", "a-slug", Some("e")));
        assert_eq!(piece.at.to_string(), "2026-10-05T06:52:00Z");
        assert_eq!(piece.impact.effects, [("ETH", "negative", 58)]);
        assert_eq!(piece.segments[0].translations, [("zh-Hant", "標題")]);
        assert_eq!(piece.lead("2026-10-05T07:00:00Z".parse().unwrap()), "Old words.");
        assert_eq!(piece.lead("2026-10-07T07:00:00Z".parse().unwrap()), "Some words: here.");
        assert_eq!(piece.segments[1].wrong, [("zh-Hant", "錯")]);
        assert_eq!(cells(piece.segments[2].text).collect::<Vec<_>>(), ["", "a"]);
        assert_eq!(cells(piece.segments[2].translations[0].1).collect::<Vec<_>>(), ["", "甲"]);
        assert_eq!(piece.segments[3].kind, Kind::Numbered);
        assert!(read("test", "no piece").unwrap_err().to_string().contains("line 1"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(?s)(=== a b 2026-10-05T06:52 event=-\n)?.{0,200}") {
            let _ = read("test", &text);
        }

        #[test]
        fn no_lines_panic(lines in proptest::collection::vec("(# |## |\\||! |was: |zh: |wrong-zh: |impact: |votes: |pt: ).{0,20}", 0..12)) {
            let _ = read("test", &format!("=== a b 2026-10-05T06:52 event=-\n{}", lines.join("\n")));
        }
    }
}
