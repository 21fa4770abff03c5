//! Stage 3: articles get tags, translations and an analysis. Articles as read go in; what was made of them comes out,
//! keyed by the hash of the text it was made from, so that nothing is done or paid for twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt;

use crate::analyze;
use crate::config::providers::ProviderSettings;
use crate::model::id::ArticleId;
use crate::model::lang::Lang;
use crate::model::report::{Spend, Stage};
use crate::model::status::Status;
use crate::model::tag::{Tag, TagKind};
use crate::pipeline::{Run, RunError, Tally, embed};
use crate::providers::{Answer, Budget, Provider, Question, Settled, Spent};
use crate::store::enrichment::Candidate;
use crate::store::ledger;
use crate::{model, tag, translate};

/// Articles tagged in one transaction.
const BATCH: usize = 64;
/// Articles that are asked about at the same time.
const PARALLEL: usize = 4;

/// Tags, translates and analyses whatever lacks it.
pub(crate) async fn enrich(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let mut tally = Tally { note: "tags, translations and analyses made".to_owned(), ..Tally::default() };
    tag_all(run, &mut tally).await?;
    let before = run.store.spent(None).await?;
    let office = Office::open(run).await?;
    for language in &run.settings.editions {
        translate_all(run, &office, language, &mut tally).await?;
    }
    analyse_all(run, &office, &mut tally).await?;
    embed::embed(run, &office.budget, &mut tally).await?;
    let after = run.store.spent(None).await?;
    run.report.spend = difference(&after, &before);
    Ok(tally)
}

/// What was spent between two readings of the ledger.
fn difference(after: &[Spend], before: &[Spend]) -> Vec<Spend> {
    after
        .iter()
        .map(|now| {
            let then = before.iter().find(|then| (&then.provider, &then.task) == (&now.provider, &now.task));
            let less = |f: fn(&Spend) -> u64| f(now).saturating_sub(then.map_or(0, f));
            Spend {
                provider: now.provider.clone(),
                task: now.task.clone(),
                calls: less(|s| s.calls),
                input_tokens: less(|s| s.input_tokens),
                output_tokens: less(|s| s.output_tokens),
                micros: less(|s| s.micros),
            }
        })
        .filter(|spend| spend.calls > 0)
        .collect()
}

async fn tag_all(run: &mut Run<'_>, tally: &mut Tally) -> Result<(), RunError> {
    let version = format!("{} {}", tag::VERSION, run.settings.gazetteer_print);
    let made_from = |candidate: &Candidate| format!("{} {version}", candidate.text_hash);
    let waiting: Vec<Candidate> = run
        .store
        .tag_candidates()
        .await?
        .into_iter()
        .filter(|candidate| candidate.made_from.as_deref() != Some(made_from(candidate).as_str()))
        .collect();
    run.begin(Stage::Enrich, waiting.len());
    for batch in waiting.chunks(BATCH) {
        let mut texts = Vec::with_capacity(batch.len());
        for candidate in batch {
            let Some(article) = run.store.article(candidate.id.clone()).await? else { continue };
            let stated = run.store.announced(candidate.id.clone()).await?.map(|(_, entry, _)| entry.symbols);
            texts.push((candidate.id.clone(), made_from(candidate), article, stated.unwrap_or_default()));
        }
        let gazetteer = Arc::clone(&run.settings.gazetteer);
        let tagged = tokio::task::spawn_blocking(move || {
            use rayon::prelude::*;
            texts
                .into_par_iter()
                .map(|(id, made_from, article, stated)| {
                    let text = model::block::plain_text(&article.blocks);
                    (id, made_from, gazetteer.tag(&article.title, &text, &stated))
                })
                .collect::<Vec<_>>()
        })
        .await
        .map_err(|_| RunError::Worker("enrich"))?;
        tally.done += tagged.len() as u64;
        run.step(tagged.len());
        run.store.put_tags(tagged).await?;
    }
    Ok(())
}

/// The providers of a run with the budget that they share.
struct Office {
    translators: Vec<Provider>,
    analysts: Vec<Provider>,
    budget: Mutex<Budget>,
}

/// What came of asking for answers.
enum Asked {
    /// Every question is answered, well or badly.
    Answered(HashMap<String, Answer>),
    /// Some question could not be asked now.
    Waits(Status),
}

impl Office {
    async fn open(run: &Run<'_>) -> Result<Self, RunError> {
        let spent = run.store.spent(Some(run.now)).await?;
        let today = Spent {
            calls: spent.iter().map(|s| s.calls).sum(),
            tokens: spent.iter().map(|s| s.input_tokens + s.output_tokens).sum(),
            micros: spent.iter().map(|s| s.micros).sum(),
        };
        let open = |settings: &[ProviderSettings]| -> Vec<Provider> {
            settings.iter().filter_map(|one| one.open(&run.settings.network).ok()).collect()
        };
        Ok(Self {
            translators: open(&run.settings.translate),
            analysts: open(&run.settings.analyze),
            budget: Mutex::new(Budget::new(run.settings.per_run, run.settings.per_day, today)),
        })
    }

