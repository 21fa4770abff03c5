//! An article goes in, a question for a model comes out; its answer goes in, a checked impact analysis comes out.
//!
//! 1. [`ask`] makes one question of title and paragraphs ([`prompt`]): text from outside is data in it;
//! 2. [`accept`] reads the answer strictly and believes only what it can check: quotes are found verbatim in the article
//!    ([`quote`]), symbols are the article's own, numbers stand in the article, strengths are in range;
//! 3. what does not hold is dropped and told; where nothing is left, the answer is refused, once with a second question.
//!
//! Nothing here knows a provider, a clock or a store.

pub mod check;
pub mod prompt;
pub mod quote;

use crate::model::block::{Block, inline_text, leaves};
use crate::model::lang::Lang;
use crate::providers::Question;

pub use check::{Refusal, accept};
pub use prompt::VERSION;

/// Most characters of an article that are sent; what stands below is left out, whole paragraphs at a time.
pub const MAX_CHARS: usize = 12_000;

/// One article to analyse.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its text, in the original.
    pub blocks: &'a [Block],
    /// Its language, where it is known.
    pub language: Option<&'a Lang>,
    /// The symbols that it is tagged with.
    pub symbols: &'a [String],
    /// The language of the analysis.
    pub edition: &'a Lang,
}

/// The question about an article.
pub fn ask(job: &Job<'_>) -> Question {
    question(job, None)
}

fn question(job: &Job<'_>, fault: Option<&str>) -> Question {
    let texts = texts(job);
    let mut room = MAX_CHARS;
    let mut paragraphs = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let chars = text.chars().count();
        if chars == 0 {
            continue;
        }
        if chars > room && !paragraphs.is_empty() {
            break;
        }
        // A single paragraph that is longer than all the room is cut, not left out.
        let end = text.char_indices().nth(room).map_or(text.len(), |(end, _)| end);
        let id = u32::try_from(number).unwrap_or(u32::MAX);
        paragraphs.push(prompt::Paragraph { id, text: text.get(..end).unwrap_or_default() });
        room = room.saturating_sub(chars);
    }
    prompt::question(job.edition, job.symbols, job.title.trim(), &paragraphs, fault)
}

/// The plain text of every leaf.
fn texts(job: &Job<'_>) -> Vec<String> {
    leaves(job.blocks).into_iter().map(|leaf| inline_text(leaf).trim().to_owned()).collect()
}
