//! Text that means to be XML goes in, tags and text come out, whatever its faults. Declarations, comments and
//! document types are passed over: nothing in a DTD is ever read, so that no entity of its making exists.

use std::borrow::Cow;

use crate::discover::feed::entities;

/// Most attributes taken from one tag; the rest is passed over.
const MAX_ATTRIBUTES: usize = 64;

/// What an ill-formed document suffered from, and how often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Control characters that no text may hold.
    pub(crate) controls: usize,
    /// `&` that begins no reference.
    pub(crate) ampersands: usize,
    /// References to entities that XML does not know.
    pub(crate) entities: usize,
    /// Prefixes that no `xmlns` declares.
    pub(crate) prefixes: usize,
    /// Tags without their partner, broken tags, stray `<`.
    pub(crate) tags: usize,
    /// Elements deeper than any feed has.
    pub(crate) deep: usize,
    /// True where the document ends before its end.
    pub(crate) cut: bool,
    /// True where bytes had no meaning in the encoding.
    pub(crate) bytes: bool,
}

impl Faults {
    /// The faults in words, or nothing where there are none.
    pub(crate) fn words(&self) -> Option<String> {
        let mut words = Vec::new();
        if self.cut {
            words.push("cut off before its end".to_owned());
        }
        if self.bytes {
            words.push("bytes without meaning in its encoding".to_owned());
        }
        for (n, one, many) in [
            (self.controls, "control character", "control characters"),
            (self.ampersands, "stray ampersand", "stray ampersands"),
            (self.entities, "undeclared entity", "undeclared entities"),
            (self.prefixes, "undeclared namespace", "undeclared namespaces"),
            (self.tags, "broken or unmatched tag", "broken or unmatched tags"),
            (self.deep, "element nested too deeply", "elements nested too deeply"),
        ] {
            match n {
                0 => {}
                1 => words.push(format!("1 {one}")),
                n => words.push(format!("{n} {many}")),
            }
        }
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// An attribute: its name as written, its value with references resolved.
pub(crate) type Attribute<'a> = (&'a str, Cow<'a, str>);

/// One piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    /// A start tag, or an empty element.
    Start {
        /// The name with its prefix.
        name: &'a str,
        /// The attributes in their order.
        attributes: Vec<Attribute<'a>>,
        /// True for `<a/>`.
        empty: bool,
    },
    /// An end tag's name.
    End(&'a str),
    /// Text with references resolved.
    Text(Cow<'a, str>),
    /// The inside of a CDATA section.
    Literal(Cow<'a, str>),
}

/// Reads a document piece by piece, forgiving.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// False once a document type or a processing instruction had no proper end: looking again each time would take
    /// quadratic time.
    trusts_ends: bool,
    /// The same for comments.
    trusts_comments: bool,
    /// What was wrong so far.
    pub(crate) faults: Faults,
}

impl<'a> Lexer<'a> {
    /// Begins at the start of `text`.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, trusts_ends: true, trusts_comments: true, faults: Faults::default() }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves behind the next `mark`; at a missing one to the end, which is then a cut.
    fn pass(&mut self, mark: &str) -> &'a str {
        let rest = self.rest();
        if let Some(length) = rest.find(mark) {
            self.at += length + mark.len();
            rest.get(..length).unwrap_or_default()
        } else {
            self.at = self.text.len();
            self.faults.cut = true;
            rest
        }
    }

    /// The next piece; nothing at the end.
    pub(crate) fn token(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            if !rest.starts_with('<') {
                let length = rest.find('<').unwrap_or(rest.len());
                self.at += length;
                return Some(Token::Text(resolve(rest.get(..length).unwrap_or_default(), &mut self.faults)));
            }
            if rest.starts_with("<!--") {
                self.comment();
            } else if rest.starts_with("<![CDATA[") {
                self.at += 9;
                let inside = self.pass("]]>");
                return Some(Token::Literal(legal(Cow::Borrowed(inside), &mut self.faults)));
            } else if rest.starts_with("<?") {
                self.trusts_ends = self.trusts_ends && rest.contains("?>");
                self.pass(if self.trusts_ends { "?>" } else { ">" });
            } else if rest.starts_with("<!") {
                self.doctype();
            } else if let Some(after) = rest.strip_prefix("</") {
                return Some(self.end(after));
            } else if rest.get(1..).is_some_and(|r| r.starts_with(begins_name)) {
                return Some(self.start());
            } else {
                self.at += 1;
                self.faults.tags += 1;
                return Some(Token::Text(Cow::Borrowed("<")));
            }
        }
    }

    /// Passes over a comment; of one without an end only the mark is dropped, since what follows may be the
    /// whole feed.
    fn comment(&mut self) {
        self.trusts_comments = self.trusts_comments && self.rest().contains("-->");
        self.at += 4;
        if self.trusts_comments {
            self.pass("-->");
        } else {
            self.faults.tags += 1;
        }
    }

    fn end(&mut self, after: &'a str) -> Token<'a> {
        let length = after.find(['>', '<']).unwrap_or(after.len());
        self.at += 2 + length;
        if after.get(length..).is_some_and(|r| r.starts_with('>')) {
            self.at += 1;
        } else if length == after.len() {
            self.faults.cut = true;
        } else {
            self.faults.tags += 1;
        }
        Token::End(after.get(..length).unwrap_or_default().trim())
    }

    /// Passes over a document type with its internal subset.
    fn doctype(&mut self) {
        if !self.trusts_ends {
            self.pass(">");
            return;
        }
        let (mut inside, mut quote) = (false, None);
        for (offset, byte) in self.rest().bytes().enumerate() {
            match (byte, quote) {
                (b'"' | b'\'', None) if inside => quote = Some(byte),
                (byte, Some(open)) if byte == open => quote = None,
                (b'[', None) => inside = true,
                (b']', None) => inside = false,
                (b'>', None) if !inside => {
                    self.at += offset + 1;
                    return;
                }
                _ => {}
            }
        }
        // No end: the tag is dropped, what follows may still be a feed.
        self.trusts_ends = false;
        self.faults.tags += 1;
        self.pass(">");
    }

    fn start(&mut self) -> Token<'a> {
        self.at += 1;
        let rest = self.rest();
        let length = rest.find(ends_name).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default();
        self.at += length;
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.is_empty() {
                self.faults.cut = true;
                return Token::Start { name, attributes, empty: false };
            }
            if trimmed.starts_with('>') {
                self.at += 1;
                return Token::Start { name, attributes, empty: false };
            }
            if trimmed.starts_with("/>") {
                self.at += 2;
                return Token::Start { name, attributes, empty: true };
            }
            if trimmed.starts_with('<') {
                self.faults.tags += 1;
                return Token::Start { name, attributes, empty: false };
            }
            if let Some(attribute) = self.attribute(trimmed)
                && attributes.len() < MAX_ATTRIBUTES
                && !attributes.iter().any(|(known, _)| *known == attribute.0)
            {
                attributes.push(attribute);
            }
        }
    }

