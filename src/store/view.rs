//! The past as a site needs it: small index rows in one pass, dossiers one at a time, and what was published.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use crate::model::article::Article;
use crate::model::edition::{Appearance, Revision};
use crate::model::event::Similar;
use crate::model::id::{ArticleId, SourceId};
use crate::model::impact::{Direction, Impact};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::tag::Tag;
use crate::model::translation::Translation;
use crate::model::url::CanonicalUrl;
use crate::model::votes::Votes;
use crate::store::{Store, StoreError, parsed, timestamp, unpack};

/// One article in the index of one language.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexRow {
    /// Its id.
    pub id: ArticleId,
    /// The source that announced it first.
    pub source: SourceId,
    /// The original title.
    pub title: String,
    /// The title in the index's language, where it is translated.
    pub translated: Option<String>,
    /// The article's language.
    pub language: Option<Lang>,
    /// When it was published.
    pub published: Moment,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Words of the original.
    pub words: u32,
    /// True where the full text was obtained.
    pub full_text: bool,
    /// Its first sentence.
    pub excerpt: String,
    /// Its symbols.
    pub symbols: Vec<String>,
    /// Direction and strength of its analysis.
    pub impact: Option<(Direction, u8)>,
    /// The sentence of its analysis.
    pub summary: Option<String>,
    /// The founder of its event.
    pub event: Option<ArticleId>,
    /// Articles that its page names as similar.
    pub similar_to: Vec<ArticleId>,
    /// Changes whenever something does that a page about it shows.
    pub stamp: u64,
}

/// What the state knows of one article, in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id.
    pub id: ArticleId,
    /// The source that announced it first.
    pub source: SourceId,
    /// Its canonical address at first sight.
    pub url: CanonicalUrl,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was published.
    pub published: Moment,
    /// Whether its text was obtained.
    pub read: Status,
    /// The article; `None` until it was read.
    pub article: Option<Article>,
    /// BLAKE3 of the text, hex.
    pub text_hash: String,
    /// All announcements, by time.
    pub appearances: Vec<Appearance>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Its votes.
    pub votes: Vec<Votes>,
    /// The state of its translation, where it was ever tried.
    pub translated: Option<Status>,
    /// Its translation.
    pub translation: Option<Translation>,
    /// The state of its analysis, where it was ever tried.
    pub analysed: Option<Status>,
    /// Its analysis.
    pub impact: Option<Impact>,
    /// Similar past events as grouping found them.
    pub similar: Vec<Similar>,
    /// Earlier revisions, oldest first.
    pub revisions: Vec<Revision>,
}

impl Store {
    /// The index in `language`, with analyses in `analysed_in`: every article with a text or what the feed gave in its
    /// place, newest first, then by id.
    pub async fn index(&self, language: Lang, analysed_in: Lang) -> Result<Vec<IndexRow>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT a.id, a.source, a.title, tr.title, a.language, a.published, a.first_seen, a.words, a.full_text,
                 a.excerpt, COALESCE(t.symbols, ''), i.direction, i.strength, i.summary, g.event,
                 COALESCE(g.similar_to, ''), a.changes
                 FROM articles a
                 LEFT JOIN translations tr ON tr.article = a.id AND tr.language = ?1
                 LEFT JOIN tags t ON t.article = a.id
                 LEFT JOIN impacts i ON i.article = a.id AND i.language = ?2
                 LEFT JOIN grouped g ON g.article = a.id
                 WHERE a.article IS NOT NULL
                 ORDER BY a.published_at DESC, a.id",
            )?;
            let mut rows = query.query([language.as_str(), analysed_in.as_str()])?;
            let mut index = Vec::new();
            while let Some(row) = rows.next()? {
                index.push(index_row(row)?);
            }
            Ok(index)
        })
        .await
    }

    /// What is known of some articles in `language`, with analyses in `analysed_in`, in the order asked for; unknown
    /// ones are left out.
    pub async fn records(
        &self,
        ids: Vec<ArticleId>,
        language: Lang,
        analysed_in: Lang,
    ) -> Result<Vec<Record>, StoreError> {
        self.on(move |db| {
            let mut found = Vec::with_capacity(ids.len());
            for id in &ids {
                if let Some(record) = record(db, id, &language, &analysed_in)? {
                    found.push(record);
                }
            }
            Ok(found)
        })
        .await
    }

    /// The analyses in `language` of those of some articles that have one.
    pub async fn impacts(
        &self,
        ids: Vec<ArticleId>,
        language: Lang,
    ) -> Result<HashMap<ArticleId, Impact>, StoreError> {
        self.on(move |db| {
            let mut query =
                db.prepare_cached("SELECT packed FROM impacts WHERE article = ?1 AND language = ?2")?;
            let mut found = HashMap::with_capacity(ids.len());
            for id in ids {
                let made = query
                    .query_row([id.as_str(), language.as_str()], |row| Ok(optional(row, 0)))
                    .optional()?
                    .transpose()?;
                found.extend(made.flatten().map(|impact| (id, impact)));
            }
            Ok(found)
        })
        .await
    }

    /// What was published: path → (fingerprint of its inputs, hash of its bytes).
    pub async fn published(&self) -> Result<HashMap<String, (u64, [u8; 32])>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached("SELECT path, fingerprint, hash FROM published")?;
            let mut rows = query.query([])?;
            let mut all = HashMap::new();
            while let Some(row) = rows.next()? {
                let fingerprint: i64 = row.get(1)?;
                let hash = row.get_ref(2)?.as_blob().ok().and_then(|bytes| bytes.try_into().ok());
                if let Some(hash) = hash {
                    all.insert(row.get(0)?, (fingerprint.cast_unsigned(), hash));
                }
            }
            Ok(all)
        })
        .await
    }

    /// Keeps what was published, in place of all that was known: `changed` rows are written, `gone` paths leave.
    pub async fn keep_published(
        &self,
        changed: Vec<(String, u64, [u8; 32])>,
        gone: Vec<String>,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let mut put = db.prepare_cached(
                "INSERT OR REPLACE INTO published (path, fingerprint, hash) VALUES (?1, ?2, ?3)",
            )?;
            for (path, fingerprint, hash) in changed {
                put.execute(params![path, fingerprint.cast_signed(), hash])?;
            }
            let mut delete = db.prepare_cached("DELETE FROM published WHERE path = ?1")?;
            for path in gone {
                delete.execute([path])?;
            }
            Ok(())
        })
        .await
    }
}

