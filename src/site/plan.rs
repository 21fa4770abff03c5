//! An edition goes in, the list of its output files comes out, each with a fingerprint over everything it shows.
//!
//! Order: articles and events first, then lists and feeds, then what describes the whole, the front page last.

use std::sync::Arc;

use crate::model::edition::Edition;
use crate::model::id::ArticleId;
use crate::site::format::day_of;
use crate::site::index::Index;
use crate::site::page::{ApiFile, Directory, FeedFormat, ListOf, PageKind};
use crate::site::paths::{self, Folder};
use crate::site::print::Print;
use crate::site::{Site, Spec, machine, schema, search};

/// Articles on a list page. The newest page holds up to twice as many, so that a full page never moves again.
pub(crate) const PAGE: usize = 50;
/// Entries of a feed.
pub(crate) const FEED: usize = 50;
/// Articles in an export.
pub(crate) const EXPORT: usize = 100;
/// Days of a symbol's chart.
pub(crate) const CHART_DAYS: i64 = 90;

/// Lists every output file of `edition`.
pub(crate) fn plan(site: &Site, edition: &Edition) -> Vec<Spec> {
    let index = Arc::new(Index::of(edition));
    let base = Print::new()
        .num(site.print)
        .text(edition.language.as_str())
        .value(&edition.languages)
        .value(&edition.sources.iter().map(|s| (&s.source, s.configured)).collect::<Vec<_>>())
        .value(&edition.symbols)
        .text(&edition.similar_mode)
        .done();
    let mut plan = Plan { site, edition, index: &index, base, specs: Vec::new() };
    plan.articles();
    plan.events();
    plan.lists();
    plan.prose();
    plan.search();
    plan.machines();
    plan.directories();
    plan.front();
    plan.specs
}

struct Plan<'a> {
    site: &'a Site,
    edition: &'a Edition,
    index: &'a Arc<Index>,
    base: u64,
    specs: Vec<Spec>,
}

