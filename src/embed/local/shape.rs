//! The JSON beside a model's weights goes in; what kind of model it is and how large its parts are, all of it within
//! bounds, comes out. Layouts after Hugging Face's `config.json` and sentence-transformers' `modules.json`.

use serde_json::Value;

use crate::embed::local::LocalError;
use crate::embed::local::folder::Files;
use crate::model::vector::MAX_DIMENSIONS;

/// Tokens that are read of one text at the most, whatever the model could take: attention costs their square.
const MAX_TOKENS: usize = 512;

/// The kinds of models.
#[derive(Debug)]
pub(super) enum Shape {
    /// One vector a token: Model2Vec.
    Fixed,
    /// Layers of attention.
    Encoder(EncoderShape),
}

/// The function between the two halves of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    /// By the error function.
    Gelu,
    /// Its approximation by tanh.
    GeluTanh,
    /// Nothing below zero.
    Relu,
}

/// How the vectors of tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    /// Their mean.
    Mean,
    /// The first one's.
    First,
    /// The greatest of each coordinate.
    Greatest,
}

/// An encoder's measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct EncoderShape {
    pub(super) vocabulary: usize,
    pub(super) width: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) inner: usize,
    pub(super) positions: usize,
    /// The position of the first token: 0 for BERT, one after the padding's id for RoBERTa.
    pub(super) first_position: usize,
    pub(super) kinds: usize,
    pub(super) epsilon: f64,
    pub(super) activation: Activation,
    pub(super) pooling: Pooling,
    /// Tokens read of a text.
    pub(super) tokens: usize,
}

/// Reads the JSON files of a model.
pub(super) fn of(files: &Files) -> Result<Shape, LocalError> {
    let config: Value =
        serde_json::from_slice(&files.config).map_err(|error| files.malformed("config.json", error))?;
    let kind = config.get("model_type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "model2vec" => Ok(Shape::Fixed),
        "bert" | "xlm-roberta" | "roberta" => Ok(Shape::Encoder(encoder(files, &config, kind != "bert")?)),
        // The first versions of Model2Vec named no type.
        "" if config.get("tokenizer_name").is_some() => Ok(Shape::Fixed),
        other => {
            let other: String = other.chars().filter(|c| !c.is_control()).take(40).collect();
            Err(files.malformed(
                "config.json",
                format!("`model_type` is `{other}`; model2vec, bert, roberta and xlm-roberta are supported"),
            ))
        }
    }
}

fn encoder(files: &Files, config: &Value, roberta: bool) -> Result<EncoderShape, LocalError> {
    let wrong = |what: String| files.malformed("config.json", what);
    let number = |name: &str, most: usize| {
        let value = config.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        value
            .filter(|n| (1..=most).contains(n))
            .ok_or_else(|| wrong(format!("`{name}` must be a number from 1 to {most}")))
    };
    let (width, heads) = (number("hidden_size", MAX_DIMENSIONS)?, number("num_attention_heads", 256)?);
    if width % heads != 0 {
        return Err(wrong(format!("`hidden_size` {width} does not part into {heads} heads")));
    }
    if let Some(other) = config.get("position_embedding_type").and_then(Value::as_str)
        && other != "absolute"
    {
        return Err(wrong("`position_embedding_type` must be absolute".to_owned()));
    }
    let activation = match config.get("hidden_act").and_then(Value::as_str).unwrap_or("gelu") {
        "gelu" => Activation::Gelu,
        "gelu_new" | "gelu_pytorch_tanh" => Activation::GeluTanh,
        "relu" => Activation::Relu,
        _ => return Err(wrong("`hidden_act` must be gelu, gelu_new, gelu_pytorch_tanh or relu".to_owned())),
    };
    let positions = number("max_position_embeddings", 1 << 16)?;
    let padding = config.get("pad_token_id").and_then(Value::as_u64).unwrap_or(1) as usize;
    let first_position = if roberta { padding.min(positions) + 1 } else { 0 };
    let room = positions.saturating_sub(first_position);
    if room < 4 {
        return Err(wrong("`max_position_embeddings` leaves no room for a text".to_owned()));
    }
    let wish = files
        .more("sentence_bert_config.json")?
        .and_then(|more| usize::try_from(more.get("max_seq_length")?.as_u64()?).ok());
    let epsilon = config.get("layer_norm_eps").and_then(Value::as_f64).unwrap_or(1e-12);
    if !(0.0..0.1).contains(&epsilon) {
        return Err(wrong("`layer_norm_eps` must be small and not negative".to_owned()));
    }
    Ok(EncoderShape {
        vocabulary: number("vocab_size", 1 << 21)?,
        width,
        layers: number("num_hidden_layers", 64)?,
        heads,
        inner: number("intermediate_size", 1 << 15)?,
        positions,
        first_position,
        kinds: number("type_vocab_size", 16)?,
        epsilon,
        activation,
        pooling: pooling(files)?,
        tokens: wish.unwrap_or(MAX_TOKENS).clamp(4, MAX_TOKENS.min(room)),
    })
}

/// The pooling that `modules.json` names; the mean where there is no such file.
fn pooling(files: &Files) -> Result<Pooling, LocalError> {
    let Some(modules) = files.more("modules.json")? else { return Ok(Pooling::Mean) };
    let mut pooling = Pooling::Mean;
    for module in modules.as_array().map(Vec::as_slice).unwrap_or_default() {
        let text = |name: &str| module.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("type").rsplit('.').next().unwrap_or_default() {
            "Transformer" | "Normalize" => {}
            "Pooling" => pooling = pooling_of(files, text("path"))?,
            other => {
                let other: String = other.chars().filter(|c| c.is_alphanumeric()).take(40).collect();
                let what =
                    format!("the module `{other}` is not supported; Transformer, Pooling, Normalize are");
                return Err(files.malformed("modules.json", what));
            }
        }
    }
    Ok(pooling)
}

fn pooling_of(files: &Files, path: &str) -> Result<Pooling, LocalError> {
    // A name as sentence-transformers writes it (`1_Pooling`): nothing that leads out of the folder.
    if path.is_empty() || !path.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(files.malformed("modules.json", "`path` of the pooling must be a plain name"));
    }
    let name = format!("{path}/config.json");
    let Some(config) = files.more(&name)? else {
        return Err(files.malformed(&name, "is missing, and modules.json names it"));
    };
    let on = |mode: &str| config.get(mode).and_then(Value::as_bool).unwrap_or(false);
    let modes = [
        ("pooling_mode_mean_tokens", Pooling::Mean),
        ("pooling_mode_cls_token", Pooling::First),
        ("pooling_mode_max_tokens", Pooling::Greatest),
    ];
    let mut wanted = modes.iter().filter(|(mode, _)| on(mode)).map(|(_, pooling)| *pooling);
    match (wanted.next(), wanted.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(files.malformed(&name, "exactly one of mean, cls and max pooling must be on")),
    }
}
