//! A text goes in; every find whose edges and case are right, and every context and topic word, come out.

use crate::tag::compile::{About, Compiled, Name, Sense, Target};
use crate::tag::edges::{self, After, Ending, Script};
use crate::tag::fold::Folded;
use crate::tag::lexicon::{Bare, Class, Trust, Voice};
use crate::tag::tongue::{self, Tongues};

/// Which rule made a find; evidence tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rule {
    /// `$BTC`
    Cashtag,
    /// `Nasdaq: NVDA`, `0700.HK`
    Listing,
    /// `(NVDA)`
    Parentheses,
    /// The name shown to readers.
    Name,
    /// Another name.
    Alias,
    /// The bare ticker.
    Ticker,
    /// A topic word.
    Keyword,
    /// Said by the source.
    Stated,
}

impl Rule {
    /// The word that evidence uses.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Cashtag => "cashtag",
            Self::Listing => "listing",
            Self::Parentheses => "parentheses",
            Self::Name => "name",
            Self::Alias => "alias",
            Self::Ticker => "ticker",
            Self::Keyword => "keyword",
            Self::Stated => "stated",
        }
    }
}

/// Something found, in bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Find {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is about; `None`: a phrase that means something else.
    pub target: Option<Target>,
    /// Which rule.
    pub rule: Rule,
    /// How much it says by itself.
    pub trust: Trust,
    /// How much more must speak for a doubtful find than against it.
    pub needs: usize,
}

/// A context word found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Which pattern, so that the same word counts once.
    pub pattern: u32,
    /// Whom it is about.
    pub about: About,
    /// For or against, and where it must stand.
    pub voice: Voice,
}

/// A topic word found: start, end, topic.
pub(super) type TopicHit = (usize, usize, u32);

/// All that one text holds.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    /// The text.
    pub folded: Folded<'a>,
    /// The languages that it may be in.
    pub tongues: Tongues,
    /// In order of their start, the longest first.
    pub finds: Vec<Find>,
    /// In order of their start.
    pub hits: Vec<Hit>,
    /// In order of their end.
    pub topics: Vec<TopicHit>,
}

/// Scans `text` once.
pub(super) fn scan<'a>(compiled: &Compiled, text: &'a str) -> Scan<'a> {
    let folded = Folded::new(text);
    let tongues = tongue::guess(&folded.lower);
    let mut scan = Scan { folded, tongues, finds: Vec::new(), hits: Vec::new(), topics: Vec::new() };
    scan.marked_tickers(compiled);
    scan.patterns(compiled);
    scan.finds.sort_unstable_by_key(|find| {
        (find.start, std::cmp::Reverse(find.end), find.target.is_some(), find.trust, find.rule, find.target)
    });
    scan.hits.sort_unstable_by_key(|hit| (hit.start, hit.pattern));
    scan
}

