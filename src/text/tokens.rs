//! Tokens of any script: a text goes in, runs of letters, digits or characters of one script come out, in order.

use crate::text::words::is_cjk;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters of a script that separates words by spaces (digits may follow: `covid19`).
    Word,
    /// Digits, with separators between them: `1,234.5`.
    Number,
    /// Han characters.
    Han,
    /// Katakana: mostly foreign names in Japanese.
    Katakana,
    /// Hiragana: mostly grammar in Japanese.
    Hiragana,
    /// Another script written without spaces, or Hangul: cut into pairs of characters like Han.
    Dense,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// As written.
    pub text: &'a str,
    /// Where it begins, in bytes.
    pub start: usize,
    /// What it is made of.
    pub kind: Kind,
    /// True where its first letter is a capital.
    pub capital: bool,
    /// True where it opens a sentence, so that a capital tells nothing.
    pub opens: bool,
}

/// The tokens of a text.
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    opens: bool,
}

/// Cuts `text` into tokens. Everything that is neither letter nor digit only separates.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, opens: true }
}

fn kind_of(c: char) -> Option<Kind> {
    match c {
        '0'..='9' | '０'..='９' => Some(Kind::Number),
        '\u{3041}'..='\u{309f}' => Some(Kind::Hiragana),
        '\u{30a1}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => Some(Kind::Katakana),
        // Hangul; Thai, Lao, Burmese, Khmer.
        '\u{1100}'..='\u{11ff}'
        | '\u{3131}'..='\u{318e}'
        | '\u{ac00}'..='\u{d7af}'
        | '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}' => Some(Kind::Dense),
        _ if is_cjk(c) => Some(Kind::Han),
        _ if c.is_alphabetic() => Some(Kind::Word),
        _ => None,
    }
}

/// True where `c` may stand between two letters of one word.
fn joins_letters(c: char) -> bool {
    matches!(c, '\'' | '’' | '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{065f}' | '\u{00ad}' | '\u{200d}')
        || (!c.is_alphanumeric() && !c.is_ascii() && is_mark(c))
}

/// Vowel signs of Indic scripts: part of a word though not alphabetic in themselves.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0dff}') && !matches!(c, '\u{0964}' | '\u{0965}')
}

impl Tokens<'_> {
    /// The end of the token that begins at `start` with a character of `kind`.
    fn end(&self, start: usize, kind: Kind) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let mut end = rest.len();
        let mut chars = rest.char_indices().peekable();
        let mut seen_digit = false;
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, c)| *c);
            let inside = match (kind, kind_of(c)) {
                (Kind::Word, Some(Kind::Number)) => {
                    seen_digit = true;
                    true
                }
                (Kind::Word, Some(Kind::Word)) => !seen_digit || c.is_lowercase() || c.is_uppercase(),
                (Kind::Word, None) => {
                    joins_letters(c) && next.is_some_and(|n| is_mark(n) || n.is_alphabetic())
                }
                (Kind::Number, None) => {
                    matches!(c, '.' | ',' | '\u{a0}' | '\u{202f}' | '’')
                        && next.is_some_and(|n| n.is_ascii_digit())
                }
                (Kind::Katakana | Kind::Han, None) => false,
                (_, other) => other == Some(kind),
            };
            let marked = kind == Kind::Word && is_mark(c);
            if !inside && !marked {
                end = at;
                break;
            }
        }
        start + end
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let c = self.text.get(self.at..)?.chars().next()?;
            let Some(kind) = kind_of(c) else {
                // A closing quote after a full stop, or a space, leaves the new sentence as it is.
                if matches!(
                    c,
                    '.' | '!' | '?' | ':' | '\n' | '…' | '。' | '！' | '？' | '|' | '•' | '“' | '"'
                ) {
                    self.opens = true;
                }
                self.at += c.len_utf8();
                continue;
            };
            let start = self.at;
            let end = self.end(start, kind).max(start + c.len_utf8());
            self.at = end;
            let opens = std::mem::replace(&mut self.opens, false);
            let text = self.text.get(start..end).unwrap_or_default();
            return Some(Token { text, start, kind, capital: c.is_uppercase(), opens });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<(&str, Kind)> {
        tokens(text).map(|t| (t.text, t.kind)).collect()
    }

    #[test]
    fn tokens_follow_the_script() {
        use Kind::{Dense, Han, Hiragana, Katakana, Number, Word};
        assert_eq!(
            cut("Apple's A17 rose 1,234.5% in 東京タワーで 서울"),
            [
                ("Apple's", Word),
                ("A17", Word),
                ("rose", Word),
                ("1,234.5", Number),
                ("in", Word),
                ("東京", Han),
                ("タワー", Katakana),
                ("で", Hiragana),
                ("서울", Dense)
            ]
        );
        assert_eq!(
            cut("中国2020年5月"),
            [("中国", Han), ("2020", Number), ("年", Han), ("5", Number), ("月", Han)]
        );
        assert_eq!(cut("Москва, 5."), [("Москва", Word), ("5", Number)]);
    }

    #[test]
    fn a_capital_after_a_full_stop_opens_a_sentence() {
        let all: Vec<_> =
            tokens("The fire. Police in Rome said").map(|t| (t.text, t.capital && !t.opens)).collect();
        assert_eq!(all.iter().filter(|(_, name)| *name).map(|(t, _)| *t).collect::<Vec<_>>(), ["Rome"]);
    }

    proptest! {
        #[test]
        fn tokens_lie_in_order_inside_the_text(text in "\\PC{0,200}") {
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(token.start >= last && !token.text.is_empty());
                last = token.start + token.text.len();
            }
            prop_assert!(last <= text.len());
        }
    }
}