impl Plan<'_> {
    fn add(&mut self, path: &str, page: PageKind, shows: &Print) -> &mut Spec {
        let fingerprint = Print::new().num(self.base).text(path).num(shows.done()).done();
        let spec = Spec {
            path: format!("{}{path}", self.index.prefix),
            fingerprint,
            needs: Vec::new(),
            page,
            volatile: false,
            index: Arc::clone(self.index),
        };
        let at = self.specs.len();
        self.specs.push(spec);
        &mut self.specs[at]
    }

    fn row_print(&self, at: u32) -> u64 {
        self.index.row_prints.get(at as usize).copied().unwrap_or(0)
    }

    fn ids(&self, rows: &[u32]) -> Vec<ArticleId> {
        rows.iter().filter_map(|at| self.edition.rows.get(*at as usize)).map(|row| row.id.clone()).collect()
    }

    fn rows_print(&self, rows: &[u32]) -> Print {
        Print::new().nums(rows.iter().map(|at| self.row_print(*at)))
    }

    fn articles(&mut self) {
        for (at, row) in self.edition.rows.iter().enumerate() {
            let at = at as u32;
            let print = Print::new().num(self.row_print(at));
            self.add(&paths::article(&row.id), PageKind::Article(at), &print).needs = vec![row.id.clone()];
            self.add(&paths::api_article(&row.id), PageKind::ArticleJson(at), &print).needs =
                vec![row.id.clone()];
        }
    }

    fn events(&mut self) {
        for (at, event) in self.edition.events.iter().enumerate() {
            let print = Print::new().num(self.index.event_prints.get(at).copied().unwrap_or(0));
            let at = at as u32;
            let central = self.ids(&[event.central]);
            self.add(&paths::event(&event.id), PageKind::Event(at), &print).needs = central;
            self.add(&paths::api_event(&event.id), PageKind::EventJson(at), &print);
            let newest: Vec<u32> = event.members.iter().rev().take(FEED).copied().collect();
            let needs = self.ids(&newest);
            self.add(&paths::event_feed(&event.id), PageKind::EventFeed(at), &print).needs = needs;
        }
        let edition = self.edition;
        for (at, (from, to)) in edition.redirects.iter().enumerate() {
            // A later split could found the old id again; its own page wins then.
            if edition.events.iter().any(|event| event.id == *from) {
                continue;
            }
            let target = self.index.event(edition, to);
            let shows = Print::new().text(to.as_str()).num(target.map_or(u64::MAX, u64::from));
            let shows = target.map_or(shows.clone(), |at| {
                shows.num(self.index.event_prints.get(at as usize).copied().unwrap_or(0))
            });
            self.add(&paths::event(from), PageKind::Moved(at as u32), &shows);
        }
    }

    fn lists(&mut self) {
        let index = Arc::clone(self.index);
        let count = |n: usize| 0..n as u32;
        let mut all: Vec<ListOf> = count(index.categories.len()).map(ListOf::Category).collect();
        all.extend(count(index.symbols.len()).map(ListOf::Symbol));
        all.extend(count(index.sources.len()).map(ListOf::Source));
        all.extend(count(index.languages.len()).map(ListOf::Language));
        all.extend(index.days.iter().map(|(day, _)| ListOf::Day(*day)));
        for of in all {
            self.list(of);
        }
    }

    /// One list: its older pages, its feeds, its newest page.
    fn list(&mut self, of: ListOf) {
        let index = Arc::clone(self.index);
        let rows = index.rows(of);
        let folder = index.folder(self.edition, of);
        self.older(of, rows, &folder);
        self.feeds(of, rows, &folder);
        let newest = newest(of, rows);
        let mut print = self.rows_print(newest).num(rows.len() as u64);
        match of {
            ListOf::Symbol(at) => {
                print = self
                    .chart_print(print, rows)
                    .text(self.edition.symbols.get(at as usize).map_or("", |s| s.ticker.as_str()));
            }
            ListOf::Source(at) => {
                print = print
                    .value(&self.edition.sources.get(at as usize))
                    .num(self.edition.now.as_second() as u64);
                if let Some(source) = self.edition.sources.get(at as usize) {
                    let id = &source.source.id;
                    print = print.value(&self.edition.report.sources.iter().find(|r| r.source == *id));
                }
            }
            ListOf::Day(date) => print = print.value(&self.neighbours(date)),
            ListOf::All | ListOf::Category(_) | ListOf::Language(_) => {}
        }
        let spec = self.add(&folder.index(), PageKind::List(of), &print);
        spec.volatile = matches!(of, ListOf::Source(_));
    }

    /// A symbol's chart ends at the edition's day and colours days by the direction of their articles.
    fn chart_print(&self, print: Print, rows: &[u32]) -> Print {
        print.value(&day_of(self.edition.now)).nums(rows.iter().map(|at| self.row_print(*at)))
    }

    fn neighbours(&self, date: jiff::civil::Date) -> [Option<jiff::civil::Date>; 2] {
        crate::site::view::list::neighbours(self.index, date)
    }

    fn older(&mut self, of: ListOf, rows: &[u32], folder: &Folder) {
        for number in 1..=older_pages(of, rows.len()) {
            let print = self
                .rows_print(older_rows(rows, number))
                .num(u64::from(older_pages(of, rows.len()) == number));
            self.add(&folder.page(number), PageKind::Older(of, number), &print);
        }
    }

    fn feeds(&mut self, of: ListOf, rows: &[u32], folder: &Folder) {
        let rows = &rows[..rows.len().min(FEED)];
        let print = self.rows_print(rows);
        // A day's feed is a list of titles: nobody subscribes to the past, and its text stands on the pages.
        let needs = if matches!(of, ListOf::Day(_)) { Vec::new() } else { self.ids(rows) };
        for (name, format) in
            [("feed.json", FeedFormat::Json), ("feed.xml", FeedFormat::Rss), ("atom.xml", FeedFormat::Atom)]
        {
            self.add(&folder.file(name), PageKind::Feed(of, format), &print).needs.clone_from(&needs);
        }
    }

    fn prose(&mut self) {
        for (at, (slug, _)) in self.site.settings.about.iter().enumerate() {
            self.add(&paths::about(slug), PageKind::About(at as u32), &Print::new());
        }
        self.add(paths::NOT_FOUND, PageKind::NotFound, &Print::new());
    }

    fn search(&mut self) {
        let edition = self.edition;
        let all = Print::new().nums(self.index.row_prints.iter().copied()).value(&search::READING);
        let rows = edition.rows.len();
        for number in 0..search::document_files(rows) {
            let print = self.rows_print(search::document_rows(&self.index.all, number));
            self.add(&search::document_path(number), PageKind::SearchDocuments(number), &print);
        }
        for number in 0..search::SHARDS {
            self.add(&search::shard_path(number), PageKind::SearchShard(number), &all);
        }
        self.add(search::MANIFEST, PageKind::SearchManifest, &all);
        self.add(paths::SEARCH, PageKind::Search, &Print::new());
    }

    fn machines(&mut self) {
        let edition = self.edition;
        let index = Arc::clone(self.index);
        let day = Print::new().value(&day_of(edition.now));
        for (at, slug) in index.symbol_slugs.iter().enumerate() {
            let rows = index.rows(ListOf::Symbol(at as u32));
            let print = self.chart_print(Print::new(), rows);
            self.add(&format!("{}symbols/{slug}.json", paths::API), PageKind::SymbolJson(at as u32), &print);
        }
        for (at, source) in edition.sources.iter().enumerate() {
            let newest = newest(ListOf::Source(at as u32), index.rows(ListOf::Source(at as u32)));
            let print = self.rows_print(newest).value(source).value(&edition.report.sources);
            let path = format!("{}sources/{}.json", paths::API, source.source.id);
            self.add(&path, PageKind::SourceJson(at as u32), &print).volatile = true;
        }
        for (at, group) in index.exports.iter().enumerate() {
            let rows = &group.rows[..group.rows.len().min(EXPORT)];
            let (print, needs) = (self.rows_print(rows), self.ids(rows));
            let path = format!("{}export/{}.json", paths::API, group.slug);
            self.add(&path, PageKind::Export(at as u32), &print).needs = needs;
        }
        for (at, group) in index.months.iter().enumerate() {
            let print = self.rows_print(&group.rows);
            self.add(
                &format!("{}months/{}.ndjson", paths::API, group.key),
                PageKind::Month(at as u32),
                &print,
            );
        }
        for (at, (name, _)) in schema::ALL.iter().enumerate() {
            let path = format!("{}schema/{name}.json", paths::API);
            self.add(&path, PageKind::Api(ApiFile::Schema(at as u32)), &Print::new());
        }
        let all =
            Print::new().nums(index.row_prints.iter().copied()).nums(index.event_prints.iter().copied());
        for number in machine::sitemap_numbers(edition, &index) {
            self.add(&machine::sitemap_path(number), PageKind::Sitemap(number), &all);
        }
        self.add(
            paths::NEWS_SITEMAP,
            PageKind::NewsSitemap,
            &all.clone().num(edition.now.as_second() as u64 / 3600),
        );
        self.add(paths::OPML, PageKind::Opml, &Print::new());
        self.add(paths::MANIFEST, PageKind::Manifest, &Print::new());
        if index.prefix.is_empty() {
            self.add(paths::ROBOTS, PageKind::Robots, &Print::new());
        }
        self.add(&format!("{}index.json", paths::API), PageKind::Api(ApiFile::Index), &all.num(day.done()));
    }

    fn directories(&mut self) {
        let index = Arc::clone(self.index);
        let day = Print::new().value(&day_of(self.edition.now));
        let all = day.clone().nums(index.row_prints.iter().copied());
        for (path, which) in [
            ("categories/index.html", Directory::Categories),
            ("symbols/index.html", Directory::Symbols),
            ("languages/index.html", Directory::Languages),
            ("archive/index.html", Directory::Archive),
        ] {
            self.add(path, PageKind::Directory(which), &all);
        }
        let run = self.run_print();
        self.add("sources/index.html", PageKind::Directory(Directory::Sources), &run).volatile = true;
    }

    fn run_print(&self) -> Print {
        let edition = self.edition;
        Print::new()
            .num(edition.now.as_second() as u64)
            .value(&edition.report)
            .value(&edition.spent)
            .value(&edition.sources)
            .nums(self.index.row_prints.iter().copied())
    }

    fn front(&mut self) {
        let index = Arc::clone(self.index);
        let edition = self.edition;
        self.older(ListOf::All, &index.all, &Folder::root());
        self.feeds(ListOf::All, &index.all, &Folder::root());
        let run = self.run_print();
        for (path, page) in [
            (format!("{}report.json", paths::API), PageKind::Api(ApiFile::Report)),
            (format!("{}latest.json", paths::API), PageKind::Api(ApiFile::Latest)),
            (paths::STATUS.to_owned(), PageKind::Status),
        ] {
            self.add(&path, page, &run).volatile = true;
        }
        let well: Vec<_> = edition.sources.iter().map(|s| s.history.last().map(|run| run.well)).collect();
        let print = Print::new()
            .num(edition.now.as_second() as u64)
            .nums(index.row_prints.iter().copied())
            .nums(index.event_prints.iter().copied())
            .nums(edition.events.iter().map(|event| u64::from(event.heat.to_bits())))
            .value(&well);
        self.add(paths::FRONT, PageKind::Front, &print);
    }
}

