//! `newsmill tag`: a JSONL of documents goes in, one JSON line each with its symbols and their evidence comes out.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};

use crate::cli::{Exit, Failure, Places};
use crate::config::symbols;
use crate::model::tag::{Evidence, TagKind};
use crate::tag::Gazetteer;

/// The most bytes that one line may have.
const MOST_LINE: u64 = 32 << 20;

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
    let lexicon = symbols::load(&places.config).map_err(Failure::usage)?;
    let gazetteer = Gazetteer::new(lexicon);
    let mut input = open(&args.input)?;
    let mut output = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = (&mut input).take(MOST_LINE).read_until(b'\n', &mut line);
        let bytes = read.map_err(|cause| misread(&args.input, number, cause))?;
        if bytes == 0 {
            break;
        }
        if bytes as u64 == MOST_LINE {
            return Err(misread(
                &args.input,
                number,
                format!("longer than {MOST_LINE} bytes; split the document"),
            ));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let document: Document =
            serde_json::from_slice(&line).map_err(|cause| misread(&args.input, number, expected(&cause)))?;
        match tell(&gazetteer, &document, args.all, &mut output) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
            Err(error) => return Err(Failure::unexpected(format!("standard output: {error}"))),
        }
    }
    match output.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::unexpected(format!("standard output: {error}")))
        }
        _ => Ok(Exit::Done),
    }
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

fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    let file = File::open(path).map_err(|cause| {
        Failure::usage(format!("{}: cannot be opened: {cause}; --input names a JSONL file", path.display()))
    })?;
    let packed = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"));
    Ok(if packed {
        Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(file))))
    } else {
        Box::new(BufReader::with_capacity(1 << 16, file))
    })
}

fn misread(path: &Path, number: u64, cause: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{}:{number}: {cause}", path.display()))
}

fn expected(cause: &serde_json::Error) -> String {
    format!("{cause}; expected a JSON object such as {{\"id\": \"a1\", \"title\": \"…\", \"text\": \"…\"}}")
}
