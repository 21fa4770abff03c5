//! A compressed body and the names of its encodings go in, the plain body comes out, never longer than a limit.

use std::io::Read;

use bytes::Bytes;

/// Encodings that may be stacked on one body.
const MAX_STACK: usize = 3;

/// Largest window of zstd, as a power of two: 8 MiB, what RFC 9659 grants to the web.
const ZSTD_WINDOW: u32 = 23;

/// Why a body stays closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than the limit once decompressed.
    #[error("longer than the limit")]
    TooLarge,
    /// An encoding that was not asked for.
    #[error("unknown encoding `{0}`")]
    Unknown(String),
    /// Damaged or cut data.
    #[error("{encoding}: {cause}")]
    Damaged {
        /// Which encoding.
        encoding: &'static str,
        /// The decoder's words.
        cause: String,
    },
}

/// What is done with a body over its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// It is an error.
    Refuse,
    /// The first bytes are kept, and what is cut or damaged behind them is no error.
    Cut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// The encodings in a Content-Encoding's value in the order they were applied; `identity` is none.
fn encodings(header: &str) -> Result<Vec<Encoding>, DecodeError> {
    let mut out = Vec::new();
    for name in header.split(',').map(|name| name.trim().to_ascii_lowercase()) {
        match name.as_str() {
            "" | "identity" | "none" => {}
            "gzip" | "x-gzip" => out.push(Encoding::Gzip),
            "deflate" => out.push(Encoding::Deflate),
            "br" => out.push(Encoding::Brotli),
            "zstd" => out.push(Encoding::Zstd),
            _ => return Err(DecodeError::Unknown(name.chars().take(40).collect())),
        }
    }
    if out.len() > MAX_STACK {
        return Err(DecodeError::Unknown(format!("{} encodings", out.len())));
    }
    Ok(out)
}

/// Whether a Content-Encoding names anything to undo.
pub fn is_encoded(header: &str) -> bool {
    encodings(header).is_ok_and(|list| !list.is_empty())
}

/// Undoes the encodings of `header`, last applied first. Each step's output is bounded by `limit` bytes.
pub fn decode(header: &str, body: Bytes, limit: u64, overflow: Overflow) -> Result<Bytes, DecodeError> {
    let mut body = body;
    for encoding in encodings(header)?.into_iter().rev() {
        body = undo(encoding, &body, limit, overflow)?.map_or(body, Bytes::from);
    }
    Ok(body)
}

/// `None` where the body is not in that encoding at all, although its server says so.
fn undo(
    encoding: Encoding,
    body: &[u8],
    limit: u64,
    overflow: Overflow,
) -> Result<Option<Vec<u8>>, DecodeError> {
    if body.is_empty() {
        return Ok(None);
    }
    let damaged =
        |name| move |cause: std::io::Error| DecodeError::Damaged { encoding: name, cause: cause.to_string() };
    match encoding {
        Encoding::Gzip if !body.starts_with(&[0x1f, 0x8b]) => Ok(None),
        Encoding::Gzip => gzip(body, limit, overflow).map(Some),
        // The standard's deflate has zlib's header; some servers leave it out.
        Encoding::Deflate if is_zlib(body) => {
            read(flate2::bufread::ZlibDecoder::new(body), limit, overflow, "deflate").map(Some)
        }
        Encoding::Deflate => {
            read(flate2::bufread::DeflateDecoder::new(body), limit, overflow, "deflate").map(Some)
        }
        Encoding::Brotli => read(brotli::Decompressor::new(body, 4096), limit, overflow, "br").map(Some),
        Encoding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(damaged("zstd"))?;
            decoder.window_log_max(ZSTD_WINDOW).map_err(damaged("zstd"))?;
            read(decoder, limit, overflow, "zstd").map(Some)
        }
    }
}

/// All members of a gzip file; whatever else stands behind the last one is ignored, as browsers do.
fn gzip(body: &[u8], limit: u64, overflow: Overflow) -> Result<Vec<u8>, DecodeError> {
    let mut rest = body;
    let mut out = Vec::new();
    while rest.starts_with(&[0x1f, 0x8b]) {
        let mut decoder = flate2::bufread::GzDecoder::new(rest);
        let left = limit.saturating_sub(out.len() as u64);
        let member = read(&mut decoder, left, overflow, "gzip")?;
        if out.is_empty() {
            out = member;
        } else {
            out.extend_from_slice(&member);
        }
        rest = decoder.into_inner();
    }
    Ok(out)
}

fn is_zlib(body: &[u8]) -> bool {
    match body {
        // RFC 1950: method 8, and the two bytes together a multiple of 31.
        [cmf, flags, ..] => cmf & 0x0f == 8 && (u16::from(*cmf) << 8 | u16::from(*flags)).is_multiple_of(31),
        _ => false,
    }
}

