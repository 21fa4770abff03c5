//! Exact search over vectors of one byte a dimension: shelves of 10,000 to 1,000,000 go in; the time of one search for
//! the 40 nearest comes out, one core. `cargo bench --bench vectors [-- SIZE…]`.
#![expect(clippy::print_stdout, reason = "a bench tells its numbers")]

use std::hint::black_box;
use std::time::Instant;

use newsmill::embed::Shelf;
use newsmill::model::vector::Vector;

/// Dimensions: those of small sentence encoders.
const WIDTH: usize = 384;
/// Searches at each size.
const PROBES: u64 = 60;

/// A small generator (xorshift): the same vectors every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn vector(&mut self) -> Option<Vector> {
        let numbers: Vec<f32> = (0..WIDTH).map(|_| (self.next() % 2001) as f32 - 1000.0).collect();
        Vector::from_floats(&numbers)
    }
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes };
    println!("| vectors of {WIDTH} | MB | ms a search, median | fastest |\n|---|---|---|---|");
    for size in sizes {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut shelf = Shelf::new();
        for _ in 0..size {
            if let Some(vector) = dice.vector() {
                shelf.push(&vector);
            }
        }
        let mut times: Vec<f64> = (0..PROBES)
            .filter_map(|_| {
                let probe = dice.vector()?;
                let start = Instant::now();
                black_box(shelf.nearest(&probe, 40, |_| true));
                Some(start.elapsed().as_secs_f64() * 1e3)
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let megabytes = shelf.len() * (WIDTH + 4) / 1_000_000;
        let (median, fastest) = (times.get(times.len() / 2), times.first());
        println!(
            "| {} | {megabytes} | {:.2} | {:.2} |",
            shelf.len(),
            median.unwrap_or(&0.0),
            fastest.unwrap_or(&0.0)
        );
    }
}
