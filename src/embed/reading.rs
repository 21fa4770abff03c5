//! What of an article is embedded: title and text go in, the title and the beginning of the text come out.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::cut::cut;
use crate::text::words::is_cjk;

/// Words of the text that are read; a character of a script without spaces counts as half a word. News tells what
/// happened first, and encoders read 128 to 512 tokens.
const WORDS: usize = 200;
/// Bytes of a title, and of the beginning of a text, at the most.
const TITLE_BYTES: usize = 600;
const LEAD_BYTES: usize = 6000;

/// The text to embed for an article: title, line feed, the first 200 words or so. Empty where the article has neither.
pub fn reading(title: &str, text: &str) -> String {
    let title = cut(title.trim(), TITLE_BYTES);
    let lead = lead(text.trim());
    match (title.is_empty(), lead.is_empty()) {
        (false, false) => format!("{title}\n{lead}"),
        _ => format!("{title}{lead}"),
    }
}

fn lead(text: &str) -> &str {
    let text = cut(text, LEAD_BYTES);
    let mut halves = 0;
    for (at, word) in text.unicode_word_indices() {
        let characters = word.chars().filter(|c| is_cjk(*c)).count();
        halves += if characters > 0 { characters } else { 2 };
        if halves > 2 * WORDS {
            return text.get(..at).unwrap_or(text).trim_end();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reading_is_the_title_and_the_beginning() {
        assert_eq!(reading(" Rates rise ", "The bank raised rates."), "Rates rise\nThe bank raised rates.");
        assert_eq!(reading("Rates rise", " "), "Rates rise");
        assert_eq!(reading("", ""), "");
        let long = "word ".repeat(900);
        assert_eq!(reading("", &long).split(' ').count(), WORDS);
        let han = "央行昨日宣布升息一碼".repeat(90);
        assert_eq!(reading("", &han).chars().count(), 2 * WORDS);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_all_stay_small(title in ".{0,300}", text in ".{0,3000}") {
            prop_assert!(reading(&title, &text).len() <= TITLE_BYTES + LEAD_BYTES + 1);
        }
    }
}
