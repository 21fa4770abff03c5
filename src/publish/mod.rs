//! Pages go in, files that readers see come out, never half-written: each is written beside its place and moved into it
//! whole, and only where its bytes differ from what stands there.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Stands in every folder that newsmill made. Its content is a hash over what was published into it.
const MARKER: &str = ".newsmill";
/// What a file is called until it is whole.
const PARTIAL: &str = ".newsmill-partial";

/// Why a page could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The folder holds something that newsmill did not make.
    #[error(
        "{folder} holds something that newsmill did not make; name another folder with --output, or move it away"
    )]
    NotOurs {
        /// The folder.
        folder: PathBuf,
    },
    /// A path that leads outside the folder, or is none.
    #[error("`{0}` is no path inside the output folder")]
    Path(String),
    /// The system refused.
    #[error("{path} cannot be written: {cause}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        cause: io::Error,
    },
}

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is new, or its bytes changed.
    Written,
    /// The same bytes stand there already.
    Unchanged,
}

/// Published files by path: the fingerprint of their inputs, and the hash of their bytes.
pub type Published = HashMap<String, (u64, [u8; 32])>;

/// The folder that readers are served from.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    made: Mutex<HashSet<PathBuf>>,
}

impl Folder {
    /// Opens `root`, makes it where it is not there, and refuses one that newsmill did not make.
    pub fn open(root: &Path) -> Result<Self, PublishError> {
        fs::create_dir_all(root).map_err(|cause| refused(root, cause))?;
        let marker = root.join(MARKER);
        if !marker.exists() {
            let mut entries = fs::read_dir(root).map_err(|cause| refused(root, cause))?;
            // What a newsmill command itself put there as a sign is no content.
            let foreign = entries.any(|entry| {
                entry.is_ok_and(|entry| !entry.file_name().to_string_lossy().starts_with(MARKER))
            });
            if foreign {
                return Err(PublishError::NotOurs { folder: root.to_owned() });
            }
            fs::write(&marker, "").map_err(|cause| refused(&marker, cause))?;
        }
        Ok(Self { root: root.to_owned(), made: Mutex::new(HashSet::new()) })
    }

    /// True where this folder holds just what `published` tells of: then pages whose inputs did not change need not be
    /// made. A folder that was restored, or a state that was, is told apart by the sealed hash.
    pub fn holds(&self, published: &Published) -> bool {
        !published.is_empty()
            && fs::read_to_string(self.root.join(MARKER))
                .is_ok_and(|seal| seal.trim() == hash_over(published))
    }

    /// Writes into the marker what the folder holds now.
    pub fn seal(&self, published: &Published) -> Result<(), PublishError> {
        self.put_at(&self.root.join(MARKER), hash_over(published).as_bytes()).map(|_| ())
    }

    /// True where a file stands at `path`.
    pub fn has(&self, path: &str) -> bool {
        self.place(path).is_ok_and(|place| place.is_file())
    }

