//! Nouns go in, the JSON of `api/v1/` comes out. Every record names its schema version by its place: `api/v1/`. Paths in
//! it are relative to the edition's root, ids are those of the pages, times are UTC. Text follows the source's policy.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::model::edition::{Dossier, EventRow, Row};
use crate::model::event::Precedent;
use crate::model::source::Republish;
use crate::model::status::Status;
use crate::site::content::Content;
use crate::site::index::source_of;
use crate::site::page::ListOf;
use crate::site::{Desk, SiteError, paths, plan, schema};

/// One article of a list.
#[derive(Serialize)]
struct Brief<'a> {
    id: &'a str,
    title: &'a str,
    title_language: Option<&'a str>,
    language: Option<&'a str>,
    source: &'a str,
    publisher: &'a str,
    category: &'a str,
    published: String,
    first_seen: String,
    symbols: Vec<&'a str>,
    event: Option<&'a str>,
    direction: Option<&'static str>,
    strength: Option<u8>,
    words: u32,
    full_text: bool,
    readable: bool,
    page: String,
    json: String,
}

impl Desk<'_> {
    fn brief<'a>(&'a self, row: &'a Row) -> Brief<'a> {
        let source = source_of(self.edition, row);
        let event = row.event.and_then(|at| self.edition.events.get(at as usize));
        Brief {
            id: row.id.as_str(),
            title: &row.title,
            title_language: row.title_language.as_ref().map(super::super::model::lang::Lang::as_str),
            language: row.language.as_ref().map(super::super::model::lang::Lang::as_str),
            source: source.map_or("", |s| s.id.as_str()),
            publisher: source.map_or("", |s| s.publisher.as_str()),
            category: source.map_or("", |s| s.category.as_str()),
            published: row.published.to_string(),
            first_seen: row.first_seen.to_string(),
            symbols: self.tickers(&row.symbols),
            event: event.map(|event| event.id.as_str()),
            direction: row.impact.map(|(direction, _)| direction.word()),
            strength: row.impact.map(|(_, strength)| strength),
            words: row.words,
            full_text: row.full_text,
            readable: row.readable,
            page: paths::article(&row.id),
            json: paths::api_article(&row.id),
        }
    }

    fn tickers<'a>(&'a self, symbols: &[u16]) -> Vec<&'a str> {
        symbols
            .iter()
            .filter_map(|at| self.edition.symbols.get(usize::from(*at)))
            .map(|symbol| symbol.ticker.as_str())
            .collect()
    }

    fn briefs(&self, rows: &[u32], most: usize) -> Vec<Brief<'_>> {
        rows.iter()
            .take(most)
            .filter_map(|at| self.edition.rows.get(*at as usize))
            .map(|row| self.brief(row))
            .collect()
    }

    fn event_value(&self, event: &EventRow) -> Value {
        let first = self.members(event).next().map(|row| row.published.to_string());
        let last = self.members(event).next_back().map(|row| row.published.to_string());
        json!({
            "id": event.id.as_str(),
            "title": self.event_title(event).text,
            "summary": self.event_summary(event).map(|summary| summary.text),
            "summary_language": event.summary_language.as_ref().map(super::super::model::lang::Lang::as_str),
            "summary_is_excerpt": event.summary_is_excerpt,
            "publishers": event.publishers,
            "articles": self.members(event).map(|row| row.id.as_str()).collect::<Vec<_>>(),
            "first": first,
            "latest": last,
            "page": paths::event(&event.id),
            "feed": paths::event_feed(&event.id),
        })
    }

    fn write(&self, value: &impl Serialize) -> Result<Vec<u8>, SiteError> {
        let mut out = serde_json::to_vec_pretty(value).map_err(|error| self.unwritten(&error))?;
        out.push(b'\n');
        Ok(out)
    }

    /// The similar past events, with their titles and what came after them.
    fn precedents(&self, dossier: &Dossier) -> serde_json::Result<Value> {
        let one = |past: &Precedent| {
            let mut value = serde_json::to_value(past)?;
            let at = self.index.row(self.edition, &past.similar.article);
            let row = at.and_then(|at| self.edition.rows.get(at as usize));
            let after = self.follow_ups(&past.similar).map(|after| {
                json!({ "reports": after.reports, "days": after.days, "last": self.brief(after.last) })
            });
            if let Some(map) = value.as_object_mut() {
                map.insert("title".to_owned(), json!(row.map(|row| &row.title)));
                map.insert("follow_ups".to_owned(), json!(after));
            }
            Ok(value)
        };
        dossier.similar.iter().map(one).collect()
    }

    /// Everything that may be told of an article.
    fn full(&self, row: &Row, dossier: &Dossier) -> Result<Value, SiteError> {
        let bad = |error: serde_json::Error| self.unwritten(&error);
        let content = Content::of(self.edition, row, dossier);
        let mut out = match serde_json::to_value(self.brief(row)).map_err(bad)? {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let read = match (&dossier.read, content.policy) {
            (Status::Ready, Republish::Excerpt | Republish::Link) => {
                Status::Withheld { why: "the source's text is not republished in full".to_owned() }
            }
            (other, _) => other.clone(),
        };
        let original = &dossier.article;
        let mut put = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
        put("title", json!(content.title));
        put("url", json!(dossier.url.as_str()));
        put("export_category", json!(source_of(self.edition, row).map(|s| s.export_category.as_str())));
        put("original_title", json!(original.title));
        put("authors", json!(original.authors));
        put("modified", json!(original.modified));
        put("image", json!(original.image));
        put("licence", json!(original.licence));
        put("obtained", json!(original.obtained));
        put("missing", json!(original.missing));
        put("republish", json!(content.policy));
        put("excerpt", json!(content.excerpt()));
        put("html", json!(content.html()));
        if content.policy == Republish::Full {
            put("original_blocks", json!(original.blocks));
            put("translated_blocks", json!(dossier.translation.as_ref().map(|t| &t.blocks)));
            put("revisions", json!(dossier.revisions));
        }
        put("status", json!({ "text": read, "translation": dossier.translated, "impact": dossier.analysed }));
        put(
            "translation",
            json!(dossier.translation.as_ref().map(|t| json!({
                "language": t.language, "title": t.title, "by": t.by, "at": t.at, "words": t.words,
                "checked": t.checked, "faults": t.faults,
            }))),
        );
        let mut impact = serde_json::to_value(&dossier.impact).map_err(bad)?;
        if content.policy == Republish::Link
            && let Some(points) = impact.get_mut("points").and_then(Value::as_array_mut)
        {
            points.iter_mut().filter_map(Value::as_object_mut).for_each(|point| drop(point.remove("quote")));
        }
        put("impact", impact);
        put("tags", json!(dossier.tags));
        put("votes", json!(dossier.votes));
        put("similar", self.precedents(dossier).map_err(bad)?);
        put("appearances", json!(dossier.appearances));
        put("text_hash", json!(dossier.text_hash));
        put(
            "versions",
            json!(dossier.versions.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()),
        );
        Ok(Value::Object(out))
    }
}

