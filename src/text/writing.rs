//! A text and the language that it should be in go in, what speaks against it comes out. Scripts are counted; two
//! languages of one script are told apart only where a longer text is clearly the wrong one.

use crate::model::lang::Lang;

/// Scripts that news is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Han,
    Kana,
    Hangul,
    Cyrillic,
    Arabic,
    Hebrew,
    Greek,
    Thai,
    Devanagari,
    Other,
}

fn script(c: char) -> Option<Script> {
    if !c.is_alphabetic() {
        return None;
    }
    Some(match c {
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}' => {
            Script::Latin
        }
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => {
            Script::Arabic
        }
        '\u{900}'..='\u{97f}' => Script::Devanagari,
        '\u{e00}'..='\u{e7f}' => Script::Thai,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => Script::Kana,
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => Script::Hangul,
        '\u{3005}'..='\u{3007}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' => Script::Han,
        _ => Script::Other,
    })
}

/// The scripts of a language; Latin where it is not known.
fn scripts(lang: &Lang) -> &'static [Script] {
    match (lang.primary(), lang.script()) {
        (_, Some("Latn")) => &[Script::Latin],
        (_, Some("Cyrl")) | ("ru" | "uk" | "bg" | "be" | "kk" | "mk" | "mn", _) => &[Script::Cyrillic],
        ("zh" | "yue", _) => &[Script::Han],
        ("ja", _) => &[Script::Kana, Script::Han],
        ("ko", _) => &[Script::Hangul],
        ("ar" | "fa" | "ur" | "ps" | "ug" | "ckb", _) => &[Script::Arabic],
        ("he" | "yi", _) => &[Script::Hebrew],
        ("el", _) => &[Script::Greek],
        ("th", _) => &[Script::Thai],
        ("hi" | "mr" | "ne", _) => &[Script::Devanagari],
        // Languages whose script is not in the list are not judged.
        (
            "bn" | "ta" | "te" | "ml" | "kn" | "gu" | "pa" | "si" | "km" | "lo" | "my" | "ka" | "hy" | "am",
            _,
        ) => &[Script::Other],
        _ => &[Script::Latin],
    }
}

/// True where `text` is mostly in a script of `lang`; true for a text without letters.
pub fn fits(text: &str, lang: &Lang) -> bool {
    let (own, all) = count(text, lang);
    all == 0 || own * 2 > all
}

fn count(text: &str, lang: &Lang) -> (usize, usize) {
    let scripts = scripts(lang);
    let (mut own, mut all) = (0, 0);
    for found in text.chars().filter_map(script) {
        let mine = scripts.contains(&found);
        // A CJK character says as much as three letters.
        let weight = if matches!(found, Script::Han | Script::Kana | Script::Hangul) { 3 } else { 1 };
        all += weight;
        own += if mine { weight } else { 0 };
    }
    (own, all)
}

/// What speaks against `text` being in `lang`, in words. Names and tickers in Latin letters may stand in any language;
/// `from` is the language that an untranslated text would be in.
pub fn objection(text: &str, lang: &Lang, from: Option<&Lang>) -> Option<String> {
    let (own, all) = count(text, lang);
    if all < 4 {
        return None;
    }
    let latin = scripts(lang) == [Script::Latin];
    // In Latin languages a foreign name in brackets may stand; elsewhere Latin names may be most of a short headline.
    let wanted = if latin { 70 } else { 25 };
    if own * 100 < all * wanted {
        return Some(format!("it is not written in the script of {lang}"));
    }
    let kana = text.chars().filter(|c| script(*c) == Some(Script::Kana)).count();
    if lang.primary() == "ja" && all > 60 && kana == 0 {
        return Some("it has no kana: it is hardly Japanese".to_owned());
    }
    // One の is a fashion of shop signs; three kana are Japanese.
    if lang.primary() == "zh" && kana >= 3 {
        return Some("it has kana: it is hardly Chinese".to_owned());
    }
    chinese_objection(text, lang).or_else(|| language_objection(text, lang, from, all))
}

/// Characters that are written differently in the two scripts of Chinese, frequent in news: traditional, simplified.
const CHINESE_PAIRS: &[(char, char)] = &[
    ('個', '个'),
    ('們', '们'),
    ('這', '这'),
    ('來', '来'),
    ('說', '说'),
    ('時', '时'),
    ('為', '为'),
    ('會', '会'),
    ('對', '对'),
    ('發', '发'),
    ('經', '经'),
    ('與', '与'),
    ('業', '业'),
    ('關', '关'),
    ('國', '国'),
    ('過', '过'),
    ('後', '后'),
    ('開', '开'),
    ('長', '长'),
    ('間', '间'),
    ('動', '动'),
    ('將', '将'),
    ('進', '进'),
    ('還', '还'),
    ('場', '场'),
    ('產', '产'),
    ('資', '资'),
    ('億', '亿'),
    ('萬', '万'),
    ('據', '据'),
    ('東', '东'),
    ('電', '电'),
    ('點', '点'),
    ('體', '体'),
    ('實', '实'),
    ('機', '机'),
    ('應', '应'),
    ('價', '价'),
    ('幣', '币'),
    ('漲', '涨'),
    ('網', '网'),
    ('數', '数'),
    ('報', '报'),
    ('現', '现'),
    ('貨', '货'),
    ('約', '约'),
    ('銀', '银'),
    ('統', '统'),
    ('億', '亿'),
    ('學', '学'),
    ('認', '认'),
    ('設', '设'),
    ('議', '议'),
    ('員', '员'),
    ('區', '区'),
    ('塊', '块'),
    ('鏈', '链'),
    ('買', '买'),
    ('賣', '卖'),
    ('錢', '钱'),
    ('繼', '继'),
    ('續', '续'),
    ('際', '际'),
    ('種', '种'),
];

