//! Questions about votes: which article somebody means, how old articles are, whose counters are to be asked again.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::model::id::{ArticleId, SourceId};
use crate::model::votes::Named;
use crate::store::identity::holder;
use crate::store::{Store, StoreError, pack, parsed, timestamp, unpack};

/// What is remembered of asking a source for one article's counters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VoteAsk {
    /// Not before this time; `None` for never.
    pub next: Option<Timestamp>,
    /// `ETag`, byte for byte.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, byte for byte.
    pub last_modified: Option<Vec<u8>>,
}

/// An article whose counters are to be asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToCount {
    /// The article.
    pub article: ArticleId,
    /// What the source calls it.
    pub guid: String,
    /// When it was published.
    pub published: Timestamp,
    /// What is remembered of asking.
    pub ask: VoteAsk,
}

impl Store {
    /// The articles that are meant; names that nobody, or more than one article, goes by are left out.
    pub async fn named(&self, names: Vec<Named>) -> Result<HashMap<Named, ArticleId>, StoreError> {
        self.on(move |db| {
            let mut known = HashMap::new();
            let mut guids = HashSet::new();
            for name in names {
                let id = match &name {
                    Named::Id(id) => db
                        .prepare_cached("SELECT 1 FROM articles WHERE id = ?1")?
                        .exists([id.as_str()])?
                        .then(|| id.clone()),
                    Named::Url(url) => holder(db, url)?,
                    Named::Guid(guid) => {
                        guids.insert(guid.clone());
                        None
                    }
                };
                if let Some(id) = id {
                    known.insert(name, id);
                }
            }
            known.extend(by_guid(db, &guids)?);
            Ok(known)
        })
        .await
    }

    /// When articles were published; unknown ones are left out.
    pub async fn dates(&self, ids: Vec<ArticleId>) -> Result<HashMap<ArticleId, Timestamp>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached("SELECT published_at FROM articles WHERE id = ?1")?;
            let mut dates = HashMap::new();
            for id in ids {
                let at: Option<i64> = query.query_row([id.as_str()], |row| row.get(0)).optional()?;
                if let Some(at) = at {
                    dates.insert(id, timestamp(at)?);
                }
            }
            Ok(dates)
        })
        .await
    }

    /// Articles of `source`, published after `since`, whose counters may be asked again at `now`: newest first, at most
    /// `limit`.
    pub async fn to_count(
        &self,
        source: SourceId,
        since: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ToCount>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT p.article, p.guid, a.published_at, v.packed FROM appearances p
                 JOIN articles a ON a.id = p.article
                 LEFT JOIN vote_asks v ON v.article = p.article AND v.source = p.source
                 WHERE p.source = ?1 AND p.guid IS NOT NULL AND a.published_at > ?2 AND COALESCE(v.next, 0) <= ?3
                 ORDER BY a.published_at DESC, a.id LIMIT ?4",
            )?;
            let mut rows =
                query.query(params![source.as_str(), since.as_second(), now.as_second(), limit])?;
            let mut waiting = Vec::new();
            while let Some(row) = rows.next()? {
                let packed: Option<Vec<u8>> = row.get(3)?;
                waiting.push(ToCount {
                    article: parsed(row.get(0)?)?,
                    guid: row.get(1)?,
                    published: timestamp(row.get(2)?)?,
                    ask: packed.map(|bytes| unpack(&bytes)).transpose()?.unwrap_or_default(),
                });
            }
            Ok(waiting)
        })
        .await
    }

    /// Keeps what is remembered of asking `source` for some articles' counters.
    pub async fn put_asks(
        &self,
        source: SourceId,
        asks: Vec<(ArticleId, VoteAsk)>,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let mut insert = db.prepare_cached(
                "INSERT OR REPLACE INTO vote_asks (article, source, next, packed) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (article, ask) in asks {
                let next = ask.next.map_or(i64::MAX, Timestamp::as_second);
                insert.execute(params![article.as_str(), source.as_str(), next, pack(&ask)?])?;
            }
            Ok(())
        })
        .await
    }
}

/// The articles that go by `guids`, in one pass over all that sources announced.
fn by_guid(
    db: &rusqlite::Connection,
    guids: &HashSet<String>,
) -> Result<Vec<(Named, ArticleId)>, StoreError> {
    if guids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached("SELECT guid, article FROM appearances WHERE guid IS NOT NULL")?;
    let mut rows = query.query([])?;
    let mut found: HashMap<String, Option<String>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let guid: String = row.get(0)?;
        if guids.contains(&guid) {
            let article: String = row.get(1)?;
            let same = found.entry(guid).or_insert_with(|| Some(article.clone()));
            // A guid that two articles go by names neither.
            if same.as_ref() != Some(&article) {
                *same = None;
            }
        }
    }
    let one = |(guid, article): (String, Option<String>)| Some((Named::Guid(guid), article?));
    found.into_iter().filter_map(one).map(|(name, id)| Ok((name, parsed(id)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry::Entry;
    use crate::model::url::CanonicalUrl;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn entry(url: &str, guid: &str) -> Entry {
        Entry { guid: Some(guid.to_owned()), ..Entry::at(CanonicalUrl::parse(url).unwrap()) }
    }

    #[tokio::test]
    async fn articles_are_known_by_any_of_their_names_and_asked_when_due() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (one, two) = (SourceId::parse("one").unwrap(), SourceId::parse("two").unwrap());
        let now = at("2026-10-01T00:00:00Z");
        let entries = vec![entry("https://a.example/1", "g1"), entry("https://a.example/2", "g2")];
        store.add_entries(one.clone(), 0, entries, now, |_, _| None).await.unwrap();
        store.add_entries(two, 1, vec![entry("https://b.example/3", "g2")], now, |_, _| None).await.unwrap();
        let url = |text: &str| Named::Url(CanonicalUrl::parse(text).unwrap());
        let guid = |text: &str| Named::Guid(text.to_owned());
        let asked = vec![url("https://a.example/1"), url("https://c.example/"), guid("g1"), guid("g2")];
        let known = store.named(asked).await.unwrap();
        let id = known[&url("https://a.example/1")].clone();
        assert_eq!((known.len(), &known[&guid("g1")]), (2, &id), "g2 is the name of two articles");
        let by_id = store.named(vec![Named::Id(id.clone())]).await.unwrap();
        assert_eq!(by_id.len(), 1);
        assert_eq!(store.dates(vec![id.clone()]).await.unwrap()[&id], now);

        let since = at("2026-08-01T00:00:00Z");
        let waiting = |now, limit| store.to_count(one.clone(), since, now, limit);
        assert_eq!(waiting(now, 9).await.unwrap().len(), 2);
        assert_eq!(waiting(now, 1).await.unwrap().len(), 1);
        let later = at("2026-10-01T02:00:00Z");
        let ask = VoteAsk { next: Some(later), etag: Some(b"x".to_vec()), last_modified: None };
        store.put_asks(one.clone(), vec![(id.clone(), ask.clone())]).await.unwrap();
        assert_eq!(waiting(now, 9).await.unwrap().len(), 1);
        let again = waiting(later, 9).await.unwrap();
        assert_eq!(again.iter().find(|one| one.article == id).map(|one| &one.ask), Some(&ask));
        store.put_asks(one.clone(), vec![(id.clone(), VoteAsk::default())]).await.unwrap();
        assert_eq!(waiting(later, 9).await.unwrap().len(), 1, "without a time it is never asked again");
        store.remove(id.clone(), now).await.unwrap();
        assert!(store.named(vec![Named::Id(id)]).await.unwrap().is_empty());
    }
}
