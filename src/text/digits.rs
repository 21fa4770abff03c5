//! Characters go in, a run of digits with its separators comes out, and what it can mean by a language's habit:
//! `7.596,5` is one number, `22.04.2026` three.

use crate::model::lang::Lang;
use crate::text::decimal::Decimal;

/// How a language writes fractions where three digits after one separator leave both readings open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// `7.596` is seven and a half, `7,596` seven thousand.
    Point,
    /// The other way round.
    Comma,
    /// Both are met.
    Open,
}

fn habit(lang: Option<&Lang>) -> Habit {
    let Some(lang) = lang else { return Habit::Open };
    if lang.as_str().ends_with("-CH") || lang.as_str().ends_with("-LI") {
        return Habit::Open;
    }
    match lang.primary() {
        "en" | "zh" | "ja" | "ko" | "th" | "he" | "yue" | "ms" => Habit::Point,
        "de" | "fr" | "it" | "nl" | "ru" | "uk" | "pl" | "tr" | "id" | "vi" | "sv" | "da" | "nb" | "no"
        | "fi" | "cs" | "sk" | "hu" | "ro" | "bg" | "el" | "pt" => Habit::Comma,
        // Spanish differs by country, Arabic and Indian papers write both.
        _ => Habit::Open,
    }
}

/// Digits of any script as ASCII digits, full-width separators and signs as ASCII ones.
pub(crate) fn plain(c: char) -> char {
    const ZEROS: &[char] = &['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}'];
    for zero in ZEROS {
        if let Some(digit) = u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10) {
            return char::from_digit(digit, 10).unwrap_or(c);
        }
    }
    match c {
        '，' => ',',
        '．' => '.',
        '％' | '﹪' | '٪' => '%',
        '：' => ':',
        '’' | '‘' => '\'',
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => '\u{a0}',
        '\u{3000}' => ' ',
        c => c,
    }
}

/// Digits with single separators between them.
pub(crate) struct Run {
    groups: Vec<String>,
    pub(crate) separators: Vec<char>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Run {
    pub(crate) fn read(chars: &[char], start: usize, lang: Option<&Lang>) -> Self {
        let mut run = Self { groups: Vec::new(), separators: Vec::new(), start, end: start };
        let mut at = start;
        loop {
            let group: String = chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).collect();
            at += group.len();
            run.groups.push(group);
            run.end = at;
            let Some(separator) = chars.get(at).copied() else { break };
            if !chars.get(at + 1).is_some_and(char::is_ascii_digit) || !run.takes(separator, chars, at, lang)
            {
                break;
            }
            run.separators.push(separator);
            at += 1;
        }
        run
    }

    fn takes(&self, separator: char, chars: &[char], at: usize, lang: Option<&Lang>) -> bool {
        match separator {
            '.' | ',' | '\u{66b}' | '\u{66c}' => true,
            // A space or an apostrophe groups thousands or it separates two numbers.
            '\u{a0}' | '\'' => self.three_follow(chars, at),
            ' ' => habit(lang) != Habit::Point && self.three_follow(chars, at),
            _ => false,
        }
    }

    fn three_follow(&self, chars: &[char], at: usize) -> bool {
        let digits = chars.iter().skip(at + 1).take_while(|c| c.is_ascii_digit()).count();
        let first = self.groups.first().map_or(0, String::len);
        digits == 3 && first <= 3 && self.groups.iter().skip(1).all(|group| group.len() == 3)
    }

    pub(crate) fn digits(&self) -> String {
        self.groups.concat()
    }

    pub(crate) fn last(&self) -> i32 {
        self.groups.last().map_or(0, |group| i32::try_from(group.len()).unwrap_or(0))
    }

    /// True where the groups after the first `skip` ones have three digits each (or two each and three, as in India).
    fn grouped(&self, groups: usize) -> bool {
        let Some((first, rest)) = self.groups.get(..groups).and_then(<[String]>::split_first) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else { return false };
        let sizes = |n: usize| middle.iter().all(|group| group.len() == n);
        (1..=3).contains(&first.len()) && last.len() == 3 && (sizes(3) || (first.len() <= 2 && sizes(2)))
    }

    /// What the run as one number can mean; empty where it is several numbers (a date, a version).
    pub(crate) fn readings(&self, lang: Option<&Lang>) -> Vec<Decimal> {
        let whole = || Decimal::parse(&self.digits(), 0);
        let fraction = || Decimal::parse(&self.digits(), -self.last());
        let Some((last, others)) = self.separators.split_last() else { return whole().into_iter().collect() };
        let groups = self.groups.len();
        let readings = match others {
            [] => match last {
                '\u{a0}' | '\'' | ' ' | '\u{66c}' => [whole(), None],
                '\u{66b}' => [fraction(), None],
                _ if !self.grouped(groups)
                    || self.groups.first().is_some_and(|group| group.starts_with('0')) =>
                {
                    [fraction(), None]
                }
                '.' => match habit(lang) {
                    Habit::Point => [fraction(), None],
                    Habit::Comma => [whole(), None],
                    Habit::Open => [whole(), fraction()],
                },
                _ => match habit(lang) {
                    Habit::Point => [whole(), None],
                    Habit::Comma => [fraction(), None],
                    Habit::Open => [whole(), fraction()],
                },
            },
            [first, ..] if others.iter().all(|other| other == first) => {
                if first == last {
                    [whole().filter(|_| self.grouped(groups)), None]
                } else {
                    [fraction().filter(|_| groups == 2 || self.grouped(groups - 1)), None]
                }
            }
            _ => [None, None],
        };
        readings.into_iter().flatten().collect()
    }

    pub(crate) fn parts(&self) -> Vec<Decimal> {
        self.groups.iter().filter_map(|group| Decimal::parse(group, 0)).collect()
    }
}