/// How many full pages of older articles a list has. A day is one page.
pub(crate) fn older_pages(of: ListOf, rows: usize) -> u32 {
    if matches!(of, ListOf::Day(_)) { 0 } else { (rows / PAGE).saturating_sub(1) as u32 }
}

/// The rows of page `number`, counted from the oldest, newest first.
pub(crate) fn older_rows(rows: &[u32], number: u32) -> &[u32] {
    let end = rows.len().saturating_sub((number as usize - 1) * PAGE);
    rows.get(end.saturating_sub(PAGE)..end).unwrap_or_default()
}

/// The rows of a list's newest page: what no older page holds.
pub(crate) fn newest(of: ListOf, rows: &[u32]) -> &[u32] {
    let older = older_pages(of, rows.len()) as usize * PAGE;
    rows.get(..rows.len().saturating_sub(older)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_page_of_a_list_never_moves() {
        let rows = |n: u32| (0..n).map(|i| n - i).collect::<Vec<u32>>();
        for n in [0, 1, 49, 50, 99, 100, 101, 150, 1000] {
            let list = rows(n);
            let mut seen: Vec<u32> = newest(ListOf::All, &list).to_vec();
            for number in (1..=older_pages(ListOf::All, list.len())).rev() {
                let page = older_rows(&list, number);
                assert_eq!(page.len(), PAGE);
                assert_eq!(page.last(), Some(&((number - 1) * PAGE as u32 + 1)), "page {number} of {n}");
                seen.extend(page);
            }
            assert_eq!(seen, list, "{n}");
        }
    }
}
