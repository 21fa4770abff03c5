//! Stage 1: the sources that are due are asked, and what they announce is stored. Configuration and the remembered
//! state of sources go in; entries, validators and the sources' part of the report come out.
//!
//! Entries are stored before validators: a run killed between the two asks once more and loses nothing.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};

use crate::config::settings::SourceSettings;
use crate::discover::{self, Discovery};
use crate::model::edition::SourceRun;
use crate::model::entry::Entry;
use crate::model::report::{SourceReport, Stage};
use crate::model::source::SourceKind;
use crate::model::status::Status;
use crate::net::{self, Accept, Answer, Request, Validators};
use crate::pipeline::{Run, RunError, Tally};
use crate::store::sources::SourceState;
use crate::votes;

/// Further addresses (parts of a sitemap, pages of a list, feeds of an OPML file) asked for one source in one run.
const MAX_FURTHER: usize = 50;
/// The longest time between two tries at a source that fails.
const MAX_BACK_OFF: Duration = Duration::from_hours(7 * 24);
/// The longest time for which an answer's own freshness or rhythm makes newsmill wait.
const MAX_WAIT: Duration = Duration::from_hours(24);

/// What came of asking one source.
struct Asked<'a> {
    source: &'a SourceSettings,
    entries: Vec<Entry>,
    state: SourceState,
    report: SourceReport,
}

/// Asks every source that is due.
pub(crate) async fn gather(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let states = run.store.source_states().await?;
    let mut tally = Tally { note: "sources asked".to_owned(), ..Tally::default() };
    let mut reports = HashMap::new();
    let mut due = Vec::new();
    for source in &run.settings.sources {
        let state =
            states.get(&source.source.id).cloned().filter(|state| state.asked == source.fingerprint());
        match waits(source, state.as_ref(), run.now) {
            None => due.push((source, state.unwrap_or_default())),
            Some(status) => {
                tally.skipped += 1;
                reports.insert(source.source.id.clone(), blank(source, status));
            }
        }
    }
    run.begin(Stage::Gather, due.len());
    let (client, now, seed) = (run.client.clone(), run.now, run.settings.network.seed);
    let mut answers = futures_util::stream::iter(due)
        .map(|(source, state)| ask(&client, source, state, now, seed))
        .buffer_unordered(run.settings.network.parallel.max(1));
    while let Some(asked) = answers.next().await {
        let report = settle(run, asked).await?;
        match report.status {
            Status::Ready => tally.done += 1,
            _ => tally.failed += 1,
        }
        run.step(1);
        reports.insert(report.source.clone(), report);
    }
    // In configured order, whatever order the answers came in.
    run.report.sources =
        run.settings.sources.iter().filter_map(|source| reports.remove(&source.source.id)).collect();
    Ok(tally)
}

/// Why a source is not asked now, if so.
fn waits(source: &SourceSettings, state: Option<&SourceState>, now: Timestamp) -> Option<Status> {
    if let Err(words) = &source.address {
        return Some(Status::Off { why: words.clone() });
    }
    let state = state?;
    if state.gone {
        return Some(Status::Unavailable { why: "The source answered 410: it is gone for good.".to_owned() });
    }
    let next = state.next.filter(|next| *next > now)?;
    Some(Status::Pending { why: "Not due yet.".to_owned(), retry: Some(next) })
}

fn blank(source: &SourceSettings, status: Status) -> SourceReport {
    SourceReport {
        source: source.source.id.clone(),
        status,
        http: None,
        entries: 0,
        fresh: 0,
        read: 0,
        full_text: 0,
        failed: 0,
        requests: 0,
        took_ms: 0,
        notes: Vec::new(),
    }
}

/// Stores what a source announced, then its validators.
async fn settle(run: &Run<'_>, asked: Asked<'_>) -> Result<SourceReport, RunError> {
    let Asked { source, entries, state, mut report } = asked;
    let id = source.source.id.clone();
    report.entries = entries.len() as u32;
    let rank = run.settings.sources.iter().position(|one| one.source.id == id).unwrap_or_default() as u32;
    if !entries.is_empty() {
        let announced = run.store.add_entries(id.clone(), rank, entries, run.now).await?;
        report.fresh = announced.fresh;
        if announced.corrected > 0 {
            report.notes.push(format!(
                "{} articles are announced as changed and will be read again",
                announced.corrected
            ));
        }
        count_votes(run, &source.source.name, announced.votes).await?;
    }
    let history = SourceRun {
        at: run.now,
        source: id.clone(),
        well: report.status.is_ready(),
        http: report.http,
        fresh: report.fresh,
        took_ms: report.took_ms,
        why: report.status.why().to_owned(),
    };
    run.store.settle_source(id, state, history).await?;
    Ok(report)
}