fn chinese_objection(text: &str, lang: &Lang) -> Option<String> {
    let wanted = lang.script().filter(|_| lang.primary() == "zh")?;
    let count = |pick: fn(&(char, char)) -> char| {
        text.chars().filter(|c| CHINESE_PAIRS.iter().any(|pair| pick(pair) == *c)).count()
    };
    let (traditional, simplified) = (count(|pair| pair.0), count(|pair| pair.1));
    let (own, other) = if wanted == "Hant" { (traditional, simplified) } else { (simplified, traditional) };
    (other > own && other >= 2).then(|| format!("it is in the other script of Chinese, not in {lang}"))
}

/// Two languages of one script: an objection only where a longer text is reliably still in the original's language.
fn language_objection(text: &str, lang: &Lang, from: Option<&Lang>, letters: usize) -> Option<String> {
    let from = from?;
    if letters < 80 || from.primary() == lang.primary() || scripts(from) != scripts(lang) {
        return None;
    }
    let info = whatlang::detect(text)?;
    (info.is_reliable() && primary(info.lang()) == Some(from.primary()))
        .then(|| format!("it is still in {from}, not in {lang}"))
}

fn primary(lang: whatlang::Lang) -> Option<&'static str> {
    use whatlang::Lang as W;
    Some(match lang {
        W::Eng => "en",
        W::Deu => "de",
        W::Fra => "fr",
        W::Spa => "es",
        W::Por => "pt",
        W::Ita => "it",
        W::Nld => "nl",
        W::Pol => "pl",
        W::Tur => "tr",
        W::Swe => "sv",
        W::Ces => "cs",
        W::Ind => "id",
        W::Vie => "vi",
        W::Rus => "ru",
        W::Ukr => "uk",
        _ => return None,
    })
}

/// A language's name in English, as prompts and words for readers use it; the tag itself where it is none of these.
pub fn english_name(lang: &Lang) -> &str {
    match (lang.primary(), lang.script()) {
        ("zh", Some("Hant")) => "Traditional Chinese as written in Taiwan",
        ("zh", _) => "Simplified Chinese",
        ("en", _) => "English",
        ("ja", _) => "Japanese",
        ("ko", _) => "Korean",
        ("de", _) => "German",
        ("fr", _) => "French",
        ("es", _) => "Spanish",
        ("pt", _) => "Portuguese",
        ("it", _) => "Italian",
        ("nl", _) => "Dutch",
        ("pl", _) => "Polish",
        ("ru", _) => "Russian",
        ("uk", _) => "Ukrainian",
        ("tr", _) => "Turkish",
        ("ar", _) => "Arabic",
        ("he", _) => "Hebrew",
        ("fa", _) => "Persian",
        ("hi", _) => "Hindi",
        ("id", _) => "Indonesian",
        ("vi", _) => "Vietnamese",
        ("th", _) => "Thai",
        ("sv", _) => "Swedish",
        ("cs", _) => "Czech",
        _ => lang.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_script_or_language_is_told() {
        let objection = |text: &str, to: &str, from: &str| {
            objection(text, &Lang::parse(to).unwrap(), Some(&Lang::parse(from).unwrap()))
        };
        for (text, to, from) in [
            ("Bitcoin breaks through 120,000 dollars", "en", "zh-Hant"),
            ("The founder (王小明) left OpenAI for another lab in Taipei", "en", "zh-Hant"),
            ("OpenAI 發布 GPT-5", "zh-Hant", "en"),
            ("BlackRock、ETF申請を撤回", "ja", "en"),
            ("비트코인 ETF 승인", "ko", "en"),
            ("Биткоин обновил максимум на бирже Binance", "ru", "en"),
            ("BTC", "zh-Hant", "en"),
        ] {
            assert_eq!(objection(text, to, from), None, "{text}");
        }
        let german = "Die Zentralbank hat am Donnerstag ihren Leitzins unverändert gelassen, wie die Behörde in \
            Frankfurt mitteilte, und damit die Erwartungen der Märkte erfüllt.";
        for (text, to, from) in [
            ("比特幣突破十二萬美元", "en", "zh-Hant"),
            ("Bitcoin breaks through 120,000 dollars", "zh-Hant", "en"),
            ("这个公司说他们会发币", "zh-Hant", "en"),
            ("ビットコインが過去最高値を更新した", "zh-Hant", "en"),
            ("中央銀行宣布維持基準利率不變符合市場預期分析師認為下半年可能降息兩次", "ja", "en"),
            (german, "en", "de"),
            ("日本勢にも追い風", "zh-Hant", "ja"),
            ("Velorin 股價當日上漲 17%。", "en", "zh-Hant"),
        ] {
            assert!(objection(text, to, from).is_some(), "{text}");
        }
    }
}
