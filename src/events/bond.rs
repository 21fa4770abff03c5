//! How strong the bond between a document and an event is: how it compares to the event's members goes in, a sum of
//! signs, each with its weight, comes out.
//!
//! The sum is the logarithm of the odds that the document reports the event, from the point of view of the clustering: the
//! weights were fitted by logistic regression over the decisions that grouping itself meets, then searched on the
//! agreement (BCubed F1) of whole sets of documents (docs/events.md).

use crate::events::cover::Cover;
use crate::events::parting::Apart;
use crate::events::resemble::Likeness;

/// Members that count as the closest.
pub(super) const CLOSEST: usize = 3;
/// Documents dated close to each other that tell neither for nor against.
const USUAL: f32 = 30.0;
/// Fewer than this tell no more.
const FEW: usize = 4;
/// So many dated documents show how many come in a day.
const SEEN: f32 = 40.0;
/// Names in the order of [`Weights`].
pub const SIGNS: [&str; 29] = [
    "base",
    "closest",
    "mean",
    "centre",
    "titles",
    "names",
    "cover",
    "numbers",
    "symbols",
    "size",
    "rival",
    "crowd",
    "short",
    "short centre",
    "gap",
    "dense",
    "core",
    "keys",
    "core names",
    "key names",
    "nameless",
    "days",
    "weekdays",
    "foreign",
    "missing",
    "dated",
    "recurs",
    "between",
    "years",
];
/// What each sign is worth, in the order of [`SIGNS`].
pub type Weights = [f32; SIGNS.len()];

/// Names of the signs that a document and an event have besides, where both have embeddings by one model.
pub const SENSE_SIGNS: [&str; 3] = ["sense", "mean sense", "sense rival"];
/// What each of them is worth, in the order of [`SENSE_SIGNS`].
pub type SenseWeights = [f32; SENSE_SIGNS.len()];

/// What decides where embeddings speak too: the words' signs are worth something else beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensed {
    /// What each sign of the words is worth, in the order of [`SIGNS`].
    pub weights: Weights,
    /// What each sign of the embeddings is worth.
    pub senses: SenseWeights,
    /// Two events merge from this mean bond on.
    pub merge: f32,
    /// What each sign of two events in one is worth, in the order of [`PARTING_SIGNS`](crate::events::PARTING_SIGNS).
    pub apart: Apart,
}

/// Which events compete for a document.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Field {
    /// The closeness of the best other event.
    pub(super) rival: f32,
    /// The mean closeness of the next events: how crowded the document's neighbourhood is.
    pub(super) crowd: f32,
    /// How near the best other event is by embeddings.
    pub(super) sense: f32,
}

/// A document against the members of one event that were compared with it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Fit {
    closest: f32,
    mean: f32,
    centre: f32,
    titles: f32,
    names: f32,
    cover: f32,
    numbers: f32,
    symbols: f32,
    days: f32,
    weekdays: f32,
    years: f32,
    gap: f32,
    dated: bool,
    recurs: f32,
    size: usize,
    between: f32,
    /// Nothing unless the document and a member have embeddings by one model.
    sense: Option<Nearness>,
}

/// How near an event's members are by embeddings, those that have one.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Nearness {
    closest: f32,
    mean: f32,
}

impl Nearness {
    fn of(compared: &[Likeness], sample: &[Likeness]) -> Option<Self> {
        let mean = |of: &[f32]| of.iter().sum::<f32>() / of.len().max(1) as f32;
        let mut near: Vec<f32> = compared.iter().filter_map(|l| l.sense).collect();
        near.sort_unstable_by(|a, b| b.total_cmp(a));
        near.truncate(CLOSEST);
        let sampled: Vec<f32> = sample.iter().filter_map(|l| l.sense).collect();
        // Where none of the sample has one, those that were found stand for it.
        let all = if sampled.is_empty() { mean(&near) } else { mean(&sampled) };
        (!near.is_empty()).then(|| Self { closest: mean(&near), mean: all })
    }
}

impl Fit {
    /// `compared` are likenesses to members; `sampled` of them, the first, are spread evenly over the event; `size` counts all
    /// members; `cohesion` is the mean likeness (words) between members, 1 for a single one.
    pub(super) fn of(compared: &[Likeness], sampled: usize, size: usize, cohesion: f32) -> Self {
        let closest = |channel: fn(&Likeness) -> f32| {
            let mut best = [0.0_f32; CLOSEST];
            for value in compared.iter().map(channel) {
                if value > best[CLOSEST - 1] {
                    best[CLOSEST - 1] = value;
                    best.sort_unstable_by(|a, b| b.total_cmp(a));
                }
            }
            best.iter().sum::<f32>() / size.clamp(1, CLOSEST) as f32
        };
        // Days that few members name tell little.
        let named = |channel: fn(&Likeness) -> f32| {
            let (sum, known) = compared
                .iter()
                .map(channel)
                .filter(|value| *value != 0.0)
                .fold((0.0, 0.0), |(sum, known), value| (sum + value, known + 1.0));
            sum / (known + 1.0)
        };
        let sample = compared.get(..sampled.max(1)).unwrap_or(compared);
        let mean = sample.iter().map(|l| l.words).sum::<f32>() / sample.len().max(1) as f32;
        let gap = compared.iter().map(|l| l.gap).fold(f32::MAX, f32::min);
        Self {
            closest: closest(|l| l.words),
            mean,
            centre: mean / cohesion.max(0.01).sqrt(),
            titles: closest(|l| l.titles),
            names: closest(|l| l.names),
            cover: closest(|l| l.cover),
            numbers: closest(|l| l.numbers),
            symbols: closest(|l| l.symbols),
            days: named(|l| l.days),
            weekdays: named(|l| l.weekdays),
            years: named(|l| l.years),
            gap: if compared.is_empty() { 0.0 } else { gap },
            dated: compared.iter().any(|l| l.dated),
            recurs: compared.iter().filter(|l| l.recurs).count() as f32 / compared.len().max(1) as f32,
            size,
            between: USUAL,
            sense: Nearness::of(compared, sample),
        }
    }

