//! A record of the state goes in, with its precedents; the dossier that an article's page shows comes out, with a status for what is not there.

use crate::config::settings::Settings;
use crate::model::article::Article;
use crate::model::edition::Dossier;
use crate::model::event::Precedent;
use crate::model::lang::Lang;
use crate::model::status::Status;
use crate::pipeline::build::known::Known;
use crate::store::view::Record;
use crate::{analyze, events, extract, tag, translate};

/// Everything that a page about one article shows; nothing of one that was never read.
pub(super) fn dossier(
    settings: &Settings,
    known: &Known,
    language: &Lang,
    record: Record,
    similar: Vec<Precedent>,
) -> Option<Dossier> {
    let article = record.article?;
    let translated = record.translated.unwrap_or_else(|| untranslated(settings, language, &article));
    let analysed = record.analysed.unwrap_or_else(|| not_analysed(settings));
    let event = known.event_of.get(&record.id).and_then(|founder| known.event(founder));
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
pub(super) fn versions() -> Vec<(String, String)> {
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
