//! Stage 5: the editions are rendered and published. The state as a whole goes in; the files that readers see come out.
//!
//! 1. The index of every edition is read: small rows, no texts.
//! 2. `site` plans its pages; those whose inputs did not change since they were published are left alone.
//! 3. For the others, dossiers are fetched a few at a time, pages are made on all cores, written, and forgotten.
//! 4. What is no longer planned leaves the folder. Pages come before the lists that link to them.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::config::settings::Settings;
use crate::events;
use crate::model::article::Article;
use crate::model::edition::{Dossier, Edition, EventRow, Row, SourceRow};
use crate::model::event::Event;
use crate::model::id::{ArticleId, EventId, ID_DIGITS, SourceId};
use crate::model::lang::Lang;
use crate::model::report::Stage;
use crate::model::source::{Republish, Source, SourceKind};
use crate::model::status::Status;
use crate::pipeline::{Run, RunError, Tally};
use crate::publish::{Folder, Put};
use crate::site::{self, Overrides, Site, Spec};
use crate::store::grouping::EventFacts;
use crate::store::view::{IndexRow, Record};
use crate::text;
use crate::{analyze, extract, tag, translate};

/// Pages made between two fetches of dossiers.
const CHUNK: usize = 64;
/// Dossiers remembered, because neighbours in the plan need the same.
const REMEMBERED: usize = 256;
/// The longest title in an index row, in bytes.
const MAX_TITLE: usize = 240;
/// The longest summary of an event, in bytes.
const MAX_SUMMARY: usize = 400;

/// Renders every edition and publishes what changed.
pub(crate) async fn build(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let mut tally = Tally { note: "files written".to_owned(), ..Tally::default() };
    let site = Site::new(site_settings(run.settings)?, overrides(&run.settings.folder)?)?;
    let folder = Folder::open(&run.settings.output)?;
    let known = Known::read(run).await?;
    let published = run.store.published().await?;
    let published = if folder.holds(&published) { published } else { HashMap::new() };
    let mut editions = Vec::with_capacity(run.settings.editions.len());
    for language in &run.settings.editions {
        editions.push(edition(run, &known, language).await?);
    }
    let mut kept: HashSet<String> = HashSet::new();
    let mut changed = Vec::new();
    for (path, bytes) in site.assets() {
        let hash = *blake3::hash(&bytes).as_bytes();
        let fingerprint = u64::from_le_bytes(hash[..8].try_into().unwrap_or_default());
        if folder.put(&path, &bytes)? == Put::Written {
            tally.done += 1;
        }
        changed.push((path.clone(), fingerprint, hash));
        kept.insert(path);
    }
    let plans: Vec<Vec<Spec>> = editions.iter().map(|edition| site.plan(edition)).collect();
    run.begin(Stage::Build, plans.iter().map(Vec::len).sum());
    // Leaves of all editions first, then what links to them.
    for leaves in [true, false] {
        for (edition, plan) in editions.iter().zip(&plans) {
            let todo: Vec<&Spec> = plan
                .iter()
                .filter(|spec| is_leaf(spec) == leaves)
                .filter(|spec| {
                    let stands =
                        published.get(&spec.path).is_some_and(|(print, _)| *print == spec.fingerprint)
                            && folder.has(&spec.path);
                    tally.skipped += u64::from(stands);
                    !stands
                })
                .collect();
            let mut shelf = Shelf::default();
            for chunk in todo.chunks(CHUNK) {
                let needed = shelf.fetch(run, &known, edition, chunk).await?;
                let (written, prints) = make(&site, edition, chunk, &needed, &folder)?;
                tally.done += written;
                changed.extend(prints);
                run.step(chunk.len());
            }
        }
    }
    kept.extend(plans.iter().flatten().map(|spec| spec.path.clone()));
    let removed = folder.finish(&kept)?;
    let gone: Vec<String> = published.into_keys().filter(|path| !kept.contains(path)).collect();
    run.store.keep_published(changed, gone).await?;
    folder.seal(&run.store.published().await?)?;
    if removed > 0 {
        tally.note.push_str(&format!(", {removed} removed"));
    }
    Ok(tally)
}

/// True for pages that lists link to: they are written first, so that a reader never meets a link to nothing.
fn is_leaf(spec: &Spec) -> bool {
    spec.path.contains("articles/") || spec.path.contains("events/")
}

type Print = (String, u64, [u8; 32]);

