//! Local models: small ones written here, with every fault that their files can have, and a real encoder where the
//! environment names one (`NEWSMILL_ENCODER`).

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::vector::Vector;

/// A safetensors file: the length of a JSON header, the header, the numbers.
fn weights(tensors: &[(String, Vec<usize>, Vec<f32>)]) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data: Vec<u8> = Vec::new();
    for (name, shape, numbers) in tensors {
        let start = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        header.insert(
            name.clone(),
            json!({"dtype": "F32", "shape": shape, "data_offsets": [start, data.len()]}),
        );
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    [(header.len() as u64).to_le_bytes().to_vec(), header, data].concat()
}

/// A tokenizer of whole words that pads every text to 32 tokens, as real ones do.
fn tokenizer(words: &[&str]) -> Value {
    let vocabulary: serde_json::Map<String, Value> =
        words.iter().enumerate().map(|(id, word)| ((*word).to_owned(), json!(id))).collect();
    json!({
        "version": "1.0",
        "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 32}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
            "pad_type_id": 0, "pad_token": "[UNK]"},
        "added_tokens": [], "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    })
}

const WORDS: [&str; 4] = ["[UNK]", "rates", "rise", "fall"];

fn put(folder: &Path, config: &Value, tokenizer: &Value, weights: &[u8]) {
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    fs::write(folder.join("model.safetensors"), weights).unwrap();
}

fn fixed(folder: &Path) {
    let rows = vec![9.0, 9.0, 1.0, 0.0, 0.0, 1.0, 0.0, -1.0];
    let weights = weights(&[("embeddings".to_owned(), vec![4, 2], rows)]);
    put(folder, &json!({"model_type": "model2vec"}), &tokenizer(&WORDS), &weights);
}

fn encoder_config() -> Value {
    json!({"model_type": "bert", "hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": 1,
        "intermediate_size": 8, "max_position_embeddings": 12, "type_vocab_size": 2, "vocab_size": 4,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12})
}

/// A tiny encoder whose weights are small waves.
fn encoder(folder: &Path) {
    let mut tensors = Vec::new();
    let mut add = |name: &str, shape: &[usize]| {
        let at = tensors.len() as f32;
        let numbers =
            (0..shape.iter().product::<usize>()).map(|n| ((n as f32) * 0.7 + at).sin() * 0.5).collect();
        tensors.push((name.to_owned(), shape.to_vec(), numbers));
    };
    add("embeddings.word_embeddings.weight", &[4, 4]);
    add("embeddings.position_embeddings.weight", &[12, 4]);
    add("embeddings.token_type_embeddings.weight", &[2, 4]);
    let mut pair = |name: &str, out: usize, input: Option<usize>| {
        let shape: Vec<usize> = std::iter::once(out).chain(input).collect();
        add(&format!("{name}.weight"), &shape);
        add(&format!("{name}.bias"), &[out]);
    };
    pair("embeddings.LayerNorm", 4, None);
    for (name, out, input) in [
        ("attention.self.query", 4, Some(4)),
        ("attention.self.key", 4, Some(4)),
        ("attention.self.value", 4, Some(4)),
        ("attention.output.dense", 4, Some(4)),
        ("attention.output.LayerNorm", 4, None),
        ("intermediate.dense", 8, Some(4)),
        ("output.dense", 4, Some(8)),
        ("output.LayerNorm", 4, None),
    ] {
        pair(&format!("encoder.layer.0.{name}"), out, input);
    }
    put(folder, &encoder_config(), &tokenizer(&WORDS), &weights(&tensors));
}

fn edited(folder: &Path, name: &str, edit: impl FnOnce(&mut Value)) {
    let path = folder.join(name);
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

#[test]
fn a_static_model_gives_the_mean_of_known_words() {
    let folder = tempfile::tempdir().unwrap();
    fixed(folder.path());
    let model = Local::open(folder.path()).unwrap();
    assert_eq!(model.embed("Rates rise").unwrap(), [0.5, 0.5]);
    assert_eq!(model.embed("rates unheard-of").unwrap(), [1.0, 0.0], "what is unknown counts for nothing");
    assert_eq!(model.embed("whatever").unwrap(), [0.0, 0.0]);
    assert_eq!(model.embed("").unwrap(), [0.0, 0.0]);
}

#[test]
fn static_models_may_share_rows_and_weigh_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let rows = weights(&[
        ("embeddings".to_owned(), vec![2, 2], vec![1.0, 0.0, 0.0, 1.0]),
        ("mapping".to_owned(), vec![4], vec![0.0, 0.0, 1.0, 1.0]),
        ("weights".to_owned(), vec![4], vec![1.0, 1.0, 0.5, 1.0]),
    ]);
    put(folder.path(), &json!({"model_type": "model2vec"}), &tokenizer(&WORDS), &rows);
    let model = Local::open(folder.path()).unwrap();
    assert_eq!(model.embed("rates rise").unwrap(), [0.5, 0.25]);
    assert_eq!(model.embed("rates fall").unwrap(), [0.5, 0.5]);
}

#[test]
fn neither_padding_nor_what_came_before_changes_a_vector() {
    let folder = tempfile::tempdir().unwrap();
    encoder(folder.path());
    let padding = Local::open(folder.path()).unwrap();
    let alone = padding.embed("rates rise").unwrap();
    padding.embed("fall fall fall fall fall").unwrap();
    assert_eq!(padding.embed("rates rise").unwrap(), alone);
    edited(folder.path(), "tokenizer.json", |value| value["padding"] = Value::Null);
    let plain = Local::open(folder.path()).unwrap();
    assert_eq!(plain.embed("rates rise").unwrap(), alone);
    assert_ne!(plain.embed("rates fall").unwrap(), alone);
    assert_ne!(plain.print(), padding.print(), "other files are another model");
    // Far more words than positions: cut, not refused.
    assert_eq!(plain.embed(&"rates ".repeat(90)).unwrap().len(), 4);
}

#[test]
fn pooling_is_as_the_modules_say() {
    let folder = tempfile::tempdir().unwrap();
    encoder(folder.path());
    let mean = Local::open(folder.path()).unwrap().embed("rates rise").unwrap();
    let modules = |kind: &str| {
        json!([{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "1_Pooling", "type": format!("sentence_transformers.models.{kind}")}])
    };
    fs::create_dir(folder.path().join("1_Pooling")).unwrap();
    let mut seen = vec![mean.clone()];
    for mode in ["pooling_mode_mean_tokens", "pooling_mode_cls_token", "pooling_mode_max_tokens"] {
        fs::write(folder.path().join("modules.json"), modules("Pooling").to_string()).unwrap();
        fs::write(folder.path().join("1_Pooling/config.json"), json!({ mode: true }).to_string()).unwrap();
        seen.push(Local::open(folder.path()).unwrap().embed("rates rise").unwrap());
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[1] != seen[2] && seen[2] != seen[3] && seen[1] != seen[3]);
    fs::write(folder.path().join("modules.json"), modules("Dense").to_string()).unwrap();
    assert!(Local::open(folder.path()).unwrap_err().to_string().contains("Dense"));
    let outside = json!([{"path": "../other", "type": "sentence_transformers.models.Pooling"}]);
    fs::write(folder.path().join("modules.json"), outside.to_string()).unwrap();
    assert!(Local::open(folder.path()).unwrap_err().to_string().contains("plain name"));
}

#[test]
fn a_folder_without_a_model_is_told_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Local::look(folder.path()).unwrap_err().to_string().contains("config.json"));
    fixed(folder.path());
    fs::remove_file(folder.path().join("tokenizer.json")).unwrap();
    assert!(Local::open(folder.path()).unwrap_err().to_string().contains("tokenizer.json"));
}