fn index_row(row: &Row<'_>) -> Result<IndexRow, StoreError> {
    let language: Option<String> = row.get(4)?;
    let symbols: String = row.get(10)?;
    let direction: Option<String> = row.get(11)?;
    let strength: Option<u8> = row.get(12)?;
    let event: Option<String> = row.get(14)?;
    let similar: String = row.get(15)?;
    let stamp: i64 = row.get(16)?;
    Ok(IndexRow {
        id: parsed(row.get(0)?)?,
        source: parsed(row.get(1)?)?,
        title: row.get(2)?,
        translated: row.get(3)?,
        language: language.map(parsed).transpose()?,
        published: parsed(row.get(5)?)?,
        first_seen: timestamp(row.get(6)?)?,
        words: row.get(7)?,
        full_text: row.get(8)?,
        excerpt: row.get(9)?,
        symbols: symbols.split_whitespace().map(str::to_owned).collect(),
        impact: direction.as_deref().and_then(direction_of).zip(strength),
        summary: row.get(13)?,
        event: event.map(parsed).transpose()?,
        similar_to: similar.split_whitespace().map(|id| parsed(id.to_owned())).collect::<Result<_, _>>()?,
        stamp: stamp.cast_unsigned(),
    })
}

fn direction_of(word: &str) -> Option<Direction> {
    [Direction::Positive, Direction::Negative, Direction::Mixed, Direction::Neutral]
        .into_iter()
        .find(|direction| direction.word() == word)
}

fn record(
    db: &rusqlite::Connection,
    id: &ArticleId,
    language: &Lang,
    analysed_in: &Lang,
) -> Result<Option<Record>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT a.source, a.url, a.first_seen, a.published, a.read_status, a.article, a.text_hash, t.packed, v.packed,
         tr.status, tr.packed, i.status, i.packed, g.similar
         FROM articles a LEFT JOIN tags t ON t.article = a.id LEFT JOIN votes v ON v.article = a.id
         LEFT JOIN translations tr ON tr.article = a.id AND tr.language = ?2
         LEFT JOIN impacts i ON i.article = a.id AND i.language = ?3
         LEFT JOIN grouped g ON g.article = a.id
         WHERE a.id = ?1",
    )?;
    let record = query
        .query_row([id.as_str(), language.as_str(), analysed_in.as_str()], |row| Ok(record_row(row, id)))
        .optional()?
        .transpose()?;
    let Some(mut record) = record else { return Ok(None) };
    record.appearances = packed_list(db, "SELECT packed FROM appearances WHERE article = ?1", id)?;
    record.appearances.sort_by(|a: &Appearance, b| (a.seen, &a.source).cmp(&(b.seen, &b.source)));
    record.revisions =
        packed_list(db, "SELECT packed FROM revisions WHERE article = ?1 ORDER BY number", id)?;
    Ok(Some(record))
}

fn packed_list<T: serde::de::DeserializeOwned>(
    db: &rusqlite::Connection,
    sql: &str,
    id: &ArticleId,
) -> Result<Vec<T>, StoreError> {
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([id.as_str()])?;
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        list.push(unpack(row.get_ref(0)?.as_blob().unwrap_or_default())?);
    }
    Ok(list)
}

fn optional<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>, StoreError> {
    row.get_ref(column)?
        .as_blob_or_null()
        .map_err(|e| StoreError::Damaged(e.to_string()))?
        .map(unpack)
        .transpose()
}

fn record_row(row: &Row<'_>, id: &ArticleId) -> Result<Record, StoreError> {
    Ok(Record {
        id: id.clone(),
        source: parsed(row.get(0)?)?,
        url: parsed(row.get(1)?)?,
        first_seen: timestamp(row.get(2)?)?,
        published: parsed(row.get(3)?)?,
        read: optional(row, 4)?.unwrap_or(Status::Ready),
        article: optional(row, 5)?,
        text_hash: row.get(6)?,
        appearances: Vec::new(),
        tags: optional(row, 7)?.unwrap_or_default(),
        votes: optional(row, 8)?.unwrap_or_default(),
        translated: optional(row, 9)?,
        translation: optional(row, 10)?,
        analysed: optional(row, 11)?,
        impact: optional(row, 12)?,
        similar: optional(row, 13)?.unwrap_or_default(),
        revisions: Vec::new(),
    })
}
