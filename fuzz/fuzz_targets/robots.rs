//! Any bytes go in as a robots.txt; what is remembered of it decides as the whole file did.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsmill::net::robots::Robots;

fuzz_target!(|data: &[u8]| {
    let (path, file) = data.split_at(data.len().min(24));
    let path = format!("/{}", String::from_utf8_lossy(path));
    let robots = Robots::parse(file);
    let _ = robots.crawl_delay("newsmill");
    let kept = Robots::parse(robots.reduced("newsmill").as_bytes());
    assert_eq!(robots.decide("newsmill", &path).allowed, kept.decide("newsmill", &path).allowed);
});
