//! A lexicon goes in; the automaton over all its words, and what each of them means, come out.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::tag::edges::Ending;
use crate::tag::everyday;
use crate::tag::fold;
use crate::tag::lexicon::{Alias, Bare, Class, Lexicon, SymbolEntry, Trust, Voice};
use crate::tag::tongue::Tongues;

/// What a find is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Target {
    /// The symbol of this index.
    Symbol(u32),
    /// The entity of this index.
    Entity(u32),
}

/// Whom a context word is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum About {
    /// Every symbol of a class.
    Class(Class),
    /// One symbol or entity.
    Only(Target),
}

/// A name and how it counts.
#[derive(Debug)]
pub(super) struct Name {
    /// Whose it is.
    pub target: Target,
    /// The stem as written (width folded), for names that heed case.
    pub plain: String,
    /// True where only this case counts.
    pub case: bool,
    /// How much it says by itself.
    pub trust: Trust,
    /// How it is declined.
    pub ending: Ending,
    /// Characters of the whole name.
    pub length: usize,
    /// True for the name shown to readers, false for an alias.
    pub main: bool,
    /// In which languages it is a word of everyday language: there a capital at the start of a sentence tells nothing.
    pub common: Tongues,
    /// The class of its symbol; `None` for an entity.
    pub class: Option<Class>,
}

/// What a pattern of the automaton can mean.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sense {
    /// The name of this index.
    Name(u32),
    /// A ticker in capitals.
    Ticker(u32, Trust),
    /// A code with the suffix of its exchange, or a ticker that is no word, as `7203.T` and `^GSPC`.
    Listed(u32),
    /// The exchange of this index.
    Exchange(u32),
    /// A phrase that means something else.
    Never,
    /// A word that speaks for or against; the flag: any letters may follow.
    Context(About, Voice, bool),
    /// A word of the topic of this index; the flag: any letters may follow.
    Topic(u32, bool),
}

/// Everything that a scan needs.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Finds every pattern in folded text, overlapping ones too.
    /// `None` where the lexicon is larger than an automaton can be; then nothing is found.
    pub automaton: Option<AhoCorasick>,
    /// What each pattern can mean, by pattern index.
    pub senses: Vec<Vec<Sense>>,
    /// The names that senses refer to.
    pub names: Vec<Name>,
    /// Tickers as in `$BTC` and `(BTC)`, in capitals: the symbol, and how the bare ticker counts.
    pub tickers: HashMap<String, (u32, Bare)>,
    /// Codes of six digits, which stand in parentheses without their exchange: (600519), (005930).
    pub numbers: HashMap<String, u32>,
    /// `(exchange, code in capitals)` → symbol.
    pub codes: HashMap<(u32, String), u32>,
    /// The class of each symbol.
    pub classes: Vec<Class>,
}

/// Compiles a lexicon.
pub(super) fn compile(lexicon: &Lexicon) -> Compiled {
    let mut builder = Builder::default();
    let mut classes = Vec::with_capacity(lexicon.symbols.len());
    for (at, exchange) in lexicon.exchanges.iter().enumerate() {
        for name in &exchange.names {
            builder.add(&fold::pattern(name), Sense::Exchange(at as u32));
        }
    }
    for (at, symbol) in lexicon.symbols.iter().enumerate() {
        classes.push(symbol.class);
        builder.symbol(at as u32, symbol, lexicon);
    }
    for (at, entity) in lexicon.entities.iter().enumerate() {
        let target = Target::Entity(at as u32);
        for (n, alias) in entity.aliases.iter().enumerate() {
            builder.name(target, alias, n == 0, None);
        }
        builder.words(target, &entity.context, &entity.against, &entity.never);
    }
    for context in &lexicon.contexts {
        for word in &context.words {
            let (pattern, prefix) = starred(word);
            builder.add(&pattern, Sense::Context(About::Class(context.class), context.voice, prefix));
        }
    }
    for (at, topic) in lexicon.topics.iter().enumerate() {
        for word in &topic.words {
            let (pattern, prefix) = starred(word);
            builder.add(&pattern, Sense::Topic(at as u32, prefix));
        }
    }
    builder.anywhere(lexicon);
    builder.finish(classes)
}

