//! Static files go in, what stands below `assets/` comes out: CSS and JavaScript under names that carry their hash, so
//! that they may be cached for ever.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::site::SiteError;
use crate::site::paths::ASSETS;
use crate::site::print::Print;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// All static files.
#[derive(Debug)]
pub(crate) struct Assets {
    /// Path below `static/` → (output path, bytes).
    files: BTreeMap<String, (String, Vec<u8>)>,
    /// Over names and bytes.
    pub(crate) print: u64,
}

impl Assets {
    /// The embedded files, each overridden by one of the same path.
    pub(crate) fn load(overrides: Vec<(String, Vec<u8>)>) -> Result<Self, SiteError> {
        let mut all: BTreeMap<String, Vec<u8>> = EMBEDDED
            .files()
            .filter_map(|file| Some((file.path().to_str()?.to_owned(), file.contents().to_vec())))
            .collect();
        for (path, bytes) in overrides {
            if !is_plain(&path) {
                return Err(SiteError::StaticPath(path.chars().take(120).collect()));
            }
            all.insert(path, bytes);
        }
        let mut print = Print::new();
        let mut files = BTreeMap::new();
        for (path, bytes) in all {
            let hash = blake3::hash(&bytes).to_hex();
            print = print.text(&path).text(&hash);
            files.insert(path.clone(), (output(&path, &hash.as_str()[..10]), bytes));
        }
        Ok(Self { files, print: print.done() })
    }

    /// Where the file of this path stands in the output, relative to the site's root.
    pub(crate) fn path(&self, name: &str) -> String {
        self.files.get(name).map_or_else(|| format!("{ASSETS}{name}"), |(path, _)| path.clone())
    }

    /// `(output path, bytes)` of all.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.files.values().cloned().collect()
    }
}

fn output(path: &str, hash: &str) -> String {
    match path.rsplit_once('.') {
        Some((stem, extension @ ("css" | "js"))) => format!("{ASSETS}{stem}.{hash}.{extension}"),
        _ => format!("{ASSETS}{path}"),
    }
}

fn is_plain(path: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    path.len() <= 200 && path.split('/').all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_hashes_and_overrides_win() {
        let plain = Assets::load(vec![]).unwrap();
        let own =
            Assets::load(vec![("site.css".into(), b"x{}".to_vec()), ("logo/a.png".into(), vec![1])]).unwrap();
        assert_ne!(plain.path("site.css"), own.path("site.css"));
        assert_eq!(own.path("site.css").split('.').next_back(), Some("css"));
        assert!(own.path("site.css").starts_with("assets/site."));
        assert_eq!(own.path("logo/a.png"), "assets/logo/a.png");
        assert_ne!(plain.print, own.print);
        for bad in ["../x", "/x", "a//b", ".git/x", "a b", ""] {
            assert!(Assets::load(vec![(bad.into(), vec![])]).is_err(), "{bad}");
        }
    }
}
