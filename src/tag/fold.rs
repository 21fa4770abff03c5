//! A text goes in, the same text with one width and one kind of blank and apostrophe, and its lower-case twin of the
//! same length come out.

use std::borrow::Cow;

/// A text and its folded twin; both have the same length in bytes, character by character.
#[derive(Debug)]
pub(super) struct Folded<'a> {
    /// The text, with full-width ASCII, no-break spaces and curly apostrophes replaced.
    pub plain: Cow<'a, str>,
    /// `plain` in lower case, as far as that keeps the length of each character; ё is е.
    pub lower: String,
}

impl<'a> Folded<'a> {
    /// Folds `text`.
    pub(super) fn new(text: &'a str) -> Self {
        let plain = plain(text);
        let lower = lower(&plain);
        Self { plain, lower }
    }
}

/// A name as patterns hold it.
pub(super) fn pattern(name: &str) -> String {
    lower(&plain(name.trim()))
}

/// Replaces characters that only look different.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| replaced(c).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| replaced(c).unwrap_or(c)).collect())
}

fn replaced(c: char) -> Option<char> {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{3000}' => Some(' '),
        '\u{2018}' | '\u{2019}' | '\u{02bc}' => Some('\''),
        '\u{2010}' | '\u{2011}' => Some('-'),
        _ => None,
    }
}

fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push(lower_char(c));
    }
    out
}

fn lower_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    // No script above this point that newsmill's languages use has case (full-width forms are gone by now).
    if c >= '\u{2e80}' {
        return c;
    }
    let small = match c {
        'ё' | 'Ё' => 'е',
        _ => {
            let mut all = c.to_lowercase();
            match (all.next(), all.next()) {
                (Some(small), None) => small,
                _ => c,
            }
        }
    };
    if small.len_utf8() == c.len_utf8() { small } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_and_cases_meet() {
        assert_eq!(pattern("ＮＶＩＤＩＡ"), "nvidia");
        assert_eq!(pattern("L’Oréal"), "l'oréal");
        assert_eq!(pattern("БИТКОЙН"), "биткойн");
    }

    proptest! {
        #[test]
        fn both_twins_have_the_same_boundaries(text in "\\PC{0,60}") {
            let folded = Folded::new(&text);
            let ends = |s: &str| s.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
            prop_assert_eq!(ends(&folded.plain), ends(&folded.lower));
        }
    }
}
