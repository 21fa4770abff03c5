//! Stage 1: the sources that are due are asked, and what they announce is stored; then counters that they do not announce
//! (see `votes`). Configuration and the remembered state of sources go in; entries, validators and the sources' part of
//! the report come out.
//!
//! Entries are stored before validators: a run killed between the two asks once more and loses nothing.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use url::Url;

use crate::config::sources::SourceSettings;
use crate::discover::identity::recognise;
use crate::discover::{self, DiscoverError, Discovery};
use crate::model::edition::SourceRun;
use crate::model::entry::Entry;
use crate::model::id::{ArticleId, SourceId};
use crate::model::report::{SourceReport, Stage};
use crate::model::source::{Source, SourceKind};
use crate::model::status::Status;
use crate::model::votes::VoteCount;
use crate::net::{self, Accept, Answer, NetError, Request, Validators};
use crate::pipeline::votes::{self, Stated};
use crate::pipeline::{Run, RunError, Tally};
use crate::store::sources::SourceState;

mod due;
pub(super) mod lists;
mod parts;

/// Failures in a row after which a moved source is looked for at its configured address again.
const DOUBT_MOVE: u32 = 3;

/// What came of asking one source.
struct Asked<'a> {
    source: &'a SourceSettings,
    entries: Vec<Entry>,
    state: SourceState,
    report: SourceReport,
}

/// Why asking a source brought nothing.
enum Trouble {
    /// It failed; its host may have asked for rest.
    Failed(String, Option<Duration>),
    /// Nothing was sent, because its host rests: that is no failure of the source.
    NotNow(String, Option<Timestamp>),
    /// It answered that it is gone for good.
    Gone(String),
}

impl Trouble {
    fn of(error: &NetError) -> Self {
        match error {
            NetError::Resting { until, .. } => Self::NotNow(error.to_string(), *until),
            NetError::GivenUp { .. } => Self::NotNow(error.to_string(), None),
            _ => Self::Failed(error.to_string(), None),
        }
    }
}

/// Asks every list of feeds that is due, before anything else: its feeds are sources of this very run.
pub(crate) async fn ask_lists(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let mut tally = Tally { note: "sources asked".to_owned(), ..Tally::default() };
    ask_due(run, &|source| source.kind == SourceKind::Opml, &mut tally).await?;
    Ok(tally)
}

/// Asks every other source that is due, then counts votes.
pub(crate) async fn gather(run: &mut Run<'_>, mut tally: Tally) -> Result<Tally, RunError> {
    ask_due(run, &|source| source.kind != SourceKind::Opml, &mut tally).await?;
    let asked = tally.done;
    run.count_votes(&mut tally).await?;
    if tally.done > asked {
        "sources asked and articles' counters renewed".clone_into(&mut tally.note);
    }
    Ok(tally)
}