    /// Reads one attribute at the start of `rest` (not empty, no white space, no end of tag); always moves on.
    fn attribute(&mut self, rest: &'a str) -> Option<Attribute<'a>> {
        let length = rest.find(|c| ends_name(c) || c == '=').unwrap_or(rest.len());
        if length == 0 {
            self.at += rest.chars().next().map_or(1, char::len_utf8);
            self.faults.tags += 1;
            return None;
        }
        let name = rest.get(..length).unwrap_or_default();
        self.at += length;
        let behind = self.rest();
        let Some(value) = behind.trim_start().strip_prefix('=') else {
            self.faults.tags += 1;
            return Some((name, Cow::Borrowed("")));
        };
        let value = value.trim_start();
        self.at += behind.len() - value.len();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, taken) = if let Some(quote) = quote {
            let inside = value.get(1..).unwrap_or_default();
            if let Some(length) = inside.find(quote) {
                (inside.get(..length).unwrap_or_default(), length + 2)
            } else {
                self.faults.cut = true;
                (inside, value.len())
            }
        } else {
            self.faults.tags += 1;
            let length =
                value.find(|c: char| c.is_whitespace() || c == '>' || c == '<').unwrap_or(value.len());
            (value.get(..length).unwrap_or_default(), length)
        };
        self.at += taken;
        Some((name, resolve(value, &mut self.faults)))
    }
}

fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == ':'
}

fn ends_name(c: char) -> bool {
    c.is_whitespace() || matches!(c, '>' | '/' | '<' | '"' | '\'')
}

/// Resolves references in raw text. Unknown names and bare ampersands stay as they are.
fn resolve<'a>(raw: &'a str, faults: &mut Faults) -> Cow<'a, str> {
    if !raw.contains('&') {
        return legal(Cow::Borrowed(raw), faults);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some((c, length)) = reference(rest) {
            out.push(c);
            let name = rest.get(..length - 1).unwrap_or_default();
            if !name.starts_with('#') && !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
                faults.entities += 1;
            }
            rest = rest.get(length..).unwrap_or_default();
        } else {
            out.push('&');
            faults.ampersands += 1;
        }
    }
    out.push_str(rest);
    legal(Cow::Owned(out), faults)
}

/// The character and the length of a reference whose `&` is already read: `amp;`, `#8230;`.
pub(crate) fn reference(text: &str) -> Option<(char, usize)> {
    let length = text.bytes().take(12).position(|b| b == b';')?;
    let name = text.get(..length)?;
    let c = match name.strip_prefix('#') {
        Some(number) => entities::numbered(number),
        None => entities::named(name),
    }?;
    Some((c, length + 1))
}

/// Drops the characters that XML forbids.
fn legal<'a>(text: Cow<'a, str>, faults: &mut Faults) -> Cow<'a, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if !text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'))
        && !text.contains(['\u{fffe}', '\u{ffff}'])
    {
        return text;
    }
    faults.controls += text.chars().filter(|c| forbidden(*c)).count();
    Cow::Owned(text.chars().filter(|c| !forbidden(*c)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> (Vec<Token<'_>>, Faults) {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        while let Some(token) = lexer.token() {
            tokens.push(token);
        }
        (tokens, lexer.faults)
    }

    #[test]
    fn well_formed_text_has_no_faults() {
        let (tokens, faults) =
            all("<?xml version='1.0'?><!-- c --><a b=\"1 &amp; 2\"><c/>x&lt;y<![CDATA[<p>]]></a>");
        assert_eq!(faults, Faults::default());
        assert_eq!(tokens.len(), 5);
        assert_eq!(
            tokens[0],
            Token::Start { name: "a", attributes: vec![("b", "1 & 2".into())], empty: false }
        );
        assert_eq!(tokens[2], Token::Text("x<y".into()));
        assert_eq!(tokens[3], Token::Literal("<p>".into()));
    }

    #[test]
    fn faults_are_counted_and_survived() {
        let (tokens, faults) = all("<a>AT&T &hellip; \u{1}&nope; 1 < 2</a><b c=d>");
        assert!(matches!(&tokens[1], Token::Text(t) if t == "AT&T … &nope; 1 "));
        assert_eq!((faults.ampersands, faults.entities, faults.controls, faults.tags), (2, 1, 1, 2));
        assert!(all("<a><![CDATA[half").1.cut);
        assert!(all("<a b=\"half").1.cut);
    }

    #[test]
    fn a_document_type_declares_nothing() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"]>lol\"><!ENTITY y SYSTEM 'file:///etc/passwd'>]><a>&x;&y;</a>";
        let (tokens, _) = all(bomb);
        assert_eq!(tokens[1], Token::Text("&x;&y;".into()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[<>/!?a&;#x\"'= \\[\\]\u{0}é-]{0,80}") {
            let (tokens, _) = all(&text);
            prop_assert!(tokens.len() <= text.len());
        }
    }
}
