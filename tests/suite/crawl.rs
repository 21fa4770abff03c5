//! The manners of the crawl, seen from the other side: the real program runs against servers on loopback, and what they
//! were asked, what the state remembers and what the report says is what the contract says.

use http::Method;
use newsmill::loopback::{Request, Response};
use newsmill::model::status::Status;

use crate::hosts::{World, day, item, of, page, rss};

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a [u8]> {
    request.headers.get(name).map(http::HeaderValue::as_bytes)
}

#[test]
fn every_request_says_who_asks_and_nothing_else() {
    let world = World::new();
    let host = world.host(1);
    host.put(
        "/feed",
        rss(&item(&host.url("/a"), "A")).with("set-cookie", "id=1; Path=/").with("etag", "\"1\""),
    );
    host.put("/a", page("A").with("set-cookie", "id=2"));
    world.sources(&[("one", host.url("/feed?x=1"))], "");
    world.run(&day(1), &[]);
    world.run(&day(2), &[]);
    let log = host.log.lock().unwrap();
    let paths: Vec<&str> = log.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/feed", "/robots.txt", "/a", "/feed"],
        "an unchanged article is fetched once in its life"
    );
    let agent = format!("newsmill/{} (+mailto:desk@example.org)", env!("CARGO_PKG_VERSION"));
    for request in log.iter() {
        assert_eq!(request.method, Method::GET);
        assert_eq!(request.header("user-agent"), Some(agent.as_str()), "{}", request.path);
        assert!(request.headers.contains_key("accept") && request.headers.contains_key("accept-encoding"));
        for name in ["cookie", "referer", "cache-control", "pragma", "from", "origin"] {
            assert!(!request.headers.contains_key(name), "{}: {name}", request.path);
        }
    }
    assert!(log[0].header("accept").unwrap().contains("application/rss+xml"));
    assert!(log[2].header("accept").unwrap().contains("text/html"));
    assert!(!log[2].header("accept").unwrap().contains("rss"));
    assert_eq!((log[0].query.as_str(), log[2].query.as_str()), ("x=1", ""), "nothing is added to an address");
}

#[test]
fn validators_come_back_byte_for_byte_and_only_while_they_hold() {
    let world = World::new();
    let host = world.host(2);
    let (tag, date) = ("W/\"a b\u{e9}新'`,;\\\"", "Yesterday,  around noon (local time)");
    let feed = |tag: &str| rss(&item(&host.url("/a"), "A")).with("etag", tag);
    host.put("/feed", feed(tag).with("last-modified", date));
    world.sources(&[("one", host.url("/feed"))], "");
    let asks = |number: u8| {
        let report = world.gather(&day(number));
        let asked = host.asked();
        assert_eq!(asked.len(), 1, "day {number}: asked once and not retried");
        let of_header = |name| header(&asked[0], name).map(<[u8]>::to_vec);
        ((of_header("if-none-match"), of_header("if-modified-since")), of(&report, "one").status.clone())
    };
    let both = (Some(tag.as_bytes().to_vec()), Some(date.as_bytes().to_vec()));
    assert_eq!(asks(1).0, (None, None));
    // Kept over a bare 304, and over errors of every kind.
    host.put("/feed", Response { status: 304, headers: Vec::new(), body: bytes::Bytes::new() });
    assert_eq!(asks(2), (both.clone(), Status::Ready));
    host.put("/feed", Response::text(500, "oops").with("etag", "\"of the error\""));
    assert_eq!(asks(3).0, both);
    host.put("/feed", Response::text(404, "lost").with("last-modified", "now"));
    assert_eq!(asks(6).0, both);
    // Updated on every 200: what is not stated any more is not sent any more.
    host.put("/feed", feed("\"2\""));
    assert_eq!(asks(12).0, both);
    assert_eq!(asks(13).0, (Some(b"\"2\"".to_vec()), None));
    // Dropped after a body that was of no use.
    host.put(
        "/feed",
        Response::new(200, "text/html", "<html><p>Please log in</p></html>").with("etag", "\"3\""),
    );
    assert_eq!(asks(14).0, (Some(b"\"2\"".to_vec()), None));
    host.put("/feed", feed("\"4\""));
    assert_eq!(asks(17).0, (None, None));
    assert_eq!(world.state("one").etag, Some(b"\"4\"".to_vec()));
}

