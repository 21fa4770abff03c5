//! The bonds of one document: its features go in, the events that it may report come out, strongest bond first; and whether
//! two events are one.
//!
//! Recent documents that share heavy terms are found by the index and compared exactly; each event among them is then
//! compared by a sample of its members. Members in another language count only where the event has none in the
//! document's own.

use std::collections::BTreeMap;

use crate::events::archive::{Reach, Scratch, View};
use crate::events::bond::{CLOSEST, Field, Fit, strength};
use crate::events::cover::{Census, Keys};
use crate::events::features::mark;
use crate::events::grouper::{Grouper, spread};
use crate::events::resemble::{Likeness, Probe, compare};

/// Events that compete for a document, and those of them whose bond is worked out in full.
const EVENTS: usize = 7;
const FULL: usize = 4;
/// Members whose likeness to each other stands for an event's cohesion.
const COHESION: usize = 5;

/// Documents in other languages that embeddings propose.
const ABROAD: usize = 8;
/// What nearness by embeddings adds to the words in the choice of events that compete.
const SENSE: f32 = 0.6;

/// A document's bond to an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) group: u32,
    /// The logarithm of the odds that the document reports the event.
    pub(super) strength: f32,
}

/// Places to count in.
struct Desk {
    scratch: Scratch,
    census: Census,
}

/// An event compared so far.
struct Compared {
    group: u32,
    fit: Fit,
    across: Option<f32>,
    field: Field,
}

impl Grouper {
    /// The bonds of a document that is there already.
    pub(super) fn links_of(&mut self, doc: u32) -> Vec<Link> {
        self.with_desk(|grouper, desk| {
            grouper.archive.view(doc).map(|view| grouper.linked(view, doc, desk)).unwrap_or_default()
        })
    }

    /// The events that recent documents like a new one belong to, strongest bond first.
    pub(super) fn links(&mut self, view: View<'_>) -> Vec<Link> {
        self.with_desk(|grouper, desk| grouper.linked(view, u32::MAX, desk))
    }

    /// Lends out the places to count in, so that documents can be looked at where they stand.
    fn with_desk<T>(&mut self, work: impl FnOnce(&Self, &mut Desk) -> T) -> T {
        let mut desk =
            Desk { scratch: std::mem::take(&mut self.scratch), census: std::mem::take(&mut self.census) };
        let done = work(self, &mut desk);
        (self.scratch, self.census) = (desk.scratch, desk.census);
        done
    }

    /// `except` is the document itself.
    fn linked(&self, view: View<'_>, except: u32, desk: &mut Desk) -> Vec<Link> {
        let from = self.archive.docs.len().saturating_sub(self.settings.window) as u32;
        let reach = Reach { from, per_term: 4000, budget: 60_000, keep: self.settings.candidates };
        let mut candidates = self.archive.candidates(view, reach, &mut desk.scratch);
        let probe = self.probe(view);
        let abroad = probe.sense.as_ref().map(|sensor| self.archive.senses.abroad(sensor, ABROAD));
        for doc in abroad.unwrap_or_default() {
            if !candidates.contains(&doc) {
                candidates.push(doc);
            }
        }
        let mut near: BTreeMap<u32, Vec<(u32, Likeness)>> = BTreeMap::new();
        for doc in candidates.into_iter().filter(|doc| *doc != except) {
            let Some(likeness) = self.likeness(&probe, doc) else { continue };
            let Some(held) = self.archive.docs.get(doc as usize) else { continue };
            near.entry(held.event).or_default().push((doc, likeness));
        }
        let mut promising: Vec<Promise> =
            near.iter().map(|(group, members)| Promise::of(*group, members)).collect();
        promising
            .sort_unstable_by(|a, b| b.all.total_cmp(&a.all).then(self.age(a.group).cmp(&self.age(b.group))));
        promising.truncate(EVENTS);
        let mut compared: Vec<Compared> = promising
            .iter()
            .take(FULL)
            .filter_map(|one| self.compared(&probe, one.group, near.get(&one.group)?, except))
            .collect();
        rivals(&mut compared, promising.iter().skip(FULL).map(|one| one.words));
        let keys = Keys::of(view, &self.archive.rates);
        let mut links: Vec<Link> = Vec::with_capacity(compared.len());
        for one in &compared {
            links.push(Link { group: one.group, strength: self.bond(&keys, view, one, except, desk) });
        }
        links.sort_unstable_by(|a, b| {
            b.strength.total_cmp(&a.strength).then(self.age(a.group).cmp(&self.age(b.group)))
        });
        links
    }