    /// Puts a page in its place.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<Put, PublishError> {
        self.put_at(&self.place(path)?, bytes)
    }

    fn put_at(&self, place: &Path, bytes: &[u8]) -> Result<Put, PublishError> {
        let same_size = fs::metadata(place).is_ok_and(|known| known.len() == bytes.len() as u64);
        if same_size && fs::read(place).is_ok_and(|known| known == bytes) {
            return Ok(Put::Unchanged);
        }
        if let Some(folder) = place.parent() {
            self.make(folder)?;
        }
        let mut partial = place.as_os_str().to_owned();
        partial.push(PARTIAL);
        let partial = PathBuf::from(partial);
        fs::write(&partial, bytes).map_err(|cause| refused(&partial, cause))?;
        fs::rename(&partial, place).map_err(|cause| refused(place, cause))?;
        Ok(Put::Written)
    }

    fn make(&self, folder: &Path) -> Result<(), PublishError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if !made.contains(folder) {
            fs::create_dir_all(folder).map_err(|cause| refused(folder, cause))?;
            made.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Removes every file that is not in `keep`, and folders that are empty then; how many files left.
    pub fn finish(&self, keep: &HashSet<String>) -> Result<usize, PublishError> {
        let mut removed = 0;
        let mut folders = vec![(self.root.clone(), String::new())];
        let mut visited = Vec::new();
        while let Some((folder, prefix)) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(|cause| refused(&folder, cause))? {
                let entry = entry.map_err(|cause| refused(&folder, cause))?;
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                // A link is removed as what it is, never followed.
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push((entry.path(), format!("{name}/")));
                } else if !keep.contains(&name) && !is_sign(&name) {
                    fs::remove_file(entry.path()).map_err(|cause| refused(&entry.path(), cause))?;
                    removed += 1;
                }
            }
            visited.push(folder);
        }
        // Children were visited after their parents; a folder that is not empty refuses, which is meant.
        for folder in visited.iter().skip(1).rev() {
            let _ = fs::remove_dir(folder);
        }
        Ok(removed)
    }

    /// Where a path of the site lies: plain names joined by `/`, nothing that could lead elsewhere.
    fn place(&self, path: &str) -> Result<PathBuf, PublishError> {
        let plain =
            |name: &str| !name.is_empty() && name != "." && name != ".." && !name.contains(['\\', ':', '\0']);
        if path.len() > 512 || !path.split('/').all(plain) {
            return Err(PublishError::Path(path.chars().take(120).collect()));
        }
        Ok(path.split('/').fold(self.root.clone(), |place, name| place.join(name)))
    }
}

fn is_sign(name: &str) -> bool {
    name.starts_with(MARKER) && !name.contains('/') && !name.ends_with(PARTIAL)
}

fn refused(path: &Path, cause: io::Error) -> PublishError {
    PublishError::Io { path: path.to_owned(), cause }
}

fn hash_over(published: &Published) -> String {
    let mut rows: Vec<(&String, &[u8; 32])> =
        published.iter().map(|(path, (_, hash))| (path, hash)).collect();
    rows.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for (path, hash) in rows {
        hasher.update(path.as_bytes());
        hasher.update(&[0]);
        hasher.update(hash);
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(&root.path().join("output")).unwrap();
        (root, folder)
    }

    #[test]
    fn only_changed_bytes_are_written_and_the_unplanned_leaves() {
        let (_root, folder) = folder();
        assert_eq!(folder.put("a/b.html", b"one").unwrap(), Put::Written);
        assert_eq!(folder.put("a/b.html", b"one").unwrap(), Put::Unchanged);
        assert_eq!(folder.put("a/b.html", b"two").unwrap(), Put::Written);
        folder.put("c/d/e.html", b"x").unwrap();
        let keep = HashSet::from(["a/b.html".to_owned()]);
        assert_eq!(folder.finish(&keep).unwrap(), 1);
        assert!(folder.has("a/b.html") && !folder.has("c/d/e.html") && !folder.root.join("c").exists());
        assert!(folder.root.join(MARKER).exists());
    }

    #[test]
    fn a_foreign_folder_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("thesis.txt"), "years of work").unwrap();
        let error = Folder::open(root.path()).unwrap_err().to_string();
        assert!(error.contains("did not make"), "{error}");
    }

    #[test]
    fn no_path_leads_outside() {
        let (_root, folder) = folder();
        for bad in ["../x", "/etc/x", "a//b", "a/../../b", "", "a\\b", "c:x", "a/\0"] {
            assert!(folder.put(bad, b"x").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_seal_tells_whether_folder_and_state_belong_together() {
        let (_root, folder) = folder();
        let published = HashMap::from([("a.html".to_owned(), (7, [1; 32]))]);
        assert!(!folder.holds(&published));
        folder.seal(&published).unwrap();
        assert!(folder.holds(&published));
        assert!(!folder.holds(&HashMap::from([("a.html".to_owned(), (7, [2; 32]))])));
    }
}
