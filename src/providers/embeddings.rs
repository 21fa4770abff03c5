//! Embeddings in both protocols: a question of [`Task::Embed`](crate::providers::Task::Embed) goes in, a request comes out;
//! its answer goes in, a verdict comes out, whose text is a JSON list of vectors in the order of the question's texts.
//! Gemini's `batchEmbedContents` after ai.google.dev/api/embeddings, OpenAI's `embeddings` after
//! platform.openai.com/docs/api-reference/embeddings.

use serde_json::{Value, json};

use crate::providers::question::{AskError, AskFailure, Question};
use crate::providers::retry::{self, Reply, Verdict};
use crate::providers::settings::{Protocol, Settings};
use crate::providers::transport::HttpAnswer;
use crate::providers::{gemini, openai};

/// Bytes that the vector of one text may take in an answer: 4,096 numbers of 24 characters.
const VECTOR_BYTES: usize = 4096 * 24;
/// The longest answer that is read.
const MAX_BYTES: usize = 16 << 20;

/// The path below the base address.
pub fn path(settings: &Settings) -> String {
    match settings.protocol {
        Protocol::Gemini => {
            let model = settings.model.strip_prefix("models/").unwrap_or(&settings.model);
            format!("models/{model}:batchEmbedContents")
        }
        Protocol::OpenAi => "embeddings".to_owned(),
    }
}

/// Bytes of an answer about so many texts.
pub fn limit(texts: usize) -> usize {
    texts.saturating_mul(VECTOR_BYTES).saturating_add(64 * 1024).min(MAX_BYTES)
}

/// The request's body.
pub fn body(settings: &Settings, question: &Question) -> Value {
    let asked: Value = serde_json::from_str(&question.user).unwrap_or_default();
    let (texts, dimensions) = (asked.get("texts"), asked.get("dimensions").filter(|n| n.is_u64()));
    match settings.protocol {
        Protocol::Gemini => gemini_body(settings, texts, dimensions),
        Protocol::OpenAi => {
            let mut body = json!({ "model": settings.model, "input": texts });
            if let Some(dimensions) = dimensions {
                body["dimensions"] = dimensions.clone();
            }
            body
        }
    }
}

fn gemini_body(settings: &Settings, texts: Option<&Value>, dimensions: Option<&Value>) -> Value {
    let model = format!("models/{}", settings.model.strip_prefix("models/").unwrap_or(&settings.model));
    let requests: Vec<Value> = texts
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|text| {
            let mut one = json!({
                "model": model,
                "content": { "parts": [{ "text": text }] },
                "taskType": "SEMANTIC_SIMILARITY",
            });
            if let Some(dimensions) = dimensions {
                one["outputDimensionality"] = dimensions.clone();
            }
            one
        })
        .collect();
    json!({ "requests": requests })
}

/// What an answer means.
pub fn read(settings: &Settings, answer: &HttpAnswer) -> Verdict {
    let name = &settings.name;
    if !(200..300).contains(&answer.status) {
        let verdict = match settings.protocol {
            Protocol::Gemini => gemini::read_error(name, answer),
            Protocol::OpenAi => openai::read_error(name, answer),
        };
        return match verdict {
            // There is nothing to leave out of these requests.
            Verdict::Plainer(error) => Verdict::Failed(error),
            other => other,
        };
    }
    let (outcome, input_tokens) = match retry::json(name, &answer.body) {
        Err(error) => (Err(error), None),
        Ok(mut body) => {
            let counted = ["/usage/prompt_tokens", "/usageMetadata/promptTokenCount"];
            let tokens = counted.iter().find_map(|place| body.pointer(place)?.as_u64());
            (vectors(settings, &mut body), tokens)
        }
    };
    // A vector is no token: nothing but what was sent is paid for.
    Verdict::Answered(Reply { outcome, input_tokens, output_tokens: Some(0) })
}

