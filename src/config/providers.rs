//! Providers as a person wrote them go in; how each is spoken to, with its key or why it has none, comes out.

use std::collections::HashSet;

use url::Url;

use crate::config::check::{Check, Environment, duration};
use crate::config::fault_at;
use crate::config::raw::{At, RawProvider};
use crate::net;
use crate::providers::{OverNet, Price, Protocol, Provider, Secret, Settings};

/// One provider with its key, or why it has none.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// How it is spoken to.
    pub settings: Settings,
    /// The key; in words why it is missing.
    pub key: Result<Option<Secret>, String>,
}

impl ProviderSettings {
    /// Opens it for one run.
    pub fn open(&self, network: &net::Settings) -> Result<Provider, String> {
        let key = self.key.clone()?;
        let way = OverNet::new(&self.settings.base_url, network, self.settings.timeout)
            .map_err(|error| error.to_string())?;
        Ok(Provider::new(self.settings.clone(), key, Box::new(way), network.seed))
    }
}

/// The providers of a list, each name once.
pub(super) fn listed(
    site: &mut Check<'_>,
    raw: Option<&[At<RawProvider>]>,
    environment: Environment<'_>,
) -> Vec<ProviderSettings> {
    let mut names = HashSet::new();
    let mut all = Vec::new();
    for at in raw.unwrap_or_default() {
        if !names.insert(at.value.name.clone()) {
            let what = format!("two providers are called `{}`; give each its own name", at.value.name);
            site.faults.push(fault_at(site.place, at, what));
        }
        if let Some(provider) = site.parse(at, |raw| provider(raw, environment)) {
            all.push(provider);
        }
    }
    all
}

fn provider(raw: &RawProvider, environment: Environment<'_>) -> Result<ProviderSettings, String> {
    let protocol = match raw.protocol.as_str() {
        "gemini" => Protocol::Gemini,
        "openai" => Protocol::OpenAi,
        other => return Err(format!("`{other}` is not a protocol; expected gemini or openai")),
    };
    let base_url = address(raw.base_url.as_deref().unwrap_or(usual(protocol)))?;
    let timeout = raw.timeout.as_deref().map(duration).transpose()?;
    let key = key(raw.key_env.as_deref(), &raw.name, environment);
    let mut settings = Settings::new(&raw.name, protocol, &raw.model, base_url);
    settings.key_env.clone_from(&raw.key_env);
    settings.price = Price { input: micros(raw.price.input), output: micros(raw.price.output) };
    settings.requests_per_minute = raw.requests_per_minute;
    if let Some(timeout) = timeout {
        settings.timeout = timeout;
    }
    Ok(ProviderSettings { settings, key })
}

/// Where a protocol is spoken unless `base_url` says otherwise.
pub(super) fn usual(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Gemini => "https://generativelanguage.googleapis.com/v1beta/",
        Protocol::OpenAi => "https://api.openai.com/v1/",
    }
}

/// A `base_url`.
pub(super) fn address(text: &str) -> Result<Url, String> {
    Url::parse(text).map_err(|error| format!("`{text}` is not an address: {error}"))
}

/// The key in the environment variable `variable`, none where none is named; in words why it is missing for `whom`.
pub(super) fn key(
    variable: Option<&str>,
    whom: &str,
    environment: Environment<'_>,
) -> Result<Option<Secret>, String> {
    let Some(name) = variable else { return Ok(None) };
    match environment(name).filter(|value| !value.trim().is_empty()) {
        Some(value) => Ok(Some(Secret::new(value.trim()))),
        None => Err(format!("the environment variable {name} is not set, so `{whom}` has no key.")),
    }
}

/// A price in millionths.
pub(super) fn micros(price: f64) -> u64 {
    (price.max(0.0) * 1e6) as u64
}