async fn ask_due(
    run: &mut Run<'_>,
    wanted: &dyn Fn(&Source) -> bool,
    tally: &mut Tally,
) -> Result<(), RunError> {
    let states = run.store.source_states().await?;
    let mut reports: HashMap<SourceId, SourceReport> =
        run.report.sources.drain(..).map(|report| (report.source.clone(), report)).collect();
    let mut due = Vec::new();
    for source in run.settings.sources.iter().filter(|source| wanted(&source.source)) {
        let state =
            states.get(&source.source.id).cloned().filter(|state| state.asked == source.fingerprint());
        match due::waits(source, state.as_ref(), run.now) {
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
            Status::Pending { .. } => tally.skipped += 1,
            _ => tally.failed += 1,
        }
        run.step(1);
        reports.insert(report.source.clone(), report);
    }
    drop(answers);
    // In configured order, whatever order the answers came in.
    run.report.sources =
        run.settings.sources.iter().filter_map(|source| reports.remove(&source.source.id)).collect();
    Ok(())
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
        let announced = run.store.add_entries(id.clone(), rank, entries, run.now, recognise).await?;
        report.fresh = announced.fresh;
        if announced.corrected > 0 {
            report.notes.push(format!(
                "{} articles are announced as changed and will be read again",
                announced.corrected
            ));
        }
        count_votes(run, source, announced.votes).await?;
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

/// Keeps the counters that entries state.
async fn count_votes(
    run: &Run<'_>,
    source: &SourceSettings,
    announced: Vec<(ArticleId, Vec<VoteCount>, Option<String>)>,
) -> Result<(), RunError> {
    let mut stated = Vec::with_capacity(announced.len());
    for (article, mut counts, place) in announced {
        votes::by_name(&mut counts, &source.source.name);
        stated.push(Stated { article, counts, place });
    }
    let counted = stated.iter().filter(|one| !one.counts.is_empty());
    let counted: Vec<ArticleId> = counted.map(|one| one.article.clone()).collect();
    run.keep_votes(stated).await?;
    if run.settings.votes.asks_again(source) {
        run.note_counted(source, counted).await?;
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
    match exchange(client, source, &mut state, &mut entries, &mut report, now).await {
        Ok(fresh) => {
            state.failures = 0;
            state.well = Some(now);
            state.next = due::after_answer(source, &state, fresh, now);
        }
        Err(Trouble::Failed(why, rest)) => {
            state.failures = state.failures.saturating_add(1);
            state.next = due::after_failure(source, state.failures, rest, seed, now);
            if state.failures >= DOUBT_MOVE && state.moved.take().is_some() {
                // The validators belong to the address that is given up.
                (state.etag, state.last_modified) = (None, None);
                report.notes.push("the configured address will be asked again".to_owned());
            }
            report.status = Status::Failed { why, retry: state.next };
        }
        Err(Trouble::NotNow(why, until)) => {
            state.next = until.or_else(|| due::after(now, source.every));
            report.status = Status::Pending { why, retry: state.next };
        }
        Err(Trouble::Gone(why)) => {
            state.gone = true;
            report.status = Status::Unavailable { why };
        }
    }
    Asked { source, entries, state, report }
}

/// Sends the one request that a source always takes. The value is how long the answer says that it is fresh.
async fn exchange(
    client: &net::Client,
    source: &SourceSettings,
    state: &mut SourceState,
    entries: &mut Vec<Entry>,
    report: &mut SourceReport,
    now: Timestamp,
) -> Result<Option<Duration>, Trouble> {
    let lost = |words: &str| Trouble::Failed(words.to_owned(), None);
    let url = match (&state.moved, &source.address) {
        (Some(moved), _) => moved.parse().map_err(|_| lost("The remembered address is damaged."))?,
        (None, Ok(address)) => address.clone(),
        (None, Err(words)) => return Err(lost(words)),
    };
    let validators = Validators { etag: state.etag.clone(), last_modified: state.last_modified.clone() };
    let at = state.validated_at.as_ref().and_then(|at| at.parse().ok()).unwrap_or_else(|| url.clone());
    let request = Request::new(url, accept(source.source.kind), now).with_validators(validators);
    let answer = client.get_validated(&request, &at).await.map_err(|error| {
        report.requests += u32::from(!error.is_restraint());
        Trouble::of(&error)
    })?;
    report.http = Some(answer.status);
    report.requests += answer.requests;
    report.took_ms += answer.took.as_millis() as u64;
    let fresh = answer.fresh_for;
    if answer.status != 304 {
        refused(&answer)?;
        take(client, source, state, answer, entries, report, now).await?;
    }
    Ok(fresh)
}

pub(super) fn accept(kind: SourceKind) -> Accept {
    match kind {
        SourceKind::Json => Accept::Json,
        SourceKind::Listing => Accept::Page,
        SourceKind::Feed | SourceKind::Sitemap | SourceKind::Opml => Accept::Feed,
    }
}

/// What an answer without a document means.
fn refused(answer: &Answer) -> Result<(), Trouble> {
    let status = answer.status;
    let words = match status {
        200..=299 => return Ok(()),
        410 => {
            let words = "The source answered 410: it is gone for good. Remove it from sources.yaml.";
            return Err(Trouble::Gone(words.to_owned()));
        }
        429 | 503 => {
            let rest = answer.retry_after.map_or(String::new(), |rest| format!(" for {} s", rest.as_secs()));
            format!("The host asked for rest{rest} (status {status}).")
        }
        401 | 403 => format!("The host refuses newsmill (status {status})."),
        404 => "There is nothing at this address (status 404); look for the feed's new address.".to_owned(),
        _ => format!("The host answered with status {status}."),
    };
    Err(Trouble::Failed(words, answer.retry_after))
}

/// Takes a document for what it is: entries, and what it points to.
async fn take(
    client: &net::Client,
    source: &SourceSettings,
    state: &mut SourceState,
    answer: Answer,
    entries: &mut Vec<Entry>,
    report: &mut SourceReport,
    now: Timestamp,
) -> Result<(), Trouble> {
    let opml = source.source.kind == SourceKind::Opml;
    let read = if opml {
        lists::read(source, state, &answer, report).await
    } else {
        read(&answer, &source.discover).await
    };
    let discovery = read.map_err(|error| {
        // Validators of a body that was of no use must not make the next answer a bare 304.
        (state.etag, state.last_modified) = (None, None);
        Trouble::Failed(error.to_string(), None)
    })?;
    if let Some(damage) = &discovery.damaged {
        report.notes.push(format!("the feed is damaged: {damage}"));
    }
    report.notes.extend(discovery.warnings.iter().take(5).cloned());
    if discovery.feed.title.is_some() {
        state.title.clone_from(&discovery.feed.title);
    }
    let whole = discovery.further.is_empty();
    entries.extend(discovery.entries);
    parts::follow(client, source, state, discovery.further, entries, report, now).await;
    due::note(state, &discovery.feed, entries);
    source.discover.filters.settle(entries, now);
    // An index that has not changed says nothing of what it names: it is asked for whole each time.
    let validators = if whole { answer.validators } else { Validators::default() };
    (state.etag, state.last_modified) = (validators.etag, validators.last_modified);
    state.validated_at = Some(answer.url.into());
    if let Some(moved) = answer.permanent {
        report.notes.push(format!("the source moved for good to {}", told(&moved)));
        state.moved = Some(moved.into());
    }
    Ok(())
}

/// Reads a document on a thread for work that takes long: a hostile one must not hold up the requests of others.
async fn read(answer: &Answer, settings: &discover::Settings) -> Result<Discovery, DiscoverError> {
    let (body, url) = (answer.body.clone(), answer.url.clone());
    let (content_type, settings) = (answer.content_type.clone(), settings.clone());
    let work = move || discover::read(&body, content_type.as_deref(), &url, &settings);
    on_thread(work).await
}

async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DiscoverError> + Send + 'static,
) -> Result<T, DiscoverError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        let cause = "the reader ended without an answer".to_owned();
        Err(DiscoverError::Unreadable { format: "a source", cause })
    })
}

/// An address as reports may show it: queries and user information can hold a key.
pub(super) fn told(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(url.query().map(|_| "…"));
    // Neither is refused for an http address.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}
