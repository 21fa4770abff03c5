//! The tags and texts inside one element go in, its value comes out: plain text, or HTML where it was markup,
//! whether inline, escaped or in base64.

use crate::discover::feed::lexer::Attribute;
use crate::discover::feed::names::Note;
use crate::discover::markup::escape;

/// Longest value gathered, in bytes; what is longer is cut.
const MAX_VALUE: usize = 2 << 20;

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// An element that may hold markup.
    Markup(&'static str),
    /// An element with plain text.
    Plain(&'static str),
    /// A date.
    Date(&'static str),
    /// An address.
    Address(&'static str),
    /// A person.
    Person,
    /// A category.
    Category,
    /// Beside the document.
    Note(Note),
}

/// How an element says that its text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// As its dialect has it.
    Usual,
    /// As escaped HTML.
    Html,
    /// As text.
    Text,
    /// As HTML in base64.
    Base64,
    /// Not at all: a picture, a document elsewhere.
    Foreign,
}

/// A value being gathered.
pub(crate) struct Capture {
    pub(crate) field: Field,
    pub(crate) rank: u8,
    /// True for a guid that does not say it is no address.
    pub(crate) is_permalink: bool,
    mode: Mode,
    /// The texts alone, while there is no tag.
    flat: String,
    /// Texts and tags as HTML, from the first tag on.
    html: Option<String>,
}

impl Capture {
    /// Begins a value.
    pub(crate) fn new(field: Field, rank: u8, attributes: &[Attribute<'_>]) -> Self {
        let value = |name: &str| {
            attributes
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, v)| v.trim().to_ascii_lowercase())
        };
        let kind = value("type");
        let mode = match (value("mode").as_deref(), kind.as_deref()) {
            (_, Some(kind)) if value("src").is_some() || is_foreign(kind) => Mode::Foreign,
            (Some("base64"), _) => Mode::Base64,
            (Some("escaped"), None) | (_, Some("html" | "text/html")) => Mode::Html,
            (_, Some("text" | "text/plain")) => Mode::Text,
            (_, Some(kind)) if kind.ends_with("xml") || kind.starts_with("text/") || kind == "xhtml" => {
                Mode::Usual
            }
            (_, Some(kind)) if kind.contains('/') => Mode::Base64,
            _ => Mode::Usual,
        };
        let is_permalink = value("ispermalink").is_none_or(|v| v != "false");
        Self { field, rank, is_permalink, mode, flat: String::new(), html: None }
    }

    /// True where tags inside are part of the value.
    pub(crate) fn takes_markup(&self) -> bool {
        matches!(self.field, Field::Markup(_))
    }

    /// Adds text; `is_html` where it is HTML already, as in a CDATA section of RSS.
    pub(crate) fn text(&mut self, text: &str, is_html: bool) {
        match &mut self.html {
            Some(html) if html.len() < MAX_VALUE => {
                if is_html {
                    html.push_str(text);
                } else {
                    escape(text, html);
                }
            }
            None if self.flat.len() < MAX_VALUE => self.flat.push_str(text),
            _ => {}
        }
    }

    /// Adds a tag inside the value.
    pub(crate) fn start_tag(&mut self, xhtml: bool, name: &str, attributes: &[Attribute<'_>]) {
        let flat = &mut self.flat;
        let html = self.html.get_or_insert_with(|| {
            let mut html = String::with_capacity(flat.len() + 64);
            escape(flat, &mut html);
            flat.clear();
            html
        });
        if html.len() >= MAX_VALUE {
            return;
        }
        html.push('<');
        html.push_str(local(xhtml, name));
        for (key, value) in attributes {
            if key.starts_with("xmlns") {
                continue;
            }
            html.push(' ');
            html.push_str(key);
            html.push_str("=\"");
            escape(value, html);
            html.push('"');
        }
        html.push('>');
    }

    /// Adds an end tag inside the value.
    pub(crate) fn end_tag(&mut self, name: &str) {
        let Some(html) = self.html.as_mut().filter(|html| html.len() < 2 * MAX_VALUE) else { return };
        let name = local(true, name);
        if is_void(name) {
            return;
        }
        html.push_str("</");
        html.push_str(name);
        html.push('>');
    }

    /// The value as plain text.
    pub(crate) fn into_plain(self) -> String {
        let text = self.html.unwrap_or(self.flat);
        let trimmed = text.trim();
        if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
    }

    /// The value and whether it is HTML; nothing where it is no text at all.
    pub(crate) fn into_markup(self, atom: bool) -> Option<(String, bool)> {
        let mode = self.mode;
        match (mode, self.html) {
            (Mode::Foreign, _) => None,
            (_, Some(html)) => Some((html, true)),
            (Mode::Base64, None) => match base64(&self.flat) {
                Some(text) => Some((text, true)),
                None => Some((self.flat, false)),
            },
            (Mode::Html, None) => Some((self.flat, true)),
            (Mode::Text, None) => Some((self.flat, false)),
            (Mode::Usual, None) => Some((self.flat, !atom)),
        }
    }
}

fn is_foreign(kind: &str) -> bool {
    ["image/", "audio/", "video/"].iter().any(|start| kind.starts_with(start))
}

fn local(xhtml: bool, name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((_, local)) if xhtml => local,
        Some((_, local)) => local,
        None => name,
    }
}

fn is_void(name: &str) -> bool {
    ["area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"]
        .iter()
        .any(|void| name.eq_ignore_ascii_case(void))
}

/// Text out of base64 (RFC 4648, white space ignored); nothing where it is none.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut have) = (0_u32, 0);
    for c in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(base64(" RXhhbXBsZSA8Yj5B\n dG9tPC9iPg== ").as_deref(), Some("Example <b>Atom</b>"));
        assert_eq!(base64("not base64!"), None);
    }

    #[test]
    fn inline_markup_becomes_html() {
        let mut capture = Capture::new(Field::Markup("title"), 0, &[("type", "xhtml".into())]);
        capture.text("1 < 2 ", false);
        capture.start_tag(true, "x:b", &[("xmlns:x", "y".into()), ("title", "a\"b".into())]);
        capture.text("bold", false);
        capture.end_tag("x:b");
        capture.start_tag(true, "br", &[]);
        capture.end_tag("br");
        let want = "1 &lt; 2 <b title=\"a&quot;b\">bold</b><br>";
        assert_eq!(capture.into_markup(true), Some((want.to_owned(), true)));
    }
}
