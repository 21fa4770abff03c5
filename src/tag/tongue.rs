//! A folded text goes in; the languages with Latin script that it may be written in come out.
//!
//! Only everyday words that are also names need this: `Apple` opens an English sentence as a fruit, a French one never.

/// A set of languages with Latin script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tongues(u8);

impl Tongues {
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

const EACH: [Tongues; 4] = [Tongues::EN, Tongues::DE, Tongues::FR, Tongues::ES];
/// Bytes of the longest small word.
const LONGEST: usize = 8;
/// So many bytes of a text tell its language.
const READ: usize = 600;

/// Small words that no text of their languages is without, in order.
const SMALL: &[(&str, Tongues)] = &[
    ("a", Tongues::EN.with(Tongues::FR).with(Tongues::ES)),
    ("ab", Tongues::DE),
    ("after", Tongues::EN),
    ("al", Tongues::ES),
    ("als", Tongues::DE),
    ("am", Tongues::DE),
    ("amid", Tongues::EN),
    ("an", Tongues::EN.with(Tongues::DE)),
    ("and", Tongues::EN),
    ("ante", Tongues::ES),
    ("après", Tongues::FR),
    ("are", Tongues::EN),
    ("as", Tongues::EN),
    ("at", Tongues::EN),
    ("au", Tongues::FR),
    ("auch", Tongues::DE),
    ("auf", Tongues::DE),
    ("aus", Tongues::DE),
    ("aux", Tongues::FR),
    ("avec", Tongues::FR),
    ("be", Tongues::EN),
    ("bei", Tongues::DE),
    ("bis", Tongues::DE),
    ("but", Tongues::EN),
    ("by", Tongues::EN),
    ("ce", Tongues::FR),
    ("cette", Tongues::FR),
    ("chez", Tongues::FR),
    ("como", Tongues::ES),
    ("con", Tongues::ES),
    ("contra", Tongues::ES),
    ("contre", Tongues::FR),
    ("d", Tongues::FR),
    ("dans", Tongues::FR),
    ("das", Tongues::DE),
    ("de", Tongues::FR.with(Tongues::ES)),
    ("del", Tongues::ES),
    ("dem", Tongues::DE),
    ("den", Tongues::DE),
    ("der", Tongues::DE),
    ("des", Tongues::DE.with(Tongues::FR)),
    ("desde", Tongues::ES),
    ("die", Tongues::DE),
    ("du", Tongues::FR),
    ("durch", Tongues::DE),
    ("ein", Tongues::DE),
    ("eine", Tongues::DE),
    ("einem", Tongues::DE),
    ("einen", Tongues::DE),
    ("einer", Tongues::DE),
    ("el", Tongues::ES),
    ("en", Tongues::FR.with(Tongues::ES)),
    ("entre", Tongues::FR.with(Tongues::ES)),
    ("es", Tongues::DE.with(Tongues::ES)),
    ("est", Tongues::FR),
    ("esta", Tongues::ES),
    ("este", Tongues::ES),
    ("et", Tongues::FR),
    ("face", Tongues::FR),
    ("for", Tongues::EN),
    ("from", Tongues::EN),
    ("für", Tongues::DE),
    ("gegen", Tongues::DE),
    ("ha", Tongues::ES),
    ("han", Tongues::ES),
    ("has", Tongues::EN),
    ("hasta", Tongues::ES),
    ("hat", Tongues::DE),
    ("have", Tongues::EN),
    ("her", Tongues::EN),
    ("his", Tongues::EN),
    ("how", Tongues::EN),
    ("ihre", Tongues::DE),
    ("im", Tongues::DE),
    ("in", Tongues::EN.with(Tongues::DE)),
    ("into", Tongues::EN),
    ("is", Tongues::EN),
    ("ist", Tongues::DE),
    ("it", Tongues::EN),
    ("its", Tongues::EN),
    ("l", Tongues::FR),
    ("la", Tongues::FR.with(Tongues::ES)),
    ("las", Tongues::ES),
    ("le", Tongues::FR),
    ("les", Tongues::FR),
    ("leur", Tongues::FR),
    ("lo", Tongues::ES),
    ("los", Tongues::ES),
    ("mehr", Tongues::DE),
    ("mit", Tongues::DE),
    ("más", Tongues::ES),
    ("nach", Tongues::DE),
    ("ne", Tongues::FR),
    ("neue", Tongues::DE),
    ("neuen", Tongues::DE),
    ("new", Tongues::EN),
    ("nicht", Tongues::DE),
    ("no", Tongues::ES),
    ("not", Tongues::EN),
    ("nouveau", Tongues::FR),
    ("nueva", Tongues::ES),
    ("nuevo", Tongues::ES),
    ("o", Tongues::ES),
    ("of", Tongues::EN),
    ("on", Tongues::EN),
    ("ont", Tongues::FR),
    ("out", Tongues::EN),
    ("over", Tongues::EN),
    ("par", Tongues::FR),
    ("para", Tongues::ES),
    ("pas", Tongues::FR),
    ("pese", Tongues::ES),
    ("plus", Tongues::FR),
    ("por", Tongues::ES),
    ("pour", Tongues::FR),
    ("que", Tongues::FR.with(Tongues::ES)),
    ("qui", Tongues::FR),
    ("sa", Tongues::FR),
    ("said", Tongues::EN),
    ("says", Tongues::EN),
    ("se", Tongues::FR.with(Tongues::ES)),
    ("sein", Tongues::DE),
    ("seine", Tongues::DE),
    ("seit", Tongues::DE),
    ("ses", Tongues::FR),
    ("sich", Tongues::DE),
    ("sin", Tongues::ES),
    ("sind", Tongues::DE),
    ("sobre", Tongues::ES),
    ("son", Tongues::FR),
    ("sont", Tongues::FR),
    ("sous", Tongues::FR),
    ("su", Tongues::ES),
    ("sur", Tongues::FR),
    ("sus", Tongues::ES),
    ("than", Tongues::EN),
    ("that", Tongues::EN),
    ("the", Tongues::EN),
    ("their", Tongues::EN),
    ("this", Tongues::EN),
    ("to", Tongues::EN),
    ("tras", Tongues::ES),
    ("um", Tongues::DE),
    ("un", Tongues::FR.with(Tongues::ES)),
    ("una", Tongues::ES),
    ("und", Tongues::DE),
    ("une", Tongues::FR),
    ("unter", Tongues::DE),
    ("up", Tongues::EN),
    ("vers", Tongues::FR),
    ("vom", Tongues::DE),
    ("von", Tongues::DE),
    ("vor", Tongues::DE),
    ("was", Tongues::EN),
    ("wegen", Tongues::DE),
    ("werden", Tongues::DE),
    ("what", Tongues::EN),
    ("who", Tongues::EN),
    ("why", Tongues::EN),
    ("wie", Tongues::DE),
    ("will", Tongues::EN.with(Tongues::DE)),
    ("wird", Tongues::DE),
    ("with", Tongues::EN),
    ("y", Tongues::ES),
    ("ya", Tongues::ES),
    ("zu", Tongues::DE),
    ("zum", Tongues::DE),
    ("zur", Tongues::DE),
    ("à", Tongues::FR),
    ("über", Tongues::DE),
];

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
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() <= LONGEST) {
        let known = SMALL.binary_search_by_key(&word, |(small, _)| small).ok().and_then(|at| SMALL.get(at));
        let Some((_, tongues)) = known else { continue };
        for (score, tongue) in scores.iter_mut().zip(EACH) {
            *score += usize::from(tongues.meets(tongue));
        }
    }
    let best = scores.into_iter().max().unwrap_or(0);
    if best == 0 {
        return Tongues::ANY;
    }
    EACH.into_iter()
        .zip(scores)
        .filter(|(_, score)| *score == best)
        .fold(Tongues::NONE, |all, (tongue, _)| all.with(tongue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_are_in_order() {
        assert!(SMALL.is_sorted_by_key(|(word, _)| *word));
        assert!(SMALL.iter().all(|(word, _)| word.len() <= LONGEST));
    }

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
