//! A question goes in, a settled call comes out: the core that both protocols share. One step after the other:
//! 1. a provider that stopped earlier in this run answers at once, without a call;
//! 2. the request waits for its turn (requests per minute);
//! 3. the answer is judged; busy servers are asked again, servers that refuse a part of the request more plainly;
//! 4. what was taken is counted: as the server says, or by the upper estimate.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::providers::openai::Shape;
use crate::providers::question::{AskError, AskFailure, Question, Settled};
use crate::providers::retry::{self, Reply, Verdict};
use crate::providers::secret::Secret;
use crate::providers::settings::{Protocol, Settings};
use crate::providers::transport::{HttpAnswer, HttpCall, Transport, TransportError};
use crate::providers::{gemini, openai};

/// Questions in a row that may find the provider busy or away before it is left alone for the rest of the run.
const PATIENCE: u32 = 3;

/// One provider during one run.
pub struct Provider {
    settings: Settings,
    key: Option<Secret>,
    transport: Box<dyn Transport>,
    seed: u64,
    memory: Mutex<Memory>,
}

/// What a run has learned of a provider.
struct Memory {
    /// Why no further question is asked.
    stopped: Option<AskError>,
    /// Questions in a row that came back busy or unreached.
    misses: u32,
    /// When the next request may leave, by the transport's clock.
    free_at: Duration,
    /// What the server takes (OpenAI-compatible servers alone differ).
    shape: Shape,
}

/// Counted over the requests of one question.
struct Tally {
    calls: u32,
    input: u64,
    output: u64,
}

