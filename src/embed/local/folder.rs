//! The folder of a model goes in, the bytes of its files come out, bounded; or what is missing in it.

use std::path::Path;
#[cfg(feature = "local-models")]
use std::path::PathBuf;

use crate::embed::local::LocalError;

/// The files that every model has.
const NEEDED: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Tells which file is missing.
pub(super) fn look(folder: &Path) -> Result<(), LocalError> {
    for name in NEEDED {
        let path = folder.join(name);
        std::fs::metadata(&path).map_err(|cause| LocalError::File { path, cause })?;
    }
    Ok(())
}

/// The most bytes of a JSON file beside the weights, of a tokenizer (the largest known has 17 MB), and of weights.
#[cfg(feature = "local-models")]
const JSON: u64 = 1 << 20;
#[cfg(feature = "local-models")]
const TOKENIZER: u64 = 64 << 20;
#[cfg(feature = "local-models")]
const WEIGHTS: u64 = 2 << 30;

/// The files of a model as read.
#[cfg(feature = "local-models")]
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    pub(super) config: Vec<u8>,
    pub(super) tokenizer: Vec<u8>,
    pub(super) weights: Vec<u8>,
}

#[cfg(feature = "local-models")]
impl Files {
    pub(super) fn read(folder: &Path) -> Result<Self, LocalError> {
        let read = |name: &str, most| read(folder.join(name), most);
        let [config, tokenizer, weights] = NEEDED;
        Ok(Self {
            config: read(config, JSON)?,
            tokenizer: read(tokenizer, TOKENIZER)?,
            weights: read(weights, WEIGHTS)?,
            folder: folder.to_owned(),
        })
    }

    /// A small JSON file of the folder that need not be there; `name` is plain, at most one folder deep.
    pub(super) fn more(&self, name: &str) -> Result<Option<serde_json::Value>, LocalError> {
        match read(self.folder.join(name), JSON) {
            Ok(bytes) => Ok(Some(
                serde_json::from_slice(&bytes).map_err(|error| self.malformed(name, error.to_string()))?,
            )),
            Err(LocalError::File { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An error in one of the files.
    pub(super) fn malformed(&self, name: &str, what: impl ToString) -> LocalError {
        LocalError::Malformed { path: self.folder.join(name), what: what.to_string() }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A short hash over all that vectors depend on.
    pub(super) fn print(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let side: Vec<Vec<u8>> = ["modules.json", "sentence_bert_config.json", "1_Pooling/config.json"]
            .iter()
            .map(|name| read(self.folder.join(name), JSON).unwrap_or_default())
            .collect();
        for bytes in [&self.config, &self.tokenizer, &self.weights].into_iter().chain(&side) {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        hasher.finalize().to_hex().as_str().get(..16).unwrap_or_default().to_owned()
    }
}

/// The bytes of a file, at most `most` of them.
#[cfg(feature = "local-models")]
fn read(path: PathBuf, most: u64) -> Result<Vec<u8>, LocalError> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(&path).and_then(|file| {
        bytes.reserve(file.metadata()?.len().min(most) as usize);
        file.take(most + 1).read_to_end(&mut bytes)
    });
    match read {
        Err(cause) => Err(LocalError::File { path, cause }),
        Ok(_) if bytes.len() as u64 > most => Err(LocalError::TooLarge { path, most }),
        Ok(_) => Ok(bytes),
    }
}
