//! A folder with a model goes in, vectors of texts come out, without network: a static model (Model2Vec) or a sentence
//! encoder of the BERT family. Built with the cargo feature `local-models` only; without it, opening tells so.
//!
//! | part | file |
//! |---|---|
//! | the files of a folder, bounded | `folder` |
//! | what the JSON beside the weights says, checked | `shape` |
//! | the mean of word vectors | `fixed` |
//! | layers of attention | `encoder` |
//!
//! A model's files are believed no more than anything else from outside: sizes are bounded before memory is asked for,
//! shapes are checked before they are computed with, and what third-party readers still trip over becomes an error.

use std::path::{Path, PathBuf};

#[cfg(feature = "local-models")]
mod encoder;
#[cfg(feature = "local-models")]
mod fixed;
mod folder;
#[cfg(feature = "local-models")]
mod shape;
#[cfg(feature = "local-models")]
#[cfg(test)]
mod tests;

/// The cargo feature that local models need.
pub const FEATURE: &str = "local-models";
/// The most bytes of a text that are given to a tokenizer: `reading` stays below, other callers may not.
#[cfg(feature = "local-models")]
const MAX_TEXT: usize = 16 * 1024;

/// Why a local model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The program was built without it.
    #[error(
        "this newsmill was built without local models; build it with `cargo build --release --features {FEATURE}`"
    )]
    NotBuilt,
    /// A file is missing or cannot be read.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        cause: std::io::Error,
    },
    /// A file is larger than any model that is meant here.
    #[error("{path} has more than {most} bytes; this is no small encoder")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        most: u64,
    },
    /// A file says what cannot be, or what is not supported.
    #[error("{path}: {what}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what was expected.
        what: String,
    },
    /// The model does not compute.
    #[error("the model in {path} does not compute: {what}")]
    Broken {
        /// The folder.
        path: PathBuf,
        /// What the runtime says.
        what: String,
    },
}

/// An open local model.
#[derive(Debug)]
pub struct Local {
    print: String,
    #[cfg(feature = "local-models")]
    path: PathBuf,
    #[cfg(feature = "local-models")]
    kind: Kind,
}

#[cfg(feature = "local-models")]
#[derive(Debug)]
enum Kind {
    Fixed(fixed::Fixed),
    Encoder(encoder::Encoder),
}

impl Local {
    /// True where the program can run local models.
    pub const fn built() -> bool {
        cfg!(feature = "local-models")
    }

    /// Looks whether `folder` holds the files of a model, without reading the weights.
    pub fn look(folder: &Path) -> Result<(), LocalError> {
        folder::look(folder)
    }

    /// A short hash over the files that the vectors depend on: another print is another model.
    pub fn print(&self) -> &str {
        &self.print
    }
}

#[cfg(not(feature = "local-models"))]
impl Local {
    /// Cannot: see [`LocalError::NotBuilt`].
    pub fn open(_folder: &Path) -> Result<Self, LocalError> {
        Err(LocalError::NotBuilt)
    }

    /// Cannot: see [`LocalError::NotBuilt`].
    pub fn embed(&self, _text: &str) -> Result<Vec<f32>, LocalError> {
        Err(LocalError::NotBuilt)
    }
}

#[cfg(feature = "local-models")]
impl Local {
    /// Opens the model in `folder`: `config.json`, `tokenizer.json`, `model.safetensors`, and for sentence encoders
    /// `modules.json` with the pooling, as `sentence-transformers` lays them out. Reads the whole model into memory.
    pub fn open(folder: &Path) -> Result<Self, LocalError> {
        guarded(folder, || {
            let files = folder::Files::read(folder)?;
            let print = files.print();
            let kind = match shape::of(&files)? {
                shape::Shape::Fixed => Kind::Fixed(fixed::Fixed::open(&files)?),
                shape::Shape::Encoder(shape) => Kind::Encoder(encoder::Encoder::open(&files, shape)?),
            };
            Ok(Self { print, path: folder.to_owned(), kind })
        })
    }

    /// The embedding of `text`, not normalised: its direction is what counts. All zero for a text without a known
    /// word (static models). The same text always gives the same numbers, whatever was embedded before.
    pub fn embed(&self, text: &str) -> Result<Vec<f32>, LocalError> {
        let text = crate::text::cut::cut(text, MAX_TEXT);
        guarded(&self.path, || match &self.kind {
            Kind::Fixed(model) => model.embed(text),
            Kind::Encoder(model) => model.embed(text),
        })
    }
}

/// Runs `work`; should a reader of model files panic over them, that is an error like any other.
#[cfg(feature = "local-models")]
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, LocalError>) -> Result<T, LocalError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(LocalError::Broken { path: path.to_owned(), what: "its files break their reader".to_owned() })
    })
}
