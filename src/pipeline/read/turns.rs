//! The articles that wait go in; those that a run may read come out, hosts in turns, and how many stay for later ones.
//!
//! At a polite pace a host with a thousand articles takes a run of its own. So each host has a share of a run
//! (`network.host_time`): as many articles as fit into it at the host's pace, and none is begun once it is used up by
//! slow answers. What is left waits as if it had not been tried; the newest are read first.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::settings::Settings;
use crate::model::id::{ArticleId, SourceId};
use crate::model::url::CanonicalUrl;
use crate::pipeline::{Run, Tally};
use crate::store::readings::Waiting;

/// How many articles of each source wait for later runs.
pub(crate) type Later = BTreeMap<SourceId, u64>;

/// What a run may read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// In the order of reading.
    pub(crate) now: Vec<ArticleId>,
    /// The others.
    pub(crate) later: Later,
}

/// Parts what waits, the newest first, into what is read now and what is read later. `pace` is the least time between
/// two requests to a host.
pub(crate) fn plan(
    waiting: Vec<Waiting>,
    settings: &Settings,
    pace: impl Fn(&CanonicalUrl) -> Duration,
) -> Plan {
    let mut hosts: HashMap<String, (usize, usize)> = HashMap::new();
    let mut turns = Vec::with_capacity(waiting.len());
    let mut plan = Plan::default();
    for article in waiting {
        let (taken, most) = hosts
            .entry(article.url.as_url().authority().to_owned())
            .or_insert_with(|| (0, share(settings.host_time, pace(&article.url))));
        if *taken < *most {
            turns.push((*taken, article));
            *taken += 1;
        } else {
            *plan.later.entry(article.source).or_default() += 1;
        }
    }
    // Stable: a turn keeps the newest first. A slow host holds no more than its share of what is under way.
    turns.sort_by_key(|(turn, _)| *turn);
    for (n, (_, article)) in turns.into_iter().enumerate() {
        if n < settings.articles_per_run as usize {
            plan.now.push(article.id);
        } else {
            *plan.later.entry(article.source).or_default() += 1;
        }
    }
    plan
}

/// How many requests fit into a time at a pace; at least one, and any number where one of the two is zero.
fn share(time: Duration, pace: Duration) -> usize {
    if time.is_zero() {
        return usize::MAX;
    }
    let fit = time.as_millis().checked_div(pace.as_millis());
    fit.map_or(usize::MAX, |fit| usize::try_from(fit).unwrap_or(usize::MAX).max(1))
}

/// When the last article of a run may be begun: a host's share, and the time of one slow answer, after now. A host that
/// keeps its pace is never cut off by it.
pub(super) fn latest(settings: &Settings) -> Option<Instant> {
    let share = Some(settings.host_time).filter(|time| !time.is_zero())?;
    Instant::now().checked_add(share.saturating_add(settings.network.limits.total))
}

/// Says in the report what waits, and why.
pub(super) fn tell(run: &mut Run<'_>, tally: &mut Tally, later: &Later) {
    const WHY: &str = "wait for later runs (network.host_time, network.limits.articles)";
    for report in &mut run.report.sources {
        report.notes.retain(|note| !note.ends_with(WHY));
        if let Some(number) = later.get(&report.source) {
            report.notes.push(format!("{number} articles {WHY}"));
        }
    }
    let all: u64 = later.values().sum();
    if all > 0 {
        tally.note.push_str(&format!("; {all} {WHY}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_counted_at_the_pace_of_the_host() {
        let (minutes, second) = (Duration::from_mins(5), Duration::from_secs(1));
        assert_eq!(share(minutes, second), 300);
        assert_eq!(share(minutes, 30 * second), 10);
        assert_eq!(share(second, minutes), 1, "a host is never shut out");
        assert_eq!(share(minutes, Duration::ZERO), usize::MAX);
        assert_eq!(share(Duration::ZERO, second), usize::MAX);
    }
}