    /// Compares a document with a sample of an event's members; `known` were compared already.
    fn compared(
        &self,
        probe: &Probe<'_>,
        group: u32,
        known: &[(u32, Likeness)],
        except: u32,
    ) -> Option<Compared> {
        let members = &self.groups.get(group)?.members;
        let sample = spread(members, self.settings.sample);
        let find = |doc: u32| known.iter().find(|(held, _)| *held == doc).map(|(_, likeness)| *likeness);
        let mut likenesses: Vec<Likeness> = sample
            .iter()
            .filter(|doc| **doc != except)
            .filter_map(|doc| find(*doc).or_else(|| self.likeness(probe, *doc)))
            .collect();
        let mut sampled = likenesses.len();
        likenesses.extend(known.iter().filter(|(doc, _)| !sample.contains(doc)).map(|(_, l)| *l));
        let across = if likenesses.iter().all(|likeness| likeness.across) {
            let mut odds: Vec<f32> = likenesses.iter().map(Likeness::odds_across).collect();
            odds.sort_unstable_by(|a, b| b.total_cmp(a));
            odds.truncate(CLOSEST);
            Some(odds.iter().sum::<f32>() / odds.len().max(1) as f32)
        } else {
            sampled = likenesses.iter().take(sampled).filter(|likeness| !likeness.across).count();
            likenesses.retain(|likeness| !likeness.across);
            None
        };
        let fit = Fit::of(&likenesses, sampled, members.len(), self.cohesion(members));
        let fit = match probe.view.at.zip(fit.days_away()) {
            Some((at, days)) => fit.among(self.archive.dated_within(at, days), self.archive.dated()),
            None => fit,
        };
        Some(Compared { group, fit, across, field: Field::default() })
    }

    /// The mean likeness (words) between all members, each to itself included, from a few of them.
    fn cohesion(&self, members: &[u32]) -> f32 {
        if members.len() < 2 {
            return 1.0;
        }
        let sample = spread(members, COHESION);
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (i, &doc) in sample.iter().enumerate() {
            let Some(view) = self.archive.view(doc) else { continue };
            let probe = Probe::new(view, &self.archive.rates);
            for &other in sample.iter().skip(i + 1) {
                sum += self.likeness(&probe, other).map_or(0.0, |likeness| likeness.words);
                pairs += 1.0;
            }
        }
        let size = members.len() as f32;
        (1.0 + (size - 1.0) * sum / f32::max(pairs, 1.0)) / size
    }

    fn bond(&self, keys: &Keys<'_>, view: View<'_>, one: &Compared, except: u32, desk: &mut Desk) -> f32 {
        if let Some(odds) = one.across {
            return odds;
        }
        let Some(group) = self.groups.get(one.group) else { return f32::MIN };
        let sample = spread(&group.members, self.settings.sample);
        let members: Vec<View<'_>> =
            sample.iter().filter(|doc| **doc != except).filter_map(|doc| self.archive.view(*doc)).collect();
        let cover = desk.census.cover(keys, &members, group.members.len(), &self.archive.rates);
        let dense = matches!(&view.language, b"zh" | b"ja" | b"ko");
        let signs = one.fit.signs(one.field, &cover, view.shortness(), dense);
        match one.fit.sense_signs(one.field) {
            None => strength(&signs, &self.settings.weights),
            Some(senses) => {
                let sensed = &self.settings.sensed;
                strength(&signs, &sensed.weights) + strength(&senses, &sensed.senses)
            }
        }
    }

    /// Merges `group` with events that `links` of one of its documents name, where they are one. Returns the event that its
    /// documents belong to then.
    pub(super) fn merge_near(&mut self, group: u32, links: &[Link]) -> u32 {
        let mut group = group;
        let near = links.iter().filter(|link| link.group != group && link.strength >= self.settings.near);
        let near: Vec<u32> = near.take(self.settings.neighbours).map(|link| link.group).collect();
        for other in near {
            if other == group
                || !self.may_merge(group, other)
                || !self.with_desk(|grouper, desk| grouper.belong_together(group, other, desk))
            {
                continue;
            }
            let (from, to) = if self.age(group) < self.age(other) { (other, group) } else { (group, other) };
            self.merge(from, to);
            group = to;
        }
        group
    }