    /// Answers to `questions`: those given before out of the ledger, the others from the first provider that can.
    async fn ask(
        &self,
        run: &Run<'_>,
        providers: &[Provider],
        questions: &[Question],
    ) -> Result<Asked, RunError> {
        let mut answers = HashMap::new();
        let known =
            run.store.answers(questions.iter().map(|question| question.key.clone()).collect()).await?;
        for question in questions {
            if let Some(answer) =
                known.get(&question.key).and_then(|stored| stored_answer(&question.key, stored))
            {
                answers.insert(question.key.clone(), answer);
                continue;
            }
            match self.ask_one(run, providers, question).await? {
                Ok(settled) => answers.insert(question.key.clone(), settled.answer(run.now)),
                Err(status) => return Ok(Asked::Waits(status)),
            };
        }
        Ok(Asked::Answered(answers))
    }

    /// Asks the providers in turn; the outer error is the run's, the inner one says why nobody could be asked now.
    async fn ask_one(
        &self,
        run: &Run<'_>,
        providers: &[Provider],
        question: &Question,
    ) -> Result<Result<Settled, Status>, RunError> {
        let mut last = Status::Off { why: "No provider is configured.".to_owned() };
        for provider in providers {
            if let Some(error) = provider.stopped() {
                last = error.status();
                continue;
            }
            let reserved = self
                .budget
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .reserve(question, provider.settings());
            let reservation = match reserved {
                Ok(reservation) => reservation,
                Err(over) => {
                    last = Status::Pending { why: format!("The budget is used up: {over}."), retry: None };
                    continue;
                }
            };
            let settled = provider.ask(question).await;
            // Stored before it is used: a run killed here pays nothing twice.
            run.store.settle_call(entry(&settled, run.now)).await?;
            self.budget.lock().unwrap_or_else(PoisonError::into_inner).settle(reservation, &settled);
            match &settled.outcome {
                Err(error) if !error.settles() => last = error.status(),
                _ => return Ok(Ok(settled)),
            }
        }
        Ok(Err(last))
    }
}

/// A settled call as the ledger keeps it.
pub(super) fn entry(settled: &Settled, now: jiff::Timestamp) -> ledger::Settled {
    ledger::Settled {
        key: settled.key.clone(),
        provider: settled.provider.clone(),
        model: settled.model.clone(),
        task: settled.task.word().to_owned(),
        outcome: settled.is_final().then(|| serde_json::to_string(&settled.outcome).ok()).flatten(),
        calls: settled.calls,
        input_tokens: settled.input_tokens,
        output_tokens: settled.output_tokens,
        micros: settled.micros,
        at: now,
    }
}

fn stored_answer(key: &str, stored: &ledger::Answer) -> Option<Answer> {
    Some(Answer {
        key: key.to_owned(),
        outcome: serde_json::from_str(&stored.outcome).ok()?,
        by: model::translation::Maker { provider: stored.provider.clone(), model: stored.model.clone() },
        at: stored.at,
    })
}

/// True where a stored result is missing, was made from something else, or may be tried again. A failure without a
/// time for the next try is an answer that was had and refused: asking the same again would cost and bring the same.
fn waits(candidate: &Candidate, made_from: &str, now: jiff::Timestamp) -> bool {
    let due = |after: Option<i64>| after.is_some_and(|after| after <= now.as_second());
    candidate.made_from.as_deref() != Some(made_from)
        || match candidate.state.as_deref() {
            Some("pending" | "off") => candidate.after.is_none() || due(candidate.after),
            Some("failed") => due(candidate.after),
            _ => false,
        }
}

async fn translate_all(
    run: &mut Run<'_>,
    office: &Office,
    language: &Lang,
    tally: &mut Tally,
) -> Result<(), RunError> {
    if office.translators.is_empty() && run.settings.memory.is_empty() {
        return Ok(());
    }
    let version = format!("{} {}", translate::VERSION, run.settings.translation_print);
    let waiting: Vec<(ArticleId, String)> = run
        .store
        .translation_candidates(language.clone())
        .await?
        .into_iter()
        .filter(|candidate| candidate.language.as_ref().is_some_and(|own| !language.reads(own)))
        .map(|candidate| (format!("{} {version}", candidate.text_hash), candidate))
        .filter(|(made_from, candidate)| waits(candidate, made_from, run.now))
        .map(|(made_from, candidate)| (candidate.id, made_from))
        .collect();
    run.begin(Stage::Enrich, waiting.len());
    let here: &Run<'_> = run;
    let mut made = futures_util::stream::iter(waiting)
        .map(|(id, made_from)| translate_one(here, office, language, id, made_from))
        .buffer_unordered(PARALLEL);
    while let Some(done) = made.next().await {
        count(tally, done?.as_ref());
        here.step(1);
    }
    Ok(())
}

