//! Every source is asked once, and one of its articles read, without touching the state: the configuration goes in,
//! what each source is worth and what to do about it comes out. For `newsmill check --online`.
//!
//! 1. The source's address is asked, without validators, and its answer read as a run would read it.
//! 2. Its newest entry's page is asked as a run would ask it, robots.txt included, and its text extracted.
//! 3. What was found becomes advice.

use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::config::settings::Settings;
use crate::config::sources::SourceSettings;
use crate::discover::{self, DiscoverError, Discovery};
use crate::extract::{self, Furniture, Limits, Page, Witness};
use crate::model::article::PageKind;
use crate::model::block;
use crate::model::entry::Entry;
use crate::model::id::SourceId;
use crate::model::moment::Moment;
use crate::model::source::SourceKind;
use crate::net::{self, NetError, Request};
use crate::pipeline::gather::{accept, told};
use crate::text;

/// A source whose newest entry is older than this is called stale.
const STALE: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Fewer words than these are no full text.
const FULL_TEXT: u32 = 80;

/// What one source is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// Which one.
    pub source: SourceId,
    /// HTTP status of its answer, where there was one.
    pub http: Option<u16>,
    /// The format that was found, as people call it; empty where none was.
    pub found: String,
    /// Entries announced.
    pub entries: usize,
    /// The date of the newest.
    pub newest: Option<Moment>,
    /// Words of the article that was read; `None` where none could be.
    pub words: Option<u32>,
    /// Whether robots.txt lets articles be fetched; `None` where nothing was asked.
    pub robots: Option<bool>,
    /// Redirects followed to the source.
    pub redirects: u32,
    /// Time spent on requests, waiting for one's turn not counted.
    pub took: Duration,
    /// Where it moved for good, as a good answer from there has proved.
    pub moved: Option<Url>,
    /// What to do.
    pub advice: Vec<Advice>,
}

/// What to do about a source, or what to know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Advice {
    /// Its address is not known.
    #[error("it is off: {0}")]
    Off(String),
    /// No answer, or none of use.
    #[error("{0}")]
    Failed(String),
    /// 401, 403.
    #[error("the host refuses newsmill (status {0}): ask the publisher, or remove the source")]
    Blocked(u16),
    /// 429, 503.
    #[error("the host asks for rest (status {0}): ask it less often (`every: 6h`)")]
    Resting(u16),
    /// 410.
    #[error("it is gone for good (status 410): remove it")]
    Gone,
    /// 404.
    #[error("there is nothing at this address (status 404): look for its new address on the site")]
    Lost,
    /// It moved.
    #[error("it moved for good to {0}: `newsmill check --online --fix` writes that into sources.yaml")]
    Moved(String),
    /// A page without feeds in place of a feed.
    #[error("an HTML page that links no feed: read it as `kind: listing`, or find the feed's address")]
    NoFeed,
    /// No sitemap, but there is one.
    #[error("no sitemap is here, but the host's robots.txt names one: set `url: {0}`")]
    NamesSitemap(String),
    /// A page that links its feeds.
    #[error("an HTML page, not a feed, but it links one: set `url: {0}`")]
    LinksFeed(String),
    /// The document is damaged.
    #[error("the document is damaged ({0}); its complete entries are kept")]
    Damaged(String),
    /// No entry at all.
    #[error("it announces nothing{0}")]
    Empty(&'static str),
    /// Nothing new for long.
    #[error("stale: its newest entry is from {0}; is it still kept up?")]
    Stale(String),
    /// No dates.
    #[error("its entries state no dates: articles are dated by when they are first seen")]
    Undated,
    /// robots.txt forbids its articles.
    #[error("robots.txt forbids its articles, which are shown as the feed tells them: {0}")]
    Robots(String),
    /// A page that could not be fetched.
    #[error("its newest article could not be fetched: {0}")]
    PageFailed(String),
    /// A page that is no article.
    #[error("its newest article's page is {0}")]
    NoArticle(&'static str),
    /// Little text on the page, the feed has it.
    #[error(
        "thin: its page gave {page} words, the feed itself {feed}: `full_text: false` saves the requests"
    )]
    FeedIsBetter {
        /// Words on the page.
        page: u32,
        /// Words in the feed.
        feed: u32,
    },
    /// Little text anywhere.
    #[error(
        "thin: its page gave {0} words; if there are more, name them with `rules: {{ keep: [\"CSS\"] }}`"
    )]
    Thin(u32),
}

