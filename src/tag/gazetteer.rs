//! The compiled lexicon: a document goes in, its tags come out, the most telling first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::tag::{Evidence, Symbol, Tag, TagKind};
use crate::tag::compile::{self, Compiled, Target};
use crate::tag::decide;
use crate::tag::fold;
use crate::tag::lexicon::{Lexicon, SymbolEntry, Trust};
use crate::tag::scan::{self, Rule, Scan};
use crate::tag::warning::{self, Warning};

/// Bytes of a title and of a text that are read; what is longer is cut.
const MOST_TITLE: usize = 4 << 10;
const MOST_TEXT: usize = 1 << 20;
/// Tags of a document, and pieces of evidence of a tag, that are told.
const MOST_TAGS: usize = 60;
const MOST_EVIDENCE: usize = 8;
/// A text below this length, in bytes, needs only one word for a topic.
const SHORT_TEXT: usize = 400;

/// A compiled lexicon. Building it takes some milliseconds; a tagging reads its text once.
#[derive(Debug)]
pub struct Gazetteer {
    compiled: Compiled,
    symbols: Vec<Symbol>,
    entities: Vec<String>,
    topics: Vec<String>,
    stated: BTreeMap<String, u32>,
    warnings: Vec<Warning>,
}

impl Gazetteer {
    /// Compiles a lexicon, or symbols alone.
    pub fn new(lexicon: impl Into<Lexicon>) -> Self {
        let lexicon = lexicon.into();
        let compiled = compile::compile(&lexicon);
        let mut warnings = warning::warnings(&lexicon);
        if compiled.automaton.is_none() {
            warnings.push(Warning::TooLarge);
        }
        Self {
            stated: stated_names(&lexicon),
            symbols: lexicon.symbols.iter().map(shown).collect(),
            entities: lexicon.entities.into_iter().map(|entity| entity.key).collect(),
            topics: lexicon.topics.into_iter().map(|topic| topic.key).collect(),
            compiled,
            warnings,
        }
    }

    /// What may tag the wrong thing, for `newsmill check`.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The symbols as pages show them, in the order of the lexicon.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// Tags a document: symbols, then topics, then entities; each kind by relevance (title first, then how often),
    /// then by key. `stated` are symbols that the source names itself (`BTC`, `$btc`, `bitcoin`); unknown ones and
    /// doubtful names among them are passed over. Evidence is quoted from the text with full-width letters, no-break
    /// blanks and curly apostrophes in their plain form. Same input, same tags.
    pub fn tag(&self, title: &str, text: &str, stated: &[String]) -> Vec<Tag> {
        let scans = [
            scan::scan(&self.compiled, cut(title, MOST_TITLE)),
            scan::scan(&self.compiled, cut(text, MOST_TEXT)),
        ];
        let mut tally = Tally::default();
        let decided = decide::decide(&self.compiled, &scans);
        for ((scan, finds), place) in scans.iter().zip(&decided).zip([Place::Title, Place::Text]) {
            for find in finds {
                let key = find.target.and_then(|target| self.key(target));
                if let (Some((kind, key)), Some(words)) = (key, scan.folded.plain.get(find.start..find.end)) {
                    tally.add(kind, key, words, place, find.rule);
                }
            }
        }
        self.topics(&scans, &mut tally);
        for words in stated {
            let name = fold::pattern(words.trim_start_matches(['$', '#']));
            if let Some(symbol) = self.stated.get(&name).and_then(|at| self.symbols.get(*at as usize)) {
                tally.add(TagKind::Symbol, &symbol.ticker, cut(words, 64), Place::Source, Rule::Stated);
            }
        }
        tally.tags()
    }

    fn key(&self, target: Target) -> Option<(TagKind, &str)> {
        match target {
            Target::Symbol(at) => Some((TagKind::Symbol, &self.symbols.get(at as usize)?.ticker)),
            Target::Entity(at) => Some((TagKind::Entity, self.entities.get(at as usize)?)),
        }
    }

