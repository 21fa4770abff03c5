//! The embeddings of recent documents: one or none a document goes in, in order; that of a document, and how near any text
//! is to one, come out.
//!
//! A function of the documents in the window alone, whatever run they came in: sums are kept in whole numbers, so that
//! what is taken out again leaves nothing behind. Memory: a byte a dimension of a document in the window.

use std::collections::{BTreeMap, VecDeque};

use crate::events::hybrid::above;
use crate::model::vector::{Probe, Sense, Vector};

/// Unrelated texts at a cosine of 0 that the background begins with.
const DOUBT: f32 = 24.0;
/// How near a document in another language must be to be looked at.
const NEAR: f32 = 0.3;
/// A coordinate of a vector of length 1 in whole numbers.
const UNIT: f32 = 1_048_576.0;

/// The newest documents' embeddings.
#[derive(Debug, Default)]
pub(super) struct Senses {
    keep: usize,
    /// The number of the document that `held` begins with.
    first: usize,
    held: VecDeque<Option<(Sense, [u8; 2])>>,
    by_model: BTreeMap<(u32, usize), Sums>,
}

/// What one model made.
#[derive(Debug, Default)]
struct Sums {
    all: Sum,
    by_language: BTreeMap<[u8; 2], Sum>,
}

/// Directions added up.
#[derive(Debug, Default)]
struct Sum {
    cells: Vec<i64>,
    count: u32,
}

impl Sum {
    /// Adds a vector, or takes it out again.
    fn note(&mut self, vector: &Vector, out: bool) {
        let scale = vector.scale() * UNIT;
        self.cells.resize(vector.cells().len(), 0);
        for (sum, cell) in self.cells.iter_mut().zip(vector.cells()) {
            let unit = (f32::from(*cell) * scale).round() as i64;
            *sum += if out { -unit } else { unit };
        }
        self.count = if out { self.count.saturating_sub(1) } else { self.count + 1 };
    }

    /// The sum of the cosines between a vector and all of these.
    fn cosines(&self, vector: &Vector) -> f32 {
        let dot: f32 =
            self.cells.iter().zip(vector.cells()).map(|(sum, cell)| *sum as f32 * f32::from(*cell)).sum();
        dot * vector.scale() / UNIT
    }
}

impl Sums {
    /// The mean cosine with a vector, that over the texts in its own language where there are many.
    fn background(&self, vector: &Vector, language: [u8; 2]) -> f32 {
        let all = self.all.cosines(vector) / (self.all.count as f32 + DOUBT);
        let own = self.by_language.get(&language);
        let (cosines, count) = own.map_or((0.0, 0.0), |sum| (sum.cosines(vector), sum.count as f32));
        (cosines + DOUBT * all) / (count + DOUBT)
    }
}

impl Senses {
    /// For the newest `keep` documents, from the one of number `first` on.
    pub(super) fn new(first: usize, keep: usize) -> Self {
        Self { keep, first, held: VecDeque::new(), by_model: BTreeMap::new() }
    }

    /// Adds the next document.
    pub(super) fn push(&mut self, sense: Option<Sense>, language: [u8; 2]) {
        if let Some(sense) = &sense {
            self.note(sense, language, false);
        }
        self.held.push_back(sense.map(|sense| (sense, language)));
        if self.held.len() > self.keep {
            self.first += 1;
            if let Some(Some((gone, language))) = self.held.pop_front() {
                self.note(&gone, language, true);
            }
        }
    }

    fn note(&mut self, sense: &Sense, language: [u8; 2], out: bool) {
        let sums = self.by_model.entry(sense.space()).or_default();
        sums.all.note(&sense.vector, out);
        sums.by_language.entry(language).or_default().note(&sense.vector, out);
        if sums.all.count == 0 {
            self.by_model.remove(&sense.space());
        }
    }

    /// The embedding of a document in the window.
    pub(super) fn of(&self, doc: u32) -> Option<&Sense> {
        let at = (doc as usize).checked_sub(self.first)?;
        self.held.get(at)?.as_ref().map(|(sense, _)| sense)
    }

    /// How near to `sense` any text is. Models differ: unrelated texts lie at 0.05 with some, at 0.7 with others, and with
    /// all in a language that a model cannot read.
    fn background(&self, sense: &Sense, language: [u8; 2]) -> f32 {
        self.by_model.get(&sense.space()).map_or(0.0, |sums| sums.background(&sense.vector, language))
    }

    /// An embedding made ready to be compared with others.
    pub(super) fn sensor(&self, sense: &Sense, language: [u8; 2]) -> Sensor {
        let others = self.others(sense, language).map(|other| (other, self.background(sense, other)));
        Sensor {
            space: sense.space(),
            language,
            probe: Probe::new(&sense.vector),
            background: self.background(sense, language),
            others: others.collect(),
        }
    }

    /// The other languages that the same model has read.
    fn others(&self, sense: &Sense, language: [u8; 2]) -> impl Iterator<Item = [u8; 2]> {
        let sums = self.by_model.get(&sense.space()).into_iter().flat_map(|sums| &sums.by_language);
        let read = sums.filter(|(_, sum)| sum.count > 0).map(|(other, _)| *other);
        read.filter(move |other| *other != language && *other != [0, 0])
    }

