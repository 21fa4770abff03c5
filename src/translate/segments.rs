//! An article goes in, its segments (title and leaves) come out, each with the way it is translated, and the questions
//! for those that a provider has to translate.

use std::collections::BTreeSet;

use crate::model::block::{Inline, inline_text, leaves};
use crate::providers::Question;
use crate::text::sentences::sentences;
use crate::translate::marks::{Marked, protect};
use crate::translate::prompt::{self, Piece};
use crate::translate::{Job, MAX_QUESTION_CHARS, MAX_QUESTION_SEGMENTS};

/// A piece without a sentence's end in so many characters is no prose; it is left as it is.
const MAX_PIECE_CHARS: usize = 8_000;

/// What is asked about an article, and what need not be.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The questions of the first round; empty where memory and the text itself are enough.
    pub questions: Vec<Question>,
    /// Segments for which there is a human translation.
    pub from_memory: u32,
    pub(crate) segments: Vec<Segment>,
    pub(crate) units: Vec<Unit>,
    pub(crate) batches: Vec<Batch>,
}

/// The title or one leaf.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Segment {
    /// `None`: the title.
    pub(crate) number: Option<u32>,
    pub(crate) original: Vec<Inline>,
    pub(crate) marked: Marked,
    pub(crate) way: Way,
}

/// How a segment is translated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Way {
    /// Nothing to translate in it.
    Copy,
    /// Too long for any question.
    TooLong,
    /// A human did.
    Human(String),
    /// A provider does; positions in [`Plan::units`].
    Asked(Vec<usize>),
}

/// A piece of text that is asked about; its position is its id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    pub(crate) text: String,
}

/// The units that stand in one question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Batch {
    pub(crate) key: String,
    pub(crate) units: Vec<usize>,
}

/// Takes an article apart and says what to ask.
pub fn ask(job: &Job<'_>) -> Plan {
    let mut plan = Plan {
        questions: Vec::new(),
        from_memory: 0,
        segments: Vec::new(),
        units: Vec::new(),
        batches: Vec::new(),
    };
    // Where a question ends depends on the article alone, not on what the memory knows: a new human translation then
    // changes one question, not all that follow.
    let mut open = Open::default();
    if !job.title.trim().is_empty() {
        add(job, &mut plan, &mut open, None, vec![Inline::text(job.title.trim())]);
    }
    for (number, leaf) in leaves(job.blocks).into_iter().enumerate() {
        add(job, &mut plan, &mut open, u32::try_from(number).ok(), leaf.clone());
    }
    close(job, &mut plan, &mut open);
    plan
}

/// A question that is being filled.
#[derive(Default)]
struct Open {
    units: Vec<usize>,
    chars: usize,
    segments: usize,
}

fn add(job: &Job<'_>, plan: &mut Plan, open: &mut Open, number: Option<u32>, original: Vec<Inline>) {
    let plain = inline_text(&original);
    let marked = protect(&original);
    let way = if speaks_for_itself(&plain, &job.glossary.keep) {
        Way::Copy
    } else {
        let pieces = pieces(&marked.text, job.max_segment_chars);
        let human = job.memory.get(job.from, job.to, &plain);
        if human.is_some() {
            plan.from_memory += 1;
        }
        if human.is_none() && pieces.iter().any(|piece| piece.chars().count() > MAX_PIECE_CHARS) {
            Way::TooLong
        } else {
            let mut units = Vec::new();
            for piece in pieces {
                let chars = piece.chars().count();
                if open.segments > 0
                    && (open.chars + chars > MAX_QUESTION_CHARS || open.segments >= MAX_QUESTION_SEGMENTS)
                {
                    close(job, plan, open);
                }
                open.chars += chars;
                open.segments += 1;
                if human.is_none() {
                    open.units.push(plan.units.len());
                    units.push(plan.units.len());
                    plan.units.push(Unit { text: piece });
                }
            }
            human.map_or(Way::Asked(units), |target| Way::Human(target.to_owned()))
        }
    };
    plan.segments.push(Segment { number, original, marked, way });
}

fn close(job: &Job<'_>, plan: &mut Plan, open: &mut Open) {
    let units = std::mem::take(open).units;
    if units.is_empty() {
        return;
    }
    let question = question(job, &plan.units, &units, |_| None);
    plan.batches.push(Batch { key: question.key.clone(), units });
    plan.questions.push(question);
}

/// The question about some units; `fault` tells what was wrong with a unit's first translation.
pub(crate) fn question<'a>(
    job: &Job<'_>,
    all: &'a [Unit],
    units: &[usize],
    fault: impl Fn(usize) -> Option<&'a str>,
) -> Question {
    let mut pieces = Vec::new();
    let mut terms = BTreeSet::new();
    for at in units {
        let Some(unit) = all.get(*at) else { continue };
        pieces.push(Piece {
            id: u32::try_from(*at).unwrap_or(u32::MAX),
            text: &unit.text,
            fault: fault(*at),
        });
        for wanted in job.glossary.wanted(&unit.text, job.from, job.to) {
            if let Some(form) = wanted.forms.first()
                && *form != wanted.source
            {
                terms.insert((wanted.source.to_owned(), (*form).to_owned()));
            }
        }
    }
    let terms: Vec<_> = terms.into_iter().collect();
    prompt::question(job.from, job.to, &terms, &pieces)
}

