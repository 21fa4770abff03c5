//! Blocks of a source's articles go in, what recurs on its pages comes out: newsletter pitches, standing notes,
//! author cards. Bounded, and the same for any order of learning.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::block::{Block, plain_text};

/// Most blocks remembered for a source.
const MOST: usize = 2_000;
/// Longest text that can be furniture, in bytes: a longer one that recurs is the same article again.
const LONGEST: usize = 1_200;
/// A block is furniture once it stood on this many pages …
const PAGES: u32 = 3;
/// … and on one page in this many.
const SHARE: u32 = 5;

/// What was learned about one source: how many pages, and on how many of them each block stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Furniture {
    pages: u32,
    seen: BTreeMap<String, u32>,
}

impl Furniture {
    /// Nothing learned.
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes in the blocks of one page, as read without furniture being dropped or with it.
    pub fn learn(&mut self, blocks: &[Block]) {
        self.pages = self.pages.saturating_add(1);
        let mut keys: Vec<String> = blocks.iter().filter_map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let count = self.seen.entry(key).or_insert(0);
            *count = count.saturating_add(1);
        }
        let mut least = 1;
        while self.seen.len() > MOST {
            self.seen.retain(|_, count| *count > least);
            least += 1;
        }
    }

    /// True for a block that recurs.
    pub fn knows(&self, block: &Block) -> bool {
        if self.pages < PAGES {
            return false;
        }
        key(block)
            .and_then(|key| self.seen.get(&key))
            .is_some_and(|count| *count >= PAGES && count.saturating_mul(SHARE) >= self.pages)
    }

    /// The number of pages learned from.
    pub fn pages(&self) -> u32 {
        self.pages
    }
}

/// The block's text as a short hash; none for what is too long or has no words.
fn key(block: &Block) -> Option<String> {
    let text = plain_text(std::slice::from_ref(block));
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if bare.is_empty() || bare.len() > LONGEST {
        return None;
    }
    blake3::hash(bare.as_bytes()).to_hex().get(..16).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_every_page_is_furniture() {
        let mut furniture = Furniture::none();
        let pitch = Block::paragraph("Get our letter every Friday.");
        for n in 0..4 {
            assert_eq!(furniture.knows(&pitch), n >= 3);
            furniture.learn(&[Block::paragraph(format!("News of day {n}.")), pitch.clone()]);
        }
        assert!(!furniture.knows(&Block::paragraph("News of day 1.")));
        let text = serde_json::to_string(&furniture).unwrap();
        assert_eq!(serde_json::from_str::<Furniture>(&text).unwrap(), furniture);
    }

    #[test]
    fn memory_is_bounded() {
        let mut furniture = Furniture::none();
        let blocks: Vec<Block> = (0..5_000).map(|n| Block::paragraph(format!("line {n}"))).collect();
        furniture.learn(&blocks);
        assert!(furniture.seen.len() <= MOST);
    }
}
