//! The floors of the house, held: the source tree goes in; an import that goes up or sideways, a module without a row,
//! or a third-party crate named outside its room fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms by floor, lowest first. A room may import rooms of lower floors only.
const FLOORS: &[&[&str]] = &[
    &["model"],
    &["text"],
    &["dom"],
    &["discover", "extract", "tag", "events", "votes", "site", "net", "store", "objects"],
    &["providers", "publish"],
    &["translate", "analyze", "embed"],
    &["config"],
    &["pipeline", "loopback"],
    &["newsroom"],
    &["cli"],
];

/// Third-party crates that one room alone may name.
const OWNERS: &[(&str, &[&str])] = &[
    ("feed_rs", &["discover"]),
    ("scraper", &["dom"]),
    ("html5ever", &["dom"]),
    ("reqwest", &["net"]),
    ("rustls", &["net"]),
    ("tera", &["site"]),
    ("pulldown_cmark", &["site"]),
    ("serde_yaml", &["config"]),
    ("rusqlite", &["store"]),
    ("rusqlite_migration", &["store"]),
    ("hyper", &["loopback"]),
    ("hyper_util", &["loopback"]),
    ("candle_core", &["embed"]),
    ("candle_nn", &["embed"]),
    ("tokenizers", &["embed"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// `(room, file, text without comments)` of every file in a room.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    files.sort();
    files
        .into_iter()
        .filter_map(|file| {
            let inside = file.strip_prefix(source()).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            let room = first.strip_suffix(".rs").unwrap_or(first).to_owned();
            let text = fs::read_to_string(&file).unwrap();
            // Tests may reach for whatever they need to show a thing.
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let code: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            let tests = file.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
            (!tests && !matches!(room.as_str(), "main" | "lib")).then_some((room, file, code))
        })
        .collect()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Names that follow `prefix` in `code`, at the start of a path.
fn named<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let inside = group.split('}').next().unwrap_or_default();
            names.extend(
                inside.split(',').map(|part| part.trim().split("::").next().unwrap_or_default().trim()),
            );
        } else {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            names.insert(&rest[..end]);
        }
    }
    names
}

#[test]
fn every_room_has_a_floor_and_every_floor_its_rooms() {
    let there: BTreeSet<String> = rooms().into_iter().map(|(room, ..)| room).collect();
    let known: BTreeSet<String> = FLOORS.iter().copied().flatten().map(|room| (*room).to_owned()).collect();
    assert_eq!(there, known, "a room without a row, or a row without a room");
}

#[test]
fn arrows_only_go_down() {
    let mut wrong = Vec::new();
    for (room, file, code) in rooms() {
        let own = floor(&room).unwrap();
        for import in named(&code, "crate::") {
            if import == room {
                continue;
            }
            match floor(import) {
                Some(other) if other < own => {}
                Some(_) => wrong.push(format!("{} imports {import}", file.display())),
                None => {} // a macro or an item of the crate's root: there are none, the compiler tells
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn third_party_crates_are_named_in_the_room_that_owns_them() {
    let owners: BTreeMap<&str, &[&str]> = OWNERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, file, code) in rooms() {
        for (owned, by) in &owners {
            let names = code.match_indices(&format!("{owned}::")).any(|(at, _)| {
                !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            });
            if names && !by.contains(&room.as_str()) {
                wrong.push(format!("{} names {owned}, which belongs to {by:?}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_opens_with_a_sentence() {
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    let silent: Vec<String> = files
        .iter()
        .filter(|file| {
            let text = fs::read_to_string(file).unwrap();
            let opening = text.strip_prefix("//! ").and_then(|rest| rest.lines().next()).unwrap_or_default();
            opening.len() <= 20
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no opening `//!` sentence: {}", silent.join(", "));
}

#[test]
fn no_room_is_a_lumber_room() {
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    for file in files {
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        for name in ["utils", "util", "common", "helpers", "types", "prelude", "misc"] {
            assert_ne!(stem, name, "{}: a name that says nothing about what is inside", file.display());
        }
    }
}