/// Makes a chunk of pages on all cores and writes them.
fn make(
    site: &Site,
    edition: &Edition,
    chunk: &[&Spec],
    needed: &[Vec<Arc<Dossier>>],
    folder: &Folder,
) -> Result<(u64, Vec<Print>), RunError> {
    let made: Vec<(Print, Put)> = chunk
        .par_iter()
        .zip(needed)
        .map(|(spec, dossiers)| {
            let borrowed: Vec<&Dossier> = dossiers.iter().map(AsRef::as_ref).collect();
            let bytes = site.make(edition, spec, &borrowed)?;
            let put = folder.put(&spec.path, &bytes)?;
            Ok(((spec.path.clone(), spec.fingerprint, *blake3::hash(&bytes).as_bytes()), put))
        })
        .collect::<Result<_, RunError>>()?;
    let written = made.iter().filter(|(_, put)| *put == Put::Written).count() as u64;
    Ok((written, made.into_iter().map(|(print, _)| print).collect()))
}

/// Dossiers fetched lately.
#[derive(Default)]
struct Shelf {
    known: HashMap<ArticleId, Arc<Dossier>>,
    order: VecDeque<ArticleId>,
}

impl Shelf {
    /// The dossiers that each page of a chunk needs, in its order; articles that are gone are left out.
    async fn fetch(
        &mut self,
        run: &Run<'_>,
        known: &Known,
        edition: &Edition,
        chunk: &[&Spec],
    ) -> Result<Vec<Vec<Arc<Dossier>>>, RunError> {
        let mut needed = Vec::with_capacity(chunk.len());
        for spec in chunk {
            let missing: BTreeSet<&ArticleId> =
                spec.needs.iter().filter(|id| !self.known.contains_key(*id)).collect();
            let missing: Vec<ArticleId> = missing.into_iter().cloned().collect();
            if !missing.is_empty() {
                let language = edition.language.clone();
                let analysed_in = run.settings.analysis_language().clone();
                for record in run.store.records(missing, language, analysed_in).await? {
                    let id = record.id.clone();
                    if let Some(dossier) = dossier(run.settings, known, &edition.language, record) {
                        self.known.insert(id.clone(), Arc::new(dossier));
                        self.order.push_back(id);
                    }
                }
            }
            needed.push(spec.needs.iter().filter_map(|id| self.known.get(id).cloned()).collect());
            while self.order.len() > REMEMBERED {
                if let Some(oldest) = self.order.pop_front() {
                    self.known.remove(&oldest);
                }
            }
        }
        Ok(needed)
    }
}

/// What holds for all editions alike.
struct Known {
    /// Founder → id of its event, for every event that ever was.
    ids: HashMap<ArticleId, EventId>,
    /// Article → founder of its event.
    event_of: HashMap<ArticleId, ArticleId>,
    /// Founder → members by time, then id; removed articles are left out.
    members: HashMap<ArticleId, Vec<ArticleId>>,
    /// Founder → founders of events that were merged into it.
    absorbed: HashMap<ArticleId, Vec<EventId>>,
    /// `(gone, into)`, oldest first.
    redirects: Vec<(EventId, EventId)>,
    facts: HashMap<ArticleId, EventFacts>,
    times: HashMap<ArticleId, Timestamp>,
    sources: Vec<SourceRow>,
}

impl Known {
    async fn read(run: &Run<'_>) -> Result<Self, RunError> {
        let language = run.settings.analysis_language();
        let index = run.store.index(language.clone(), language.clone()).await?;
        let times: HashMap<ArticleId, Timestamp> =
            index.iter().map(|row| (row.id.clone(), row.published.at)).collect();
        let ids = event_ids(&run.store.founders().await?);
        let mut members: HashMap<ArticleId, Vec<ArticleId>> = HashMap::new();
        let mut event_of = HashMap::new();
        // The index is newest first, by id within one instant; members are oldest first.
        let mut rows: Vec<&IndexRow> = index.iter().collect();
        rows.sort_by(|a, b| (a.published.at, &a.id).cmp(&(b.published.at, &b.id)));
        for row in rows {
            if let Some(founder) = &row.event {
                members.entry(founder.clone()).or_default().push(row.id.clone());
                event_of.insert(row.id.clone(), founder.clone());
            }
        }
        let mut absorbed: HashMap<ArticleId, Vec<EventId>> = HashMap::new();
        let mut redirects = Vec::new();
        let merges = run.store.merges().await?;
        let into: HashMap<&ArticleId, &ArticleId> = merges.iter().map(|(gone, into)| (gone, into)).collect();
        for (gone, first) in &merges {
            let mut last = first;
            let mut steps = 0;
            while let Some(next) = into.get(last).filter(|_| steps < merges.len()) {
                last = next;
                steps += 1;
            }
            if let (Some(gone), Some(stays)) = (ids.get(gone), ids.get(last)) {
                absorbed.entry(last.clone()).or_default().push(gone.clone());
                redirects.push((gone.clone(), stays.clone()));
            }
        }
        let facts = run.store.event_facts().await?;
        let sources = source_rows(run, &index).await?;
        Ok(Self { ids, event_of, members, absorbed, redirects, facts, times, sources })
    }

