//! `newsmill state`: sites and a folder for their states go in; what one machine has done, another goes on with, and neither can
//! overwrite the other's work unasked.

use std::fs;

use newsmill::newsroom::Newsroom;

use crate::mill::{Mill, differences, newsroom_turn};

const EARLY: &str = "2026-11-22T06:00:00Z";
const LATER: &str = "2026-11-22T12:00:00Z";

/// Two machines with one configuration, and the folder that both know.
fn two_machines(files: &[(String, String)]) -> (Mill, Mill, tempfile::TempDir) {
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    (Mill::new(&borrowed), Mill::new(&borrowed), tempfile::tempdir().unwrap())
}

#[test]
fn what_one_machine_has_done_another_goes_on_with() {
    let _turn = newsroom_turn();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let newsroom = runtime.block_on(Newsroom::open(LATER.parse().unwrap())).unwrap();
    let files: Vec<(String, String)> =
        newsroom.configuration().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let (one, other, shelf) = two_machines(&files);
    let folder = shelf.path().join("kept");
    let folder = folder.to_str().unwrap();

    // Nothing there is an error with a remedy, and leaves no empty state behind.
    let nothing = other.refused(&["state", "pull", folder], 3);
    assert!(nothing.contains("holds no state"), "{nothing}");
    assert!(!other.path("state/newsmill.sqlite").exists());
    assert!(other.refused(&["state", "info"], 2).contains("there is no state"));
    assert!(one.refused(&["state", "push", "s3://bucket/x"], 2).contains("is an address"));

    one.good(&["run", "--now", EARLY]);
    assert!(one.good(&["state", "push", folder, "--now", EARLY]).contains("snapshot 1 now"));
    assert!(one.good(&["state", "push", folder]).contains("holds this state already"));

    // The other machine makes the same site out of it, without any network.
    assert!(other.good(&["state", "pull", folder]).contains("snapshot 1 now, pushed 2026-11-22T06:00:00Z"));
    assert!(other.good(&["state", "pull", folder]).contains("already"));
    assert!(other.good(&["state", "push", folder]).contains("holds this state already"));
    other.good(&["build", "--now", EARLY]);
    assert_eq!(differences(&one.site(), &other.site()), Vec::<String>::new());
    let told = other.good(&["state", "info"]);
    assert!(!told.contains("articles      0\n") && told.contains("last snapshot"), "{told}");

    // Both go on; the first to push wins, the second is told and nothing of either is lost.
    other.good(&["run", "--now", LATER]);
    assert!(other.good(&["state", "push", folder]).contains("snapshot 2 now"));
    one.good(&["run", "--now", LATER]);
    let diverged = one.refused(&["state", "push", folder], 3);
    assert!(diverged.contains("does not descend from"), "{diverged}");
    let unpushed = one.refused(&["state", "pull", folder], 3);
    assert!(unpushed.contains("never pushed"), "{unpushed}");
    let pulled = one.good(&["state", "pull", folder, "--replace"]);
    assert!(pulled.contains("newsmill.sqlite.before"), "{pulled}");
    assert!(one.path("state/newsmill.sqlite.before").exists());
    // Descending from the newest now, it may push again, and a state that is as it was pushed may be replaced.
    one.good(&["run", "--now", "2026-11-22T18:00:00Z"]);
    assert!(one.good(&["state", "push", folder]).contains("snapshot 3 now"));
    let other_again = other.good(&["state", "pull", folder]);
    assert!(other_again.contains("snapshot 3 now"), "{other_again}");

    // Three are kept, and their data with them.
    one.good(&["run", "--now", "2026-11-23T18:00:00Z"]);
    one.good(&["state", "push", folder]);
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.contains(".zst"))
        .collect();
    names.sort();
    assert_eq!(names, ["state-0000000002.json", "state-0000000003.json", "state-0000000004.json"]);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 6);

    // A damaged snapshot is refused, and the state that is here stays.
    let before = other.good(&["state", "info"]);
    let data = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("state-0000000004-"))
        .unwrap();
    let whole = fs::read(&data).unwrap();
    fs::write(&data, &whole[..whole.len() / 2]).unwrap();
    other.refused(&["state", "pull", folder], 3);
    assert_eq!(other.good(&["state", "info"]), before);
    assert!(!other.path("state/newsmill.sqlite.incoming").exists());
    fs::write(&data, whole).unwrap();
    // What a killed pull has left does not come into the next one.
    other.write("state/newsmill.sqlite.incoming-wal", "torn");
    other.good(&["state", "pull", folder]);
    other.good(&["build", "--now", "2026-11-23T18:00:00Z"]);
    assert_eq!(differences(&one.site(), &other.site()), Vec::<String>::new());
}
