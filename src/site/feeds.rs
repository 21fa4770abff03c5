//! A list of articles and their dossiers go in, feeds come out: JSON Feed 1.1, RSS 2.0, Atom 1.0.
//!
//! Ids are `urn:newsmill:…` whether or not the site knows its own address, so that giving it one later makes no entry
//! new. Where it does not, an entry links to the article at its publisher, and the feed's own address is relative.

mod atom;
mod entry;
mod json;
mod rss;

use crate::model::edition::Dossier;
use crate::site::page::ListOf;
use crate::site::{Desk, SiteError, paths};

pub(crate) use entry::{Channel, Entry};

/// A list as JSON Feed.
pub(crate) fn json(desk: &Desk<'_>, of: ListOf, dossiers: &[&Dossier]) -> Result<Vec<u8>, SiteError> {
    json::write(desk, &Channel::of_list(desk, of), &entry::entries(desk, of, dossiers))
}

/// A list as RSS.
pub(crate) fn rss(desk: &Desk<'_>, of: ListOf, dossiers: &[&Dossier]) -> Result<Vec<u8>, SiteError> {
    rss::write(desk, &Channel::of_list(desk, of), &entry::entries(desk, of, dossiers))
}

/// A list as Atom.
pub(crate) fn atom(desk: &Desk<'_>, of: ListOf, dossiers: &[&Dossier]) -> Result<Vec<u8>, SiteError> {
    atom::write(desk, &Channel::of_list(desk, of), &entry::entries(desk, of, dossiers))
}

/// An event as JSON Feed: every report is an entry.
pub(crate) fn of_event(desk: &Desk<'_>, at: u32, dossiers: &[&Dossier]) -> Result<Vec<u8>, SiteError> {
    let event = desk.edition.events.get(at as usize).ok_or_else(|| desk.mismatch("its event is missing"))?;
    let channel = Channel {
        title: desk.event_title(event).text,
        description: desk.event_summary(event).map(|summary| summary.text).unwrap_or_default(),
        home: paths::event(&event.id),
        itself: desk.path.to_owned(),
        id: format!("urn:newsmill:event:{}", event.id),
    };
    json::write(desk, &channel, &entry::of_dossiers(desk, dossiers))
}
