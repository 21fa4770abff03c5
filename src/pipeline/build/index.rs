//! The state's index rows go in, an edition comes out: small rows of articles and events in one language, no texts.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::events;
use crate::model::edition::{Edition, EventRow, Row};
use crate::model::event::Event;
use crate::model::id::{ArticleId, SourceId};
use crate::model::lang::Lang;
use crate::pipeline::build::dossier::versions;
use crate::pipeline::build::known::Known;
use crate::pipeline::{Run, RunError};
use crate::store::view::IndexRow;
use crate::text;

/// The longest title in an index row, in bytes.
const MAX_TITLE: usize = 240;
/// The longest summary of an event, in bytes.
const MAX_SUMMARY: usize = 400;

/// The index of one edition.
pub(super) async fn edition(run: &Run<'_>, known: &Known, language: &Lang) -> Result<Edition, RunError> {
    let index = run.store.index(language.clone(), run.settings.analysis_language().clone()).await?;
    let places: HashMap<&SourceId, u16> =
        known.sources.iter().enumerate().map(|(n, row)| (&row.source.id, n as u16)).collect();
    let occurring: HashSet<&str> =
        index.iter().flat_map(|row| row.symbols.iter().map(String::as_str)).collect();
    let symbols: Vec<_> = run
        .settings
        .gazetteer
        .symbols()
        .iter()
        .filter(|symbol| occurring.contains(symbol.ticker.as_str()))
        .cloned()
        .collect();
    let symbol_places: HashMap<&str, u16> =
        symbols.iter().enumerate().map(|(n, symbol)| (symbol.ticker.as_str(), n as u16)).collect();
    let positions: HashMap<&ArticleId, u32> =
        index.iter().enumerate().map(|(n, row)| (&row.id, n as u32)).collect();
    let (events, event_places) = event_rows(run, known, &index, &positions);
    let stamps: Stamps<'_> = index.iter().map(|row| (&row.id, row.stamp)).collect();
    let hashes = event_hashes(known, &stamps);
    let rows = index
        .iter()
        .map(|row| {
            let own = row.language.as_ref().is_some_and(|own| language.reads(own));
            let title = row.translated.as_ref().filter(|_| !own).unwrap_or(&row.title);
            Row {
                id: row.id.clone(),
                source: places.get(&row.source).copied().unwrap_or_default(),
                title: text::cut::cut(title, MAX_TITLE).to_owned(),
                title_language: if row.translated.is_some() && !own {
                    Some(language.clone())
                } else {
                    row.language.clone()
                },
                language: row.language.clone(),
                published: row.published,
                first_seen: row.first_seen,
                symbols: row
                    .symbols
                    .iter()
                    .filter_map(|one| symbol_places.get(one.as_str()).copied())
                    .collect(),
                event: row.event.as_ref().and_then(|founder| event_places.get(founder).copied()),
                words: row.words,
                impact: row.impact,
                readable: own || row.translated.is_some(),
                full_text: row.full_text,
                fingerprint: fingerprint(run, known, row, &stamps, &hashes),
            }
        })
        .collect();
    Ok(Edition {
        language: language.clone(),
        languages: run.settings.editions.clone(),
        now: run.now,
        rows,
        events,
        sources: known.sources.clone(),
        symbols,
        redirects: known.redirects.clone(),
        report: run.report.clone(),
        spent: run.store.spent(None).await?,
        similar_mode: run.settings.similar.word().to_owned(),
    })
}

/// Article → its `changes`.
type Stamps<'a> = HashMap<&'a ArticleId, u64>;
/// Founder → a hash over the articles of its event and their changes.
type EventHashes<'a> = HashMap<&'a ArticleId, blake3::Hash>;

