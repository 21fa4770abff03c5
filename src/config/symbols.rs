//! symbols.yaml goes in, the tagger's lexicon comes out; what is wrong in it is told with file, line and remedy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use crate::model::lang::Lang;
use crate::tag::lexicon::{
    Alias, Bare, Class, EntityEntry, Exchange, Lexicon, Listing, SymbolEntry, TopicEntry, Trust,
};

/// The symbols.yaml of the sample site, which serves where a config folder has none.
pub const DEFAULT: &str = include_str!("../../config/symbols.yaml");

/// The most bytes a symbols.yaml may have.
const MOST_BYTES: u64 = 8 << 20;

/// Why a symbols.yaml cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SymbolsError {
    /// The file cannot be read.
    #[error("{path}: cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is larger than this program takes.
    #[error("{path}: has {bytes} bytes, at most {MOST_BYTES} are read; split or shorten it")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The YAML is broken, or a key or a type is not what was expected.
    #[error("{path}: {cause}")]
    Yaml {
        /// The file.
        path: PathBuf,
        /// What was found and expected, with line and column.
        cause: Box<serde_yaml::Error>,
    },
    /// A value has no meaning here.
    #[error("{path}:{line}: {problem}; {remedy}")]
    Value {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
}

/// Reads `folder/symbols.yaml`, or the built-in default where there is none.
pub fn load(folder: &Path) -> Result<Lexicon, SymbolsError> {
    let path = folder.join("symbols.yaml");
    let unreadable = |cause| SymbolsError::Unreadable { path: path.clone(), cause };
    let bytes = match std::fs::metadata(&path) {
        Ok(meta) => meta.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return built_in(),
        Err(error) => return Err(unreadable(error)),
    };
    if bytes > MOST_BYTES {
        return Err(SymbolsError::TooLarge { path, bytes });
    }
    let text = std::fs::read_to_string(&path).map_err(unreadable)?;
    parse(&text, &path)
}

/// The lexicon of the sample site.
pub fn built_in() -> Result<Lexicon, SymbolsError> {
    parse(DEFAULT, Path::new("(built-in) symbols.yaml"))
}

/// Reads the text of a symbols.yaml; `path` is named in errors.
pub fn parse(text: &str, path: &Path) -> Result<Lexicon, SymbolsError> {
    let raw: RawFile = serde_yaml::from_str(text)
        .map_err(|cause| SymbolsError::Yaml { path: path.to_owned(), cause: Box::new(cause) })?;
    Resolver { path }.file(raw)
}

