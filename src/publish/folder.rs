//! A folder of published files: paths and bytes go in, whole files come out, unchanged ones untouched.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Entry, MARKER, Manifest, PublishError};

/// What [`Folder::put`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The file is new, or its bytes are.
    Written,
    /// It stood there already.
    Unchanged,
}

/// An output folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    manifest: Manifest,
    folders: HashSet<PathBuf>,
    /// True from the first change until [`Folder::finish`]: the marker on disk holds no lines.
    open: bool,
}

impl Folder {
    /// Opens the output folder at `root`, makes it where it is missing. Refuses a folder with something in it that has
    /// no marker file: it belongs to somebody else.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, PublishError> {
        let root = root.into();
        fs::create_dir_all(&root).map_err(error("make the folder", &root))?;
        let marker = root.join(MARKER);
        let text = match fs::read_to_string(&marker) {
            Ok(text) => text,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
                let mut inside = fs::read_dir(&root).map_err(error("read the folder", &root))?;
                if inside.next().is_some() {
                    return Err(PublishError::Foreign(root));
                }
                let text = Manifest::default().print();
                fs::write(&marker, &text).map_err(error("write", &marker))?;
                text
            }
            Err(cause) => return Err(error("read", &marker)(cause)),
        };
        let known = Known { manifest: Manifest::parse(&text), ..Known::default() };
        Ok(Self { root, known: Mutex::new(known) })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What stands in it as far as is known: of the last finished run, and of this one so far.
    pub fn manifest(&self) -> Manifest {
        self.known().manifest.clone()
    }

    /// True where the file at `path` was published under this fingerprint and is still there in its length. Such a page
    /// need not be made again; it must still be named to [`Folder::finish`].
    pub fn is_current(&self, path: &str, fingerprint: u64) -> bool {
        let entry = self.known().manifest.0.get(path).copied();
        entry.is_some_and(|entry| {
            entry.fingerprint == fingerprint && fingerprint != 0 && self.stands(path, &entry)
        })
    }

    /// Puts a file; see [`Folder::put_marked`].
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<Put, PublishError> {
        self.put_marked(path, bytes, 0)
    }

    /// Puts a file and remembers the fingerprint of what it shows. Written beside its place and renamed, and only where
    /// the bytes differ from those that stand there.
    pub fn put_marked(&self, path: &str, bytes: &[u8], fingerprint: u64) -> Result<Put, PublishError> {
        let to = self.root.join(checked(path)?);
        let entry = Entry::of(bytes, fingerprint);
        let before = self.known().manifest.0.get(path).copied();
        let same = match before {
            Some(before) if before.same_bytes(&entry) => self.stands(path, &entry),
            Some(_) => false,
            None => fs::read(&to).is_ok_and(|old| old == bytes),
        };
        if !same {
            self.begin()?;
            self.write(&to, bytes)?;
        }
        self.known().manifest.0.insert(path.to_owned(), entry);
        Ok(if same { Put::Unchanged } else { Put::Written })
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, path: &str) -> Result<(), PublishError> {
        let at = self.root.join(checked(path)?);
        self.begin()?;
        self.known().manifest.0.remove(path);
        match fs::remove_file(&at) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(error("remove", &at)(cause)),
            _ => Ok(()),
        }
    }

    /// Ends a run: removes every file that is not in `keep` (but neither dot files nor files without an extension: a
    /// `CNAME` or `.nojekyll` is the operator's), empty folders after them, and writes the marker. Returns how many
    /// files it removed.
    pub fn finish(&self, keep: &HashSet<String>) -> Result<usize, PublishError> {
        let mut removed = 0;
        let mut pending = vec![(self.root.clone(), String::new())];
        let mut folders = Vec::new();
        while let Some((folder, prefix)) = pending.pop() {
            for inside in fs::read_dir(&folder).map_err(error("read the folder", &folder))? {
                let inside = inside.map_err(error("read the folder", &folder))?;
                let name = inside.file_name().to_string_lossy().into_owned();
                let path = format!("{prefix}{name}");
                let kind = inside.file_type().map_err(error("look at", &inside.path()))?;
                let foreign = (name.starts_with('.') && !name.ends_with(PARTIAL)) || !name.contains('.');
                if kind.is_dir() && !name.starts_with('.') {
                    pending.push((inside.path(), format!("{path}/")));
                    folders.push(inside.path());
                } else if kind.is_file() && !foreign && !keep.contains(&path) {
                    self.begin()?;
                    fs::remove_file(inside.path()).map_err(error("remove", &inside.path()))?;
                    removed += 1;
                }
            }
        }
        if removed > 0 {
            // Deepest first; a folder that still holds something refuses, as it should.
            folders.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
        }
        let mut known = self.known();
        known.manifest.0.retain(|path, _| keep.contains(path));
        let (text, marker) = (known.manifest.print(), self.root.join(MARKER));
        if fs::read_to_string(&marker).is_ok_and(|old| old == text) {
            known.open = false;
            return Ok(removed);
        }
        drop(known);
        self.write(&marker, text.as_bytes())?;
        self.known().open = false;
        Ok(removed)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stands(&self, path: &str, entry: &Entry) -> bool {
        fs::metadata(self.root.join(path)).is_ok_and(|found| found.is_file() && found.len() == entry.length)
    }

    /// Before the first change: forgets on disk what stands where, so that a killed run leaves no wrong memory.
    fn begin(&self) -> Result<(), PublishError> {
        let mut known = self.known();
        if !known.open {
            let marker = self.root.join(MARKER);
            fs::write(&marker, Manifest::default().print()).map_err(error("write", &marker))?;
            known.open = true;
        }
        Ok(())
    }

    fn write(&self, to: &Path, bytes: &[u8]) -> Result<(), PublishError> {
        let folder = to.parent().unwrap_or(&self.root);
        if !self.known().folders.contains(folder) {
            fs::create_dir_all(folder).map_err(error("make the folder", folder))?;
            self.known().folders.insert(folder.to_owned());
        }
        let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = folder.join(format!(".{name}{PARTIAL}"));
        fs::write(&beside, bytes).map_err(error("write", &beside))?;
        fs::rename(&beside, to).map_err(error("rename into place", to))
    }
}

