//! Filters of a source, end to end: a run takes what they let pass, and the configuration is refused where one is wrong.

use newsmill::loopback::Response;

use crate::hosts::{World, of};
use crate::mill::Mill;

/// A feed of entries: `(title, category, language, date)`; what is empty is not stated.
fn feed(entries: &[(&str, &str, &str, &str)]) -> Response {
    let entry = |(n, (title, category, language, date)): (usize, &(&str, &str, &str, &str))| {
        let language = if language.is_empty() { String::new() } else { format!(" xml:lang=\"{language}\"") };
        let category =
            if category.is_empty() { String::new() } else { format!("<category term=\"{category}\"/>") };
        format!(
            "<entry{language}><id>urn:{n}</id><title>{title}</title><link href=\"https://paper.example/{n}\"/>\
             {category}<updated>{date}</updated></entry>"
        )
    };
    let entries: String = entries.iter().enumerate().map(entry).collect();
    let body = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>{entries}</feed>");
    Response::new(200, "application/atom+xml", body)
}

#[test]
fn a_run_takes_what_its_filters_let_pass() {
    let today = "2026-10-01T06:00:00Z";
    let german = "Der Stadtrat hat am Abend beschlossen, dass die alte Brücke im nächsten Sommer repariert und nicht ersetzt wird";
    let english = "The council decided in the evening that the old bridge will be repaired next summer and not be replaced";
    let entries = [
        ("Bitcoin climbs", "Markets", "en", today),
        ("An ETF is born", "markets", "en", "2026-09-20T06:00:00Z"),
        ("Sponsored: bitcoin for all", "Markets", "de", today),
        ("Rain in the hills", "Weather", "zh-Hant", today),
        ("Sun on the coast", "", "", today),
        (german, "", "", today),
        (english, "", "", today),
    ];
    let cases: [(&str, usize); 9] = [
        ("", 7),
        ("    include: [\"bitcoin\", \"/\\\\bETF\\\\b/\"]\n", 3),
        ("    include: [\"bitcoin\"]\n    exclude: [sponsored]\n", 1),
        ("    only_categories: [MARKETS]\n", 6),
        ("    only_languages: [de]\n", 3),
        ("    only_languages: [zh, en]\n", 5),
        ("    max_age: 2d\n", 6),
        ("    per_run: 2\n", 2),
        ("    exclude: [bitcoin]\n    max_age: 2d\n    per_run: 3\n", 3),
    ];
    for (number, (more, taken)) in cases.iter().enumerate() {
        let world = World::new();
        let host = world.host(60 + u8::try_from(number).unwrap());
        host.put("/feed", feed(&entries));
        world.sources(&[("one", host.url("/feed"))], more);
        let report = world.gather("2026-10-01T07:00:00Z");
        assert_eq!(of(&report, "one").entries as usize, *taken, "{more}");
    }
}

#[test]
fn a_wrong_filter_is_refused_at_its_line() {
    let site = "title: A\ncontact: me@example.org\n";
    let refused = |more: &str| {
        let sources = format!("sources:\n  - id: one\n    url: https://one.example/feed\n{more}");
        Mill::new(&[("site.yaml", site), ("sources.yaml", &sources)]).refused(&["check"], 2)
    };
    for (more, place, word) in [
        ("    include: [fine]\n    exclude: [\"/(?=a)b/\"]\n", "sources.yaml:5:", "regular expression"),
        ("    only_languages: [english]\n", "sources.yaml:4:", "BCP 47"),
        ("    max_age: soon\n", "sources.yaml:4:", "7d"),
        ("    per_run: many\n", "sources.yaml:4:", "per_run"),
        ("    kind: json\n    json: { preset: lobsters, again: /all }\n", "sources.yaml:5:", "{id}"),
    ] {
        let said = refused(more);
        assert!(said.contains(place) && said.contains(word), "{more}\n{said}");
    }
}

#[test]
fn wrong_votes_are_refused_at_their_line() {
    let sources = "sources:\n  - id: one\n    url: https://one.example/feed\n";
    for (votes, place, word) in [
        ("votes:\n  github: { repository: votes }\n", "site.yaml:2:", "owner/name"),
        (
            "votes:\n  github:\n    repository: o/n\n    kind: pulls\n",
            "site.yaml:4:",
            "issues or discussions",
        ),
        ("votes:\n  github:\n    token: hush\n", "site.yaml:3:", "token_env"),
        ("votes:\n  files:\n    - path: votes.xlsx\n", "site.yaml:3:", ".csv or .json"),
        ("votes:\n  files:\n    - path: a.csv\n      place: javascript:x\n", "site.yaml:4:", "https"),
        ("vote_link: https://poll.example/{article}\n", "site.yaml:1:", "{title}"),
    ] {
        let said = Mill::new(&[("site.yaml", votes), ("sources.yaml", sources)]).refused(&["check"], 2);
        assert!(said.contains(place) && said.contains(word), "{votes}\n{said}");
    }
    let mill = Mill::new(&[("site.yaml", "title: A\n"), ("sources.yaml", sources)]);
    let schema = mill.good(&["schema", "site.yaml"]);
    assert!(schema.contains("token_env") && schema.contains("discussions, which need a key"), "{schema}");
    let set = ["check", "--set", "votes.github.repository=o/n", "--set", "votes.github.kind=discussions"];
    assert!(mill.good(&set).contains("Votes on GitHub are off"), "flags are laid over each other");
}