/// Probes every configured source; the order is that of the configuration.
pub async fn probe(settings: &Settings, client: &net::Client, now: Timestamp) -> Vec<Probe> {
    futures_util::stream::iter(&settings.sources)
        .map(|source| one(client, source, now))
        .buffered(settings.network.parallel.max(1))
        .collect()
        .await
}

async fn one(client: &net::Client, source: &SourceSettings, now: Timestamp) -> Probe {
    let mut probe = Probe {
        source: source.source.id.clone(),
        http: None,
        found: String::new(),
        entries: 0,
        newest: None,
        words: None,
        robots: None,
        redirects: 0,
        took: Duration::ZERO,
        moved: None,
        advice: Vec::new(),
    };
    match &source.address {
        Err(why) => probe.advice.push(Advice::Off(why.clone())),
        Ok(url) => {
            if let Some(discovery) = announced(client, source, url, now, &mut probe).await {
                judge(&discovery, source, now, &mut probe);
                let newest = discovery.entries.iter().max_by_key(|entry| entry.published.map(|m| m.at));
                if let Some(entry) = newest.filter(|_| source.full_text) {
                    article(client, source, entry, now, &mut probe).await;
                }
            }
        }
    }
    probe
}

/// Asks the source; nothing where its answer was of no use, which the advice tells then.
async fn announced(
    client: &net::Client,
    source: &SourceSettings,
    url: &Url,
    now: Timestamp,
    probe: &mut Probe,
) -> Option<Discovery> {
    let request = Request::new(url.clone(), accept(source.source.kind), now);
    let answer = match client.get(&request).await {
        Ok(answer) => answer,
        Err(error) => {
            probe.advice.push(Advice::Failed(error.to_string()));
            return None;
        }
    };
    (probe.http, probe.redirects) = (Some(answer.status), answer.redirects);
    probe.took += answer.took;
    let refused = match answer.status {
        200..=299 => None,
        401 | 403 => Some(Advice::Blocked(answer.status)),
        429 | 503 => Some(Advice::Resting(answer.status)),
        404 => Some(Advice::Lost),
        410 => Some(Advice::Gone),
        status => Some(Advice::Failed(format!("the host answered with status {status}"))),
    };
    if let Some(advice) = refused {
        probe.advice.push(advice);
        probe.advice.extend(named_sitemap(client, source, &answer.url, now).await);
        return None;
    }
    let read = discover::read(&answer.body, answer.content_type.as_deref(), &answer.url, &source.discover);
    match read {
        Ok(discovery) => {
            if let Some(moved) = answer.permanent {
                probe.advice.push(Advice::Moved(told(&moved)));
                probe.moved = Some(moved);
            }
            Some(discovery)
        }
        Err(error) => {
            probe.advice.push(match &error {
                DiscoverError::HtmlPage { feeds } => {
                    "HTML".clone_into(&mut probe.found);
                    let first = feeds.first().map(|feed| Advice::LinksFeed(feed.as_str().to_owned()));
                    first.unwrap_or(Advice::NoFeed)
                }
                _ => Advice::Failed(error.to_string()),
            });
            probe.advice.extend(named_sitemap(client, source, &answer.url, now).await);
            None
        }
    }
}

