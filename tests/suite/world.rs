//! The whole program over real pages, where the world is there (`NEWSMILL_WORLD` names its script): every publication
//! read, nearly every article with its text, events across publications, nothing asked twice.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::mill::{Mill, NOW, differences};

/// Pages of each data set that the test takes; the whole world is for `docs/benchmarks.md`.
const LIMIT: &str = "60";

struct World {
    server: Child,
}

impl World {
    fn open(port: &str) -> Option<Self> {
        let Some(script) = std::env::var_os("NEWSMILL_WORLD") else {
            eprintln!("SKIPPED: NEWSMILL_WORLD is not set");
            return None;
        };
        let mut server = Command::new("python3")
            .arg(script)
            .args(["--port", port, "--limit", LIMIT])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let ready = lines.map_while(Result::ok).any(|line| line.starts_with("ready:"));
        assert!(ready, "the world did not open");
        Some(Self { server })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn real_publications_become_a_site() {
    let Some(_world) = World::open("8713") else { return };
    let mill = Mill::new(&[]);
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/world.py");
    let made = Command::new("python3")
        .args([config, "http://127.0.0.1:8713/"])
        .arg(mill.path("config"))
        .status()
        .unwrap();
    assert!(made.success());
    let run = ["run", "--now", NOW, "--allow-net", "127.0.0.0/8", "--set", "network.host_delay=0s"];
    mill.good(&run);

    let report = mill.json("api/v1/report.json");
    let text = report.to_string();
    let index = mill.json("api/v1/index.json");
    assert!(text.contains("gather") && text.contains("group"), "{text}");
    let articles: Vec<String> = crate::mill::tree(&mill.path("output/api/v1/articles")).into_keys().collect();
    assert!(articles.len() >= 200, "{} articles", articles.len());
    let mut without = Vec::new();
    for name in &articles {
        let article = mill.json(&format!("api/v1/articles/{name}"));
        if article["words"].as_u64().unwrap_or(0) == 0
            && article["article"]["words"].as_u64().unwrap_or(0) == 0
        {
            without.push(name.clone());
        }
    }
    assert!(without.len() * 100 <= articles.len(), "without text: {without:?}");
    assert!(!index.is_null());

    let before = mill.site();
    mill.good(&run);
    let changed = differences(&before, &mill.site());
    assert!(changed.is_empty(), "a second run at the same time changed {changed:?}");
}
