//! The showcase: `newsmill demo` runs the whole pipeline against the sample newsroom, and its site shows what it found,
//! what it refused and what it could not have.

use std::process::Command;

use crate::mill::{Mill, newsroom_turn, text, tree};

/// Runs the demo in a folder of its own and gives that folder.
fn demo() -> Mill {
    let mill = Mill::new(&[]);
    let output = Command::new(env!("CARGO_BIN_EXE_newsmill"))
        .arg("demo")
        .current_dir(mill.path(""))
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("newsmill serve") && said.contains("invented"), "{said}");
    mill
}

#[test]
fn the_showcase_shows_what_it_promises() {
    let _turn = newsroom_turn();
    let mill = demo();
    let files = tree(&mill.path("output"));
    let all = |prefix: &str, ending: &str| -> Vec<String> {
        files
            .iter()
            .filter(|(name, _)| name.starts_with(prefix) && name.ends_with(ending))
            .map(|(_, bytes)| text(bytes))
            .collect()
    };
    let articles = all("articles/", ".html");
    assert!(articles.len() >= 55, "{} articles", articles.len());
    let shown = |words: &str| articles.iter().filter(|page| page.contains(words)).count();

    // What the scripted models got wrong on purpose is told, not shown as if it were right.
    assert!(shown("is lost") >= 1, "no lost number is told");
    assert!(shown("NOVACOIN") <= 1, "an obeyed instruction reached more than the article that carries it");
    // One article vanished, one stands where robots.txt forbids: the feed's words stand in, and the page says why.
    assert!(shown("404") >= 1 && shown("robots.txt") >= 1);
    // Every page says that the content is a sample.
    assert!(articles.iter().all(|page| page.contains("sample")));

    let events = all("events/", ".html");
    let shared =
        events.iter().filter(|page| page.contains("4 publishers") || page.contains("3 publishers")).count();
    assert!(shared >= 8, "{shared} events of several publishers among {}", events.len());
    let status = mill.page("status.html");
    assert!(status.contains("500"), "the broken source is not on the status page");

    // The corrected article has its earlier text.
    let revised = all("api/v1/articles/", ".json")
        .iter()
        .filter(|json| {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            value["revisions"].as_array().is_some_and(|revisions| !revisions.is_empty())
        })
        .count();
    assert!(revised >= 1, "no revision");

    what_came_after(&mill);

    // Every text was translated into the second edition, but for what was refused.
    let untranslated = all("zh-Hant/articles/", ".html").len();
    assert_eq!(untranslated, articles.len());
}

/// Every similar past event tells of what came after it just what the archive holds.
fn what_came_after(mill: &Mill) {
    let names = tree(&mill.path("output/api/v1/articles"));
    let (mut followed, mut alone, mut analysed) = (0, 0, 0);
    for name in names.keys() {
        let article = mill.json(&format!("api/v1/articles/{name}"));
        let page = mill.page(article["page"].as_str().unwrap());
        for past in article["similar"].as_array().unwrap() {
            let event = mill.json(&format!("api/v1/events/{}.json", past["event"].as_str().unwrap()));
            let all = event["articles"].as_array().unwrap();
            let later = all.iter().skip_while(|id| **id != past["article"]).count() - 1;
            let after = &past["follow_ups"];
            if later == 0 {
                assert!(after.is_null(), "{name}: {after}");
                alone += 1;
            } else {
                assert_eq!(
                    (&after["reports"], &after["last"]["id"]),
                    (&later.into(), &all[all.len() - 1]),
                    "{name}"
                );
                let last = after["last"]["id"].as_str().unwrap();
                assert!(
                    page.contains(&format!("later report{}", if later == 1 { " " } else { "s " })),
                    "{name}"
                );
                assert!(page.contains(&format!("<a href=\"../articles/{last}.html\"")), "{name}: {last}");
                followed += 1;
            }
            if let Some(outcome) = past["outcome"].as_object() {
                let of = outcome["article"].as_str().unwrap();
                let told = mill.json(&format!("api/v1/articles/{of}.json"));
                for key in ["direction", "strength", "horizon", "summary", "language", "by", "at"] {
                    assert_eq!(outcome[key], told["impact"][key], "{name}: {of}");
                }
                assert!(page.contains(&format!("<a href=\"../articles/{of}.html#impact\"")), "{name}: {of}");
                analysed += 1;
            } else {
                let ids = all.iter().map(|id| id.as_str().unwrap());
                let impact = |id: &str| mill.json(&format!("api/v1/articles/{id}.json"))["impact"].clone();
                assert!(ids.map(impact).all(|impact| impact.is_null()), "{name}: {past}");
            }
        }
    }
    assert!(followed >= 20 && alone >= 20 && analysed >= 40, "{followed} {alone} {analysed}");
}

#[test]
fn two_demos_are_alike_and_foreign_folders_are_left_alone() {
    let _turn = newsroom_turn();
    let (one, two) = (demo(), demo());
    let changed = crate::mill::differences(&one.site(), &two.site());
    assert!(changed.is_empty(), "{changed:?}");

    let mill = Mill::new(&[]);
    mill.write("output/thesis.txt", "years of work");
    let refused =
        Command::new(env!("CARGO_BIN_EXE_newsmill")).arg("demo").current_dir(mill.path("")).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(mill.path("output/thesis.txt")).unwrap(), "years of work");
}
