//! An answer's status, headers and body go in, a decision comes out: answered, wait and ask again, ask more plainly, or
//! give up. Decides, does no IO, reads no clock.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use jiff::Timestamp;
use serde_json::Value;

use crate::providers::question::{AskError, AskFailure};
use crate::providers::transport::HttpAnswer;

/// What an HTTP answer means.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The model was asked; what it said, or why it would not.
    Answered(Reply),
    /// Not now. `after` is the server's wish.
    Wait {
        /// How long the server wants us to wait.
        after: Option<Duration>,
        /// What to say if there is no further try.
        error: AskError,
    },
    /// The server does not take a part of the request that can be left out.
    Plainer(AskError),
    /// No answer, and none to be had by asking again in this run.
    Failed(AskError),
}

/// What a model said, with the counted tokens where the server tells them.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The text, or why there is none.
    pub outcome: Result<String, AskError>,
    /// Tokens sent.
    pub input_tokens: Option<u64>,
    /// Tokens received, those of hidden thinking included.
    pub output_tokens: Option<u64>,
}

/// Longest piece of a server's complaint that is passed on, in characters.
const MAX_WORDS: usize = 240;

/// A JSON body, or the words for there being none.
pub fn json(name: &str, body: &[u8]) -> Result<Value, AskError> {
    serde_json::from_slice(body).map_err(|error| {
        AskError::new(AskFailure::Unreadable, format!("{name} answered something that is not JSON ({error})"))
    })
}

/// The complaint in an error answer: `error.message`, `error`, `message`, `detail`, or the start of the body; printable
/// characters only.
pub fn complaint(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let object = value.as_array().and_then(|list| list.first()).unwrap_or(&value);
    let text =
        [object.pointer("/error/message"), object.get("error"), object.get("message"), object.get("detail")]
            .into_iter()
            .flatten()
            .find_map(Value::as_str);
    let raw = String::from_utf8_lossy(body.get(..2000).unwrap_or(body)).into_owned();
    let mut words = String::new();
    for word in text.unwrap_or(&raw).split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().filter(|c| !c.is_control()));
        if words.len() > MAX_WORDS * 4 {
            break;
        }
    }
    words.chars().take(MAX_WORDS).collect()
}

/// How long the server wants us to wait: Retry-After in seconds or as a date (measured against the answer's own Date, so
/// that clocks need not agree), or `retry-after-ms` as some servers of the OpenAI family send it.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(millis) = text("retry-after-ms").and_then(|value| value.parse::<u64>().ok()) {
        return Some(Duration::from_millis(millis));
    }
    let wish = text(RETRY_AFTER.as_str())?;
    if let Some(time) = seconds(wish) {
        return Some(time);
    }
    let until = http_date(wish)?;
    let sent = text(DATE.as_str()).and_then(http_date)?;
    Some(Duration::from_secs(until.as_second().saturating_sub(sent.as_second()).max(0).unsigned_abs()))
}

/// Seconds with an optional fraction and an optional `s`, as in Retry-After and in Google's RetryInfo (`28s`, `0.5s`).
pub fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.trim().strip_suffix('s').unwrap_or(text.trim()).parse().ok()?;
    Duration::try_from_secs_f64(number).ok()
}

fn http_date(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix("GMT").map_or_else(|| text.to_owned(), |start| format!("{start}+0000"));
    Timestamp::strptime("%a, %d %b %Y %H:%M:%S %z", text.trim()).ok()
}

/// What any status but 2xx means where the protocol knows nothing better.
pub fn by_status(name: &str, answer: &HttpAnswer) -> Verdict {
    let words = format!("{name} answered {}: {}", answer.status, complaint(&answer.body));
    let error = |kind| AskError::new(kind, words.clone());
    match answer.status {
        401 | 403 => Verdict::Failed(error(AskFailure::Key)),
        402 => Verdict::Failed(error(AskFailure::Quota)),
        // A redirect is never followed with a key: the configured address is wrong.
        300..=399 | 404 | 405 | 410 => Verdict::Failed(error(AskFailure::Setup)),
        // 529 is what overloaded servers of some providers answer.
        408 | 409 | 425 | 429 | 500 | 502 | 503 | 504 | 529 => {
            Verdict::Wait { after: retry_after(&answer.headers), error: error(AskFailure::Busy) }
        }
        _ => Verdict::Failed(error(AskFailure::Rejected)),
    }
}

/// The wait before try number `tries + 1`: 1, 2, 4 … seconds, at most 32, each between half and the whole of it, as
/// `seed` decides ("full jitter" halved, so that a wait is never nothing).
pub fn backoff(tries: u32, seed: u64) -> Duration {
    let whole = 1000_u64 << tries.saturating_sub(1).min(5);
    let half = whole / 2;
    Duration::from_millis(half + mix(seed ^ u64::from(tries)) % half.max(1))
}

/// `SplitMix64`'s finaliser (Steele, Lea, Flood 2014): every bit of the input moves every bit of the output.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_servers_wish_is_read_in_all_its_forms() {
        let of = |pairs: &[(&'static str, &str)]| retry_after(&headers(pairs)).map(|time| time.as_millis());
        assert_eq!(of(&[("retry-after", "7")]), Some(7000));
        assert_eq!(of(&[("retry-after-ms", "250"), ("retry-after", "9")]), Some(250));
        let date = ("date", "Mon, 23 Nov 2026 10:00:00 GMT");
        assert_eq!(of(&[date, ("retry-after", "Mon, 23 Nov 2026 10:01:30 GMT")]), Some(90_000));
        assert_eq!(of(&[("retry-after", "soon")]), None);
        assert_eq!(of(&[("retry-after", "-5")]), None);
        assert_eq!(seconds("28s"), Some(Duration::from_secs(28)));
        assert_eq!(seconds("1e400"), None);
    }

    #[test]
    fn complaints_are_short_and_printable() {
        assert_eq!(complaint(br#"{"error":{"message":"no\u0007 such\nmodel"}}"#), "no such model");
        assert_eq!(complaint(br#"{"error":"plain"}"#), "plain");
        assert_eq!(complaint(br#"[{"error":{"message":"listed"}}]"#), "listed");
        assert_eq!(complaint(b"<html>  oops"), "<html> oops");
        assert_eq!(complaint("あ".repeat(9000).as_bytes()).chars().count(), MAX_WORDS);
    }

    #[test]
    fn waits_grow_and_differ_by_seed_alone() {
        assert_eq!(backoff(1, 5), backoff(1, 5));
        for tries in 1..12 {
            let whole = 1000_u128 << (tries - 1).min(5);
            let time = backoff(tries, 42).as_millis();
            assert!((whole / 2..whole).contains(&time), "{tries}: {time}");
        }
    }
}
