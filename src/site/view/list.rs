//! A list of articles goes in, its pages come out: the newest page, older pages, and what symbols and sources show
//! above theirs.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::model::status::Status;
use crate::site::format::{self, When};
use crate::site::page::ListOf;
use crate::site::view::item::{Card, Day, majority};
use crate::site::view::{Frame, Link, Shell, Sign, State};
use crate::site::{Desk, SiteError, charts, paths, plan};

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    page: Shell,
    name: String,
    kind: &'static str,
    count: String,
    days: Vec<Day>,
    filters: Filters,
    pager: Pager,
    before: Option<Link>,
    after: Option<Link>,
}

/// Ways to other lists.
#[derive(Debug, Serialize)]
pub(crate) struct Filters {
    categories: Vec<FilterLink>,
    symbols: Vec<FilterLink>,
    languages: Vec<FilterLink>,
    sources: Vec<FilterLink>,
    days: Vec<FilterLink>,
    all: String,
    all_current: bool,
}

#[derive(Debug, Serialize)]
struct FilterLink {
    name: String,
    href: String,
    count: u64,
    current: bool,
    /// What the script looks for in `data-keys`.
    key: String,
}

/// Ways through a list's pages.
#[derive(Debug, Serialize)]
pub(crate) struct Pager {
    newer: String,
    older: String,
    number: String,
}

/// A symbol's page.
#[derive(Debug, Serialize)]
pub(crate) struct SymbolView {
    list: ListView,
    page: Shell,
    ticker: String,
    name: String,
    class: String,
    sign: Option<Sign>,
    chart_svg: String,
    chart_rows: Vec<ChartRow>,
    chart_total: String,
    events: Vec<Card>,
    json: String,
}

#[derive(Debug, Serialize)]
struct ChartRow {
    day: String,
    count: u32,
    word: String,
}

/// A source's page.
#[derive(Debug, Serialize)]
pub(crate) struct SourceView {
    list: ListView,
    page: Shell,
    name: String,
    publisher: String,
    url: String,
    kind: &'static str,
    category: Option<Link>,
    language: String,
    republish: &'static str,
    configured: bool,
    health_svg: String,
    health_words: String,
    failures: Vec<RunView>,
    next: Option<When>,
    state: Option<State>,
    numbers: Vec<(String, String)>,
    notes: Vec<String>,
    json: String,
}

#[derive(Debug, Serialize)]
struct RunView {
    when: When,
    why: String,
}

/// Builds a page of a list: the newest one, or older page `number`.
pub(crate) fn view(desk: &Desk<'_>, of: ListOf, number: Option<u32>) -> ListView {
    let rows = desk.index.rows(of);
    let shown = number.map_or_else(|| plan::newest(of, rows), |number| plan::older_rows(rows, number));
    let name = desk.list_name(of);
    let folder = desk.index.folder(desk.edition, of);
    let (section, kind) = match of {
        ListOf::All => ("news", "news"),
        ListOf::Category(_) => ("news", "category"),
        ListOf::Symbol(_) => ("symbols", "symbol"),
        ListOf::Source(_) => ("sources", "source"),
        ListOf::Language(_) => ("news", "language"),
        ListOf::Day(_) => ("archive", "day"),
    };
    let title = match number {
        Some(number) => format!("{name} · {}", desk.words.fill("page_n", &[("n", &number.to_string())])),
        None => name.clone(),
    };
    let mut frame = Frame::new(&title, section);
    frame.feeds = Some((&folder, &name));
    frame.everywhere = number.is_none()
        && !matches!(of, ListOf::Category(_) | ListOf::Language(_) | ListOf::Symbol(_) | ListOf::Day(_));
    frame.hidden = number.is_some();
    let [before, after] = match of {
        ListOf::Day(date) => {
            neighbours(desk.index, date).map(|day| day.map(|day| desk.list_link(ListOf::Day(day))))
        }
        _ => [None, None],
    };
    ListView {
        page: desk.shell(&frame),
        kind: desk.words.find(&format!("kind_{kind}")).unwrap_or(kind),
        count: desk.words.count("n_articles", rows.len() as u64),
        days: desk.days(shown, &HashSet::new()),
        filters: Filters::of(desk, of),
        pager: Pager::of(desk, of, number),
        before,
        after,
        name,
    }
}

/// The days before and after `date` that have articles.
pub(crate) fn neighbours(index: &crate::site::index::Index, date: Date) -> [Option<Date>; 2] {
    let Ok(at) = index.days.binary_search_by(|(day, _)| date.cmp(day)) else { return [None, None] };
    let day = |at: Option<usize>| at.and_then(|at| index.days.get(at)).map(|(day, _)| *day);
    [day(Some(at + 1)), day(at.checked_sub(1))]
}

