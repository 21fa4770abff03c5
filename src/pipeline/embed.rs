//! The end of stage 3: articles without a vector of the configured model go in, newest first; vectors come out, keyed by
//! the hash of text, model and dimensions, so that nothing is done or paid for twice. Whoever changes the model has the
//! archive embedded anew over the next runs, a bounded number a run; vectors of the old one are compared with nothing.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt;

use crate::config::embeddings::{Embeddings, Maker};
use crate::embed::{self, Local, Model};
use crate::model::block;
use crate::model::id::ArticleId;
use crate::model::report::Stage;
use crate::model::vector::Vector;
use crate::pipeline::enrich::entry;
use crate::pipeline::{Run, RunError, Tally};
use crate::providers::{AskFailure, Budget, Provider};
use crate::store::vectors::{Embedded, Unread};

/// Requests to a server at the same time.
const PARALLEL: usize = 4;
/// The note that names the model of the newest vectors: grouping compares those.
pub(super) const MODEL: &str = "embedding model";

/// Who makes the vectors of this run.
struct Desk<'a> {
    maker: Open,
    model: Model,
    settings: &'a embed::Settings,
    budget: &'a Mutex<Budget>,
    /// Set once nothing more is to be had in this run.
    over: AtomicBool,
}

enum Open {
    Server(Box<Provider>),
    Here(Arc<Local>),
}

/// One article to embed.
struct Reading {
    id: ArticleId,
    made_from: String,
    text: String,
    key: String,
}

/// What came of some articles.
#[derive(Default)]
struct Done {
    made: u64,
    refused: u64,
    waiting: u64,
    /// Why the others wait, or were refused.
    why: Option<String>,
}

/// Why no vectors came.
enum No {
    /// Not now: these and all others wait for a later run.
    Later(String),
    /// Not these texts.
    Refused(String),
}

/// Embeds the newest articles that lack a vector of the configured model.
pub(super) async fn embed(
    run: &mut Run<'_>,
    budget: &Mutex<Budget>,
    tally: &mut Tally,
) -> Result<(), RunError> {
    let settings = run.settings;
    let Some(embeddings) = settings.embeddings.as_ref().filter(|one| one.missing().is_none()) else {
        return Ok(());
    };
    let desk = match Desk::open(run, embeddings, budget).await? {
        Ok(desk) => desk,
        Err(why) => {
            run.fail(Stage::Enrich, "embeddings", why);
            return Ok(());
        }
    };
    run.store.keep_note(MODEL, desk.model.as_str().as_bytes().to_vec()).await?;
    let (waiting, left) = waiting(run, &desk).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    run.begin(Stage::Enrich, waiting.len());
    let (here, desk): (&Run<'_>, &Desk<'_>) = (run, &desk);
    let parallel = if matches!(desk.maker, Open::Server(_)) { PARALLEL } else { 1 };
    let batches: Vec<Vec<(ArticleId, String)>> =
        waiting.chunks(desk.settings.batch.max(1) as usize).map(<[_]>::to_vec).collect();
    let mut batches = futures_util::stream::iter(batches)
        .map(|batch| async move { (batch.len(), embed_batch(here, desk, batch).await) })
        .buffer_unordered(parallel);
    let mut sum = Done::default();
    while let Some((units, done)) = batches.next().await {
        let done = done?;
        sum.made += done.made;
        sum.refused += done.refused;
        sum.waiting += done.waiting;
        sum.why = sum.why.or(done.why);
        here.step(units);
    }
    drop(batches);
    if left == 0 && sum.waiting == 0 {
        run.store.tidy_vectors().await?;
    }
    tell(run, tally, &sum, left);
    Ok(())
}

fn tell(run: &mut Run<'_>, tally: &mut Tally, sum: &Done, left: usize) {
    tally.done += sum.made;
    tally.failed += sum.refused;
    tally.skipped += sum.waiting;
    tally.note.push_str(&format!("; {} texts embedded", sum.made));
    if left > 0 {
        tally.note.push_str(&format!(", {left} more in later runs"));
    }
    if let Some(why) = &sum.why {
        run.tell(format!("embeddings: {why}"));
        if sum.refused > 0 {
            run.fail(Stage::Enrich, "embeddings", why);
        } else {
            tally.note.push_str(&format!(", {} wait: {why}", sum.waiting));
        }
    }
}

