//! Object storage: names and files go in, kept objects come out. An object is created once, whole, and never overwritten, so
//! that of two programs that claim one name exactly one gets it. One backend so far: a folder.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Why the storage could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The folder, or an object in it, could not be read or written.
    #[error("{path}: {cause}")]
    Io {
        /// What was to be read or written.
        path: PathBuf,
        /// The system's words.
        cause: io::Error,
    },
    /// An object is greater than its reader takes.
    #[error("{path} is greater than the {limit} bytes that are taken")]
    TooLarge {
        /// The object.
        path: PathBuf,
        /// Bytes.
        limit: u64,
    },
}

/// A folder that keeps objects as files.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `root`; a missing one holds nothing, and is made with the first object.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Where an object lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The names of all objects, in order.
    pub fn names(&self) -> Result<Vec<String>, ObjectError> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(failed(&self.root, cause)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|cause| failed(&self.root, cause))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    /// A small object's bytes, at most `limit`.
    pub fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, ObjectError> {
        let path = self.path(name);
        let file = fs::File::open(&path).map_err(|cause| failed(&path, cause))?;
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|cause| failed(&path, cause))?;
        if bytes.len() as u64 > limit {
            return Err(ObjectError::TooLarge { path, limit });
        }
        Ok(bytes)
    }

    /// Keeps what `fill` writes under `name`, whole or not at all; false where the name is taken already.
    pub fn create(
        &self,
        name: &str,
        fill: impl FnOnce(&mut fs::File) -> io::Result<()>,
    ) -> Result<bool, ObjectError> {
        fs::create_dir_all(&self.root).map_err(|cause| failed(&self.root, cause))?;
        // Beside its place, so that the link never crosses a file system; named by the process, so that two never share one.
        let unfinished = self.path(&format!(".{name}.{}", std::process::id()));
        let outcome = write_whole(&unfinished, fill).and_then(|()| {
            // A link fails where the name is taken; a rename would overwrite it.
            match fs::hard_link(&unfinished, self.path(name)) {
                Ok(()) => Ok(true),
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(false),
                Err(cause) => Err(cause),
            }
        });
        let _ = fs::remove_file(&unfinished); // a leftover harms nobody
        outcome.map_err(|cause| failed(&self.path(name), cause))
    }

    /// Takes an object away; one that is gone already is no failure.
    pub fn remove(&self, name: &str) -> Result<(), ObjectError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(failed(&path, cause)),
            _ => Ok(()),
        }
    }
}

fn failed(path: &Path, cause: io::Error) -> ObjectError {
    ObjectError::Io { path: path.to_owned(), cause }
}

fn write_whole(path: &Path, fill: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    fill(&mut file)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_name_is_given_once() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(&place.path().join("deep/er"));
        assert_eq!(folder.names().unwrap(), Vec::<String>::new());
        assert!(folder.create("a", |file| file.write_all(b"first")).unwrap());
        assert!(!folder.create("a", |file| file.write_all(b"second")).unwrap());
        assert_eq!(folder.read("a", 5).unwrap(), b"first");
        assert!(matches!(folder.read("a", 4), Err(ObjectError::TooLarge { .. })));
        assert_eq!(folder.names().unwrap(), ["a"], "nothing unfinished is left");
        assert!(folder.create("b", |_| Err(io::Error::other("full"))).is_err());
        assert_eq!(folder.names().unwrap(), ["a"], "what failed is not there");
        folder.remove("a").unwrap();
        folder.remove("a").unwrap();
        assert!(folder.read("a", 5).is_err());
    }
}
