//! The analysis of what an article means for the assets it names: made by a model, kept only as far as it was checked.

use serde::{Deserialize, Serialize};

use crate::model::translation::Maker;

/// Where the news points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Good for what it touches.
    Positive,
    /// Bad for what it touches.
    Negative,
    /// Good for some, bad for others.
    Mixed,
    /// Of no effect.
    Neutral,
}

impl Direction {
    /// The word that pages and JSON use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Mixed => "mixed",
            Self::Neutral => "neutral",
        }
    }
}

/// How long the effect lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Horizon {
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months or longer.
    Months,
}

/// The effect on one symbol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SymbolEffect {
    /// The symbol, one of the article's tags.
    pub symbol: String,
    /// Where it points.
    pub direction: Direction,
    /// 0 to 100.
    pub strength: u8,
}

/// One statement of the analysis with the sentence that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPoint {
    /// The statement, in the edition's language.
    pub text: String,
    /// The article's words, verbatim in the original.
    pub quote: String,
    /// The leaf that holds the quote, numbered as in [`crate::model::block::leaves`].
    pub segment: u32,
}

/// The analysis of one article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// Where the news points as a whole.
    pub direction: Direction,
    /// 0 to 100.
    pub strength: u8,
    /// How long the effect lasts.
    pub horizon: Horizon,
    /// One sentence, in `language`.
    pub summary: String,
    /// The language of the summary and the points.
    pub language: crate::model::lang::Lang,
    /// Per symbol; only symbols that the article is tagged with.
    pub effects: Vec<SymbolEffect>,
    /// Each with a verified quote.
    pub points: Vec<KeyPoint>,
    /// What the checks refused, in words: `a key point was dropped: its quote is not in the article`.
    pub refused: Vec<String>,
    /// Who made it.
    pub by: Maker,
    /// When.
    pub at: jiff::Timestamp,
}
