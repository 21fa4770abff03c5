//! The characters around a find go in; whether a word of its script may begin and end there comes out.
//!
//! Latin, Cyrillic, digits: whole words. Hangul: a word begins there, particles may follow. Katakana: a run of its
//! own. Han and Hiragana: anywhere, since the longest name wins.

use crate::tag::lexicon::Trust;

/// What words a character belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Written with spaces between words; digits as well.
    Spaced,
    /// Han and Hiragana.
    Dense,
    /// Katakana.
    Katakana,
    /// Hangul.
    Hangul,
    /// Blanks, punctuation, symbols.
    Mark,
}

/// The script of a character, as far as edges care.
pub(super) fn script(c: char) -> Script {
    match c {
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}' | '\u{ff66}'..='\u{ff9f}' => Script::Katakana,
        '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7af}' => Script::Hangul,
        '\u{3041}'..='\u{309f}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' => Script::Dense,
        '_' => Script::Spaced,
        _ if c.is_alphanumeric() => Script::Spaced,
        _ => Script::Mark,
    }
}

/// True where a word may begin with `first` after the text `before`.
pub(super) fn begins(before: &str, first: char) -> bool {
    let Some(previous) = before.chars().next_back() else { return true };
    match script(first) {
        Script::Dense | Script::Mark => true,
        own => script(previous) != own,
    }
}

/// How the last word of a Russian name is declined; decided by its last letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Not Cyrillic, too short, or invariable.
    Fixed,
    /// биткоин-а
    Consonant,
    /// золот-о, золот-а
    O,
    /// Тесл-а, Тесл-ы
    A,
    /// иени-я
    Ya,
    /// нефт-ь, нефт-и
    Soft,
    /// биткой-н is a consonant; Кита-й, Кита-я
    Short,
}

impl Ending {
    /// The manner of a folded name, and its stem.
    pub(super) fn of(name: &str) -> (Self, &str) {
        let cyrillic = |c: char| matches!(c, 'а'..='я');
        let Some(last) = name.chars().next_back() else { return (Self::Fixed, name) };
        if name.chars().rev().take_while(|c| cyrillic(*c)).count() < 4 {
            return (Self::Fixed, name);
        }
        let stem = &name[..name.len() - last.len_utf8()];
        // евро and Рено are not declined.
        if name.chars().rev().take_while(|c| cyrillic(*c)).count() < 5 && last == 'о' {
            return (Self::Fixed, name);
        }
        match last {
            'о' => (Self::O, stem),
            'а' => (Self::A, stem),
            'я' => (Self::Ya, stem),
            'ь' => (Self::Soft, stem),
            'й' => (Self::Short, stem),
            'е' | 'и' | 'у' | 'ы' | 'э' | 'ю' => (Self::Fixed, name),
            _ => (Self::Consonant, name),
        }
    }

    /// Case endings that may follow the stem, the bare one among them where it exists.
    fn allows(self, suffix: &str) -> bool {
        let endings: &[&str] = match self {
            Self::Fixed => &[""],
            Self::Consonant => &["", "а", "у", "ом", "ем", "е", "ы", "и", "ов", "ев", "ам", "ами", "ах"],
            Self::O => &["о", "а", "у", "ом", "е"],
            Self::A => &["а", "ы", "и", "е", "у", "ой", "ою"],
            Self::Ya => &["я", "и", "е", "ю", "ей"],
            Self::Soft => &["ь", "и", "ью", "е", "я", "ю", "ем", "ей", "ям", "ями", "ях"],
            Self::Short => &["й", "я", "ю", "ем", "е", "и", "ев"],
        };
        endings.contains(&suffix)
    }
}

