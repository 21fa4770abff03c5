//! The events that grouping holds: founders and members go in, events by number and by founder come out.

use std::collections::HashMap;

use crate::events::keys::ByKey;

/// An event as grouping holds it.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) founder: Box<str>,
    /// Documents in the order they came; empty once merged into another.
    pub(super) members: Vec<u32>,
    /// The founder of the event that was parted from it, by number. Until both merge again it is neither parted nor merged.
    pub(super) parted: Option<u32>,
}

/// All of them. A number is for this process: what is stored names founders.
#[derive(Debug, Default)]
pub(super) struct Groups {
    groups: Vec<Group>,
    founders: HashMap<Box<str>, u32, ByKey>,
}

impl Groups {
    /// The number of the event with that founder, a new one where there is none.
    pub(super) fn of(&mut self, founder: &str) -> u32 {
        if let Some(group) = self.founders.get(founder) {
            return *group;
        }
        let group = self.groups.len() as u32;
        self.groups.push(Group { founder: founder.into(), members: Vec::new(), parted: None });
        self.founders.insert(founder.into(), group);
        group
    }

    /// Puts a document behind the members of an event.
    pub(super) fn join(&mut self, group: u32, doc: u32) {
        if let Some(group) = self.get_mut(group) {
            group.members.push(doc);
        }
    }

    pub(super) fn get(&self, group: u32) -> Option<&Group> {
        self.groups.get(group as usize)
    }

    pub(super) fn get_mut(&mut self, group: u32) -> Option<&mut Group> {
        self.groups.get_mut(group as usize)
    }

    /// The members of an event, none where there is no such event.
    pub(super) fn members(&self, group: u32) -> &[u32] {
        self.get(group).map(|group| group.members.as_slice()).unwrap_or_default()
    }

    /// Those that have members and those that were merged into others, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter()
    }

    /// Those that have members, by number.
    pub(super) fn living(&self) -> impl Iterator<Item = &Group> {
        self.iter().filter(|group| !group.members.is_empty())
    }
}
