//! `newsmill tag`: a JSONL of documents goes in, one JSON line each with its symbols and their evidence comes out.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cli::{Exit, Failure, Places, jsonl, written};
use crate::config::symbols;
use crate::model::tag::{Evidence, TagKind};
use crate::tag::Gazetteer;

/// Arguments of `newsmill tag`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One JSON object a line, {"id","title"?,"text"?,"stated"?}; .gz is unpacked
    #[arg(long, value_name = "FILE.jsonl[.gz]")]
    input: PathBuf,
    /// Tells topics and entities as well
    #[arg(long)]
    all: bool,
}

/// A document as written; other fields are ignored.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    /// What the source itself states.
    #[serde(default)]
    stated: Vec<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a serde_json::Value,
    symbols: Vec<Symbol<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topics: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entities: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Symbol<'a> {
    symbol: &'a str,
    evidence: &'a [Evidence],
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let gazetteer = Gazetteer::new(symbols::load(&places.config).map_err(Failure::usage)?);
    let mut output = BufWriter::new(io::stdout().lock());
    jsonl::for_each(&args.input, |document: Document| {
        written(tell(&gazetteer, &document, args.all, &mut output))
    })?;
    written(output.flush()).map(|_| Exit::Done)
}

fn tell(gazetteer: &Gazetteer, document: &Document, all: bool, output: &mut impl Write) -> io::Result<()> {
    let title = document.title.as_deref().unwrap_or_default();
    let text = document.text.as_deref().unwrap_or_default();
    let tags = gazetteer.tag(title, text, &document.stated);
    let of = |kind| tags.iter().filter(move |tag| tag.kind == kind);
    let keys = |kind| all.then(|| of(kind).map(|tag| tag.key.as_str()).collect());
    let line = Line {
        id: &document.id,
        symbols: of(TagKind::Symbol)
            .map(|tag| Symbol { symbol: &tag.key, evidence: &tag.evidence })
            .collect(),
        topics: keys(TagKind::Topic),
        entities: keys(TagKind::Entity),
    };
    serde_json::to_writer(&mut *output, &line)?;
    output.write_all(b"\n")
}