fn count(tally: &mut Tally, status: Option<&Status>) {
    match status {
        Some(Status::Ready) => tally.done += 1,
        Some(Status::Failed { .. }) => tally.failed += 1,
        _ => tally.skipped += 1,
    }
}

async fn translate_one(
    run: &Run<'_>,
    office: &Office,
    language: &Lang,
    id: ArticleId,
    made_from: String,
) -> Result<Option<Status>, RunError> {
    let Some(article) = run.store.article(id.clone()).await? else { return Ok(None) };
    let job = translate::Job {
        title: &article.title,
        blocks: &article.blocks,
        from: article.language.as_ref(),
        to: language,
        memory: &run.settings.memory,
        glossary: &run.settings.glossary,
        now: run.now,
        max_segment_chars: translate::MAX_SEGMENT_CHARS,
    };
    let plan = translate::ask(&job);
    let (mut translation, mut status) = (None, Status::Ready);
    let mut answers = HashMap::new();
    let mut questions = plan.questions.clone();
    // The questions, then at the most one stricter second try for segments that could not be believed.
    for _ in 0..2 {
        match office.ask(run, &office.translators, &questions).await? {
            Asked::Waits(why) => {
                status = why;
                break;
            }
            Asked::Answered(more) => answers.extend(more),
        }
        let accepted = translate::accept(&job, &plan, &|key| answers.get(key).cloned());
        (translation, status, questions) = (accepted.translation, accepted.status, accepted.again);
        if questions.is_empty() {
            break;
        }
    }
    run.store.put_translation(id, language.clone(), made_from, status.clone(), translation).await?;
    Ok(Some(status))
}

async fn analyse_all(run: &mut Run<'_>, office: &Office, tally: &mut Tally) -> Result<(), RunError> {
    if office.analysts.is_empty() {
        return Ok(());
    }
    let language = run.settings.analysis_language().clone();
    let version = format!("{} {}", analyze::VERSION, tag::VERSION);
    let waiting: Vec<(ArticleId, String)> = run
        .store
        .impact_candidates(language.clone())
        .await?
        .into_iter()
        .map(|candidate| (format!("{} {version}", candidate.text_hash), candidate))
        .filter(|(made_from, candidate)| waits(candidate, made_from, run.now))
        .map(|(made_from, candidate)| (candidate.id, made_from))
        .collect();
    run.begin(Stage::Enrich, waiting.len());
    let here: &Run<'_> = run;
    let mut made = futures_util::stream::iter(waiting)
        .map(|(id, made_from)| analyse_one(here, office, &language, id, made_from))
        .buffer_unordered(PARALLEL);
    while let Some(done) = made.next().await {
        count(tally, done?.as_ref());
        here.step(1);
    }
    Ok(())
}

async fn analyse_one(
    run: &Run<'_>,
    office: &Office,
    language: &Lang,
    id: ArticleId,
    made_from: String,
) -> Result<Option<Status>, RunError> {
    let Some(article) = run.store.article(id.clone()).await? else { return Ok(None) };
    let tags = run.store.tags(id.clone()).await?;
    let symbols = Tag::keys(&tags, TagKind::Symbol);
    let job = analyze::Job {
        title: &article.title,
        blocks: &article.blocks,
        language: article.language.as_ref(),
        symbols: &symbols,
        edition: language,
    };
    let mut question = analyze::ask(&job);
    let (mut impact, mut status) = (None, Status::Ready);
    for attempt in 0..2 {
        let answers = match office.ask(run, &office.analysts, std::slice::from_ref(&question)).await? {
            Asked::Waits(why) => {
                status = why;
                break;
            }
            Asked::Answered(answers) => answers,
        };
        let Some(answer) = answers.get(&question.key) else { break };
        match analyze::accept(&job, answer) {
            Ok(made) => {
                (impact, status) = (Some(made), Status::Ready);
                break;
            }
            Err(refusal) => {
                status = Status::Failed { why: refusal.words, retry: None };
                match refusal.again.filter(|_| attempt == 0) {
                    Some(stricter) => question = stricter,
                    None => break,
                }
            }
        }
    }
    run.store.put_impact(id, language.clone(), made_from, status.clone(), impact).await?;
    Ok(Some(status))
}
