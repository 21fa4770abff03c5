//! The state goes in; what holds for all editions alike comes out: events with their ids and members, redirects, sources.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use crate::model::edition::SourceRow;
use crate::model::event::{Event, after_merges};
use crate::model::id::{ArticleId, EventId, ID_DIGITS, SourceId};
use crate::model::source::{Republish, Source, SourceKind};
use crate::pipeline::{Run, RunError};
use crate::store::grouping::EventFacts;
use crate::store::view::IndexRow;

/// What holds for all editions alike.
pub(super) struct Known {
    /// Founder → id of its event, for every event that ever was.
    pub(super) ids: HashMap<ArticleId, EventId>,
    /// Article → founder of its event.
    pub(super) event_of: HashMap<ArticleId, ArticleId>,
    /// Founder → members by time, then id; removed articles are left out.
    pub(super) members: HashMap<ArticleId, Vec<ArticleId>>,
    /// Founder → founders of events that were merged into it.
    pub(super) absorbed: HashMap<ArticleId, Vec<EventId>>,
    /// Founder → founders of events that stood in it until they were told apart, oldest first.
    pub(super) parted: HashMap<ArticleId, Vec<EventId>>,
    /// `(gone, into)`, oldest first.
    pub(super) redirects: Vec<(EventId, EventId)>,
    pub(super) facts: HashMap<ArticleId, EventFacts>,
    pub(super) times: HashMap<ArticleId, Timestamp>,
    /// Articles that have an analysis.
    pub(super) analysed: HashSet<ArticleId>,
    pub(super) sources: Vec<SourceRow>,
}

impl Known {
    pub(super) async fn read(run: &Run<'_>) -> Result<Self, RunError> {
        let language = run.settings.analysis_language();
        let index = run.store.index(language.clone(), language.clone()).await?;
        let times: HashMap<ArticleId, Timestamp> =
            index.iter().map(|row| (row.id.clone(), row.published.at)).collect();
        let analysed = index.iter().filter(|row| row.impact.is_some()).map(|row| row.id.clone()).collect();
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
        let merges = run.store.merges().await?;
        let merged: HashMap<ArticleId, ArticleId> = merges.iter().cloned().collect();
        let mut absorbed: HashMap<ArticleId, Vec<EventId>> = HashMap::new();
        let mut redirects = Vec::new();
        for (gone, _) in &merges {
            let stays = after_merges(gone, &merged);
            if let (Some(gone), Some(id)) = (ids.get(gone), ids.get(stays)) {
                absorbed.entry(stays.clone()).or_default().push(gone.clone());
                redirects.push((gone.clone(), id.clone()));
            }
        }
        let mut parted: HashMap<ArticleId, Vec<EventId>> = HashMap::new();
        for (founder, from) in &run.store.partings().await? {
            let (own, from) = (after_merges(founder, &merged), after_merges(from, &merged));
            if let Some(id) = ids.get(own).filter(|_| own != from && members.contains_key(own)) {
                let told = parted.entry(from.clone()).or_default();
                if !told.contains(id) {
                    told.push(id.clone());
                }
            }
        }
        let facts = run.store.event_facts().await?;
        let sources = source_rows(run, &index).await?;
        Ok(Self { ids, event_of, members, absorbed, parted, redirects, facts, times, analysed, sources })
    }

    /// The article whose analysis speaks for an event: the central one, as on the event's page; where it has none, the
    /// one that resembles, or the newest that has one.
    pub(super) fn spokesman(&self, founder: &ArticleId, matched: &ArticleId) -> Option<&ArticleId> {
        let members = self.members.get(founder)?;
        let central = self.facts.get(founder).map(|facts| &facts.central);
        let central = central.filter(|central| members.contains(central)).or(members.first())?;
        let wanted = |id: &&ArticleId| self.analysed.contains(*id);
        let matched = members.iter().find(|id| *id == matched);
        Some(central).filter(wanted).or(matched.filter(wanted)).or_else(|| members.iter().rev().find(wanted))
    }

    pub(super) fn event(&self, founder: &ArticleId) -> Option<Event> {
        let members = self.members.get(founder)?.clone();
        let facts = self.facts.get(founder);
        let central = facts.map(|facts| &facts.central).filter(|central| members.contains(central));
        Some(Event {
            id: self.ids.get(founder)?.clone(),
            founder: founder.clone(),
            central: central.or(members.first())?.clone(),
            conflicts: facts.map(|facts| facts.conflicts.clone()).unwrap_or_default(),
            absorbed: self.absorbed.get(founder).cloned().unwrap_or_default(),
            parted: self.parted.get(founder).cloned().unwrap_or_default(),
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
