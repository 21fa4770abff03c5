//! Wanted words go in; for a segment the terms and names that its translation must keep come out.

use crate::model::lang::Lang;
use crate::text::words::is_cjk;

/// One term with its forms in several languages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Term {
    /// `(language, forms)`; of several forms the one in the same place as the original's is wanted (the first, where there
    /// is none), the others are accepted.
    pub forms: Vec<(Lang, Vec<String>)>,
}

/// The words that translations must keep.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Glossary {
    /// Terms with their forms.
    pub terms: Vec<Term>,
    /// Names that stay as they are, in any language.
    pub keep: Vec<String>,
}

/// A word that a segment's translation has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The word of the original.
    pub source: &'a str,
    /// Forms that are accepted; the first is wanted. Never empty.
    pub forms: Vec<&'a str>,
}

impl Term {
    fn forms_in(&self, lang: &Lang) -> Option<&[String]> {
        let exact = self.forms.iter().find(|(form, _)| form == lang);
        let near = exact.or_else(|| self.forms.iter().find(|(form, _)| lang.reads(form)));
        near.map(|(_, forms)| forms.as_slice()).filter(|forms| !forms.is_empty())
    }
}

impl Glossary {
    /// The words that the translation of `text` into `to` must keep, in the order of the glossary. Where the language of
    /// the text is not known, any language's form counts as found.
    pub fn wanted(&self, text: &str, from: Option<&Lang>, to: &Lang) -> Vec<Wanted<'_>> {
        let mut out = Vec::new();
        let lower = text.to_lowercase();
        for term in &self.terms {
            let Some(forms) = term.forms_in(to) else { continue };
            let found = term
                .forms
                .iter()
                .filter(|(lang, _)| from.is_none_or(|from| from.reads(lang)) && lang != to)
                .flat_map(|(_, forms)| forms.iter().enumerate())
                .find(|(_, form)| holds_word(&lower, &form.to_lowercase()));
            if let Some((place, source)) = found {
                let mut forms: Vec<&str> = forms.iter().map(String::as_str).collect();
                if place < forms.len() {
                    forms.swap(0, place);
                }
                out.push(Wanted { source, forms });
            }
        }
        for name in &self.keep {
            if holds_word(&lower, &name.to_lowercase()) {
                out.push(Wanted { source: name, forms: vec![name] });
            }
        }
        // `Bitcoin Cash` in the text is not `Bitcoin`: of overlapping words the longest alone is asked for.
        let sources: Vec<String> = out.iter().map(|wanted| wanted.source.to_lowercase()).collect();
        let mut at = 0;
        out.retain(|_| {
            at += 1;
            let mine = sources.get(at - 1).map(String::as_str).unwrap_or_default();
            !sources
                .iter()
                .any(|other| other.len() > mine.len() && other.contains(mine) && covers(&lower, other, mine))
        });
        out
    }
}

/// True where every occurrence of `inner` in `text` lies inside one of `outer`.
fn covers(text: &str, outer: &str, inner: &str) -> bool {
    !holds_word(&text.replace(outer, " "), inner)
}

/// True where `text` holds `word` (both in lower case) as a word: letters of the same script may not touch it; scripts
/// without spaces have no such edge.
pub fn holds_word(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() || is_cjk(c));
    let (first, last) = (word.chars().next(), word.chars().next_back());
    let (open_left, open_right) = (first.is_some_and(is_cjk), last.is_some_and(is_cjk));
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        (open_left || edge(before)) && (open_right || edge(after))
    })
}

/// True where `text` holds `form`, its words inflected or not: each word of the form is met by a word of the text that
/// starts like it (two thirds of its letters, at least four), in any order. Names in CJK are met as they stand.
pub fn holds_form(text: &str, form: &str) -> bool {
    let (text, form) = (text.to_lowercase(), form.to_lowercase());
    if text.contains(&form) {
        return true;
    }
    let mut words = form.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    if words.peek().is_none() || form.chars().any(is_cjk) {
        return false;
    }
    words.all(|word| {
        let length = word.chars().count();
        let stem: String = word.chars().take((length * 2).div_ceil(3).max(4)).collect();
        text.split(|c: char| !c.is_alphanumeric()).any(|candidate| candidate.starts_with(&stem))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(tag: &str) -> Lang {
        Lang::parse(tag).unwrap()
    }

    fn glossary() -> Glossary {
        let term = |forms: &[(&str, &[&str])]| Term {
            forms: forms
                .iter()
                .map(|(tag, words)| (lang(tag), words.iter().map(|word| (*word).to_owned()).collect()))
                .collect(),
        };
        Glossary {
            terms: vec![
                term(&[("en", &["Bitcoin", "BTC"]), ("zh-Hant", &["比特幣"]), ("ja", &["ビットコイン"])]),
                term(&[("en", &["Bitcoin Cash"]), ("zh-Hant", &["比特幣現金"])]),
                term(&[
                    ("en", &["Federal Reserve", "Fed"]),
                    ("ru", &["Федеральная резервная система", "ФРС"]),
                ]),
            ],
            keep: vec!["OpenAI".to_owned()],
        }
    }

    #[test]
    fn the_longest_term_is_wanted() {
        let glossary = glossary();
        let words = |text: &str, from: Option<&str>, to: &str| -> Vec<String> {
            let from = from.map(lang);
            let wanted = glossary.wanted(text, from.as_ref(), &lang(to));
            wanted.into_iter().map(|wanted| wanted.forms[0].to_owned()).collect()
        };
        assert_eq!(words("比特幣現金上漲", Some("zh-Hant"), "en"), ["Bitcoin Cash"]);
        assert_eq!(words("比特幣與比特幣現金", Some("zh-Hant"), "en"), ["Bitcoin", "Bitcoin Cash"]);
        assert_eq!(words("OpenAI 與比特幣", None, "en"), ["Bitcoin", "OpenAI"]);
        assert_eq!(words("The Fed cut rates; fedora hats", Some("en"), "ru"), ["ФРС"]);
        assert!(words("fedora hats", Some("en"), "ru").is_empty());
        // No form in the target language: nothing is asked for.
        assert!(words("比特幣", Some("zh-Hant"), "ko").is_empty());
    }

    #[test]
    fn inflected_forms_are_met() {
        assert!(holds_form("решение Федеральной резервной системы", "Федеральная резервная система"));
        assert!(holds_form("Die Zentralbanken warten", "Zentralbank"));
        assert!(holds_form("比特币价格", "比特币"));
        assert!(!holds_form("以太坊价格", "比特币"));
        assert!(!holds_form("the federation reserved", "Fed Watch"));
    }
}