#[test]
fn impossible_configurations_are_errors() {
    let cases: [(&str, Value, &str); 9] = [
        ("num_attention_heads", json!(0), "num_attention_heads"),
        ("num_attention_heads", json!(3), "does not part"),
        ("hidden_size", json!(1u64 << 40), "hidden_size"),
        ("hidden_size", json!(-4), "hidden_size"),
        ("num_hidden_layers", json!(1_000_000), "num_hidden_layers"),
        ("num_hidden_layers", json!(2), "layer.1"),
        ("vocab_size", json!(5), "word_embeddings"),
        ("hidden_act", json!("swish"), "hidden_act"),
        ("model_type", json!("llama\u{7}"), "`llama`"),
    ];
    for (key, value, word) in cases {
        let folder = tempfile::tempdir().unwrap();
        encoder(folder.path());
        edited(folder.path(), "config.json", |config| config[key] = value);
        let said = Local::open(folder.path()).unwrap_err().to_string();
        assert!(said.contains(word), "{key}: {said}");
    }
}

#[test]
fn a_token_without_a_vector_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    encoder(folder.path());
    edited(folder.path(), "tokenizer.json", |value| value["model"]["vocab"]["fall"] = json!(900));
    let model = Local::open(folder.path()).unwrap();
    assert!(model.embed("rates fall").unwrap_err().to_string().contains("900"));
    assert!(model.embed("rates rise").is_ok());
    assert!(model.embed("").is_err(), "no token at all");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn damaged_files_never_panic(file in 0_usize..3, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(), text in ".{0,40}") {
        let folder = tempfile::tempdir().unwrap();
        if at.index(2) == 0 { fixed(folder.path()) } else { encoder(folder.path()) }
        let path = folder.path().join(["config.json", "tokenizer.json", "model.safetensors"][file]);
        let mut bytes = fs::read(&path).unwrap();
        let place = at.index(bytes.len());
        if cut { bytes.truncate(place) } else { bytes[place] = byte }
        fs::write(&path, bytes).unwrap();
        if let Ok(model) = Local::open(folder.path()) {
            let _ = model.embed(&text);
        }
    }
}

