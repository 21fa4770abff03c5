//! A date as a publisher states it: an instant, with the zone it was told in and whether only the day is known.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// A stated point in time. Ordered by instant.
///
/// As text it is RFC 3339 with the stated offset (`2026-04-22T11:36:30+08:00`), or the bare day
/// (`2026-04-22`) where nothing finer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    /// The instant; midnight UTC of the stated day where only the day is known.
    pub at: Timestamp,
    /// Offset from UTC in seconds, as stated; `None` where the text named no zone (the instant is then taken as UTC).
    pub offset: Option<i32>,
    /// True where only the day is known.
    pub day_only: bool,
}

/// Why a string is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date: expected 2026-04-22 or 2026-04-22T11:36:30+08:00")]
pub struct MomentError(String);

impl Moment {
    /// An instant in UTC.
    pub fn utc(at: Timestamp) -> Self {
        Self { at, offset: Some(0), day_only: false }
    }

    /// A day of which nothing finer is known.
    pub fn day(date: Date) -> Option<Self> {
        let at = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Self { at, offset: None, day_only: true })
    }

    /// Reads the text form that [`Moment`] prints.
    pub fn parse(text: &str) -> Result<Self, MomentError> {
        let bad = || MomentError(text.chars().take(60).collect());
        if text.len() == 10 {
            return text.parse::<Date>().ok().and_then(Self::day).ok_or_else(bad);
        }
        let at: Timestamp = text.parse().map_err(|_| bad())?;
        let tail = text.get(text.len().saturating_sub(6)..).unwrap_or_default();
        let offset = if text.ends_with(['Z', 'z']) { Some(0) } else { offset_of(tail) };
        Ok(Self { at, offset, day_only: false })
    }

    /// The calendar day in the stated zone.
    pub fn date(&self) -> Date {
        self.zone().to_datetime(self.at).date()
    }

    fn zone(&self) -> Offset {
        Offset::from_seconds(self.offset.unwrap_or(0)).unwrap_or(Offset::UTC)
    }
}

fn offset_of(tail: &str) -> Option<i32> {
    let sign = match tail.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = tail[1..].split_once(':')?;
    Some(sign * (hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60))
}

impl TryFrom<String> for Moment {
    type Error = MomentError;
    fn try_from(text: String) -> Result<Self, MomentError> {
        Self::parse(&text)
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.day_only {
            return write!(f, "{}", self.date());
        }
        match self.offset {
            None | Some(0) => write!(f, "{}", self.at.strftime("%Y-%m-%dT%H:%M:%SZ")),
            Some(_) => write!(f, "{}", self.at.display_with_offset(self.zone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_they_were_stated() {
        for text in
            ["2026-04-22", "2026-04-22T03:36:30Z", "2026-04-22T11:36:30+08:00", "2026-04-21T22:00:00-05:30"]
        {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.to_string(), text);
            assert_eq!(moment.date().to_string(), &text[..10]);
        }
        assert_eq!(
            Moment::parse("2026-04-22T11:36:30+08:00").unwrap().at,
            Moment::parse("2026-04-22T03:36:30Z").unwrap().at
        );
        for bad in ["", "yesterday", "2026-13-01", "2026-04-22 10"] {
            assert!(Moment::parse(bad).is_err(), "{bad}");
        }
    }
}
