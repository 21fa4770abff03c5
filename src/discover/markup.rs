//! Untrusted HTML or text goes in; plain text of a bounded length, or HTML with absolute links, comes out.

use url::Url;

use crate::discover::feed::lexer::reference;

/// Longest title, in characters.
pub(crate) const MAX_TITLE: usize = 500;
/// Longest summary, in characters.
pub(crate) const MAX_SUMMARY: usize = 5_000;
/// Longest content, in bytes.
pub(crate) const MAX_CONTENT: usize = 1 << 20;
/// Longest name, category, guid, in characters.
pub(crate) const MAX_NAME: usize = 300;

/// Text as it is, made safe and bounded: white space collapsed, control characters and the marks that turn the
/// direction of writing dropped, at most `most` characters.
pub(crate) fn tidy(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most * 4));
    let (mut space, mut n) = (false, 0);
    for c in text.chars() {
        if c.is_whitespace() {
            space = !out.is_empty();
        } else if !is_unwanted(c) {
            if n + usize::from(space) >= most {
                break;
            }
            if space {
                out.push(' ');
                n += 1;
                space = false;
            }
            out.push(c);
            n += 1;
        }
    }
    out
}

/// Control characters, noncharacters, and the embeddings, overrides and isolates of the bidirectional algorithm:
/// left open in a title they turn the rest of a page.
pub(crate) fn is_unwanted(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// HTML as plain text: tags dropped, references resolved, then as [`tidy`]. A `<` that begins no tag is text.
pub(crate) fn plain(html: &str, most: usize) -> String {
    if !html.contains(['<', '&']) {
        return tidy(html, most);
    }
    let mut out = String::with_capacity(html.len().min(most * 8));
    let mut rest = html;
    // Behind the last `>` no tag ends: not looking there keeps the time linear.
    let tags_end = html.rfind('>').unwrap_or(0);
    // White space collapses later; eight times the bound leaves room for it and bounds the work.
    while !rest.is_empty() && out.len() < most.saturating_mul(8) {
        let at = rest.find(['<', '&']).unwrap_or(rest.len());
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('&') {
            if let Some((c, length)) = reference(after) {
                out.push(c);
                rest = after.get(length..).unwrap_or_default();
            } else {
                out.push('&');
                rest = after;
            }
        } else if let Some(tag) = (html.len() - rest.len() < tags_end).then(|| Tag::at(rest)).flatten() {
            rest = rest.get(tag.length..).unwrap_or_default();
            if tag.is("script") || tag.is("style") {
                rest = behind_raw(rest, tag.name);
            } else if !tag.is_inline() {
                out.push(' ');
            }
        } else if !rest.is_empty() {
            out.push('<');
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    tidy(&out, most)
}

/// Text that is declared plain, as [`tidy`], but for what publishers put there by mistake: HTML with its end tags,
/// and references (`&amp;amp;` for `&`).
pub(crate) fn plain_text(text: &str, most: usize) -> String {
    let has_end_tag =
        text.match_indices("</").any(|(at, _)| text[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic()));
    if has_end_tag || !text.contains('&') {
        return if has_end_tag { plain(text, most) } else { tidy(text, most) };
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (c, length) = reference(after).unwrap_or(('&', 0));
        out.push(c);
        rest = after.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    tidy(&out, most)
}

/// What follows the end of a `script` or `style` element whose start tag is already passed.
fn behind_raw<'a>(rest: &'a str, name: &str) -> &'a str {
    for (at, _) in rest.match_indices("</") {
        let tail = rest.get(at + 2..).unwrap_or_default();
        if tail.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)) {
            return tail.split_once('>').map_or("", |(_, behind)| behind);
        }
    }
    ""
}

struct Tag<'a> {
    name: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    /// The tag or comment that `text`, which begins with `<`, begins with.
    fn at(text: &'a str) -> Option<Self> {
        if text.starts_with("<!--") {
            let length = text.find("-->").map_or(text.len(), |at| at + 3);
            return Some(Self { name: "!--", length });
        }
        let inside = text.strip_prefix('<')?;
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        let declares = inside
            .strip_prefix(['!', '?'])
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '['));
        if !declares && !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_ends =
            inside.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(inside.len());
        let mut quote = None;
        for (offset, byte) in inside.bytes().enumerate().skip(name_ends) {
            match (byte, quote) {
                (b'>', None) => {
                    let length = text.len() - inside.len() + offset + 1;
                    return Some(Self { name: inside.get(..name_ends)?, length });
                }
                (b'"' | b'\'', None) => quote = Some(byte),
                (byte, Some(open)) if byte == open => quote = None,
                _ => {}
            }
        }
        // An unclosed quote: the first `>` ends the tag, as a person would read it.
        let end = inside.find('>')?;
        Some(Self { name: inside.get(..name_ends.min(end))?, length: text.len() - inside.len() + end + 1 })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// True for elements that do not break words apart.
    fn is_inline(&self) -> bool {
        [
            "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark",
            "q", "s", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr", "!--",
        ]
        .iter()
        .any(|inline| self.is(inline))
    }
}

