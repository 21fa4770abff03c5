//! Texts go in, a question to a provider comes out; its answer goes in, checked vectors come out. A vector is known by
//! the hash of its text, its model and its dimensions, so that nothing is asked or paid for twice.

use serde_json::json;

use crate::model::vector::{MAX_DIMENSIONS, Vector};
use crate::providers::{Question, Task};

/// Changes whenever the same text would be embedded otherwise.
pub const VERSION: u32 = 1;

/// Who makes vectors, as far as they depend on it: vectors of different makers are never compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Model(String);

impl Model {
    /// A model behind an address: protocol, the model's name there, the dimensions asked for.
    pub fn remote(protocol: &str, model: &str, dimensions: Option<u16>) -> Self {
        let dimensions = dimensions.map_or_else(|| "all".to_owned(), |n| n.to_string());
        Self(format!("{protocol} {model} {dimensions}"))
    }

    /// A model in a folder: the hash of its files.
    pub fn local(print: &str) -> Self {
        Self(format!("local {print}"))
    }

    /// Its name in the state.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key of a text's vector: 32 hex digits of the BLAKE3 hash over version, model (with its dimensions) and text.
pub fn key(model: &Model, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [VERSION.to_string().as_str(), model.as_str(), text] {
        // Lengths in front, so that no two different lists of parts hash alike.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().as_str().get(..32).unwrap_or_default().to_owned()
}

/// One question about several texts.
pub fn question(texts: &[&str], dimensions: Option<u16>) -> Question {
    let user = json!({ "task": "embed", "texts": texts, "dimensions": dimensions }).to_string();
    Question::new(Task::Embed, VERSION, String::new(), user, None, 0, texts.len())
}

/// Why an answer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbelievable {
    /// It is not a list of lists of numbers.
    #[error("the answer is not a list of vectors")]
    Shape,
    /// More or fewer vectors than texts.
    #[error("{got} vectors came back for {wanted} texts")]
    Count {
        /// Texts asked about.
        wanted: usize,
        /// Vectors that came back.
        got: usize,
    },
    /// The vectors are not as wide as asked for, or differ among each other.
    #[error("a vector has {got} dimensions, {wanted} were expected (`embeddings.dimensions`)")]
    Width {
        /// Dimensions expected.
        wanted: usize,
        /// Dimensions that it has.
        got: usize,
    },
    /// A vector that points nowhere.
    #[error("a vector is empty, all zero, not finite, or has more than {MAX_DIMENSIONS} dimensions")]
    Nowhere,
}

/// The vectors of an answer to [`question`], in the order of its texts.
pub fn accept(answer: &str, texts: usize, dimensions: Option<u16>) -> Result<Vec<Vector>, Unbelievable> {
    let rows: Vec<Vec<f32>> = serde_json::from_str(answer).map_err(|_| Unbelievable::Shape)?;
    if rows.len() != texts {
        return Err(Unbelievable::Count { wanted: texts, got: rows.len() });
    }
    let wanted = dimensions.map_or_else(|| rows.first().map_or(0, Vec::len), usize::from);
    rows.iter()
        .map(|row| {
            if row.len() != wanted {
                return Err(Unbelievable::Width { wanted, got: row.len() });
            }
            Vector::from_floats(row).ok_or(Unbelievable::Nowhere)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_tells_text_model_and_dimensions_apart() {
        let small = Model::remote("gemini", "m", Some(256));
        let whole = Model::remote("gemini", "m", None);
        assert_eq!(key(&small, "a"), key(&small, "a"));
        let keys = [key(&small, "a"), key(&whole, "a"), key(&small, "b"), key(&Model::local("x"), "a")];
        let all: std::collections::HashSet<&String> = keys.iter().collect();
        assert_eq!((all.len(), keys[0].len()), (4, 32));
    }

    #[test]
    fn only_whole_answers_are_believed() {
        assert_eq!(accept("[[1,0],[0,2]]", 2, Some(2)).unwrap().len(), 2);
        assert_eq!(accept("[[1,0]]", 2, None), Err(Unbelievable::Count { wanted: 2, got: 1 }));
        assert_eq!(accept("[[1,0],[1]]", 2, None), Err(Unbelievable::Width { wanted: 2, got: 1 }));
        assert_eq!(accept("[[1,0]]", 1, Some(3)), Err(Unbelievable::Width { wanted: 3, got: 2 }));
        assert_eq!(accept("[[0,0]]", 1, None), Err(Unbelievable::Nowhere));
        assert_eq!(accept("{\"a\":1}", 1, None), Err(Unbelievable::Shape));
    }

    #[test]
    fn texts_stand_in_a_question_as_data() {
        let question = question(&["a \"quoted\" text", "比特幣"], Some(128));
        let user: serde_json::Value = serde_json::from_str(&question.user).unwrap();
        assert_eq!(user["texts"][0], "a \"quoted\" text");
        assert_eq!((&user["dimensions"], question.segments, question.max_output), (&json!(128), 2, 0));
    }

    proptest! {
        #[test]
        fn no_answer_panics(answer in "[\\[\\]0-9e,.\\-]{0,60}|.{0,60}", texts in 0_usize..4) {
            let _ = accept(&answer, texts, None);
        }
    }
}
