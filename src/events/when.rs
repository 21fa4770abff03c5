//! When things happened by a report's own words: its first sentences go in, the days, the days of the week and the
//! latest year that they name come out. Two happenings of one kind differ in little else (a quake of 2005 and one of
//! 2008, the Friday a man was arrested and the Sunday his team mate was).

use std::ops::Range;

use crate::text::calendar::{month, weekday};
use crate::text::tokens::{Kind, Token};

/// Days remembered of a document.
const DAYS: usize = 4;
/// Bytes of the text that are searched for days, and for days of the week and years: what comes later is background.
const DAY_BYTES: usize = 700;
const WEEKDAY_BYTES: usize = 900;
/// The year that the code 1 stands for.
const FIRST_YEAR: u32 = 1899;
/// Numbers of four digits that count as years of news: what lies far ahead is a goal.
const YEARS: Range<u32> = 1950..2050;

/// The days and days of the week that a document names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct When {
    /// Day of the year (1 to 366, nine bits), and above it the year since [`FIRST_YEAR`] or 0; 0 for none.
    days: [u32; DAYS],
    /// One bit a day of the week, Monday lowest.
    weekdays: u8,
    /// The latest year that it names, since [`FIRST_YEAR`]; 0 for none.
    year: u8,
}

/// Bytes of [`When::to_bytes`].
pub(super) const BYTES: usize = 4 * DAYS + 2;

impl When {
    /// Notes what `tokens` of a text name. A title comes first, then the text.
    pub(super) fn read(&mut self, tokens: &[Token<'_>]) {
        for (i, token) in tokens.iter().enumerate() {
            if token.start >= WEEKDAY_BYTES {
                break;
            }
            if let Some(year) = number(token, 4).filter(|year| YEARS.contains(year)) {
                self.year = self.year.max((year - FIRST_YEAR) as u8);
            }
            if token.kind == Kind::Word
                && let Some(day) = weekday(token.text)
            {
                self.weekdays |= 1 << day;
            }
            if let Kind::Han = token.kind
                && let Some(day) = han_weekday(token.text)
            {
                self.weekdays |= 1 << day;
            }
            if token.start < DAY_BYTES
                && let Some(day) = day_at(tokens, i)
                && let Some(slot) = self.days.iter_mut().find(|slot| **slot == 0 || **slot == day)
            {
                *slot = day;
            }
        }
    }

    /// Whether both name a day, and how well they agree: 1 for the same day or the next, 0.3 within four days,
    /// -1 for others; 0 where one of them names none.
    pub(super) fn days_agree(&self, other: &Self) -> f32 {
        let named = |when: &Self| when.days.into_iter().filter(|day| *day != 0);
        let mut best: Option<u32> = None;
        for a in named(self) {
            for b in named(other) {
                let apart = days_apart(a, b);
                best = Some(best.map_or(apart, |known| known.min(apart)));
            }
        }
        match best {
            None => 0.0,
            Some(0..=1) => 1.0,
            Some(2..=4) => 0.3,
            Some(_) => -1.0,
        }
    }

    /// 1 where both name the same day of the week, -1 where they name others, 0 where one names none.
    pub(super) fn weekdays_agree(&self, other: &Self) -> f32 {
        if self.weekdays == 0 || other.weekdays == 0 {
            0.0
        } else if self.weekdays & other.weekdays == 0 {
            -1.0
        } else {
            1.0
        }
    }

    /// Whether the latest years that both name agree: 1 for the same, 0 for the next or where one names none, down to -1 for
    /// those that lie three years apart. A report without a date tells by it when it was written, roughly.
    pub(super) fn years_agree(&self, other: &Self) -> f32 {
        if self.year == 0 || other.year == 0 {
            return 0.0;
        }
        match self.year.abs_diff(other.year) {
            0 => 1.0,
            1 => 0.0,
            2 => -0.5,
            _ => -1.0,
        }
    }

    pub(super) fn to_bytes(self) -> [u8; BYTES] {
        let mut out = [0; BYTES];
        for (chunk, day) in out.chunks_exact_mut(4).zip(self.days) {
            chunk.copy_from_slice(&day.to_le_bytes());
        }
        let [.., weekdays, year] = &mut out;
        (*weekdays, *year) = (self.weekdays, self.year);
        out
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (days, &[weekdays, year]) = bytes.split_last_chunk()?;
        let mut when = Self { weekdays, year, ..Self::default() };
        for (slot, chunk) in when.days.iter_mut().zip(days.chunks_exact(4)) {
            *slot = u32::from_le_bytes(chunk.try_into().ok()?);
        }
        Some(when)
    }
}

/// Days between two codes. Across a year's end, and across years where both name one.
fn days_apart(a: u32, b: u32) -> u32 {
    let (day_a, day_b) = (a & 511, b & 511);
    let (year_a, year_b) = (a >> 9, b >> 9);
    let plain = day_a.abs_diff(day_b);
    if year_a == 0 || year_b == 0 {
        return plain.min(365_u32.saturating_sub(plain));
    }
    (year_a * 365 + day_a).abs_diff(year_b * 365 + day_b)
}

/// The day that begins at token `i`: `November 11, 2011`, `11 November`, `2011-11-11`, `11月11日`.
fn day_at(tokens: &[Token<'_>], i: usize) -> Option<u32> {
    let token = tokens.get(i)?;
    let (second, third) = (tokens.get(i + 1)?, tokens.get(i + 2));
    let year =
        |token: Option<&Token<'_>>| token.and_then(|t| number(t, 4)).filter(|y| (1900..2100).contains(y));
    if !follows(token, second) {
        return None;
    }
    match (token.kind, second.kind) {
        (Kind::Word, Kind::Number | Kind::Word) => {
            let month = month(token.text)?;
            code(year(third), month, number(second, 2).or_else(|| ordinal(second))?)
        }
        (Kind::Number, Kind::Word) => {
            let day = number(token, 2)?;
            // "11 of November", "11 de noviembre".
            let joined = second.text.len() <= 2 && third.is_some();
            let named = if joined { third? } else { second };
            code(year(tokens.get(i + 2 + usize::from(joined))), month(named.text)?, day)
        }
        (Kind::Number, Kind::Number) => {
            let (year, month, day) = (year(Some(token))?, number(second, 2)?, number(third?, 2)?);
            code(Some(year), month, day)
        }
        (Kind::Number, Kind::Han | Kind::Dense) if second.text.starts_with(['月', '월']) => {
            let before = i.checked_sub(2).and_then(|at| tokens.get(at));
            let marked = i
                .checked_sub(1)
                .and_then(|at| tokens.get(at))
                .is_some_and(|t| t.text.ends_with(['年', '년']));
            code(year(before).filter(|_| marked), number(token, 2)?, number(third?, 2)?)
        }
        _ => None,
    }
}

/// True where little stands between two tokens: no sentence, no line.
fn follows(token: &Token<'_>, next: &Token<'_>) -> bool {
    next.start.saturating_sub(token.start + token.text.len()) <= 4
}

/// A number of at most `digits` digits.
fn number(token: &Token<'_>, digits: usize) -> Option<u32> {
    let plain = token.kind == Kind::Number && token.text.len() <= digits;
    plain.then(|| token.text.parse().ok()).flatten()
}

/// `11th` is one word.
fn ordinal(token: &Token<'_>) -> Option<u32> {
    let text = token.text;
    ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end)).and_then(|n| n.parse().ok())
}