/// Makes the links of an HTML fragment absolute. Only `href`, `src`, `poster` and `data-src` are looked at.
pub(crate) fn absolute(html: &str, base: &Url) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let tags_end = html.rfind('>').unwrap_or(0);
    while let Some(at) = rest.find('<').filter(|at| html.len() - rest.len() + at < tags_end) {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let length = Tag::at(rest).map_or(1, |tag| tag.length);
        absolute_tag(rest.get(..length).unwrap_or_default(), base, &mut out);
        rest = rest.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn absolute_tag(tag: &str, base: &Url, out: &mut String) {
    let mut rest = tag;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at);
        let name = before.trim_end().rsplit(|c: char| c.is_whitespace() || c == '"' || c == '\'').next();
        let wanted = name.is_some_and(|name| {
            ["href", "src", "poster", "data-src"].iter().any(|known| name.eq_ignore_ascii_case(known))
        });
        out.push_str(before);
        let value = after.get(1..).unwrap_or_default();
        let trimmed = value.trim_start();
        let Some(quote) = trimmed.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            out.push('=');
            rest = value;
            continue;
        };
        let inside = trimmed.get(1..).unwrap_or_default();
        let end = inside.find(quote).unwrap_or(inside.len());
        let address = inside.get(..end).unwrap_or_default();
        out.push('=');
        out.push(quote);
        match wanted.then(|| join(base, address)).flatten() {
            Some(joined) => out.push_str(&joined.replace('"', "%22").replace('\'', "%27")),
            None => out.push_str(address),
        }
        rest = inside.get(end..).unwrap_or_default();
        if rest.starts_with(quote) {
            out.push(quote);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
}

/// The absolute form of a relative address; nothing where it is absolute, a fragment, or no address.
fn join(base: &Url, address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.starts_with('#') || address.len() > 2048 || Url::parse(address).is_ok() {
        return None;
    }
    let joined = base.join(&address.replace("&amp;", "&")).ok()?;
    Some(joined.as_str().replace('&', "&amp;"))
}

/// Escapes text for HTML or XML, quotes included.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// The first `most` bytes of `text`, cut at a character.
pub(crate) fn bounded(mut text: String, most: usize) -> String {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_becomes_the_text_a_reader_sees() {
        for (html, text) in [
            ("Example <b>Atom</b>", "Example Atom"),
            ("<p>One</p><p>Two<br/>three</p>", "One Two three"),
            ("AT&amp;T &hellip; 1 < 2 & 3 > 2", "AT&T … 1 < 2 & 3 > 2"),
            ("in<b>side</b> <script>var a = '</b>';</script>x<style>p{}</style>", "inside x"),
            ("a\u{202e}b\0c\u{200f} \u{a0} d", "abc\u{200f} d"),
            ("<a title='a > b'>動區</a>", "動區"),
            ("<!-- hidden --> shown", "shown"),
        ] {
            assert_eq!(plain(html, 100), text, "{html}");
        }
        for (given, text) in [("1 < 2 <b>", "1 < 2 <b>"), ("A &amp; B <i>", "A & B <i>"), ("<i>C</i>", "C")] {
            assert_eq!(plain_text(given, 100), text);
        }
        assert_eq!(plain(&"長".repeat(900), MAX_TITLE).chars().count(), MAX_TITLE);
    }

    #[test]
    fn links_become_absolute() {
        let base = Url::parse("https://example.com/blog/feed.xml").unwrap();
        let html = r##"<p><a href="a?x=1&amp;y=2">a</a> <img alt="x=y" src='/i.png'> <a href="#top">t</a> <a href="https://b.org/">b</a></p>"##;
        let want = r##"<p><a href="https://example.com/blog/a?x=1&amp;y=2">a</a> <img alt="x=y" src='https://example.com/i.png'> <a href="#top">t</a> <a href="https://b.org/">b</a></p>"##;
        assert_eq!(absolute(html, &base), want);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[<>/!a-c&;#\"'= é-]{0,60}") {
            let base = Url::parse("https://example.com/").unwrap();
            prop_assert!(plain(&text, 50).chars().count() <= 50);
            let _ = absolute(&text, &base);
        }
    }
}
