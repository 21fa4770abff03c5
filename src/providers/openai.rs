//! Chat completions as OpenAI, Grok, DeepSeek, vLLM, Ollama and llama.cpp speak them: a question goes in, a request
//! comes out; its answer goes in, a verdict comes out. Servers differ in what they take, so the request has a [`Shape`].

use http::HeaderName;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::providers::question::{AskError, AskFailure, Question};
use crate::providers::retry::{self, Reply, Verdict};
use crate::providers::secret::Secret;
use crate::providers::settings::Settings;
use crate::providers::transport::HttpAnswer;

/// The path below the base address.
pub const PATH: &str = "chat/completions";

/// How the answer's form is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// By JSON Schema.
    Schema,
    /// As any JSON object.
    Object,
    /// Only by the words of the prompt.
    Words,
}

/// The parts of a request that some servers refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How the answer's form is asked for.
    pub form: Form,
    /// `max_completion_tokens` in place of `max_tokens`, as newer OpenAI models want it.
    pub completion_tokens: bool,
    /// Send `temperature`; some reasoning models refuse it.
    pub temperature: bool,
}

impl Shape {
    /// What every server should take.
    pub const FULL: Self = Self { form: Form::Schema, completion_tokens: false, temperature: true };

    /// The next plainer shape for a server that complained in these words; `None` where nothing is left to leave out.
    /// Ends after at most four steps, as every step leaves something out for good.
    pub fn plainer(self, complaint: &str) -> Option<Self> {
        let names = |word: &str| complaint.contains(word);
        if names("max_completion_tokens") && !self.completion_tokens {
            return Some(Self { completion_tokens: true, ..self });
        }
        if names("temperature") && self.temperature {
            return Some(Self { temperature: false, ..self });
        }
        let form = match self.form {
            Form::Schema => Form::Object,
            Form::Object => Form::Words,
            Form::Words => return None,
        };
        Some(Self { form, ..self })
    }
}

/// The headers that carry the key.
pub fn headers(key: Option<&Secret>) -> Vec<(HeaderName, String)> {
    key.map(|key| (AUTHORIZATION, format!("Bearer {}", key.expose()))).into_iter().collect()
}

/// The request's body.
pub fn body(settings: &Settings, question: &Question, shape: Shape) -> Value {
    let mut body = json!({
        "model": settings.model,
        "messages": [
            { "role": "system", "content": question.system },
            { "role": "user", "content": question.user },
        ],
    });
    if shape.temperature {
        body["temperature"] = json!(0);
    }
    let limit = if shape.completion_tokens { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = json!(question.max_output.saturating_add(settings.thinking_tokens.unwrap_or(0)));
    if let Some(schema) = &question.schema {
        match shape.form {
            Form::Schema => {
                let named = json!({ "name": "answer", "strict": true, "schema": schema });
                body["response_format"] = json!({ "type": "json_schema", "json_schema": named });
            }
            Form::Object => body["response_format"] = json!({ "type": "json_object" }),
            Form::Words => {}
        }
    }
    body
}

/// What an answer means.
pub fn read(name: &str, answer: &HttpAnswer) -> Verdict {
    if !(200..300).contains(&answer.status) {
        return read_error(name, answer);
    }
    let body = match retry::json(name, &answer.body) {
        Ok(body) => body,
        Err(error) => {
            return Verdict::Answered(Reply { outcome: Err(error), input_tokens: None, output_tokens: None });
        }
    };
    let count = |field: &str| body.get("usage").and_then(|usage| usage.get(field)?.as_u64());
    Verdict::Answered(Reply {
        outcome: read_text(name, &body),
        input_tokens: count("prompt_tokens"),
        output_tokens: count("completion_tokens"),
    })
}

fn read_text(name: &str, body: &Value) -> Result<String, AskError> {
    let error = |kind, words: String| Err(AskError::new(kind, format!("{name} {words}")));
    let Some(choice) = body.pointer("/choices/0") else {
        // Some gateways answer 200 with an error in it.
        let words = body.get("error").map(|_| retry::complaint(body.to_string().as_bytes()));
        let words = words.unwrap_or_else(|| "no choice in it".to_owned());
        return error(AskFailure::Unreadable, format!("answered without an answer: {words}"));
    };
    let message = choice.get("message").unwrap_or(&Value::Null);
    if let Some(words) = message.get("refusal").and_then(Value::as_str) {
        let words: String = words.chars().filter(|c| !c.is_control()).take(160).collect();
        return error(AskFailure::Refused, format!("refused: {words}"));
    }
    match choice.get("finish_reason").and_then(Value::as_str).unwrap_or("stop") {
        "length" => return error(AskFailure::CutOff, "cut its answer off at the token limit".to_owned()),
        "content_filter" => {
            return error(AskFailure::Refused, "stopped answering (content filter)".to_owned());
        }
        _ => {}
    }
    let text = match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => String::new(),
    };
    let text = without_thoughts(&text).trim();
    if text.is_empty() {
        return error(AskFailure::Unreadable, "answered nothing".to_owned());
    }
    Ok(text.to_owned())
}