#[test]
fn validators_are_sent_where_they_came_from() {
    let world = World::new();
    let (front, back) = (world.host(3), world.host(4));
    front.put("/feed", Response::redirect(307, &back.url("/today")));
    back.put("/today", rss("").with("etag", "\"t\""));
    world.sources(&[("one", front.url("/feed"))], "");
    world.gather(&day(1));
    front.asked();
    back.asked();
    back.put("/today", Response { status: 304, headers: Vec::new(), body: bytes::Bytes::new() });
    assert_eq!(of(&world.gather(&day(2)), "one").http, Some(304));
    assert_eq!(header(&front.asked()[0], "if-none-match"), None);
    assert_eq!(header(&back.asked()[0], "if-none-match"), Some(&b"\"t\""[..]));
}

#[test]
fn a_host_that_asks_for_rest_gets_it_whole() {
    let cases = [
        (1, "7200", "2026-10-01T09:00:00Z", "2026-10-01T09:30:00Z"),
        (2, "Thu, 01 Oct 2026 12:00:00 GMT", "2026-10-01T11:50:00Z", "2026-10-01T12:10:00Z"),
        (3, "99999999999999999999", "2026-10-07T07:17:00Z", "2026-10-09T07:17:00Z"),
        (4, "soon, \u{feff}maybe", "2026-10-01T07:25:00Z", "2026-10-01T08:30:00Z"),
        (5, "-1", "2026-10-01T07:25:00Z", "2026-10-01T08:30:00Z"),
    ];
    for (number, retry_after, early, late) in cases {
        let world = World::new();
        let (host, other) = (world.host(10 + number), world.host(30 + number));
        let status = if number % 2 == 0 { 503 } else { 429 };
        host.put("/a", Response::text(status, "slow down").with("retry-after", retry_after));
        host.put("/b", rss(""));
        other.put("/c", rss(""));
        let sources = [("one", host.url("/a")), ("two", host.url("/b")), ("three", other.url("/c"))];
        world.sources(&sources, "    every: 1m\n");
        // One request at a time, so that the first answer is known before the second is asked.
        let one = ["--until", "gather", "--set", "network.parallel=1"];
        let report = world.run(&day(1), &one);
        assert_eq!(host.paths(), ["/a"], "{retry_after}: no retry, and no other request in this run");
        assert!(of(&report, "one").status.why().contains("rest"), "{:?}", of(&report, "one").status);
        assert_eq!(
            of(&report, "two").status.word(),
            "pending",
            "a host's rest is no failure of another source"
        );
        assert_eq!(of(&report, "three").status, Status::Ready);
        assert_eq!(world.state("two").failures, 0);
        world.run(early, &one);
        assert_eq!(host.paths(), Vec::<String>::new(), "{retry_after}: asked again too early");
        host.put("/a", rss(""));
        world.run(late, &one);
        let mut asked = host.paths();
        asked.sort();
        assert_eq!(asked, ["/a", "/b"], "{retry_after}: asked again in the end");
    }
}

#[test]
fn a_move_is_believed_once_a_good_feed_came_from_there() {
    let world = World::new();
    let (old, new) = (world.host(50), world.host(51));
    old.put("/feed", Response::redirect(301, "/half"));
    old.put("/half", Response::redirect(308, &new.url("/feed")));
    old.put("/portal", Response::redirect(302, "/login"));
    old.put("/login", Response::new(200, "text/html", "<html><title>Welcome to our Wi-Fi</title></html>"));
    old.put("/mixed", Response::redirect(301, "/still"));
    old.put("/still", Response::redirect(302, "/today"));
    old.put("/today", rss(""));
    old.put("/later", Response::redirect(302, "/forever"));
    old.put("/forever", Response::redirect(301, "/today"));
    new.put("/feed", Response::new(200, "text/html", "<html>Under construction</html>"));
    let ids = ["feed", "portal", "mixed", "later"];
    let sources: Vec<(&str, String)> = ids.iter().map(|id| (*id, old.url(&format!("/{id}")))).collect();
    world.sources(&sources, "");
    world.gather(&day(1));
    let moved = || ids.map(|id| world.state(id).moved);
    assert_eq!(moved(), [None, None, Some(old.url("/still")), None], "an HTML page proves nothing");
    old.asked();
    new.asked();
    new.put("/feed", rss(""));
    world.gather(&day(5));
    assert_eq!(moved()[0], Some(new.url("/feed")));
    assert_eq!(moved()[1], None, "a captive portal rewrites nothing");
    let mut asked = old.paths();
    asked.sort();
    assert_eq!(
        asked,
        ["/feed", "/forever", "/half", "/later", "/login", "/portal", "/still", "/today", "/today"]
    );
    new.asked();
    world.gather(&day(9));
    assert_eq!(new.paths(), ["/feed"]);
    assert!(!old.paths().contains(&"/feed".to_owned()), "the old address is not asked any more");
}

