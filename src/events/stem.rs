//! Light stemming by language: a folded word goes in, the form that its inflections share comes out. It only has to
//! be the same for `claims` and `claimed`; it need not be a word.

/// Cuts the inflection off `word` (folded, lower case).
pub(super) fn stem(word: &str, language: &str) -> String {
    let mut out = word.trim_end_matches("'s").trim_end_matches('\'').to_owned();
    match language {
        "de" | "nl" => cut(&mut out, 4, &["ern", "em", "er", "en", "es", "e", "s", "n"]),
        "fr" => cut(&mut out, 3, &["ees", "es", "ee", "s", "x", "e"]),
        "es" | "pt" | "it" | "ca" => cut(&mut out, 3, &["os", "as", "es", "o", "a", "e", "i", "s"]),
        "ru" | "uk" | "bg" | "sr" | "be" => cut(&mut out, 3, RUSSIAN),
        "tr" | "fi" | "hu" | "pl" | "cs" | "sk" | "et" | "lt" | "lv" => truncate(&mut out, 6),
        "ar" | "fa" => arabic(&mut out),
        "zh" | "ja" | "ko" | "hi" | "th" => {}
        _ => english(&mut out),
    }
    out
}

const RUSSIAN: &[&str] = &[
    "иями", "ями", "ами", "иях", "ого", "его", "ому", "ему", "ыми", "ими", "ией", "ать", "ять", "ить", "еть",
    "ует", "ают", "ала", "али", "ила", "или", "ела", "ели", "ов", "ев", "ей", "ой", "ом", "ем", "ам", "ям",
    "ах", "ях", "ия", "ии", "ию", "ие", "ый", "ий", "ая", "яя", "ое", "ее", "ые", "ых", "их", "ым", "им",
    "ую", "юю", "ет", "ит", "ут", "ют", "ат", "ят", "ал", "ил", "ел", "а", "я", "о", "е", "ы", "и", "у", "ю",
    "ь", "й",
];

/// Takes the first ending that fits off, where at least `keep` characters remain.
fn cut(word: &mut String, keep: usize, endings: &[&str]) {
    for ending in endings {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() >= keep
        {
            word.truncate(stem.len());
            return;
        }
    }
}

fn truncate(word: &mut String, letters: usize) {
    if let Some((at, _)) = word.char_indices().nth(letters) {
        word.truncate(at);
    }
}

fn arabic(word: &mut String) {
    for prefix in ["وال", "بال", "فال", "كال", "ال", "لل"] {
        if let Some(rest) = word.strip_prefix(prefix)
            && rest.chars().count() >= 3
        {
            *word = rest.to_owned();
            break;
        }
    }
    cut(word, 3, &["ات", "ون", "ين", "ان", "ها", "ية", "ة", "ه", "ي"]);
}

/// Plurals, -ed, -ing, a doubled consonant before them, and a final e.
fn english(word: &mut String) {
    if word.len() < 4 || !word.is_ascii() {
        return;
    }
    if word.ends_with("ies") && word.len() > 4 {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if ["sses", "shes", "ches", "xes", "zes"].iter().any(|e| word.ends_with(e)) {
        word.truncate(word.len() - 2);
    } else if word.ends_with('s') && !["ss", "us", "is"].iter().any(|e| word.ends_with(e)) {
        word.truncate(word.len() - 1);
    }
    let before = word.len();
    if word.ends_with("ied") && word.len() > 4 {
        word.truncate(before - 3);
        word.push('y');
        return;
    }
    for ending in ["ing", "ed"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 3
            && stem.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
        {
            word.truncate(stem.len());
            break;
        }
    }
    if word.len() < before {
        let bytes = word.as_bytes();
        let last = bytes.last().copied().unwrap_or(0);
        if bytes.len() > 3 && bytes.get(bytes.len() - 2) == Some(&last) && !matches!(last, b'l' | b's' | b'z')
        {
            word.pop();
        }
    }
    if word.len() > 3 && word.ends_with('e') {
        word.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_of_one_word_meet() {
        for (language, words) in [
            ("en", vec!["claims", "claimed", "claiming", "claim"]),
            ("en", vec!["stopped", "stopping", "stops"]),
            ("en", vec!["make", "making", "makes"]),
            ("en", vec!["companies", "company", "company's"]),
            ("de", vec!["banken", "bank"]),
            ("ru", vec!["компания", "компании", "компанию"]),
            ("es", vec!["bancos", "banco"]),
        ] {
            let stems: Vec<_> = words.iter().map(|w| stem(w, language)).collect();
            assert!(stems.windows(2).all(|w| w[0] == w[1]), "{stems:?}");
        }
    }
}
