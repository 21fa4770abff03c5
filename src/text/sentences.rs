//! A text of any script goes in, its sentences come out, as slices of it: UAX #29's idea with what news needs on top
//! (abbreviations, initials, decimals, CJK stops without a space after them).

use crate::text::words::is_cjk;

/// Words before a full stop that end no sentence, in lower case, without the stop.
const ABBREVIATIONS: &[&str] = &[
    // English
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "inc", "corp", "ltd", "co", "no", "gen", "sen",
    "rep", "gov", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "est",
    "approx", "e.g", "i.e", "u.s", "u.k", "a.m", "p.m", "etc", // German
    "bzw", "ca", "mio", "mrd", "nr", "abs", "z.b", "d.h", "u.a", "v.a", "sog", "evtl", "ggf", "vgl", "usw",
    // French, Spanish, Italian, Portuguese
    "m", "mme", "mlle", "av", "art", "sra", "dra", "ee.uu", "núm", "pág", "ing", "avv", "dott", "sig",
    // Russian
    "г", "гг", "млн", "млрд", "тыс", "трлн", "руб", "долл", "т.е", "т.д", "т.п", "им",
];

/// The sentences of `text` in order, trimmed, none empty. A line feed always ends one.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    for end in ends(text) {
        push(text.get(start..end), &mut out);
        start = end;
    }
    push(text.get(start..), &mut out);
    out
}

/// The first sentence of `text`, cut at a word or character when it has more than `most` characters, with an ellipsis.
pub fn first(text: &str, most: usize) -> String {
    let sentence = sentences(text).into_iter().next().unwrap_or_default();
    if sentence.chars().count() <= most {
        return sentence.to_owned();
    }
    let head: String = sentence.chars().take(most.saturating_sub(1)).collect();
    let cut = match head.rfind(char::is_whitespace) {
        // A cut at a word may cost a third of the text at most; scripts without spaces are cut at the character.
        Some(at) if at * 3 > head.len() * 2 => head.get(..at).unwrap_or(&head),
        _ => &head,
    };
    format!("{}…", cut.trim_end_matches(|c: char| c.is_whitespace() || ",;:、，".contains(c)))
}

fn push<'a>(piece: Option<&'a str>, out: &mut Vec<&'a str>) {
    let piece = piece.unwrap_or_default().trim();
    if !piece.is_empty() {
        out.push(piece);
    }
}

/// Byte positions after each sentence's end, closing quotes and brackets included.
fn ends(text: &str) -> Vec<usize> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\n' {
            out.push(at + 1);
            continue;
        }
        if !is_stop(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next_at, next)) = chars.peek().copied() {
            if !is_stop(next) && !is_closer(next) {
                break;
            }
            end = next_at + next.len_utf8();
            chars.next();
        }
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(end..).unwrap_or_default());
        if is_wide_stop(c) || ends_here(c, before, after) {
            out.push(end);
        }
    }
    out
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '؟' | '۔' | '।') || is_wide_stop(c)
}

/// Stops that need no space after them.
fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | ')' | ']' | '»' | '”' | '’' | '」' | '』' | '】' | '）' | '》' | '“')
}

/// Whether a stop that also serves other ends (decimals, abbreviations) ends a sentence here.
fn ends_here(stop: char, before: &str, after: &str) -> bool {
    let Some(next) = after.chars().next() else { return true };
    if is_cjk(next) {
        // `3.5億` cannot come here: a digit follows. `AI.新` can.
        return true;
    }
    if !next.is_whitespace() {
        return false;
    }
    let Some(start) = after.chars().find(|c| !c.is_whitespace() && !"\"'“‘«(„¿¡「『".contains(*c))
    else {
        return true;
    };
    if start.is_lowercase() {
        // `Yahoo! said`, `z. B. heute`, `… and so on`
        return false;
    }
    if stop != '.' {
        return true;
    }
    let word = before.rsplit(|c: char| c.is_whitespace() || "(\"'“„«".contains(c)).next().unwrap_or_default();
    let lower = word.to_lowercase();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    // An initial (`J. Powell`, `z. B.`), an abbreviation; or a German ordinal (`am 3. November`), told by its one or
    // two digits: years and amounts have more.
    let initial = letters == 1 && word.chars().count() == 1;
    let ordinal = (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    !(initial || ordinal || ABBREVIATIONS.contains(&lower.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_end_where_readers_say() {
        for (text, expected) in [
            (
                "Mr. Lee bought 3.5 BTC. He paid $1.2 million!",
                vec!["Mr. Lee bought 3.5 BTC.", "He paid $1.2 million!"],
            ),
            (
                "She said: “We wait.” Then J. Powell left.",
                vec!["She said: “We wait.”", "Then J. Powell left."],
            ),
            (
                "Am 3. November fiel der Kurs um ca. 5 %. Das war z. B. neu.",
                vec!["Am 3. November fiel der Kurs um ca. 5 %.", "Das war z. B. neu."],
            ),
            ("比特幣上漲。「真的嗎？」他問。OK", vec!["比特幣上漲。", "「真的嗎？」", "他問。", "OK"]),
            ("Рост составил 5 млн. Евро упал. Да?", vec!["Рост составил 5 млн. Евро упал.", "Да?"]),
            ("ارتفع السعر؟ نعم.", vec!["ارتفع السعر؟", "نعم."]),
            ("line one\nline two", vec!["line one", "line two"]),
            (" \n ", vec![]),
        ] {
            assert_eq!(sentences(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_first_sentence_is_cut() {
        assert_eq!(first("One two three four five six. Seven.", 40), "One two three four five six.");
        assert_eq!(first("One two three four five six.", 20), "One two three four…");
        assert_eq!(first("一二三四五六七八九十", 5), "一二三四…");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_but_white_space(text in "\\PC{0,80}") {
            let kept: String = sentences(&text).concat().chars().filter(|c| !c.is_whitespace()).collect();
            let all: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(kept, all);
        }
    }
}
