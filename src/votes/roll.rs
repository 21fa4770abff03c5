//! The list of issues that readers vote on, page by page: what an earlier run learned of its pages and `now` go in, the
//! pages to ask come out. Old pages hold old articles, so asking thins out with age; the last page takes new issues.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::id::ArticleId;
use crate::votes;

/// Most pages remembered.
const MAX_PAGES: usize = 10_000;
/// Shortest time between two readings of the last page.
const LAST_PAGE: SignedDuration = SignedDuration::from_hours(1);
/// Time to the next try after the first failure; doubled with each further one.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_hours(1);

/// What is known of a repository's issues.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roll {
    /// What the rest belongs to; another repository starts afresh.
    pub asked: String,
    /// Its pages, oldest issues first.
    pub pages: Vec<Page>,
    /// Failures in a row.
    pub failures: u32,
    /// Not before this time, after a failure.
    pub next: Option<Timestamp>,
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    /// How it is asked for: a number, or the cursor that it stands behind; the first one is empty.
    pub key: String,
    /// `ETag`, byte for byte.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, byte for byte.
    pub last_modified: Option<Vec<u8>>,
    /// When it was last read.
    pub read: Option<Timestamp>,
    /// The date of the youngest article on it.
    pub youngest: Option<Timestamp>,
    /// The articles that are voted on here, first issue first.
    pub articles: Vec<ArticleId>,
}

impl Roll {
    /// What was remembered, where it belongs to `asked`; else a first page to begin with.
    pub fn of(remembered: Option<Self>, asked: &str) -> Self {
        let mut roll = remembered.filter(|roll| roll.asked == asked).unwrap_or_default();
        asked.clone_into(&mut roll.asked);
        if roll.pages.is_empty() {
            roll.pages.push(Page::default());
        }
        roll
    }

    /// The pages to ask at `now`, by place.
    pub fn due(&self, now: Timestamp) -> Vec<usize> {
        if self.next.is_some_and(|next| next > now) {
            return Vec::new();
        }
        let last = self.pages.len().saturating_sub(1);
        let is_due = |(at, page): &(usize, &Page)| {
            let Some(read) = page.read else { return true };
            let voted = page.youngest.is_some_and(|youngest| votes::due(youngest, Some(read), now));
            voted || (*at == last && now.duration_since(read) >= LAST_PAGE)
        };
        self.pages.iter().enumerate().filter(is_due).map(|(at, _)| at).collect()
    }

    /// True where an issue on an earlier page is the place to vote on `article`: the first one counts.
    pub fn is_elsewhere(&self, article: &ArticleId, at: usize) -> bool {
        self.pages.iter().take(at).any(|page| page.articles.contains(article))
    }

    /// Notes that the page at `at` was read; `next` is the key of the page behind it. True where that one is new.
    pub fn read(&mut self, at: usize, next: Option<String>, now: Timestamp) -> bool {
        (self.failures, self.next) = (0, None);
        if let Some(page) = self.pages.get_mut(at) {
            page.read = Some(now);
        }
        let Some(key) = next else { return false };
        let new = at + 1 == self.pages.len() && self.pages.len() < MAX_PAGES;
        if new {
            self.pages.push(Page { key, ..Page::default() });
        }
        new
    }

    /// Notes a failure: the next try is after an hour, then after twice as long, a week at the most.
    pub fn failed(&mut self, rest: Option<SignedDuration>, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        let doubled = AFTER_FAILURE * (1 << self.failures.saturating_sub(1).min(7));
        let wait = doubled.min(SignedDuration::from_hours(7 * 24)).max(rest.unwrap_or_default());
        self.next = now.checked_add(wait).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn old_pages_are_asked_rarely_and_the_last_one_every_hour() {
        let start = at("2026-10-01T00:00:00Z");
        let mut roll = Roll::of(None, "o/n");
        assert_eq!(roll.due(start), [0]);
        roll.pages[0].youngest = Some(start);
        assert!(roll.read(0, Some("2".to_owned()), start));
        assert_eq!(roll.due(start), [1], "a page that is full has one behind it");
        assert!(!roll.read(1, None, start));
        assert_eq!(roll.due(start), [0; 0]);
        let later = at("2026-10-05T00:00:00Z");
        assert_eq!(roll.due(later), [0, 1]);
        assert!(!roll.read(0, Some("2".to_owned()), later), "known already");
        assert_eq!(roll.due(at("2026-10-05T06:00:00Z")), [1], "an eighth of four days is not over");
        assert_eq!(roll.due(at("2026-10-05T12:00:00Z")), [0, 1]);
        assert_eq!(roll.due(at("2026-12-05T12:00:00Z")), [1], "nobody votes on old news");
    }

    #[test]
    fn failures_wait_longer_and_another_repository_starts_afresh() {
        let start = at("2026-10-01T00:00:00Z");
        let mut roll = Roll::of(None, "o/n");
        roll.failed(None, start);
        assert_eq!(roll.next, Some(at("2026-10-01T01:00:00Z")));
        roll.failed(None, start);
        assert_eq!(roll.next, Some(at("2026-10-01T02:00:00Z")));
        assert!(roll.due(at("2026-10-01T01:30:00Z")).is_empty());
        assert_eq!(roll.due(at("2026-10-01T02:00:00Z")), [0]);
        roll.failed(Some(SignedDuration::from_hours(9)), start);
        assert_eq!(roll.next, Some(at("2026-10-01T09:00:00Z")));
        assert_eq!(Roll::of(Some(roll.clone()), "o/n"), roll);
        assert_eq!(Roll::of(Some(roll), "o/other").failures, 0);
    }

    #[test]
    fn the_first_issue_about_an_article_counts() {
        let id = ArticleId::parse("a8b00e3dc9").unwrap();
        let mut roll = Roll::of(None, "o/n");
        roll.pages[0].articles.push(id.clone());
        assert!(roll.is_elsewhere(&id, 1));
        assert!(!roll.is_elsewhere(&id, 0));
    }
}
