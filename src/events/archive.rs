//! The documents that grouping remembers: features go in, in order; term frequencies, an inverted index and the
//! features themselves come out. Everything here is a function of the documents added, so that an archive loaded
//! from stored features is the archive that was.
//!
//! Memory: eight bytes a term (at most [`MAX_TERMS`] a document), four a posting (at most [`INDEXED`] a document), about
//! 160 a document besides, and 60 MB of fixed tables.

use std::collections::HashMap;
use std::ops::Range;

use crate::events::features::{Features, MAX_TERMS, Term, mark};
use crate::events::frozen::{Head, is_weighed};
use crate::events::keys::{ByKey, Key, hash_of};
use crate::events::postings::{Postings, parts, posting};
use crate::events::rates::{Marks, Rates, bucket};
use crate::events::senses::Senses;
use crate::events::when::When;
use crate::model::vector::Sense;

/// Words of a document that the index holds: the heaviest at the time it came.
const INDEXED_WORDS: usize = 40;
/// Anchors and numbers of a document that the index holds.
const INDEXED_KEYS: usize = 32;
/// Postings a document can have.
pub(super) const INDEXED: usize = INDEXED_WORDS + INDEXED_KEYS;
/// The most documents: a posting keeps 24 bits for the document.
pub(super) const MOST: usize = 1 << 24;

/// Documents whose terms stand in one array.
pub(super) const TOGETHER: usize = 1024;

/// What the archive keeps of a document besides its terms.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: Box<str>,
    pub(super) at: Option<i64>,
    pub(super) language: [u8; 2],
    pub(super) event: u32,
    /// True where it was in another event before.
    pub(super) moved: bool,
    when: When,
    start: u32,
    length: u16,
}

impl Held {
    /// Where its terms stand among those of its neighbours.
    fn range(&self) -> Range<usize> {
        let start = self.start as usize;
        start..start + usize::from(self.length)
    }
}

/// A document seen for comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) terms: &'a [Term],
    pub(super) at: Option<i64>,
    pub(super) language: [u8; 2],
    pub(super) when: &'a When,
    pub(super) sense: Option<&'a Sense>,
}

impl View<'_> {
    /// How short it is: 1 for an empty document, towards 0 for a long one.
    pub(super) fn shortness(&self) -> f32 {
        let told = self.terms.iter().filter(|term| term.marks & mark::ANCHOR == 0).count();
        20.0 / (20.0 + told as f32)
    }
}

impl Features {
    pub(super) fn view(&self) -> View<'_> {
        View {
            terms: &self.terms,
            at: self.at,
            language: self.language,
            when: &self.when,
            sense: self.sense.as_ref(),
        }
    }
}

/// A place to add scores up in, kept between searches so that none has to clear it.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

/// The documents, in the order they came. The default one has no tables and can hold nothing.
#[derive(Debug, Default)]
pub(super) struct Archive {
    pub(super) docs: Vec<Held>,
    /// The terms of [`TOGETHER`] documents in a row, one array for all of them.
    terms: Vec<Vec<Term>>,
    /// Documents by the hashes of their keys, or by the next free number.
    keys: HashMap<u64, u32, ByKey>,
    pub(super) rates: Rates,
    pub(super) senses: Senses,
    pub(super) postings: Postings,
    words: HashMap<u32, Vec<(u32, Box<str>)>>,
    /// The dates of all documents, earliest first.
    dates: Vec<i64>,
}

/// How wide a search for candidates looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    /// No document before this one.
    pub(super) from: u32,
    /// Postings of one term that are read, the newest.
    pub(super) per_term: usize,
    /// Postings that are read altogether.
    pub(super) budget: usize,
    /// Candidates given back.
    pub(super) keep: usize,
}

impl Archive {
    pub(super) fn new() -> Self {
        Self {
            docs: Vec::new(),
            terms: Vec::new(),
            keys: HashMap::default(),
            rates: Rates::new(),
            postings: Postings::new(),
            senses: Senses::default(),
            words: HashMap::new(),
            dates: Vec::new(),
        }
    }

