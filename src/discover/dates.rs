//! A date in any of the spellings that feeds use goes in, a [`Moment`] comes out. Read in this order: seconds since
//! 1970, year first (ISO 8601, RFC 3339, W3C, East Asian), then word by word (RFC 822, asctime, names of months in
//! many languages, a.m. and p.m.). Years outside 1970 to 2100 are nobody's publication date and are refused.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::model::moment::Moment;

mod months;
mod worded;
mod zone;

use self::worded::worded;
use self::zone::zone;

/// Longest text looked at, in bytes; no date is longer.
const MAX_DATE: usize = 120;

/// Reads a date. Nothing where the text is none, or names a year that cannot be meant.
pub fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_DATE {
        return None;
    }
    let moment = digits(text).or_else(|| year_first(text)).or_else(|| worded(text))?;
    (1970..=2100).contains(&moment.date().year()).then_some(moment)
}

/// Seconds or milliseconds since 1970 (a number of an API), or digits alone: `20260422`, `20260422113630`.
fn digits(text: &str) -> Option<Moment> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i16>().ok());
    match text.len() {
        9 | 10 => Timestamp::from_second(text.parse().ok()?).ok().map(Moment::utc),
        13 => Timestamp::from_millisecond(text.parse().ok()?).ok().map(Moment::utc),
        4 => built(part(0, 4)?, 1, 1, None, None),
        8 => built(part(0, 4)?, part(4, 6)?, part(6, 8)?, None, None),
        12 | 14 => {
            let seconds = if text.len() == 14 { part(12, 14)? } else { 0 };
            let clock = Clock { hour: part(8, 10)?, minute: part(10, 12)?, second: seconds };
            built(part(0, 4)?, part(4, 6)?, part(6, 8)?, Some(clock), None)
        }
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Clock {
    hour: i16,
    minute: i16,
    second: i16,
}

/// Puts the parts together; 24:00 and leap seconds are forgiven.
fn built(year: i16, month: i16, day: i16, clock: Option<Clock>, offset: Option<i32>) -> Option<Moment> {
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let Some(clock) = clock else { return Moment::day(date) };
    let (date, hour) = if clock.hour == 24 { (date.tomorrow().ok()?, 0) } else { (date, clock.hour) };
    let second = clock.second.min(59);
    let time =
        Time::new(i8::try_from(hour).ok()?, i8::try_from(clock.minute).ok()?, i8::try_from(second).ok()?, 0)
            .ok()?;
    let zone = Offset::from_seconds(offset.unwrap_or(0)).ok()?;
    let at = zone.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    Some(Moment { at, offset, day_only: false })
}

/// `2026-04-22T11:36:30.5+08:00`, `2026/4/22 11:36`, `2026-04`, `2026-112` (day of the year), `2026年4月22日 11:36`.
fn year_first(text: &str) -> Option<Moment> {
    let year = text.get(..4)?.parse::<i16>().ok()?;
    let rest = text.get(4..)?;
    let mut chars = rest.chars();
    let rest = match chars.next()? {
        '-' | '/' | '.' | '年' | '년' => chars.as_str().trim_start(),
        _ => return None,
    };
    let (month, wide, rest) = number(rest)?;
    if wide == 3 {
        let days = jiff::Span::new().try_days(i64::from(month) - 1).ok()?;
        let date = Date::new(year, 1, 1).ok()?.checked_add(days).ok()?;
        return timed(year, i16::from(date.month()), i16::from(date.day()), rest);
    }
    if wide == 4 {
        return timed(year, month / 100, month % 100, rest);
    }
    let rest = rest.trim_start_matches(['-', '/', '.', '月', '월', ' ']);
    match number(rest) {
        Some((day, _, rest)) if !rest.starts_with(':') => timed(year, month, day, rest),
        _ => timed(year, month, 1, rest),
    }
}

/// The time of day behind a date.
fn timed(year: i16, month: i16, day: i16, rest: &str) -> Option<Moment> {
    let rest = rest.trim_start_matches(['日', '일', 'T', 't', ' ', ',', '-', '_']);
    match clock(rest) {
        Some((clock, rest)) => {
            let (clock, rest) = halved(clock, rest);
            built(year, month, day, Some(clock), zone(rest))
        }
        None => built(year, month, day, None, None),
    }
}

/// Leading digits (at most four): the number, how many there were, what follows.
fn number(text: &str) -> Option<(i16, usize, &str)> {
    let wide = text.bytes().take(5).take_while(u8::is_ascii_digit).count();
    if wide == 0 || wide > 4 {
        return None;
    }
    Some((text.get(..wide)?.parse().ok()?, wide, text.get(wide..)?))
}

/// `11:36`, `11:36:30`, `11:36:30.25`, `113630`, `11時36分`, `11h36`.
fn clock(text: &str) -> Option<(Clock, &str)> {
    let (hour, wide, rest) = number(text)?;
    if wide > 2 {
        return None;
    }
    let mut chars = rest.chars();
    if !matches!(chars.next()?, ':' | '時' | '时' | '시' | 'h' | '.') {
        return None;
    }
    let (minute, wide, mut rest) = number(chars.as_str().trim_start())?;
    if wide > 2 {
        return None;
    }
    let mut found = Clock { hour, minute, second: 0 };
    rest = rest.strip_prefix(['分', '분']).unwrap_or(rest);
    if let Some((second, _, behind)) = rest.strip_prefix(':').and_then(number) {
        found.second = second;
        rest = behind;
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let wide = fraction.bytes().take_while(u8::is_ascii_digit).count();
            rest = fraction.get(wide..)?;
        }
    }
    Some((found, rest))
}

