//! Which article an address or an announcement belongs to: an entry goes in, the article known by its address, by
//! another spelling of it, or by what a judge handed in recognises, comes out. Also what pages say of their own address,
//! settled once all of a run were heard.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::model::entry::{Entry, Known};
use crate::model::id::{ArticleId, ID_DIGITS, SourceId};
use crate::model::url::CanonicalUrl;
use crate::store::articles::bump;
use crate::store::{Store, StoreError, parsed, unpack};

/// Tells which of the articles given is announced, by its place; see `discover::identity::recognise`.
pub type Recognise = fn(&Known, &[Known]) -> Option<usize>;
/// Tells whether an article and the one that its page names as its own address are one.
pub type Agree = fn(&Known, &Known) -> bool;

/// The name of the note that says that every address has its key.
const KEYED: &str = "addresses";

impl Store {
    /// Settles what the pages read since the last time say of their own address. An address that nobody has becomes an
    /// alias; where it is another article's, and `agree` says that they are one, the claimant becomes an appearance of
    /// it, unless it was grouped before: what once had a page keeps it. In order of addresses, then of age, so that the
    /// order of reading decides nothing. Returns how many articles were joined.
    pub async fn settle_claims(&self, agree: Agree) -> Result<u64, StoreError> {
        self.write(move |db| {
            let mut claims: Vec<(String, String)> = Vec::new();
            let mut query = db.prepare_cached(
                "SELECT c.url, c.article FROM claims c JOIN articles a ON a.id = c.article
                 ORDER BY c.url, a.first_seen, a.rank, a.id",
            )?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                claims.push((row.get(0)?, row.get(1)?));
            }
            let mut joined = 0;
            for (url, claimant) in claims {
                let (url, claimant): (CanonicalUrl, ArticleId) = (parsed(url)?, parsed(claimant)?);
                let Some(own) = as_known(db, &claimant)? else { continue };
                match holder(db, &url)? {
                    None => alias(db, &url, &claimant)?,
                    Some(id) if id == claimant => {}
                    Some(id) => {
                        let other = as_known(db, &id)?;
                        if other.is_some_and(|other| agree(&own, &other)) && !is_grouped(db, &claimant)? {
                            fold(db, &claimant, &id, &own.url)?;
                            joined += 1;
                        }
                    }
                }
            }
            db.execute("DELETE FROM claims", [])?;
            Ok(joined)
        })
        .await
    }
}

/// The article at an address: by the letter, else by another spelling of it.
pub(super) fn holder(db: &Connection, url: &CanonicalUrl) -> Result<Option<ArticleId>, StoreError> {
    let exact: Option<String> = db
        .prepare_cached(
            "SELECT id FROM articles WHERE url = ?1 UNION ALL SELECT article FROM aliases WHERE url = ?1 LIMIT 1",
        )?
        .query_row([url.as_str()], |row| row.get(0))
        .optional()?;
    let id = match exact {
        Some(id) => Some(id),
        None => db
            .prepare_cached("SELECT article FROM addresses WHERE key = ?1 ORDER BY article LIMIT 1")?
            .query_row([url.key()], |row| row.get(0))
            .optional()?,
    };
    id.map(parsed).transpose()
}

/// True for an address that was taken down, in any spelling.
pub(super) fn is_removed(db: &Connection, url: &CanonicalUrl) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM removed WHERE url IN (?1, ?2)")?
        .exists([url.as_str(), &url.key()])?)
}

/// The article that an entry of `source` announces, if it is known; an address that is new for it is kept.
pub(super) fn known(
    db: &Transaction<'_>,
    source: &SourceId,
    entry: &Entry,
    recognise: Recognise,
) -> Result<Option<ArticleId>, StoreError> {
    let id = match holder(db, &entry.url)? {
        Some(id) => Some(id),
        None => {
            let (ids, known): (Vec<_>, Vec<_>) = candidates(db, source, entry)?.into_iter().unzip();
            recognise(&Known::of(entry), &known).and_then(|at| ids.into_iter().nth(at))
        }
    };
    if let Some(id) = &id {
        alias(db, &entry.url, id)?;
    }
    Ok(id)
}

/// Articles that `source` announced with the entry's guid, or for its very instant: a few of each.
fn candidates(
    db: &Transaction<'_>,
    source: &SourceId,
    entry: &Entry,
) -> Result<Vec<(ArticleId, Known)>, StoreError> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut take = |sql: &str, source: &SourceId, key: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
        let mut query = db.prepare_cached(sql)?;
        let mut rows = query.query(params![source.as_str(), key])?;
        while let Some(row) = rows.next()? {
            let id: ArticleId = parsed(row.get(0)?)?;
            let entry: Entry = unpack(row.get_ref(1)?.as_blob().unwrap_or_default())?;
            let guid = row.get(2)?;
            if seen.insert(id.clone()) {
                found.push((id, Known { guid, ..Known::of(&entry) }));
            }
        }
        Ok(())
    };
    // Limits are literal: a bound one makes SQLite plan the query anew each time.
    if let Some(guid) = &entry.guid {
        let sql = "SELECT a.id, a.entry, p.guid FROM appearances p JOIN articles a ON a.id = p.article
                   WHERE p.source = ?1 AND p.guid = ?2 ORDER BY a.id LIMIT 8";
        take(sql, source, guid)?;
    }
    if let Some(published) = entry.published.filter(|moment| !moment.day_only) {
        let sql = "SELECT id, entry, NULL FROM articles WHERE source = ?1 AND published_at = ?2 LIMIT 8";
        take(sql, source, &published.at.as_second())?;
    }
    Ok(found)
}

