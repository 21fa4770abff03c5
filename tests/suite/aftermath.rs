//! What came after: a later report joins a past event, and the pages that name that event as similar tell of it, though
//! nothing of their own changed.

use newsmill::events::{Grouper, Settings, VERSION};
use serde_json::Value;

use crate::hosts::{Host, World, day, rss};
use crate::mill::differences;

/// `(slug, day of October 2026, title, text)`.
type News = (&'static str, u8, &'static str, &'static str);

const PAST: News = (
    "past",
    1,
    "Sterrin bridge at Valmark closed after flood",
    "Water of the Sterrin stood two metres deep at the eastern end of the Valmark bridge after a night of rain. The \
     mayor of Valmark, Ilse Torvane, closed the bridge and asked drivers to use the ferry at Oskmoor.",
);
const OWN: News = (
    "own",
    20,
    "Flood at Valmark: Sterrin carries away the ferry of Oskmoor",
    "The ferry of Oskmoor broke from its chain when the Sterrin rose again. Nobody was on board, said the mayor of \
     Valmark, Ilse Torvane; the ferryman swam ashore.",
);
const LATER: News = (
    "later",
    2,
    "Sterrin bridge at Valmark stays closed after flood",
    "Water of the Sterrin still stood two metres deep at the eastern end of the Valmark bridge after a night of rain. \
     The mayor of Valmark, Ilse Torvane, keeps the bridge closed and asked drivers to use the ferry at Oskmoor.",
);

fn publish(host: &Host, news: &[News]) {
    let items = news.iter().map(|(slug, day, title, text)| {
        let url = host.url(&format!("/{slug}"));
        format!(
            "<item><title>{title}</title><link>{url}</link><description>{text}</description>\
             <pubDate>{day:02} Oct 2026 06:00:00 GMT</pubDate></item>"
        )
    });
    host.put("/feed", rss(&items.collect::<String>()));
}

fn article(world: &World, title: &str) -> Value {
    let folder = world.mill.path("output/api/v1/articles");
    let mut all = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| serde_json::from_slice::<Value>(&std::fs::read(file.unwrap().path()).unwrap()).unwrap());
    all.find(|one| one["title"] == title).unwrap_or_else(|| panic!("no article `{title}`"))
}

#[test]
fn a_page_tells_of_reports_that_joined_a_past_event_after_it_was_made() {
    let world = World::new();
    let host = world.host(150);
    world.sources(&[("one", host.url("/feed"))], "    full_text: false\n");
    publish(&host, &[PAST, OWN]);
    world.run(&day(21), &[]);
    let own = article(&world, OWN.2);
    let past = &own["similar"][0];
    assert_eq!(past["title"], PAST.2, "{own}");
    assert!(past["follow_ups"].is_null() && past["outcome"].is_null(), "{past}");
    let page = world.mill.page(own["page"].as_str().unwrap());
    assert!(page.contains(PAST.2) && !page.contains("What came after"), "nothing came after yet");

    publish(&host, &[PAST, OWN, LATER]);
    world.run(&day(22), &[]);
    let (own, later) = (article(&world, OWN.2), article(&world, LATER.2));
    let past = &own["similar"][0];
    assert_eq!(past["event"], later["event"], "the later report belongs to the past event");
    let after = &past["follow_ups"];
    assert_eq!((&after["reports"], &after["days"]), (&1.into(), &1.into()), "{past}");
    assert_eq!(after["last"]["id"], later["id"], "{past}");
    let page = world.mill.page(own["page"].as_str().unwrap());
    let told = page.split("What came after").nth(1).expect("the page was made anew");
    assert!(told.contains("1 later report · within 1 day · latest"), "{told}");
    assert!(
        told.contains(&format!(
            "<a href=\"../articles/{}.html\">{}</a>",
            later["id"].as_str().unwrap(),
            LATER.2
        )),
        "{told}"
    );
    assert!(!told.split("</dl>").next().unwrap().contains("Impact analysis"), "nothing is made up: {told}");

    let stands = world.mill.site();
    std::fs::remove_dir_all(world.mill.path("output")).unwrap();
    world.mill.good(&["build", "--now", &day(22)]);
    let differ = differences(&stands, &world.mill.site());
    assert!(differ.is_empty(), "pages that should have been made anew: {differ:?}");
}

#[test]
fn what_another_version_of_grouping_saw_is_read_again_once() {
    let world = World::new();
    let host = world.host(151);
    world.sources(&[("one", host.url("/feed"))], "    full_text: false\n");
    publish(&host, &[PAST, OWN]);
    world.run(&day(21), &[]);
    let store = world.store();
    let mut older = world.runtime.block_on(store.frozen()).unwrap();
    assert_eq!(older.len(), 2);
    for one in &mut older {
        one.features[0] = VERSION - 1;
    }
    world.runtime.block_on(store.renew_frozen(older)).unwrap();
    drop(store);
    let state = world.mill.path("state");
    for file in ["newsmill.sqlite", "newsmill.sqlite-wal", "newsmill.sqlite-shm"] {
        let _ = std::fs::remove_file(state.join(file));
        let _ = std::fs::copy(world.mill.path("copy").join(file), state.join(file));
    }

    publish(&host, &[PAST, OWN, LATER]);
    world.run(&day(22), &[]);
    assert_eq!(article(&world, PAST.2)["event"], article(&world, LATER.2)["event"], "the archive was lost");
    // Stored anew with all that grouping needs at its next start: what it would store of them is what is stored.
    let all = world.runtime.block_on(world.store().frozen()).unwrap();
    let rows = all.iter().map(|one| (one.article.as_str(), one.features.as_slice(), one.event.as_str()));
    let grouper = Grouper::resume(Settings::default(), rows, &[]).unwrap();
    assert_eq!(all.len(), 3);
    for one in &all {
        assert_eq!(grouper.frozen(one.article.as_str()).as_ref(), Some(&one.features), "{}", one.article);
    }
}