#[test]
fn a_moved_source_that_fails_is_looked_for_where_it_was() {
    let world = World::new();
    let host = world.host(52);
    host.put("/feed", Response::redirect(301, "/new"));
    host.put("/new", rss(""));
    world.sources(&[("one", host.url("/feed"))], "");
    world.gather(&day(1));
    host.put("/new", Response::text(404, "gone again"));
    host.put("/feed", rss(""));
    for number in [2, 4, 6] {
        world.gather(&day(number));
    }
    assert_eq!(host.paths(), ["/feed", "/new", "/new", "/new", "/new"]);
    assert_eq!(of(&world.gather(&day(9)), "one").status, Status::Ready);
    assert_eq!(host.paths(), ["/feed"]);
}

#[test]
fn gone_is_for_good_and_not_found_is_not() {
    let world = World::new();
    let host = world.host(53);
    host.put("/gone", Response::text(410, "gone"));
    world.sources(&[("gone", host.url("/gone")), ("lost", host.url("/lost"))], "");
    let report = world.gather("2026-10-01T00:00:00Z");
    assert_eq!(of(&report, "gone").status.word(), "unavailable");
    assert_eq!(of(&report, "lost").status.word(), "failed");
    host.asked();
    // 404: first an hour, then two, then four …, each with its jitter; and it comes back.
    let mut asked = Vec::new();
    for hour in 1..24 {
        world.gather(&format!("2026-10-01T{hour:02}:30:00Z"));
        let paths = host.paths();
        assert!(!paths.contains(&"/gone".to_owned()), "410 is asked again");
        if !paths.is_empty() {
            asked.push(hour);
        }
    }
    let gaps: Vec<u32> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(asked[0], 1);
    assert!(gaps.len() >= 3 && gaps.is_sorted() && gaps.last() > gaps.first(), "asked at hours {asked:?}");
    host.put("/lost", rss(""));
    let report = world.gather(&day(9));
    assert_eq!((of(&report, "lost").status.clone(), world.state("lost").failures), (Status::Ready, 0));
    assert_eq!(host.paths(), ["/lost"]);
}

#[test]
fn nothing_is_asked_before_it_is_due() {
    let world = World::new();
    let host = world.host(54);
    host.put("/plain", rss(""));
    host.put("/fresh", rss("").with("cache-control", "public, max-age=10800"));
    host.put("/ttl", rss("<ttl>240</ttl>"));
    host.put(
        "/asleep",
        rss("<skipHours><hour>1</hour><hour>2</hour><hour>3</hour><hour>4</hour></skipHours>"),
    );
    let seldom = ["2026-09-01", "2026-09-03"].map(|day| {
        format!(
            "<item><link>{}</link><pubDate>{day}T00:00:00Z</pubDate></item>",
            host.url(&format!("/{day}"))
        )
    });
    host.put("/seldom", rss(&seldom.concat()));
    let ids = ["plain", "fresh", "ttl", "asleep", "seldom"];
    let sources: Vec<(&str, String)> = ids.iter().map(|id| (*id, host.url(&format!("/{id}")))).collect();
    world.sources(&sources, "");
    let asks = |time: &str| {
        world.gather(&format!("2026-10-01T{time}:00Z"));
        let mut paths = host.paths();
        paths.sort();
        paths
    };
    assert_eq!(asks("00:10").len(), 5);
    assert_eq!(asks("00:10"), Vec::<String>::new());
    assert_eq!(asks("01:05"), Vec::<String>::new());
    // From here on nothing has changed; what the documents said of their rhythm still holds.
    for id in ids {
        host.put(&format!("/{id}"), Response { status: 304, headers: Vec::new(), body: bytes::Bytes::new() });
    }
    assert_eq!(asks("01:15"), ["/plain"]);
    assert_eq!(asks("03:15"), ["/fresh", "/plain"]);
    assert_eq!(asks("04:15"), ["/fresh", "/plain", "/ttl"]);
    assert_eq!(asks("05:15"), ["/asleep", "/fresh", "/plain"]);
    assert_eq!(asks("08:10"), ["/asleep", "/fresh", "/plain"]);
    assert_eq!(asks("12:15"), ["/asleep", "/fresh", "/plain", "/seldom", "/ttl"]);
}

