//! How much two documents resemble each other: two views go in, a likeness by separate channels comes out, so that
//! every contribution can be told.
//!
//! A channel is a cosine over the terms of one kind, each term weighted by its rarity so far and by its place (title,
//! lead, rest); [`When`](crate::events::when::When) adds whether both name the same day.

use crate::events::archive::View;
use crate::events::features::{Term, mark};
use crate::events::rates::Rates;
use crate::events::senses::Sensor;

/// What a term of the title, and of the lead, counts more than one of the rest. The lead counts most: titles of one
/// happening use each other's words less than first sentences do.
const TITLE: f32 = 1.5;
const LEAD: f32 = 1.6;
/// Titles this alike may be those of a report that recurs.
const RECURRING: f32 = 0.5;

/// How two documents compare. Cosines are 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Likeness {
    /// All words.
    pub(super) words: f32,
    /// Words of both titles.
    pub(super) titles: f32,
    /// The share of each title that the other document tells, averaged.
    pub(super) cover: f32,
    /// Names.
    pub(super) names: f32,
    /// Numbers.
    pub(super) numbers: f32,
    /// Asset symbols.
    pub(super) symbols: f32,
    /// How much names by their skeletons and numbers that both tell say together: squares of rarities.
    pub(super) evidence: f32,
    /// Names by their skeletons: what documents in different languages can share.
    pub(super) anchors: f32,
    /// Whether both name the same day: -1 to 1.
    pub(super) days: f32,
    /// Whether both name the same day of the week: -1, 0 or 1.
    pub(super) weekdays: f32,
    /// The same of the latest years that both name, where one of both has no date.
    pub(super) years: f32,
    /// Days between the two, as ln(1 + days); 0 where one has no date.
    pub(super) gap: f32,
    /// True where titles are nearly the same and both tell numbers and days of which none are shared: a report that recurs,
    /// however alike its words ("Bond risk falls…").
    pub(super) recurs: bool,
    /// True where both have a date.
    pub(super) dated: bool,
    /// True where the documents are in different languages.
    pub(super) across: bool,
    /// How near their embeddings are, above what any two texts have: at most 1; `None` unless both have one by one model.
    pub(super) sense: Option<f32>,
}

/// What each channel adds to the likeness of two documents. Words are the measure; the others were found on graded
/// pairs (docs/events.md); symbols, which those do not carry, are set beside the numbers.
pub(super) struct Parts {
    pub(super) words: f32,
    pub(super) numbers: f32,
    pub(super) symbols: f32,
    pub(super) anchors: f32,
    pub(super) when: f32,
}

impl Likeness {
    /// The contributions to [`Likeness::kinship`].
    pub(super) fn parts(&self) -> Parts {
        if self.across {
            // Words of another language are shared by chance; names and numbers carry the bond.
            return Parts {
                words: 0.25 * self.words + 0.10 * (self.titles + self.cover),
                numbers: 0.40 * self.numbers,
                symbols: 0.30 * self.symbols,
                anchors: 0.60 * self.anchors + 0.20 * self.names,
                when: 0.08 * self.days,
            };
        }
        Parts {
            words: self.words,
            numbers: 0.10 * self.numbers,
            symbols: 0.15 * self.symbols,
            anchors: 0.0,
            when: 0.04 * self.days + 0.02 * self.weekdays,
        }
    }

    /// One number for how much both resemble each other, whenever they appeared: about 0 to 1.2.
    pub(super) fn kinship(&self) -> f32 {
        let parts = self.parts();
        parts.words + parts.numbers + parts.symbols + parts.anchors + parts.when
    }

