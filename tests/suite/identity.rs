//! One article, however it is told: the real program meets it under other spellings, addresses and guids, and at several
//! sources, and what comes of it is one article with as many appearances.

use newsmill::loopback::Response;
use newsmill::model::id::ArticleId;
use newsmill::model::url::CanonicalUrl;

use crate::hosts::{Host, World, day, item, of, rss};
use crate::mill::{text, tree};

/// Articles of the site, as their JSON.
fn articles(world: &World) -> Vec<serde_json::Value> {
    let files = tree(&world.mill.path("output/api/v1/articles"));
    files.values().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect()
}

/// The sources at which each article of the site appears, sorted.
fn appearances(world: &World) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = articles(world)
        .iter()
        .map(|article| {
            let list = article["appearances"].as_array().unwrap();
            let mut sources: Vec<String> =
                list.iter().map(|one| one["source"].as_str().unwrap().to_owned()).collect();
            sources.sort();
            sources
        })
        .collect();
    all.sort();
    all
}

/// The article at an address, by the state.
fn at(world: &World, url: &str) -> Option<ArticleId> {
    let store = world.store();
    world.runtime.block_on(store.article_at(CanonicalUrl::parse(url).unwrap())).unwrap()
}

fn story(title: &str, head: &str) -> Response {
    let words = "The harbour master told the council on Monday that both cranes will be replaced before the winter, and \
                 that ships from the north will have to wait outside of the pier until the work is done.";
    let body = format!(
        "<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>\
         <p>{words}</p><p>It was a long evening, she said later. {words}</p><p>{words}</p></article></body></html>"
    );
    Response::new(200, "text/html; charset=utf-8", body)
}

fn canonical(url: &str) -> String {
    format!("<link rel=\"canonical\" href=\"{url}\">")
}

fn two(world: &World, host: &Host) {
    world.sources(&[("one", host.url("/one")), ("two", host.url("/two"))], "    every: 1m\n");
}

#[test]
fn spellings_of_an_address_are_one_article() {
    let world = World::new();
    let host = world.host(80);
    let plain = "https://news.example/2026/the-cranes-of-the-harbour";
    let others = [
        "HTTP://NEWS.example:80/2026/the-cranes-of-the-harbour/",
        "https://www.news.example/2026/the-cranes-of-the-harbour?utm_source=feed&utm_medium=rss#top",
        "https://m.news.example/2026/the-cranes-of-the-harbour",
        "https://news.example/2026/the-cranes-of-the-harbour/amp/",
        "https://news-example.cdn.ampproject.org/c/s/news.example/2026/the-cranes-of-the-harbour",
    ];
    host.put("/one", rss(&item(plain, "The cranes")));
    let items: Vec<String> =
        others.iter().map(|url| item(&url.replace('&', "&amp;"), "The cranes")).collect();
    host.put("/two", rss(&items.concat()));
    two(&world, &host);
    let report = world.gather(&day(1));
    assert_eq!(of(&report, "one").fresh + of(&report, "two").fresh, 1);
    let id = at(&world, plain).unwrap();
    assert_eq!(
        id,
        ArticleId::of(&CanonicalUrl::parse(plain).unwrap(), 10),
        "whichever source answered first"
    );
    for other in others {
        assert_eq!(at(&world, other), Some(id.clone()), "{other}");
    }
    // The same again changes nothing: what a source tells twice is told by its first entry.
    let report = world.gather(&day(2));
    assert!(report.sources.iter().all(|source| source.fresh == 0 && source.notes.is_empty()), "{report:?}");
}

#[test]
fn an_amp_version_at_another_source_is_an_appearance() {
    let world = World::new();
    let host = world.host(81);
    let path = "/2026/the-cranes-of-the-harbour";
    host.put("/one", rss(&item(&host.url(path), "The cranes")));
    host.put("/two", rss(&item(&host.url(&format!("{path}/amp/?utm_source=x")), "The cranes, briefly")));
    host.put(path, story("The cranes", ""));
    two(&world, &host);
    world.run(&day(1), &[]);
    assert_eq!(appearances(&world), [["one", "two"]]);
    let mut asked = host.paths();
    asked.sort();
    assert_eq!(asked, [path, "/one", "/two"], "the page is asked once");
    let json = text(&serde_json::to_vec(&articles(&world)).unwrap());
    assert!(json.contains(path) && !json.contains("/amp/"), "the first source's address stands");
}

