//! Golden sites: each folder of tests/fixtures/sites holds a configuration, a small web, and the files that must come of
//! them. `GOLDEN=write cargo test --test suite golden` writes the expected files anew; read the difference before you keep it.

use std::fs;
use std::path::{Path, PathBuf};

use newsmill::loopback::{Server, files};

use crate::mill::{Mill, NOW, tells_of_the_run, text, tree};

/// Addresses are part of ids, so the small web of a golden site stands at a fixed one.
const ADDRESS: &str = "127.0.43.1:4343";

/// The files that are compared in full; of all others, that they are there.
fn is_compared(name: &str) -> bool {
    let lists = [
        "index.html",
        "feed.json",
        "feed.xml",
        "atom.xml",
        "sitemap.xml",
        "robots.txt",
        "404.html",
        "opml.xml",
    ];
    lists.contains(&name)
        || name.starts_with("articles/")
        || name.starts_with("api/v1/articles/")
        || name.starts_with("api/v1/export/")
}

#[test]
fn small_webs_become_the_sites_that_are_expected() {
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sites");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut folders: Vec<PathBuf> = fs::read_dir(sites).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    for site in folders {
        let server =
            runtime.block_on(Server::start(ADDRESS.parse().unwrap(), files(&site.join("web")))).unwrap();
        let mill = Mill::new(&[]);
        for (name, bytes) in tree(&site.join("config")) {
            mill.write(&format!("config/{name}"), &text(&bytes));
        }
        mill.good(&["run", "--now", NOW]);
        runtime.block_on(server.stop());

        let mut made = mill.site();
        let list: String = made
            .keys()
            .filter(|name| !name.starts_with("assets/"))
            .fold(String::new(), |list, name| list + name + "\n");
        made.retain(|name, _| is_compared(name) && !tells_of_the_run(name));
        made.insert("FILES.txt".to_owned(), list.into_bytes());
        let expected = site.join("expected");
        if std::env::var("GOLDEN").is_ok_and(|word| word == "write") {
            let _ = fs::remove_dir_all(&expected);
            for (name, bytes) in &made {
                let path = expected.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
        let wanted = tree(&expected);
        assert_eq!(made.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{}", site.display());
        for (name, bytes) in &wanted {
            assert_eq!(text(&made[name]), text(bytes), "{}: {name}", site.display());
        }
    }
}