fn vectors(settings: &Settings, body: &mut Value) -> Result<String, AskError> {
    let (list, field) = match settings.protocol {
        Protocol::Gemini => ("embeddings", "values"),
        Protocol::OpenAi => ("data", "embedding"),
    };
    let Some(rows) = body.get_mut(list).and_then(Value::as_array_mut) else {
        let words = body.get("error").map(|_| retry::complaint(body.to_string().as_bytes()));
        let words = words.unwrap_or_else(|| format!("no `{list}` in it"));
        let words = format!("{} answered without vectors: {words}", settings.name);
        return Err(AskError::new(AskFailure::Unreadable, words));
    };
    // A stable sort: rows without an index (Gemini's) keep their order.
    rows.sort_by_key(|row| row.get("index").and_then(Value::as_u64).unwrap_or(0));
    let vectors = rows.iter_mut().map(|row| row.get_mut(field).map_or(Value::Null, Value::take)).collect();
    Ok(Value::Array(vectors).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::question::Task;
    use proptest::prelude::*;

    fn settings(protocol: Protocol) -> Settings {
        Settings::new("e", protocol, "embedder", "http://localhost/v1/".parse().unwrap())
    }

    fn question(dimensions: &Value) -> Question {
        let user = json!({"task": "embed", "texts": ["one", "two"], "dimensions": dimensions}).to_string();
        Question::new(Task::Embed, 1, String::new(), user, None, 0, 2)
    }

    fn answer(status: u16, body: &Value) -> HttpAnswer {
        HttpAnswer { status, headers: http::HeaderMap::new(), body: body.to_string().into_bytes().into() }
    }

    #[test]
    fn each_protocol_has_its_request() {
        let openai = body(&settings(Protocol::OpenAi), &question(&Value::Null));
        assert_eq!(openai, json!({"model": "embedder", "input": ["one", "two"]}));
        assert_eq!(body(&settings(Protocol::OpenAi), &question(&json!(256)))["dimensions"], 256);
        let gemini = body(&settings(Protocol::Gemini), &question(&json!(256)));
        assert_eq!(gemini["requests"][1]["content"]["parts"][0]["text"], "two");
        assert_eq!(gemini["requests"][0]["model"], "models/embedder");
        assert_eq!(gemini["requests"][0]["outputDimensionality"], 256);
        assert_eq!(path(&settings(Protocol::Gemini)), "models/embedder:batchEmbedContents");
        assert!(limit(16) > 1 << 20 && limit(usize::MAX) == MAX_BYTES);
    }

    #[test]
    fn answers_become_vectors_in_the_order_of_the_texts() {
        let openai = json!({"data": [{"index": 1, "embedding": [0.5, 2]}, {"index": 0, "embedding": [1, 0]}],
            "usage": {"prompt_tokens": 7, "total_tokens": 7}});
        let reply = |outcome: &str, input_tokens| {
            Verdict::Answered(Reply { outcome: Ok(outcome.into()), input_tokens, output_tokens: Some(0) })
        };
        assert_eq!(
            read(&settings(Protocol::OpenAi), &answer(200, &openai)),
            reply("[[1,0],[0.5,2]]", Some(7))
        );
        let gemini = json!({"embeddings": [{"values": [1, 0]}, {"values": [0, 1]}]});
        assert_eq!(read(&settings(Protocol::Gemini), &answer(200, &gemini)), reply("[[1,0],[0,1]]", None));
    }

    #[test]
    fn refusals_are_final_and_busy_servers_are_not() {
        let of = |status, body: &Value| read(&settings(Protocol::OpenAi), &answer(status, body));
        assert!(matches!(of(400, &json!({})), Verdict::Failed(error) if error.kind == AskFailure::Rejected));
        assert!(matches!(of(503, &json!({})), Verdict::Wait { .. }));
        assert!(matches!(of(401, &json!({})), Verdict::Failed(error) if error.kind == AskFailure::Key));
        let Verdict::Answered(reply) = of(200, &json!({"error": "no such model"})) else { panic!() };
        assert!(reply.outcome.unwrap_err().words.contains("no such model"));
    }

    proptest! {
        #[test]
        fn no_body_panics(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..300)) {
            for protocol in [Protocol::OpenAi, Protocol::Gemini] {
                let answer = HttpAnswer { status, headers: http::HeaderMap::new(), body: body.clone().into() };
                let _ = read(&settings(protocol), &answer);
            }
        }
    }
}
