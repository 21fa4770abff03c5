//! A text with names in it goes in, the names come out, told apart from what only looks like them.

use std::sync::LazyLock;

use crate::extract::prune::fold;
use crate::text::lists::list;
use crate::text::words::is_cjk;

/// Words before a name.
static BY: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("people.txt"), "by"));

/// Names that are nobody's.
static NOBODY: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("people.txt"), "nobody"));

/// Words that begin what follows a name.
static ROLE: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("people.txt"), "role"));

/// Most authors.
pub(crate) const MOST: usize = 10;

/// A name as it stands in addresses, not as people write it.
pub(crate) fn is_slug(name: &str) -> bool {
    !name.contains(' ') && name.contains(['-', '.', '_']) && name.chars().all(|c| !c.is_uppercase())
}

/// "Published on the 4th of May by Ann Lee": what comes after the last "by".
pub(crate) fn after_date(text: &str) -> &str {
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return text;
    }
    [" by ", " von ", " par ", " por ", " przez ", " door ", " di ", " av "]
        .iter()
        .find_map(|word| text.rsplit_once(word))
        .map_or(text, |(_, after)| after)
}

/// A text without the words before a name, and whether there were any.
pub(crate) fn without_by(text: &str) -> (&str, bool) {
    let mut rest = text.trim().trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut by = false;
    'again: for _ in 0..3 {
        for word in BY.iter() {
            let Some(head) = rest.get(..word.len()).filter(|head| head.to_lowercase() == *word) else {
                continue;
            };
            let after = rest.get(head.len()..).unwrap_or_default();
            let cjk = word.chars().last().is_some_and(is_cjk);
            let parted = after.starts_with([':', '：', ' ', '\u{a0}', '/', '|']) && !after.trim().is_empty();
            if parted || (cjk && after.starts_with([':', '：', '/', '／'])) {
                rest = after.trim_start_matches(|c: char| !c.is_alphanumeric());
                by = true;
                continue 'again;
            }
        }
        break;
    }
    (rest, by)
}

/// The names in a text that lists them.
pub(crate) fn split(text: &str) -> Vec<String> {
    let text = without_by(text).0;
    let mut text = text.to_owned();
    for word in [
        " and ", " And ", " AND ", " und ", " et ", " y ", " e ", " i ", " en ", " og ", " och ", " & ",
        " mit ", " with ", " и ", " και ", " sowie ", " am ", " @ ", " um ",
    ] {
        text = text.replace(word, ";");
    }
    let end = text
        .find([';', ',', '|', '/', '、', '，', '；', '\n', '•', '·', '(', '（', '–', '—', '\t'])
        .map(|_| {
            text.split([';', ',', '|', '/', '、', '，', '；', '\n', '•', '·', '(', '（', '–', '—', '\t'])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
    let parts = end.unwrap_or_else(|| vec![text]);
    parts
        .into_iter()
        .map(|part| {
            let part = part.split(" - ").next().unwrap_or_default();
            let bare = part
                .trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '\'')
                .trim_end_matches('.');
            let words: Vec<&str> = without_by(bare).0.split_whitespace().collect();
            // A picture's text and its link say the same name twice.
            let (head, tail) = words.split_at(words.len() / 2);
            if head == tail { head.join(" ") } else { before_role(&words).join(" ") }
        })
        .filter(|name| !name.is_empty())
        .take(MOST * 2)
        .collect()
}

/// The words of a name without what its bearer does: "Ann Lee Senior Editor".
fn before_role<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let role = words.iter().skip(2).position(|word| ROLE.contains(&word.to_lowercase().as_str()));
    role.and_then(|at| words.get(..at + 2)).unwrap_or(words)
}

