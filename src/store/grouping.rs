//! Questions about events: what grouping saw and decided, what waits to be grouped, what resembles what.

use std::collections::HashMap;

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use crate::model::event::{Conflict, Similar};
use crate::model::id::ArticleId;
use crate::model::vector::Sense;
use crate::store::{Store, StoreError, pack, parsed, unpack};

/// One document as grouping froze it.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// Its article.
    pub article: ArticleId,
    /// What grouping saw.
    pub features: Vec<u8>,
    /// The founder of its event.
    pub event: ArticleId,
}

/// A decision to keep: new documents with their features, changed events, merges, the checkpoint.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// New documents in the order in which grouping saw them.
    pub added: Vec<Frozen>,
    /// The embeddings that grouping saw of them, where it saw one.
    pub senses: Vec<(ArticleId, Sense)>,
    /// How many documents, the newest, keep theirs.
    pub keep: usize,
    /// Documents whose event changed: `(article, founder of its new event)`.
    pub moved: Vec<(ArticleId, ArticleId)>,
    /// Merges, in order: `(founder of the event that is gone, founder of the one that took it in)`.
    pub merged: Vec<(ArticleId, ArticleId)>,
    /// Similar past events of the new documents.
    pub similar: Vec<(ArticleId, Vec<Similar>)>,
    /// What every changed event is like.
    pub facts: Vec<(ArticleId, EventFacts)>,
    /// The grouper's checkpoint after all this.
    pub checkpoint: Vec<u8>,
}

/// What is known of an event beyond its members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventFacts {
    /// The most central article.
    pub central: ArticleId,
    /// Where reports differ.
    pub conflicts: Vec<Conflict>,
}

impl Store {
    /// Everything that was grouped, in the order in which grouping saw it.
    pub async fn frozen(&self) -> Result<Vec<Frozen>, StoreError> {
        self.on(|db| {
            let mut query =
                db.prepare_cached("SELECT article, features, event FROM grouped ORDER BY number")?;
            let mut rows = query.query([])?;
            let mut frozen = Vec::new();
            while let Some(row) = rows.next()? {
                frozen.push(Frozen {
                    article: parsed(row.get(0)?)?,
                    features: row.get(1)?,
                    event: parsed(row.get(2)?)?,
                });
            }
            Ok(frozen)
        })
        .await
    }

