//! Growth of grouping: synthetic archives of 10,000 to 1,000,000 articles go in; the cost of one new article, of its
//! similar past events, of loading, and the memory come out. `cargo bench --bench events [-- SIZE…]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench tells its numbers")]

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rayon::prelude::*;

use newsmill::events::{Document, Features, Grouper, Settings};
use newsmill::model::event::Change;

/// The argument that makes an archive instead of measuring one.
const PREPARE: &str = "prepare";
/// Articles added and asked about at each size.
const PROBES: usize = 400;
/// Themes that events belong to.
const THEMES: u64 = 1000;
/// Articles of one event, on average.
const PER_EVENT: u64 = 4;

/// Words of an article that its event and its theme choose.
const OWN: usize = 32;

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

/// Article `i`: a background of Zipf words, and rare words and three names of its event and of its theme.
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
    // Most of them are the theme's: a third of two events' words is what they share.
    let own: Vec<String> = (0..OWN)
        .map(|n| format!("topic{}", if n % 4 == 1 { story.rank(300_000.0) } else { theme.rank(300_000.0) }))
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

/// The event that a synthetic article belongs to, by its founder.
fn founder(i: u64) -> String {
    format!("{:010x}", i / (PER_EVENT * 8) * (PER_EVENT * 8) + i % 8)
}

/// Writes the archive as it is stored: each article's key, frozen features and event. In a process of its own, so that
/// what it takes is not what loading takes.
fn prepare(size: u64, path: &Path) -> std::io::Result<()> {
    const AT_ONCE: u64 = 10_000;
    let mut rows: Vec<(String, Vec<u8>, String)> = Vec::new();
    for from in (0..size).step_by(AT_ONCE as usize) {
        let made = (from..size.min(from + AT_ONCE)).into_par_iter().map(|i| {
            let (key, features) = article(i);
            (key, features.to_bytes(), founder(i))
        });
        rows.par_extend(made);
    }
    let started = Instant::now();
    let documents = rows.iter().map(|(key, bytes, event)| (key.as_str(), bytes.as_slice(), event.as_str()));
    let grouper = Grouper::resume(Settings::default(), documents, &[]).map_err(std::io::Error::other)?;
    eprintln!("{size} articles without a choice of terms: {:.2} s", started.elapsed().as_secs_f64());
    let mut out = BufWriter::new(File::create(path)?);
    for (key, _, _) in &rows {
        let bytes = grouper.frozen(key).unwrap_or_default();
        out.write_all(&(bytes.len() as u32).to_le_bytes())?;
        out.write_all(&bytes)?;
    }
    out.flush()
}

/// The rows that [`prepare`] wrote.
fn stored(size: u64, path: &Path) -> std::io::Result<Vec<(String, Vec<u8>, String)>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut rows = Vec::with_capacity(size as usize);
    for i in 0..size {
        let mut length = [0; 4];
        file.read_exact(&mut length)?;
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        file.read_exact(&mut bytes)?;
        rows.push((format!("{i:010x}"), bytes, founder(i)));
    }
    Ok(rows)
}

/// The archive of that size, made by another process.
fn archive(size: u64) -> std::io::Result<Vec<(String, Vec<u8>, String)>> {
    let path = std::env::temp_dir().join(format!("newsmill-events-{}-{size}", std::process::id()));
    let made = Command::new(std::env::current_exe()?).arg(PREPARE).arg(size.to_string()).arg(&path).status();
    let rows = if made?.success() { stored(size, &path) } else { Err(std::io::Error::other("not prepared")) };
    std::fs::remove_file(&path)?;
    rows
}

fn measure(size: usize) -> std::io::Result<()> {
    let rows = archive(size as u64)?;
    let bytes: usize = rows.iter().map(|row| row.1.len()).sum();
    let before = resident();
    let started = Instant::now();
    let documents = rows.iter().map(|(key, bytes, event)| (key.as_str(), bytes.as_slice(), event.as_str()));
    let mut grouper = Grouper::resume(Settings::default(), documents, &[]).map_err(std::io::Error::other)?;
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
    Ok(())
}

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    if let (Some(PREPARE), Some(size), Some(path)) = (args.next().as_deref(), args.next(), args.next()) {
        return prepare(size.parse().map_err(std::io::Error::other)?, Path::new(&path));
    }
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    println!(
        "| articles | group ms | similar ms | load s | memory MB | bytes stored/article | events founded | similar |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for size in if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes } {
        measure(size)?;
    }
    Ok(())
}
