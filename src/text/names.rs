//! Names across scripts: a word in Latin, Cyrillic or Kana goes in, a skeleton of its consonants comes out that is
//! alike for one name in all of them (`Merkel`, `Меркель`, `メルケル` → `mrkr`).
//!
//! The method is Soundex's: sounds that scripts confuse fall into one class (l and r, b and v and w, s and sh and z),
//! vowels vanish but for the mark of a first one, and doubles collapse. Cyrillic goes by the usual romanisation,
//! Kana by Hepburn.

use unicode_normalization::UnicodeNormalization;

/// The longest word that is looked at, in characters.
const LONGEST: usize = 40;

/// Lower case, without accents: the form under which Latin words are compared.
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    if word.is_ascii() {
        out.push_str(word);
        out.make_ascii_lowercase();
        return out;
    }
    for c in word.chars().take(LONGEST * 4) {
        // Decomposing would split й and the voiced Kana: these scripts are left whole.
        if matches!(c, '\u{0400}'..='\u{04ff}' | '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}') {
            out.extend(c.to_lowercase().map(|c| if c == 'ё' { 'е' } else { c }));
        } else {
            std::iter::once(c).nfd().for_each(|c| plain(c, &mut out));
        }
    }
    out
}

/// One decomposed letter in its plain form; marks vanish.
fn plain(c: char, out: &mut String) {
    match c {
        '\u{0300}'..='\u{036f}' | '\u{00ad}' | '\u{200d}' | '\u{0640}' | '\u{064b}'..='\u{065f}' => {}
        'ß' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' => out.push('d'),
        'ı' | 'İ' => out.push('i'),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        '’' => out.push('\''),
        _ => out.extend(c.to_lowercase()),
    }
}

/// Latin letters for a word in Cyrillic or Kana; a Latin word is only folded. `None` for other scripts.
pub fn romanise(word: &str) -> Option<String> {
    let first = word.chars().next()?;
    match first {
        '\u{0400}'..='\u{04ff}' => {
            Some(word.chars().take(LONGEST).flat_map(char::to_lowercase).map(cyrillic).collect())
        }
        '\u{30a0}'..='\u{30ff}' => Some(katakana(word)),
        _ if first.is_ascii_alphabetic() || ('\u{00c0}'..='\u{024f}').contains(&first) => Some(fold(word)),
        _ => None,
    }
}

fn cyrillic(c: char) -> &'static str {
    match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' | 'є' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'й' | 'ы' | 'і' | 'ї' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ю' => "yu",
        'я' => "ya",
        _ => "",
    }
}

fn katakana(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars().take(LONGEST) {
        let syllable = syllable(c);
        if matches!(c, 'ャ' | 'ュ' | 'ョ' | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ') {
            out.pop(); // ジェ is je, not jie
        }
        out.push_str(syllable);
    }
    out
}

fn syllable(c: char) -> &'static str {
    match c {
        'ア' | 'ァ' => "a",
        'イ' | 'ィ' => "i",
        'ウ' | 'ゥ' => "u",
        'エ' | 'ェ' => "e",
        'オ' | 'ォ' | 'ヲ' => "o",
        'カ' => "ka",
        'キ' => "ki",
        'ク' => "ku",
        'ケ' => "ke",
        'コ' => "ko",
        'ガ' => "ga",
        'ギ' => "gi",
        'グ' => "gu",
        'ゲ' => "ge",
        'ゴ' => "go",
        'サ' => "sa",
        'シ' => "shi",
        'ス' => "su",
        'セ' => "se",
        'ソ' => "so",
        'ザ' => "za",
        'ジ' | 'ヂ' => "ji",
        'ズ' | 'ヅ' => "zu",
        'ゼ' => "ze",
        'ゾ' => "zo",
        'タ' => "ta",
        'チ' => "chi",
        'ツ' => "tsu",
        'テ' => "te",
        'ト' => "to",
        'ダ' => "da",
        'デ' => "de",
        'ド' => "do",
        'ナ' => "na",
        'ニ' => "ni",
        'ヌ' => "nu",
        'ネ' => "ne",
        'ノ' => "no",
        'ハ' => "ha",
        'ヒ' => "hi",
        'フ' => "fu",
        'ヘ' => "he",
        'ホ' => "ho",
        'バ' => "ba",
        'ビ' => "bi",
        'ブ' => "bu",
        'ベ' => "be",
        'ボ' => "bo",
        'パ' => "pa",
        'ピ' => "pi",
        'プ' => "pu",
        'ペ' => "pe",
        'ポ' => "po",
        'マ' => "ma",
        'ミ' => "mi",
        'ム' => "mu",
        'メ' => "me",
        'モ' => "mo",
        'ヤ' | 'ャ' => "ya",
        'ユ' | 'ュ' => "yu",
        'ヨ' | 'ョ' => "yo",
        'ラ' => "ra",
        'リ' => "ri",
        'ル' => "ru",
        'レ' => "re",
        'ロ' => "ro",
        'ワ' => "wa",
        'ン' => "n",
        'ヴ' => "vu",
        _ => "",
    }
}

