//! What waits to be read comes out; what came of reading it goes in: text, status, revisions, and what was learned of
//! sources' furniture.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::model::article::{Article, Obtained};
use crate::model::block::plain_text;
use crate::model::edition::Revision;
use crate::model::entry::Entry;
use crate::model::id::{ArticleId, SourceId};
use crate::model::lang::Lang;
use crate::model::status::Status;
use crate::model::url::CanonicalUrl;
use crate::store::entries::plausible;
use crate::store::{Packer, Store, StoreError, pack, parsed, timestamp, unpack};

/// How many earlier revisions of an article are kept.
const MAX_REVISIONS: u32 = 10;
/// How many lines of a revision's difference are kept, each way.
const MAX_DIFF: usize = 40;

/// An article that waits to be read, by what decides about its turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Its id.
    pub id: ArticleId,
    /// The source that announced it first.
    pub source: SourceId,
    /// Its address.
    pub url: CanonicalUrl,
}

/// An article that waits to be read.
#[derive(Debug, Clone)]
pub struct ToRead {
    /// Its id.
    pub id: ArticleId,
    /// The source that announced it first.
    pub source: SourceId,
    /// What was announced.
    pub entry: Entry,
    /// Tries that failed so far.
    pub attempts: u32,
    /// True where a text is there already and a correction was announced.
    pub again: bool,
}

/// What came of reading an article.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The article; `None` keeps the one that is there.
    pub article: Option<Article>,
    /// Whether the text was obtained.
    pub status: Status,
    /// BLAKE3 of the text, hex.
    pub text_hash: String,
    /// The first sentence of the text, bounded.
    pub excerpt: String,
    /// Another address that the page says it has; settled by [`Store::settle_claims`].
    pub alias: Option<CanonicalUrl>,
}

impl Store {
    /// Articles that wait to be read at `now`, newest first.
    pub async fn waiting(&self, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT id, source, url FROM articles
                 WHERE read_state IN ('pending', 'failed') AND read_after <= ?1 ORDER BY published_at DESC, id",
            )?;
            let mut rows = query.query([now.as_second()])?;
            let mut waiting = Vec::new();
            while let Some(row) = rows.next()? {
                let (id, source, url) = (parsed(row.get(0)?)?, parsed(row.get(1)?)?, parsed(row.get(2)?)?);
                waiting.push(Waiting { id, source, url });
            }
            Ok(waiting)
        })
        .await
    }

    /// What reading these articles takes, in their order; those that are gone are left out.
    pub async fn to_read(&self, ids: Vec<ArticleId>) -> Result<Vec<ToRead>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT source, entry, attempts, article IS NOT NULL FROM articles WHERE id = ?1",
            )?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let mut rows = query.query([id.as_str()])?;
                let Some(row) = rows.next()? else { continue };
                found.push(ToRead {
                    source: parsed(row.get(0)?)?,
                    entry: unpack(row.get_ref(1)?.as_blob().unwrap_or_default())?,
                    attempts: row.get(2)?,
                    again: row.get(3)?,
                    id,
                });
            }
            Ok(found)
        })
        .await
    }

    /// Stores what came of reading articles, all of it or nothing. A text that differs from the one that is there
    /// becomes a new revision; the difference is kept.
    pub async fn put_readings(
        &self,
        readings: Vec<(ArticleId, Reading)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let mut packer = Packer::new()?;
            readings.into_iter().try_for_each(|(id, reading)| put_reading(db, &mut packer, &id, reading, now))
        })
        .await
    }

    /// What was learned about a source's recurring blocks.
    pub async fn furniture(&self) -> Result<HashMap<SourceId, Vec<u8>>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached("SELECT source, value FROM furniture")?;
            let mut rows = query.query([])?;
            let mut all = HashMap::new();
            while let Some(row) = rows.next()? {
                all.insert(parsed(row.get(0)?)?, row.get(1)?);
            }
            Ok(all)
        })
        .await
    }

    /// Keeps what was learned about sources' recurring blocks.
    pub async fn keep_furniture(&self, learned: Vec<(SourceId, Vec<u8>)>) -> Result<(), StoreError> {
        self.write(move |db| {
            for (source, value) in learned {
                db.prepare_cached("INSERT OR REPLACE INTO furniture (source, value) VALUES (?1, ?2)")?
                    .execute(params![source.as_str(), value])?;
            }
            Ok(())
        })
        .await
    }
}