    /// Whether two events are one: the mean bond of some documents of the smaller to the other is strong enough, and
    /// something rare is shared, and their reports together do not fall in two groups.
    fn belong_together(&self, a: u32, b: u32, desk: &mut Desk) -> bool {
        let size = |group: u32| self.groups.members(group).len();
        // Of two of one size the younger is asked.
        let rank = |group: u32| (size(group), std::cmp::Reverse(self.age(group)));
        let (small, large) = if rank(a) < rank(b) { (a, b) } else { (b, a) };
        if size(small) == 0 {
            return false;
        }
        let docs = spread(self.groups.members(small), self.settings.merge_sample);
        let (mut sum, mut needed, mut count) = (0.0, 0.0, 0.0);
        for &doc in &docs {
            let Some(view) = self.archive.view(doc) else { continue };
            let probe = self.probe(view);
            let Some(mut one) = self.compared(&probe, large, &[], doc) else { continue };
            // Both events are what is compared: neither is the other's rival.
            one.field = Field {
                rival: 0.5 * one.fit.closeness(),
                crowd: 0.25 * one.fit.closeness(),
                sense: 0.5 * one.fit.nearness(),
            };
            let keys = Keys::of(view, &self.archive.rates);
            sum += self.bond(&keys, view, &one, doc, desk).clamp(-4.0, 4.0);
            needed += if one.fit.is_sensed() { self.settings.sensed.merge } else { self.settings.merge };
            count += 1.0;
        }
        count > 0.0 && sum >= needed && self.share_rare(&docs, large) && !self.are_apart(a, b)
    }

    /// Whether one of `docs` shares a rare name, number, symbol or word of the title with a member of the event.
    fn share_rare(&self, docs: &[u32], group: u32) -> bool {
        let others = spread(self.groups.members(group), self.settings.merge_sample);
        docs.iter().filter_map(|doc| self.archive.view(*doc)).any(|view| {
            let probe = Probe::new(view, &self.archive.rates);
            others.iter().filter_map(|other| self.archive.view(*other)).any(|other| {
                let mut rare = false;
                compare(&probe, other, &self.archive.rates, |x, y, rarity| {
                    let key = mark::NAME | mark::NUMBER | mark::SYMBOL;
                    let title = x.marks & y.marks & mark::TITLE;
                    rare |= (x.marks | y.marks) & key | title != 0 && rarity >= self.settings.rare;
                });
                rare
            })
        })
    }
}

/// How much an event promises before it is compared in full.
struct Promise {
    group: u32,
    words: f32,
    /// With what embeddings add.
    all: f32,
}

impl Promise {
    fn of(group: u32, members: &[(u32, Likeness)]) -> Self {
        let closest = |of: &dyn Fn(&Likeness) -> f32| {
            let mut best: Vec<f32> = members.iter().map(|(_, likeness)| of(likeness)).collect();
            best.sort_unstable_by(|a, b| b.total_cmp(a));
            best.truncate(CLOSEST);
            best.iter().sum::<f32>() / best.len().max(1) as f32
        };
        let words = |likeness: &Likeness| if likeness.across { likeness.kinship() } else { likeness.words };
        let near = |likeness: &Likeness| likeness.sense.unwrap_or(0.0);
        Self {
            group,
            words: closest(&words),
            all: closest(&|likeness| words(likeness) + SENSE * near(likeness)),
        }
    }
}

/// Tells each event what competes with it; `others` are the closenesses of events that were not compared in full.
fn rivals(compared: &mut [Compared], others: impl Iterator<Item = f32>) {
    let close: Vec<f32> = compared.iter().map(|one| one.fit.closeness()).chain(others).collect();
    let near: Vec<f32> = compared.iter().map(|one| one.fit.nearness()).collect();
    let sum: f32 = close.iter().sum();
    for (i, one) in compared.iter_mut().enumerate() {
        let rest = close.iter().enumerate().filter(|(at, _)| *at != i).map(|(_, value)| *value);
        let rival = rest.fold(0.0, f32::max);
        let sense =
            near.iter().enumerate().filter(|(at, _)| *at != i).map(|(_, value)| *value).fold(0.0, f32::max);
        one.field = Field { rival, crowd: (sum - one.fit.closeness()) / (EVENTS - 1) as f32, sense };
    }
}