/// The code of a day, where there is such a day.
fn code(year: Option<u32>, month: u32, day: u32) -> Option<u32> {
    const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = BEFORE.get(month.checked_sub(1)? as usize)?;
    let of_year = (1..=31).contains(&day).then_some(before + day)?;
    Some(year.map_or(0, |year| year - FIRST_YEAR) << 9 | of_year)
}

/// `周三`, `星期三`, `礼拜三`, in both writings.
fn han_weekday(text: &str) -> Option<u8> {
    let at = ["星期", "礼拜", "禮拜", "週", "周"]
        .iter()
        .find_map(|mark| text.find(mark).map(|at| at + mark.len()))?;
    match text.get(at..)?.chars().next()? {
        '一' => Some(0),
        '二' => Some(1),
        '三' => Some(2),
        '四' => Some(3),
        '五' => Some(4),
        '六' => Some(5),
        '日' | '天' => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::tokens;

    fn when(text: &str) -> When {
        let mut when = When::default();
        when.read(&tokens(text).collect::<Vec<_>>());
        when
    }

    #[test]
    fn days_are_read_as_reports_write_them() {
        let day = when("2011-11-11");
        for text in [
            "Last updated on: November 11, 2011 19:04",
            "Published on Fri, 11 Nov 2011",
            "el 11 de noviembre 2011",
            "am 11. November 2011",
            "2011年11月11日",
            "On November 12th the ship came", // a day later, no year
        ] {
            assert!((day.days_agree(&when(text)) - 1.0).abs() < 1e-6, "{text}: {:?}", when(text));
        }
        for text in ["11 November 2012", "on 18 September 2013", "1 January"] {
            assert!((day.days_agree(&when(text)) + 1.0).abs() < 1e-6, "{text}: {:?}", when(text));
        }
        for text in ["", "November was cold", "he may 99 times", "11 people"] {
            assert!(day.days_agree(&when(text)).abs() < 1e-6, "{text}");
        }
        assert!((when("31 December").days_agree(&when("1 January")) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_latest_year_of_the_first_sentences_counts() {
        let late = when("In 2008, as in 1999 and 10,000 years before, 2500 came; by 2080 all will.");
        assert_eq!(late.year, 109);
        for (text, agree) in [
            ("August 17, 2008", 1.0),
            ("in 2009", 0.0),
            ("since 2006", -0.5),
            ("2011年8月", -1.0),
            ("no year", 0.0),
        ] {
            assert!((late.years_agree(&when(text)) - agree).abs() < 1e-6, "{text}");
        }
        let behind = format!("{} 2008", "word ".repeat(300));
        assert_eq!(when(&behind).year, 0);
        assert_eq!(When::from_bytes(&late.to_bytes()), Some(late));
    }

    #[test]
    fn days_of_the_week_agree_or_not() {
        let (friday, also, sunday) = (when("arrested on Friday"), when("周五被捕"), when("on Sunday"));
        assert!(friday.weekdays_agree(&also) > 0.9 && friday.weekdays_agree(&sunday) < -0.9);
        assert!(friday.weekdays_agree(&when("he was arrested")).abs() < 1e-6);
        assert_eq!(When::from_bytes(&friday.to_bytes()), Some(friday));
    }
}