impl Scan<'_> {
    fn patterns(&mut self, compiled: &Compiled) {
        let Some(automaton) = &compiled.automaton else { return };
        let lower = std::mem::take(&mut self.folded.lower);
        for found in automaton.find_overlapping_iter(&lower) {
            let (before, word, rest) = (
                lower.get(..found.start()).unwrap_or_default(),
                lower.get(found.range()).unwrap_or_default(),
                lower.get(found.end()..).unwrap_or_default(),
            );
            let (Some(first), Some(last)) = (word.chars().next(), word.chars().next_back()) else { continue };
            if !edges::begins(before, first) {
                continue;
            }
            let pattern = found.pattern().as_usize();
            let place = Place { start: found.start(), end: found.end(), before, rest, last };
            for sense in compiled.senses.get(pattern).into_iter().flatten() {
                self.sense(compiled, *sense, pattern as u32, &place);
            }
        }
        self.folded.lower = lower;
    }

    fn sense(&mut self, compiled: &Compiled, sense: Sense, pattern: u32, place: &Place<'_>) {
        let end_by = |after| edges::ends(place.rest, place.last, after).map(|more| place.end + more);
        let letters = |prefix| if prefix { After::Anything } else { After::Nothing };
        let (start, mut find) = (place.start, None);
        match sense {
            Sense::Context(about, voice, prefix) => {
                if let Some(end) = end_by(letters(prefix)) {
                    self.hits.push(Hit { start, end, pattern, about, voice });
                }
            }
            Sense::Topic(topic, prefix) => {
                if let Some(end) = end_by(letters(prefix)) {
                    self.topics.push((start, end, topic));
                }
            }
            Sense::Never => {
                // A phrase takes the rest of its last word with it: gold medals, Никола Теслы.
                let after = After::Name(Trust::Sure, 5, Ending::Fixed);
                find = end_by(after).map(|end| Find {
                    start,
                    end,
                    target: None,
                    rule: Rule::Alias,
                    trust: Trust::Sure,
                    needs: 1,
                });
            }
            Sense::Name(index) => {
                if let Some(name) = compiled.names.get(index as usize) {
                    find = self.name(name, place);
                }
            }
            Sense::Ticker(symbol, trust) => {
                find = end_by(After::Nothing)
                    .filter(|end| self.in_capitals(start, *end) && !attached(place))
                    .map(|end| Find {
                        start,
                        end,
                        target: Some(Target::Symbol(symbol)),
                        rule: Rule::Ticker,
                        trust: self.shouted(start, end, trust),
                        needs: 1,
                    });
                if compiled.classes.get(symbol as usize) == Some(&Class::Currency) {
                    let amount = edges::is_amount(place.before)
                        || place.rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
                    let trust = if paired(compiled, place) { Trust::Sure } else { trust };
                    find =
                        find.filter(|_| trust == Trust::Sure || !amount).map(|find| Find { trust, ..find });
                }
            }
            Sense::Listed(symbol) => {
                find = end_by(After::Nothing).map(|end| Find {
                    start,
                    end,
                    target: Some(Target::Symbol(symbol)),
                    rule: Rule::Listing,
                    trust: Trust::Sure,
                    needs: 1,
                });
            }
            Sense::Exchange(exchange) => find = self.listed(compiled, exchange, place),
        }
        self.finds.extend(find);
    }

    fn name(&self, name: &Name, place: &Place<'_>) -> Option<Find> {
        let Place { start, end, before, rest, last } = *place;
        let more = edges::ends(rest, last, After::Name(name.trust, name.length, name.ending))?;
        // One Chinese character is a word of anything.
        if name.length < 2 {
            return None;
        }
        let slice = self.folded.plain.get(start..end)?;
        if (name.case || name.trust != Trust::Sure) && !same_case(slice, &name.plain, name.trust) {
            return None;
        }
        if edges::is_namesake(rest) {
            return None;
        }
        // 15 euros, 人民币1.8亿元
        let amount = || {
            let numbered =
                edges::script(last) == Script::Dense && rest.starts_with(|c: char| c.is_ascii_digit());
            numbered || edges::is_amount(before)
        };
        if name.class == Some(Class::Currency) && name.trust != Trust::Sure && amount() {
            return None;
        }
        let mut trust = self.trusted(name, before, rest);
        let common = name.common.meets(self.tongues);
        let around = (self.folded.plain.get(..start), self.folded.plain.get(end..));
        let titled = common && titled(around.0.unwrap_or_default(), around.1.unwrap_or_default());
        // A capital at the start of a sentence tells nothing of a word that is also common; nor does one before a
        // plural s (Apples, Visas).
        if trust == Trust::Usual && common && (titled || more > 0 || edges::starts_sentence(before)) {
            trust = Trust::Ambiguous;
        }
        let rule = if name.main { Rule::Name } else { Rule::Alias };
        // Among Words In Capitals, an everyday word needs one of its own context words.
        let needs = if titled { 2 } else { 1 };
        Some(Find { start, end: end + more, target: Some(name.target), rule, trust, needs })
    }

    /// A company named like a common English word is no doubtful name in a text that is surely not English; unless
    /// it is part of a compound, where loanwords live: Pay-Gap, Target-Saldo.
    fn trusted(&self, name: &Name, before: &str, rest: &str) -> Trust {
        let foreign = name.common != Tongues::NONE && !name.common.meets(self.tongues);
        let firm = matches!(name.class, Some(Class::Equity | Class::Company));
        let compound = before.ends_with('-') || rest.starts_with('-');
        match name.trust {
            Trust::Ambiguous if foreign && firm && !compound => Trust::Usual,
            trust => trust,
        }
    }

    fn in_capitals(&self, start: usize, end: usize) -> bool {
        self.folded.plain.get(start..end).is_some_and(|slice| !slice.bytes().any(|b| b.is_ascii_lowercase()))
    }

    /// Capitals among capitals tell nothing: a usual ticker needs context there.
    fn shouted(&self, start: usize, end: usize, trust: Trust) -> Trust {
        let plain = &self.folded.plain;
        let shout = |word: Option<&str>| {
            word.is_some_and(|word| {
                word.chars().filter(|c| c.is_uppercase()).count() >= 2
                    && !word.chars().any(char::is_lowercase)
            })
        };
        let before = plain.get(..start).and_then(|text| last_word(text));
        let after = plain.get(end..).and_then(|text| text.split_whitespace().next());
        if trust == Trust::Usual && (shout(before) || shout(after)) { Trust::Ambiguous } else { trust }
    }

    /// `Nasdaq: NVDA`, 東証:7203, 上交所代码600519: the code that follows the name of an exchange.
    fn listed(&self, compiled: &Compiled, exchange: u32, place: &Place<'_>) -> Option<Find> {
        edges::ends(place.rest, place.last, After::Nothing)?;
        let plain = self.folded.plain.get(place.end..)?;
        let mut skipped = 0;
        for (n, c) in plain.chars().enumerate().take(12) {
            let filler = matches!(c, ' ' | ':' | '-' | '/' | '.' | '(')
                || "代码代碼代號股票股份編號証券コード종목코드번호".contains(c);
            if c.is_ascii_alphanumeric() {
                break;
            }
            if !filler || n > 10 {
                return None;
            }
            skipped += c.len_utf8();
        }
        let code = plain.get(skipped..)?;
        // `NASDAQNVDA` is no listing, 港交所0700 is.
        let end = code.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(code.len());
        let code = code.get(..end)?.trim_end_matches('.');
        let letters = code.bytes().any(|b| b.is_ascii_alphabetic());
        if code.is_empty()
            || code.len() > 10
            || (letters && (skipped == 0 || code.bytes().any(|b| b.is_ascii_lowercase())))
        {
            return None;
        }
        let symbol = *compiled.codes.get(&(exchange, code.to_owned()))?;
        let end = place.end + skipped + code.len();
        Some(Find {
            start: place.start,
            end,
            target: Some(Target::Symbol(symbol)),
            rule: Rule::Listing,
            trust: Trust::Sure,
            needs: 1,
        })
    }

    /// `$BTC` and `(BTC)`.
    fn marked_tickers(&mut self, compiled: &Compiled) {
        let plain = &self.folded.plain;
        for (at, sign) in plain.match_indices(['$', '(']) {
            let rest = plain.get(at + 1..).unwrap_or_default();
            let end = rest.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or_default();
            let cash = sign == "$";
            let lower = word.bytes().all(|b| !b.is_ascii_uppercase());
            if let (false, Some(symbol)) = (cash, compiled.numbers.get(word)) {
                let (start, end) = (at + 1, at + 1 + end);
                let (target, trust) = (Some(Target::Symbol(*symbol)), Trust::Sure);
                self.finds.push(Find { start, end, target, rule: Rule::Parentheses, trust, needs: 1 });
                continue;
            }
            let sound = (1..=10).contains(&word.len()) && word.bytes().any(|b| b.is_ascii_alphabetic());
            if !sound
                || (lower && (!cash || word.len() < 3))
                || (!lower && word.bytes().any(|b| b.is_ascii_lowercase()))
            {
                continue;
            }
            let next = rest.get(end..).and_then(|text| text.chars().next());
            let before = plain.get(..at).unwrap_or_default().chars().next_back();
            let Some((symbol, bare)) = compiled.tickers.get(&word.to_ascii_uppercase()) else { continue };
            let fits = if cash {
                !before.is_some_and(char::is_alphanumeric)
                    && !next.is_some_and(|c| edges::script(c) == Script::Spaced)
            } else {
                matches!(next, Some(')' | ',' | ':' | '.' | ';' | '/' | '-'))
            };
            if !fits {
                continue;
            }
            let trust = if cash || *bare == Bare::As(Trust::Sure) { Trust::Sure } else { Trust::Ambiguous };
            let rule = if cash { Rule::Cashtag } else { Rule::Parentheses };
            let start = if cash { at } else { at + 1 };
            let target = Some(Target::Symbol(*symbol));
            // `(M)` may be the million, a man or a map, `(ICE)` an agency.
            let needs = match (word.len(), *bare) {
                _ if cash => 1,
                (1, _) => 3,
                (_, Bare::Never) => 2,
                _ => 1,
            };
            self.finds.push(Find { start, end: at + 1 + end, target, rule, trust, needs });
        }
    }
}

