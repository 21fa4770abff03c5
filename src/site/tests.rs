//! The site as a whole: every planned page can be made, every link leads somewhere, nothing hostile gets through, the
//! same edition gives the same bytes.

use std::collections::{BTreeMap, HashSet};

use quick_xml::events::Event;

use super::*;
use crate::model::lang::Lang;
use crate::model::source::Republish;
use crate::site::sample;

/// All files of an edition, assets included.
fn render(site: &Site, edition: &Edition, dossiers: &[Dossier]) -> BTreeMap<String, Vec<u8>> {
    let mut out: BTreeMap<String, Vec<u8>> = site.assets().into_iter().collect();
    for spec in site.plan(edition) {
        let needs: Vec<&Dossier> =
            spec.needs.iter().map(|id| dossiers.iter().find(|d| d.id == *id).unwrap()).collect();
        let bytes =
            site.make(edition, &spec, &needs).unwrap_or_else(|error| panic!("{}: {error}", spec.path));
        assert!(out.insert(spec.path.clone(), bytes).is_none(), "{} is planned twice", spec.path);
    }
    out
}

/// The English sample, rendered once for all tests that only look.
fn sample_site(language: &str) -> BTreeMap<String, Vec<u8>> {
    static ENGLISH: std::sync::OnceLock<BTreeMap<String, Vec<u8>>> = std::sync::OnceLock::new();
    if language == "en" { ENGLISH.get_or_init(|| rendered("en")).clone() } else { rendered(language) }
}

fn rendered(language: &str) -> BTreeMap<String, Vec<u8>> {
    let (edition, dossiers) = sample::edition(language, 130);
    render(&Site::new(sample::settings(), Overrides::default()).unwrap(), &edition, &dossiers)
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files.get(path).unwrap_or_else(|| panic!("{path} is missing")).clone()).unwrap()
}

/// True where a path has this extension.
fn is(path: &str, extension: &str) -> bool {
    path.rsplit('.').next() == Some(extension)
}

/// The values of `href` and `src` in a page.
fn links(page: &str) -> Vec<String> {
    [" href=\"", " src=\"", " data-manifest=\"", " action=\"", "content=\"0; url="]
        .iter()
        .flat_map(|mark| page.split(mark).skip(1).filter_map(|rest| rest.split('"').next()))
        .map(|link| link.replace("&amp;", "&"))
        .collect()
}

/// Where a relative link of `from` leads, as a path of the output.
fn resolve(from: &str, link: &str) -> String {
    let base = Url::parse("http://x/").unwrap().join(from).unwrap();
    let to = base.join(link).unwrap();
    let path = to.path().trim_start_matches('/').to_owned();
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path }
}

#[test]
fn every_link_leads_somewhere() {
    let mut files = sample_site("en");
    files.extend(sample_site("zh-Hant"));
    let mut checked = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| is(path, "html") && !path.ends_with("404.html")) {
        let page = std::str::from_utf8(bytes).unwrap();
        for link in links(page) {
            if link.starts_with("http") || link.starts_with('#') || link.starts_with("mailto:") {
                continue;
            }
            let to = resolve(path, &link);
            assert!(files.contains_key(&to), "{path} links to {link}: {to} is not there");
            checked += 1;
        }
        for link in links(page).iter().filter_map(|link| link.strip_prefix('#')) {
            assert!(page.contains(&format!("id=\"{link}\"")), "{path}: #{link} is not there");
        }
    }
    assert!(checked > 5_000, "{checked}");
}

#[test]
fn pages_are_safe_and_whole() {
    for (path, bytes) in sample_site("en").iter().filter(|(path, _)| is(path, "html")) {
        let page = std::str::from_utf8(bytes).unwrap();
        assert!(page.contains("Content-Security-Policy"), "{path}");
        assert!(
            !page.contains("<script>") && !page.contains("<style") && !page.contains(" style="),
            "{path}"
        );
        assert!(
            !page.contains("javascript:") && !page.contains("<img") && !page.contains("\u{202e}"),
            "{path}"
        );
        assert!(!page.contains(" onclick") && !page.contains(" onload"), "{path}");
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        assert!(page.contains("<html lang=\"en\" dir=\"ltr\""), "{path}");
        let mut ids = HashSet::new();
        for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.insert(id.to_owned()), "{path}: id {id} stands twice");
        }
        for part in page.split("<a ").skip(1).filter_map(|rest| rest.split('>').next()) {
            if part.contains("href=\"http") && !part.contains("https://news.example/") {
                assert!(part.contains("nofollow noopener noreferrer"), "{path}: {part}");
            }
        }
    }
}

