//! Lists of feeds: what an OPML list named, as far as an earlier or this run saw it, goes in; a source of its own for
//! each of its feeds comes out.
//!
//! A feed's id is made of the list's and its name at first sight and never changes, wherever the list moves it; a feed
//! that leaves the list is remembered, so that it comes back under its own id.

use std::collections::{HashMap, HashSet};

use url::Url;

use crate::config::settings::Settings;
use crate::config::sources::SourceSettings;
use crate::discover::opml::{self, Outline};
use crate::discover::{self, DiscoverError, Discovery, FeedInfo};
use crate::model::id::{SourceId, slug};
use crate::model::report::SourceReport;
use crate::model::source::{Source, SourceKind};
use crate::net::Answer;
use crate::pipeline::gather::on_thread;
use crate::store::sources::{Listed, SourceState};
use crate::store::{Store, StoreError};

/// Most feeds of one list that are sources.
const MAX_LISTED: usize = 500;
/// Most feeds of one list that are remembered, former ones included.
const MAX_REMEMBERED: usize = 5000;
/// Longest id.
const MAX_ID: usize = 64;

/// The settings with a source for each feed of the lists among them.
pub(crate) async fn grown(settings: &Settings, store: &Store) -> Result<Settings, StoreError> {
    let mut grown = settings.clone();
    if settings.sources.iter().any(|source| source.source.kind == SourceKind::Opml) {
        let states = store.source_states().await?;
        grown.sources.extend(listed(&settings.sources, &states));
    }
    Ok(grown)
}

fn listed(sources: &[SourceSettings], states: &HashMap<SourceId, SourceState>) -> Vec<SourceSettings> {
    // A feed that is configured by itself, or stands on two lists, is asked once.
    let mut ids: HashSet<SourceId> = sources.iter().map(|source| source.source.id.clone()).collect();
    let mut addresses: HashSet<Url> =
        sources.iter().filter_map(|source| source.address.as_ref().ok().cloned()).collect();
    let mut found = Vec::new();
    for list in sources.iter().filter(|source| source.source.kind == SourceKind::Opml) {
        let state = states.get(&list.source.id).filter(|state| state.asked == list.fingerprint());
        for feed in state.iter().flat_map(|state| &state.listed).filter(|feed| !feed.gone) {
            let (Ok(id), Ok(url)) = (SourceId::parse(&feed.id), feed.url.parse::<Url>()) else { continue };
            if addresses.insert(url.clone()) && ids.insert(id.clone()) {
                found.push(one(list, id, url, feed));
            }
        }
    }
    found
}

/// A feed as a source: its own name and address, everything else as its list says.
fn one(list: &SourceSettings, id: SourceId, url: Url, feed: &Listed) -> SourceSettings {
    let Source { publisher, url: public, .. } = &list.source;
    // Feeds of a list are houses of their own, unless the list names one for all.
    let house = if publisher == list.source.id.as_str() { id.as_str() } else { publisher };
    SourceSettings {
        source: Source {
            name: if feed.title.is_empty() { id.as_str().to_owned() } else { feed.title.clone() },
            publisher: house.to_owned(),
            kind: SourceKind::Feed,
            // A list whose address is a secret may name feeds whose addresses are.
            url: public.as_ref().map(|_| url.as_str().to_owned()),
            id,
            ..list.source.clone()
        },
        address: Ok(url),
        discover: discover::Settings { kind: SourceKind::Feed, ..list.discover.clone() },
        ..list.clone()
    }
}

/// Reads a list of feeds: they are remembered as sources of their own, and it announces nothing itself.
pub(super) async fn read(
    source: &SourceSettings,
    state: &mut SourceState,
    answer: &Answer,
    report: &mut SourceReport,
) -> Result<Discovery, DiscoverError> {
    let (body, url, content_type) = (answer.body.clone(), answer.url.clone(), answer.content_type.clone());
    let work = move || opml::list(&body, content_type.as_deref(), &url);
    let list = on_thread(work).await?;
    let known = std::mem::take(&mut state.listed);
    let (listed, beyond) = merged(&source.source.id, known, list.outlines);
    state.listed = listed;
    if beyond > 0 {
        report.notes.push(format!("{beyond} feeds of the list are beyond the limit and are not asked"));
    }
    let feed = FeedInfo { title: list.title, ..FeedInfo::default() };
    Ok(Discovery { feed, damaged: list.damaged, ..Discovery::default() })
}