/// Where a pattern was found, and what stands around it.
#[derive(Clone, Copy)]
struct Place<'t> {
    start: usize,
    end: usize,
    before: &'t str,
    rest: &'t str,
    last: char,
}

/// True for the code of one money that is priced in another: `AUD/JPY`.
fn paired(compiled: &Compiled, place: &Place<'_>) -> bool {
    let money = |code: Option<&str>| {
        let known = code.and_then(|code| compiled.tickers.get(&code.to_ascii_uppercase()));
        known.and_then(|(at, _)| compiled.classes.get(*at as usize)) == Some(&Class::Currency)
    };
    let after = place.rest.strip_prefix('/').and_then(|rest| rest.get(..3));
    let before = place.before.strip_suffix('/').and_then(|text| text.get(text.len().saturating_sub(3)..));
    money(after) || money(before)
}

/// True for a ticker that is part of an address or a compound: `x.com/SOL`, `@DOT`, `OP-ED`, `B-52`.
fn attached(place: &Place<'_>) -> bool {
    let before = place.before.ends_with(['@', '&', '.']);
    let mut rest = place.rest.chars();
    let after = match (rest.next(), rest.next()) {
        (Some('@' | '&'), _) => true,
        (Some('.'), Some(c)) => c.is_alphabetic(),
        _ => false,
    };
    before || after
}

