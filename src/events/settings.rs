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
                -2.702, 6.398, 4.143, 2.962, -0.46, -1.111, 2.398, 3.38, 1.0, -0.079, -3.478, 4.077, 1.889, 1.466,
                -2.001, -0.93, 1.839, 1.095, -0.472, -0.585, 0.101, 0.55, 1.069, -0.842, -2.623,
            ],
            join: 0.0,
            near: -2.0,
            merge: 0.2,
            rare: 3.0,
            sample: 24,
            merge_sample: 4,
            neighbours: 3,
            candidates: 64,
            window: 30_000,
            recheck_undated: 500,
            recheck_most: 500,
            similar: 0.12,
        }
    }
}