fn event_hashes<'a>(known: &'a Known, stamps: &Stamps<'_>) -> EventHashes<'a> {
    let one = |(founder, members): (&'a ArticleId, &Vec<ArticleId>)| {
        let mut hasher = blake3::Hasher::new();
        for id in members {
            stamped(&mut hasher, id, stamps);
        }
        (founder, hasher.finalize())
    };
    known.members.iter().map(one).collect()
}

fn stamped(hasher: &mut blake3::Hasher, id: &ArticleId, stamps: &Stamps<'_>) {
    hasher.update(id.as_str().as_bytes());
    hasher.update(&stamps.get(id).copied().unwrap_or_default().to_le_bytes());
}

/// A hash over everything that a page about an article shows: its own changes, those of all articles in its event and
/// in the past events that it names as similar (their follow-ups stand on it), and what is configured about it.
fn fingerprint(
    run: &Run<'_>,
    known: &Known,
    row: &IndexRow,
    stamps: &Stamps<'_>,
    events: &EventHashes<'_>,
) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for id in std::iter::once(&row.id).chain(&row.similar_to) {
        stamped(&mut hasher, id, stamps);
        let founder = known.event_of.get(id);
        if let Some((founder, event)) = founder.and_then(|founder| Some((founder, events.get(founder)?))) {
            hasher.update(founder.as_str().as_bytes());
            hasher.update(event.as_bytes());
        }
    }
    let off = run.settings.off().join("|");
    hasher.update(off.as_bytes());
    for (part, version) in versions() {
        hasher.update(part.as_bytes());
        hasher.update(version.as_bytes());
    }
    let hash = hasher.finalize();
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

fn event_rows(
    run: &Run<'_>,
    known: &Known,
    index: &[IndexRow],
    positions: &HashMap<&ArticleId, u32>,
) -> (Vec<EventRow>, HashMap<ArticleId, u32>) {
    let mut rows: Vec<(Timestamp, ArticleId, EventRow)> = known
        .members
        .keys()
        .filter_map(|founder| {
            let event = known.event(founder)?;
            let members: Vec<u32> =
                event.members.iter().filter_map(|id| positions.get(id).copied()).collect();
            let last = index.get(*members.last()? as usize)?.published.at;
            let central = *positions.get(&event.central)?;
            Some((last, founder.clone(), event_row(run, index, event, members, central)?))
        })
        .collect();
    rows.sort_by(|a, b| (b.0, &a.2.id).cmp(&(a.0, &b.2.id)));
    let places = rows.iter().enumerate().map(|(n, (_, founder, _))| (founder.clone(), n as u32)).collect();
    (rows.into_iter().map(|(.., row)| row).collect(), places)
}

fn event_row(
    run: &Run<'_>,
    index: &[IndexRow],
    event: Event,
    members: Vec<u32>,
    central: u32,
) -> Option<EventRow> {
    let row = index.get(central as usize)?;
    let houses: Vec<String> = members
        .iter()
        .filter_map(|n| index.get(*n as usize))
        .map(|member| run.settings.publisher(&member.source))
        .collect();
    let times: Vec<Timestamp> =
        members.iter().filter_map(|n| index.get(*n as usize)).map(|member| member.published.at).collect();
    let names: Vec<&str> = houses.iter().map(String::as_str).collect();
    let heat = events::heat(&names, &times, run.now);
    let publishers = names.iter().collect::<HashSet<_>>().len() as u16;
    let analysed = row.summary.as_ref().filter(|summary| !summary.is_empty());
    let (summary, language) = match analysed {
        Some(summary) => (summary.clone(), Some(run.settings.analysis_language().clone())),
        None => (row.excerpt.clone(), row.language.clone()),
    };
    Some(EventRow {
        id: event.id,
        members,
        central,
        summary: text::cut::cut(&summary, MAX_SUMMARY).to_owned(),
        summary_language: language,
        summary_is_excerpt: analysed.is_none(),
        publishers,
        conflicts: event.conflicts,
        absorbed: event.absorbed,
        parted: event.parted,
        heat,
    })
}
