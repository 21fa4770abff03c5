//! What grouping sees of a document: its title and text go in, at most [`MAX_TERMS`] weighted terms come out, with
//! the words they stand for.
//!
//! 1. Tokens by script: words of spaced scripts are folded and stemmed; Han, Hangul and other dense scripts are cut
//!    into pairs of characters, Traditional Chinese as Simplified; Katakana runs stay whole; Hiragana, mostly grammar,
//!    is left out.
//! 2. Each term remembers how often it stands, whether in the title or the lead, and whether it is a name (a capital
//!    that opens no sentence), a number or an asset symbol.
//! 3. Days, days of the week and years that its first sentences name are read apart (see `when`).
//! 4. Names leave an anchor besides: a skeleton that Latin, Cyrillic and Kana spellings share (see `text::names`). So do
//!    places, by a table of their names in many languages (see `text::places`), and the actors that the caller found.
//!    Anchors, numbers and symbols are what documents in different languages can have in common.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::events::rates::BUCKETS;
use crate::events::stem::stem;
use crate::events::when::When;
use crate::model::vector::Sense;
use crate::text::calendar::{month, weekday};
use crate::text::han::simplified;
use crate::text::names::{fold, skeleton};
use crate::text::numbers::{canonical, with_multiple};
use crate::text::places;
use crate::text::stopwords::is_stop;
use crate::text::tokens::{Kind, Token, tokens};
use crate::text::untag::untag;

/// The version of this reading: features of another version are not comparable.
pub const VERSION: u8 = 5;
/// At most this many terms describe a document.
pub const MAX_TERMS: usize = 224;
/// At most this many of them are anchors.
const MAX_ANCHORS: usize = 64;
/// Bytes of text that are read; what comes later in a long report is background.
const TEXT_BYTES: usize = 9000;
/// Bytes of the title that are read.
const TITLE_BYTES: usize = 600;
/// Words of the text that count as its lead.
const LEAD: usize = 60;
/// A text without a title is headed by this many of its first words.
const HEAD: usize = 10;

/// A document as the caller has it. Texts of any length; only their beginnings are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Document<'a> {
    /// The caller's id.
    pub key: &'a str,
    /// The title, or nothing. Markup in it and in the text is passed over.
    pub title: &'a str,
    /// The plain text, or nothing.
    pub text: &'a str,
    /// A language tag; guessed from the script and the words where it is missing.
    pub language: Option<&'a str>,
    /// When it was published; documents without a date are ordered by their arrival alone.
    pub at: Option<Timestamp>,
    /// Asset symbols found in it.
    pub symbols: &'a [String],
    /// Organisations and people found in it, each by the one name that stands for it in every language.
    pub actors: &'a [String],
}

/// What a term is, as bits.
pub(super) mod mark {
    pub(crate) const TITLE: u8 = 1;
    pub(crate) const LEAD: u8 = 2;
    pub(crate) const NAME: u8 = 4;
    pub(crate) const NUMBER: u8 = 8;
    pub(crate) const SYMBOL: u8 = 16;
    pub(crate) const ANCHOR: u8 = 32;
}

/// One term: the hash of its stem, how often it stands, what it is (bits of [`mark`]), and what it weighed in the index
/// when the document came: 1 to 254, 0 where it is not in the index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) id: u32,
    pub(super) count: u8,
    pub(super) marks: u8,
    pub(super) weight: u8,
}

/// What grouping sees of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Seconds since 1970.
    pub(super) at: Option<i64>,
    /// Two letters of the language, or zeros.
    pub(super) language: [u8; 2],
    /// The days that it names.
    pub(super) when: When,
    /// By id, without doubles.
    pub(super) terms: Vec<Term>,
    /// The words of the terms, by id; not part of the stored bytes.
    pub(super) words: Vec<(u32, Box<str>)>,
    /// Its embedding; not part of the stored bytes.
    pub(super) sense: Option<Sense>,
}

impl Features {
    /// Reads `document`. Pure; the cost is that of scanning at most about 10,000 bytes.
    pub fn of(document: &Document<'_>) -> Self {
        let (title, text) = (untag(document.title), untag(head(document.text, 2 * TEXT_BYTES)));
        let (title, text) = (head(&title, TITLE_BYTES), head(&text, TEXT_BYTES));
        let language = language_of(document.language, title, text);
        let mut reading = Reading { language: &language, ..Reading::default() };
        reading.headless = title.trim().is_empty();
        reading.read(title, true);
        reading.read(text, false);
        for symbol in document.symbols.iter().take(32) {
            let marks = mark::SYMBOL | mark::TITLE;
            reading.note(hash(b'$', &symbol.to_uppercase()), symbol, marks);
        }
        for actor in document.actors.iter().take(32) {
            // What is a place as well (the European Union) counts once.
            if !reading.found.contains_key(&place_id(actor)) {
                reading.note(actor_id(actor), actor, mark::ANCHOR);
            }
        }
        let when = reading.when;
        let (terms, words) = reading.terms();
        let mut code = [0; 2];
        for (to, from) in code.iter_mut().zip(language.bytes()) {
            *to = from;
        }
        let at = document.at.map(Timestamp::as_second);
        Self { at, language: code, when, terms, words, sense: None }
    }