fn put_reading(
    db: &Transaction<'_>,
    packer: &mut Packer,
    id: &ArticleId,
    reading: Reading,
    now: Timestamp,
) -> Result<(), StoreError> {
    /// Packed article, text hash, packed entry, first seen.
    type Before = (Option<Vec<u8>>, String, Vec<u8>, i64);
    let row: Option<Before> = db
        .prepare_cached("SELECT article, text_hash, entry, first_seen FROM articles WHERE id = ?1")?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    // Taken down while it was being read.
    let Some((before, hash, entry, first_seen)) = row else { return Ok(()) };
    let after = match &reading.status {
        Status::Failed { retry: Some(at), .. } | Status::Pending { retry: Some(at), .. } => at.as_second(),
        _ => 0,
    };
    let failed = matches!(reading.status, Status::Failed { .. });
    db.prepare_cached(
        "UPDATE articles SET read_state = ?2, read_status = ?3, read_after = ?4, attempts = attempts + ?5,
         changes = changes + 1 WHERE id = ?1",
    )?
    .execute(params![
        id.as_str(),
        reading.status.word(),
        packer.pack(&reading.status)?,
        after,
        failed
    ])?;
    if let Some(alias) = &reading.alias {
        db.prepare_cached("INSERT OR IGNORE INTO claims (url, article) VALUES (?1, ?2)")?
            .execute([alias.as_str(), id.as_str()])?;
    }
    let Some(article) = reading.article else { return Ok(()) };
    if let Some(before) = before.filter(|_| hash != reading.text_hash && !hash.is_empty()) {
        keep_revision(db, id, &unpack(&before)?, &article, now)?;
    }
    let entry: Entry = unpack(&entry)?;
    let full = matches!(article.obtained, Obtained::Page | Obtained::Feed);
    db.prepare_cached(
        "UPDATE articles SET title = ?2, language = ?3, words = ?4, full_text = ?5, excerpt = ?6, text_hash = ?7,
         article = ?8 WHERE id = ?1",
    )?
    .execute(params![
        id.as_str(),
        article.title,
        article.language.as_ref().map(Lang::as_str),
        article.words,
        full,
        reading.excerpt,
        reading.text_hash,
        packer.pack(&article)?,
    ])?;
    // The page's own date counts where the source stated none (a sitemap's lastmod is of the last change), and only
    // until grouping has put the article in its place.
    let seen = timestamp(first_seen)?;
    let own = article.published.filter(|moment| plausible(*moment, now));
    if let Some(published) = own.filter(|_| !entry.published.is_some_and(|stated| plausible(stated, seen))) {
        db.prepare_cached(
            "UPDATE articles SET published = ?2, published_at = ?3 WHERE id = ?1
             AND id NOT IN (SELECT article FROM grouped WHERE article = ?1)",
        )?
        .execute(params![id.as_str(), published.to_string(), published.at.as_second()])?;
    }
    Ok(())
}

fn keep_revision(
    db: &Transaction<'_>,
    id: &ArticleId,
    old: &Article,
    new: &Article,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lines = |article: &Article| -> Vec<String> {
        plain_text(&article.blocks).lines().map(str::to_owned).collect()
    };
    let (before, after) = (lines(old), lines(new));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let known: HashSet<&String> = those.iter().collect();
        these.iter().filter(|line| !known.contains(line)).take(MAX_DIFF).cloned().collect()
    };
    let revision = Revision {
        until: now,
        title: old.title.clone(),
        removed: only(&before, &after),
        added: only(&after, &before),
    };
    let number: u32 = db
        .prepare_cached("SELECT COALESCE(MAX(number), 0) + 1 FROM revisions WHERE article = ?1")?
        .query_row([id.as_str()], |row| row.get(0))?;
    db.prepare_cached("INSERT INTO revisions (article, number, packed) VALUES (?1, ?2, ?3)")?
        .execute(params![id.as_str(), number, pack(&revision)?])?;
    db.prepare_cached("DELETE FROM revisions WHERE article = ?1 AND number <= ?2")?
        .execute(params![id.as_str(), i64::from(number) - i64::from(MAX_REVISIONS)])?;
    Ok(())
}
