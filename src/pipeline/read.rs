//! Stage 2: announced articles are fetched and their text is extracted. Entries that wait go in; articles with their
//! status come out, from the page where it can be had, from what the feed gave where it cannot.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::config::sources::SourceSettings;
use crate::discover::identity;
use crate::extract::{self, Furniture};
use crate::model::article::Obtained;
use crate::model::id::{ArticleId, SourceId};
use crate::model::lang::Lang;
use crate::model::report::Stage;
use crate::net::{self, NetError, Request};
use crate::pipeline::read::settle::{join, settle};
use crate::pipeline::{Run, RunError, Tally};
use crate::store::StoreError;
use crate::store::readings::{Reading, ToRead};

mod settle;
pub(super) mod turns;

/// Pages of one article.
const MAX_PAGES: usize = 10;
/// Articles taken from the store at once, and stored in one transaction.
const BATCH: usize = 32;

/// What came of one article, with what its source's report counts.
struct Read {
    id: ArticleId,
    source: SourceId,
    reading: Reading,
    requests: u32,
}

/// Reads the articles that wait, as many as this run may.
pub(crate) async fn read(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let mut tally = Tally { note: "articles read".to_owned(), ..Tally::default() };
    let plan =
        turns::plan(run.store.waiting(run.now).await?, run.settings, |url| run.client.pace(url.as_url()));
    run.begin(Stage::Read, plan.now.len());
    let mut later = plan.later;
    if !plan.now.is_empty() {
        let known: HashMap<SourceId, Arc<Furniture>> = run
            .store
            .furniture()
            .await?
            .into_iter()
            .filter_map(|(id, bytes)| Some((id, Arc::new(serde_json::from_slice(&bytes).ok()?))))
            .collect();
        let learned = read_all(run, plan.now, &known, &mut tally, &mut later).await?;
        learn(run, known, learned).await?;
    }
    let joined = run.store.settle_claims(identity::agree).await?;
    if joined > 0 {
        tally.note.push_str(&format!("; {joined} of them are told at another address, too, and were joined"));
    }
    turns::tell(run, &mut tally, &later);
    Ok(tally)
}

/// What pages look like, by article: for learning what recurs.
type Learned = BTreeMap<ArticleId, (SourceId, Vec<String>)>;

/// Reads these articles, and stores what comes of them batch by batch.
async fn read_all(
    run: &mut Run<'_>,
    ids: Vec<ArticleId>,
    known: &HashMap<SourceId, Arc<Furniture>>,
    tally: &mut Tally,
    later: &mut turns::Later,
) -> Result<Learned, RunError> {
    let sources: HashMap<&SourceId, &SourceSettings> =
        run.settings.sources.iter().map(|source| (&source.source.id, source)).collect();
    let workers = Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));
    let (store, client, now) = (run.store, run.client.clone(), run.now);
    let latest = turns::latest(run.settings);
    let chunks: Vec<Vec<ArticleId>> = ids.chunks(BATCH).map(<[ArticleId]>::to_vec).collect();
    let job = |waiting: ToRead| {
        let source = sources.get(&waiting.source);
        Job {
            rules: source.map(|source| source.rules.clone()).unwrap_or_default(),
            fetches: source.is_none_or(|source| source.full_text),
            language: source.and_then(|source| source.source.language.clone()),
            furniture: known.get(&waiting.source).cloned().unwrap_or_default(),
            waiting,
            now,
            latest,
        }
    };
    let results = stream::iter(chunks)
        .then(async |chunk| store.to_read(chunk).await)
        .flat_map(|taken: Result<Vec<ToRead>, StoreError>| {
            let each: Vec<Result<ToRead, StoreError>> = match taken {
                Ok(taken) => taken.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            stream::iter(each)
        })
        .map(|taken| {
            let (job, client, workers) = (taken.map(job), client.clone(), Arc::clone(&workers));
            async move { one(client, job?, workers).await }
        })
        .buffer_unordered(run.settings.network.parallel.max(1));
    let mut results = std::pin::pin!(results);
    let mut batch = Vec::with_capacity(BATCH);
    let mut learned = Learned::new();
    loop {
        let next = results.next().await;
        let over = next.is_none();
        match next.transpose()? {
            Some(Outcome::Later(source)) => *later.entry(source).or_default() += 1,
            Some(Outcome::Read(read)) => {
                count(run, tally, &read);
                let article = read.reading.article.as_ref();
                if let Some(article) = article.filter(|article| article.obtained == Obtained::Page) {
                    learned
                        .insert(read.id.clone(), (read.source.clone(), Furniture::prints(&article.blocks)));
                }
                batch.push((read.id, read.reading));
            }
            None => {}
        }
        run.step(usize::from(!over));
        if over || batch.len() >= BATCH {
            store.put_readings(std::mem::take(&mut batch), now).await?;
        }
        if over {
            return Ok(learned);
        }
    }
}

