//! Places by their names in many languages and scripts: tokens or a run of characters go in, the places that they name come
//! out, by their English names.
//!
//! The table (`places.txt`) is data, made by `places.py`. Some names count in texts of one language only. Words that bend
//! are met by their root (Cyrillic endings) or without what is written before them (Arabic and Hebrew particles).

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::han::simplified;
use crate::text::names::fold;
use crate::text::tokens::{Kind, Token, tokens};

/// The most characters of a name in Hangul.
const SYLLABLES: usize = 8;
/// The fewest characters that are left of a word without its ending, or without what is written before it.
const ROOT: usize = 3;
/// Endings of Cyrillic words.
const ENDINGS: &str = "аеёиійоуыьюяєїмх";
/// Particles that Arabic and Hebrew write before a word.
const PARTICLES: &str = "وبلكفבלמהושכ";

/// A name that begins with a known token.
#[derive(Debug)]
struct Name {
    /// What follows the first token.
    rest: Vec<String>,
    /// The only language in which it counts.
    language: Option<&'static str>,
    /// Written so and not otherwise, as `EU` is no `eu`.
    exact: Option<&'static str>,
    place: &'static str,
}

/// The table, made ready.
#[derive(Debug)]
struct Table {
    /// Names by their first token, longest first.
    names: HashMap<String, Vec<Name>>,
    /// Names in scripts that part no words.
    runs: Option<AhoCorasick>,
    /// The places of those.
    places: Vec<&'static str>,
    /// Names in Hangul: words begin with them.
    hangul: HashMap<&'static str, &'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

impl Table {
    fn read() -> Self {
        let mut table =
            Self { names: HashMap::new(), runs: None, places: Vec::new(), hangul: HashMap::new() };
        let mut runs: Vec<String> = Vec::new();
        for line in lines() {
            let mut names = line.split(" | ");
            let Some(place) = names.next() else { continue };
            table.add(place, None, place);
            for name in names {
                match name.split_once(' ') {
                    Some((tag, rest)) if tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_lowercase()) => {
                        table.add(rest, Some(tag), place);
                    }
                    _ if is_run(name) => {
                        runs.push(name.chars().map(simplified).collect());
                        table.places.push(place);
                    }
                    _ if name.starts_with(is_hangul) => {
                        table.hangul.entry(name).or_insert(place);
                    }
                    _ => table.add(name, None, place),
                }
            }
        }
        table
            .names
            .values_mut()
            .for_each(|names| names.sort_by_key(|name| std::cmp::Reverse(name.rest.len())));
        table.runs = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(runs).ok();
        table
    }

    fn add(&mut self, name: &'static str, language: Option<&'static str>, place: &'static str) {
        let mut words = tokens(name).map(|token| form(&token));
        let Some(first) = words.next() else { return };
        let rest: Vec<String> = words.collect();
        let exact = name.chars().all(char::is_uppercase).then_some(name);
        self.names.entry(first).or_default().push(Name { rest, language, exact, place });
    }
}

