//! `newsmill build`: the state goes in, the site comes out; `newsmill run --from build` under a name of its own.

use jiff::Timestamp;

use crate::cli::run::{summarise, watch};
use crate::cli::{Exit, Failure, Places, load, open_state, runtime};
use crate::model::report::Stage;
use crate::pipeline::{self, Options};

/// Arguments of `newsmill build`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The time at which the site is built, as in 2026-11-23T07:17:00Z [default: the clock's]
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let settings = load(places, None)?;
    let now = args.now.unwrap_or_else(Timestamp::now);
    runtime()?.block_on(async {
        let store = open_state(&settings).await?;
        let options = Options { from: Stage::Build, ..Options::at(now) };
        let report =
            pipeline::run(&settings, &store, options, watch()).await.map_err(Failure::not_produced)?;
        summarise(&settings, &report);
        Ok(Exit::Done)
    })
}
