//! `newsmill demo`: the whole pipeline against the sample newsroom on loopback; an output folder goes in, a site stands
//! in it afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::cli::run::watch;
use crate::cli::{Exit, Failure, Places, open_state, runtime};
use crate::config::settings::Settings;
use crate::newsroom::{Newsroom, sample};
use crate::pipeline::{self, Options};

/// Stands in an output folder that the demo made; nothing else is ever overwritten.
const MARKER: &str = ".newsmill-demo";

/// Arguments of `newsmill demo`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, places: &Places) -> Result<Exit, Failure> {
    let output = places.output.clone().unwrap_or_else(|| PathBuf::from("output"));
    claim(&output)?;
    let desk = Workplace::make()?;
    runtime()?.block_on(batches(&desk.path, &output, places))?;
    println!("The sample site stands in {}. All its news is invented.", output.display());
    println!("Look at it:  newsmill serve --output {}", output.display());
    println!("or open      {}", output.join("index.html").display());
    Ok(Exit::Done)
}

/// Opens the newsroom and runs every batch at its time.
async fn batches(workplace: &Path, output: &Path, places: &Places) -> Result<(), Failure> {
    let times = times()?;
    let first = times.first().copied().unwrap_or(Timestamp::UNIX_EPOCH);
    let newsroom = Newsroom::open(first).await.map_err(Failure::unexpected)?;
    let config = workplace.join("config");
    for (name, text) in newsroom.configuration() {
        write(&config.join(name), &text)?;
    }
    println!("A newsroom of six publications opens on this computer; no network and no key are needed.");
    for (at, now) in times.iter().enumerate() {
        newsroom.set_now(*now);
        println!("Batch {} of {}: {}", at + 1, times.len(), now.strftime("%-d %B %Y, %H:%M UTC"));
        batch(&config, &workplace.join("state"), output, *now, places).await?;
    }
    newsroom.close().await;
    Ok(())
}

/// One batch: the real pipeline, with the sample site's configuration, at `now`.
async fn batch(
    config: &Path,
    state: &Path,
    output: &Path,
    now: Timestamp,
    places: &Places,
) -> Result<(), Failure> {
    let environment = |_: &str| None;
    let mut settings = Settings::load(config, &places.set, None, &environment).map_err(Failure::usage)?;
    settings.state = state.to_owned();
    settings.output = output.to_owned();
    let store = open_state(&settings).await?;
    pipeline::run(&settings, &store, Options::at(now), watch()).await.map_err(Failure::not_produced)?;
    Ok(())
}

fn times() -> Result<Vec<Timestamp>, Failure> {
    sample::BATCHES.iter().map(|text| text.parse().map_err(Failure::unexpected)).collect()
}

/// Makes the output folder the demo's own, or refuses.
fn claim(output: &Path) -> Result<(), Failure> {
    let marker = output.join(MARKER);
    let empty = match fs::read_dir(output) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(Failure::usage(format!("cannot look into {}: {error}", output.display()))),
    };
    if !empty && !marker.exists() {
        return Err(Failure::usage(format!(
            "{} holds something that the demo did not make; name another folder with --output, or move it away",
            output.display()
        )));
    }
    write(&marker, "This folder was made by `newsmill demo`, which may overwrite it.\n")
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::unexpected(format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

/// A temporary folder for configuration and state; removed when dropped.
struct Workplace {
    path: PathBuf,
}

impl Workplace {
    fn make() -> Result<Self, Failure> {
        let base = std::env::temp_dir();
        let process = std::process::id();
        for attempt in 0..100 {
            let path = base.join(format!("newsmill-demo-{process}-{attempt}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(Failure::unexpected(format!("cannot make {}: {error}", path.display())));
                }
            }
        }
        Err(Failure::unexpected(format!(
            "{} is full of earlier demos; remove newsmill-demo-*",
            base.display()
        )))
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What cannot be removed is the system's to tidy: it stands in its folder for temporary things.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_folders_are_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("output");
        claim(&output).unwrap();
        fs::write(output.join("index.html"), "old").unwrap();
        claim(&output).unwrap();
        fs::remove_file(output.join(MARKER)).unwrap();
        assert_eq!(claim(&output).unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn batches_have_times_in_order() {
        let times = times().unwrap();
        assert!(times.is_sorted() && times.len() == 4);
    }
}
