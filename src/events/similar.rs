//! Similar past events: a document goes in, past events that resemble it come out, with the reasons in words and
//! their shares of the score.

use std::collections::HashMap;

use crate::events::archive::Reach;
use crate::events::features::{Features, mark};
use crate::events::grouper::Grouper;
use crate::events::resemble::{Likeness, Probe, compare};
use crate::model::event::{Reason, ReasonKind};

/// Words of one reason.
const WORDS: usize = 6;
/// Documents whose likeness to each other is looked at: the best of the index, for similar events and for measuring.
const COMPANY: usize = 24;
const COMPANY_RANKED: usize = 200;
/// The closest documents of that company that speak for a document, and what their word is worth.
const WITNESSES: usize = 7;
const WITNESS: f32 = 1.4;

/// A document that resembles another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The document.
    pub key: String,
    /// The founder's key of its event.
    pub event: String,
    /// 0 to 1.
    pub score: f32,
    /// Why, by share.
    pub why: Vec<Reason>,
}

impl Grouper {
    /// The `k` past events that resemble `document` most, best first: one row an event (its most similar article),
    /// never the document's own event, nothing that came later. Empty for an unknown key.
    pub fn similar(&mut self, document: &str, k: usize) -> Vec<Hit> {
        self.hits(document, None, k, false)
    }

    /// Like [`Grouper::similar`], for a document whose words the archive does not hold (it came in an earlier run):
    /// `features` made anew from its text give the words of the reasons.
    pub fn similar_to(&mut self, document: &str, features: &Features, k: usize) -> Vec<Hit> {
        self.hits(document, Some(features), k, false)
    }

    /// The `k` documents that resemble `document` most, own event and later ones included: for measuring.
    pub fn rank(&mut self, document: &str, k: usize) -> Vec<Hit> {
        self.hits(document, None, k, true)
    }

    fn hits(&mut self, document: &str, features: Option<&Features>, k: usize, all: bool) -> Vec<Hit> {
        let Some(doc) = self.archive.find(document) else { return Vec::new() };
        let Some(own) = self.archive.docs.get(doc as usize).map(|held| held.event) else { return Vec::new() };
        let keep = if all { k.max(200) } else { 160 };
        let reach = Reach { from: 0, per_term: 20_000, budget: 200_000, keep };
        let mut scratch = std::mem::take(&mut self.scratch);
        let candidates = self
            .archive
            .view(doc)
            .map(|view| self.archive.candidates(view, reach, &mut scratch))
            .unwrap_or_default();
        self.scratch = scratch;
        let Some(view) = self.archive.view(doc) else { return Vec::new() };
        let probe = Probe::new(view, &self.archive.rates);
        let mut found: Vec<(f32, u32)> = Vec::new();
        for other in candidates {
            let Some(held) = self.archive.docs.get(other as usize) else { continue };
            if other == doc || (!all && (held.event == own || !self.is_past(doc, other))) {
                continue;
            }
            let Some(likeness) = self.likeness(&probe, other) else { continue };
            if all || likeness.kinship() >= self.settings.similar {
                found.push((likeness.kinship(), other));
            }
        }
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.hear_witnesses(&mut found, if all { COMPANY_RANKED } else { COMPANY });
        let mut best: HashMap<u32, (f32, u32)> = HashMap::new();
        for (score, other) in found {
            let Some(held) = self.archive.docs.get(other as usize) else { continue };
            let row = best.entry(if all { other } else { held.event }).or_insert((f32::MIN, other));
            if score.total_cmp(&row.0).then(row.1.cmp(&other)).is_gt() {
                *row = (score, other);
            }
        }
        let mut rows: Vec<(f32, u32)> = best.into_values().collect();
        rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rows.truncate(k);
        let word = |id: u32| {
            let own = features.and_then(|f| f.word(id)).or_else(|| self.archive.word(doc, id));
            own.map(ToOwned::to_owned)
        };
        rows.into_iter().filter_map(|(score, other)| self.hit(&probe, other, score, &word)).collect()
    }