    fn topics(&self, scans: &[Scan<'_>; 2], tally: &mut Tally) {
        let [title, text] = scans;
        let needed = if text.folded.plain.len() < SHORT_TEXT { 1 } else { 2 };
        for (at, key) in self.topics.iter().enumerate() {
            let of = |scan: &Scan<'_>| scan.topics.iter().filter(|hit| hit.2 == at as u32).count();
            if of(title) == 0 && of(text) < needed {
                continue;
            }
            for (scan, place) in [(title, Place::Title), (text, Place::Text)] {
                for (start, end, _) in scan.topics.iter().filter(|hit| hit.2 == at as u32) {
                    let words = scan.folded.plain.get(*start..*end).unwrap_or_default();
                    tally.add(TagKind::Topic, key, words, place, Rule::Keyword);
                }
            }
        }
    }
}

fn shown(entry: &SymbolEntry) -> Symbol {
    Symbol {
        ticker: entry.ticker.clone(),
        class: entry.class.as_str().to_owned(),
        name: entry.name.clone(),
        names: entry.names.clone(),
    }
}

/// What a source may call a symbol: every ticker, and the sure names.
fn stated_names(lexicon: &Lexicon) -> BTreeMap<String, u32> {
    let mut names = BTreeMap::new();
    for (at, symbol) in lexicon.symbols.iter().enumerate() {
        names.entry(fold::pattern(&symbol.ticker)).or_insert(at as u32);
    }
    for (at, symbol) in lexicon.symbols.iter().enumerate() {
        for alias in symbol.aliases.iter().filter(|alias| alias.trust == Trust::Sure) {
            names.entry(fold::pattern(&alias.text)).or_insert(at as u32);
        }
    }
    names
}

/// The first `most` bytes of a text, whole characters.
fn cut(text: &str, most: usize) -> &str {
    let end = text.floor_char_boundary(most.min(text.len()));
    text.get(..end).unwrap_or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Title,
    Source,
    Text,
}

impl Place {
    fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Source => "source",
            Self::Text => "text",
        }
    }
}

/// How often each piece of evidence was found.
type Counts = BTreeMap<(Place, Rule, String), u32>;

/// Counts evidence by tag.
#[derive(Default)]
struct Tally {
    tags: BTreeMap<(TagKind, String), Counts>,
}

impl Tally {
    fn add(&mut self, kind: TagKind, key: &str, words: &str, place: Place, rule: Rule) {
        let evidence = self.tags.entry((kind, key.to_owned())).or_default();
        let count = evidence.entry((place, rule, words.to_owned())).or_insert(0);
        *count = count.saturating_add(1);
    }

    fn tags(self) -> Vec<Tag> {
        let mut tags: Vec<(Reverse<u64>, Tag)> = self
            .tags
            .into_iter()
            .map(|((kind, key), evidence)| {
                let weight = evidence.iter().map(|((place, ..), n)| weight(*place) * u64::from(*n)).sum();
                (Reverse(weight), Tag { kind, key, evidence: told(evidence) })
            })
            .collect();
        tags.sort_by(|(a, x), (b, y)| (x.kind, a, &x.key).cmp(&(y.kind, b, &y.key)));
        tags.truncate(MOST_TAGS);
        tags.into_iter().map(|(_, tag)| tag).collect()
    }
}

/// A title outweighs any text.
fn weight(place: Place) -> u64 {
    match place {
        Place::Title => 1 << 32,
        Place::Source => 1 << 16,
        Place::Text => 1,
    }
}

fn told(evidence: Counts) -> Vec<Evidence> {
    let mut all: Vec<_> = evidence.into_iter().collect();
    all.sort_by(|((a, ..), m), ((b, ..), n)| (a, Reverse(m)).cmp(&(b, Reverse(n))));
    all.truncate(MOST_EVIDENCE);
    all.into_iter()
        .map(|((place, rule, text), count)| Evidence {
            text,
            place: place.as_str().to_owned(),
            rule: rule.as_str().to_owned(),
            count,
        })
        .collect()
}
