//! A text goes in, the numbers in it come out as exact decimals, whatever the digits, separators and counting units:
//! `7.596,5`, `7,596.5`, `75億3000萬`, `7.53 billion`, `12,5 Mrd.`, `١٬٢٣٤`. Two texts go in, what one lacks comes out.
//!
//! Exact, because a check that money depends on must not round; where a writing has two readings, both are kept.
//! 1. digits of any script become ASCII, runs of digits and separators become groups;
//! 2. groups become readings by the language's habit ([`digits`]); unit words and characters after them multiply ([`units`]);
//! 3. numbers written in words or in Han numerals are offered, never demanded ([`spelled`]).
//!
//! [`digits`]: crate::text::digits
//! [`units`]: crate::text::units
//! [`spelled`]: crate::text::spelled

use std::collections::BTreeSet;

use crate::model::lang::Lang;
use crate::text::decimal::Decimal;
use crate::text::digits::{Run, plain};
use crate::text::spelled;
use crate::text::units::{self, Unit};

/// One number as it stands in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// Its digits, separators and units as they stand.
    pub text: String,
    /// What it can mean; never empty.
    pub readings: Vec<Decimal>,
    /// The same digits read as several numbers (`12 500` as 12 and 500); empty where they cannot be.
    pub parts: Vec<Decimal>,
    /// True for a whole number up to twelve without unit, percent sign or currency: often written in words.
    pub small: bool,
    /// True where a percent sign follows.
    pub percent: bool,
    at: usize,
    end: usize,
    tens: Option<i32>,
}

/// Most numbers looked at in one text.
const MAX_AMOUNTS: usize = 5_000;

/// The numbers of `text`, in order. Times of day (`15:30`) are none: languages count hours differently.
pub fn amounts(text: &str, lang: Option<&Lang>) -> Vec<Amount> {
    let chars: Vec<char> = text.chars().map(plain).collect();
    let mut out: Vec<Amount> = Vec::new();
    let mut at = 0;
    while at < chars.len() && out.len() < MAX_AMOUNTS {
        if !chars.get(at).is_some_and(char::is_ascii_digit) {
            at += 1;
            continue;
        }
        let run = Run::read(&chars, at, lang);
        if let Some(end) = time_of_day(&chars, &run) {
            at = end;
            continue;
        }
        at = read_amounts(&chars, &run, lang, &mut out);
    }
    spread_over_ranges(&chars, &mut out);
    out
}

/// The numbers of `source` that `target` lacks, as they stand in `source`, each once. Small bare numbers are not looked
/// for: translations write them in words.
pub fn lost(source: &str, from: Option<&Lang>, target: &str, to: Option<&Lang>) -> Vec<String> {
    let wanted = amounts(source, from);
    if wanted.iter().all(|amount| amount.small) {
        return Vec::new();
    }
    let mut offered: BTreeSet<Decimal> = spelled::offered(target);
    for amount in amounts(target, to) {
        offered.extend(amount.readings);
        offered.extend(amount.parts);
    }
    let mut out: Vec<String> = Vec::new();
    for amount in wanted {
        let kept = amount.small
            || amount.readings.iter().any(|reading| offered.contains(reading))
            || (!amount.parts.is_empty() && amount.parts.iter().all(|part| offered.contains(part)));
        if !kept && !out.contains(&amount.text) {
            out.push(amount.text);
        }
    }
    out
}

/// Where a time of day that starts with `run` ends: `15:30`, `15:30:05`.
fn time_of_day(chars: &[char], run: &Run) -> Option<usize> {
    let pair = |at: usize| {
        chars.get(at) == Some(&':')
            && chars.get(at + 1).is_some_and(char::is_ascii_digit)
            && chars.get(at + 2).is_some_and(char::is_ascii_digit)
            && !chars.get(at + 3).is_some_and(char::is_ascii_digit)
    };
    if !run.separators.is_empty() || run.digits().len() > 2 || !pair(run.end) {
        return None;
    }
    let end = run.end + 3;
    Some(if pair(end) { end + 3 } else { end })
}

