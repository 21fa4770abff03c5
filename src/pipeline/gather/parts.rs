//! What a source's answer points to goes in, what those documents announce comes out: parts of a sitemap, further pages of
//! a list.
//!
//! 1. Parts that have not changed since they were last taken, or that are older than any entry wanted, are not asked.
//! 2. The others are asked a few at a time, the newest first, then those that waited longest.
//! 3. What does not fit into one run stays for the next: a part counts as taken once all of it was.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;

use crate::config::sources::SourceSettings;
use crate::discover::{self, Discovery, Further};
use crate::model::entry::Entry;
use crate::model::moment::Moment;
use crate::model::report::SourceReport;
use crate::model::url::CanonicalUrl;
use crate::net::{self, Request, Validators};
use crate::pipeline::gather::due::after;
use crate::pipeline::gather::{accept, read, told};
use crate::store::sources::{PartState, SourceState};

/// A part that was last changed longer ago, in seconds, is an archive: nobody wants it read by surprise. A source's own
/// `max_age` takes its place.
const WINDOW: i64 = 30 * 86_400;
/// Further documents asked for one source in one run: parts of a sitemap, pages of a list.
const MAX_PARTS: usize = 50;
/// Further documents of one source under way at once; their hosts have their own limits besides.
const PARTS_AT_ONCE: usize = 8;
/// Further documents of one source that are remembered.
const MAX_REMEMBERED: usize = 2000;
/// How far the clocks of a host and of this machine may be apart.
const SKEW: Duration = Duration::from_hours(1);
/// How long a day lasts that is named without a time zone: until it is over everywhere.
const A_DAY: Duration = Duration::from_hours(36);

/// What a further document brought: itself, its requests, and what it says with what to remember of it.
type Part = (CanonicalUrl, u32, Result<(Option<Discovery>, PartState), String>);

/// What is known of the parts of a source, and which of them are to be asked.
struct Queue<'a> {
    known: HashMap<String, PartState>,
    named: HashSet<CanonicalUrl>,
    waiting: VecDeque<CanonicalUrl>,
    /// Of parts that are not asked in this run.
    kept: Vec<PartState>,
    source: &'a SourceSettings,
    now: Timestamp,
}

impl Queue<'_> {
    /// Takes in what a document names.
    fn name(&mut self, further: Vec<Further>) {
        let mut undated = Vec::new();
        for part in further {
            if !self.named.insert(part.url.clone()) {
                continue;
            }
            let known = self.known.get(&address_hash(&part.url));
            let visited = known.and_then(|known| known.visited);
            let changed = part.changed.and_then(end);
            if visited.zip(changed).is_some_and(|(visited, changed)| changed < visited) {
                self.kept.extend(known.cloned());
            } else if changed.is_some_and(|changed| self.is_past(changed)) {
                // Nothing in it is wanted any more.
            } else if changed.is_some() {
                self.waiting.push_back(part.url);
            } else {
                undated.push((visited, part.url));
            }
        }
        undated.sort_by_key(|(visited, _)| *visited);
        self.waiting.extend(undated.into_iter().map(|(_, url)| url));
    }

    /// Whether a part that was last changed then holds no entry young enough to be wanted.
    fn is_past(&self, changed: Timestamp) -> bool {
        let most = self.source.discover.filters.max_age.unwrap_or(WINDOW);
        self.now.as_second().saturating_sub(changed.as_second()) > most
    }

    /// What is to be remembered: of the parts that were asked, and of those that were not.
    fn remembered(mut self, asked: Vec<PartState>) -> Vec<PartState> {
        let mut parts = asked;
        parts.append(&mut self.kept);
        parts.extend(self.waiting.iter().filter_map(|url| self.known.get(&address_hash(url)).cloned()));
        parts.truncate(MAX_REMEMBERED);
        parts
    }
}

/// The last instant that a stated change can mean.
fn end(changed: Moment) -> Option<Timestamp> {
    after(changed.at, if changed.day_only { A_DAY } else { SKEW })
}

