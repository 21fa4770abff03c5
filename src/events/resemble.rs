//! How much two documents resemble each other: two views go in, a score comes out that is a weighted sum of separate
//! channels, so that every contribution can be told.
//!
//! A channel is a cosine over the terms of one kind, each term weighted by its rarity so far and by its place (title,
//! lead, rest). The weights are those of a logistic regression (see docs/events.md): the score is the logarithm of the
//! odds that both report the same event, and [`probability`] turns it into 0 to 1.

use crate::events::archive::{Rates, View};
use crate::events::features::{Term, mark};

/// The channels, in the order of [`Weights`].
#[expect(dead_code, reason = "the list names every place of the weights; reasons are told of some")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// All words.
    Words,
    /// Words of both titles.
    Titles,
    /// The title of one in the text of the other.
    Cover,
    /// Names.
    Names,
    /// Numbers.
    Numbers,
    /// Asset symbols.
    Symbols,
    /// Names by their skeletons and concepts.
    Anchors,
    /// Days between the two, as ln(1 + days).
    Gap,
    /// Both tell numbers in the title, and none is shared.
    Clash,
    /// The rarity of what is shared, as ln(1 + sum).
    Mass,
    /// How short the shorter of the two is: 1 for nothing, towards 0 for long texts.
    Short,
    /// Words, for short texts: the product of the two channels.
    ShortWords,
    /// One of the two tells no names (headlines in capitals, scripts without them).
    Nameless,
    /// Both are cut into pairs of characters.
    Dense,
}

/// How many channels there are.
pub(super) const CHANNELS: usize = 14;

/// The weights of the channels and what no likeness at all is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// The logarithm of the odds where nothing is shared.
    pub base: f32,
    /// By channel: words, titles, cover, names, numbers, symbols, anchors, gap, clash, mass, short, short words, nameless, dense.
    pub channels: [f32; CHANNELS],
}

/// How two documents compare.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Likeness {
    pub(super) channels: [f32; CHANNELS],
    /// True where the documents are in different languages.
    pub(super) across: bool,
}

/// Both sets of weights: within a language and across languages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// Within one language.
    pub within: Weights,
    /// Across languages.
    pub across: Weights,
    /// How much more a word of the title counts.
    pub title: f32,
    /// How much more a word of the lead counts.
    pub lead: f32,
}

impl Model {
    pub(super) fn score(&self, likeness: &Likeness) -> f32 {
        let weights = if likeness.across { &self.across } else { &self.within };
        let sum: f32 = weights.channels.iter().zip(&likeness.channels).map(|(w, x)| w * x).sum();
        weights.base + sum
    }

    /// What each channel contributes to the score.
    pub(super) fn parts(&self, likeness: &Likeness) -> [f32; CHANNELS] {
        let weights = if likeness.across { &self.across } else { &self.within };
        let mut out = [0.0; CHANNELS];
        for ((out, w), x) in out.iter_mut().zip(&weights.channels).zip(&likeness.channels) {
            *out = w * x;
        }
        out
    }
}

/// The probability whose logarithm of the odds is `score`.
pub(super) fn probability(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
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

/// Compares, and tells each shared term with its weight to `shared`.
pub(super) fn compare(
    a: &Probe<'_>,
    b: View<'_>,
    rates: &Rates,
    model: &Model,
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
                sums.both(*x, *y, rarity, rates, model);
                shared(x, y, rarity);
                i += 1;
                j += 1;
            }
            (Some(x), y) if y.is_none_or(|y| x.id < y.id) => {
                let rarity = a.rarities.get(i).copied().unwrap_or(0.0);
                sums.one(*x, rarity, rates, model, true);
                i += 1;
            }
            (_, Some(y)) => {
                sums.one(*y, rates.rarity(y.id), rates, model, false);
                j += 1;
            }
            (_, None) => break,
        }
    }
    let across = a.view.language != b.language && a.view.language != [0, 0] && b.language != [0, 0];
    let dense = [a.view.language, b.language].iter().all(|l| matches!(l, b"zh" | b"ja" | b"ko"));
    sums.likeness(a.view.at, b.at, across, dense)
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
    title_numbers: [u32; 2],
    shared_numbers: u32,
    mass: f32,
    lengths: [u32; 2],
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

    fn both(&mut self, x: Term, y: Term, rarity: f32, rates: &Rates, model: &Model) {
        let (p, q) = (place(x, rates, model) * rarity, place(y, rates, model) * rarity);
        let pool = self.pool(x.marks);
        pool.dot += p * q;
        pool.a += p * p;
        pool.b += q * q;
        let square = rarity * rarity;
        if x.marks & mark::ANCHOR != 0 {
            return;
        }
        self.lengths = self.lengths.map(|length| length + 1);
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
        if x.marks & mark::NUMBER != 0 {
            self.shared_numbers += 1;
            self.title_numbers[0] += u32::from(titles.0);
            self.title_numbers[1] += u32::from(titles.1);
        }
        self.mass += rarity;
    }

    fn one(&mut self, x: Term, rarity: f32, rates: &Rates, model: &Model, left: bool) {
        let weight = place(x, rates, model) * rarity;
        let pool = self.pool(x.marks);
        let side = |sums: &mut Sums, more: f32| if left { sums.a += more } else { sums.b += more };
        side(pool, weight * weight);
        if x.marks & mark::ANCHOR != 0 {
            return;
        }
        self.lengths[usize::from(!left)] += 1;
        let square = rarity * rarity;
        if x.marks & mark::TITLE != 0 {
            side(&mut self.titles, square);
            self.cover[usize::from(!left)].a += square;
            if x.marks & mark::NUMBER != 0 {
                self.title_numbers[usize::from(!left)] += 1;
            }
        }
        if x.marks & mark::NAME != 0 {
            side(&mut self.names, square);
        }
    }

    fn likeness(&self, a: Option<i64>, b: Option<i64>, across: bool, dense: bool) -> Likeness {
        let cover = self.cover.map(|s| if s.a > 0.0 { s.dot / s.a } else { 0.0 });
        let gap = match (a, b) {
            (Some(a), Some(b)) => (a.abs_diff(b) as f32 / 86400.0).ln_1p(),
            _ => 0.0,
        };
        let clash = self.title_numbers[0] > 0 && self.title_numbers[1] > 0 && self.shared_numbers == 0;
        let short = 20.0 / (20.0 + self.lengths[0].min(self.lengths[1]) as f32);
        let words = self.words.cosine();
        Likeness {
            channels: [
                words,
                self.titles.cosine(),
                f32::midpoint(cover[0], cover[1]),
                self.names.cosine(),
                self.numbers.cosine(),
                self.symbols.cosine(),
                self.anchors.cosine(),
                gap,
                f32::from(u8::from(clash)),
                self.mass.ln_1p(),
                short,
                words * short,
                f32::from(u8::from(self.names.a == 0.0 || self.names.b == 0.0)),
                f32::from(u8::from(dense)),
            ],
            across,
        }
    }
}

fn place(term: Term, rates: &Rates, model: &Model) -> f32 {
    let place = if term.marks & mark::TITLE != 0 {
        model.title
    } else if term.marks & mark::LEAD != 0 {
        model.lead
    } else {
        1.0
    };
    rates.occurrences(term.count) * place
}
