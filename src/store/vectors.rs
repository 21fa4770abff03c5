//! Questions about vectors: which articles lack one for the text they have now, what was made, what stands beside each
//! other for a search. A settled call is booked in the same step as the vectors that it brought.

use std::collections::{HashMap, HashSet};

use rusqlite::{Transaction, params};

use crate::model::id::ArticleId;
use crate::model::vector::Vector;
use crate::store::ledger::{self, book};
use crate::store::{Store, StoreError, parsed};

/// An article with a text, as far as deciding about its vector needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its id.
    pub id: ArticleId,
    /// The hash of the text it has now.
    pub text_hash: String,
    /// What its translation was made from, where that is ready.
    pub translated: Option<String>,
    /// What its vector, or the refusal, was made from; `None` where there is neither.
    pub made_from: Option<String>,
}

/// What came of embedding an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    /// The article.
    pub article: ArticleId,
    /// What it was made from: text, model, version.
    pub made_from: String,
    /// The key of its vector, or in words why it has none.
    pub key: Result<String, String>,
}

/// A vector with the article that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelved {
    /// The article.
    pub article: ArticleId,
    /// When it was published, in seconds since 1970.
    pub at: i64,
    /// Its vector.
    pub vector: Vector,
}

impl Store {
    /// Every article with a text, newest first, with what its vector was made from and the state of its translation into
    /// `language`.
    pub async fn embedding_candidates(&self, language: String) -> Result<Vec<Unread>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT a.id, a.text_hash, t.made_from, e.made_from FROM articles a
                 LEFT JOIN translations t ON t.article = a.id AND t.language = ?1 AND t.state = 'ready'
                 LEFT JOIN embedded e ON e.article = a.id
                 WHERE a.article IS NOT NULL ORDER BY a.published_at DESC, a.id",
            )?;
            let mut rows = query.query([language])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(Unread {
                    id: parsed(row.get(0)?)?,
                    text_hash: row.get(1)?,
                    translated: row.get(2)?,
                    made_from: row.get(3)?,
                });
            }
            Ok(found)
        })
        .await
    }

    /// Those of `keys` that have a vector.
    pub async fn known_vectors(&self, keys: Vec<String>) -> Result<HashSet<String>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached("SELECT 1 FROM vectors WHERE key = ?1")?;
            let mut known = HashSet::new();
            for key in keys {
                if query.exists([&key])? {
                    known.insert(key);
                }
            }
            Ok(known)
        })
        .await
    }

    /// Stores vectors under their keys, and books the call that brought them, all of it or nothing.
    pub async fn put_vectors(
        &self,
        model: String,
        vectors: Vec<(String, Vector)>,
        call: Option<ledger::Settled>,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            if let Some(call) = &call {
                book(db, call)?;
            }
            let mut put =
                db.prepare_cached("INSERT OR REPLACE INTO vectors (key, model, cells) VALUES (?1, ?2, ?3)")?;
            for (key, vector) in vectors {
                put.execute(params![key, model, vector.to_bytes()])?;
            }
            Ok(())
        })
        .await
    }

    /// Stores what came of embedding some articles.
    pub async fn put_embedded(&self, all: Vec<Embedded>) -> Result<(), StoreError> {
        self.write(move |db| put_embedded(db, &all)).await
    }

    /// The vectors by `model` of grouped articles, in the order in which grouping saw them; the newest `most` of them.
    pub async fn shelf(&self, model: String, most: usize) -> Result<Vec<Shelved>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT a.id, a.published_at, v.cells FROM grouped g
                 JOIN articles a ON a.id = g.article
                 JOIN embedded e ON e.article = g.article
                 JOIN vectors v ON v.key = e.key AND v.model = ?1
                 ORDER BY g.number DESC LIMIT ?2",
            )?;
            let mut rows = query.query(params![model, i64::try_from(most).unwrap_or(i64::MAX)])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.extend(shelved(row)?);
            }
            found.reverse();
            Ok(found)
        })
        .await
    }

    /// The vectors by `model` of some articles, by article.
    pub async fn vectors_of(
        &self,
        model: String,
        ids: Vec<ArticleId>,
    ) -> Result<HashMap<ArticleId, Vector>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT a.id, a.published_at, v.cells FROM articles a
                 JOIN embedded e ON e.article = a.id JOIN vectors v ON v.key = e.key AND v.model = ?1
                 WHERE a.id = ?2",
            )?;
            let mut found = HashMap::new();
            for id in ids {
                let mut rows = query.query([model.as_str(), id.as_str()])?;
                if let Some(row) = rows.next()? {
                    found.extend(shelved(row)?.map(|one| (one.article, one.vector)));
                }
            }
            Ok(found)
        })
        .await
    }

    /// Forgets vectors that belong to no article any more: of texts that changed, of models that were given up.
    pub async fn tidy_vectors(&self) -> Result<usize, StoreError> {
        self.write(|db| {
            Ok(db.execute(
                "DELETE FROM vectors WHERE key NOT IN (SELECT key FROM embedded WHERE key IS NOT NULL)",
                [],
            )?)
        })
        .await
    }
}

