//! How much two documents resemble each other: two views go in, a likeness by separate channels comes out, so that
//! every contribution can be told.
//!
//! A channel is a cosine over the terms of one kind, each term weighted by its rarity so far and by its place (title,
//! lead, rest); [`When`](crate::events::when::When) adds whether both name the same day.

use crate::events::archive::{Rates, View};
use crate::events::features::{Term, mark};

/// What a term of the title, and of the lead, counts more than one of the rest. The lead counts most: titles of one
/// happening use each other's words less than first sentences do.
const TITLE: f32 = 1.5;
const LEAD: f32 = 1.6;

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
    /// Names by their skeletons: what documents in different languages can share.
    pub(super) anchors: f32,
    /// Whether both name the same day: -1 to 1.
    pub(super) days: f32,
    /// Whether both name the same day of the week: -1, 0 or 1.
    pub(super) weekdays: f32,
    /// Days between the two, as ln(1 + days); 0 where one has no date.
    pub(super) gap: f32,
    /// True where the documents are in different languages.
    pub(super) across: bool,
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
                words: 0.10 * self.words + 0.04 * (self.titles + self.cover),
                numbers: 0.16 * self.numbers,
                symbols: 0.15 * self.symbols,
                anchors: 0.24 * self.anchors + 0.08 * self.names,
                when: 0.04 * self.days,
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

    /// The logarithm of the odds that two documents in different languages report one event.
    pub(super) fn odds_across(&self) -> f32 {
        3.0 * self.words + self.titles + self.cover + 2.0 * self.names + 4.0 * self.numbers + self.symbols
            + 6.0 * self.anchors
            - 0.25 * self.gap
            - 6.0
    }
}

#[derive(Default, Clone, Copy)]
struct Sums {
    dot: f32,
    a: f32,
    b: f32,
}

impl Sums {
    fn cosine(self) -> f32 {
        if self.a > 0.0 && self.b > 0.0 { (self.dot / (self.a * self.b).sqrt()).min(1.0) } else { 0.0 }
    }
}

/// One side of a comparison: a document with its terms' rarities, worked out once for many comparisons.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    pub(super) view: View<'a>,
    rarities: Vec<f32>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(view: View<'a>, rates: &Rates) -> Self {
        Self { view, rarities: view.terms.iter().map(|t| rates.rarity(t.id)).collect() }
    }
}

/// Compares, and tells each shared term with its rarity to `shared`.
pub(super) fn compare(
    a: &Probe<'_>,
    b: View<'_>,
    rates: &Rates,
    mut shared: impl FnMut(&Term, &Term, f32),
) -> Likeness {
    let mut sums = Pools::default();
    let (mut i, mut j) = (0, 0);
    let left = a.view.terms;
    loop {
        let (x, y) = (left.get(i), b.terms.get(j));
        match (x, y) {
            (Some(x), Some(y)) if x.id == y.id => {
                let rarity = a.rarities.get(i).copied().unwrap_or(0.0);
                sums.both(*x, *y, rarity, rates);
                shared(x, y, rarity);
                i += 1;
                j += 1;
            }
            (Some(x), y) if y.is_none_or(|y| x.id < y.id) => {
                let rarity = a.rarities.get(i).copied().unwrap_or(0.0);
                sums.one(*x, rarity, rates, true);
                i += 1;
            }
            (_, Some(y)) => {
                sums.one(*y, rates.rarity(y.id), rates, false);
                j += 1;
            }
            (_, None) => break,
        }
    }
    sums.likeness(&a.view, &b)
}

#[derive(Default)]
struct Pools {
    words: Sums,
    titles: Sums,
    names: Sums,
    numbers: Sums,
    symbols: Sums,
    anchors: Sums,
    cover: [Sums; 2],
}

impl Pools {
    fn pool(&mut self, marks: u8) -> &mut Sums {
        if marks & mark::SYMBOL != 0 {
            &mut self.symbols
        } else if marks & mark::ANCHOR != 0 {
            &mut self.anchors
        } else if marks & mark::NUMBER != 0 {
            &mut self.numbers
        } else {
            &mut self.words
        }
    }

    fn both(&mut self, x: Term, y: Term, rarity: f32, rates: &Rates) {
        let (p, q) = (place(x, rates) * rarity, place(y, rates) * rarity);
        let pool = self.pool(x.marks);
        pool.dot += p * q;
        pool.a += p * p;
        pool.b += q * q;
        if x.marks & mark::ANCHOR != 0 {
            return;
        }
        let square = rarity * rarity;
        let titles = (x.marks & mark::TITLE != 0, y.marks & mark::TITLE != 0);
        if titles.0 {
            self.titles.a += square;
            self.cover[0].a += square;
            self.cover[0].dot += square;
        }
        if titles.1 {
            self.titles.b += square;
            self.cover[1].a += square;
            self.cover[1].dot += square;
        }
        if titles == (true, true) {
            self.titles.dot += square;
        }
        if (x.marks | y.marks) & mark::NAME != 0 {
            self.names.dot += square;
            self.names.a += square;
            self.names.b += square;
        }
    }

    fn one(&mut self, x: Term, rarity: f32, rates: &Rates, left: bool) {
        let weight = place(x, rates) * rarity;
        let pool = self.pool(x.marks);
        let side = |sums: &mut Sums, more: f32| if left { sums.a += more } else { sums.b += more };
        side(pool, weight * weight);
        if x.marks & mark::ANCHOR != 0 {
            return;
        }
        let square = rarity * rarity;
        if x.marks & mark::TITLE != 0 {
            side(&mut self.titles, square);
            self.cover[usize::from(!left)].a += square;
        }
        if x.marks & mark::NAME != 0 {
            side(&mut self.names, square);
        }
    }

    fn likeness(&self, a: &View<'_>, b: &View<'_>) -> Likeness {
        let cover = self.cover.map(|s| if s.a > 0.0 { s.dot / s.a } else { 0.0 });
        let gap = match (a.at, b.at) {
            (Some(a), Some(b)) => (a.abs_diff(b) as f32 / 86400.0).ln_1p(),
            _ => 0.0,
        };
        Likeness {
            words: self.words.cosine(),
            titles: self.titles.cosine(),
            cover: f32::midpoint(cover[0], cover[1]),
            names: self.names.cosine(),
            numbers: self.numbers.cosine(),
            symbols: self.symbols.cosine(),
            anchors: self.anchors.cosine(),
            days: a.when.days_agree(b.when),
            weekdays: a.when.weekdays_agree(b.when),
            gap,
            across: a.language != b.language && a.language != [0, 0] && b.language != [0, 0],
        }
    }
}

/// What a term's place and its number of occurrences weigh.
pub(super) fn place(term: Term, rates: &Rates) -> f32 {
    let place = if term.marks & mark::TITLE != 0 {
        TITLE
    } else if term.marks & mark::LEAD != 0 {
        LEAD
    } else {
        1.0
    };
    rates.occurrences(term.count) * place
}
