//! Questions about articles: what was announced, what waits to be read, what was read, what changed, what was taken down.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::model::article::Article;
use crate::model::edition::{Appearance, Revision};
use crate::model::entry::Entry;
use crate::model::id::{ArticleId, SourceId};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::url::CanonicalUrl;
use crate::model::votes::VoteCount;
use crate::store::identity::{self, Recognise};
use crate::store::{Packer, Store, StoreError, pack, parsed, unpack};

/// How often a stated correction makes newsmill ask for an article again.
const MAX_REREADS: u32 = 10;
/// How many earlier revisions of an article are kept.
const MAX_REVISIONS: u32 = 10;
/// How many lines of a revision's difference are kept, each way.
const MAX_DIFF: usize = 40;

/// What a source's entries meant to the state.
#[derive(Debug, Clone, Default)]
pub struct Announced {
    /// Articles not seen before.
    pub fresh: u32,
    /// Known articles that the source says it has changed: they are asked for again.
    pub corrected: u32,
    /// What the entries state about votes: `(article, its date, counters, where to vote)`.
    pub votes: Vec<(ArticleId, Vec<VoteCount>, Option<String>)>,
}

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
    /// Stores what `source` announced at `now`. Known addresses, in any spelling, and what `recognise` knows of this
    /// source gain an appearance, new ones found an article; of two entries of one article the first counts. An entry
    /// whose stated update or title changed has its article asked for again. Of several sources that announce an article
    /// in one run, the one of the lowest `rank` owns it, whichever answered first.
    pub async fn add_entries(
        &self,
        source: SourceId,
        rank: u32,
        entries: Vec<Entry>,
        now: Timestamp,
        recognise: Recognise,
    ) -> Result<Announced, StoreError> {
        self.write(move |db| {
            let mut guids: HashMap<String, u32> = HashMap::new();
            for guid in entries.iter().filter_map(|entry| entry.guid.clone()) {
                *guids.entry(guid).or_default() += 1;
            }
            let mut announced = Announced::default();
            let mut met = HashSet::new();
            let mut packer = Packer::new()?;
            for mut entry in entries {
                if identity::is_removed(db, &entry.url)? {
                    continue;
                }
                // A guid that stands twice in one answer identifies nothing.
                entry.guid = entry.guid.filter(|guid| guids.get(guid) == Some(&1));
                let known = identity::known(db, &source, &entry, recognise)?;
                if known.as_ref().is_some_and(|id| met.contains(id)) {
                    continue;
                }
                let id = match known {
                    Some(id) => match take_over(db, &id, &source, rank, &entry, now)? {
                        Some(id) => id,
                        None => {
                            announced.corrected += u32::from(announce_again(db, &id, &source, &entry)?);
                            id
                        }
                    },
                    None => {
                        announced.fresh += 1;
                        found(db, &mut packer, &source, rank, &entry, now)?
                    }
                };
                met.insert(id.clone());
                appear(db, &mut packer, &id, &source, &entry, now)?;
                if !entry.votes.is_empty() || entry.discussion.is_some() {
                    announced.votes.push((id, entry.votes, entry.discussion));
                }
            }
            Ok(announced)
        })
        .await
    }

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

/// A new article for `entry`.
fn found(
    db: &Transaction<'_>,
    packer: &mut Packer,
    source: &SourceId,
    rank: u32,
    entry: &Entry,
    now: Timestamp,
) -> Result<ArticleId, StoreError> {
    let id = identity::free_id(db, &entry.url)?;
    let published = stated(entry, now).unwrap_or_else(|| Moment::utc(now));
    let waiting =
        Status::Pending { why: "The article was announced and is not read yet.".to_owned(), retry: None };
    db.prepare_cached(
        "INSERT INTO articles (id, url, source, first_seen, published, published_at, entry, read_state, read_status,
         read_after, title, language, rank) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending', ?8, 0, ?9, ?10, ?11)",
    )?
    .execute(params![
        id.as_str(),
        entry.url.as_str(),
        source.as_str(),
        now.as_second(),
        published.to_string(),
        published.at.as_second(),
        packer.pack(entry)?,
        packer.pack(&waiting)?,
        entry.title,
        entry.language.as_ref().map(Lang::as_str),
        rank,
    ])?;
    identity::keep_key(db, &entry.url, &id)?;
    Ok(id)
}