/// The consonant skeleton of a name; `None` where it would be too short to tell names apart (under three classes)
/// or the script is none of Latin, Cyrillic, Kana.
pub fn skeleton(word: &str) -> Option<String> {
    let letters: Vec<u8> = romanise(word)?.bytes().filter(u8::is_ascii_lowercase).collect();
    let at = |i: usize| letters.get(i).copied().unwrap_or(0);
    let mut out: Vec<u8> = Vec::with_capacity(letters.len());
    let mut i = 0;
    while i < letters.len() {
        let (class, used) = sound(at(i), at(i + 1), at(i + 2), i == 0);
        for c in class.bytes() {
            if out.last() != Some(&c) {
                out.push(c);
            }
        }
        i += used;
    }
    if out.len() < 3 { None } else { String::from_utf8(out).ok() }
}

/// The class of the sound that begins with `a` (followed by `b` and `c`), and how many letters it takes.
#[expect(
    clippy::match_same_arms,
    reason = "a table of sounds: rows of one class stand where a reader looks for them"
)]
fn sound(a: u8, b: u8, c: u8, first: bool) -> (&'static str, usize) {
    let soft = |x: u8| matches!(x, b'e' | b'i' | b'y');
    match (a, b, c) {
        (b's', b'c', b'h') => ("s", 3),
        (b't', b's', b'c') | (b't', b'c', b'h') => ("c", 3),
        (b's' | b'z' | b't', b'h', _) => (if a == b't' { "t" } else { "s" }, 2),
        (b'c', b'h', _) => ("c", 2),
        (b'p', b'h', _) => ("f", 2),
        (b'c', b'k', _) => ("k", 2),
        (b'd', b'z', b'h') => ("j", 3),
        (b'd', b'j', _) => ("j", 2),
        (b't', b's' | b'z', _) => ("s", 2),
        (b'n', b'g', _) => ("n", 2),
        (b'k', b'h', _) => ("h", 2),
        (b'g', b'h', _) => ("g", 2),
        (b'n', b'b' | b'p' | b'm', _) => ("m", 1),
        (b'c', x, _) if soft(x) => ("s", 1),
        (b'c' | b'q' | b'k', _, _) => ("k", 1),
        (b'x', _, _) => ("ks", 1),
        (b's' | b'z', _, _) => ("s", 1),
        (b'b' | b'v' | b'w', _, _) => ("b", 1),
        (b'l' | b'r', _, _) => ("r", 1),
        (b'f', _, _) => ("f", 1),
        (b'd', _, _) => ("d", 1),
        (b't', _, _) => ("t", 1),
        (b'g', _, _) => ("g", 1),
        (b'j', _, _) => ("j", 1),
        (b'm', _, _) => ("m", 1),
        (b'n', _, _) => ("n", 1),
        (b'p', _, _) => ("p", 1),
        (b'h', _, _) if first => ("h", 1),
        (b'a' | b'e' | b'i' | b'o' | b'u' | b'y', _, _) if first => ("a", 1),
        _ => ("", 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_name_in_three_scripts_has_one_skeleton() {
        for (latin, others) in [
            ("Merkel", ["Меркель", "メルケル"]),
            ("Washington", ["Вашингтон", "ワシントン"]),
            ("Trump", ["Трамп", "トランプ"]),
            ("Berlin", ["Берлин", "ベルリン"]),
            ("Harris", ["Харрис", "ハリス"]),
            ("Nevada", ["Невада", "ネバダ"]),
        ] {
            for other in others {
                assert_eq!(skeleton(latin), skeleton(other), "{latin} {other}");
            }
        }
        assert_ne!(skeleton("Merkel"), skeleton("Macron"));
        assert_eq!(skeleton("Ada"), None);
        assert_eq!(skeleton("東京"), None);
    }

    #[test]
    fn folding_takes_accents_off_and_keeps_letters() {
        assert_eq!(fold("Zürich"), "zurich");
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(fold("ЙОЖ"), "йож");
        assert_eq!(fold("東京"), "東京");
    }

    proptest! {
        #[test]
        fn no_word_breaks_it(word in "\\PC{0,60}") {
            if let Some(skeleton) = skeleton(&word) {
                prop_assert!(skeleton.len() >= 3);
            }
            let _ = fold(&word);
        }
    }
}
