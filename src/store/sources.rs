//! Questions about sources: when one is due, what to send back to its host, how its last runs went.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::edition::SourceRun;
use crate::model::id::SourceId;
use crate::store::{Store, StoreError, pack, parsed, unpack};

/// How many past runs of a source are kept.
pub const KEPT_RUNS: usize = 30;

/// What newsmill remembers of a source between runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceState {
    /// The configured address that the rest belongs to; another address starts afresh.
    pub asked: String,
    /// Where it moved for good, as a good answer from there has proved.
    pub moved: Option<String>,
    /// `ETag`, byte for byte.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, byte for byte.
    pub last_modified: Option<Vec<u8>>,
    /// The address that the validators belong to, where it is not the one that is asked first.
    #[serde(default)]
    pub validated_at: Option<String>,
    /// Not before this time.
    pub next: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// True after 410: not asked again.
    pub gone: bool,
    /// The feed's own title and language, from the last good answer.
    pub title: Option<String>,
    /// When it last answered well.
    pub well: Option<Timestamp>,
    /// Mean seconds between its entries, where known: how often it is worth asking.
    pub rhythm: Option<u64>,
    /// Seconds for which its last document asks not to be fetched again (RSS `ttl`, `sy:updatePeriod`).
    #[serde(default)]
    pub stated_wait: u64,
    /// Hours of the day, in GMT, in which it asks not to be fetched.
    #[serde(default)]
    pub skip_hours: Vec<u8>,
    /// Days on which it asks not to be fetched, 1 for Monday.
    #[serde(default)]
    pub skip_days: Vec<u8>,
    /// Validators of the further documents that it names: parts of a sitemap, pages of a list.
    #[serde(default)]
    pub parts: Vec<PartState>,
    /// The feeds of an OPML list, each a source of its own.
    #[serde(default)]
    pub listed: Vec<Listed>,
}

/// A feed of an OPML list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Listed {
    /// Its id as a source; never changes.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its name in the list.
    pub title: String,
    /// True where it left the list.
    pub gone: bool,
}

/// What newsmill remembers of a further document of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PartState {
    /// A hash of its address, which may hold a secret.
    pub address: String,
    /// `ETag`, byte for byte.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, byte for byte.
    pub last_modified: Option<Vec<u8>>,
    /// When it was last asked and all that it says was taken.
    #[serde(default)]
    pub visited: Option<Timestamp>,
}

impl Store {
    /// What is remembered of every source ever asked.
    pub async fn source_states(&self) -> Result<HashMap<SourceId, SourceState>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached("SELECT id, packed FROM sources")?;
            let mut rows = query.query([])?;
            let mut states = HashMap::new();
            while let Some(row) = rows.next()? {
                states.insert(parsed(row.get(0)?)?, unpack(row.get_ref(1)?.as_blob().unwrap_or_default())?);
            }
            Ok(states)
        })
        .await
    }

    /// Settles a source after its entries are stored: its new state, and the run for its history.
    pub async fn settle_source(
        &self,
        id: SourceId,
        state: SourceState,
        run: SourceRun,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.prepare_cached("INSERT OR REPLACE INTO sources (id, packed) VALUES (?1, ?2)")?
                .execute(rusqlite::params![id.as_str(), pack(&state)?])?;
            db.prepare_cached("INSERT OR REPLACE INTO source_runs (source, at, packed) VALUES (?1, ?2, ?3)")?
                .execute(rusqlite::params![id.as_str(), run.at.as_second(), pack(&run)?])?;
            db.prepare_cached(
                "DELETE FROM source_runs WHERE source = ?1 AND at NOT IN
                 (SELECT at FROM source_runs WHERE source = ?1 ORDER BY at DESC LIMIT ?2)",
            )?
            .execute(rusqlite::params![id.as_str(), KEPT_RUNS])?;
            Ok(())
        })
        .await
    }

    /// The last runs of every source, oldest first.
    pub async fn source_history(&self) -> Result<HashMap<SourceId, Vec<SourceRun>>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached("SELECT packed FROM source_runs ORDER BY source, at")?;
            let mut rows = query.query([])?;
            let mut history: HashMap<SourceId, Vec<SourceRun>> = HashMap::new();
            while let Some(row) = rows.next()? {
                let run: SourceRun = unpack(row.get_ref(0)?.as_blob().unwrap_or_default())?;
                history.entry(run.source.clone()).or_default().push(run);
            }
            Ok(history)
        })
        .await
    }
}
