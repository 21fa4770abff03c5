//! How rare terms are: documents and events as they come go in, the rarity of each term comes out.
//!
//! Two frequencies are kept of a term: by documents, for the index, and by events, for likeness. A story of three hundred
//! headlines must not make its own names common.

use crate::events::prior;

/// Buckets of term frequencies and of the index; rarer terms may share one, which only costs a little sharpness.
pub(super) const BUCKETS: usize = 1 << 21;
/// Documents, and events, that `prior` stands for: keeps early weights sane.
const PRIOR: f32 = 300.0;
/// A document counts this much, so that a prior count can be a fraction.
const UNIT: u32 = 4;
/// Logarithms kept ready.
const LOGS: usize = 1 << 15;

/// How often terms were seen, by documents or by events, on top of what is common anywhere (see `prior`).
#[derive(Debug, Default)]
struct Frequencies {
    /// By bucket: how many hold the term, in [`UNIT`]ths.
    counts: Vec<u32>,
    /// The logarithms of the counts: rarity is asked for far more often than counts change.
    logs: Vec<f32>,
    total: u32,
    log_total: f32,
}

impl Frequencies {
    fn new() -> Self {
        // Nearly all counts are 0 at first: two million logarithms would cost more than a small run.
        let (mut counts, mut logs) = (vec![0; BUCKETS], vec![log_of(0); BUCKETS]);
        for (id, share) in prior::shares() {
            if let (Some(count), Some(log)) = (counts.get_mut(bucket(id)), logs.get_mut(bucket(id))) {
                // Of terms that share a bucket the commonest counts, in whatever order they come.
                *count = (*count).max((share * PRIOR * UNIT as f32) as u32);
                *log = log_of(*count);
            }
        }
        Self { counts, logs, total: 0, log_total: PRIOR.ln() }
    }

    fn note(&mut self, id: u32, known: &[f32]) {
        self.change(id, known, |count| count.saturating_add(UNIT));
    }

    fn forget(&mut self, id: u32, known: &[f32]) {
        self.change(id, known, |count| count.saturating_sub(UNIT));
    }

    /// `known` are the logarithms of small counts.
    fn change(&mut self, id: u32, known: &[f32], how: impl Fn(u32) -> u32) {
        let at = bucket(id);
        if let (Some(count), Some(log)) = (self.counts.get_mut(at), self.logs.get_mut(at)) {
            *count = how(*count);
            *log = known.get(*count as usize).copied().unwrap_or_else(|| log_of(*count));
        }
    }

    /// Adds `more` documents or events to each bucket from `first` on: the same as noting them one by one.
    fn add(&mut self, first: usize, more: impl Iterator<Item = u32>, known: &[f32]) {
        let (counts, logs) = (self.counts.iter_mut().skip(first), self.logs.iter_mut().skip(first));
        for ((count, log), more) in counts.zip(logs).zip(more).filter(|(_, more)| *more > 0) {
            *count = count.saturating_add(UNIT.saturating_mul(more));
            *log = known.get(*count as usize).copied().unwrap_or_else(|| log_of(*count));
        }
    }

    fn rarity(&self, id: u32) -> f32 {
        (self.log_total - self.logs.get(bucket(id)).copied().unwrap_or(0.0)).max(0.05)
    }

    fn set_total(&mut self, total: u32) {
        self.total = total;
        self.log_total = (total as f32 + PRIOR).ln();
    }
}

/// Term weights from what has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Rates {
    documents: Frequencies,
    events: Frequencies,
    /// Logarithms of small counts.
    logs: Vec<f32>,
    /// Weights of small numbers of occurrences.
    occurrences: Vec<f32>,
}

impl Rates {
    pub(super) fn new() -> Self {
        let logs = (0..LOGS).map(|n| log_of(n as u32)).collect();
        let occurrences = (0..=255_u8).map(|n| 1.0 + 0.25 * f32::from(n.max(1)).ln()).collect();
        Self { documents: Frequencies::new(), events: Frequencies::new(), logs, occurrences }
    }

