//! The bytes of a feed and the charset that HTTP told go in, text comes out. Order of belief: byte order mark,
//! HTTP header, XML declaration, detection; a label that does not fit the bytes is passed over.

use std::borrow::Cow;

use crate::text::decode;

/// Text and whether some bytes had no meaning.
pub(crate) struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// True where some bytes became U+FFFD.
    pub(crate) damaged: bool,
}

/// Decodes a feed's bytes.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(text) = utf32(bytes) {
        return Decoded { text: Cow::Owned(text), damaged: false };
    }
    let transport = content_type.and_then(charset);
    let declared = declared(bytes);
    let wide = utf16_without_mark(bytes);
    let found = match wide {
        Some(label) => decode::decode(bytes, Some(label), None),
        None => decode::decode(bytes, transport.as_deref(), declared.as_deref()),
    };
    Decoded { damaged: found.damaged, text: found.text }
}

/// The charset parameter of a content type.
pub(crate) fn charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head: String =
        bytes.iter().take(400).map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect();
    let declaration = head.split_once("<?xml")?.1.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value.get(1..)?.split(quote).next()?.trim();
    // A label of two-byte units cannot be read from one-byte text.
    (!label.is_empty() && !label.to_ascii_lowercase().starts_with("utf-16")).then(|| label.to_owned())
}

/// UTF-16 without a byte order mark, told by the zero beside the first `<`.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0, b'<', 0, _, ..] => Some("utf-16be"),
        [b'<', 0, _, 0, ..] => Some("utf-16le"),
        _ => None,
    }
}

/// UTF-32 with or without a byte order mark; no browser reads it, some feeds use it.
fn utf32(bytes: &[u8]) -> Option<String> {
    let big = match bytes {
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, b'<', ..] => true,
        [0xff, 0xfe, 0, 0, ..] | [b'<', 0, 0, 0, ..] => false,
        _ => return None,
    };
    let units = bytes.chunks_exact(4).map(|unit| {
        let unit = [unit[0], unit[1], unit[2], unit[3]];
        let code = if big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
        char::from_u32(code).unwrap_or('\u{fffd}')
    });
    Some(units.filter(|c| *c != '\u{feff}').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_is_found_in_every_place() {
        let xml = |label: &str| format!("<?xml version='1.0' encoding='{label}'?><a>加密</a>");
        let big5 = encoding_rs::BIG5.encode(&xml("big5")).0.into_owned();
        assert!(decode(&big5, None).text.contains("加密"));
        assert!(decode(&big5, Some("text/xml; charset=\"Big5\"")).text.contains("加密"));
        assert!(decode(&big5, Some("text/xml; charset=utf-8")).text.contains("加密"));
        for big in [true, false] {
            let text = xml("utf-16");
            let units = text.encode_utf16().map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() });
            let bytes: Vec<u8> = units.flatten().collect();
            assert!(decode(&bytes, None).text.contains("加密"));
            let bytes: Vec<u8> = xml("utf-32")
                .chars()
                .flat_map(|c| if big { (c as u32).to_be_bytes() } else { (c as u32).to_le_bytes() })
                .collect();
            assert!(decode(&bytes, None).text.contains("加密"));
        }
    }

    #[test]
    fn content_types_tell_their_charset() {
        assert_eq!(charset("text/xml; charset='gb2312'").as_deref(), Some("gb2312"));
        assert_eq!(charset("text/xml;version=1; Charset=UTF-8").as_deref(), Some("UTF-8"));
        assert_eq!(charset("text/xml"), None);
    }
}
