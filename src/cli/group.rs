//! `newsmill group`: a JSONL of documents goes in, one JSON line a document with its event and what it resembles
//! comes out.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::{Exit, Failure, Places};
use crate::embed::{self, Local};
use crate::events::{Document, Features, Grouper, Hit, Mode, Settings};
use crate::model::event::Change;
use crate::model::moment::Moment;
use crate::model::vector::Vector;
use crate::pipeline::meaning::Meaning;

/// The longest line that is read, in bytes.
const LINE: u64 = 64 << 20;
/// Similar past documents told of each document.
const SIMILAR: usize = 10;
/// Documents ranked with `--rank`.
const RANKED: usize = 200;
/// Documents that are read, and embedded side by side, before they are grouped.
const BATCH: usize = 256;

/// Arguments of `newsmill group`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Documents, one JSON object a line: id, title, text, date?, lang?, symbols? (.gz is unpacked)
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

/// A document that waits to be grouped.
struct Waiting {
    key: String,
    at: Option<Timestamp>,
    features: Features,
    /// What is embedded of it; empty without a model.
    reading: String,
}

/// Groups documents as they come, by meaning too where there is a model.
struct Desk {
    grouper: Grouper,
    meaning: Option<(Local, Meaning)>,
    waiting: Vec<Waiting>,
    changes: Vec<Change>,
}

impl Desk {
    fn take(&mut self, document: &Document<'_>) -> Result<(), Failure> {
        let reading =
            self.meaning.as_ref().map(|_| embed::reading(document.title, document.text)).unwrap_or_default();
        let (key, features) = (document.key.to_owned(), Features::of(document));
        self.waiting.push(Waiting { key, at: document.at, features, reading });
        if self.waiting.len() < BATCH { Ok(()) } else { self.group() }
    }

    /// Groups what waits: embedded side by side, added one after the other.
    fn group(&mut self) -> Result<(), Failure> {
        use rayon::prelude::*;
        let local = self.meaning.as_ref().map(|(local, _)| local);
        let vectors: Vec<Option<Vector>> = self
            .waiting
            .par_iter()
            .map(|one| match local.filter(|_| !one.reading.is_empty()) {
                Some(local) => Ok(Vector::from_floats(&local.embed(&one.reading)?)),
                None => Ok(None),
            })
            .collect::<Result<_, embed::LocalError>>()
            .map_err(Failure::unexpected)?;
        for (one, vector) in self.waiting.drain(..).zip(vectors) {
            if let Some(((_, meaning), vector)) = self.meaning.as_mut().zip(vector.as_ref()) {
                meaning.add(&one.key, one.at.map(Timestamp::as_second), vector);
            }
            let sense =
                self.meaning.as_ref().and_then(|(_, meaning)| meaning.sense(&one.features, vector.as_ref()));
            self.grouper.add(&one.key, one.features.with_sense(sense));
        }
        self.changes.append(&mut self.grouper.changes());
        Ok(())
    }
}

/// Runs the command.
pub fn run(args: &Args, _places: &Places) -> Result<Exit, Failure> {
    let mut desk = open(args)?;
    let mut ids = Vec::new();
    for_each_row(&args.input, |row| {
        let key = match &row.id {
            Value::String(id) => id.clone(),
            other => other.to_string(),
        };
        desk.take(&document(&key, &row))?;
        ids.push((key, row.id));
        Ok(())
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
        if writeln!(out, "{line}").is_err() {
            return Ok(Exit::Done); // the reader went away
        }
    }
    let _ = out.flush();
    Ok(Exit::Done)
}

/// An empty desk; with `--mode keywords` no model is asked.
fn open(args: &Args) -> Result<Desk, Failure> {
    let local = args.embeddings.as_deref().map(Local::open).transpose().map_err(Failure::usage)?;
    let mode = args.mode.unwrap_or(if local.is_some() { Mode::Hybrid } else { Mode::Keywords });
    if mode != Mode::Keywords && local.is_none() {
        return Err(Failure::usage(format!("--mode {} needs --embeddings FOLDER", mode.word())));
    }
    let meaning = |mode| Meaning::new(mode, String::new(), (args.reads != "all").then(|| args.reads.clone()));
    let meaning = local.filter(|_| mode != Mode::Keywords).map(|local| (local, meaning(mode)));
    let grouper = Grouper::new(Settings::default());
    Ok(Desk { grouper, meaning, waiting: Vec::new(), changes: Vec::new() })
}

fn mode(word: &str) -> Result<Mode, String> {
    Mode::of(word).ok_or_else(|| format!("expected one of {}", Mode::ALL.map(Mode::word).join(", ")))
}

fn document<'a>(key: &'a str, row: &'a Row) -> Document<'a> {
    Document {
        key,
        title: row.title.as_deref().unwrap_or_default(),
        text: row.text.as_deref().unwrap_or_default(),
        language: row.lang.as_deref(),
        at: row.date.as_deref().and_then(|date| Moment::parse(date.trim()).ok()).map(|moment| moment.at),
        symbols: row.symbols.as_deref().unwrap_or_default(),
    }
}

fn shown(hit: &Hit, rank: bool) -> Value {
    if rank {
        return json!({ "id": hit.key, "score": hit.score });
    }
    json!({ "id": hit.key, "score": hit.score, "why": hit.why })
}

fn for_each_row(path: &Path, mut take: impl FnMut(Row) -> Result<(), Failure>) -> Result<(), Failure> {
    let file = File::open(path).map_err(|error| told(path, &error))?;
    let source: Box<dyn Read> = if path.extension().is_some_and(|extension| extension == "gz") {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut reader = BufReader::with_capacity(1 << 16, source);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read =
            reader.by_ref().take(LINE).read_until(b'\n', &mut line).map_err(|error| told(path, &error))?;
        if read == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let row = serde_json::from_slice(&line).map_err(|error| {
            Failure::usage(format!("{}:{number}: not a document: {error}", path.display()))
        })?;
        take(row)?;
    }
    Ok(())
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
