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

/// Decodes `bytes`: a byte order mark wins, then the transport's charset label, then the document's own, then detection.
pub fn decode<'a>(bytes: &'a [u8], transport: Option<&str>, declared: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[length..]);
    }
    for label in [transport, declared].into_iter().flatten() {
        if let Some(encoding) = Encoding::for_label(label.trim().as_bytes()) {
            let decoded = with(encoding, bytes);
            if !decoded.damaged {
                return decoded;
            }
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8, damaged: false };
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    with(detector.guess(None, chardetng::Utf8Detection::Allow), bytes)
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
}
