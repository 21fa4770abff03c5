//! A translation of an article's title and text, with who made it and what its checks found.

use serde::{Deserialize, Serialize};

use crate::model::block::Block;
use crate::model::lang::Lang;

/// Who made a translation or an analysis.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Maker {
    /// The provider as configured (`gemini`, `grok`, …) or `memory` for human translations.
    pub provider: String,
    /// The model; empty for memory.
    pub model: String,
}

/// A finding of the checks about one segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentFault {
    /// `None`: the title; otherwise the leaf's number as in [`crate::model::block::leaves`].
    pub segment: Option<u32>,
    /// What is wrong, in words: `the number 7.2 is lost`.
    pub what: String,
    /// True where the original stands in its place, because the translation could not be believed.
    pub replaced: bool,
}

/// A translation. Its blocks have the same shape as the original's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Translation {
    /// The target language.
    pub language: Lang,
    /// The translated title.
    pub title: String,
    /// The translated text, leaf by leaf in the original's order.
    pub blocks: Vec<Block>,
    /// The makers, most segments first.
    pub by: Vec<Maker>,
    /// When it was made.
    pub at: jiff::Timestamp,
    /// Number of words, counted as for the original.
    pub words: u32,
    /// How many segments (title included) were checked.
    pub checked: u32,
    /// What the checks found; empty when all is well.
    pub faults: Vec<SegmentFault>,
}
