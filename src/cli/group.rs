//! `newsmill group`: a JSONL of documents goes in, one JSON line a document with its event and what it resembles
//! comes out.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::{Exit, Failure, Places, jsonl, written};
use crate::config::symbols;
use crate::embed::{self, Local};
use crate::events::{Document, Features, Grouper, Hit, Mode, Settings};
use crate::model::event::Change;
use crate::model::moment::Moment;
use crate::model::tag::{Tag, TagKind};
use crate::model::vector::Vector;
use crate::pipeline::meaning::Meaning;
use crate::tag::Gazetteer;

/// Similar past documents told of each document.
const SIMILAR: usize = 10;
/// Documents ranked with `--rank`.
const RANKED: usize = 200;
/// Documents that are read, and embedded side by side, before they are grouped.
const BATCH: usize = 256;
/// Bytes of their texts, unless it is one alone.
const BATCH_BYTES: usize = 64 << 20;

/// Arguments of `newsmill group`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Documents, one JSON object a line: id, title, text, date?, lang?, symbols? (else tagged; .gz is unpacked)
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Ranks all documents by likeness, those of the own event included (for measuring)
    #[arg(long)]
    rank: bool,
    /// How documents are compared: keywords, semantic, hybrid [default: hybrid with --embeddings, or keywords]
    #[arg(long, value_name = "MODE", value_parser = mode)]
    mode: Option<Mode>,
    /// Embeds the documents, for events and what is similar, with the model in this folder (needs a newsmill built with --features local-models)
    #[arg(long, value_name = "FOLDER")]
    embeddings: Option<PathBuf>,
    /// The language that the model reads, `all` for a multilingual one; documents in others are compared by their words
    #[arg(long, value_name = "LANGUAGE", default_value = "en", requires = "embeddings")]
    reads: String,
    /// Writes where addresses of events lead as {from, to} lines; with {documents} where only those moved
    #[arg(long, value_name = "FILE")]
    redirects: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    symbols: Option<Vec<String>>,
}

/// A document that was read.
struct Taken {
    at: Option<Timestamp>,
    features: Features,
    /// Its embedding, where there is a model.
    vector: Option<Vector>,
}

/// Groups documents as they come, by meaning too where there is a model.
struct Desk {
    grouper: Grouper,
    gazetteer: Gazetteer,
    meaning: Option<(Local, Meaning)>,
    waiting: Vec<(String, Row)>,
    /// Of the texts that wait.
    bytes: usize,
    changes: Vec<Change>,
}

impl Desk {
    fn take(&mut self, key: String, row: Row) -> Result<(), Failure> {
        self.bytes += row.text.as_ref().map_or(0, String::len);
        self.waiting.push((key, row));
        if self.waiting.len() < BATCH && self.bytes < BATCH_BYTES { Ok(()) } else { self.group() }
    }

    /// Groups what waits: read side by side, added one after the other.
    fn group(&mut self) -> Result<(), Failure> {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let taken: Vec<Taken> = waiting
            .par_iter()
            .map(|(key, row)| self.read(key, row))
            .collect::<Result<_, embed::LocalError>>()
            .map_err(Failure::unexpected)?;
        for ((key, _), one) in waiting.iter().zip(taken) {
            let Taken { at, features, vector } = one;
            if let Some(((_, meaning), vector)) = self.meaning.as_mut().zip(vector.as_ref()) {
                meaning.add(key, at.map(Timestamp::as_second), vector);
            }
            let sense =
                self.meaning.as_ref().and_then(|(_, meaning)| meaning.sense(&features, vector.as_ref()));
            self.grouper.add(key, features.with_sense(sense));
        }
        self.changes.append(&mut self.grouper.changes());
        Ok(())
    }

