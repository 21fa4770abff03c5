//! Similar past events by meaning: the grouper and the vectors of grouped articles go in; keyword hits, re-ranked and
//! joined by semantic neighbours as the mode says, come out. Also what embedding grouping may go by.

use std::collections::HashMap;

use crate::embed::Shelf;
use crate::events::{self, Features, Fusion, Grouper, Hit, Mode, Neighbour, Per};
use crate::model::id::ArticleId;
use crate::model::vector::{Sense, Vector};
use crate::pipeline::embed::MODEL;
use crate::pipeline::{Run, RunError};

/// Vectors that are searched, the newest: a bound on memory (77 MB at 384 dimensions).
const MOST: usize = 200_000;
/// Hits by keywords, and neighbours, that are joined.
const DEPTH: usize = 40;
/// Vectors that tell how near any text is.
const SAMPLE: usize = 256;

/// The vectors of documents that the grouper knows, in the order in which it came to know them.
#[derive(Debug)]
pub(crate) struct Meaning {
    mode: Mode,
    model: String,
    /// The language that the model reads; nothing where it reads all.
    reads: Option<String>,
    shelf: Shelf,
    held: Vec<Held>,
    places: HashMap<String, u32>,
}

#[derive(Debug)]
struct Held {
    key: String,
    at: Option<i64>,
}

impl Meaning {
    /// Without any, of the model of this name; `reads` is the language that it reads, where it does not read all.
    pub(crate) fn new(mode: Mode, model: String, reads: Option<String>) -> Self {
        Self { mode, model, reads, shelf: Shelf::new(), held: Vec::new(), places: HashMap::new() }
    }

    /// The vectors of what was grouped in earlier runs; `None` where keywords alone count. Also the model whose vectors
    /// count.
    pub(super) async fn load(run: &Run<'_>) -> Result<Option<(Self, String)>, RunError> {
        let mode = run.settings.similar;
        let model = run.store.note(MODEL).await?.and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(model) = model.filter(|_| mode != Mode::Keywords) else { return Ok(None) };
        let multilingual = run.settings.embeddings.as_ref().is_some_and(|one| one.settings.multilingual);
        let reads = (!multilingual).then(|| run.settings.analysis_language().as_str().to_owned());
        let mut meaning = Self::new(mode, model.clone(), reads);
        for one in run.store.shelf(model.clone(), MOST).await? {
            meaning.add(one.article.as_str(), Some(one.at), &one.vector);
        }
        Ok(Some((meaning, model)))
    }

    /// Adds the next document's vector; one of another width than the first is left out.
    pub(crate) fn add(&mut self, key: &str, at: Option<i64>, vector: &Vector) {
        if let Some(place) = self.shelf.push(vector) {
            self.places.insert(key.to_owned(), place);
            self.held.push(Held { key: key.to_owned(), at });
        }
    }

    /// Like [`Grouper::similar`], with meaning; by keywords alone for a document without a vector.
    pub(crate) fn similar(&self, grouper: &mut Grouper, key: &str, k: usize) -> Vec<Hit> {
        let Some((own, at, vector)) = self.find(key) else { return grouper.similar(key, k) };
        let words = grouper.similar(key, DEPTH.max(k));
        let event = grouper.event_of(key).map(ToOwned::to_owned);
        let past = |place: u32| {
            let Some(other) = self.held.get(place as usize) else { return false };
            let earlier = match (at, other.at) {
                (Some(at), Some(other_at)) => (other_at, place) < (at, own),
                _ => place < own,
            };
            earlier && grouper.event_of(&other.key).is_some_and(|other| Some(other) != event.as_deref())
        };
        let near = self.shelf.nearest(&vector, DEPTH.max(k), past);
        let neighbours = self.neighbours(grouper, &vector, near, &words);
        events::fuse(self.mode, Fusion::default(), words, &neighbours, Per::Event, k)
    }

    /// Like [`Grouper::rank`], with meaning.
    pub(crate) fn rank(&self, grouper: &mut Grouper, key: &str, k: usize) -> Vec<Hit> {
        let Some((own, _, vector)) = self.find(key) else { return grouper.rank(key, k) };
        let words = grouper.rank(key, k);
        let near = self.shelf.nearest(&vector, k, |place| place != own);
        let neighbours = self.neighbours(grouper, &vector, near, &words);
        events::fuse(self.mode, Fusion::default(), words, &neighbours, Per::Document, k)
    }

    /// A document's vector as far as grouping may go by it: a model of one language places texts in others by chance.
    pub(crate) fn sense(&self, features: &Features, vector: Option<&Vector>) -> Option<Sense> {
        let language = features.language();
        let reads =
            self.reads.as_ref().is_none_or(|reads| !language.is_empty() && reads.starts_with(language));
        vector.filter(|_| reads).map(|vector| Sense::of(&self.model, vector.clone()))
    }

    /// Where a document stands, its time, and its vector.
    fn find(&self, key: &str) -> Option<(u32, Option<i64>, Vector)> {
        let place = *self.places.get(key)?;
        Some((place, self.held.get(place as usize)?.at, self.shelf.vector(place)?))
    }

    /// The nearest documents, and the cosines of the keyword hits.
    fn neighbours(
        &self,
        grouper: &Grouper,
        own: &Vector,
        near: Vec<(u32, f32)>,
        words: &[Hit],
    ) -> Vec<Neighbour> {
        let background = self.shelf.background(own, SAMPLE);
        let hits = words.iter().filter_map(|hit| {
            let place = *self.places.get(&hit.key)?;
            Some((place, self.shelf.cosine(own, place)?))
        });
        near.iter()
            .copied()
            .chain(hits)
            .filter_map(|(place, cosine)| {
                let key = self.held.get(place as usize)?.key.clone();
                let event = grouper.event_of(&key)?.to_owned();
                Some(Neighbour { key, event, cosine: events::above(cosine, background) })
            })
            .collect()
    }
}

/// The vectors of a batch of articles, by article; nothing where keywords alone count.
pub(super) async fn vectors(
    run: &Run<'_>,
    model: Option<&str>,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, Vector>, RunError> {
    match model {
        Some(model) => Ok(run.store.vectors_of(model.to_owned(), ids.to_vec()).await?),
        None => Ok(HashMap::new()),
    }
}
