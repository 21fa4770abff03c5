//! Loading: stored documents go in, in their order; the archive that grouping had with them comes out.
//!
//! Documents whose terms for the index are stored are only read, on all cores, while those before take their places; they
//! are indexed and counted together at the end: their terms are sorted by shelf, some documents at once, and each of the
//! [`SHELVES`] covers a part of the hashes whose counts fit a core's cache. The first document without a choice ends that: from
//! there on each is indexed as it comes, with the rates of its time.

use rayon::prelude::*;

use crate::events::archive::{Archive, MOST, TOGETHER};
use crate::events::features::{Features, MAX_TERMS, Term};
use crate::events::frozen::{self, FeaturesError, Head};
use crate::events::grouper::ResumeError;
use crate::events::groups::Groups;
use crate::events::keys::Key;
use crate::events::postings::{PER_SHELF, SHELVES, Shelf, posting};
use crate::events::rates::bucket;

/// Documents that are read side by side: a multiple of [`TOGETHER`].
const READ: usize = if cfg!(test) { 2 } else { 16 } * TOGETHER;

/// A document as it is stored.
#[derive(Debug, Clone, Copy)]
struct Stored<'a> {
    key: &'a str,
    bytes: &'a [u8],
    /// The founder of its event.
    event: &'a str,
}

/// An archive in the making.
#[derive(Debug)]
pub(super) struct Loader<'a> {
    archive: Archive,
    groups: Groups,
    waiting: Vec<Stored<'a>>,
    /// Read, and not yet in their places.
    parts: Vec<Part<'a>>,
    /// True once documents are indexed as they come.
    one_by_one: bool,
}

impl<'a> Loader<'a> {
    /// Fills an empty archive; about so many documents will come.
    pub(super) fn new(mut archive: Archive, documents: usize) -> Self {
        archive.reserve(documents.min(MOST));
        let waiting = Vec::with_capacity(READ);
        Self { archive, groups: Groups::default(), waiting, parts: Vec::new(), one_by_one: false }
    }

    /// Takes the next document, of the event with that founder. What is wrong with one may be told when a later one comes.
    pub(super) fn push(&mut self, key: &'a str, bytes: &'a [u8], event: &'a str) -> Result<(), ResumeError> {
        let stored = Stored { key, bytes, event };
        if self.one_by_one {
            return self.add(stored);
        }
        self.waiting.push(stored);
        if self.waiting.len() >= READ { self.read() } else { Ok(()) }
    }

    /// The archive and the events, once all documents are there.
    pub(super) fn finish(mut self) -> Result<(Archive, Groups), ResumeError> {
        self.read()?;
        // The second time for what was read the first time.
        self.read()?;
        let events: Vec<&[u32]> = self.groups.living().map(|group| group.members.as_slice()).collect();
        if self.one_by_one {
            self.archive.take_in_events(&events);
        } else {
            self.archive.take_in(&events);
        }
        Ok((self.archive, self.groups))
    }

    /// Reads what waits, while what was read before takes its places.
    fn read(&mut self) -> Result<(), ResumeError> {
        let waiting = std::mem::replace(&mut self.waiting, Vec::with_capacity(READ));
        let parts = std::mem::take(&mut self.parts);
        let (read, left) = rayon::join(
            || waiting.par_chunks(TOGETHER).map(Part::read).collect::<Vec<_>>(),
            || take_places(&mut self.archive, &mut self.groups, parts),
        );
        self.parts = read;
        let left = left?;
        if left.is_empty() {
            return Ok(());
        }
        // What was read beside is added one by one, too.
        self.parts.clear();
        self.archive.take_in_documents();
        self.one_by_one = true;
        left.into_iter().chain(waiting).try_for_each(|row| self.add(row))
    }

    /// Indexes a document with the rates of its time.
    fn add(&mut self, row: Stored<'_>) -> Result<(), ResumeError> {
        let features = Features::from_bytes(row.bytes)
            .map_err(|cause| ResumeError::Features { key: row.key.to_owned(), cause })?;
        let group = self.groups.of(row.event);
        let doc = self.archive.push(row.key, features, group).ok_or(ResumeError::Full)?;
        self.groups.join(group, doc);
        Ok(())
    }
}

