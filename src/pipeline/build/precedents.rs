//! Records of articles go in with what grouping found similar to them; their precedents come out: past events as they
//! stand today, each with the analysis that was recorded of it.

use std::collections::{HashMap, HashSet};

use crate::model::event::{Outcome, Precedent, Similar};
use crate::model::id::ArticleId;
use crate::model::impact::Impact;
use crate::pipeline::build::known::Known;
use crate::pipeline::{Run, RunError};
use crate::store::view::Record;

/// The precedents of each record, in their order.
pub(super) async fn precedents(
    run: &Run<'_>,
    known: &Known,
    records: &mut [Record],
) -> Result<Vec<Vec<Precedent>>, RunError> {
    let found: Vec<Vec<(Similar, Option<ArticleId>)>> = records
        .iter_mut()
        .map(|record| past(known, &record.id, std::mem::take(&mut record.similar)))
        .collect();
    let speak: HashSet<&ArticleId> =
        found.iter().flatten().filter_map(|(_, speaks)| speaks.as_ref()).collect();
    let mut speak: Vec<ArticleId> = speak.into_iter().cloned().collect();
    speak.sort_unstable();
    let impacts = run.store.impacts(speak, run.settings.analysis_language().clone()).await?;
    let told =
        |list: Vec<_>| list.into_iter().map(|(similar, speaks)| told(similar, speaks, &impacts)).collect();
    Ok(found.into_iter().map(told).collect())
}

fn told(similar: Similar, speaks: Option<ArticleId>, impacts: &HashMap<ArticleId, Impact>) -> Precedent {
    let outcome =
        speaks.and_then(|article| Some(Outcome::of(article.clone(), impacts.get(&article)?.clone())));
    Precedent { similar, outcome }
}

/// What grouping found similar to `article`, as it stands today; each with the article whose analysis speaks for it.
fn past(known: &Known, article: &ArticleId, found: Vec<Similar>) -> Vec<(Similar, Option<ArticleId>)> {
    let own = known.event_of.get(article);
    let mut seen = HashSet::new();
    found
        .into_iter()
        .filter_map(|mut similar| {
            let founder = known.event_of.get(&similar.article)?;
            // Merges may have made two past events one, or one of them the article's own.
            if Some(founder) == own || !seen.insert(founder) {
                return None;
            }
            similar.event = known.ids.get(founder)?.clone();
            similar.published = *known.times.get(&similar.article)?;
            let speaks = known.spokesman(founder, &similar.article).cloned();
            Some((similar, speaks))
        })
        .collect()
}