impl Filters {
    /// The ways from a list to others. Lists that many pages carry stay short, so that a new source moves few pages.
    pub(crate) fn of(desk: &Desk<'_>, current: ListOf) -> Self {
        let index = desk.index;
        let link = |of: ListOf, key: String| {
            let link = desk.list_link(of);
            let count = index.rows(of).len() as u64;
            FilterLink { name: link.name, href: link.href, count, current: of == current, key }
        };
        // Only the front page and category pages carry counts and long lists; the others lead back to them.
        let wide = matches!(current, ListOf::All);
        let top = |n: usize, most: usize| if wide { n.min(most) } else { 0 };
        let mut symbols: Vec<u32> = (0..index.symbols.len() as u32).collect();
        symbols.sort_by_key(|at| (std::cmp::Reverse(index.rows(ListOf::Symbol(*at)).len()), *at));
        symbols.truncate(top(symbols.len(), 10));
        let ticker = |at: u32| {
            let mut link = link(
                ListOf::Symbol(at),
                format!("s-{}", index.symbol_slugs.get(at as usize).map_or("", String::as_str)),
            );
            link.name = desk.edition.symbols.get(at as usize).map_or_else(String::new, |s| s.ticker.clone());
            link
        };
        let categories =
            if wide || matches!(current, ListOf::Category(_)) { index.categories.len() } else { 0 };
        Self {
            categories: index
                .categories
                .iter()
                .take(categories)
                .enumerate()
                .map(|(at, g)| link(ListOf::Category(at as u32), format!("c-{}", g.slug)))
                .collect(),
            symbols: symbols.into_iter().map(ticker).collect(),
            languages: index
                .languages
                .iter()
                .take(top(index.languages.len(), 40))
                .enumerate()
                .map(|(at, g)| link(ListOf::Language(at as u32), format!("l-{}", g.slug)))
                .collect(),
            sources: desk
                .edition
                .sources
                .iter()
                .take(top(desk.edition.sources.len(), 60))
                .enumerate()
                .map(|(at, s)| link(ListOf::Source(at as u32), format!("o-{}", s.source.id)))
                .collect(),
            days: index
                .days
                .iter()
                .take(top(index.days.len(), 7))
                .map(|(day, _)| link(ListOf::Day(*day), String::new()))
                .collect(),
            all: desk.href(paths::FRONT),
            all_current: current == ListOf::All,
        }
    }
}

impl Pager {
    /// The neighbours of a page; the newest page has no number.
    pub(crate) fn of(desk: &Desk<'_>, of: ListOf, number: Option<u32>) -> Self {
        let folder = desk.index.folder(desk.edition, of);
        let last = plan::older_pages(of, desk.index.rows(of).len());
        let older = match number {
            None => Some(last).filter(|n| *n > 0),
            Some(n) => n.checked_sub(1).filter(|n| *n > 0),
        };
        let newer = number.map(|n| if n < last { folder.page(n + 1) } else { folder.index() });
        Self {
            newer: newer.map(|path| desk.href(&path)).unwrap_or_default(),
            older: older.map(|n| desk.href(&folder.page(n))).unwrap_or_default(),
            number: number.map(|n| n.to_string()).unwrap_or_default(),
        }
    }
}

/// A symbol's page: mentions a day, direction, events, the newest articles.
pub(crate) fn symbol(desk: &Desk<'_>, at: u32) -> Result<SymbolView, SiteError> {
    let of = ListOf::Symbol(at);
    let symbol =
        desk.edition.symbols.get(at as usize).ok_or_else(|| desk.mismatch("its symbol is missing"))?;
    let rows: Vec<_> =
        desk.index.rows(of).iter().filter_map(|row| desk.edition.rows.get(*row as usize)).collect();
    let list = view(desk, of, None);
    let today = format::day_of(desk.edition.now);
    let first = today.saturating_sub((plan::CHART_DAYS - 1).days());
    let mut days: Vec<(u32, Vec<_>)> = vec![(0, Vec::new()); plan::CHART_DAYS as usize];
    for row in &rows {
        let ago = (row.published.at.as_second().div_euclid(86_400))
            - desk.edition.now.as_second().div_euclid(86_400);
        if let Some(slot) = usize::try_from(plan::CHART_DAYS - 1 + ago).ok().and_then(|at| days.get_mut(at)) {
            slot.0 += 1;
            slot.1.extend(row.impact);
        }
    }
    let total: u32 = days.iter().map(|(count, _)| count).sum();
    let recent: Vec<_> = days.iter().rev().take(14).flat_map(|(_, impacts)| impacts.clone()).collect();
    let mut bars = Vec::new();
    let mut chart_rows = Vec::new();
    for (at, (count, impacts)) in (0_i64..).zip(days) {
        let direction = majority(impacts.into_iter()).map(|(direction, _)| direction);
        let word = direction.map(|d| desk.sign(d, 0).word.to_owned()).unwrap_or_default();
        let day = format::date(desk.words, first.saturating_add(at.days()));
        let label = format!("{day}: {count} {word}");
        if count > 0 {
            chart_rows.push(ChartRow { day, count, word });
        }
        bars.push(charts::Day { count, direction, label });
    }
    chart_rows.reverse();
    let mut events: Vec<u32> = rows
        .iter()
        .filter_map(|row| crate::site::index::shared_event(desk.edition, row))
        .map(|(at, _)| at)
        .collect();
    let mut seen = HashSet::new();
    events.retain(|at| seen.insert(*at));
    Ok(SymbolView {
        page: desk.shell(&{
            let mut frame = Frame::new(&list.name, "symbols");
            frame.everywhere = false;
            frame
        }),
        ticker: symbol.ticker.clone(),
        name: desk.symbol_name(symbol),
        class: desk
            .words
            .find(&format!("class_{}", symbol.class))
            .map_or_else(|| symbol.class.clone(), str::to_owned),
        sign: majority(recent.into_iter()).map(|(direction, strength)| desk.sign(direction, strength)),
        chart_svg: charts::days(&bars, &format::date(desk.words, first), &format::date(desk.words, today)),
        chart_rows,
        chart_total: desk.words.count("n_articles", u64::from(total)),
        events: events
            .into_iter()
            .take(6)
            .filter_map(|at| desk.edition.events.get(at as usize))
            .map(|event| desk.card(event))
            .collect(),
        json: desk.href(&format!(
            "{}symbols/{}.json",
            paths::API,
            desk.index.symbol_slugs.get(at as usize).map_or("", String::as_str)
        )),
        list,
    })
}

