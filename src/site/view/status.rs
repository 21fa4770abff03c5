//! The last run goes in, the status page comes out: stages as bars, sources, failures with reasons and the next try,
//! money against the budget, what is off.

use serde::Serialize;

use crate::model::report::Spend;
use crate::site::format::{self, When};
use crate::site::page::ListOf;
use crate::site::view::front::health;
use crate::site::view::{Frame, Link, Shell, State};
use crate::site::{Desk, charts, paths};

/// The status page.
#[derive(Debug, Serialize)]
pub(crate) struct StatusView {
    page: Shell,
    as_of: When,
    version: String,
    numbers: Vec<(String, String)>,
    gantt_svg: String,
    stages: Vec<StageView>,
    sources: String,
    troubled: Vec<SourceLine>,
    failures: Vec<FailureView>,
    spend: Vec<SpendView>,
    spent: Vec<SpendView>,
    budget: Vec<(String, String)>,
    off: Vec<String>,
    json: String,
}

#[derive(Debug, Serialize)]
struct StageView {
    name: String,
    done: String,
    skipped: String,
    failed: String,
    failing: bool,
    note: String,
    took: String,
}

#[derive(Debug, Serialize)]
struct SourceLine {
    link: Link,
    state: State,
    http: String,
}

#[derive(Debug, Serialize)]
struct FailureView {
    stage: String,
    place: String,
    what: String,
}

#[derive(Debug, Serialize)]
struct SpendView {
    provider: String,
    task: String,
    calls: String,
    input: String,
    output: String,
    money: String,
}

/// Builds the status page.
pub(crate) fn view(desk: &Desk<'_>) -> StatusView {
    let (edition, words) = (desk.edition, desk.words);
    let report = &edition.report;
    let number = |n: u64| format::number(words, n);
    let rows = &edition.rows;
    let count =
        |wanted: fn(&&crate::model::edition::Row) -> bool| number(rows.iter().filter(wanted).count() as u64);
    let numbers = [
        ("num_articles", number(rows.len() as u64)),
        ("num_events", number(edition.events.iter().filter(|e| e.members.len() > 1).count() as u64)),
        ("num_full_text", count(|row| row.full_text)),
        ("num_readable", count(|row| row.readable)),
        ("num_analysed", count(|row| row.impact.is_some())),
        ("num_sources", number(edition.sources.iter().filter(|s| s.configured).count() as u64)),
    ];
    let stage_name =
        |word: &str| words.find(&format!("stage_{word}")).map_or_else(|| word.to_owned(), str::to_owned);
    let bars: Vec<(String, u64, u64)> =
        report.stages.iter().map(|s| (stage_name(s.stage.word()), s.started_ms, s.took_ms)).collect();
    let (well, all) = health(desk);
    StatusView {
        page: desk.shell(&Frame::new(words.get("status"), "status")),
        as_of: format::instant(words, report.now),
        version: report.version.clone(),
        numbers: numbers.into_iter().map(|(key, n)| (words.get(key).to_owned(), n)).collect(),
        gantt_svg: if bars.is_empty() { String::new() } else { charts::gantt(&bars) },
        stages: report
            .stages
            .iter()
            .map(|stage| StageView {
                name: stage_name(stage.stage.word()),
                done: number(stage.done),
                skipped: number(stage.skipped),
                failed: number(stage.failed),
                failing: stage.failed > 0,
                note: words.told(&stage.note),
                took: format::duration(stage.took_ms),
            })
            .collect(),
        sources: words.fill("sources_well", &[("well", &well.to_string()), ("all", &all.to_string())]),
        troubled: troubled(desk),
        failures: report
            .failures
            .iter()
            .take(100)
            .map(|failure| FailureView {
                stage: stage_name(failure.stage.word()),
                place: failure.place.clone(),
                what: words.told(&failure.what),
            })
            .collect(),
        spend: report.spend.iter().map(|spend| spend_view(desk, spend)).collect(),
        spent: edition.spent.iter().map(|spend| spend_view(desk, spend)).collect(),
        budget: budget(desk),
        off: report.off.iter().map(|off| words.told(off)).collect(),
        json: desk.href(&format!("{}report.json", paths::API)),
    }
}

/// Sources that were not well in this run.
fn troubled(desk: &Desk<'_>) -> Vec<SourceLine> {
    use crate::model::status::Status;
    let trouble = |status: &Status| matches!(status, Status::Failed { .. } | Status::Unavailable { .. });
    desk.edition
        .report
        .sources
        .iter()
        .filter(|report| trouble(&report.status))
        .filter_map(|report| {
            let at = desk.edition.sources.iter().position(|s| s.source.id == report.source)?;
            Some(SourceLine {
                link: desk.list_link(ListOf::Source(at as u32)),
                state: desk.state(&report.status),
                http: report.http.map(|code| code.to_string()).unwrap_or_default(),
            })
        })
        .collect()
}

fn spend_view(desk: &Desk<'_>, spend: &Spend) -> SpendView {
    let number = |n: u64| format::number(desk.words, n);
    SpendView {
        provider: spend.provider.clone(),
        task: desk
            .words
            .find(&format!("task_{}", spend.task))
            .map_or_else(|| spend.task.clone(), str::to_owned),
        calls: number(spend.calls),
        input: number(spend.input_tokens),
        output: number(spend.output_tokens),
        money: money(desk, spend.micros),
    }
}

fn money(desk: &Desk<'_>, micros: u64) -> String {
    let currency = desk.site.settings.budget.as_ref().map_or("", |budget| budget.currency.as_str());
    format!("{} {currency}", format::money(micros)).trim_end().to_owned()
}

fn budget(desk: &Desk<'_>) -> Vec<(String, String)> {
    let Some(budget) = &desk.site.settings.budget else { return Vec::new() };
    [("budget_run", budget.per_run_micros), ("budget_day", budget.per_day_micros)]
        .into_iter()
        .filter_map(|(key, micros)| Some((desk.words.get(key).to_owned(), money(desk, micros?))))
        .collect()
}
