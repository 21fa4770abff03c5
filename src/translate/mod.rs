//! An article and a target language go in, questions for a translator come out; answers go in, a checked translation
//! comes out. Human translations (the memory) come first; what needs no translation is not asked about.
//!
//! 1. [`segments`] takes the article apart: the title and every leaf, with [`marks`] for links and emphasis;
//! 2. [`ask()`] makes questions of bounded size ([`prompt`]); their keys depend on their content alone;
//! 3. [`accept()`] checks the answers segment by segment ([`checks`]), asks once more about faulty ones, and
//!    puts the original in the place of what cannot be believed, saying so.
//!
//! Nothing here knows a provider, a clock or a store.

pub mod accept;
pub mod checks;
pub mod glossary;
pub mod marks;
pub mod memory;
pub mod prompt;
pub mod segments;

use jiff::Timestamp;

use crate::model::block::Block;
use crate::model::lang::Lang;

pub use accept::{Accepted, accept};
pub use glossary::{Glossary, Term};
pub use memory::Memory;
pub use prompt::VERSION;
pub use segments::{Plan, ask};

/// Most characters of a segment that are sent in one piece; longer ones are parted at sentences.
pub const MAX_SEGMENT_CHARS: usize = 2_000;
/// Most characters of one question, and most segments: a small answer is soon there and soon repeated.
pub const MAX_QUESTION_CHARS: usize = 5_000;
/// See [`MAX_QUESTION_CHARS`].
pub const MAX_QUESTION_SEGMENTS: usize = 40;

/// One article to translate.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its text.
    pub blocks: &'a [Block],
    /// Its language, where it is known.
    pub from: Option<&'a Lang>,
    /// The language wanted.
    pub to: &'a Lang,
    /// Human translations.
    pub memory: &'a Memory,
    /// Words to keep.
    pub glossary: &'a Glossary,
    /// The run's time: the translation's own where no provider had a part in it.
    pub now: Timestamp,
    /// Usually [`MAX_SEGMENT_CHARS`].
    pub max_segment_chars: usize,
}
