//! A quotation and an article's leaves go in; the article's own words that it repeats, and where they stand, come out.
//! Only white space, quotation marks and dashes may differ: a quotation is verbatim or it is none.

/// Where a quotation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The article's own words.
    pub words: String,
    /// The leaf's number.
    pub segment: u32,
}

/// Finds `quote` inside one of `leaves`. Quotation marks around the whole of it may be the model's own.
pub fn find(quote: &str, leaves: &[String]) -> Option<Found> {
    let needle = normal(quote).0;
    let bare = needle.trim_matches(['"', '\'', ' ']);
    for candidate in [needle.as_str(), bare] {
        if candidate.is_empty() {
            continue;
        }
        for (number, leaf) in leaves.iter().enumerate() {
            if let Some(words) = in_leaf(candidate, leaf) {
                return Some(Found { words, segment: u32::try_from(number).ok()? });
            }
        }
    }
    None
}

fn in_leaf(needle: &str, leaf: &str) -> Option<String> {
    let (text, places) = normal(leaf);
    let at = text.find(needle)?;
    let first = *places.get(at)?;
    // The place of the byte after the match is the leaf's end or the next character's start.
    let end = places.get(at + needle.len()).copied().unwrap_or(leaf.len());
    leaf.get(first..end).map(|words| words.trim().to_owned())
}

/// The text with one form of white space, quotation marks and dashes; and for each of its bytes the byte of the original
/// that it comes from.
fn normal(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let c = match c {
            '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => {
                continue;
            }
            c if c.is_whitespace() => {
                if out.is_empty() || out.ends_with(' ') {
                    continue;
                }
                ' '
            }
            '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' | '＂' | '〝' | '〞' => {
                '"'
            }
            '‘' | '’' | '‚' | '‛' | '‹' | '›' | '＇' | '`' | '´' => '\'',
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | '⸺' => '-',
            c => c,
        };
        out.push(c);
        places.resize(out.len(), at);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    places.truncate(kept);
    (out, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaves() -> Vec<String> {
        [
            "The board said: “We will wait\u{a0}– and see.” Then it adjourned.",
            "比特幣突破 12 萬美元,「市場情緒高漲」,分析師表示。",
        ]
        .map(str::to_owned)
        .into()
    }

    #[test]
    fn the_articles_own_words_are_kept() {
        for (quote, words, segment) in [
            ("\"We will wait - and  see.\"", "“We will wait\u{a0}– and see.”", 0),
            ("“We will wait — and see.”", "“We will wait\u{a0}– and see.”", 0),
            ("\"Then it adjourned.\"", "Then it adjourned.", 0),
            ("“市場情緒高漲”", "「市場情緒高漲」", 1),
            ("突破 12 萬美元", "突破 12 萬美元", 1),
        ] {
            let found = find(quote, &leaves()).unwrap_or_else(|| panic!("{quote}"));
            assert_eq!((found.words.as_str(), found.segment), (words, segment));
        }
    }

    #[test]
    fn other_words_are_no_quotation() {
        for quote in
            ["We shall wait", "we will wait", "Then it adjourned. 比特幣", "突破12萬美元", "", "\"\""]
        {
            assert_eq!(find(quote, &leaves()), None, "{quote}");
        }
    }

    proptest! {
        #[test]
        fn any_piece_of_a_leaf_is_found_in_it(text in "\\PC{1,60}", from in 0_usize..60, length in 1_usize..60) {
            let piece: String = text.chars().skip(from).take(length).collect();
            let leaf = vec![text.clone()];
            if let Some(found) = find(&piece, &leaf) {
                prop_assert!(text.contains(&found.words));
            } else {
                prop_assert!(normal(&piece).0.trim_matches(['"', '\'', ' ']).is_empty());
            }
        }
    }
}
