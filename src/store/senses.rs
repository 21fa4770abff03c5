//! Questions about the embeddings that grouping saw: frozen with a decision, kept of the newest documents alone.

use std::collections::HashMap;

use rusqlite::{Transaction, params};

use crate::model::id::ArticleId;
use crate::model::vector::Sense;
use crate::store::{Store, StoreError, parsed};

impl Store {
    /// The embeddings that grouping saw, as far as they are kept.
    pub async fn senses(&self) -> Result<HashMap<ArticleId, Sense>, StoreError> {
        self.on(|db| {
            let mut query =
                db.prepare_cached("SELECT article, sense FROM grouped WHERE sense IS NOT NULL")?;
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
}

/// Keeps the embeddings of new documents, and drops those that grouping, which looks back over `keep` documents, will not
/// look at again.
pub(super) fn keep_senses(
    db: &Transaction<'_>,
    senses: &[(ArticleId, Sense)],
    keep: usize,
) -> Result<(), StoreError> {
    let mut put = db.prepare_cached("UPDATE grouped SET sense = ?2 WHERE article = ?1")?;
    for (article, sense) in senses {
        put.execute(params![article.as_str(), sense.to_bytes()])?;
    }
    db.execute(
        "UPDATE grouped SET sense = NULL WHERE sense IS NOT NULL
         AND number <= (SELECT number FROM grouped ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        [i64::try_from(keep).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vector::Vector;
    use crate::store::grouping::{Decisions, Frozen};

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
