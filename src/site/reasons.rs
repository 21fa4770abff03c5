//! Why something is as it is, as the program says it in English, goes in; the same in the language of the site's words
//! comes out.
//!
//! States and reports keep reasons in English, for logs and programs. The words of each language hold those that readers
//! meet, under keys that begin with `why_`; the English ones are what the program says, word for word, with `{gaps}`.

use std::cmp::Reverse;
use std::sync::LazyLock;

use crate::site::i18n::{Words, english};

/// What keys of reasons begin with.
const WHY: &str = "why_";

/// The reasons in the order in which they are tried: `(English words with gaps, key)`, the most telling first.
static REASONS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let mut all: Vec<_> =
        english().filter(|(key, _)| key.starts_with(WHY)).map(|(key, words)| (words, key)).collect();
    // What is put behind another reason comes first: that one would take it for its own.
    all.sort_by_key(|(words, _)| {
        (!words.starts_with("{why}"), Reverse(pieces(words).map(|(literal, _)| literal.len()).sum::<usize>()))
    });
    all
});

impl Words {
    /// `english` in this language; as it is where nobody wrote it. A gap called `why` holds a reason of its own.
    pub(crate) fn told(&self, english: &str) -> String {
        self.told_within(english, 3)
    }

    fn told_within(&self, english: &str, depth: usize) -> String {
        if self.is_english() {
            return english.to_owned();
        }
        let found = REASONS.iter().find_map(|(words, key)| Some((*key, gaps(words, english)?)));
        let Some((key, gaps)) = found.filter(|_| depth > 0) else { return english.to_owned() };
        let mut told = String::new();
        for (literal, gap) in pieces(self.find(key).unwrap_or(english)) {
            told.push_str(literal);
            match (gap, gaps.iter().find(|(name, _)| Some(*name) == gap)) {
                (Some("why"), Some((_, value))) => told.push_str(&self.told_within(value, depth - 1)),
                (_, Some((_, value))) => told.push_str(value),
                _ => {}
            }
        }
        told
    }
}

/// The pieces of words with gaps: each literal with the name of the gap that follows it, the last one with none.
fn pieces(words: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    words.split('}').map(|piece| match piece.split_once('{') {
        Some((literal, gap)) => (literal, Some(gap)),
        None => (piece, None),
    })
}

/// What `text` has in the gaps of `words`; `None` where it says something else.
fn gaps<'a>(words: &'static str, text: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let (mut found, mut open, mut rest) = (Vec::new(), None, text);
    for (literal, gap) in pieces(words) {
        let last = gap.is_none();
        let at = match open {
            None => rest.starts_with(literal).then_some(0)?,
            // The last literal ends the text; a gap at the end takes what is left.
            Some(_) if last && literal.is_empty() => rest.len(),
            Some(_) if last => rest.len().checked_sub(literal.len()).filter(|_| rest.ends_with(literal))?,
            // A reason within may say the same.
            Some("why") => rest.rfind(literal)?,
            Some(_) => rest.find(literal)?,
        };
        if let Some(name) = open {
            found.push((name, rest.get(..at).filter(|value| !value.is_empty())?));
        }
        rest = rest.get(at + literal.len()..)?;
        open = gap;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lang::Lang;

    fn told(language: &str, english: &str) -> String {
        Words::of(&Lang::parse(language).unwrap()).told(english)
    }

    #[test]
    fn reasons_are_told_in_the_language_of_the_site() {
        assert_eq!(told("de", "It waits for the next run."), "Wartet auf den nächsten Lauf.");
        assert_eq!(told("zh-Hant", "The host answered with status 500."), "主機回應狀態碼 500。");
        assert_eq!(
            told("de", "The host answered with status 503. Given up after 5 tries."),
            "Der Server antwortete mit Status 503. Nach 5 Versuchen aufgegeben."
        );
        assert_eq!(
            told(
                "es",
                "Semantic similarity is off: the environment variable KEY is not set, so `embeddings` has no key."
            ),
            "La similitud de significado está desactivada: la variable de entorno KEY no está definida, así que `embeddings` no tiene clave."
        );
        assert_eq!(
            told("ru", "articles grouped (2 events merged) (1 events parted)"),
            "сгруппировано статей (объединено событий: 2) (разделено событий: 1)"
        );
    }

    #[test]
    fn what_nobody_wrote_stays_as_it_is() {
        for text in
            ["", "A reason of another kind.", "the number is lost", "It waits for the next run. Or not."]
        {
            assert_eq!(told("ja", text), text);
        }
        assert_eq!(told("en", "the number {why} is lost"), "the number {why} is lost");
        let nested = " Given up after 1 tries.".repeat(50);
        assert!(told("de", &nested).len() >= 50);
    }

    /// A reason that the program words anew must be worded anew in every language.
    #[test]
    fn english_reasons_are_what_the_program_says() {
        fn read(folder: &std::path::Path, into: &mut String) {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    read(&path, into);
                } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("reasons.rs") {
                    into.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let mut source = String::new();
        read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut source);
        for (words, key) in REASONS.iter() {
            for (literal, _) in pieces(words) {
                let literal = literal.trim_matches(|c: char| !c.is_alphanumeric());
                assert!(source.contains(literal), "{key}: nothing says `{literal}`");
            }
        }
    }
}
