//! What stands after a number goes in, the powers of ten that it stands for come out: `億`, `thousand`, `Mrd.`, `млн`.

use crate::model::lang::Lang;

/// Counting units after a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Powers of ten; two where the word means different things in different languages.
    pub exponents: Vec<i32>,
    /// False where the sign may as well be something else (`5 m`, `3千瓦`): the bare number is then a reading, too.
    pub certain: bool,
    /// Position after it.
    pub end: usize,
}

/// The unit that starts at `at`, past one space or hyphen for words.
pub fn after(chars: &[char], at: usize, lang: Option<&Lang>) -> Option<Unit> {
    counting(chars, at).or_else(|| words(chars, at, lang))
}

/// True for the characters of Han and Hangul counting units.
pub fn is_counting_char(c: char) -> bool {
    power(c).is_some()
}

fn is_hangul_unit(c: char) -> bool {
    matches!(c, '십' | '백' | '천' | '만' | '억' | '조')
}

fn power(c: char) -> Option<i32> {
    Some(match c {
        '十' | '십' => 1,
        '百' | '백' => 2,
        '千' | '천' => 3,
        '萬' | '万' | '만' => 4,
        '億' | '亿' | '억' => 8,
        '兆' | '조' => 12,
        _ => return None,
    })
}

/// Han and Hangul units multiply while they rise (`百萬`, `千億`, `萬億`); a falling one starts the next summand.
fn counting(chars: &[char], at: usize) -> Option<Unit> {
    // `75억`, `75 억`, `7.5 億`: a space is set at will.
    let spaced = matches!(chars.get(at), Some(' ' | '\u{a0}'))
        && chars.get(at + 1).copied().is_some_and(is_counting_char);
    let gap = usize::from(spaced);
    let (mut end, mut sum, mut last) = (at + gap, 0, 0);
    while let Some(next) = chars.get(end).copied().and_then(power) {
        if next < last || (next == last && next < 4) {
            break;
        }
        sum += next;
        last = next;
        end += 1;
        if sum > 24 {
            break;
        }
    }
    if sum == 0 {
        return None;
    }
    if gap == 1 && last < 4 {
        return None;
    }
    // 千, 百 and 十 alone also start other words, and so do 만 and 조 after a space.
    let hangul = chars.get(at + gap).copied().is_some_and(is_hangul_unit);
    Some(Unit { exponents: vec![sum], certain: last >= 4 && !(spaced && hangul), end })
}

fn words(chars: &[char], at: usize, lang: Option<&Lang>) -> Option<Unit> {
    let glued = chars.get(at).is_some_and(|c| c.is_alphabetic());
    let start = if glued { at } else { at + 1 };
    if !glued && !matches!(chars.get(at), Some(' ' | '\u{a0}' | '-' | '\u{2011}')) {
        return None;
    }
    let (word, end) = word(chars, start)?;
    let (mut exponents, certain) = meaning(&word, lang, glued)?;
    let mut end = end;
    // `mil millones`, `Tausend Milliarden`, `thousand billion`
    if exponents == [3]
        && matches!(chars.get(end), Some(' ' | '\u{a0}'))
        && let Some((second, after)) = self::word(chars, end + 1)
        && let Some((more, true)) = meaning(&second, lang, false)
        && more.iter().all(|power| *power >= 6)
    {
        exponents = more.iter().map(|power| power + 3).collect();
        end = after;
    }
    if chars.get(end) == Some(&'.') && word.chars().count() <= 5 && certain {
        end += 1;
    }
    Some(Unit { exponents, certain, end })
}

/// The lower-case word at `start`, at most 16 letters of one kind of script, and where it ends.
fn word(chars: &[char], start: usize) -> Option<(String, usize)> {
    let letters: Vec<char> =
        chars.iter().skip(start).take(17).copied().take_while(|c| c.is_alphabetic()).collect();
    if letters.is_empty() || letters.len() > 16 {
        return None;
    }
    let end = start + letters.len();
    Some((letters.into_iter().collect::<String>().to_lowercase(), end))
}

