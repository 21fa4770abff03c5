//! The commands that look at one thing: `check --online`, `feed` and `extract` of addresses, `opml`, `show`, `remove`,
//! `build`, against servers on loopback.

use newsmill::loopback::Response;
use serde_json::Value;

use crate::hosts::{World, day, item, page, rss};

#[test]
fn check_online_tells_what_each_source_is_worth() {
    let world = World::new();
    let host = world.host(120);
    let now = jiff::Timestamp::now();
    let recent = |path: &str| {
        item(&host.url(path), "Fresh").replace("Wed, 30 Sep 2026 08:00:00 GMT", &now.to_string())
    };
    host.put("/robots.txt", Response::text(200, "User-agent: *\nDisallow: /closed\n"));
    host.put("/good", rss(&recent("/a")));
    host.put("/a", page("A"));
    host.put("/stale", rss(&item(&host.url("/a"), "A").replace("2026", "2019")));
    host.put("/robots", rss(&recent("/closed")));
    host.put("/thin", rss(&recent("/b")));
    host.put(
        "/b",
        Response::new(
            200,
            "text/html",
            "<html><body><article><h1>B</h1><p>Just in.</p></article></body></html>",
        ),
    );
    let links = "<html><head><link rel=alternate type=application/rss+xml href=/good></head><body>Hello</body></html>";
    host.put("/page", Response::new(200, "text/html", links));
    host.put("/blocked", Response::text(403, "no"));
    host.put("/gone", Response::text(410, "no"));
    host.put("/old", Response::redirect(301, "/good"));
    host.put("/for-now", Response::redirect(302, "/good"));
    let ids = ["good", "stale", "robots", "thin", "page", "blocked", "gone", "old", "for-now", "lost"];
    let sources: Vec<(&str, String)> = ids.iter().map(|id| (*id, host.url(&format!("/{id}")))).collect();
    world.sources(&sources, "    # a remark\n");
    let before = std::fs::read_to_string(world.mill.path("config/sources.yaml")).unwrap();
    let said = world.mill.good(&["check", "--online"]);
    let about = |id: &str| {
        let mut lines = said.lines().skip_while(|line| !line.starts_with(&format!("{id} ")));
        let row = lines.next().unwrap_or_else(|| panic!("no row for {id} in\n{said}")).to_owned();
        let advice: Vec<&str> = lines.take_while(|line| line.starts_with(' ')).collect();
        (row, advice.join("\n"))
    };
    let (row, advice) = about("good");
    let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let today = now.strftime("%Y-%m-%d").to_string();
    assert_eq!(cells[1..5], ["200", "RSS 2.0", "1", today.as_str()], "{said}");
    assert!(cells[5].starts_with("yes, ") && cells[6..8] == ["allows", "0"], "{said}");
    assert_eq!(advice, "", "{said}");
    let expected = [
        ("stale", "stale: its newest entry is from 2019-09-30"),
        ("robots", "robots.txt forbids its articles"),
        ("thin", "thin"),
        ("page", "but it links one: set `url: http://127.0.77.120:"),
        ("blocked", "refuses newsmill (status 403)"),
        ("gone", "gone for good"),
        ("old", "moved for good to"),
        ("lost", "nothing at this address"),
    ];
    for (id, words) in expected {
        assert!(about(id).1.contains(words), "{id}: {said}");
    }
    assert_eq!(about("for-now").1, "", "a temporary redirect is nobody's business");
    assert_eq!(std::fs::read_to_string(world.mill.path("config/sources.yaml")).unwrap(), before);
    world.mill.good(&["check", "--online", "--fix"]);
    let after = std::fs::read_to_string(world.mill.path("config/sources.yaml")).unwrap();
    assert_eq!(after, before.replace(&format!("\"{}\"", host.url("/old")), &host.url("/good")));
    assert!(world.mill.good(&["check", "--online", "--fix"]).contains("No address needs to be changed"));
    world.mill.refused(&["check", "--fix"], 2);
}

