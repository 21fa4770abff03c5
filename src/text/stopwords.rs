//! Words that carry no news, by language: a folded word goes in, whether it only holds sentences together comes out.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::lists::list;
use crate::text::names::fold;

/// Languages with a list of their own.
const LANGUAGES: [&str; 10] = ["en", "de", "fr", "es", "pt", "it", "ru", "tr", "pl", "ar"];

static LISTS: LazyLock<[HashSet<String>; LANGUAGES.len()]> = LazyLock::new(|| {
    let of = |language| list(include_str!("stopwords.txt"), language);
    LANGUAGES.map(|language| of(language).into_iter().flat_map(str::split_whitespace).map(fold).collect())
});

/// True where `word`, folded, only holds sentences of `language` together. Near kin share a list; every other language gets
/// English, whose words stand in texts everywhere.
pub(crate) fn is_stop(word: &str, language: &str) -> bool {
    let kin = match language {
        "ca" => "es",
        "uk" | "bg" | "sr" => "ru",
        "fa" => "ar",
        other => other,
    };
    let list = LANGUAGES.iter().position(|known| *known == kin).unwrap_or(0);
    LISTS.get(list).is_some_and(|words| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_words_of_its_own() {
        for (word, language) in [
            ("the", "en"),
            ("und", "de"),
            ("les", "fr"),
            ("los", "ca"),
            ("nao", "pt"),
            ("не", "uk"),
            ("من", "fa"),
            ("the", "nl"),
        ] {
            assert!(is_stop(word, language), "{word} {language}");
        }
        assert!(!is_stop("und", "en") && !is_stop("bitcoin", "en"));
    }
}
