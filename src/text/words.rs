//! Counting words: a text goes in, the number that readers are told comes out.

use unicode_segmentation::UnicodeSegmentation;

/// True for a character of a script that is written without spaces and counted by character: Han, Kana, Hangul.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}'           // Hiragana
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'         // Katakana
        | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}'         // Katakana extensions, half width
        | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' // Han
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
        | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7af}' // Hangul
    )
}

/// The number of words by UAX #29, each Han, Kana or Hangul character as one.
pub fn count(text: &str) -> u32 {
    let mut n = 0_u32;
    for word in text.unicode_words() {
        let cjk = word.chars().filter(|c| is_cjk(*c)).count() as u32;
        // A word of another script that touches a CJK run (iPhone手機) is a word of its own.
        let rest = word.split(is_cjk).filter(|part| part.chars().any(char::is_alphanumeric)).count() as u32;
        n = n.saturating_add(cjk + rest);
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_as_readers_would() {
        for (text, n) in [
            ("", 0),
            ("The quick (\"brown\") fox can't jump 32.3 feet, right?", 9),
            ("視覺生成迎來碾壓", 8),
            ("OpenAI 祭出 GPT-Image-2", 6),
            ("東京タワー", 5),
            ("삼성전자", 4),
            ("— … !", 0),
        ] {
            assert_eq!(count(text), n, "{text}");
        }
    }
}
