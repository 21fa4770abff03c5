//! symbols.yaml goes in, the tagger's lexicon comes out; what is wrong in it is told with file, line and remedy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use crate::model::lang::Lang;
use crate::tag::lexicon::{
    Alias, Bare, Class, ClassWords, EntityEntry, Exchange, Lexicon, Listing, SymbolEntry, TopicEntry, Trust,
    Voice,
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
    before: BTreeMap<RawClass, Words>,
    #[serde(default)]
    after: BTreeMap<RawClass, Words>,
    #[serde(default)]
    against: BTreeMap<RawClass, Words>,
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
        let RawFile { exchanges, contexts, before, after, against, symbols, topics, entities } = raw;
        let mut lexicon = Lexicon {
            exchanges: exchanges.into_iter().map(|(key, Words(names))| Exchange { key, names }).collect(),
            contexts: [
                (Voice::For, contexts),
                (Voice::Before, before),
                (Voice::After, after),
                (Voice::Against, against),
            ]
            .into_iter()
            .flat_map(|(voice, classes)| classes.into_iter().map(move |(class, words)| (voice, class, words)))
            .map(|(voice, class, Words(words))| ClassWords { class: class.into(), voice, words })
            .collect(),
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
mod tests;