#[test]
fn the_same_edition_gives_the_same_bytes_and_prints() {
    let (edition, dossiers) = sample::edition("en", 20);
    let site = || Site::new(sample::settings(), Overrides::default()).unwrap();
    assert_eq!(render(&site(), &edition, &dossiers), render(&site(), &edition, &dossiers));
    let prints = |edition: &Edition| {
        site().plan(edition).into_iter().map(|spec| (spec.path, spec.fingerprint)).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(prints(&edition), prints(&edition));
}

#[test]
fn a_fingerprint_stands_for_the_bytes() {
    let site = Site::new(sample::settings(), Overrides::default()).unwrap();
    let (before, dossiers) = sample::edition("en", 130);
    let mut after = before.clone();
    // A later run in which one source was not well, and nothing else happened but time.
    after.now += jiff::Span::new().minutes(30);
    after.sources[0].history.last_mut().unwrap().well = false;
    after.report.now = after.now;
    let plan = |edition: &Edition| {
        site.plan(edition).into_iter().map(|s| (s.path.clone(), s)).collect::<BTreeMap<_, _>>()
    };
    let (old, new) = (plan(&before), plan(&after));
    let (old_files, new_files) = (render(&site, &before, &dossiers), render(&site, &after, &dossiers));
    let mut same = 0;
    for (path, spec) in &old {
        if new[path].fingerprint == spec.fingerprint {
            assert_eq!(old_files[path], new_files[path], "{path} changed under one fingerprint");
            same += 1;
        }
    }
    assert!(same > old.len() * 8 / 10, "{same} of {}", old.len());
    let article = format!("articles/{}.html", before.rows[0].id);
    assert_eq!(old[&article].fingerprint, new[&article].fingerprint);
}

#[test]
fn another_article_changes_only_what_shows_it() {
    let site = Site::new(sample::settings(), Overrides::default()).unwrap();
    let (before, _) = sample::edition("en", 130);
    let (mut after, _) = sample::edition("en", 131);
    assert_eq!(after.rows.len(), before.rows.len() + 1);
    after.report = before.report.clone();
    let plan = |edition: &Edition| {
        site.plan(edition).into_iter().map(|s| (s.path, s.fingerprint)).collect::<BTreeMap<_, _>>()
    };
    let (old, new) = (plan(&before), plan(&after));
    assert!(old.keys().all(|path| new.contains_key(path)), "no page goes because one comes");
    let articles =
        old.iter().filter(|(path, _)| path.starts_with("articles/") || path.starts_with("events/"));
    for (path, print) in articles {
        assert_eq!(new[path], *print, "{path}");
    }
}

#[test]
fn feeds_and_json_read_back() {
    let files = sample_site("en");
    let mut seen = [0, 0];
    for (path, bytes) in &files {
        if is(path, "json") || is(path, "webmanifest") {
            let value: serde_json::Value =
                serde_json::from_slice(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
            if path.ends_with("feed.json") {
                assert_eq!(value["version"], "https://jsonfeed.org/version/1.1");
                for item in value["items"].as_array().unwrap() {
                    assert!(item["id"].as_str().unwrap().starts_with("urn:newsmill:article:"));
                    assert!(item["url"].as_str().unwrap().starts_with("https://news.example/mill/articles/"));
                    assert!(item.get("content_html").is_some() != item.get("content_text").is_some());
                }
            }
            seen[0] += 1;
        }
        if is(path, "xml") {
            let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes).unwrap());
            let mut depth = 0_i32;
            loop {
                match reader.read_event().unwrap_or_else(|e| panic!("{path}: {e}")) {
                    Event::Start(_) => depth += 1,
                    Event::End(_) => depth -= 1,
                    Event::Eof => break,
                    _ => {}
                }
            }
            assert_eq!(depth, 0, "{path}");
            seen[1] += 1;
        }
    }
    assert!(seen[0] > 300 && seen[1] > 50, "{seen:?}");
    let month = text(&files, "api/v1/months/2026-11.ndjson");
    assert!(month.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn a_policy_is_kept_everywhere() {
    let (edition, dossiers) = sample::edition("es", 0);
    let site = Site::new(sample::settings(), Overrides::default()).unwrap();
    let mut marked = dossiers.clone();
    for dossier in &mut marked {
        let last = crate::model::block::Block::paragraph(format!("SECRETTAIL-{}", dossier.id));
        dossier.article.blocks.push(last.clone());
        if let Some(translation) = &mut dossier.translation {
            translation.blocks.push(last);
        }
    }
    let files = render(&site, &edition, &marked);
    let everything: String = files.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    for row in &edition.rows {
        let policy = edition.sources[usize::from(row.source)].source.republish;
        let shown = everything.contains(&format!("SECRETTAIL-{}", row.id));
        assert_eq!(shown, policy == Republish::Full, "{} is {policy:?}", row.title);
        if policy == Republish::Link {
            let page = text(&files, &format!("es/articles/{}.html", row.id));
            assert!(!page.contains("1.2 billion dollars on Friday"), "{}", row.title);
            assert!(page.contains("publisher.example"));
        }
    }
}

#[test]
fn a_merged_event_forwards() {
    let files = sample_site("en");
    let (edition, _) = sample::edition("en", 130);
    let page = text(&files, "events/00000000aa.html");
    let to = edition.events[0].id.as_str();
    assert!(page.contains(&format!("content=\"0; url=../events/{to}.html\"")), "{page}");
    assert!(
        page.contains(&format!(
            "<link rel=\"canonical\" href=\"https://news.example/mill/events/{to}.html\">"
        ))
    );
}

#[test]
fn an_event_names_what_was_told_apart_from_it() {
    let (mut edition, dossiers) = sample::edition("en", 130);
    let other = edition.events[1].id.clone();
    edition.events[0].parted = vec![other.clone()];
    let files = render(&Site::new(sample::settings(), Overrides::default()).unwrap(), &edition, &dossiers);
    let page = text(&files, &format!("events/{}.html", edition.events[0].id));
    assert!(
        page.contains("Told apart from this event: <a href=\"") && page.contains(&format!("{other}.html"))
    );
    let json = text(&files, &format!("api/v1/events/{}.json", edition.events[0].id));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["parted"], serde_json::json!([other]));
}

#[test]
fn without_an_address_everything_still_stands() {
    let (edition, dossiers) = sample::edition("en", 3);
    let settings = Settings { base_url: None, ..sample::settings() };
    let files = render(&Site::new(settings, Overrides::default()).unwrap(), &edition, &dossiers);
    let feed: serde_json::Value = serde_json::from_slice(&files["feed.json"]).unwrap();
    assert!(feed["items"][0]["url"].as_str().unwrap().starts_with("https://publisher.example/"));
    assert!(!text(&files, "index.html").contains("canonical"));
}

#[test]
fn an_empty_site_says_what_to_do() {
    let (mut edition, _) = sample::edition("en", 0);
    edition.rows.clear();
    edition.events.clear();
    edition.redirects.clear();
    edition.sources.clear();
    edition.symbols.clear();
    let files = render(&Site::new(Settings::default(), Overrides::default()).unwrap(), &edition, &[]);
    assert!(text(&files, "index.html").contains("config/sources.yaml"));
}

#[test]
fn states_stand_in_words() {
    let (edition, _) = sample::edition("en", 130);
    let files = sample_site("en");
    let page = |title: &str| {
        let row = edition.rows.iter().find(|row| row.title.contains(title)).unwrap();
        text(&files, &format!("articles/{}.html", row.id))
    };
    let full = page("institutions are said to rebalance");
    for words in [
        "Side by side",
        "the number 18 is lost",
        "Original · Chinese (traditional)",
        "Revisions",
        "href=\"#p1\"",
        "¶1",
        "id=\"p1\"",
        "id=\"o1\"",
    ] {
        assert!(full.contains(words), "{words}");
    }
    assert!(page("Validator outage").contains("The page answered 410 Gone"));
    assert!(page("leaderboard").contains("There is no text to show"));
    assert!(page("La bolsa abre").contains("Not translated: no provider is configured"));
    assert!(page("Record inflows into ether funds: 1.4").contains("Withheld"));
}

/// Leaves the sample site where `NEWSMILL_SAMPLE_OUT` says, to be looked at.
#[test]
fn the_sample_can_be_looked_at() {
    let Some(out) = std::env::var_os("NEWSMILL_SAMPLE_OUT") else { return };
    for language in ["en", "zh-Hant", "ar"] {
        for (path, bytes) in sample_site(language) {
            let to = std::path::Path::new(&out).join(path);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, bytes).unwrap();
        }
    }
}