    /// How near the event is by embeddings, 0 where nothing is known.
    pub(super) fn nearness(&self) -> f32 {
        self.sense.map_or(0.0, |sense| sense.closest)
    }

    /// True where embeddings speak.
    pub(super) fn is_sensed(&self) -> bool {
        self.sense.is_some()
    }

    /// The signs of the embeddings, in the order of [`SENSE_SIGNS`], where there are any.
    pub(super) fn sense_signs(&self, field: Field) -> Option<SenseWeights> {
        self.sense.map(|sense| [sense.closest, sense.mean, field.sense])
    }

    /// Days to the closest member in time; `None` where none has a date.
    pub(super) fn days_away(&self) -> Option<f32> {
        self.dated.then(|| self.gap.exp_m1())
    }

    /// The same, with how many documents are dated as close as the event's closest member, of `dated` in all: among few, the
    /// same day tells much; among a thousand, nothing. That documents are few is known only once some were seen.
    pub(super) fn among(self, close: usize, dated: usize) -> Self {
        let unseen = USUAL * (-(dated as f32) / SEEN).exp();
        Self { between: close.max(FEW) as f32 + unseen, ..self }
    }

    /// How close the event is, before its rivals are known: 0 to about 1.
    pub(super) fn closeness(&self) -> f32 {
        f32::midpoint(self.closest, self.centre)
    }

    /// The signs, in the order of [`SIGNS`]. `short` is 1 for an empty document, towards 0 for a long one; `dense` tells
    /// that words are pairs of characters.
    pub(super) fn signs(&self, field: Field, cover: &Cover, short: f32, dense: bool) -> Weights {
        let yes = |is: bool| f32::from(u8::from(is));
        // Within half a day time tells nothing.
        let gap = (self.gap.exp() - 1.5).max(0.0).ln_1p();
        [
            1.0,
            self.closest,
            self.mean,
            self.centre,
            self.titles,
            self.names,
            self.cover,
            self.numbers,
            self.symbols,
            (self.size.max(1) as f32).ln(),
            field.rival,
            field.crowd,
            short,
            short * self.centre,
            gap,
            yes(dense),
            cover.core,
            cover.keys,
            cover.core_names,
            cover.key_names,
            yes(cover.nameless),
            self.days,
            self.weekdays,
            cover.foreign,
            cover.missing,
            yes(self.dated),
            self.recurs,
            if self.dated { (self.between / USUAL).ln() } else { 0.0 },
            self.years,
        ]
    }
}

/// The weighted sum.
pub(super) fn strength(signs: &[f32], weights: &[f32]) -> f32 {
    signs.iter().zip(weights).map(|(sign, weight)| sign * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(words: f32) -> Likeness {
        Likeness { words, ..Likeness::default() }
    }

    #[test]
    fn a_fit_tells_the_closest_the_mean_and_the_centre() {
        let fit = Fit::of(&[alike(0.2), alike(0.4), alike(0.6), alike(0.0)], 4, 4, 0.25);
        assert!((fit.closest - 0.4).abs() < 1e-6 && (fit.mean - 0.3).abs() < 1e-6);
        // Members that are little alike themselves make the same mean worth more.
        assert!((fit.centre - 0.6).abs() < 1e-6);
        // Of a single member all three are the same.
        let one = Fit::of(&[alike(0.3)], 1, 1, 1.0);
        assert!([one.closest, one.mean, one.centre].iter().all(|value| (value - 0.3).abs() < 1e-6));
    }

    #[test]
    fn days_count_by_how_many_members_name_them() {
        let named = |days: f32| Likeness { days, ..Likeness::default() };
        let one = Fit::of(&[named(1.0), named(0.0), named(0.0)], 3, 3, 1.0);
        let all = Fit::of(&[named(1.0); 3], 3, 3, 1.0);
        assert!((one.days - 0.5).abs() < 1e-6 && (all.days - 0.75).abs() < 1e-6);
    }

    #[test]
    fn time_within_half_a_day_tells_nothing() {
        let signs = |days: f32| {
            let gap = days.ln_1p();
            let fit = Fit::of(&[Likeness { gap, dated: true, ..Likeness::default() }], 1, 1, 1.0);
            fit.signs(Field::default(), &Cover::default(), 0.5, false)
        };
        let at = SIGNS.iter().position(|name| *name == "gap").unwrap();
        assert!(signs(0.4)[at].abs() < 1e-6 && signs(3.0)[at] > signs(1.0)[at]);
    }
}