/// What recurs over a source's pages is furniture: learned at the end of the run in id order, so that the order of
/// fetching changes nothing.
async fn learn(
    run: &Run<'_>,
    known: HashMap<SourceId, Arc<Furniture>>,
    pages: Learned,
) -> Result<(), RunError> {
    let mut changed: BTreeMap<SourceId, Furniture> = BTreeMap::new();
    for (source, prints) in pages.into_values() {
        let furniture = changed
            .entry(source.clone())
            .or_insert_with(|| known.get(&source).map(|known| Furniture::clone(known)).unwrap_or_default());
        furniture.learn_prints(prints);
    }
    let packed = changed
        .into_iter()
        .filter_map(|(source, furniture)| Some((source, serde_json::to_vec(&furniture).ok()?)))
        .collect();
    run.store.keep_furniture(packed).await?;
    Ok(())
}

fn count(run: &mut Run<'_>, tally: &mut Tally, read: &Read) {
    let full =
        read.reading.article.as_ref().is_some_and(|a| matches!(a.obtained, Obtained::Page | Obtained::Feed));
    let ready = read.reading.status.is_ready();
    *(if ready { &mut tally.done } else { &mut tally.failed }) += 1;
    if let Some(report) = run.report.sources.iter_mut().find(|report| report.source == read.source) {
        report.read += 1;
        report.full_text += u32::from(full);
        report.failed += u32::from(!ready);
        report.requests += read.requests;
    }
}

/// All that reading one article takes.
struct Job {
    waiting: ToRead,
    rules: extract::Rules,
    fetches: bool,
    language: Option<Lang>,
    furniture: Arc<Furniture>,
    now: Timestamp,
    /// Its page is not asked after this time.
    latest: Option<Instant>,
}

/// A page as it came, or why it did not.
enum Fetched {
    Page(Box<net::Answer>),
    NotAsked,
    /// To be tried again, not before the time given.
    Later(String, Option<Duration>),
    /// Nothing was sent: the host rests. It waits for the next run and is no failed try.
    NotNow(String),
    /// Nothing was sent: the host's share of this run is used up. The article waits as if it had not been tried.
    OutOfTime,
    Never(String),
}

/// What came of one article.
enum Outcome {
    Read(Box<Read>),
    /// It waits for a later run.
    Later(SourceId),
}

async fn one(client: net::Client, job: Job, workers: Arc<Semaphore>) -> Result<Outcome, RunError> {
    let mut requests = 0;
    let first = job.waiting.entry.url.as_url().clone();
    let fetched = if job.fetches {
        fetch(&client, Request { latest: job.latest, ..Request::page(first.clone(), job.now) }, &mut requests)
            .await
    } else {
        Fetched::NotAsked
    };
    if matches!(fetched, Fetched::OutOfTime) {
        return Ok(Outcome::Later(job.waiting.source));
    }
    let (job, (mut reading, mut next)) = on_worker(&workers, move || {
        let settled = settle(&job, fetched);
        (job, settled)
    })
    .await?;
    let mut job = job;
    let mut asked = vec![first];
    while let Some(url) = next.take().filter(|url| !asked.contains(url)) {
        asked.push(url.clone());
        let fetched = if asked.len() > MAX_PAGES {
            Fetched::NotAsked
        } else {
            fetch(&client, Request::page(url, job.now), &mut requests).await
        };
        (job, (reading, next)) = on_worker(&workers, move || {
            let joined = join(&job, reading, fetched);
            (job, joined)
        })
        .await?;
    }
    let read = Read { id: job.waiting.id, source: job.waiting.source, reading, requests };
    Ok(Outcome::Read(Box::new(read)))
}

/// Runs work that keeps a core busy: as many at the same time as there are cores.
async fn on_worker<T: Send + 'static>(
    workers: &Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RunError> {
    let _permit = workers.acquire().await.map_err(|_| RunError::Worker("read"))?;
    tokio::task::spawn_blocking(work).await.map_err(|_| RunError::Worker("read"))
}

async fn fetch(client: &net::Client, request: Request, requests: &mut u32) -> Fetched {
    match client.get(&request).await {
        Ok(answer) => {
            *requests += answer.requests;
            match answer.status {
                200..=299 => Fetched::Page(Box::new(answer)),
                404 | 410 | 451 => Fetched::Never(format!("The page is gone (status {}).", answer.status)),
                401..=403 => {
                    Fetched::Later(format!("The host refuses newsmill (status {}).", answer.status), None)
                }
                status => {
                    Fetched::Later(format!("The host answered with status {status}."), answer.retry_after)
                }
            }
        }
        Err(NetError::OutOfTime { .. }) => Fetched::OutOfTime,
        Err(error) => {
            *requests += 1;
            let words = error.to_string();
            match error {
                NetError::Robots { .. } | NetError::Refused { .. } | NetError::TooLarge { .. } => {
                    Fetched::Never(words)
                }
                other if other.is_restraint() => Fetched::NotNow(words),
                _ => Fetched::Later(words, None),
            }
        }
    }
}
