//! A date as people or machines write it goes in, a moment comes out: ISO 8601, RFC 2822, numbers with points, slashes
//! or CJK signs, and month names of two dozen languages.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::model::moment::Moment;
use crate::text::calendar::month;

/// How days and months in numbers are ordered where that is not plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// 31/12/2019
    DayFirst,
    /// 12/31/2019
    MonthFirst,
}

/// Longest text looked at, in bytes.
const LONGEST: usize = 400;

/// A piece of a text: a number with its digits, a word, or a sign.
#[derive(Debug, Clone, Copy)]
enum Token<'a> {
    Number(u32, usize),
    Word(&'a str),
    Sign(char),
}

/// The first date in `text`, with its time and zone where they follow.
pub(crate) fn parse(text: &str, order: Order) -> Option<Moment> {
    let text = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text);
    let tokens = tokens(text);
    for start in 0..tokens.len() {
        let rest = tokens.get(start..).unwrap_or_default();
        if let Some((date, used)) = date_at(rest, order) {
            let after = rest.get(used..).unwrap_or_default();
            return with_time(date, after).or_else(|| Moment::day(date));
        }
    }
    None
}

/// Cuts a text into tokens, each with its place left out: only their order matters.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (token, used) = if c.is_ascii_digit() {
            let used = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let digits = rest.get(..used).unwrap_or_default();
            match digits.parse() {
                Ok(number) => (Some(Token::Number(number, used)), used),
                Err(_) => (Some(Token::Sign('#')), used),
            }
        } else if c.is_alphabetic() && !is_date_sign(c) {
            let used = rest.find(|c: char| !is_word(c) || is_date_sign(c)).unwrap_or(rest.len());
            (Some(Token::Word(rest.get(..used).unwrap_or_default())), used)
        } else if c.is_whitespace() {
            (None, c.len_utf8())
        } else {
            (Some(Token::Sign(c)), c.len_utf8())
        };
        out.extend(token);
        rest = rest.get(used.max(1)..).unwrap_or_default();
        if out.len() > 120 {
            break;
        }
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}')
}

fn is_date_sign(c: char) -> bool {
    matches!(c, '年' | '月' | '日' | '년' | '월' | '일')
}