/// A source's page: what it is, its health, its newest articles.
pub(crate) fn source(desk: &Desk<'_>, at: u32) -> Result<SourceView, SiteError> {
    let row = desk.edition.sources.get(at as usize).ok_or_else(|| desk.mismatch("its source is missing"))?;
    let (source, words) = (&row.source, desk.words);
    let list = view(desk, ListOf::Source(at), None);
    let articles: Vec<_> = desk
        .index
        .rows(ListOf::Source(at))
        .iter()
        .filter_map(|row| desk.edition.rows.get(*row as usize))
        .collect();
    let full = articles.iter().filter(|row| row.full_text).count();
    let share = |n: usize| format!("{n} ({} %)", n * 100 / articles.len().max(1));
    let mut numbers = vec![
        (words.get("num_articles").to_owned(), articles.len().to_string()),
        (words.get("num_full_text").to_owned(), share(full)),
        (words.get("num_readable").to_owned(), share(articles.iter().filter(|row| row.readable).count())),
    ];
    let report = desk.edition.report.sources.iter().find(|report| report.source == source.id);
    if let Some(report) = report {
        for (key, n) in [
            ("num_entries", report.entries),
            ("num_fresh", report.fresh),
            ("num_read", report.read),
            ("num_failed", report.failed),
            ("num_requests", report.requests),
        ] {
            numbers.push((words.get(key).to_owned(), n.to_string()));
        }
        numbers.push((words.get("num_took").to_owned(), format::duration(report.took_ms)));
    }
    let well = row.history.iter().filter(|run| run.well).count();
    Ok(SourceView {
        page: desk.shell(&Frame::new(&list.name, "sources")),
        name: source.name.clone(),
        publisher: source.publisher.clone(),
        url: source.url.as_deref().and_then(crate::site::escape::link).unwrap_or_default().into_owned(),
        kind: words.get(match source.kind {
            crate::model::source::SourceKind::Feed => "source_feed",
            crate::model::source::SourceKind::Sitemap => "source_sitemap",
            crate::model::source::SourceKind::Listing => "source_listing",
            crate::model::source::SourceKind::Json => "source_json",
            crate::model::source::SourceKind::Opml => "source_opml",
        }),
        category: desk.index.category(&source.category).map(|at| desk.list_link(ListOf::Category(at))),
        language: source.language.as_ref().map(|l| words.language(l.as_str())).unwrap_or_default(),
        republish: words.get(match source.republish {
            crate::model::source::Republish::Full => "republish_full",
            crate::model::source::Republish::Excerpt => "republish_excerpt",
            crate::model::source::Republish::Link => "republish_link",
        }),
        configured: row.configured,
        health_svg: charts::health(&health_cells(desk, row)),
        health_words: words
            .fill("health_words", &[("well", &well.to_string()), ("all", &row.history.len().to_string())]),
        failures: row
            .history
            .iter()
            .rev()
            .filter(|run| !run.well)
            .take(5)
            .map(|run| RunView { when: format::instant(words, run.at), why: words.told(&run.why) })
            .collect(),
        next: row.next.map(|at| format::instant(words, at)),
        state: report.filter(|r| !matches!(r.status, Status::Ready)).map(|r| desk.state(&r.status)),
        numbers,
        notes: report.map(|r| r.notes.iter().take(10).cloned().collect()).unwrap_or_default(),
        json: desk.href(&format!("{}sources/{}.json", paths::API, source.id)),
        list,
    })
}

/// The cells of a source's health strip.
pub(crate) fn health_cells(desk: &Desk<'_>, row: &crate::model::edition::SourceRow) -> Vec<charts::Health> {
    let cell = |run: &crate::model::edition::SourceRun| charts::Health {
        well: run.well,
        label: format!(
            "{}: {}",
            format::instant(desk.words, run.at).text,
            if run.well { desk.words.get("well").to_owned() } else { desk.words.told(&run.why) }
        ),
    };
    row.history.iter().map(cell).collect()
}
