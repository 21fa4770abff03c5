//! Similar past events by words and by meaning together: hits by keywords (with scores and reasons) and neighbours by
//! embedding (with cosines) go in; one list, best first, with the share of meaning told as a reason, comes out.
//!
//! Embeddings re-rank and add; alone they hurt: two reports of different disasters are near to each other in meaning,
//! and no name or number in common tells them apart. So a cosine moves the score that the words give, a little up or down, and
//! what the words do not find at all must be very near to be shown.

use std::collections::HashMap;

use crate::events::similar::Hit;
use crate::model::event::{Reason, ReasonKind};

/// How similar past events are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// By shared words, names, numbers and symbols.
    #[default]
    Keywords,
    /// By embeddings alone.
    Semantic,
    /// By both.
    Hybrid,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Keywords, Self::Semantic, Self::Hybrid];

    /// The word used in configuration, on the command line and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keywords => "keywords",
            Self::Semantic => "semantic",
            Self::Hybrid => "hybrid",
        }
    }

    /// The mode of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

/// A document that is near in meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// The document.
    pub key: String,
    /// The founder's key of its event.
    pub event: String,
    /// The cosine between both embeddings, at most 1; see [`above`].
    pub cosine: f32,
}

/// A cosine as its way from what any text has (`background`) to sameness: models whose unrelated texts lie at 0.7 and
/// those where they lie at 0.05 come to mean about the same.
pub fn above(cosine: f32, background: f32) -> f32 {
    let background = background.clamp(0.0, 0.95);
    (cosine - background) / (1.0 - background)
}

/// What one row of the answer stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// One row an event, of a score worth showing.
    Event,
    /// One row a document, whatever its score: for measuring.
    Document,
}

/// How cosines and the scores of keywords are added. Found by search over a set of English news with a small encoder
/// (docs/embeddings.md): keywords know more, so the weight is small.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fusion {
    /// What one unit of cosine (see [`above`]) adds to a keyword hit.
    pub weight: f32,
    /// The cosine that tells nothing.
    pub middle: f32,
    /// What one unit of cosine is worth where no keyword is shared.
    pub stranger: f32,
    /// The cosine from which on it counts there.
    pub stranger_middle: f32,
    /// The score from which on an event is shown.
    pub shown: f32,
}

impl Default for Fusion {
    fn default() -> Self {
        Self { weight: 0.1, middle: 0.3, stranger: 0.4, stranger_middle: 0.5, shown: 0.12 }
    }
}

/// A row in the making.
struct Row {
    hit: Hit,
    words: Option<f32>,
    cosine: Option<f32>,
}

/// Joins `keywords` and `neighbours` into at most `k` rows, best first. `neighbours` should hold the cosine of every
/// keyword hit whose embedding is known, and the nearest documents besides. Where nothing is known of a hit's meaning,
/// its keywords decide alone.
pub fn fuse(
    mode: Mode,
    fusion: Fusion,
    keywords: Vec<Hit>,
    neighbours: &[Neighbour],
    per: Per,
    k: usize,
) -> Vec<Hit> {
    let mut rows: Vec<Row> = Vec::with_capacity(keywords.len() + neighbours.len());
    let mut places: HashMap<String, usize> = HashMap::new();
    if mode != Mode::Semantic {
        for hit in keywords {
            places.entry(name(per, &hit.key, &hit.event)).or_insert(rows.len());
            rows.push(Row { words: Some(hit.score), hit, cosine: None });
        }
    }
    for near in neighbours.iter().filter(|near| mode != Mode::Keywords && near.cosine.is_finite()) {
        let at = *places.entry(name(per, &near.key, &near.event)).or_insert(rows.len());
        match rows.get_mut(at) {
            Some(row) if row.cosine.is_some_and(|known| known >= near.cosine) => {}
            Some(row) => {
                row.cosine = Some(near.cosine);
                if row.words.is_none() {
                    row.hit.key.clone_from(&near.key);
                }
            }
            None => rows.push(Row {
                hit: Hit { key: near.key.clone(), event: near.event.clone(), score: 0.0, why: Vec::new() },
                words: None,
                cosine: Some(near.cosine),
            }),
        }
    }
    let mut scored: Vec<(f32, Hit)> = rows.into_iter().map(|row| weigh(mode, fusion, row)).collect();
    scored.retain(|(_, hit)| per == Per::Document || hit.score >= fusion.shown);
    // Stable: equals stay in the order of the keywords, then of the neighbours.
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(k);
    scored.into_iter().map(|(_, hit)| hit).collect()
}

fn name(per: Per, key: &str, event: &str) -> String {
    match per {
        Per::Event => event.to_owned(),
        Per::Document => key.to_owned(),
    }
}