/// How files under way end; one that a killed run left is removed by the next [`Folder::finish`].
const PARTIAL: &str = ".partial";

fn error<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> PublishError + 'a {
    move |cause| PublishError::Io { what, path: path.to_owned(), cause }
}

/// `path`, where every part is a plain name that all disks can keep.
fn checked(path: &str) -> Result<&str, PublishError> {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part.len() <= 200
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    if path.len() <= 400 && path.split('/').all(plain) {
        Ok(path)
    } else {
        Err(PublishError::Path(path.chars().take(120).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keep(paths: &[&str]) -> HashSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    #[test]
    fn files_are_written_once_and_go_when_unplanned() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("out");
        let folder = Folder::open(&root).unwrap();
        assert_eq!(folder.put_marked("a/b.html", b"one", 5).unwrap(), Put::Written);
        assert_eq!(folder.put("index.html", b"x").unwrap(), Put::Written);
        assert_eq!(folder.put("index.html", b"x").unwrap(), Put::Unchanged);
        assert_eq!(folder.finish(&keep(&["a/b.html", "index.html"])).unwrap(), 0);

        let folder = Folder::open(&root).unwrap();
        assert!(folder.is_current("a/b.html", 5) && !folder.is_current("a/b.html", 6));
        assert!(!folder.is_current("index.html", 0), "no fingerprint is no promise");
        let before = fs::metadata(root.join(MARKER)).unwrap().modified().unwrap();
        assert_eq!(folder.finish(&keep(&["a/b.html", "index.html"])).unwrap(), 0);
        assert_eq!(
            fs::metadata(root.join(MARKER)).unwrap().modified().unwrap(),
            before,
            "nothing changed, nothing written"
        );

        fs::write(root.join("CNAME"), "news.example").unwrap();
        assert_eq!(folder.finish(&keep(&["index.html"])).unwrap(), 1);
        assert!(!root.join("a").exists() && root.join("CNAME").exists());
    }

    #[test]
    fn a_killed_run_leaves_no_wrong_memory() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        folder.put_marked("p.html", b"old", 1).unwrap();
        folder.finish(&keep(&["p.html"])).unwrap();
        // This run is killed after one page: no finish.
        Folder::open(temp.path()).unwrap().put_marked("p.html", b"new", 2).unwrap();
        fs::write(temp.path().join(".q.html.partial"), "half").unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        assert!(!folder.is_current("p.html", 1), "the memory of the old page went before the new one came");
        assert_eq!(folder.put_marked("p.html", b"old", 1).unwrap(), Put::Written);
        folder.finish(&keep(&["p.html"])).unwrap();
        assert!(!temp.path().join(".q.html.partial").exists());
        assert_eq!(fs::read(temp.path().join("p.html")).unwrap(), b"old");
    }

    #[test]
    fn a_strangers_folder_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(Folder::open(temp.path()), Err(PublishError::Foreign(_))));
        assert!(!temp.path().join(MARKER).exists());
    }

    #[test]
    fn no_path_leaves_the_folder() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../x",
            "a//b",
            "a\\b",
            ".git/config",
            "a/.",
            "c:x",
            "a\0b",
            "é.html",
        ] {
            assert!(matches!(folder.put(bad, b""), Err(PublishError::Path(_))), "{bad}");
        }
        assert!(folder.put("zh-Hant/archive/2026/04/22/index.html", b"").is_ok());
    }

    proptest! {
        #[test]
        fn checked_paths_stay_inside(path in ".{0,60}") {
            if checked(&path).is_ok() {
                prop_assert!(!path.contains("..") && !path.starts_with('/') && !path.contains('\\'));
            }
        }
    }
}
