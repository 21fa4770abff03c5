//! The state: every question about the past is a method here, every answer a value of the model. SQLite in one file
//! lives on a thread of its own; nobody else knows.
//!
//! | file | questions about |
//! |---|---|
//! | `lock` | who owns the state |
//! | `schema` | the tables, and how older states become today's |
//! | `sources` | when a source is due, its validators, its last runs |
//! | `entries` | what sources announced: new articles, appearances, announced corrections |
//! | `readings` | what waits to be read, what came of it, revisions, sources' furniture |
//! | `articles` | an article as read, as announced, by its address; takedowns |
//! | `identity` | which article an address or an announcement belongs to |
//! | `votes` | which article somebody means, whose counters are asked again |
//! | `enrichment` | tags, votes, translations, analyses |
//! | `ledger` | settled calls of providers and what they cost |
//! | `vectors` | vectors of texts, which articles they belong to, which articles lack one |
//! | `grouping` | frozen features, events, similar past events |
//! | `senses` | the embeddings that grouping saw |
//! | `census` | how much of everything there is |
//! | `snapshot` | all of it at one moment, in one file, and back |
//! | `view` | index rows and dossiers for rendering, what was published |

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

pub mod articles;
pub mod census;
pub mod enrichment;
pub mod entries;
pub mod grouping;
pub mod identity;
pub mod ledger;
mod lock;
pub mod readings;
mod schema;
mod senses;
pub mod snapshot;
pub mod sources;
pub mod vectors;
pub mod view;
pub mod votes;

/// Why the state could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or the file could not be made or opened.
    #[error("the state at {path} cannot be opened: {cause}")]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's words.
        cause: std::io::Error,
    },
    /// Another run owns the state.
    #[error(
        "the state at {path} is in use by another run; wait for it to end (the lock is freed when its process ends)"
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// A newer newsmill wrote the state.
    #[error(
        "the state at {path} was written by a newer newsmill; use that version, or another --state folder"
    )]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// The database refused.
    #[error("the state's database: {0}")]
    Sql(#[from] rusqlite::Error),
    /// A migration failed.
    #[error("the state's database could not be upgraded: {0}")]
    Migration(#[from] rusqlite_migration::Error),
    /// A stored value cannot be read back.
    #[error("the state holds a value that cannot be read: {0}")]
    Damaged(String),
    /// A snapshot cannot take the state's place.
    #[error("the snapshot cannot take the state's place: {0}")]
    Snapshot(String),
    /// The thread of the database is gone.
    #[error("the state's thread has ended")]
    Gone,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// An open state. Cheap to share by reference; closing waits for the database.
#[derive(Debug)]
pub struct Store {
    backend: Backend,
    _lock: lock::Lock,
}

#[derive(Debug)]
enum Backend {
    Sqlite(Sqlite),
}

#[derive(Debug)]
struct Sqlite {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Store {
    /// Opens the state in `folder`, makes it where there is none, upgrades an older one, and locks it.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)
            .map_err(|cause| StoreError::Open { path: folder.to_owned(), cause })?;
        let lock = lock::Lock::take(folder)?;
        let path = folder.join(snapshot::FILE);
        let (jobs, inbox) = mpsc::channel::<Job>();
        let (opened, answer) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("state".to_owned())
            .spawn(move || match schema::open(&path) {
                Err(error) => drop(opened.send(Err(error))),
                Ok(mut connection) => {
                    drop(opened.send(Ok(())));
                    for job in inbox {
                        job(&mut connection);
                    }
                    // The planner's statistics; a failure here costs nothing but speed.
                    let _ = connection.execute_batch("PRAGMA optimize");
                }
            })
            .map_err(|cause| StoreError::Open { path: folder.to_owned(), cause })?;
        answer.await.map_err(|_| StoreError::Gone)??;
        let backend = Backend::Sqlite(Sqlite { jobs: Some(jobs), thread: Some(thread) });
        Ok(Self { backend, _lock: lock })
    }

    /// Runs `work` on the database's thread.
    async fn on<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Backend::Sqlite(sqlite) = &self.backend;
        let (sender, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| drop(sender.send(work(connection))));
        sqlite.jobs.as_ref().ok_or(StoreError::Gone)?.send(job).map_err(|_| StoreError::Gone)?;
        answer.await.map_err(|_| StoreError::Gone)?
    }

    /// Runs `work` in one transaction: all of it is kept, or nothing.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on(move |connection| {
            let transaction = connection.transaction()?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
        .await
    }

    /// A small value kept under a name: the grouper's checkpoint, the hosts' memory, the last report.
    pub async fn note(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.on(move |db| note(db, name)).await
    }

    /// Keeps a small value under a name.
    pub async fn keep_note(&self, name: &'static str, value: Vec<u8>) -> Result<(), StoreError> {
        self.write(move |db| keep_note(db, name, &value)).await
    }
}

fn note(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut query = db.prepare_cached("SELECT value FROM notes WHERE name = ?1")?;
    let mut rows = query.query([name])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

fn keep_note(db: &Connection, name: &str, value: &[u8]) -> Result<(), StoreError> {
    db.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?1, ?2)", rusqlite::params![name, value])?;
    Ok(())
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // Closing the channel ends the thread; waiting for it lets SQLite fold its journal before the lock is freed.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Brings values into the form that the database keeps: JSON, compressed. One serves many values: setting a compressor up
/// takes longer than compressing an entry.
struct Packer(zstd::bulk::Compressor<'static>);

impl Packer {
    fn new() -> Result<Self, StoreError> {
        zstd::bulk::Compressor::new(3).map(Self).map_err(|e| StoreError::Damaged(e.to_string()))
    }

    fn pack<T: Serialize>(&mut self, value: &T) -> Result<Vec<u8>, StoreError> {
        let json = serde_json::to_vec(value).map_err(|e| StoreError::Damaged(e.to_string()))?;
        self.0.compress(&json).map_err(|e| StoreError::Damaged(e.to_string()))
    }
}

/// One value as the database keeps it.
fn pack<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    Packer::new()?.pack(value)
}

/// The most that one packed value may unpack to: far above what the limits on articles allow.
const MAX_UNPACKED: usize = 64 << 20;

/// Reads what [`pack`] wrote.
fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    let size = zstd::zstd_safe::get_frame_content_size(bytes)
        .ok()
        .flatten()
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| *size <= MAX_UNPACKED)
        .ok_or_else(|| StoreError::Damaged("a packed value without a size".to_owned()))?;
    let json = zstd::bulk::decompress(bytes, size).map_err(|e| StoreError::Damaged(e.to_string()))?;
    serde_json::from_slice(&json).map_err(|e| StoreError::Damaged(e.to_string()))
}

/// An identifier or tag out of a text column.
fn parsed<T>(text: String) -> Result<T, StoreError>
where
    T: TryFrom<String>,
    T::Error: std::fmt::Display,
{
    T::try_from(text).map_err(|e| StoreError::Damaged(e.to_string()))
}

fn timestamp(seconds: i64) -> Result<jiff::Timestamp, StoreError> {
    jiff::Timestamp::from_second(seconds).map_err(|e| StoreError::Damaged(e.to_string()))
}
