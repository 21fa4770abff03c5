//! A site of a test's own: files go in, the real program runs over them, its output and the site's files come out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with a configuration, a state and an output, thrown away at the end.
pub struct Mill {
    folder: TempDir,
}

/// The sample newsroom's addresses are fixed, and so are the ids made of them: whoever opens it takes its turn.
pub fn newsroom_turn() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The time at which tests take place unless they say otherwise.
pub const NOW: &str = "2026-11-23T07:17:00Z";

impl Mill {
    /// A site with these files in config/.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let mill = Self { folder: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            mill.write(&format!("config/{name}"), text);
        }
        mill
    }

    /// Writes a file below the folder.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A path below the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, with this site's folders, ready for more arguments.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsmill"));
        command
            .args(["--config", "config", "--state", "state", "--output", "output"])
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn mill(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs the program and expects it to do what it says.
    pub fn good(&self, args: &[&str]) -> String {
        let output = self.mill(args);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{args:?}: {:?}\n{out}\n{err}", output.status);
        out
    }

    /// Runs the program and expects it to refuse with `code`; what it says on standard error.
    pub fn refused(&self, args: &[&str], code: i32) -> String {
        let output = self.mill(args);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}\n{}\n{err}", text(&output.stdout));
        err
    }

    /// A file of the site.
    pub fn page(&self, name: &str) -> String {
        fs::read_to_string(self.path("output").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A JSON file of the site.
    pub fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.page(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file of the site but those that tell facts of the run.
    pub fn site(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = tree(&self.path("output"));
        all.retain(|name, _| !tells_of_the_run(name));
        all
    }
}

/// The files that hold wall times and request counts, and so differ between equal runs: the one list of them.
pub const FACTS_OF_THE_RUN: &[&str] = &["status.html", "latest.json", "report.json"];

/// True for a file in [`FACTS_OF_THE_RUN`], for the pages of sources, and for the marker of the folder.
pub fn tells_of_the_run(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    FACTS_OF_THE_RUN.contains(&last) || last == ".newsmill" || name.contains("sources/")
}

/// Path → bytes of every file below `folder`.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).unwrap_or_else(|error| panic!("{}: {error}", inner.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// Names of files that differ between two sites.
pub fn differences(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    names.into_iter().filter(|name| a.get(*name) != b.get(*name)).cloned().collect()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
