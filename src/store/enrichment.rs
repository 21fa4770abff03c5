//! Questions about enrichment: which articles lack tags, a translation, an analysis for the text they have now, and
//! what was made of those that have them.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, params};

use crate::model::id::ArticleId;
use crate::model::impact::Impact;
use crate::model::lang::Lang;
use crate::model::status::Status;
use crate::model::tag::{Tag, TagKind};
use crate::model::translation::Translation;
use crate::model::votes::Votes;
use crate::store::articles::bump;
use crate::store::{Store, StoreError, pack, parsed, unpack};

/// An article with a text, as far as deciding about enrichment needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: ArticleId,
    /// The hash of the text it has now.
    pub text_hash: String,
    /// Its language.
    pub language: Option<Lang>,
    /// What the stored result was made from (text hash and versions); `None` where there is none.
    pub made_from: Option<String>,
    /// The stored result's state; `None` where there is none.
    pub state: Option<String>,
    /// Not before this time, in seconds since 1970, for a pending or failed result.
    pub after: Option<i64>,
}

impl Store {
    /// Every article with a text, newest first, with what its tags were made from.
    pub async fn tag_candidates(&self) -> Result<Vec<Candidate>, StoreError> {
        self.candidates("SELECT a.id, a.text_hash, a.language, t.made_from, NULL, NULL FROM articles a LEFT JOIN tags t ON t.article = a.id
             WHERE a.article IS NOT NULL ORDER BY a.published_at DESC, a.id", None).await
    }

    /// Every article with a text, newest first, with the state of its translation into `language`.
    pub async fn translation_candidates(&self, language: Lang) -> Result<Vec<Candidate>, StoreError> {
        self.candidates(
            "SELECT a.id, a.text_hash, a.language, t.made_from, t.state, t.status FROM articles a
             LEFT JOIN translations t ON t.article = a.id AND t.language = ?1
             WHERE a.article IS NOT NULL ORDER BY a.published_at DESC, a.id",
            Some(language),
        )
        .await
    }

    /// Every article with a text, newest first, with the state of its analysis in `language`.
    pub async fn impact_candidates(&self, language: Lang) -> Result<Vec<Candidate>, StoreError> {
        self.candidates(
            "SELECT a.id, a.text_hash, a.language, t.made_from, t.state, t.status FROM articles a
             LEFT JOIN impacts t ON t.article = a.id AND t.language = ?1
             WHERE a.article IS NOT NULL ORDER BY a.published_at DESC, a.id",
            Some(language),
        )
        .await
    }

    async fn candidates(
        &self,
        sql: &'static str,
        language: Option<Lang>,
    ) -> Result<Vec<Candidate>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(sql)?;
            let mut rows = match &language {
                Some(language) => query.query([language.as_str()])?,
                None => query.query([])?,
            };
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let language: Option<String> = row.get(2)?;
                let status: Option<Vec<u8>> = row.get(5)?;
                let after = match status.map(|bytes| unpack::<Status>(&bytes)).transpose()? {
                    Some(
                        Status::Pending { retry: Some(at), .. } | Status::Failed { retry: Some(at), .. },
                    ) => Some(at.as_second()),
                    _ => None,
                };
                found.push(Candidate {
                    id: parsed(row.get(0)?)?,
                    text_hash: row.get(1)?,
                    language: language.map(parsed).transpose()?,
                    made_from: row.get(3)?,
                    state: row.get(4)?,
                    after,
                });
            }
            Ok(found)
        })
        .await
    }

    /// Stores tags with what they were made from, all of it or nothing.
    pub async fn put_tags(&self, tagged: Vec<(ArticleId, String, Vec<Tag>)>) -> Result<(), StoreError> {
        self.write(move |db| {
            for (id, made_from, tags) in tagged {
                let symbols: Vec<&str> = tags
                    .iter()
                    .filter(|tag| tag.kind == TagKind::Symbol)
                    .map(|tag| tag.key.as_str())
                    .collect();
                db.prepare_cached(
                    "INSERT OR REPLACE INTO tags (article, made_from, symbols, packed) VALUES (?1,?2,?3,?4)",
                )?
                .execute(params![
                    id.as_str(),
                    made_from,
                    symbols.join(" "),
                    pack(&tags)?
                ])?;
                bump(db, &id)?;
            }
            Ok(())
        })
        .await
    }

    /// The tags of an article.
    pub async fn tags(&self, id: ArticleId) -> Result<Vec<Tag>, StoreError> {
        self.on(move |db| {
            let packed: Option<Vec<u8>> = db
                .prepare_cached("SELECT packed FROM tags WHERE article = ?1")?
                .query_row([id.as_str()], |row| row.get(0))
                .optional()?;
            packed.map_or(Ok(Vec::new()), |bytes| unpack(&bytes))
        })
        .await
    }

    /// The known votes of some articles.
    pub async fn votes(&self, ids: Vec<ArticleId>) -> Result<HashMap<ArticleId, Vec<Votes>>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached("SELECT packed FROM votes WHERE article = ?1")?;
            let mut known = HashMap::new();
            for id in ids {
                let packed: Option<Vec<u8>> = query.query_row([id.as_str()], |row| row.get(0)).optional()?;
                if let Some(bytes) = packed {
                    known.insert(id, unpack(&bytes)?);
                }
            }
            Ok(known)
        })
        .await
    }

    /// Stores the votes of some articles.
    pub async fn put_votes(&self, votes: Vec<(ArticleId, Vec<Votes>)>) -> Result<(), StoreError> {
        self.write(move |db| {
            for (id, counted) in votes {
                db.prepare_cached("INSERT OR REPLACE INTO votes (article, packed) VALUES (?1, ?2)")?
                    .execute(params![id.as_str(), pack(&counted)?])?;
                bump(db, &id)?;
            }
            Ok(())
        })
        .await
    }

    /// Stores what came of translating an article into `language`.
    pub async fn put_translation(
        &self,
        id: ArticleId,
        language: Lang,
        made_from: String,
        status: Status,
        translation: Option<Translation>,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let made = translation.as_ref().map(pack).transpose()?;
            if stands(db, "translations", &id, &language, &made_from, &pack(&status)?, made.as_deref())? {
                return Ok(());
            }
            db.prepare_cached(
                "INSERT OR REPLACE INTO translations (article, language, made_from, state, status, title, packed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                id.as_str(),
                language.as_str(),
                made_from,
                status.word(),
                pack(&status)?,
                translation.as_ref().map(|made| made.title.as_str()),
                made,
            ])?;
            bump(db, &id)
        })
        .await
    }

    /// The translation of an article into `language`, if there is one.
    pub async fn translation(
        &self,
        id: ArticleId,
        language: Lang,
    ) -> Result<Option<Translation>, StoreError> {
        self.on(move |db| {
            let packed: Option<Option<Vec<u8>>> = db
                .prepare_cached("SELECT packed FROM translations WHERE article = ?1 AND language = ?2")?
                .query_row([id.as_str(), language.as_str()], |row| row.get(0))
                .optional()?;
            packed.flatten().map(|bytes| unpack(&bytes)).transpose()
        })
        .await
    }

    /// Stores what came of analysing an article in `language`.
    pub async fn put_impact(
        &self,
        id: ArticleId,
        language: Lang,
        made_from: String,
        status: Status,
        impact: Option<Impact>,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let made = impact.as_ref().map(pack).transpose()?;
            if stands(db, "impacts", &id, &language, &made_from, &pack(&status)?, made.as_deref())? {
                return Ok(());
            }
            db.prepare_cached(
                "INSERT OR REPLACE INTO impacts (article, language, made_from, state, status, direction, strength, summary,
                 packed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                id.as_str(),
                language.as_str(),
                made_from,
                status.word(),
                pack(&status)?,
                impact.as_ref().map(|made| made.direction.word()),
                impact.as_ref().map(|made| made.strength),
                impact.as_ref().map(|made| made.summary.as_str()),
                made,
            ])?;
            bump(db, &id)
        })
        .await
    }
}

/// True where just this result is stored already: writing it again would make pages look changed.
fn stands(
    db: &rusqlite::Transaction<'_>,
    table: &str,
    id: &ArticleId,
    language: &Lang,
    made_from: &str,
    status: &[u8],
    packed: Option<&[u8]>,
) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT 1 FROM {table} WHERE article = ?1 AND language = ?2 AND made_from = ?3 AND status = ?4 AND packed IS ?5"
    );
    Ok(db.prepare_cached(&sql)?.exists(params![id.as_str(), language.as_str(), made_from, status, packed])?)
}
