//! `newsmill schema`: a file's name goes in, its JSON Schema goes to standard output, for editors.

use crate::cli::{Exit, Failure, Places};
use crate::config::schema;

/// Arguments of `newsmill schema`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// site.yaml or sources.yaml
    #[arg(value_name = "FILE", default_value = "site.yaml")]
    file: String,
}

/// Runs the command.
pub fn run(args: &Args, _places: &Places) -> Result<Exit, Failure> {
    let schema = schema::of(&args.file).ok_or_else(|| {
        Failure::usage(format!("there is no schema of `{}`; expected site.yaml or sources.yaml", args.file))
    })?;
    println!("{}", serde_json::to_string_pretty(&schema).map_err(Failure::unexpected)?);
    Ok(Exit::Done)
}