    /// The embeddings that grouping saw, as far as they are kept.
    pub async fn senses(&self) -> Result<HashMap<ArticleId, Sense>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached(
                "SELECT article, sense FROM grouped INDEXED BY grouped_sensed WHERE sense IS NOT NULL",
            )?;
            let mut rows = query.query([])?;
            let mut senses = HashMap::new();
            while let Some(row) = rows.next()? {
                if let Some(sense) = Sense::from_bytes(row.get_ref(1)?.as_blob().unwrap_or_default()) {
                    senses.insert(parsed(row.get(0)?)?, sense);
                }
            }
            Ok(senses)
        })
        .await
    }

    /// Articles that are settled (read, or known to be unreadable) and not grouped yet, by time, then id.
    pub async fn to_group(&self) -> Result<Vec<ArticleId>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached(
                "SELECT id FROM articles WHERE article IS NOT NULL AND read_state <> 'pending'
                 AND id NOT IN (SELECT article FROM grouped) ORDER BY published_at, id",
            )?;
            let mut rows = query.query([])?;
            let mut ids = Vec::new();
            while let Some(row) = rows.next()? {
                ids.push(parsed(row.get(0)?)?);
            }
            Ok(ids)
        })
        .await
    }

    /// Keeps a batch of decisions with the checkpoint that belongs to it, or nothing of it.
    pub async fn keep_grouping(&self, decisions: Decisions) -> Result<(), StoreError> {
        self.write(move |db| {
            let mut insert =
                db.prepare_cached("INSERT INTO grouped (article, features, event) VALUES (?1, ?2, ?3)")?;
            for frozen in &decisions.added {
                insert.execute(params![frozen.article.as_str(), frozen.features, frozen.event.as_str()])?;
            }
            keep_senses(db, &decisions)?;
            let mut bump = db.prepare_cached("UPDATE articles SET changes = changes + 1 WHERE id = ?1")?;
            let mut assign = db.prepare_cached("UPDATE grouped SET event = ?2 WHERE article = ?1")?;
            for (article, event) in &decisions.moved {
                assign.execute(params![article.as_str(), event.as_str()])?;
                bump.execute([article.as_str()])?;
            }
            let mut merge =
                db.prepare_cached("INSERT OR REPLACE INTO merges (gone, into_event) VALUES (?1, ?2)")?;
            for (gone, into) in &decisions.merged {
                merge.execute(params![gone.as_str(), into.as_str()])?;
            }
            let mut similar =
                db.prepare_cached("UPDATE grouped SET similar = ?2, similar_to = ?3 WHERE article = ?1")?;
            for (article, found) in &decisions.similar {
                let to: Vec<&str> = found.iter().map(|one| one.article.as_str()).collect();
                similar.execute(params![article.as_str(), pack(found)?, to.join(" ")])?;
                bump.execute([article.as_str()])?;
            }
            let mut facts =
                db.prepare_cached("INSERT OR REPLACE INTO event_facts (event, packed) VALUES (?1, ?2)")?;
            for (event, known) in &decisions.facts {
                facts.execute(params![event.as_str(), pack(known)?])?;
                bump.execute([event.as_str()])?;
            }
            db.execute(
                "INSERT OR REPLACE INTO notes (name, value) VALUES ('grouper', ?1)",
                [&decisions.checkpoint],
            )?;
            Ok(())
        })
        .await
    }

    /// Puts what another version of grouping froze into today's form; events stay as they are.
    pub async fn renew_frozen(&self, renewed: Vec<Frozen>) -> Result<(), StoreError> {
        self.write(move |db| {
            let mut update = db.prepare_cached("UPDATE grouped SET features = ?2 WHERE article = ?1")?;
            for frozen in &renewed {
                update.execute(params![frozen.article.as_str(), frozen.features])?;
            }
            Ok(())
        })
        .await
    }

    /// The founder of every event that ever was, in the order of founding.
    pub async fn founders(&self) -> Result<Vec<ArticleId>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached(
                "SELECT article FROM grouped WHERE article = event OR article IN (SELECT gone FROM merges) ORDER BY number",
            )?;
            let mut rows = query.query([])?;
            let mut founders = Vec::new();
            while let Some(row) = rows.next()? {
                founders.push(parsed(row.get(0)?)?);
            }
            Ok(founders)
        })
        .await
    }

    /// The checkpoint that belongs to [`Store::frozen`].
    pub async fn checkpoint(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.note("grouper").await
    }

    /// What is known of every event, by founder.
    pub async fn event_facts(&self) -> Result<HashMap<ArticleId, EventFacts>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached("SELECT event, packed FROM event_facts")?;
            let mut rows = query.query([])?;
            let mut facts = HashMap::new();
            while let Some(row) = rows.next()? {
                facts.insert(parsed(row.get(0)?)?, unpack(row.get_ref(1)?.as_blob().unwrap_or_default())?);
            }
            Ok(facts)
        })
        .await
    }

    /// All merges, oldest first: `(founder of the event that is gone, founder of the one that took it in)`.
    pub async fn merges(&self) -> Result<Vec<(ArticleId, ArticleId)>, StoreError> {
        self.on(|db| {
            let mut query = db.prepare_cached("SELECT gone, into_event FROM merges ORDER BY number")?;
            let mut rows = query.query([])?;
            let mut merges = Vec::new();
            while let Some(row) = rows.next()? {
                merges.push((parsed(row.get(0)?)?, parsed(row.get(1)?)?));
            }
            Ok(merges)
        })
        .await
    }
}

/// Keeps the embeddings of new documents, and drops those that grouping will not look at again.
fn keep_senses(db: &Transaction<'_>, decisions: &Decisions) -> Result<(), StoreError> {
    let mut put = db.prepare_cached("UPDATE grouped SET sense = ?2 WHERE article = ?1")?;
    for (article, sense) in &decisions.senses {
        put.execute(params![article.as_str(), sense.to_bytes()])?;
    }
    let keep = i64::try_from(decisions.keep).unwrap_or(i64::MAX);
    db.execute(
        "UPDATE grouped SET sense = NULL WHERE sense IS NOT NULL
         AND number <= (SELECT number FROM grouped ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        [keep],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vector::Vector;

    #[tokio::test]
    async fn embeddings_are_kept_of_the_newest_and_go_with_a_takedown() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let ids: Vec<ArticleId> =
            (0..5).map(|n| ArticleId::parse(&format!("a8b00e3dc{n}")).unwrap()).collect();
        let sense = |n: usize| Sense::of("m", Vector::from_floats(&[1.0, n as f32]).unwrap());
        for (n, id) in ids.iter().enumerate() {
            let added = vec![Frozen { article: id.clone(), features: vec![2], event: id.clone() }];
            let senses = if n == 3 { vec![] } else { vec![(id.clone(), sense(n))] };
            store.keep_grouping(Decisions { added, senses, keep: 3, ..Decisions::default() }).await.unwrap();
        }
        let kept = store.senses().await.unwrap();
        assert_eq!(kept, HashMap::from([(ids[2].clone(), sense(2)), (ids[4].clone(), sense(4))]));
        store.remove(ids[4].clone(), "2026-11-23T07:17:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(store.senses().await.unwrap().len(), 1);
        assert_eq!(store.frozen().await.unwrap().len(), 5, "what it took part in stays");
    }
}