/// Reads the number that starts with `run`, with its units; several numbers where the run is none. Returns where it ends.
fn read_amounts(chars: &[char], run: &Run, lang: Option<&Lang>, out: &mut Vec<Amount>) -> usize {
    let mut readings = run.readings(lang);
    let bare = readings.clone();
    if readings.is_empty() {
        for part in run.parts() {
            let text = part.to_string();
            let small = part.is_small();
            out.push(Amount {
                text,
                readings: vec![part],
                parts: Vec::new(),
                small,
                percent: false,
                at: run.start,
                end: run.end,
                tens: None,
            });
        }
        return run.end;
    }
    let mut end = run.end;
    let mut tens = None;
    if let Some(Unit { exponents, certain, end: after }) = units::after(chars, run.end, lang) {
        readings =
            exponents.iter().flat_map(|n| bare.iter().map(|reading| reading.times_ten_to(*n))).collect();
        tens = exponents.first().copied();
        end = after;
        if let Some((sum, after)) = continued(chars, end, lang, &readings, tens) {
            readings = vec![sum];
            end = after;
        }
        if !certain {
            readings.extend(bare.iter().copied());
        }
    }
    let spaced = run.separators.contains(&' ') || (run.separators == [','] && run.last() != 3);
    let parts = if spaced && tens.is_none() { run.parts() } else { Vec::new() };
    let marked = tens.is_some() || has_sign(chars, run.start, end);
    let small = !marked && readings.iter().all(Decimal::is_small);
    let text: String = chars.iter().skip(run.start).take(end - run.start).collect();
    let text = text.trim().to_owned();
    let percent = chars.iter().skip(end).take(2).find(|c| !c.is_whitespace()) == Some(&'%');
    out.push(Amount { text, readings, parts, small, percent, at: run.start, end, tens });
    end
}

/// The rest of a number counted in falling units: `75億3000萬`, `1萬2000`, `75억 3000만`.
fn continued(
    chars: &[char],
    from: usize,
    lang: Option<&Lang>,
    readings: &[Decimal],
    tens: Option<i32>,
) -> Option<(Decimal, usize)> {
    let mut sum = *readings.first()?;
    let mut tens = tens?;
    let mut end = from;
    if !chars.get(from.checked_sub(1)?).copied().is_some_and(units::is_counting_char) {
        return None;
    }
    loop {
        let gap = usize::from(chars.get(end) == Some(&' '));
        let start = end + gap;
        if !chars.get(start).is_some_and(char::is_ascii_digit) {
            break;
        }
        let run = Run::read(chars, start, lang);
        let Some(value) = run.readings(lang).first().copied() else { break };
        let unit =
            units::after(chars, run.end, lang).filter(|unit| unit.certain || unit.exponents.len() == 1);
        let (power, after) =
            unit.map_or((0, run.end), |unit| (unit.exponents.first().copied().unwrap_or(0), unit.end));
        // After a space a bare number is another one; and units must fall.
        if power >= tens || (gap == 1 && power == 0) {
            break;
        }
        let Some(longer) = sum.plus(value.times_ten_to(power)) else { break };
        sum = longer;
        tens = power;
        end = after;
        if power == 0 {
            break;
        }
    }
    (end > from).then_some((sum, end))
}

/// A percent sign after it or a currency sign before it: such a number is looked for even when it is small.
fn has_sign(chars: &[char], start: usize, end: usize) -> bool {
    let next = chars.iter().skip(end).take(2).find(|c| !c.is_whitespace());
    let previous = start.checked_sub(1).and_then(|at| chars.get(at));
    next.is_some_and(|c| matches!(c, '%' | '‰' | '€' | '£' | '¥' | '₩' | '₿'))
        || previous.is_some_and(|c| matches!(c, '$' | '€' | '£' | '¥' | '₩' | '₿' | '＄' | '￥'))
}

