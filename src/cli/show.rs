//! `newsmill show`: an article or an event goes in; what each stage decided about it, on what evidence and by whom,
//! comes out as text, or as JSON.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::remove::{article, unknown};
use crate::cli::{Exit, Failure, Places, load, open_state, runtime};
use crate::config::settings::Settings;
use crate::model::block;
use crate::model::entry::Entry;
use crate::model::event::after_merges;
use crate::model::id::{ArticleId, EventId};
use crate::model::status::Status;
use crate::store::view::Record;
use crate::store::{Store, StoreError};

/// Characters of an entry's summary that are shown.
const SHOWN: usize = 160;

/// Arguments of `newsmill show`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An article's id or address, or an event's id
    #[arg(value_name = "ID|URL")]
    named: String,
    /// The language whose translation is shown [default: the first edition]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Tells it as one JSON object, texts included
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let settings = load(places, None)?;
    runtime()?.block_on(async {
        let store = open_state(&settings).await?;
        let events = Events::read(&store).await.map_err(Failure::unexpected)?;
        if let Some(founder) = EventId::parse(&args.named).ok().and_then(|id| events.founder(&id)) {
            let told =
                event(&store, &settings, &events, &founder, args).await.map_err(Failure::unexpected)?;
            println!("{told}");
            return Ok(Exit::Done);
        }
        let id = article(&store, &args.named).await?;
        let record = record(&store, &settings, &id, args).await?.ok_or_else(|| unknown(&args.named))?;
        let announced = store.announced(id).await.map_err(Failure::unexpected)?.map(|(_, entry, _)| entry);
        if args.json {
            println!("{}", as_json(&record, announced.as_ref(), &events));
        } else {
            print!("{}", as_text(&record, announced.as_ref(), &events));
        }
        Ok(Exit::Done)
    })
}

async fn record(
    store: &Store,
    settings: &Settings,
    id: &ArticleId,
    args: &Args,
) -> Result<Option<Record>, Failure> {
    let analysed_in = settings.analysis_language().clone();
    let language = match &args.language {
        Some(tag) => crate::model::lang::Lang::parse(tag).map_err(Failure::usage)?,
        None => analysed_in.clone(),
    };
    let records =
        store.records(vec![id.clone()], language, analysed_in).await.map_err(Failure::unexpected)?;
    Ok(records.into_iter().next())
}

/// Which article belongs to which event.
struct Events {
    /// `(article, founder of its event)`, in the order of grouping.
    members: Vec<(ArticleId, ArticleId)>,
    /// Founder of an event that is gone → founder of the one that took it in.
    merged: HashMap<ArticleId, ArticleId>,
    /// `(founder of an event that was told apart, founder of the one it stood in)`.
    parted: Vec<(ArticleId, ArticleId)>,
}

impl Events {
    async fn read(store: &Store) -> Result<Self, StoreError> {
        let members = store.frozen().await?.into_iter().map(|one| (one.article, one.event)).collect();
        let merged = store.merges().await?.into_iter().collect();
        Ok(Self { members, merged, parted: store.partings().await? })
    }

    /// The founder of the event of that id, or of the one that it was merged into. An id is a prefix of the hash over
    /// its founder, of whatever length.
    fn founder(&self, id: &EventId) -> Option<ArticleId> {
        let founders = self.members.iter().map(|(_, founder)| founder).chain(self.merged.keys());
        let found = founders.into_iter().find(|founder| EventId::of(founder, id.as_str().len()) == *id)?;
        Some(after_merges(found, &self.merged).clone())
    }

    fn of(&self, article: &ArticleId) -> Option<&ArticleId> {
        self.members.iter().find(|(member, _)| member == article).map(|(_, founder)| founder)
    }
}

