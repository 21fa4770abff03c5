//! A text goes in, its language comes out: by script first, then by common words and letters; Chinese by its
//! characters as traditional or simplified.

use crate::model::lang::Lang;
use crate::text::words::is_cjk;

/// Characters looked at.
const SAMPLE: usize = 4_000;

/// The language of `text`; `stated` (what the page says) decides among languages of one script that cannot be told
/// apart surely, and keeps its region. None where the text has no letters and nothing is stated.
pub fn detect(text: &str, stated: Option<&Lang>) -> Option<Lang> {
    let scripts = Scripts::of(text);
    let known = |tag: &str| Lang::parse(tag).ok();
    let Some(script) = scripts.main() else { return stated.cloned() };
    let said = stated.map(Lang::primary);
    let found = match script {
        "Kana" => known("ja"),
        "Hangul" => known("ko"),
        "Han" => return chinese(text, stated),
        "Greek" => known("el"),
        "Hebrew" => known(if said == Some("yi") { "yi" } else { "he" }),
        "Thai" => known("th"),
        "Georgian" => known("ka"),
        "Armenian" => known("hy"),
        "Arabic" if matches!(said, Some("ar" | "fa" | "ur" | "ps" | "ckb" | "ug" | "sd")) => {
            return stated.cloned();
        }
        "Arabic" => known(arabic(text)),
        "Devanagari" if matches!(said, Some("hi" | "mr" | "ne" | "sa")) => return stated.cloned(),
        _ => by_words(text, script, stated),
    };
    match (found, stated) {
        (Some(found), Some(said)) if found.primary() == said.primary() => Some(said.clone()),
        (Some(found), _) => Some(found),
        (None, said) => said.cloned(),
    }
}

/// How many letters of each script a text has.
#[derive(Default)]
struct Scripts {
    counts: Vec<(&'static str, u32)>,
}

impl Scripts {
    fn of(text: &str) -> Self {
        let mut scripts = Self::default();
        for c in text.chars().filter(|c| c.is_alphabetic()).take(SAMPLE) {
            let name = script(c);
            // A CJK character says as much as a word of letters.
            let weight = if is_cjk(c) { 3 } else { 1 };
            match scripts.counts.iter_mut().find(|(have, _)| *have == name) {
                Some((_, count)) => *count += weight,
                None => scripts.counts.push((name, weight)),
            }
        }
        scripts
    }

    fn count(&self, name: &str) -> u32 {
        self.counts.iter().find(|(have, _)| *have == name).map_or(0, |(_, count)| *count)
    }

    /// The script that most of the text is written in; Japanese is told by its kana.
    fn main(&self) -> Option<&'static str> {
        let (han, kana) = (self.count("Han"), self.count("Kana"));
        if kana > 0 && kana * 10 > han {
            let others = self.counts.iter().filter(|(name, _)| !matches!(*name, "Han" | "Kana"));
            if others.map(|(_, count)| *count).max().unwrap_or(0) < han + kana {
                return Some("Kana");
            }
        }
        let best = self.counts.iter().max_by_key(|(_, count)| *count)?;
        Some(best.0)
    }
}

fn script(c: char) -> &'static str {
    match c {
        '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => "Kana",
        '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7af}' => "Hangul",
        _ if is_cjk(c) => "Han",
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => "Greek",
        '\u{400}'..='\u{52f}' => "Cyrillic",
        '\u{530}'..='\u{58f}' => "Armenian",
        '\u{590}'..='\u{5ff}' => "Hebrew",
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => {
            "Arabic"
        }
        '\u{900}'..='\u{97f}' => "Devanagari",
        '\u{e00}'..='\u{e7f}' => "Thai",
        '\u{10a0}'..='\u{10ff}' => "Georgian",
        _ => "Latin",
    }
}

fn arabic(text: &str) -> &'static str {
    let (mut persian, mut urdu) = (0, 0);
    for c in text.chars().take(SAMPLE) {
        match c {
            'ٹ' | 'ڈ' | 'ڑ' | 'ے' | 'ں' | 'ھ' => urdu += 1,
            'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => persian += 1,
            _ => {}
        }
    }
    if urdu > 3 {
        "ur"
    } else if persian > 5 {
        "fa"
    } else {
        "ar"
    }
}

