//! The documents that grouping remembers: features go in, in order; term frequencies, an inverted index and the
//! features themselves come out. Everything here is a function of the documents added, so that an archive loaded
//! from stored features is the archive that was.
//!
//! Memory: six bytes a term (at most [`MAX_TERMS`](crate::events::MAX_TERMS) a document), four a posting (at most
//! [`INDEXED`] a document), about 100 a document besides, and 16 MB of fixed tables.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::events::features::{Features, Term, mark};
use crate::events::prior;

/// Buckets of term frequencies and of the index; rarer terms may share one, which only costs a little sharpness.
const BUCKETS: usize = 1 << 21;
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
/// Documents that `prior` stands for: keeps early weights sane.
const PRIOR: f32 = 300.0;
/// A document counts this much, so that a prior count can be a fraction.
const UNIT: u32 = 4;
/// Logarithms kept ready.
const LOGS: usize = 1 << 15;

/// What the archive keeps of a document besides its terms.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: Box<str>,
    pub(super) at: Option<i64>,
    pub(super) publisher: u32,
    pub(super) language: [u8; 2],
    pub(super) event: u32,
    start: u32,
    length: u16,
}

/// A document seen for comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) terms: &'a [Term],
    pub(super) at: Option<i64>,
    pub(super) publisher: u32,
    pub(super) language: [u8; 2],
}

impl Features {
    pub(super) fn view(&self) -> View<'_> {
        View { terms: &self.terms, at: self.at, publisher: self.publisher, language: self.language }
    }
}

/// Term weights from what has been seen so far, and from what is common anywhere (see `prior`).
#[derive(Debug)]
pub(super) struct Rates {
    /// By bucket: documents that hold the term, in [`UNIT`]ths.
    counts: Vec<u32>,
    /// Logarithms of small counts.
    logs: Vec<f32>,
    /// Weights of small numbers of occurrences.
    occurrences: Vec<f32>,
    total: u32,
    log_total: f32,
}

impl Rates {
    fn new() -> Self {
        let logs = (0..LOGS).map(|n| log_of(n as u32)).collect();
        let occurrences = (0..=255_u8).map(|n| 1.0 + 0.5 * f32::from(n.max(1)).ln()).collect();
        let mut counts = vec![0; BUCKETS];
        for (id, share) in prior::shares() {
            if let Some(count) = counts.get_mut(bucket(id)) {
                *count = (share * PRIOR * UNIT as f32) as u32;
            }
        }
        Self { counts, logs, occurrences, total: 0, log_total: PRIOR.ln() }
    }

    /// How rare a term is: the logarithm of the inverse of its share of documents, to the power of 1.25.
    pub(super) fn rarity(&self, id: u32) -> f32 {
        let count = self.counts.get(bucket(id)).copied().unwrap_or(0);
        let log = self.logs.get(count as usize).copied().unwrap_or_else(|| log_of(count));
        let plain = (self.log_total - log).max(0.05);
        plain * plain.sqrt().sqrt()
    }

    fn note(&mut self, terms: &[Term]) {
        for term in terms {
            if let Some(count) = self.counts.get_mut(bucket(term.id)) {
                *count = count.saturating_add(UNIT);
            }
        }
        self.total += 1;
        self.log_total = (self.total as f32 + PRIOR).ln();
    }

    /// What a number of occurrences in one document weighs: the second adds less than the first.
    pub(super) fn occurrences(&self, count: u8) -> f32 {
        self.occurrences.get(usize::from(count)).copied().unwrap_or(1.0)
    }
}

fn log_of(count: u32) -> f32 {
    (count as f32 / UNIT as f32 + 0.5).ln()
}

fn bucket(id: u32) -> usize {
    id as usize & (BUCKETS - 1)
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
    postings: Postings,
    words: HashMap<u32, Vec<(u32, Box<str>)>>,
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
            postings: Postings { heads: vec![NONE; BUCKETS], chunks: Vec::new() },
            words: HashMap::new(),
        }
    }

    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.keys.get(key).copied()
    }

    pub(super) fn view(&self, doc: u32) -> Option<View<'_>> {
        let held = self.docs.get(doc as usize)?;
        let start = held.start as usize;
        let terms = self.terms.get(start..start + usize::from(held.length))?;
        Some(View { terms, at: held.at, publisher: held.publisher, language: held.language })
    }

    /// The word of a term, from a document that came since the archive was loaded.
    pub(super) fn word(&self, doc: u32, id: u32) -> Option<&str> {
        let words = self.words.get(&doc)?;
        let at = words.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        words.get(at).map(|(_, word)| &**word)
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
        self.rates.note(&features.terms);
        self.docs.push(Held {
            key: key.into(),
            at: features.at,
            publisher: features.publisher,
            language: features.language,
            event,
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
        self.rates.occurrences(term.count) * place * self.rates.rarity(term.id)
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
