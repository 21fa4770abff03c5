//! Vectors of one model go in, in order; the nearest to any of them come out, by exact search: one pass over all of them,
//! a byte a dimension, which serves 100,000 vectors of 384 dimensions in two or three milliseconds (`cargo bench --bench
//! vectors`). Below a million no index by neighbourhood is worth what it forgets.

use std::collections::BinaryHeap;

use crate::model::vector::{Probe, Vector};

/// Unrelated texts at a cosine of 0 that [`Shelf::background`] begins with.
const DOUBT: f32 = 24.0;

/// Vectors beside each other, and the inverse of each one's length.
#[derive(Debug, Default)]
pub struct Shelf {
    width: usize,
    cells: Vec<i8>,
    scales: Vec<f32>,
}

/// A place on the shelf that is near. Ordered so that the worst is the greatest, as the heap wants it: by cosine, and
/// among equals the later place is worse.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Near {
    cosine: f32,
    place: u32,
}

impl Eq for Near {}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.cosine.total_cmp(&self.cosine).then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Shelf {
    /// An empty shelf for vectors of any one width.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many vectors stand on it.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// True where nothing stands on it.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// Puts a vector at the end and tells its place; `None` where its width is not that of the others. The first one
    /// decides the width.
    pub fn push(&mut self, vector: &Vector) -> Option<u32> {
        if self.scales.is_empty() {
            self.width = vector.cells().len();
        }
        let place = u32::try_from(self.scales.len()).ok()?;
        if vector.cells().len() != self.width || self.width == 0 {
            return None;
        }
        self.cells.extend_from_slice(vector.cells());
        self.scales.push(vector.scale());
        Some(place)
    }

    /// The vector at `place`.
    pub fn vector(&self, place: u32) -> Option<Vector> {
        Vector::from_cells(self.row(place)?)
    }

    fn row(&self, place: u32) -> Option<&[i8]> {
        let start = (place as usize).checked_mul(self.width)?;
        self.cells.get(start..start.checked_add(self.width)?)
    }

    /// The cosine between `probe` and the vector at `place`; `None` where there is none, or of another width.
    pub fn cosine(&self, probe: &Vector, place: u32) -> Option<f32> {
        let cells = self.row(place)?;
        let scale = self.scales.get(place as usize)?;
        (probe.cells().len() == self.width).then(|| Probe::new(probe).cosine(cells, *scale))
    }

    /// How near to `probe` any text is: the mean cosine over at most `most` places spread evenly, drawn towards 0 where
    /// there are few. Models differ: unrelated texts lie at 0.05 with some, at 0.7 with others.
    pub fn background(&self, probe: &Vector, most: usize) -> f32 {
        if self.width == 0 || probe.cells().len() != self.width {
            return 0.0;
        }
        let probe = Probe::new(probe);
        let step = self.len().div_ceil(most.max(1)).max(1);
        let (mut sum, mut count) = (0.0, DOUBT);
        for (cells, scale) in self.cells.chunks_exact(self.width).zip(&self.scales).step_by(step) {
            sum += probe.cosine(cells, *scale);
            count += 1.0;
        }
        sum / count
    }

    /// The `k` places nearest to `probe` among those that `wanted` lets pass, nearest first, with their cosines; among
    /// equals the earlier place. Nothing where the widths differ.
    pub fn nearest(&self, probe: &Vector, k: usize, wanted: impl Fn(u32) -> bool) -> Vec<(u32, f32)> {
        if k == 0 || self.width == 0 || probe.cells().len() != self.width {
            return Vec::new();
        }
        let probe = Probe::new(probe);
        let mut best: BinaryHeap<Near> = BinaryHeap::with_capacity(k.min(self.len()) + 1);
        let mut bar = f32::NEG_INFINITY;
        for (place, (cells, scale)) in self.cells.chunks_exact(self.width).zip(&self.scales).enumerate() {
            let cosine = probe.cosine(cells, *scale);
            // Few get here: asking what is wanted costs little beside the pass itself.
            if cosine > bar && wanted(place as u32) {
                best.push(Near { cosine, place: place as u32 });
                if best.len() > k {
                    best.pop();
                }
                if best.len() == k {
                    bar = best.peek().map_or(bar, |worst| worst.cosine);
                }
            }
        }
        best.into_sorted_vec().into_iter().map(|near| (near.place, near.cosine)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shelf(rows: &[Vec<f32>]) -> (Shelf, Vec<Vector>) {
        let vectors: Vec<Vector> = rows.iter().filter_map(|row| Vector::from_floats(row)).collect();
        let mut shelf = Shelf::new();
        for (at, vector) in vectors.iter().enumerate() {
            assert_eq!(shelf.push(vector), Some(at as u32));
        }
        (shelf, vectors)
    }

    #[test]
    fn the_nearest_come_first_and_equals_in_order() {
        let (shelf, vectors) =
            shelf(&[vec![1.0, 0.0], vec![0.0, 1.0], vec![2.0, 0.0], vec![1.0, 1.0], vec![-1.0, 0.0]]);
        let places = |found: Vec<(u32, f32)>| found.into_iter().map(|(place, _)| place).collect::<Vec<_>>();
        assert_eq!(places(shelf.nearest(&vectors[0], 4, |_| true)), [0, 2, 3, 1]);
        assert_eq!(places(shelf.nearest(&vectors[0], 2, |place| place != 0)), [2, 3]);
        assert_eq!(shelf.nearest(&vectors[0], 0, |_| true), []);
        assert!((shelf.cosine(&vectors[0], 4).unwrap() + 1.0).abs() < 1e-6);
        assert_eq!(shelf.cosine(&vectors[0], 5), None);
    }

    #[test]
    fn the_background_is_the_mean_of_a_sample() {
        let rows: Vec<Vec<f32>> = (0..1000).map(|n| vec![1.0, if n % 3 == 0 { 0.0 } else { 1.0 }]).collect();
        let (shelf, vectors) = shelf(&rows);
        let mean = (1.0 + 2.0 * 0.5_f32.sqrt()) / 3.0;
        let near = shelf.background(&vectors[0], 1000);
        assert!((near - mean * 1000.0 / 1024.0).abs() < 0.01, "{near}");
        assert!((shelf.background(&vectors[0], 333) - mean * 250.0 / 274.0).abs() < 0.02);
        assert!(Shelf::new().background(&vectors[0], 9).abs() < f32::EPSILON);
    }

    #[test]
    fn widths_never_mix() {
        let (mut shelf, _) = shelf(&[vec![1.0, 0.0]]);
        let wide = Vector::from_floats(&[1.0, 0.0, 0.0]).unwrap();
        assert_eq!(shelf.push(&wide), None);
        assert_eq!((shelf.len(), shelf.is_empty()), (1, false));
        assert_eq!(shelf.nearest(&wide, 3, |_| true), []);
    }

    proptest! {
        #[test]
        fn the_search_is_exact(rows in proptest::collection::vec(proptest::collection::vec(-1.0_f32..1.0, 8), 1..60), k in 1_usize..12) {
            let (shelf, vectors) = shelf(&rows);
            if let Some(probe) = vectors.first() {
                let mut all: Vec<(u32, f32)> =
                    (0..vectors.len() as u32).map(|place| (place, shelf.cosine(probe, place).unwrap())).collect();
                all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                all.truncate(k);
                prop_assert_eq!(shelf.nearest(probe, k, |_| true), all);
            }
        }
    }
}