/// The score of a row, and the hit with score and reasons as shown.
fn weigh(mode: Mode, fusion: Fusion, row: Row) -> (f32, Hit) {
    let Row { mut hit, words, cosine } = row;
    let Some(cosine) = cosine else {
        return (hit.score, hit); // by keywords alone: score and reasons stand
    };
    let words = words.filter(|_| mode != Mode::Semantic);
    let meaning = match words {
        Some(_) => fusion.weight * (cosine - fusion.middle),
        None => fusion.stranger * (cosine - fusion.stranger_middle),
    };
    let score = words.unwrap_or(0.0) + meaning;
    hit.score = score.clamp(0.0, 1.0);
    let share = if score > 0.0 { (meaning / score).clamp(0.0, 1.0) } else { 0.0 };
    if share > 0.005 {
        for reason in &mut hit.why {
            reason.share *= 1.0 - share;
        }
        hit.why.push(Reason { kind: ReasonKind::Meaning, words: Vec::new(), share });
        hit.why.sort_by(|a, b| b.share.total_cmp(&a.share));
    }
    (score, hit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hit(key: &str, score: f32) -> Hit {
        let why = vec![Reason { kind: ReasonKind::Names, words: vec!["Haverby".into()], share: 1.0 }];
        Hit { key: key.into(), event: format!("e{key}"), score, why }
    }

    fn near(key: &str, cosine: f32) -> Neighbour {
        Neighbour { key: key.into(), event: format!("e{key}"), cosine }
    }

    fn keys(hits: &[Hit]) -> Vec<&str> {
        hits.iter().map(|hit| hit.key.as_str()).collect()
    }

    const FUSION: Fusion =
        Fusion { weight: 0.1, middle: 0.3, stranger: 0.4, stranger_middle: 0.5, shown: 0.12 };

    #[test]
    fn meaning_reorders_what_the_words_found() {
        let words = vec![hit("a", 0.3), hit("b", 0.28), hit("c", 0.27)];
        let rows =
            fuse(Mode::Hybrid, FUSION, words.clone(), &[near("a", -0.1), near("b", 0.9)], Per::Event, 9);
        assert_eq!(keys(&rows), ["b", "c", "a"], "b gains, c is left as it is, a loses");
        let kinds: Vec<_> = rows[0].why.iter().map(|reason| reason.kind).collect();
        assert_eq!(kinds, [ReasonKind::Names, ReasonKind::Meaning]);
        assert!((rows[0].why.iter().map(|reason| reason.share).sum::<f32>() - 1.0).abs() < 1e-5);
        assert_eq!(rows[1], words[2]);
        assert!(rows[2].why.iter().all(|reason| reason.kind != ReasonKind::Meaning), "it spoke against");
        assert_eq!(fuse(Mode::Keywords, FUSION, words.clone(), &[near("b", 1.0)], Per::Event, 9), words);
    }

    #[test]
    fn a_stranger_must_be_very_near() {
        let rows = fuse(Mode::Hybrid, FUSION, vec![], &[near("x", 0.97), near("y", 0.6)], Per::Event, 9);
        assert_eq!(keys(&rows), ["x"]);
        assert_eq!((rows[0].why[0].kind, rows[0].why[0].share), (ReasonKind::Meaning, 1.0));
        let all = fuse(Mode::Hybrid, FUSION, vec![], &[near("x", 0.9), near("y", 0.6)], Per::Document, 9);
        assert_eq!(keys(&all), ["x", "y"]);
    }

    #[test]
    fn cosines_are_taken_over_their_background() {
        assert!((above(0.4, 0.0) - 0.4).abs() < 1e-6 && (above(1.0, 0.7) - 1.0).abs() < 1e-6);
        assert!(above(0.7, 0.7).abs() < 1e-6 && above(0.2, 0.7) < 0.0);
        assert!(above(1.0, 2.0).is_finite() && (above(0.3, -1.0) - 0.3).abs() < 1e-6);
    }

    #[test]
    fn one_row_stands_for_an_event() {
        let mut far = near("a2", 0.7);
        far.event = "ea".into();
        let rows = fuse(Mode::Hybrid, FUSION, vec![hit("a", 0.5)], &[near("a", 0.3), far], Per::Event, 9);
        assert_eq!(keys(&rows), ["a"], "the article that the words found stands for it");
        assert!(rows[0].score > 0.5 && rows[0].why.len() == 2, "its nearest report counts");
    }

    #[test]
    fn semantic_mode_knows_no_words() {
        let rows = fuse(Mode::Semantic, FUSION, vec![hit("a", 0.9)], &[near("b", 0.9)], Per::Event, 9);
        assert_eq!(keys(&rows), ["b"]);
        assert!(Mode::ALL.iter().all(|mode| Mode::of(mode.word()) == Some(*mode)) && Mode::of("x").is_none());
    }

    proptest! {
        #[test]
        fn any_input_gives_sorted_probabilities(
            words in proptest::collection::vec((0_u8..9, 0.0_f32..=1.0), 0..12),
            vectors in proptest::collection::vec((0_u8..9, -1.0_f32..=1.0), 0..12),
            k in 0_usize..9,
        ) {
            let words: Vec<Hit> = words.iter().map(|(key, score)| hit(&key.to_string(), *score)).collect();
            let vectors: Vec<Neighbour> = vectors.iter().map(|(key, cosine)| near(&key.to_string(), *cosine)).collect();
            let rows = fuse(Mode::Hybrid, FUSION, words, &vectors, Per::Event, k);
            prop_assert!(rows.len() <= k);
            prop_assert!(rows.iter().all(|row| (0.119..=1.0).contains(&row.score) && row.why.iter().all(|r| (0.0..=1.0001).contains(&r.share))));
            prop_assert!(rows.is_sorted_by(|a, b| a.score >= b.score - 1e-6));
        }
    }
}
