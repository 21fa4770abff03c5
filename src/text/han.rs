//! Traditional and Simplified Chinese: a character goes in, the one under which both are compared comes out.
//!
//! Only for comparing: `乾` and `幹` both become `干`, so nothing that readers see is written so. Kanji go the same way
//! (`東` is `东` in Japanese, too), which parts nothing that was together.

use std::sync::LazyLock;

/// The range that the table covers: the unified ideographs.
const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// The Simplified character for a Traditional one; any other character as it is.
pub fn simplified(c: char) -> char {
    let Some(at) = u32::from(c).checked_sub(FIRST) else { return c };
    let found = TABLE.get(at as usize).copied().filter(|code| *code != 0);
    found.and_then(|code| char::from_u32(u32::from(code))).unwrap_or(c)
}

/// All pairs of a Traditional character and its Simplified one, by the latter.
pub fn pairs() -> impl Iterator<Item = (char, char)> {
    let groups = include_str!("han.txt").lines().filter(|line| !line.starts_with('#'));
    groups.flat_map(str::split_whitespace).flat_map(|group| {
        let simple = group.chars().next();
        group.chars().skip(1).filter_map(move |traditional| Some((traditional, simple?)))
    })
}

/// By character from [`FIRST`] on: the Simplified one, or 0 where it is its own.
static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0; (LAST - FIRST + 1) as usize];
    for (traditional, simple) in pairs() {
        let slot = u32::from(traditional).checked_sub(FIRST).and_then(|at| table.get_mut(at as usize));
        if let (Some(slot), Ok(code)) = (slot, u16::try_from(u32::from(simple))) {
            *slot = code;
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        text.chars().map(simplified).collect()
    }

    #[test]
    fn the_table_is_whole() {
        let traditional: HashSet<char> = pairs().map(|(traditional, _)| traditional).collect();
        assert_eq!(traditional.len(), pairs().count(), "a character stands twice");
        assert!(traditional.len() > 2500);
        for (from, to) in pairs() {
            assert!((FIRST..=LAST).contains(&u32::from(from)) && (FIRST..=LAST).contains(&u32::from(to)));
            assert_eq!(simplified(from), to);
            assert_eq!(simplified(to), to, "{from} {to}: folded twice it would differ");
        }
    }

    #[test]
    fn both_writings_meet() {
        for (traditional, simple) in [
            ("臺灣", "台湾"),
            ("聯準會", "联准会"),
            ("經濟", "经济"),
            ("國際貨幣基金組織", "国际货币基金组织"),
            ("颱風過後", "台风过后"),
        ] {
            assert_eq!((folded(traditional).as_str(), folded(simple).as_str()), (simple, simple));
        }
        assert_eq!(folded("Ferry 3 タワー 서울 "), "Ferry 3 タワー 서울 ");
    }

    proptest! {
        #[test]
        fn folding_keeps_the_number_of_characters_and_is_done_once(text in "[\\PC\u{4e00}-\u{9fff}]{0,60}") {
            let once = folded(&text);
            prop_assert_eq!(once.chars().count(), text.chars().count());
            prop_assert_eq!(folded(&once), once);
        }
    }
}
