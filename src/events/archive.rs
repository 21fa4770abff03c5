//! The documents that grouping remembers: features go in, in order; term frequencies, an inverted index and the
//! features themselves come out. Everything here is a function of the documents added, so that an archive loaded
//! from stored features is the archive that was.
//!
//! Memory: six bytes a term (at most [`MAX_TERMS`](crate::events::MAX_TERMS) a document), four a posting (at most
//! [`INDEXED`] a document), about 140 a document besides, and 60 MB of fixed tables.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::events::features::{Features, Term, mark};
use crate::events::rates::{BUCKETS, Marks, Rates, bucket};
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
/// No chunk.
const NONE: u32 = u32::MAX;

/// What the archive keeps of a document besides its terms.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: Box<str>,
    pub(super) at: Option<i64>,
    pub(super) language: [u8; 2],
    pub(super) event: u32,
    when: When,
    start: u32,
    length: u16,
}

impl Held {
    /// Where its terms stand.
    fn range(&self) -> std::ops::Range<usize> {
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

/// Postings in chunks of one cache line, newest first: a chunk is the number of the one before and 15 postings.
/// A posting is a document (24 bits) and a weight (8 bits).
#[derive(Debug)]
struct Postings {
    heads: Vec<u32>,
    chunks: Vec<[u32; 16]>,
}

impl Postings {
    fn push(&mut self, bucket: usize, posting: u32) {
        let Some(head) = self.heads.get_mut(bucket) else { return };
        if let Some(chunk) = self.chunks.get_mut(*head as usize)
            && let Some(slot) = chunk.iter_mut().skip(1).find(|slot| **slot == NONE)
        {
            *slot = posting;
            return;
        }
        let mut chunk = [NONE; 16];
        chunk[0] = *head;
        chunk[1] = posting;
        *head = self.chunks.len() as u32;
        self.chunks.push(chunk);
    }

    /// The postings of a bucket, newest first.
    fn newest(&self, bucket: usize) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.heads.get(bucket).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let chunk = self.chunks.get(at as usize)?;
            at = chunk[0];
            Some(chunk.iter().skip(1).rev().copied().filter(|posting| *posting != NONE))
        })
        .flatten()
    }
}

/// A place to add scores up in, kept between searches so that none has to clear it.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

/// Keys are hashed already where they get here.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
        }
    }
}

/// The documents, in the order they came.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) docs: Vec<Held>,
    terms: Vec<Term>,
    keys: HashMap<Box<str>, u32, BuildHasherDefault<Plain>>,
    pub(super) rates: Rates,
    pub(super) senses: Senses,
    postings: Postings,
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
    /// An empty archive that keeps the vectors of the newest `window` documents.
    pub(super) fn new(window: usize) -> Self {
        Self {
            docs: Vec::new(),
            terms: Vec::new(),
            keys: HashMap::default(),
            rates: Rates::new(),
            senses: Senses::new(window),
            postings: Postings { heads: vec![NONE; BUCKETS], chunks: Vec::new() },
            words: HashMap::new(),
            dates: Vec::new(),
        }
    }

    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.keys.get(key).copied()
    }

    pub(super) fn view(&self, doc: u32) -> Option<View<'_>> {
        let held = self.docs.get(doc as usize)?;
        let terms = self.terms.get(held.range())?;
        let sense = self.senses.of(doc);
        Some(View { terms, at: held.at, language: held.language, when: &held.when, sense })
    }

    /// The word of a term, from a document that came since the archive was loaded.
    pub(super) fn word(&self, doc: u32, id: u32) -> Option<&str> {
        let words = self.words.get(&doc)?;
        let at = words.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        words.get(at).map(|(_, word)| &**word)
    }

    /// How many documents are dated at most `days` from `at`.
    pub(super) fn dated_within(&self, at: i64, days: f32) -> usize {
        let reach = (days * 86400.0).ceil() as i64;
        let first = self.dates.partition_point(|other| *other < at.saturating_sub(reach));
        self.dates.partition_point(|other| *other <= at.saturating_add(reach)) - first
    }

    /// Adds a document to event `event`. Returns its number; `None` where the archive is full.
    pub(super) fn push(&mut self, key: &str, features: Features, event: u32) -> Option<u32> {
        let doc = self.docs.len();
        if doc >= MOST || self.terms.len() + features.terms.len() >= u32::MAX as usize {
            return None;
        }
        let number = doc as u32;
        for (bucket, weight) in self.index_terms(&features) {
            self.postings.push(bucket, number | u32::from(weight) << 24);
        }
        self.rates.note_document(features.terms.iter().map(|term| term.id), number + 1);
        self.senses.push(features.sense, features.language);
        if let Some(at) = features.at {
            // Nearly always the end: documents come by date.
            let place = self.dates.partition_point(|other| *other <= at);
            self.dates.insert(place, at);
        }
        self.docs.push(Held {
            key: key.into(),
            at: features.at,
            language: features.language,
            event,
            when: features.when,
            start: self.terms.len() as u32,
            length: features.terms.len() as u16,
        });
        self.terms.extend(features.terms);
        self.keys.insert(key.into(), number);
        if !features.words.is_empty() {
            self.words.insert(number, features.words);
        }
        Some(number)
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

    /// Counts a whole event: the same as counting its members one by one.
    pub(super) fn count_event(&mut self, members: &[u32], marks: &mut Marks) {
        marks.begin();
        for &member in members {
            self.count_new(member, marks);
        }
        if !members.is_empty() {
            self.rates.count_events(true);
        }
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
        for term in self.terms.get(held.range()).unwrap_or_default() {
            if marks.first(term.id) {
                self.rates.note_in_event(term.id);
            }
        }
    }

    fn terms_of(&self, doc: u32) -> &[Term] {
        self.docs.get(doc as usize).and_then(|held| self.terms.get(held.range())).unwrap_or_default()
    }

    /// The heaviest terms with their weights in 1 to 254, words and keys apart.
    fn index_terms(&self, features: &Features) -> Vec<(usize, u8)> {
        let (mut words, mut keys) = (Vec::new(), Vec::new());
        for term in &features.terms {
            let weight = self.weight(*term);
            let list = if term.marks & (mark::ANCHOR | mark::NUMBER) == 0 { &mut words } else { &mut keys };
            list.push((weight, term.id));
        }
        let mut out = Vec::with_capacity(INDEXED);
        for (list, most) in [(&mut words, INDEXED_WORDS), (&mut keys, INDEXED_KEYS)] {
            heaviest(list, most);
            out.extend(list.iter().map(|(weight, id)| (bucket(*id), (weight * 6.0).clamp(1.0, 254.0) as u8)));
        }
        out
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
                let doc = posting & 0x00ff_ffff;
                if doc < reach.from {
                    break;
                }
                budget -= 1;
                if let Some(sum) = scratch.sums.get_mut(doc as usize) {
                    if *sum == 0.0 {
                        scratch.touched.push(doc);
                    }
                    *sum += weight * (posting >> 24) as f32;
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
            let mut archive = Archive::new(0);
            for (key, text) in [("a", "zebra okapi"), ("b", "zebra quagga"), ("c", "zebra tapir")] {
                archive.push(key, read(text), 0);
            }
            let mut marks = Marks::default();
            for members in events {
                archive.count_event(members, &mut marks);
            }
            (archive, marks)
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
            assert_eq!(archive.rates.of_events(), whole.rates.of_events());
        }
    }
}
