//! A run foretold: configuration and state go in; what a run now would fetch and ask, in calls, tokens and price, comes
//! out. Nothing is fetched, asked or changed.

use std::fmt;

use jiff::Timestamp;

use crate::config::embeddings::Maker;
use crate::config::providers::ProviderSettings;
use crate::config::settings::Settings;
use crate::model::block;
use crate::pipeline::gather::lists;
use crate::pipeline::read::turns;
use crate::pipeline::votes;
use crate::providers::Question;
use crate::store::{Store, StoreError};
use crate::{analyze, embed, translate};

/// Articles whose questions are drafted to estimate the rest by.
const SAMPLED: usize = 50;

/// What a run would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outlook {
    /// Sources that are due.
    pub sources_due: usize,
    /// Sources configured.
    pub sources: usize,
    /// Articles that wait to be read, not counting those that sources will announce.
    pub to_read: usize,
    /// Articles whose counters would be asked for at their portals.
    pub articles_to_count: usize,
    /// Pages of issues that readers vote on, at least.
    pub pages_to_count: usize,
    /// One line a task and provider.
    pub asks: Vec<Ask>,
}

/// What one task would ask of its first provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// `translate into zh-Hant`, `analyze`.
    pub task: String,
    /// The provider.
    pub provider: String,
    /// Articles that wait.
    pub articles: usize,
    /// Calls.
    pub calls: u64,
    /// Tokens, an upper estimate.
    pub tokens: u64,
    /// Price in millionths, an upper estimate.
    pub micros: u64,
}

impl fmt::Display for Outlook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "would ask {} of {} sources (the others are not due)", self.sources_due, self.sources)?;
        writeln!(f, "would read {} articles that wait, and those that the sources announce", self.to_read)?;
        if self.articles_to_count > 0 {
            writeln!(f, "would ask for {} articles' counters at their portals", self.articles_to_count)?;
        }
        if self.pages_to_count > 0 {
            writeln!(f, "would ask for {} pages of readers' votes on GitHub", self.pages_to_count)?;
        }
        for ask in &self.asks {
            writeln!(
                f,
                "would {} for {} articles at {}: about {} calls, {} tokens, {:.4}",
                ask.task,
                ask.articles,
                ask.provider,
                ask.calls,
                ask.tokens,
                ask.micros as f64 / 1e6
            )?;
        }
        if self.asks.is_empty() {
            writeln!(f, "would ask no provider")?;
        }
        Ok(())
    }
}

/// Foretells a run at `now`.
pub async fn outlook(settings: &Settings, store: &Store, now: Timestamp) -> Result<Outlook, StoreError> {
    let settings = &lists::grown(settings, store).await?;
    let states = store.source_states().await?;
    let due = settings.sources.iter().filter(|source| {
        let state = states.get(&source.source.id).filter(|state| state.asked == source.fingerprint());
        source.address.is_ok()
            && state.is_none_or(|state| !state.gone && state.next.is_none_or(|next| next <= now))
    });
    let mut outlook = Outlook {
        sources_due: due.count(),
        sources: settings.sources.len(),
        to_read: turns::plan(store.waiting(now).await?, settings, |_| settings.network.host_delay).now.len(),
        articles_to_count: 0,
        pages_to_count: 0,
        asks: Vec::new(),
    };
    (outlook.articles_to_count, outlook.pages_to_count) = votes::foretold(settings, store, now).await?;
    if let Some(provider) = settings.translate.first() {
        for language in &settings.editions {
            let waiting: Vec<_> = store
                .translation_candidates(language.clone())
                .await?
                .into_iter()
                .filter(|one| one.language.as_ref().is_some_and(|own| !language.reads(own)))
                .filter(|one| one.state.as_deref().is_none_or(|state| state == "pending"))
                .map(|one| one.id)
                .collect();
            let mut questions = Vec::new();
            for id in waiting.iter().take(SAMPLED) {
                let Some(article) = store.article(id.clone()).await? else { continue };
                let job = translate::Job {
                    title: &article.title,
                    blocks: &article.blocks,
                    from: article.language.as_ref(),
                    to: language,
                    memory: &settings.memory,
                    glossary: &settings.glossary,
                    now,
                    max_segment_chars: translate::MAX_SEGMENT_CHARS,
                };
                questions.extend(translate::ask(&job).questions);
            }
            let task = format!("translate into {language}");
            outlook.asks.extend(estimate(task, provider, waiting.len(), &questions));
        }
    }
    if let Some(provider) = settings.analyze.first() {
        let language = settings.analysis_language();
        let waiting: Vec<_> = store
            .impact_candidates(language.clone())
            .await?
            .into_iter()
            .filter(|one| one.state.as_deref().is_none_or(|state| state == "pending"))
            .map(|one| one.id)
            .collect();
        let mut questions = Vec::new();
        for id in waiting.iter().take(SAMPLED) {
            let Some(article) = store.article(id.clone()).await? else { continue };
            let job = analyze::Job {
                title: &article.title,
                blocks: &article.blocks,
                language: article.language.as_ref(),
                symbols: &[],
                edition: language,
            };
            questions.push(analyze::ask(&job));
        }
        outlook.asks.extend(estimate("analyze".to_owned(), provider, waiting.len(), &questions));
    }
    outlook.asks.extend(embeddings(settings, store).await?);
    Ok(outlook)
}

/// What embedding would ask of its server: one question a batch of articles that have no vector for their text.
async fn embeddings(settings: &Settings, store: &Store) -> Result<Option<Ask>, StoreError> {
    let Some(one) = &settings.embeddings else { return Ok(None) };
    let Maker::Provider(provider) = &one.maker else { return Ok(None) };
    let language = settings.analysis_language();
    let candidates = store.embedding_candidates(language.as_str().to_owned()).await?;
    let mut waiting: Vec<_> =
        candidates.into_iter().filter(|one| one.made_from.is_none()).map(|one| one.id).collect();
    waiting.truncate(one.settings.per_run as usize);
    let mut texts = Vec::new();
    for id in waiting.iter().take(SAMPLED) {
        let Some(article) = store.article(id.clone()).await? else { continue };
        texts.push(embed::reading(&article.title, &block::plain_text(&article.blocks)));
    }
    let questions: Vec<Question> = texts
        .chunks(one.settings.batch.max(1) as usize)
        .map(|batch| {
            embed::question(&batch.iter().map(String::as_str).collect::<Vec<_>>(), one.settings.dimensions)
        })
        .collect();
    Ok(estimate("embed".to_owned(), provider, waiting.len(), &questions))
}

/// The sample's questions, scaled up to all articles that wait; nothing where none waits.
fn estimate(task: String, provider: &ProviderSettings, articles: usize, sample: &[Question]) -> Option<Ask> {
    let sampled = articles.min(SAMPLED);
    if sampled == 0 {
        return None;
    }
    let scale = |n: u64| n.saturating_mul(articles as u64) / sampled as u64;
    let (mut tokens, mut micros) = (0_u64, 0_u64);
    for question in sample {
        let schema = question.schema.as_ref().map_or(0, |schema| schema.to_string().len());
        let (input, output, price) =
            provider.settings.upper(&question.system, &question.user, schema, question.max_output);
        tokens = tokens.saturating_add(input).saturating_add(output);
        micros = micros.saturating_add(price);
    }
    Some(Ask {
        task,
        provider: provider.settings.name.clone(),
        articles,
        calls: scale(sample.len() as u64),
        tokens: scale(tokens),
        micros: scale(micros),
    })
}
