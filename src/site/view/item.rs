//! Rows and events go in, the lines and cards of lists come out: one entry an event however many articles it has.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use crate::model::edition::{EventRow, Row};
use crate::model::impact::Direction;
use crate::site::format::{self, When};
use crate::site::index::shared_event;
use crate::site::page::ListOf;
use crate::site::view::{Link, Sign, Text};
use crate::site::{Desk, charts, content, paths};

/// One line of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) title: Text,
    pub(crate) when: When,
    pub(crate) source: Link,
    pub(crate) symbols: Vec<Link>,
    pub(crate) sign: Option<Sign>,
    /// The event it stands for: how many publishers, and where it is told.
    pub(crate) event: Option<Link>,
    /// What the article is written in, where that is not the edition's language.
    pub(crate) language: String,
    /// True where its title could not be translated.
    pub(crate) foreign: bool,
    /// When it was first seen, for `new since your last visit`.
    pub(crate) seen: String,
    /// For filters: category, languages, source and symbols as slugs.
    pub(crate) keys: String,
}

/// Items of one day.
#[derive(Debug, Serialize)]
pub(crate) struct Day {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) items: Vec<Item>,
}

/// One event as a card.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) title: Text,
    pub(crate) summary: Option<Text>,
    pub(crate) is_excerpt: bool,
    pub(crate) sign: Option<Sign>,
    pub(crate) publishers: String,
    pub(crate) articles: String,
    /// Empty where there is but one.
    pub(crate) languages: String,
    pub(crate) symbols: Vec<Link>,
    pub(crate) first: Witness,
    pub(crate) latest: Witness,
    pub(crate) spark_svg: String,
    pub(crate) seen: String,
    pub(crate) keys: String,
    pub(crate) conflicts: bool,
}

/// Who reported, and when.
#[derive(Debug, Serialize)]
pub(crate) struct Witness {
    pub(crate) source: String,
    pub(crate) when: When,
}

