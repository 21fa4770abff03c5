//! One provider as it is configured.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::providers::tokens;

/// The wire protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Google's generateContent.
    Gemini,
    /// Chat completions as OpenAI, Grok, DeepSeek, vLLM and Ollama speak them.
    OpenAi,
}

/// What tokens cost, in millionths of the budget's currency per million tokens (so 1 dollar per million is 1,000,000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Price {
    /// Per million tokens sent.
    pub input: u64,
    /// Per million tokens received.
    pub output: u64,
}

impl Price {
    /// The price of a call in micros, rounded up, so that many small calls cannot slip below the ceiling.
    pub fn micros(self, input_tokens: u64, output_tokens: u64) -> u64 {
        let part = |price: u64, tokens: u64| u128::from(price) * u128::from(tokens);
        let sum = part(self.input, input_tokens).saturating_add(part(self.output, output_tokens));
        u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

/// One provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// As configured and as pages name it: `gemini`, `grok` …
    pub name: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The model, as the provider calls it.
    pub model: String,
    /// The address up to and including the version, as in `https://api.x.ai/v1/`.
    pub base_url: Url,
    /// The environment variable that holds the key; `None`: no key is sent.
    pub key_env: Option<String>,
    /// What tokens cost; zero for a server of one's own.
    pub price: Price,
    /// At most so many requests a minute, evenly spaced.
    pub requests_per_minute: Option<u32>,
    /// The longest that one call may take.
    pub timeout: Duration,
    /// How often one question is sent at most while the provider is busy or not reached; at least 1.
    pub attempts: u32,
    /// The longest that a provider's own wish (Retry-After) is waited for; a longer one ends this run's questions.
    pub longest_wait: Duration,
    /// Tokens that a reasoning model may think with, on top of the answer; `None`: the provider's default, none reserved.
    pub thinking_tokens: Option<u32>,
}

impl Settings {
    /// A provider with usual limits: no price, no pace, 120 s, 4 attempts, waits up to 60 s.
    pub fn new(name: &str, protocol: Protocol, model: &str, base_url: Url) -> Self {
        Self {
            name: name.to_owned(),
            protocol,
            model: model.to_owned(),
            base_url,
            key_env: None,
            price: Price::default(),
            requests_per_minute: None,
            timeout: Duration::from_mins(2),
            attempts: 4,
            longest_wait: Duration::from_mins(1),
            thinking_tokens: None,
        }
    }

    /// An upper estimate of what a question with these texts may cost: `(input tokens, output tokens, micros)`.
    pub fn upper(&self, system: &str, user: &str, schema: usize, max_output: u32) -> (u64, u64, u64) {
        // 64: roles, names and separators that a server puts around the two texts.
        let input = tokens::upper(system) + tokens::upper(user) + (schema as u64).div_ceil(2) + 64;
        let output = u64::from(max_output) + u64::from(self.thinking_tokens.unwrap_or(0));
        (input, output, self.price.micros(input, output))
    }

    /// `base_url` with `path` below it; `path` is relative and percent-encoded where it must be.
    pub fn address(&self, path: &str) -> Result<Url, url::ParseError> {
        let mut base = self.base_url.clone();
        if !base.path().ends_with('/') {
            let longer = format!("{}/", base.path());
            base.set_path(&longer);
        }
        // `models/x:generateContent` has a colon in it; the `./` keeps it from being read as a scheme.
        base.join(&format!("./{path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_round_up() {
        let price = Price { input: 75_000, output: 300_000 };
        assert_eq!(price.micros(0, 0), 0);
        assert_eq!(price.micros(1, 0), 1);
        assert_eq!(price.micros(1_000_000, 1_000_000), 375_000);
        assert_eq!(Price { input: u64::MAX, output: u64::MAX }.micros(u64::MAX, u64::MAX), u64::MAX);
    }

    #[test]
    fn addresses_stand_below_the_base() {
        for base in ["http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1/"] {
            let settings = Settings::new("x", Protocol::Gemini, "m", base.parse().unwrap());
            let url = settings.address("models/m:generateContent").unwrap();
            assert_eq!(url.as_str(), "http://127.0.0.1:9/v1/models/m:generateContent");
        }
    }
}
