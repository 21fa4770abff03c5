//! Stage 4: articles join or found events, and similar past events are found. Settled articles in (published, id) order
//! go in; events, redirects and reasons come out, frozen with what grouping saw.
//!
//! The decisions of a batch and the checkpoint that belongs to them are stored together, so a run that is killed goes
//! on with the next article; any split of the same articles into runs gives the same events.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use rayon::prelude::*;

use crate::events::{self, Document, Features, Grouper, ResumeError};
use crate::model::block;
use crate::model::event::{Change, Conflict, Similar};
use crate::model::id::{ArticleId, EventId, ID_DIGITS};
use crate::model::report::Stage;
use crate::model::tag::{Tag, TagKind};
use crate::model::vector::{Sense, Vector};
use crate::pipeline::meaning::{self, Meaning};
use crate::pipeline::{Run, RunError, Tally};
use crate::store::grouping::{Decisions, EventFacts, Frozen};

/// Articles decided and stored at once.
const BATCH: usize = 256;
/// Similar past events kept of one article.
const SIMILAR: usize = 6;
/// Articles of one event whose numbers are compared.
const COMPARED: usize = 16;

/// An article as grouping reads it.
struct Text {
    id: ArticleId,
    title: String,
    body: String,
    language: Option<String>,
    at: Timestamp,
    symbols: Vec<String>,
    actors: Vec<String>,
    vector: Option<Vector>,
}

impl Text {
    fn document(&self) -> Document<'_> {
        Document {
            key: self.id.as_str(),
            title: &self.title,
            text: &self.body,
            language: self.language.as_deref(),
            at: Some(self.at),
            symbols: &self.symbols,
            actors: &self.actors,
        }
    }
}

/// Groups whatever is settled and not grouped yet.
pub(crate) async fn group(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let mut tally = Tally { note: "articles grouped".to_owned(), ..Tally::default() };
    let waiting = run.store.to_group().await?;
    run.begin(Stage::Group, waiting.len());
    if waiting.is_empty() {
        return Ok(tally);
    }
    let mut grouper = resume(run).await?;
    let (mut meaning, model) = Meaning::load(run).await?.unzip();
    let (mut merged, mut parted) = (0, 0);
    for ids in waiting.chunks(BATCH) {
        let mut texts = texts(run, ids).await?;
        let mut vectors = meaning::vectors(run, model.as_deref(), ids).await?;
        for text in &mut texts {
            text.vector = vectors.remove(&text.id);
        }
        let decided = tokio::task::spawn_blocking(move || decide(grouper, meaning, texts))
            .await
            .map_err(|_| RunError::Worker("group"))?;
        let mut decisions;
        (grouper, meaning, decisions) = decided;
        decisions.facts = facts(run, &grouper, &decisions).await?;
        merged += decisions.changes.iter().filter(|change| matches!(change, Change::Merged { .. })).count();
        parted += decisions.changes.iter().filter(|change| matches!(change, Change::Parted { .. })).count();
        let done = decisions.added.len();
        run.store.keep_grouping(decisions).await?;
        tally.done += done as u64;
        run.step(done);
    }
    if merged > 0 {
        tally.note.push_str(&format!(" ({merged} events merged)"));
    }
    if parted > 0 {
        tally.note.push_str(&format!(" ({parted} events parted)"));
    }
    Ok(tally)
}

/// The grouper as the last run left it.
async fn resume(run: &mut Run<'_>) -> Result<Grouper, RunError> {
    let frozen = run.store.frozen().await?;
    let senses = run.store.senses().await?;
    let Some(checkpoint) = run.store.checkpoint().await?.filter(|_| !frozen.is_empty()) else {
        return Ok(Grouper::new(run.settings.grouping.clone()));
    };
    match load(run, &frozen, &senses, &checkpoint) {
        Ok(grouper) => Ok(grouper),
        Err(error) => {
            // Another version froze them: what it saw is read again from the articles; events stay as they are.
            run.tell(format!("the archive is read again for grouping: {error}"));
            let mut renewed = Vec::with_capacity(frozen.len());
            for chunk in frozen.chunks(BATCH) {
                let ids: Vec<ArticleId> = chunk.iter().map(|one| one.article.clone()).collect();
                let known: HashMap<ArticleId, Vec<u8>> = texts(run, &ids)
                    .await?
                    .into_par_iter()
                    .map(|text| (text.id.clone(), Features::of(&text.document()).to_bytes()))
                    .collect();
                renewed.extend(chunk.iter().map(|one| {
                    Frozen {
                        features: known
                            .get(&one.article)
                            .cloned()
                            .unwrap_or_else(|| Features::of(&Document::default()).to_bytes()),
                        ..one.clone()
                    }
                }));
            }
            let fresh = Grouper::new(run.settings.grouping.clone());
            let loaded = match load(run, &renewed, &senses, &checkpoint) {
                Err(ResumeError::Checkpoint) => load(run, &renewed, &senses, &fresh.checkpoint()),
                loaded => loaded,
            };
            let grouper = loaded.unwrap_or_else(|error| {
                run.fail(Stage::Group, "the archive", error);
                fresh
            });
            // With the terms that its index chose, so that they need not be chosen at each start.
            for one in &mut renewed {
                one.features = grouper.frozen(one.article.as_str()).unwrap_or_default();
            }
            run.store.renew_frozen(renewed).await?;
            Ok(grouper)
        }
    }
}