    fn event(&self, founder: &ArticleId) -> Option<Event> {
        let members = self.members.get(founder)?.clone();
        let facts = self.facts.get(founder);
        let central = facts.map(|facts| &facts.central).filter(|central| members.contains(central));
        Some(Event {
            id: self.ids.get(founder)?.clone(),
            founder: founder.clone(),
            central: central.or(members.first())?.clone(),
            conflicts: facts.map(|facts| facts.conflicts.clone()).unwrap_or_default(),
            absorbed: self.absorbed.get(founder).cloned().unwrap_or_default(),
            members,
        })
    }
}

/// Ids in the order in which events were founded: the later of two that collide is longer, and stays so.
fn event_ids(founders: &[ArticleId]) -> HashMap<ArticleId, EventId> {
    let mut taken = HashSet::with_capacity(founders.len());
    let mut ids = HashMap::with_capacity(founders.len());
    for founder in founders {
        let mut digits = ID_DIGITS;
        let mut id = EventId::of(founder, digits);
        while !taken.insert(id.clone()) && digits < 64 {
            digits += 2;
            id = EventId::of(founder, digits);
        }
        ids.insert(founder.clone(), id);
    }
    ids
}

/// Configured sources in configured order, then former ones that still have articles.
async fn source_rows(run: &Run<'_>, index: &[IndexRow]) -> Result<Vec<SourceRow>, RunError> {
    let states = run.store.source_states().await?;
    let mut history = run.store.source_history().await?;
    let mut rows: Vec<SourceRow> = run
        .settings
        .sources
        .iter()
        .map(|one| {
            let state = states.get(&one.source.id);
            let mut source = one.source.clone();
            let unnamed = source.name == source.id.as_str();
            if let Some(title) = state.and_then(|state| state.title.clone()).filter(|_| unnamed) {
                source.name = title;
            }
            SourceRow {
                history: history.remove(&source.id).unwrap_or_default(),
                next: state.and_then(|state| state.next),
                configured: true,
                source,
            }
        })
        .collect();
    let configured: HashSet<SourceId> = rows.iter().map(|row| row.source.id.clone()).collect();
    let former: BTreeSet<&SourceId> =
        index.iter().map(|row| &row.source).filter(|id| !configured.contains(id)).collect();
    for id in former {
        let source = Source {
            id: id.clone(),
            name: states
                .get(id)
                .and_then(|state| state.title.clone())
                .unwrap_or_else(|| id.as_str().to_owned()),
            publisher: id.as_str().to_owned(),
            kind: SourceKind::Feed,
            url: None,
            category: "news".to_owned(),
            export_category: "news".to_owned(),
            language: None,
            republish: Republish::Excerpt,
        };
        rows.push(SourceRow {
            source,
            configured: false,
            history: history.remove(id).unwrap_or_default(),
            next: None,
        });
    }
    Ok(rows)
}

/// The index of one edition.
async fn edition(run: &Run<'_>, known: &Known, language: &Lang) -> Result<Edition, RunError> {
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
    let (events, event_places) = event_rows(run, known, &index, &positions, language);
    let stamps: HashMap<&ArticleId, u64> = index.iter().map(|row| (&row.id, row.stamp)).collect();
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
                fingerprint: fingerprint(run, known, row, &stamps),
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
        similar_mode: run.settings.similar.clone(),
    })
}

/// A hash over everything that a page about an article shows: its own changes, those of the articles in its event and
/// of those that it names as similar, and what is configured about it.
fn fingerprint(run: &Run<'_>, known: &Known, row: &IndexRow, stamps: &HashMap<&ArticleId, u64>) -> u64 {
    let mut hasher = blake3::Hasher::new();
    let mut one = |id: &ArticleId| {
        hasher.update(id.as_str().as_bytes());
        hasher.update(&stamps.get(id).copied().unwrap_or_default().to_le_bytes());
        if let Some(founder) = known.event_of.get(id) {
            hasher.update(founder.as_str().as_bytes());
        }
    };
    one(&row.id);
    let event = row.event.as_ref().and_then(|founder| known.members.get(founder));
    event.into_iter().flatten().for_each(&mut one);
    row.similar_to.iter().for_each(&mut one);
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
    language: &Lang,
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
            Some((last, founder.clone(), event_row(run, index, event, members, central, language)?))
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
    _language: &Lang,
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
        heat,
    })
}