impl Provider {
    /// A provider for one run. `seed` moves the waits of several machines apart. Where the settings name a key and none
    /// is given, every question comes back as [`AskFailure::Key`].
    pub fn new(settings: Settings, key: Option<Secret>, transport: Box<dyn Transport>, seed: u64) -> Self {
        let missing = match (&settings.key_env, &key) {
            (Some(variable), None) => Some(AskError::new(
                AskFailure::Key,
                format!(
                    "{} is off: the environment variable {variable} with its key is not set",
                    settings.name
                ),
            )),
            _ => None,
        };
        let memory = Memory { stopped: missing, misses: 0, free_at: Duration::ZERO, shape: Shape::FULL };
        Self { settings, key, transport, seed, memory: Mutex::new(memory) }
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Why no further question will be asked in this run, if so.
    pub fn stopped(&self) -> Option<AskError> {
        self.memory().stopped.clone()
    }

    /// Asks, and tells what came of it. Never fails otherwise than in [`Settled::outcome`]. Sends at most
    /// `settings.attempts` requests, and a few more to a server that first has to be asked more plainly.
    pub async fn ask(&self, question: &Question) -> Settled {
        let mut tally = Tally { calls: 0, input: 0, output: 0 };
        let outcome = match self.stopped() {
            Some(error) => Err(error),
            None => self.try_often(question, &mut tally).await,
        };
        let outcome = outcome.map_err(|error| self.redacted(error));
        if tally.calls > 0 {
            self.remember(outcome.as_ref().err());
        }
        Settled {
            key: question.key.clone(),
            task: question.task,
            provider: self.settings.name.clone(),
            model: self.settings.model.clone(),
            outcome,
            calls: tally.calls,
            input_tokens: tally.input,
            output_tokens: tally.output,
            micros: self.settings.price.micros(tally.input, tally.output),
        }
    }

    async fn try_often(&self, question: &Question, tally: &mut Tally) -> Result<String, AskError> {
        let mut tries = 0;
        loop {
            let shape = self.memory().shape;
            let call = self.call(question, shape)?;
            self.take_turn().await;
            tally.calls += 1;
            let verdict = match self.transport.post(call).await {
                Ok(answer) => self.judge(&answer),
                Err(TransportError::Unreached(words)) => {
                    let words = format!("{} is not reached: {words}", self.settings.name);
                    Verdict::Wait { after: None, error: AskError::new(AskFailure::Unreached, words) }
                }
                Err(TransportError::Lost(words)) => {
                    let words = format!("the answer of {} was lost: {words}", self.settings.name);
                    self.count(question, tally, None, None);
                    Verdict::Failed(AskError::new(AskFailure::Lost, words))
                }
            };
            match verdict {
                Verdict::Answered(Reply { outcome, input_tokens, output_tokens }) => {
                    self.count(question, tally, input_tokens, output_tokens);
                    return outcome;
                }
                Verdict::Failed(error) => return Err(error),
                Verdict::Plainer(error) => {
                    // Another question may have found the plainer shape in the meantime.
                    let mut memory = self.memory();
                    if memory.shape == shape {
                        memory.shape = shape.plainer(&error.words).ok_or(error)?;
                    }
                }
                Verdict::Wait { after, error } => {
                    tries += 1;
                    let time = after.unwrap_or_else(|| retry::backoff(tries, self.seed_of(question)));
                    if tries >= self.settings.attempts.max(1) || time > self.settings.longest_wait {
                        return Err(error);
                    }
                    self.transport.wait(time).await;
                }
            }
        }
    }

    fn call(&self, question: &Question, shape: Shape) -> Result<HttpCall, AskError> {
        let (path, headers, body) = match self.settings.protocol {
            Protocol::Gemini => (
                gemini::path(&self.settings),
                gemini::headers(self.key.as_ref()),
                gemini::body(&self.settings, question),
            ),
            Protocol::OpenAi => (
                openai::PATH.to_owned(),
                openai::headers(self.key.as_ref()),
                openai::body(&self.settings, question, shape),
            ),
        };
        let url = self.settings.address(&path).map_err(|error| {
            let words = format!("the address of {} with {path} is no address: {error}", self.settings.name);
            AskError::new(AskFailure::Setup, words)
        })?;
        // 16 bytes a token: more than any tokenizer packs into one, escapes included; the envelope on top.
        let tokens = question.max_output.saturating_add(self.settings.thinking_tokens.unwrap_or(0)) as usize;
        let limit = (64 * 1024 + tokens.saturating_mul(16)).min(4 * 1024 * 1024);
        let body = body.to_string().into_bytes();
        Ok(HttpCall { url, headers, body, timeout: self.settings.timeout, limit })
    }

    fn judge(&self, answer: &HttpAnswer) -> Verdict {
        match self.settings.protocol {
            Protocol::Gemini => gemini::read(&self.settings.name, answer),
            Protocol::OpenAi => openai::read(&self.settings.name, answer),
        }
    }

    /// Waits for this request's place in the even spacing of requests.
    async fn take_turn(&self) {
        let Some(per_minute) = self.settings.requests_per_minute else { return };
        let gap = Duration::from_secs(60) / per_minute.max(1);
        let now = self.transport.clock();
        let wait = {
            let mut memory = self.memory();
            let mine = memory.free_at.max(now);
            memory.free_at = mine + gap;
            mine.saturating_sub(now)
        };
        if !wait.is_zero() {
            self.transport.wait(wait).await;
        }
    }

    fn count(&self, question: &Question, tally: &mut Tally, input: Option<u64>, output: Option<u64>) {
        let schema = question.schema.as_ref().map_or(0, |schema| schema.to_string().len());
        let (most_in, most_out, _) =
            self.settings.upper(&question.system, &question.user, schema, question.max_output);
        tally.input = tally.input.saturating_add(input.unwrap_or(most_in));
        tally.output = tally.output.saturating_add(output.unwrap_or(most_out));
    }

    fn remember(&self, error: Option<&AskError>) {
        let mut memory = self.memory();
        let missed =
            error.is_some_and(|error| matches!(error.kind, AskFailure::Busy | AskFailure::Unreached));
        memory.misses = if missed { memory.misses + 1 } else { 0 };
        if let Some(error) = error
            && (error.stops() || memory.misses >= PATIENCE)
            && memory.stopped.is_none()
        {
            memory.stopped = Some(error.clone());
        }
    }

    fn redacted(&self, error: AskError) -> AskError {
        match &self.key {
            Some(key) => AskError { words: key.redact(&error.words), ..error },
            None => error,
        }
    }

    fn seed_of(&self, question: &Question) -> u64 {
        let digits = question.key.get(..16).unwrap_or_default();
        self.seed ^ u64::from_str_radix(digits, 16).unwrap_or(0)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing panics while it is held; were it so, the memory would still be whole.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