    /// The documents in other languages that are nearest, at most `most`: what shares no word is found by nothing else.
    pub(super) fn abroad(&self, sensor: &Sensor, most: usize) -> Vec<u32> {
        if sensor.others.is_empty() || sensor.language == [0, 0] {
            return Vec::new();
        }
        let foreign = self.held.iter().zip(self.first as u32..).filter_map(|(held, doc)| {
            let (sense, language) = held.as_ref()?;
            (*language != sensor.language && *language != [0, 0])
                .then(|| sensor.nearness(sense, *language))?
                .filter(|near| *near >= NEAR)
                .map(|near| (near, doc))
        });
        let mut nearest: Vec<(f32, u32)> = foreign.collect();
        nearest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
        nearest.truncate(most);
        nearest.into_iter().map(|(_, doc)| doc).collect()
    }
}

/// The embedding of a document, for many comparisons.
#[derive(Debug)]
pub(super) struct Sensor {
    space: (u32, usize),
    language: [u8; 2],
    probe: Probe,
    background: f32,
    /// The background of each other language.
    others: Vec<([u8; 2], f32)>,
}

impl Sensor {
    /// The cosine above the background (see [`above`]) with a document in `language`; `None` where the models differ.
    pub(super) fn nearness(&self, other: &Sense, language: [u8; 2]) -> Option<f32> {
        let cosine = || self.probe.cosine(other.vector.cells(), other.vector.scale());
        let theirs =
            self.others.iter().find(|(known, _)| *known == language).map(|(_, background)| *background);
        (other.space() == self.space).then(|| above(cosine(), theirs.unwrap_or(self.background)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sense(numbers: [f32; 3]) -> Sense {
        Sense { model: 1, vector: Vector::from_floats(&numbers).unwrap() }
    }

    #[test]
    fn what_leaves_the_window_leaves_nothing_behind() {
        let rows: Vec<Option<Sense>> = (0..40_u8)
            .map(|i| {
                let numbers = [f32::from(i) - 9.5, f32::from(i % 7), f32::from(i % 5) - 2.0];
                (i % 3 > 0).then(|| Sense { model: u32::from(i / 25), ..sense(numbers) })
            })
            .collect();
        let (mut long, mut short) = (Senses::new(0, 10), Senses::new(0, 10));
        for (i, row) in rows.iter().enumerate() {
            long.push(row.clone(), [i as u8 % 2, 0]);
            short.push(row.clone().filter(|_| i >= 30), [i as u8 % 2, 0]);
        }
        assert_eq!((long.of(29), long.of(31)), (None, rows[31].as_ref()));
        assert_eq!(long.by_model.len(), 1, "the first model is gone");
        let probe = sense([1.0, 2.0, 3.0]);
        assert!(long.background(&probe, [1, 0]) != 0.0);
        assert_eq!(long.background(&probe, [1, 0]).to_bits(), short.background(&probe, [1, 0]).to_bits());
    }

    #[test]
    fn nearness_is_taken_over_what_any_text_has() {
        let mut senses = Senses::new(0, 10_000);
        for i in 0..2000_u16 {
            let turn = f32::from(i) * 0.1;
            senses.push(Some(sense([2.0, turn.sin(), turn.cos()])), *b"en");
        }
        let sensor = senses.sensor(&sense([2.0, 1.0, 0.0]), *b"en");
        assert!((sensor.background - 0.8).abs() < 0.02, "{}", sensor.background);
        let near = |numbers| sensor.nearness(&sense(numbers), *b"en").unwrap();
        assert!((near([2.0, 1.0, 0.0]) - 1.0).abs() < 0.01);
        assert!(near([2.0, 0.0, 1.0]).abs() < 0.1 && near([2.0, -1.0, 0.0]) < -0.5);
        // A language of its own has its own background.
        assert!(senses.background(&sense([-2.0, 0.0, 1.0]), *b"zh") < 0.0);
        for _ in 0..500 {
            senses.push(Some(sense([-2.0, 0.0, 1.0])), *b"zh");
        }
        assert!(senses.background(&sense([-2.0, 0.0, 1.0]), *b"zh") > 0.9);
    }

    #[test]
    fn documents_in_other_languages_are_found_by_nearness() {
        let mut senses = Senses::new(0, 3);
        let rows = [
            (*b"de", [1.0, 0.0, 0.0]), // leaves the window
            (*b"de", [1.0, 0.1, 0.0]),
            (*b"fr", [1.0, 0.0, 0.0]),
            (*b"en", [1.0, 0.0, 0.0]),
        ];
        for (language, numbers) in rows {
            senses.push(Some(sense(numbers)), language);
        }
        let abroad = |language, model, most| {
            let own = Sense { model, ..sense([1.0, 0.0, 0.0]) };
            senses.abroad(&senses.sensor(&own, language), most)
        };
        assert_eq!(abroad(*b"en", 1, 8), [2, 1]);
        assert_eq!((abroad(*b"en", 1, 1), abroad(*b"fr", 1, 8)), (vec![2], vec![3, 1]));
        assert_eq!((abroad(*b"en", 2, 8), abroad([0, 0], 1, 8)), (vec![], vec![]));
        let far = sense([0.0, 0.0, 1.0]);
        assert!(senses.abroad(&senses.sensor(&far, *b"en"), 8).is_empty());
    }

    #[test]
    fn what_two_models_made_is_not_compared() {
        let senses = Senses::new(0, 9);
        let own = sense([1.0, 0.0, 0.0]);
        let sensor = senses.sensor(&own, *b"en");
        assert!(sensor.nearness(&own, *b"en").is_some());
        assert_eq!(sensor.nearness(&Sense { model: 2, ..own.clone() }, *b"en"), None);
        let wide = Vector::from_floats(&[1.0, 1.0]).unwrap();
        assert_eq!(sensor.nearness(&Sense { model: 1, vector: wide }, *b"en"), None);
    }
}
