//! A text goes in, the numbers that it writes in words or in Han numerals come out: `two million`, `三千萬`, `二〇三〇`,
//! `fünf`. They are offered to a comparison, never demanded: many such words also mean other things.

use std::collections::BTreeSet;

use crate::text::decimal::Decimal;

/// Every number that words of `text` can mean.
pub fn offered(text: &str) -> BTreeSet<Decimal> {
    let mut out = BTreeSet::new();
    han(text, &mut out);
    in_words(text, &mut out);
    out
}

fn han_digit(c: char) -> Option<u128> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '兩' | '两' | '貳' => 2,
        '三' | '參' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn han_unit(c: char) -> Option<i32> {
    Some(match c {
        '十' => 1,
        '百' => 2,
        '千' => 3,
        '萬' | '万' => 4,
        '億' | '亿' => 8,
        '兆' => 12,
        _ => return None,
    })
}

/// Runs of Han numerals: by position (`二〇三〇`) or with units (`三千二百萬`).
fn han(text: &str, out: &mut BTreeSet<Decimal>) {
    let mut run: Vec<char> = Vec::new();
    for c in text.chars().chain([' ']) {
        if han_digit(c).is_some() || han_unit(c).is_some() {
            // A longer run is no number; its start is taken as one.
            if run.len() < 24 {
                run.push(c);
            }
            continue;
        }
        if !run.is_empty() {
            out.extend(han_value(&run));
            run.clear();
        }
    }
}

fn han_value(run: &[char]) -> Option<Decimal> {
    if run.iter().all(|c| han_digit(*c).is_some()) {
        let digits: String = run.iter().filter_map(|c| char::from_digit(han_digit(*c)? as u32, 10)).collect();
        return Decimal::parse(&digits, 0);
    }
    // `section` grows to below 10^4, `total` gathers sections with their great units.
    let (mut total, mut section, mut digit) = (0_u128, 0_u128, None::<u128>);
    for c in run {
        if let Some(value) = han_digit(*c) {
            digit = Some(value);
        } else if let Some(power) = han_unit(*c) {
            let unit = 10_u128.pow(power.unsigned_abs());
            if power < 4 {
                section += digit.take().unwrap_or(1) * unit;
            } else {
                section += digit.take().unwrap_or(0);
                // `萬億`: a great unit after another multiplies what is gathered.
                if section == 0 && total > 0 {
                    total = total.checked_mul(unit)?;
                } else {
                    total = total.checked_add(section.max(1).checked_mul(unit)?)?;
                }
                section = 0;
            }
        }
    }
    Some(Decimal::new(total.checked_add(section + digit.unwrap_or(0))?, 0))
}

/// Number words of some languages, and each of them times the unit word after it.
fn in_words(text: &str, out: &mut BTreeSet<Decimal>) {
    let lower = text.to_lowercase();
    let mut before: Option<Decimal> = None;
    for word in lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        let value = number(word);
        let unit = unit(word);
        if let Some(value) = value {
            // `twenty-five`, `vingt-cinq`
            if let Some(tens) = before.filter(|_| value.is_small()) {
                out.extend(tens.plus(value));
            }
            out.insert(value);
        }
        if let Some(powers) = unit {
            for power in powers {
                out.insert(before.unwrap_or(Decimal::new(1, 0)).times_ten_to(*power));
            }
        }
        before = match (value, unit, before) {
            (Some(value), _, Some(tens)) if value.is_small() => tens.plus(value),
            (Some(value), ..) => Some(value),
            // `two hundred thousand`
            (None, Some(powers), Some(value)) => powers.first().map(|power| value.times_ten_to(*power)),
            _ => None,
        };
    }
}

fn unit(word: &str) -> Option<&'static [i32]> {
    Some(match word {
        "hundred" | "hundreds" | "hundert" | "cent" | "cents" | "cien" | "ciento" | "cientos" | "сто"
        | "сотни" => &[2],
        "thousand" | "thousands" | "tausend" | "tausende" | "mille" | "mil" | "тысяча" | "тысячи"
        | "тысяч" => &[3],
        "million" | "millions" | "millionen" | "millón" | "millones" | "milhão" | "milhões" | "миллион"
        | "миллиона" | "миллионов" => &[6],
        "billion" | "billions" => &[9, 12],
        "milliarde" | "milliarden" | "milliard" | "milliards" | "миллиард" | "миллиарда" | "миллиардов" => {
            &[9]
        }
        "trillion" | "trillions" | "billionen" | "billones" | "billón" | "триллион" | "триллионов" => {
            &[12]
        }
        _ => return None,
    })
}

