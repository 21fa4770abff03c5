//! Stage 2: announced articles are fetched and their text is extracted. Entries that wait go in; articles with their
//! status come out, from the page where it can be had, from what the feed gave where it cannot.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::config::settings::SourceSettings;
use crate::extract::{self, Furniture, Limits, Witness};
use crate::model::article::{Article, Obtained, PageKind};
use crate::model::block;
use crate::model::id::{ArticleId, SourceId};
use crate::model::report::Stage;
use crate::model::status::Status;
use crate::model::url::CanonicalUrl;
use crate::net::{self, NetError, Request};
use crate::pipeline::{Run, RunError, Tally};
use crate::store::articles::{Reading, ToRead};
use crate::text;

/// Tries at a page before newsmill gives it up.
const MAX_ATTEMPTS: u32 = 5;
/// Pages of one article.
const MAX_PAGES: usize = 10;
/// Articles stored in one transaction.
const BATCH: usize = 32;
/// A page that gives less than this share of the words that the feed gave is believed less than the feed.
const LEAST_SHARE: f64 = 0.6;
/// The longest first sentence that lists show, in bytes.
const MAX_EXCERPT: usize = 320;

/// What came of one article, with what its source's report counts.
struct Read {
    id: ArticleId,
    source: SourceId,
    reading: Reading,
    requests: u32,
}

/// Reads every article that waits.
pub(crate) async fn read(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let mut tally = Tally { note: "articles read".to_owned(), ..Tally::default() };
    let waiting = run.store.to_read(run.now, run.settings.articles_per_run).await?;
    run.begin(Stage::Read, waiting.len());
    if waiting.is_empty() {
        return Ok(tally);
    }
    let sources: HashMap<&SourceId, &SourceSettings> =
        run.settings.sources.iter().map(|source| (&source.source.id, source)).collect();
    let known: HashMap<SourceId, Arc<Furniture>> = run
        .store
        .furniture()
        .await?
        .into_iter()
        .filter_map(|(id, bytes)| Some((id, Arc::new(serde_json::from_slice(&bytes).ok()?))))
        .collect();
    let workers =
        Arc::new(tokio::sync::Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));
    let (client, now) = (run.client.clone(), run.now);
    let jobs = by_turns(waiting).into_iter().map(|waiting| {
        let job = Job {
            rules: sources.get(&waiting.source).map(|source| source.rules.clone()).unwrap_or_default(),
            fetches: sources.get(&waiting.source).is_none_or(|source| source.full_text),
            language: sources.get(&waiting.source).and_then(|source| source.source.language.clone()),
            furniture: known.get(&waiting.source).cloned().unwrap_or_default(),
            waiting,
            now,
        };
        one(client.clone(), job, Arc::clone(&workers))
    });
    let mut results = futures_util::stream::iter(jobs).buffer_unordered(run.settings.network.parallel.max(1));
    let mut batch = Vec::with_capacity(BATCH);
    let mut learned: BTreeMap<ArticleId, (SourceId, Vec<String>)> = BTreeMap::new();
    loop {
        let next = results.next().await;
        let over = next.is_none();
        if let Some(read) = next {
            let read = read?;
            count(run, &mut tally, &read);
            if let Some(article) =
                read.reading.article.as_ref().filter(|article| article.obtained == Obtained::Page)
            {
                learned.insert(read.id.clone(), (read.source.clone(), Furniture::prints(&article.blocks)));
            }
            batch.push((read.id, read.reading));
            run.step(1);
        }
        if over || batch.len() >= BATCH {
            run.store.put_readings(std::mem::take(&mut batch), run.now).await?;
        }
        if over {
            break;
        }
    }
    drop(results);
    learn(run, known, learned).await?;
    Ok(tally)
}

/// What recurs over a source's pages is furniture: learned at the end of the run in id order, so that the order of
/// fetching changes nothing.
async fn learn(
    run: &Run<'_>,
    known: HashMap<SourceId, Arc<Furniture>>,
    pages: BTreeMap<ArticleId, (SourceId, Vec<String>)>,
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

/// Hosts take turns, so that a slow one holds no more than its share of what is under way.
fn by_turns(waiting: Vec<ToRead>) -> Vec<ToRead> {
    let mut turns: Vec<(usize, usize, ToRead)> = Vec::with_capacity(waiting.len());
    let mut taken: HashMap<String, usize> = HashMap::new();
    for (n, article) in waiting.into_iter().enumerate() {
        let turn = taken.entry(article.entry.url.host().to_owned()).or_default();
        turns.push((*turn, n, article));
        *turn += 1;
    }
    turns.sort_by_key(|(turn, n, _)| (*turn, *n));
    turns.into_iter().map(|(_, _, article)| article).collect()
}

/// All that reading one article takes.
struct Job {
    waiting: ToRead,
    rules: extract::Rules,
    fetches: bool,
    language: Option<crate::model::lang::Lang>,
    furniture: Arc<Furniture>,
    now: Timestamp,
}

/// A page as it came, or why it did not.
enum Fetched {
    Page(Box<net::Answer>),
    NotAsked,
    /// To be tried again, not before the time given.
    Later(String, Option<Duration>),
    /// Nothing was sent: the host rests. It waits for the next run and is no failed try.
    NotNow(String),
    Never(String),
}

async fn one(client: net::Client, job: Job, workers: Arc<tokio::sync::Semaphore>) -> Result<Read, RunError> {
    let mut requests = 0;
    let first = job.waiting.entry.url.as_url().clone();
    let fetched = if job.fetches {
        fetch(&client, first.clone(), job.now, &mut requests).await
    } else {
        Fetched::NotAsked
    };
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
            fetch(&client, url, job.now, &mut requests).await
        };
        (job, (reading, next)) = on_worker(&workers, move || {
            let joined = join(&job, reading, fetched);
            (job, joined)
        })
        .await?;
    }
    Ok(Read { id: job.waiting.id, source: job.waiting.source, reading, requests })
}

