//! The section `embeddings` of site.yaml: what is written goes in; who makes vectors, and how texts are read for it, comes
//! out, or every fault with its place.

use std::path::PathBuf;

use crate::config::check::{Check, Environment};
use crate::config::providers::{ProviderSettings, address, key, micros, usual};
use crate::config::raw::{At, RawEmbeddings, RawSimilar};
use crate::config::{Fault, fault_at};
use crate::embed::{self, Local};
use crate::events::Mode;
use crate::model::vector::MAX_DIMENSIONS;
use crate::providers;

/// The most texts of one request: what Gemini takes.
const MAX_BATCH: u32 = 100;

/// Who turns texts into vectors, and how texts are read for it.
#[derive(Debug, Clone)]
pub struct Embeddings {
    /// Who.
    pub maker: Maker,
    /// How.
    pub settings: embed::Settings,
}

/// Who makes vectors.
#[derive(Debug, Clone)]
pub enum Maker {
    /// A server.
    Provider(Box<ProviderSettings>),
    /// A model in a folder.
    Folder(PathBuf),
}

impl Embeddings {
    /// In words why nothing can be embedded now; `None` where all is well as far as the configuration tells.
    pub fn missing(&self) -> Option<&str> {
        match &self.maker {
            Maker::Provider(provider) => provider.key.as_ref().err().map(String::as_str),
            Maker::Folder(_) => None,
        }
    }
}

/// What is off, in words for the status page.
pub(super) fn off(embeddings: Option<&Embeddings>) -> Option<String> {
    let Some(embeddings) = embeddings else {
        return Some("Semantic similarity is off: no embedding model is configured; keywords and symbols are compared.".to_owned());
    };
    embeddings.missing().map(|why| format!("Semantic similarity is off: {why}"))
}

/// The mode in force: as configured; hybrid where somebody makes vectors, keywords otherwise. Wanting vectors that nobody
/// makes is a fault, but for a key that is missing today.
pub(super) fn mode(
    check: &mut Check<'_>,
    at: Option<&At<RawSimilar>>,
    wanted: Option<Mode>,
    embeddings: Option<&Embeddings>,
) -> Mode {
    let usable = embeddings.is_some_and(|embeddings| embeddings.missing().is_none());
    if let (Some(at), Some(mode @ (Mode::Semantic | Mode::Hybrid)), None) = (at, wanted, embeddings) {
        let what = format!("`similar: {}` compares embeddings; add a section `embeddings`", mode.word());
        check.faults.push(fault_at(check.place, at, what));
    }
    match (usable, wanted) {
        (true, None) => Mode::Hybrid,
        (true, Some(mode)) => mode,
        (false, _) => Mode::Keywords,
    }
}

/// Resolves the section; `None` where it names nobody, or where a fault was found.
pub(super) fn resolve(
    check: &mut Check<'_>,
    raw: &RawEmbeddings,
    environment: Environment<'_>,
) -> Option<Embeddings> {
    let Some(provider) = &raw.provider else {
        for at in [&raw.model, &raw.base_url, &raw.folder].into_iter().flatten().take(1) {
            let what = "`embeddings` needs a `provider`: gemini, openai or local";
            check.faults.push(fault_at(check.place, at, what));
        }
        return None;
    };
    let settings = settings(check, raw);
    let maker = match provider.value.as_str() {
        "gemini" => remote(check, raw, provider, providers::Protocol::Gemini, environment),
        "openai" => remote(check, raw, provider, providers::Protocol::OpenAi, environment),
        "local" => folder(check, raw, provider).map(Maker::Folder),
        other => {
            let what = format!("`{other}` makes no embeddings; expected gemini, openai or local");
            check.faults.push(fault_at(check.place, provider, what));
            None
        }
    };
    Some(Embeddings { maker: maker?, settings })
}

fn settings(check: &mut Check<'_>, raw: &RawEmbeddings) -> embed::Settings {
    let default = embed::Settings::default();
    let dimensions = raw.dimensions.as_ref().and_then(|at| {
        check.parse(at, |n| match usize::from(*n) {
            1..=MAX_DIMENSIONS => Ok(*n),
            _ => Err(format!("`dimensions` must be from 1 to {MAX_DIMENSIONS}")),
        })
    });
    let batch = raw.batch.as_ref().and_then(|at| {
        check.parse(at, |n| match n {
            1..=MAX_BATCH => Ok(*n),
            _ => Err(format!("`batch` must be from 1 to {MAX_BATCH}")),
        })
    });
    embed::Settings {
        dimensions,
        multilingual: raw.multilingual.unwrap_or(default.multilingual),
        prefix: raw.prefix.clone().unwrap_or(default.prefix).chars().take(200).collect(),
        per_run: raw.per_run.unwrap_or(default.per_run),
        batch: batch.unwrap_or(default.batch),
    }
}

fn remote(
    check: &mut Check<'_>,
    raw: &RawEmbeddings,
    provider: &At<String>,
    protocol: providers::Protocol,
    environment: Environment<'_>,
) -> Option<Maker> {
    let base = match &raw.base_url {
        None => address(usual(protocol)).ok(),
        Some(at) => check.parse(at, |text| address(text)),
    };
    let timeout = check
        .duration(raw.timeout.as_ref(), providers::Settings::new("", protocol, "", base.clone()?).timeout);
    let Some(model) = raw.model.as_ref().filter(|at| !at.value.trim().is_empty()) else {
        let what = format!("`embeddings` by {} needs a `model`", provider.value);
        check.faults.push(fault_at(check.place, provider, what));
        return None;
    };
    let mut settings = providers::Settings::new(&provider.value, protocol, model.value.trim(), base?);
    settings.key_env.clone_from(&raw.key_env);
    settings.price.input = micros(raw.price.unwrap_or_default());
    settings.requests_per_minute = raw.requests_per_minute;
    settings.timeout = timeout;
    let key = key(raw.key_env.as_deref(), "embeddings", environment);
    Some(Maker::Provider(Box::new(ProviderSettings { settings, key })))
}

fn folder(check: &mut Check<'_>, raw: &RawEmbeddings, provider: &At<String>) -> Option<PathBuf> {
    let mut fault = |at: &At<String>, what: String| {
        let fault: Fault = fault_at(check.place, at, what);
        check.faults.push(fault);
    };
    if !Local::built() {
        fault(provider, embed::LocalError::NotBuilt.to_string());
        return None;
    }
    let Some(at) = &raw.folder else {
        fault(
            provider,
            "`embeddings` by a local model needs its `folder` (docs/embeddings.md tells how to fetch one)"
                .to_owned(),
        );
        return None;
    };
    let folder = PathBuf::from(&at.value);
    match Local::look(&folder) {
        Ok(()) => Some(folder),
        Err(error) => {
            fault(at, error.to_string());
            None
        }
    }
}