/// All places.
pub fn all() -> impl Iterator<Item = &'static str> {
    lines().filter_map(|line| line.split(" | ").next())
}

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("places.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The place that the first of `tokens` name, and how many of them, in a text of `language`; a word in small letters names
/// none.
pub fn named(tokens: &[Token<'_>], language: &str) -> Option<(usize, &'static str)> {
    let first = tokens.first()?;
    if first.kind == Kind::Number || first.text.starts_with(char::is_lowercase) {
        return None;
    }
    if first.text.starts_with(is_hangul) {
        let ends = first.text.char_indices().map(|(at, c)| at + c.len_utf8()).take(SYLLABLES);
        let found = ends.filter_map(|end| TABLE.hangul.get(first.text.get(..end)?)).last();
        return found.map(|place| (1, *place));
    }
    let whole = form(first);
    let bare = whole.strip_prefix(|c| PARTICLES.contains(c)).filter(|bare| bare.chars().count() >= ROOT);
    let names = TABLE.names.get(&whole).or_else(|| TABLE.names.get(bare?))?;
    names.iter().find_map(|name| {
        let others = tokens.get(1..1 + name.rest.len())?;
        let same = others.iter().zip(&name.rest).all(|(token, word)| form(token) == *word)
            && name.language.is_none_or(|only| only == language)
            && name.exact.is_none_or(|exact| exact == first.text);
        same.then_some((1 + name.rest.len(), name.place))
    })
}

/// The places that a run of characters names in which words are not parted, each with the characters that name it; of names
/// within each other, the longest.
pub fn within(run: &str) -> Vec<(&str, &'static str)> {
    // Characters and their Simplified forms have the same length.
    let folded: String = run.chars().map(simplified).collect();
    let found = TABLE.runs.iter().flat_map(|runs| runs.find_iter(&folded));
    found
        .filter_map(|found| Some((run.get(found.range())?, *TABLE.places.get(found.pattern().as_usize())?)))
        .collect()
}

/// What a token is compared by.
fn form(token: &Token<'_>) -> String {
    let folded = fold(token.text);
    if !folded.starts_with(|c| ('\u{0400}'..='\u{04ff}').contains(&c)) {
        return folded;
    }
    let mut letters: Vec<char> = folded.chars().collect();
    while letters.len() > ROOT && letters.last().is_some_and(|last| ENDINGS.contains(*last)) {
        letters.pop();
    }
    letters.into_iter().collect()
}

/// Whether a name is of a script that parts no words, so that it stands anywhere in a run.
fn is_run(name: &str) -> bool {
    let mut all = tokens(name);
    let first = all.next().map(|token| token.kind);
    matches!(first, Some(Kind::Han | Kind::Dense)) && all.next().is_none() && !name.starts_with(is_hangul)
}

fn is_hangul(c: char) -> bool {
    ('\u{ac00}'..='\u{d7af}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All places that a text names.
    fn places(text: &str, language: &str) -> Vec<&'static str> {
        let all: Vec<Token<'_>> = tokens(text).collect();
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(token) = all.get(at) {
            if let Some((used, place)) = named(&all[at..], language) {
                found.push(place);
                at += used;
                continue;
            }
            if matches!(token.kind, Kind::Han | Kind::Dense) {
                found.extend(within(token.text).into_iter().map(|(_, place)| place));
            }
            at += 1;
        }
        found
    }

    #[test]
    fn one_place_has_a_name_in_every_language() {
        for (text, language, place) in [
            ("Talks in South Korea went on", "en", "South Korea"),
            ("Gespräche in Südkorea dauern an", "de", "South Korea"),
            ("La Corée du Sud négocie", "fr", "South Korea"),
            ("韩国政府", "zh", "South Korea"),
            ("南韓政府", "zh", "South Korea"),
            ("한국은 협상을 계속했다", "ko", "South Korea"),
            ("محادثات في كوريا الجنوبية", "ar", "South Korea"),
            ("المحادثات بالصين", "ar", "China"),
            ("переговоры в Китае", "ru", "China"),
            ("переговори з Китаєм", "uk", "China"),
            ("イランとの協議", "ja", "Iran"),
            ("ประเทศจีน", "th", "China"),
            ("שיחות בסין נמשכו", "he", "China"),
            ("Η Κίνα", "el", "China"),
        ] {
            assert_eq!(places(text, language), [place], "{text}");
        }
    }

    #[test]
    fn names_that_mean_something_else_elsewhere_count_in_their_language() {
        assert_eq!(places("Reise nach Peking", "de"), ["Beijing"]);
        assert_eq!(places("La Chine", "fr"), ["China"]);
        assert_eq!(places("Made of Chine", "en"), Vec::<&str>::new());
        assert_eq!(places("they told us", "en"), Vec::<&str>::new());
        assert_eq!(places("Eu acho", "pt"), Vec::<&str>::new());
        assert_eq!(places("a piece of china", "en"), Vec::<&str>::new());
    }

    #[test]
    fn the_longest_name_is_meant() {
        assert_eq!(places("Papua New Guinea votes", "en"), ["Papua New Guinea"]);
        assert_eq!(places("Guinea votes", "en"), ["Guinea"]);
        assert_eq!(places("南アフリカで選挙", "ja"), ["South Africa"]);
    }

    #[test]
    fn the_table_is_whole() {
        assert!(TABLE.names.len() > 4000 && TABLE.places.len() > 2000 && TABLE.hangul.len() > 1000);
        assert!(TABLE.runs.is_some());
    }
}
