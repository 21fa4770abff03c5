//! A Retry-After header goes in (RFC 9110, 10.2.3: seconds or a date), how long to wait comes out.

use std::time::Duration;

use jiff::Timestamp;

use crate::net::http_date;

/// Longest wait believed: a host that asks for a century is asked again next week.
pub const LONGEST: Duration = Duration::from_hours(7 * 24);

/// Reads the header's bytes; `None` for garbage. Seconds of any number of digits are survived, a date gone by is
/// zero, and nothing is longer than [`LONGEST`].
pub fn parse(value: &[u8], now: Timestamp) -> Option<Duration> {
    let text = str::from_utf8(value).ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits for a u64 is a very long time, not garbage.
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let wait = http_date::parse(text)?.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<u64> {
        let now = "2026-04-22T10:00:00Z".parse().unwrap();
        parse(text.as_bytes(), now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read_and_garbage_survived() {
        let week = LONGEST.as_secs();
        for (text, wait) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 3600 ", Some(3600)),
            ("99999999999999999999", Some(week)),
            ("18446744073709551616", Some(week)),
            ("604801", Some(week)),
            ("Wed, 22 Apr 2026 10:10:00 GMT", Some(600)),
            ("Wednesday, 22-Apr-26 10:10:00 GMT", Some(600)),
            ("Wed, 22 Apr 2020 10:10:00 GMT", Some(0)),
            ("Fri, 22 Apr 2126 10:10:00 GMT", Some(week)),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
            ("1e9", None),
            ("soon", None),
            ("٣", None),
        ] {
            assert_eq!(read(text), wait, "{text}");
        }
        assert_eq!(parse(&[0xff, 0xfe], Timestamp::UNIX_EPOCH), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_bounded(value in proptest::collection::vec(any::<u8>(), 0..60)) {
            prop_assert!(parse(&value, Timestamp::UNIX_EPOCH).is_none_or(|wait| wait <= LONGEST));
        }

        #[test]
        fn any_number_is_a_wait(digits in "[0-9]{1,40}") {
            prop_assert!(parse(digits.as_bytes(), Timestamp::UNIX_EPOCH).is_some());
        }
    }
}
