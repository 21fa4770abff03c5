//! `newsmill watch`: a cron schedule goes in; a batch takes place at each of its times, until Ctrl-C or SIGTERM.
//!
//! A batch is `newsmill run`: it reads the configuration anew and frees the state when it ends. Batches never
//! overlap; times that pass during one are passed over.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use cronexpr::{Crontab, FallbackTimezoneOption, MakeTimestamp, ParseOptions};
use jiff::{Timestamp, Zoned};

use crate::cli::fetch::cidr;
use crate::cli::{Exit, Failure, Places, load, run, runtime};
use crate::net::Cidr;

/// The longest sleep: a clock that was set, or a machine that slept, is noticed after this time.
const NAP: Duration = Duration::from_secs(30);

/// Arguments of `newsmill watch`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// When, in the five fields of cron and, if wanted, a time zone: "17 * * * *", "0 6,18 * * MON-FRI Asia/Taipei" [time
    /// zone: the system's]
    #[arg(long, value_name = "CRON", value_parser = schedule)]
    schedule: Crontab,
    /// Runs once before waiting
    #[arg(long)]
    at_once: bool,
    /// A sources.yaml, or an OPML file, in place of the configured one
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,
    /// A private network that may be fetched, as in 127.0.0.0/8 (repeatable)
    #[arg(long, value_name = "CIDR", value_parser = cidr)]
    allow_net: Vec<Cidr>,
}

fn schedule(text: &str) -> Result<Crontab, String> {
    let mut options = ParseOptions::default();
    options.fallback_timezone_option = FallbackTimezoneOption::System;
    let schedule = cronexpr::parse_crontab_with(text, options).map_err(|error| error.to_string())?;
    // A 30th of February is a schedule for the parser, and one that never comes.
    next(&schedule, Timestamp::now()).map_err(|failure| failure.message)?;
    Ok(schedule)
}

/// The first time of a schedule after `now`.
fn next(schedule: &Crontab, now: Timestamp) -> Result<Zoned, Failure> {
    schedule
        .find_next(MakeTimestamp::from(now))
        .map_err(|error| Failure::usage(format!("the schedule has no next time: {error}")))
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    // What is wrong now is told now, and not at the first of the schedule's times.
    load(places, args.sources.as_deref())?;
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        tokio::select! {
            stopped = stop() => stopped,
            failure = keep(&args.schedule, args.at_once, Timestamp::now, |now| {
                let (places, batch) = (places.clone(), run::Args::at(now, args.sources.clone(), args.allow_net.clone()));
                // On a thread of its own, so that a signal is heard while pages are rendered.
                let ended = tokio::task::spawn_blocking(move || run::run(&batch, &places));
                async {
                    match ended.await {
                        Ok(Ok(_)) => {}
                        Ok(Err(failure)) => eprintln!("newsmill: {}", failure.message),
                        Err(panic) => eprintln!("newsmill: the run broke off: {panic}"),
                    }
                }
            }) => Err(failure),
        }
    });
    // A batch may be in the middle; like one that was killed, it is gone on with by the next.
    runtime.shutdown_background();
    ended.map(|()| Exit::Done)
}

/// Calls `batch` at each time of the schedule by `clock`; comes back only where the schedule has no next time.
async fn keep<B: Future<Output = ()>>(
    schedule: &Crontab,
    at_once: bool,
    clock: impl Fn() -> Timestamp,
    mut batch: impl FnMut(Timestamp) -> B,
) -> Failure {
    if at_once {
        batch(clock()).await;
    }
    loop {
        let due = match next(schedule, clock()) {
            Ok(due) => due,
            Err(failure) => return failure,
        };
        eprintln!("next run at {}", due.strftime("%F %R %Z"));
        loop {
            let left = due.timestamp().duration_since(clock());
            if left.is_zero() || left.is_negative() {
                break;
            }
            tokio::time::sleep(left.unsigned_abs().min(NAP)).await;
        }
        batch(clock()).await;
    }
}

/// Waits for Ctrl-C, or for the signal by which service managers and containers end a process.
async fn stop() -> Result<(), Failure> {
    let deaf = |cause| Failure::unexpected(format!("cannot listen for signals: {cause}"));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(deaf)?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.map_err(deaf),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(deaf)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_schedule_is_the_five_fields_of_cron_and_a_time_zone() {
        let at = |text: &str| {
            let next = next(&schedule(text).unwrap(), "2026-11-23T07:17:00Z".parse().unwrap()).unwrap();
            next.timestamp().to_string()
        };
        assert_eq!(at("17 * * * * UTC"), "2026-11-23T08:17:00Z");
        assert_eq!(at("0 6 * * MON-FRI Asia/Taipei"), "2026-11-23T22:00:00Z");
        assert_eq!(at("*/15 * * * * UTC"), "2026-11-23T07:30:00Z");
        for wrong in ["", "* * * *", "61 * * * *", "hourly", "* * * * * Nowhere/Else", "0 0 30 2 *"] {
            assert!(schedule(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn batches_take_place_on_time_and_never_overlap() {
        let began: Timestamp = "2026-11-23T07:17:00Z".parse().unwrap();
        let start = tokio::time::Instant::now();
        let clock = || began + start.elapsed();
        let times = RefCell::new(Vec::new());
        let schedule = schedule("*/10 * * * * UTC").unwrap();
        let kept = keep(&schedule, true, clock, |now| {
            times.borrow_mut().push(now.strftime("%R").to_string());
            let long = times.borrow().len() == 3;
            async move { tokio::time::sleep(Duration::from_mins(if long { 25 } else { 1 })).await }
        });
        assert!(tokio::time::timeout(Duration::from_hours(1), kept).await.is_err());
        // The third takes from 7:30 to 7:55, and what was due within is passed over.
        assert_eq!(times.into_inner(), ["07:17", "07:20", "07:30", "08:00", "08:10"]);
    }
}
