//! A static model in the format of Model2Vec: a text goes in, the mean of its tokens' vectors comes out. After the
//! format's own reader: no special tokens, unknown tokens are left out; newer files weigh each token and let several
//! share a row.

use std::path::PathBuf;

use candle_core::{DType, Device, Tensor, safetensors};
use tokenizers::Tokenizer;

use crate::embed::local::LocalError;
use crate::embed::local::folder::Files;
use crate::model::vector::MAX_DIMENSIONS;

/// An open static model.
pub(super) struct Fixed {
    tokenizer: Tokenizer,
    unknown: Option<u32>,
    width: usize,
    /// One row after the other.
    rows: Vec<f32>,
    /// By token: its row; empty where token and row are the same.
    row_of: Vec<u32>,
    /// By token: its weight; empty where all weigh the same.
    weights: Vec<f32>,
    folder: PathBuf,
}

impl std::fmt::Debug for Fixed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fixed").field("width", &self.width).finish_non_exhaustive()
    }
}

impl Fixed {
    pub(super) fn open(files: &Files) -> Result<Self, LocalError> {
        let wrong = |what: String| files.malformed("model.safetensors", what);
        let tensors = safetensors::load_buffer(&files.weights, &Device::Cpu)
            .map_err(|error| wrong(error.to_string()))?;
        let table = tensors
            .get("embeddings")
            .or_else(|| tensors.get("embedding.weight"))
            .ok_or_else(|| wrong("has no tensor `embeddings`".to_owned()))?;
        let (count, width) =
            table.dims2().map_err(|_| wrong("`embeddings` must be rows of vectors".to_owned()))?;
        if count == 0 || !(1..=MAX_DIMENSIONS).contains(&width) {
            return Err(wrong(format!("`embeddings` has {count} rows of {width} dimensions")));
        }
        let numbers = |tensor: &Tensor| {
            let flat = tensor.to_dtype(DType::F32).and_then(|tensor| tensor.flatten_all()?.to_vec1::<f32>());
            flat.map_err(|error| wrong(error.to_string()))
        };
        let rows = numbers(table)?;
        let weights = tensors.get("weights").map(numbers).transpose()?.unwrap_or_default();
        let row_of = match tensors.get("mapping") {
            None => Vec::new(),
            Some(mapping) => {
                let places = mapping.to_dtype(DType::U32).and_then(|tensor| tensor.flatten_all()?.to_vec1());
                places.map_err(|error| wrong(error.to_string()))?
            }
        };
        let mut tokenizer = Tokenizer::from_bytes(&files.tokenizer)
            .map_err(|error| files.malformed("tokenizer.json", error))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| files.malformed("tokenizer.json", error))?;
        let unknown = ["[UNK]", "<unk>"].iter().find_map(|token| tokenizer.token_to_id(token));
        let folder = files.folder().to_owned();
        Ok(Self { tokenizer, unknown, width, rows, row_of, weights, folder })
    }

    /// The weighted mean of the tokens' vectors; zeros where no token is known.
    pub(super) fn embed(&self, text: &str) -> Result<Vec<f32>, LocalError> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(|error| self.broken(error))?;
        let mut sum = vec![0.0_f32; self.width];
        let mut seen = 0.0_f32;
        for token in encoding.get_ids().iter().filter(|token| Some(**token) != self.unknown) {
            let row = if self.row_of.is_empty() { Some(token) } else { self.row_of.get(*token as usize) };
            let start = row.and_then(|row| (*row as usize).checked_mul(self.width));
            let Some(row) = start.and_then(|start| self.rows.get(start..start.checked_add(self.width)?))
            else {
                continue;
            };
            let weight = self.weights.get(*token as usize).copied().unwrap_or(1.0);
            sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += weight * number);
            seen += 1.0;
        }
        if seen > 0.0 {
            for number in &mut sum {
                *number /= seen;
            }
        }
        Ok(sum)
    }

    fn broken(&self, what: impl ToString) -> LocalError {
        LocalError::Broken { path: self.folder.clone(), what: what.to_string() }
    }
}
