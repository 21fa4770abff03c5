//! Questions about events: what grouping saw and decided, what waits to be grouped, what resembles what.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::model::event::{Change, Conflict, Similar};
use crate::model::id::ArticleId;
use crate::model::vector::Sense;
use crate::store::senses::keep_senses;
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

/// A decision to keep: new documents with their features, changes of events, the checkpoint.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// New documents in the order in which grouping saw them.
    pub added: Vec<Frozen>,
    /// The embeddings that grouping saw of them, where it saw one.
    pub senses: Vec<(ArticleId, Sense)>,
    /// How many documents, the newest, keep theirs.
    pub keep: usize,
    /// What became of events, in order.
    pub changes: Vec<Change<ArticleId>>,
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
            keep_senses(db, &decisions.senses, decisions.keep)?;
            for change in &decisions.changes {
                keep_change(db, change)?;
            }
            let mut bump = db.prepare_cached("UPDATE articles SET changes = changes + 1 WHERE id = ?1")?;
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

    /// All partings, oldest first: `(founder of the event that was told apart, founder of the one it stood in)`.
    pub async fn partings(&self) -> Result<Vec<(ArticleId, ArticleId)>, StoreError> {
        self.on(|db| pairs(db, "SELECT parted, from_event FROM partings ORDER BY number")).await
    }

    /// All merges, oldest first: `(founder of the event that is gone, founder of the one that took it in)`.
    pub async fn merges(&self) -> Result<Vec<(ArticleId, ArticleId)>, StoreError> {
        self.on(|db| pairs(db, "SELECT gone, into_event FROM merges ORDER BY number")).await
    }
}

fn pairs(db: &Connection, question: &str) -> Result<Vec<(ArticleId, ArticleId)>, StoreError> {
    let mut query = db.prepare_cached(question)?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((parsed(row.get(0)?)?, parsed(row.get(1)?)?));
    }
    Ok(found)
}

/// Changes the events of articles as `change` says.
fn keep_change(db: &Transaction<'_>, change: &Change<ArticleId>) -> Result<(), StoreError> {
    let changed = "UPDATE articles SET changes = changes + 1 WHERE id";
    match change {
        Change::Assigned { document, event } => {
            db.prepare_cached("UPDATE grouped SET event = ?2 WHERE article = ?1")?
                .execute([document.as_str(), event.as_str()])?;
            db.prepare_cached(&format!("{changed} = ?1"))?.execute([document.as_str()])?;
        }
        Change::Merged { from, to } => {
            db.prepare_cached(&format!("{changed} IN (SELECT article FROM grouped WHERE event = ?1)"))?
                .execute([from.as_str()])?;
            db.prepare_cached("UPDATE grouped SET event = ?2 WHERE event = ?1")?
                .execute([from.as_str(), to.as_str()])?;
            db.prepare_cached("DELETE FROM event_facts WHERE event = ?1")?.execute([from.as_str()])?;
            db.prepare_cached("INSERT OR REPLACE INTO merges (gone, into_event) VALUES (?1, ?2)")?
                .execute([from.as_str(), to.as_str()])?;
        }
        Change::Parted { from, to, documents } => {
            let mut bump = db.prepare_cached(&format!("{changed} = ?1"))?;
            let mut assign = db.prepare_cached("UPDATE grouped SET event = ?2 WHERE article = ?1")?;
            for document in documents {
                assign.execute([document.as_str(), to.as_str()])?;
                bump.execute([document.as_str()])?;
            }
            bump.execute([from.as_str()])?;
            // The address of an event that lives again leads to itself.
            db.prepare_cached("DELETE FROM merges WHERE gone = ?1")?.execute([to.as_str()])?;
            db.prepare_cached("INSERT OR REPLACE INTO partings (parted, from_event) VALUES (?1, ?2)")?
                .execute([to.as_str(), from.as_str()])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> ArticleId {
        ArticleId::parse(&format!("{n:010x}")).unwrap()
    }

    fn joined(document: u8, event: u8) -> Change<ArticleId> {
        Change::Assigned { document: id(document), event: id(event) }
    }

    fn added(article: u8, event: u8) -> Frozen {
        Frozen { article: id(article), features: vec![article], event: id(event) }
    }

    async fn events(store: &Store) -> Vec<(ArticleId, ArticleId)> {
        store.frozen().await.unwrap().into_iter().map(|one| (one.article, one.event)).collect()
    }

    #[tokio::test]
    async fn a_merge_takes_along_what_earlier_runs_stored() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let first = Decisions {
            added: vec![added(1, 1), added(2, 2), added(3, 2)],
            changes: vec![joined(1, 1), joined(2, 2), joined(3, 2)],
            ..Decisions::default()
        };
        store.keep_grouping(first).await.unwrap();
        let second = Decisions {
            added: vec![added(4, 1)],
            changes: vec![joined(4, 2), Change::Merged { from: id(2), to: id(1) }],
            ..Decisions::default()
        };
        store.keep_grouping(second).await.unwrap();
        assert_eq!(events(&store).await, [1, 2, 3, 4].map(|n| (id(n), id(1))));
        assert_eq!(store.merges().await.unwrap(), [(id(2), id(1))]);
        assert_eq!(store.founders().await.unwrap(), [id(1), id(2)]);
    }

    #[tokio::test]
    async fn a_parted_event_lives_again_at_its_own_address() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let decisions = Decisions {
            added: (1..=5).map(|n| added(n, if n == 1 || n == 5 { 1 } else { 2 })).collect(),
            changes: vec![
                joined(1, 1),
                joined(2, 2),
                joined(3, 2),
                Change::Merged { from: id(2), to: id(1) },
                joined(4, 1),
                joined(5, 1),
                Change::Parted { from: id(1), to: id(2), documents: vec![id(2), id(3), id(4)] },
            ],
            ..Decisions::default()
        };
        store.keep_grouping(decisions).await.unwrap();
        let expected =
            [(1, 1), (2, 2), (3, 2), (4, 2), (5, 1)].map(|(article, event)| (id(article), id(event)));
        assert_eq!(events(&store).await, expected);
        assert_eq!(store.merges().await.unwrap(), []);
        assert_eq!(store.partings().await.unwrap(), [(id(2), id(1))]);
    }
}
