//! An edition goes in, the lookups that many pages share come out: positions by id, lists by category, symbol, source,
//! language and day, addresses, and fingerprints of rows as lists show them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;

use crate::model::edition::{Edition, EventRow, Row};
use crate::model::id::{ArticleId, EventId};
use crate::site::format::day_of;
use crate::site::page::ListOf;
use crate::site::paths::{self, Folder};
use crate::site::print::Print;
use crate::site::search::SearchIndex;

/// A named list of articles.
#[derive(Debug)]
pub(crate) struct Group {
    /// The name as configured, or the language tag.
    pub(crate) key: String,
    /// Its part of the path.
    pub(crate) slug: String,
    /// Positions of its rows, newest first.
    pub(crate) rows: Vec<u32>,
}

/// What pages of one edition share.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) prefix: String,
    rows_by_id: Vec<u32>,
    events_by_id: Vec<u32>,
    pub(crate) symbol_slugs: Vec<String>,
    pub(crate) all: Vec<u32>,
    pub(crate) categories: Vec<Group>,
    pub(crate) exports: Vec<Group>,
    pub(crate) languages: Vec<Group>,
    pub(crate) months: Vec<Group>,
    pub(crate) symbols: Vec<Vec<u32>>,
    pub(crate) sources: Vec<Vec<u32>>,
    /// Newest first.
    pub(crate) days: Vec<(Date, Vec<u32>)>,
    /// One a row: everything that a list shows of it.
    pub(crate) row_prints: Vec<u64>,
    /// One an event: everything that lists and its page show of it.
    pub(crate) event_prints: Vec<u64>,
    pub(crate) search: OnceLock<SearchIndex>,
}

impl Index {
    /// Reads the edition once.
    pub(crate) fn of(edition: &Edition) -> Self {
        let rows = &edition.rows;
        let all: Vec<u32> = (0..rows.len() as u32).collect();
        let mut rows_by_id = all.clone();
        rows_by_id.sort_by(|a, b| id_of(rows, *a).cmp(&id_of(rows, *b)));
        let mut events_by_id: Vec<u32> = (0..edition.events.len() as u32).collect();
        events_by_id.sort_by(|a, b| event_id_of(&edition.events, *a).cmp(&event_id_of(&edition.events, *b)));
        let mut symbols: Vec<Vec<u32>> = vec![Vec::new(); edition.symbols.len()];
        let mut sources: Vec<Vec<u32>> = vec![Vec::new(); edition.sources.len()];
        let mut days: BTreeMap<Date, Vec<u32>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let at = at as u32;
            for symbol in &row.symbols {
                if let Some(list) = symbols.get_mut(usize::from(*symbol)) {
                    list.push(at);
                }
            }
            if let Some(list) = sources.get_mut(usize::from(row.source)) {
                list.push(at);
            }
            days.entry(day_of(row.published.at)).or_default().push(at);
        }
        let event_prints: Vec<u64> =
            edition.events.iter().map(|event| event_print(rows, event, &edition.events)).collect();
        let row_prints = rows.iter().map(|row| row_print(row, &event_prints)).collect();
        Self {
            prefix: paths::prefix(&edition.language, &edition.languages),
            rows_by_id,
            events_by_id,
            symbol_slugs: paths::slugs(edition.symbols.iter().map(|s| s.ticker.as_str())),
            categories: groups(edition, |row| source_of(edition, row).map(|s| s.category.clone())),
            exports: groups(edition, |row| source_of(edition, row).map(|s| s.export_category.clone())),
            languages: groups(edition, |row| row.language.as_ref().map(|l| l.as_str().to_owned())),
            months: groups(edition, |row| Some(day_of(row.published.at).strftime("%Y-%m").to_string())),
            all,
            symbols,
            sources,
            days: days.into_iter().rev().collect(),
            row_prints,
            event_prints,
            search: OnceLock::new(),
        }
    }

    /// The position of an article.
    pub(crate) fn row(&self, edition: &Edition, id: &ArticleId) -> Option<u32> {
        let found = self.rows_by_id.binary_search_by(|at| id_of(&edition.rows, *at).cmp(&Some(id))).ok()?;
        self.rows_by_id.get(found).copied()
    }

    /// The position of an event, following merges.
    pub(crate) fn event(&self, edition: &Edition, id: &EventId) -> Option<u32> {
        let find = |id: &EventId| {
            let found = self
                .events_by_id
                .binary_search_by(|at| event_id_of(&edition.events, *at).cmp(&Some(id)))
                .ok()?;
            self.events_by_id.get(found).copied()
        };
        find(id).or_else(|| {
            let mut id = id;
            // A chain of merges has no loops; the bound is against a damaged one.
            for _ in 0..64 {
                id = &edition.redirects.iter().rev().find(|(from, _)| from == id)?.1;
                if let Some(found) = find(id) {
                    return Some(found);
                }
            }
            None
        })
    }

    /// The rows of a list, newest first.
    pub(crate) fn rows(&self, of: ListOf) -> &[u32] {
        match of {
            ListOf::All => &self.all,
            ListOf::Category(at) => self.categories.get(at as usize).map_or(&[], |g| g.rows.as_slice()),
            ListOf::Language(at) => self.languages.get(at as usize).map_or(&[], |g| g.rows.as_slice()),
            ListOf::Symbol(at) => self.symbols.get(at as usize).map_or(&[], Vec::as_slice),
            ListOf::Source(at) => self.sources.get(at as usize).map_or(&[], Vec::as_slice),
            ListOf::Day(date) => self
                .days
                .binary_search_by(|(day, _)| date.cmp(day))
                .ok()
                .and_then(|at| self.days.get(at))
                .map_or(&[], |(_, rows)| rows.as_slice()),
        }
    }

    /// The folder of a list.
    pub(crate) fn folder(&self, edition: &Edition, of: ListOf) -> Folder {
        let slug =
            |groups: &[Group], at: u32| groups.get(at as usize).map_or_else(String::new, |g| g.slug.clone());
        match of {
            ListOf::All => Folder::root(),
            ListOf::Category(at) => Folder::category(&slug(&self.categories, at)),
            ListOf::Language(at) => Folder::language(&slug(&self.languages, at)),
            ListOf::Symbol(at) => {
                Folder::symbol(self.symbol_slugs.get(at as usize).map_or("", String::as_str))
            }
            ListOf::Source(at) => {
                edition.sources.get(at as usize).map_or_else(Folder::root, |s| Folder::source(&s.source.id))
            }
            ListOf::Day(date) => Folder::day(date),
        }
    }

    /// The position of a category.
    pub(crate) fn category(&self, key: &str) -> Option<u32> {
        self.categories.iter().position(|g| g.key == key).map(|at| at as u32)
    }
}