/// Keeps that an article stands at an address, too.
pub(super) fn alias(db: &Transaction<'_>, url: &CanonicalUrl, id: &ArticleId) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO aliases (url, article)
         SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM articles WHERE url = ?1)",
    )?
    .execute([url.as_str(), id.as_str()])?;
    keep_key(db, url, id)
}

/// Keeps the key of an article's address.
pub(super) fn keep_key(db: &Connection, url: &CanonicalUrl, id: &ArticleId) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR IGNORE INTO addresses (key, article) VALUES (?1, ?2)")?
        .execute([&url.key(), id.as_str()])?;
    Ok(())
}

/// An id for a new article; it grows by two digits while another address has it.
pub(super) fn free_id(db: &Transaction<'_>, url: &CanonicalUrl) -> Result<ArticleId, StoreError> {
    let mut digits = ID_DIGITS;
    loop {
        let id = ArticleId::of(url, digits);
        let taken = db
            .prepare_cached(
                "SELECT 1 FROM articles WHERE id = ?1 UNION ALL SELECT 1 FROM removed WHERE id = ?1",
            )?
            .exists([id.as_str()])?;
        if !taken || digits >= 64 {
            return Ok(id);
        }
        digits += 2;
    }
}

/// Gives an article that nobody has seen yet another address, and the id that goes with it.
pub(super) fn rename(
    db: &Transaction<'_>,
    id: ArticleId,
    before: &CanonicalUrl,
    url: &CanonicalUrl,
) -> Result<ArticleId, StoreError> {
    if before == url {
        return Ok(id);
    }
    let new = free_id(db, url)?;
    db.execute("DELETE FROM aliases WHERE url = ?1", [url.as_str()])?;
    db.execute(
        "UPDATE articles SET id = ?2, url = ?3 WHERE id = ?1",
        [id.as_str(), new.as_str(), url.as_str()],
    )?;
    hand_over(db, &id, &new, before)?;
    alias(db, before, &new)?;
    keep_key(db, url, &new)?;
    Ok(new)
}

/// Makes an article an appearance of another one, to which its address leads from now on.
fn fold(
    db: &Transaction<'_>,
    id: &ArticleId,
    into: &ArticleId,
    url: &CanonicalUrl,
) -> Result<(), StoreError> {
    // A text is not lost because the other address gives none.
    db.execute(
        "UPDATE articles SET (title, language, words, full_text, excerpt, text_hash, article, read_state, read_status)
         = (SELECT title, language, words, full_text, excerpt, text_hash, article, read_state, read_status
            FROM articles WHERE id = ?2)
         WHERE id = ?1 AND full_text = 0 AND (SELECT full_text FROM articles WHERE id = ?2) = 1",
        [into.as_str(), id.as_str()],
    )?;
    db.execute("DELETE FROM articles WHERE id = ?1", [id.as_str()])?;
    hand_over(db, id, into, url)?;
    alias(db, url, into)?;
    bump(db, into)
}

/// Everything that is kept by article, from one id to another; what the other has stays.
fn hand_over(
    db: &Transaction<'_>,
    from: &ArticleId,
    to: &ArticleId,
    url: &CanonicalUrl,
) -> Result<(), StoreError> {
    for url in addresses(db, from, url)? {
        let key = url.key();
        db.execute("DELETE FROM addresses WHERE key = ?1 AND article = ?2", [&key, from.as_str()])?;
        keep_key(db, &url, to)?;
    }
    for table in ["appearances", "aliases", "claims", "votes", "vote_asks"] {
        db.execute(
            &format!("UPDATE OR IGNORE {table} SET article = ?2 WHERE article = ?1"),
            [from.as_str(), to.as_str()],
        )?;
        db.execute(&format!("DELETE FROM {table} WHERE article = ?1"), [from.as_str()])?;
    }
    Ok(())
}

/// All addresses of an article; the first is its own.
pub(super) fn addresses(
    db: &Transaction<'_>,
    id: &ArticleId,
    own: &CanonicalUrl,
) -> Result<Vec<CanonicalUrl>, StoreError> {
    let mut query = db.prepare_cached("SELECT url FROM aliases WHERE article = ?1")?;
    let mut rows = query.query([id.as_str()])?;
    let mut all = vec![own.clone()];
    while let Some(row) = rows.next()? {
        all.push(parsed(row.get(0)?)?);
    }
    Ok(all)
}