    /// An empty one that keeps the embeddings of the newest `window` documents.
    pub(super) fn keeping(window: usize) -> Self {
        Self { senses: Senses::new(0, window), ..Self::new() }
    }

    /// Takes up the embeddings that the newest `window` documents were added with.
    pub(super) fn recall(&mut self, window: usize, mut sense: impl FnMut(&str) -> Option<Sense>) {
        let first = self.docs.len().saturating_sub(window);
        let mut senses = Senses::new(first, window);
        for held in self.docs.iter().skip(first) {
            senses.push(sense(&held.key), held.language);
        }
        self.senses = senses;
    }

    /// Makes room for so many documents more.
    pub(super) fn reserve(&mut self, documents: usize) {
        self.docs.reserve(documents);
        self.keys.reserve(documents);
    }

    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.place(hash_of(key), key).1
    }

    /// Where the table has a key of that hash, or would take it, and its document.
    fn place(&self, hash: u64, key: &str) -> (u64, Option<u32>) {
        let mut at = hash;
        while let Some(&doc) = self.keys.get(&at) {
            if self.docs.get(doc as usize).is_some_and(|held| &*held.key == key) {
                return (at, Some(doc));
            }
            at = at.wrapping_add(1);
        }
        (at, None)
    }

    pub(super) fn view(&self, doc: u32) -> Option<View<'_>> {
        let held = self.docs.get(doc as usize)?;
        let terms = self.terms.get(doc as usize / TOGETHER)?.get(held.range())?;
        let sense = self.senses.of(doc);
        Some(View { terms, at: held.at, language: held.language, when: &held.when, sense })
    }

    /// The word of a term, from a document that came since the archive was loaded.
    pub(super) fn word(&self, doc: u32, id: u32) -> Option<&str> {
        let words = self.words.get(&doc)?;
        let at = words.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        words.get(at).map(|(_, word)| &**word)
    }

    /// How many documents have a date.
    pub(super) fn dated(&self) -> usize {
        self.dates.len()
    }

    /// How many documents are dated at most `days` from `at`.
    pub(super) fn dated_within(&self, at: i64, days: f32) -> usize {
        let reach = (days * 86400.0).ceil() as i64;
        let first = self.dates.partition_point(|other| *other < at.saturating_sub(reach));
        self.dates.partition_point(|other| *other <= at.saturating_add(reach)) - first
    }

    /// Orders the dates of all documents that are held.
    pub(super) fn order_dates(&mut self) {
        self.dates = self.docs.iter().filter_map(|held| held.at).collect();
        self.dates.sort_unstable();
    }

    /// Adds a document to event `event`. Returns its number; `None` where the archive is full.
    pub(super) fn push(&mut self, key: &str, features: Features, event: u32) -> Option<u32> {
        let Features { at: date, language, when, mut terms, words, sense } = features;
        if !is_weighed(&terms) {
            self.weigh(&mut terms);
        }
        let at = self.docs.len() / TOGETHER;
        if self.terms.len() <= at {
            self.terms.push(Vec::new());
        }
        let start = self.terms.get(at)?.len();
        let doc =
            self.hold(key.into(), Head { at: date, language, when }, event, start..start + terms.len())?;
        for term in terms.iter().filter(|term| term.weight > 0) {
            self.postings.push(bucket(term.id), posting(doc, term.weight));
        }
        self.rates.note_document(terms.iter().map(|term| term.id), doc + 1);
        self.senses.push(sense, language);
        if let Some(date) = date {
            // Nearly always the end: documents come by date.
            let place = self.dates.partition_point(|other| *other <= date);
            self.dates.insert(place, date);
        }
        self.terms.get_mut(at)?.extend(terms);
        if !words.is_empty() {
            self.words.insert(doc, words);
        }
        Some(doc)
    }

    /// Holds a document, neither indexed nor counted nor dated; its terms stand in `range` of the array of its neighbours.
    /// Returns its number; `None` where the archive is full.
    pub(super) fn hold(&mut self, key: Key, head: Head, event: u32, range: Range<usize>) -> Option<u32> {
        let doc = self.docs.len();
        if doc >= MOST || range.len() > MAX_TERMS {
            return None;
        }
        let Head { at, language, when } = head;
        let (place, _) = self.place(key.hash, &key.text);
        self.keys.insert(place, doc as u32);
        let (start, length) = (range.start as u32, range.len() as u16);
        self.docs.push(Held { key: key.text, at, language, event, moved: false, when, start, length });
        Some(doc as u32)
    }

    /// The terms of the next [`TOGETHER`] documents, or of the last ones.
    pub(super) fn take_terms(&mut self, terms: Vec<Term>) {
        self.terms.push(terms);
    }

    /// Counts an event's new member `doc` in the frequencies by events: what no other of `members` told is new.
    pub(super) fn count_member(&mut self, doc: u32, members: &[u32], marks: &mut Marks) {
        if members.iter().all(|member| *member == doc) {
            self.rates.count_events(true);
        }
        marks.begin();
        for &member in members.iter().filter(|member| **member != doc) {
            for term in self.terms_of(member) {
                marks.first(term.id);
            }
        }
        self.count_new(doc, marks);
    }

    /// Counts that two events are one from now on: what both told was counted twice.
    pub(super) fn count_merge(&mut self, gone: &[u32], stays: &[u32], marks: &mut Marks) {
        for id in self.told_by_both(gone, stays, marks) {
            self.rates.forget_in_event(id);
        }
        self.rates.count_events(false);
    }

    /// Counts that an event is two from now on: what both tell counts twice.
    pub(super) fn count_parting(&mut self, leaves: &[u32], stays: &[u32], marks: &mut Marks) {
        for id in self.told_by_both(leaves, stays, marks) {
            self.rates.note_in_event(id);
        }
        self.rates.count_events(true);
    }

    fn told_by_both(&self, first: &[u32], second: &[u32], marks: &mut Marks) -> Vec<u32> {
        let mut told: Vec<u32> = Vec::new();
        marks.begin();
        for &member in first {
            told.extend(self.terms_of(member).iter().map(|term| term.id).filter(|id| marks.first(*id)));
        }
        marks.begin();
        for &member in second {
            for term in self.terms_of(member) {
                marks.first(term.id);
            }
        }
        told.retain(|id| !marks.first(*id));
        told
    }

    /// Counts what `doc` tells and nothing marked told.
    fn count_new(&mut self, doc: u32, marks: &mut Marks) {
        let Some(held) = self.docs.get(doc as usize) else { return };
        let Some(terms) = self.terms.get(doc as usize / TOGETHER).and_then(|terms| terms.get(held.range()))
        else {
            return;
        };
        for term in terms {
            if marks.first(term.id) {
                self.rates.note_in_event(term.id);
            }
        }
    }

    pub(super) fn terms_of(&self, doc: u32) -> &[Term] {
        self.view(doc).map(|view| view.terms).unwrap_or_default()
    }

    /// Chooses a new document's terms for the index, the heaviest now, words and keys apart: they get their weights in
    /// 1 to 254.
    fn weigh(&self, terms: &mut [Term]) {
        let (mut words, mut keys) = (Vec::new(), Vec::new());
        for (at, term) in (0..).zip(terms.iter()) {
            let list = if term.marks & (mark::ANCHOR | mark::NUMBER) == 0 { &mut words } else { &mut keys };
            list.push((self.weight(*term), at));
        }
        for (list, most) in [(&mut words, INDEXED_WORDS), (&mut keys, INDEXED_KEYS)] {
            heaviest(list, most);
            for (weight, at) in list {
                if let Some(term) = terms.get_mut(*at as usize) {
                    term.weight = (*weight * 6.0).clamp(1.0, 254.0) as u8;
                }
            }
        }
    }

    fn weight(&self, term: Term) -> f32 {
        let place = if term.marks & (mark::TITLE | mark::SYMBOL) == 0 { 1.0 } else { 2.0 };
        let rarity = self.rates.rarity_in_documents(term.id);
        self.rates.occurrences(term.count) * place * rarity * rarity.sqrt().sqrt()
    }

    /// Documents that share heavy terms with `probe`, best first, by the index alone.
    pub(super) fn candidates(&self, probe: View<'_>, reach: Reach, scratch: &mut Scratch) -> Vec<u32> {
        scratch.sums.resize(self.docs.len(), 0.0);
        let mut terms: Vec<(f32, u32)> = probe.terms.iter().map(|t| (self.weight(*t), t.id)).collect();
        heaviest(&mut terms, INDEXED * 2);
        let mut budget = reach.budget;
        for (weight, id) in terms {
            // Each term is worth its weight in both documents; the posting holds the other one's.
            for posting in self.postings.newest(bucket(id)).take(reach.per_term.min(budget)) {
                let (doc, theirs) = parts(posting);
                if doc < reach.from {
                    break;
                }
                budget -= 1;
                if let Some(sum) = scratch.sums.get_mut(doc as usize) {
                    if *sum == 0.0 {
                        scratch.touched.push(doc);
                    }
                    *sum += weight * theirs;
                }
            }
            if budget == 0 {
                break;
            }
        }
        let mut found: Vec<(f32, u32)> = scratch
            .touched
            .drain(..)
            .filter_map(|doc| scratch.sums.get_mut(doc as usize).map(|sum| (std::mem::take(sum), doc)))
            .map(|(sum, doc)| {
                let length = self.docs.get(doc as usize).map_or(1, |held| held.length);
                (sum / (20.0 + f32::from(length)).sqrt(), doc)
            })
            .collect();
        heaviest(&mut found, reach.keep);
        found.into_iter().map(|(_, doc)| doc).collect()
    }
}

