//! `newsmill extract`.

use crate::cli::{Exit, Failure, Places};

/// Arguments of `newsmill extract`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, _places: &Places) -> Result<Exit, Failure> {
    Err(Failure::usage("extract is not there yet"))
}
