//! A date in words goes in (`Wed, 22 Apr 2026 11:36 PM EST`, `22. April 2026`), a [`Moment`] comes out, whatever the
//! order of its parts.

use crate::discover::dates::zone::{offset, zone};
use crate::discover::dates::{Clock, built, clock, halved, months, number};
use crate::model::moment::Moment;

/// Everything else, word by word.
pub(super) fn worded(text: &str) -> Option<Moment> {
    let mut found = Worded::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = if c.is_ascii_digit() {
            found.number(rest)?
        } else if c.is_alphabetic() {
            found.word(rest)
        } else if matches!(c, '+' | '-') && found.clock.is_some() && found.offset.is_none() {
            found.offset = offset(rest);
            rest.get(1..)?.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':')
        } else {
            rest.get(c.len_utf8()..)?
        };
    }
    found.moment()
}

#[derive(Default)]
struct Worded {
    month: Option<i16>,
    numbers: Vec<(i16, usize)>,
    separator: Option<char>,
    clock: Option<Clock>,
    offset: Option<i32>,
}

impl Worded {
    /// Takes a number or a time of day from the start of `rest` and returns what follows.
    fn number<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        if self.clock.is_none()
            && let Some((clock, behind)) = clock(rest)
            && !self.is_date(rest)
        {
            let (clock, behind) = halved(clock, behind);
            self.clock = Some(clock);
            return Some(behind);
        }
        let (value, wide, behind) = number(rest)?;
        if self.numbers.len() < 4 {
            self.numbers.push((value, wide));
        }
        if self.separator.is_none() {
            self.separator = behind.chars().next().filter(|c| matches!(c, '/' | '.' | '-'));
        }
        // 1st, 2nd, 23rd, 16th
        let lower: String = behind.chars().take(2).collect::<String>().to_ascii_lowercase();
        Some(if ["st", "nd", "rd", "th"].contains(&lower.as_str()) { behind.get(2..)? } else { behind })
    }

    /// True where `22.04` begins a date rather than a time: a dot, and no day yet.
    fn is_date(&self, rest: &str) -> bool {
        rest.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.')
            && self.numbers.len() + usize::from(self.month.is_some()) < 3
    }

    /// Takes a word: a month, a zone, or something that tells nothing (a weekday, `at`, `Uhr`).
    fn word<'a>(&mut self, rest: &'a str) -> &'a str {
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if self.month.is_none()
            && let Some(month) = months::month(word)
        {
            self.month = Some(month);
        } else if self.offset.is_none() && self.clock.is_some() {
            self.offset = zone(rest);
            if self.offset.is_some()
                && matches!(word.to_ascii_uppercase().as_str(), "GMT" | "UTC" | "UT" | "Z")
            {
                return behind
                    .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ':'));
            }
        }
        behind
    }

    fn moment(&self) -> Option<Moment> {
        let (year, month, day) = match (self.month, self.numbers.as_slice()) {
            (Some(month), [(day, _), (year, 4), ..] | [(year, 4), (day, _), ..]) => (*year, month, *day),
            (Some(month), [(day, _), (year, 2), ..]) => (century(*year), month, *day),
            (Some(month), [(year, 4)]) => (*year, month, 1),
            (None, [(year, 4), (month, _), (day, _), ..]) => (*year, *month, *day),
            (None, [(a, _), (b, _), (year, wide), ..]) => {
                let year = if *wide == 4 { *year } else { century(*year) };
                // Ambiguous by nature: a slash without anything against it is American, all else day first.
                let month_first = *b > 12 || (self.separator == Some('/') && *a <= 12);
                if month_first { (year, *a, *b) } else { (year, *b, *a) }
            }
            _ => return None,
        };
        built(year, month, day, self.clock, self.clock.and(self.offset))
    }
}

fn century(year: i16) -> i16 {
    match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        year => year,
    }
}
