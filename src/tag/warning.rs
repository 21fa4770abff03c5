//! A lexicon goes in; what may tag the wrong thing in it comes out, with the remedy.

use std::collections::BTreeMap;

use crate::tag::compile::bare_of;
use crate::tag::edges::{self, Script};
use crate::tag::everyday;
use crate::tag::fold;
use crate::tag::lexicon::{Bare, Class, Lexicon, Trust};

/// A name that may tag the wrong thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Warning {
    /// Two symbols claim one name, and neither leaves it to the context.
    #[error("`{name}` names {}: list it under `ambiguous` of all of them but one, or drop it there", symbols.join(" and "))]
    Shared {
        /// The name.
        name: String,
        /// Who claims it.
        symbols: Vec<String>,
    },
    /// So short that it stands in texts by accident.
    #[error(
        "`{name}` of {symbol} is very short: list it under `exact` or `ambiguous`, or set `bare: ambiguous`"
    )]
    Short {
        /// The name.
        name: String,
        /// Whose it is.
        symbol: String,
    },
    /// A common word.
    #[error(
        "`{name}` of {symbol} is also a common word: list it under `usual` or `ambiguous`, with `context`"
    )]
    Common {
        /// The name.
        name: String,
        /// Whose it is.
        symbol: String,
    },
    /// A star before the end of a context or topic word.
    #[error("`{word}`: a star counts at the end of a word only; write the forms out")]
    Star {
        /// The word.
        word: String,
    },
    /// More words than an automaton can hold.
    #[error("the gazetteer is too large: nothing will be tagged; shorten symbols.yaml")]
    TooLarge,
}

/// Everything doubtful in a lexicon, in order.
pub(super) fn warnings(lexicon: &Lexicon) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut claims: BTreeMap<String, Vec<(&str, Class)>> = BTreeMap::new();
    for symbol in &lexicon.symbols {
        let sure = symbol.aliases.iter().filter(|alias| alias.trust == Trust::Sure);
        for alias in sure {
            let name = fold::pattern(&alias.text);
            claims.entry(name.clone()).or_default().push((&symbol.ticker, symbol.class));
            found.extend(doubt(&name, alias.case, &alias.text, &symbol.ticker));
        }
        if bare_of(symbol) == Bare::As(Trust::Sure) {
            let name = fold::pattern(&symbol.ticker);
            found.extend(doubt(&name, true, &symbol.ticker, &symbol.ticker));
            claims.entry(name).or_default().push((&symbol.ticker, symbol.class));
        }
        found.extend(stars(symbol.context.iter().chain(&symbol.against)));
    }
    for entity in &lexicon.entities {
        for alias in entity.aliases.iter().filter(|alias| alias.trust == Trust::Sure) {
            found.extend(doubt(&fold::pattern(&alias.text), alias.case, &alias.text, &entity.key));
        }
        found.extend(stars(entity.context.iter().chain(&entity.against)));
    }
    for (name, mut owners) in claims {
        owners.dedup();
        // A pair names both of its currencies on purpose.
        let pair = owners.iter().all(|(_, class)| *class == Class::Currency);
        if owners.len() > 1 && !pair {
            let symbols = owners.into_iter().map(|(symbol, _)| symbol.to_owned()).collect();
            found.push(Warning::Shared { name, symbols });
        }
    }
    found.extend(stars(lexicon.contexts.iter().flat_map(|context| &context.words)));
    found.extend(stars(lexicon.topics.iter().flat_map(|topic| &topic.words)));
    found.sort();
    found.dedup();
    found
}

fn doubt(folded: &str, case: bool, name: &str, symbol: &str) -> Option<Warning> {
    let (name, symbol) = (name.to_owned(), symbol.to_owned());
    let length = folded.chars().count();
    let dense =
        folded.chars().next().is_some_and(|c| matches!(edges::script(c), Script::Dense | Script::Hangul));
    let least = match (dense, case) {
        (true, _) | (false, true) => 2,
        (false, false) => 3,
    };
    if everyday::is_common(folded) {
        Some(Warning::Common { name, symbol })
    } else {
        (length < least).then_some(Warning::Short { name, symbol })
    }
}

fn stars<'a>(words: impl Iterator<Item = &'a String>) -> impl Iterator<Item = Warning> {
    let inside = |word: &&String| word.trim().trim_end_matches('*').contains('*');
    words.filter(inside).map(|word| Warning::Star { word: word.clone() })
}
