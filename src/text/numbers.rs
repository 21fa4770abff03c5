//! Numbers in a text: tokens go in, their values come out, whatever the separators, with the word for a multiple
//! (`3.2 billion`, `32亿`, `3,2 Milliarden`) multiplied in.

use crate::text::tokens::{Kind, Token};

/// The value of the digits of one number token. `comma_decimal` tells the language's habit (`1.234,5`).
/// Bounded: `None` beyond fifteen digits.
pub fn value(token: &str, comma_decimal: bool) -> Option<f64> {
    let mut digits = String::with_capacity(token.len());
    let mut groups: Vec<(char, usize)> = Vec::new();
    for c in token.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.push(char::from_u32(u32::from(c) - 0xff10 + 0x30)?),
            _ => groups.push((c, digits.len())),
        }
    }
    if digits.is_empty() || digits.len() > 15 {
        return None;
    }
    let whole: f64 = digits.parse().ok()?;
    let Some(&(last, at)) = groups.last() else { return Some(whole) };
    let tail = digits.len() - at;
    let decimal = if groups.len() > 1 && groups.iter().all(|(c, _)| *c == last) {
        false
    } else if groups.len() > 1 {
        matches!(last, '.' | ',')
    } else {
        match last {
            '.' => tail != 3 || !comma_decimal || at == 0,
            ',' => tail != 3 || (comma_decimal && digits.starts_with('0')),
            _ => false,
        }
    };
    Some(if decimal { whole / 10_f64.powi(i32::try_from(tail).ok()?) } else { whole })
}

/// The factor of a word that follows a number, lower-cased: `million`, `Mrd`, `тысяч`, `万`.
pub fn multiple(word: &str) -> Option<f64> {
    let first = |n: usize| word.char_indices().nth(n).map_or(word, |(at, _)| word.get(..at).unwrap_or(word));
    Some(match word {
        "k" | "thousand" | "tausend" | "mille" | "mil" | "тыс" | "千" => 1e3,
        "m" | "mn" | "mln" | "mio" | "million" | "millions" | "millionen" | "millón" | "millones"
        | "milhões" | "milioni" | "milyon" | "млн" | "百万" => 1e6,
        "bn" | "b" | "billion" | "billions" | "mrd" | "milliarde" | "milliarden" | "milliard"
        | "milliards" | "miliardi" | "milyar" | "mld" | "bilhões" | "млрд" => 1e9,
        "tn" | "trillion" | "trillions" | "трлн" => 1e12,
        _ if first(1) == "万" || first(1) == "萬" => {
            if matches!(word.chars().nth(1), Some('亿' | '億')) {
                1e12
            } else {
                1e4
            }
        }
        _ if first(1) == "亿" || first(1) == "億" => 1e8,
        _ if first(1) == "兆" => 1e12,
        _ if first(1) == "만" => 1e4,
        _ if first(1) == "억" => 1e8,
        _ if word.starts_with("百万") || word.starts_with("百萬") => 1e6,
        _ if word.starts_with("тысяч") => 1e3,
        _ if word.starts_with("миллион") => 1e6,
        _ if word.starts_with("миллиард") => 1e9,
        _ => return None,
    })
}

/// True for languages that write `1.234,5`.
pub fn comma_decimal(language: &str) -> bool {
    matches!(
        language,
        "de" | "fr"
            | "es"
            | "it"
            | "pt"
            | "nl"
            | "ru"
            | "uk"
            | "pl"
            | "tr"
            | "cs"
            | "sv"
            | "da"
            | "no"
            | "fi"
            | "el"
            | "id"
            | "vi"
            | "ro"
            | "bg"
            | "hu"
            | "sr"
            | "hr"
            | "ca"
    )
}

/// The value that `token`, a number, stands for together with the token `after` it.
pub fn with_multiple(token: &Token<'_>, after: Option<&Token<'_>>, language: &str) -> Option<f64> {
    let value = value(token.text, comma_decimal(language))?;
    let near =
        after.filter(|next| next.kind != Kind::Number && next.start <= token.start + token.text.len() + 2);
    let factor = near.and_then(|next| multiple(&next.text.to_lowercase())).unwrap_or(1.0);
    Some(value * factor)
}

/// A value as one writes it to compare: five significant digits, no trailing zeros.
pub fn canonical(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let scale = 10_f64.powi(5 - (value.abs().log10().floor() as i32 + 1));
    let rounded = (value * scale).round() / scale;
    let text = format!("{rounded:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::tokens::tokens;

    #[test]
    fn one_value_however_it_is_written() {
        for (text, language, number) in [
            ("1,234.5", "en", "1234.5"),
            ("1.234,5", "de", "1234.5"),
            ("1.234", "de", "1234"),
            ("1.234", "en", "1.234"),
            ("3.2 billion", "en", "3200000000"),
            ("3,2 Milliarden", "de", "3200000000"),
            ("32亿元", "zh", "3200000000"),
            ("1万5000", "ja", "10000"),
            ("300 тысяч", "ru", "300000"),
            ("30,000", "en", "30000"),
            ("0,125", "ru", "0.125"),
        ] {
            let all: Vec<_> = tokens(text).collect();
            let value = with_multiple(&all[0], all.get(1), language).unwrap();
            assert_eq!(canonical(value), number, "{text}");
        }
        assert_eq!(value("1234567890123456", false), None);
    }

    proptest! {
        #[test]
        fn no_token_breaks_it(text in "[0-9.,０-９’]{0,24}", comma: bool) {
            if let Some(value) = value(&text, comma) {
                prop_assert!(value.is_finite());
                let _ = canonical(value);
            }
        }
    }
}