/// One article.
pub(crate) fn article(desk: &Desk<'_>, at: u32, dossier: &Dossier) -> Result<Vec<u8>, SiteError> {
    let row = desk.edition.rows.get(at as usize).ok_or_else(|| desk.mismatch("its row is missing"))?;
    desk.write(&desk.full(row, dossier)?)
}

/// One event with its members.
pub(crate) fn event(desk: &Desk<'_>, at: u32) -> Result<Vec<u8>, SiteError> {
    let event = desk.edition.events.get(at as usize).ok_or_else(|| desk.mismatch("its event is missing"))?;
    let mut value = desk.event_value(event);
    if let Some(map) = value.as_object_mut() {
        let members: Vec<Brief<'_>> = desk.members(event).map(|row| desk.brief(row)).collect();
        map.insert("members".to_owned(), json!(members));
        map.insert("absorbed".to_owned(), json!(event.absorbed));
        map.insert("parted".to_owned(), json!(event.parted));
        let quotable = |id| {
            let row = desk.index.row(desk.edition, id).and_then(|at| desk.edition.rows.get(at as usize));
            row.is_some_and(|row| crate::site::content::may_quote(desk.edition, row))
        };
        let conflicts: Vec<Value> = event
            .conflicts
            .iter()
            .map(|conflict| {
                let versions: Vec<_> = conflict.versions.iter().filter(|(id, _)| quotable(id)).collect();
                json!({ "about": conflict.about, "versions": versions })
            })
            .collect();
        map.insert("conflicts".to_owned(), json!(conflicts));
    }
    desk.write(&value)
}

