//! All categories, symbols, languages, days or sources go in, the page that leads to them comes out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::site::format;
use crate::site::page::{Directory, ListOf};
use crate::site::view::list::health_cells;
use crate::site::view::{Frame, Link, Shell};
use crate::site::{Desk, charts};

/// A page of links with counts, in groups.
#[derive(Debug, Serialize)]
pub(crate) struct DirectoryView {
    page: Shell,
    name: String,
    groups: Vec<Group>,
}

#[derive(Debug, Serialize)]
struct Group {
    name: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    link: Link,
    note: String,
    count: String,
}

/// The archive: months with their days.
#[derive(Debug, Serialize)]
pub(crate) struct ArchiveView {
    page: Shell,
    months: Vec<Month>,
    total: String,
}

#[derive(Debug, Serialize)]
struct Month {
    name: String,
    count: String,
    days: Vec<DayLink>,
    ndjson: String,
}

#[derive(Debug, Serialize)]
struct DayLink {
    day: i8,
    href: String,
    name: String,
    count: String,
    /// 1 to 4: how much, for the shade.
    weight: u32,
}

/// All sources with their health.
#[derive(Debug, Serialize)]
pub(crate) struct SourcesView {
    page: Shell,
    summary: String,
    sources: Vec<SourceLine>,
    opml: String,
}

#[derive(Debug, Serialize)]
struct SourceLine {
    link: Link,
    publisher: String,
    category: String,
    language: String,
    count: String,
    full: String,
    health_svg: String,
    health_words: String,
    well: bool,
    configured: bool,
    why: String,
}

/// Builds a directory of categories, symbols or languages.
pub(crate) fn view(desk: &Desk<'_>, which: Directory) -> DirectoryView {
    let (key, section) = match which {
        Directory::Symbols => ("symbols", "symbols"),
        Directory::Languages => ("languages", "news"),
        _ => ("categories", "news"),
    };
    let entry = |of: ListOf, note: String| Entry {
        link: desk.list_link(of),
        note,
        count: format::number(desk.words, desk.index.rows(of).len() as u64),
    };
    let groups = match which {
        Directory::Symbols => symbols(desk),
        Directory::Languages => vec![Group {
            name: String::new(),
            entries: (0..desk.index.languages.len() as u32)
                .map(|at| entry(ListOf::Language(at), String::new()))
                .collect(),
        }],
        _ => vec![Group {
            name: String::new(),
            entries: (0..desk.index.categories.len() as u32)
                .map(|at| entry(ListOf::Category(at), String::new()))
                .collect(),
        }],
    };
    let name = desk.words.get(key).to_owned();
    DirectoryView { page: desk.shell(&Frame::new(&name, section)), name, groups }
}

/// Symbols by class, most named first.
fn symbols(desk: &Desk<'_>) -> Vec<Group> {
    let mut classes: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (at, symbol) in desk.edition.symbols.iter().enumerate() {
        classes.entry(symbol.class.as_str()).or_default().push(at as u32);
    }
    let group = |(class, mut all): (&str, Vec<u32>)| {
        all.sort_by_key(|at| (std::cmp::Reverse(desk.index.rows(ListOf::Symbol(*at)).len()), *at));
        let entry = |at: u32| {
            let symbol = desk.edition.symbols.get(at as usize)?;
            Some(Entry {
                link: desk.symbol_links(&[at as u16], 1).pop()?,
                note: desk.symbol_name(symbol),
                count: format::number(desk.words, desk.index.rows(ListOf::Symbol(at)).len() as u64),
            })
        };
        Group {
            name: desk.words.find(&format!("class_{class}")).map_or_else(|| class.to_owned(), str::to_owned),
            entries: all.into_iter().filter_map(entry).collect(),
        }
    };
    classes.into_iter().map(group).collect()
}

/// Builds the archive.
pub(crate) fn archive(desk: &Desk<'_>) -> ArchiveView {
    let mut months: Vec<(i16, i8, Month, u64)> = Vec::new();
    let most = desk.index.days.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0).max(1);
    for (date, rows) in &desk.index.days {
        if months.last().is_none_or(|(y, m, _, _)| (*y, *m) != (date.year(), date.month())) {
            let ndjson = format!("{}months/{}.ndjson", crate::site::paths::API, date.strftime("%Y-%m"));
            let month = Month {
                name: format::month_year(desk.words, *date),
                count: String::new(),
                days: Vec::new(),
                ndjson: desk.href(&ndjson),
            };
            months.push((date.year(), date.month(), month, 0));
        }
        if let Some((_, _, month, total)) = months.last_mut() {
            *total += rows.len() as u64;
            let link = desk.list_link(ListOf::Day(*date));
            month.days.push(DayLink {
                day: date.day(),
                href: link.href,
                name: link.name,
                count: desk.words.count("n_articles", rows.len() as u64),
                weight: 1 + (rows.len() * 3 / most).min(3) as u32,
            });
        }
    }
    let finish = |(_, _, mut month, total): (i16, i8, Month, u64)| {
        month.count = desk.words.count("n_articles", total);
        month.days.reverse();
        month
    };
    ArchiveView {
        page: desk.shell(&Frame::new(desk.words.get("archive"), "archive")),
        total: desk.words.count("n_articles", desk.edition.rows.len() as u64),
        months: months.into_iter().map(finish).collect(),
    }
}

/// Builds the directory of sources.
pub(crate) fn sources(desk: &Desk<'_>) -> SourcesView {
    let words = desk.words;
    let (well, all) = super::front::health(desk);
    let line = |(at, row): (usize, &crate::model::edition::SourceRow)| {
        let rows = desk.index.rows(ListOf::Source(at as u32));
        let full = rows
            .iter()
            .filter_map(|row| desk.edition.rows.get(*row as usize))
            .filter(|row| row.full_text)
            .count();
        let last = row.history.last();
        let good = row.history.iter().filter(|run| run.well).count();
        SourceLine {
            link: desk.list_link(ListOf::Source(at as u32)),
            publisher: row.source.publisher.clone(),
            category: desk.category_name(&row.source.category),
            language: row.source.language.as_ref().map(|l| words.language(l.as_str())).unwrap_or_default(),
            count: format::number(words, rows.len() as u64),
            full: if rows.is_empty() { "–".to_owned() } else { format!("{} %", full * 100 / rows.len()) },
            health_svg: charts::health(&health_cells(desk, row)),
            health_words: words.fill(
                "health_words",
                &[("well", &good.to_string()), ("all", &row.history.len().to_string())],
            ),
            well: last.is_none_or(|run| run.well),
            configured: row.configured,
            why: last.filter(|run| !run.well).map(|run| desk.words.told(&run.why)).unwrap_or_default(),
        }
    };
    SourcesView {
        page: desk.shell(&Frame::new(words.get("sources"), "sources")),
        summary: words.fill("sources_well", &[("well", &well.to_string()), ("all", &all.to_string())]),
        sources: desk.edition.sources.iter().enumerate().map(line).collect(),
        opml: desk.href(crate::site::paths::OPML),
    }
}
