//! Sitemaps as sources: the real program follows indexes, unpacks, looks at dates, and asks nothing twice.

use std::io::Write;

use newsmill::loopback::Response;

use crate::hosts::{Host, World, day, of, page};
use crate::mill::{text, tree};

const KIND: &str = "    kind: sitemap\n";

fn xml(body: &str) -> Response {
    Response::new(200, "application/xml", format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}"))
}

/// One `element` for each path, with its `lastmod` where it has one.
fn listed(host: &Host, element: &str, paths: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (path, changed) in paths {
        text.push_str(&format!("<{element}><loc>{}</loc>", host.url(path)));
        if !changed.is_empty() {
            text.push_str(&format!("<lastmod>{changed}</lastmod>"));
        }
        text.push_str(&format!("</{element}>"));
    }
    text
}

fn index(host: &Host, parts: &[(&str, &str)]) -> Response {
    let parts = listed(host, "sitemap", parts);
    xml(&format!(
        "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{parts}</sitemapindex>"
    ))
}

fn map(host: &Host, urls: &[(&str, &str)]) -> String {
    let urls = listed(host, "url", urls);
    format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>")
}

fn gzipped(text: &str) -> Response {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    Response::new(200, "application/gzip", packer.finish().unwrap())
}

fn sorted(host: &Host) -> Vec<String> {
    let mut paths = host.paths();
    paths.sort();
    paths
}

#[test]
fn an_index_is_followed_and_what_did_not_change_is_left_alone() {
    let world = World::new();
    let host = world.host(100);
    let parts = |changed: &'static str| {
        [
            ("/2020.xml", "2020-05-01"),
            ("/undated.xml", ""),
            ("/new.xml.gz", changed),
            ("/day.xml", "2026-10-02"),
        ]
    };
    host.put("/map.xml", index(&host, &parts("2026-10-02T05:00:00Z")).with("etag", "\"i\""));
    host.put("/2020.xml", xml(&map(&host, &[("/ancient", "2020-05-01")])));
    host.put("/undated.xml", xml(&map(&host, &[("/u", "")])).with("etag", "\"u\""));
    host.put("/new.xml.gz", gzipped(&map(&host, &[("/n1", "2026-10-02T05:00:00Z")])));
    host.put("/day.xml", xml(&map(&host, &[("/d", "2026-10-01")])));
    world.sources(&[("all", host.url("/map.xml"))], KIND);
    let report = world.gather("2026-10-02T07:00:00Z");
    assert_eq!(
        sorted(&host),
        ["/day.xml", "/map.xml", "/new.xml.gz", "/undated.xml"],
        "2020 is too long ago"
    );
    assert_eq!((of(&report, "all").fresh, of(&report, "all").notes.len()), (3, 0), "{report:?}");
    // Within the day that one part names it may still change; the other is known to be the same.
    host.put("/undated.xml", Response { status: 304, headers: Vec::new(), body: bytes::Bytes::new() });
    world.gather("2026-10-02T19:30:00Z");
    let asked = host.asked();
    let mut paths: Vec<&str> = asked.iter().map(|request| request.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/day.xml", "/map.xml", "/undated.xml"]);
    let undated = asked.iter().find(|request| request.path == "/undated.xml").unwrap();
    assert_eq!(undated.header("if-none-match"), Some("\"u\""));
    assert!(
        asked.iter().all(|request| request.path != "/map.xml" || request.header("if-none-match").is_none())
    );
    // The day is over everywhere, once it was asked after that; and a part that changes is asked again.
    world.gather("2026-10-04T07:00:00Z");
    assert_eq!(sorted(&host), ["/day.xml", "/map.xml", "/undated.xml"]);
    host.put("/map.xml", index(&host, &parts("2026-10-05T05:00:00Z")));
    host.put(
        "/new.xml.gz",
        gzipped(&map(&host, &[("/n1", "2026-10-02T05:00:00Z"), ("/n2", "2026-10-05T05:00:00Z")])),
    );
    let report = world.gather("2026-10-05T07:00:00Z");
    assert_eq!(sorted(&host), ["/map.xml", "/new.xml.gz", "/undated.xml"]);
    assert_eq!(of(&report, "all").fresh, 1);
}

#[test]
fn more_parts_than_a_run_follows_are_taken_by_the_next_ones() {
    let world = World::new();
    let host = world.host(101);
    let names: Vec<(String, String)> =
        (0..70).map(|n| (format!("/{n}.xml"), format!("2026-09-{:02}T00:00:00Z", n % 28 + 1))).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|(path, at)| (path.as_str(), at.as_str())).collect();
    host.put("/map.xml", index(&host, &parts));
    for (path, at) in &parts {
        host.put(path, xml(&map(&host, &[(&format!("/of{path}"), at)])));
    }
    world.sources(&[("all", host.url("/map.xml"))], KIND);
    let report = world.gather("2026-09-29T00:00:00Z");
    assert_eq!((of(&report, "all").fresh, of(&report, "all").requests), (50, 51));
    assert_eq!(of(&report, "all").notes, ["20 further parts are left for later runs"]);
    let report = world.gather("2026-09-29T12:00:00Z");
    assert_eq!((of(&report, "all").fresh, of(&report, "all").requests), (20, 21));
    let report = world.gather("2026-09-30T00:00:00Z");
    assert_eq!((of(&report, "all").fresh, of(&report, "all").requests), (0, 1));
}

