//! One segment and its translation go in, what is wrong with it comes out, in words. A hard finding means that the
//! translation is not believed; a minor one is shown beside it.

use crate::model::lang::Lang;
use crate::text::words::is_cjk;
use crate::text::{amounts, writing};
use crate::translate::marks::{differences, without_marks};
use crate::translate::{Job, glossary};

/// One thing that is wrong with a translated segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In words: `the number 7.2 is lost`.
    pub words: String,
    /// True where the translation must not be shown.
    pub hard: bool,
}

impl Finding {
    /// A finding that forbids the translation.
    pub fn hard(words: impl Into<String>) -> Self {
        Self { words: words.into(), hard: true }
    }

    /// A finding to be shown beside it.
    pub fn minor(words: impl Into<String>) -> Self {
        Self { words: words.into(), hard: false }
    }
}

/// Most findings told of one segment.
const MAX_FINDINGS: usize = 5;

/// Checks the translation `target` of `source`, both with their marks. Empty where all is well.
pub fn check(job: &Job<'_>, source: &str, target: &str) -> Vec<Finding> {
    let mut out = Vec::new();
    let (plain, translated) = (without_marks(source), without_marks(target));
    if translated.trim().is_empty() {
        return vec![Finding::hard("its translation is empty")];
    }
    out.extend(length(&plain, &translated));
    out.extend(language(job, &plain, &translated));
    out.extend(foreign_matter(&plain, &translated));
    for number in amounts::lost(&plain, job.from, &translated, Some(job.to)) {
        out.push(Finding::hard(format!("the number {number} is lost")));
    }
    for number in amounts::lost(&translated, Some(job.to), &plain, job.from) {
        out.push(Finding::minor(format!("the number {number} is not in the original")));
    }
    out.extend(terms(job, &plain, &translated));
    out.extend(names(job.to, &plain, &translated));
    out.extend(differences(source, target).into_iter().map(Finding::minor));
    out.truncate(MAX_FINDINGS);
    out
}

/// How much a text says, whatever its script: a Han character says about as much as three Latin letters.
fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if is_cjk(c) { 3 } else { 1 }).sum()
}

fn length(source: &str, target: &str) -> Option<Finding> {
    let (from, to) = (weight(source), weight(target));
    // Short segments vary too much: `KI` is `artificial intelligence`.
    if to > from * 4 + 80 {
        return Some(Finding::hard("its translation is far longer than the original"));
    }
    (from >= 24 && to * 4 < from).then(|| Finding::hard("its translation is far shorter than the original"))
}

fn language(job: &Job<'_>, source: &str, target: &str) -> Option<Finding> {
    if same_words(source, target) {
        return untranslated(job, source).then(|| Finding::hard("it came back untranslated"));
    }
    writing::objection(target, job.to, job.from).map(Finding::hard)
}

