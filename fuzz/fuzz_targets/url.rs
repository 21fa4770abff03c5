//! Any text goes in as an address; the canonical spelling of a canonical address is itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsmill::model::url::CanonicalUrl;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(base) = Url::parse("https://example.com/a/b?c") else { return };
    for found in [CanonicalUrl::parse(text), CanonicalUrl::join(&base, text)].into_iter().flatten() {
        let again = CanonicalUrl::parse(found.as_str()).expect("a canonical address is an address");
        assert_eq!(again, found);
        assert!(!found.host().is_empty());
    }
});