/// What is remembered of a list after it was read: known feeds keep their ids, in the list's order; former ones follow.
/// The number is that of the feeds beyond the limit.
fn merged(list: &SourceId, known: Vec<Listed>, outlines: Vec<Outline>) -> (Vec<Listed>, usize) {
    let beyond = outlines.len().saturating_sub(MAX_LISTED);
    let mut taken: HashSet<String> = known.iter().map(|feed| feed.id.clone()).collect();
    let mut known: HashMap<String, Listed> = known.into_iter().map(|feed| (feed.url.clone(), feed)).collect();
    let mut all = Vec::new();
    for outline in outlines.into_iter().take(MAX_LISTED) {
        let url = outline.feed.as_str().to_owned();
        let id = if let Some(feed) = known.remove(&url) {
            feed.id
        } else {
            let (named, host) = (slug(&outline.title), slug(outline.feed.host()));
            fresh(list, if named.is_empty() { &host } else { &named }, &mut taken)
        };
        all.push(Listed { id, url, title: outline.title, gone: false });
    }
    let mut former: Vec<Listed> = known.into_values().map(|feed| Listed { gone: true, ..feed }).collect();
    former.sort_by(|a, b| a.id.cmp(&b.id));
    all.extend(former);
    all.truncate(MAX_REMEMBERED);
    (all, beyond)
}

/// An id that no feed of the list has: `list-name`, `list-name-2` …
fn fresh(list: &SourceId, name: &str, taken: &mut HashSet<String>) -> String {
    let stem = format!("{list}-{name}");
    let mut n = 1;
    loop {
        let end = if n == 1 { String::new() } else { format!("-{n}") };
        // Ids are ASCII.
        let stem = stem.get(..stem.len().min(MAX_ID - end.len())).unwrap_or(&stem);
        let id = format!("{}{end}", stem.trim_end_matches('-'));
        if taken.insert(id.clone()) {
            return id;
        }
        n += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::url::CanonicalUrl;

    fn outline(title: &str, url: &str) -> Outline {
        Outline {
            title: title.to_owned(),
            feed: CanonicalUrl::parse(url).unwrap(),
            site: None,
            folders: Vec::new(),
            language: None,
        }
    }

    #[test]
    fn a_feed_keeps_its_id_whatever_the_list_does_with_it() {
        let list = SourceId::parse("mine").unwrap();
        let first = vec![
            outline("The Ledger", "https://a.example/feed"),
            outline("動區", "https://b.example/feed"),
            outline("The ledger!", "https://c.example/feed"),
        ];
        let (known, beyond) = merged(&list, Vec::new(), first);
        let ids = |all: &[Listed]| -> Vec<(String, bool)> {
            all.iter().map(|feed| (feed.id.clone(), feed.gone)).collect()
        };
        let told = |id: &str, gone: bool| (id.to_owned(), gone);
        assert_eq!(beyond, 0);
        assert_eq!(
            ids(&known),
            [told("mine-the-ledger", false), told("mine-b-example", false), told("mine-the-ledger-2", false)]
        );
        let later =
            vec![outline("Renamed", "https://c.example/feed"), outline("New", "https://d.example/feed")];
        let (known, _) = merged(&list, known, later);
        assert_eq!(
            ids(&known),
            [
                told("mine-the-ledger-2", false),
                told("mine-new", false),
                told("mine-b-example", true),
                told("mine-the-ledger", true)
            ]
        );
        let (known, _) = merged(&list, known, vec![outline("Back", "https://a.example/feed")]);
        assert_eq!(ids(&known)[0], told("mine-the-ledger", false));
        assert!(known.iter().all(|feed| SourceId::parse(&feed.id).is_ok()));
    }

    #[test]
    fn ids_stay_within_their_length() {
        let list = SourceId::parse(&"x".repeat(60)).unwrap();
        let feeds = (0..30).map(|n| outline("A long name", &format!("https://a.example/{n}"))).collect();
        let (known, _) = merged(&list, Vec::new(), feeds);
        assert_eq!(known.iter().map(|feed| &feed.id).collect::<HashSet<_>>().len(), 30);
        assert!(known.iter().all(|feed| SourceId::parse(&feed.id).is_ok()), "{known:?}");
    }
}
