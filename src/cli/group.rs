//! `newsmill group`.

use crate::cli::{Exit, Failure, Places};

/// Arguments of `newsmill group`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, _places: &Places) -> Result<Exit, Failure> {
    Err(Failure::usage("group is not there yet"))
}
