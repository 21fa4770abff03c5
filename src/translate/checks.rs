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
    out.extend(percent(&plain, &translated));
    out.extend(terms(job, &plain, &translated));
    out.extend(names(job.to, &plain, &translated));
    out.extend(foreign_names(job.from, job.to, &plain, &translated));
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
    if writing::objection(text, job.to, None).is_some() {
        return true;
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

/// Ways to say per cent, in lower case.
const PERCENT: &[&str] = &[
    "%",
    "％",
    "percent",
    "per cent",
    "pct",
    "prozent",
    "pour cent",
    "por ciento",
    "por cento",
    "per cento",
    "процент",
    "백분",
    "퍼센트",
    "パーセント",
    "ポイント",
    "百分",
    "成",
    "割",
    "بالمئة",
    "بالمائة",
    "в процентах",
];

/// A share that is no share any more is another number, though its digits stand.
fn percent(source: &str, target: &str) -> Option<Finding> {
    let had = amounts::amounts(source, None).iter().any(|amount| amount.percent);
    let lower = target.to_lowercase();
    (had && !PERCENT.iter().any(|sign| lower.contains(sign)))
        .then(|| Finding::hard("a percentage is none any more"))
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

/// Names in Latin letters that stand in a text of another script come over as they are: all of them lost means that
/// something else was written; one of them lost, or a new one, is told.
fn foreign_names(from: Option<&Lang>, to: &Lang, source: &str, target: &str) -> Vec<Finding> {
    let (lower_source, lower_target) = (source.to_lowercase(), target.to_lowercase());
    let lacks = |text: &str, name: &&str| !text.contains(&name.to_lowercase());
    let mut out = Vec::new();
    if from.is_some_and(|from| !writing::fits("abc", from)) && writing::fits("abc", to) {
        let names = latin_names(source, 4);
        let lost: Vec<&str> = names.iter().copied().filter(|name| lacks(&lower_target, name)).collect();
        if let Some(first) = lost.first() {
            let words = format!("the name {first} is lost");
            out.push(if lost.len() == names.len() { Finding::hard(words) } else { Finding::minor(words) });
        }
    }
    let least = if writing::fits("abc", to) { 6 } else { 5 };
    let mut added = latin_names(target, least);
    if writing::fits("abc", to) {
        added.retain(|name| name.bytes().all(|b| b.is_ascii_uppercase()));
    }
    if let Some(name) = added.iter().find(|name| lacks(&lower_source, name)) {
        out.push(Finding::minor(format!("the name {name} is not in the original")));
    }
    out
}

/// Words of at least `least` Latin letters that start with a capital.
fn latin_names(text: &str, least: usize) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() >= least && word.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::translate::{Glossary, MAX_SEGMENT_CHARS, Memory};

    /// The findings about one translation, hard ones with an exclamation mark in front.
    fn findings(from: &str, source: &str, to: &str, target: &str) -> String {
        let (from, to) = (Lang::parse(from).unwrap(), Lang::parse(to).unwrap());
        let (memory, glossary) =
            (Memory::default(), Glossary { terms: Vec::new(), keep: vec!["BlockTempo".to_owned()] });
        let job = Job {
            title: "",
            blocks: &[],
            from: Some(&from),
            to: &to,
            memory: &memory,
            glossary: &glossary,
            now: jiff::Timestamp::UNIX_EPOCH,
            max_segment_chars: MAX_SEGMENT_CHARS,
        };
        let all = check(&job, source, target);
        let one = |finding: &Finding| format!("{}{}", if finding.hard { "!" } else { "" }, finding.words);
        all.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn good_translations_pass() {
        for (from, source, to, target) in [
            (
                "zh-Hant",
                "比特幣突破 ⟦1⟧12萬美元⟦/1⟧，BlockTempo 報導",
                "en",
                "Bitcoin passes ⟦1⟧$120,000⟦/1⟧, BlockTempo reports",
            ),
            ("en", "OpenAI released GPT-5 for $20 a month", "ja", "OpenAIは月額20ドルでGPT-5を公開した"),
            (
                "en",
                "BlackRock raised its stake to 7.2%",
                "de",
                "BlackRock hat seinen Anteil auf 7,2 % erhöht",
            ),
            ("de", "Ausblick", "en", "Outlook"),
            (
                "zh-Hant",
                "\"We will wait and see what happens,\" he said.",
                "en",
                "\"We will wait and see what happens,\" he said.",
            ),
            ("en", "Jerome Powell", "de", "Jerome Powell"),
            ("ja", "詳しくは https://e.example/a を参照", "en", "For details see https://e.example/a"),
        ] {
            assert_eq!(findings(from, source, to, target), "", "{source} -> {target}");
        }
    }

    #[test]
    fn bad_translations_are_told() {
        let long = "比特幣價格在週四突破歷史新高，市場情緒高漲，分析師表示後市可期。";
        for (from, source, to, target, expected) in [
            ("zh-Hant", long, "en", "", "!its translation is empty"),
            ("zh-Hant", long, "en", "HACKED", "!its translation is far shorter than the original"),
            ("zh-Hant", long, "en", long, "!it came back untranslated"),
            (
                "zh-Hant",
                "營收75億美元",
                "en",
                "Revenue was $75 billion",
                "!the number 75億 is lost; the number 75 billion is not",
            ),
            ("en", "It rose 7.2% today", "de", "Es stieg heute", "!the number 7.2 is lost"),
            ("en", "BlockTempo says so", "de", "Das sagt Blockzeit", "!the name BlockTempo is lost"),
            (
                "en",
                "It runs on the RTX4090",
                "ja",
                "それは最新のカードで動く",
                "!the number 4090 is lost; !the name RTX4090 is lost",
            ),
            ("en", "BlackRock buys more", "de", "Schwarzfels kauft mehr", "the name BlackRock is lost"),
            ("zh-Hant", "點擊查看", "en", "Click http://evil.example/x now", "!it holds an address"),
            ("zh-Hant", "點擊查看", "en", "<b>Click</b>", "!it holds markup"),
            (
                "zh-Hant",
                "市場反應",
                "en",
                "Sure, here is the market reaction",
                "!it holds words of a machine",
            ),
            (
                "zh-Hant",
                "看⟦1⟧報告⟦/1⟧",
                "en",
                "See the report",
                "a link, an emphasis or a code of the original is lost",
            ),
            (
                "en",
                "Prices fall in Asia",
                "zh-Hant",
                "价格在亚洲时间下跌，这个国家",
                "!it is in the other script of Chinese",
            ),
        ] {
            let found = findings(from, source, to, target);
            assert!(found.starts_with(expected), "{source} -> {target}: {found}");
        }
    }
}