/// True where all longer words nearby begin with capitals (at least three, at most three on each side), as in the
/// headlines of some papers.
fn titled(before: &str, rest: &str) -> bool {
    let long = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= 4;
    let before =
        before.char_indices().rev().nth(59).map_or(before, |(at, _)| before.get(at..).unwrap_or_default());
    let rest = rest.char_indices().nth(60).map_or(rest, |(at, _)| rest.get(..at).unwrap_or_default());
    let near = before
        .split_whitespace()
        .rev()
        .filter(long)
        .take(3)
        .chain(rest.split_whitespace().filter(long).take(3));
    let (mut words, mut capitals) = (0, 0);
    for word in near {
        words += 1;
        capitals += usize::from(word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase));
    }
    words >= 3 && words == capitals
}

fn last_word(text: &str) -> Option<&str> {
    let near = text.char_indices().rev().nth(23).map_or(0, |(at, _)| at);
    text.get(near..).and_then(|text| text.split_whitespace().next_back())
}

/// True where `slice` has the case of `name`, or the capital of a sentence, or shouts in four letters or more.
fn same_case(slice: &str, name: &str, trust: Trust) -> bool {
    if slice == name {
        return true;
    }
    if trust == Trust::Sure {
        return false;
    }
    let (mut found, mut wanted) = (slice.chars(), name.chars());
    let (Some(a), Some(b)) = (found.next(), wanted.next()) else { return false };
    let capitalised = b.is_lowercase() && a.is_uppercase() && found.as_str() == wanted.as_str();
    let letters = slice.chars().filter(|c| c.is_alphabetic()).count();
    capitalised || (letters >= 4 && !slice.chars().any(char::is_lowercase))
}