async fn event(
    store: &Store,
    settings: &Settings,
    events: &Events,
    founder: &ArticleId,
    args: &Args,
) -> Result<String, StoreError> {
    let members: Vec<ArticleId> = events
        .members
        .iter()
        .filter(|(_, event)| event == founder)
        .map(|(member, _)| member.clone())
        .collect();
    let language = settings.analysis_language().clone();
    let records = store.records(members, language.clone(), language).await?;
    let facts = store.event_facts().await?.remove(founder);
    let id = EventId::of(founder, crate::model::id::ID_DIGITS);
    let absorbed: Vec<String> = events
        .merged
        .iter()
        .filter(|(_, into)| *into == founder)
        .map(|(gone, _)| EventId::of(gone, crate::model::id::ID_DIGITS).to_string())
        .collect();
    let parted: Vec<String> = events
        .parted
        .iter()
        .map(|(own, from)| (after_merges(own, &events.merged), after_merges(from, &events.merged)))
        .filter(|(own, from)| *from == founder && *own != founder)
        .map(|(own, _)| EventId::of(own, crate::model::id::ID_DIGITS).to_string())
        .collect();
    if args.json {
        let rows: Vec<Value> = records.iter().map(|one| json!({"id": one.id, "source": one.source, "title": title(one), "published": one.published, "url": one.url})).collect();
        let (central, conflicts) = facts.map(|facts| (facts.central, facts.conflicts)).unzip();
        return Ok(json!({"event": id, "founder": founder, "central": central, "conflicts": conflicts, "absorbed": absorbed, "parted": parted, "members": rows})
            .to_string());
    }
    let mut out = format!("event {id}: {} articles, founded by {founder}\n", records.len());
    if !absorbed.is_empty() {
        let _ = writeln!(out, "  took in the events {}", absorbed.join(", "));
    }
    if !parted.is_empty() {
        let _ = writeln!(out, "  told apart from it: the events {}", parted.join(", "));
    }
    for one in &records {
        let central = facts.as_ref().is_some_and(|facts| facts.central == one.id);
        let mark = if central { " (central)" } else { "" };
        let _ = writeln!(out, "  {} {} {}: {}{mark}", one.id, one.published, one.source, title(one));
    }
    for conflict in facts.iter().flat_map(|facts| &facts.conflicts) {
        let versions: Vec<String> =
            conflict.versions.iter().map(|(article, words)| format!("{article}: {words}")).collect();
        let _ = writeln!(out, "  they differ about {}: {}", conflict.about, versions.join("; "));
    }
    Ok(out.trim_end().to_owned())
}

fn title(record: &Record) -> &str {
    record.article.as_ref().map_or("(not read)", |article| article.title.as_str())
}

fn status(status: &Status) -> String {
    match status {
        Status::Failed { why, retry: Some(at) } | Status::Pending { why, retry: Some(at) } => {
            format!("{}: {why} Tried again after {at}.", status.word())
        }
        Status::Ready => "ready".to_owned(),
        _ => format!("{}: {}", status.word(), status.why()),
    }
}

/// Writes a line; writing to a string does not fail.
macro_rules! say {
    ($out:expr, $($words:tt)*) => { let _ = writeln!($out, $($words)*); };
}

fn as_text(record: &Record, entry: Option<&Entry>, events: &Events) -> String {
    let mut out = String::new();
    say!(out, "article {}: {}\n  {}", record.id, title(record), record.url);
    say!(out, "gather");
    say!(out, "  first seen {} at {}, published {}", record.first_seen, record.source, record.published);
    for one in &record.appearances {
        say!(out, "  announced by {} at {}: {}", one.source, one.seen, one.title);
    }
    if let Some(entry) = entry {
        let content = entry.content.as_ref().map_or(0, String::len);
        say!(out, "  guid {}, {content} bytes of content", entry.guid.as_deref().unwrap_or("none"));
        if !entry.summary.is_empty() {
            say!(out, "  summary: {}", entry.summary.chars().take(SHOWN).collect::<String>());
        }
    }
    told_read(record, &mut out);
    told_enriched(record, &mut out);
    say!(out, "group");
    match events.of(&record.id) {
        Some(founder) => {
            let id = EventId::of(founder, crate::model::id::ID_DIGITS);
            say!(out, "  event {id}, founded by {founder}");
        }
        None => {
            say!(out, "  not grouped yet");
        }
    }
    for similar in &record.similar {
        let why: Vec<String> = similar
            .why
            .iter()
            .map(|reason| {
                format!("{:?} {:.0} % ({})", reason.kind, reason.share * 100.0, reason.words.join(", "))
            })
            .collect();
        say!(out, "  similar to {} ({:.2}): {}", similar.article, similar.score, why.join("; "));
    }
    out
}

