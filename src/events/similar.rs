//! Similar past events: a document goes in, past events that resemble it come out, with the reasons in words and
//! their shares of the score.

use std::collections::HashMap;

use crate::events::archive::Reach;
use crate::events::features::{Features, mark};
use crate::events::grouper::Grouper;
use crate::events::resemble::{Channel, Likeness, Model, Probe, compare, probability};
use crate::model::event::{Reason, ReasonKind};

/// What a ranking adds for a document in another language.
const ACROSS: f32 = 8.0;
/// Words of one reason.
const WORDS: usize = 6;

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
        let mut best: HashMap<u32, (f32, u32)> = HashMap::new();
        for other in candidates {
            let Some(held) = self.archive.docs.get(other as usize) else { continue };
            if other == doc || (!all && (held.event == own || !self.is_past(doc, other))) {
                continue;
            }
            let Some(mut likeness) = self.likeness(&probe, other) else { continue };
            if !all && let Some(gap) = likeness.channels.get_mut(Channel::Gap as usize) {
                *gap = 0.0; // what resembles may be of any age
            }
            // Unrelated documents of one language share more than those of two: one scale for the ranking.
            let across = if all && likeness.across { ACROSS } else { 0.0 };
            let score = self.settings.model.score(&likeness) + across;
            if !all && score < self.settings.similar {
                continue;
            }
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
        let event = self.groups.get(held.event as usize)?.founder.to_string();
        let mut shared: Vec<(f32, u32, u8)> = Vec::new();
        let model = &self.settings.model;
        let likeness =
            compare(probe, self.archive.view(other)?, &self.archive.rates, model, |x, y, rarity| {
                let title = if x.marks & y.marks & mark::TITLE == 0 { 1.0 } else { 1.5 };
                shared.push((rarity * title, x.id, x.marks | y.marks));
            });
        shared.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let words = |kind: ReasonKind| {
            let mut out: Vec<String> = Vec::new();
            for (_, id, marks) in
                shared.iter().filter(|(_, _, marks)| kind_of(*marks, likeness.across) == Some(kind))
            {
                let _ = marks;
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
            score: probability(score),
            why: reasons(model, &likeness, words),
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

fn reasons(model: &Model, likeness: &Likeness, words: impl Fn(ReasonKind) -> Vec<String>) -> Vec<Reason> {
    let parts = model.parts(likeness);
    let part = |channel: Channel| parts.get(channel as usize).copied().unwrap_or(0.0).max(0.0);
    // Closeness in time is told by what a long gap would have cost.
    let gap = likeness.channels.get(Channel::Gap as usize).copied().unwrap_or(0.0);
    let near = if gap > 0.0 && gap < 3.0 { (3.0 - gap) * 0.1 } else { 0.0 };
    let shares = [
        (ReasonKind::Symbols, part(Channel::Symbols)),
        (ReasonKind::Names, part(Channel::Names) + part(Channel::Anchors)),
        (
            ReasonKind::Terms,
            part(Channel::Words) + part(Channel::Titles) + part(Channel::Cover) + part(Channel::Mass),
        ),
        (ReasonKind::Numbers, part(Channel::Numbers)),
        (ReasonKind::Time, near),
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

impl Grouper {
    /// How two documents compare: the value of every channel (in the order of [`Weights`](crate::events::Weights)),
    /// whether they are in different languages, and the score as logarithm of the odds.
    pub fn explain(&self, a: &str, b: &str) -> Option<(Vec<f32>, bool, f32)> {
        let probe = Probe::new(self.archive.view(self.archive.find(a)?)?, &self.archive.rates);
        let likeness = self.likeness(&probe, self.archive.find(b)?)?;
        Some((likeness.channels.to_vec(), likeness.across, self.settings.model.score(&likeness)))
    }
}