#[test]
fn a_part_that_did_not_fit_is_taken_at_the_next_run() {
    let world = World::new();
    let host = world.host(102);
    host.put(
        "/map.xml",
        index(&host, &[("/a.xml", "2026-09-30T02:00:00Z"), ("/b.xml", "2026-09-30T01:00:00Z")]),
    );
    host.put("/a.xml", xml(&map(&host, &[("/1", ""), ("/2", "")])));
    host.put("/b.xml", xml(&map(&host, &[("/3", ""), ("/4", "")])));
    world.sources(&[("all", host.url("/map.xml"))], &format!("{KIND}    max_entries: 3\n"));
    assert_eq!(of(&world.gather(&day(1)), "all").fresh, 3);
    host.asked();
    assert_eq!(of(&world.gather(&day(2)), "all").fresh, 1);
    assert_eq!(host.paths(), ["/map.xml", "/b.xml"]);
    world.gather(&day(3));
    assert_eq!(host.paths(), ["/map.xml"]);
}

#[test]
fn a_sitemap_takes_what_is_young_enough() {
    let world = World::new();
    let host = world.host(103);
    let urls = [("/old", "2020-01-01"), ("/young", "2026-09-28"), ("/undated", ""), ("/", "2026-09-30")];
    host.put("/map.xml", xml(&map(&host, &urls)));
    world.sources(&[("young", host.url("/map.xml"))], &format!("{KIND}    max_age: 30d\n"));
    assert_eq!(of(&world.gather(&day(1)), "young").fresh, 2);
    world.sources(&[("all", host.url("/map.xml"))], KIND);
    assert_eq!(of(&world.gather(&day(2)), "all").fresh, 1, "now the old one, too");
}

#[test]
fn news_and_pictures_of_a_sitemap_reach_the_article() {
    let world = World::new();
    let host = world.host(104);
    let map = format!(
        "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:n=\"http://www.google.com/schemas/sitemap-news/0.9\"
         xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">
         <url><loc>{0}/shut</loc><lastmod>2026-09-30T12:00:00Z</lastmod><image:image><image:loc>/bridge.jpg</image:loc></image:image>
         <n:news><n:publication><n:name>The Ledger</n:name><n:language>en</n:language></n:publication>
         <n:publication_date>2026-09-29T08:30:00+02:00</n:publication_date><n:title>The bridge &amp; the river</n:title></n:news></url>
         <url><loc>{0}/open</loc><lastmod>2026-09-30T12:00:00Z</lastmod></url></urlset>",
        host.url("")
    );
    host.put("/news.xml", xml(&map));
    let dated = text(&page("Open").body).replace(
        "</title>",
        "</title><meta property=\"article:published_time\" content=\"2026-09-21T10:00:00Z\">",
    );
    host.put("/open", Response::new(200, "text/html; charset=utf-8", dated));
    world.sources(&[("news", host.url("/news.xml"))], KIND);
    world.run(&day(1), &[]);
    let articles: Vec<serde_json::Value> = tree(&world.mill.path("output/api/v1/articles"))
        .values()
        .map(|bytes| serde_json::from_slice(bytes).unwrap())
        .collect();
    let of = |path: &str| {
        let found = articles.iter().find(|one| one["url"].as_str().is_some_and(|url| url.ends_with(path)));
        found.unwrap_or_else(|| panic!("{path} is missing: {articles:?}")).clone()
    };
    let shut = of("/shut");
    assert_eq!(shut["title"], "The bridge & the river");
    assert!(shut["published"].as_str().unwrap().starts_with("2026-09-29T08:30:00"), "{}", shut["published"]);
    assert!(shut.to_string().contains("/bridge.jpg"), "{shut}");
    assert!(
        of("/open")["published"].as_str().unwrap().starts_with("2026-09-21"),
        "a lastmod is no date of publication"
    );
}

#[test]
fn a_robots_file_names_the_sitemaps_of_its_host() {
    let world = World::new();
    let host = world.host(105);
    let robots = format!(
        "User-agent: *\nDisallow: /members\nSitemap: {}\nsitemap: /b.xml # the other one\n",
        host.url("/a.xml")
    );
    host.put("/robots.txt", Response::text(200, &robots));
    host.put("/a.xml", xml(&map(&host, &[("/1", "2026-09-30")])));
    host.put("/b.xml", index(&host, &[("/c.xml", "2026-09-30")]));
    host.put("/c.xml", gzipped(&map(&host, &[("/2", "2026-09-30"), ("/1", "2026-09-30")])));
    world.sources(&[("site", host.url("/robots.txt"))], KIND);
    let report = world.gather(&day(1));
    assert_eq!(of(&report, "site").fresh, 2, "{report:?}");
    assert_eq!(sorted(&host), ["/a.xml", "/b.xml", "/c.xml"]);
}

#[test]
fn a_source_without_a_sitemap_is_told_where_one_is() {
    let world = World::new();
    let host = world.host(106);
    host.put("/robots.txt", Response::text(200, &format!("Sitemap: {}\n", host.url("/real.xml"))));
    host.put("/", page("Welcome"));
    world.sources(&[("front", host.url("/")), ("lost", host.url("/lost.xml"))], KIND);
    let output = world.mill.mill(&["check", "--online"]);
    let told = text(&output.stdout);
    let hint = format!("set `url: {}`", host.url("/real.xml"));
    assert_eq!(told.matches(&hint).count(), 2, "{told}\n{}", text(&output.stderr));
}
