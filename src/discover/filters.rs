//! The include and exclude rules of a source and an entry go in, whether it is wanted comes out. All in linear time:
//! a word is searched as it is, without case; between slashes stands a regular expression.

use jiff::Timestamp;
use regex::{Regex, RegexBuilder};

use crate::model::entry::Entry;
use crate::model::lang::Lang;
use crate::text::lang;
use crate::text::words::is_cjk;

/// Letters that tell a language: about fifteen words. A Han, Kana or Hangul character counts as three.
const TELLING: usize = 80;
/// Longest regular expression, in bytes.
const MAX_PATTERN: usize = 1000;

/// One word or expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` cannot be used as a filter: {cause}; write a word, or a regular expression between slashes"
)]
pub struct PatternError {
    text: String,
    cause: String,
}

impl Pattern {
    /// Reads `bitcoin` (the word anywhere in title, summary or categories, without case) or `/\bETF\b/`
    /// (a regular expression without look-around, which runs in linear time; `/i` behind it ignores case).
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let error = |cause: String| PatternError { text: text.chars().take(120).collect(), cause };
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_PATTERN {
            return Err(error(format!("expected 1 to {MAX_PATTERN} bytes")));
        }
        let regex = match text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
            Some((pattern, flags)) if flags.chars().all(|c| matches!(c, 'i' | 'm' | 's')) => {
                RegexBuilder::new(pattern)
                    .case_insensitive(flags.contains('i'))
                    .multi_line(flags.contains('m'))
                    .dot_matches_new_line(flags.contains('s'))
                    .size_limit(1 << 20)
                    .build()
            }
            _ => RegexBuilder::new(&whole_word(text)).case_insensitive(true).size_limit(1 << 20).build(),
        };
        let regex =
            regex.map_err(|e| error(e.to_string().lines().last().unwrap_or_default().trim().to_owned()))?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn is_in(&self, entry: &Entry) -> bool {
        self.regex.is_match(&entry.title)
            || self.regex.is_match(&entry.summary)
            || entry.categories.iter().any(|category| self.regex.is_match(category))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A literal with word boundaries where its ends are letters of a script that has words apart.
fn whole_word(text: &str) -> String {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_cjk(c));
    let start =
        if edge(text.chars().next()) { r"(?:^|[\W\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}])" } else { "" };
    let end = if edge(text.chars().next_back()) {
        r"(?:$|[\W\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}])"
    } else {
        ""
    };
    format!("{start}{}{end}", regex::escape(text))
}

/// Which entries of a source are wanted. Empty lists ask for nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// At least one of these must be in title, summary or categories.
    pub include: Vec<Pattern>,
    /// None of these may be.
    pub exclude: Vec<Pattern>,
    /// At least one of these categories must be stated (compared without case). Entries without categories pass.
    pub categories: Vec<String>,
    /// The entry's language, stated or told by its text, must be one of these; where neither is known it passes.
    pub languages: Vec<Lang>,
    /// Oldest age in seconds, counted from the publication date; entries without a date pass.
    pub max_age: Option<i64>,
    /// Most entries taken in one run, the first ones that pass.
    pub cap: Option<usize>,
}

impl Filters {
    /// True where words, category and language are as wanted.
    pub fn accepts(&self, entry: &Entry) -> bool {
        (self.include.is_empty() || self.include.iter().any(|pattern| pattern.is_in(entry)))
            && !self.exclude.iter().any(|pattern| pattern.is_in(entry))
            && self.wants_category(entry)
            && self.wants_language(entry)
    }

    /// An entry that states no language is judged by its title and summary, where they are long enough to tell.
    fn wants_language(&self, entry: &Entry) -> bool {
        let wanted = |language: &Lang| self.languages.iter().any(|wanted| wanted.reads(language));
        if self.languages.is_empty() {
            return true;
        }
        if let Some(stated) = &entry.language {
            return wanted(stated);
        }
        let text = format!("{} {}", entry.title, entry.summary);
        let letters: usize =
            text.chars().filter(|c| c.is_alphabetic()).map(|c| if is_cjk(c) { 3 } else { 1 }).sum();
        letters < TELLING || lang::detect(&text, None).is_none_or(|told| wanted(&told))
    }

    fn wants_category(&self, entry: &Entry) -> bool {
        let wanted =
            |category: &String| self.categories.iter().any(|w| w.to_lowercase() == category.to_lowercase());
        self.categories.is_empty() || entry.categories.is_empty() || entry.categories.iter().any(wanted)
    }

    /// True where the entry is not older than allowed.
    pub fn is_fresh(&self, entry: &Entry, now: Timestamp) -> bool {
        let Some(most) = self.max_age else { return true };
        let stated = entry.published.or(entry.updated);
        stated.is_none_or(|moment| now.as_second().saturating_sub(moment.at.as_second()) <= most)
    }

    /// Leaves the wanted entries of one document, whatever their age.
    pub(crate) fn apply(&self, entries: &mut Vec<Entry>) {
        entries.retain(|entry| self.accepts(entry));
    }

    /// Leaves what a run takes of all documents of a source: the fresh entries, and of those the first `cap`.
    pub fn settle(&self, entries: &mut Vec<Entry>, now: Timestamp) {
        entries.retain(|entry| self.is_fresh(entry, now));
        entries.truncate(self.cap.unwrap_or(usize::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::moment::Moment;
    use crate::model::url::CanonicalUrl;

    fn entry(title: &str) -> Entry {
        Entry { title: title.to_owned(), ..Entry::at(CanonicalUrl::parse("https://example.com/a").unwrap()) }
    }

    fn filters(include: &[&str], exclude: &[&str]) -> Filters {
        let patterns = |list: &[&str]| list.iter().map(|p| Pattern::parse(p).unwrap()).collect();
        Filters { include: patterns(include), exclude: patterns(exclude), ..Filters::default() }
    }

    #[test]
    fn words_and_expressions_decide() {
        let wanted = filters(&["bitcoin", "以太坊", r"/\bETF\b/"], &["sponsored"]);
        assert!(wanted.accepts(&entry("Bitcoin climbs")));
        assert!(wanted.accepts(&entry("比特幣與以太坊上漲")));
        assert!(wanted.accepts(&entry("比特幣ETF: bitcoin獲批")));
        assert!(wanted.accepts(&entry("An ETF is born")));
        assert!(!wanted.accepts(&entry("bitcoiners meet; etfs")));
        assert!(!wanted.accepts(&entry("Sponsored: bitcoin")));
        assert!(filters(&[], &[]).accepts(&entry("")));
        assert!(Pattern::parse("/(/").unwrap_err().to_string().contains("slashes"));
        assert!(Pattern::parse("/(?=a)b/").is_err());
    }

    #[test]
    fn age_and_language_decide() {
        let now: Timestamp = "2026-04-22T12:00:00Z".parse().unwrap();
        let mut aged = filters(&[], &[]);
        aged.max_age = Some(86_400);
        aged.languages = vec![Lang::parse("zh").unwrap()];
        let mut one = entry("x");
        assert!(aged.is_fresh(&one, now));
        one.published = Some(Moment::parse("2026-04-20").unwrap());
        assert!(!aged.is_fresh(&one, now));
        assert!(aged.accepts(&one));
        one.language = Some(Lang::parse("en").unwrap());
        assert!(!aged.accepts(&one));
    }
}