/// Common characters that only one of the two ways of writing Chinese has.
const TRADITIONAL: &str = "國會來個們時說對開關點樣還這進過發現學實機經長問題話電動為無兩從應當體區業產場東車馬門見貝頁風飛魚鳥黃齊龍歲氣漢語讀書寫聽認識請謝買賣錢銀行幣億萬與後裡總統選舉聯國際歐網絡資訊設計數據報導記者圖種紅線給級結統繼續價值幾戰爭軍隊場術達運輸邊遠選擇難題願類顯顧";
const SIMPLIFIED: &str = "国会来个们时说对开关点样还这进过发现学实机经长问题话电动为无两从应当体区业产场东车马门见贝页风飞鱼鸟黄齐龙岁气汉语读书写听认识请谢买卖钱银行币亿万与后里总统选举联国际欧网络资讯设计数据报导记者图种红线给级结统继续价值几战争军队场术达运输边远选择难题愿类显顾";

fn chinese(text: &str, stated: Option<&Lang>) -> Option<Lang> {
    let only: Vec<(char, char)> =
        TRADITIONAL.chars().zip(SIMPLIFIED.chars()).filter(|(one, other)| one != other).collect();
    let (mut hant, mut hans) = (0_u32, 0_u32);
    for c in text.chars().filter(|c| is_cjk(*c)).take(400) {
        hant += u32::from(only.iter().any(|(t, _)| *t == c));
        hans += u32::from(only.iter().any(|(_, s)| *s == c));
    }
    if hant == hans {
        return match stated {
            Some(said) if said.is_cjk() => Some(said.clone()),
            _ => Lang::parse("zh").ok(),
        };
    }
    if stated.is_some_and(|said| said.primary() == "yue") {
        return stated.cloned();
    }
    Lang::parse(if hant > hans { "zh-Hant" } else { "zh-Hans" }).ok()
}

/// By letter triples; a stated language wins where the text is short or the detector unsure.
fn by_words(text: &str, script: &str, stated: Option<&Lang>) -> Option<Lang> {
    let sample = text.get(..text.floor_char_boundary(SAMPLE)).unwrap_or(text);
    let info = whatlang::detect(sample);
    let sure = info.as_ref().is_some_and(|info| info.is_reliable() && sample.chars().count() > 80);
    if let Some(said) = stated
        && !sure
        && fits(said, script)
    {
        return Some(said.clone());
    }
    let found = info.and_then(|info| two_letters(info.lang().code())).and_then(|tag| Lang::parse(tag).ok());
    // Languages that the detector does not know or confuses with a neighbour: the page's word counts.
    match (stated, &found) {
        (Some(said), Some(other)) if fits(said, script) && neighbours(said.primary(), other.primary()) => {
            Some(said.clone())
        }
        _ => found,
    }
}

/// True where a language is written in a script.
fn fits(lang: &Lang, script: &str) -> bool {
    let usual = match lang.primary() {
        "zh" | "yue" => "Han",
        "ja" => "Kana",
        "ko" => "Hangul",
        "el" => "Greek",
        "ru" | "uk" | "be" | "bg" | "mk" | "kk" | "ky" | "tg" | "mn" => "Cyrillic",
        "sr" | "uz" | "az" => return matches!(script, "Latin" | "Cyrillic"),
        "ar" | "fa" | "ur" | "ps" | "ckb" | "ug" | "sd" => "Arabic",
        "he" | "yi" => "Hebrew",
        "hi" | "mr" | "ne" | "sa" => "Devanagari",
        "th" => "Thai",
        "ka" => "Georgian",
        "hy" => "Armenian",
        _ => "Latin",
    };
    usual == script
}

fn neighbours(said: &str, found: &str) -> bool {
    const GROUPS: &[&[&str]] = &[
        &["hr", "sr", "bs", "sl"],
        &["cs", "sk"],
        &["id", "ms", "jv"],
        &["da", "nb", "no", "nn", "sv"],
        &["es", "ca", "gl", "pt"],
        &["nl", "af", "fy"],
        &["ru", "uk", "be", "bg", "mk", "kk", "ky", "mn", "tg", "sr"],
        &["et", "fi"],
        &["de", "lb"],
    ];
    const KNOWN: &[&str] = &[
        "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "no", "fi", "et", "lv", "lt", "pl", "cs",
        "sk", "hu", "ro", "hr", "sl", "tr", "az", "vi", "id", "ca", "af", "la", "eo",
    ];
    !KNOWN.contains(&said) || GROUPS.iter().any(|group| group.contains(&said) && group.contains(&found))
}

