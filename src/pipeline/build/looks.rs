//! A configuration goes in; how the site looks comes out: its settings, its prose, templates and static files of its own.

use std::fs;
use std::path::Path;

use crate::config::settings::Settings;
use crate::pipeline::RunError;
use crate::site::{self, Overrides};
use crate::votes::github;

pub(super) fn site_settings(settings: &Settings) -> Result<site::Settings, RunError> {
    let mut about = Vec::new();
    for (path, bytes) in files_below(&settings.folder.join("prose"))? {
        let Some(slug) = path.strip_suffix(".md").filter(|slug| crate::model::id::is_slug(slug)) else {
            continue;
        };
        about.push((slug.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    // A vote that nobody counts is not asked for.
    let counted = settings.votes.counted();
    Ok(site::Settings {
        title: settings.title.clone(),
        tagline: settings.tagline.clone(),
        base_url: settings.base_url.clone(),
        sample: settings.sample,
        contact: settings.contact.clone(),
        about,
        vote_link: settings.vote_link.clone().or(counted.map(|github| github.place.link())),
        vote_origin: counted.filter(|_| settings.vote_link.is_none()).map(|_| github::ORIGIN.to_owned()),
        categories: settings.categories.clone(),
        budget: Some(site::Budget {
            currency: settings.currency.clone(),
            per_run_micros: settings.per_run.micros,
            per_day_micros: settings.per_day.micros,
        }),
    })
}

/// A site's own templates and static files: the folders beside its configuration.
pub(super) fn overrides(config: &Path) -> Result<Overrides, RunError> {
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