/// A date at the start of `tokens`, and how many of them it takes.
fn date_at(tokens: &[Token<'_>], order: Order) -> Option<(Date, usize)> {
    use Token::{Number, Sign, Word};
    match *tokens {
        // 2019年11月18日, 2019년 11월 18일
        [Number(y, 4), Sign('年' | '년'), Number(m, _), Sign('月' | '월'), Number(d, _), ..] => {
            date(y, m, d).map(|date| (date, 5))
        }
        // 2019-11-18, 2019/11/18, 2019.11.18
        [
            Number(y, 4),
            Sign(first @ ('-' | '/' | '.' | '_')),
            Number(m, 1 | 2),
            Sign(second),
            Number(d, 1 | 2),
            ..,
        ] if first == second => date(y, m, d).map(|date| (date, 5)),
        // 20191118, 20191118T102030
        [Number(n, 8), ..] => date(n / 10_000, n / 100 % 100, n % 100).map(|date| (date, 1)),
        // 18.11.2019, 18/11/2019, 18-11-2019, 18. 11. 2019
        [
            Number(a, 1 | 2),
            Sign(sign @ ('.' | '/' | '-')),
            Number(b, 1 | 2),
            Sign(again),
            Number(y, 4),
            ..,
        ] if sign == again => numbers(a, b, y, sign, order).map(|date| (date, 5)),
        // 18.11.19
        [
            Number(a, 2),
            Sign(sign @ ('.' | '/')),
            Number(b, 2),
            Sign(again),
            Number(y @ 0..=39, 2),
            ref rest @ ..,
        ] if sign == again && !matches!(rest.first(), Some(Sign(':'))) => {
            numbers(a, b, 2000 + y, sign, order).map(|date| (date, 5))
        }
        // November 18, 2019; Nov. 18th 2019; November 18. 2019
        [Word(name), Number(d, 1 | 2), ref rest @ ..] if month(name).is_some() => {
            let (y, used) = year(rest)?;
            date(y, month(name)?, d).map(|date| (date, 2 + used))
        }
        [Word(name), Sign('.'), Number(d, 1 | 2), ref rest @ ..] if month(name).is_some() => {
            let (y, used) = year(rest)?;
            date(y, month(name)?, d).map(|date| (date, 3 + used))
        }
        // 2019 November 18; 2019. november 18.
        [Number(y, 4), Word(name), Number(d, 1 | 2), ..] if month(name).is_some() => {
            date(y, month(name)?, d).map(|date| (date, 3))
        }
        [Number(y, 4), Sign('.' | '-'), Word(name), Number(d, 1 | 2), ..] if month(name).is_some() => {
            date(y, month(name)?, d).map(|date| (date, 4))
        }
        // 18 November 2019, 18. November 2019, 18 de noviembre de 2019, 18th of November 2019, 18-Nov-2019
        [Number(d, 1 | 2), ref rest @ ..] => {
            let (name, skipped) = named(rest)?;
            let (y, used) = year(rest.get(skipped..)?)?;
            date(y, name, d).map(|date| (date, 1 + skipped + used))
        }
        _ => None,
    }
}

/// A month's name within the next few tokens, over ordinal endings and articles.
fn named(tokens: &[Token<'_>]) -> Option<(u32, usize)> {
    for (n, token) in tokens.iter().enumerate().take(4) {
        match token {
            Token::Word(word) => {
                if let Some(month) = month(word) {
                    return Some((month, n + 1));
                }
                // tháng 11 năm 2019
                if word.eq_ignore_ascii_case("tháng")
                    && let Some(Token::Number(m @ 1..=12, _)) = tokens.get(n + 1)
                {
                    return Some((*m, n + 2));
                }
                if !matches!(
                    word.to_lowercase().as_str(),
                    "st" | "nd" | "rd" | "th" | "de" | "of" | "er" | "di" | "ος" | "ª" | "º" | "a" | "e"
                ) {
                    return None;
                }
            }
            Token::Sign('.' | '-' | '/' | 'º' | '°' | 'ª') => {}
            _ => return None,
        }
    }
    None
}

/// A year within the next few tokens.
fn year(tokens: &[Token<'_>]) -> Option<(u32, usize)> {
    for (n, token) in tokens.iter().enumerate().take(4) {
        match token {
            Token::Number(y @ 1990..=2100, 4) => return Some((*y, n + 1)),
            Token::Word(word) => {
                if !matches!(
                    word.to_lowercase().as_str(),
                    "st" | "nd" | "rd" | "th" | "de" | "del" | "năm" | "of" | "в" | "г" | "р"
                ) {
                    return None;
                }
            }
            Token::Sign(',' | '.' | '-' | '/' | '،' | '\'') => {}
            Token::Number(..) | Token::Sign(_) => return None,
        }
    }
    None
}

fn numbers(a: u32, b: u32, y: u32, sign: char, order: Order) -> Option<Date> {
    let month_first = order == Order::MonthFirst && sign != '.';
    if a > 12 || (b <= 12 && !month_first) { date(y, b, a) } else { date(y, a, b) }
}

fn date(y: u32, m: u32, d: u32) -> Option<Date> {
    if !(1990..=2100).contains(&y) {
        return None;
    }
    Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
}

/// `date` with the time of day that stands in the first tokens after it, and the zone after that.
fn with_time(date: Date, tokens: &[Token<'_>]) -> Option<Moment> {
    let at = (0..tokens.len().min(8)).find(|n| {
        matches!(
            tokens.get(*n..),
            Some([Token::Number(0..=23, 1 | 2), Token::Sign(':'), Token::Number(0..=59, 2), ..])
        )
    })?;
    let (Some(Token::Number(hour, _)), Some(Token::Number(minute, _))) = (tokens.get(at), tokens.get(at + 2))
    else {
        return None;
    };
    let (mut hour, mut next) = (*hour, at + 3);
    let mut second = 0;
    if let Some([Token::Sign(':'), Token::Number(s @ 0..=59, 2), ..]) = tokens.get(next..) {
        second = *s;
        next += 2;
    }
    if let Some([Token::Sign('.' | ','), Token::Number(..), ..]) = tokens.get(next..) {
        next += 2;
    }
    if let Some(Token::Word(word)) = tokens.get(next) {
        let half = word.to_ascii_lowercase();
        if half == "pm" || half == "p" {
            hour = if hour < 12 { hour + 12 } else { hour };
            next += 1;
        } else if half == "am" || half == "a" {
            hour %= 12;
            next += 1;
        }
    }
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute.to_owned()).ok()?,
        i8::try_from(second).ok()?,
        0,
    )
    .ok()?;
    let offset = zone(tokens.get(next..).unwrap_or_default());
    let local = DateTime::from_parts(date, time);
    let at = Offset::from_seconds(offset.unwrap_or(0)).ok()?.to_timestamp(local).ok()?;
    Some(Moment { at, offset, day_only: false })
}

/// An offset from UTC in seconds at the start of `tokens`.
fn zone(tokens: &[Token<'_>]) -> Option<i32> {
    let (sign, rest) = match tokens {
        [Token::Word("Z" | "z" | "UTC" | "GMT" | "UT"), Token::Sign(sign @ ('+' | '-')), rest @ ..]
        | [Token::Sign(sign @ ('+' | '-')), rest @ ..] => (if *sign == '-' { -1 } else { 1 }, rest),
        [Token::Word("Z" | "z" | "UTC" | "GMT" | "UT"), ..] => return Some(0),
        [Token::Word("EST"), ..] => return Some(-5 * 3600),
        [Token::Word("EDT"), ..] => return Some(-4 * 3600),
        [Token::Word("CST"), ..] => return Some(-6 * 3600),
        [Token::Word("PST"), ..] => return Some(-8 * 3600),
        [Token::Word("PDT"), ..] => return Some(-7 * 3600),
        [Token::Word("CET" | "MEZ"), ..] => return Some(3600),
        [Token::Word("CEST" | "MESZ" | "EET"), ..] => return Some(2 * 3600),
        [Token::Word("JST" | "KST"), ..] => return Some(9 * 3600),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [Token::Number(h, 1 | 2), Token::Sign(':'), Token::Number(m, 2), ..] => (*h, *m),
        [Token::Number(n, 4), ..] => (n / 100, n % 100),
        [Token::Number(h, 1 | 2), ..] => (*h, 0),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then(|| sign * i32::try_from(hours * 3600 + minutes * 60).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_as_people_and_machines_write_them() {
        for (text, moment) in [
            ("2019-11-18T10:20:30+0100", "2019-11-18T10:20:30+01:00"),
            ("2019-11-18T10:20:30.123Z", "2019-11-18T10:20:30Z"),
            ("2019-11-18 10:20", "2019-11-18T10:20:00Z"),
            ("Mon, 18 Nov 2019 10:20:30 GMT", "2019-11-18T10:20:30Z"),
            ("Published: November 18th, 2019", "2019-11-18"),
            ("Nov. 18, 2019 at 3:05 PM EST", "2019-11-18T15:05:00-05:00"),
            ("Montag, 18. November 2019", "2019-11-18"),
            ("18.11.2019, 08:30 Uhr", "2019-11-18T08:30:00Z"),
            ("lundi 18 novembre 2019", "2019-11-18"),
            ("18 de noviembre de 2019", "2019-11-18"),
            ("1º de março de 2020", "2020-03-01"),
            ("18 listopada 2019", "2019-11-18"),
            ("18 ноября 2019 г.", "2019-11-18"),
            ("18 Νοεμβρίου 2019", "2019-11-18"),
            ("2019年11月18日 10:20", "2019-11-18T10:20:00Z"),
            ("2019년 11월 18일", "2019-11-18"),
            ("18 نوفمبر 2019", "2019-11-18"),
            ("18 בנובמבר 2019", "2019-11-18"),
            ("2019. november 18.", "2019-11-18"),
            ("ngày 18 tháng 11 năm 2019", "2019-11-18"),
            ("20191118", "2019-11-18"),
        ] {
            assert_eq!(
                parse(text, Order::DayFirst).map(|m| m.to_string()).as_deref(),
                Some(moment),
                "{text}"
            );
        }
        assert_eq!(parse("04/05/2019", Order::MonthFirst).unwrap().to_string(), "2019-04-05");
        assert_eq!(parse("04/05/2019", Order::DayFirst).unwrap().to_string(), "2019-05-04");
        assert_eq!(parse("04/25/2019", Order::DayFirst).unwrap().to_string(), "2019-04-25");
        for none in ["", "Version 1.2.2019.4", "2019", "May", "99.99.9999", "a 12345678901234567890 b"] {
            assert_eq!(parse(none, Order::DayFirst).filter(|_| none != "Version 1.2.2019.4"), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,80}") {
            let _ = parse(&text, Order::MonthFirst);
        }
    }
}
