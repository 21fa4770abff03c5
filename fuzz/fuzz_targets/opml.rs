//! Any bytes go in as an OPML list; what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newsmill::discover::opml::{list, write};
use url::Url;

fuzz_target!(|data: &[u8]| {
    let Ok(base) = Url::parse("https://example.com/list.opml") else { return };
    if let Ok(first) = list(data, None, &base) {
        let text = write("T", &first.outlines);
        let again = list(text.as_bytes(), None, &base).expect("what was written is a list");
        assert_eq!(again.damaged, None);
        assert_eq!(again.outlines.len(), first.outlines.len());
    }
});
