//! A JSONL file goes in, unpacked where its name ends in `.gz`; its rows come out one after the other, and what is no row is
//! told with file and line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

use crate::cli::Failure;

/// The most bytes that one line may have.
const MOST_LINE: u64 = 64 << 20;

/// Gives every row of the file at `path` to `take` until that breaks off. Blank lines are passed over.
pub(super) fn for_each<Row: DeserializeOwned>(
    path: &Path,
    mut take: impl FnMut(Row) -> Result<ControlFlow<()>, Failure>,
) -> Result<(), Failure> {
    let mut input = open(path)?;
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = (&mut input).take(MOST_LINE).read_until(b'\n', &mut line);
        let bytes = read.map_err(|cause| misread(path, number, cause))?;
        if bytes == 0 {
            break;
        }
        if bytes as u64 == MOST_LINE {
            let cause = format!("longer than {MOST_LINE} bytes; split the document");
            return Err(misread(path, number, cause));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let row = serde_json::from_slice(&line).map_err(|cause| misread(path, number, expected(&cause)))?;
        if take(row)?.is_break() {
            break;
        }
    }
    Ok(())
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