/// True where a text holds nothing to translate: numbers, addresses, handles, tickers, names to keep.
fn speaks_for_itself(text: &str, keep: &[String]) -> bool {
    let text = text.trim();
    if keep.iter().any(|name| name == text) {
        return true;
    }
    text.split_whitespace().all(|word| {
        let lower = word.to_lowercase();
        ["http://", "https://", "www.", "@", "$"].iter().any(|start| lower.starts_with(start))
            || (lower.contains('@') && lower.contains('.') && !lower.contains(|c: char| !c.is_ascii()))
            || !word.chars().any(char::is_alphabetic)
    }) || is_ticker(text)
}

/// `BTC`, `BTC/USDT`, `NVDA`: the usual content of a table's cells.
fn is_ticker(text: &str) -> bool {
    text.len() <= 12
        && text.split(['/', '-']).all(|part| {
            (2..=6).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
}

/// `text` in pieces of at most `most` characters, parted at sentences outside marks; a longer sentence stays whole.
fn pieces(text: &str, most: usize) -> Vec<String> {
    if text.chars().count() <= most {
        return vec![text.to_owned()];
    }
    let mut out: Vec<String> = Vec::new();
    let mut piece = String::new();
    let mut depth = 0_i64;
    for sentence in sentences(text) {
        let fits = piece.chars().count() + sentence.chars().count() <= most;
        if !fits && depth == 0 && !piece.is_empty() {
            out.push(std::mem::take(&mut piece));
        }
        if !piece.is_empty() {
            piece.push(' ');
        }
        piece.push_str(sentence);
        depth += balance(sentence);
    }
    if !piece.is_empty() {
        out.push(piece);
    }
    out
}

/// Marks opened minus marks closed.
fn balance(text: &str) -> i64 {
    let count = |sign: &str| i64::try_from(text.matches(sign).count()).unwrap_or(i64::MAX / 4);
    count("⟦") - count("/⟧") - 2 * count("⟦/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::block::Block;
    use crate::model::lang::Lang;
    use crate::translate::{Glossary, MAX_SEGMENT_CHARS, Memory};

    fn plan(blocks: &[Block], memory: &Memory, max_segment_chars: usize) -> Plan {
        let (from, to) = (Lang::parse("de").unwrap(), Lang::parse("en").unwrap());
        let glossary = Glossary { terms: Vec::new(), keep: vec!["OpenAI".into()] };
        ask(&Job {
            title: "Titel",
            blocks,
            from: Some(&from),
            to: &to,
            memory,
            glossary: &glossary,
            now: jiff::Timestamp::UNIX_EPOCH,
            max_segment_chars,
        })
    }

    #[test]
    fn only_what_needs_a_provider_is_asked() {
        let mut memory = Memory::default();
        memory.add(&Lang::parse("de").unwrap(), &Lang::parse("en").unwrap(), "Bekannt.", "Known.");
        let blocks: Vec<Block> =
            ["Bekannt.", "7.596,5 %", "https://e.example/a 12", "OpenAI", "BTC/USDT", "Neu."]
                .map(Block::paragraph)
                .into();
        let plan = plan(&blocks, &memory, MAX_SEGMENT_CHARS);
        let asked: Vec<&str> = plan.units.iter().map(|unit| unit.text.as_str()).collect();
        assert_eq!(asked, ["Titel", "Neu."]);
        assert_eq!((plan.questions.len(), plan.from_memory), (1, 1));
    }

    #[test]
    fn questions_are_bounded_and_keys_hold_still() {
        let blocks: Vec<Block> = (0..100)
            .map(|n| Block::paragraph(format!("Absatz {n} mit Worten. {}", "lang ".repeat(30))))
            .collect();
        let first = plan(&blocks, &Memory::default(), MAX_SEGMENT_CHARS);
        assert!(first.questions.len() >= 4);
        assert!(first.batches.iter().all(|batch| batch.units.len() <= MAX_QUESTION_SEGMENTS));
        // One human translation more changes one question.
        let mut memory = Memory::default();
        let source = inline_text(leaves(&blocks)[50]);
        memory.add(&Lang::parse("de").unwrap(), &Lang::parse("en").unwrap(), &source, "Paragraph 50");
        let second = plan(&blocks, &memory, MAX_SEGMENT_CHARS);
        assert_eq!(first.questions.len(), second.questions.len());
    }

    #[test]
    fn long_leaves_are_parted_outside_marks() {
        let text = "Eins zwei drei. Vier ⟦1⟧fünf. Sechs⟦/1⟧ sieben. Acht neun zehn ⟦2/⟧. Elf zwölf.";
        let parts = pieces(text, 30);
        assert_eq!(parts.join(" "), text);
        assert!(parts.len() == 2 && parts.iter().all(|part| balance(part) == 0), "{parts:?}");
    }
}