#[test]
fn a_page_that_robots_may_not_fetch_is_told_from_its_feed_with_the_reason() {
    let world = World::new();
    let host = world.host(55);
    host.put("/robots.txt", Response::text(200, "User-agent: newsmill\nDisallow: /members\n"));
    host.put(
        "/feed",
        rss(&[item(&host.url("/members/a"), "Closed"), item(&host.url("/open"), "Open")].concat()),
    );
    host.put("/open", page("Open"));
    world.sources(&[("one", host.url("/feed"))], "");
    world.run(&day(1), &[]);
    assert_eq!(host.paths(), ["/feed", "/open"]);
    let site = world.mill.site();
    let found = site.iter().find(|(name, bytes)| {
        name.starts_with("articles/") && String::from_utf8_lossy(bytes).contains("What Closed is about")
    });
    let (_, bytes) = found.expect("the article stands on the site all the same");
    let text = String::from_utf8_lossy(bytes);
    assert!(text.contains("robots") && text.contains("/members"), "the page says why its text is missing");
}

#[test]
fn each_feed_of_a_list_is_a_source_of_its_own() {
    let world = World::new();
    let (host, other) = (world.host(56), world.host(57));
    let list = |feeds: &[(&str, String)]| {
        let line = |(name, url): &(&str, String)| format!("<outline text=\"{name}\" xmlUrl=\"{url}\"/>");
        let lines: String = feeds.iter().map(line).collect();
        let body = format!("<opml version=\"2.0\"><head><title>L</title></head><body>{lines}</body></opml>");
        Response::new(200, "text/x-opml", body).with("etag", "\"l\"")
    };
    let feeds = [("The Ledger", host.url("/a")), ("Bell & Co", other.url("/b"))];
    host.put("/list", list(&feeds.clone().map(|(name, url)| (name.split(" &").next().unwrap(), url))));
    host.put("/a", rss(&item(&host.url("/1"), "One")).with("etag", "\"a\""));
    other.put("/b", rss(&item(&other.url("/2"), "Two")).with("last-modified", "b"));
    for (path, from) in [("/1", &host), ("/2", &other)] {
        from.put(path, page("A page"));
    }
    world.sources(&[("all", host.url("/list"))], "    kind: opml\n    category: lists\n");
    let report = world.run(&day(1), &[]);
    let told = |id: &str| (of(&report, id).entries, of(&report, id).status.clone());
    assert_eq!(told("all"), (0, Status::Ready));
    assert_eq!(told("all-the-ledger"), (1, Status::Ready));
    assert_eq!(told("all-bell"), (1, Status::Ready));
    let page = world.mill.page("sources/all-the-ledger/index.html");
    assert!(page.contains("The Ledger") && page.contains("articles/"), "{page}");
    assert!(world.mill.page("sources/index.html").contains("all-bell"));
    assert!(world.mill.page("categories/lists/index.html").contains("articles/"));

    // Each with validators of its own, the list too; a feed that fails is one source that fails.
    host.asked();
    other.asked();
    let same = || Response { status: 304, headers: Vec::new(), body: bytes::Bytes::new() };
    host.put("/list", same());
    host.put("/a", same());
    other.put("/b", Response::text(500, "oops"));
    let report = world.gather(&day(2));
    let asked = host.asked();
    assert_eq!(asked.iter().map(|request| request.path.as_str()).collect::<Vec<_>>(), ["/list", "/a"]);
    assert_eq!(header(&asked[0], "if-none-match"), Some(&b"\"l\""[..]));
    assert_eq!(header(&asked[1], "if-none-match"), Some(&b"\"a\""[..]));
    assert_eq!(header(&other.asked()[0], "if-modified-since"), Some(&b"b"[..]));
    assert_eq!(of(&report, "all-the-ledger").status, Status::Ready);
    assert!(matches!(of(&report, "all-bell").status, Status::Failed { .. }));

    // What leaves the list is not asked any more; its articles stay, with their source's page.
    host.put("/list", list(&[("Ledger, renamed", host.url("/a"))]));
    let report = world.run(&day(20), &[]);
    assert!(other.asked().is_empty());
    let ids: Vec<&str> = report.sources.iter().map(|source| source.source.as_str()).collect();
    assert_eq!(ids, ["all", "all-the-ledger"]);
    assert!(world.mill.page("sources/all-bell/index.html").contains("articles/"));
    let foretold = world.mill.good(&["run", "--dry-run", "--now", &day(25)]);
    assert!(foretold.contains("would ask 2 of 2 sources"), "{foretold}");
}

