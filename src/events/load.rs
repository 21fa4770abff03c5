//! Loading: stored documents go in, in their order; the archive that grouping had with them comes out.
//!
//! Documents whose terms for the index are stored are only read, and indexed and counted together at the end: their terms
//! are sorted by shelf, some documents at once, and each of the [`SHELVES`] covers a part of the hashes whose counts fit
//! a core's cache. The first document without a choice ends that: from there on each is indexed as it comes, with the
//! rates of its time.

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
            self.archive.take_in_documents();
            self.one_by_one = true;
        }
        let features = Features::from_bytes(bytes).map_err(Refused::Features)?;
        self.archive.push(key, features, event).ok_or(Refused::Full)
    }

    /// The archive, once all documents are there; `events` are what they form.
    pub(super) fn finish(mut self, events: &[Group]) -> Archive {
        if self.one_by_one {
            self.archive.take_in_events(events);
        } else {
            self.archive.take_in(events);
        }
        self.archive
    }
}

/// A term on its way to its shelf: its bucket there, and what goes with it.
type Sent = (u32, u32);
/// Terms by shelf.
type Sorted = Vec<Vec<Sent>>;

/// Documents whose terms are sorted at once: 65 MB.
const AT_ONCE: usize = 1 << 16;
/// Documents that one core sorts at a time.
const BY_ONE: usize = 1 << 12;
/// A term in the index.
const INDEXED: u32 = 1 << 31;

/// What is counted of a bucket.
#[derive(Debug, Clone, Copy)]
struct Count {
    /// Terms of documents.
    documents: u32,
    /// Terms in the index.
    indexed: u32,
    /// Events.
    events: u32,
    /// The event counted last.
    last: u32,
}

const NOTHING: Count = Count { documents: 0, indexed: 0, events: 0, last: u32::MAX };

impl Archive {
    /// Indexes and counts all documents, and the events that they form: the same as one by one, where their terms for the
    /// index are chosen.
    fn take_in(&mut self, events: &[Group]) {
        let counts = self.counts(&in_order(events));
        self.count_documents(&counts);
        self.count_events(&counts, events);
        self.index(&counts);
    }

    /// Indexes and counts all documents without their events.
    fn take_in_documents(&mut self) {
        let order: Vec<(u32, u32)> = (0..self.docs.len() as u32).map(|doc| (doc, doc)).collect();
        let counts = self.counts(&order);
        self.count_documents(&counts);
        self.index(&counts);
    }

    /// Counts all events: the same as their members one by one.
    pub(super) fn take_in_events(&mut self, events: &[Group]) {
        let counts = self.counts(&in_order(events));
        self.count_events(&counts, events);
    }

    fn count_documents(&mut self, counts: &[Vec<Count>]) {
        for (number, counts) in counts.iter().enumerate() {
            let terms = counts.iter().map(|count| count.documents);
            self.rates.add_documents(number * PER_SHELF, terms);
        }
        self.rates.set_documents(self.docs.len() as u32);
    }

    fn count_events(&mut self, counts: &[Vec<Count>], events: &[Group]) {
        for (number, counts) in counts.iter().enumerate() {
            self.rates.add_events(number * PER_SHELF, counts.iter().map(|count| count.events));
        }
        let some = events.iter().filter(|event| !event.members.is_empty()).count();
        self.rates.set_events(some as u32);
    }

    /// Counts the terms of documents, given with their events, those of one event in a row. By shelf.
    fn counts(&self, order: &[(u32, u32)]) -> Vec<Vec<Count>> {
        let mut counts = vec![vec![NOTHING; PER_SHELF]; SHELVES];
        let mut sorted: Vec<Sorted> = Vec::new();
        for some in order.chunks(AT_ONCE) {
            sort(&mut sorted, some, |&(event, doc), to| {
                for term in self.terms_of(doc) {
                    let indexed = if term.weight > 0 { INDEXED } else { 0 };
                    send(to, *term, indexed, event);
                }
            });
            counts.par_iter_mut().enumerate().for_each(|(shelf, counts)| {
                for (at, event) in sorted.iter().filter_map(|part| part.get(shelf)).flatten() {
                    if let Some(count) = counts.get_mut((at & !INDEXED) as usize) {
                        count.documents += 1;
                        count.indexed += u32::from(at & INDEXED != 0);
                        count.events += u32::from(count.last != *event);
                        count.last = *event;
                    }
                }
            });
        }
        counts
    }

    /// Puts up the index of all documents.
    fn index(&mut self, counts: &[Vec<Count>]) {
        let sized = |counts: &Vec<Count>| Shelf::sized(counts.iter().map(|count| count.indexed));
        let mut shelves: Vec<Shelf> = counts.par_iter().map(sized).collect();
        let mut sorted: Vec<Sorted> = Vec::new();
        let documents: Vec<u32> = (0..self.docs.len() as u32).collect();
        for some in documents.chunks(AT_ONCE) {
            sort(&mut sorted, some, |&doc, to| {
                for term in self.terms_of(doc).iter().filter(|term| term.weight > 0) {
                    send(to, *term, 0, posting(doc, term.weight));
                }
            });
            shelves.par_iter_mut().enumerate().for_each(|(number, shelf)| {
                for (bucket, posting) in sorted.iter().filter_map(|part| part.get(number)).flatten() {
                    shelf.put(*bucket as usize, *posting);
                }
            });
        }
        self.postings.furnish(shelves);
    }
}

/// The documents of events with the events' numbers.
fn in_order(events: &[Group]) -> Vec<(u32, u32)> {
    (0..)
        .zip(events)
        .flat_map(|(number, event)| event.members.iter().map(move |doc| (number, *doc)))
        .collect()
}

/// Sends the terms of each of `rows` to their shelves; `sorted` keeps its room from one time to the next.
fn sort<T: Sync>(sorted: &mut Vec<Sorted>, rows: &[T], each: impl Fn(&T, &mut Sorted) + Sync) {
    sorted.resize_with(rows.len().div_ceil(BY_ONE), || vec![Vec::new(); SHELVES]);
    sorted.par_iter_mut().zip(rows.par_chunks(BY_ONE)).for_each(|(to, rows)| {
        to.iter_mut().for_each(Vec::clear);
        rows.iter().for_each(|row| each(row, to));
    });
}

fn send(to: &mut Sorted, term: Term, flag: u32, what: u32) {
    let bucket = bucket(term.id);
    if let Some(shelf) = to.get_mut(bucket / PER_SHELF) {
        shelf.push(((bucket % PER_SHELF) as u32 | flag, what));
    }
}
