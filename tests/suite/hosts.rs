//! Servers on loopback with a script and a log, and a site that crawls them: what a test of the crawl is made of.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use newsmill::loopback::{Request, Response, Server};
use newsmill::model::report::{Report, SourceReport};
use newsmill::store::Store;
use newsmill::store::sources::SourceState;
use tokio::runtime::Runtime;

use crate::mill::Mill;

/// Answers by path with its query, or by path alone; whatever else is asked is not there.
pub type Script = Arc<Mutex<HashMap<String, Response>>>;

/// A server with a script, which a test may change between two runs, and a log.
pub struct Host {
    server: Server,
    script: Script,
    pub log: Arc<Mutex<Vec<Request>>>,
}

impl Host {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    pub fn put(&self, path: &str, response: Response) {
        self.script.lock().unwrap().insert(path.to_owned(), response);
    }

    /// What was asked since the last time this was called; robots.txt left out.
    pub fn asked(&self) -> Vec<Request> {
        let mut all = std::mem::take(&mut *self.log.lock().unwrap());
        all.retain(|request| request.path != "/robots.txt");
        all
    }

    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|request| request.path).collect()
    }
}

/// Servers and the site that crawls them.
pub struct World {
    pub runtime: Runtime,
    pub mill: Mill,
}

impl World {
    pub fn new() -> Self {
        Self { runtime: Runtime::new().unwrap(), mill: Mill::new(&[]) }
    }

    /// A server at 127.0.77.`number`.
    pub fn host(&self, number: u8) -> Host {
        let (script, log) = (Script::default(), Arc::new(Mutex::new(Vec::new())));
        let (answers, seen) = (Arc::clone(&script), Arc::clone(&log));
        let handler = move |request: &Request| {
            seen.lock().unwrap().push(request.clone());
            let answers = answers.lock().unwrap();
            let whole = format!("{}?{}", request.path, request.query);
            let answer = answers.get(&whole).or_else(|| answers.get(&request.path)).cloned();
            answer.unwrap_or_else(|| Response::text(404, "nothing here"))
        };
        let start = Server::start(SocketAddr::from(([127, 0, 77, number], 0)), Arc::new(handler));
        Host { server: self.runtime.block_on(start).unwrap(), script, log }
    }

    /// The configuration: these sources, as `(id, address)`; `more` is added to each.
    pub fn sources(&self, sources: &[(&str, String)], more: &str) {
        let site = "title: A Test\ncontact: desk@example.org\nnetwork:\n  allow_net: [127.0.77.0/24]\n  host_delay: 0s\n";
        self.mill.write("config/site.yaml", site);
        let mut yaml = "sources:\n".to_owned();
        for (id, url) in sources {
            yaml.push_str(&format!("  - id: {id}\n    url: \"{url}\"\n{more}"));
        }
        self.mill.write("config/sources.yaml", &yaml);
    }

    pub fn run(&self, now: &str, more: &[&str]) -> Report {
        let mut args = vec!["run", "--now", now];
        args.extend(more);
        self.mill.good(&args);
        self.report()
    }

    /// A copy of the state, opened. The state itself is left alone: a program that another test starts holds every
    /// lock of this process for the moment between its fork and its exec, and the next run would meet it.
    pub fn store(&self) -> Store {
        let (state, copy) = (self.mill.path("state"), self.mill.path("copy"));
        let _ = std::fs::remove_dir_all(&copy);
        std::fs::create_dir(&copy).unwrap();
        for file in std::fs::read_dir(&state).unwrap().map(Result::unwrap) {
            if file.file_name() != "lock" {
                std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
            }
        }
        self.runtime.block_on(Store::open(&copy)).unwrap()
    }

    fn report(&self) -> Report {
        let store = self.store();
        let report = self.runtime.block_on(store.note("report")).unwrap().unwrap();
        serde_json::from_slice(&report).unwrap()
    }

    /// The same, and the most memory that the program held, in KiB; 0 where the system does not tell.
    pub fn run_weighed(&self, now: &str, more: &[&str]) -> (Report, u64) {
        let mut args = vec!["run", "--now", now];
        args.extend(more);
        let mut child = self.mill.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let waiting = std::thread::spawn(move || {
            let exit = child.wait().unwrap();
            drop(end);
            exit
        });
        let mut peak = 0;
        // The kernel keeps the high-water mark; it must be read while the process is there.
        while ended.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout) {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let held = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            peak = peak.max(held.unwrap_or_default());
        }
        assert!(waiting.join().unwrap().success());
        (self.report(), peak)
    }

    /// Asks the sources, and no more.
    pub fn gather(&self, now: &str) -> Report {
        self.run(now, &["--until", "gather"])
    }

    pub fn state(&self, id: &str) -> SourceState {
        let store = self.store();
        let states = self.runtime.block_on(store.source_states()).unwrap();
        states.into_iter().find(|(known, _)| known.as_str() == id).unwrap().1
    }
}

pub fn of<'a>(report: &'a Report, id: &str) -> &'a SourceReport {
    report.sources.iter().find(|source| source.source.as_str() == id).unwrap()
}

/// Days after the first run: every one far beyond what any back-off but the longest asks for.
pub fn day(number: u8) -> String {
    format!("2026-10-{number:02}T07:17:00Z")
}

pub fn rss(items: &str) -> Response {
    let body = format!("<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>");
    Response::new(200, "application/rss+xml", body)
}

pub fn item(url: &str, title: &str) -> String {
    format!(
        "<item><title>{title}</title><link>{url}</link><description>What {title} is about, in one sentence.</description>\
         <pubDate>Wed, 30 Sep 2026 08:00:00 GMT</pubDate></item>"
    )
}

pub fn page(title: &str) -> Response {
    let paragraph = "The council met in the evening and decided, after a long debate in which nearly every member spoke, \
                     that the old bridge over the river will be repaired next summer and not replaced by a new one.";
    let body = format!(
        "<!doctype html><html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>\
         <p>{paragraph}</p><p>It will cost four million, said the treasurer. {paragraph}</p><p>{paragraph}</p></article></body></html>"
    );
    Response::new(200, "text/html; charset=utf-8", body)
}