#[test]
fn feed_and_extract_take_addresses_where_that_is_allowed() {
    let world = World::new();
    let host = world.host(121);
    host.put("/feed", rss(&item("/a", "A")));
    host.put("/a", page("A headline"));
    host.put("/robots.txt", Response::text(200, "User-agent: *\nDisallow: /closed\n"));
    let (feed, article) = (host.url("/feed"), host.url("/a"));
    let told: Value = serde_json::from_str(&world.mill.good(&["feed", &feed])).unwrap();
    assert_eq!(told["ok"], false);
    assert!(told["error"].as_str().unwrap().contains("loopback"), "{told}");
    let net = ["--allow-net", "127.0.77.121/32"];
    let told: Value = serde_json::from_str(&world.mill.good(&["feed", net[0], net[1], &feed])).unwrap();
    assert_eq!(told["entries"][0]["url"], article, "{told}");
    let told: Value = serde_json::from_str(&world.mill.good(&["extract", net[0], net[1], &article])).unwrap();
    assert_eq!((&told["title"], &told["url"]), (&Value::from("A headline"), &Value::from(article.as_str())));
    assert!(told["text"].as_str().unwrap().contains("the old bridge"));
    let refused = world.mill.refused(&["extract", net[0], net[1], &host.url("/closed")], 1);
    assert!(refused.contains("robots.txt"), "{refused}");
    assert!(!host.paths().contains(&"/closed".to_owned()));
}

#[test]
fn lists_of_feeds_come_and_go() {
    let world = World::new();
    let list = "<opml version=\"2.0\"><body><outline text=\"Märkte\"><outline text=\"動區 &amp; &quot;Co&quot;\" xmlUrl=\"https://a.example/feed?x=1\"/>\
                <outline text=\"Two: # words\" xmlUrl=\"https://b.example/feed\" language=\"de\"/></outline>\
                <outline text=\"Two words\" xmlUrl=\"https://c.example/feed\"/></body></opml>";
    world.mill.write("list.opml", list);
    let yaml = world.mill.good(&["opml", "import", "list.opml"]);
    world.mill.write("config/site.yaml", "title: A\n");
    world.mill.write("config/sources.yaml", &yaml);
    assert!(world.mill.good(&["check"]).contains("3 sources"), "{yaml}");
    let exported = world.mill.good(&["opml", "export"]);
    for words in [
        "動區 &amp; &quot;Co&quot;",
        "https://a.example/feed?x=1",
        "Two: # words",
        "language=\"de\"",
        "text=\"m-rkte\"",
    ] {
        assert!(exported.contains(words), "{words}: {exported}");
    }
    world.mill.write("again.opml", &exported);
    let again = world.mill.good(&["opml", "import", "again.opml"]);
    assert_eq!(again.matches("  - id: ").count(), 3);
    world.mill.write("none.opml", "<rss/>");
    assert!(world.mill.refused(&["opml", "import", "none.opml"], 2).contains("none.opml"));
}

#[test]
fn an_article_is_shown_and_taken_down() {
    let world = World::new();
    let host = world.host(122);
    host.put("/feed", rss(&[item(&host.url("/a"), "The bridge"), item(&host.url("/b"), "Another")].concat()));
    host.put("/a", page("The bridge"));
    host.put("/b", page("Another"));
    world.sources(&[("one", host.url("/feed"))], "");
    world.run(&day(1), &[]);
    let shown: Value =
        serde_json::from_str(&world.mill.good(&["show", "--json", &host.url("/a?utm_source=x")])).unwrap();
    let id = shown["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (&shown["article"]["title"], &shown["source"]),
        (&Value::from("The bridge"), &Value::from("one"))
    );
    let text = world.mill.good(&["show", &id]);
    for words in ["gather", "read\n  ready", "obtained from Page", "translation:", "analysis:", "event "] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let event = shown["event"].as_str().unwrap();
    assert!(world.mill.good(&["show", event]).contains("The bridge"));
    let there = |world: &World| world.mill.site().keys().filter(|name| name.contains(&id)).count();
    assert!(there(&world) > 0);
    assert!(world.mill.good(&["remove", &host.url("/a")]).contains("newsmill build"));
    world.mill.good(&["build", "--now", &day(1)]);
    assert_eq!(there(&world), 0, "a page is left over");
    world.mill.refused(&["show", &id], 2);
    world.mill.refused(&["remove", &id], 2);
    host.asked();
    world.run(&day(3), &[]);
    assert_eq!(host.paths(), ["/feed"], "it is not fetched again");
    assert_eq!(there(&world), 0);
}
