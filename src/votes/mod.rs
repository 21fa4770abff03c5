//! What a source states about votes goes in, counters by origin come out: merged with what is known, read from a
//! local file ([`mod@file`]), or from the reactions of readers on GitHub ([`github`], page by page by its [`roll`]). Unlike
//! scales are never added up.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::votes::{VoteCount, Votes, order};

pub mod file;
pub mod github;
pub mod roll;

/// Shortest time between two readings of one article's counters, in seconds.
const AT_LEAST: i64 = 3600;
/// Age in seconds after which counters are no longer read: nobody votes on old news.
const AT_MOST: i64 = 60 * 86_400;

/// Puts what sources state now over what was known: an origin that states something replaces its own counters of the
/// same names and keeps the others; other origins stay. Sorted by origin; counters by [`order`], then by name.
pub fn merge(known: &[Votes], stated: &[VoteCount], now: Timestamp) -> Vec<Votes> {
    let mut origins: BTreeMap<&str, Votes> =
        known.iter().map(|votes| (votes.origin.as_str(), votes.clone())).collect();
    for count in stated {
        let votes = origins.entry(count.origin.as_str()).or_insert_with(|| Votes {
            origin: count.origin.clone(),
            counts: Vec::new(),
            read: now,
            place: None,
        });
        votes.read = now;
        match votes.counts.iter_mut().find(|(name, _)| *name == count.name) {
            Some((_, known)) => *known = count.count,
            None => votes.counts.push((count.name.clone(), count.count)),
        }
    }
    let mut merged: Vec<Votes> = origins.into_values().collect();
    for votes in &mut merged {
        votes.counts.sort_by(|(a, _), (b, _)| (order(a), a).cmp(&(order(b), b)));
    }
    merged
}

/// True where readers would see a difference; when counters were read is none.
pub fn differ(before: &[Votes], after: &[Votes]) -> bool {
    let seen = |votes: &Votes| (votes.origin.clone(), votes.counts.clone(), votes.place.clone());
    before.len() != after.len() || before.iter().map(seen).ne(after.iter().map(seen))
}

/// The publication date before which counters are no longer read.
pub fn horizon(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(AT_MOST)).unwrap_or(Timestamp::MIN)
}

/// When an article's counters are to be read again: after an eighth of its age, at least an hour; never for articles
/// older than 60 days. Never read before: at once.
pub fn next(published: Timestamp, last_read: Option<Timestamp>) -> Option<Timestamp> {
    let Some(last) = last_read else { return Some(published) };
    let age = last.as_second().saturating_sub(published.as_second());
    if age >= AT_MOST {
        return None;
    }
    last.checked_add(SignedDuration::from_secs((age / 8).max(AT_LEAST))).ok()
}

/// True where an article's counters are to be read now.
pub fn due(published: Timestamp, last_read: Option<Timestamp>, now: Timestamp) -> bool {
    let young = now.as_second().saturating_sub(published.as_second()) < AT_MOST;
    young && next(published, last_read).is_some_and(|next| next <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(origin: &str, name: &str, count: i64) -> VoteCount {
        VoteCount { origin: origin.to_owned(), name: name.to_owned(), count }
    }

    #[test]
    fn origins_stay_apart() {
        let then: Timestamp = "2026-04-22T00:00:00Z".parse().unwrap();
        let now: Timestamp = "2026-04-23T00:00:00Z".parse().unwrap();
        let known = merge(
            &[],
            &[count("b", "comments", 3), count("b", "positive", 1), count("a", "points", 9)],
            then,
        );
        let merged = merge(&known, &[count("b", "comments", 5)], now);
        let told = |at: usize| (merged[at].origin.as_str(), merged[at].counts.as_slice(), merged[at].read);
        assert_eq!(merged.len(), 2);
        assert_eq!(told(0), ("a", &[("points".to_owned(), 9)][..], then));
        assert_eq!(told(1), ("b", &[("positive".to_owned(), 1), ("comments".to_owned(), 5)][..], now));
    }

    #[test]
    fn readings_thin_out_with_age() {
        let published: Timestamp = "2026-04-01T00:00:00Z".parse().unwrap();
        let after = |hours: i64| published + SignedDuration::from_hours(hours);
        assert!(due(published, None, after(0)));
        assert!(!due(published, Some(after(1)), after(1)));
        assert!(due(published, Some(after(1)), after(2)));
        assert!(!due(published, Some(after(80)), after(89)));
        assert!(due(published, Some(after(80)), after(90)));
        assert!(!due(published, Some(after(1)), after(24 * 61)));
        assert_eq!(next(published, Some(after(24 * 60))), None);
    }
}
