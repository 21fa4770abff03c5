//! The numbers that grouping goes by: one set for every language and kind of source.

use crate::events::bond::Weights;

/// Thresholds and bounds of grouping. Strengths are logarithms of odds (0 = even).
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What each sign of a bond is worth, in the order of [`SIGNS`](crate::events::SIGNS).
    pub weights: Weights,
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
                -3.619, 6.849, 1.452, 3.988, 2.324, -1.351, 3.998, 3.401, 1.000,
                0.038, -0.884, 7.534, -0.379, 6.619, -4.591, 0.130, 2.044, 3.624,
                -1.788, -0.650, 0.010, 1.473, 0.540, -1.544, -2.648, 0.252,
            ],
            join: 0.0,
            near: -2.0,
            merge: 1.15,
            rare: 3.0,
            sample: 12,
            merge_sample: 4,
            neighbours: 3,
            candidates: 48,
            window: 30_000,
            recheck_undated: 500,
            recheck_most: 500,
            similar: 0.12,
        }
    }
}