/// The powers that a word means, and whether it can mean nothing else. Million and billion differ by the long and the
/// short scale: `billion` is 10^9 in English, 10^12 in French; German and Spanish spell it otherwise.
fn meaning(word: &str, lang: Option<&Lang>, glued: bool) -> Option<(Vec<i32>, bool)> {
    let primary = lang.map(Lang::primary);
    let certain = |power: i32| Some((vec![power], true));
    let letter = |power: i32| glued.then_some((vec![power], false));
    match word {
        // Hundredths: `94 cents` is 0.94 dollars, `25 basis points` a quarter of a percentage point.
        "cent" | "cents" | "céntimos" | "centavos" | "basis" | "basispunkte" | "basispunkten" | "bp"
        | "bps" => Some((vec![-2], false)),
        // Prefixes of measures, which other languages write as counting units: `4 MW` is `4 百萬瓦`.
        "kw" | "kwh" | "kilowatt" | "kilowatts" => Some((vec![3], false)),
        "mw" | "mwh" | "megawatt" | "megawatts" | "megavatios" => Some((vec![6], false)),
        "gw" | "gwh" | "gigawatt" | "gigawatts" => Some((vec![9], false)),
        "k" => letter(3),
        "m" => letter(6),
        "b" => letter(9),
        "t" => letter(12),
        "mil" if primary == Some("en") => Some((vec![6], false)),
        "thousand" | "thousands" | "tausend" | "mille" | "mil" | "mila" | "tys" | "bin" | "ribu"
        | "nghìn" | "ngàn" | "duizend" | "тыс" | "тысяча" | "тысячи" | "тысяч" | "тис" | "тисяч" | "ألف"
        | "آلاف" | "الف" | "हज़ार" | "हजार" | "พัน" => certain(3),
        "lakh" | "lakhs" | "लाख" => certain(5),
        "million" | "millions" | "millionen" | "mio" | "mill" | "millón" | "millones" | "milhão"
        | "milhões" | "milhao" | "milhoes" | "milione" | "milioni" | "miljoen" | "milion" | "miliony"
        | "milionów" | "milyon" | "juta" | "triệu" | "mn" | "mln" | "mm" | "млн" | "миллион" | "миллиона"
        | "миллионов" | "мільйон" | "мільйонів" | "مليون" | "ملايين" | "میلیون" | "ล้าน" => {
            certain(6)
        }
        "crore" | "crores" | "करोड़" => certain(7),
        "bn"
        | "bln"
        | "milliarde"
        | "milliarden"
        | "mrd"
        | "milliard"
        | "milliards"
        | "mds"
        | "miliardo"
        | "miliardi"
        | "miljard"
        | "miliard"
        | "miliardy"
        | "miliardów"
        | "mld"
        | "milyar"
        | "miliar"
        | "tỷ"
        | "tỉ"
        | "bilhão"
        | "bilhões"
        | "bi"
        | "млрд"
        | "миллиард"
        | "миллиарда"
        | "миллиардов"
        | "мільярд"
        | "мільярдів"
        | "مليار"
        | "مليارات"
        | "میلیارد" => certain(9),
        "billion" | "billions" => match primary {
            Some("fr" | "de" | "nl" | "da" | "sv" | "nb") => certain(12),
            None => Some((vec![9, 12], true)),
            _ => certain(9),
        },
        "billionen"
        | "bio"
        | "billón"
        | "billones"
        | "bilione"
        | "bilioni"
        | "biljoen"
        | "bilion"
        | "bilionów"
        | "tn"
        | "trn"
        | "trln"
        | "trilhão"
        | "trilhões"
        | "trilyon"
        | "triliun"
        | "трлн"
        | "триллион"
        | "триллиона"
        | "триллионов"
        | "трильйон"
        | "تريليون" => certain(12),
        "trillion" | "trillions" => match primary {
            Some("fr" | "de" | "nl") => certain(18),
            None => Some((vec![12, 18], true)),
            _ => certain(12),
        },
        "trillionen" | "trillón" | "trillones" => certain(18),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_with_their_doubts() {
        let unit = |text: &str, tag: &str| {
            let chars: Vec<char> = text.chars().collect();
            after(&chars, 0, Lang::parse(tag).ok().as_ref())
                .map(|unit| (unit.exponents, unit.certain, unit.end))
        };
        assert_eq!(unit("萬億美元", "zh-Hant"), Some((vec![12], true, 2)));
        assert_eq!(unit(" 億美元", "zh-Hant"), Some((vec![8], true, 2)));
        assert_eq!(unit(" 千瓦", "zh-Hant"), None);
        assert_eq!(unit(" 조항", "ko"), Some((vec![12], false, 2)));
        assert_eq!(unit("千瓦", "zh-Hant"), Some((vec![3], false, 1)));
        assert_eq!(unit(" Mrd. Euro", "de"), Some((vec![9], true, 5)));
        assert_eq!(unit(" cents", "en"), Some((vec![-2], false, 6)));
        assert_eq!(unit("m high", "en"), Some((vec![6], false, 1)));
        assert_eq!(unit(" m high", "en"), None);
        assert_eq!(unit(" mil millones", "es"), Some((vec![9], true, 13)));
        assert_eq!(unit(" mil personas", "es"), Some((vec![3], true, 4)));
        assert_eq!(unit(" monkeys", "en"), None);
    }
}
