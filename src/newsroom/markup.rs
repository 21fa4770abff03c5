//! The manuscripts' inline markup goes in (`**strong**`, `*emphasis*`, `[words](address)`, not nested), runs come out;
//! from these plain text and HTML.
use std::fmt::Write as _;

/// A run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run<'a> {
    /// Plain words.
    Text(&'a str),
    /// Marked words.
    Marked(Mark<'a>, &'a str),
}

/// What marks words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark<'a> {
    /// Strong emphasis.
    Strong,
    /// Emphasis.
    Emphasis,
    /// A link to an address, or to another piece of the same publication as `@slug`.
    Link(&'a str),
}

/// The runs of `text`. A mark that does not close is text.
pub fn runs(text: &str) -> Vec<Run<'_>> {
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['*', '['])) {
        let open = at + found;
        if let Some((mark, words, length)) = marked(text.get(open..).unwrap_or_default()) {
            if let Some(before) = text.get(start..open).filter(|before| !before.is_empty()) {
                out.push(Run::Text(before));
            }
            out.push(Run::Marked(mark, words));
            at = open + length;
            start = at;
        } else {
            at = open + 1;
        }
    }
    if let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        out.push(Run::Text(rest));
    }
    out
}

/// A mark at the start of `text`, its words, and how many bytes both take.
fn marked(text: &str) -> Option<(Mark<'_>, &str, usize)> {
    for (sign, mark) in [("**", Mark::Strong), ("*", Mark::Emphasis)] {
        if let Some(rest) = text.strip_prefix(sign) {
            let words = rest.get(..rest.find(sign)?)?;
            return (!words.is_empty()).then_some((mark, words, words.len() + 2 * sign.len()));
        }
    }
    let rest = text.strip_prefix('[')?;
    let (words, rest) = rest.split_once("](")?;
    let target = rest.get(..rest.find(')')?)?;
    Some((Mark::Link(target), words, words.len() + target.len() + 4))
}

/// The words alone.
pub fn plain(text: &str) -> String {
    runs(text)
        .into_iter()
        .map(|run| match run {
            Run::Text(words) | Run::Marked(_, words) => words,
        })
        .collect()
}

/// HTML. `address` turns a link's target into an address.
pub fn html(text: &str, address: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for run in runs(text) {
        match run {
            Run::Text(words) => out.push_str(&escape(words)),
            Run::Marked(Mark::Strong, words) => {
                let _ = write!(out, "<strong>{}</strong>", escape(words));
            }
            Run::Marked(Mark::Emphasis, words) => {
                let _ = write!(out, "<em>{}</em>", escape(words));
            }
            Run::Marked(Mark::Link(target), words) => {
                let _ = write!(out, "<a href=\"{}\">{}</a>", escape(&address(target)), escape(words));
            }
        }
    }
    out
}

/// Escapes text for HTML and XML, in elements and attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_becomes_words_and_html() {
        let text = "A **bold** move, *so* [they said](@one) & 2 * 3 [sic]";
        assert_eq!(plain(text), "A bold move, so they said & 2 * 3 [sic]");
        assert_eq!(
            html(text, |target| format!("/x/{}", target.trim_start_matches('@'))),
            "A <strong>bold</strong> move, <em>so</em> <a href=\"/x/one\">they said</a> &amp; 2 * 3 [sic]"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(\\*|\\[|\\]|\\(|\\)|.){0,60}") {
            let _ = plain(&text);
        }
    }
}