impl<'a> Desk<'a> {
    /// Opens the configured model; the inner error says in words why it cannot be used.
    async fn open(
        run: &Run<'a>,
        embeddings: &'a Embeddings,
        budget: &'a Mutex<Budget>,
    ) -> Result<Result<Self, String>, RunError> {
        let settings = &embeddings.settings;
        let opened = match &embeddings.maker {
            Maker::Provider(provider) => {
                let protocol = provider.settings.name.as_str();
                let model = Model::remote(protocol, &provider.settings.model, settings.dimensions);
                provider.open(&run.settings.network).map(|one| (Open::Server(Box::new(one)), model))
            }
            Maker::Folder(folder) => {
                let folder = folder.clone();
                let local = tokio::task::spawn_blocking(move || Local::open(&folder))
                    .await
                    .map_err(|_| RunError::Worker("enrich"))?;
                local.map_err(|error| error.to_string()).map(|local| {
                    let model = Model::local(local.print());
                    (Open::Here(Arc::new(local)), model)
                })
            }
        };
        Ok(opened.map(|(maker, model)| Self { maker, model, settings, budget, over: AtomicBool::new(false) }))
    }

    /// What the vector of an article is made from: another text, model, prefix or choice of language is another vector.
    fn made_from(&self, article: &Unread) -> String {
        let translated = article.translated.as_deref().filter(|_| !self.settings.multilingual);
        format!(
            "{} {} {} {:?} {}",
            article.text_hash,
            embed::ask::VERSION,
            self.model.as_str(),
            self.settings.prefix,
            translated.unwrap_or("original"),
        )
    }
}

/// Articles to embed in this run, newest first, with what their vectors are made from; and how many are left for later.
async fn waiting(run: &Run<'_>, desk: &Desk<'_>) -> Result<(Vec<(ArticleId, String)>, usize), RunError> {
    let language = run.settings.analysis_language().as_str().to_owned();
    let mut waiting: Vec<(ArticleId, String)> = run
        .store
        .embedding_candidates(language)
        .await?
        .into_iter()
        .map(|article| (desk.made_from(&article), article))
        .filter(|(made_from, article)| article.made_from.as_ref() != Some(made_from))
        .map(|(made_from, article)| (article.id, made_from))
        .collect();
    let left = waiting.len().saturating_sub(desk.settings.per_run as usize);
    waiting.truncate(desk.settings.per_run as usize);
    Ok((waiting, left))
}

async fn embed_batch(
    run: &Run<'_>,
    desk: &Desk<'_>,
    batch: Vec<(ArticleId, String)>,
) -> Result<Done, RunError> {
    let mut done = Done::default();
    if desk.over.load(Ordering::Relaxed) {
        done.waiting = batch.len() as u64;
        return Ok(done);
    }
    let readings = read(run, desk, batch).await?;
    let keys = readings.iter().map(|reading| reading.key.clone()).collect();
    let mut known: HashSet<String> = run.store.known_vectors(keys).await?;
    let missing: BTreeMap<&str, &str> = readings
        .iter()
        .filter(|reading| !reading.text.is_empty() && !known.contains(&reading.key))
        .map(|reading| (reading.key.as_str(), reading.text.as_str()))
        .collect();
    let mut refused: BTreeMap<String, String> = BTreeMap::new();
    // A server that refuses a request is asked about its halves, down to the one text that it does not like.
    let mut parts: Vec<Vec<(&str, &str)>> = vec![missing.into_iter().collect()];
    while let Some(mut part) = parts.pop() {
        if part.is_empty() {
            continue;
        }
        match make(run, desk, &part).await? {
            Ok(()) => known.extend(part.iter().map(|(key, _)| (*key).to_owned())),
            Err(No::Refused(_)) if part.len() > 1 => {
                let half = part.split_off(part.len() / 2);
                parts.extend([half, part]);
            }
            Err(No::Refused(why)) => {
                refused.extend(part.iter().map(|(key, _)| ((*key).to_owned(), why.clone())));
            }
            Err(No::Later(why)) => {
                desk.over.store(true, Ordering::Relaxed);
                done.why = Some(why);
                break;
            }
        }
    }
    // Where nothing but refusals came, the fault is hardly in every text: nothing is put down to them.
    if known.is_empty() && refused.len() > 1 {
        desk.over.store(true, Ordering::Relaxed);
        done.why = refused.into_values().next();
        refused = BTreeMap::new();
    }
    keep(run, readings, &known, &refused, done).await
}

/// Stores what came of a batch.
async fn keep(
    run: &Run<'_>,
    readings: Vec<Reading>,
    known: &HashSet<String>,
    refused: &BTreeMap<String, String>,
    mut done: Done,
) -> Result<Done, RunError> {
    let mut settled = Vec::with_capacity(readings.len());
    for Reading { id, made_from, text, key } in readings {
        let outcome = if known.contains(&key) {
            done.made += 1;
            Ok(key)
        } else if text.is_empty() {
            Err("there is no text".to_owned())
        } else if let Some(why) = refused.get(&key) {
            done.refused += 1;
            done.why = done.why.or_else(|| Some(why.clone()));
            Err(why.clone())
        } else {
            done.waiting += 1;
            continue;
        };
        settled.push(Embedded { article: id, made_from, key: outcome });
    }
    run.store.put_embedded(settled).await?;
    Ok(done)
}

