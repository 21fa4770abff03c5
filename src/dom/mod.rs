//! HTML text goes in, a tree comes out: flat and bounded for reading ([`tree`]), or one that can be asked by CSS
//! selectors. The one owner of `scraper` and of the parser beneath it.

pub mod sink;
pub mod tag;
pub mod tree;

use std::fmt;

pub use scraper::{ElementRef, Html, Node};

/// A CSS selector that was parsed once, with the text it came from.
#[derive(Debug, Clone)]
pub struct Selector {
    text: String,
    parsed: scraper::Selector,
}

/// Why a text is no CSS selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a CSS selector: {cause}")]
pub struct SelectorError {
    text: String,
    cause: String,
}

impl Selector {
    /// Reads a CSS selector (level 4 without pseudo-elements), as in `article .content > p`.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let parsed = scraper::Selector::parse(text)
            .map_err(|e| SelectorError { text: text.chars().take(120).collect(), cause: e.to_string() })?;
        Ok(Self { text: text.to_owned(), parsed })
    }

    /// The selector as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The selector as the tree's own query type.
    pub fn query(&self) -> &scraper::Selector {
        &self.parsed
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_selectors_are_refused_with_their_text() {
        assert!(Selector::parse("article .content > p:not(.ad)").is_ok());
        let error = Selector::parse("div[").unwrap_err().to_string();
        assert!(error.contains("div["), "{error}");
    }
}
