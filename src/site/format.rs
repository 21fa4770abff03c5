//! Instants and numbers go in, the words in which an edition's language writes them come out. Plain forms, UTC, no
//! clock: scripts turn them into the reader's zone, the page alone is right without.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::model::moment::Moment;
use crate::site::i18n::Words;

/// A point in time as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct When {
    /// For `datetime`: RFC 3339, or the bare day.
    pub(crate) iso: String,
    /// `22 Apr 2026, 03:36 UTC`.
    pub(crate) text: String,
    /// `03:36`; empty where only the day is known.
    pub(crate) time: String,
    /// `22 Apr 2026`.
    pub(crate) day: String,
}

/// A stated moment.
pub(crate) fn moment(words: &Words, moment: &Moment) -> When {
    if moment.day_only {
        let day = date(words, moment.date());
        return When { iso: moment.date().to_string(), text: day.clone(), time: String::new(), day };
    }
    instant(words, moment.at)
}

/// An instant.
pub(crate) fn instant(words: &Words, at: Timestamp) -> When {
    let civil = at.to_zoned(TimeZone::UTC).datetime();
    let day = date(words, civil.date());
    let time = format!("{:02}:{:02}", civil.hour(), civil.minute());
    let iso = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second()
    );
    let comma = if words.is_cjk() { "" } else { "," };
    When { iso, text: format!("{day}{comma} {time} UTC"), time, day }
}

/// The UTC day of an instant.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// `22 Apr 2026` in the edition's language.
pub(crate) fn date(words: &Words, date: Date) -> String {
    words
        .get("date")
        .replace("{d}", &date.day().to_string())
        .replace("{m}", &date.month().to_string())
        .replace("{month}", month(words, date.month()))
        .replace("{y}", &date.year().to_string())
}

/// `April 2026`.
pub(crate) fn month_year(words: &Words, date: Date) -> String {
    words
        .get("month_year")
        .replace("{m}", &date.month().to_string())
        .replace("{month}", month(words, date.month()))
        .replace("{y}", &date.year().to_string())
}

fn month(words: &Words, number: i8) -> &'static str {
    let at = usize::try_from(number - 1).unwrap_or(0);
    words.get("months").split(' ').nth(at).unwrap_or("")
}

/// `7,596` as the language groups digits.
pub(crate) fn number(words: &Words, n: u64) -> String {
    let digits = n.to_string();
    let separator = words.get("thousands");
    // French, Russian, Spanish and German readers leave four digits ungrouped or not; three is the safe rule.
    let mut out = String::with_capacity(digits.len() + 4);
    for (at, c) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(c);
    }
    out
}

/// `1.4 s`, `230 ms`, `2 min`.
pub(crate) fn duration(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..120_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} min", ms / 60_000),
    }
}

/// Millionths of a currency as an amount.
pub(crate) fn money(micros: u64) -> String {
    format!("{}.{:04}", micros / 1_000_000, micros % 1_000_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_read_as_their_language_writes_them() {
        let at: Timestamp = "2026-04-22T03:36:30Z".parse().unwrap();
        for (tag, text, n) in [
            ("en", "22 Apr 2026, 03:36 UTC", "7,596"),
            ("zh-Hant", "2026年4月22日 03:36 UTC", "7,596"),
            ("de", "22. April 2026, 03:36 UTC", "7.596"),
            ("ru", "22 апр. 2026, 03:36 UTC", "7\u{a0}596"),
        ] {
            let words = Words::of(&crate::model::lang::Lang::parse(tag).unwrap());
            assert_eq!(instant(words, at).text, text);
            assert_eq!(number(words, 7596), n);
        }
        assert_eq!(duration(1_450), "1.4 s");
        assert_eq!(money(1_234_500), "1.2345");
    }
}