fn same_words(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> Vec<char> { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    letters(a) == letters(b)
}

/// Whether a text that came back as it was should have been translated. Not so: a quotation that is in the target
/// language already, short labels, names, the two scripts of one language.
fn untranslated(job: &Job<'_>, text: &str) -> bool {
    if job.from.is_some_and(|from| from.primary() == job.to.primary()) {
        return writing::objection(text, job.to, None).is_some();
    }
    if !writing::fits(text, job.to) {
        return text.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    }
    if job.from.is_some_and(|from| !writing::fits(text, from)) {
        return false;
    }
    // One script for both: names are capitalised, a sentence has lower-case words.
    let lower =
        text.split_whitespace().filter(|word| word.chars().next().is_some_and(char::is_lowercase)).count();
    lower >= 3
}

/// Starts of answers that talk to us instead of translating, in lower case.
const CHATTER: &[&str] = &[
    "here is the translation",
    "here's the translation",
    "here is your translation",
    "sure, here",
    "sure! here",
    "certainly! here",
    "translation:",
    "i'm sorry, but i",
    "i’m sorry, but i",
    "i cannot translate",
    "i can't translate",
    "as an ai language model, i",
    "as an ai assistant",
];

/// Words of our own prompts, which have no business in a translation.
const ECHOES: &[&str] = &[
    "\"segments\"",
    "ticker symbols, code and addresses",
    "material to translate",
    "\"task\":",
    "\"fault\"",
];

/// Things that a translation brings in and the original has not: addresses, markup, talk.
fn foreign_matter(source: &str, target: &str) -> Vec<Finding> {
    let mut out = Vec::new();
    let (from, to) = (source.to_lowercase(), target.to_lowercase());
    for address in addresses(&to) {
        if !from.contains(address) {
            out.push(Finding::hard("it holds an address that the original does not have"));
            break;
        }
    }
    let markup = ["</", "/>", "<a ", "<b>", "<p>", "<br", "<script", "<img", "<iframe", "](", "```", "**"];
    if markup.iter().any(|sign| to.contains(sign) && !from.contains(sign)) {
        out.push(Finding::hard("it holds markup that the original does not have"));
    }
    let start = to.trim_start_matches(|c: char| !c.is_alphanumeric());
    if CHATTER.iter().any(|words| start.starts_with(words) && !from.contains(words))
        || ECHOES.iter().any(|words| to.contains(words) && !from.contains(words))
    {
        out.push(Finding::hard("it holds words of a machine, not of the original"));
    }
    out
}

/// Web addresses in a lower-case text, without scheme and closing punctuation.
pub fn addresses(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for start in ["http://", "https://", "www."] {
        for (at, _) in text.match_indices(start) {
            let from = at + if start == "www." { 0 } else { start.len() };
            let rest = text.get(from..).unwrap_or_default();
            let end = rest
                .find(|c: char| c.is_whitespace() || !c.is_ascii() || "<>\"')]}".contains(c))
                .unwrap_or(rest.len());
            let address =
                rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', '/']);
            if !address.is_empty() {
                out.push(address);
            }
        }
    }
    out
}

fn terms(job: &Job<'_>, source: &str, target: &str) -> Vec<Finding> {
    let wanted = job.glossary.wanted(source, job.from, job.to);
    let lost = wanted
        .into_iter()
        .filter(|wanted| !wanted.forms.iter().any(|form| glossary::holds_form(target, form)));
    lost.map(|wanted| {
        let form = wanted.forms.first().copied().unwrap_or_default();
        let words = if form == wanted.source {
            format!("the name {form} is lost")
        } else {
            format!("the term {} is not translated as {form}", wanted.source)
        };
        Finding::hard(words)
    })
    .collect()
}

/// Prefixes of digits that are no names.
const NOT_NAMES: &[&str] =
    &["USD", "EUR", "GBP", "JPY", "CNY", "HKD", "TWD", "NTD", "KRW", "CHF", "RMB", "UTC", "GMT", "COVID"];

/// Names that the glossary does not know: cashtags and model names in any language, names with inner capitals in Latin ones.
fn names(to: &Lang, source: &str, target: &str) -> Vec<Finding> {
    let lower = target.to_lowercase();
    let mut out = Vec::new();
    let latin = writing::fits("abc", to);
    for word in source.split(|c: char| !(c.is_ascii_alphanumeric() || c == '$' || c == '-')) {
        let word = word.trim_matches('-');
        let hard = is_cashtag(word) || is_model(word);
        if !(hard || latin && has_inner_capital(word)) || lower.contains(&word.to_lowercase()) {
            continue;
        }
        let words = format!("the name {word} is lost");
        let finding = if hard { Finding::hard(words) } else { Finding::minor(words) };
        if !out.contains(&finding) {
            out.push(finding);
        }
    }
    out
}

/// `$BTC`
fn is_cashtag(word: &str) -> bool {
    word.strip_prefix('$')
        .is_some_and(|rest| (2..=6).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_uppercase()))
}

/// `GPT-5`, `RTX4090`, `EIP-4844`: three capitals or more, then digits.
fn is_model(word: &str) -> bool {
    let letters: &str = word.split(|c: char| !c.is_ascii_uppercase()).next().unwrap_or_default();
    let digits = word.get(letters.len()..).unwrap_or_default().trim_start_matches('-');
    letters.len() >= 3
        && !NOT_NAMES.contains(&letters)
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `OpenAI`, `BlackRock`: a capital, lower-case letters, a capital. Not `iPhone`-like words that start small (`mRNA`).
fn has_inner_capital(word: &str) -> bool {
    let mut chars = word.chars();
    word.len() >= 5
        && word.bytes().all(|b| b.is_ascii_alphabetic())
        && chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.any(|c| c.is_ascii_uppercase())
}
