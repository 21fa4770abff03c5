//! The numbers that grouping goes by: one set for every language and kind of source.

use crate::events::resemble::{Model, Weights};

/// Thresholds and bounds of grouping. Scores are logarithms of odds (0 = even).
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How likeness is weighed.
    pub model: Model,
    /// A document joins the best event from this link on.
    pub join: f32,
    /// Events with a member this close are looked at.
    pub near: f32,
    /// Two events merge from this average link on.
    pub merge: f32,
    /// How rare (logarithm of the inverse share of documents) a shared name, number or symbol must be for a merge.
    pub rare: f32,
    /// The best members that a link counts.
    pub best_members: usize,
    /// Their share in the link; the rest is the mean over all members.
    pub best_share: f32,
    /// Members sampled for that mean.
    pub sample: usize,
    /// Members of each side sampled for a merge.
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
    /// Scores below and above are taken as these where scores are averaged: one odd member decides nothing.
    pub bounds: (f32, f32),
    /// The score from which on a past event is called similar.
    pub similar: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // Found by logistic regression over pairs of documents, then by coordinate search on BCubed over sets of
            // headlines, leads and full reports in English and Chinese together (docs/events.md).
            model: Model {
                within: Weights {
                    base: -16.2,
                    channels: [
                        10.0, 2.18, -0.41, 3.21, 1.06, 2.0, 0.0, -2.75, -0.72, 2.66, 9.2, -8.53, 3.03, -2.47,
                    ],
                },
                across: Weights {
                    base: -6.0,
                    channels: [3.0, 1.0, 1.0, 2.0, 4.0, 1.0, 6.0, -0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                },
                title: 3.7,
                lead: 1.3,
            },
            join: -0.3,
            near: -2.7,
            merge: -0.07,
            rare: 3.0,
            best_members: 3,
            best_share: 0.64,
            sample: 27,
            merge_sample: 6,
            neighbours: 3,
            candidates: 64,
            window: 30_000,
            recheck_undated: 500,
            recheck_most: 500,
            bounds: (-3.0, 4.0),
            similar: -2.2,
        }
    }
}

impl Settings {
    /// `score` within the bounds of averages.
    pub(super) fn bounded(&self, score: f32) -> f32 {
        score.clamp(self.bounds.0, self.bounds.1)
    }
}
