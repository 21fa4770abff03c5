//! glossary.yaml goes in, the words that translations must keep come out, or every fault with its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

use crate::config::{ConfigError, Fault, Files, fault_at, from_yaml};
use crate::model::lang::Lang;
use crate::translate::{Glossary, Term};

const FILE: &str = "glossary.yaml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    terms: Vec<Spanned<BTreeMap<String, Forms>>>,
    #[serde(default)]
    keep: Vec<Spanned<String>>,
}

/// One word, or several: the one in the original's place is wanted, the others are accepted.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a word or a list of words")]
enum Forms {
    One(String),
    Several(Vec<String>),
}

/// Reads the glossary of a configuration; without a file it is empty.
pub(crate) fn load(files: &Files) -> Result<Glossary, ConfigError> {
    match files.read(FILE)? {
        Some(text) => parse(&files.place(FILE), &text),
        None => Ok(Glossary::default()),
    }
}

/// Reads the text of a glossary.yaml; `place` is named in faults.
pub(crate) fn parse(place: &str, text: &str) -> Result<Glossary, ConfigError> {
    let raw: Option<Raw> = from_yaml(place, text)?;
    let Some(raw) = raw else { return Ok(Glossary::default()) };
    let (mut out, mut faults) = (Glossary::default(), Vec::new());
    for at in &raw.terms {
        match term(place, at) {
            Ok(term) => out.terms.push(term),
            Err(fault) => faults.push(fault),
        }
    }
    for at in &raw.keep {
        let name = at.value.trim();
        if name.is_empty() || out.keep.iter().any(|known| known == name) {
            let what = format!("the name `{name}` is empty or stands there twice; take the line out");
            faults.push(fault_at(place, at, what));
        } else {
            out.keep.push(name.to_owned());
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(ConfigError { faults }) }
}

fn term(place: &str, at: &Spanned<BTreeMap<String, Forms>>) -> Result<Term, Fault> {
    let mut forms = Vec::new();
    for (tag, words) in &at.value {
        let lang = Lang::parse(tag).map_err(|error| fault_at(place, at, error.to_string()))?;
        let words: Vec<String> = match words {
            Forms::One(word) => vec![word.trim().to_owned()],
            Forms::Several(words) => words.iter().map(|word| word.trim().to_owned()).collect(),
        };
        if words.is_empty() || words.iter().any(String::is_empty) {
            let what = format!("the word for {lang} is empty; give one or take the language out");
            return Err(fault_at(place, at, what));
        }
        forms.push((lang, words));
    }
    if forms.len() < 2 {
        let what =
            "a term needs its word in two languages at least; a name that never changes stands under `keep`";
        return Err(fault_at(place, at, what));
    }
    Ok(Term { forms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sample_glossary_is_read() {
        let glossary = parse("glossary.yaml", include_str!("../../config/glossary.yaml")).unwrap();
        let (zh, en) = (Lang::parse("zh-Hant").unwrap(), Lang::parse("en").unwrap());
        let wanted = glossary.wanted("比特幣與聯準會", Some(&zh), &en);
        let forms: Vec<&str> = wanted.iter().map(|wanted| wanted.forms[0]).collect();
        assert_eq!(forms, ["Bitcoin", "Federal Reserve"]);
        assert!(glossary.keep.iter().any(|name| name == "OpenAI"));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let error = |text: &str| parse("glossary.yaml", text).unwrap_err().to_string();
        let one = error("terms:\n  - { en: Bitcoin }\nkeep: [A, A]\n");
        assert!(one.starts_with("glossary.yaml:2:") && one.contains("\nglossary.yaml:3:"), "{one}");
        let tag = error("terms:\n  - en: a\n    de: b\n  - english: a\n    de: b\n");
        assert!(tag.starts_with("glossary.yaml:4:") && tag.contains("`english`"), "{tag}");
        let unknown = error("words: []\n");
        assert!(unknown.contains("words") && unknown.contains("terms"), "{unknown}");
        assert_eq!(parse("g", "# nothing yet\n").unwrap(), Glossary::default());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(terms:|keep:|[-{}\\[\\]: \n]|en|de|a){0,30}") {
            let _ = parse("g", &text);
        }
    }
}
