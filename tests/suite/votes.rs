//! Votes, end to end: the real program counts local files, readers' reactions on GitHub (played on loopback) and the
//! items of portals, and shows them by origin.

use http::Method;
use newsmill::loopback::Response;
use newsmill::model::report::Report;
use serde_json::{Value, json};

use crate::hosts::{Host, World, item, of, page, rss};
use crate::mill::text;

/// A site with one feed at `feed`, and `votes:` as given.
fn configure(world: &World, feed: &str, votes: &str) {
    let site = format!(
        "title: A Test\ncontact: desk@example.org\nbase_url: https://news.example/\nnetwork:\n  allow_net: [127.0.77.0/24]\n  \
         host_delay: 0s\n{votes}"
    );
    world.mill.write("config/site.yaml", &site);
    world.mill.write(
        "config/sources.yaml",
        &format!("sources:\n  - id: one\n    name: The One\n    url: \"{feed}\"\n    every: 1m\n"),
    );
}

/// A feed that announces one article, and its page.
fn paper(world: &World, number: u8) -> Host {
    let host = world.host(number);
    host.put("/feed", rss(&item(&host.url("/a"), "The bridge & the river")));
    host.put("/a", page("The bridge & the river"));
    host
}

/// Runs with a key in the environment.
fn run(world: &World, now: &str, key: Option<&str>) {
    let mut command = world.mill.command(&["run", "--now", now]);
    if let Some(key) = key {
        command.env("VOTES_KEY", key);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// The id of the one article, its page, and its votes in the API.
fn article(world: &World) -> (String, String, Value) {
    let folder = std::fs::read_dir(world.mill.path("output/articles")).unwrap();
    let name = folder.map(|file| file.unwrap().file_name().into_string().unwrap()).next().unwrap();
    let id = name.strip_suffix(".html").unwrap().to_owned();
    let api = world.mill.json(&format!("api/v1/articles/{id}.json"));
    (id, world.mill.page(&format!("articles/{name}")), api["votes"].clone())
}

/// The address of the button to vote, and its title and body where they are filled in.
fn button(page: &str) -> Option<(String, String, String)> {
    let part = page.split("id=\"votes\"").nth(1)?.split("</section>").next()?;
    let at = part.find("<a class=\"button\"")?;
    let address = part[at..].split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&");
    let url = url::Url::parse(&address).unwrap();
    let of = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Some((address.clone(), of("title"), of("body")))
}

fn answer(value: &Value) -> Response {
    Response::new(200, "application/json", value.to_string())
}

fn report(world: &World, now: &str) -> Report {
    world.run(now, &["--until", "gather"])
}

#[test]
fn reactions_on_issues_are_counted_and_their_pages_asked_when_due() {
    let world = World::new();
    let (host, github) = (paper(&world, 40), world.host(41));
    let votes = format!(
        "votes:\n  github: {{ repository: desk/votes, api: \"{}\", token_env: VOTES_KEY }}\n",
        github.url("/")
    );
    configure(&world, &host.url("/feed"), &votes);
    github.put("/repos/desk/votes/issues", answer(&json!([])).with("etag", "\"none\""));
    run(&world, "2026-10-01T07:00:00Z", Some("sesame"));
    let (id, page, votes) = article(&world);
    assert_eq!(votes, json!([]));
    let (link, title, body) = button(&page).unwrap();
    assert!(link.starts_with("https://github.com/desk/votes/issues/new?"), "{link}");
    assert_eq!(title, format!("newsmill:{id} The bridge & the river"));
    assert_eq!(body, format!("https://news.example/articles/{id}.html\n\nnewsmill:{id}"));
    assert!(page.contains("Vote at GitHub"));
    let asked = github.log.lock().unwrap().split_off(0);
    assert_eq!(asked.len(), 1, "an API is asked without a robots.txt");
    assert_eq!(asked[0].method, Method::GET);
    assert_eq!(asked[0].header("authorization"), Some("Bearer sesame"));
    assert!(asked[0].query.contains("sort=created&direction=asc"), "{}", asked[0].query);
    assert!(asked[0].header("user-agent").unwrap().starts_with("newsmill/"));

    // A reader sends the form, others react; a second issue about the article and a strange one do not count.
    let place = "https://github.com/desk/votes/issues/7";
    let issue = |title: &str, place: &str, up: i64| {
        json!({ "title": title, "body": "", "html_url": place, "comments": 2,
            "reactions": { "url": "x", "total_count": 9, "+1": up, "-1": 1, "rocket": 0 } })
    };
    let list = json!([
        issue("Bug: it rains", "https://github.com/desk/votes/issues/1", 50),
        issue("newsmill:ffffffffff nobody's", "https://github.com/desk/votes/issues/2", 60),
        issue(&title, place, 4),
        issue(&title, "https://github.com/desk/votes/issues/9", 70),
    ]);
    github.put("/repos/desk/votes/issues", answer(&list).with("etag", "\"some\""));
    run(&world, "2026-10-01T07:30:00Z", Some("sesame"));
    assert!(github.asked().is_empty(), "the last page is asked once an hour");
    run(&world, "2026-10-01T09:00:00Z", Some("sesame"));
    assert_eq!(github.asked()[0].header("if-none-match"), Some("\"none\""));
    let (_, page, votes) = article(&world);
    let counts = json!([["positive", 4], ["negative", 1], ["important", 0], ["comments", 2]]);
    assert_eq!((&votes[0]["origin"], &votes[0]["counts"]), (&json!("github"), &counts));
    assert_eq!(button(&page).unwrap().0, place, "the form is not sent twice");
    assert!(page.contains("<bdi>GitHub</bdi>") && page.contains("React to it there"));

    // Nothing new: the counters stand, and the page does not change.
    github.put(
        "/repos/desk/votes/issues",
        Response { status: 304, headers: Vec::new(), body: bytes::Bytes::new() },
    );
    run(&world, "2026-10-01T20:00:00Z", Some("sesame"));
    assert_eq!(github.asked()[0].header("if-none-match"), Some("\"some\""));
    assert_eq!(article(&world).1, page);

    // Refused: told with a remedy, and left alone for an hour.
    github.put("/repos/desk/votes/issues", Response::text(404, "{}"));
    let told = report(&world, "2026-10-02T20:00:00Z");
    assert!(told.failures[0].what.contains("no repository desk/votes"), "{:?}", told.failures);
    assert_eq!(github.asked().len(), 1);
    assert!(report(&world, "2026-10-02T20:30:00Z").failures.is_empty());
    assert!(github.asked().is_empty());
    report(&world, "2026-10-02T21:30:00Z");
    assert_eq!(github.asked()[0].header("if-none-match"), Some("\"some\""), "kept over errors");
    for (name, bytes) in world.mill.site() {
        assert!(!text(&bytes).contains("sesame"), "the key stands in {name}");
    }
}

#[test]
fn a_key_goes_to_its_own_host_only() {
    let world = World::new();
    let (host, github, other) = (paper(&world, 50), world.host(51), world.host(52));
    let votes = format!(
        "votes:\n  github: {{ repository: desk/votes, api: \"{}\", token_env: VOTES_KEY }}\n",
        github.url("/api")
    );
    configure(&world, &host.url("/feed"), &votes);
    let foretold = world.mill.command(&["run", "--dry-run"]).env("VOTES_KEY", "sesame").output().unwrap();
    assert!(text(&foretold.stdout).contains("1 pages of readers' votes"), "{}", text(&foretold.stdout));
    github.put("/api/repos/desk/votes/issues", Response::redirect(301, &github.url("/moved")));
    github.put("/moved", Response::redirect(302, &other.url("/elsewhere")));
    other.put("/elsewhere", answer(&json!([])));
    run(&world, "2026-10-01T07:00:00Z", Some("sesame"));
    let keys = |host: &Host| -> Vec<bool> {
        host.asked().iter().map(|request| request.headers.contains_key("authorization")).collect()
    };
    assert_eq!((keys(&github), keys(&other)), (vec![true, true], vec![false]));
}

#[test]
fn a_long_list_is_read_page_by_page() {
    let world = World::new();
    let (host, github) = (paper(&world, 42), world.host(43));
    let votes = format!("votes:\n  github: {{ repository: desk/votes, api: \"{}\" }}\n", github.url("/"));
    configure(&world, &host.url("/feed"), &votes);
    let at = |page: u32| {
        format!("/repos/desk/votes/issues?state=all&sort=created&direction=asc&per_page=100&page={page}")
    };
    let full = Value::Array(vec![json!({ "title": "else", "reactions": { "+1": 1 } }); 100]);
    github.put(&at(1), answer(&full));
    github.put(&at(2), answer(&full));
    github.put(&at(3), answer(&json!([])));
    run(&world, "2026-10-01T07:00:00Z", None);
    let pages = |host: &Host| -> Vec<char> {
        host.asked().iter().filter_map(|request| request.query.chars().next_back()).collect()
    };
    assert_eq!(pages(&github), ['1', '2', '3']);
    let (id, ..) = article(&world);
    github.put(&at(3), answer(&json!([{ "title": format!("newsmill:{id}"), "reactions": { "heart": 3 } }])));
    run(&world, "2026-10-01T09:00:00Z", None);
    assert_eq!(pages(&github), ['3'], "full pages without a young article rest");
    assert_eq!(article(&world).2[0]["counts"], json!([["liked", 3]]));
}

#[test]
fn discussions_need_a_key_and_are_off_without_one() {
    let world = World::new();
    let (host, github) = (paper(&world, 44), world.host(45));
    let votes = format!(
        "votes:\n  github: {{ repository: desk/votes, kind: discussions, category: votes, api: \"{}\", token_env: VOTES_KEY }}\n",
        github.url("/")
    );
    configure(&world, &host.url("/feed"), &votes);
    run(&world, "2026-10-01T07:00:00Z", None);
    assert!(github.asked().is_empty());
    assert_eq!(button(&article(&world).1), None, "a vote that nobody counts is not asked for");
    let status = world.mill.page("status.html");
    assert!(status.contains("Votes on GitHub are off") && status.contains("VOTES_KEY is not set"));
    assert!(world.mill.good(&["check"]).contains("off: Votes on GitHub are off"));

    github.put("/graphql", Response::text(500, "x"));
    run(&world, "2026-10-01T09:00:00Z", Some("sesame"));
    let (id, page, _) = article(&world);
    let link = button(&page).unwrap().0;
    assert!(
        link.starts_with("https://github.com/desk/votes/discussions/new?category=votes&title="),
        "{link}"
    );
    let place = "https://github.com/desk/votes/discussions/3";
    let node = json!({ "title": format!("newsmill:{id} x"), "url": place, "upvoteCount": 5, "comments": { "totalCount": 1 },
        "reactionGroups": [{ "content": "THUMBS_UP", "reactors": { "totalCount": 6 } }] });
    let list = json!({ "pageInfo": { "hasNextPage": false, "endCursor": "Y1" }, "nodes": [node] });
    github.put("/graphql", answer(&json!({ "data": { "repository": { "discussions": list } } })));
    github.asked();
    run(&world, "2026-10-01T11:00:00Z", Some("sesame"));
    let asked = github.asked();
    assert_eq!((asked.len(), &asked[0].method), (1, &Method::POST));
    assert_eq!(asked[0].header("authorization"), Some("Bearer sesame"));
    let question: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!(question["variables"], json!({ "owner": "desk", "name": "votes", "after": null }));
    let (_, page, votes) = article(&world);
    assert_eq!(votes[0]["counts"], json!([["positive", 6], ["points", 5], ["comments", 1]]));
    assert_eq!(button(&page).unwrap().0, place);
}

#[test]
fn files_are_counted_by_origin_and_a_broken_one_stops_nothing() {
    let world = World::new();
    let host = paper(&world, 46);
    let votes = "votes:\n  files:\n    - { path: desk.csv, place: \"https://poll.example/desk\" }\n    - { path: panel.json, origin: The panel }\n";
    configure(&world, &host.url("/feed"), votes);
    let csv = format!("url,positive,negative\n{},3,1\nhttps://elsewhere.example/x,9,9\n", host.url("/a"));
    world.mill.write("config/desk.csv", &csv);
    world.mill.write("config/panel.json", &format!("{{\"{}\": {{\"saved\": 2}}}}", host.url("/a")));
    run(&world, "2026-10-01T07:00:00Z", None);
    let (id, page, votes) = article(&world);
    assert_eq!(button(&page), None);
    let told: Vec<_> = votes.as_array().unwrap().iter().map(|one| (&one["origin"], &one["counts"])).collect();
    let (desk, panel) = (json!([["positive", 3], ["negative", 1]]), json!([["saved", 2]]));
    assert_eq!(told, [(&json!("The panel"), &panel), (&json!("desk"), &desk)], "never added up");
    assert!(page.contains("https://poll.example/desk"));

    // By id and by guid; what did not change leaves the page as it is.
    host.put(
        "/feed",
        rss(&item(&host.url("/a"), "The bridge & the river")
            .replace("</item>", "<guid>urn:a:1</guid></item>")),
    );
    world.mill.write("config/panel.json", &format!("[{{\"id\": \"{id}\", \"votes\": {{\"saved\": 2}}}}]"));
    run(&world, "2026-10-01T08:00:00Z", None);
    assert_eq!(article(&world).1, page);
    world.mill.write("config/panel.json", "[{\"guid\": \"urn:a:1\", \"votes\": {\"saved\": 5}}]");
    run(&world, "2026-10-01T09:00:00Z", None);
    assert_eq!(article(&world).2[0]["counts"], json!([["saved", 5]]));

    world.mill.write("config/desk.csv", "url,positive\n\nnonsense,3\n");
    let told = report(&world, "2026-10-01T10:00:00Z");
    let what = &told.failures[0].what;
    assert!(what.contains("desk.csv:3:") && what.contains("neither an address"), "{what}");
    assert_eq!(of(&told, "one").status, newsmill::model::status::Status::Ready);
    let said = world.mill.refused(&["check"], 2);
    assert!(said.contains("desk.csv:3:") && said.contains("`nonsense`"), "{said}");
}

#[test]
fn articles_that_left_a_portals_list_are_asked_for_one_by_one() {
    let world = World::new();
    let (host, portal) = (paper(&world, 47), world.host(48));
    configure(&world, &host.url("/feed"), "");
    let sources = format!(
        "sources:\n  - {{ id: forum, kind: json, url: \"{}\", every: 1m, json: {{ preset: lobsters }} }}\n",
        portal.url("/hottest.json")
    );
    world.mill.write("config/sources.yaml", &sources);
    let post = |score: i64| {
        json!({ "short_id": "abc", "title": "The bridge", "url": host.url("/a"), "score": score, "comment_count": 1,
            "comments_url": "https://forum.example/s/abc", "created_at": "2026-10-01T06:00:00Z" })
    };
    portal.put("/hottest.json", answer(&json!([post(3)])));
    run(&world, "2026-10-01T07:00:00Z", None);
    assert_eq!(portal.paths(), ["/hottest.json"], "the list has just told it");
    assert_eq!(article(&world).2[0]["counts"], json!([["points", 3], ["comments", 1]]));

    portal.put("/hottest.json", answer(&json!([])));
    portal.put("/s/abc.json", answer(&post(8)).with("etag", "\"8\""));
    let foretold = world.mill.good(&["run", "--dry-run", "--now", "2026-10-01T09:00:00Z"]);
    assert!(foretold.contains("would ask for 1 articles' counters"), "{foretold}");
    run(&world, "2026-10-01T09:00:00Z", None);
    assert_eq!(portal.paths(), ["/hottest.json", "/s/abc.json"]);
    assert_eq!(article(&world).2[0]["counts"], json!([["points", 8], ["comments", 1]]));
    run(&world, "2026-10-01T09:30:00Z", None);
    assert_eq!(portal.paths(), ["/hottest.json"], "not before an hour has passed");
    run(&world, "2026-10-05T09:00:00Z", None);
    assert_eq!(portal.asked()[1].header("if-none-match"), Some("\"8\""));
    run(&world, "2026-10-05T15:00:00Z", None);
    assert_eq!(portal.paths(), ["/hottest.json"], "after four days, not before twelve hours have passed");

    portal.put("/s/abc.json", Response::text(500, "oops"));
    let told = report(&world, "2026-10-06T09:00:00Z");
    assert!(of(&told, "forum").notes.iter().any(|note| note.contains("status 500")), "{told:?}");
    portal.put("/s/abc.json", Response::text(410, "gone"));
    report(&world, "2026-10-08T09:00:00Z");
    portal.asked();
    report(&world, "2026-10-20T09:00:00Z");
    assert_eq!(portal.paths(), ["/hottest.json"], "what is gone is not asked for again");
    let (_, _, votes) = article(&world);
    assert_eq!(votes[0]["counts"], json!([["points", 8], ["comments", 1]]), "its last counters stand");
}
