//! Text that may hold bits of HTML goes in, the same text with spaces in the place of tags and references comes out. For
//! reading words where a page's tree is not at hand (summaries of feeds); nothing that is shown passes here.

use std::borrow::Cow;

/// A tag longer than this is a `<` that somebody wrote.
const LONGEST_TAG: usize = 4000;
/// So is a reference longer than this a `&`.
const LONGEST_REFERENCE: usize = 10;

/// `text` without tags, comments and character references. Linear; borrows where there are none.
pub fn untag(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match length(from) {
            Some(length) => {
                out.push(' ');
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                let (sign, after) = from.split_at(1);
                out.push_str(sign);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The bytes of the tag or reference that `text` begins with.
fn length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = |most: usize, sign: u8| bytes.iter().take(most).position(|b| *b == sign).map(|at| at + 1);
    match (bytes.first()?, bytes.get(1)?) {
        (b'<', b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!') => {
            // A summary that was cut inside of a tag ends with it.
            let cut = || (bytes.len() < LONGEST_TAG && text.contains("=\"")).then_some(bytes.len());
            end(LONGEST_TAG, b'>').or_else(cut)
        }
        (b'&', b'a'..=b'z' | b'A'..=b'Z' | b'#') => {
            let length = end(LONGEST_REFERENCE, b';')?;
            let name = bytes.get(1..length - 1)?;
            name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'#').then_some(length)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_and_references_are_spaces_and_signs_stay() {
        assert_eq!(untag("<p>Rain</p><img width=\"1024\">in&nbsp;Rome"), " Rain  in Rome");
        assert_eq!(untag("a < b && c > d; AT&T & <3"), "a < b && c > d; AT&T & <3");
        assert_eq!(untag("Rain <img width=\"1024\" src=\"https://exam"), "Rain  ");
        assert!(matches!(untag("plain"), Cow::Borrowed("plain")));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[<>&;#a-z é中]{0,200}") {
            prop_assert!(untag(&text).len() <= text.len());
        }
    }
}
