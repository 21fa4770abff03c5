//! Nothing goes in but, where it is set, the folder that NEWSMILL_DATA names; how fast feeds are read, and what a
//! thousand sources cost the real program in time and memory, comes out.
//!
//! The servers are this process; the program runs beside it, so that its memory is its own. Each of the thousand feeds
//! has an address of its own, 127.x.y.z, all on one port.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench tells its numbers and ends where it cannot"
)]

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use newsmill::discover::{Settings, read};
use newsmill::loopback::{Request, Response, Server};
use newsmill::model::source::SourceKind;
use url::Url;

/// Sources of the crawl.
const SOURCES: usize = 1000;
/// Entries that each announces.
const ENTRIES: usize = 20;

fn main() {
    parsing();
    if cfg!(target_os = "linux") {
        crawling();
    } else {
        println!("crawling: skipped, 127.0.0.0/8 is a network of loopback addresses on Linux alone");
    }
}

/// Feeds a second, of feeds made here and, where there are any, of a test suite.
fn parsing() {
    let made: Vec<Vec<u8>> =
        (0..200).map(|n| feed(&format!("http://example.com/{n}"), 20).into_bytes()).collect();
    rate("made here, 20 entries", &made);
    let Some(folder) = std::env::var_os("NEWSMILL_DATA") else {
        println!("files of a public test suite: skipped, NEWSMILL_DATA names no folder");
        return;
    };
    let mut real = Vec::new();
    gather(&Path::new(&folder).join("feeds/dev"), &mut real);
    if !real.is_empty() {
        rate("files of a public test suite", &real);
    }
}

fn gather(folder: &Path, into: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "xml" || ending == "json") {
            into.extend(fs::read(&path).ok());
        }
    }
}

fn rate(what: &str, feeds: &[Vec<u8>]) {
    let base = Url::parse("http://example.com/feed").unwrap();
    let settings = Settings::of(SourceKind::Feed);
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begin = Instant::now();
        for feed in feeds {
            std::hint::black_box(read(feed, None, &base, &settings).is_ok());
        }
        best = best.min(begin.elapsed());
    }
    let bytes: usize = feeds.iter().map(Vec::len).sum();
    println!(
        "parse, {what}: {} feeds of {} bytes on average, one thread: {:.0} feeds/s, {:.1} MB/s",
        feeds.len(),
        bytes / feeds.len(),
        feeds.len() as f64 / best.as_secs_f64(),
        bytes as f64 / 1e6 / best.as_secs_f64()
    );
}

fn feed(base: &str, entries: usize) -> String {
    let words =
        "The council met in the evening and decided that the old bridge will be repaired next summer. ";
    let mut out = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>".to_owned();
    for n in 0..entries {
        out.push_str(&format!(
            "<item><title>Number {n} of {base}</title><link>{base}/{n}</link><guid>{base}/{n}</guid>\
             <pubDate>Wed, 30 Sep 2026 08:{n:02}:00 GMT</pubDate><description>{}</description></item>",
            words.repeat(4)
        ));
    }
    out + "</channel></rss>"
}

/// What the servers were asked.
#[derive(Default)]
struct Heard {
    requests: AtomicU64,
    unchanged: AtomicU64,
}

fn crawling() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (heard, silent) = (Arc::new(Heard::default()), Arc::new(AtomicBool::new(false)));
    let mut servers = Vec::with_capacity(SOURCES);
    let mut port = 0;
    for n in 0..SOURCES {
        let address = SocketAddr::from((address(n), port));
        let (heard, silent) = (Arc::clone(&heard), Arc::clone(&silent));
        let handler = move |request: &Request| answer(request, &heard, &silent);
        let server = runtime.block_on(Server::start(address, Arc::new(handler)));
        let server =
            server.unwrap_or_else(|error| panic!("{error}; more open files are needed: ulimit -n 4096"));
        port = server.address().port();
        servers.push(server);
    }
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), port);
    println!("{SOURCES} sources with {ENTRIES} entries each, every one on a loopback address of its own:");
    // Only what feeds say is stored here; pages are another 20,000 requests.
    run(
        folder.path(),
        "announced and stored",
        &["--now", "2026-10-01T00:00:00Z", "--until", "gather"],
        &heard,
    );
    run(folder.path(), "nothing new (304)", &["--now", "2026-10-03T00:00:00Z", "--until", "gather"], &heard);
    silent.store(true, Ordering::Relaxed);
    run(folder.path(), "not due", &["--now", "2026-10-03T00:01:00Z", "--until", "gather"], &heard);
    silent.store(false, Ordering::Relaxed);
    run(
        folder.path(),
        "20,000 pages read and stored",
        &["--now", "2026-10-03T00:02:00Z", "--from", "read", "--until", "read"],
        &heard,
    );
}

