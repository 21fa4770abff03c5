//! One file per command: arguments go in, an exit code comes out. The only room that prints.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line is for")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub mod demo;
pub mod extract;
pub mod feed;
pub mod group;
pub mod tag;

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
    /// Makes a sample site in output/ from a newsroom on this computer: no network, no key
    Demo(demo::Args),
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
        Command::Demo(args) => demo::run(args, places),
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
