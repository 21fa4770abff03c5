//! See `opml` in checks.rs.
#![no_main]

#[expect(dead_code, reason = "each target takes its own of them")]
#[path = "../checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::opml(data));