/// What there is.
pub(crate) fn index(desk: &Desk<'_>) -> Result<Vec<u8>, SiteError> {
    let index = desk.index;
    let api = |path: String| format!("{}{path}", paths::API);
    let symbols: Vec<Value> = desk
        .edition
        .symbols
        .iter()
        .zip(&index.symbol_slugs)
        .zip(&index.symbols)
        .map(|((symbol, slug), rows)| {
            json!({ "symbol": symbol.ticker, "name": symbol.name, "class": symbol.class, "articles": rows.len(),
                    "json": api(format!("symbols/{slug}.json")), "page": format!("symbols/{slug}/index.html") })
        })
        .collect();
    let sources: Vec<Value> = desk
        .edition
        .sources
        .iter()
        .zip(&index.sources)
        .map(|(row, rows)| {
            json!({ "id": row.source.id, "name": row.source.name, "publisher": row.source.publisher,
                    "category": row.source.category, "articles": rows.len(),
                    "json": api(format!("sources/{}.json", row.source.id)) })
        })
        .collect();
    let months: Vec<Value> = index
        .months
        .iter()
        .map(|g| json!({ "month": g.key, "articles": g.rows.len(), "ndjson": api(format!("months/{}.ndjson", g.key)) }))
        .collect();
    let exports: Vec<Value> = index
        .exports
        .iter()
        .map(|g| json!({ "export_category": g.key, "articles": g.rows.len(), "json": api(format!("export/{}.json", g.slug)) }))
        .collect();
    let schemas: Vec<String> =
        schema::ALL.iter().map(|(name, _)| api(format!("schema/{name}.json"))).collect();
    desk.write(&json!({
        "title": desk.site.settings.title,
        "sample": desk.site.settings.sample,
        "language": desk.edition.language,
        "editions": desk.edition.languages.iter()
            .map(|l| json!({ "language": l, "root": paths::prefix(l, &desk.edition.languages) })).collect::<Vec<_>>(),
        "articles": desk.edition.rows.len(),
        "events": desk.edition.events.len(),
        "latest": api("latest.json".to_owned()),
        "report": api("report.json".to_owned()),
        "symbols": symbols, "sources": sources, "months": months, "exports": exports, "schemas": schemas,
    }))
}

/// As-of facts, the newest articles and the hottest events.
pub(crate) fn latest(desk: &Desk<'_>) -> Result<Vec<u8>, SiteError> {
    let (well, all) = crate::site::view::front::health(desk);
    let events: Vec<Value> = desk
        .edition
        .events
        .iter()
        .filter(|event| event.members.len() > 1)
        .take(20)
        .map(|event| desk.event_value(event))
        .collect();
    desk.write(&json!({
        "as_of": desk.edition.now.to_string(),
        "version": desk.edition.report.version,
        "sources_well": well,
        "sources_asked": all,
        "off": desk.edition.report.off,
        "articles": desk.briefs(&desk.index.all, plan::FEED),
        "events": events,
    }))
}

