//! A title and a text go in, asset symbols, topics and entities with their evidence come out.
//!
//! 1. [`lexicon`] is what a site's symbols.yaml says, as plain values.
//! 2. [`Gazetteer`] compiles it once: one Aho-Corasick automaton over every name, ticker, code, context word and
//!    topic word (A. Aho, M. Corasick, 1975), so that a text is read once, however long the lexicon is.
//! 3. A text is folded ([`fold`]) and scanned; every find is judged by its edges and its case ([`edges`]).
//! 4. Where finds overlap, the longest from the left stays; a phrase marked `never` swallows the names inside it.
//! 5. Names that are also common words are decided by the words around them ([`decide`]), those right before and after
//!    them above all; in which languages a name is a common word tells [`everyday`], which one a text is in [`tongue`].
//! 6. What is left is counted as evidence, symbols in the title first.
//!
//! Nothing here knows of a single symbol: the data is the lexicon.

pub mod lexicon;

mod compile;
mod decide;
mod edges;
mod everyday;
mod fold;
mod gazetteer;
mod scan;
mod tongue;
mod warning;

pub use gazetteer::Gazetteer;
pub use warning::Warning;

/// The version of the rules: a change re-tags what older versions have tagged.
pub const VERSION: u32 = 2;