/// Korean particles (and the words "price", "shares") that may follow a short or doubtful name.
const PARTICLES: &[&str] = &[
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "에게",
    "도",
    "와",
    "과",
    "로",
    "으로",
    "만",
    "부터",
    "까지",
    "보다",
    "처럼",
    "이나",
    "나",
    "랑",
    "라는",
    "이라는",
    "란",
    "이란",
    "측",
    "측은",
    "에는",
    "에도",
    "가격",
    "가격이",
    "주가",
    "주가가",
    "주식",
    "인",
    "서",
    "엔",
    "라",
    "며",
    "이며",
    "이고",
    "이라",
    "만의",
    "까지의",
    "만에",
    "값",
    "값이",
    "주",
    "주가는",
    "주가도",
    "그룹",
    "선물",
    "시세",
];

/// What may follow a find.
#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    /// The word ends here.
    Nothing,
    /// Any letters: a context word with `*`.
    Anything,
    /// What a name of this trust, length in characters and declension may carry.
    Name(Trust, usize, Ending),
}

/// How many bytes of inflection belong to a word that ends with `last` before the folded text `rest`; `None` where
/// no word ends.
pub(super) fn ends(rest: &str, last: char, after: After) -> Option<usize> {
    if let After::Anything = after {
        return Some(0);
    }
    let own = script(last);
    match own {
        Script::Dense | Script::Mark => Some(0),
        Script::Katakana => {
            let free = rest.chars().next().is_none_or(|c| script(c) != own);
            (free || matches!(after, After::Name(Trust::Sure, 4.., _))).then_some(0)
        }
        Script::Hangul => {
            // A context word may carry any particle.
            let After::Name(trust, length, _) = after else { return Some(0) };
            let run = run_of(rest, own);
            let free = run.is_empty() || (trust == Trust::Sure && length >= 3) || PARTICLES.contains(&run);
            free.then_some(0)
        }
        Script::Spaced => spaced_end(rest, after),
    }
}

fn spaced_end(rest: &str, after: After) -> Option<usize> {
    let run = run_of(rest, Script::Spaced);
    let After::Name(trust, length, ending) = after else { return run.is_empty().then_some(0) };
    if ending == Ending::Fixed {
        // A genitive or a plural: Nvidias Umsatz, bitcoins.
        let free = run.is_empty() || (run == "s" && trust != Trust::Ambiguous && length >= 4);
        return free.then_some(run.len());
    }
    ending.allows(run).then_some(run.len())
}

/// The run of characters of one script at the start of `rest`; at most 16 of them matter.
fn run_of(rest: &str, own: Script) -> &str {
    let end = rest
        .char_indices()
        .take(16)
        .find(|(_, c)| script(*c) != own)
        .map_or_else(|| rest.char_indices().nth(16).map_or(rest.len(), |(at, _)| at), |(at, _)| at);
    &rest[..end]
}

/// True where a sentence begins at the end of `before`, so that a capital tells nothing.
pub(super) fn starts_sentence(before: &str) -> bool {
    let skipped =
        |c: &char| c.is_whitespace() && *c != '\n' || matches!(c, '"' | '\'' | '“' | '„' | '«' | '(' | '‘');
    match before.chars().rev().take(8).find(|c| !skipped(c)) {
        None => before.chars().count() < 8,
        Some(c) => {
            matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '\n' | ':' | '|' | '—' | '–' | '•' | '·' | '…')
        }
    }
}

/// Places and houses that are called after a founder: Werner-Siemens-Straße, Bosch-Stiftung.
const NAMESAKES: &[&str] = &[
    "-straße",
    "-strasse",
    "-platz",
    "-allee",
    "-ring",
    "-ufer",
    "-schule",
    "-gymnasium",
    "-stiftung",
    "-stadion",
    "-arena",
    "-halle",
    "-museum",
    "-preis",
    "-universität",
    "-institut",
];

/// Sports grounds that are called after a sponsor: Allianz Stadium, Orange Vélodrome.
const GROUNDS: &[&str] = &[" stadium", " stadion", " arena", " dome", "-dome", " vélodrome"];

/// True where the folded text `rest` after a name makes a street, a school, a foundation or a stadium of it.
pub(super) fn is_namesake(rest: &str) -> bool {
    rest.starts_with(['-', ' ']) && NAMESAKES.iter().chain(GROUNDS).any(|word| rest.starts_with(word))
}

