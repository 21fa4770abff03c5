//! One file per command: arguments go in, an exit code comes out. The only room that prints.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line is for")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::settings::Settings;
use crate::store::Store;

pub mod build;
pub mod check;
pub mod demo;
pub mod extract;
pub mod feed;
mod fetch;
pub mod group;
pub mod init;
mod jsonl;
pub mod opml;
pub mod remove;
pub mod run;
pub mod schema;
pub mod serve;
pub mod show;
pub mod state;
pub mod tag;
pub mod watch;

/// How a command ended. The numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// A site was produced, or the command did what it says.
    Done = 0,
    /// Something that should not happen.
    Unexpected = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// The site could not be produced; the old one stands.
    NotProduced = 3,
    /// With `--strict`: something failed.
    Strict = 4,
}

/// A command's failure: the exit code and what to tell the person, with the place and the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// How the program exits.
    pub exit: Exit,
    /// What is printed to standard error.
    pub message: String,
}

impl Failure {
    /// Wrong usage or configuration.
    pub fn usage(message: impl ToString) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }

    /// The site could not be produced; the old one stands.
    pub fn not_produced(message: impl ToString) -> Self {
        Self { exit: Exit::NotProduced, message: message.to_string() }
    }

    /// Something that should not happen.
    pub fn unexpected(message: impl ToString) -> Self {
        Self { exit: Exit::Unexpected, message: message.to_string() }
    }
}

/// Crawls news sources, reads, translates, groups and analyses the articles, and renders a static site with feeds.
#[derive(Debug, Parser)]
#[command(name = "newsmill", version, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    places: Places,
    #[command(subcommand)]
    command: Command,
}

/// Where things are; the same for every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Places {
    /// The folder with site.yaml, sources.yaml, symbols.yaml
    #[arg(long, global = true, value_name = "DIR", default_value = "config")]
    pub config: PathBuf,
    /// The folder that remembers everything between runs [default: `state` of site.yaml, or state]
    #[arg(long, global = true, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// The folder that the site is written to [default: `output` of site.yaml, or output]
    #[arg(long, global = true, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Sets a key of site.yaml by its dotted path, as in --set network.host_delay=0s (repeatable)
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs one batch: crawl, read, enrich, group, build
    Run(run::Args),
    /// Runs a batch at each time of a schedule, until it is told to end
    Watch(watch::Args),
    /// Renders the site again from the state: the last stage of a run, without network
    Build(build::Args),
    /// Runs everything against the bundled sample newsroom: no network, no key
    Demo(demo::Args),
    /// Makes a new site
    Init(init::Args),
    /// Previews the output on loopback
    Serve(serve::Args),
    /// Validates the configuration; with --online, asks the sources as well
    Check(check::Args),
    /// Reads and writes OPML lists of sources
    Opml(opml::Args),
    /// Tells all that is known of one article or event: what each stage decided, and why
    Show(show::Args),
    /// Takes an article down for good
    Remove(remove::Args),
    /// Keeps copies of the state elsewhere, and fetches them back
    State(state::Args),
    /// Prints the JSON Schema of a configuration file
    Schema(schema::Args),
    /// Tells what would be read from pages, each taken alone
    Extract(extract::Args),
    /// Tells what feeds say, one JSON line a file
    Feed(feed::Args),
    /// Groups any JSONL of documents into events and finds similar past documents
    Group(group::Args),
    /// Tells which asset symbols the documents of a JSONL name
    Tag(tag::Args),
}

/// Reads the command line, runs the command and tells how it ended.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let places = &arguments.places;
    let ended = match &arguments.command {
        Command::Run(args) => run::run(args, places),
        Command::Watch(args) => watch::run(args, places),
        Command::Build(args) => build::run(args, places),
        Command::Demo(args) => demo::run(args, places),
        Command::Init(args) => init::run(args, places),
        Command::Serve(args) => serve::run(args, places),
        Command::Check(args) => check::run(args, places),
        Command::Opml(args) => opml::run(args, places),
        Command::Show(args) => show::run(args, places),
        Command::Remove(args) => remove::run(args, places),
        Command::State(args) => state::run(args, places),
        Command::Schema(args) => schema::run(args, places),
        Command::Extract(args) => extract::run(args, places),
        Command::Feed(args) => feed::run(args, places),
        Command::Group(args) => group::run(args, places),
        Command::Tag(args) => tag::run(args, places),
    };
    match ended {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(failure) => {
            eprintln!("newsmill: {}", failure.message);
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// Reads the configuration that `places` names, flags laid over it.
fn load(places: &Places, sources: Option<&Path>) -> Result<Settings, Failure> {
    let environment = |name: &str| std::env::var(name).ok();
    let mut settings =
        Settings::load(&places.config, &places.set, sources, &environment).map_err(Failure::usage)?;
    if let Some(state) = &places.state {
        settings.state.clone_from(state);
    }
    if let Some(output) = &places.output {
        settings.output.clone_from(output);
    }
    Ok(settings)
}

/// Opens the state of a site.
async fn open_state(settings: &Settings) -> Result<Store, Failure> {
    Store::open(&settings.state).await.map_err(Failure::not_produced)
}

/// The runtime that asynchronous commands run on.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unexpected)
}

/// What a write to standard output came to: `Continue`, or `Break` where nobody reads any more.
fn written(result: std::io::Result<()>) -> Result<std::ops::ControlFlow<()>, Failure> {
    match result {
        Ok(()) => Ok(std::ops::ControlFlow::Continue(())),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(std::ops::ControlFlow::Break(())),
        Err(error) => Err(Failure::unexpected(format!("standard output: {error}"))),
    }
}
