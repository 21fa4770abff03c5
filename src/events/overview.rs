//! Events as readers meet them: what grouping holds goes in; founder, members and the most central article come out.

use crate::events::grouper::{Grouper, spread};
use crate::events::resemble::Probe;

/// Members compared to find the central one.
const COMPARED: usize = 24;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The key of the article that founded it.
    pub founder: String,
    /// Keys of its articles, in the order they came.
    pub members: Vec<String>,
    /// The member most like all others: its title is the event's headline.
    pub central: String,
}

impl Grouper {
    /// All events, oldest first. Costs up to half a millisecond for an event of many members.
    pub fn events(&self) -> Vec<Overview> {
        self.groups.living().filter_map(|group| self.overview(&group.members)).collect()
    }

    /// The event that `document` belongs to.
    pub fn event(&self, document: &str) -> Option<Overview> {
        let held = self.archive.docs.get(self.archive.find(document)? as usize)?;
        self.overview(self.groups.members(held.event))
    }

    fn overview(&self, members: &[u32]) -> Option<Overview> {
        let key = |doc: u32| self.archive.docs.get(doc as usize).map(|held| held.key.to_string());
        let first = self.archive.docs.get(*members.first()? as usize)?;
        Some(Overview {
            founder: self.groups.get(first.event)?.founder.to_string(),
            members: members.iter().filter_map(|doc| key(*doc)).collect(),
            central: key(self.central(members)?)?,
        })
    }

    /// The member with the greatest mean likeness to the others; the earliest of two.
    fn central(&self, members: &[u32]) -> Option<u32> {
        if members.len() < 3 {
            return members.first().copied();
        }
        let compared = spread(members, COMPARED);
        let mut best: Option<(f32, u32)> = None;
        for &doc in &compared {
            let probe = Probe::new(self.archive.view(doc)?, &self.archive.rates);
            let others = compared.iter().filter(|other| **other != doc);
            let sum: f32 = others
                .filter_map(|other| self.likeness(&probe, *other))
                .map(|likeness| likeness.kinship())
                .sum();
            if best.is_none_or(|(most, _)| sum > most) {
                best = Some((sum, doc));
            }
        }
        best.map(|(_, doc)| doc)
    }
}
