//! `extract`, `feed`, `group` and `tag` over files written for the purpose: what they print is what the contract says.

use serde_json::Value;

use crate::mill::Mill;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const PAGE: &str = r#"<!doctype html><html lang="de"><head><title>Leitzins bleibt bei 2,5 Prozent - Tagblatt</title>
<meta property="og:title" content="Leitzins bleibt bei 2,5 Prozent"><meta name="author" content="Anna Berger">
<meta property="article:published_time" content="2026-11-20T08:15:00+01:00"></head><body>
<nav><a href="/">Start</a> <a href="/politik">Politik</a> <a href="/sport">Sport</a></nav>
<article><h1>Leitzins bleibt bei 2,5 Prozent</h1><p class="byline">Von Anna Berger</p>
<p>Die Notenbank hat den Leitzins am Donnerstag unverändert gelassen. Ökonomen hatten damit gerechnet, weil die Inflation
zuletzt nur langsam gefallen war und die Löhne weiter stiegen.</p>
<h2>Was das für Sparer heißt</h2>
<p>Für Sparer ändert sich zunächst wenig: Tagesgeld bringt bei den meisten Banken weiter rund zwei Prozent, und Kredite
bleiben so teuer wie im Sommer. Die nächste Sitzung ist im Januar.</p>
<ul><li>Tagesgeld bleibt gleich</li><li>Baukredite bleiben teuer</li></ul></article>
<aside><h3>Meistgelesen</h3><ul><li><a href="/a">Zehn Dinge, die Sie heute wissen müssen</a></li></ul></aside>
<footer>Impressum · Datenschutz · Kontakt</footer></body></html>"#;

#[test]
fn extract_tells_what_a_page_says() {
    let mill = Mill::new(&[]);
    mill.write("pages/zins.html", PAGE);
    mill.write("urls.json", r#"{"zins": "https://tagblatt.example/wirtschaft/zins"}"#);
    let rows = lines(&mill.good(&["extract", "--urls", "urls.json", "pages"]));
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row["id"], "zins");
    assert_eq!(row["url"], "https://tagblatt.example/wirtschaft/zins");
    assert_eq!(row["title"], "Leitzins bleibt bei 2,5 Prozent");
    assert_eq!(row["authors"], serde_json::json!(["Anna Berger"]));
    assert_eq!(row["language"], "de");
    assert!(row["published"].as_str().unwrap().starts_with("2026-11-20T08:15:00"), "{row}");
    let text = row["text"].as_str().unwrap();
    for wanted in ["unverändert gelassen", "Was das für Sparer heißt", "Tagesgeld bleibt gleich"] {
        assert!(text.contains(wanted), "{wanted} is missing in {text}");
    }
    for unwanted in ["Meistgelesen", "Impressum", "Politik"] {
        assert!(!text.contains(unwanted), "{unwanted} leaked into {text}");
    }
    assert!(row["markdown"].as_str().unwrap().contains("## Was das für Sparer heißt"));
    let words = row["words"].as_u64().unwrap();
    assert!((50..80).contains(&words), "{words}");
}

#[test]
fn feed_tells_what_a_feed_says_and_says_when_it_is_damaged() {
    let mill = Mill::new(&[]);
    let item = |n: u32| {
        format!(
            "<item><title>Fish &amp; chips {n}</title><link>https://a.example/{n}?utm_source=x</link>\
             <pubDate>Thu, 19 Nov 2026 0{n}:00:00 GMT</pubDate><description>&lt;p&gt;Short &lt;b&gt;news&lt;/b&gt;&lt;/p&gt;</description></item>"
        )
    };
    let whole = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>A &amp; B</title><link>https://a.example/</link>{}{}</channel></rss>",
        item(1),
        item(2)
    );
    mill.write("whole.xml", &whole);
    mill.write("cut.xml", &whole[..whole.find("chips 2").unwrap()]);
    mill.write("none.xml", "this is no feed at all");
    let rows = lines(&mill.good(&["feed", "whole.xml", "cut.xml", "none.xml"]));
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["ok"], true);
    assert_eq!(rows[0]["feed"]["title"], "A & B");
    let entry = &rows[0]["entries"][0];
    assert_eq!(entry["title"], "Fish & chips 1");
    assert_eq!(entry["url"], "https://a.example/1");
    assert_eq!(entry["summary"], "Short news");
    assert!(entry["published"].as_str().unwrap().starts_with("2026-11-19T01:00:00"));
    assert_eq!(rows[0]["entries"].as_array().unwrap().len(), 2);
    assert_eq!(rows[1]["entries"].as_array().unwrap().len(), 1, "the complete entry of a cut feed is kept");
    assert!(!rows[1]["damaged"].is_null() && rows[1]["damaged"] != false, "{}", rows[1]);
    assert_eq!(rows[2]["ok"], false);
    assert!(!rows[2]["error"].as_str().unwrap().is_empty());
}