/// Title and lead of each article: the original, or, for a model that reads one language, its translation.
async fn read(
    run: &Run<'_>,
    desk: &Desk<'_>,
    batch: Vec<(ArticleId, String)>,
) -> Result<Vec<Reading>, RunError> {
    let language = run.settings.analysis_language();
    let (ids, made): (Vec<ArticleId>, Vec<String>) = batch.into_iter().unzip();
    let made: BTreeMap<ArticleId, String> = ids.iter().cloned().zip(made).collect();
    let records = run.store.records(ids, language.clone(), language.clone()).await?;
    let mut readings = Vec::with_capacity(records.len());
    for record in records {
        let Some((article, made_from)) = record.article.zip(made.get(&record.id)) else { continue };
        let ready = record.translated.is_some_and(|status| status.is_ready());
        let translation = record.translation.filter(|_| ready && !desk.settings.multilingual);
        let text = match translation {
            Some(made) => embed::reading(&made.title, &block::plain_text(&made.blocks)),
            None => embed::reading(&article.title, &block::plain_text(&article.blocks)),
        };
        let text = if text.is_empty() { text } else { format!("{}{text}", desk.settings.prefix) };
        let key = embed::key(&desk.model, &text);
        readings.push(Reading { id: record.id, made_from: made_from.clone(), text, key });
    }
    Ok(readings)
}

/// Has the texts embedded, and stores their vectors before anything else is done with them.
async fn make(run: &Run<'_>, desk: &Desk<'_>, texts: &[(&str, &str)]) -> Result<Result<(), No>, RunError> {
    match &desk.maker {
        Open::Server(provider) => ask(run, desk, provider, texts).await,
        Open::Here(local) => compute(run, desk, local, texts).await,
    }
}

async fn ask(
    run: &Run<'_>,
    desk: &Desk<'_>,
    provider: &Provider,
    texts: &[(&str, &str)],
) -> Result<Result<(), No>, RunError> {
    if let Some(error) = provider.stopped() {
        return Ok(Err(No::Later(error.words)));
    }
    let bare: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
    let question = embed::question(&bare, desk.settings.dimensions);
    let purse = || desk.budget.lock().unwrap_or_else(PoisonError::into_inner);
    let reserved = purse().reserve(&question, provider.settings());
    let reservation = match reserved {
        Ok(reservation) => reservation,
        Err(over) => return Ok(Err(No::Later(format!("{over}")))),
    };
    let settled = provider.ask(&question).await;
    let accepted = match &settled.outcome {
        Ok(answer) => embed::accept(answer, bare.len(), desk.settings.dimensions)
            .map_err(|error| No::Later(format!("{}: {error}", settled.provider))),
        Err(error) if error.kind == AskFailure::Rejected => Err(No::Refused(error.words.clone())),
        Err(error) => Err(No::Later(error.words.clone())),
    };
    let (vectors, outcome) = match accepted {
        Ok(vectors) => (texts.iter().map(|(key, _)| (*key).to_owned()).zip(vectors).collect(), Ok(())),
        Err(no) => (Vec::new(), Err(no)),
    };
    // The vectors are the answer; the ledger need not hold their numbers a second time.
    let mut call = entry(&settled, run.now);
    call.outcome = None;
    run.store.put_vectors(desk.model.as_str().to_owned(), vectors, Some(call)).await?;
    purse().settle(reservation, &settled);
    Ok(outcome)
}

async fn compute(
    run: &Run<'_>,
    desk: &Desk<'_>,
    local: &Arc<Local>,
    texts: &[(&str, &str)],
) -> Result<Result<(), No>, RunError> {
    let (local, owned) = (
        Arc::clone(local),
        texts.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect::<Vec<_>>(),
    );
    let made = tokio::task::spawn_blocking(move || {
        use rayon::prelude::*;
        owned
            .into_par_iter()
            .map(|(key, text)| Ok((key, Vector::from_floats(&local.embed(&text)?))))
            .collect::<Result<Vec<(String, Option<Vector>)>, embed::LocalError>>()
    })
    .await
    .map_err(|_| RunError::Worker("enrich"))?;
    let made = match made {
        Ok(made) => made,
        Err(error) => return Ok(Err(No::Later(error.to_string()))),
    };
    let blank = made.iter().any(|(_, vector)| vector.is_none());
    if blank && made.len() > 1 {
        return Ok(Err(No::Refused(String::new()))); // asked again by halves, so that the others get theirs
    }
    let vectors: Vec<(String, Vector)> =
        made.into_iter().filter_map(|(key, vector)| Some((key, vector?))).collect();
    if vectors.is_empty() {
        return Ok(Err(No::Refused("the model knows no word of the text".to_owned())));
    }
    run.store.put_vectors(desk.model.as_str().to_owned(), vectors, None).await?;
    Ok(Ok(()))
}