/// The key of the exchange that stands for whichever.
const ANY: &str = "ANY";

/// How a symbol's bare ticker counts.
pub(super) fn bare_of(symbol: &SymbolEntry) -> Bare {
    let plain = symbol.ticker.len() >= 3 && symbol.ticker.bytes().all(|b| b.is_ascii_uppercase());
    symbol.bare.unwrap_or(if plain { Bare::As(Trust::Sure) } else { Bare::Never })
}

/// The folded word without its star, and whether it had one.
pub(super) fn starred(word: &str) -> (String, bool) {
    let word = fold::pattern(word);
    match word.strip_suffix('*') {
        Some(stem) => (stem.to_owned(), true),
        None => (word, false),
    }
}

/// How addresses of codes are written at an exchange: what stands behind a code (`7203.T`), and what before one of digits
/// (`SZ:300750`, `sh600519`, `HK00700`).
#[derive(Debug, Clone, Copy, Default)]
struct Address {
    behind: &'static [&'static str],
    before: &'static [&'static str],
}

fn address(exchange: &str) -> Address {
    let (behind, before): (&[&str], &[&str]) = match exchange {
        "TSE" => (&[".t"], &["jp:"]),
        "HKEX" => (&[".hk", "-hk"], &["hk", "hk:"]),
        "TWSE" => (&[".tw", "-tw"], &["tw:"]),
        "KRX" => (&[".ks", ".kq"], &["ks:", "kq:"]),
        "SSE" => (&[".ss", ".sh"], &["sh", "sh:"]),
        "SZSE" => (&[".sz"], &["sz", "sz:"]),
        "XETRA" => (&[".de"], &[]),
        "EURONEXT" => (&[".pa"], &[]),
        "BME" => (&[".mc"], &[]),
        "LSE" => (&[".l"], &[]),
        "MOEX" => (&[".me"], &[]),
        "SIX" => (&[".sw"], &[]),
        "NASDAQ" => (&[".o", ".oq", ".us", "-us"], &[]),
        "NYSE" => (&[".n", ".us", "-us"], &[]),
        _ => return Address::default(),
    };
    Address { behind, before }
}

/// A code as written: those of Hong Kong with four digits, five, or none of the leading zeros.
fn spellings(exchange: &str, code: &str) -> Vec<String> {
    let mut all = vec![code.to_uppercase()];
    if exchange == "HKEX" {
        let short = code.trim_start_matches('0');
        all.extend([short.to_owned(), format!("{short:0>4}"), format!("{short:0>5}")]);
    }
    all.sort_unstable();
    all.dedup();
    all
}

#[derive(Default)]
struct Builder {
    index: HashMap<String, usize>,
    patterns: Vec<String>,
    senses: Vec<Vec<Sense>>,
    names: Vec<Name>,
    tickers: HashMap<String, (u32, Bare)>,
    numbers: HashMap<String, u32>,
    codes: HashMap<(u32, String), u32>,
}

impl Builder {
    fn add(&mut self, pattern: &str, sense: Sense) {
        if pattern.is_empty() {
            return;
        }
        let at = *self.index.entry(pattern.to_owned()).or_insert_with(|| {
            self.patterns.push(pattern.to_owned());
            self.senses.push(Vec::new());
            self.patterns.len() - 1
        });
        if let Some(senses) = self.senses.get_mut(at) {
            senses.push(sense);
        }
    }