    /// Counts a document that holds `ids`, of which there are `total` now.
    pub(super) fn note_document(&mut self, ids: impl Iterator<Item = u32>, total: u32) {
        for id in ids {
            self.documents.note(id, &self.logs);
        }
        self.documents.set_total(total);
    }

    /// Counts many documents at once: how many terms of theirs fall into each bucket from `first` on.
    pub(super) fn add_documents(&mut self, first: usize, terms: impl Iterator<Item = u32>) {
        self.documents.add(first, terms, &self.logs);
    }

    /// How many documents there are.
    pub(super) fn set_documents(&mut self, total: u32) {
        self.documents.set_total(total);
    }

    /// Counts many events at once: how many hold each bucket from `first` on.
    pub(super) fn add_events(&mut self, first: usize, holding: impl Iterator<Item = u32>) {
        self.events.add(first, holding, &self.logs);
    }

    /// How many events there are.
    pub(super) fn set_events(&mut self, total: u32) {
        self.events.set_total(total);
    }

    /// Counts one more event that holds a term.
    pub(super) fn note_in_event(&mut self, id: u32) {
        self.events.note(id, &self.logs);
    }

    /// Counts one event less that holds a term.
    pub(super) fn forget_in_event(&mut self, id: u32) {
        self.events.forget(id, &self.logs);
    }

    /// Counts one more event, or one less.
    pub(super) fn count_events(&mut self, more: bool) {
        let total = self.events.total;
        self.events.set_total(if more { total + 1 } else { total.saturating_sub(1) });
    }

    /// How rare a term is among documents.
    pub(super) fn rarity_in_documents(&self, id: u32) -> f32 {
        self.documents.rarity(id)
    }

    /// How rare a term is: the logarithm of the inverse of its share of events.
    pub(super) fn rarity(&self, id: u32) -> f32 {
        self.events.rarity(id)
    }

    /// A rarity as a share of what a term of one event in all has: about 0 to 1.
    pub(super) fn relative(&self, rarity: f32) -> f32 {
        rarity / self.events.log_total
    }

    /// What a number of occurrences in one document weighs: the second adds less than the first.
    pub(super) fn occurrences(&self, count: u8) -> f32 {
        self.occurrences.get(usize::from(count)).copied().unwrap_or(1.0)
    }
}

fn log_of(count: u32) -> f32 {
    (count as f32 / UNIT as f32 + 0.5).ln()
}

/// The place of a term in the tables: the upper bits of its hash, so that terms in order are buckets in order.
pub(super) fn bucket(id: u32) -> usize {
    (id >> (u32::BITS - BUCKETS.ilog2())) as usize
}

/// A set of terms' buckets that is emptied at once.
#[derive(Debug, Default)]
pub(super) struct Marks {
    stamps: Vec<u32>,
    stamp: u32,
}

impl Marks {
    /// Empties the set.
    pub(super) fn begin(&mut self) {
        self.stamps.resize(BUCKETS, 0);
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.stamps.fill(0);
            self.stamp = 1;
        }
    }

    /// Puts a term in; true where it was not there.
    pub(super) fn first(&mut self, id: u32) -> bool {
        match self.stamps.get_mut(bucket(id)) {
            Some(stamp) => std::mem::replace(stamp, self.stamp) != self.stamp,
            None => false,
        }
    }

    /// True where a term is in.
    pub(super) fn holds(&self, id: u32) -> bool {
        self.stamps.get(bucket(id)) == Some(&self.stamp)
    }
}

#[cfg(test)]
impl Rates {
    /// What is known of events: counts by bucket, and how many there are.
    pub(super) fn of_events(&self) -> (&[u32], u32) {
        (&self.events.counts, self.events.total)
    }

    /// What is known of documents: counts by bucket, and how many there are.
    pub(super) fn of_documents(&self) -> (&[u32], u32) {
        (&self.documents.counts, self.documents.total)
    }
}
