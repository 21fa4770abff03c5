//! An edition goes in, the news comes out: the lead event, cards, the newest lines by day, symbols, what grows quietly.

use std::collections::HashSet;

use serde::Serialize;

use crate::model::edition::EventRow;
use crate::site::format::{self, When};
use crate::site::page::ListOf;
use crate::site::paths::Folder;
use crate::site::view::item::{Card, Day, majority};
use crate::site::view::list::{Filters, Pager};
use crate::site::view::{Frame, Link, Shell, Sign};
use crate::site::{Desk, charts, plan};

/// Cards beside the lead.
const CARDS: usize = 6;
/// Days of a sidebar's spark line.
const SPARK_DAYS: i64 = 14;

/// The front page.
#[derive(Debug, Serialize)]
pub(crate) struct FrontView {
    page: Shell,
    as_of: When,
    lead: Option<Card>,
    cards: Vec<Card>,
    days: Vec<Day>,
    symbols: Vec<SymbolLine>,
    quiet: Vec<Card>,
    sources: String,
    sources_ill: bool,
    filters: Filters,
    pager: Pager,
    empty: bool,
    has_sources: bool,
    off: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SymbolLine {
    link: Link,
    name: String,
    count: u64,
    spark_svg: String,
    sign: Option<Sign>,
}

/// Builds the front page.
pub(crate) fn view(desk: &Desk<'_>) -> FrontView {
    let edition = desk.edition;
    let root = Folder::root();
    let title = desk.site.settings.title.clone();
    let mut frame = Frame::new(&title, "news");
    frame.description = &desk.site.settings.tagline;
    frame.feeds = Some((&root, &title));
    let hot = hottest(desk);
    let newest = plan::newest(ListOf::All, &desk.index.all);
    let mut told: HashSet<u32> = HashSet::new();
    let mut cards = Vec::new();
    for at in hot.iter().take(CARDS + 1) {
        if let Some(event) = edition.events.get(*at as usize) {
            told.insert(*at);
            cards.push(desk.card(event));
        }
    }
    let lead = if cards.is_empty() { None } else { Some(cards.remove(0)) };
    // Cards stand in pairs; a lone last one would leave a hole in the page.
    if cards.len() % 2 == 1 {
        cards.pop();
        hot.get(cards.len() + 1).map(|at| told.remove(at));
    }
    let quiet = quiet(desk, &hot, &told);
    let (well, all) = health(desk);
    FrontView {
        page: desk.shell(&frame),
        as_of: format::instant(desk.words, edition.now),
        lead,
        cards,
        days: desk.days(newest, &told),
        symbols: symbols(desk),
        quiet,
        sources: desk.words.fill("sources_well", &[("well", &well.to_string()), ("all", &all.to_string())]),
        sources_ill: well < all,
        filters: Filters::of(desk, ListOf::All),
        pager: Pager::of(desk, ListOf::All, None),
        empty: edition.rows.is_empty(),
        has_sources: !edition.sources.is_empty(),
        off: edition.report.off.iter().map(|off| desk.words.told(off)).collect(),
    }
}

/// Events of at least two articles, hottest first.
fn hottest(desk: &Desk<'_>) -> Vec<u32> {
    let events = &desk.edition.events;
    let mut out: Vec<u32> = (0..events.len() as u32)
        .filter(|at| events.get(*at as usize).is_some_and(|e| e.members.len() > 1))
        .collect();
    let heat = |at: &u32| events.get(*at as usize).map_or(0.0, |e| e.heat);
    out.sort_by(|a, b| heat(b).total_cmp(&heat(a)).then(a.cmp(b)));
    out
}

/// Events beyond the cards that still grow: reported by two publishers within the last day.
fn quiet(desk: &Desk<'_>, hot: &[u32], told: &HashSet<u32>) -> Vec<Card> {
    let since = desk.edition.now.as_second() - 36 * 3600;
    let grows = |event: &&EventRow| {
        event.publishers > 1
            && desk.members(event).next_back().is_some_and(|row| row.published.at.as_second() >= since)
    };
    hot.iter()
        .filter(|at| !told.contains(at))
        .filter_map(|at| desk.edition.events.get(*at as usize))
        .filter(grows)
        .take(5)
        .map(|event| desk.card(event))
        .collect()
}

/// The most named symbols of the last days, with what they point to.
fn symbols(desk: &Desk<'_>) -> Vec<SymbolLine> {
    let edition = desk.edition;
    let today = edition.now.as_second().div_euclid(86_400);
    let mut lines: Vec<(u64, u32)> = Vec::new();
    let mut bars = vec![[0_u32; SPARK_DAYS as usize]; edition.symbols.len()];
    for (at, rows) in desk.index.symbols.iter().enumerate() {
        let mut count = 0;
        for row in rows.iter().filter_map(|row| edition.rows.get(*row as usize)) {
            let ago = today - row.published.at.as_second().div_euclid(86_400);
            if (0..SPARK_DAYS).contains(&ago) {
                bars[at][(SPARK_DAYS - 1 - ago) as usize] += 1;
                count += 1;
            }
        }
        if count > 0 {
            lines.push((count, at as u32));
        }
    }
    lines.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    lines
        .into_iter()
        .take(12)
        .filter_map(|(count, at)| {
            let symbol = edition.symbols.get(at as usize)?;
            let rows = desk.index.symbols.get(at as usize)?;
            let impacts = rows
                .iter()
                .filter_map(|row| edition.rows.get(*row as usize))
                .filter(|row| today - row.published.at.as_second().div_euclid(86_400) < SPARK_DAYS)
                .filter_map(|row| row.impact);
            let sign = majority(impacts).map(|(direction, strength)| desk.sign(direction, strength));
            Some(SymbolLine {
                link: desk.symbol_links(&[at as u16], 1).pop()?,
                name: desk.symbol_name(symbol),
                count,
                spark_svg: charts::spark(bars.get(at as usize)?),
                sign,
            })
        })
        .collect()
}

/// `(well, asked)` of the configured sources at their last run.
pub(crate) fn health(desk: &Desk<'_>) -> (usize, usize) {
    let asked = desk.edition.sources.iter().filter(|s| s.configured && !s.history.is_empty());
    let well = asked.clone().filter(|s| s.history.last().is_some_and(|run| run.well)).count();
    (well, asked.count())
}