fn told_read(record: &Record, out: &mut String) {
    say!(out, "read\n  {}", status(&record.read));
    let Some(article) = &record.article else { return };
    say!(
        out,
        "  obtained from {:?}, page kind {:?}, {} words",
        article.obtained,
        article.kind,
        article.words
    );
    let language = article.language.as_ref().map_or("unknown", |language| language.as_str());
    say!(
        out,
        "  language {language}, by {}",
        if article.authors.is_empty() { "nobody named".to_owned() } else { article.authors.join(", ") }
    );
    for missing in &article.missing {
        say!(out, "  missing: {missing}");
    }
    for revision in &record.revisions {
        say!(
            out,
            "  corrected at {}: {} lines removed, {} added",
            revision.until,
            revision.removed.len(),
            revision.added.len()
        );
    }
}

fn told_enriched(record: &Record, out: &mut String) {
    say!(out, "enrich");
    for tag in &record.tags {
        let evidence: Vec<String> = tag
            .evidence
            .iter()
            .map(|one| format!("“{}” in {} × {} by {}", one.text, one.place, one.count, one.rule))
            .collect();
        say!(out, "  {:?} {}: {}", tag.kind, tag.key, evidence.join("; "));
    }
    for votes in &record.votes {
        let counts: Vec<String> =
            votes.counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        say!(out, "  votes at {} ({}): {}", votes.origin, votes.read, counts.join(", "));
    }
    let never = || "not tried".to_owned();
    say!(out, "  translation: {}", record.translated.as_ref().map_or_else(never, status));
    if let Some(translation) = &record.translation {
        let by: Vec<String> =
            translation.by.iter().map(|by| format!("{} {}", by.provider, by.model)).collect();
        say!(
            out,
            "    into {} by {} at {}, {} segments checked",
            translation.language,
            by.join(", "),
            translation.at,
            translation.checked
        );
        for fault in &translation.faults {
            say!(
                out,
                "    fault: {}{}",
                fault.what,
                if fault.replaced { " (the original is shown)" } else { "" }
            );
        }
    }
    say!(out, "  analysis: {}", record.analysed.as_ref().map_or_else(never, status));
    if let Some(impact) = &record.impact {
        say!(
            out,
            "    {} {} of 5 over {:?} by {} {} at {}",
            impact.direction.word(),
            impact.strength,
            impact.horizon,
            impact.by.provider,
            impact.by.model,
            impact.at
        );
        say!(out, "    {}", impact.summary);
        for point in &impact.points {
            say!(out, "    {} (quote found in segment {}: “{}”)", point.text, point.segment, point.quote);
        }
        for refused in &impact.refused {
            say!(out, "    refused: {refused}");
        }
    }
    say!(out, "  cost: providers' costs are kept by day and task, not by article; see the status page");
}

fn as_json(record: &Record, entry: Option<&Entry>, events: &Events) -> Value {
    let text = record.article.as_ref().map(|article| block::plain_text(&article.blocks));
    json!({
        "id": record.id, "url": record.url, "source": record.source, "first_seen": record.first_seen,
        "published": record.published, "announced": entry, "appearances": record.appearances,
        "read": record.read, "article": record.article, "text": text, "revisions": record.revisions,
        "tags": record.tags, "votes": record.votes, "translated": record.translated, "translation": record.translation,
        "analysed": record.analysed, "impact": record.impact,
        "event": events.of(&record.id).map(|founder| EventId::of(founder, crate::model::id::ID_DIGITS)),
        "similar": record.similar,
    })
}
