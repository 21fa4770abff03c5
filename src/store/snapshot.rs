//! An open state goes in, one compressed file that holds all of it comes out, and the other way round.
//!
//! A snapshot is known by the BLAKE3 hash of its database. A state remembers which snapshots it descends from (its
//! lineage), so that whoever keeps snapshots can tell a state that goes on from one that would overwrite another's work.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::{Store, StoreError, lock, schema};

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

/// What a state holds, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Census {
    /// Articles that sources announced.
    pub articles: u64,
    /// Of these, read.
    pub read: u64,
    /// Translations.
    pub translations: u64,
    /// Analyses.
    pub analyses: u64,
    /// Articles that grouping has placed.
    pub grouped: u64,
    /// Articles taken down.
    pub removed: u64,
}

impl Store {
    /// Counts what the state holds.
    pub async fn census(&self) -> Result<Census, StoreError> {
        self.on(|db| {
            let count =
                |sql: &str| -> Result<u64, StoreError> { Ok(db.query_row(sql, [], |row| row.get(0))?) };
            Ok(Census {
                articles: count("SELECT count(*) FROM articles")?,
                read: count("SELECT count(*) FROM articles WHERE read_state = 'ready'")?,
                translations: count("SELECT count(*) FROM translations")?,
                analyses: count("SELECT count(*) FROM impacts")?,
                grouped: count("SELECT count(*) FROM grouped")?,
                removed: count("SELECT count(*) FROM removed")?,
            })
        })
        .await
    }

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
        self.on(move |db| {
            let ancestors = lineage(db)?;
            keep_lineage(db, ancestors, hash)
        })
        .await
    }
}

/// True where `folder` holds a state.
pub fn is_there(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// Puts the state out of a compressed snapshot into `folder`, in one step, and keeps a state that was there before beside it,
/// at the path that is returned. The snapshot must be what `hash` and `bytes` say; `ancestors` becomes its lineage.
///
/// A failure leaves the folder as it was.
pub fn install(
    folder: &Path,
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
    let _lock = lock::Lock::take(folder)?;
    let place = folder.join(FILE);
    if is_there(folder) {
        drop(schema::open(&place)?); // closing folds the journal into the file
    }
    let journal = folder.join(format!("{FILE}-wal"));
    if journal.exists() {
        return Err(StoreError::Damaged(format!(
            "{} is left by a run that was killed, and cannot be folded in; run `newsmill build` once",
            journal.display()
        )));
    }
    let incoming = folder.join(format!("{FILE}.incoming"));
    let outcome = (|| {
        unpack_to(packed, &incoming, bytes).map_err(opening(&incoming))?;
        if hashed(&incoming)? != (hash.to_owned(), bytes) {
            return Err(StoreError::Damaged("the snapshot is not what its description says".to_owned()));
        }
        // A file that hashes right is what was pushed; opening it upgrades an older one and refuses a newer one.
        let mut db = schema::open(&incoming)?;
        keep_lineage(&mut db, ancestors, hash.to_owned())?;
        db.pragma_update(None, "journal_mode", "DELETE")?;
        db.close().map_err(|(_, error)| error)?;
        let before = is_there(folder).then(|| folder.join(format!("{FILE}.before")));
        if let Some(before) = &before {
            let _ = fs::remove_file(before); // an older one
            fs::hard_link(&place, before).map_err(opening(before))?;
        }
        fs::rename(&incoming, &place).map_err(opening(&place))?;
        Ok(before)
    })();
    if outcome.is_err() {
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.join(format!("{FILE}.incoming{ending}")));
        }
    }
    outcome
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
    let mut query = db.prepare_cached("SELECT value FROM notes WHERE name = ?1")?;
    let mut rows = query.query([LINEAGE])?;
    let Some(row) = rows.next()? else { return Ok(Vec::new()) };
    serde_json::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default())
        .map_err(|e| StoreError::Damaged(e.to_string()))
}

fn keep_lineage(db: &mut Connection, mut ancestors: Vec<String>, hash: String) -> Result<(), StoreError> {
    ancestors.retain(|known| *known != hash);
    ancestors.push(hash);
    ancestors.drain(..ancestors.len().saturating_sub(MAX_LINEAGE));
    let value = serde_json::to_vec(&ancestors).map_err(|e| StoreError::Damaged(e.to_string()))?;
    db.execute(
        "INSERT OR REPLACE INTO notes (name, value) VALUES (?1, ?2)",
        rusqlite::params![LINEAGE, value],
    )?;
    Ok(())
}
