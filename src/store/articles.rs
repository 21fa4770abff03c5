//! Questions about one article: what it says, who announced it, where it stands; and taking it down.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction};

use crate::model::article::Article;
use crate::model::entry::Entry;
use crate::model::id::{ArticleId, SourceId};
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;
use crate::store::{Store, StoreError, identity, parsed, unpack};

impl Store {
    /// The article as read, if it was.
    pub async fn article(&self, id: ArticleId) -> Result<Option<Article>, StoreError> {
        self.on(move |db| {
            let packed: Option<Option<Vec<u8>>> = db
                .prepare_cached("SELECT article FROM articles WHERE id = ?1")?
                .query_row([id.as_str()], |row| row.get(0))
                .optional()?;
            packed.flatten().map(|bytes| unpack(&bytes)).transpose()
        })
        .await
    }

    /// The entry, source and date of an article.
    pub async fn announced(&self, id: ArticleId) -> Result<Option<(SourceId, Entry, Moment)>, StoreError> {
        self.on(move |db| {
            let mut query =
                db.prepare_cached("SELECT source, entry, published FROM articles WHERE id = ?1")?;
            let mut rows = query.query([id.as_str()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let entry = unpack(row.get_ref(1)?.as_blob().unwrap_or_default())?;
            Ok(Some((parsed(row.get(0)?)?, entry, parsed(row.get(2)?)?)))
        })
        .await
    }

    /// The article that stands (or once stood) at an address.
    pub async fn article_at(&self, url: CanonicalUrl) -> Result<Option<ArticleId>, StoreError> {
        self.on(move |db| identity::holder(db, &url)).await
    }

    /// Takes an article down: it leaves every table, and its address is never fetched again. True where it was there.
    pub async fn remove(&self, id: ArticleId, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |db| {
            let there = identity::take_down(db, &id, now.as_second())?;
            let id = id.as_str();
            // What its text means is its text, too; it stays only where another article has the same text.
            db.execute(
                "DELETE FROM vectors WHERE key IN (SELECT key FROM embedded WHERE article = ?1)
                 AND key NOT IN (SELECT key FROM embedded WHERE article <> ?1 AND key IS NOT NULL)",
                [id],
            )?;
            let tables = [
                "appearances",
                "aliases",
                "claims",
                "revisions",
                "tags",
                "votes",
                "vote_asks",
                "translations",
                "impacts",
                "embedded",
            ];
            for table in tables {
                db.execute(&format!("DELETE FROM {table} WHERE article = ?1"), [id])?;
            }
            // The row in `grouped` stays: it holds no text, and events made with it must not change. An embedding tells much
            // of a text, so it goes.
            db.execute(
                "UPDATE grouped SET similar = NULL, similar_to = '', sense = NULL WHERE article = ?1",
                [id],
            )?;
            db.execute(
                "UPDATE grouped SET similar = NULL, similar_to = '' WHERE similar_to LIKE '%' || ?1 || '%'",
                [id],
            )?;
            db.execute("DELETE FROM articles WHERE id = ?1", [id])?;
            Ok(there)
        })
        .await
    }
}

/// Notes that something a page about `id` shows has changed.
pub(super) fn bump(db: &Transaction<'_>, id: &ArticleId) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE articles SET changes = changes + 1 WHERE id = ?1")?.execute([id.as_str()])?;
    Ok(())
}