/// Local servers leave a reasoning model's thoughts at the start of the answer.
fn without_thoughts(text: &str) -> &str {
    let start = text.trim_start();
    if start.starts_with("<think>") {
        start.split_once("</think>").map_or("", |(_, rest)| rest)
    } else {
        text
    }
}

/// What an answer that is no success means.
pub(super) fn read_error(name: &str, answer: &HttpAnswer) -> Verdict {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let code = body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default();
    let kind = body.pointer("/error/type").and_then(Value::as_str).unwrap_or_default();
    let error = |failure| {
        let words = format!("{name} answered {}: {}", answer.status, retry::complaint(&answer.body));
        AskError::new(failure, words)
    };
    match (answer.status, code) {
        (429, _) if code == "insufficient_quota" || kind == "insufficient_quota" => {
            Verdict::Failed(error(AskFailure::Quota))
        }
        (_, "invalid_api_key") => Verdict::Failed(error(AskFailure::Key)),
        (_, "model_not_found") => Verdict::Failed(error(AskFailure::Setup)),
        (_, "context_length_exceeded") => Verdict::Failed(error(AskFailure::Rejected)),
        (400 | 422, _) => Verdict::Plainer(error(AskFailure::Rejected)),
        _ => retry::by_status(name, answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::question::Task;
    use crate::providers::settings::Protocol;
    use proptest::prelude::*;

    fn answer(status: u16, body: &Value) -> HttpAnswer {
        HttpAnswer { status, headers: http::HeaderMap::new(), body: body.to_string().into_bytes().into() }
    }

    fn failure(status: u16, body: &Value) -> AskFailure {
        match read("o", &answer(status, body)) {
            Verdict::Answered(reply) => reply.outcome.unwrap_err().kind,
            Verdict::Wait { error, .. } | Verdict::Plainer(error) | Verdict::Failed(error) => error.kind,
        }
    }

    #[test]
    fn requests_get_plainer_until_nothing_is_left() {
        let settings = Settings::new("o", Protocol::OpenAi, "m", "http://localhost/v1".parse().unwrap());
        let question = Question::new(Task::Analyze, 1, "S".into(), "U".into(), Some(json!({})), 9, 1);
        let full = body(&settings, &question, Shape::FULL);
        assert_eq!(full["response_format"]["json_schema"]["strict"], true);
        assert_eq!((&full["max_tokens"], &full["temperature"]), (&json!(9), &json!(0)));
        let mut shape = Shape::FULL;
        let mut steps = 0;
        while let Some(next) = shape.plainer("use max_completion_tokens; temperature is not supported") {
            shape = next;
            steps += 1;
        }
        assert_eq!(steps, 4);
        let plain = body(&settings, &question, shape);
        assert_eq!(plain["max_completion_tokens"], 9);
        assert!(plain.get("response_format").is_none() && plain.get("temperature").is_none());
    }

    #[test]
    fn answers_are_read_with_their_tokens() {
        let body = json!({"choices": [{"finish_reason": "stop",
                "message": {"content": "<think>long</think>\n{\"a\":1}"}}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 4}});
        let reply = Reply { outcome: Ok("{\"a\":1}".into()), input_tokens: Some(3), output_tokens: Some(4) };
        assert_eq!(read("o", &answer(200, &body)), Verdict::Answered(reply));
    }

    #[test]
    fn failures_are_told_apart() {
        let choice =
            |finish: &str| json!({"choices": [{"finish_reason": finish, "message": {"content": "{"}}]});
        assert_eq!(failure(200, &choice("length")), AskFailure::CutOff);
        assert_eq!(failure(200, &choice("content_filter")), AskFailure::Refused);
        let refusal = json!({"choices": [{"message": {"refusal": "I will not"}}]});
        assert_eq!(failure(200, &refusal), AskFailure::Refused);
        assert_eq!(failure(200, &json!({"error": {"message": "upstream"}})), AskFailure::Unreadable);
        assert_eq!(failure(429, &json!({"error": {"code": "insufficient_quota"}})), AskFailure::Quota);
        assert_eq!(failure(429, &json!({"error": {"code": "rate_limit_exceeded"}})), AskFailure::Busy);
        assert_eq!(failure(401, &json!({})), AskFailure::Key);
        assert_eq!(failure(402, &json!({})), AskFailure::Quota);
        assert_eq!(failure(404, &json!({"error": "model not found"})), AskFailure::Setup);
        assert!(matches!(read("o", &answer(400, &json!({}))), Verdict::Plainer(_)));
    }

    proptest! {
        #[test]
        fn no_body_panics(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read("o", &HttpAnswer { status, headers: http::HeaderMap::new(), body: body.into() });
        }
    }
}
