//! Finds and context words of a document go in; the finds that mean what they seem to mean come out.

use std::collections::{HashMap, HashSet};

use crate::tag::compile::{About, Compiled, Target};
use crate::tag::edges::{self, Script};
use crate::tag::lexicon::{Class, Trust, Voice};
use crate::tag::scan::{Find, Hit, Rule, Scan};

/// How far, in bytes, a context word is near: some fifteen English words, some thirty Chinese characters.
const NEAR: usize = 100;
/// So many own context words in the whole document stand in for a near one.
const ENOUGH: usize = 2;

/// Decides over the parts of one document (title, text); the finds left in each, in order of their start.
pub(super) fn decide(compiled: &Compiled, scans: &[Scan<'_>]) -> Vec<Vec<Find>> {
    let parts: Vec<Vec<Find>> = scans.iter().map(|scan| longest(paired(scan))).collect();
    let mut anchored: HashSet<Target> = HashSet::new();
    for find in parts.iter().flatten().filter(|find| find.trust == Trust::Sure) {
        anchored.extend(find.target);
    }
    let spoken = spoken_for(scans);
    let judge = Judge { compiled, anchored: &anchored, spoken: &spoken };
    scans.iter().zip(&parts).map(|(scan, finds)| judge.part(scan, finds)).collect()
}

/// Legal forms that stand between a name and its ticker: Alcoa Inc. (AA).
const FORMS: &[&str] = &[
    "inc",
    "corp",
    "co",
    "ltd",
    "plc",
    "ag",
    "sa",
    "se",
    "nv",
    "group",
    "holdings",
    "company",
    "corporation",
    "oyj",
    "spa",
];

/// A ticker in parentheses right after a name of its symbol is sure, whatever each says alone: 에이다(ADA).
fn paired(scan: &Scan<'_>) -> Vec<Find> {
    let finds = &scan.finds;
    let mut paired = finds.clone();
    for (at, find) in paired.iter_mut().enumerate() {
        if find.rule != Rule::Parentheses || find.trust == Trust::Sure {
            continue;
        }
        let before = finds.get(at.saturating_sub(12)..at).unwrap_or_default();
        let named = before.iter().any(|name| {
            let between = scan.folded.lower.get(name.end..find.start).filter(|text| text.len() <= 24);
            let form = |word: &str| FORMS.contains(&word);
            name.target == find.target
                && between.is_some_and(|text| {
                    text.split([' ', '.', ',', '(']).filter(|word| !word.is_empty()).all(form)
                })
        });
        if named {
            find.trust = Trust::Sure;
        }
    }
    paired
}

/// Of finds that overlap, the longest from the left; all meanings of the same words.
fn longest(finds: Vec<Find>) -> Vec<Find> {
    let mut kept: Vec<Find> = Vec::with_capacity(finds.len());
    let (mut start, mut end) = (0, 0);
    for find in finds {
        let same = (find.start, find.end) == (start, end) && end > 0;
        if find.start < end && !same {
            continue;
        }
        // A phrase that means something else sorts before the names of the same words, and silences none of them.
        if same && kept.iter().rev().take_while(|k| k.start == start).any(|k| k.target == find.target) {
            continue;
        }
        (start, end) = (find.start, find.end);
        kept.push(find);
    }
    kept.retain(|find| find.target.is_some());
    kept
}

/// How many different words of the document speak for each symbol or entity by name.
fn spoken_for(scans: &[Scan<'_>]) -> HashMap<Target, usize> {
    let mut words: HashSet<(Target, u32)> = HashSet::new();
    for hit in scans.iter().flat_map(|scan| &scan.hits) {
        if let (About::Only(target), Voice::For) = (hit.about, hit.voice) {
            words.insert((target, hit.pattern));
        }
    }
    let mut counts = HashMap::new();
    for (target, _) in words {
        *counts.entry(target).or_insert(0) += 1;
    }
    counts
}

/// Short words that may stand between a name and what it does: El oro se dispara, Gold ist gestiegen.
const LINKS: &[&str] = &[
    "se",
    "si",
    "ya",
    "is",
    "are",
    "has",
    "was",
    "to",
    "will",
    "may",
    "ist",
    "wird",
    "hat",
    "sind",
    "est",
    "a",
    "sera",
    "va",
    "ha",
    "again",
    "now",
    "still",
    "уже",
    "вновь",
    "снова",
    "株",
    "株が",
    "株は",
    "は",
    "が",
    "も",
    "の",
    "を",
    "に",
    "一度",
    "再",
    "又",
    "也",
    "已",
    "将",
    "將",
    "拟",
    "擬",
    "今",
    "은",
    "는",
    "이",
    "가",
    "도",
    "의",
    "에",
    "를",
    "을",
    "株価",
];

/// True where a class word stands right before or after the find, as its voice asks; quotes, blanks and one short
/// word may stand between, the end of a sentence not.
fn beside(find: &Find, hit: &Hit, scan: &Scan<'_>) -> bool {
    let between = match hit.voice {
        Voice::Before => scan.folded.lower.get(hit.end..find.start),
        Voice::After => scan.folded.lower.get(find.end..hit.start),
        Voice::For | Voice::Against => None,
    };
    let trimmed = between.map(|text| {
        text.trim_matches([' ', '-', '"', '«', '»', '“', '”', '„', '「', '」', '\'', ',', '、', ')', '('])
    });
    trimmed.is_some_and(|text| text.is_empty() || LINKS.contains(&text))
}

/// True for a company between Russian quotes, as «Магнит»: that is how its names are written.
fn quoted(find: &Find, class: Option<Class>, scan: &Scan<'_>) -> bool {
    let text = &scan.folded.plain;
    matches!(class, Some(Class::Equity | Class::Company))
        && text.get(..find.start).is_some_and(|before| before.ends_with('«'))
        && text.get(find.end..).is_some_and(|after| after.starts_with('»'))
}

/// True for the name that a Japanese or Korean headline is about: it opens the text, and a comma follows (메타, 신제품 공개).
fn subject(find: &Find, class: Option<Class>, scan: &Scan<'_>) -> bool {
    let text = &scan.folded.plain;
    let last = text.get(..find.end).and_then(|text| text.chars().next_back());
    matches!(class, Some(Class::Equity | Class::Company | Class::Crypto))
        && find.start == 0
        && last.is_some_and(|c| matches!(edges::script(c), Script::Katakana | Script::Hangul))
        && text.get(find.end..).is_some_and(|after| after.starts_with([',', '、']))
}

struct Judge<'a> {
    compiled: &'a Compiled,
    anchored: &'a HashSet<Target>,
    spoken: &'a HashMap<Target, usize>,
}

impl Judge<'_> {
    fn part(&self, scan: &Scan<'_>, finds: &[Find]) -> Vec<Find> {
        let meant = |find: &&Find| find.trust == Trust::Sure || self.meant(find, scan, finds);
        finds.iter().filter(meant).copied().collect()
    }

    /// Weighs the words around a doubtful find.
    fn meant(&self, find: &Find, scan: &Scan<'_>, finds: &[Find]) -> bool {
        let Some(target) = find.target else { return false };
        let class = self.class(target);
        let (from, to) = (find.start.saturating_sub(NEAR), find.end.saturating_add(NEAR));
        let (mut speaks_for, mut against, mut vague) = (0, 0, 0);
        let mut counted: Vec<(u32, About, Voice)> = Vec::new();
        let first = scan.hits.partition_point(|hit| hit.start < from);
        for hit in scan.hits.get(first..).unwrap_or_default().iter().take_while(|hit| hit.start <= to) {
            let apart = hit.end <= find.start || hit.start >= find.end;
            let weight = match (hit.about, hit.voice) {
                (About::Only(about), _) if about == target => 2,
                (About::Class(about), Voice::For | Voice::Against) if Some(about) == class => 1,
                (About::Class(about), _) if Some(about) == class && beside(find, hit, scan) => 2,
                _ => continue,
            };
            let key = (hit.pattern, hit.about, hit.voice);
            if !apart || counted.contains(&key) {
                continue;
            }
            counted.push(key);
            if let (About::Class(_), Voice::For) = (hit.about, hit.voice) {
                vague += weight;
                continue;
            }
            *(if hit.voice == Voice::Against { &mut against } else { &mut speaks_for }) += weight;
        }
        // Among words in capitals, any number of vague ones count as one.
        speaks_for += if find.needs > 1 { vague.min(1) } else { vague };
        speaks_for += self.neighbours(find, class, finds)
            + usize::from(quoted(find, class, scan) || subject(find, class, scan));
        match find.trust {
            Trust::Sure => true,
            Trust::Usual if against <= speaks_for => true,
            _ if speaks_for >= against + find.needs => true,
            _ => {
                let known = self.anchored.contains(&target)
                    || self.spoken.get(&target).is_some_and(|words| *words >= ENOUGH);
                against == 0 && known
            }
        }
    }

    /// Other sure symbols of the same class nearby, at most two.
    fn neighbours(&self, find: &Find, class: Option<Class>, finds: &[Find]) -> usize {
        let Some(class) = class else { return 0 };
        let from = find.start.saturating_sub(NEAR);
        let first = finds.partition_point(|other| other.start < from);
        let mut seen: Vec<Target> = Vec::new();
        for other in finds.get(first..).unwrap_or_default() {
            if other.start > find.end.saturating_add(NEAR) || seen.len() >= 2 {
                break;
            }
            let Some(target) = other.target else { continue };
            let like = other.trust == Trust::Sure
                && other.target != find.target
                && self.class(target) == Some(class);
            if like && !seen.contains(&target) {
                seen.push(target);
            }
        }
        seen.len()
    }

    fn class(&self, target: Target) -> Option<Class> {
        match target {
            Target::Symbol(at) => self.compiled.classes.get(at as usize).copied(),
            Target::Entity(_) => None,
        }
    }
}