/// `1-2萬` and `10 to 20 million`: the first number of a range may mean the second one's unit.
fn spread_over_ranges(chars: &[char], amounts: &mut [Amount]) {
    for at in 1..amounts.len() {
        let (Some(second_at), Some(tens)) =
            (amounts.get(at).map(|second| second.at), amounts.get(at).and_then(|a| a.tens))
        else {
            continue;
        };
        let Some(first) = amounts.get_mut(at - 1) else { continue };
        let between: String =
            chars.iter().skip(first.end).take(second_at.saturating_sub(first.end)).collect();
        let between = between.trim().trim_matches(|c| "$€£¥".contains(c)).trim();
        let joins = [
            "-", "–", "—", "~", "～", "至", "到", "から", "to", "bis", "à", "a", "до", "and", "und", "/",
            "or",
        ];
        if first.tens.is_none() && joins.contains(&between) {
            let more: Vec<Decimal> =
                first.readings.iter().map(|reading| reading.times_ten_to(tens)).collect();
            first.readings.extend(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lang(tag: &str) -> Option<Lang> {
        Lang::parse(tag).ok()
    }

    fn readings(text: &str, tag: &str) -> String {
        let all = amounts(text, lang(tag).as_ref());
        let one =
            |amount: &Amount| amount.readings.iter().map(Decimal::to_string).collect::<Vec<_>>().join("|");
        all.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_are_read_by_the_habit_of_their_language() {
        for (text, tag, expected) in [
            ("7.596,5", "de", "7596.5"),
            ("7,596.5", "en", "7596.5"),
            ("7,596", "en", "7596"),
            ("7,596", "de", "7.596"),
            ("7.596", "de", "7596"),
            ("7.596", "es", "7596|7.596"),
            ("0,596", "en", "0.596"),
            ("1.234.567", "de", "1234567"),
            ("12,34,567.8", "en", "1234567.8"),
            ("12 500,75", "fr", "12500.75"),
            ("12\u{a0}500", "en", "12500"),
            ("7'596.50", "de-CH", "7596.5"),
            ("１２．５％", "ja", "12.5"),
            ("١٬٢٣٤٫٥", "ar", "1234.5"),
            ("22.04.2026", "de", "22 4 2026"),
            ("2026-11-23 15:30", "en", "2026 11 23"),
            ("v2.1.3", "en", "2 1 3"),
        ] {
            assert_eq!(readings(text, tag), expected, "{text} {tag}");
        }
    }

    #[test]
    fn units_multiply() {
        for (text, tag, expected) in [
            ("75億", "zh-Hant", "7500000000"),
            ("7.5億3000萬", "zh-Hant", "780000000"),
            ("75億3000萬美元", "zh-Hant", "7530000000"),
            ("1萬2000", "ja", "12000"),
            ("1兆2000億円", "ja", "1200000000000"),
            ("75억 3000만 달러", "ko", "7530000000"),
            ("3千萬", "zh-Hant", "30000000"),
            ("7.5 億美元", "zh-Hant", "750000000"),
            ("75 億 3000 萬美元，2026 年", "zh-Hant", "7530000000 2026"),
            ("3億 20人", "ja", "300000000 20"),
            ("2.5万亿", "zh-Hans", "2500000000000"),
            ("7.5 billion", "en", "7500000000"),
            ("$7.53bn", "en", "7530000000"),
            ("7,5 Mrd. Euro", "de", "7500000000"),
            ("7,5 Milliarden", "de", "7500000000"),
            ("2 Billionen", "de", "2000000000000"),
            ("2 billions", "fr", "2000000000000"),
            ("3 mil millones", "es", "3000000000"),
            ("250 тыс. рублей", "ru", "250000"),
            ("1,5 млрд", "ru", "1500000000"),
            ("10-million", "en", "10000000"),
            ("5M", "en", "5000000|5"),
            ("1-2萬", "zh-Hant", "1|10000 20000"),
            ("10 to 20 million", "en", "10|10000000 20000000"),
            ("5 مليون", "ar", "5000000"),
            ("3 lakh", "en", "300000"),
            ("2026年", "ja", "2026"),
        ] {
            assert_eq!(readings(text, tag), expected, "{text} {tag}");
        }
    }

    #[test]
    fn what_a_translation_loses_is_told() {
        let lost = |source: &str, from: &str, target: &str, to: &str| {
            lost(source, lang(from).as_ref(), target, lang(to).as_ref()).join(" ")
        };
        for (source, from, target, to) in [
            (
                "營收75億3000萬美元，年增12.5%",
                "zh-Hant",
                "Revenue was $7.53 billion, up 12.5% on the year",
                "en",
            ),
            (
                "Revenue rose 7.2% to $1,234.5 million",
                "en",
                "Der Umsatz stieg um 7,2 % auf 1.234,5 Mio. Dollar",
                "de",
            ),
            ("Bitcoin hit $120,000", "en", "ビットコインは12万ドルに達した", "ja"),
            ("4月22日，3家公司", "zh-Hant", "On April 22, three companies", "en"),
            ("200萬人", "zh-Hant", "two million people", "en"),
            ("a loss of 3,000 jobs", "en", "三千個職位", "zh-Hant"),
            ("by 2030", "en", "二〇三〇年までに", "ja"),
            ("下午3:30", "zh-Hant", "at 3.30 pm", "en"),
            ("5% of it", "en", "fünf Prozent davon", "de"),
            ("1,5 Billionen Euro", "de", "1.5 trillion euros", "en"),
            ("10萬枚", "zh-Hant", "100K coins", "en"),
        ] {
            assert_eq!(lost(source, from, target, to), "", "{source} -> {target}");
        }
        for (source, from, target, to, expected) in [
            ("營收75億美元", "zh-Hant", "Revenue was $75 billion", "en", "75億"),
            ("up 7.2%", "en", "plus 72 %", "de", "7.2"),
            ("7,596 coins", "en", "7,596 Münzen", "de", "7,596"),
            ("2 billion", "en", "2 Billionen", "de", "2 billion"),
            ("12萬與34萬", "zh-Hant", "120,000", "en", "34萬"),
            ("5% of it", "en", "ein Teil davon", "de", "5"),
            ("in 2025 and 2026", "en", "2026年", "ja", "2025"),
        ] {
            assert_eq!(lost(source, from, target, to), expected, "{source} -> {target}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_keeps_its_own_numbers(text in "([0-9]{1,4}|[.,' \u{a0}:%$萬億兆千百만억-]|bn|Mio|[a-z]){0,25}") {
            for tag in ["en", "de", "zh-Hant", "ko", "es"] {
                prop_assert_eq!(lost(&text, lang(tag).as_ref(), &text, lang(tag).as_ref()), Vec::<String>::new());
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,120}") {
            let _ = amounts(&text, None);
            let _ = spelled::offered(&text);
        }
    }
}
