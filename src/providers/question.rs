//! What is asked of a provider and what came back, as values that can be stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::status::Status;
use crate::model::translation::Maker;

/// What a question is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Segments of an article into another language.
    Translate,
    /// What an article means for the assets it names.
    Analyze,
    /// A vector of a text.
    Embed,
}

impl Task {
    /// The word used in reports, keys and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Translate => "translate",
            Self::Analyze => "analyze",
            Self::Embed => "embed",
        }
    }
}

/// One question, the same for every provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// BLAKE3 (hex) over everything below but the counts: the same question has the same key, in any run.
    pub key: String,
    /// What it is for.
    pub task: Task,
    /// Instructions; never holds text from outside.
    pub system: String,
    /// The question itself: a JSON object as text; text from outside stands in it as data.
    pub user: String,
    /// JSON Schema of the answer.
    pub schema: Option<Value>,
    /// Tokens that the answer may have.
    pub max_output: u32,
    /// How many segments it asks about, for reports.
    pub segments: usize,
}

impl Question {
    /// A question with its key. `version` is the version of the asking room's prompts and checks.
    pub fn new(
        task: Task,
        version: u32,
        system: String,
        user: String,
        schema: Option<Value>,
        max_output: u32,
        segments: usize,
    ) -> Self {
        let mut hasher = blake3::Hasher::new();
        let schema_text = schema.as_ref().map(Value::to_string).unwrap_or_default();
        for part in [task.word(), &version.to_string(), &system, &user, &schema_text] {
            // Lengths in front, so that no two different lists of parts hash alike.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let key = hasher.finalize().to_hex().to_string();
        Self { key, task, system, user, schema, max_output, segments }
    }
}

/// How a call can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskFailure {
    /// The provider's quota or credit is used up: no more questions in this run.
    Quota,
    /// The key is missing or refused: no more questions in this run.
    Key,
    /// The provider asks for patience for longer than this run waits.
    Busy,
    /// No connection came about; nothing was billed.
    Unreached,
    /// The connection or the answer was lost on the way; it may have been billed, and is booked as if it was.
    Lost,
    /// The provider does not know the model or the address: a fault of the configuration.
    Setup,
    /// The provider refused this very request.
    Rejected,
    /// The model or the provider's filter would not answer this question.
    Refused,
    /// The answer was longer than allowed.
    CutOff,
    /// The answer's envelope could not be understood.
    Unreadable,
}

/// A call that brought no answer, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{words}")]
pub struct AskError {
    /// What kind of failure.
    pub kind: AskFailure,
    /// What happened, in words for a report or a page; names the provider, never a key.
    pub words: String,
}

impl AskError {
    /// An error from its parts.
    pub fn new(kind: AskFailure, words: impl Into<String>) -> Self {
        Self { kind, words: words.into() }
    }

    /// True where asking the same question again would bring the same: the call is an answer, to be stored like one.
    pub fn settles(&self) -> bool {
        use AskFailure as F;
        matches!(self.kind, F::Rejected | F::Refused | F::CutOff | F::Unreadable)
    }

    /// True where no further question will fare better in this run.
    pub fn stops(&self) -> bool {
        matches!(self.kind, AskFailure::Quota | AskFailure::Key | AskFailure::Setup)
    }

    /// The status of what was asked for.
    pub fn status(&self) -> Status {
        let why = self.words.clone();
        match self.kind {
            AskFailure::Key => Status::Off { why },
            AskFailure::Quota | AskFailure::Busy | AskFailure::Unreached | AskFailure::Lost => {
                Status::Pending { why, retry: None }
            }
            _ => Status::Failed { why, retry: None },
        }
    }
}

/// A call that is over: to be stored before its answer is used. Times are the caller's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The question's key.
    pub key: String,
    /// What it was for.
    pub task: Task,
    /// The provider as configured.
    pub provider: String,
    /// The model that was asked.
    pub model: String,
    /// The answer's text, or why there is none.
    pub outcome: Result<String, AskError>,
    /// Requests that were sent for it.
    pub calls: u32,
    /// Tokens sent, as the provider counts; an upper estimate where it does not.
    pub input_tokens: u64,
    /// Tokens received, likewise.
    pub output_tokens: u64,
    /// In millionths of the budget's currency.
    pub micros: u64,
}

impl Settled {
    /// True where the question need not be asked again.
    pub fn is_final(&self) -> bool {
        self.outcome.as_ref().map_or_else(AskError::settles, |_| true)
    }

    /// What translate and analyze take: the outcome with its maker; `at` is when the call was settled.
    pub fn answer(&self, at: Timestamp) -> Answer {
        Answer {
            key: self.key.clone(),
            outcome: self.outcome.clone(),
            by: Maker { provider: self.provider.clone(), model: self.model.clone() },
            at,
        }
    }
}

/// A settled call as the asking room sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The question's key.
    pub key: String,
    /// The answer's text, or why there is none.
    pub outcome: Result<String, AskError>,
    /// Who answered.
    pub by: Maker,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(system: &str, user: &str) -> Question {
        Question::new(Task::Translate, 1, system.into(), user.into(), None, 10, 1)
    }

    #[test]
    fn a_key_tells_questions_apart() {
        assert_eq!(question("a", "b").key, question("a", "b").key);
        assert_ne!(question("a", "b").key, question("ab", "").key);
        assert_eq!(question("a", "b").key.len(), 64);
    }

    #[test]
    fn only_definite_failures_settle_a_question() {
        for (kind, settles, word) in [
            (AskFailure::Quota, false, "pending"),
            (AskFailure::Key, false, "off"),
            (AskFailure::Lost, false, "pending"),
            (AskFailure::Refused, true, "failed"),
            (AskFailure::Setup, false, "failed"),
        ] {
            let error = AskError::new(kind, "x");
            assert_eq!((error.settles(), error.status().word()), (settles, word), "{kind:?}");
        }
    }
}
