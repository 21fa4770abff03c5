//! Any bytes go in as a sitemap, plain or gzipped; nothing panics, and no bound is broken.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsmill::discover::{Settings, read};
use newsmill::model::source::SourceKind;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let Ok(base) = Url::parse("https://example.com/sitemap.xml") else { return };
    let settings = Settings { max_entries: 50, ..Settings::of(SourceKind::Sitemap) };
    if let Ok(found) = read(data, None, &base, &settings) {
        assert!(found.entries.len() <= 50 && found.further.len() <= 500);
    }
});
