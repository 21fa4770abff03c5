//! A text of any script goes in, an upper estimate of its tokens comes out. Budgets are counted with it before a call.

use crate::text::words::is_cjk;

/// An upper estimate of how many tokens a model's tokenizer makes of `text`. Byte-pair vocabularies of current models
/// make about 0.25 tokens of a Latin letter, 0.7 to 1.2 of a Han character, 0.5 of a Cyrillic or Arabic letter; the
/// weights here lie above that, because a ceiling must hold.
pub fn upper(text: &str) -> u64 {
    let thousandths: u64 = text.chars().map(weight).sum();
    thousandths.div_ceil(1000)
}

fn weight(c: char) -> u64 {
    match c {
        'a'..='z' => 350,
        'A'..='Z' => 600,
        ' ' => 100,
        '0'..='9' => 1000,
        '\0'..='\u{7f}' => 800,
        c if is_cjk(c) => 1500,
        '\u{80}'..='\u{24f}' => 1000,
        '\u{370}'..='\u{6ff}' => 900,
        '\u{10000}'.. => 4000,
        _ => 2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_lie_above_what_tokenizers_make() {
        assert_eq!(upper(""), 0);
        // cl100k makes 9 of the first, 8 of the second, 12 of the third.
        assert!((9..30).contains(&upper("The quick brown fox jumps over the dog.")));
        assert!((8..20).contains(&upper("比特幣突破新高")));
        assert!((12..40).contains(&upper("Биткоин обновил исторический максимум")));
    }
}