/// The last run.
pub(crate) fn report(desk: &Desk<'_>) -> Result<Vec<u8>, SiteError> {
    desk.write(&json!({ "run": desk.edition.report, "spent": desk.edition.spent }))
}

/// One symbol: its days and newest articles.
pub(crate) fn symbol(desk: &Desk<'_>, at: u32) -> Result<Vec<u8>, SiteError> {
    let symbol =
        desk.edition.symbols.get(at as usize).ok_or_else(|| desk.mismatch("its symbol is missing"))?;
    let rows = desk.index.rows(ListOf::Symbol(at));
    let mut days = std::collections::BTreeMap::<String, u32>::new();
    for row in rows.iter().filter_map(|row| desk.edition.rows.get(*row as usize)) {
        *days.entry(crate::site::format::day_of(row.published.at).to_string()).or_default() += 1;
    }
    let from = days.len().saturating_sub(plan::CHART_DAYS as usize);
    let days: Vec<Value> =
        days.into_iter().skip(from).map(|(day, n)| json!({ "day": day, "articles": n })).collect();
    desk.write(&json!({
        "symbol": symbol.ticker, "name": symbol.name, "class": symbol.class, "names":
            symbol.names.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "articles_total": rows.len(), "days": days, "articles": desk.briefs(rows, plan::FEED),
    }))
}

/// One source: what it is, its last runs, its newest articles.
pub(crate) fn source(desk: &Desk<'_>, at: u32) -> Result<Vec<u8>, SiteError> {
    let row = desk.edition.sources.get(at as usize).ok_or_else(|| desk.mismatch("its source is missing"))?;
    let rows = desk.index.rows(ListOf::Source(at));
    let last = desk.edition.report.sources.iter().find(|report| report.source == row.source.id);
    desk.write(&json!({
        "source": row.source, "configured": row.configured, "next": row.next.map(|at| at.to_string()),
        "last_run": last, "history": row.history, "articles_total": rows.len(),
        "articles": desk.briefs(rows, plan::FEED),
    }))
}

/// The newest articles of an export category, whole.
pub(crate) fn export(desk: &Desk<'_>, at: u32, dossiers: &[&Dossier]) -> Result<Vec<u8>, SiteError> {
    let group =
        desk.index.exports.get(at as usize).ok_or_else(|| desk.mismatch("its export category is missing"))?;
    let mut articles = Vec::with_capacity(dossiers.len());
    for dossier in dossiers {
        let row = desk.index.row(desk.edition, &dossier.id).and_then(|at| desk.edition.rows.get(at as usize));
        if let Some(row) = row {
            let mut value = desk.full(row, dossier)?;
            if let Some(map) = value.as_object_mut() {
                // The blocks stand in the article's own JSON; an export is for reading and importing.
                map.retain(|key, _| {
                    !matches!(key.as_str(), "original_blocks" | "translated_blocks" | "revisions")
                });
            }
            articles.push(value);
        }
    }
    desk.write(
        &json!({ "export_category": group.key, "articles_total": group.rows.len(), "articles": articles }),
    )
}

/// All articles of a month, the oldest first, one line each.
pub(crate) fn month(desk: &Desk<'_>, at: u32) -> Result<Vec<u8>, SiteError> {
    let group = desk.index.months.get(at as usize).ok_or_else(|| desk.mismatch("its month is missing"))?;
    let mut out = Vec::new();
    for row in group.rows.iter().rev().filter_map(|at| desk.edition.rows.get(*at as usize)) {
        serde_json::to_writer(&mut out, &desk.brief(row)).map_err(|error| desk.unwritten(&error))?;
        out.push(b'\n');
    }
    Ok(out)
}

/// One JSON Schema.
pub(crate) fn schema(desk: &Desk<'_>, at: u32) -> Result<Vec<u8>, SiteError> {
    let (_, make) = schema::ALL.get(at as usize).ok_or_else(|| desk.mismatch("its schema is missing"))?;
    desk.write(&make())
}