impl Desk<'_> {
    /// The lines of a list, by day: an event stands once, at its newest article in `rows`; articles of `told` events
    /// not at all.
    pub(crate) fn days(&self, rows: &[u32], told: &HashSet<u32>) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        let mut seen = told.clone();
        for at in rows {
            let Some(row) = self.edition.rows.get(*at as usize) else { continue };
            if let Some((event, _)) = shared_event(self.edition, row)
                && !seen.insert(event)
            {
                continue;
            }
            let date = format::day_of(row.published.at);
            let name = format::date(self.words, date);
            if days.last().is_none_or(|day| day.name != name) {
                let href = self.href(&paths::Folder::day(date).index());
                days.push(Day { name, href, items: Vec::new() });
            }
            if let Some(day) = days.last_mut() {
                day.items.push(self.item(row));
            }
        }
        days
    }

    /// One article as a line.
    pub(crate) fn item(&self, row: &Row) -> Item {
        let event = shared_event(self.edition, row);
        let language = row.language.as_ref().filter(|l| !self.edition.language.reads(l));
        Item {
            id: row.id.as_str().to_owned(),
            href: self.href(&paths::article(&row.id)),
            title: self.text(&row.title, row.title_language.as_ref()),
            when: format::moment(self.words, &row.published),
            source: self.source_link(row),
            symbols: self.symbol_links(&row.symbols, 4),
            sign: row.impact.map(|(direction, strength)| self.sign(direction, strength)),
            event: event.map(|(_, event)| Link {
                name: self.words.count("n_publishers", u64::from(event.publishers)),
                href: self.href(&paths::event(&event.id)),
            }),
            language: language.map(|l| self.words.language(l.as_str())).unwrap_or_default(),
            foreign: !row.readable,
            seen: row.first_seen.as_second().to_string(),
            keys: self.keys(std::iter::once(row)),
        }
    }

    /// A link to a row's source.
    pub(crate) fn source_link(&self, row: &Row) -> Link {
        self.list_link(ListOf::Source(u32::from(row.source)))
    }

    /// Links to at most `most` symbols, by ticker.
    pub(crate) fn symbol_links(&self, symbols: &[u16], most: usize) -> Vec<Link> {
        let one = |at: &u16| {
            let symbol = self.edition.symbols.get(usize::from(*at))?;
            let folder = self.index.folder(self.edition, ListOf::Symbol(u32::from(*at)));
            Some(Link { name: symbol.ticker.clone(), href: self.href(&folder.index()) })
        };
        symbols.iter().take(most).filter_map(one).collect()
    }

    /// The members of an event, oldest first.
    pub(crate) fn members<'e>(&'e self, event: &'e EventRow) -> impl DoubleEndedIterator<Item = &'e Row> {
        event.members.iter().filter_map(|at| self.edition.rows.get(*at as usize))
    }

    /// An event's headline.
    pub(crate) fn event_title(&self, event: &EventRow) -> Text {
        let row = self.edition.rows.get(event.central as usize);
        row.map_or_else(|| self.text("", None), |row| self.text(&row.title, row.title_language.as_ref()))
    }

    /// Where an event points: its central article's direction, or what most of its articles say.
    pub(crate) fn event_sign(&self, event: &EventRow) -> Option<Sign> {
        let central = self.edition.rows.get(event.central as usize).and_then(|row| row.impact);
        let all = || majority(self.members(event).filter_map(|row| row.impact));
        central.or_else(all).map(|(direction, strength)| self.sign(direction, strength))
    }

    /// An event's summary, as far as the policy of its central article's source goes.
    pub(crate) fn event_summary(&self, event: &EventRow) -> Option<Text> {
        let row = self.edition.rows.get(event.central as usize)?;
        let quoted = event.summary_is_excerpt && !content::may_quote(self.edition, row);
        (!event.summary.is_empty() && !quoted)
            .then(|| self.text(&event.summary, event.summary_language.as_ref()))
    }

    /// An event as a card.
    pub(crate) fn card(&self, event: &EventRow) -> Card {
        let languages: BTreeSet<_> = self.members(event).filter_map(|row| row.language.as_ref()).collect();
        let mut symbols: Vec<u16> = Vec::new();
        self.members(event).flat_map(|row| &row.symbols).for_each(|at| {
            if !symbols.contains(at) {
                symbols.push(*at);
            }
        });
        symbols.sort_unstable();
        let witness = |row: Option<&Row>| Witness {
            source: row.map_or_else(String::new, |row| self.source_link(row).name),
            when: row.map_or_else(
                || format::instant(self.words, self.edition.now),
                |row| format::moment(self.words, &row.published),
            ),
        };
        let newest = self.members(event).map(|row| row.first_seen.as_second()).max().unwrap_or(0);
        let count = |n: usize| n as u64;
        Card {
            id: event.id.as_str().to_owned(),
            href: self.href(&paths::event(&event.id)),
            title: self.event_title(event),
            summary: self.event_summary(event),
            is_excerpt: event.summary_is_excerpt,
            sign: self.event_sign(event),
            publishers: self.words.count("n_publishers", u64::from(event.publishers)),
            articles: self.words.count("n_articles", count(event.members.len())),
            languages: match languages.len() {
                0 | 1 => String::new(),
                n => self.words.count("n_languages", count(n)),
            },
            symbols: self.symbol_links(&symbols, 6),
            first: witness(self.members(event).next()),
            latest: witness(self.members(event).next_back()),
            spark_svg: self.coverage(event),
            seen: newest.to_string(),
            keys: self.keys(self.members(event)),
            conflicts: !event.conflicts.is_empty(),
        }
    }

    /// How coverage went: articles in twelve equal parts of the event's life.
    fn coverage(&self, event: &EventRow) -> String {
        let times: Vec<i64> = self.members(event).map(|row| row.published.at.as_second()).collect();
        let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else {
            return String::new();
        };
        if times.len() < 3 {
            return String::new();
        }
        let span = (last - first).max(1);
        let mut bars = [0_u32; 12];
        for time in &times {
            let at = ((time - first) * 11 / span).clamp(0, 11) as usize;
            bars[at] += 1;
        }
        charts::spark(&bars)
    }

    /// What filters can ask of rows: `c-crypto s-btc l-en o-blocktempo`.
    fn keys<'r>(&self, rows: impl Iterator<Item = &'r Row>) -> String {
        let mut keys = BTreeSet::new();
        for row in rows {
            if let Some(source) = self.edition.sources.get(usize::from(row.source)).map(|s| &s.source) {
                keys.insert(format!("o-{}", source.id));
                if let Some(group) = self.index.categories.iter().find(|g| g.key == source.category) {
                    keys.insert(format!("c-{}", group.slug));
                }
            }
            if let Some(language) = &row.language {
                keys.insert(format!("l-{}", language.as_str().to_ascii_lowercase()));
            }
            for symbol in &row.symbols {
                if let Some(slug) = self.index.symbol_slugs.get(usize::from(*symbol)) {
                    keys.insert(format!("s-{slug}"));
                }
            }
        }
        keys.into_iter().collect::<Vec<_>>().join(" ")
    }
}

/// The direction that most of `impacts` share, with their mean strength; mixed where two are even.
pub(crate) fn majority(impacts: impl Iterator<Item = (Direction, u8)>) -> Option<(Direction, u8)> {
    const ALL: [Direction; 4] =
        [Direction::Positive, Direction::Negative, Direction::Mixed, Direction::Neutral];
    let mut counts = [0_u32; 4];
    let (mut sum, mut n) = (0_u32, 0_u32);
    for (direction, strength) in impacts {
        if let Some(at) = ALL.iter().position(|d| *d == direction) {
            counts[at] += 1;
        }
        sum += u32::from(strength);
        n += 1;
    }
    let top = *counts.iter().max()?;
    let leaders: Vec<Direction> =
        ALL.iter().zip(counts).filter(|(_, c)| *c == top).map(|(d, _)| *d).collect();
    let direction = match leaders.as_slice() {
        [one] => *one,
        _ => Direction::Mixed,
    };
    (n > 0).then(|| (direction, (sum / n).min(100) as u8))
}
