//! Configuration as a person gets it wrong: every fault is refused with exit code 2, the file, the line, what was
//! expected and the remedy.

use crate::mill::Mill;

const SITE: &str = "title: A Site\ncontact: me@example.org\neditions: [en]\n";
const SOURCES: &str = "sources:\n  - id: one\n    url: https://one.example/feed\n";

fn refusal(site: &str, sources: &str) -> String {
    Mill::new(&[("site.yaml", site), ("sources.yaml", sources)]).refused(&["check"], 2)
}

fn assert_says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "`{word}` is missing in:\n{said}");
    }
}

#[test]
fn a_good_configuration_is_told_what_it_amounts_to() {
    let said = Mill::new(&[("site.yaml", SITE), ("sources.yaml", SOURCES)]).good(&["check"]);
    assert_says(&said, &["A Site: 1 sources", "Translation is off", "The configuration is valid"]);
}

#[test]
fn unknown_keys_and_wrong_types_are_refused_at_their_line() {
    assert_says(&refusal("title: A\ncolour: red\n", SOURCES), &["site.yaml:2:", "colour", "title"]);
    assert_says(
        &refusal("title: A\nnetwork:\n  host_parallel: many\n", SOURCES),
        &["site.yaml:3:", "host_parallel"],
    );
    assert_says(
        &refusal(SITE, "sources:\n  - id: one\n    adress: x\n"),
        &["sources.yaml:3:", "adress", "url"],
    );
}

#[test]
fn values_that_make_no_sense_are_refused_with_a_remedy() {
    let sources = |rest: &str| format!("sources:\n  - id: one\n    url: https://one.example/feed\n{rest}");
    let cases = [
        (
            refusal(SITE, "sources:\n  - id: One Two\n    url: https://a.example/\n"),
            "sources.yaml:2:",
            "lower-case",
        ),
        (
            refusal(SITE, "sources:\n  - id: one\n    url: not an address\n"),
            "sources.yaml:3:",
            "not an address",
        ),
        (refusal(SITE, "sources:\n  - id: one\n    url: file:///etc/passwd\n"), "sources.yaml:3:", "http"),
        (refusal(SITE, "sources:\n  - id: one\n"), "sources.yaml:2:", "url_env"),
        (refusal(SITE, &sources("    kind: rss\n")), "sources.yaml:4:", "feed, sitemap, listing, json, opml"),
        (refusal(SITE, &sources("    language: english\n")), "sources.yaml:4:", "BCP 47"),
        (refusal(SITE, &sources("    every: soon\n")), "sources.yaml:4:", "1h"),
        (refusal(SITE, &sources("    rules: { keep: [\"div[\"] }\n")), "sources.yaml:4:", "CSS selector"),
        (refusal(SITE, &sources("    include: [\"/(/\"]\n")), "sources.yaml:4:", "("),
        (refusal("editions: [en, en]\n", SOURCES), "site.yaml:1:", "twice"),
        (refusal("base_url: https://a.example/mill\n", SOURCES), "site.yaml:1:", "slash"),
        (refusal("network:\n  allow_net: [127.0.0.1/99]\n", SOURCES), "site.yaml:2:", "127.0.0.1/99"),
    ];
    for (said, place, word) in cases {
        assert_says(&said, &[place, word]);
    }
}

#[test]
fn a_repeated_id_names_the_other_line() {
    let twice =
        "sources:\n  - id: one\n    url: https://a.example/\n  - id: one\n    url: https://b.example/\n";
    assert_says(&refusal(SITE, twice), &["sources.yaml:4:", "line 2", "one"]);
}

#[test]
fn all_faults_are_told_at_once() {
    let said = refusal("editions: [xxxxx]\n", "sources:\n  - id: A\n    url: x\n  - id: b\n");
    assert!(said.lines().count() >= 4, "{said}");
}

#[test]
fn flags_are_laid_over_the_file_and_named_in_their_errors() {
    let mill = Mill::new(&[("site.yaml", SITE), ("sources.yaml", SOURCES)]);
    assert_says(
        &mill.good(&["check", "--set", "title=Other", "--set", "editions=[en, zh-TW]"]),
        &["Other", "zh-Hant"],
    );
    assert_says(
        &mill.refused(&["check", "--set", "network.host_delay=soon"], 2),
        &["--set network.host_delay=soon", "1h"],
    );
    assert_says(
        &mill.refused(&["check", "--set", "netwrok.host_delay=1s"], 2),
        &["--set netwrok", "network"],
    );
    assert_says(&mill.refused(&["check", "--set", "title"], 2), &["KEY=VALUE"]);
}

#[test]
fn secrets_are_names_and_a_missing_one_is_told() {
    let sources = "sources:\n  - id: one\n    url_env: SECRET_FEED\n";
    let site = "translate:\n  - { name: gemini, protocol: gemini, model: m, key_env: SECRET_KEY }\n";
    let mill = Mill::new(&[("site.yaml", site), ("sources.yaml", sources)]);
    assert_says(&mill.good(&["check"]), &["SECRET_FEED is not set", "SECRET_KEY is not set"]);
    let output = mill
        .command(&["check"])
        .env("SECRET_FEED", "https://one.example/feed?token=hush")
        .env("SECRET_KEY", "hush")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(!crate::mill::text(&output.stdout).contains("hush"), "a secret was printed");
}

#[test]
fn a_new_site_is_valid_and_never_overwrites() {
    let mill = Mill::new(&[]);
    mill.good(&["init", "site"]);
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_newsmill"))
        .arg("check")
        .current_dir(mill.path("site"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", crate::mill::text(&made.stderr));
    assert_says(&mill.refused(&["init", "site"], 2), &["not empty"]);
}

#[test]
fn every_source_of_the_docs_is_a_good_one() {
    let docs = include_str!("../../docs/sources.md");
    let blocks = docs.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let sources: Vec<&str> = blocks.filter(|block| block.starts_with("- id:")).collect();
    for kind in ["feed", "sitemap", "listing", "json", "opml"] {
        let line = format!("kind: {kind}");
        assert!(sources.iter().any(|block| block.contains(&line)), "the docs have no example of {kind}");
    }
    let mill = Mill::new(&[
        ("site.yaml", "title: A\n"),
        ("sources.yaml", &format!("sources:\n{}", sources.concat())),
    ]);
    mill.good(&["check"]);
}
