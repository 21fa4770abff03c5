//! A folded text goes in; the languages with Latin script that it may be written in come out.
//!
//! Only everyday words that are also names need this: `Apple` opens an English sentence as a fruit, a French one never.

use crate::text::names::fold;
use crate::text::stopwords::is_stop;

/// A set of languages with Latin script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tongues(u8);

impl Tongues {
    /// Each of them with its language tag.
    pub(super) const EACH: [(&str, Self); 4] =
        [("en", Self::EN), ("de", Self::DE), ("fr", Self::FR), ("es", Self::ES)];
    /// None of them: a text in another script, or a word of no language.
    pub(super) const NONE: Self = Self(0);
    /// English.
    pub(super) const EN: Self = Self(1);
    /// German.
    pub(super) const DE: Self = Self(2);
    /// French.
    pub(super) const FR: Self = Self(4);
    /// Spanish.
    pub(super) const ES: Self = Self(8);
    /// Any: nothing is known.
    pub(super) const ANY: Self = Self(0xff);

    /// Both sets.
    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True where the sets share a language.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Small words of other languages that are English words, too: they tell none.
const ENGLISH_TOO: [&str; 8] = ["bin", "car", "hat", "man", "pour", "sin", "son", "war"];
/// So many bytes of a text tell its language.
const READ: usize = 600;

/// The languages that the start of the folded text `lower` speaks for, [`Tongues::ANY`] where it tells nothing,
/// [`Tongues::NONE`] where most of its letters are of another script.
pub(super) fn guess(lower: &str) -> Tongues {
    let text = lower.get(..lower.floor_char_boundary(READ.min(lower.len()))).unwrap_or_default();
    let (mut latin, mut other) = (0_usize, 0_usize);
    let mut scores = [0_usize; 4];
    for c in text.chars() {
        match c {
            'a'..='z' => latin += 1,
            'ä' | 'ö' | 'ü' | 'ß' => scores[1] += 1,
            'à' | 'è' | 'ê' | 'ç' | 'ù' | 'û' | 'î' | 'œ' | 'ô' | 'ë' => scores[2] += 1,
            'é' => {
                scores[2] += 1;
                scores[3] += 1;
            }
            'ñ' | '¿' | '¡' | 'ó' | 'í' | 'á' | 'ú' => scores[3] += 1,
            // A Chinese character weighs as much as a short word.
            '\u{2e80}'.. => other += 3,
            '\u{400}'..='\u{52f}' => other += 1,
            _ => {}
        }
    }
    if other > latin {
        return Tongues::NONE;
    }
    // Marks tell little in a long text: a foreign name has them as well.
    scores = scores.map(|score| score.min(3));
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        let folded = fold(word);
        if ENGLISH_TOO.contains(&folded.as_str()) {
            continue;
        }
        for (score, (language, _)) in scores.iter_mut().zip(Tongues::EACH) {
            *score += usize::from(is_stop(&folded, language));
        }
    }
    let best = scores.into_iter().max().unwrap_or(0);
    if best == 0 {
        return Tongues::ANY;
    }
    Tongues::EACH
        .into_iter()
        .zip(scores)
        .filter(|(_, score)| *score == best)
        .fold(Tongues::NONE, |all, ((_, tongue), _)| all.with(tongue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_words_tell_the_language() {
        assert_eq!(guess("apple raises the price of its phones"), Tongues::EN);
        assert_eq!(guess("apple erhöht die preise für das neue telefon"), Tongues::DE);
        assert_eq!(guess("apple augmente le prix des téléphones"), Tongues::FR);
        assert_eq!(guess("apple sube el precio de los teléfonos"), Tongues::ES);
        assert_eq!(guess("apple повышает цены"), Tongues::NONE);
        assert_eq!(guess("meta 砸重金挖角 ai 人才"), Tongues::NONE);
        assert_eq!(guess("nvidia profit jumps"), Tongues::ANY);
        assert_eq!(guess(""), Tongues::ANY);
        assert!(guess("la meta").meets(Tongues::ES) && guess("la meta").meets(Tongues::FR));
    }
}