/// Keeps the `most` heaviest, heaviest first; ties go to the greater number, so that the order never depends on how
/// the list was made.
fn heaviest(list: &mut Vec<(f32, u32)>, most: usize) {
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
    if list.len() > most && most > 0 {
        list.select_nth_unstable_by(most - 1, order);
        list.truncate(most);
    }
    list.sort_unstable_by(order);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::features::Document;

    #[test]
    fn rarity_counts_events_however_they_came_about() {
        let read = |text: &str| Features::of(&Document { text, language: Some("en"), ..Document::default() });
        let build = |events: &[&[u32]]| {
            let mut archive = Archive::new();
            for (key, text) in [("a", "zebra okapi"), ("b", "zebra quagga"), ("c", "zebra tapir")] {
                archive.push(key, read(text), 0);
            }
            archive.take_in_events(events);
            (archive, Marks::default())
        };
        let zebra = read("zebra").terms[0].id;
        let (apart, _) = build(&[&[0], &[1], &[2]]);
        let (whole, _) = build(&[&[0, 1, 2]]);
        // One event of three reports makes its words no more common than one report does.
        assert!(whole.rates.rarity(zebra) > apart.rates.rarity(zebra));
        // Counted member by member, or merged from two events, it is the same.
        let (mut grown, mut marks) = build(&[]);
        for members in [&[0][..], &[0, 1], &[0, 1, 2]] {
            grown.count_member(members[members.len() - 1], members, &mut marks);
        }
        let (mut merged, mut marks) = build(&[&[0], &[1, 2]]);
        merged.count_merge(&[1, 2], &[0], &mut marks);
        for archive in [grown, merged] {
            assert!(archive.rates.of_events() == whole.rates.of_events());
        }
    }
}
