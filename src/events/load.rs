//! Loading: stored documents go in, in their order; the archive that grouping had with them comes out.
//!
//! Documents whose terms for the index are stored are only read, and indexed and counted together at the end: each of the
//! [`SHELVES`] covers a part of the hashes that fits a core's cache, and all are worked at side by side. The first document
//! without a choice ends that: from there on each is indexed as it comes, with the rates of its time.

use rayon::prelude::*;

use crate::events::archive::{Archive, MOST};
use crate::events::features::{Features, Term};
use crate::events::frozen::{self, FeaturesError};
use crate::events::grouper::Group;
use crate::events::postings::{PER_SHELF, SHELVES, Shelf, posting};
use crate::events::rates::bucket;

/// Why a document cannot be taken up.
#[derive(Debug)]
pub(super) enum Refused {
    Features(FeaturesError),
    Full,
}

/// An archive in the making.
#[derive(Debug)]
pub(super) struct Loader {
    archive: Archive,
    /// True once documents are indexed as they come.
    one_by_one: bool,
}

impl Loader {
    /// An empty one; about so many documents will come.
    pub(super) fn new(documents: usize) -> Self {
        let mut archive = Archive::new();
        archive.reserve(documents.min(MOST));
        Self { archive, one_by_one: false }
    }

    /// Takes up the next document, of event `event`. Returns its number.
    pub(super) fn push(&mut self, key: &str, bytes: &[u8], event: u32) -> Result<u32, Refused> {
        if !self.one_by_one {
            let start = self.archive.terms.len();
            let head = frozen::read(bytes, &mut self.archive.terms).map_err(Refused::Features)?;
            if frozen::is_weighed(self.archive.terms.get(start..).unwrap_or_default()) {
                return self.archive.hold(key, head, event, start).ok_or(Refused::Full);
            }
            self.archive.terms.truncate(start);
            self.archive.index_together();
            self.one_by_one = true;
        }
        let features = Features::from_bytes(bytes).map_err(Refused::Features)?;
        self.archive.push(key, features, event).ok_or(Refused::Full)
    }

    /// The archive, once all documents are there; `events` are what they form.
    pub(super) fn finish(mut self, events: &[Group]) -> Archive {
        if !self.one_by_one {
            self.archive.index_together();
        }
        self.archive.count_together(events);
        self.archive
    }
}

/// Where the terms of each shelf begin in a document's terms: a document has fewer than 256.
type Cuts = [u8; SHELVES];

/// Which of a document's terms belong to a shelf.
fn of_shelf<'a>(terms: &'a [Term], cuts: &Cuts, shelf: usize) -> &'a [Term] {
    let from = cuts.get(shelf).copied().map_or(0, usize::from);
    let to = cuts.get(shelf + 1).copied().map_or(terms.len(), usize::from);
    terms.get(from..to).unwrap_or_default()
}

fn cuts(terms: &[Term]) -> Cuts {
    let mut cuts = [0_u8; SHELVES];
    // Counted one further on, and summed up.
    for term in terms {
        if let Some(count) = cuts.get_mut(bucket(term.id) / PER_SHELF + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for cut in &mut cuts {
        sum += *cut;
        *cut = sum;
    }
    cuts
}

impl Archive {
    fn cuts(&self) -> Vec<Cuts> {
        self.docs.par_iter().with_min_len(1024).map(|held| cuts(self.terms_held(held))).collect()
    }

    /// Indexes and counts all documents: the same as one by one, where their terms for the index are chosen.
    fn index_together(&mut self) {
        let cuts = self.cuts();
        let parts: Vec<(Vec<u32>, Shelf)> =
            (0..SHELVES).into_par_iter().map(|shelf| self.shelf(shelf, &cuts)).collect();
        let mut shelves = Vec::with_capacity(SHELVES);
        for (number, (counts, shelf)) in parts.into_iter().enumerate() {
            self.rates.add_documents(number * PER_SHELF, &counts);
            shelves.push(shelf);
        }
        self.rates.set_documents(self.docs.len() as u32);
        self.postings.furnish(shelves);
    }

    /// How many terms fall into each bucket of a shelf, and its postings.
    fn shelf(&self, shelf: usize, cuts: &[Cuts]) -> (Vec<u32>, Shelf) {
        let (mut counts, mut indexed) = (vec![0_u32; PER_SHELF], vec![0_u32; PER_SHELF]);
        let documents =
            || self.docs.iter().zip(cuts).map(|(held, cuts)| of_shelf(self.terms_held(held), cuts, shelf));
        for term in documents().flatten() {
            let at = bucket(term.id) % PER_SHELF;
            if let (Some(count), Some(indexed)) = (counts.get_mut(at), indexed.get_mut(at)) {
                *count += 1;
                *indexed += u32::from(term.weight > 0);
            }
        }
        let mut made = Shelf::sized(&indexed);
        for (doc, terms) in documents().enumerate() {
            for term in terms.iter().filter(|term| term.weight > 0) {
                made.put(bucket(term.id) % PER_SHELF, posting(doc as u32, term.weight));
            }
        }
        (counts, made)
    }

    /// Counts all events: the same as their members one by one.
    pub(super) fn count_together(&mut self, events: &[Group]) {
        let cuts = self.cuts();
        let parts: Vec<Vec<u32>> =
            (0..SHELVES).into_par_iter().map(|shelf| self.holding(shelf, &cuts, events)).collect();
        for (number, holding) in parts.into_iter().enumerate() {
            self.rates.add_events(number * PER_SHELF, &holding);
        }
        let some = events.iter().filter(|event| !event.members.is_empty()).count();
        self.rates.set_events(some as u32);
    }

    /// How many events hold each bucket of a shelf.
    fn holding(&self, shelf: usize, cuts: &[Cuts], events: &[Group]) -> Vec<u32> {
        let (mut counts, mut last) = (vec![0_u32; PER_SHELF], vec![u32::MAX; PER_SHELF]);
        for (event, group) in (0_u32..).zip(events) {
            for &doc in &group.members {
                let (Some(held), Some(cuts)) = (self.docs.get(doc as usize), cuts.get(doc as usize)) else {
                    continue;
                };
                for term in of_shelf(self.terms_held(held), cuts, shelf) {
                    let at = bucket(term.id) % PER_SHELF;
                    if let (Some(count), Some(last)) = (counts.get_mut(at), last.get_mut(at)) {
                        *count += u32::from(*last != event);
                        *last = event;
                    }
                }
            }
        }
        counts
    }
}
