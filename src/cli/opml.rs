//! `newsmill opml`: lists of feeds as other programs keep them go in, the text of a sources.yaml comes out; and the
//! configured feeds as such a list.

use std::collections::HashSet;
use std::path::PathBuf;

use serde_json::Value;
use url::Url;

use crate::cli::{Exit, Failure, Places, load};
use crate::discover::opml::{List, Outline, list, write};
use crate::model::id::slug;
use crate::model::source::SourceKind;
use crate::model::url::CanonicalUrl;

/// Arguments of `newsmill opml`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    way: Way,
}

#[derive(Debug, clap::Subcommand)]
enum Way {
    /// Prints the feeds of an OPML file as the text of a sources.yaml
    Import {
        /// The OPML file
        file: PathBuf,
    },
    /// Prints the configured feeds as an OPML list; sources of other kinds, and addresses that hold a key, are left out
    Export,
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    match &args.way {
        Way::Import { file } => {
            let lost = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", file.display()));
            let bytes = std::fs::read(file).map_err(|error| lost(&error))?;
            let base = Url::parse("http://localhost/").map_err(Failure::unexpected)?;
            let list = list(&bytes, None, &base).map_err(|error| lost(&error))?;
            if let Some(damage) = &list.damaged {
                eprintln!(
                    "newsmill: {}: the list is damaged ({damage}); its complete lines are kept",
                    file.display()
                );
            }
            if list.outlines.is_empty() {
                return Err(lost(&"the list names no feed"));
            }
            print!("{}", sources(&list));
        }
        Way::Export => {
            let settings = load(places, None)?;
            let outlines: Vec<Outline> = settings
                .sources
                .iter()
                .filter(|one| one.source.kind == SourceKind::Feed)
                .filter_map(|one| {
                    Some(Outline {
                        title: one.source.name.clone(),
                        feed: CanonicalUrl::parse(one.source.url.as_deref()?).ok()?,
                        site: None,
                        folders: vec![one.source.category.clone()],
                        language: one.source.language.clone(),
                    })
                })
                .collect();
            print!("{}", write(&settings.title, &outlines));
        }
    }
    Ok(Exit::Done)
}

/// A sources.yaml with the feeds of a list; what a list cannot tell is left to its defaults.
fn sources(list: &List) -> String {
    let mut out = "sources:\n".to_owned();
    let mut taken = HashSet::new();
    for outline in &list.outlines {
        let stem =
            [slug(&outline.title), slug(outline.feed.host())].into_iter().find(|slug| !slug.is_empty());
        let stem = stem.unwrap_or_else(|| "source".to_owned());
        let mut id = stem.clone();
        let mut number = 1;
        while !taken.insert(id.clone()) {
            number += 1;
            id = format!("{stem}-{number}");
        }
        out.push_str(&format!("  - id: {id}\n"));
        if !outline.title.is_empty() {
            out.push_str(&format!("    name: {}\n", quoted(&outline.title)));
        }
        out.push_str(&format!("    url: {}\n", quoted(outline.feed.as_str())));
        let folder = outline.folders.first().map(|folder| slug(folder)).filter(|slug| !slug.is_empty());
        if let Some(folder) = folder {
            out.push_str(&format!("    category: {folder}\n"));
        }
        if let Some(language) = &outline.language {
            out.push_str(&format!("    language: {language}\n"));
        }
    }
    out
}

/// Text as YAML: what JSON writes between quotes, YAML reads.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
