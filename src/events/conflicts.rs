//! Where reports differ: the texts of an event's articles go in, conflicting numbers about the same thing come out.
//!
//! A number counts a thing: the word that follows it (`12 people`, `26 Somali pirates` by its second word too; two
//! characters in Han). Two articles conflict where each tells one single number for the thing, the numbers differ
//! though they are of one order, and the words around share more than the thing itself. Money, measures, times and
//! dates are left out: reports may tell many of them. Few and sure beats many.

use std::collections::{BTreeMap, BTreeSet};

use crate::events::stem::stem;
use crate::text::names::fold;
use crate::text::numbers::with_multiple;
use crate::text::stopwords::is_stop;
use crate::text::tokens::{Kind, Token, tokens};

/// Articles compared, bytes read of each, numbers kept of each, differences told.
const ARTICLES: usize = 40;
const BYTES: usize = 6000;
const NUMBERS: usize = 120;
const MOST: usize = 5;
/// Words looked at on both sides of a number.
const AROUND: usize = 7;
/// Numbers further apart than this count different things.
const RATIO: f64 = 4.0;

/// Conflicting numbers about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the numbers count, in the words of the reports.
    pub about: String,
    /// `(article's key, the number with its surroundings)`, in the order of the articles.
    pub versions: Vec<(String, String)>,
}

/// A number in one article.
struct Count {
    value: f64,
    thing: String,
    near: BTreeSet<String>,
    quote: String,
}

/// Finds the numbers on which `members` (`(key, text)`, in order) disagree: at most five things, each with one
/// version an article. Bounded: 40 articles, 6,000 bytes of each.
pub fn conflicts(members: &[(&str, &str)]) -> Vec<Difference> {
    // By thing: each article's counts of it.
    let mut things: BTreeMap<String, Vec<(usize, Vec<Count>)>> = BTreeMap::new();
    for (article, (_, text)) in members.iter().take(ARTICLES).enumerate() {
        let mut own: BTreeMap<String, Vec<Count>> = BTreeMap::new();
        for count in counts(text) {
            own.entry(stem(&count.thing, "en")).or_default().push(count);
        }
        for (thing, counts) in own {
            things.entry(thing).or_default().push((article, counts));
        }
    }
    let mut out: Vec<Difference> =
        things.into_values().filter_map(|told| difference(members, &told)).collect();
    out.sort_by(|a, b| b.versions.len().cmp(&a.versions.len()).then_with(|| a.about.cmp(&b.about)));
    out.truncate(MOST);
    out
}

/// The difference between articles that each tell one number of a thing.
fn difference(members: &[(&str, &str)], told: &[(usize, Vec<Count>)]) -> Option<Difference> {
    let sure: Vec<(usize, &Count)> = told
        .iter()
        .filter(|(_, counts)| counts.windows(2).all(|pair| pair[0].value.total_cmp(&pair[1].value).is_eq()))
        .filter_map(|(article, counts)| Some((*article, counts.first()?)))
        .collect();
    // The article that conflicts with another one, and all that agree with either on what is counted.
    let (_, first) = sure.iter().find(|(_, a)| sure.iter().any(|(_, b)| disagree(a, b)))?;
    let chosen: Vec<&(usize, &Count)> = sure
        .iter()
        .filter(|(_, b)| std::ptr::eq(*first, *b) || disagree(first, b) || agree(first, b))
        .collect();
    let versions = chosen
        .into_iter()
        .filter_map(|(article, count)| Some((members.get(*article)?.0.to_owned(), count.quote.clone())))
        .collect();
    Some(Difference { about: first.thing.clone(), versions })
}

fn shared(a: &Count, b: &Count) -> usize {
    a.near.intersection(&b.near).count()
}

fn agree(a: &Count, b: &Count) -> bool {
    a.value.total_cmp(&b.value).is_eq() && shared(a, b) >= 2
}

fn disagree(a: &Count, b: &Count) -> bool {
    let (low, high) = (a.value.min(b.value), a.value.max(b.value));
    low < high && high <= low * RATIO && shared(a, b) >= 2
}

/// The counts told in a text.
fn counts(text: &str) -> Vec<Count> {
    let text = text.get(..text.floor_char_boundary(BYTES)).unwrap_or_default();
    let all: Vec<Token<'_>> = tokens(text).collect();
    let mut out = Vec::new();
    for (i, token) in all.iter().enumerate().filter(|(_, token)| token.kind == Kind::Number) {
        if out.len() == NUMBERS {
            break;
        }
        let Some(value) = with_multiple(token, all.get(i + 1), "en") else { continue };
        let before = text.get(..token.start).and_then(|t| t.chars().next_back());
        let money = before.is_some_and(|c| matches!(c, '$' | '€' | '£' | '¥' | '-' | '/' | ':' | '.'));
        if money || value < 2.0 || value.fract() != 0.0 || (1900.0..2100.0).contains(&value) {
            continue;
        }
        let Some((thing, end)) = thing(text, token, &all, i) else { continue };
        let near = around(&all, i, &thing);
        let from = all.get(i.saturating_sub(4)).map_or(token.start, |t| t.start);
        let to = all.get(i + 6).map_or(end, |t| t.start).max(end);
        let quote = text.get(from..to).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        out.push(Count { value, thing, near, quote });
    }
    out
}