/// Applies a.m. and p.m. where the rest begins so.
fn halved(mut clock: Clock, rest: &str) -> (Clock, &str) {
    let rest = rest.trim_start();
    let lower = rest.to_ascii_lowercase();
    for (mark, noon) in [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)] {
        if lower.starts_with(mark) && !lower[mark.len()..].starts_with(|c: char| c.is_alphabetic()) {
            clock.hour = match (clock.hour, noon) {
                (12, false) => 0,
                (hour @ 1..=11, true) => hour + 12,
                (hour, _) => hour,
            };
            return (clock, rest.get(mark.len()..).unwrap_or_default());
        }
    }
    (clock, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        parse(text).map_or_else(|| "-".to_owned(), |moment| moment.to_string())
    }

    #[test]
    fn dates_in_the_wild_are_read() {
        for (text, want) in [
            ("Sun, 28 Oct 2018 13:48:00 +0100", "2018-10-28T13:48:00+01:00"),
            ("Sun, 17 Dec 2017 1:55 PM EST", "2017-12-17T13:55:00-05:00"),
            ("Thu, 25 Feb 2016 00:00:00 Europe/Brussels", "2016-02-25T00:00:00Z"),
            ("Mon, 09 Apr 2018, 16:04", "2018-04-09T16:04:00Z"),
            ("Do, 29 Mär 2018 00:00:00 +0200", "2018-03-29T00:00:00+02:00"),
            ("mer, 9 avr 2018 00:00:00 +0200", "2018-04-09T00:00:00+02:00"),
            ("1520932969", "2018-03-13T09:22:49Z"),
            ("2020-11-08T16:20:00-05:00Z", "2020-11-08T16:20:00-05:00"),
            ("Nov. 16, 2020, 10:57 a.m.", "2020-11-16T10:57:00Z"),
            ("Friday 06 November 2020", "2020-11-06"),
            ("Mon, November 16, 2020, 11:12 PM EST", "2020-11-16T23:12:00-05:00"),
            ("Lundi, 16. Novembre 2020 - 15:54", "2020-11-16T15:54:00Z"),
            ("Thu Nov 12 2020 17:00:00 GMT+0000 (Coordinated Universal Time)", "2020-11-12T17:00:00Z"),
            ("Sat, 11 04 2020 08:51:49 +0100", "2020-04-11T08:51:49+01:00"),
            ("Mon, 16th Nov 2020 13:16:28 GMT", "2020-11-16T13:16:28Z"),
            ("Thu, 29 Oct 2020 07:36:03 GMT-07:00", "2020-10-29T07:36:03-07:00"),
            ("5 August, 2019", "2019-08-05"),
            ("Thu, June 22, 2023 at 01:11 PM EDT", "2023-06-22T13:11:00-04:00"),
            ("Sat, Oct 28 2023 08:28:28 PM", "2023-10-28T20:28:28Z"),
            ("Sun Jan  4 16:29:06 PST 2004", "2004-01-04T16:29:06-08:00"),
            ("2026年4月22日 11:36", "2026-04-22T11:36:00Z"),
            ("2026-4-2 9:05", "2026-04-02T09:05:00Z"),
            ("2026-04", "2026-04-01"),
            ("2026-112", "2026-04-22"),
            ("2026-04-22T11:36:30.123456789+0800", "2026-04-22T11:36:30+08:00"),
            ("22.04.2026 11:36 Uhr", "2026-04-22T11:36:00Z"),
            ("22 апреля 2026, 11:36", "2026-04-22T11:36:00Z"),
            ("Wed, 22 Apr 26 11:36:30 UT", "2026-04-22T11:36:30Z"),
            ("04/22/2026 11:36 PM", "2026-04-22T23:36:00Z"),
            ("22/04/2026", "2026-04-22"),
            ("2026-04-22T24:00:00Z", "2026-04-23T00:00:00Z"),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for text in [
            "",
            "yesterday",
            "0001-01-01T00:00:00Z",
            "99999-01-01",
            "Mon, 01 Jan 0001",
            "2026-13-01",
            "1901-01-01",
        ] {
            assert_eq!(read(text), "-", "{text}");
        }
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn the_shared_dates_are_read() {
        let Some(data) = std::env::var_os("NEWSMILL_DATA") else {
            eprintln!("skipped: NEWSMILL_DATA is not set");
            return;
        };
        let path = std::path::Path::new(&data).join("feeds/dev/dates.jsonl");
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = row["date"].as_str().unwrap();
            let moment = parse(text);
            assert!(moment.is_some() || row["valid"] == false, "{text}");
            if let Some(unix) = row["unix"].as_i64() {
                assert_eq!(moment.unwrap().at.as_second(), unix, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn near_dates_are_read_or_refused(text in "[0-9TZ:+./, -]{0,30}(Jan|May|PM|GMT)?[0-9: +-]{0,12}") {
            let _ = parse(&text);
        }
    }
}
