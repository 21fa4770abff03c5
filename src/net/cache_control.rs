//! Response headers go in, how long the answer may be taken as current comes out (RFC 9111, 4.2).

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;

use crate::net::http_date;

/// Longest freshness believed.
pub const LONGEST: Duration = Duration::from_hours(30 * 24);

/// Freshness that is left: max-age, or else Expires less Date (less `now` where there is no Date), minus Age. `None`
/// where nothing is stated; zero for `no-cache`, `no-store` and an Expires that cannot be read (RFC 9111, 5.3).
/// `s-maxage` speaks to shared caches, which this is not.
pub fn fresh_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let mut max_age = None;
    for directive in values(headers, "cache-control").flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => return Some(Duration::ZERO),
            "max-age" => max_age = max_age.or_else(|| seconds(value)),
            _ => {}
        }
    }
    let stated = max_age.or_else(|| expires(headers, now))?;
    let age = values(headers, "age").next().and_then(seconds).unwrap_or_default();
    Some(stated.saturating_sub(age).min(LONGEST))
}

fn expires(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let stated = values(headers, "expires").next()?;
    let Some(expires) = http_date::parse(stated) else { return Some(Duration::ZERO) };
    let date = values(headers, "date").next().and_then(http_date::parse).unwrap_or(now);
    Some(Duration::try_from(expires.duration_since(date)).unwrap_or_default())
}

fn seconds(text: &str) -> Option<Duration> {
    let digits = text.trim().trim_matches('"');
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(headers: &[(&'static str, &str)]) -> Option<u64> {
        let map = headers
            .iter()
            .map(|(name, value)| ((*name).try_into().unwrap(), value.parse().unwrap()))
            .collect();
        fresh_for(&map, "2026-04-22T10:00:00Z".parse().unwrap()).map(|left| left.as_secs())
    }

    #[test]
    fn what_is_stated_is_believed_within_bounds() {
        assert_eq!(fresh(&[]), None);
        assert_eq!(fresh(&[("cache-control", "public")]), None);
        assert_eq!(fresh(&[("cache-control", "public, Max-Age=600")]), Some(600));
        assert_eq!(fresh(&[("cache-control", "max-age=\"600\""), ("age", "100")]), Some(500));
        assert_eq!(fresh(&[("cache-control", "max-age=60"), ("age", "99999999999999999999")]), Some(0));
        assert_eq!(fresh(&[("cache-control", "max-age=99999999999999999999")]), Some(LONGEST.as_secs()));
        assert_eq!(fresh(&[("cache-control", "max-age=-1")]), None);
        assert_eq!(fresh(&[("cache-control", "max-age=600"), ("cache-control", "no-cache")]), Some(0));
        assert_eq!(
            fresh(&[("cache-control", "s-maxage=9"), ("expires", "Wed, 22 Apr 2026 10:01:00 GMT")]),
            Some(60)
        );
        let dated = [("expires", "Wed, 22 Apr 2026 10:01:00 GMT"), ("date", "Wed, 22 Apr 2026 09:59:00 GMT")];
        assert_eq!(fresh(&dated), Some(120));
        assert_eq!(fresh(&[("expires", "0")]), Some(0));
        assert_eq!(fresh(&[("expires", "Wed, 22 Apr 2020 10:01:00 GMT")]), Some(0));
    }
}
