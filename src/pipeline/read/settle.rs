//! A page as it came, or why it did not, and what the feed gave go in; the article with its status comes out, and where it
//! goes on.

use std::time::Duration;

use jiff::SignedDuration;
use url::Url;

use crate::extract::{self, Limits, Witness};
use crate::model::article::{Article, Obtained, PageKind};
use crate::model::block;
use crate::model::entry::Entry;
use crate::model::status::Status;
use crate::model::url::CanonicalUrl;
use crate::pipeline::read::{Fetched, Job};
use crate::store::readings::Reading;
use crate::text;

/// Tries at a page before newsmill gives it up.
const MAX_ATTEMPTS: u32 = 5;
/// A page that gives less than this share of the words that the feed gave is believed less than the feed.
const LEAST_SHARE: f64 = 0.6;
/// The longest first sentence that lists show, in bytes.
const MAX_EXCERPT: usize = 320;

/// Adds a further page to an article, and says where the next one is. What stands on both pages stands once; a page that
/// cannot be had is told as missing.
pub(super) fn join(job: &Job, mut reading: Reading, fetched: Fetched) -> (Reading, Option<Url>) {
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

/// Makes the article out of the page and what the feed gave, whichever is better, and says in words what is missing.
pub(super) fn settle(job: &Job, fetched: Fetched) -> (Reading, Option<Url>) {
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
            alias = believed_alias(entry, &extraction.article, &answer.url);
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
        Fetched::OutOfTime => {
            let why = "The host's share of this run was used up.".to_owned();
            (None, Status::Pending { why, retry: None })
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
        let image = page.image.or_else(|| job.waiting.entry.image.clone());
        return (Some(Article { image, ..page }), Status::Ready);
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

/// The address that a page gives itself: its `rel=canonical`, else where it was found in the end. Believed within the
/// same registrable domain only, and never of a front page.
fn believed_alias(entry: &Entry, article: &Article, at: &Url) -> Option<CanonicalUrl> {
    let is_own = |url: &CanonicalUrl| {
        *url != entry.url
            && url.same_site(&entry.url)
            && (url.as_url().path() != "/" || url.as_url().query().is_some())
    };
    let stated = article.canonical.as_deref().and_then(|text| CanonicalUrl::parse(text).ok());
    let found = || CanonicalUrl::parse(at.as_str()).ok();
    match stated {
        Some(stated) => Some(stated).filter(is_own),
        None => found().filter(|url| article.kind == PageKind::Article && is_own(url)),
    }
}