#[test]
fn similar_events_tell_what_came_after_and_only_what_is_recorded() {
    let site = Site::new(sample::settings(), Overrides::default()).unwrap();
    let (mut edition, mut dossiers) = sample::edition("en", 0);
    let at = dossiers.iter().position(|dossier| !dossier.similar.is_empty()).unwrap();
    let event = edition.events.last().unwrap().clone();
    let (first, last) = (event.members[0] as usize, *event.members.last().unwrap() as usize);
    assert!(event.members.len() > 1);
    edition.rows[last].published =
        crate::model::moment::Moment::utc(edition.rows[first].published.at + jiff::Span::new().hours(25));
    let files = |dossiers: &[Dossier]| {
        let files = render(&site, &edition, dossiers);
        let id = &dossiers[at].id;
        let json: serde_json::Value =
            serde_json::from_str(&text(&files, &format!("api/v1/articles/{id}.json"))).unwrap();
        let page = text(&files, &format!("articles/{id}.html"));
        let row = page.split("<ol class=\"similar\">").nth(1).unwrap().split("</ol>").next().unwrap();
        (row.to_owned(), json["similar"][0].clone())
    };
    let outcome = crate::model::event::Outcome {
        article: edition.rows[last].id.clone(),
        direction: crate::model::impact::Direction::Negative,
        strength: 35,
        horizon: crate::model::impact::Horizon::Days,
        summary: "Money left <again>.".into(),
        language: Lang::parse("de").unwrap(),
        by: crate::model::translation::Maker { provider: "grok".into(), model: "grok-4".into() },
        at: edition.now,
    };
    dossiers[at].similar[0].outcome = Some(outcome);
    let (row, json) = files(&dossiers);
    let later = event.members.len() as u64 - 1;
    let (id, title) = (edition.rows[last].id.as_str(), &edition.rows[last].title);
    assert!(row.contains(&format!("{later} later report")) && row.contains("within 2 days"), "{row}");
    assert!(
        row.contains(&format!("<a href=\"../articles/{id}.html\"")) && row.contains(title.as_str()),
        "{row}"
    );
    assert!(row.contains(">negative<") && row.contains("<span class=\"n\">35</span>"), "{row}");
    assert!(row.contains("<span lang=\"de\" dir=\"ltr\">Money left &lt;again&gt;.</span>"), "{row}");
    assert!(row.contains(&format!("<a href=\"../articles/{id}.html#impact\"><time")), "{row}");
    assert_eq!((&json["follow_ups"]["reports"], &json["follow_ups"]["days"]), (&later.into(), &2.into()));
    assert_eq!(
        (&json["outcome"]["strength"], &json["outcome"]["summary"]),
        (&35.into(), &"Money left <again>.".into())
    );

    // The last report resembles and nobody analysed it: nothing is told.
    dossiers[at].similar[0].similar.article = edition.rows[last].id.clone();
    dossiers[at].similar[0].outcome = None;
    let (row, json) = files(&dossiers);
    assert!(!row.contains("class=\"after\"") && !row.contains("What came after"), "{row}");
    assert!(json["follow_ups"].is_null() && json["outcome"].is_null() && json["title"] == *title, "{json}");
}
