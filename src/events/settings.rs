//! The numbers that grouping goes by: one set for every language and kind of source.

use crate::events::bond::{Sensed, Weights};

/// Thresholds and bounds of grouping. Strengths are logarithms of odds (0 = even).
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What each sign of a bond is worth, in the order of [`SIGNS`](crate::events::SIGNS).
    pub weights: Weights,
    /// What decides instead where a document and an event have embeddings.
    pub sensed: Sensed,
    /// A document joins the event of the strongest bond from here on.
    pub join: f32,
    /// Events with a bond of this strength are looked at for a merge.
    pub near: f32,
    /// Two events merge from this mean bond on.
    pub merge: f32,
    /// How rare (logarithm of the inverse share of events) a shared name, number or symbol must be for a merge.
    pub rare: f32,
    /// Members of an event that are compared with a document.
    pub sample: usize,
    /// Documents of the smaller event that are asked for a merge.
    pub merge_sample: usize,
    /// Neighbouring events looked at for a merge.
    pub neighbours: usize,
    /// Documents compared exactly with a new one.
    pub candidates: usize,
    /// The newest documents that a new one can join.
    pub window: usize,
    /// Documents without a date between re-checks.
    pub recheck_undated: u32,
    /// Documents looked at in a re-check.
    pub recheck_most: usize,
    /// The kinship from which on a past event is called similar.
    pub similar: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weights: [
                -3.695, 7.036, 1.379, 3.137, 2.760, -0.660, 3.712, 3.748, 1.000, 0.046, -0.225, 6.195,
                -0.142, 7.602, -4.946, 0.389, 1.555, 3.073, -2.057, -0.115, -0.088, 1.612, 0.581, -1.343,
                -2.695, 0.023, -20.0,
            ],
            sensed: Sensed {
                weights: [
                    -3.695, 7.036, 1.379, 3.137, 2.760, -0.660, 3.712, 3.748, 1.000, 0.046, -0.225, 6.195,
                    -0.142, 7.602, -4.946, 0.389, 1.555, 3.073, -2.057, -0.115, -0.088, 1.612, 0.581, -1.343,
                    -2.695, 0.023, -20.0,
                ],
                senses: [0.0; 5],
                merge: 1.18,
            },
            join: 0.0,
            near: -2.0,
            merge: 1.18,
            rare: 3.0,
            sample: 12,
            merge_sample: 4,
            neighbours: 3,
            candidates: 48,
            window: 30_000,
            recheck_undated: 500,
            recheck_most: 500,
            similar: 0.16,
        }
    }
}