fn read(
    decoder: impl Read,
    limit: u64,
    overflow: Overflow,
    encoding: &'static str,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let ended = decoder.take(limit.saturating_add(1)).read_to_end(&mut out);
    let long = out.len() as u64 > limit;
    match (ended, overflow) {
        (Ok(_), Overflow::Refuse) if long => Err(DecodeError::TooLarge),
        (Err(cause), Overflow::Refuse) => Err(DecodeError::Damaged { encoding, cause: cause.to_string() }),
        (_, Overflow::Cut) => {
            out.truncate(limit as usize);
            Ok(out)
        }
        (Ok(_), Overflow::Refuse) => Ok(out),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use proptest::prelude::*;

    use super::*;

    fn packed(encoding: &str, body: &[u8]) -> Vec<u8> {
        match encoding {
            "gzip" => {
                let mut out = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
                out.write_all(body).unwrap();
                out.finish().unwrap()
            }
            "deflate" => {
                let mut out = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
                out.write_all(body).unwrap();
                out.finish().unwrap()
            }
            "raw" => {
                let mut out = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
                out.write_all(body).unwrap();
                out.finish().unwrap()
            }
            "br" => {
                let mut out = Vec::new();
                brotli::CompressorWriter::new(&mut out, 4096, 3, 20).write_all(body).unwrap();
                out
            }
            _ => zstd::stream::encode_all(body, 1).unwrap(),
        }
    }

    fn open(header: &str, body: Vec<u8>, limit: u64) -> Result<Vec<u8>, DecodeError> {
        decode(header, body.into(), limit, Overflow::Refuse).map(|body| body.to_vec())
    }

    #[test]
    fn every_encoding_is_undone_and_bounded() {
        let body = "新聞 news ".repeat(5000).into_bytes();
        for (packer, header) in [
            ("gzip", "gzip"),
            ("gzip", "X-GZIP"),
            ("deflate", "deflate"),
            ("raw", "deflate"),
            ("br", "br"),
            ("zstd", "zstd"),
        ] {
            let small = packed(packer, &body);
            assert!(small.len() < 1000, "{packer}");
            assert_eq!(open(header, small.clone(), body.len() as u64), Ok(body.clone()), "{packer}");
            assert_eq!(
                open(header, small.clone(), body.len() as u64 - 1),
                Err(DecodeError::TooLarge),
                "{packer}"
            );
            let cut = decode(header, small.clone().into(), 100, Overflow::Cut).unwrap();
            assert_eq!(cut, body[..100], "{packer}");
            let half = small[..small.len() / 2].to_vec();
            assert!(
                matches!(open(header, half.clone(), 1 << 20), Err(DecodeError::Damaged { .. })),
                "{packer}"
            );
            assert!(decode(header, half.into(), 1 << 20, Overflow::Cut).is_ok(), "{packer}");
        }
    }

    #[test]
    fn stacks_members_and_lies_are_read_as_browsers_do() {
        let twice = packed("br", &packed("gzip", b"hello"));
        assert_eq!(open("gzip, br", twice, 1000), Ok(b"hello".to_vec()));
        assert_eq!(
            open("gzip,gzip,gzip,gzip", vec![1], 9).unwrap_err(),
            DecodeError::Unknown("4 encodings".into())
        );
        let mut members = packed("gzip", b"one");
        members.extend(packed("gzip", b"two"));
        members.extend(b"\0\0\0");
        assert_eq!(open("gzip", members.clone(), 6), Ok(b"onetwo".to_vec()));
        assert_eq!(open("gzip", members, 5), Err(DecodeError::TooLarge));
        assert_eq!(open("gzip", b"<html>".to_vec(), 9), Ok(b"<html>".to_vec()));
        assert_eq!(open("identity", b"x".to_vec(), 9), Ok(b"x".to_vec()));
        assert!(matches!(open("aes128gcm", b"x".to_vec(), 9), Err(DecodeError::Unknown(_))));
    }

    proptest! {
        #[test]
        fn nothing_panics(
            header in "(gzip|br|zstd|deflate)(, (gzip|br))?",
            magic in prop_oneof![Just(vec![]), Just(vec![0x1f, 0x8b, 8, 0]), Just(vec![0x28, 0xb5, 0x2f, 0xfd]), Just(vec![0x78, 0x9c])],
            tail in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let body = [magic, tail].concat();
            if let Ok(out) = decode(&header, body.into(), 4096, Overflow::Refuse) {
                prop_assert!(out.len() <= 4096);
            }
        }
    }
}
