//! What sources announce: entries go in, new articles, appearances and announced corrections of known ones come out.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::model::edition::Appearance;
use crate::model::entry::Entry;
use crate::model::id::{ArticleId, SourceId};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::votes::VoteCount;
use crate::store::articles::bump;
use crate::store::identity::{self, Recognise};
use crate::store::{Packer, Store, StoreError, pack, parsed};

/// How often a stated correction makes newsmill ask for an article again.
const MAX_REREADS: u32 = 10;

/// What a source's entries meant to the state.
#[derive(Debug, Clone, Default)]
pub struct Announced {
    /// Articles not seen before.
    pub fresh: u32,
    /// Known articles that the source says it has changed: they are asked for again.
    pub corrected: u32,
    /// What the entries state about votes: `(article, counters, where to vote)`.
    pub votes: Vec<(ArticleId, Vec<VoteCount>, Option<String>)>,
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

/// True for a date after 1989 that is at most a day ahead.
pub(super) fn plausible(moment: Moment, now: Timestamp) -> bool {
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
