//! YAML as a person wrote it goes in, resolved settings for every room come out. The only place that names the YAML
//! crate. An error tells file, line, what was expected and the remedy.
//!
//! 1. `raw` — the files as written: every key optional, unknown keys denied.
//! 2. `overlay` — `--set` flags, read into the same raw structs, laid over the file's values.
//! 3. `settings` — resolved: defaults filled in, addresses and selectors parsed, identifiers unique.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_yaml::{Location, Spanned};

mod check;
pub mod edit;
pub mod embeddings;
pub mod glossary;
pub mod memory;
pub mod providers;
pub mod raw;
pub mod schema;
pub mod settings;
pub mod sources;
pub mod symbols;
pub mod votes;

/// What is wrong with a configuration: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, or the flag; empty where `what` tells it.
    pub place: String,
    /// Line and column, from 1; 0 where unknown.
    pub line: u64,
    /// See `line`.
    pub column: u64,
    /// What is wrong and what to do about it.
    pub what: String,
}

impl Fault {
    /// A fault whose words tell the place already.
    fn told(error: impl ToString) -> Self {
        Self { place: String::new(), line: 0, column: 0, what: error.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) if self.place.is_empty() => f.write_str(&self.what),
            (0, _) => write!(f, "{}: {}", self.place, self.what),
            (line, column) => write!(f, "{}:{line}:{column}: {}", self.place, self.what),
        }
    }
}

/// Why a configuration was refused: at least one fault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigError {
    /// Every fault found, in file order.
    pub faults: Vec<Fault>,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl From<Fault> for ConfigError {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

/// The files of a configuration folder that a site is made from, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The folder.
    pub folder: PathBuf,
}

impl Files {
    /// The files of `folder`.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Reads one file of the folder; `None` where it is not there.
    pub fn read(&self, name: &str) -> Result<Option<String>, Fault> {
        let path = self.folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault {
                place: path.display().to_string(),
                line: 0,
                column: 0,
                what: format!("cannot be read: {error}"),
            }),
        }
    }

    /// A short hash over some files (or the files of some folders) that changes whenever one of them does.
    pub fn print(&self, names: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new();
        for name in names {
            let path = self.folder.join(name);
            let mut files = vec![path.clone()];
            if let Ok(entries) = std::fs::read_dir(&path) {
                files = entries.flatten().map(|entry| entry.path()).collect();
                files.sort();
            }
            for file in files {
                hasher.update(file.file_name().unwrap_or_default().as_encoded_bytes());
                hasher.update(&std::fs::read(&file).unwrap_or_default());
            }
        }
        hasher.finalize().to_hex().as_str()[..16].to_owned()
    }

    /// The path of one file of the folder, for messages.
    pub fn place(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

/// Reads YAML into a raw struct; the error tells line, column, what was expected, and the lines around.
pub(crate) fn from_yaml<T: DeserializeOwned>(place: &str, text: &str) -> Result<T, Fault> {
    serde_yaml::from_str(text).map_err(|error| {
        let (line, column) = error.location().map_or((0, 0), |location| (location.line(), location.column()));
        Fault { place: place.to_owned(), line, column, what: remedy(&error.to_string()) }
    })
}

/// The parser's words without the place (the fault has it), on as few lines as it takes.
fn remedy(message: &str) -> String {
    message.trim_end().to_owned()
}

/// A fault at a value that was read from `place`.
pub(crate) fn fault_at<T>(place: &str, value: &Spanned<T>, what: impl Into<String>) -> Fault {
    fault(place, value.referenced, what)
}

fn fault(place: &str, location: Location, what: impl Into<String>) -> Fault {
    Fault { place: place.to_owned(), line: location.line(), column: location.column(), what: what.into() }
}