/// The sitemap that a host's robots.txt names, for a source whose address holds none.
async fn named_sitemap(
    client: &net::Client,
    source: &SourceSettings,
    at: &Url,
    now: Timestamp,
) -> Option<Advice> {
    if source.source.kind != SourceKind::Sitemap {
        return None;
    }
    let named = client.sitemaps(at, now).await.ok()?;
    named.into_iter().next().map(Advice::NamesSitemap)
}

/// What the document itself tells.
fn judge(discovery: &Discovery, source: &SourceSettings, now: Timestamp, probe: &mut Probe) {
    discovery.dialect.clone_into(&mut probe.found);
    probe.entries = discovery.entries.len();
    probe.newest =
        discovery.entries.iter().filter_map(|entry| entry.published.or(entry.updated)).max_by_key(|m| m.at);
    if let Some(damage) = &discovery.damaged {
        probe.advice.push(Advice::Damaged(damage.clone()));
    }
    if discovery.entries.is_empty() {
        if !discovery.further.is_empty() {
            return; // an index: its parts are followed by a run
        }
        let filters = &source.discover.filters;
        let filtered = *filters != discover::filters::Filters::default();
        probe.advice.push(Advice::Empty(if filtered { "; do its filters leave anything over?" } else { "" }));
        return;
    }
    match probe.newest {
        None => probe.advice.push(Advice::Undated),
        Some(newest) if now.duration_since(newest.at) > STALE => {
            probe.advice.push(Advice::Stale(newest.date().to_string()));
        }
        Some(_) => {}
    }
}

/// Reads one article as a run would.
async fn article(
    client: &net::Client,
    source: &SourceSettings,
    entry: &Entry,
    now: Timestamp,
    probe: &mut Probe,
) {
    let answer = match client.get(&Request::page(entry.url.as_url().clone(), now)).await {
        Ok(answer) => answer,
        Err(error @ (NetError::Robots { .. } | NetError::RobotsUnreachable { .. })) => {
            probe.robots = Some(false);
            probe.advice.push(Advice::Robots(error.to_string()));
            return;
        }
        Err(error) => {
            probe.advice.push(Advice::PageFailed(error.to_string()));
            return;
        }
    };
    probe.robots = Some(true);
    probe.took += answer.took;
    if !(200..300).contains(&answer.status) {
        probe.advice.push(Advice::PageFailed(format!("status {}", answer.status)));
        return;
    }
    let limits = Limits::default();
    let page =
        Page { bytes: &answer.body, content_type: answer.content_type.as_deref(), url: Some(&answer.url) };
    let witness = Witness { title: Some(entry.title.as_str()), ..Witness::default() };
    let found = extract::read(&page, &source.rules, &witness, &Furniture::none(), &limits, now).article;
    probe.words = Some(found.words);
    let in_feed = entry
        .content
        .as_deref()
        .map(|html| extract::fragment(html, Some(entry.url.as_url()), &limits))
        .map_or(0, |blocks| text::words::count(&block::plain_text(&blocks)));
    probe.advice.extend(match found.kind {
        PageKind::Article if found.words >= FULL_TEXT => None,
        PageKind::Article if in_feed > found.words => {
            Some(Advice::FeedIsBetter { page: found.words, feed: in_feed })
        }
        PageKind::Article => Some(Advice::Thin(found.words)),
        PageKind::List => Some(Advice::NoArticle("a list of links")),
        PageKind::Consent => Some(Advice::NoArticle("a wall that asks for consent")),
        PageKind::Paywall => Some(Advice::NoArticle("behind a paywall; only its beginning is shown")),
        PageKind::SoftNotFound => Some(Advice::NoArticle("one that says there is nothing here")),
        PageKind::EmptyShell => {
            Some(Advice::NoArticle("an empty shell that scripts would have to fill; newsmill runs none"))
        }
    });
}

impl Probe {
    /// True where the text of its articles can be had.
    pub fn has_full_text(&self) -> Option<bool> {
        self.words.map(|words| words >= FULL_TEXT)
    }
}