/// Asks what an answer points to, and takes what it announces, up to the source's limit.
pub(super) async fn follow(
    client: &net::Client,
    source: &SourceSettings,
    state: &mut SourceState,
    further: Vec<Further>,
    entries: &mut Vec<Entry>,
    report: &mut SourceReport,
    now: Timestamp,
) {
    let settings = &source.discover;
    let known =
        std::mem::take(&mut state.parts).into_iter().map(|part| (part.address.clone(), part)).collect();
    let (named, waiting, kept) = (HashSet::new(), VecDeque::new(), Vec::new());
    let mut queue = Queue { known, named, waiting, kept, source, now };
    queue.name(further);
    let mut asked: Vec<PartState> = Vec::new();
    while !queue.waiting.is_empty() && asked.len() < MAX_PARTS && entries.len() < settings.max_entries {
        let some = queue.waiting.len().min(PARTS_AT_ONCE).min(MAX_PARTS - asked.len());
        let next: Vec<CanonicalUrl> = queue.waiting.drain(..some).collect();
        let parts: Vec<Part> = futures_util::stream::iter(next)
            .map(|url| ask(client, settings, queue.known.get(&address_hash(&url)).cloned(), url, now))
            .buffered(PARTS_AT_ONCE)
            .collect()
            .await;
        for (url, requests, outcome) in parts {
            report.requests += requests;
            match outcome {
                Ok((discovery, mut part)) => {
                    let discovery = discovery.unwrap_or_default();
                    let room = settings.max_entries.saturating_sub(entries.len());
                    if discovery.entries.len() > room {
                        // What did not fit is taken at the next run.
                        part = PartState { address: part.address, ..PartState::default() };
                    }
                    entries.extend(discovery.entries.into_iter().take(room));
                    asked.push(part);
                    queue.name(discovery.further);
                }
                Err(words) => {
                    let address = address_hash(&url);
                    let known = queue.known.get(&address).cloned();
                    asked.push(known.unwrap_or(PartState { address, ..PartState::default() }));
                    report.notes.push(format!("{}: {words}", told(url.as_url())));
                }
            }
        }
    }
    if !queue.waiting.is_empty() {
        report.notes.push(format!("{} further parts are left for later runs", queue.waiting.len()));
    }
    state.parts = queue.remembered(asked);
}

fn address_hash(url: &CanonicalUrl) -> String {
    blake3::hash(url.as_str().as_bytes()).to_hex().as_str()[..16].to_owned()
}

/// Asks one further document; one that has not changed brings nothing and keeps its validators.
async fn ask(
    client: &net::Client,
    settings: &discover::Settings,
    known: Option<PartState>,
    url: CanonicalUrl,
    now: Timestamp,
) -> Part {
    let before = known.map_or_else(Validators::default, |known| Validators {
        etag: known.etag,
        last_modified: known.last_modified,
    });
    let request =
        Request::new(url.as_url().clone(), accept(settings.kind), now).with_validators(before.clone());
    let answer = match client.get(&request).await {
        Ok(answer) => answer,
        Err(error) => return (url, u32::from(!error.is_restraint()), Err(error.to_string())),
    };
    let part = |validators: Validators, visited| PartState {
        address: address_hash(&url),
        etag: validators.etag,
        last_modified: validators.last_modified,
        visited,
    };
    let outcome = match answer.status {
        304 => Ok((None, part(before, Some(now)))),
        200..=299 => match read(&answer, settings).await {
            // What names further documents is asked for whole each time, since not all of them may be taken yet.
            Ok(discovery) if !discovery.further.is_empty() => {
                Ok((Some(discovery), part(Validators::default(), None)))
            }
            Ok(discovery) => Ok((Some(discovery), part(answer.validators, Some(now)))),
            Err(error) => Err(error.to_string()),
        },
        status => Err(format!("status {status}")),
    };
    (url, answer.requests, outcome)
}
