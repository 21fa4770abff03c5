//! What grouping saw of a document as bytes, frozen with the decision: features go in and out.
//!
//! Version, flags, date (8 bytes), language (2), the named days and year (18, where there are any), the number of terms, their ids
//! (4 each), their marks (1 each), the occurrences of those that stand more than once, the weights of those in the index. What
//! the heaviest terms were depends on all documents before, so it is stored and not found anew at each start.

use crate::events::archive::{INDEXED, View};
use crate::events::features::{Features, MAX_TERMS, Term, VERSION};
use crate::events::grouper::Grouper;
use crate::events::when::{self, When};

/// Flags of the document.
const DATED: u8 = 1;
const NAMES_DAYS: u8 = 2;
/// Flags of a term, above the bits of its marks.
const REPEATED: u8 = 64;
const IN_INDEX: u8 = 128;

/// Why stored bytes are no features.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeaturesError {
    /// Made by another version.
    #[error("features of version {0}, expected {VERSION}: make them anew from the article with Features::of")]
    Version(u8),
    /// Cut short or damaged.
    #[error("damaged features: make them anew from the article with Features::of")]
    Damaged,
}

/// What is stored of a document besides its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) at: Option<i64>,
    pub(super) language: [u8; 2],
    pub(super) when: When,
}

impl Features {
    /// The bytes to store before grouping took them up: loading them, it chooses the terms for its index anew. Those to keep
    /// are [`Grouper::frozen`].
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self.view())
    }

    /// Reads what [`Features::to_bytes`] wrote; the words are not in it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FeaturesError> {
        let mut terms = Vec::new();
        let Head { at, language, when } = read(bytes, &mut terms)?;
        Ok(Self { at, language, when, terms, words: Vec::new(), sense: None })
    }
}

impl Grouper {
    /// What grouping saw of a document that it holds, with the terms that its index took: the bytes to store with its event.
    pub fn frozen(&self, document: &str) -> Option<Vec<u8>> {
        Some(write(self.archive.view(self.archive.find(document)?)?))
    }
}

/// True where the terms for the index are chosen; a document without terms needs no choice.
pub(super) fn is_weighed(terms: &[Term]) -> bool {
    terms.is_empty() || terms.iter().any(|term| term.weight > 0)
}

/// The bytes of a document.
pub(super) fn write(view: View<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(32 + view.terms.len() * 6);
    let named = *view.when != When::default();
    let dated = if view.at.is_some() { DATED } else { 0 };
    out.extend([VERSION, dated | if named { NAMES_DAYS } else { 0 }]);
    out.extend(view.at.unwrap_or(0).to_le_bytes());
    out.extend(view.language);
    if named {
        out.extend(view.when.to_bytes());
    }
    let terms = view.terms.get(..MAX_TERMS).unwrap_or(view.terms);
    out.push(terms.len() as u8);
    out.extend(terms.iter().flat_map(|term| term.id.to_le_bytes()));
    out.extend(terms.iter().map(|term| {
        let repeated = if term.count == 1 { 0 } else { REPEATED };
        term.marks | repeated | if term.weight > 0 { IN_INDEX } else { 0 }
    }));
    out.extend(terms.iter().map(|term| term.count).filter(|count| *count != 1));
    out.extend(terms.iter().map(|term| term.weight).filter(|weight| *weight > 0));
    out
}

/// How many terms a document has, if its bytes are sound.
pub(super) fn terms_in(bytes: &[u8]) -> usize {
    let named = bytes.get(1).is_some_and(|flags| flags & NAMES_DAYS != 0);
    let at = 12 + if named { when::BYTES } else { 0 };
    bytes.get(at).copied().map_or(0, usize::from)
}

/// Reads a document; its terms are put behind `terms`.
pub(super) fn read(bytes: &[u8], terms: &mut Vec<Term>) -> Result<Head, FeaturesError> {
    match bytes.first() {
        Some(&VERSION) => {}
        Some(&other) => return Err(FeaturesError::Version(other)),
        None => return Err(FeaturesError::Damaged),
    }
    damageable(bytes, terms).ok_or(FeaturesError::Damaged)
}

/// Values that only some terms have. Which ones is as good as a throw of dice: a processor guesses wrong so often that reading
/// one that is not taken costs less than asking first.
struct Sparse<'a> {
    values: &'a [u8],
    at: usize,
}

impl<'a> Sparse<'a> {
    fn of(values: &'a [u8]) -> Self {
        Self { values, at: 0 }
    }

    /// The next value where the term has one.
    fn next(&mut self, has: bool, otherwise: u8) -> u8 {
        let value = self.values.get(self.at).copied().unwrap_or(otherwise);
        self.at += usize::from(has);
        std::hint::select_unpredictable(has, value, otherwise)
    }
}

fn damageable(bytes: &[u8], terms: &mut Vec<Term>) -> Option<Head> {
    let (&[_, flags, a, b, c, d, e, f, g, h, l, m], rest) = bytes.split_first_chunk::<12>()?;
    let named = if flags & NAMES_DAYS == 0 { 0 } else { when::BYTES };
    let (days, rest) = rest.split_at_checked(named)?;
    let (&number, rest) = rest.split_first()?;
    let number = usize::from(number);
    let (ids, rest) = rest.split_at_checked(4 * number)?;
    let (marks, rest) = rest.split_at_checked(number)?;
    let repeated = marks.iter().filter(|marks| **marks & REPEATED != 0).count();
    let indexed = marks.iter().filter(|marks| **marks & IN_INDEX != 0).count();
    let (counts, weights) = rest.split_at_checked(repeated)?;
    let weighed = weights.iter().all(|weight| (1..=254).contains(weight));
    if weights.len() != indexed || !weighed || indexed > INDEXED || number > MAX_TERMS {
        return None;
    }
    let (ids, _) = ids.as_chunks::<4>();
    let (mut ascending, mut last) = (true, None);
    let (mut counts, mut weights) = (Sparse::of(counts), Sparse::of(weights));
    terms.extend(ids.iter().zip(marks).map(|(id, marks)| {
        let id = u32::from_le_bytes(*id);
        ascending &= last < Some(id);
        last = Some(id);
        let count = counts.next(marks & REPEATED != 0, 1);
        let weight = weights.next(marks & IN_INDEX != 0, 0);
        Term { id, count, marks: marks & !(REPEATED | IN_INDEX), weight }
    }));
    let when = if days.is_empty() { When::default() } else { When::from_bytes(days)? };
    ascending.then_some(Head {
        at: (flags & DATED != 0).then(|| i64::from_le_bytes([a, b, c, d, e, f, g, h])),
        language: [l, m],
        when,
    })
}
