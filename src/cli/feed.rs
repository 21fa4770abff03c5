//! `newsmill feed`: what feeds say, one JSON line a file or address.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use url::Url;

use crate::cli::fetch::{Fetcher, cidr, is_address};
use crate::cli::{Exit, Failure, Places};
use crate::discover::draft::{Draft, Reading};
use crate::discover::json::{JsonRules, Preset};
use crate::discover::{Settings, drafts};
use crate::model::id::{ArticleId, ID_DIGITS};
use crate::model::source::SourceKind;
use crate::net::{Accept, Cidr, Request};

/// Largest file read, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// Arguments of `newsmill feed`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files with feeds, or their addresses
    #[arg(required = true, value_name = "PATH|URL")]
    paths: Vec<String>,
    /// What the files are: feed, sitemap, listing, json or opml
    #[arg(long, value_name = "KIND", default_value = "feed", value_parser = kind)]
    kind: SourceKind,
    /// With --kind json: the portal whose answers they are, as in hackernews
    #[arg(long, value_name = "PRESET", value_parser = preset)]
    preset: Option<Preset>,
    /// The address that the files came from, for relative links and for ids
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// A private network that may be fetched, as in 127.0.0.0/8 (repeatable)
    #[arg(long, value_name = "CIDR", value_parser = cidr)]
    allow_net: Vec<Cidr>,
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let asks = args.paths.iter().any(|path| is_address(path));
    let fetcher = if asks { Some(Fetcher::new(places, &args.allow_net)?) } else { None };
    let mut out = std::io::stdout().lock();
    for path in &args.paths {
        let line = line(path, args, fetcher.as_ref());
        // A reader that has seen enough (`| head`) is no failure.
        if writeln!(out, "{line}").is_err() {
            break;
        }
    }
    Ok(Exit::Done)
}

fn kind(text: &str) -> Result<SourceKind, String> {
    serde_json::from_value(Value::from(text))
        .map_err(|_| "expected feed, sitemap, listing, json or opml".to_owned())
}

fn preset(text: &str) -> Result<Preset, String> {
    Preset::parse(text)
        .ok_or_else(|| "expected cryptopanic, hackernews, lobsters, reddit or discourse".to_owned())
}

fn line(path: &str, args: &Args, fetcher: Option<&Fetcher>) -> Value {
    match read(path, args, fetcher) {
        Ok(reading) => told(path, &reading),
        Err(error) => json!({
            "path": path, "ok": false, "damaged": Value::Null, "error": error,
            "feed": { "title": Value::Null, "url": Value::Null, "language": Value::Null, "updated": Value::Null },
            "entries": [],
        }),
    }
}

fn read(path: &str, args: &Args, fetcher: Option<&Fetcher>) -> Result<Reading, String> {
    let mut settings = Settings::of(args.kind);
    settings.json = args.preset.map(|preset| JsonRules { preset: Some(preset), ..JsonRules::default() });
    if let Some(fetcher) = fetcher.filter(|_| is_address(path)) {
        let accept = if args.kind == SourceKind::Json { Accept::Json } else { Accept::Feed };
        let answer = fetcher.get(path, |url, now| Request::new(url, accept, now))?;
        let base = args.base_url.as_ref().unwrap_or(&answer.url);
        return drafts(&answer.body, answer.content_type.as_deref(), base, &settings)
            .map_err(|e| e.to_string());
    }
    let bytes = bytes(Path::new(path)).map_err(|e| format!("cannot read {path}: {e}"))?;
    let base = match &args.base_url {
        Some(base) => base.clone(),
        None => {
            file_address(Path::new(path)).ok_or_else(|| format!("{path} has no address; give --base-url"))?
        }
    };
    drafts(&bytes, None, &base, &settings).map_err(|e| e.to_string())
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn file_address(path: &Path) -> Option<Url> {
    let whole: PathBuf = std::path::absolute(path).ok()?;
    Url::from_file_path(whole).ok()
}

fn told(path: &str, reading: &Reading) -> Value {
    let feed = &reading.feed;
    json!({
        "path": path,
        "ok": true,
        "damaged": reading.damaged,
        "error": Value::Null,
        "feed": { "title": feed.title, "url": feed.url, "language": feed.language, "updated": feed.updated },
        "entries": reading.drafts.iter().map(entry).collect::<Vec<Value>>(),
    })
}

fn entry(draft: &Draft) -> Value {
    json!({
        "id": draft.url.as_ref().map(|url| ArticleId::of(url, ID_DIGITS)),
        "guid": draft.guid,
        "url": draft.url,
        "title": draft.title,
        "summary": draft.summary,
        "content": draft.content,
        "published": draft.published,
        "updated": draft.updated,
        "authors": draft.authors,
        "categories": draft.categories,
    })
}
