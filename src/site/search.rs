//! An edition goes in, a static search index comes out: words of titles, summaries, symbols and sources, in any script.
//!
//! 1. Articles are numbered from the oldest, so that new ones renumber nothing.
//! 2. A text becomes tokens: words for scripts with spaces, bigrams for Chinese, Japanese and Korean runs, Traditional
//!    Chinese as Simplified. The search page's script does the same (`static/search.js`); both must change together.
//!    It is told only of characters that the edition has: nothing, where none is Chinese.
//! 3. A token goes to the shard of its first character, so that a prefix of it asks the same one file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::model::edition::{Edition, Row};
use crate::site::index::source_of;
use crate::site::{Desk, SiteError, paths};
use crate::text::han::{pairs, simplified};
use crate::text::words::is_cjk;

/// How many files the words are spread over.
pub(crate) const SHARDS: u32 = 64;
/// Articles a file of titles.
const DOCUMENTS: usize = 500;
/// Longest token, in characters.
const LONGEST: usize = 24;
/// Counted up where texts are cut into tokens differently, so that files of words are written anew.
pub(crate) const READING: u32 = 2;
/// The manifest's path.
pub(crate) const MANIFEST: &str = "search/index.json";

/// Token → numbers of articles, ascending; one map a shard.
#[derive(Debug)]
pub(crate) struct SearchIndex {
    shards: Vec<BTreeMap<String, Vec<u32>>>,
    /// Traditional characters, each before the Simplified one that the edition has.
    han: String,
}

/// Where a file of titles stands.
pub(crate) fn document_path(number: u32) -> String {
    format!("search/d{number}.json")
}

/// Where a file of words stands.
pub(crate) fn shard_path(number: u32) -> String {
    format!("search/w{number}.json")
}

/// How many files of titles there are.
pub(crate) fn document_files(rows: usize) -> u32 {
    rows.div_ceil(DOCUMENTS) as u32
}

/// The rows of file `number`, as a slice of all rows (newest first).
pub(crate) fn document_rows(all: &[u32], number: u32) -> &[u32] {
    let end = all.len().saturating_sub(number as usize * DOCUMENTS);
    all.get(end.saturating_sub(DOCUMENTS)..end).unwrap_or_default()
}

/// The tokens of a text: words in lower case; bigrams of CJK runs, and the single character of a run of one.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut run: Vec<char> = Vec::new();
    for c in text.chars().flat_map(char::to_lowercase).chain(std::iter::once(' ')) {
        if is_cjk(c) {
            flush_word(&mut word, &mut out);
            run.push(simplified(c));
            continue;
        }
        flush_run(&mut run, &mut out);
        if c.is_alphanumeric() {
            word.push(c);
        } else {
            flush_word(&mut word, &mut out);
        }
    }
    out
}

fn flush_word(word: &mut String, out: &mut Vec<String>) {
    if !word.is_empty() {
        out.push(word.chars().take(LONGEST).collect());
        word.clear();
    }
}

fn flush_run(run: &mut Vec<char>, out: &mut Vec<String>) {
    match run.as_slice() {
        [] => return,
        [one] => out.push(one.to_string()),
        many => out.extend(many.windows(2).map(|pair| pair.iter().collect())),
    }
    run.clear();
}

/// The shard of a token: FNV-1a over the first character's code point.
fn shard_of(token: &str) -> u32 {
    let c = token.chars().next().map_or(0, u32::from);
    let hash = c
        .to_le_bytes()
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    hash % SHARDS
}

impl SearchIndex {
    fn of(edition: &Edition) -> Self {
        let mut shards = vec![BTreeMap::<String, Vec<u32>>::new(); SHARDS as usize];
        for (number, row) in edition.rows.iter().rev().enumerate() {
            let number = number as u32;
            for token in tokens(&text_of(edition, row)) {
                let Some(shard) = shards.get_mut(shard_of(&token) as usize) else { continue };
                let list = shard.entry(token).or_default();
                if list.last() != Some(&number) {
                    list.push(number);
                }
            }
        }
        let met = shards.iter().flat_map(BTreeMap::keys).flat_map(|token| token.chars());
        let han = folds(&met.filter(|c| is_cjk(*c)).collect());
        Self { shards, han }
    }
}

/// What a reader may write for the characters `met`: Traditional ones, each before the one that stands for it.
fn folds(met: &BTreeSet<char>) -> String {
    pairs().filter(|(_, simple)| met.contains(simple)).flat_map(|(from, to)| [from, to]).collect()
}

/// What is searched of an article.
fn text_of(edition: &Edition, row: &Row) -> String {
    let mut text = row.title.clone();
    let mut add = |more: &str| {
        text.push(' ');
        text.push_str(more);
    };
    if let Some(source) = source_of(edition, row) {
        add(&source.name);
    }
    for symbol in row.symbols.iter().filter_map(|at| edition.symbols.get(usize::from(*at))) {
        add(&symbol.ticker);
        add(&symbol.name);
        symbol.names.iter().for_each(|(_, name)| add(name));
    }
    let event = row.event.and_then(|at| edition.events.get(at as usize));
    if let Some(event) =
        event.filter(|event| edition.rows.get(event.central as usize).is_some_and(|c| c.id == row.id))
        && (!event.summary_is_excerpt || crate::site::content::may_quote(edition, row))
    {
        add(&event.summary);
    }
    text
}

