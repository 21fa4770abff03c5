//! What an event is about, and what of it a document tells: members and a document go in, the shares of what is
//! characteristic that both have come out.
//!
//! Two happenings of one kind share most words; what tells them apart is who and where: the few terms that nearly every
//! report of an event has, and the names in a report's title that no report of the event knows.

use crate::events::archive::View;
use crate::events::features::{Term, mark};
use crate::events::rates::{BUCKETS, Marks, Rates, bucket};
use crate::events::resemble::place;

/// Terms that characterise a document or an event.
const KEYS: usize = 10;
/// A term of a title counts this much when an event's terms are counted.
const IN_TITLE: u8 = 2;
/// Counts go up to here; two bits above are flags.
const MOST: u8 = 63;
const NAME: u8 = 128;
const TAKEN: u8 = 64;

/// The heaviest terms, heaviest first.
#[derive(Debug, Clone, Copy, Default)]
struct Heaviest {
    terms: [(f32, u32); KEYS],
}

impl Heaviest {
    fn offer(&mut self, weight: f32, id: u32) {
        let Some(last) = self.terms.last() else { return };
        if weight <= last.0 {
            return;
        }
        let at = self.terms.partition_point(|(held, _)| *held >= weight);
        if let Some(tail) = self.terms.get_mut(at..) {
            tail.rotate_right(1);
            if let Some(slot) = tail.first_mut() {
                *slot = (weight, id);
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = (f32, u32)> + '_ {
        self.terms.iter().copied().filter(|(weight, _)| *weight > 0.0)
    }

    /// The share of the weight that `told` has, each term by the part (0 to 1) it tells.
    fn share(&self, told: impl Fn(u32) -> f32) -> f32 {
        let (mut have, mut all) = (0.0, 0.0);
        for (weight, id) in self.iter() {
            all += weight;
            have += weight * told(id);
        }
        if all > 0.0 { have / all } else { 0.0 }
    }
}

/// What characterises a document, worked out once for many events.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    terms: &'a [Term],
    all: Heaviest,
    names: Heaviest,
    /// Names of the title with their rarity as a share of the greatest.
    title_names: Vec<(f32, u32)>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(view: View<'a>, rates: &Rates) -> Self {
        let (mut all, mut names, mut title_names) = (Heaviest::default(), Heaviest::default(), Vec::new());
        for term in view.terms.iter().filter(|term| term.marks & mark::ANCHOR == 0) {
            let rarity = rates.rarity(term.id);
            let weight = rarity * place(*term, rates);
            all.offer(weight, term.id);
            if term.marks & mark::NAME != 0 {
                names.offer(weight, term.id);
                if term.marks & mark::TITLE != 0 {
                    title_names.push((rates.relative(rarity), term.id));
                }
            }
        }
        Self { terms: view.terms, all, names, title_names }
    }

    fn tells(&self, id: u32) -> bool {
        self.terms.binary_search_by_key(&id, |term| term.id).is_ok()
    }
}

/// How a document and what an event is about cover each other, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cover {
    /// What of the event's characteristic terms the document tells, and of its names.
    pub(super) core: f32,
    pub(super) core_names: f32,
    /// What of the document's characteristic terms the event tells, and of its names.
    pub(super) keys: f32,
    pub(super) key_names: f32,
    /// One of both has no names.
    pub(super) nameless: bool,
    /// The rarest name of the document's title that the event never tells.
    pub(super) foreign: f32,
    /// The rarest name that the event's titles tell and the document does not.
    pub(super) missing: f32,
}

/// A place to count an event's terms in, kept so that none has to clear it.
#[derive(Debug, Default)]
pub(super) struct Census {
    seen: Marks,
    counts: Vec<u8>,
}

impl Census {
    fn begin(&mut self) {
        self.seen.begin();
        self.counts.resize(BUCKETS, 0);
    }

    /// The count of a term's bucket, begun anew for every event.
    fn slot(&mut self, id: u32) -> Option<&mut u8> {
        let count = self.counts.get_mut(bucket(id))?;
        if self.seen.first(id) {
            *count = 0;
        }
        Some(count)
    }

