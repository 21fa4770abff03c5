//! Killed anywhere, nothing is lost: the real program is killed from outside in each stage, run again at the same time,
//! and must leave the same site as a run that was never killed.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use newsmill::newsroom::Newsroom;

use crate::mill::{Mill, differences, newsroom_turn};

/// The time of the run: the sample newsroom has told all its news.
const NOW: &str = "2026-11-22T12:00:00Z";

/// Where a run is killed: once this has happened.
enum Moment {
    /// The state is there: in gather.
    StateIsThere,
    /// The line that ends a stage was printed: in the next one.
    After(&'static str),
    /// The first pages are there: in the middle of build.
    PagesAreThere,
}

fn newsroom(runtime: &tokio::runtime::Runtime) -> (Newsroom, Vec<(String, String)>) {
    let newsroom = runtime.block_on(Newsroom::open(NOW.parse().unwrap())).unwrap();
    let files = newsroom.configuration().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    (newsroom, files)
}

fn mill(files: &[(String, String)]) -> Mill {
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Mill::new(&borrowed)
}

fn kill_at(mill: &Mill, moment: &Moment) {
    let mut child =
        mill.command(&["run", "--now", NOW]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    match moment {
        Moment::StateIsThere => {
            while !mill.path("state/newsmill.sqlite").exists() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
        }
        Moment::After(stage) => {
            assert!(
                lines.by_ref().map_while(Result::ok).any(|line| line.starts_with(stage)),
                "no `{stage}` line"
            );
        }
        Moment::PagesAreThere => {
            while !mill.path("output/articles").exists() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let _turn = newsroom_turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_newsroom, files) = newsroom(&runtime);
    let whole = mill(&files);
    whole.good(&["run", "--now", NOW]);
    let wanted = whole.site();
    assert!(wanted.len() > 200, "{} files", wanted.len());
    let moments = [
        Moment::StateIsThere,
        Moment::After("gather"),
        Moment::After("read"),
        Moment::After("enrich"),
        Moment::After("group"),
        Moment::PagesAreThere,
    ];
    for (n, moment) in moments.iter().enumerate() {
        let killed = mill(&files);
        kill_at(&killed, moment);
        killed.good(&["run", "--now", NOW]);
        let changed = differences(&wanted, &killed.site());
        assert!(changed.is_empty(), "killed at moment {n}: {} files differ: {changed:?}", changed.len());
    }
}

#[test]
fn a_second_run_at_the_same_time_changes_nothing_and_asks_nothing() {
    let _turn = newsroom_turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_newsroom, files) = newsroom(&runtime);
    let mill = mill(&files);
    mill.good(&["run", "--now", NOW]);
    let before = crate::mill::tree(&mill.path("output"));
    mill.good(&["run", "--now", NOW]);
    let changed = differences(&before, &crate::mill::tree(&mill.path("output")));
    assert!(changed.is_empty(), "{changed:?}");
}

#[test]
fn the_same_state_gives_the_same_bytes_in_another_folder() {
    let _turn = newsroom_turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_newsroom, files) = newsroom(&runtime);
    let mill = mill(&files);
    mill.good(&["run", "--now", NOW]);
    let before = mill.site();
    std::fs::remove_dir_all(mill.path("output")).unwrap();
    mill.good(&["run", "--from", "build", "--now", NOW]);
    let changed = differences(&before, &mill.site());
    assert!(changed.is_empty(), "{changed:?}");
}

#[test]
fn two_runs_cannot_share_a_state() {
    let _turn = newsroom_turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_newsroom, files) = newsroom(&runtime);
    let mill = mill(&files);
    let _held = runtime.block_on(newsmill::store::Store::open(&mill.path("state"))).unwrap();
    let said = mill.refused(&["run", "--now", NOW], 3);
    assert!(said.contains("in use by another run"), "{said}");
}