/// One string, or a list of them.
#[derive(Debug, Default)]
struct Words(Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word or a list of words, as in [Nvidia, 輝達]; quote words that YAML reads otherwise, as \"on\" or \"7203\"")
            }
            fn visit_str<E>(self, word: &str) -> Result<Words, E> {
                Ok(Words(vec![word.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = all.next_element::<String>()? {
                    words.push(word);
                }
                Ok(Words(words))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    exchanges: BTreeMap<String, Words>,
    #[serde(default)]
    contexts: BTreeMap<RawClass, Words>,
    #[serde(default)]
    symbols: Vec<RawSymbol>,
    #[serde(default)]
    topics: Vec<RawTopic>,
    #[serde(default)]
    entities: Vec<RawEntity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawClass {
    Crypto,
    Equity,
    Index,
    Company,
    Commodity,
    Currency,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawBare {
    Sure,
    Usual,
    Ambiguous,
    Never,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSymbol {
    ticker: Spanned<String>,
    class: RawClass,
    name: String,
    #[serde(default)]
    names: BTreeMap<String, Words>,
    #[serde(default)]
    shown: BTreeMap<String, String>,
    #[serde(default)]
    aliases: Words,
    #[serde(default)]
    exact: Words,
    #[serde(default)]
    usual: Words,
    #[serde(default)]
    ambiguous: Words,
    bare: Option<RawBare>,
    #[serde(default)]
    context: Words,
    #[serde(default)]
    against: Words,
    #[serde(default)]
    never: Words,
    #[serde(default)]
    listing: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTopic {
    key: Spanned<String>,
    words: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntity {
    key: Spanned<String>,
    name: String,
    #[serde(default)]
    aliases: Words,
    #[serde(default)]
    exact: Words,
    #[serde(default)]
    usual: Words,
    #[serde(default)]
    ambiguous: Words,
    #[serde(default)]
    context: Words,
    #[serde(default)]
    against: Words,
    #[serde(default)]
    never: Words,
}

/// Turns the file as written into the lexicon.
struct Resolver<'a> {
    path: &'a Path,
}

impl Resolver<'_> {
    fn refuse(&self, at: Location, problem: String, remedy: &str) -> SymbolsError {
        let (path, line) = (self.path.to_owned(), at.line());
        SymbolsError::Value { path, line, problem, remedy: remedy.to_owned() }
    }

    fn file(&self, raw: RawFile) -> Result<Lexicon, SymbolsError> {
        let RawFile { exchanges, contexts, symbols, topics, entities } = raw;
        let mut lexicon = Lexicon {
            exchanges: exchanges.into_iter().map(|(key, Words(names))| Exchange { key, names }).collect(),
            contexts: contexts.into_iter().map(|(class, Words(words))| (class.into(), words)).collect(),
            ..Lexicon::default()
        };
        let mut seen = BTreeSet::new();
        for symbol in symbols {
            self.unseen(&mut seen, &symbol.ticker, "ticker")?;
            lexicon.symbols.push(self.symbol(symbol, &lexicon.exchanges)?);
        }
        seen.clear();
        for RawTopic { key, words: Words(words) } in topics {
            self.unseen(&mut seen, &key, "topic")?;
            lexicon.topics.push(TopicEntry { key: key.value, words });
        }
        seen.clear();
        for entity in entities {
            self.unseen(&mut seen, &entity.key, "entity")?;
            lexicon.entities.push(entity_of(entity));
        }
        Ok(lexicon)
    }

    fn unseen(
        &self,
        seen: &mut BTreeSet<String>,
        key: &Spanned<String>,
        what: &str,
    ) -> Result<(), SymbolsError> {
        let (text, at) = (&key.value, key.referenced);
        let sound = !text.is_empty() && text.len() <= 64 && text.trim() == text;
        if !sound {
            let problem = format!("`{text}` cannot be a {what}");
            return Err(self.refuse(at, problem, "give it 1 to 64 characters, without blanks around them"));
        }
        if !seen.insert(text.to_uppercase()) {
            let problem = format!("the {what} `{text}` stands here a second time");
            return Err(self.refuse(at, problem, "keep one entry and put all names there"));
        }
        Ok(())
    }

    fn symbol(&self, raw: RawSymbol, exchanges: &[Exchange]) -> Result<SymbolEntry, SymbolsError> {
        let RawSymbol { ticker, class, name, names, shown, aliases, .. } = raw;
        let at = ticker.referenced;
        let mut sure = vec![name.clone()];
        let mut told = Vec::new();
        for (tag, Words(words)) in names {
            let lang = self.lang(&tag, at)?;
            if let (Some(first), false) = (words.first(), shown.contains_key(&tag)) {
                told.push((lang, first.clone()));
            }
            sure.extend(words);
        }
        for (tag, name) in shown {
            told.push((self.lang(&tag, at)?, name));
        }
        sure.extend(aliases.0);
        let listings =
            raw.listing.0.iter().map(|text| self.listing(text, at, exchanges)).collect::<Result<_, _>>()?;
        Ok(SymbolEntry {
            ticker: ticker.value,
            class: class.into(),
            name,
            names: told,
            aliases: aliases_of(sure, raw.exact.0, raw.usual.0, raw.ambiguous.0),
            bare: raw.bare.map(Bare::from),
            context: raw.context.0,
            against: raw.against.0,
            never: raw.never.0,
            listings,
        })
    }

    fn lang(&self, tag: &str, at: Location) -> Result<String, SymbolsError> {
        let lang = Lang::parse(tag).map_err(|error| {
            self.refuse(at, error.to_string(), "name the languages of `names` and `shown` by their tags")
        })?;
        Ok(lang.as_str().to_owned())
    }

    fn listing(&self, text: &str, at: Location, exchanges: &[Exchange]) -> Result<Listing, SymbolsError> {
        let Some((exchange, code)) = text.split_once(':').map(|(a, b)| (a.trim(), b.trim())) else {
            let problem = format!("the listing `{text}` names no exchange");
            return Err(self.refuse(at, problem, "write it as \"EXCHANGE: CODE\""));
        };
        if !exchanges.iter().any(|known| known.key == exchange) {
            let known: Vec<_> = exchanges.iter().map(|exchange| exchange.key.as_str()).collect();
            let problem = format!("the listing `{text}` names an unknown exchange");
            let remedy = format!("add it under `exchanges`, or use one of {}", known.join(", "));
            return Err(self.refuse(at, problem, &remedy));
        }
        Ok(Listing { exchange: exchange.to_owned(), code: code.to_owned() })
    }
}

fn entity_of(raw: RawEntity) -> EntityEntry {
    let RawEntity { key, name, aliases, exact, usual, ambiguous, context, against, never } = raw;
    let mut sure = vec![name];
    sure.extend(aliases.0);
    EntityEntry {
        key: key.value,
        aliases: aliases_of(sure, exact.0, usual.0, ambiguous.0),
        context: context.0,
        against: against.0,
        never: never.0,
    }
}

/// One alias a name: the most careful list that holds it decides.
fn aliases_of(
    sure: Vec<String>,
    exact: Vec<String>,
    usual: Vec<String>,
    ambiguous: Vec<String>,
) -> Vec<Alias> {
    let lists = [
        (ambiguous, true, Trust::Ambiguous),
        (usual, true, Trust::Usual),
        (exact, true, Trust::Sure),
        (sure, false, Trust::Sure),
    ];
    let (mut aliases, mut seen) = (Vec::<Alias>::new(), BTreeSet::new());
    for (list, case, trust) in lists {
        let fresh: Vec<_> = list
            .into_iter()
            .filter(|text| !text.trim().is_empty() && !seen.contains(&text.to_lowercase()))
            .collect();
        seen.extend(fresh.iter().map(|text| text.to_lowercase()));
        aliases.extend(fresh.into_iter().map(|text| Alias { text, case, trust }));
    }
    aliases
}

impl From<RawClass> for Class {
    fn from(raw: RawClass) -> Self {
        match raw {
            RawClass::Crypto => Self::Crypto,
            RawClass::Equity => Self::Equity,
            RawClass::Index => Self::Index,
            RawClass::Company => Self::Company,
            RawClass::Commodity => Self::Commodity,
            RawClass::Currency => Self::Currency,
        }
    }
}

impl From<RawBare> for Bare {
    fn from(raw: RawBare) -> Self {
        match raw {
            RawBare::Sure => Self::As(Trust::Sure),
            RawBare::Usual => Self::As(Trust::Usual),
            RawBare::Ambiguous => Self::As(Trust::Ambiguous),
            RawBare::Never => Self::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tag::TagKind;
    use crate::tag::Gazetteer;
    use proptest::prelude::*;

    fn read(yaml: &str) -> Result<Lexicon, SymbolsError> {
        parse(yaml, Path::new("symbols.yaml"))
    }

    #[test]
    fn mistakes_are_told_with_file_line_and_remedy() {
        for (yaml, told) in [
            (
                "symbols:\n  - ticker: A\n    class: crypto\n    nme: X\n",
                vec!["symbols.yaml", "nme", "line 4"],
            ),
            (
                "symbols:\n  - ticker: A\n    class: coin\n    name: X\n",
                vec!["symbols.yaml", "coin", "line 3"],
            ),
            (
                "symbols:\n  - {ticker: A, class: crypto, name: X}\n  - {ticker: a, class: index, name: Y}\n",
                vec!["symbols.yaml:3", "second time", "keep one entry"],
            ),
            (
                "symbols:\n  - {ticker: A, class: equity, name: X, listing: \"MARS: A\"}\n",
                vec!["symbols.yaml:2", "unknown exchange", "exchanges"],
            ),
            (
                "symbols:\n  - {ticker: A, class: equity, name: X, names: {english: Yes-or-no}}\n",
                vec!["symbols.yaml:2", "english", "BCP 47"],
            ),
        ] {
            let error = read(yaml).unwrap_err().to_string();
            for part in told {
                assert!(error.contains(part), "`{part}` in: {error}");
            }
        }
    }

    #[test]
    fn the_built_in_gazetteer_is_large_and_gives_no_warning() {
        let gazetteer = Gazetteer::new(built_in().unwrap());
        assert!(gazetteer.symbols().len() >= 200);
        let warnings: Vec<_> = gazetteer.warnings().iter().map(ToString::to_string).collect();
        assert!(warnings.is_empty(), "{warnings:#?}");
    }

    #[test]
    fn doubtful_names_are_warned_of() {
        let yaml = "symbols:\n  - {ticker: AAA, class: crypto, name: Link}\n  - {ticker: BBB, class: crypto, name: Foobar}\n  - {ticker: CCC, class: equity, name: foobar, aliases: [xy]}\n";
        let gazetteer = Gazetteer::new(read(yaml).unwrap());
        let told = gazetteer.warnings().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for part in ["`Link` of AAA", "`foobar` names BBB and CCC", "`xy` of CCC is very short"] {
            assert!(told.contains(part), "`{part}` in {told}");
        }
    }

    #[derive(Default, Clone, Copy)]
    struct Score {
        right: u32,
        wrong: u32,
        missed: u32,
    }

    impl Score {
        fn precision(self) -> f64 {
            f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
        }
        fn recall(self) -> f64 {
            f64::from(self.right) / f64::from((self.right + self.missed).max(1))
        }
    }

    #[derive(Deserialize)]
    struct Sentence {
        lang: String,
        #[serde(default)]
        title: String,
        text: String,
        symbols: BTreeSet<String>,
    }

    #[test]
    fn labelled_sentences_are_tagged_as_people_would() {
        let gazetteer = Gazetteer::new(built_in().unwrap());
        let fixtures = [
            include_str!("../../tests/fixtures/tags/sentences.jsonl"),
            include_str!("../../tests/fixtures/tags/heldout.jsonl"),
        ];
        let (mut by_lang, mut all) = (BTreeMap::<String, Score>::new(), Score::default());
        for line in fixtures.into_iter().flat_map(str::lines) {
            let sentence: Sentence = serde_json::from_str(line).unwrap();
            let tags = gazetteer.tag(&sentence.title, &sentence.text, &[]);
            let found: BTreeSet<_> =
                tags.into_iter().filter(|tag| tag.kind == TagKind::Symbol).map(|tag| tag.key).collect();
            for score in [by_lang.entry(sentence.lang.clone()).or_default(), &mut all] {
                score.right += found.intersection(&sentence.symbols).count() as u32;
                score.wrong += found.difference(&sentence.symbols).count() as u32;
                score.missed += sentence.symbols.difference(&found).count() as u32;
            }
            if found != sentence.symbols {
                eprintln!("{}: {found:?} for {:?}: {}", sentence.lang, sentence.symbols, sentence.text);
            }
        }
        by_lang.insert("all".to_owned(), all);
        for (lang, score) in &by_lang {
            let Score { right, wrong, missed } = *score;
            let (p, r) = (score.precision(), score.recall());
            eprintln!("| {lang} | {right} | {wrong} | {missed} | {p:.3} | {r:.3} |");
        }
        assert!(all.precision() >= 0.97 && all.recall() >= 0.93);
    }

    #[test]
    fn evidence_says_what_earned_a_tag() {
        let gazetteer = Gazetteer::new(built_in().unwrap());
        let stated = ["$sol".to_owned(), "nonsense".to_owned()];
        let tags = gazetteer.tag(
            "Ｎｖｉｄｉａ (NVDA) climbs",
            "Nvidia’s rise. Nvidia rose. $BTC 東証:7203",
            &stated,
        );
        let told: Vec<_> = tags
            .iter()
            .flat_map(|tag| {
                tag.evidence
                    .iter()
                    .map(move |e| format!("{} {} {} {} {}", tag.key, e.text, e.place, e.rule, e.count))
            })
            .collect();
        for line in [
            "NVDA Nvidia title name 1",
            "NVDA NVDA title parentheses 1",
            "NVDA Nvidia text name 2",
            "SOL $sol source stated 1",
            "BTC $BTC text cashtag 1",
            "7203.T 東証:7203 text listing 1",
        ] {
            assert!(told.iter().any(|l| l == line), "{line} in {told:#?}");
        }
        assert_eq!(tags.first().map(|tag| tag.key.as_str()), Some("NVDA"));
    }

    #[test]
    fn topics_and_entities_are_told() {
        let gazetteer = Gazetteer::new(built_in().unwrap());
        let tags = gazetteer.tag("聯準會宣布降息", "美國聯準會(Fed)宣布降息一碼,川普表示歡迎。", &[]);
        let has = |kind, key: &str| tags.iter().any(|tag| tag.kind == kind && tag.key == key);
        assert!(has(TagKind::Topic, "rates") && has(TagKind::Entity, "Federal Reserve"));
        assert!(has(TagKind::Entity, "Donald Trump"), "{tags:?}");
    }

    proptest! {
        #[test]
        fn no_yaml_panics(text in "\\PC{0,80}") {
            let _ = read(&format!("symbols:\n  - {text}"));
            let _ = read(&text);
        }

        #[test]
        fn no_text_panics_and_every_tag_has_evidence(
            parts in prop::collection::vec(prop::sample::select(vec![
                "$", "(", ")", "Apple", "苹果", "苹", "메타", "버스", "золот", "а", "NASDAQ", ":", "東証", "7203", "7",
                " ", "ＮＶ", "Ｄ", "é", "\u{301}", "リップル", "ー", "gold", "medal", "ETH", "in", "港交所", "代码", "00700", ".", "\n",
            ]), 0..40),
        ) {
            let gazetteer = GAZETTEER.get_or_init(|| Gazetteer::new(built_in().unwrap()));
            let text = parts.concat();
            for tag in gazetteer.tag(&text, &text, std::slice::from_ref(&text)) {
                prop_assert!(!tag.evidence.is_empty() && tag.evidence.iter().all(|e| e.count > 0));
            }
        }
    }

    static GAZETTEER: std::sync::OnceLock<Gazetteer> = std::sync::OnceLock::new();
}