/// What the script needs to know before it asks.
pub(crate) fn manifest(desk: &Desk<'_>) -> Result<Vec<u8>, SiteError> {
    let index = desk.index.search.get_or_init(|| SearchIndex::of(desk.edition));
    let sources: Vec<&str> = desk.edition.sources.iter().map(|s| s.source.name.as_str()).collect();
    write(
        desk,
        &json!({
            "shards": SHARDS, "documents": DOCUMENTS, "articles": desk.edition.rows.len(), "longest": LONGEST,
            "sources": sources, "han": index.han,
        }),
    )
}

/// Titles of one file: `[id, title, language, published, source, publishers of its event]`, the oldest first.
pub(crate) fn documents(desk: &Desk<'_>, number: u32) -> Result<Vec<u8>, SiteError> {
    let rows = document_rows(&desk.index.all, number).iter().rev();
    let all: Vec<_> = rows
        .filter_map(|at| desk.edition.rows.get(*at as usize))
        .map(|row| {
            let language = row.title_language.as_ref().filter(|l| **l != desk.edition.language);
            json!([
                paths::article(&row.id),
                crate::site::escape::plain(&row.title),
                language.map_or("", |l| l.as_str()),
                crate::site::format::moment(desk.words, &row.published).iso,
                row.source,
            ])
        })
        .collect();
    write(desk, &all)
}

/// The words of one shard: token → numbers, each told as the step from the one before.
pub(crate) fn shard(desk: &Desk<'_>, number: u32) -> Result<Vec<u8>, SiteError> {
    let index = desk.index.search.get_or_init(|| SearchIndex::of(desk.edition));
    let shard = index.shards.get(number as usize).ok_or_else(|| desk.mismatch("its shard is missing"))?;
    let steps = |list: &Vec<u32>| {
        let mut last = 0;
        list.iter().map(|n| n - std::mem::replace(&mut last, *n)).collect::<Vec<_>>()
    };
    let all: BTreeMap<&str, Vec<u32>> =
        shard.iter().map(|(token, list)| (token.as_str(), steps(list))).collect();
    write(desk, &all)
}

fn write(desk: &Desk<'_>, value: &impl serde::Serialize) -> Result<Vec<u8>, SiteError> {
    let mut out = serde_json::to_vec(value).map_err(|error| desk.unwritten(&error))?;
    out.push(b'\n');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_script_has_tokens() {
        assert_eq!(tokens("Bitcoin's ETF, 2.5%!"), ["bitcoin", "s", "etf", "2", "5"]);
        assert_eq!(tokens("比特幣ETF突破"), ["比特", "特币", "etf", "突破"]);
        assert_eq!(tokens("臺灣經濟"), tokens("台湾经济"));
        assert_eq!(tokens("Биткоин растёт"), ["биткоин", "растёт"]);
        assert_eq!(tokens("金 x"), ["金", "x"]);
        assert_eq!(tokens("بيتكوين يرتفع"), ["بيتكوين", "يرتفع"]);
    }

    #[test]
    fn the_script_is_told_of_the_characters_that_there_are() {
        let met = tokens("臺灣 Fähre 東京").iter().flat_map(|token| token.chars()).collect();
        let told: Vec<char> = folds(&met).chars().collect();
        let told: Vec<(char, char)> = told.chunks(2).map(|pair| (pair[0], pair[1])).collect();
        assert!(
            [('臺', '台'), ('颱', '台'), ('灣', '湾'), ('東', '东')].iter().all(|pair| told.contains(pair))
        );
        assert!(told.iter().all(|(from, to)| simplified(*from) == *to && met.contains(to)));
        assert_eq!(folds(&BTreeSet::new()), "");
    }

    #[test]
    fn a_prefix_asks_the_shard_of_its_word() {
        assert_eq!(shard_of("bitcoin"), shard_of("b"));
        assert_eq!(shard_of("比特"), shard_of("比"));
    }

    #[test]
    fn files_of_titles_fill_from_the_oldest() {
        let all: Vec<u32> = (0..1100).collect();
        assert_eq!(document_files(1100), 3);
        assert_eq!(document_rows(&all, 0), &all[600..]);
        assert_eq!(document_rows(&all, 2), &all[..100]);
    }

    proptest! {
        #[test]
        fn tokens_are_short_and_lower(text in "\\PC{0,80}") {
            for token in tokens(&text) {
                prop_assert!(!token.is_empty() && token.chars().count() <= LONGEST);
                prop_assert!(shard_of(&token) < SHARDS);
            }
        }
    }
}