/// The thing that the number at `i` counts, and where its word ends.
fn thing(text: &str, number: &Token<'_>, all: &[Token<'_>], i: usize) -> Option<(String, usize)> {
    let next = all.get(i + 1)?;
    let between = text.get(number.start + number.text.len()..next.start)?;
    if !between.chars().all(char::is_whitespace) {
        return None;
    }
    let word = match next.kind {
        Kind::Word => {
            let folded = fold(next.text);
            // An adjective of place or people stands before the thing: `26 Somali pirates`.
            if next.capital {
                let after = all.get(i + 2).filter(|t| t.kind == Kind::Word && !t.capital)?;
                return counted(&fold(after.text)).map(|w| (w, after.start + after.text.len()));
            }
            folded
        }
        Kind::Han | Kind::Dense => next.text.chars().take(2).collect(),
        _ => return None,
    };
    counted(&word).map(|word| (word, next.start + next.text.len().min(12)))
}

/// `word` where it can be counted: no measure, time, money or word that only holds sentences together.
fn counted(word: &str) -> Option<String> {
    const MEASURES: &str = "percent per cent percentage point points year years month months week weeks day days hour \
        hours minute minutes second seconds am pm pm. january february march april may june july august september \
        october november december dollar dollars euro euros pound pounds yuan yen cent cents kilometer kilometers \
        kilometre kilometres km mile miles meter meters metre metres m cm mm foot feet inch inches kg kilogram kilograms \
        ton tons tonnes degree degrees mph kph million billion trillion thousand hundred dozen th st nd rd old times \
        prozent uhr jahre jahren tage tagen stunden monate wochen millionen milliarden ans jours heures mois semaines \
        anos dias horas meses лет года год дней часов процентов рублей долларов января февраля марта апреля мая июня \
        июля августа сентября октября ноября декабря";
    let dense = word.chars().any(|c| !c.is_ascii() && crate::text::words::is_cjk(c));
    if dense {
        let first = word.chars().next()?;
        let measured = "年月日时時点點分秒元亿億万萬千百个個年度届屆周週号號楼樓岁歲公米吨噸倍成";
        return (word.chars().count() == 2 && !measured.contains(first)).then(|| word.to_owned());
    }
    let plain =
        word.chars().count() > 2 && !MEASURES.split_whitespace().any(|m| m == word) && !is_stop(word, "en");
    plain.then(|| word.to_owned())
}

/// Stems of the words around the number at `i`, the thing itself left out; in Han, pairs of characters.
fn around(all: &[Token<'_>], i: usize, thing: &str) -> BTreeSet<String> {
    let from = i.saturating_sub(AROUND);
    let own = stem(thing, "en");
    let mut out = BTreeSet::new();
    for token in all.iter().skip(from).take(AROUND * 2 + 1) {
        match token.kind {
            Kind::Word => {
                let folded = fold(token.text);
                if folded.len() > 2 && !is_stop(&folded, "en") {
                    out.insert(stem(&folded, "en"));
                }
            }
            Kind::Han => {
                let chars: Vec<char> = token.text.chars().take(12).collect();
                out.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
            _ => {}
        }
    }
    out.remove(&own);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reports_that_count_differently_are_told() {
        let found = conflicts(&[
            ("a", "The storm killed 12 people in the port town, officials said. Winds reached 120 km."),
            ("b", "At least 15 people were killed in the port town when the storm hit. It cost $30 million."),
            ("c", "The storm killed 12 people in the town."),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].about, "people");
        let keys: Vec<_> = found[0].versions.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["a", "b", "c"]);
        assert!(found[0].versions[1].1.contains("15 people"), "{found:?}");
    }

    #[test]
    fn different_things_times_and_money_are_no_conflict() {
        for (a, b) in [
            ("The fire burned 12 houses near the lake.", "Police arrested 15 people near the lake."),
            ("The talks took 3 hours in Geneva on Monday.", "The talks took 4 hours in Geneva on Monday."),
            ("Shares of the maker rose 3 percent today.", "Shares of the maker rose 5 percent today."),
            ("The storm killed 12 people in May 2012.", "The storm killed 12 people in May 2013."),
            ("The club sold 40 tickets for the final.", "The club sold 40,000 tickets for the final."),
        ] {
            assert_eq!(conflicts(&[("a", a), ("b", b)]), [], "{a} {b}");
        }
    }

    #[test]
    fn han_counts_conflict_too() {
        let found =
            conflicts(&[("a", "地震造成12人死亡，多处房屋倒塌"), ("b", "该地地震造成15人死亡，房屋倒塌")]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(a in "\\PC{0,120}", b in "[0-9 a-zA-Z.,人死亡]{0,120}") {
            prop_assert!(conflicts(&[("a", &a), ("b", &b), ("c", &a)]).len() <= MOST);
        }
    }
}
