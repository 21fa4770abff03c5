//! The model of feed-rs and what stood beside the canonical document go in, drafts come out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use feed_rs::model::{Entry, Feed, Link, Person, Text};
use jiff::Timestamp;
use url::Url;

use crate::discover::FeedInfo;
use crate::discover::dates;
use crate::discover::draft::{Draft, Reading};
use crate::discover::feed::names::Family;
use crate::discover::feed::repair::{Beside, BesideEntry, Canonical, Root};
use crate::discover::markup::{MAX_SUMMARY, MAX_TITLE, absolute, escape, plain, plain_text};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;
use crate::model::votes::VoteCount;

/// The moments of one feed by their instant: feed-rs keeps instants alone, and the zone and the precision that the
/// publisher stated are wanted back.
#[derive(Clone, Default)]
pub(crate) struct Moments(Arc<Mutex<HashMap<i64, Moment>>>);

impl Moments {
    /// Reads a date and remembers how it was stated; the instant in whole seconds.
    pub(crate) fn read(&self, text: &str) -> Option<Timestamp> {
        let moment = dates::parse(text)?;
        let second = moment.at.as_second();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(second).or_insert(moment);
        Timestamp::from_second(second).ok()
    }

    fn stated(&self, second: i64) -> Option<Moment> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&second).copied();
        known.or_else(|| Timestamp::from_second(second).ok().map(Moment::utc))
    }
}

/// Makes the reading of a feed.
pub(crate) fn reading(feed: Feed, canonical: &Canonical, moments: &Moments) -> Reading {
    let (family, dialect) = match canonical.root {
        Root::Feed(family, dialect) => (family, dialect),
        _ => (Family::Rss, "feed"),
    };
    let info = info(&feed, family, &canonical.beside, moments);
    let mut warnings = Vec::new();
    if canonical.more {
        warnings
            .push(format!("the feed has more entries than the {} that were read", canonical.entries.len()));
    }
    let nothing = BesideEntry::default();
    let drafts = feed
        .entries
        .into_iter()
        .enumerate()
        .map(|(at, entry)| draft(entry, family, canonical.entries.get(at).unwrap_or(&nothing), moments))
        .collect();
    Reading { feed: info, drafts, damaged: canonical.faults.words(), dialect, warnings, ..Reading::default() }
}

fn info(feed: &Feed, family: Family, beside: &Beside, moments: &Moments) -> FeedInfo {
    let updated = feed.updated.or(feed.published).and_then(|at| moments.stated(at.timestamp()));
    let language =
        beside.language.as_deref().or(feed.language.as_deref()).and_then(|tag| Lang::parse(tag).ok());
    FeedInfo {
        title: feed
            .title
            .as_ref()
            .map(|title| plain_of(title, family, MAX_TITLE))
            .filter(|title| !title.is_empty()),
        url: best_link(&feed.links).map(|link| link.href.clone()),
        language,
        updated,
        ttl: feed.ttl,
        skip_hours: beside
            .skip_hours
            .iter()
            .filter_map(|hour| hour.trim().parse().ok())
            .filter(|h| *h < 25)
            .collect(),
        skip_days: beside.skip_days.iter().filter_map(|day| weekday(day)).collect(),
        update_period: period(beside),
    }
}

fn weekday(name: &str) -> Option<u8> {
    let name = name.trim().to_ascii_lowercase();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    (1..).zip(days).find(|(_, day)| name.starts_with(day)).map(|(n, _)| n)
}

/// Minutes between updates by the syndication module.
fn period(beside: &Beside) -> Option<u32> {
    let minutes = match beside.update_period.as_deref()?.trim().to_ascii_lowercase().as_str() {
        "hourly" => 60,
        "daily" => 1440,
        "weekly" => 10_080,
        "monthly" => 43_200,
        "yearly" => 525_600,
        _ => return None,
    };
    let often = beside.update_frequency.as_deref().and_then(|n| n.trim().parse::<u32>().ok()).unwrap_or(1);
    Some(minutes / often.max(1))
}

/// A text without its markup: HTML where it is declared so, and where RSS leaves it open.
fn plain_of(text: &Text, family: Family, most: usize) -> String {
    if family == Family::Atom && text.content_type.as_str() == "text/plain" {
        plain_text(&text.content, most)
    } else {
        plain(&text.content, most)
    }
}

/// The link to the document itself among others.
fn best_link(links: &[Link]) -> Option<&Link> {
    let http = |link: &&Link| link.href.starts_with("http") && link.target.is_none();
    let is = |link: &Link, rel: &str| link.rel.as_deref().is_some_and(|r| r.eq_ignore_ascii_case(rel));
    let html = |link: &&Link| link.media_type.as_deref().is_none_or(|kind| kind.contains("html"));
    let plain = |link: &&Link| link.rel.is_none();
    let alternate = |link: &&Link| is(link, "alternate");
    links
        .iter()
        .filter(http)
        .find(plain)
        .or_else(|| links.iter().filter(http).filter(html).find(alternate))
        .or_else(|| links.iter().filter(http).find(alternate))
        .or_else(|| links.iter().filter(http).find(|link| is(link, "via") || is(link, "related")))
}

