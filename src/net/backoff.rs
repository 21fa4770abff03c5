//! How often something failed in a row goes in, how long to leave it alone comes out: exponential, with jitter that
//! is a function of the seed, so that a run can be repeated.

use std::time::Duration;

/// `base` doubled for each failure after the first, at most `longest`, in milliseconds, then shortened by up to a quarter: sources
/// that failed together are not asked together again. Zero failures wait zero. `key` tells whose wait it is.
pub fn wait(failures: u32, base: Duration, longest: Duration, seed: u64, key: &str) -> Duration {
    if failures == 0 {
        return Duration::ZERO;
    }
    let doubled = 1_u32.checked_shl(failures - 1).map_or(longest, |factor| base.saturating_mul(factor));
    let whole = doubled.min(longest);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes()).update(&failures.to_le_bytes()).update(key.as_bytes());
    let lot = u64::from(hasher.finalize().as_bytes()[0]);
    let millis = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(millis - millis / 1020 * lot)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn waits_grow_to_their_bound_and_differ_by_key() {
        let week = HOUR * 24 * 7;
        assert_eq!(wait(0, HOUR, week, 1, "a"), Duration::ZERO);
        for failures in [1, 2, 5, 31, 32, 33, 64, u32::MAX] {
            let wait = wait(failures, HOUR, week, 1, "a");
            let whole = HOUR.saturating_mul(1_u32.checked_shl(failures - 1).unwrap_or(u32::MAX)).min(week);
            assert!(wait <= whole && wait >= whole / 4 * 3, "{failures}: {wait:?}");
        }
        assert!(wait(u32::MAX, Duration::MAX, Duration::MAX, 1, "a") > week);
        assert_eq!(wait(3, HOUR, week, 1, "a"), wait(3, HOUR, week, 1, "a"));
        let spread: std::collections::BTreeSet<_> =
            (0..20).map(|n| wait(3, HOUR, week, 1, &n.to_string())).collect();
        assert!(spread.len() > 10, "jitter spreads");
    }
}
