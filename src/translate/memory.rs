//! Human translations go in, pair by pair; a segment goes in, its human translation comes out.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::model::lang::Lang;

/// Human translations by segment and language pair. They are looked up before any provider is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    pairs: HashMap<String, Vec<Pair>>,
    count: usize,
}

#[derive(Debug, Clone, PartialEq)]
struct Pair {
    from: Lang,
    to: Lang,
    target: String,
}

impl Memory {
    /// Adds one human translation. The first one given for a segment and pair of languages stays: false if there was one.
    pub fn add(&mut self, from: &Lang, to: &Lang, source: &str, target: &str) -> bool {
        let pairs = self.pairs.entry(normal(source)).or_default();
        if pairs.iter().any(|pair| pair.from == *from && pair.to == *to) {
            return false;
        }
        pairs.push(Pair { from: from.clone(), to: to.clone(), target: target.trim().to_owned() });
        self.count += 1;
        true
    }

    /// The human translation of a segment, where there is one. A language that is not known fits any.
    pub fn get(&self, from: Option<&Lang>, to: &Lang, source: &str) -> Option<&str> {
        let pairs = self.pairs.get(&normal(source))?;
        pairs
            .iter()
            .find(|pair| to.reads(&pair.to) && from.is_none_or(|from| from.reads(&pair.from)))
            .map(|pair| pair.target.as_str())
    }

    /// How many translations it holds.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True where it holds none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Segments that differ in white space, in the shape of quotation marks or in composition alone are one.
fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            '“' | '”' | '„' | '«' | '»' | '＂' => out.push('"'),
            '‘' | '’' | '‚' => out.push('\''),
            '\u{200b}' | '\u{feff}' | '\u{ad}' => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_finds_its_translation_across_spellings() {
        let lang = |tag| Lang::parse(tag).unwrap();
        let mut memory = Memory::default();
        assert!(memory.add(&lang("de"), &lang("en"), "Der  „Kurs“ fällt", "The \"price\" falls"));
        assert!(!memory.add(&lang("de"), &lang("en"), "Der \"Kurs\" fällt", "Another"));
        let got = memory.get(Some(&lang("de-AT")), &lang("en"), " Der “Kurs”\nfällt ");
        assert_eq!(got, Some("The \"price\" falls"));
        assert_eq!(memory.get(None, &lang("en-GB"), "Der \"Kurs\" fällt"), Some("The \"price\" falls"));
        assert_eq!(memory.get(Some(&lang("nl")), &lang("en"), "Der \"Kurs\" fällt"), None);
        assert_eq!(memory.get(None, &lang("fr"), "Der \"Kurs\" fällt"), None);
        assert_eq!(memory.len(), 1);
    }
}
