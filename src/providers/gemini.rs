//! Google's generateContent: a question goes in, a request comes out; its answer goes in, a verdict comes out.
//! Shapes after ai.google.dev/api/generate-content.

use http::HeaderName;
use serde_json::{Map, Value, json};

use crate::providers::question::{AskError, AskFailure, Question};
use crate::providers::retry::{self, Reply, Verdict};
use crate::providers::secret::Secret;
use crate::providers::settings::Settings;
use crate::providers::transport::HttpAnswer;

/// The path below the base address.
pub fn path(settings: &Settings) -> String {
    let model = settings.model.strip_prefix("models/").unwrap_or(&settings.model);
    format!("models/{model}:generateContent")
}

/// The headers that carry the key.
pub fn headers(key: Option<&Secret>) -> Vec<(HeaderName, String)> {
    key.map(|key| (HeaderName::from_static("x-goog-api-key"), key.expose().to_owned())).into_iter().collect()
}

/// The request's body.
pub fn body(settings: &Settings, question: &Question) -> Value {
    let thinking = settings.thinking_tokens;
    let mut config = json!({
        "temperature": 0,
        "maxOutputTokens": question.max_output.saturating_add(thinking.unwrap_or(0)),
        "responseMimeType": "application/json",
    });
    if let Some(schema) = &question.schema {
        config["responseSchema"] = openapi(schema, 0);
    }
    if let Some(budget) = thinking {
        config["thinkingConfig"] = json!({ "thinkingBudget": budget });
    }
    json!({
        "systemInstruction": { "parts": [{ "text": question.system }] },
        "contents": [{ "role": "user", "parts": [{ "text": question.user }] }],
        "generationConfig": config,
    })
}

/// JSON Schema in the subset of OpenAPI 3.0 that `responseSchema` takes: type names in capitals, no
/// `additionalProperties`. Schemas are our own and shallow.
fn openapi(schema: &Value, depth: u32) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (name, value) in fields {
        let value = match name.as_str() {
            "additionalProperties" => continue,
            _ if depth > 12 => continue,
            "type" => Value::from(value.as_str().unwrap_or("string").to_ascii_uppercase()),
            "properties" => {
                let map = value.as_object().into_iter().flatten();
                map.map(|(key, inner)| (key.clone(), openapi(inner, depth + 1))).collect()
            }
            "items" => openapi(value, depth + 1),
            _ => value.clone(),
        };
        out.insert(name.clone(), value);
    }
    Value::Object(out)
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
    let count = |field: &str| body.pointer("/usageMetadata").and_then(|usage| usage.get(field)?.as_u64());
    let output =
        count("candidatesTokenCount").map(|n| n.saturating_add(count("thoughtsTokenCount").unwrap_or(0)));
    Verdict::Answered(Reply {
        outcome: read_text(name, &body),
        input_tokens: count("promptTokenCount"),
        // A refused prompt has no candidates and no count of them.
        output_tokens: output.or_else(|| body.pointer("/promptFeedback/blockReason").map(|_| 0)),
    })
}

fn read_text(name: &str, body: &Value) -> Result<String, AskError> {
    let error = |kind, words: String| Err(AskError::new(kind, format!("{name} {words}")));
    if let Some(reason) = body.pointer("/promptFeedback/blockReason").and_then(Value::as_str) {
        return error(AskFailure::Refused, format!("refused the text ({})", short(reason)));
    }
    let Some(candidate) = body.pointer("/candidates/0") else {
        return error(AskFailure::Unreadable, "answered without a candidate".to_owned());
    };
    match candidate.get("finishReason").and_then(Value::as_str).unwrap_or("STOP") {
        "STOP" | "FINISH_REASON_UNSPECIFIED" => {}
        "MAX_TOKENS" => return error(AskFailure::CutOff, "cut its answer off at the token limit".to_owned()),
        reason => return error(AskFailure::Refused, format!("stopped answering ({})", short(reason))),
    }
    let parts = candidate.pointer("/content/parts").and_then(Value::as_array).map(Vec::as_slice);
    let text: String = parts
        .unwrap_or_default()
        .iter()
        .filter(|part| part.get("thought").and_then(Value::as_bool) != Some(true))
        .filter_map(|part| part.get("text")?.as_str())
        .collect();
    if text.trim().is_empty() {
        error(AskFailure::Unreadable, "answered nothing".to_owned())
    } else {
        Ok(text)
    }
}

fn short(reason: &str) -> String {
    reason.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect()
}