fn number(word: &str) -> Option<Decimal> {
    let value = match word {
        "zero" | "null" | "cero" | "ноль" => 0,
        "one" | "ein" | "eine" | "einen" | "einem" | "einer" | "eins" | "un" | "une" | "uno" | "una"
        | "один" | "одна" | "first" | "single" => 1,
        "two" | "zwei" | "deux" | "dos" | "два" | "две" | "due" | "dois" | "duas" | "twice" | "second" => {
            2
        }
        "three" | "drei" | "trois" | "tres" | "três" | "три" | "tre" | "third" => 3,
        "four" | "vier" | "quatre" | "cuatro" | "четыре" | "quattro" | "quatro" | "fourth" => 4,
        "five" | "fünf" | "cinq" | "cinco" | "пять" | "cinque" | "fifth" => 5,
        "six" | "sechs" | "seis" | "шесть" | "sei" | "sixth" => 6,
        "seven" | "sieben" | "sept" | "siete" | "семь" | "sette" | "sete" | "seventh" => 7,
        "eight" | "acht" | "huit" | "ocho" | "восемь" | "otto" | "oito" | "eighth" => 8,
        "nine" | "neun" | "neuf" | "nueve" | "девять" | "nove" | "ninth" => 9,
        "ten" | "zehn" | "dix" | "diez" | "десять" | "dieci" | "dez" | "tenth" => 10,
        "eleven" | "elf" | "onze" | "once" | "одиннадцать" => 11,
        "twelve" | "zwölf" | "douze" | "doce" | "двенадцать" | "dozen" => 12,
        "thirteen" | "dreizehn" | "treize" | "trece" => 13,
        "fourteen" | "vierzehn" | "quatorze" | "catorce" => 14,
        "fifteen" | "fünfzehn" | "quinze" | "quince" => 15,
        "sixteen" | "sechzehn" | "seize" => 16,
        "seventeen" | "siebzehn" => 17,
        "eighteen" | "achtzehn" => 18,
        "nineteen" | "neunzehn" => 19,
        "twenty" | "zwanzig" | "vingt" | "veinte" | "двадцать" | "venti" | "vinte" => 20,
        "thirty" | "dreißig" | "trente" | "treinta" | "тридцать" => 30,
        "forty" | "vierzig" | "quarante" | "cuarenta" | "сорок" => 40,
        "fifty" | "fünfzig" | "cinquante" | "cincuenta" | "пятьдесят" => 50,
        "sixty" | "sechzig" | "soixante" | "sesenta" => 60,
        "seventy" | "siebzig" | "setenta" => 70,
        "eighty" | "achtzig" | "ochenta" => 80,
        "ninety" | "neunzig" | "noventa" => 90,
        "half" | "halbe" | "halben" | "demi" | "medio" | "media" => return Some(Decimal::new(5, -1)),
        _ => return None,
    };
    Some(Decimal::new(value, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_offer_their_numbers() {
        let offers = |text: &str, value: &str| offered(text).iter().any(|offer| offer.to_string() == value);
        for (text, value) in [
            ("二〇二六年", "2026"),
            ("三千二百萬美元", "32000000"),
            ("兩萬億", "2000000000000"),
            ("十五個", "15"),
            ("一億二千萬", "120000000"),
            ("two million people", "2000000"),
            ("two hundred thousand", "200000"),
            ("half a million", "1000000"),
            ("twenty-five", "25"),
            ("fünf Prozent", "5"),
            ("deux milliards", "2000000000"),
            ("два миллиона", "2000000"),
        ] {
            assert!(offers(text, value), "{text}: {:?}", offered(text));
        }
        assert!(!offers("two million", "3000000"));
        assert!(offered(&"九千兆".repeat(500)).len() < 3);
    }
}
