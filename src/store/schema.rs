//! The tables of the state, and the steps that bring an older state to today's. A step, once released, never changes.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use crate::store::{StoreError, identity};

/// Times are seconds since 1970 (UTC); moments are their text form; `packed` columns are compressed JSON of the model.
const STEPS: &[M<'static>] = &[
    M::up(
    "
    CREATE TABLE notes (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

    CREATE TABLE sources (
        id TEXT PRIMARY KEY,
        packed BLOB NOT NULL                -- SourceState
    ) WITHOUT ROWID;
    CREATE TABLE source_runs (
        source TEXT NOT NULL, at INTEGER NOT NULL, packed BLOB NOT NULL,
        PRIMARY KEY (source, at)
    ) WITHOUT ROWID;

    CREATE TABLE articles (
        id TEXT PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,           -- canonical, at first sight
        source TEXT NOT NULL,               -- that announced it first
        rank INTEGER NOT NULL,              -- of that source among those of its run
        first_seen INTEGER NOT NULL,
        published TEXT NOT NULL,            -- moment; first_seen where none is stated
        published_at INTEGER NOT NULL,
        entry BLOB NOT NULL,                -- packed Entry, as last announced
        read_state TEXT NOT NULL,           -- pending, ready, failed, unavailable
        read_status BLOB NOT NULL,          -- packed Status
        read_after INTEGER NOT NULL,        -- not before
        attempts INTEGER NOT NULL DEFAULT 0,
        rereads INTEGER NOT NULL DEFAULT 0, -- how often a stated correction made us ask again
        title TEXT NOT NULL,
        language TEXT,
        words INTEGER NOT NULL DEFAULT 0,
        full_text INTEGER NOT NULL DEFAULT 0,
        excerpt TEXT NOT NULL DEFAULT '',   -- first sentence, bounded
        text_hash TEXT NOT NULL DEFAULT '',
        article BLOB,                       -- packed Article
        changes INTEGER NOT NULL DEFAULT 0  -- bumped by whatever a page about it shows
    );
    CREATE INDEX articles_to_read ON articles (read_after) WHERE read_state IN ('pending', 'failed');
    CREATE INDEX articles_by_time ON articles (published_at, id);

    CREATE TABLE appearances (
        article TEXT NOT NULL, source TEXT NOT NULL, guid TEXT,
        said TEXT NOT NULL,                 -- a hash of what this source last announced
        packed BLOB NOT NULL,
        PRIMARY KEY (article, source)
    ) WITHOUT ROWID;
    CREATE INDEX appearances_by_guid ON appearances (source, guid) WHERE guid IS NOT NULL;
    CREATE TABLE aliases (url TEXT PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE removed (url TEXT PRIMARY KEY, id TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE revisions (
        article TEXT NOT NULL, number INTEGER NOT NULL, packed BLOB NOT NULL,
        PRIMARY KEY (article, number)
    ) WITHOUT ROWID;
    CREATE TABLE furniture (source TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

    CREATE TABLE tags (
        article TEXT PRIMARY KEY, made_from TEXT NOT NULL, symbols TEXT NOT NULL, packed BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE votes (
        article TEXT PRIMARY KEY, packed BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE translations (
        article TEXT NOT NULL, language TEXT NOT NULL, made_from TEXT NOT NULL,
        state TEXT NOT NULL, status BLOB NOT NULL, title TEXT, packed BLOB,
        PRIMARY KEY (article, language)
    ) WITHOUT ROWID;
    CREATE TABLE impacts (
        article TEXT NOT NULL, language TEXT NOT NULL, made_from TEXT NOT NULL,
        state TEXT NOT NULL, status BLOB NOT NULL, direction TEXT, strength INTEGER, summary TEXT, packed BLOB,
        PRIMARY KEY (article, language)
    ) WITHOUT ROWID;

    CREATE TABLE answers (
        key TEXT PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE spend (
        day TEXT NOT NULL, provider TEXT NOT NULL, task TEXT NOT NULL,
        calls INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL, micros INTEGER NOT NULL,
        PRIMARY KEY (day, provider, task)
    ) WITHOUT ROWID;

    CREATE TABLE grouped (
        number INTEGER PRIMARY KEY,         -- the order in which grouping saw them
        article TEXT NOT NULL UNIQUE,
        features BLOB NOT NULL,             -- what grouping saw, frozen
        event TEXT NOT NULL,                -- its founder's article id
        similar BLOB,                       -- packed Vec<Similar>
        similar_to TEXT NOT NULL DEFAULT '' -- article ids in it, joined by spaces
    );
    CREATE INDEX grouped_by_event ON grouped (event);
    CREATE TABLE merges (
        number INTEGER PRIMARY KEY, gone TEXT NOT NULL UNIQUE, into_event TEXT NOT NULL
    );
    CREATE TABLE event_facts (event TEXT PRIMARY KEY, packed BLOB NOT NULL) WITHOUT ROWID;

    CREATE TABLE published (
        path TEXT PRIMARY KEY, fingerprint INTEGER NOT NULL, hash BLOB NOT NULL
    ) WITHOUT ROWID;
    ",
    ),
    M::up(
        "
    CREATE TABLE vote_asks (
        article TEXT NOT NULL, source TEXT NOT NULL,
        next INTEGER NOT NULL,              -- not before
        packed BLOB NOT NULL,               -- VoteAsk
        PRIMARY KEY (article, source)
    ) WITHOUT ROWID;
    ",
    ),
    M::up(
        "
    CREATE TABLE vectors (
        key TEXT PRIMARY KEY,               -- hash of text, model and dimensions
        model TEXT NOT NULL,                -- vectors of two models are never compared
        cells BLOB NOT NULL                 -- one signed byte a dimension
    ) WITHOUT ROWID;
    CREATE TABLE embedded (
        article TEXT PRIMARY KEY, made_from TEXT NOT NULL,
        key TEXT,                           -- of its vector
        refused TEXT                        -- in words why it has none
    ) WITHOUT ROWID;
    CREATE INDEX embedded_by_key ON embedded (key) WHERE key IS NOT NULL;
    ",
    ),
    M::up(
        "
    CREATE TABLE addresses (                -- keys of all addresses; `removed` holds keys too
        key TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (key, article)
    ) WITHOUT ROWID;
    CREATE INDEX aliases_by_article ON aliases (article);
    CREATE INDEX articles_by_source ON articles (source, published_at);
    CREATE TABLE claims (                   -- what pages say of their own address, until it is settled
        url TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (url, article)
    ) WITHOUT ROWID;
    ",
    ),
    M::up(
        "
    -- Articles of merged events kept the event that is gone.
    UPDATE grouped SET event = (
        WITH RECURSIVE chain (event, step) AS (
            SELECT grouped.event, 0
            UNION ALL SELECT m.into_event, step + 1 FROM merges m JOIN chain ON m.gone = chain.event WHERE step < 100
        )
        SELECT event FROM chain ORDER BY step DESC LIMIT 1
    ) WHERE event IN (SELECT gone FROM merges);
    CREATE TABLE partings (                 -- an event that stood in another until it was told apart
        number INTEGER PRIMARY KEY, parted TEXT NOT NULL UNIQUE, from_event TEXT NOT NULL
    );
    ",
    ),
    M::up(
        "
    ALTER TABLE grouped ADD COLUMN sense BLOB; -- the embedding that grouping saw, of the newest alone
    CREATE INDEX grouped_sensed ON grouped (number) WHERE sense IS NOT NULL;
    ",
    ),
];

/// Opens the database at `path`, making or upgrading it.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    // WAL: a reader never meets a half-made change; NORMAL: a killed process loses nothing that was committed. The journal
    // grows to 32 MB before it is folded, since every folding writes hot pages again and waits for the disk.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384; PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 8000;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    match Migrations::from_slice(STEPS).to_latest(&mut connection) {
        Ok(()) => {
            identity::key_old_addresses(&mut connection)?;
            Ok(connection)
        }
        Err(rusqlite_migration::Error::MigrationDefinition(
            MigrationDefinitionError::DatabaseTooFarAhead,
        )) => Err(StoreError::Newer { path: path.to_owned() }),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_valid() {
        Migrations::from_slice(STEPS).validate().unwrap();
    }
}