/// Runs work that keeps a core busy: as many at the same time as there are cores.
async fn on_worker<T: Send + 'static>(
    workers: &tokio::sync::Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RunError> {
    let _permit = workers.acquire().await.map_err(|_| RunError::Worker("read"))?;
    tokio::task::spawn_blocking(work).await.map_err(|_| RunError::Worker("read"))
}

/// Adds a further page to an article, and says where the next one is. What stands on both pages stands once; a page that
/// cannot be had is told as missing.
fn join(job: &Job, mut reading: Reading, fetched: Fetched) -> (Reading, Option<Url>) {
    let Some(article) = &mut reading.article else { return (reading, None) };
    let Fetched::Page(answer) = fetched else {
        article.missing.push("The article goes on over further pages that could not be had.".to_owned());
        return (reading, None);
    };
    let page = extract::Page {
        bytes: &answer.body,
        content_type: answer.content_type.as_deref(),
        url: Some(&answer.url),
    };
    let witness = Witness { language: article.language.clone(), ..Witness::default() };
    let more = extract::read(&page, &job.rules, &witness, &job.furniture, &Limits::default(), job.now);
    let fresh: Vec<block::Block> =
        more.article.blocks.into_iter().filter(|block| !article.blocks.contains(block)).collect();
    if fresh.is_empty() || more.article.kind != PageKind::Article {
        return (reading, None);
    }
    article.blocks.extend(fresh);
    article.words = text::words::count(&block::plain_text(&article.blocks));
    (reading.text_hash, reading.excerpt) = hash_and_excerpt(article);
    (reading, more.next_page)
}