    /// The logarithm of the odds that two documents in different languages report one event. Found by search over articles
    /// with their translations and over English sets of which every second document was put into an invented language that
    /// kept names and numbers (docs/events.md).
    pub(super) fn odds_across(&self) -> f32 {
        // Texts of one field mean something alike. Nearly the same meaning is enough where scripts share no names.
        let meant = self.sense.map_or(0.0, |near| 18.0 * near - 6.0);
        meant
            + 2.0 * self.words
            + 2.5 * self.titles
            + self.cover
            + 3.5 * self.names
            + 5.0 * self.numbers
            + self.symbols
            + 10.5 * self.anchors
            // The same 10 in two texts that tell no other number makes a cosine of 1.
            + self.evidence.ln_1p()
            + 0.3 * self.days
            - 0.8 * self.gap
            - 10.0
    }
}

/// Added to what the names of a document weigh before they are compared: the one place that two short texts tell makes no
/// cosine of 1. About what two or three names weigh.
const FEW_NAMES: f32 = 60.0;

/// The kinds of terms that are compared apart.
#[derive(Clone, Copy)]
enum Pool {
    Words,
    Numbers,
    Symbols,
    Anchors,
}

fn pool(marks: u8) -> Pool {
    if marks & mark::SYMBOL != 0 {
        Pool::Symbols
    } else if marks & mark::ANCHOR != 0 {
        Pool::Anchors
    } else if marks & mark::NUMBER != 0 {
        Pool::Numbers
    } else {
        Pool::Words
    }
}

/// What one document weighs: sums of squares, of which the roots are its lengths.
#[derive(Debug, Default, Clone, Copy)]
struct Norms {
    pools: [f32; 4],
    titles: f32,
    names: f32,
}

impl Norms {
    fn add(&mut self, term: Term, rarity: f32, rates: &Rates) {
        let weight = place(term, rates) * rarity;
        if let Some(sum) = self.pools.get_mut(pool(term.marks) as usize) {
            *sum += weight * weight;
        }
        // No branches on what the next term may be: most of the time of grouping is spent here.
        let square = rarity * rarity * f32::from(u8::from(term.marks & mark::ANCHOR == 0));
        self.titles += square * f32::from(u8::from(term.marks & mark::TITLE != 0));
        self.names += square * f32::from(u8::from(term.marks & mark::NAME != 0));
    }
}

/// What two documents share, in the measures of [`Norms`].
#[derive(Default)]
struct Shared {
    pools: [f32; 4],
    titles: f32,
    /// Words of each title that the other document tells anywhere.
    covered: [f32; 2],
    names: f32,
    /// Names that only the other document shows to be names.
    more_names: [f32; 2],
}

impl Shared {
    fn add(&mut self, x: Term, y: Term, rarity: f32, rates: &Rates) {
        if let Some(dot) = self.pools.get_mut(pool(x.marks) as usize) {
            *dot += place(x, rates) * place(y, rates) * rarity * rarity;
        }
        if x.marks & mark::ANCHOR != 0 {
            return;
        }
        let square = rarity * rarity;
        let titles = (x.marks & mark::TITLE != 0, y.marks & mark::TITLE != 0);
        self.covered[0] += if titles.0 { square } else { 0.0 };
        self.covered[1] += if titles.1 { square } else { 0.0 };
        self.titles += if titles == (true, true) { square } else { 0.0 };
        match (x.marks & mark::NAME != 0, y.marks & mark::NAME != 0) {
            (true, true) => self.names += square,
            (true, false) => {
                self.names += square;
                self.more_names[1] += square;
            }
            (false, true) => {
                self.names += square;
                self.more_names[0] += square;
            }
            (false, false) => {}
        }
    }

    fn likeness(&self, a: &Norms, b: &Norms) -> Likeness {
        let of = |sums: &[f32; 4], pool: Pool| sums.get(pool as usize).copied().unwrap_or(0.0);
        // `few` is added to what each document weighs.
        let pooled = |pool: Pool, few: f32| {
            cosine(of(&self.pools, pool), of(&a.pools, pool) + few, of(&b.pools, pool) + few)
        };
        let share = |part: f32, whole: f32| if whole > 0.0 { part / whole } else { 0.0 };
        Likeness {
            words: pooled(Pool::Words, 0.0),
            titles: cosine(self.titles, a.titles, b.titles),
            cover: f32::midpoint(share(self.covered[0], a.titles), share(self.covered[1], b.titles)),
            names: cosine(self.names, a.names + self.more_names[0], b.names + self.more_names[1]),
            numbers: pooled(Pool::Numbers, 0.0),
            symbols: pooled(Pool::Symbols, 0.0),
            anchors: pooled(Pool::Anchors, FEW_NAMES),
            evidence: of(&self.pools, Pool::Numbers) + of(&self.pools, Pool::Anchors),
            ..Likeness::default()
        }
    }
}

