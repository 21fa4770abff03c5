//! What a source and its answers say about time goes in, when it may be asked again comes out.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::config::sources::SourceSettings;
use crate::discover::FeedInfo;
use crate::model::entry::Entry;
use crate::model::status::Status;
use crate::store::sources::SourceState;

/// The longest time between two tries at a source that fails.
const MAX_BACK_OFF: Duration = Duration::from_hours(7 * 24);
/// The longest time for which an answer's own freshness or rhythm makes newsmill wait.
const MAX_WAIT: Duration = Duration::from_hours(24);
/// Hours looked at for one in which a source may be asked: a week and a day.
const HOURS: usize = 8 * 24;
/// Entries whose dates tell how often a source publishes.
const NEWEST: usize = 20;

/// Why a source is not asked now, if so.
pub(super) fn waits(source: &SourceSettings, state: Option<&SourceState>, now: Timestamp) -> Option<Status> {
    if let Err(words) = &source.address {
        return Some(Status::Off { why: words.clone() });
    }
    let state = state?;
    if state.gone {
        return Some(Status::Unavailable { why: "The source answered 410: it is gone for good.".to_owned() });
    }
    if let Some(next) = state.next.filter(|next| *next > now) {
        return Some(Status::Pending { why: "Not due yet.".to_owned(), retry: Some(next) });
    }
    let awake = outside(now, &state.skip_hours, &state.skip_days);
    (awake > now).then(|| Status::Pending {
        why: "The source asks not to be fetched at this time of the day or week.".to_owned(),
        retry: Some(awake),
    })
}

/// Notes what a good answer says of its source's rhythm; it holds for later answers without a body, too.
pub(super) fn note(state: &mut SourceState, feed: &FeedInfo, entries: &[Entry]) {
    let minutes = feed.ttl.unwrap_or_default().max(feed.update_period.unwrap_or_default());
    state.stated_wait = u64::from(minutes) * 60;
    state.skip_hours.clone_from(&feed.skip_hours);
    state.skip_days.clone_from(&feed.skip_days);
    state.rhythm = rhythm(entries);
}

/// When a source that answered well is due again: as often as configured, more rarely where the answer's freshness,
/// its own words or how seldom it publishes allow, and never in hours or on days that it excludes.
pub(super) fn after_answer(
    source: &SourceSettings,
    state: &SourceState,
    fresh: Option<Duration>,
    now: Timestamp,
) -> Option<Timestamp> {
    let stated = fresh.unwrap_or_default().max(Duration::from_secs(state.stated_wait)).min(MAX_WAIT);
    // A source that publishes rarely is asked at half its rhythm, twice a day at the least.
    let seldom = Duration::from_secs(state.rhythm.unwrap_or_default() / 2).min(MAX_WAIT / 2);
    let next = after(now, source.every.max(stated).max(seldom))?;
    Some(outside(next, &state.skip_hours, &state.skip_days))
}

/// When a source that failed is tried again: exponential in the failures in a row, with jitter out of the injected
/// seed, a week at the most; not before the rest that its host asked for.
pub(super) fn after_failure(
    source: &SourceSettings,
    failures: u32,
    rest: Option<Duration>,
    seed: u64,
    now: Timestamp,
) -> Option<Timestamp> {
    let doubled = source.every.saturating_mul(1 << failures.saturating_sub(1).min(12));
    let text = format!("{seed} {} {failures}", source.source.id);
    let jitter = f64::from(blake3::hash(text.as_bytes()).as_bytes()[0]) / 255.0 * 0.2 + 0.9;
    after(now, doubled.min(MAX_BACK_OFF).mul_f64(jitter).max(rest.unwrap_or_default()))
}

/// `now` and a time; nothing where the calendar ends.
pub(super) fn after(now: Timestamp, wait: Duration) -> Option<Timestamp> {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok())
}

/// The first instant from `at` on that lies in none of the hours (0 to 23) and on none of the days (1 for Monday), in
/// GMT; `at` itself where nothing would be left.
fn outside(at: Timestamp, hours: &[u8], days: &[u8]) -> Timestamp {
    let mut time = at;
    for _ in 0..HOURS {
        let zoned = time.to_zoned(TimeZone::UTC);
        let hour = u8::try_from(zoned.hour()).unwrap_or_default();
        let day = u8::try_from(zoned.weekday().to_monday_one_offset()).unwrap_or_default();
        if !hours.contains(&hour) && !days.contains(&day) {
            return time;
        }
        match Timestamp::from_second((time.as_second().div_euclid(3600) + 1) * 3600) {
            Ok(next) => time = next,
            Err(_) => return at,
        }
    }
    at
}

/// The mean time between the newest entries, in seconds.
fn rhythm(entries: &[Entry]) -> Option<u64> {
    let mut times: Vec<i64> =
        entries.iter().filter_map(|entry| entry.published.map(|moment| moment.at.as_second())).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    times.truncate(NEWEST);
    let span = times.first()?.checked_sub(*times.last()?)?;
    let gaps = u64::try_from(times.len()).ok()?.checked_sub(1)?;
    u64::try_from(span).ok()?.checked_div(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn hours_and_days_that_a_source_excludes_are_left_out() {
        let monday = at("2026-11-23T07:17:00Z");
        assert_eq!(outside(monday, &[], &[]), monday);
        assert_eq!(outside(monday, &[8, 9], &[]), monday);
        assert_eq!(outside(monday, &[7, 8], &[]), at("2026-11-23T09:00:00Z"));
        assert_eq!(outside(monday, &[0], &[1, 2]), at("2026-11-25T01:00:00Z"));
        let all: Vec<u8> = (0..24).collect();
        assert_eq!(outside(monday, &all, &[]), monday, "a source that excludes all hours excludes none");
    }
}