type Stated = (crate::model::id::ArticleId, Vec<crate::model::votes::VoteCount>, Option<String>);

/// Merges the counters that entries state into what is known, per origin. A feed that counts names no portal but its
/// own host; readers know it by the source's name.
async fn count_votes(run: &Run<'_>, name: &str, stated: Vec<Stated>) -> Result<(), RunError> {
    let known = run.store.votes(stated.iter().map(|(id, ..)| id.clone()).collect()).await?;
    let mut changed = Vec::new();
    for (id, mut counts, place) in stated {
        for count in
            counts.iter_mut().filter(|count| count.origin.contains('.') || count.origin.contains(':'))
        {
            name.clone_into(&mut count.origin);
        }
        let before = known.get(&id).map(Vec::as_slice).unwrap_or_default();
        let mut merged = votes::merge(before, &counts, run.now);
        for votes in merged.iter_mut().filter(|votes| votes.place.is_none()) {
            votes.place.clone_from(&place);
        }
        let same = |a: &[crate::model::votes::Votes], b: &[crate::model::votes::Votes]| {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| (&a.origin, &a.counts, &a.place) == (&b.origin, &b.counts, &b.place))
        };
        if !same(before, &merged) {
            changed.push((id, merged));
        }
    }
    if !changed.is_empty() {
        run.store.put_votes(changed).await?;
    }
    Ok(())
}

/// Asks one source and what it points to. Never fails: a failure is in the report.
async fn ask<'a>(
    client: &net::Client,
    source: &'a SourceSettings,
    mut state: SourceState,
    now: Timestamp,
    seed: u64,
) -> Asked<'a> {
    state.asked = source.fingerprint();
    let mut report = blank(source, Status::Ready);
    let mut entries = Vec::new();
    let address = match (&state.moved, &source.address) {
        (Some(moved), _) => moved.parse().map_err(|_| "the remembered address is damaged".to_owned()),
        (None, address) => address.clone(),
    };
    let outcome = match address {
        Err(words) => Err(words),
        Ok(url) => {
            let validators =
                Validators { etag: state.etag.clone(), last_modified: state.last_modified.clone() };
            let request = Request { url, accept: accept(source.source.kind), validators, robots: false, now };
            match client.get(&request).await {
                Err(error) => {
                    report.requests += 1;
                    Err(error.to_string())
                }
                Ok(answer) => {
                    report.http = Some(answer.status);
                    report.requests += answer.requests;
                    report.took_ms += answer.took.as_millis() as u64;
                    take(client, source, &mut state, answer, &mut entries, &mut report, now).await
                }
            }
        }
    };
    match outcome {
        Ok(wait) => {
            state.failures = 0;
            state.well = Some(now);
            state.next = after(now, wait.max(source.every));
        }
        Err(why) => {
            state.failures = state.failures.saturating_add(1);
            let wait = back_off(source, state.failures, seed, report.notes.first().map(String::as_str));
            state.next = after(now, wait);
            report.status = if state.gone {
                Status::Unavailable { why }
            } else {
                Status::Failed { why, retry: state.next }
            };
        }
    }
    Asked { source, entries, state, report }
}

fn accept(kind: SourceKind) -> Accept {
    match kind {
        SourceKind::Json => Accept::Json,
        SourceKind::Listing => Accept::Page,
        SourceKind::Feed | SourceKind::Sitemap | SourceKind::Opml => Accept::Feed,
    }
}

fn after(now: Timestamp, wait: Duration) -> Option<Timestamp> {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok())
}

/// Exponential in the number of failures in a row, with jitter out of the injected seed, a week at the most.
fn back_off(source: &SourceSettings, failures: u32, seed: u64, salt: Option<&str>) -> Duration {
    let doubled = source.every.saturating_mul(1 << failures.saturating_sub(1).min(12));
    let text = format!("{seed} {} {failures} {}", source.source.id, salt.unwrap_or_default());
    let jitter = f64::from(blake3::hash(text.as_bytes()).as_bytes()[0]) / 255.0 * 0.2 + 0.9;
    doubled.min(MAX_BACK_OFF).mul_f64(jitter)
}

