//! A sentence encoder of the BERT family: a text goes in, its pooled vector comes out. After Devlin et al. 2019 (layers)
//! and Reimers, Gurevych 2019 (pooling); weights under the names of Hugging Face's `BertModel` and `XLMRobertaModel`.
//!
//! One text at a time and no padding at all, so that a text's vector depends on nothing but the text.

use std::path::PathBuf;

use candle_core::{Device, Module, Tensor, safetensors};
use candle_nn::{LayerNorm, Linear, VarBuilder, layer_norm, linear, ops};
use tokenizers::Tokenizer;

use crate::embed::local::LocalError;
use crate::embed::local::folder::Files;
use crate::embed::local::shape::{Activation, EncoderShape, Pooling};

/// An open encoder.
pub(super) struct Encoder {
    tokenizer: Tokenizer,
    shape: EncoderShape,
    /// One row a token of the vocabulary.
    words: Tensor,
    /// One row a position that can be taken, the first kind's vector added.
    places: Tensor,
    norm: LayerNorm,
    layers: Vec<Layer>,
    folder: PathBuf,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("shape", &self.shape).finish_non_exhaustive()
    }
}

/// Attention and what follows it.
struct Layer {
    heads: usize,
    activation: Activation,
    query: Linear,
    key: Linear,
    value: Linear,
    joined: Linear,
    joined_norm: LayerNorm,
    wide: Linear,
    narrow: Linear,
    norm: LayerNorm,
}

impl Encoder {
    pub(super) fn open(files: &Files, shape: EncoderShape) -> Result<Self, LocalError> {
        let mut tokenizer = Tokenizer::from_bytes(&files.tokenizer)
            .map_err(|error| files.malformed("tokenizer.json", error))?;
        // Its own padding and truncation are for training; `tokens` below cuts.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| files.malformed("tokenizer.json", error))?;
        let tensors = safetensors::load_buffer(&files.weights, &Device::Cpu)
            .map_err(|error| files.malformed("model.safetensors", error))?;
        let prefix = ["bert.", "roberta."]
            .into_iter()
            .find(|prefix| tensors.contains_key(&format!("{prefix}embeddings.word_embeddings.weight")));
        let weights = VarBuilder::from_tensors(tensors, candle_core::DType::F32, &Device::Cpu);
        let weights =
            prefix.map_or_else(|| weights.clone(), |prefix| weights.pp(prefix.trim_end_matches('.')));
        let parts = parts(&shape, &weights).map_err(|error| files.malformed("model.safetensors", error))?;
        let (words, places, norm, layers) = parts;
        let folder = files.folder().to_owned();
        Ok(Self { tokenizer, shape, words, places, norm, layers, folder })
    }

    pub(super) fn embed(&self, text: &str) -> Result<Vec<f32>, LocalError> {
        let tokens = self.tokens(text)?;
        self.pooled(&tokens).map_err(|error| self.broken(error))
    }

    /// The tokens of a text with those that the model wants around them. A long text loses its end, not its last token,
    /// which closes the text. Padding is left out by the mask, should the tokenizer insist on it.
    fn tokens(&self, text: &str) -> Result<Vec<u32>, LocalError> {
        let encoding = self.tokenizer.encode_fast(text, true).map_err(|error| self.broken(error))?;
        let mask = encoding.get_attention_mask();
        let mut tokens: Vec<u32> =
            encoding.get_ids().iter().zip(mask).filter(|(_, mask)| **mask != 0).map(|(id, _)| *id).collect();
        if tokens.len() > self.shape.tokens {
            let last = tokens.last().copied();
            tokens.truncate(self.shape.tokens - 1);
            tokens.extend(last);
        }
        if tokens.is_empty() {
            return Err(self.broken("its tokenizer makes nothing of a text"));
        }
        if let Some(odd) = tokens.iter().find(|id| **id as usize >= self.shape.vocabulary) {
            return Err(self.broken(format!("its tokenizer knows a token {odd} that it has no vector for")));
        }
        Ok(tokens)
    }

