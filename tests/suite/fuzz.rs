//! Seeds of the fuzz targets, and whatever they found, are read without a fuzzer: each file goes to its reader, and nothing
//! panics.

#[path = "../../fuzz/checks.rs"]
mod checks;

use std::path::Path;
use std::time::{Duration, Instant};

type Check = fn(&[u8]);

const CHECKS: [(&str, Check); 7] = [
    ("feed", checks::feed),
    ("sitemap", checks::sitemap),
    ("opml", checks::opml),
    ("robots", checks::robots),
    ("url", checks::url),
    ("listing", checks::listing),
    ("page", checks::page),
];

#[test]
fn seeds_and_findings_do_no_harm() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, check) in CHECKS {
        let (seeds, findings) =
            (root.join("fuzz/seeds").join(name), root.join("tests/fixtures/fuzz").join(name));
        let mut read = 0;
        // A target without findings has no folder of them.
        let folders = [seeds, findings].map(std::fs::read_dir).into_iter().flatten();
        for file in folders.flatten() {
            let path = file.unwrap().path();
            let begin = Instant::now();
            check(&std::fs::read(&path).unwrap());
            assert!(begin.elapsed() < Duration::from_secs(10), "{} takes too long", path.display());
            read += 1;
        }
        assert!(read > 0, "{name} has no seeds");
    }
}
