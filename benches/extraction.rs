//! Pages of the folder that NEWSMILL_DATA names go in, how long reading them takes comes out, beside the bare parse of
//! the same pages in the same run. Without the variable it says so and ends.
#![expect(clippy::print_stdout, reason = "a bench tells its numbers")]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use newsmill::dom::Html;
use newsmill::dom::tree::{Bounds, Tree};
use newsmill::extract::{self, Furniture, Limits, Page, Rules, Witness};
use newsmill::text::decode::decode;

fn main() {
    let Some(folder) = std::env::var_os("NEWSMILL_DATA") else {
        println!("extraction: skipped, NEWSMILL_DATA names no folder of pages");
        return;
    };
    let sets = Path::new(&folder).join("extraction/dev");
    let pages = load(&sets);
    if pages.is_empty() {
        println!("extraction: skipped, no *.html.gz below {}", sets.display());
        return;
    }
    let bytes: usize = pages.iter().map(Vec::len).sum();
    println!("{} pages, {} bytes on average, one thread", pages.len(), bytes / pages.len());
    // Interleaved rounds, the best of each: the machine may be busy with other things.
    let mut best = [Duration::MAX; 3];
    for _ in 0..3 {
        for (slot, work) in best.iter_mut().zip([parse as fn(&[u8]), tree, read]) {
            let start = Instant::now();
            for page in &pages {
                work(page);
            }
            *slot = (*slot).min(start.elapsed());
        }
    }
    let each = |time: Duration| time.as_secs_f64() * 1000.0 / pages.len() as f64;
    println!("bare parse (scraper)  {:.3} ms a page", each(best[0]));
    println!("flat tree             {:.3} ms a page", each(best[1]));
    println!(
        "text and metadata     {:.3} ms a page, {:.2} x the bare parse",
        each(best[2]),
        each(best[2]) / each(best[0])
    );
}

fn parse(page: &[u8]) {
    let decoded = decode(page, None, None);
    std::hint::black_box(Html::parse_document(&decoded.text));
}

fn tree(page: &[u8]) {
    let decoded = decode(page, None, None);
    std::hint::black_box(Tree::parse(&decoded.text, Bounds::default()));
}

fn read(page: &[u8]) {
    let page = Page { bytes: page, content_type: None, url: None };
    let (rules, limits) = (Rules::default(), Limits::default());
    let (witness, furniture) = (Witness::default(), Furniture::none());
    std::hint::black_box(extract::read(&page, &rules, &witness, &furniture, &limits, Timestamp::MAX));
}

/// All pages of all sets, decompressed, by name.
fn load(sets: &Path) -> Vec<Vec<u8>> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        all.sort();
        all
    };
    list(sets)
        .iter()
        .flat_map(|set| list(&set.join("pages")))
        .filter_map(|path| {
            let mut bytes = Vec::new();
            MultiGzDecoder::new(fs::File::open(path).ok()?).read_to_end(&mut bytes).ok()?;
            Some(bytes)
        })
        .collect()
}