/// Gives an article that was first announced in this very run, and is not read yet, to a source of lower rank: so that
/// the order in which hosts answer decides nothing. Address and id go with it; the value is the id then.
fn take_over(
    db: &Transaction<'_>,
    id: &ArticleId,
    source: &SourceId,
    rank: u32,
    entry: &Entry,
    now: Timestamp,
) -> Result<Option<ArticleId>, StoreError> {
    let published = stated(entry, now).unwrap_or_else(|| Moment::utc(now));
    let before: Option<String> = db
        .prepare_cached(
            "UPDATE articles SET source = ?2, rank = ?3, entry = ?4, title = ?5, published = ?6, published_at = ?7,
             language = ?8 WHERE id = ?1 AND first_seen = ?9 AND rank > ?3 AND article IS NULL RETURNING url",
        )?
        .query_row(
            params![
                id.as_str(),
                source.as_str(),
                rank,
                pack(entry)?,
                entry.title,
                published.to_string(),
                published.at.as_second(),
                entry.language.as_ref().map(Lang::as_str),
                now.as_second(),
            ],
            |row| row.get(0),
        )
        .optional()?;
    before.map(|url| identity::rename(db, id.clone(), &parsed(url)?, &entry.url)).transpose()
}

/// The date that an entry states, where it is neither ancient nor in the future.
fn stated(entry: &Entry, now: Timestamp) -> Option<Moment> {
    entry.published.or(entry.updated).filter(|moment| plausible(*moment, now))
}

fn plausible(moment: Moment, now: Timestamp) -> bool {
    const OLDEST: i64 = 631_152_000; // 1990
    const A_DAY: i64 = 86_400;
    (OLDEST..=now.as_second() + A_DAY).contains(&moment.at.as_second())
}

/// A known article announced again: true where the source says that it has changed it. What a source said last is kept
/// per source as a hash, so that two sources with different titles do not look like corrections of each other.
fn announce_again(
    db: &Transaction<'_>,
    id: &ArticleId,
    source: &SourceId,
    entry: &Entry,
) -> Result<bool, StoreError> {
    let before: Option<String> = db
        .prepare_cached("SELECT said FROM appearances WHERE article = ?1 AND source = ?2")?
        .query_row(params![id.as_str(), source.as_str()], |row| row.get(0))
        .optional()?;
    if before.is_none_or(|before| before == said(entry)) {
        return Ok(false);
    }
    db.prepare_cached("UPDATE articles SET entry = ?3 WHERE id = ?1 AND source = ?2")?.execute(params![
        id.as_str(),
        source.as_str(),
        pack(entry)?
    ])?;
    let asked = db
        .prepare_cached(
            "UPDATE articles SET read_state = 'pending', read_after = 0, rereads = rereads + 1
             WHERE id = ?1 AND rereads < ?2",
        )?
        .execute(params![id.as_str(), MAX_REREADS])?;
    Ok(asked > 0)
}

/// A hash over what a source changes when it corrects an article: title, stated update, content.
fn said(entry: &Entry) -> String {
    let updated = entry.updated.map(|moment| moment.to_string()).unwrap_or_default();
    let text = [entry.title.as_str(), &updated, entry.content.as_deref().unwrap_or_default()].join("\u{1f}");
    blake3::hash(text.as_bytes()).to_hex().as_str()[..16].to_owned()
}

fn appear(
    db: &Transaction<'_>,
    packer: &mut Packer,
    id: &ArticleId,
    source: &SourceId,
    entry: &Entry,
    now: Timestamp,
) -> Result<(), StoreError> {
    let appearance = Appearance {
        source: source.clone(),
        title: entry.title.clone(),
        published: entry.published,
        seen: now,
    };
    let new = db
        .prepare_cached(
            "INSERT OR IGNORE INTO appearances (article, source, guid, said, packed) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id.as_str(), source.as_str(), entry.guid, said(entry), packer.pack(&appearance)?])?;
    if new > 0 {
        return bump(db, id);
    }
    db.prepare_cached(
        "UPDATE appearances SET guid = COALESCE(?3, guid), said = ?4 WHERE article = ?1 AND source = ?2",
    )?
    .execute(params![id.as_str(), source.as_str(), entry.guid, said(entry)])?;
    Ok(())
}

/// Notes that something a page about `id` shows has changed.
pub(super) fn bump(db: &Transaction<'_>, id: &ArticleId) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE articles SET changes = changes + 1 WHERE id = ?1")?.execute([id.as_str()])?;
    Ok(())
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
    let full = matches!(
        article.obtained,
        crate::model::article::Obtained::Page | crate::model::article::Obtained::Feed
    );
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
    let seen = super::timestamp(first_seen)?;
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
        crate::model::block::plain_text(&article.blocks).lines().map(str::to_owned).collect()
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
