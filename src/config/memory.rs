//! The files of config/memory go in, the memory of human translations comes out, or every fault with its place.

use serde::Deserialize;
use serde_yaml::Spanned;

use crate::config::{ConfigError, Fault, Files, fault_at, from_yaml};
use crate::model::lang::Lang;
use crate::translate::Memory;

const FOLDER: &str = "memory";
/// Most files that are read from the folder.
const MOST_FILES: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    from: Spanned<String>,
    to: Spanned<String>,
    segments: Vec<Spanned<RawSegment>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSegment {
    source: String,
    target: String,
}

/// Reads every `*.yaml` and `*.yml` of `memory/`, by name; without the folder the memory is empty.
pub(crate) fn load(files: &Files) -> Result<Memory, ConfigError> {
    let mut memory = Memory::default();
    let folder = files.folder.join(FOLDER);
    let entries = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(memory),
        Err(error) => return Err(unreadable(&files.place(FOLDER), &error)),
        Ok(entries) => entries,
    };
    let mut names = Vec::new();
    for entry in entries.take(MOST_FILES) {
        let path = entry.map_err(|error| unreadable(&files.place(FOLDER), &error))?.path();
        if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            names.extend(path.file_name().map(|name| format!("{FOLDER}/{}", name.to_string_lossy())));
        }
    }
    // The order of a folder differs by file system; the first translation of a segment stays.
    names.sort();
    let mut faults = Vec::new();
    for name in names {
        let Some(text) = files.read(&name)? else { continue };
        if let Err(error) = parse(&files.place(&name), &text, &mut memory) {
            faults.extend(error.faults);
        }
    }
    if faults.is_empty() { Ok(memory) } else { Err(ConfigError { faults }) }
}

fn unreadable(place: &str, error: &std::io::Error) -> ConfigError {
    Fault { place: place.to_owned(), line: 0, column: 0, what: format!("cannot be read: {error}") }.into()
}

/// Adds the human translations of one file's text to `memory`; `place` is named in faults.
pub(crate) fn parse(place: &str, text: &str, memory: &mut Memory) -> Result<(), ConfigError> {
    let raw: Raw = from_yaml(place, text)?;
    let lang =
        |at: &Spanned<String>| Lang::parse(&at.value).map_err(|error| fault_at(place, at, error.to_string()));
    let (from, to) = (lang(&raw.from)?, lang(&raw.to)?);
    if from == to {
        let what = format!("both languages are {to}; `to` is the language of the translations");
        return Err(fault_at(place, &raw.to, what).into());
    }
    let mut faults = Vec::new();
    for at in &raw.segments {
        let RawSegment { source, target } = &at.value;
        if source.trim().is_empty() || target.trim().is_empty() {
            faults.push(fault_at(place, at, "source or target is empty; fill it in or take the segment out"));
        } else if !memory.add(&from, &to, source, target) {
            faults.push(fault_at(
                place,
                at,
                "there is a translation of this segment already; keep one of the two",
            ));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(ConfigError { faults }) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sample_memory_is_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let memory = load(&Files::of(&folder)).unwrap();
        let (ja, en) = (Lang::parse("ja").unwrap(), Lang::parse("en").unwrap());
        assert_eq!(memory.get(Some(&ja), &en, "関連記事"), Some("Related articles"));
        assert!(memory.len() >= 20);
        assert!(load(&Files::of(&folder.join("nowhere"))).unwrap().is_empty());
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let error = |text: &str| parse("m.yaml", text, &mut Memory::default()).unwrap_err().to_string();
        let head = "from: de\nto: en\nsegments:\n";
        let twice =
            error(&format!("{head}  - {{ source: a, target: b }}\n  - {{ source: ' a ', target: c }}\n"));
        assert!(twice.starts_with("m.yaml:5:") && twice.contains("already"), "{twice}");
        assert!(error("from: de\nto: de\nsegments: []\n").starts_with("m.yaml:2:"));
        assert!(error(&format!("{head}  - {{ source: a }}\n")).contains("target"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(from:|to:|segments:|source:|target:|[-{}\\[\\]: \n,]|en|de|a){0,30}") {
            let _ = parse("m", &text, &mut Memory::default());
        }
    }
}