    fn symbol(&mut self, at: u32, symbol: &SymbolEntry, lexicon: &Lexicon) {
        let target = Target::Symbol(at);
        for alias in &symbol.aliases {
            let main = alias.text == symbol.name || symbol.names.iter().any(|(_, name)| *name == alias.text);
            self.name(target, alias, main, Some(symbol.class));
        }
        self.ticker(at, symbol);
        for listing in &symbol.listings {
            let Some(exchange) = lexicon.exchanges.iter().position(|known| known.key == listing.exchange)
            else {
                continue;
            };
            for code in spellings(&listing.exchange, &listing.code) {
                self.addresses(at, &listing.exchange, &code.to_lowercase());
                self.codes.entry((exchange as u32, code)).or_insert(at);
            }
        }
        self.words(target, &symbol.context, &symbol.against, &symbol.never);
    }

    /// Codes that only one symbol has, for the exchange that stands for any: `ticker: NVDA`.
    fn anywhere(&mut self, lexicon: &Lexicon) {
        let Some(any) = lexicon.exchanges.iter().position(|known| known.key == ANY) else { return };
        let mut owners: HashMap<String, Option<u32>> = HashMap::new();
        for ((_, code), symbol) in &self.codes {
            let owner = owners.entry(code.clone()).or_insert(Some(*symbol));
            *owner = owner.filter(|known| known == symbol);
        }
        for (code, owner) in owners {
            if let Some(symbol) = owner {
                self.codes.insert((any as u32, code), symbol);
            }
        }
    }

    /// `7203.t`, `sz:300750`, and six digits alone.
    fn addresses(&mut self, at: u32, exchange: &str, code: &str) {
        // `T.N.` are initials.
        let least = if code.bytes().all(|b| b.is_ascii_digit()) { 1 } else { 3 };
        let address = address(exchange);
        for suffix in address.behind.iter().filter(|_| code.len() >= least) {
            self.add(&format!("{code}{suffix}"), Sense::Listed(at));
        }
        for prefix in address.before {
            self.add(&format!("{prefix}{code}"), Sense::Listed(at));
        }
        if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
            self.numbers.entry(code.to_owned()).or_insert(at);
        }
    }

    fn ticker(&mut self, at: u32, symbol: &SymbolEntry) {
        let bare = bare_of(symbol);
        let ticker = symbol.ticker.to_uppercase();
        if !ticker.bytes().all(|b| b.is_ascii_alphanumeric()) {
            self.add(&fold::pattern(&ticker), Sense::Listed(at));
            return;
        }
        if let Bare::As(trust) = bare {
            self.add(&fold::pattern(&ticker), Sense::Ticker(at, trust));
        }
        self.tickers.entry(ticker).or_insert((at, bare));
    }

    fn name(&mut self, target: Target, alias: &Alias, main: bool, class: Option<Class>) {
        let folded = fold::pattern(&alias.text);
        let (ending, stem) = Ending::of(&folded);
        let plain = fold::plain(alias.text.trim()).into_owned();
        let name = Name {
            target,
            plain: plain.get(..stem.len()).unwrap_or(&plain).to_owned(),
            case: alias.case,
            trust: alias.trust,
            ending,
            length: folded.chars().count(),
            main,
            common: everyday::common_in(&folded),
            class,
        };
        self.names.push(name);
        self.add(stem, Sense::Name(self.names.len() as u32 - 1));
    }

    fn words(&mut self, target: Target, context: &[String], against: &[String], never: &[String]) {
        for (words, voice) in [(context, Voice::For), (against, Voice::Against)] {
            for word in words {
                let (pattern, prefix) = starred(word);
                self.add(&pattern, Sense::Context(About::Only(target), voice, prefix));
            }
        }
        for phrase in never {
            self.add(&fold::pattern(phrase), Sense::Never);
        }
    }

    fn finish(self, classes: Vec<Class>) -> Compiled {
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&self.patterns).ok();
        let Self { senses, names, tickers, numbers, codes, .. } = self;
        Compiled { automaton, senses, names, tickers, numbers, codes, classes }
    }
}
