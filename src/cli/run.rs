//! `newsmill run`: one batch. Configuration, state and flags go in; a site, a report on the terminal and an exit code
//! come out.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use crate::cli::fetch::cidr;
use crate::cli::{Exit, Failure, Places, load, open_state, runtime};
use crate::config::settings::Settings;
use crate::model::report::{Report, Stage, StageReport};
use crate::model::status::Status;
use crate::net::Cidr;
use crate::pipeline::{self, Options, Progress, Watch};

/// Arguments of `newsmill run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A sources.yaml, or an OPML file, in place of the configured one
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,
    /// The first stage to run: gather, read, enrich, group, build
    #[arg(long, value_name = "STAGE", default_value = "gather", value_parser = stage)]
    from: Stage,
    /// The last stage to run
    #[arg(long, value_name = "STAGE", default_value = "build", value_parser = stage)]
    until: Stage,
    /// The time at which the run takes place, as in 2026-11-23T07:17:00Z [default: the clock's]
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Tells what would be fetched and asked, in calls, tokens and price; changes nothing
    #[arg(long)]
    dry_run: bool,
    /// A private network that may be fetched, as in 127.0.0.0/8 (repeatable)
    #[arg(long, value_name = "CIDR", value_parser = cidr)]
    allow_net: Vec<Cidr>,
    /// Any failure of a source or an article ends with exit code 4
    #[arg(long)]
    strict: bool,
}

impl Args {
    /// A whole batch at `now`.
    pub(crate) fn at(now: Timestamp, sources: Option<PathBuf>, allow_net: Vec<Cidr>) -> Self {
        Self {
            sources,
            from: Stage::Gather,
            until: Stage::Build,
            now: Some(now),
            dry_run: false,
            allow_net,
            strict: false,
        }
    }
}

fn stage(text: &str) -> Result<Stage, String> {
    Stage::ALL
        .into_iter()
        .find(|stage| stage.word() == text)
        .ok_or_else(|| "expected one of gather, read, enrich, group, build".to_owned())
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let mut settings = load(places, args.sources.as_deref())?;
    settings.network.allow_net.extend(args.allow_net.iter().copied());
    let now = args.now.unwrap_or_else(Timestamp::now);
    let options = Options { now, from: args.from, until: args.until };
    runtime()?.block_on(async {
        let store = open_state(&settings).await?;
        if args.dry_run {
            let outlook =
                pipeline::outlook::outlook(&settings, &store, now).await.map_err(Failure::unexpected)?;
            println!("{outlook}");
            return Ok(Exit::Done);
        }
        let report =
            pipeline::run(&settings, &store, options, watch()).await.map_err(Failure::not_produced)?;
        summarise(&settings, &report);
        Ok(if args.strict && has_failures(&report) { Exit::Strict } else { Exit::Done })
    })
}

fn has_failures(report: &Report) -> bool {
    !report.failures.is_empty()
        || report.stages.iter().any(|stage| stage.failed > 0)
        || report
            .sources
            .iter()
            .any(|source| matches!(source.status, Status::Failed { .. } | Status::Unavailable { .. }))
}

/// A bar on a terminal, plain lines elsewhere.
pub(crate) fn watch() -> Watch {
    if std::io::stderr().is_terminal() { bars() } else { Arc::new(|progress| lines(&progress)) }
}

fn lines(progress: &Progress) {
    match progress {
        Progress::Begin(..) | Progress::Step(_) => {}
        Progress::Note(words) => eprintln!("  {words}"),
        Progress::End(stage) => eprintln!("{}", stage_line(stage)),
    }
}

fn bars() -> Watch {
    let bar = Mutex::new(ProgressBar::hidden());
    let style = ProgressStyle::with_template("{prefix:>7} {wide_bar:.dim} {pos}/{len} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    Arc::new(move |progress| {
        let mut bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Progress::Begin(stage, units) => {
                bar.finish_and_clear();
                *bar = ProgressBar::new(units).with_style(style.clone()).with_prefix(stage.word());
            }
            Progress::Step(units) => bar.inc(units),
            Progress::Note(words) => bar.println(format!("  {words}")),
            Progress::End(stage) => {
                bar.finish_and_clear();
                eprintln!("{}", stage_line(&stage));
            }
        }
    })
}

fn stage_line(stage: &StageReport) -> String {
    let mut line = format!("{:<7} {} {}", stage.stage.word(), stage.done, stage.note);
    if stage.skipped > 0 {
        line.push_str(&format!(", {} not needed now", stage.skipped));
    }
    if stage.failed > 0 {
        line.push_str(&format!(", {} failed", stage.failed));
    }
    line.push_str(&format!(" ({:.1} s)", stage.took_ms as f64 / 1000.0));
    line
}

/// What a person wants to know after a run: what failed and why, what was spent, where the site is.
pub(crate) fn summarise(settings: &Settings, report: &Report) {
    for source in &report.sources {
        if matches!(source.status, Status::Failed { .. } | Status::Unavailable { .. }) {
            eprintln!("  {}: {}", source.source, source.status.why());
        }
    }
    for failure in &report.failures {
        eprintln!("  {}: {}: {}", failure.stage.word(), failure.place, failure.what);
    }
    for spend in &report.spend {
        let price = spend.micros as f64 / 1e6;
        let tokens = spend.input_tokens + spend.output_tokens;
        eprintln!(
            "  {} ({}): {} calls, {tokens} tokens, {price:.4}",
            spend.provider, spend.task, spend.calls
        );
    }
    for words in &report.off {
        eprintln!("  {words}");
    }
    println!("The site is in {}. To look at it: newsmill serve", settings.output.display());
}