/// Documents take their places in the archive and in their events. Returns the first whose terms for the index are not
/// chosen, and all after it.
fn take_places<'a>(
    archive: &mut Archive,
    groups: &mut Groups,
    parts: Vec<Part<'a>>,
) -> Result<Vec<Stored<'a>>, ResumeError> {
    let mut parts = parts.into_iter();
    while let Some(part) = parts.next() {
        let (mut start, mut rows) = (0, part.rows.into_iter());
        for ((key, head, end), row) in part.documents.into_iter().zip(&mut rows) {
            let group = groups.of(row.event);
            let doc = archive.hold(key, head, group, start..end).ok_or(ResumeError::Full)?;
            groups.join(group, doc);
            start = end;
        }
        archive.take_terms(part.terms);
        match part.stop {
            None => {}
            Some(Stop::Fault(cause)) => {
                let key = rows.next().map(|row| row.key.to_owned()).unwrap_or_default();
                return Err(ResumeError::Features { key, cause });
            }
            Some(Stop::NotWeighed) => return Ok(rows.chain(parts.flat_map(|part| part.rows)).collect()),
        }
    }
    Ok(Vec::new())
}

/// Some documents in a row; those before the stop are read, each with where its terms end.
#[derive(Debug)]
struct Part<'a> {
    rows: Vec<Stored<'a>>,
    documents: Vec<(Key, Head, usize)>,
    terms: Vec<Term>,
    stop: Option<Stop>,
}

/// Why not all were read.
#[derive(Debug)]
enum Stop {
    Fault(FeaturesError),
    /// A document's terms for the index are not chosen.
    NotWeighed,
}

impl<'a> Part<'a> {
    fn read(rows: &[Stored<'a>]) -> Self {
        let mut part = Self {
            rows: rows.to_vec(),
            documents: Vec::with_capacity(rows.len()),
            terms: Vec::with_capacity(rows.iter().map(|row| frozen::terms_in(row.bytes)).sum()),
            stop: None,
        };
        for row in rows {
            let start = part.terms.len();
            match frozen::read(row.bytes, &mut part.terms) {
                Err(cause) => part.stop = Some(Stop::Fault(cause)),
                Ok(head) if frozen::is_weighed(part.terms.get(start..).unwrap_or_default()) => {
                    part.documents.push((row.key.into(), head, part.terms.len()));
                    continue;
                }
                Ok(_) => part.stop = Some(Stop::NotWeighed),
            }
            part.terms.truncate(start);
            break;
        }
        part
    }
}

/// What is sent to shelves, of documents that are sorted side by side.
type Sorted<T> = Vec<Vec<Vec<T>>>;

/// Documents whose terms are sorted at once: at most 59 MB.
const AT_ONCE: usize = 1 << 16;
/// Documents that one core sorts at a time.
const BY_ONE: usize = 1 << 13;
/// What is sent to be counted: the bucket of a shelf, whether the term is in the index, and above [`EVENT`] bits the event,
/// counted from the first of those that are sorted at once. It is what takes most of the time of loading, so it is small.
const IN_INDEX: u32 = 1 << 15;
const EVENT: u32 = 16;
const _: () = assert!(PER_SHELF <= IN_INDEX as usize && AT_ONCE <= 1 << (u32::BITS - EVENT));

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
    /// Indexes and counts all documents, and the events that they form, given by their members: the same as one by one,
    /// where their terms for the index are chosen.
    fn take_in(&mut self, events: &[&[u32]]) {
        let counts = self.counts(&in_order(events));
        self.count_documents(&counts);
        self.count_events(&counts, events.len());
        self.index(&counts);
    }

    /// Indexes and counts all documents without their events.
    fn take_in_documents(&mut self) {
        let order: Vec<(u32, u32)> = (0..self.docs.len() as u32).map(|doc| (doc, doc)).collect();
        let counts = self.counts(&order);
        self.count_documents(&counts);
        self.index(&counts);
    }

