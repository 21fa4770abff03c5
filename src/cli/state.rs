//! `newsmill state`: a folder goes in; the state is kept there as a snapshot, or fetched back, or told in numbers.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::cli::{Exit, Failure, Places, load, open_state, runtime};
use crate::config::settings::Settings;
use crate::pipeline::snapshots::{self, Done};
use crate::store::{Store, snapshot};

/// Arguments of `newsmill state`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Tells what the state holds
    Info,
    /// Keeps a snapshot of the state in a folder
    Push {
        /// The folder
        #[arg(value_name = "FOLDER")]
        to: PathBuf,
        /// Push even though the folder holds work that this state does not know
        #[arg(long)]
        replace: bool,
        /// The time that is noted [default: the clock's]
        #[arg(long, value_name = "TIME")]
        now: Option<Timestamp>,
    },
    /// Puts the newest snapshot of a folder in the place of the state
    Pull {
        /// The folder
        #[arg(value_name = "FOLDER")]
        from: PathBuf,
        /// Pull even though the state here holds work that was never pushed
        #[arg(long)]
        replace: bool,
    },
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let settings = load(places, None)?;
    let state = &settings.state;
    runtime()?.block_on(async {
        match &args.what {
            What::Info => {
                let store = existing(&settings).await?;
                let census = store.census().await.map_err(Failure::unexpected)?;
                let lineage = store.lineage().await.map_err(Failure::unexpected)?;
                println!("state         {}", state.display());
                for (what, number) in [
                    ("articles", census.articles),
                    ("read", census.read),
                    ("translations", census.translations),
                    ("analyses", census.analyses),
                    ("grouped", census.grouped),
                    ("removed", census.removed),
                ] {
                    println!("{what:<13} {number}");
                }
                println!(
                    "last snapshot {}",
                    lineage
                        .last()
                        .map_or("none: never pushed or pulled", |hash| hash.get(..10).unwrap_or(hash))
                );
            }
            What::Push { to, replace, now } => {
                folder(to)?;
                let store = existing(&settings).await?;
                let now = now.unwrap_or_else(Timestamp::now);
                match snapshots::push(&store, state, to, now, *replace)
                    .await
                    .map_err(Failure::not_produced)?
                {
                    Done::Same(there) => {
                        println!("{} holds this state already: snapshot {}", to.display(), there.number);
                    }
                    Done::Moved { snapshot, .. } => {
                        println!(
                            "{} holds snapshot {} now: {} bytes",
                            to.display(),
                            snapshot.number,
                            snapshot.bytes
                        );
                    }
                }
            }
            What::Pull { from, replace } => {
                folder(from)?;
                match snapshots::pull(from, state, *replace).await.map_err(Failure::not_produced)? {
                    Done::Same(there) => println!("the state is snapshot {} already", there.number),
                    Done::Moved { snapshot, before } => {
                        println!("the state is snapshot {} now, pushed {}", snapshot.number, snapshot.pushed);
                        if let Some(before) = before {
                            println!("the one before is kept at {}", before.display());
                        }
                    }
                }
            }
        }
        Ok(Exit::Done)
    })
}

/// Opens the state, and makes none where there is none.
async fn existing(settings: &Settings) -> Result<Store, Failure> {
    if !snapshot::is_there(&settings.state) {
        return Err(Failure::usage(format!("there is no state in {}", settings.state.display())));
    }
    open_state(settings).await
}

/// Refuses the address of an object storage, which would else become a folder with a strange name.
fn folder(named: &std::path::Path) -> Result<(), Failure> {
    if named.to_string_lossy().contains("://") {
        return Err(Failure::usage(format!(
            "`{}` is an address; snapshots are kept in a folder so far. Mount the storage, or copy the folder to it with its own tool",
            named.display()
        )));
    }
    Ok(())
}
