//! A question goes in, a settled call comes out: the core that both protocols share. One step after the other:
//! 1. a provider that stopped earlier in this run answers at once, without a call;
//! 2. the request waits for its turn (requests per minute);
//! 3. the answer is judged; busy servers are asked again, servers that refuse a part of the request more plainly;
//! 4. what was taken is counted: as the server says, or by the upper estimate.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::providers::openai::Shape;
use crate::providers::question::{AskError, AskFailure, Question, Settled, Task};
use crate::providers::retry::{self, Reply, Verdict};
use crate::providers::secret::Secret;
use crate::providers::settings::{Protocol, Settings};
use crate::providers::transport::{HttpAnswer, HttpCall, Transport, TransportError};
use crate::providers::{embeddings, gemini, openai};

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
                Ok(answer) => self.judge(question, &answer),
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
        let headers = match self.settings.protocol {
            Protocol::Gemini => gemini::headers(self.key.as_ref()),
            Protocol::OpenAi => openai::headers(self.key.as_ref()),
        };
        let (path, body) = match (question.task, self.settings.protocol) {
            (Task::Embed, _) => {
                (embeddings::path(&self.settings), embeddings::body(&self.settings, question))
            }
            (_, Protocol::Gemini) => (gemini::path(&self.settings), gemini::body(&self.settings, question)),
            (_, Protocol::OpenAi) => (openai::PATH.to_owned(), openai::body(&self.settings, question, shape)),
        };
        let url = self.settings.address(&path).map_err(|error| {
            let words = format!("the address of {} with {path} is no address: {error}", self.settings.name);
            AskError::new(AskFailure::Setup, words)
        })?;
        // 16 bytes a token: more than any tokenizer packs into one, escapes included; the envelope on top.
        let tokens = question.max_output.saturating_add(self.settings.thinking_tokens.unwrap_or(0)) as usize;
        let limit = match question.task {
            Task::Embed => embeddings::limit(question.segments),
            _ => (64 * 1024 + tokens.saturating_mul(16)).min(4 * 1024 * 1024),
        };
        let body = body.to_string().into_bytes();
        Ok(HttpCall { url, headers, body, timeout: self.settings.timeout, limit })
    }

    fn judge(&self, question: &Question, answer: &HttpAnswer) -> Verdict {
        match (question.task, self.settings.protocol) {
            (Task::Embed, _) => embeddings::read(&self.settings, answer),
            (_, Protocol::Gemini) => gemini::read(&self.settings.name, answer),
            (_, Protocol::OpenAi) => openai::read(&self.settings.name, answer),
        }
    }

    /// Waits for this request's place in the even spacing of requests.
    async fn take_turn(&self) {
        let Some(per_minute) = self.settings.requests_per_minute else { return };
        let gap = Duration::from_mins(1) / per_minute.max(1);
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

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;

    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;
    use serde_json::json;

    use super::*;
    use crate::providers::question::Task;
    use crate::providers::settings::Price;

    /// Plays prepared answers and keeps what was asked; waiting moves its clock.
    #[derive(Default)]
    struct Stage {
        answers: Mutex<VecDeque<Result<HttpAnswer, TransportError>>>,
        bodies: Mutex<Vec<serde_json::Value>>,
        headers: Mutex<Vec<String>>,
        waits: Mutex<Vec<Duration>>,
    }

    struct Way(Arc<Stage>);

    impl Transport for Way {
        fn post(&self, call: HttpCall) -> BoxFuture<'_, Result<HttpAnswer, TransportError>> {
            self.0.bodies.lock().unwrap().push(serde_json::from_slice(&call.body).unwrap());
            self.0
                .headers
                .lock()
                .unwrap()
                .extend(call.headers.iter().map(|(name, value)| format!("{name}: {value}")));
            let answer = self.0.answers.lock().unwrap().pop_front().expect("an answer is prepared");
            async move { answer }.boxed()
        }

        fn wait(&self, time: Duration) -> BoxFuture<'_, ()> {
            self.0.waits.lock().unwrap().push(time);
            async {}.boxed()
        }

        fn clock(&self) -> Duration {
            self.0.waits.lock().unwrap().iter().sum()
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape of a list of prepared answers")]
    fn http(status: u16, body: &serde_json::Value) -> Result<HttpAnswer, TransportError> {
        Ok(HttpAnswer { status, headers: http::HeaderMap::new(), body: body.to_string().into_bytes().into() })
    }

    fn said(text: &str) -> Result<HttpAnswer, TransportError> {
        http(
            200,
            &json!({"choices": [{"message": {"content": text}}], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}),
        )
    }

    fn settings() -> Settings {
        let base = "http://127.0.0.1:9/v1/".parse().unwrap();
        let mut settings = Settings::new("grok", Protocol::OpenAi, "m", base);
        settings.price = Price { input: 1_000_000, output: 2_000_000 };
        settings.key_env = Some("GROK_KEY".to_owned());
        settings
    }

    fn play(
        settings: Settings,
        answers: Vec<Result<HttpAnswer, TransportError>>,
        questions: usize,
    ) -> (Vec<Settled>, Arc<Stage>, Provider) {
        let stage = Arc::new(Stage { answers: Mutex::new(answers.into()), ..Stage::default() });
        let key = settings.key_env.is_some().then(|| Secret::new("sk-verysecret"));
        let provider = Provider::new(settings, key, Box::new(Way(stage.clone())), 7);
        let mut settled = Vec::new();
        for n in 0..questions {
            let schema = Some(json!({"type": "object"}));
            let question = Question::new(Task::Analyze, 1, "S".into(), format!("U{n}"), schema, 100, 1);
            settled.push(provider.ask(&question).now_or_never().expect("nothing really waits"));
        }
        (settled, stage, provider)
    }

    #[test]
    fn an_answer_is_priced_by_the_servers_count() {
        let (settled, stage, _) = play(settings(), vec![said("{}")], 1);
        let call = &settled[0];
        assert_eq!(call.outcome.as_deref(), Ok("{}"));
        assert_eq!((call.calls, call.input_tokens, call.output_tokens, call.micros), (1, 10, 5, 20));
        assert_eq!(*stage.headers.lock().unwrap(), ["authorization: Bearer sk-verysecret"]);
    }

    #[test]
    fn busy_servers_are_asked_again_and_then_left_alone() {
        let busy = || http(503, &json!({"error": {"message": "overloaded"}}));
        let (settled, stage, _) = play(settings(), vec![busy(), busy(), said("{}")], 1);
        assert!(settled[0].outcome.is_ok());
        assert_eq!((settled[0].calls, stage.waits.lock().unwrap().len()), (3, 2));
        let answers = (0..12).map(|_| busy()).collect();
        let (settled, stage, provider) = play(settings(), answers, 5);
        // Four tries for each of three questions; the last two were not sent at all, and cost nothing.
        assert_eq!(settled.iter().map(|call| call.calls).collect::<Vec<_>>(), [4, 4, 4, 0, 0]);
        assert!(
            settled
                .iter()
                .all(|call| call.outcome.as_ref().unwrap_err().kind == AskFailure::Busy && call.micros == 0)
        );
        assert!(provider.stopped().is_some() && stage.answers.lock().unwrap().is_empty());
    }

    #[test]
    fn a_long_retry_after_is_not_sat_out() {
        let mut answer = http(429, &json!({"error": "slow down"})).unwrap();
        answer.headers.insert("retry-after", "3600".parse().unwrap());
        let (settled, stage, _) = play(settings(), vec![Ok(answer)], 1);
        assert_eq!(settled[0].outcome.as_ref().unwrap_err().kind, AskFailure::Busy);
        assert!(stage.waits.lock().unwrap().is_empty());
    }

    #[test]
    fn a_bad_key_ends_the_run_and_is_never_repeated_in_words() {
        let bad = http(401, &json!({"error": {"message": "Incorrect API key provided: sk-verysecret"}}));
        let (settled, _, _) = play(settings(), vec![bad], 2);
        for call in &settled {
            let error = call.outcome.as_ref().unwrap_err();
            assert_eq!(error.kind, AskFailure::Key);
            assert!(error.words.contains("[key]") && !error.words.contains("sk-"), "{}", error.words);
        }
        assert_eq!((settled[0].calls, settled[1].calls), (1, 0));
        let missing = Provider::new(settings(), None, Box::new(Way(Arc::default())), 7);
        assert!(missing.stopped().unwrap().words.contains("GROK_KEY"));
    }

    #[test]
    fn servers_that_take_less_are_asked_more_plainly() {
        let refuse = |words: &str| http(400, &json!({"error": {"message": words}}));
        let answers = vec![
            refuse("response_format json_schema is not supported"),
            refuse("use max_completion_tokens"),
            said("{}"),
            said("{}"),
        ];
        let (settled, stage, _) = play(settings(), answers, 2);
        assert!(settled.iter().all(|call| call.outcome.is_ok()));
        let bodies = stage.bodies.lock().unwrap();
        let kinds: Vec<_> =
            bodies.iter().map(|body| body["response_format"]["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["json_schema", "json_object", "json_object", "json_object"]);
        assert_eq!(bodies[3]["max_completion_tokens"], 100);
    }

    #[test]
    fn a_lost_answer_is_booked_as_paid_and_not_sent_again() {
        let lost = Err(TransportError::Lost("timed out".into()));
        let (settled, _, _) = play(settings(), vec![lost], 1);
        assert_eq!(settled[0].outcome.as_ref().unwrap_err().kind, AskFailure::Lost);
        assert!(settled[0].calls == 1 && settled[0].micros >= 200 && !settled[0].is_final());
        let away = || Err(TransportError::Unreached("connection refused".into()));
        let (settled, _, _) = play(settings(), vec![away(), said("{}")], 1);
        assert!(settled[0].outcome.is_ok() && settled[0].input_tokens == 10);
    }

    #[test]
    fn requests_are_spaced_evenly() {
        let mut settings = settings();
        settings.requests_per_minute = Some(30);
        let (_, stage, _) = play(settings, vec![said("{}"), said("{}"), said("{}")], 3);
        assert_eq!(*stage.waits.lock().unwrap(), [Duration::from_secs(2), Duration::from_secs(2)]);
    }

    #[test]
    fn gemini_is_spoken_to_with_its_own_header() {
        let mut settings = settings();
        settings.protocol = Protocol::Gemini;
        let body = json!({"candidates": [{"finishReason": "STOP", "content": {"parts": [{"text": "{}"}]}}]});
        let (settled, stage, _) = play(settings, vec![http(200, &body)], 1);
        assert!(settled[0].outcome.is_ok());
        // No usage in the answer: the upper estimate is booked.
        assert!(settled[0].input_tokens > 64 && settled[0].output_tokens == 100);
        assert_eq!(*stage.headers.lock().unwrap(), ["x-goog-api-key: sk-verysecret"]);
    }
}
