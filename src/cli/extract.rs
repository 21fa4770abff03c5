//! `newsmill extract`: pages go in, what would be read from each comes out, one JSON line (or text) a page, in order.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use rayon::prelude::*;
use serde_json::json;
use url::Url;

use crate::cli::fetch::{Fetcher, cidr, is_address};
use crate::cli::{Exit, Failure, Places};
use crate::extract::{self, Extraction, Furniture, Limits, Page, Rules, Witness};
use crate::model::article::PageKind;
use crate::model::block::plain_text;
use crate::net::{Answer, Cidr, Request};

/// Arguments of `newsmill extract`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How pages are told
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// The address that the page's links are relative to
    #[arg(long, value_name = "U")]
    base_url: Option<String>,
    /// A JSON object {id: address} with the address of each page
    #[arg(long, value_name = "FILE")]
    urls: Option<PathBuf>,
    /// How many pages are read at once [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Tells of every part of a page why it was kept or dropped
    #[arg(long)]
    explain: bool,
    /// A private network that may be fetched, as in 127.0.0.0/8 (repeatable)
    #[arg(long, value_name = "CIDR", value_parser = cidr)]
    allow_net: Vec<Cidr>,
    /// Pages, folders of *.html and *.html.gz, or addresses (asked only where robots.txt allows it)
    #[arg(required = true, value_name = "PATH|URL")]
    pages: Vec<String>,
}

/// How pages are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One JSON object a line
    Jsonl,
    /// Markdown, one page after another
    Markdown,
    /// Plain text, one page after another
    Text,
}

/// Largest file taken, in bytes after decompression; what is beyond is not read.
const MOST: u64 = 64 << 20;

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let base = match &args.base_url {
        Some(text) => {
            Some(Url::parse(text).map_err(|e| Failure::usage(format!("--base-url `{text}`: {e}")))?)
        }
        None => None,
    };
    let urls = match &args.urls {
        Some(path) => addresses(path)?,
        None => HashMap::new(),
    };
    let files = list(&args.pages)?;
    let asks = args.pages.iter().any(|page| is_address(page));
    let fetcher = if asks { Some(Fetcher::new(places, &args.allow_net)?) } else { None };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.unwrap_or(0))
        .build()
        .map_err(Failure::unexpected)?;
    let now = Timestamp::now();
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failed = false;
    // A few pages a core at a time: in order, and never more than these in memory.
    let step = pool.current_num_threads() * if pool.current_num_threads() > 1 { 8 } else { 1 };
    for some in files.chunks(step.max(1)) {
        let told: Vec<Result<String, String>> = pool.install(|| {
            some.par_iter()
                .map(|path| tell(path, args, base.as_ref(), &urls, fetcher.as_ref(), now))
                .collect()
        });
        for page in told {
            match page {
                Ok(text) => match out.write_all(text.as_bytes()) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Done),
                    Err(error) => return Err(Failure::unexpected(format!("standard output: {error}"))),
                },
                Err(message) => {
                    eprintln!("newsmill: {message}");
                    failed = true;
                }
            }
        }
    }
    out.flush().map_err(|error| Failure::unexpected(format!("standard output: {error}")))?;
    Ok(if failed { Exit::Unexpected } else { Exit::Done })
}

fn addresses(path: &Path) -> Result<HashMap<String, String>, Failure> {
    let text =
        fs::read_to_string(path).map_err(|e| Failure::usage(format!("--urls {}: {e}", path.display())))?;
    serde_json::from_str(&text).map_err(|e| {
        Failure::usage(format!("--urls {}: {e}; expected a JSON object of id and address", path.display()))
    })
}

/// The files named, folders resolved to their pages by name.
fn list(pages: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut out = Vec::new();
    for page in pages {
        let path = PathBuf::from(page);
        if !path.is_dir() {
            out.push(path);
            continue;
        }
        let entries = fs::read_dir(&path).map_err(|e| Failure::usage(format!("{page}: {e}")))?;
        let mut inside: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| stem(path).is_some())
            .collect();
        inside.sort();
        out.extend(inside);
    }
    Ok(out)
}

/// The file's name without .html(.gz); none where it has no such ending.
fn stem(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(".html.gz").or_else(|| name.strip_suffix(".html"))
}

fn load(path: &Path) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|ending| ending == "gz") {
        MultiGzDecoder::new(file).take(MOST).read_to_end(&mut bytes)?;
    } else {
        file.take(MOST).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// What is printed for one page.
fn tell(
    path: &Path,
    args: &Args,
    base: Option<&Url>,
    urls: &HashMap<String, String>,
    fetcher: Option<&Fetcher>,
    now: Timestamp,
) -> Result<String, String> {
    let lost = |error: String| format!("{}: {error}", path.display());
    let address = path.to_str().filter(|text| is_address(text));
    let answer: Option<Answer> = match (fetcher, address) {
        (Some(fetcher), Some(address)) => Some(fetcher.get(address, Request::page).map_err(lost)?),
        _ => None,
    };
    let bytes = match &answer {
        Some(answer) => answer.body.to_vec(),
        None => load(path).map_err(|error| lost(error.to_string()))?,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let id = address.unwrap_or_else(|| stem(path).unwrap_or(&name));
    let stated = urls.get(id).and_then(|url| Url::parse(url).ok());
    let url = answer.as_ref().map(|answer| &answer.url).or(stated.as_ref()).or(base);
    let content_type = answer.as_ref().and_then(|answer| answer.content_type.as_deref());
    let page = Page { bytes: &bytes, content_type, url };
    let (rules, witness, furniture) = (Rules::default(), Witness::default(), Furniture::none());
    let limits = Limits::default();
    if args.explain {
        return Ok(explained(id, &extract::explain(&page, &rules, &witness, &furniture, &limits, now)));
    }
    let extraction = extract::read(&page, &rules, &witness, &furniture, &limits, now);
    Ok(match args.format {
        Format::Jsonl => line(id, url, &extraction),
        Format::Markdown => {
            format!("# {}\n\n{}\n\n", extraction.article.title, extract::markdown(&extraction.article.blocks))
        }
        Format::Text => {
            format!("{}\n\n{}\n\n", extraction.article.title, plain_text(&extraction.article.blocks))
        }
    })
}

fn line(id: &str, url: Option<&Url>, extraction: &Extraction) -> String {
    let article = &extraction.article;
    let row = json!({
        "id": id,
        "url": url.map(Url::as_str),
        "title": article.title,
        "authors": article.authors,
        "published": article.published,
        "language": article.language,
        "text": extract::text(&article.blocks),
        "markdown": extract::markdown(&article.blocks),
        "image": article.image,
        "words": article.words,
        "status": status(article.kind),
    });
    format!("{row}\n")
}

fn status(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Article => "article",
        PageKind::List => "list",
        PageKind::Consent => "consent",
        PageKind::Paywall => "paywall",
        PageKind::SoftNotFound => "soft_not_found",
        PageKind::EmptyShell => "empty_shell",
    }
}

fn explained(id: &str, extraction: &Extraction) -> String {
    let mut out = format!("== {id}: {}\n", status(extraction.article.kind));
    for fact in &extraction.evidence {
        let _ = writeln!(out, "{:?} from {:?} ({:.2})", fact.field, fact.source, fact.confidence);
    }
    if let Some(trace) = &extraction.trace {
        out.push_str(&trace.to_string());
    }
    out
}