fn cosine(dot: f32, a: f32, b: f32) -> f32 {
    if a > 0.0 && b > 0.0 { (dot / (a * b).sqrt()).min(1.0) } else { 0.0 }
}

/// Bits of the filter of a probe's terms.
const FILTER: usize = 4096;

/// One side of a comparison: a document, worked out once for many comparisons.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    pub(super) view: View<'a>,
    norms: Norms,
    /// Which terms may be the document's: a bit by the lowest digits of the id.
    filter: Box<[u64; FILTER / 64]>,
    /// What it means, where it has a vector and that counts.
    pub(super) sense: Option<Sensor>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(view: View<'a>, rates: &Rates) -> Self {
        let mut norms = Norms::default();
        let mut filter = Box::new([0; FILTER / 64]);
        for term in view.terms {
            norms.add(*term, rates.rarity(term.id), rates);
            let bit = term.id as usize % FILTER;
            if let Some(word) = filter.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        Self { view, norms, filter, sense: None }
    }

    fn find(&self, id: u32) -> Option<&Term> {
        let bit = id as usize % FILTER;
        if self.filter.get(bit / 64).is_none_or(|word| word & 1 << (bit % 64) == 0) {
            return None;
        }
        let at = self.view.terms.binary_search_by_key(&id, |term| term.id).ok()?;
        self.view.terms.get(at)
    }
}

/// Compares, and tells each shared term with its rarity to `shared`.
pub(super) fn compare(
    a: &Probe<'_>,
    b: View<'_>,
    rates: &Rates,
    mut shared: impl FnMut(&Term, &Term, f32),
) -> Likeness {
    let (mut norms, mut both) = (Norms::default(), Shared::default());
    for y in b.terms {
        let rarity = rates.rarity(y.id);
        norms.add(*y, rarity, rates);
        if let Some(x) = a.find(y.id) {
            both.add(*x, *y, rarity, rates);
            shared(x, y, rarity);
        }
    }
    let gap = match (a.view.at, b.at) {
        (Some(a), Some(b)) => (a.abs_diff(b) as f32 / 86400.0).ln_1p(),
        _ => 0.0,
    };
    let days = a.view.when.days_agree(b.when);
    let told = |norms: &Norms| norms.pools.get(Pool::Numbers as usize).is_some_and(|sum| *sum > 0.0);
    let alike = both.likeness(&a.norms, &norms);
    Likeness {
        days,
        recurs: alike.titles >= RECURRING
            && days < 0.0
            && told(&a.norms)
            && told(&norms)
            && alike.numbers == 0.0,
        weekdays: a.view.when.weekdays_agree(b.when),
        years: if a.view.at.is_some() && b.at.is_some() { 0.0 } else { a.view.when.years_agree(b.when) },
        gap,
        dated: a.view.at.is_some() && b.at.is_some(),
        across: a.view.language != b.language && a.view.language != [0, 0] && b.language != [0, 0],
        sense: a.sense.as_ref().zip(b.sense).and_then(|(own, other)| own.nearness(other, b.language)),
        ..alike
    }
}

/// What a term's place and its number of occurrences weigh.
pub(super) fn place(term: Term, rates: &Rates) -> f32 {
    /// By the two lowest marks: rest, title, lead, both.
    const PLACES: [f32; 4] = [1.0, TITLE, LEAD, TITLE];
    let place = PLACES.get(usize::from(term.marks & (mark::TITLE | mark::LEAD))).copied().unwrap_or(1.0);
    rates.occurrences(term.count) * place
}