    /// Lets the company of each document speak for it: what resembles a document's closest company resembles the document.
    /// `found` are likenesses to one document, best first; one number that spreads over neighbours is steadier than one
    /// that stands alone (relevance feedback, Rocchio). Beyond the company the own likeness speaks alone.
    fn hear_witnesses(&self, found: &mut [(f32, u32)], company: usize) {
        let size = company.min(found.len());
        let (near, far) = found.split_at_mut(size);
        let probes: Vec<Option<Probe<'_>>> = near
            .iter()
            .map(|(_, doc)| self.archive.view(*doc).map(|view| Probe::new(view, &self.archive.rates)))
            .collect();
        let mut closest: Vec<Vec<(f32, f32)>> = vec![Vec::new(); size];
        for i in 0..size {
            for j in i + 1..size {
                let (Some(Some(probe)), Some(&(own_j, doc_j)), Some(&(own_i, _))) =
                    (probes.get(i), near.get(j), near.get(i))
                else {
                    continue;
                };
                let kinship = self.likeness(probe, doc_j).map_or(0.0, |likeness| likeness.kinship());
                for (at, own) in [(i, own_j), (j, own_i)] {
                    if let Some(list) = closest.get_mut(at) {
                        list.push((kinship, own));
                    }
                }
            }
        }
        for ((score, _), mut witnesses) in near.iter_mut().zip(closest) {
            witnesses.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
            witnesses.truncate(WITNESSES);
            let said = witnesses.iter().map(|(_, own)| own).sum::<f32>();
            let mean = if witnesses.is_empty() { *score } else { said / witnesses.len() as f32 };
            *score = (*score + WITNESS * mean) / (1.0 + WITNESS);
        }
        let floor = near.iter().map(|(score, _)| *score).fold(f32::MAX, f32::min);
        for (score, _) in far {
            *score = score.min(floor) * 0.99;
        }
    }

    fn is_past(&self, doc: u32, other: u32) -> bool {
        let date = |doc: u32| self.archive.docs.get(doc as usize).and_then(|held| held.at);
        match (date(doc), date(other)) {
            (Some(doc_at), Some(other_at)) => (other_at, other) < (doc_at, doc),
            _ => other < doc,
        }
    }

    fn hit(
        &self,
        probe: &Probe<'_>,
        other: u32,
        score: f32,
        word: &dyn Fn(u32) -> Option<String>,
    ) -> Option<Hit> {
        let held = self.archive.docs.get(other as usize)?;
        let event = self.groups.get(held.event)?.founder.to_string();
        let mut shared: Vec<(f32, u32, u8)> = Vec::new();
        let likeness = compare(probe, self.archive.view(other)?, &self.archive.rates, |x, y, rarity| {
            let title = if x.marks & y.marks & mark::TITLE == 0 { 1.0 } else { 1.5 };
            shared.push((rarity * title, x.id, x.marks | y.marks));
        });
        shared.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let words = |kind: ReasonKind| {
            let mut out: Vec<String> = Vec::new();
            let of_kind = |marks: u8| kind_of(marks, likeness.across) == Some(kind);
            for (_, id, _) in shared.iter().filter(|(_, _, marks)| of_kind(*marks)) {
                if let Some(word) = word(*id)
                    && !out.contains(&word)
                {
                    out.push(word);
                }
                if out.len() == WORDS {
                    break;
                }
            }
            out
        };
        Some(Hit {
            key: held.key.to_string(),
            event,
            score: score.clamp(0.0, 1.0),
            why: reasons(&likeness, words),
        })
    }
}

/// The kind of reason that a shared term belongs to.
fn kind_of(marks: u8, across: bool) -> Option<ReasonKind> {
    Some(if marks & mark::SYMBOL != 0 {
        ReasonKind::Symbols
    } else if marks & mark::NUMBER != 0 {
        ReasonKind::Numbers
    } else if marks & mark::ANCHOR != 0 {
        return across.then_some(ReasonKind::Names);
    } else if marks & mark::NAME != 0 {
        ReasonKind::Names
    } else {
        ReasonKind::Terms
    })
}

fn reasons(likeness: &Likeness, words: impl Fn(ReasonKind) -> Vec<String>) -> Vec<Reason> {
    let parts = likeness.parts();
    // Within a language names are words: their part of what is shared is theirs.
    let names = if likeness.across { parts.anchors } else { parts.words * 0.5 * likeness.names.min(1.0) };
    let terms = if likeness.across { parts.words } else { parts.words - names };
    let shares = [
        (ReasonKind::Symbols, parts.symbols),
        (ReasonKind::Names, names),
        (ReasonKind::Terms, terms),
        (ReasonKind::Numbers, parts.numbers),
        (ReasonKind::Time, parts.when.max(0.0)),
    ];
    let total: f32 = shares.iter().map(|(_, share)| share).sum();
    let mut out: Vec<Reason> = shares
        .into_iter()
        .filter(|(_, share)| *share > 0.005 * total)
        .map(|(kind, share)| Reason { kind, words: words(kind), share: share / total })
        .collect();
    out.sort_by(|a, b| b.share.total_cmp(&a.share));
    out
}
