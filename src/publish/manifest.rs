//! What stands in an output folder: lines of the marker file go in, entries by path come out, and back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

const FIRST_LINE: &str = "newsmill output 1: made by newsmill, which removes here what it no longer plans";

/// One published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The first 16 bytes of BLAKE3 over its bytes.
    pub hash: [u8; 16],
    /// Its length in bytes.
    pub length: u64,
    /// The fingerprint of the page it holds; 0 where it was put without one.
    pub fingerprint: u64,
}

impl Entry {
    /// The entry of a file.
    pub fn of(bytes: &[u8], fingerprint: u64) -> Self {
        let mut hash = [0; 16];
        hash.copy_from_slice(blake3::hash(bytes).as_bytes().split_at(16).0);
        Self { hash, length: bytes.len() as u64, fingerprint }
    }

    /// True where both hold the same bytes.
    pub fn same_bytes(&self, other: &Self) -> bool {
        self.hash == other.hash && self.length == other.length
    }
}

/// Path → entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(pub BTreeMap<String, Entry>);

impl Manifest {
    /// Reads a marker file; lines that it does not understand are forgotten, which only costs a comparison.
    pub fn parse(text: &str) -> Self {
        Self(text.lines().skip(1).filter_map(line).collect())
    }

    /// The marker file, lines by path.
    pub fn print(&self) -> String {
        let mut out = format!("{FIRST_LINE}\n");
        for (path, entry) in &self.0 {
            let hash: u128 = u128::from_be_bytes(entry.hash);
            let _ = writeln!(out, "{hash:032x} {} {:016x} {path}", entry.length, entry.fingerprint);
        }
        out
    }
}

fn line(line: &str) -> Option<(String, Entry)> {
    let mut parts = line.splitn(4, ' ');
    let hash = u128::from_str_radix(parts.next()?, 16).ok()?.to_be_bytes();
    let length = parts.next()?.parse().ok()?;
    let fingerprint = u64::from_str_radix(parts.next()?, 16).ok()?;
    Some((parts.next()?.to_owned(), Entry { hash, length, fingerprint }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_manifest_reads_what_it_prints() {
        let mut manifest = Manifest::default();
        manifest.0.insert("index.html".into(), Entry::of(b"x", 7));
        manifest.0.insert("a/b.json".into(), Entry::of(b"", u64::MAX));
        assert_eq!(Manifest::parse(&manifest.print()), manifest);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,200}") {
            let _ = Manifest::parse(&text);
        }
    }
}
