//! Grouping online: documents' features go in, one after the other, each joins an event or founds one; what changed
//! comes out. A document never sees the future, and nothing ever depends on where one run ended and the next began:
//! the state is a function of the documents and of the decisions made so far.
//!
//! 1. The events that recent documents like the new one belong to, with how strong each bond is (see `links`).
//! 2. The document joins the event of the strongest bond, where it is strong enough, else it founds one. Where it also lies
//!    close to another event, the two may merge; a merge keeps the older id.
//! 3. Every full hour of document time, or every 500 documents without a date, the events touched since are compared
//!    again with their neighbours.
//!
//! 4. As an event grows, it is looked at whether it is two (see `parting`): then the part without the founder becomes an
//!    event of its own, founded by its first document.
//!
//! An article's event changes by a told merge or parting alone, and every address of an event that it ever had leads to
//! the one that it is in: where an event is gone, to the one that took it in; where it was parted, to the part that left.
//! That is why an event is parted at most once, when all of its documents that had another address before are among those that
//! leave, and merges afterwards with those alone.

use std::collections::BTreeMap;

use crate::events::archive::{Archive, Scratch, View};
use crate::events::cover::Census;
use crate::events::features::Features;
use crate::events::frozen::FeaturesError;
use crate::events::groups::Groups;
use crate::events::load::Loader;
use crate::events::parting;
use crate::events::rates::Marks;
use crate::events::resemble::{Likeness, Probe, compare};
use crate::events::settings::Settings;
use crate::model::event::Change;
use crate::model::vector::Sense;

/// Why grouping could not resume.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// A document's stored features.
    #[error("document {key}: {cause}")]
    Features {
        /// Which document.
        key: String,
        /// What is wrong.
        cause: FeaturesError,
    },
    /// The checkpoint.
    #[error("damaged grouping checkpoint: group the archive anew")]
    Checkpoint,
    /// Too many documents.
    #[error("the archive holds more documents than grouping can: at most 16,777,216")]
    Full,
}

/// Documents and the events they form.
#[derive(Debug)]
pub struct Grouper {
    pub(super) settings: Settings,
    pub(super) archive: Archive,
    pub(super) groups: Groups,
    /// The greatest date seen, and the one at the last re-check.
    clock: Option<i64>,
    checked_at: Option<i64>,
    /// The first document that came after the last re-check, and undated documents since.
    checked_from: u32,
    undated: u32,
    changes: Vec<Change>,
    pub(super) scratch: Scratch,
    pub(super) census: Census,
    marks: Marks,
}

const CHECKPOINT: u8 = 2;
/// The checkpoint before events were parted: it ends after the undated documents.
const UNPARTED: u8 = 1;

impl Grouper {
    /// An empty archive.
    pub fn new(settings: Settings) -> Self {
        Self {
            archive: Archive::keeping(settings.window),
            settings,
            groups: Groups::default(),
            clock: None,
            checked_at: None,
            checked_from: 0,
            undated: 0,
            changes: Vec::new(),
            scratch: Scratch::default(),
            census: Census::default(),
            marks: Marks::default(),
        }
    }

    /// Goes on where an earlier run ended: `documents` are all that were added, in the order they were added, each with
    /// its [`Grouper::frozen`] bytes and the key of the founder of its event (merges applied); `checkpoint` is what
    /// [`Grouper::checkpoint`] said last. The result goes on exactly as if it had never stopped.
    pub fn resume<'a>(
        settings: Settings,
        documents: impl Iterator<Item = (&'a str, &'a [u8], &'a str)>,
        checkpoint: &[u8],
    ) -> Result<Self, ResumeError> {
        Self::resume_with(settings, documents, |_| None, checkpoint)
    }

    /// Like [`Grouper::resume`], for documents of which some had embeddings: `sense` tells that which a document was
    /// added with. Those of the newest [`Settings::window`] documents matter.
    pub fn resume_with<'a>(
        settings: Settings,
        documents: impl Iterator<Item = (&'a str, &'a [u8], &'a str)>,
        sense: impl FnMut(&str) -> Option<Sense>,
        checkpoint: &[u8],
    ) -> Result<Self, ResumeError> {
        let mut grouper = Self::new(settings);
        let mut loader = Loader::new(std::mem::take(&mut grouper.archive), documents.size_hint().0);
        for (key, bytes, event) in documents {
            loader.push(key, bytes, event)?;
        }
        (grouper.archive, grouper.groups) = loader.finish()?;
        grouper.archive.recall(grouper.settings.window, sense);
        if !checkpoint.is_empty() {
            grouper.read_checkpoint(checkpoint).ok_or(ResumeError::Checkpoint)?;
        }
        Ok(grouper)
    }