/// Words that make an amount of the money that follows.
const NUMBER_WORDS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "hundred",
    "thousand",
    "million",
    "millions",
    "billion",
    "billions",
    "trillion",
    "bn",
    "mn",
    "m",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "zehn",
    "hundert",
    "tausend",
    "millionen",
    "milliarden",
    "million",
    "mio",
    "mrd",
    "mil",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "diez",
    "cien",
    "millones",
    "millón",
    "millardos",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "dix",
    "cent",
    "cents",
    "mille",
    "millions",
    "milliard",
    "milliards",
    "два",
    "две",
    "три",
    "четыре",
    "пять",
    "десять",
    "сто",
    "тысяча",
    "тысячи",
    "тысяч",
    "млн",
    "млрд",
    "трлн",
    "миллион",
    "миллиона",
    "миллионов",
    "миллиарда",
    "миллиардов",
    "a",
    "per",
    "every",
    "each",
    "extra",
    "thirty",
    "forty",
    "fifty",
    "twenty",
    "ein",
    "einen",
    "einem",
    "pro",
    "je",
    "jeder",
    "jeden",
    "zwanzig",
    "fünfzig",
    "un",
    "une",
    "cada",
    "veinte",
    "treinta",
    "cincuenta",
    "vingt",
    "trente",
    "cinquante",
    "par",
    "двадцать",
    "тридцать",
    "сорок",
    "пятьдесят",
    "полмиллиона",
    "один",
    "каждый",
];

/// True where the folded text `before` ends with a number or a number word: what follows is an amount.
pub(super) fn is_amount(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '-']);
    let before =
        ["d'", " de", " of"].iter().find_map(|word| before.strip_suffix(word)).unwrap_or(before).trim_end();
    let before = before.trim_end_matches('.');
    let Some(last) = before.chars().next_back() else { return false };
    if last.is_numeric() || "十百千万萬亿億兆数數几幾多余餘만억조천백".contains(last) {
        return true;
    }
    let start = before
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    NUMBER_WORDS.contains(&&before[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_by_the_rules_of_their_script() {
        let sure = |length| After::Name(Trust::Sure, length, Ending::Fixed);
        let doubtful = |length| After::Name(Trust::Ambiguous, length, Ending::Fixed);
        assert_eq!(ends("hing", 'h', sure(3)), None, "ETH is not in something");
        assert_eq!(ends("s umsatz", 'a', sure(6)), Some(1));
        assert_eq!(ends("'s", 'a', sure(6)), Some(0));
        assert_eq!(ends("버스", '타', doubtful(2)), None, "메타버스 is no 메타");
        assert_eq!(ends("의 주가", '타', doubtful(2)), Some(0));
        assert_eq!(ends("パイ", 'ル', doubtful(4)), None);
        assert_eq!(ends("を買う", 'ン', sure(7)), Some(0));
        assert!(!begins("Some", 'e') && begins("買進", 'N') && !begins("パイナ", 'ッ') && begins("青", '苹'));
    }

    #[test]
    fn russian_names_are_declined() {
        let (ending, stem) = Ending::of("золото");
        assert_eq!((ending, stem), (Ending::O, "золот"));
        let after = After::Name(Trust::Ambiguous, 6, ending);
        assert_eq!(ends("а растет", 'т', after), Some("а".len()));
        assert_eq!(ends("ая осень", 'т', after), None);
    }

    #[test]
    fn amounts_are_no_subject() {
        for amount in
            ["2 million ", "500 ", "五百万", "двух миллионов ", "10억 ", "diez ", "millions d'", "15 "]
        {
            assert!(is_amount(amount), "{amount}");
        }
        assert!(is_namesake("-straße gesperrt") && is_namesake(" stadium tour") && !is_namesake("-chef"));
        for subject in ["the ", "курс ", "人民币兑", "le ", "million dreams "] {
            assert!(!is_amount(subject), "{subject}");
        }
    }
}
