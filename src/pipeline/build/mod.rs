//! Stage 5: the editions are rendered and published. The state as a whole goes in; the files that readers see come out.
//!
//! 1. The index of every edition is read: small rows, no texts.
//! 2. `site` plans its pages; those whose inputs did not change since they were published are left alone.
//! 3. For the others, dossiers are fetched a few at a time, pages are made on all cores, written, and forgotten.
//! 4. What is no longer planned leaves the folder. Pages come before the lists that link to them.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::edition::{Dossier, Edition};
use crate::model::id::ArticleId;
use crate::model::report::Stage;
use crate::pipeline::build::known::Known;
use crate::pipeline::{Run, RunError, Tally};
use crate::publish::{Folder, Put};
use crate::site::{Site, Spec};

mod dossier;
mod index;
mod known;
mod looks;
mod precedents;

/// Pages made between two fetches of dossiers.
const CHUNK: usize = 64;
/// Dossiers remembered, because neighbours in the plan need the same.
const REMEMBERED: usize = 256;

/// Renders every edition and publishes what changed.
pub(crate) async fn build(run: &mut Run<'_>) -> Result<Tally, RunError> {
    let mut tally = Tally { note: "files written".to_owned(), ..Tally::default() };
    let site = Site::new(looks::site_settings(run.settings)?, looks::overrides(&run.settings.folder)?)?;
    let folder = Folder::open(&run.settings.output)?;
    let known = Known::read(run).await?;
    let published = run.store.published().await?;
    let published = if folder.holds(&published) { published } else { HashMap::new() };
    let mut editions = Vec::with_capacity(run.settings.editions.len());
    for language in &run.settings.editions {
        editions.push(index::edition(run, &known, language).await?);
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
                let mut records = run.store.records(missing, language, analysed_in).await?;
                let precedents = precedents::precedents(run, known, &mut records).await?;
                for (record, past) in records.into_iter().zip(precedents) {
                    let id = record.id.clone();
                    let made = dossier::dossier(run.settings, known, &edition.language, record, past);
                    if let Some(dossier) = made {
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