const DOCUMENTS: &str = r#"{"id":"a","title":"Halvard exchange loses 212 million dollars in hack","text":"The crypto exchange Halvard said on Monday that hackers had stolen 212 million dollars worth of ether from its hot wallets. Withdrawals are halted.","date":"2026-10-05T08:00:00Z","source":"one"}
{"id":"b","title":"Halvard halts withdrawals after 212 million dollar theft","text":"Hackers took ether worth 212 million dollars from hot wallets of the exchange Halvard, which stopped all withdrawals on Monday.","date":"2026-10-05T09:30:00Z","source":"two"}
{"id":"c","title":"Wheat harvest in Norland is the best in ten years","text":"Farmers in Norland brought in the largest wheat harvest of the decade after a mild spring and a dry summer.","date":"2026-10-05T10:00:00Z","source":"one"}
"#;

#[test]
fn group_joins_reports_of_one_event_and_leaves_others_alone() {
    let mill = Mill::new(&[]);
    mill.write("documents.jsonl", DOCUMENTS);
    let rows = lines(&mill.good(&["group", "--input", "documents.jsonl"]));
    assert_eq!(rows.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(rows[0]["event"], rows[1]["event"]);
    assert_ne!(rows[0]["event"], rows[2]["event"]);
    assert!(
        rows[1]["similar"].as_array().unwrap().iter().all(|one| one["id"] != "a"),
        "its own event is not similar to it"
    );
    let ranked = lines(&mill.good(&["group", "--input", "documents.jsonl", "--rank"]));
    assert_eq!(ranked[1]["similar"][0]["id"], "a");
}

#[test]
fn group_tags_documents_that_bring_no_symbols() {
    let document = |id: &str, day: &str, house: &str, symbols: &str| {
        format!(
            "{{\"id\":\"{id}\",\"date\":\"2026-{day}T08:00:00Z\",\"lang\":\"en\",\"title\":\"{house} opens a bitcoin fund to \
             savers\",\"text\":\"{house} opened its first fund that holds bitcoin to small savers on Monday.\"{symbols}}}\n"
        )
    };
    let told = |symbols: &str| {
        let mill = Mill::new(&[]);
        let documents =
            document("a", "03-02", "Ostrander", symbols) + &document("b", "09-07", "Brackenmoor", symbols);
        mill.write("documents.jsonl", &documents);
        lines(&mill.good(&["group", "--input", "documents.jsonl"]))[1]["similar"][0]["why"].to_string()
    };
    assert!(told("").contains("BTC"), "{}", told(""));
    assert!(!told(",\"symbols\":[]").contains("BTC"));
}

#[test]
fn tag_names_symbols_with_their_evidence_and_knows_a_trap() {
    let mill = Mill::new(&[]);
    let documents = "{\"id\":\"a\",\"title\":\"Bitcoin climbs\",\"text\":\"Bitcoin rose 4 percent while Nvidia (NASDAQ: NVDA) fell.\"}\n\
                     {\"id\":\"b\",\"title\":\"\",\"text\":\"She won a gold medal and met a friend in Zürich near the ETH.\"}\n";
    mill.write("documents.jsonl", documents);
    let rows = lines(&mill.good(&["tag", "--input", "documents.jsonl"]));
    let symbols = |row: &Value| -> Vec<String> {
        row["symbols"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["symbol"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(symbols(&rows[0]), ["BTC", "NVDA"]);
    assert!(!rows[0]["symbols"][0]["evidence"].as_array().unwrap().is_empty());
    assert!(symbols(&rows[1]).is_empty(), "{:?}", symbols(&rows[1]));
}

#[test]
fn a_bad_line_is_named() {
    let mill = Mill::new(&[]);
    mill.write("documents.jsonl", "{\"id\":\"a\",\"title\":\"x\"}\nnot json\n");
    for command in ["group", "tag"] {
        let said = mill.refused(&[command, "--input", "documents.jsonl"], 2);
        assert!(said.contains("documents.jsonl:2"), "{command}: {said}");
    }
}

#[test]
fn the_readme_names_every_command_and_no_other() {
    let mill = Mill::new(&[]);
    let help = mill.good(&["--help"]);
    let commands: std::collections::BTreeSet<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    let readme = include_str!("../../README.md");
    let named: std::collections::BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `newsmill "))
        .filter_map(|rest| rest.split(['`', ' ', '|']).next())
        .collect();
    assert_eq!(named, commands);
}
