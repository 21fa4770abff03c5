//! Any bytes go in as a feed; whatever comes out keeps its bounds, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsmill::discover::{Settings, read};
use newsmill::model::source::SourceKind;
use url::Url;

const TYPES: [Option<&str>; 4] =
    [None, Some("application/rss+xml; charset=big5"), Some("application/feed+json"), Some("text/html")];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(base) = Url::parse("https://example.com/feed") else { return };
    let content_type = TYPES[usize::from(*first) % TYPES.len()];
    let settings = Settings { max_entries: 50, ..Settings::of(SourceKind::Feed) };
    if let Ok(found) = read(rest, content_type, &base, &settings) {
        assert!(found.entries.len() <= 50);
        for entry in found.entries {
            assert!(entry.title.chars().count() <= 501 && !entry.title.contains('\0'));
            assert!(matches!(entry.url.as_url().scheme(), "http" | "https"));
        }
    }
});