    /// What grouping sees of a document. It is tagged, as a run does with every article; symbols that it brings stand.
    fn read(&self, key: &str, row: &Row) -> Result<Taken, embed::LocalError> {
        let title = row.title.as_deref().unwrap_or_default();
        let text = row.text.as_deref().unwrap_or_default();
        let tags = self.gazetteer.tag(title, text, &[]);
        let symbols = row.symbols.clone().unwrap_or_else(|| Tag::keys(&tags, TagKind::Symbol));
        let actors = Tag::keys(&tags, TagKind::Entity);
        let at = row.date.as_deref().and_then(|date| Moment::parse(date.trim()).ok()).map(|moment| moment.at);
        let document = Document {
            key,
            title,
            text,
            language: row.lang.as_deref(),
            at,
            symbols: &symbols,
            actors: &actors,
        };
        let reading = self.meaning.as_ref().map(|(local, _)| (local, embed::reading(title, text)));
        let vector = match reading {
            Some((local, reading)) if !reading.is_empty() => Vector::from_floats(&local.embed(&reading)?),
            _ => None,
        };
        Ok(Taken { at, features: Features::of(&document), vector })
    }
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let mut desk = open(args, places)?;
    let mut ids = Vec::new();
    jsonl::for_each(&args.input, |mut row: Row| {
        let key = match &row.id {
            Value::String(id) => id.clone(),
            other => other.to_string(),
        };
        ids.push((key.clone(), row.id.take()));
        desk.take(key, row).map(ControlFlow::Continue)
    })?;
    desk.group()?;
    if let Some(path) = &args.redirects {
        write_redirects(path, &desk.changes).map_err(|error| told(path, &error))?;
    }
    let (mut grouper, meaning) = (desk.grouper, desk.meaning.map(|(_, meaning)| meaning));
    let mut out = BufWriter::new(io::stdout().lock());
    for (key, id) in &ids {
        let hits = match (&meaning, args.rank) {
            (None, true) => grouper.rank(key, RANKED),
            (None, false) => grouper.similar(key, SIMILAR),
            (Some(meaning), true) => meaning.rank(&mut grouper, key, RANKED),
            (Some(meaning), false) => meaning.similar(&mut grouper, key, SIMILAR),
        };
        let similar: Vec<Value> = hits.iter().map(|hit| shown(hit, args.rank)).collect();
        let line = json!({ "id": id, "event": grouper.event_of(key), "similar": similar });
        if written(writeln!(out, "{line}"))?.is_break() {
            return Ok(Exit::Done);
        }
    }
    written(out.flush()).map(|_| Exit::Done)
}

/// An empty desk; with `--mode keywords` no model is asked.
fn open(args: &Args, places: &Places) -> Result<Desk, Failure> {
    let gazetteer = Gazetteer::new(symbols::load(&places.config).map_err(Failure::usage)?);
    let local = args.embeddings.as_deref().map(Local::open).transpose().map_err(Failure::usage)?;
    let mode = args.mode.unwrap_or(if local.is_some() { Mode::Hybrid } else { Mode::Keywords });
    if mode != Mode::Keywords && local.is_none() {
        return Err(Failure::usage(format!("--mode {} needs --embeddings FOLDER", mode.word())));
    }
    let meaning = |mode| Meaning::new(mode, String::new(), (args.reads != "all").then(|| args.reads.clone()));
    let meaning = local.filter(|_| mode != Mode::Keywords).map(|local| (local, meaning(mode)));
    let grouper = Grouper::new(Settings::default());
    Ok(Desk { grouper, gazetteer, meaning, waiting: Vec::new(), bytes: 0, changes: Vec::new() })
}

fn mode(word: &str) -> Result<Mode, String> {
    Mode::of(word).ok_or_else(|| format!("expected one of {}", Mode::ALL.map(Mode::word).join(", ")))
}

fn shown(hit: &Hit, rank: bool) -> Value {
    if rank {
        return json!({ "id": hit.key, "score": hit.score });
    }
    json!({ "id": hit.key, "score": hit.score, "why": hit.why })
}

/// Where addresses of events lead now: `{from, to}` of every event that is gone, and `{from, to, documents}` of those
/// that left an event which is still there. Followed from any event that a document ever had, they lead to its event.
fn write_redirects(path: &Path, changes: &[Change]) -> io::Result<()> {
    let mut gone: BTreeMap<&str, &str> = BTreeMap::new();
    let mut left: BTreeMap<&str, (&str, &[String])> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Assigned { .. } => {}
            Change::Merged { from, to } => {
                // An event that was parted merges with what left it alone: both are one again.
                left.remove(from.as_str());
                left.remove(to.as_str());
                gone.insert(from, to);
            }
            Change::Parted { from, to, documents } => {
                gone.remove(to.as_str());
                left.insert(from, (to, documents));
            }
        }
    }
    let mut out = BufWriter::new(File::create(path)?);
    for (from, (to, documents)) in left {
        writeln!(out, "{}", json!({ "from": from, "to": to, "documents": documents }))?;
    }
    for (from, to) in gone {
        writeln!(out, "{}", json!({ "from": from, "to": to }))?;
    }
    out.flush()
}

fn told(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()))
}