fn address(n: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 88, (n / 250) as u8, (n % 250 + 1) as u8)
}

fn answer(request: &Request, heard: &Heard, silent: &AtomicBool) -> Response {
    assert!(!silent.load(Ordering::Relaxed), "{} was asked before it was due", request.path);
    heard.requests.fetch_add(1, Ordering::Relaxed);
    let base = format!("http://{}", request.local);
    let response = match request.path.as_str() {
        "/feed" => Response::new(200, "application/rss+xml", feed(&base, ENTRIES)).conditional(request),
        "/robots.txt" => Response::text(404, "none"),
        path => Response::new(200, "text/html", page(&base, path)),
    };
    heard.unchanged.fetch_add(u64::from(response.status == 304), Ordering::Relaxed);
    response
}

fn page(base: &str, path: &str) -> String {
    let words =
        "The council met in the evening and decided that the old bridge will be repaired next summer. ";
    let paragraph = format!("<p>{}</p>", words.repeat(5));
    let links = (0..30).fold(String::new(), |links, n| {
        links + &format!("<li><a href=/{n}>Another story, number {n}</a></li>")
    });
    format!(
        "<!doctype html><html lang=en><head><title>{path} of {base}</title></head><body><nav><ul>{links}</ul></nav>\
         <article><h1>Number {path} of {base}</h1>{}</article><footer>Imprint</footer></body></html>",
        paragraph.repeat(6)
    )
}

fn configure(folder: &Path, port: u16) {
    let site = "title: Bench\nnetwork:\n  allow_net: [127.88.0.0/16]\n  host_delay: 0s\n  limits:\n    articles: 100000\n";
    let mut sources = "sources:\n".to_owned();
    for n in 0..SOURCES {
        sources.push_str(&format!("  - id: s{n}\n    url: http://{}:{port}/feed\n", address(n)));
    }
    fs::create_dir_all(folder.join("config")).unwrap();
    fs::write(folder.join("config/site.yaml"), site).unwrap();
    fs::write(folder.join("config/sources.yaml"), sources).unwrap();
}

/// The program as built beside this bench.
fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_newsmill"))
}

/// Runs the program and tells its wall time, its processor time and the most memory it held.
fn run(folder: &Path, what: &str, args: &[&str], heard: &Heard) {
    let before = (heard.requests.load(Ordering::Relaxed), heard.unchanged.load(Ordering::Relaxed));
    let begin = Instant::now();
    let mut child = Command::new(program())
        .args(["run", "--config", "config", "--state", "state", "--output", "output"])
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let (mut peak, ended) = (0, AtomicBool::new(false));
    let exit = std::thread::scope(|scope| {
        // The kernel keeps the high-water mark; it must be read while the process is there.
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !ended.load(Ordering::Relaxed) {
                peak = peak.max(high_water(&status));
                std::thread::sleep(Duration::from_millis(5));
            }
            peak
        });
        let exit = child.wait().unwrap();
        ended.store(true, Ordering::Relaxed);
        peak = watch.join().unwrap();
        exit
    });
    let took = begin.elapsed().as_secs_f64();
    let asked = heard.requests.load(Ordering::Relaxed) - before.0;
    let unchanged = heard.unchanged.load(Ordering::Relaxed) - before.1;
    assert!(exit.success(), "{what}: {exit}");
    println!(
        "  {what}: {took:.2} s wall, {} MB peak, {asked} requests, {unchanged} of them 304",
        peak / 1024
    );
}

/// `VmHWM` in KiB; 0 once the process is gone.
fn high_water(status: &Path) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