    /// What resuming needs besides the documents: the clock, what awaits the next re-check, and which events were parted and
    /// which documents moved. 28 bytes and four for each of those.
    pub fn checkpoint(&self) -> Vec<u8> {
        let mut out = vec![CHECKPOINT];
        for time in [self.clock, self.checked_at] {
            out.push(u8::from(time.is_some()));
            out.extend(time.unwrap_or(0).to_le_bytes());
        }
        out.extend(self.checked_from.to_le_bytes());
        out.extend(self.undated.to_le_bytes());
        // By founder: the order of events is not that of a resumed archive.
        let parted: BTreeMap<u32, u32> =
            self.groups.iter().filter_map(|group| group.members.first().copied().zip(group.parted)).collect();
        out.extend((parted.len() as u32).to_le_bytes());
        let docs = self.archive.docs.iter().enumerate();
        let moved = docs.filter(|(_, held)| held.moved).map(|(doc, _)| doc as u32);
        let parted = parted.into_iter().flat_map(|(founder, left)| [founder, left]);
        out.extend(parted.chain(moved).flat_map(u32::to_le_bytes));
        out
    }

    fn read_checkpoint(&mut self, bytes: &[u8]) -> Option<()> {
        let (version, rest) = bytes.split_first()?;
        let (clock, rest) = rest.split_at_checked(9)?;
        let (checked, rest) = rest.split_at_checked(9)?;
        let (from, rest) = rest.split_at_checked(4)?;
        let (undated, rest) = rest.split_at_checked(4)?;
        let time = |bytes: &[u8]| -> Option<Option<i64>> {
            let (is, value) = bytes.split_first()?;
            Some((*is != 0).then_some(i64::from_le_bytes(value.try_into().ok()?)))
        };
        if ![CHECKPOINT, UNPARTED].contains(version) {
            return None;
        }
        self.clock = time(clock)?;
        self.checked_at = time(checked)?;
        self.checked_from = u32::from_le_bytes(from.try_into().ok()?).min(self.archive.docs.len() as u32);
        self.undated = u32::from_le_bytes(undated.try_into().ok()?);
        if *version == UNPARTED {
            return rest.is_empty().then_some(());
        }
        let (parted, docs) = rest.split_at_checked(4)?;
        let parted = u32::from_le_bytes(parted.try_into().ok()?) as usize;
        let (docs, odd) = docs.as_chunks::<4>();
        let docs: Vec<u32> = docs.iter().map(|doc| u32::from_le_bytes(*doc)).collect();
        let (parted, moved) = docs.split_at_checked(parted.checked_mul(2)?)?;
        let (parted, _) = parted.as_chunks::<2>();
        for [founder, left] in parted {
            self.archive.docs.get(*left as usize)?;
            let event = self.archive.docs.get(*founder as usize)?.event;
            self.groups.get_mut(event)?.parted = Some(*left);
        }
        for doc in moved {
            self.archive.docs.get_mut(*doc as usize)?.moved = true;
        }
        odd.is_empty().then_some(())
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.archive.docs.len()
    }

    /// How many documents, the newest, a new one is compared with.
    pub fn window(&self) -> usize {
        self.settings.window
    }

    /// True before the first document.
    pub fn is_empty(&self) -> bool {
        self.archive.docs.is_empty()
    }

    /// True where a document of this key is there.
    pub fn contains(&self, key: &str) -> bool {
        self.archive.find(key).is_some()
    }

    /// The founder's key of the event that `document` belongs to.
    pub fn event_of(&self, document: &str) -> Option<&str> {
        let held = self.archive.docs.get(self.archive.find(document)? as usize)?;
        self.groups.get(held.event).map(|group| &*group.founder)
    }

    /// What changed since this was last asked.
    pub fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Adds the next document. A key that is there already is left as it is.
    pub fn add(&mut self, key: &str, features: Features) {
        if self.archive.find(key).is_some() {
            return;
        }
        self.tick(&features);
        let links = self.links(features.view());
        let best = links.first().filter(|link| link.strength >= self.settings.join).map(|link| link.group);
        let group = best.unwrap_or_else(|| self.groups.of(key));
        let Some(doc) = self.archive.push(key, features, group) else { return };
        if let Some(held) = self.groups.get_mut(group) {
            held.members.push(doc);
            self.archive.count_member(doc, &held.members, &mut self.marks);
            self.changes.push(Change::Assigned { document: key.to_owned(), event: held.founder.to_string() });
        }
        let group = self.merge_near(group, &links);
        self.part(group);
    }