fn put_embedded(db: &Transaction<'_>, all: &[Embedded]) -> Result<(), StoreError> {
    let mut put = db.prepare_cached(
        "INSERT OR REPLACE INTO embedded (article, made_from, key, refused) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for one in all {
        let (key, refused) = (one.key.as_ref().ok(), one.key.as_ref().err());
        put.execute(params![one.article.as_str(), one.made_from, key, refused])?;
    }
    Ok(())
}

/// `None` for bytes that are no vector: the article counts as not embedded.
fn shelved(row: &rusqlite::Row<'_>) -> Result<Option<Shelved>, StoreError> {
    let Some(vector) = Vector::from_bytes(row.get_ref(2)?.as_blob().unwrap_or_default()) else {
        return Ok(None);
    };
    Ok(Some(Shelved { article: parsed(row.get(0)?)?, at: row.get(1)?, vector }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(numbers: &[f32]) -> Vector {
        Vector::from_floats(numbers).unwrap()
    }

    #[tokio::test]
    async fn vectors_are_kept_by_model_and_tidied() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let call = ledger::Settled {
            key: "q".into(),
            provider: "gemini".into(),
            model: "m".into(),
            task: "embed".into(),
            outcome: None,
            calls: 1,
            input_tokens: 9,
            output_tokens: 0,
            micros: 3,
            at: "2026-11-23T07:17:00Z".parse().unwrap(),
        };
        let rows = vec![("k1".to_owned(), vector(&[1.0, 0.5])), ("k2".to_owned(), vector(&[0.0, 1.0]))];
        store.put_vectors("m1".into(), rows, Some(call)).await.unwrap();
        let spent = store.spent(None).await.unwrap();
        assert_eq!((spent[0].task.as_str(), spent[0].calls, spent[0].micros), ("embed", 1, 3));
        let known = store.known_vectors(vec!["k1".into(), "k3".into()]).await.unwrap();
        assert_eq!(known, HashSet::from(["k1".to_owned()]));
        let article = ArticleId::parse("a8b00e3dc9").unwrap();
        let made = Embedded { article, made_from: "h m1".into(), key: Ok("k1".into()) };
        store.put_embedded(vec![made]).await.unwrap();
        assert_eq!(store.tidy_vectors().await.unwrap(), 1);
        assert!(store.known_vectors(vec!["k2".into()]).await.unwrap().is_empty());
        assert!(store.shelf("m1".into(), 9).await.unwrap().is_empty(), "nothing is grouped");
    }

    #[tokio::test]
    async fn a_takedown_takes_the_vector_unless_another_article_has_the_same_text() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        store.put_vectors("m1".into(), vec![("k1".to_owned(), vector(&[1.0, 0.5]))], None).await.unwrap();
        let ids = ["a8b00e3dc9", "a8b00e3dc8"].map(|id| ArticleId::parse(id).unwrap());
        let made =
            ids.clone().map(|article| Embedded { article, made_from: "h m1".into(), key: Ok("k1".into()) });
        store.put_embedded(made.to_vec()).await.unwrap();
        let now = "2026-11-23T07:17:00Z".parse().unwrap();
        for (id, left) in ids.into_iter().zip([1, 0]) {
            store.remove(id, now).await.unwrap();
            assert_eq!(store.known_vectors(vec!["k1".into()]).await.unwrap().len(), left);
        }
    }
}
