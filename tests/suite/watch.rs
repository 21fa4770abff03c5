//! `newsmill watch`: a schedule goes in; a site is made at once where asked, and the process ends when it is told to.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use newsmill::newsroom::Newsroom;

use crate::mill::{Mill, newsroom_turn};

#[test]
#[cfg(unix)]
fn a_watch_makes_a_site_frees_the_state_and_ends_when_told() {
    let _turn = newsroom_turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let newsroom = runtime.block_on(Newsroom::open("2026-11-22T12:00:00Z".parse().unwrap())).unwrap();
    let files = newsroom.configuration();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mill = Mill::new(&files);

    // A time that is years away: what takes place now is what --at-once asks for.
    let mut child = mill
        .command(&["watch", "--at-once", "--schedule", "0 0 29 2 * UTC"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let told: Vec<String> = lines
        .scan(false, |ended, line| {
            (!std::mem::replace(ended, line.starts_with("next run at"))).then_some(line)
        })
        .take_while(|line| !line.starts_with("next run at 2028-02-29 00:00 UTC"))
        .collect();
    assert!(told.iter().any(|line| line.starts_with("build")), "{told:#?}");
    assert!(mill.path("output/index.html").is_file());
    // Between two batches others have the state.
    assert!(mill.good(&["state", "info"]).contains("articles"));

    let killed = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    runtime.block_on(newsroom.close());
}

#[test]
fn what_is_wrong_is_told_before_waiting() {
    let mill = Mill::new(&[]);
    let refused = mill.refused(&["watch", "--schedule", "17 25 * * *"], 2);
    assert!(refused.contains("--schedule"), "{refused}");
    let refused = mill.refused(&["watch", "--schedule", "17 * * * *"], 2);
    assert!(refused.contains("site.yaml"), "{refused}");
}