/// ISO 639-1 for the detector's ISO 639-3.
fn two_letters(code: &str) -> Option<&'static str> {
    Some(match code {
        "afr" => "af",
        "aka" => "ak",
        "amh" => "am",
        "ara" => "ar",
        "aze" => "az",
        "bel" => "be",
        "ben" => "bn",
        "bul" => "bg",
        "cat" => "ca",
        "ces" => "cs",
        "cmn" => "zh",
        "cym" => "cy",
        "dan" => "da",
        "deu" => "de",
        "ell" => "el",
        "eng" => "en",
        "epo" => "eo",
        "est" => "et",
        "fin" => "fi",
        "fra" => "fr",
        "guj" => "gu",
        "heb" => "he",
        "hin" => "hi",
        "hrv" => "hr",
        "hun" => "hu",
        "hye" => "hy",
        "ind" => "id",
        "ita" => "it",
        "jav" => "jv",
        "jpn" => "ja",
        "kan" => "kn",
        "kat" => "ka",
        "khm" => "km",
        "kor" => "ko",
        "lat" => "la",
        "lav" => "lv",
        "lit" => "lt",
        "mal" => "ml",
        "mar" => "mr",
        "mkd" => "mk",
        "mya" => "my",
        "nep" => "ne",
        "nld" => "nl",
        "nob" => "nb",
        "ori" => "or",
        "pan" => "pa",
        "pes" => "fa",
        "pol" => "pl",
        "por" => "pt",
        "ron" => "ro",
        "rus" => "ru",
        "sin" => "si",
        "slk" => "sk",
        "slv" => "sl",
        "sna" => "sn",
        "spa" => "es",
        "srp" => "sr",
        "swe" => "sv",
        "tam" => "ta",
        "tel" => "te",
        "tgl" => "tl",
        "tha" => "th",
        "tuk" => "tk",
        "tur" => "tr",
        "ukr" => "uk",
        "urd" => "ur",
        "uzb" => "uz",
        "vie" => "vi",
        "yid" => "yi",
        "zul" => "zu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told() {
        for (text, tag) in [
            ("比特幣價格創下歷史新高，市場對後續發展仍有疑慮。", "zh-Hant"),
            ("比特币价格创下历史新高，市场对后续发展仍有疑虑。", "zh-Hans"),
            ("ビットコインの価格が過去最高値を更新した。", "ja"),
            ("비트코인 가격이 사상 최고치를 기록했다.", "ko"),
            ("Το Συμβούλιο της Επικρατείας αποφάσισε χθες το βράδυ.", "el"),
            (
                "Правительство России объявило сегодня о новых мерах поддержки экономики, сообщили в министерстве.",
                "ru",
            ),
            ("وأعلنت الحكومة اليوم عن خطة جديدة", "ar"),
            (
                "The government announced new measures to support the economy on Tuesday, officials said in a statement.",
                "en",
            ),
            (
                "Rząd ogłosił we wtorek nowe środki wsparcia gospodarki, poinformowało ministerstwo finansów w komunikacie.",
                "pl",
            ),
        ] {
            assert_eq!(detect(text, None).map(String::from).as_deref(), Some(tag), "{text}");
        }
        assert_eq!(detect("12 %", None), None);
    }

    #[test]
    fn what_a_page_states_keeps_its_region_and_decides_short_texts() {
        let lang = |tag| Lang::parse(tag).unwrap();
        assert_eq!(detect("Gut so.", Some(&lang("de-AT"))), Some(lang("de-AT")));
        let english = "The government announced new measures to support the economy on Tuesday, officials said in a statement.";
        assert_eq!(detect(english, Some(&lang("en-GB"))), Some(lang("en-GB")));
        assert_eq!(
            detect("Правительство объявило о новых мерах", Some(&lang("en"))).unwrap().primary(),
            "ru"
        );
    }
}