/// The real encoder (all-MiniLM-L6-v2), where the environment names its folder.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn real() -> Option<Local> {
    let Some(folder) = std::env::var_os("NEWSMILL_ENCODER") else {
        eprintln!("skipped: NEWSMILL_ENCODER names no folder with a model");
        return None;
    };
    Some(Local::open(&PathBuf::from(folder)).unwrap())
}

#[test]
fn a_real_encoder_agrees_with_its_reference() {
    let Some(model) = real() else { return };
    let made = model.embed("The central bank raised interest rates by half a point.").unwrap();
    let length = made.iter().map(|number| number * number).sum::<f32>().sqrt();
    // The published weights computed by hand in 64 bits (numpy), first eight of 384 numbers.
    let reference = [0.05236, -0.00143, -0.03625, 0.0181, 0.0402, -0.09361, -0.10353, 0.11022];
    assert_eq!(made.len(), 384);
    for (made, reference) in made.iter().zip(reference) {
        assert!((made / length - reference).abs() < 1e-4, "{} {reference}", made / length);
    }
}

#[test]
fn a_real_encoder_knows_what_belongs_together() {
    let Some(model) = real() else { return };
    let of = |text: &str| Vector::from_floats(&model.embed(text).unwrap()).unwrap();
    let cosine = |a: &str, b: &str| of(a).cosine(&of(b)).unwrap();
    let rates = "The central bank raised interest rates by half a point.";
    let (same, other) = (
        cosine(rates, "Policymakers lifted borrowing costs by 50 basis points."),
        cosine(rates, "A cat slept on the warm windowsill all afternoon."),
    );
    assert!((same - 0.372).abs() < 0.01 && (other - 0.034).abs() < 0.01, "{same} {other}");
    let pairs = [
        ("Flood waters forced thousands from their homes", "Thousands flee as rivers burst their banks"),
        (
            "The chip maker's profit doubled on demand for AI",
            "Semiconductor firm earns twice as much amid AI boom",
        ),
        ("Hackers stole customer records from the bank", "A data breach at the lender exposed client files"),
    ];
    for (at, (a, b)) in pairs.iter().enumerate() {
        for (other, (_, c)) in pairs.iter().enumerate().filter(|(other, _)| *other != at) {
            assert!(cosine(a, b) > cosine(a, c) + 0.2, "{at} {other}: {} {}", cosine(a, b), cosine(a, c));
        }
    }
    let long = "The central bank raised interest rates. ".repeat(200);
    assert!(cosine(&long, rates) > 0.6, "a text longer than the model reads is cut");
}