async fn fetch(client: &net::Client, url: Url, now: Timestamp, requests: &mut u32) -> Fetched {
    let request = Request::page(url, now);
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

/// Makes the article out of the page and what the feed gave, whichever is better, and says in words what is missing.
fn settle(job: &Job, fetched: Fetched) -> (Reading, Option<Url>) {
    let entry = &job.waiting.entry;
    let limits = Limits::default();
    let feed_blocks = entry
        .content
        .as_deref()
        .map(|html| extract::fragment(html, Some(entry.url.as_url()), &limits))
        .unwrap_or_default();
    let feed_words = text::words::count(&block::plain_text(&feed_blocks));
    let (mut alias, mut next) = (None, None);
    let (article, status) = match fetched {
        Fetched::Page(answer) => {
            let page = extract::Page {
                bytes: &answer.body,
                content_type: answer.content_type.as_deref(),
                url: Some(&answer.url),
            };
            let witness = Witness {
                title: Some(entry.title.as_str()).filter(|title| !title.is_empty()),
                published: entry.published,
                summary: Some(entry.summary.as_str()).filter(|summary| !summary.is_empty()),
                content: entry.content.as_deref(),
                language: job.language.clone().or_else(|| entry.language.clone()),
            };
            let extraction = extract::read(&page, &job.rules, &witness, &job.furniture, &limits, job.now);
            alias = believed_alias(entry, &extraction.article);
            next = extraction.next_page;
            from_page(job, extraction.article, feed_blocks, feed_words)
        }
        Fetched::NotAsked => {
            let mut article = from_feed(job, feed_blocks, feed_words);
            article.missing.push(
                "The page was not asked: this source is configured to be read from its feed.".to_owned(),
            );
            (Some(article), Status::Ready)
        }
        Fetched::Never(why) => {
            (Some(fallen_back(job, feed_blocks, feed_words, &why)), Status::Unavailable { why })
        }
        Fetched::NotNow(why) => {
            let article = fallen_back(job, feed_blocks, feed_words, &why);
            (Some(article), Status::Pending { why, retry: None })
        }
        Fetched::Later(why, rest) => {
            let status = later(job, &why, rest);
            (Some(fallen_back(job, feed_blocks, feed_words, &why)), status)
        }
    };
    // A text that is there already is not given up for a feed's summary because its page failed once.
    let article = article.filter(|article| !job.waiting.again || article.obtained == Obtained::Page);
    let (text_hash, excerpt) = article.as_ref().map(hash_and_excerpt).unwrap_or_default();
    // Only a text that came from its page goes on over further ones.
    let next = next.filter(|_| article.as_ref().is_some_and(|article| article.obtained == Obtained::Page));
    (Reading { article, status, text_hash, excerpt, alias }, next)
}

fn hash_and_excerpt(article: &Article) -> (String, String) {
    let plain = block::plain_text(&article.blocks);
    let hash = blake3::hash(format!("{}\n{plain}", article.title).as_bytes()).to_hex().to_string();
    let paragraph = article.blocks.iter().find_map(|block| match block {
        block::Block::Paragraph { inlines } => {
            Some(block::inline_text(inlines)).filter(|text| text.chars().count() > 20)
        }
        _ => None,
    });
    let first = paragraph.or_else(|| article.description.clone()).unwrap_or_default();
    (hash, text::sentences::first(&first, MAX_EXCERPT))
}

fn later(job: &Job, why: &str, rest: Option<Duration>) -> Status {
    let attempts = job.waiting.attempts + 1;
    if attempts >= MAX_ATTEMPTS {
        return Status::Unavailable { why: format!("{why} Given up after {attempts} tries.") };
    }
    let wait = Duration::from_secs(3600 << attempts.min(6)).max(rest.unwrap_or_default());
    let retry = SignedDuration::try_from(wait).ok().and_then(|wait| job.now.checked_add(wait).ok());
    Status::Failed { why: why.to_owned(), retry }
}

fn from_page(
    job: &Job,
    page: Article,
    feed: Vec<block::Block>,
    feed_words: u32,
) -> (Option<Article>, Status) {
    let enough = page.kind == PageKind::Article
        && page.words > 0
        && f64::from(page.words) >= f64::from(feed_words) * LEAST_SHARE;
    if enough {
        return (Some(page), Status::Ready);
    }
    let why = match page.kind {
        PageKind::Article if page.words == 0 => "No article text was found on the page.".to_owned(),
        PageKind::Article => {
            format!("The page gave {} words, the feed {feed_words}: the feed's text is shown.", page.words)
        }
        PageKind::List => "The page is a list of links, not an article.".to_owned(),
        PageKind::Consent => "The page asks for consent before it shows its text.".to_owned(),
        PageKind::Paywall => "The page shows only the beginning; the rest is behind a paywall.".to_owned(),
        PageKind::SoftNotFound => "The page says that there is nothing here.".to_owned(),
        PageKind::EmptyShell => "The page is an empty shell that scripts would have to fill.".to_owned(),
    };
    let complete = feed_words > 0 && page.kind == PageKind::Article && page.words > 0;
    let paywalled = page.kind == PageKind::Paywall && page.words > feed_words;
    let mut article = if paywalled { page.clone() } else { from_feed(job, feed, feed_words) };
    article.missing.push(why.clone());
    article.kind = page.kind;
    article.authors = if page.authors.is_empty() { article.authors } else { page.authors };
    article.image = page.image.or(article.image);
    article.site_name = page.site_name;
    article.published = article.published.or(page.published);
    if article.title.is_empty() {
        article.title = page.title;
    }
    (Some(article), if complete { Status::Ready } else { Status::Unavailable { why } })
}

fn fallen_back(job: &Job, blocks: Vec<block::Block>, words: u32, why: &str) -> Article {
    let mut article = from_feed(job, blocks, words);
    article.missing.push(why.to_owned());
    article
}

/// The article as far as the feed alone tells it.
fn from_feed(job: &Job, blocks: Vec<block::Block>, words: u32) -> Article {
    let entry = &job.waiting.entry;
    let mut article = Article::empty();
    article.title.clone_from(&entry.title);
    article.authors.clone_from(&entry.authors);
    article.published = entry.published;
    article.modified = entry.updated;
    article.image.clone_from(&entry.image);
    article.tags.clone_from(&entry.categories);
    article.description = Some(entry.summary.clone()).filter(|summary| !summary.is_empty());
    (article.blocks, article.words, article.obtained) = if words > 0 {
        (blocks, words, Obtained::Feed)
    } else if entry.summary.is_empty() {
        (Vec::new(), 0, Obtained::Nothing)
    } else {
        let blocks = vec![block::Block::paragraph(entry.summary.clone())];
        (blocks, text::words::count(&entry.summary), Obtained::Summary)
    };
    let whole = format!("{}\n{}", article.title, block::plain_text(&article.blocks));
    let stated = job.language.clone().or_else(|| entry.language.clone());
    article.language = text::lang::detect(&whole, stated.as_ref()).or(stated);
    article
}

/// A page's `rel=canonical` adds an alias within the same registrable domain only.
fn believed_alias(entry: &crate::model::entry::Entry, article: &Article) -> Option<CanonicalUrl> {
    let canonical = CanonicalUrl::parse(article.canonical.as_deref()?).ok()?;
    (canonical != entry.url && canonical.same_site(&entry.url)).then_some(canonical)
}
