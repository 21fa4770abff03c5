//! Pages go in, files that readers see come out, never half-written.
//!
//! 1. [`Folder::open`] takes an empty folder or one that newsmill made before; any other is refused.
//! 2. [`Folder::is_current`] tells whether a page stands there already under the same fingerprint: then it needs neither
//!    dossier nor rendering.
//! 3. [`Folder::put`] writes a file beside its place and renames it there, only where the bytes differ. It may be called
//!    from many threads. The caller writes pages before the lists that link to them.
//! 4. [`Folder::finish`] removes what is no longer planned, and only then remembers what stands where.
//!
//! The folder's marker file, `.newsmill`, holds the memory: one line a file. A run that writes first forgets it on disk,
//! so that after a kill nothing is believed that was not seen: the next run compares bytes instead.

mod folder;
mod manifest;

pub use folder::{Folder, Put};
pub use manifest::{Entry, Manifest};

use std::path::PathBuf;

/// Why files cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The folder holds something that newsmill did not make.
    #[error(
        "{} is not empty and newsmill did not make it (it has no {MARKER}): name another folder with --output, or empty it",
        .0.display()
    )]
    Foreign(PathBuf),
    /// A path that would leave the folder, or that some disk could not keep.
    #[error("`{0}` is no path for a page: expected plain names joined by /, as in events/a8b00e3dc9.html")]
    Path(String),
    /// The file system refused.
    #[error("cannot {what} {}: {cause}", .path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's words.
        cause: std::io::Error,
    },
}

/// The file by which newsmill knows its own folders.
pub const MARKER: &str = ".newsmill";
