//! `newsmill check --online`: every source is asked; a table with one row a source and what to do about each comes out.

use std::path::Path;

use jiff::Timestamp;

use crate::cli::{Exit, Failure, runtime};
use crate::config::Files;
use crate::config::edit::{Change, readdress};
use crate::config::settings::Settings;
use crate::config::sources::SourceSettings;
use crate::net::Client;
use crate::pipeline::probe::{Probe, probe};
use crate::store::Store;

const HEAD: [&str; 9] =
    ["source", "status", "found", "entries", "newest", "full text", "robots", "redirects", "time"];

/// Asks all sources and tells what they are worth; with `fix`, writes what moved into sources.yaml.
pub(super) fn online(settings: &Settings, fix: bool) -> Result<Exit, Failure> {
    let probes = runtime()?.block_on(async {
        let client = Client::new(settings.network.clone()).map_err(Failure::unexpected)?;
        if let Some(memory) = hosts(&settings.state).await {
            client.remember(serde_json::from_slice(&memory).unwrap_or_default());
        }
        Ok::<_, Failure>(probe(settings, &client, Timestamp::now()).await)
    })?;
    print!("{}", table(&probes));
    let moved: Vec<Change> = probes
        .iter()
        .filter_map(|one| {
            Some(Change { id: one.source.as_str().to_owned(), url: one.moved.as_ref()?.as_str().to_owned() })
        })
        .collect();
    if fix {
        write(&settings.folder, settings, moved)?;
    }
    Ok(Exit::Done)
}

/// What an earlier run remembers of hosts, so that one that asked for rest gets it from this command too.
async fn hosts(state: &Path) -> Option<Vec<u8>> {
    if !state.join("newsmill.sqlite").exists() {
        return None;
    }
    Store::open(state).await.ok()?.note("hosts").await.ok()?
}

fn write(folder: &Path, settings: &Settings, moved: Vec<Change>) -> Result<(), Failure> {
    // An address with a secret in it is not in the file; what moved there is told and left to its owner.
    let (ours, others): (Vec<Change>, Vec<Change>) = moved.into_iter().partition(|change| {
        settings.sources.iter().any(|one| one.source.id.as_str() == change.id && is_written_out(one))
    });
    for change in others {
        println!("{}: its address is not written out in sources.yaml; change it where it is kept", change.id);
    }
    if ours.is_empty() {
        println!("No address needs to be changed.");
        return Ok(());
    }
    let files = Files::of(folder);
    let place = files.place("sources.yaml");
    let text = files.read("sources.yaml").map_err(Failure::usage)?.unwrap_or_default();
    let edited = readdress(&place, &text, &ours).map_err(Failure::usage)?;
    let (path, new) = (folder.join("sources.yaml"), folder.join("sources.yaml.new"));
    // Written beside and moved: a crash leaves the old file whole.
    std::fs::write(&new, edited)
        .and_then(|()| std::fs::rename(&new, &path))
        .map_err(|error| Failure::unexpected(format!("{place} cannot be written: {error}")))?;
    for change in &ours {
        println!("{place}: {} is now {}", change.id, change.url);
    }
    Ok(())
}

/// True where the address asked is the one in the file, no query or key added.
fn is_written_out(source: &SourceSettings) -> bool {
    let asked = source.address.as_ref().ok();
    let written = source.source.url.as_deref().and_then(|url| url::Url::parse(url.trim()).ok());
    asked.is_some() && asked == written.as_ref()
}

fn table(probes: &[Probe]) -> String {
    let rows: Vec<[String; 9]> = probes.iter().map(row).collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[&str]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let mut out = line(&HEAD);
    for (row, probe) in rows.iter().zip(probes) {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        out.push_str(&line(&cells));
        for advice in &probe.advice {
            out.push_str(&format!("    {advice}\n"));
        }
    }
    out
}

fn row(probe: &Probe) -> [String; 9] {
    let nothing = || "-".to_owned();
    let yes_or_no = |known: Option<bool>, yes: &str, no: &str| match known {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => nothing(),
    };
    [
        probe.source.as_str().to_owned(),
        probe.http.map_or_else(nothing, |status| status.to_string()),
        if probe.found.is_empty() { nothing() } else { probe.found.clone() },
        probe.entries.to_string(),
        probe.newest.map_or_else(nothing, |newest| newest.date().to_string()),
        match (probe.has_full_text(), probe.words) {
            (Some(true), Some(words)) => format!("yes, {words}"),
            (Some(false), Some(words)) => format!("no, {words}"),
            _ => nothing(),
        },
        yes_or_no(probe.robots, "allows", "forbids"),
        probe.redirects.to_string(),
        format!("{} ms", probe.took.as_millis()),
    ]
}