#[test]
fn an_article_over_several_pages_is_joined_once_each() {
    let world = World::new();
    let host = world.host(60);
    let part = |number: u32, next: &str| {
        let words = ["harbour", "granite", "violet"][number as usize - 1];
        let text = (1..=4)
            .map(|n| format!("<p>The {words} chapter, part {n}, tells what the committee decided in its long {words} session, and why it took until the evening to agree on it.</p>"))
            .collect::<Vec<_>>()
            .concat();
        Response::new(
            200,
            "text/html; charset=utf-8",
            format!(
                "<!doctype html><html lang=\"en\"><head><title>A long story</title>{next}</head><body><article><h1>A long story</h1>{text}</article></body></html>"
            ),
        )
    };
    let next = |path: &str| format!("<link rel=\"next\" href=\"{}\">", host.url(path));
    host.put("/feed", rss(&item(&host.url("/story"), "A long story")));
    host.put("/story", part(1, &next("/story/2")));
    host.put("/story/2", part(2, &next("/story/3")));
    host.put("/story/3", part(3, &next("/story/2")));
    world.sources(&[("one", host.url("/feed"))], "");
    world.run(&day(1), &[]);
    assert_eq!(host.paths(), ["/feed", "/story", "/story/2", "/story/3"]);
    let articles = crate::mill::tree(&world.mill.path("output/api/v1/articles"));
    let json = crate::mill::text(articles.values().next().unwrap());
    for words in ["harbour chapter, part 1", "granite chapter, part 4", "violet chapter, part 4"] {
        assert!(json.contains(words), "{words} is missing");
    }
}

#[test]
fn a_host_has_its_share_of_a_run_and_nothing_is_lost() {
    let world = World::new();
    let (host, other) = (world.host(61), world.host(62));
    let items: String = (1..=8).map(|n| item(&host.url(&format!("/{n}")), &format!("Story {n}"))).collect();
    host.put("/feed", rss(&items));
    other.put("/feed", rss(&item(&other.url("/1"), "Another story")));
    for n in 1..=8 {
        host.put(&format!("/{n}"), page(&format!("Story {n}")));
    }
    other.put("/1", page("Another story"));
    world.sources(&[("many", host.url("/feed")), ("one", other.url("/feed"))], "");
    // At a pace of 20 ms, three articles fit into 70 ms.
    let pace = ["--set", "network.host_delay=20ms", "--set", "network.host_time=70ms"];
    let mut asked = Vec::new();
    let mut left = Vec::new();
    for number in 1..=4 {
        let report = world.run(&day(number), &pace);
        let paths = host.paths();
        let pages = paths.into_iter().filter(|path| path != "/feed").collect::<Vec<_>>();
        left.push(of(&report, "many").notes.iter().find(|note| note.contains("later runs")).cloned());
        assert!(pages.len() <= 3, "{pages:?}");
        asked.extend(pages);
        assert_eq!(of(&report, "one").notes, Vec::<String>::new());
    }
    let counts: Vec<Option<&str>> =
        left.iter().map(|note| note.as_ref().and_then(|note| note.split(' ').next())).collect();
    assert_eq!(counts, [Some("5"), Some("2"), None, None]);
    asked.sort();
    assert_eq!(asked, ["/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8"], "each once");
    assert_eq!(crate::mill::tree(&world.mill.path("output/api/v1/articles")).len(), 9);
    assert_eq!(other.paths(), ["/feed", "/1", "/feed", "/feed", "/feed"]);
}