    fn count(&self, id: u32) -> u8 {
        if self.seen.holds(id) { self.counts.get(bucket(id)).map_or(0, |count| count & MOST) } else { 0 }
    }

    /// How the document of `keys` and the event of `members` (of `size` in all) cover each other.
    pub(super) fn cover(
        &mut self,
        keys: &Keys<'_>,
        members: &[View<'_>],
        size: usize,
        rates: &Rates,
    ) -> Cover {
        self.begin();
        let terms = || members.iter().flat_map(|view| view.terms).filter(|t| t.marks & mark::ANCHOR == 0);
        for term in terms() {
            let more = if term.marks & mark::TITLE == 0 { 1 } else { IN_TITLE };
            let name = if term.marks & mark::NAME == 0 { 0 } else { NAME };
            if let Some(count) = self.slot(term.id) {
                *count = ((*count & MOST) + more).min(MOST) | (*count & NAME) | name;
            }
        }
        let (mut core, mut names) = (Heaviest::default(), Heaviest::default());
        for term in terms() {
            let Some(count) = self.slot(term.id).filter(|count| **count & TAKEN == 0) else { continue };
            let (told, name) = (*count & MOST, *count & NAME != 0);
            *count |= TAKEN;
            let weight = rates.rarity(term.id) * f32::from(told);
            core.offer(weight, term.id);
            if name {
                names.offer(weight, term.id);
            }
        }
        let many = members.len().max(1) as f32;
        let in_document = |id: u32| f32::from(u8::from(keys.tells(id)));
        let in_event = |id: u32| (f32::from(self.count(id)) / many).min(1.0);
        let sure = size as f32 / (size as f32 + 1.0);
        let unknown = keys.title_names.iter().filter(|(_, id)| self.count(*id) == 0);
        let untold = names.iter().filter(|(_, id)| !keys.tells(*id)).map(|(_, id)| {
            rates.relative(rates.rarity(id)) * (f32::from(self.count(id)) / (1.5 * many)).min(1.0)
        });
        Cover {
            core: core.share(in_document),
            core_names: names.share(in_document),
            keys: keys.all.share(in_event),
            key_names: keys.names.share(in_event),
            nameless: names.iter().next().is_none() || keys.names.iter().next().is_none(),
            foreign: unknown.map(|(rarity, _)| *rarity).fold(0.0, f32::max) * sure,
            missing: untold.fold(0.0, f32::max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::archive::Archive;
    use crate::events::features::{Document, Features};

    fn read(title: &str, text: &str) -> Features {
        Features::of(&Document { title, text, language: Some("en"), ..Document::default() })
    }

    fn cover(document: &Features, members: &[Features]) -> Cover {
        let archive = Archive::new();
        let keys = Keys::of(document.view(), &archive.rates);
        let views: Vec<View<'_>> = members.iter().map(Features::view).collect();
        Census::default().cover(&keys, &views, views.len(), &archive.rates)
    }

    #[test]
    fn another_name_in_the_same_story_is_foreign() {
        let members = [
            read("Runner Bexley fined for speeding", "The runner Bexley was fined in Karlstad by a court."),
            read("Bexley loses licence", "A court in Karlstad fined the runner Bexley."),
        ];
        let same = cover(&read("Court fines Bexley", "In Karlstad the runner Bexley was fined."), &members);
        let other = cover(&read("Court fines Ormond", "In Karlstad the runner Ormond was fined."), &members);
        assert!(same.foreign < 0.1 && other.foreign > 0.4, "{same:?} {other:?}");
        assert!(same.missing < other.missing && same.core_names > other.core_names);
        assert!(same.keys > other.keys && !same.nameless);
    }

    #[test]
    fn the_heaviest_are_kept_in_order() {
        let mut heaviest = Heaviest::default();
        for (weight, id) in (0..40_u32).map(|i| ((i * 7 % 40) as f32, i)) {
            heaviest.offer(weight, id);
        }
        let weights: Vec<f32> = heaviest.iter().map(|(weight, _)| weight).collect();
        assert_eq!(weights, (30..40).rev().map(|i| i as f32).collect::<Vec<f32>>());
        assert!((heaviest.share(|_| 1.0) - 1.0).abs() < 1e-6);
    }
}