/// True for what may be a person's name, and is not the publication's.
pub(crate) fn is_somebody(name: &str, site: &[String]) -> bool {
    let folded = fold(name);
    let letters = folded.chars().count();
    let words = name.split_whitespace().count();
    let cjk = name.chars().any(is_cjk);
    let lower = name.to_lowercase();
    (2..=50).contains(&letters)
        && words <= 6
        && (letters > 2 || cjk || name.chars().all(|c| c.is_uppercase() || matches!(c, '.' | ' ')))
        && !name.contains(['@', ':', '{', '<', '=', '?', '!', '"', '„', '»'])
        && !name.contains("://")
        && !lower.contains("www.")
        && !has_host(&lower)
        && !NOBODY.contains(&folded.as_str())
        && !site.iter().any(|site| {
            !site.is_empty()
                && (*site == folded
                    || (folded.len() > 4 && site.contains(&folded))
                    || (site.len() > 4 && folded.contains(site.as_str())))
        })
        && name.chars().filter(char::is_ascii_digit).count() <= 3
        && !ORGANISATION
            .iter()
            .any(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|have| have == *word))
}

/// Words that only organisations, desks and pages have in their names.
static ORGANISATION: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("people.txt"), "organisation"));

fn has_host(lower: &str) -> bool {
    [".com", ".de", ".net", ".org", ".at", ".ch", ".info", ".co", ".fr", ".it", ".es", ".pl", ".ru"]
        .iter()
        .any(|end| lower.ends_with(end))
}

/// True for a visible text that is shaped like a name.
pub(crate) fn looks_like_name(name: &str) -> bool {
    let cjk = name.chars().any(is_cjk);
    let words = name.split_whitespace().count();
    if cjk {
        return name.chars().count() <= 12;
    }
    let initial = name.chars().nth(1) == Some('.');
    let capital = initial || name.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase());
    capital && words <= 5 && name.chars().filter(char::is_ascii_digit).count() == 0
}

/// True for two to four words, each with a capital letter, or a short CJK name.
pub(crate) fn is_full_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let cjk = name.chars().all(is_cjk) && (2..=4).contains(&name.chars().count());
    let particles = [
        "von", "van", "de", "der", "da", "di", "del", "la", "le", "el", "al", "bin", "zu", "den", "dos",
        "und",
    ];
    cjk || ((2..=4).contains(&words.len())
        && words
            .iter()
            .all(|word| particles.contains(word) || word.chars().next().is_some_and(char::is_uppercase))
        && words.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count() >= 2)
}

/// Each name once, in order, at most [`MOST`]; a part of another name is left out.
pub(crate) fn distinct(names: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in names {
        let folded = fold(&name);
        if !out.iter().any(|have| fold(have) == folded) && out.len() < MOST {
            out.push(name);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_from_what_is_about_them() {
        for (text, names) in [
            ("By Ann Lee and Bo Chen", vec!["Ann Lee", "Bo Chen"]),
            ("Von Jörg Maier, Berlin-Korrespondent", vec!["Jörg Maier", "Berlin-Korrespondent"]),
            ("作者：王小明", vec!["王小明"]),
            ("Autor: Jan Nowak", vec!["Jan Nowak"]),
            ("Ann Lee Senior Editor", vec!["Ann Lee"]),
            ("Ann Lee | 5.", vec!["Ann Lee", "5"]),
        ] {
            assert_eq!(split(text), names, "{text}");
        }
        let site = ["thepaper".to_owned()];
        for (name, somebody) in [
            ("Ann Lee", true),
            ("admin", false),
            ("The Paper", false),
            ("news@paper.example", false),
            ("paper.com", false),
            ("Redaktion Sport", false),
        ] {
            assert_eq!(is_somebody(name, &site), somebody, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_parted_within_bounds(text in ".{0,200}") {
            let names = split(&text);
            proptest::prop_assert!(names.len() <= MOST * 2);
            proptest::prop_assert!(names.iter().all(|name| !name.contains([';', '\n'])));
            for name in &names {
                let _ = (is_somebody(name, &[]), is_full_name(name), looks_like_name(name), is_slug(name));
            }
            proptest::prop_assert!(distinct(names).len() <= MOST);
        }
    }
}
