//! A language goes in, the interface's words in it come out. Ten languages are written; others get English words (and
//! say so by `lang`). One file a language in `i18n/`: `key = words`, forms of a count split by `|` in the order of
//! CLDR's plural categories.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tera::Value;

use crate::model::lang::Lang;

const TABLES: [(&str, &str); 10] = [
    ("en", include_str!("i18n/en.txt")),
    ("zh-Hant", include_str!("i18n/zh-hant.txt")),
    ("zh-Hans", include_str!("i18n/zh-hans.txt")),
    ("ja", include_str!("i18n/ja.txt")),
    ("ko", include_str!("i18n/ko.txt")),
    ("de", include_str!("i18n/de.txt")),
    ("fr", include_str!("i18n/fr.txt")),
    ("es", include_str!("i18n/es.txt")),
    ("ru", include_str!("i18n/ru.txt")),
    ("ar", include_str!("i18n/ar.txt")),
];

/// The interface's words in one language.
#[derive(Debug)]
pub(crate) struct Words {
    table: &'static str,
    map: BTreeMap<&'static str, &'static str>,
    value: Value,
}

/// The words of every language, read once and not for each page.
static WORDS: LazyLock<Vec<Words>> =
    LazyLock::new(|| TABLES.iter().map(|(tag, table)| Words::read(tag, table)).collect());

impl Words {
    /// The words for `language`; English where there are none.
    pub(crate) fn of(language: &Lang) -> &'static Self {
        let wanted = match (language.primary(), language.script()) {
            ("zh" | "yue", Some("Hant")) | ("yue", None) => "zh-Hant",
            ("zh", _) => "zh-Hans",
            (other, _) => other,
        };
        WORDS.iter().find(|words| words.table == wanted).unwrap_or(&WORDS[0])
    }

    fn read(table: &'static str, text: &'static str) -> Self {
        let mut map: BTreeMap<&str, &str> = english().collect();
        map.extend(entries(text));
        let value = Value::from_serializable(&map);
        Self { table, map, value }
    }

    /// The tag of the language that the words are in.
    #[cfg(test)]
    pub(crate) fn tag(&self) -> &'static str {
        self.table
    }

    /// True for English words.
    pub(crate) fn is_english(&self) -> bool {
        self.table == "en"
    }

    /// True for Chinese, Japanese and Korean words.
    pub(crate) fn is_cjk(&self) -> bool {
        matches!(self.table, "zh-Hant" | "zh-Hans" | "ja" | "ko")
    }

    /// All words, as templates see them (`t.news`).
    pub(crate) fn value(&self) -> Value {
        self.value.clone()
    }

    /// The words of `key`; the key itself where nobody wrote it.
    pub(crate) fn get(&self, key: &'static str) -> &'static str {
        match self.map.get(key).copied() {
            Some("{nbsp}") => "\u{a0}",
            Some(words) => words,
            None => key,
        }
    }

    /// The words of a key that is put together while running (`direction_` + word).
    pub(crate) fn find(&self, key: &str) -> Option<&'static str> {
        self.map.get(key).copied()
    }

    /// The form of `key` for a count, with the count in it.
    pub(crate) fn count(&self, key: &'static str, n: u64) -> String {
        let forms: Vec<&str> = self.get(key).split('|').collect();
        let at = plural(self.table, n).min(forms.len().saturating_sub(1));
        let form = forms.get(at).copied().unwrap_or("{n}");
        form.trim().replace("{n}", &crate::site::format::number(self, n))
    }

    /// The words of `key` with `{name}`s replaced.
    pub(crate) fn fill(&self, key: &'static str, with: &[(&str, &str)]) -> String {
        with.iter()
            .fold(self.get(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// What a language is called in this language; its tag where nobody said.
    pub(crate) fn language(&self, tag: &str) -> String {
        let primary = tag.split('-').next().unwrap_or(tag);
        [tag, primary]
            .iter()
            .find_map(|t| self.find(&format!("lang_{t}")))
            .map_or_else(|| tag.to_owned(), str::to_owned)
    }
}

/// What a language calls itself.
pub(crate) fn own_name(tag: &str) -> String {
    let known = TABLES.iter().find(|(t, _)| *t == tag).or_else(|| {
        let primary = tag.split('-').next().unwrap_or(tag);
        TABLES.iter().find(|(t, _)| *t == primary)
    });
    known
        .and_then(|(_, table)| entries(table).find(|(key, _)| *key == "own_name"))
        .map_or_else(|| tag.to_owned(), |(_, name)| name.to_owned())
}

/// The English words with their keys.
pub(super) fn english() -> impl Iterator<Item = (&'static str, &'static str)> {
    entries(TABLES[0].1)
}

fn entries(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, words)| (key.trim(), words.trim()))
}

/// Which of a language's plural forms fits a whole number (CLDR 47's rules for cardinals).
fn plural(tag: &str, n: u64) -> usize {
    let (ten, hundred) = (n % 10, n % 100);
    match tag {
        "zh-Hant" | "zh-Hans" | "ja" | "ko" => 0,
        "fr" => usize::from(n > 1),
        "ru" => match (ten, hundred) {
            (1, h) if h != 11 => 0,
            (2..=4, h) if !(12..=14).contains(&h) => 1,
            _ => 2,
        },
        "ar" => match (n, hundred) {
            (0, _) => 0,
            (1, _) => 1,
            (2, _) => 2,
            (_, 3..=10) => 3,
            (_, 11..=99) => 4,
            _ => 5,
        },
        _ => usize::from(n != 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word_with_the_same_gaps() {
        let gaps = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .filter(|name| !matches!(name.as_str(), "n" | "month" | "m" | "nbsp"))
                .collect();
            found.sort();
            found.dedup();
            found
        };
        let english: BTreeMap<_, _> = entries(TABLES[0].1).collect();
        for (tag, table) in TABLES {
            let other: BTreeMap<_, _> = entries(table).collect();
            for (key, words) in &english {
                let theirs = other.get(key).unwrap_or_else(|| panic!("{tag} lacks `{key}`"));
                assert_eq!(gaps(words), gaps(theirs), "{tag}: {key}");
                assert!(!theirs.is_empty(), "{tag}: {key}");
            }
            for key in other.keys() {
                assert!(english.contains_key(key), "{tag} has `{key}`, English has not");
            }
            assert_eq!(other["months"].split(' ').count(), 12, "{tag}");
        }
    }

    #[test]
    fn counts_take_the_form_of_their_language() {
        let of = |tag| Words::of(&Lang::parse(tag).unwrap());
        assert_eq!(of("en").count("n_publishers", 1), "1 publisher");
        assert_eq!(of("en").count("n_publishers", 1200), "1,200 publishers");
        let rules: Vec<usize> = [1, 3, 5, 11, 21, 112].iter().map(|n| plural("ru", *n)).collect();
        assert_eq!(rules, [0, 1, 2, 2, 0, 2]);
        let rules: Vec<usize> = [0, 1, 2, 3, 11, 100].iter().map(|n| plural("ar", *n)).collect();
        assert_eq!(rules, [0, 1, 2, 3, 4, 5]);
        assert_eq!(of("sw").tag(), "en");
        assert_eq!(of("zh-TW").tag(), "zh-Hant");
    }
}
