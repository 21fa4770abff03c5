//! Requests in the shape of two model protocols go in, answers in the same shape come out: Gemini's generateContent and
//! OpenAI's chat completions. What is answered is [`crate::newsroom::scripted`]'s business.

use serde_json::{Value, json};

use crate::loopback::{Request, Response};
use crate::newsroom::scripted::Script;

/// The model that translates.
pub const TRANSLATOR: &str = "sample-translator-1";

/// The model that analyses.
pub const ANALYST: &str = "sample-analyst-1";

/// Answers `POST /v1beta/models/{model}:generateContent`.
pub fn gemini(script: &Script, request: &Request) -> Response {
    let model =
        request.path.strip_prefix("/v1beta/models/").and_then(|rest| rest.strip_suffix(":generateContent"));
    let (Some(model), "POST") = (model, request.method.as_str()) else {
        return error(404, "there is nothing here but POST /v1beta/models/{model}:generateContent");
    };
    let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let texts = asked["contents"].as_array().and_then(|turns| turns.last()).map(|turn| &turn["parts"]);
    let question: String = texts
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|part| part["text"].as_str())
        .collect();
    match script.answer(&question) {
        Err(words) => error(400, &words),
        Ok(text) => {
            let (sent, received) = (tokens(&request.body), tokens(text.as_bytes()));
            ok(&json!({
                "candidates": [{
                    "content": { "role": "model", "parts": [{ "text": text }] },
                    "finishReason": "STOP",
                    "index": 0,
                }],
                "usageMetadata": {
                    "promptTokenCount": sent,
                    "candidatesTokenCount": received,
                    "totalTokenCount": sent + received,
                },
                "modelVersion": model,
            }))
        }
    }
}

/// Answers `POST /v1/chat/completions`.
pub fn chat(script: &Script, request: &Request) -> Response {
    if request.path != "/v1/chat/completions" || request.method.as_str() != "POST" {
        return error(404, "there is nothing here but POST /v1/chat/completions");
    }
    let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let last = asked["messages"].as_array().and_then(|messages| messages.last());
    let question = last.and_then(|message| message["content"].as_str()).unwrap_or_default();
    match script.answer(question) {
        Err(words) => error(400, &words),
        Ok(text) => {
            let (sent, received) = (tokens(&request.body), tokens(text.as_bytes()));
            let id = blake3::hash(&request.body).to_hex();
            ok(&json!({
                "id": format!("chatcmpl-{}", id.get(..16).unwrap_or_default()),
                "object": "chat.completion",
                "model": asked["model"],
                "choices": [{
                    "index": 0,
                    "message": { "role": "assistant", "content": text },
                    "finish_reason": "stop",
                }],
                "usage": {
                    "prompt_tokens": sent,
                    "completion_tokens": received,
                    "total_tokens": sent + received,
                },
            }))
        }
    }
}

/// About as many tokens as a model would count: three bytes each, which suits English and Chinese alike.
fn tokens(bytes: &[u8]) -> usize {
    bytes.len().div_ceil(3)
}

fn ok(body: &Value) -> Response {
    Response::new(200, "application/json; charset=utf-8", body.to_string())
}

fn error(status: u16, words: &str) -> Response {
    let body = json!({ "error": { "code": status, "message": words, "status": "INVALID_ARGUMENT" } });
    Response::new(status, "application/json; charset=utf-8", body.to_string())
}
