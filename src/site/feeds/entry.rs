//! Rows and dossiers go in, feed entries come out, the same for every format.

use jiff::Timestamp;

use crate::model::edition::{Dossier, Row};
use crate::site::content::Content;
use crate::site::index::source_of;
use crate::site::page::ListOf;
use crate::site::{Desk, escape, paths, plan};

/// What a feed says of itself.
pub(crate) struct Channel {
    pub(crate) title: String,
    pub(crate) description: String,
    /// Its page, relative to the edition.
    pub(crate) home: String,
    /// Its own path.
    pub(crate) itself: String,
    /// Permanent.
    pub(crate) id: String,
}

/// One entry.
pub(crate) struct Entry {
    pub(crate) id: String,
    /// Where to read it: this site where it knows its address, the publisher otherwise; empty where neither is known.
    pub(crate) url: String,
    /// At its publisher; empty where unknown.
    pub(crate) original: String,
    pub(crate) title: String,
    pub(crate) html: String,
    pub(crate) summary: String,
    pub(crate) language: String,
    pub(crate) published: Timestamp,
    pub(crate) modified: Option<Timestamp>,
    pub(crate) authors: Vec<String>,
    pub(crate) source: String,
    pub(crate) tags: Vec<String>,
    /// The event it belongs to, and how many articles that has.
    pub(crate) event: Option<(String, usize)>,
    /// Direction and strength.
    pub(crate) impact: Option<(&'static str, u8)>,
}

impl Channel {
    /// The feed of a list.
    pub(crate) fn of_list(desk: &Desk<'_>, of: ListOf) -> Self {
        let site = &desk.site.settings;
        let folder = desk.index.folder(desk.edition, of);
        let title = match of {
            ListOf::All => site.title.clone(),
            _ => format!("{} · {}", desk.list_name(of), site.title),
        };
        let description = if site.tagline.is_empty() { title.clone() } else { site.tagline.clone() };
        let place = folder.as_str().trim_end_matches('/').replace('/', ":");
        let id = format!(
            "urn:newsmill:feed:{}:{}",
            desk.edition.language,
            if place.is_empty() { "news" } else { place.as_str() }
        );
        Self { title, description, home: folder.index(), itself: desk.path.to_owned(), id }
    }
}

/// The entries of a list's feed. A day's feed is made of titles, without dossiers.
pub(super) fn entries(desk: &Desk<'_>, of: ListOf, dossiers: &[&Dossier]) -> Vec<Entry> {
    if matches!(of, ListOf::Day(_)) {
        let rows = desk.index.rows(of).iter().take(plan::FEED);
        return rows
            .filter_map(|at| desk.edition.rows.get(*at as usize))
            .map(|row| entry(desk, row, None))
            .collect();
    }
    of_dossiers(desk, dossiers)
}

/// One entry a dossier.
pub(super) fn of_dossiers(desk: &Desk<'_>, dossiers: &[&Dossier]) -> Vec<Entry> {
    dossiers
        .iter()
        .filter_map(|dossier| {
            let row = desk.edition.rows.get(desk.index.row(desk.edition, &dossier.id)? as usize)?;
            Some(entry(desk, row, Some(dossier)))
        })
        .collect()
}

fn entry(desk: &Desk<'_>, row: &Row, dossier: Option<&Dossier>) -> Entry {
    let content = dossier.map(|dossier| Content::of(desk.edition, row, dossier));
    let original = dossier.map(|d| d.url.as_str().to_owned()).unwrap_or_default();
    let ours = desk.absolute(&paths::article(&row.id));
    let title = content.as_ref().map_or(row.title.as_str(), |content| content.title);
    let language = content.as_ref().map_or(row.title_language.as_ref(), |content| content.language);
    let ticker = |at: &u16| desk.edition.symbols.get(usize::from(*at)).map(|s| s.ticker.clone());
    let event = crate::site::index::shared_event(desk.edition, row);
    let source = source_of(desk.edition, row);
    let mut tags: Vec<String> = source.map(|s| desk.category_name(&s.category)).into_iter().collect();
    tags.extend(row.symbols.iter().take(40).filter_map(ticker));
    Entry {
        id: format!("urn:newsmill:article:{}", row.id),
        url: ours.unwrap_or_else(|| original.clone()),
        original,
        title: escape::plain(title),
        html: content.as_ref().map(Content::html).unwrap_or_default(),
        summary: summary(dossier, content.as_ref()),
        language: language.map(|l| l.as_str().to_owned()).unwrap_or_default(),
        published: row.published.at,
        modified: dossier.and_then(|d| d.article.modified).map(|m| m.at).filter(|at| *at > row.published.at),
        authors: dossier
            .map(|d| d.article.authors.iter().take(8).map(|a| escape::plain(a)).collect())
            .unwrap_or_default(),
        source: source.map(|s| s.name.clone()).unwrap_or_default(),
        tags,
        event: event.map(|(_, event)| (event.id.as_str().to_owned(), event.members.len())),
        impact: row.impact.map(|(direction, strength)| (direction.word(), strength)),
    }
}

/// The analysed sentence where there is one, the first words otherwise.
fn summary(dossier: Option<&Dossier>, content: Option<&Content<'_>>) -> String {
    let analysed = dossier.and_then(|d| d.impact.as_ref()).map(|impact| escape::plain(&impact.summary));
    analysed
        .filter(|summary| !summary.is_empty())
        .or_else(|| content.map(Content::excerpt))
        .unwrap_or_default()
}