    /// Moves the documents' clock on and re-checks where it is time.
    fn tick(&mut self, features: &Features) {
        let due = match features.at {
            Some(at) => {
                let clock = self.clock.map_or(at, |clock| clock.max(at));
                self.clock = Some(clock);
                let hour = clock.div_euclid(3600);
                let before = self.checked_at.map(|at| at.div_euclid(3600));
                if before.is_none() {
                    self.checked_at = Some(clock);
                }
                before.is_some_and(|before| hour > before)
            }
            None => {
                self.undated += 1;
                self.undated >= self.settings.recheck_undated
            }
        };
        if due {
            self.recheck();
            self.checked_at = self.clock;
            self.undated = 0;
            self.checked_from = self.archive.docs.len() as u32;
        }
    }

    /// Compares the events touched since the last re-check with their neighbours.
    fn recheck(&mut self) {
        let from = (self.checked_from as usize)
            .max(self.archive.docs.len().saturating_sub(self.settings.recheck_most));
        let recent: Vec<u32> = (from as u32..self.archive.docs.len() as u32).collect();
        for doc in recent {
            let Some(group) = self.archive.docs.get(doc as usize).map(|held| held.event) else { continue };
            // One look an event: by its newest document.
            if self.groups.get(group).and_then(|g| g.members.last()) != Some(&doc) {
                continue;
            }
            let links = self.links_of(doc);
            self.merge_near(group, &links);
        }
    }

    /// A document made ready to be compared, its meaning too.
    pub(super) fn probe<'a>(&self, view: View<'a>) -> Probe<'a> {
        let mut probe = Probe::new(view, &self.archive.rates);
        probe.sense = view.sense.map(|sense| self.archive.senses.sensor(sense, view.language));
        probe
    }

    pub(super) fn likeness(&self, probe: &Probe<'_>, doc: u32) -> Option<Likeness> {
        let view = self.archive.view(doc)?;
        Some(compare(probe, view, &self.archive.rates, |_, _, _| {}))
    }

    /// The number of an event's founder: the lower, the older. The founder is always the first member.
    pub(super) fn age(&self, group: u32) -> u32 {
        self.groups.get(group).and_then(|group| group.members.first()).copied().unwrap_or(u32::MAX)
    }

    /// Whether a merge leaves every address to lead where its documents are: an event that was parted can only merge with
    /// the one in which those are that left it.
    pub(super) fn may_merge(&self, a: u32, b: u32) -> bool {
        let may = |event: u32, other: u32| {
            let parted = self.groups.get(event).and_then(|group| group.parted);
            let left = parted.and_then(|doc| self.archive.docs.get(doc as usize));
            left.is_none_or(|left| left.event == other)
        };
        may(a, b) && may(b, a)
    }

    /// Parts an event that is two, where it is time to look.
    fn part(&mut self, from: u32) {
        let size = self.groups.get(from).map_or(0, |group| group.members.len());
        let Some(leaving) = parting::is_due(size).then(|| self.parted(from)).flatten() else { return };
        let key =
            |grouper: &Self, doc: u32| grouper.archive.docs.get(doc as usize).map(|d| d.key.to_string());
        let documents: Vec<String> = leaving.iter().filter_map(|doc| key(self, *doc)).collect();
        let Some(to) = documents.first().cloned() else { return };
        let new = self.groups.of(&to);
        let Some(old) = self.groups.get_mut(from) else { return };
        old.members.retain(|doc| leaving.binary_search(doc).is_err());
        old.parted = leaving.first().copied();
        self.archive.count_parting(&leaving, &old.members, &mut self.marks);
        self.changes.push(Change::Parted { from: old.founder.to_string(), to, documents });
        for doc in &leaving {
            if let Some(held) = self.archive.docs.get_mut(*doc as usize) {
                (held.event, held.moved) = (new, true);
            }
        }
        if let Some(group) = self.groups.get_mut(new) {
            group.members = leaving;
        }
    }

    pub(super) fn merge(&mut self, from: u32, to: u32) {
        let Some(gone) = self.groups.get_mut(from) else { return };
        gone.parted = None;
        let members = std::mem::take(&mut gone.members);
        let founder = gone.founder.to_string();
        for doc in &members {
            if let Some(held) = self.archive.docs.get_mut(*doc as usize) {
                (held.event, held.moved) = (to, true);
            }
        }
        let Some(stays) = self.groups.get_mut(to) else { return };
        // Where one was parted from the other, both are one again.
        stays.parted = None;
        self.archive.count_merge(&members, &stays.members, &mut self.marks);
        stays.members.extend(members);
        stays.members.sort_unstable();
        self.changes.push(Change::Merged { from: founder, to: stays.founder.to_string() });
    }
}

/// At most `most` of `members`, evenly spread, first and last among them.
pub(super) fn spread(members: &[u32], most: usize) -> Vec<u32> {
    if members.len() <= most || most < 2 {
        return members.iter().copied().take(most.max(1)).collect();
    }
    (0..most).filter_map(|i| members.get(i * (members.len() - 1) / (most - 1)).copied()).collect()
}