/// Takes an answer for what it is: entries, nothing new, a rest, an end. The value is how long to wait at least.
async fn take(
    client: &net::Client,
    source: &SourceSettings,
    state: &mut SourceState,
    answer: Answer,
    entries: &mut Vec<Entry>,
    report: &mut SourceReport,
    now: Timestamp,
) -> Result<Duration, String> {
    let fresh = answer.fresh_for.unwrap_or_default().min(MAX_WAIT);
    match answer.status {
        304 => return Ok(fresh.max(rhythm(state))),
        200..=299 => {}
        410 => {
            state.gone = true;
            return Err(
                "The source answered 410: it is gone for good. Remove it from sources.yaml.".to_owned()
            );
        }
        429 | 503 => {
            let rest = answer.retry_after.map_or(String::new(), |rest| format!(" for {} s", rest.as_secs()));
            return Err(format!("The host asked for rest{rest} (status {}).", answer.status));
        }
        401 | 403 => return Err(format!("The host refuses newsmill (status {}).", answer.status)),
        404 => {
            return Err(
                "There is nothing at this address (status 404); look for the feed's new address.".to_owned()
            );
        }
        status => return Err(format!("The host answered with status {status}.")),
    }
    let base = answer.url.clone();
    let read = discover::read(&answer.body, answer.content_type.as_deref(), &base, &source.discover);
    let discovery = match read {
        Ok(discovery) => discovery,
        Err(error) => {
            // Validators of a body that was of no use must not make the next answer a bare 304.
            (state.etag, state.last_modified) = (None, None);
            return Err(error.to_string());
        }
    };
    if let Some(damage) = &discovery.damaged {
        report.notes.push(format!("the feed is damaged: {damage}"));
    }
    report.notes.extend(discovery.warnings.iter().take(5).cloned());
    let wait = fresh.max(stated_wait(&discovery));
    if discovery.feed.title.is_some() {
        state.title.clone_from(&discovery.feed.title);
    }
    let further = discovery.further.clone();
    entries.extend(discovery.entries);
    follow(client, source, further, entries, report, now).await;
    let limit = source.discover.max_entries;
    if entries.len() > limit {
        report
            .notes
            .push(format!("{} entries beyond the limit of {limit} were left out", entries.len() - limit));
        entries.truncate(limit);
    }
    state.rhythm = rhythm_of(entries);
    entries.retain(|entry| source.discover.filters.is_fresh(entry, now));
    (state.etag, state.last_modified) = (answer.validators.etag, answer.validators.last_modified);
    if let Some(moved) = answer.permanent {
        report.notes.push(format!("the source moved for good to {moved}"));
        state.moved = Some(moved.into());
    }
    Ok(wait.max(rhythm(state)))
}

/// Asks what an answer points to: parts of a sitemap, further pages of a list, feeds of an OPML file.
async fn follow(
    client: &net::Client,
    source: &SourceSettings,
    further: Vec<crate::model::url::CanonicalUrl>,
    entries: &mut Vec<Entry>,
    report: &mut SourceReport,
    now: Timestamp,
) {
    let mut asked = std::collections::HashSet::new();
    let mut queue = std::collections::VecDeque::from(further);
    while let Some(url) = queue.pop_front() {
        if asked.len() >= MAX_FURTHER || entries.len() >= source.discover.max_entries {
            report.notes.push("more parts were announced than are followed in one run".to_owned());
            return;
        }
        if !asked.insert(url.clone()) {
            continue;
        }
        let mut settings = source.discover.clone();
        if source.source.kind == SourceKind::Opml {
            settings.kind = SourceKind::Feed;
        }
        let accept = accept(settings.kind);
        let request = Request {
            url: url.as_url().clone(),
            accept,
            validators: Validators::default(),
            robots: false,
            now,
        };
        let part = match client.get(&request).await {
            Ok(answer) if answer.status == 200 => {
                report.requests += answer.requests;
                discover::read(&answer.body, answer.content_type.as_deref(), &answer.url, &settings)
                    .map_err(|error| error.to_string())
            }
            Ok(answer) => Err(format!("status {}", answer.status)),
            Err(error) => Err(error.to_string()),
        };
        match part {
            Ok(discovery) => {
                entries.extend(discovery.entries);
                queue.extend(discovery.further);
            }
            Err(words) => report.notes.push(format!("{url}: {words}")),
        }
    }
}

/// The wait that the answer itself asks for: RSS ttl, sy:updatePeriod.
fn stated_wait(discovery: &Discovery) -> Duration {
    let minutes = discovery.feed.ttl.unwrap_or_default();
    Duration::from_secs(u64::from(minutes) * 60).min(MAX_WAIT)
}

/// The mean time between the newest entries, in seconds.
fn rhythm_of(entries: &[Entry]) -> Option<u64> {
    let mut times: Vec<i64> =
        entries.iter().filter_map(|entry| entry.published.map(|moment| moment.at.as_second())).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.truncate(20);
    let span = times.first()?.checked_sub(*times.last()?)?;
    let gaps = u64::try_from(times.len()).ok()?.checked_sub(1)?;
    u64::try_from(span).ok()?.checked_div(gaps)
}

/// A source that publishes rarely is asked rarely: at half its rhythm, half a day at the most.
fn rhythm(state: &SourceState) -> Duration {
    Duration::from_secs(state.rhythm.unwrap_or_default() / 2).min(MAX_WAIT / 2)
}
