//! The inverted index: which documents hold a term, and how much it weighs in them, goes in; a term's documents come out,
//! newest first.
//!
//! Documents that were there at the start stand in shelves, an array for each part of the buckets, sorted by bucket and
//! document. Later ones stand in chunks of one cache line: the number of the chunk before, and 15 postings.

use crate::events::rates::BUCKETS;

/// Parts of the index that are filled apart from each other.
pub(super) const SHELVES: usize = 64;
/// Buckets of a shelf.
pub(super) const PER_SHELF: usize = BUCKETS / SHELVES;
/// No chunk, no posting.
const NONE: u32 = u32::MAX;

/// A document (24 bits) and a weight in it (8 bits, 1 to 254).
pub(super) fn posting(doc: u32, weight: u8) -> u32 {
    doc | u32::from(weight) << 24
}

/// The document and the weight of a posting.
pub(super) fn parts(posting: u32) -> (u32, f32) {
    (posting & 0x00ff_ffff, (posting >> 24) as f32)
}

/// The postings of some buckets that stand side by side, oldest first.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Where each bucket's postings end, and the next one's begin.
    ends: Vec<u32>,
    postings: Vec<u32>,
}

impl Shelf {
    /// An empty shelf for so many postings of each bucket.
    pub(super) fn sized(counts: impl Iterator<Item = u32>) -> Self {
        let mut sum = 0;
        let mut ends = Vec::with_capacity(PER_SHELF);
        for count in counts {
            // Until a bucket is filled, its end is where its next posting goes.
            ends.push(sum);
            sum += count;
        }
        Self { ends, postings: vec![NONE; sum as usize] }
    }

    /// Puts the next posting of `bucket` (counted from the shelf's first) in its place.
    pub(super) fn put(&mut self, bucket: usize, posting: u32) {
        if let Some(next) = self.ends.get_mut(bucket)
            && let Some(slot) = self.postings.get_mut(*next as usize)
        {
            *slot = posting;
            *next += 1;
        }
    }

    fn of(&self, bucket: usize) -> &[u32] {
        let start = bucket.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(bucket).copied().unwrap_or(start);
        self.postings.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// All postings.
#[derive(Debug, Default)]
pub(super) struct Postings {
    shelves: Vec<Shelf>,
    heads: Vec<u32>,
    chunks: Vec<[u32; 16]>,
}

impl Postings {
    pub(super) fn new() -> Self {
        Self { shelves: Vec::new(), heads: vec![NONE; BUCKETS], chunks: Vec::new() }
    }

    /// Puts up what was there at the start: all [`SHELVES`], in order.
    pub(super) fn furnish(&mut self, shelves: Vec<Shelf>) {
        self.shelves = shelves;
    }

    pub(super) fn push(&mut self, bucket: usize, posting: u32) {
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
    pub(super) fn newest(&self, bucket: usize) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.heads.get(bucket).copied().unwrap_or(NONE);
        let later = std::iter::from_fn(move || {
            let chunk = self.chunks.get(at as usize)?;
            at = chunk[0];
            Some(chunk.iter().skip(1).rev().copied().filter(|posting| *posting != NONE))
        });
        let shelf = self.shelves.get(bucket / PER_SHELF);
        let first = shelf.map(|shelf| shelf.of(bucket % PER_SHELF)).unwrap_or_default();
        later.flatten().chain(first.iter().rev().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postings_come_newest_first_wherever_they_stand() {
        let (near, far) = (3, PER_SHELF + 3);
        let mut counts = vec![0; PER_SHELF];
        counts[3] = 20;
        counts[4] = 1;
        let mut shelf = Shelf::sized(counts.into_iter());
        shelf.put(4, posting(7, 9));
        (0..20).for_each(|doc| shelf.put(3, posting(doc, 1)));
        // A posting too many of a full shelf is dropped, and breaks nothing.
        shelf.put(PER_SHELF, posting(1, 1));
        let mut postings = Postings::new();
        postings.furnish(vec![shelf]);
        (20..60).for_each(|doc| postings.push(near, posting(doc, 1)));
        postings.push(far, posting(1, 254));
        let docs = |bucket| postings.newest(bucket).map(|one| parts(one).0).collect::<Vec<_>>();
        assert_eq!(docs(near), (0..60).rev().collect::<Vec<_>>());
        assert_eq!((docs(4), docs(far), docs(5)), (vec![7], vec![1], Vec::new()));
        assert_eq!(postings.newest(far).map(parts).next(), Some((1, 254.0)));
    }
}