/// What an answer that is no success means.
pub(super) fn read_error(name: &str, answer: &HttpAnswer) -> Verdict {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let details =
        body.pointer("/error/details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let field = |name: &str| details.iter().find_map(|detail| detail.get(name)?.as_str());
    let words = || format!("{name} answered {}: {}", answer.status, retry::complaint(&answer.body));
    // A bad key comes as 400 with this reason.
    if field("reason") == Some("API_KEY_INVALID") {
        return Verdict::Failed(AskError::new(AskFailure::Key, words()));
    }
    if answer.status == 429 && per_day(details) {
        return Verdict::Failed(AskError::new(AskFailure::Quota, words()));
    }
    match retry::by_status(name, answer) {
        Verdict::Wait { after, error } => {
            Verdict::Wait { after: after.or_else(|| retry::seconds(field("retryDelay")?)), error }
        }
        other => other,
    }
}

/// True where a violated quota counts by the day: waiting some seconds will not help.
fn per_day(details: &[Value]) -> bool {
    details
        .iter()
        .filter_map(|detail| detail.get("violations")?.as_array())
        .flatten()
        .filter_map(|violation| violation.get("quotaId")?.as_str())
        .any(|quota| quota.contains("PerDay"))
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

    fn kind(verdict: Verdict) -> AskFailure {
        match verdict {
            Verdict::Answered(reply) => reply.outcome.unwrap_err().kind,
            Verdict::Wait { error, .. } | Verdict::Plainer(error) | Verdict::Failed(error) => error.kind,
        }
    }

    #[test]
    fn a_question_becomes_a_request() {
        let base = "https://generativelanguage.googleapis.com/v1beta/".parse().unwrap();
        let settings = Settings::new("gemini", Protocol::Gemini, "gemini-x", base);
        let schema = json!({"type": "object", "additionalProperties": false,
            "properties": {"type": {"type": "integer"}, "list": {"type": "array", "items": {"type": "string"}}}});
        let question = Question::new(Task::Translate, 1, "S".into(), "U".into(), Some(schema), 50, 1);
        let body = body(&settings, &question);
        assert_eq!(body["systemInstruction"]["parts"][0]["text"], "S");
        assert_eq!(body["contents"][0]["parts"][0]["text"], "U");
        assert_eq!(body["generationConfig"]["maxOutputTokens"], 50);
        let sent = &body["generationConfig"]["responseSchema"];
        assert_eq!(
            sent,
            &json!({"type": "OBJECT", "properties": {"type": {"type": "INTEGER"},
                "list": {"type": "ARRAY", "items": {"type": "STRING"}}}})
        );
        assert_eq!(path(&settings), "models/gemini-x:generateContent");
    }

    #[test]
    fn an_answer_is_read_with_its_tokens() {
        let body = json!({"candidates": [{"finishReason": "STOP", "content": {"parts": [
                {"text": "hm", "thought": true}, {"text": "{\"a\":"}, {"text": "1}"}]}}],
            "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 5, "thoughtsTokenCount": 30}});
        let expected =
            Reply { outcome: Ok("{\"a\":1}".into()), input_tokens: Some(12), output_tokens: Some(35) };
        assert_eq!(read("gemini", &answer(200, &body)), Verdict::Answered(expected));
    }

    #[test]
    fn refusals_and_limits_come_in_words() {
        let blocked = json!({"promptFeedback": {"blockReason": "SAFETY"}});
        assert_eq!(kind(read("g", &answer(200, &blocked))), AskFailure::Refused);
        for (reason, expected) in [("MAX_TOKENS", AskFailure::CutOff), ("RECITATION", AskFailure::Refused)] {
            let body = json!({"candidates": [{"finishReason": reason}]});
            assert_eq!(kind(read("g", &answer(200, &body))), expected);
        }
        assert_eq!(kind(read("g", &answer(200, &json!({})))), AskFailure::Unreadable);
        let key = json!({"error": {"code": 400, "message": "API key not valid.",
            "details": [{"reason": "API_KEY_INVALID"}]}});
        assert_eq!(kind(read("g", &answer(400, &key))), AskFailure::Key);
        let day =
            json!({"error": {"details": [{"violations": [{"quotaId": "RequestsPerDayPerModel-FreeTier"}]}]}});
        assert_eq!(kind(read("g", &answer(429, &day))), AskFailure::Quota);
        let minute = json!({"error": {"message": "slow down", "details": [{"retryDelay": "28s"}]}});
        match read("g", &answer(429, &minute)) {
            Verdict::Wait { after, error } => {
                assert_eq!(after, Some(std::time::Duration::from_secs(28)));
                assert_eq!(error.words, "g answered 429: slow down");
            }
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read("g", &HttpAnswer { status, headers: http::HeaderMap::new(), body: body.into() });
        }
    }
}
