//! What a person wrote about symbols, topics and actors, as plain values: the input of the gazetteer.

/// Everything the tagger knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lexicon {
    /// The assets.
    pub symbols: Vec<SymbolEntry>,
    /// Exchanges after whose names a listed code counts.
    pub exchanges: Vec<Exchange>,
    /// Words that speak for or against the doubtful names of a whole class.
    pub contexts: Vec<ClassWords>,
    /// Topics and their words.
    pub topics: Vec<TopicEntry>,
    /// People and authorities.
    pub entities: Vec<EntityEntry>,
}

/// Words about the doubtful names of one class. A trailing `*` matches every word that begins so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassWords {
    /// The class.
    pub class: Class,
    /// Where they stand, and what they say there.
    pub voice: Voice,
    /// The words.
    pub words: Vec<String>,
}

/// What a context word says, and where it must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Voice {
    /// Speaks for, anywhere near.
    For,
    /// Speaks against, anywhere near.
    Against,
    /// Speaks for where it stands right before the name: shares of …, 米…
    Before,
    /// Speaks for where it follows the name at once: … unveils, … steigt, …が反落
    After,
}

impl From<Vec<SymbolEntry>> for Lexicon {
    fn from(symbols: Vec<SymbolEntry>) -> Self {
        Self { symbols, ..Self::default() }
    }
}

/// What kind of asset a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A crypto asset.
    Crypto,
    /// A listed share.
    Equity,
    /// An index of shares.
    Index,
    /// A company without a listing.
    Company,
    /// A raw material.
    Commodity,
    /// Money; amounts of it are no tags.
    Currency,
}

impl Class {
    /// Every class, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Crypto, Self::Equity, Self::Index, Self::Company, Self::Commodity, Self::Currency];

    /// The word that configuration and pages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Crypto => "crypto",
            Self::Equity => "equity",
            Self::Index => "index",
            Self::Company => "company",
            Self::Commodity => "commodity",
            Self::Currency => "currency",
        }
    }
}

/// How much a name says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// It means the symbol.
    Sure,
    /// It means the symbol, unless the words around speak against it; it needs context where a sentence starts.
    Usual,
    /// It means the symbol only where the words around speak for it.
    Ambiguous,
}

/// A name of a symbol or an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The name as written.
    pub text: String,
    /// True where only exactly this case counts. Names that are not [`Trust::Sure`] heed case anyway.
    pub case: bool,
    /// How much it says by itself.
    pub trust: Trust,
}

impl Alias {
    /// A name that means the symbol, in any case.
    pub fn sure(text: impl Into<String>) -> Self {
        Self { text: text.into(), case: false, trust: Trust::Sure }
    }

    /// A name that needs context.
    pub fn ambiguous(text: impl Into<String>) -> Self {
        Self { text: text.into(), case: true, trust: Trust::Ambiguous }
    }
}

/// How a ticker counts that stands in the text without `$`, exchange or parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    /// Not at all.
    Never,
    /// As a name of this trust; in capitals only.
    As(Trust),
}

/// Where a symbol is traded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The key of an [`Exchange`].
    pub exchange: String,
    /// The code there: `NVDA`, `7203`.
    pub code: String,
}

/// An asset and its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolEntry {
    /// Unique: `BTC`, `NVDA`, `^GSPC`, `7203.T`.
    pub ticker: String,
    /// What kind of asset.
    pub class: Class,
    /// The name shown where no other fits.
    pub name: String,
    /// `(language tag, name)` to show; not matched unless also an alias.
    pub names: Vec<(String, String)>,
    /// Every name to look for, in any language.
    pub aliases: Vec<Alias>,
    /// How the bare ticker counts; `None`: sure from three letters on, never below or with other characters.
    pub bare: Option<Bare>,
    /// Words that speak for it.
    pub context: Vec<String>,
    /// Words that speak against it.
    pub against: Vec<String>,
    /// Phrases that hold one of the names and mean something else.
    pub never: Vec<String>,
    /// Where it is traded.
    pub listings: Vec<Listing>,
}

impl SymbolEntry {
    /// A symbol with one sure name and nothing else.
    pub fn new(ticker: impl Into<String>, class: Class, name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            ticker: ticker.into(),
            class,
            aliases: vec![Alias::sure(name.clone())],
            name,
            names: Vec::new(),
            bare: None,
            context: Vec::new(),
            against: Vec::new(),
            never: Vec::new(),
            listings: Vec::new(),
        }
    }
}

/// An exchange and the names it goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The key that listings name; `ANY` stands for whichever, where the code has one owner.
    pub key: String,
    /// Its names in texts.
    pub names: Vec<String>,
}

/// A topic and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicEntry {
    /// `regulation`.
    pub key: String,
    /// Words and phrases; a trailing `*` matches every word that begins so.
    pub words: Vec<String>,
}

/// A person or an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityEntry {
    /// What the tag says: `SEC`, `Elon Musk`.
    pub key: String,
    /// Every name to look for, in any language.
    pub aliases: Vec<Alias>,
    /// Words that speak for its ambiguous names.
    pub context: Vec<String>,
    /// Words that speak against them.
    pub against: Vec<String>,
    /// Phrases that hold one of the names and mean something else.
    pub never: Vec<String>,
}
