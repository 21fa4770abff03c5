//! Bytes of unknown encoding go in, text comes out, with the encoding that was believed.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

/// Decoded text.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// The encoding that was believed.
    pub encoding: &'static Encoding,
    /// True where some bytes had no meaning in it and became U+FFFD.
    pub damaged: bool,
}

/// Decodes `bytes`: a byte order mark wins, then what can only be UTF-8 or UTF-16, then the transport's charset label,
/// then the document's own, then detection.
pub fn decode<'a>(bytes: &'a [u8], transport: Option<&str>, declared: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with(encoding, bytes.get(length..).unwrap_or_default());
    }
    if let Some(encoding) = wide(bytes) {
        return with(encoding, bytes);
    }
    // No other encoding in use gives many well-formed sequences of UTF-8 by chance: it is known without a label, and
    // a few broken bytes (a cut in the middle of a character) do not change that.
    let (sound, broken) = sequences(bytes);
    if sound > 0 && broken * 20 <= sound {
        return with(UTF_8, bytes);
    }
    for label in [transport, declared].into_iter().flatten() {
        if let Some(encoding) = Encoding::for_label(label.trim().as_bytes()) {
            let decoded = with(encoding, bytes);
            if !decoded.damaged || (encoding != UTF_8 && few_damages(&decoded.text)) {
                return decoded;
            }
        }
    }
    if broken == 0
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8, damaged: false };
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..bytes.len().min(200_000)).unwrap_or_default(), true);
    with(detector.guess(None, chardetng::Utf8Detection::Allow), bytes)
}

/// A stray byte or two in a long text is a publisher's slip, not another encoding.
fn few_damages(text: &str) -> bool {
    let damages = text.chars().filter(|c| *c == '\u{fffd}').count();
    damages * 500 < text.len()
}

/// UTF-16 without a byte order mark, told by the zero bytes of its ASCII.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(400)).unwrap_or_default();
    if head.len() < 8 || !head.contains(&0) {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if odd * 2 > half && even * 8 < half {
        Some(encoding_rs::UTF_16LE)
    } else if even * 2 > half && odd * 8 < half {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// How many well-formed sequences of several bytes `bytes` has as UTF-8, and how many broken places.
fn sequences(bytes: &[u8]) -> (usize, usize) {
    let (mut sound, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    (sound, broken)
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, encoding, damaged }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_believed_only_where_they_fit() {
        let gbk = encoding_rs::GBK.encode("比特币突破历史新高,市场情绪高涨").0.into_owned();
        assert_eq!(decode(&gbk, Some("utf-8"), Some("gb2312")).text, "比特币突破历史新高,市场情绪高涨");
        assert_eq!(decode(b"\xef\xbb\xbfabc", Some("windows-1252"), None).text, "abc");
        assert_eq!(decode("Zürich".as_bytes(), None, None).text, "Zürich");
    }

    #[test]
    fn utf_8_under_another_label_is_known() {
        assert_eq!(decode("It’s – fine".as_bytes(), Some("iso-8859-1"), None).text, "It’s – fine");
        let mut cut = "Все новости сегодня и завтра, и послезавтра".as_bytes().to_vec();
        cut.pop();
        assert_eq!(decode(&cut, Some("utf-8"), None).encoding, UTF_8);
    }

    #[test]
    fn other_encodings_are_known_without_a_label() {
        let russian = "Правительство сообщило, что новые меры начнут действовать с понедельника.";
        let bytes = encoding_rs::WINDOWS_1251.encode(russian).0.into_owned();
        assert_eq!(decode(&bytes, Some("utf-8"), None).text, russian);
        let wide: Vec<u8> = "<html><p>plain text</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide, None, None).text, "<html><p>plain text</p>");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_text(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = decode(&bytes, Some("gbk"), None);
        }
    }
}