#[test]
fn a_page_names_its_own_address_within_its_site_only() {
    let world = World::new();
    let (host, other) = (world.host(82), world.host(83));
    let (plain, print) = ("/2026/the-cranes", "/print?id=7");
    host.put(
        "/one",
        rss(&[item(&host.url(plain), "The cranes"), item(&host.url("/b"), "Something else")].concat()),
    );
    host.put(
        "/two",
        rss(&[item(&host.url(print), "The cranes, printed"), item(&other.url("/stolen"), "Stolen")].concat()),
    );
    host.put(plain, story("The cranes", &canonical(&host.url(plain))));
    host.put("/print", story("The cranes", &canonical(plain)));
    // A page that names another story, and one that names another site's: neither is believed.
    host.put("/b", story("Something else", &canonical(plain)));
    other.put("/stolen", story("The cranes", &canonical(&host.url(plain))));
    two(&world, &host);
    let report = world.run(&day(1), &[]);
    assert_eq!(appearances(&world), [vec!["one"], vec!["one", "two"], vec!["two"]]);
    assert_ne!(at(&world, &other.url("/stolen")), at(&world, &host.url(plain)));
    assert_eq!(at(&world, &host.url(print)), at(&world, &host.url(plain)));
    let read = report.stages.iter().find(|stage| stage.note.contains("joined"));
    assert!(read.is_some_and(|stage| stage.note.contains("1 of them")), "{:?}", report.stages);
    // The joined address is known from now on, and asked no more.
    host.asked();
    world.run(&day(2), &[]);
    assert_eq!(appearances(&world).len(), 3);
    assert!(!host.paths().contains(&"/print".to_owned()));
}

#[test]
fn two_pages_that_name_a_third_address_are_one() {
    let world = World::new();
    let host = world.host(84);
    let whole = host.url("/2026/the-cranes");
    host.put("/one", rss(&item(&host.url("/print/the-cranes"), "The cranes in print")));
    host.put("/two", rss(&item(&host.url("/lite/the-cranes"), "The cranes, light")));
    for path in ["/print/the-cranes", "/lite/the-cranes"] {
        host.put(path, story("The cranes", &canonical(&whole)));
    }
    two(&world, &host);
    world.run(&day(1), &[]);
    assert_eq!(appearances(&world), [["one", "two"]]);
    let id = at(&world, &host.url("/print/the-cranes")).unwrap();
    assert_eq!((at(&world, &whole), at(&world, &host.url("/lite/the-cranes"))), (Some(id.clone()), Some(id)));
}

#[test]
fn a_changed_guid_or_address_is_no_new_article() {
    let world = World::new();
    let host = world.host(85);
    let told = |path: &str, guid: &str, title: &str, time: &str| {
        rss(&format!(
            "<item><title>{title}</title><link>{}</link><guid isPermaLink=\"false\">{guid}</guid>\
             <pubDate>Wed, 30 Sep 2026 {time} GMT</pubDate></item>",
            host.url(path)
        ))
    };
    world.sources(&[("one", host.url("/one"))], "");
    let (title, time) = ("The cranes of the harbour", "08:00:00");
    let mut number = 0;
    let mut fresh = |response: Response| {
        host.put("/one", response);
        number += 2;
        of(&world.gather(&day(number)), "one").fresh
    };
    assert_eq!(fresh(told("/a", "7", title, time)), 1);
    assert_eq!(fresh(told("/a", "8", title, time)), 0, "another guid");
    assert_eq!(fresh(told("/moved/b", "8", title, time)), 0, "another address");
    assert_eq!(fresh(told("/c", "9", title, time)), 0, "another guid and another address");
    assert_eq!(fresh(told("/c", "9", "The cranes: a correction", time)), 0, "another title");
    assert_eq!(fresh(told("/d", "9", "A quite different story", "17:00:00")), 1, "a guid that is used again");
    let ids = ["/a", "/moved/b", "/c"].map(|path| at(&world, &host.url(path)));
    assert!(ids[0].is_some() && ids[0] == ids[1] && ids[1] == ids[2]);
    assert_ne!(at(&world, &host.url("/d")), ids[0]);
}

#[test]
fn what_was_taken_down_does_not_come_back_in_another_spelling() {
    let world = World::new();
    let host = world.host(86);
    let path = "/2026/the-cranes-of-the-harbour";
    host.put("/one", rss(&item(&host.url(path), "The cranes")));
    host.put(path, story("The cranes", ""));
    world.sources(&[("one", host.url("/one"))], "");
    world.run(&day(1), &[]);
    world.mill.good(&["remove", &host.url(&format!("{path}/?utm_source=letter"))]);
    host.put("/one", rss(&item(&host.url(&format!("{path}/amp/")), "The cranes")));
    host.asked();
    let report = world.run(&day(3), &[]);
    assert_eq!((of(&report, "one").entries, of(&report, "one").fresh), (1, 0));
    assert_eq!(host.paths(), ["/one"]);
    let left = world.mill.site().into_keys().find(|name| name.starts_with("articles/"));
    assert_eq!(left, None);
}
