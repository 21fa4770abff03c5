//! The faults that the sample newsroom can play, each with what a reader of the site should find of it.

/// Something that goes wrong on purpose in what a scripted model answers. Faults of publications are not listed here but
/// stand where they happen: a cut feed with bare ampersands and a source that answers 500 ([`crate::newsroom::house`]), a
/// vanished page, a page that robots.txt forbids and a corrected article ([`crate::newsroom::manuscript`]). Wrong
/// translations (a lost number, an obeyed instruction) stand in the manuscripts as `wrong-en`, `wrong-zh`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The analysis holds a key point with a quote that is not in the article: the point is refused.
    InventedQuote,
    /// The analysis is JSON cut off in the middle, every time: it stays failed.
    BrokenJson,
    /// The first analysis is JSON cut off in the middle: the next try is good.
    BrokenJsonOnce,
    /// The model does what a sentence of the article tells it: a symbol nobody asked for, an invented quote.
    ObeyedInstruction,
}

impl Fault {
    /// All of them, with their names in manuscripts.
    pub const ALL: [(&'static str, Self); 4] = [
        ("invented-quote", Self::InventedQuote),
        ("broken-json", Self::BrokenJson),
        ("broken-json-once", Self::BrokenJsonOnce),
        ("injection", Self::ObeyedInstruction),
    ];

    /// By its name in manuscripts.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, fault)| *fault)
    }
}