    /// The two letters of its language; empty where unknown.
    pub fn language(&self) -> &str {
        str::from_utf8(&self.language).unwrap_or_default().trim_end_matches('\0')
    }

    /// The same with the document's embedding, where it has one.
    #[must_use]
    pub fn with_sense(mut self, sense: Option<Sense>) -> Self {
        self.sense = sense;
        self
    }

    /// The word that stands for a term, where it is known.
    pub(super) fn word(&self, id: u32) -> Option<&str> {
        let at = self.words.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.words.get(at).map(|(_, word)| &**word)
    }
}

/// The beginning of `text`, at most `bytes` long, cut between characters.
fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// FNV-1a with a finishing mix: fast, and the same everywhere and always.
fn hash(space: u8, text: &str) -> u32 {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325 ^ u64::from(space);
    for byte in text.bytes() {
        h = (h ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    h ^= h >> 29;
    h = h.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (h >> 32) as u32
}

/// The id of a place.
pub(super) fn place_id(name: &str) -> u32 {
    hash(b'@', name)
}

/// Where the ids of actors lie. They share their upper bits, so that all of them, whoever a gazetteer names, can be told to be
/// common before any was seen (see `prior`).
const ACTORS: u32 = 0x0ac7 << ACTOR_BITS;
/// The lower bits, that tell actors apart.
const ACTOR_BITS: u32 = 19;

/// The id of an organisation or a person of the gazetteer.
fn actor_id(name: &str) -> u32 {
    ACTORS | hash(b'%', name) >> (u32::BITS - ACTOR_BITS)
}

fn is_actor(id: u32) -> bool {
    id >> ACTOR_BITS == ACTORS >> ACTOR_BITS
}

/// Ids of actors, one in every bucket of frequencies that they can fall into.
pub(super) fn actors() -> impl Iterator<Item = u32> {
    (0..1 << ACTOR_BITS).step_by(u32::MAX as usize / BUCKETS + 1).map(|below| ACTORS | below)
}

/// The term of a folded word.
pub(super) fn word_id(folded: &str, language: &str) -> u32 {
    hash(b'w', &stem(folded, language))
}

/// Two characters in Simplified writing, put into `into`.
fn fold_pair(first: char, second: char, into: &mut [u8; 8]) -> &str {
    let length = simplified(first).encode_utf8(into).len();
    let more = into.get_mut(length..).map_or(0, |rest| simplified(second).encode_utf8(rest).len());
    into.get(..length + more).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The primary language subtag, given or guessed.
fn language_of(given: Option<&str>, title: &str, text: &str) -> String {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if let Some(tag) = given.map(primary).filter(|tag| (2..=3).contains(&tag.len())) {
        return tag;
    }
    let mut sample = String::from(title);
    sample.push(' ');
    sample.push_str(head(text, 1200));
    let (mut han, mut kana, mut hangul, mut letters) = (0, 0, 0, 0);
    for c in sample.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        match c {
            '\u{3041}'..='\u{30ff}' => kana += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{4e00}'..='\u{9fff}' => han += 1,
            _ => {}
        }
    }
    if kana * 8 > letters {
        return "ja".to_owned();
    }
    if hangul * 3 > letters {
        return "ko".to_owned();
    }
    if han * 3 > letters {
        return "zh".to_owned();
    }
    let short = match whatlang::detect(&sample) {
        Some(info) if info.is_reliable() || sample.len() > 200 => info.lang().code(),
        _ => "",
    };
    match short {
        "eng" => "en",
        "deu" => "de",
        "fra" => "fr",
        "spa" => "es",
        "por" => "pt",
        "ita" => "it",
        "rus" => "ru",
        "ukr" => "uk",
        "tur" => "tr",
        "pol" => "pl",
        "ara" => "ar",
        "pes" => "fa",
        "nld" => "nl",
        "" => "",
        other => other,
    }
    .to_owned()
}

/// A document being read.
#[derive(Default)]
struct Reading<'a> {
    language: &'a str,
    headless: bool,
    position: u32,
    when: When,
    found: HashMap<u32, Found>,
}

struct Found {
    count: u32,
    marks: u8,
    first: u32,
    capital: u32,
    small: u32,
    word: String,
}

impl Reading<'_> {
    fn note(&mut self, id: u32, word: &str, marks: u8) -> &mut Found {
        let first = self.position;
        let found = self.found.entry(id).or_insert_with(|| Found {
            count: 0,
            marks: 0,
            first,
            capital: 0,
            small: 0,
            word: head(word, 64).to_owned(),
        });
        found.count += 1;
        found.marks |= marks;
        found
    }

    fn read(&mut self, text: &str, title: bool) {
        let all: Vec<Token<'_>> = tokens(text).collect();
        let words = all.iter().filter(|t| t.kind == Kind::Word).count();
        let capitals = all.iter().filter(|t| t.kind == Kind::Word && t.capital).count();
        // Capitals tell names only where not every word has one.
        let telling = capitals * 5 < words * 3 && capitals > 0;
        self.when.read(&all);
        // Where a place ends that several tokens name: no part of it is another place.
        let mut beyond = 0;
        for (i, token) in all.iter().enumerate() {
            self.position += 1;
            let mut marks = 0;
            if title || (self.headless && i < HEAD) {
                marks |= mark::TITLE;
            } else if i < LEAD {
                marks |= mark::LEAD;
            }
            if i >= beyond
                && let Some((used, name)) = places::named(all.get(i..).unwrap_or_default(), self.language)
            {
                beyond = i + used;
                let last = all.get(beyond - 1).unwrap_or(token);
                let written = text.get(token.start..last.start + last.text.len()).unwrap_or(token.text);
                self.place(name, written, marks);
            }
            match token.kind {
                Kind::Word => self.word(token, marks, telling),
                Kind::Number => self.number(token, all.get(i + 1), marks),
                Kind::Han | Kind::Dense => {
                    for (written, name) in places::within(token.text) {
                        self.place(name, written, marks);
                    }
                    self.pairs(token, marks);
                }
                Kind::Katakana => self.katakana(token, marks),
                Kind::Hiragana => {}
            }
        }
    }

    fn word(&mut self, token: &Token<'_>, marks: u8, telling: bool) {
        let folded = fold(token.text);
        let dense = matches!(self.language, "zh" | "ja" | "ko");
        if folded.len() < 2 || folded.chars().count() > 40 || is_stop(&folded, self.language) {
            return;
        }
        let stemmed = stem(&folded, self.language);
        if stemmed.chars().count() < 2 || is_stop(&stemmed, self.language) {
            return;
        }
        // Days and months have capitals in some languages, and are read apart.
        let dated = weekday(token.text).is_some() || month(token.text).is_some();
        let name = (token.capital && telling && !token.opens || dense) && !dated;
        let small = !token.capital;
        let found = self.note(hash(b'w', &stemmed), token.text, marks);
        found.capital += u32::from(name);
        found.small += u32::from(small);
        if (token.capital || dense)
            && let Some(bones) = skeleton(&folded)
        {
            let anchor = self.note(hash(b'~', &bones), token.text, marks | mark::ANCHOR);
            anchor.capital += u32::from(name);
        }
    }

    fn place(&mut self, name: &str, written: &str, marks: u8) {
        self.note(place_id(name), written, marks | mark::ANCHOR).capital += 1;
    }

    fn number(&mut self, token: &Token<'_>, after: Option<&Token<'_>>, marks: u8) {
        if let Some(value) = with_multiple(token, after, self.language) {
            let canonical = canonical(value);
            self.note(hash(b'#', &canonical), token.text, marks | mark::NUMBER);
        }
    }

    /// Traditional and Simplified writings of a pair are one term, and stand as first written.
    fn pairs(&mut self, token: &Token<'_>, marks: u8) {
        let mut chars = token.text.char_indices().peekable();
        while let Some((at, first)) = chars.next() {
            let Some(&(next, second)) = chars.peek() else { break };
            if let Some(pair) = token.text.get(at..next + second.len_utf8()) {
                let mut folded = [0; 8];
                let id = hash(b'w', fold_pair(first, second, &mut folded));
                self.note(id, pair, marks);
            }
        }
    }

    fn katakana(&mut self, token: &Token<'_>, marks: u8) {
        if token.text.chars().count() < 2 {
            return;
        }
        let found = self.note(hash(b'w', token.text), token.text, marks);
        found.capital += 1;
        if let Some(bones) = skeleton(token.text) {
            self.note(hash(b'~', &bones), token.text, marks | mark::ANCHOR).capital += 1;
        }
    }

    /// The heaviest terms: the title's, symbols and actors first, then by count, then by place.
    fn terms(self) -> (Vec<Term>, Vec<(u32, Box<str>)>) {
        let mut all: Vec<(u32, Found)> = self.found.into_iter().collect();
        for (_, found) in &mut all {
            if found.capital > found.small {
                found.marks |= mark::NAME;
            }
        }
        all.sort_unstable_by_key(|(id, f)| {
            let later = f.marks & (mark::TITLE | mark::SYMBOL) == 0 && !is_actor(*id);
            (later, std::cmp::Reverse(f.count), f.first, *id)
        });
        let mut anchors = 0;
        all.retain(|(_, f)| {
            let anchor = f.marks & mark::ANCHOR != 0;
            anchors += usize::from(anchor);
            !anchor || anchors <= MAX_ANCHORS
        });
        all.truncate(MAX_TERMS);
        all.sort_unstable_by_key(|(id, _)| *id);
        let terms = all
            .iter()
            .map(|(id, f)| Term { id: *id, count: f.count.min(255) as u8, marks: f.marks, weight: 0 })
            .collect();
        let words = all.into_iter().map(|(id, f)| (id, f.word.into_boxed_str())).collect();
        (terms, words)
    }
}