/// Everything that a page about one article shows.
fn dossier(settings: &Settings, known: &Known, language: &Lang, record: Record) -> Option<Dossier> {
    let article = record.article?;
    let translated = record.translated.unwrap_or_else(|| untranslated(settings, language, &article));
    let analysed = record.analysed.unwrap_or_else(|| not_analysed(settings));
    let event = known.event_of.get(&record.id).and_then(|founder| known.event(founder));
    let own = known.event_of.get(&record.id);
    let mut seen = HashSet::new();
    let similar = record
        .similar
        .into_iter()
        .filter_map(|mut similar| {
            let founder = known.event_of.get(&similar.article)?;
            // Merges may have made two past events one, or one of them the article's own.
            if Some(founder) == own || !seen.insert(founder.clone()) {
                return None;
            }
            similar.event = known.ids.get(founder)?.clone();
            similar.published = *known.times.get(&similar.article)?;
            Some(similar)
        })
        .collect();
    Some(Dossier {
        id: record.id,
        source: record.source,
        appearances: record.appearances,
        url: record.url,
        first_seen: record.first_seen,
        article,
        read: record.read,
        translation: record.translation,
        translated,
        tags: record.tags,
        impact: record.impact,
        analysed,
        votes: record.votes,
        event,
        similar,
        revisions: record.revisions,
        text_hash: record.text_hash,
        versions: versions(),
    })
}

/// The versions of the parts that make an article.
fn versions() -> Vec<(String, String)> {
    [
        ("extraction", extract::VERSION.to_string()),
        ("tagging", tag::VERSION.to_string()),
        ("translation", translate::VERSION.to_string()),
        ("analysis", analyze::VERSION.to_string()),
        ("grouping", events::VERSION.to_string()),
        ("newsmill", env!("CARGO_PKG_VERSION").to_owned()),
    ]
    .into_iter()
    .map(|(part, version)| (part.to_owned(), version))
    .collect()
}

fn untranslated(settings: &Settings, language: &Lang, article: &Article) -> Status {
    match &article.language {
        Some(own) if language.reads(own) => {
            Status::Off { why: "The original is in this edition's language.".to_owned() }
        }
        None => Status::Off { why: "The article's language is not known.".to_owned() },
        Some(_) if settings.translate.is_empty() => {
            Status::Off { why: "No provider of translations is configured. The original follows.".to_owned() }
        }
        Some(_) => Status::Pending { why: "It waits for the next run.".to_owned(), retry: None },
    }
}

fn not_analysed(settings: &Settings) -> Status {
    if settings.analyze.is_empty() {
        Status::Off { why: "No provider of analyses is configured.".to_owned() }
    } else {
        Status::Pending { why: "It waits for the next run.".to_owned(), retry: None }
    }
}

fn site_settings(settings: &Settings) -> Result<site::Settings, RunError> {
    let mut about = Vec::new();
    for (path, bytes) in files_below(&settings.folder.join("prose"))? {
        let Some(slug) = path.strip_suffix(".md").filter(|slug| crate::model::id::is_slug(slug)) else {
            continue;
        };
        about.push((slug.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(site::Settings {
        title: settings.title.clone(),
        tagline: settings.tagline.clone(),
        base_url: settings.base_url.clone(),
        sample: settings.sample,
        contact: settings.contact.clone(),
        about,
        vote_link: settings.vote_link.clone(),
        categories: settings.categories.clone(),
        budget: Some(site::Budget {
            currency: settings.currency.clone(),
            per_run_micros: settings.per_run.micros,
            per_day_micros: settings.per_day.micros,
        }),
    })
}

/// A site's own templates and static files: the folders beside its configuration.
fn overrides(config: &Path) -> Result<Overrides, RunError> {
    let beside = config.parent().unwrap_or(Path::new("."));
    let templates = files_below(&beside.join("templates"))?
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
        .collect();
    Ok(Overrides { templates, statics: files_below(&beside.join("static"))? })
}

/// `(path below the folder with / between names, bytes)` of every file, by path; nothing where there is no folder.
fn files_below(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, RunError> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let path = entry.path();
            if path.is_dir() {
                folders.push((path, format!("{name}/")));
            } else {
                let bytes = fs::read(&path).map_err(|cause| RunError::File { path: path.clone(), cause })?;
                found.push((name, bytes));
            }
        }
    }
    found.sort();
    Ok(found)
}