/// Notes that an article's addresses were taken down, in every spelling.
pub(super) fn take_down(db: &Transaction<'_>, id: &ArticleId, at: i64) -> Result<bool, StoreError> {
    let url: Option<String> = db
        .prepare_cached("SELECT url FROM articles WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    let Some(url) = url else { return Ok(false) };
    for url in addresses(db, id, &parsed(url)?)? {
        let key = url.key();
        for address in [url.as_str(), &key] {
            db.prepare_cached("INSERT OR IGNORE INTO removed (url, id, at) VALUES (?1, ?2, ?3)")?
                .execute(params![address, id.as_str(), at])?;
        }
        db.execute("DELETE FROM addresses WHERE key = ?1 AND article = ?2", [&key, id.as_str()])?;
    }
    Ok(true)
}

fn is_grouped(db: &Transaction<'_>, id: &ArticleId) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("SELECT 1 FROM grouped WHERE article = ?1")?.exists([id.as_str()])?)
}

/// What tells an article from others, once it was read.
fn as_known(db: &Transaction<'_>, id: &ArticleId) -> Result<Option<Known>, StoreError> {
    let row: Option<(String, String, String)> = db
        .prepare_cached("SELECT url, title, published FROM articles WHERE id = ?1")?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    row.map(|(url, title, published)| {
        Ok(Known { url: parsed(url)?, guid: None, title, published: Some(parsed(published)?) })
    })
    .transpose()
}

/// Gives the addresses of a state from before there were keys theirs. A note says that it was done, so that a state
/// whose upgrade was cut off is finished the next time.
pub(super) fn key_old_addresses(db: &mut Connection) -> Result<(), StoreError> {
    if db.prepare("SELECT 1 FROM notes WHERE name = ?1")?.exists([KEYED])? {
        return Ok(());
    }
    let transaction = db.transaction()?;
    {
        let mut query =
            transaction.prepare("SELECT url, id FROM articles UNION ALL SELECT url, article FROM aliases")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            keep_key(&transaction, &parsed(row.get(0)?)?, &parsed(row.get(1)?)?)?;
        }
        let mut query = transaction.prepare("SELECT url, id, at FROM removed")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let url: CanonicalUrl = parsed(row.get(0)?)?;
            let (id, at): (String, i64) = (row.get(1)?, row.get(2)?);
            transaction
                .prepare_cached("INSERT OR IGNORE INTO removed (url, id, at) VALUES (?1, ?2, ?3)")?
                .execute(params![url.key(), id, at])?;
        }
    }
    transaction.execute("INSERT INTO notes (name, value) VALUES (?1, x'')", [KEYED])?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn nobody(_: &Known, _: &[Known]) -> Option<usize> {
        None
    }

    fn url(text: &str) -> CanonicalUrl {
        CanonicalUrl::parse(text).unwrap()
    }

    #[tokio::test]
    async fn the_order_of_answers_decides_nothing() {
        let now: Timestamp = "2026-10-01T07:17:00Z".parse().unwrap();
        let sources = [
            ("first", 0, "https://news.example/2026/a-long-story/"),
            ("second", 1, "http://m.news.example/2026/a-long-story"),
            ("third", 2, "https://news.example/2026/a-long-story/amp"),
        ];
        let mut outcomes = Vec::new();
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path()).await.unwrap();
            for (id, rank, address) in order.map(|n| sources[n]) {
                let entry = Entry { title: id.to_owned(), ..Entry::at(url(address)) };
                let source = SourceId::parse(id).unwrap();
                store.add_entries(source, rank, vec![entry], now, nobody).await.unwrap();
            }
            let mut ids = Vec::new();
            for (_, _, address) in sources {
                ids.push(store.article_at(url(address)).await.unwrap().unwrap());
            }
            let (source, entry, _) = store.announced(ids[0].clone()).await.unwrap().unwrap();
            outcomes.push((ids, source, entry.title));
        }
        assert!(outcomes.iter().all(|one| *one == outcomes[0]), "{outcomes:?}");
        let (ids, source, _) = &outcomes[0];
        assert_eq!(source.as_str(), "first");
        assert!(ids.iter().all(|id| *id == ArticleId::of(&url(sources[0].2), ID_DIGITS)));
    }

    #[test]
    fn an_older_state_gets_the_keys_of_its_addresses() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("newsmill.sqlite");
        let db = crate::store::schema::open(&path).unwrap();
        db.execute_batch(
            "DELETE FROM notes; DELETE FROM addresses;
             INSERT INTO articles (id, url, source, rank, first_seen, published, published_at, entry, read_state,
             read_status, read_after, title)
             VALUES ('a8b00e3dc9', 'https://www.news.example/x/', 's', 0, 0, '', 0, x'', 'ready', x'', 0, '');
             INSERT INTO removed (url, id, at) VALUES ('http://news.example/gone', 'a8b00e3dc8', 0);",
        )
        .unwrap();
        drop(db);
        for _ in 0..2 {
            let db = crate::store::schema::open(&path).unwrap();
            let found = holder(&db, &url("http://news.example/x")).unwrap();
            assert_eq!(found.unwrap().as_str(), "a8b00e3dc9");
            assert!(is_removed(&db, &url("https://www.news.example/gone/")).unwrap());
        }
    }
}