    /// Counts all events, given by their members: the same as those one by one.
    pub(super) fn take_in_events(&mut self, events: &[&[u32]]) {
        let counts = self.counts(&in_order(events));
        self.count_events(&counts, events.len());
    }

    fn count_documents(&mut self, counts: &[Vec<Count>]) {
        for (number, counts) in counts.iter().enumerate() {
            let terms = counts.iter().map(|count| count.documents);
            self.rates.add_documents(number * PER_SHELF, terms);
        }
        self.rates.set_documents(self.docs.len() as u32);
        self.order_dates();
    }

    fn count_events(&mut self, counts: &[Vec<Count>], events: usize) {
        for (number, counts) in counts.iter().enumerate() {
            self.rates.add_events(number * PER_SHELF, counts.iter().map(|count| count.events));
        }
        self.rates.set_events(events as u32);
    }

    /// Counts the terms of documents, given with their events, those of one event in a row, without a gap between the
    /// numbers of events. By shelf.
    fn counts(&self, order: &[(u32, u32)]) -> Vec<Vec<Count>> {
        let mut counts = vec![vec![NOTHING; PER_SHELF]; SHELVES];
        let mut sorted: Sorted<u32> = Vec::new();
        for some in order.chunks(AT_ONCE) {
            let first = some.first().map_or(0, |(event, _)| *event);
            sort(&mut sorted, some, |&(event, doc), to| {
                let event = (event - first) << EVENT;
                for term in self.terms_of(doc) {
                    let (shelf, bucket) = place(*term);
                    if let Some(shelf) = to.get_mut(shelf) {
                        shelf.push(bucket | if term.weight > 0 { IN_INDEX } else { 0 } | event);
                    }
                }
            });
            counts.par_iter_mut().enumerate().for_each(|(shelf, counts)| {
                for sent in sorted.iter().filter_map(|part| part.get(shelf)).flatten() {
                    let event = first + (sent >> EVENT);
                    if let Some(count) = counts.get_mut((sent & (IN_INDEX - 1)) as usize) {
                        count.documents += 1;
                        count.indexed += u32::from(sent & IN_INDEX != 0);
                        count.events += u32::from(count.last != event);
                        count.last = event;
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
        let mut sorted: Sorted<(u32, u32)> = Vec::new();
        let documents: Vec<u32> = (0..self.docs.len() as u32).collect();
        for some in documents.chunks(AT_ONCE) {
            sort(&mut sorted, some, |&doc, to| {
                for term in in_index(self.terms_of(doc), &mut [Term::default(); MAX_TERMS]) {
                    let (shelf, bucket) = place(*term);
                    if let Some(shelf) = to.get_mut(shelf) {
                        shelf.push((bucket, posting(doc, term.weight)));
                    }
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
fn in_order(events: &[&[u32]]) -> Vec<(u32, u32)> {
    (0..).zip(events).flat_map(|(number, members)| members.iter().map(move |doc| (number, *doc))).collect()
}

/// Sends what there is to send of each of `rows` to the shelves; `sorted` keeps its room from one time to the next.
fn sort<R: Sync, T: Send>(sorted: &mut Sorted<T>, rows: &[R], each: impl Fn(&R, &mut [Vec<T>]) + Sync) {
    sorted.resize_with(rows.len().div_ceil(BY_ONE), || (0..SHELVES).map(|_| Vec::new()).collect());
    sorted.par_iter_mut().zip(rows.par_chunks(BY_ONE)).for_each(|(to, rows)| {
        to.iter_mut().for_each(Vec::clear);
        for row in rows {
            each(row, to);
        }
    });
}

/// The shelf of a term, and its bucket there.
fn place(term: Term) -> (usize, u32) {
    let bucket = bucket(term.id);
    (bucket / PER_SHELF, (bucket % PER_SHELF) as u32)
}

/// The terms that are in the index. Each is put down, and counted if it is: which ones are is as good as a throw of dice, and a
/// processor that guesses wrong every second time is slower.
fn in_index<'t>(terms: &[Term], chosen: &'t mut [Term; MAX_TERMS]) -> &'t [Term] {
    let mut count = 0;
    for term in terms {
        if let Some(slot) = chosen.get_mut(count) {
            *slot = *term;
        }
        count += usize::from(term.weight > 0);
    }
    chosen.get(..count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::features::{Document, VERSION};
    use crate::events::frozen::write;
    use crate::events::rates::{BUCKETS, Marks};

    /// So many documents that several arrays of terms, and the sorting of several cores, come into it.
    const DOCUMENTS: usize = BY_ONE + TOGETHER + 50;

    fn features(number: usize) -> Features {
        let text = format!("common quagga{} okapi{} tapir{}", number % 7, number % 500, number / 3);
        let second = 1_700_000_000 + i64::try_from(number * 7919 % 3000).unwrap() * 60;
        let at = (!number.is_multiple_of(5)).then(|| jiff::Timestamp::from_second(second).unwrap());
        Features::of(&Document { title: &text, language: Some("en"), at, ..Document::default() })
    }

    /// The event of a document: two take turns, three documents each.
    fn event_of(number: usize) -> usize {
        number / 6 * 2 + number % 2
    }

    /// Loads what `archive` holds; from document `unweighed` on without the choice of terms.
    fn load(archive: &Archive, unweighed: usize) -> Result<(Archive, Groups), ResumeError> {
        let rows: Vec<(String, Vec<u8>, String)> = (0..DOCUMENTS)
            .map(|number| {
                let view = archive.view(number as u32).unwrap();
                let bytes = if number < unweighed { write(view) } else { features(number).to_bytes() };
                (number.to_string(), bytes, format!("e{}", event_of(number)))
            })
            .collect();
        let mut loader = Loader::new(Archive::new(), 0);
        for (key, bytes, event) in &rows {
            loader.push(key, bytes, event)?;
        }
        loader.finish()
    }

    #[test]
    fn documents_taken_together_are_those_taken_one_by_one() {
        let (mut archive, mut marks) = (Archive::new(), Marks::default());
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); event_of(DOCUMENTS) + 2];
        for number in 0..DOCUMENTS {
            let event = event_of(number);
            let doc = archive.push(&number.to_string(), features(number), event as u32).unwrap();
            members[event].push(doc);
            archive.count_member(doc, &members[event], &mut marks);
        }
        for unweighed in [DOCUMENTS, DOCUMENTS - 7, BY_ONE, READ + TOGETHER, TOGETHER + 7, 0] {
            let (loaded, groups) = load(&archive, unweighed).unwrap();
            let found: Vec<&[u32]> = groups.living().map(|group| group.members.as_slice()).collect();
            assert_eq!(found, members.iter().filter(|members| !members.is_empty()).collect::<Vec<_>>());
            // Two million numbers: not to be printed.
            assert!(loaded.rates.of_events() == archive.rates.of_events(), "events, {unweighed}");
            assert!(loaded.rates.of_documents() == archive.rates.of_documents(), "documents, {unweighed}");
            for doc in 0..DOCUMENTS as u32 {
                let (ours, theirs) = (archive.view(doc).unwrap(), loaded.view(doc).unwrap());
                assert_eq!((ours.terms, ours.when), (theirs.terms, theirs.when));
                let at = ours.at.unwrap_or_default();
                assert_eq!(archive.dated_within(at, 0.001), loaded.dated_within(at, 0.001));
                assert_eq!(loaded.find(&doc.to_string()), Some(doc));
            }
            for bucket in 0..BUCKETS {
                assert!(archive.postings.newest(bucket).eq(loaded.postings.newest(bucket)), "{unweighed}");
            }
        }
    }

    #[test]
    fn the_document_at_fault_is_named() {
        let good = features(1).to_bytes();
        let mut loader = Loader::new(Archive::new(), 0);
        let found =
            ["a", "b"].map(|key| loader.push(key, if key == "a" { &[VERSION] } else { &good }, "a").is_ok());
        assert_eq!(found, [true, true]);
        let fault = loader.finish().map(|_| ()).unwrap_err().to_string();
        assert!(fault.starts_with("document a: damaged"), "{fault}");
    }
}
