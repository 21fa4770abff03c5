//! Configuration, state and now go in; a published site and a report come out. A run reads as the product:
//!
//! 1. [`gather`] asks the sources that are due, stores what they announce, and counts votes;
//! 2. [`read`] fetches the announced articles and extracts their text;
//! 3. [`enrich`] tags, translates, analyses, and has texts embedded ([`embed`]);
//! 4. [`group`] joins articles into events and finds similar past ones;
//! 5. [`build`] renders the editions and publishes them.
//!
//! Each stage takes from the store, calls workers, and puts into the store; what is done is not done again, so a run
//! that was killed anywhere goes on where it was.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::config::settings::Settings;
use crate::model::report::{Failure, Report, Stage, StageReport};
use crate::net;
use crate::publish::PublishError;
use crate::site::SiteError;
use crate::store::{Store, StoreError};

pub mod build;
pub mod embed;
pub mod enrich;
pub mod gather;
pub mod group;
pub mod meaning;
pub mod outlook;
pub mod probe;
pub mod read;
pub mod snapshots;
pub(crate) mod votes;

/// Failures kept in a report beyond those of sources.
const MAX_FAILURES: usize = 100;

/// What a run is asked to do.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The time at which the run takes place.
    pub now: Timestamp,
    /// The first stage to run.
    pub from: Stage,
    /// The last stage to run.
    pub until: Stage,
}

impl Options {
    /// All stages at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { now, from: Stage::Gather, until: Stage::Build }
    }
}

/// What a run tells whoever watches it.
#[derive(Debug, Clone)]
pub enum Progress {
    /// A stage begins, with the number of units it will do.
    Begin(Stage, u64),
    /// Some units of the current stage are done.
    Step(u64),
    /// Something worth knowing happened.
    Note(String),
    /// A stage is over.
    End(StageReport),
}

/// Whoever watches a run.
pub type Watch = Arc<dyn Fn(Progress) + Send + Sync>;

/// Why a run could not produce a site.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The state.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network client.
    #[error(transparent)]
    Net(#[from] net::NetError),
    /// Templates.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The output folder.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A file of the site's own.
    #[error("{path} cannot be read: {cause}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// The system's words.
        cause: std::io::Error,
    },
    /// Something that should not happen: a worker ended without an answer.
    #[error("a worker of the {0} stage ended without an answer")]
    Worker(&'static str),
}

/// One run under way: what every stage is given.
pub(crate) struct Run<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) store: &'a Store,
    pub(crate) client: net::Client,
    pub(crate) now: Timestamp,
    pub(crate) report: Report,
    watch: Watch,
    started: Instant,
}

/// What a stage counts: units done, units that needed nothing, units that failed, and a remark.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) done: u64,
    pub(crate) skipped: u64,
    pub(crate) failed: u64,
    pub(crate) note: String,
}

/// Runs one batch. Failures of sources, articles and providers are in the report; an error means that the site could
/// not be produced, and that the old one stands.
pub async fn run(
    settings: &Settings,
    store: &Store,
    options: Options,
    watch: Watch,
) -> Result<Report, RunError> {
    let client = net::Client::new(settings.network.clone())?;
    if let Some(memory) = store.note("hosts").await? {
        // What was remembered of hosts is a courtesy; where it cannot be read, it starts afresh.
        client.remember(serde_json::from_slice(&memory).unwrap_or_default());
    }
    let mut report = Report::new(options.now);
    report.off = settings.off();
    let asked = |stage: Stage| options.from <= stage && stage <= options.until;
    let mut run = Run { settings, store, client, now: options.now, report, watch, started: Instant::now() };
    let mut lists = Tally::default();
    if asked(Stage::Gather) {
        lists = gather::ask_lists(&mut run).await?;
    }
    // From here on, every feed of a list is a source.
    let grown = gather::lists::grown(settings, store).await?;
    let mut run = Run { settings: &grown, ..run };

    let before = store.note("report").await?.and_then(|json| serde_json::from_slice::<Report>(&json).ok());
    if asked(Stage::Gather) {
        run.stage(Stage::Gather, async |run| gather::gather(run, lists).await).await?;
    } else if let Some(before) = &before {
        run.report.sources.clone_from(&before.sources);
    }
    if asked(Stage::Read) {
        run.stage(Stage::Read, async |run| read::read(run).await).await?;
    }
    let memory = serde_json::to_vec(&run.client.memory()).unwrap_or_default();
    store.keep_note("hosts", memory).await?;
    if asked(Stage::Enrich) {
        run.stage(Stage::Enrich, async |run| enrich::enrich(run).await).await?;
    }
    if asked(Stage::Group) {
        run.stage(Stage::Group, async |run| group::group(run).await).await?;
    }
    run.settle(before);
    if asked(Stage::Build) {
        run.stage(Stage::Build, async |run| build::build(run).await).await?;
    }
    let json = serde_json::to_vec(&run.report).unwrap_or_default();
    store.keep_note("report", json).await?;
    Ok(run.report)
}

impl Run<'_> {
    async fn stage(
        &mut self,
        stage: Stage,
        work: impl AsyncFnOnce(&mut Self) -> Result<Tally, RunError>,
    ) -> Result<(), RunError> {
        let started = self.started.elapsed();
        let tally = work(self).await?;
        let took = self.started.elapsed().saturating_sub(started);
        let report = StageReport {
            stage,
            done: tally.done,
            skipped: tally.skipped,
            failed: tally.failed,
            note: tally.note,
            started_ms: started.as_millis() as u64,
            took_ms: took.as_millis() as u64,
        };
        (self.watch)(Progress::End(report.clone()));
        self.report.stages.push(report);
        Ok(())
    }

    /// A run that finds nothing to do at the very time of the last one is that run again: its report stands, so that
    /// the same state, configuration and now give the same site.
    fn settle(&mut self, before: Option<Report>) {
        let idle = self.report.stages.iter().all(|stage| stage.done == 0 && stage.failed == 0);
        if let Some(before) =
            before.filter(|before| idle && before.now == self.now && before.off == self.report.off)
        {
            self.report = before;
            self.report.stages.retain(|stage| stage.stage != Stage::Build);
        }
    }

    /// Tells whoever watches that a stage begins.
    pub(crate) fn begin(&self, stage: Stage, units: usize) {
        (self.watch)(Progress::Begin(stage, units as u64));
    }

    /// Tells whoever watches that some units are done.
    pub(crate) fn step(&self, units: usize) {
        (self.watch)(Progress::Step(units as u64));
    }

    /// Tells whoever watches something worth knowing.
    pub(crate) fn tell(&self, words: String) {
        (self.watch)(Progress::Note(words));
    }

    /// Notes a failure that belongs to no source.
    pub(crate) fn fail(&mut self, stage: Stage, place: impl ToString, what: impl ToString) {
        if self.report.failures.len() < MAX_FAILURES {
            self.report.failures.push(Failure { stage, place: place.to_string(), what: what.to_string() });
        }
    }
}
