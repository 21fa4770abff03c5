//! Heat: which houses reported when goes in, how hot the event is now comes out.

use std::collections::HashMap;

use jiff::Timestamp;

/// Hours in which a report loses half its heat.
const HALF_LIFE: f64 = 12.0;

/// The heat of an event at `now`: every publisher counts once, by its latest report, and cools with a half-life of
/// twelve hours. Ten reports of one house are no hotter than one; a report from the future counts as from now.
pub fn heat(publisher: &[&str], times: &[Timestamp], now: Timestamp) -> f32 {
    let mut latest: HashMap<&str, i64> = HashMap::new();
    for (publisher, at) in publisher.iter().zip(times) {
        let at = at.as_second();
        latest.entry(publisher).and_modify(|known| *known = at.max(*known)).or_insert(at);
    }
    let mut ages: Vec<i64> = latest.into_values().map(|at| (now.as_second() - at).max(0)).collect();
    ages.sort_unstable();
    ages.into_iter().map(|age| 0.5_f64.powf(age as f64 / 3600.0 / HALF_LIFE)).sum::<f64>() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn houses_count_not_articles() {
        let now: Timestamp = "2026-05-02T12:00:00Z".parse().unwrap();
        let old: Timestamp = "2026-05-02T00:00:00Z".parse().unwrap();
        assert!((heat(&["a", "a", "a"], &[now, now, old], now) - 1.0).abs() < 1e-6);
        assert!((heat(&["a", "b"], &[now, old], now) - 1.5).abs() < 1e-6);
        assert!((heat(&[], &[], now) - 0.0).abs() < 1e-6);
    }
}
