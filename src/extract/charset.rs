//! Bytes of a page and its Content-Type go in, text comes out: byte order mark, header, the document's own label,
//! then detection; labels that do not fit are not believed.

use crate::text::decode::{Decoded, decode};

/// A page's own label stands within its first bytes.
const HEAD: usize = 4096;

/// Decodes a page.
pub(crate) fn page<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let header = content_type.and_then(|value| after(value.as_bytes(), b"charset"));
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    let declared = declared(head);
    decode(bytes, header.as_deref(), declared.as_deref())
}

/// The encoding that a document names in a meta element or its XML declaration.
fn declared(head: &[u8]) -> Option<String> {
    let lower = head.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = find(lower.get(from..)?, b"<meta").map(|at| at + from) {
        let rest = lower.get(at..)?;
        let tag = rest.get(..rest.iter().position(|b| *b == b'>').unwrap_or(rest.len()))?;
        if let Some(label) = after(tag, b"charset") {
            return Some(label);
        }
        from = at + 5;
    }
    lower.starts_with(b"<?xml").then(|| after(lower.get(..200).unwrap_or(&lower), b"encoding")).flatten()
}

/// The value after `name` and an equals sign, quotes left out.
fn after(text: &[u8], name: &[u8]) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let at = find(&lower, name)? + name.len();
    let rest = lower.get(at..)?;
    let equals = rest.iter().position(|b| !b.is_ascii_whitespace())?;
    if rest.get(equals) != Some(&b'=') {
        return None;
    }
    let value: Vec<u8> = rest
        .get(equals + 1..)?
        .iter()
        .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
        .take(40)
        .copied()
        .collect();
    if value.is_empty() { None } else { String::from_utf8(value).ok() }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_own_label_is_found() {
        for (html, label) in [
            ("<meta charset=\"GB2312\">", "gb2312"),
            ("<meta http-equiv=Content-Type content='text/html; charset = windows-1251'>", "windows-1251"),
            ("<?xml version=\"1.0\" encoding='euc-kr'?><html>", "euc-kr"),
        ] {
            assert_eq!(declared(html.as_bytes()).as_deref(), Some(label));
        }
        assert_eq!(declared(b"<meta name=charset-free>"), None);
    }

    #[test]
    fn wrong_labels_are_survived() {
        let text = "<meta charset=utf-8><p>比特币突破历史新高，市场情绪高涨，投资者纷纷入场。</p>";
        let gbk = encoding_rs::GBK.encode(text).0.into_owned();
        assert_eq!(page(&gbk, Some("text/html; charset=utf-8")).text, text);
    }
}