fn load(
    run: &Run<'_>,
    frozen: &[Frozen],
    senses: &HashMap<ArticleId, Sense>,
    checkpoint: &[u8],
) -> Result<Grouper, ResumeError> {
    let documents =
        frozen.iter().map(|one| (one.article.as_str(), one.features.as_slice(), one.event.as_str()));
    let sense = |key: &str| senses.get(&ArticleId::parse(key).ok()?).cloned();
    Grouper::resume_with(run.settings.grouping.clone(), documents, sense, checkpoint)
}

/// What grouping reads of articles: the translation into the first edition's language where there is one, so that
/// reports in different languages meet; the original otherwise.
async fn texts(run: &Run<'_>, ids: &[ArticleId]) -> Result<Vec<Text>, RunError> {
    let language = run.settings.analysis_language();
    let records = run.store.records(ids.to_vec(), language.clone(), language.clone()).await?;
    Ok(records
        .into_iter()
        .filter_map(|record| {
            let article = record.article?;
            let (title, body, language) =
                match record.translation.filter(|_| record.translated.is_some_and(|s| s.is_ready())) {
                    Some(made) => {
                        (made.title, block::plain_text(&made.blocks), Some(made.language.as_str().to_owned()))
                    }
                    None => {
                        let language = article.language.as_ref().map(|language| language.as_str().to_owned());
                        (article.title, block::plain_text(&article.blocks), language)
                    }
                };
            let symbols = Tag::keys(&record.tags, TagKind::Symbol);
            let actors = Tag::keys(&record.tags, TagKind::Entity);
            let at = record.published.at;
            Some(Text { id: record.id, title, body, language, at, symbols, actors, vector: None })
        })
        .collect())
}

/// Decides a batch, in order; no article sees a later one.
fn decide(
    mut grouper: Grouper,
    mut meaning: Option<Meaning>,
    texts: Vec<Text>,
) -> (Grouper, Option<Meaning>, Decisions) {
    let features: Vec<Features> = texts.par_iter().map(|text| Features::of(&text.document())).collect();
    let mut decisions = Decisions::default();
    let mut frozen: Vec<(ArticleId, Vec<u8>)> = Vec::with_capacity(texts.len());
    for (text, features) in texts.into_iter().zip(features) {
        let sense = meaning.as_ref().and_then(|meaning| meaning.sense(&features, text.vector.as_ref()));
        decisions.senses.extend(sense.clone().map(|sense| (text.id.clone(), sense)));
        grouper.add(text.id.as_str(), features.with_sense(sense));
        frozen.push((text.id.clone(), grouper.frozen(text.id.as_str()).unwrap_or_default()));
        let similar = match &mut meaning {
            None => grouper.similar(text.id.as_str(), SIMILAR),
            Some(meaning) => {
                if let Some(vector) = &text.vector {
                    meaning.add(text.id.as_str(), Some(text.at.as_second()), vector);
                }
                meaning.similar(&mut grouper, text.id.as_str(), SIMILAR)
            }
        };
        let similar = similar.into_iter().filter_map(past).collect();
        decisions.similar.push((text.id, similar));
    }
    let renamed = |change: Change| change.renamed(|key| ArticleId::parse(&key).ok());
    decisions.changes = grouper.changes().into_iter().filter_map(renamed).collect();
    for (article, features) in frozen {
        let event = grouper.event_of(article.as_str()).and_then(|key| ArticleId::parse(key).ok());
        decisions.added.push(Frozen { event: event.unwrap_or_else(|| article.clone()), article, features });
    }
    decisions.checkpoint = grouper.checkpoint();
    decisions.keep = grouper.window();
    (grouper, meaning, decisions)
}

/// A hit as the model has it. Its date and its event's id are those of the edition that shows it.
fn past(hit: events::Hit) -> Option<Similar> {
    let founder = ArticleId::parse(&hit.event).ok()?;
    Some(Similar {
        event: EventId::of(&founder, ID_DIGITS),
        article: ArticleId::parse(&hit.key).ok()?,
        published: Timestamp::UNIX_EPOCH,
        score: hit.score,
        why: hit.why,
    })
}

/// The central article and the conflicts of every event that changed.
async fn facts(
    run: &Run<'_>,
    grouper: &Grouper,
    decisions: &Decisions,
) -> Result<Vec<(ArticleId, EventFacts)>, RunError> {
    let touched = decisions.changes.iter().flat_map(Change::touched);
    let changed: BTreeSet<&ArticleId> =
        touched.chain(decisions.added.iter().map(|frozen| &frozen.event)).collect();
    let mut facts = Vec::with_capacity(changed.len());
    for founder in changed {
        let Some(overview) =
            grouper.event(founder.as_str()).filter(|overview| overview.founder == founder.as_str())
        else {
            continue;
        };
        let conflicts =
            if overview.members.len() > 1 { conflicts(run, &overview.members).await? } else { Vec::new() };
        let central = ArticleId::parse(&overview.central).unwrap_or_else(|_| founder.clone());
        facts.push((founder.clone(), EventFacts { central, conflicts }));
    }
    Ok(facts)
}

async fn conflicts(run: &Run<'_>, members: &[String]) -> Result<Vec<Conflict>, RunError> {
    let ids: Vec<ArticleId> =
        members.iter().rev().take(COMPARED).rev().filter_map(|key| ArticleId::parse(key).ok()).collect();
    let texts = texts(run, &ids).await?;
    let pairs: Vec<(&str, &str)> = texts.iter().map(|text| (text.id.as_str(), text.body.as_str())).collect();
    Ok(events::conflicts(&pairs)
        .into_iter()
        .map(|difference| Conflict {
            about: difference.about,
            versions: difference
                .versions
                .into_iter()
                .filter_map(|(key, words)| Some((ArticleId::parse(&key).ok()?, words)))
                .collect(),
        })
        .collect())
}