fn draft(entry: Entry, family: Family, beside: &BesideEntry, moments: &Moments) -> Draft {
    let mut draft = Draft {
        url: address(&entry, beside),
        title: entry.title.as_ref().map(|text| plain_of(text, family, MAX_TITLE)).unwrap_or_default(),
        summary: entry.summary.as_ref().map(|text| plain_of(text, family, MAX_SUMMARY)).unwrap_or_default(),
        content: content(&entry, beside.base.as_ref()),
        published: entry.published.and_then(|at| moments.stated(at.timestamp())),
        updated: entry
            .updated
            .filter(|at| Some(*at) != entry.published)
            .and_then(|at| moments.stated(at.timestamp())),
        authors: entry.authors.iter().filter_map(person).collect(),
        categories: categories(&entry, beside),
        image: image(&entry),
        language: beside.language.as_deref().and_then(|tag| Lang::parse(tag).ok()),
        discussion: beside.discussion.clone().or_else(|| replies(&entry.links)),
        ..Draft::default()
    };
    draft.votes = votes(beside, draft.url.as_ref());
    draft.guid = Some(entry.id).filter(|id| !id.is_empty());
    if draft.title.is_empty() {
        draft.title = beside.media.0.as_deref().map(|text| plain(text, MAX_TITLE)).unwrap_or_default();
    }
    if draft.summary.is_empty() {
        draft.summary = beside.media.1.as_deref().map(|text| plain(text, MAX_SUMMARY)).unwrap_or_default();
    }
    draft.bounded()
}

/// The article's address: the one behind a counting redirect, the link, a guid that is an address.
fn address(entry: &Entry, beside: &BesideEntry) -> Option<CanonicalUrl> {
    let link = best_link(&entry.links).map(|link| link.href.as_str());
    let id = Some(entry.id.as_str());
    [beside.original.as_deref(), link, beside.permalink.as_deref(), id]
        .into_iter()
        .flatten()
        .find_map(|address| CanonicalUrl::parse(address).ok())
}

fn content(entry: &Entry, base: Option<&Url>) -> Option<String> {
    let content = entry.content.as_ref()?;
    let body = content.body.as_deref()?;
    if content.content_type.as_str() == "text/plain" {
        let mut html = String::with_capacity(body.len() + 16);
        escape(body, &mut html);
        return Some(html);
    }
    Some(base.map_or_else(|| body.to_owned(), |base| absolute(body, base)))
}

fn person(person: &Person) -> Option<String> {
    let name = person.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    name.or(person.email.as_deref()).map(|name| plain(name, 200)).filter(|name| !name.is_empty())
}

fn categories(entry: &Entry, beside: &BesideEntry) -> Vec<String> {
    let tags = beside.tags.as_deref().unwrap_or_default().split(',').map(str::to_owned);
    tags.chain(
        entry
            .categories
            .iter()
            .map(|category| category.label.clone().unwrap_or_else(|| category.term.clone())),
    )
    .map(|term| plain(&term, 200))
    .filter(|term| !term.is_empty())
    .collect()
}

/// A picture: an enclosure or media object that is one, or a thumbnail.
fn image(entry: &Entry) -> Option<String> {
    let enclosed = entry.links.iter().find(|link| {
        link.rel.as_deref() == Some("enclosure")
            && link.media_type.as_deref().is_some_and(|t| t.starts_with("image/"))
    });
    let contents = entry.media.iter().flat_map(|media| &media.content);
    let shown = contents
        .filter(|content| {
            content.content_type.as_ref().is_some_and(|kind| kind.as_str().starts_with("image/"))
        })
        .filter_map(|content| content.url.as_ref().map(Url::to_string));
    let untyped =
        entry.media.iter().flat_map(|media| &media.content).filter(|content| content.content_type.is_none());
    let untyped =
        untyped.filter_map(|content| content.url.as_ref().map(Url::to_string)).filter(|url| is_picture(url));
    let thumbnails =
        entry.media.iter().flat_map(|media| &media.thumbnails).map(|small| small.image.uri.clone());
    let found =
        enclosed.map(|link| link.href.clone()).into_iter().chain(shown).chain(untyped).chain(thumbnails);
    found.into_iter().find(|url| url.starts_with("http"))
}

fn is_picture(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"].iter().any(|end| path.ends_with(end))
}

fn replies(links: &[Link]) -> Option<String> {
    links.iter().find(|link| link.rel.as_deref() == Some("replies")).map(|link| link.href.clone())
}

/// Counters; who counts is the host that the article is on. Stars have tenths and counters are whole: a rating is
/// told in hundredths of a star.
fn votes(beside: &BesideEntry, url: Option<&CanonicalUrl>) -> Vec<VoteCount> {
    let Some(origin) = url.map(|url| url.host().trim_start_matches("www.").to_owned()) else {
        return Vec::new();
    };
    let comments = beside.comments.iter().map(|text| ("comments", text.as_str()));
    let counters = beside.counters.iter().map(|(name, text)| (*name, text.as_str()));
    comments
        .chain(counters)
        .filter_map(|(name, text)| {
            let text = text.trim();
            let count = match name {
                "rating" => text
                    .parse::<f64>()
                    .ok()
                    .filter(|stars| stars.abs() < 1e6)
                    .map(|stars| (stars * 100.0).round() as i64),
                _ => text.parse().ok(),
            };
            Some(VoteCount { origin: origin.clone(), name: name.to_owned(), count: count? })
        })
        .collect()
}
