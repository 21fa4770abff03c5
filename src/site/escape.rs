//! Text from outside goes in, text that is safe inside HTML comes out: markup escaped, control characters and
//! invisible direction overrides dropped. The one place that decides what a page may contain of a stranger's words.

use std::borrow::Cow;
use std::io::{self, Write};

/// True for characters that no page shows: C0 and C1 controls except white space, and the bidirectional overrides and
/// isolates with which a title could reorder the words around it (the page sets directions itself, by `dir`).
pub(crate) fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

/// Appends `text`, escaped for HTML text and quoted attributes.
pub(crate) fn push(out: &mut String, text: &str) {
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let with = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            c if c > '>' && c < '\u{7f}' => continue,
            c if is_forbidden(c) => "",
            _ => continue,
        };
        out.push_str(&text[start..at]);
        out.push_str(with);
        start = at + c.len_utf8();
    }
    out.push_str(&text[start..]);
}

/// `text`, escaped for HTML text and quoted attributes.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    push(&mut out, text);
    out
}

/// `text` without the characters of [`is_forbidden`], for JSON and XML, which escape for themselves.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| !is_forbidden(*c)).collect()
}

/// The template engine's escape function.
pub(crate) fn for_template(text: &str, out: &mut dyn Write) -> io::Result<()> {
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'.' | b'/' | b'-' | b',' | b':'))
    {
        return out.write_all(text.as_bytes());
    }
    out.write_all(html(text).as_bytes())
}

/// `text` as one part of an address: whatever could end the part is percent-encoded.
pub(crate) fn component(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// `address` where a page may link to it: absolute http, https or mailto, free of control characters; characters that
/// no address may hold (quotes, angle brackets …) come out percent-encoded.
pub(crate) fn link(address: &str) -> Option<Cow<'_, str>> {
    let address = address.trim();
    let scheme = address.split(':').next()?;
    let known = ["http", "https", "mailto"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
    let clean = !address.chars().any(|c| is_forbidden(c) || c.is_whitespace());
    if !known || !clean || address.len() <= scheme.len() + 1 {
        return None;
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    if address.bytes().all(plain) {
        return Some(Cow::Borrowed(address));
    }
    let parsed = url::Url::parse(address).ok()?;
    let mut out = String::with_capacity(parsed.as_str().len());
    for c in parsed.as_str().chars() {
        if u8::try_from(c).is_ok_and(|b| !plain(b) && !matches!(b, b'[' | b']')) {
            out.push_str(&format_byte(c));
        } else {
            out.push(c);
        }
    }
    Some(Cow::Owned(out))
}

fn format_byte(c: char) -> String {
    format!("%{:02X}", u32::from(c))
}

/// `text` cut to at most `words` words (each CJK character as one), with an ellipsis where something was cut.
pub(crate) fn first_words(text: &str, words: usize) -> String {
    let mut seen = 0;
    let mut inside = false;
    for (at, c) in text.char_indices() {
        if crate::text::words::is_cjk(c) {
            seen += 1;
            inside = false;
        } else if c.is_whitespace() {
            inside = false;
        } else if !inside {
            seen += 1;
            inside = true;
        }
        if seen > words {
            return format!("{} …", text[..at].trim_end());
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_and_direction_overrides_do_not_survive() {
        assert_eq!(html("<script>\"a\" & 'b'"), "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;");
        assert_eq!(html("a\u{202e}b\u{0}c\u{2067}d"), "abcd");
        assert_eq!(plain("x\u{202e}<"), "x<");
    }

    #[test]
    fn only_harmless_schemes_are_linked() {
        for good in ["https://e.example/a?b=c", "HTTP://e.example", "mailto:a@b.example"] {
            assert_eq!(link(good).as_deref(), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            " JaVaScRiPt:x",
            "data:text/html,x",
            "//e.example",
            "",
            "http:",
            "vbscript:x",
            "java\nscript:x",
            "https://a b",
        ] {
            assert_eq!(link(bad), None, "{bad}");
        }
        let encoded = link("https://e.example/a\"<b>|c?x=\"`y").unwrap();
        assert!(!encoded.contains(['"', '<', '`', '|']), "{encoded}");
    }

    #[test]
    fn an_excerpt_counts_words_in_every_script() {
        assert_eq!(first_words("one two three four", 3), "one two three …");
        assert_eq!(first_words("one two", 3), "one two");
        assert_eq!(first_words("視覺生成迎來碾壓", 3), "視覺生 …");
    }

    proptest! {
        #[test]
        fn nothing_breaks_out(text in "\\PC*|.*") {
            let out = html(&text);
            prop_assert!(!out.contains(['<', '>', '"', '\'']));
            let mut bytes = Vec::new();
            for_template(&text, &mut bytes).unwrap();
            prop_assert!(bytes == out.as_bytes() || out == text);
            let _ = first_words(&text, 2);
        }
    }
}
