//! Keys of documents: a key goes in, its hash and tables by it come out. An archive looks up two keys for every document that it
//! loads, so that this is worth more than the hash that every table has.

use std::hash::{BuildHasherDefault, Hasher};

/// A document's key with its hash: what takes time of it is done before documents take their places one after the other.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) text: Box<str>,
    pub(super) hash: u64,
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self { text: text.into(), hash: hash_of(text) }
    }
}

/// A quick hash that takes in eight bytes at a time. It has no secret: keys come from the program itself, or from who runs
/// `newsmill group`.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Quick(u64);

/// Tables by keys of documents.
pub(super) type ByKey = BuildHasherDefault<Quick>;

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        mixed(self.0, 0)
    }
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        let words = words.iter().chain([&last]).map(|word| u64::from_le_bytes(*word));
        self.0 = words.fold(self.0 ^ bytes.len() as u64, mixed);
    }
    /// A number is a hash already.
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

fn mixed(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// The hash of a document's key: its place in the table, where no other has it.
pub(super) fn hash_of(key: &str) -> u64 {
    let mut hasher = Quick::default();
    hasher.write(key.as_bytes());
    hasher.finish()
}
