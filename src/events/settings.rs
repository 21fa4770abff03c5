//! The numbers that grouping goes by: one set for every language and kind of source.

use crate::events::bond::{Sensed, Weights};
use crate::events::parting::Apart;

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
    /// What each sign of two events in one is worth, in the order of [`PARTING_SIGNS`](crate::events::PARTING_SIGNS): an
    /// event is parted above 0.
    pub apart: Apart,
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
                -3.846, 7.164, 2.798, 4.401, 4.180, -2.404, 4.762, 2.578, 1.000, 0.296, -2.624, 5.635,
                -0.423, 5.801, -5.600, 0.707, 0.694, 3.528, -1.747, 1.331, -0.163, 0.773, 0.33, -0.811,
                -2.594, -0.653, -20.0, -1.090, 0.9,
            ],
            sensed: Sensed {
                weights: [
                    -5.51, 0.59, 6.50, -2.42, 1.24, 1.73, 3.06, 0.31, 0.30, 0.11, 1.27, -2.66, 1.47, -0.95,
                    -10.20, 0.35, 1.98, 3.78, -3.15, -0.39, -0.01, 0.27, 0.07, -0.67, -1.34, 0.87, -20.00,
                    -0.95, 0.9,
                ],
                senses: [11.26, -1.24, -1.48],
                merge: 1.68,
                apart: [6.74, -7.68, -5.24, -1.00, -0.30, 3.00, -0.50, -2.6],
            },
            join: 0.0,
            near: -2.0,
            merge: 0.97,
            apart: [5.513, -6.762, -4.093, -0.905, -0.110, 1.237, -0.850, -2.6],
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