    fn pooled(&self, tokens: &[u32]) -> candle_core::Result<Vec<f32>> {
        let ids = Tensor::new(tokens, &Device::Cpu)?;
        let words = self.words.index_select(&ids, 0)?;
        let mut hidden = self.norm.forward(&(words + self.places.narrow(0, 0, tokens.len())?)?)?;
        for layer in &self.layers {
            hidden = layer.forward(&hidden)?;
        }
        match self.shape.pooling {
            Pooling::Mean => hidden.mean(0)?,
            Pooling::First => hidden.get(0)?,
            Pooling::Greatest => hidden.max(0)?,
        }
        .to_vec1()
    }

    fn broken(&self, what: impl ToString) -> LocalError {
        LocalError::Broken { path: self.folder.clone(), what: what.to_string() }
    }
}

type Parts = (Tensor, Tensor, LayerNorm, Vec<Layer>);

/// The weights in their places. Every shape is checked against the configuration by `get`.
fn parts(shape: &EncoderShape, weights: &VarBuilder<'_>) -> candle_core::Result<Parts> {
    let embeddings = weights.pp("embeddings");
    let table = |name: &str, rows: usize| embeddings.pp(name).get((rows, shape.width), "weight");
    let words = table("word_embeddings", shape.vocabulary)?;
    let kind = table("token_type_embeddings", shape.kinds)?.narrow(0, 0, 1)?;
    let places = table("position_embeddings", shape.positions)?
        .narrow(0, shape.first_position, shape.tokens)?
        .broadcast_add(&kind)?;
    let norm = layer_norm(shape.width, shape.epsilon, embeddings.pp("LayerNorm"))?;
    let layers = (0..shape.layers)
        .map(|n| Layer::load(shape, &weights.pp("encoder").pp("layer").pp(n)))
        .collect::<candle_core::Result<Vec<Layer>>>()?;
    Ok((words, places, norm, layers))
}

impl Layer {
    fn load(shape: &EncoderShape, weights: &VarBuilder<'_>) -> candle_core::Result<Self> {
        let width = shape.width;
        let own = weights.pp("attention").pp("self");
        let output = weights.pp("attention").pp("output");
        Ok(Self {
            heads: shape.heads,
            activation: shape.activation,
            query: linear(width, width, own.pp("query"))?,
            key: linear(width, width, own.pp("key"))?,
            value: linear(width, width, own.pp("value"))?,
            joined: linear(width, width, output.pp("dense"))?,
            joined_norm: layer_norm(width, shape.epsilon, output.pp("LayerNorm"))?,
            wide: linear(width, shape.inner, weights.pp("intermediate").pp("dense"))?,
            narrow: linear(shape.inner, width, weights.pp("output").pp("dense"))?,
            norm: layer_norm(width, shape.epsilon, weights.pp("output").pp("LayerNorm"))?,
        })
    }

    /// `hidden` is tokens × width, in and out.
    fn forward(&self, hidden: &Tensor) -> candle_core::Result<Tensor> {
        let attended = self.joined.forward(&self.attend(hidden)?)?;
        let hidden = self.joined_norm.forward(&(attended + hidden)?)?;
        let wide = self.wide.forward(&hidden)?;
        let wide = match self.activation {
            Activation::Gelu => wide.gelu_erf()?,
            Activation::GeluTanh => wide.gelu()?,
            Activation::Relu => wide.relu()?,
        };
        self.norm.forward(&(self.narrow.forward(&wide)? + hidden)?)
    }

    fn attend(&self, hidden: &Tensor) -> candle_core::Result<Tensor> {
        let (tokens, width) = hidden.dims2()?;
        let each = width / self.heads;
        let parted = |linear: &Linear| {
            linear.forward(hidden)?.reshape((tokens, self.heads, each))?.transpose(0, 1)?.contiguous()
        };
        let (query, key, value) = (parted(&self.query)?, parted(&self.key)?, parted(&self.value)?);
        let scores = (query.matmul(&key.transpose(1, 2)?.contiguous()?)? / (each as f64).sqrt())?;
        let mixed = ops::softmax_last_dim(&scores)?.matmul(&value)?;
        mixed.transpose(0, 1)?.contiguous()?.reshape((tokens, width))
    }
}