/// The source of a row.
pub(crate) fn source_of<'a>(edition: &'a Edition, row: &Row) -> Option<&'a crate::model::source::Source> {
    edition.sources.get(usize::from(row.source)).map(|s| &s.source)
}

/// The event of a row, where it has more than this one article.
pub(crate) fn shared_event<'a>(edition: &'a Edition, row: &Row) -> Option<(u32, &'a EventRow)> {
    let at = row.event?;
    edition.events.get(at as usize).filter(|event| event.members.len() > 1).map(|event| (at, event))
}

fn id_of(rows: &[Row], at: u32) -> Option<&ArticleId> {
    rows.get(at as usize).map(|row| &row.id)
}

fn event_id_of(events: &[EventRow], at: u32) -> Option<&EventId> {
    events.get(at as usize).map(|event| &event.id)
}

/// Groups rows by a key, in the order of keys; slugs are made over all keys.
fn groups(edition: &Edition, key: impl Fn(&Row) -> Option<String>) -> Vec<Group> {
    let mut found: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (at, row) in edition.rows.iter().enumerate() {
        if let Some(key) = key(row).filter(|key| !key.is_empty()) {
            match found.get_mut(&key) {
                Some(list) => list.push(at as u32),
                None => drop(found.insert(key, vec![at as u32])),
            }
        }
    }
    let slugs = paths::slugs(found.keys().map(String::as_str));
    found.into_iter().zip(slugs).map(|((key, rows), slug)| Group { key, slug, rows }).collect()
}

/// `events` are all of the edition: a page names those that stood in its own by their titles.
fn event_print(rows: &[Row], event: &EventRow, events: &[EventRow]) -> u64 {
    let parted = event.parted.iter().filter_map(|id| events.iter().find(|other| other.id == *id));
    let named = parted.filter_map(|other| rows.get(other.central as usize)).map(|row| row.fingerprint);
    let members = event.members.iter().filter_map(|at| rows.get(*at as usize)).map(|row| row.fingerprint);
    let central = rows.get(event.central as usize).map_or("", |row| row.id.as_str());
    Print::new()
        .text(event.id.as_str())
        .text(central)
        .nums(members)
        .text(&event.summary)
        .value(&event.summary_language)
        .value(&event.conflicts)
        .value(&event.absorbed)
        .value(&event.parted)
        .nums(named)
        .num(u64::from(event.summary_is_excerpt))
        .num(u64::from(event.publishers))
        .done()
}

fn row_print(row: &Row, events: &[u64]) -> u64 {
    let event = row.event.and_then(|at| events.get(at as usize)).copied().unwrap_or(0);
    Print::new().num(row.fingerprint).num(event).text(row.id.as_str()).done()
}
