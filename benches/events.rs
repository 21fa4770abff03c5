//! Growth of grouping: synthetic archives of 10,000 to 1,000,000 articles go in; the cost of one new article, of its
//! similar past events, of loading, and the memory come out. `cargo bench --bench events [-- SIZE…]`.
#![expect(clippy::print_stdout, reason = "a bench tells its numbers")]

use std::time::Instant;

use newsmill::events::{Change, Document, Features, Grouper, Settings};

/// Articles added and asked about at each size.
const PROBES: usize = 400;
/// Themes that events belong to.
const THEMES: u64 = 1000;
/// Articles of one event, on average.
const PER_EVENT: u64 = 4;

/// A small generator (xorshift): the same archive every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A word's rank by Zipf's law over `words` words.
    fn rank(&mut self, words: f64) -> u64 {
        let u = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        words.powf(u) as u64
    }
}

/// Article `i`: a background of Zipf words, and for its event and its theme a dozen rare words and
/// three names.
fn article(i: u64) -> (String, Features) {
    let mut dice = Dice((i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    // Articles of one event come close to each other.
    let event = i / (PER_EVENT * 8) * 8 + i % 8;
    let mut story = Dice((event + 7).wrapping_mul(0xd6e8_feb8_6659_fd93) | 1);
    for _ in 0..8 {
        story.next();
        dice.next();
    }
    // Events of one theme share some words and a name: what similar past events are found by.
    let mut theme = Dice((event % THEMES + 3).wrapping_mul(0xa076_1d64_78bd_642f) | 1);
    for _ in 0..8 {
        theme.next();
    }
    let own: Vec<String> = (0..12)
        .map(|n| format!("topic{}", if n % 2 == 0 { theme.rank(300_000.0) } else { story.rank(300_000.0) }))
        .collect();
    let names: Vec<String> = (0..3)
        .map(|n| format!("Name{}", if n == 2 { theme.next() } else { story.next() } % 60_000))
        .collect();
    let mut title = format!("{} {}", names[0], names[1]);
    let mut text = String::from("the ");
    for (n, word) in own.iter().enumerate() {
        if !dice.next().is_multiple_of(3) {
            let place = if n < 4 { &mut title } else { &mut text };
            place.push(' ');
            place.push_str(word);
        }
    }
    for _ in 0..150 {
        text.push_str(&format!(" word{}", dice.rank(200_000.0)));
        if dice.next().is_multiple_of(40) {
            text.push_str(&format!(" {} {}", names[(dice.next() % 3) as usize], dice.next() % 5000));
        }
    }
    let key = format!("{i:010x}");
    let at = jiff::Timestamp::from_second(1_500_000_000 + i.cast_signed() * 60).ok();
    let document =
        Document { key: &key, title: &title, text: &text, language: Some("en"), at, ..Document::default() };
    let features = Features::of(&document);
    (key, features)
}

/// Resident memory in megabytes, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn measure(size: usize) {
    let mut rows: Vec<(String, Vec<u8>, String)> = Vec::with_capacity(size);
    for i in 0..size as u64 {
        let (key, features) = article(i);
        let founder = i / (PER_EVENT * 8) * (PER_EVENT * 8) + i % 8;
        rows.push((key, features.to_bytes(), format!("{founder:010x}")));
    }
    let bytes: usize = rows.iter().map(|row| row.1.len()).sum();
    let before = resident();
    let started = Instant::now();
    let documents = rows.iter().map(|(key, bytes, event)| (key.as_str(), bytes.as_slice(), event.as_str()));
    let Ok(mut grouper) = Grouper::resume(Settings::default(), documents, &[]) else { return };
    let load = started.elapsed().as_secs_f64();
    let memory = resident().saturating_sub(before);
    let new: Vec<(String, Features)> = (size as u64..(size + PROBES) as u64).map(article).collect();
    let started = Instant::now();
    for (key, features) in &new {
        grouper.add(key, features.clone());
    }
    let group = started.elapsed().as_secs_f64() * 1000.0 / PROBES as f64;
    let founded = grouper
        .changes()
        .iter()
        .filter(|c| matches!(c, Change::Assigned { document, event } if document == event))
        .count();
    let started = Instant::now();
    let hits: usize = new.iter().map(|(key, _)| grouper.similar(key, 10).len()).sum();
    let similar = started.elapsed().as_secs_f64() * 1000.0 / PROBES as f64;
    println!(
        "| {size} | {group:.2} | {similar:.2} | {load:.2} | {memory} | {} | {founded} of {PROBES} | {:.1} |",
        bytes / size,
        hits as f64 / PROBES as f64
    );
}

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    println!(
        "| articles | group ms | similar ms | load s | memory MB | bytes stored/article | events founded | similar |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for size in if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes } {
        measure(size);
    }
}
