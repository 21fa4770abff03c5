//! An open state goes in, one compressed file that holds all of it comes out, and the other way round.
//!
//! A snapshot is known by the BLAKE3 hash of its database. A state remembers which snapshots it descends from (its
//! lineage), so that whoever keeps snapshots can tell a state that goes on from one that would overwrite another's work.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::{Store, StoreError, keep_note, lock, note, schema};

/// The note that holds the lineage; no part of a snapshot's contents, nor of its hash.
const LINEAGE: &str = "lineage";
/// Snapshots that a lineage remembers.
const MAX_LINEAGE: usize = 256;
/// The database's file.
pub(super) const FILE: &str = "newsmill.sqlite";

/// All of a state at one moment, in a file of its own that goes with this value.
#[derive(Debug)]
pub struct Snapshot {
    /// BLAKE3 of the database, in hex.
    pub hash: String,
    /// The database's size in bytes.
    pub bytes: u64,
    file: tempfile::NamedTempFile,
}

impl Snapshot {
    /// Writes the snapshot, compressed (zstd).
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        zstd::stream::copy_encode(fs::File::open(self.file.path())?, to, 6)
    }
}

impl Store {
    /// Copies the whole state, as it is now, to a file below `folder`.
    pub async fn snapshot(&self, folder: &Path) -> Result<Snapshot, StoreError> {
        let file = tempfile::Builder::new()
            .prefix("snapshot-")
            .tempfile_in(folder)
            .map_err(|cause| StoreError::Open { path: folder.to_owned(), cause })?;
        self.on(move |db| {
            let path = file.path().to_owned();
            db.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
            // What differs between equal states: who they descend from, and the planner's statistics.
            let copy = Connection::open(&path)?;
            copy.execute("DELETE FROM notes WHERE name = ?1", [LINEAGE])?;
            copy.execute_batch(
                "DROP TABLE IF EXISTS sqlite_stat4; DROP TABLE IF EXISTS sqlite_stat1; VACUUM;",
            )?;
            copy.close().map_err(|(_, error)| error)?;
            settle_counters(&path).map_err(|cause| StoreError::Open { path: path.clone(), cause })?;
            let (hash, bytes) = hashed(&path)?;
            Ok(Snapshot { hash, bytes, file })
        })
        .await
    }

    /// The snapshots that this state descends from, oldest first.
    pub async fn lineage(&self) -> Result<Vec<String>, StoreError> {
        self.on(|db| lineage(db)).await
    }

    /// Remembers that this state descends from the snapshot `hash`.
    pub async fn descend(&self, hash: String) -> Result<(), StoreError> {
        self.write(move |db| keep_lineage(db, lineage(db)?, hash)).await
    }
}

/// True where `folder` holds a state.
pub fn is_there(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// Puts the state out of a compressed snapshot into `folder`, in one step, and keeps the state that is `here` beside it, at the path that
/// is returned. The snapshot must be what `hash` and `bytes` say; `ancestors` becomes its lineage.
///
/// The state that is here is handed over open, so that nobody can write to it between a look at it and its end; none says that there is
/// none. A failure leaves it as it was.
pub fn install(
    folder: &Path,
    here: Option<Store>,
    packed: impl Read,
    hash: &str,
    bytes: u64,
    ancestors: Vec<String>,
) -> Result<Option<PathBuf>, StoreError> {
    let opening = |path: &Path| {
        let path = path.to_owned();
        move |cause| StoreError::Open { path, cause }
    };
    fs::create_dir_all(folder).map_err(opening(folder))?;
    let replaces = here.is_some();
    let _lock = match here {
        Some(Store { backend, _lock: lock }) => {
            drop(backend); // closing folds the journal into the file
            lock
        }
        None => lock::Lock::take(folder)?,
    };
    let place = folder.join(FILE);
    let journal = folder.join(format!("{FILE}-wal"));
    if is_there(folder) != replaces {
        return Err(StoreError::Snapshot("another run has made a state just now; pull again".to_owned()));
    }
    if journal.exists() {
        return Err(StoreError::Snapshot(format!(
            "the journal {} could not be folded into the state; `newsmill build` folds it",
            journal.display()
        )));
    }
    let incoming = folder.join(format!("{FILE}.incoming"));
    discard(&incoming); // a pull that was killed may have left a journal, which would be replayed over this one
    let outcome = (|| {
        unpack_to(packed, &incoming, bytes).map_err(opening(&incoming))?;
        if hashed(&incoming)? != (hash.to_owned(), bytes) {
            return Err(StoreError::Snapshot("it is not what its description says".to_owned()));
        }
        // A file that hashes right is what was pushed; opening it upgrades an older one and refuses a newer one.
        let db = schema::open(&incoming)?;
        keep_lineage(&db, ancestors, hash.to_owned())?;
        db.pragma_update(None, "journal_mode", "DELETE")?;
        db.close().map_err(|(_, error)| error)?;
        let before = replaces.then(|| folder.join(format!("{FILE}.before")));
        if let Some(before) = &before {
            let _ = fs::remove_file(before); // an older one
            fs::hard_link(&place, before).map_err(opening(before))?;
        }
        fs::rename(&incoming, &place).map_err(opening(&place))?;
        Ok(before)
    })();
    if outcome.is_err() {
        discard(&incoming);
    }
    outcome
}

/// Takes away an unfinished database with its journal; what is not there is no failure.
fn discard(incoming: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", incoming.display()));
    }
}

/// Sets the counters of a closed database's header that tell how often it was written, so that equal contents are equal bytes.
/// Places: SQLite's file format, section 1.3: the change counter and the number it is valid for (equal, or the
/// size in the header would not count), the schema cookie. They serve other connections to notice changes; there is none.
fn settle_counters(path: &Path) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).open(path)?;
    for place in [24, 40, 92] {
        file.seek(SeekFrom::Start(place))?;
        file.write_all(&1_u32.to_be_bytes())?;
    }
    file.sync_all()
}

/// Unpacks at most `bytes` and one, so that a hostile file cannot fill the disk.
fn unpack_to(packed: impl Read, to: &Path, bytes: u64) -> io::Result<()> {
    let mut unpacked = zstd::stream::Decoder::new(packed)?.take(bytes.saturating_add(1));
    let mut file = fs::File::create(to)?;
    io::copy(&mut unpacked, &mut file)?;
    file.sync_all()
}

fn hashed(path: &Path) -> Result<(String, u64), StoreError> {
    let opening = |cause| StoreError::Open { path: path.to_owned(), cause };
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(fs::File::open(path).map_err(opening)?).map_err(opening)?;
    Ok((hasher.finalize().to_hex().to_string(), hasher.count()))
}

fn lineage(db: &Connection) -> Result<Vec<String>, StoreError> {
    let Some(value) = note(db, LINEAGE)? else { return Ok(Vec::new()) };
    serde_json::from_slice(&value).map_err(|e| StoreError::Damaged(e.to_string()))
}

fn keep_lineage(db: &Connection, mut ancestors: Vec<String>, hash: String) -> Result<(), StoreError> {
    ancestors.retain(|known| *known != hash);
    ancestors.push(hash);
    ancestors.drain(..ancestors.len().saturating_sub(MAX_LINEAGE));
    let value = serde_json::to_vec(&ancestors).map_err(|e| StoreError::Damaged(e.to_string()))?;
    keep_note(db, LINEAGE, &value)
}
