//! An open state goes in, the numbers of what it holds come out.

use crate::store::{Store, StoreError};

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
}
