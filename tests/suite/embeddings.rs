//! Embeddings over the wire: the real program runs against a server on loopback that speaks both protocols; what it was
//! asked, what is stored and what an article's page says of its past is what docs/embeddings.md says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use newsmill::loopback::{Request, Response, Server};
use serde_json::{Value, json};

use crate::hosts::{Host, World, day, rss};

/// A server that knows what words mean: each concept is a direction of its own.
struct Model {
    server: Server,
    log: Arc<Mutex<Vec<Request>>>,
}

const CONCEPTS: [&[&str]; 4] = [
    &["interest rates", "borrowing costs"],
    &["flood", "river burst"],
    &["chip maker", "semiconductor"],
    &["museum", "gallery"],
];

fn vector(text: &str, width: usize) -> Vec<f32> {
    let mut numbers = vec![0.01; width];
    let lower = text.to_lowercase();
    for (number, words) in numbers.iter_mut().zip(CONCEPTS) {
        *number += words.iter().filter(|word| lower.contains(*word)).count() as f32;
    }
    // What it does not know lies somewhere else.
    if numbers.iter().all(|number| *number < 1.0) {
        let place = CONCEPTS.len() + text.len() % (width - CONCEPTS.len()).max(1);
        if let Some(number) = numbers.get_mut(place) {
            *number += 1.0;
        }
    }
    numbers
}

fn answer(request: &Request) -> Response {
    let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let texts = |list: &Value, place: &str| -> Vec<String> {
        let list = list.as_array().into_iter().flatten();
        list.filter_map(|one| Some(one.pointer(place)?.as_str()?.to_owned())).collect()
    };
    let (texts, width) = if request.path == "/v1/embeddings" {
        (texts(&asked["input"], ""), asked["dimensions"].as_u64())
    } else if request.path.ends_with(":batchEmbedContents") {
        let width = asked["requests"][0]["outputDimensionality"].as_u64();
        (texts(&asked["requests"], "/content/parts/0/text"), width)
    } else {
        return Response::text(404, "nothing here");
    };
    if texts.iter().any(|text| text.contains("unspeakable")) {
        let error = json!({"error": {"code": 400, "message": "the input holds what this model refuses"}});
        return Response::new(400, "application/json", error.to_string());
    }
    let vectors = texts.iter().map(|text| vector(text, width.unwrap_or(8) as usize));
    let body = if request.path == "/v1/embeddings" {
        let data: Vec<Value> =
            vectors.enumerate().map(|(n, v)| json!({"index": n, "embedding": v})).collect();
        json!({"data": data, "usage": {"prompt_tokens": 10 * texts.len(), "total_tokens": 10 * texts.len()}})
    } else {
        json!({"embeddings": vectors.map(|v| json!({"values": v})).collect::<Vec<_>>()})
    };
    Response::new(200, "application/json", body.to_string())
}

impl Model {
    fn start(world: &World, number: u8) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&log);
        let handler = move |request: &Request| {
            seen.lock().unwrap().push(request.clone());
            answer(request)
        };
        let start = Server::start(SocketAddr::from(([127, 0, 77, number], 0)), Arc::new(handler));
        Self { server: world.runtime.block_on(start).unwrap(), log }
    }

    fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }

    /// How many texts each request since the last call held.
    fn sizes(&self) -> Vec<usize> {
        let body = |request: &Request| serde_json::from_slice::<Value>(&request.body).unwrap();
        self.asked().iter().map(|request| body(request)["input"].as_array().unwrap().len()).collect()
    }
}

/// One day's feed: `(slug, title, text)`.
fn publish(host: &Host, day: u8, news: &[(&str, &str, &str)]) {
    let mut items = String::new();
    for (slug, title, text) in news {
        let url = host.url(&format!("/{slug}"));
        items.push_str(&format!(
            "<item><title>{title}</title><link>{url}</link><description>{text}</description>\
             <pubDate>{day:02} Oct 2026 06:00:00 GMT</pubDate></item>"
        ));
    }
    host.put("/feed", rss(&items));
}

const FIRST: [(&str, &str, &str); 3] = [
    (
        "a",
        "Haverby lifts interest rates",
        "The board raised its main rate by half a point on Monday, citing wages.",
    ),
    (
        "b",
        "Flood closes the Sterrin bridge",
        "Water stood two metres deep at the eastern end after a night of rain.",
    ),
    (
        "c",
        "Old museum reopens in Valmark",
        "After nine years of work the collection can be seen again, free of charge.",
    ),
];

const LATER: [(&str, &str, &str); 1] = [(
    "d",
    "Cindra makes borrowing costs dearer",
    "Policymakers there surprised everyone who had expected a pause.",
)];

fn site(world: &World, host: &Host, model: &Model, more: &str) {
    world.sources(&[("one", host.url("/feed"))], "    full_text: false\n");
    let site = std::fs::read_to_string(world.mill.path("config/site.yaml")).unwrap();
    let section = format!(
        "embeddings:\n  provider: openai\n  model: small\n  base_url: http://{}/v1/\n  price: 1.0\n{more}",
        model.server.address()
    );
    world.mill.write("config/site.yaml", &format!("{site}{section}"));
}

/// The published JSON of the article with this title.
fn article(world: &World, title: &str) -> Value {
    let folder = world.mill.path("output/api/v1/articles");
    let mut all = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| serde_json::from_slice::<Value>(&std::fs::read(file.unwrap().path()).unwrap()).unwrap());
    all.find(|one| one["title"] == title).unwrap_or_else(|| panic!("no article `{title}`"))
}

#[test]
fn texts_are_embedded_once_and_events_found_by_meaning() {
    let world = World::new();
    let (host, model) = (world.host(140), Model::start(&world, 141));
    publish(&host, 1, &FIRST);
    site(&world, &host, &model, "");
    let report = world.run(&day(1), &[]);
    assert!(report.off.iter().all(|words| !words.contains("Semantic")), "{:?}", report.off);
    let asked = model.asked();
    assert_eq!(asked.len(), 1, "one request for all texts");
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!((&body["model"], body["input"].as_array().unwrap().len()), (&json!("small"), 3));
    assert!(body["input"].as_array().unwrap().iter().any(|text| {
        text.as_str().unwrap().starts_with("Haverby lifts interest rates\nThe board raised")
    }));
    let spend = report.spend.iter().find(|spend| spend.task == "embed").unwrap();
    assert_eq!((spend.calls, spend.input_tokens, spend.micros), (1, 30, 30));

    publish(&host, 2, &LATER);
    world.run(&day(2), &[]);
    assert_eq!(model.sizes(), [1], "only what is new");
    let similar = &article(&world, "Cindra makes borrowing costs dearer")["similar"];
    assert_eq!(similar.as_array().unwrap().len(), 1, "{similar}");
    assert_eq!(similar[0]["article"], article(&world, "Haverby lifts interest rates")["id"], "{similar}");
    assert!(similar[0]["why"].as_array().unwrap().iter().any(|why| why["kind"] == "meaning"), "{similar}");
    let page = world.mill.page(&format!(
        "articles/{}.html",
        article(&world, "Cindra makes borrowing costs dearer")["id"].as_str().unwrap()
    ));
    assert!(page.contains("Haverby lifts interest rates"));
    world.run(&day(3), &[]);
    assert_eq!(model.sizes(), [0_usize; 0], "nothing is new");
}

#[test]
fn another_model_is_asked_anew_a_bounded_number_a_run() {
    let world = World::new();
    let (host, model) = (world.host(142), Model::start(&world, 143));
    publish(&host, 1, &FIRST);
    site(&world, &host, &model, "");
    world.run(&day(1), &[]);
    assert_eq!(model.sizes(), [3]);
    let changed =
        ["--set", "embeddings.model=large", "--set", "embeddings.per_run=2", "--set", "embeddings.batch=1"];
    let report = world.run(&day(2), &changed);
    assert_eq!(model.sizes(), [1, 1]);
    let note = &report.stages.iter().find(|stage| stage.note.contains("embedded")).unwrap().note;
    assert!(note.contains("1 more in later runs"), "{note}");
    // The new model knows two texts; vectors of the old one are compared with nothing.
    publish(&host, 2, &LATER);
    world.run(&day(3), &changed);
    assert_eq!(model.sizes(), [1, 1]);
    world.run(&day(4), &changed);
    assert_eq!(model.sizes(), [0_usize; 0]);
    world.run(&day(5), &["--set", "embeddings.dimensions=4"]);
    let asked = model.asked();
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!((asked.len(), &body["dimensions"]), (1, &json!(4)), "other dimensions are another model");
}

/// Other news of the same day, in words of their own but one.
fn others() -> Vec<(String, String, String)> {
    let word = |n: usize| {
        let parts = ["bel", "kor", "mi", "tan", "ves", "lu", "dra", "os", "pim", "qua"];
        format!("{}{}{}", parts[n % 10], parts[n / 10 % 10], parts[n / 100 % 10])
    };
    let words = |from: usize, many: usize| (from..from + many).map(word).collect::<Vec<_>>().join(" ");
    (0..40)
        .map(|n| (format!("o{n}"), words(n * 20, 4), words(n * 20 + 4, 16) + [" wages", ""][n % 2]))
        .collect()
}

/// The events of the articles with these titles.
fn events(world: &World, titles: &[&str]) -> Vec<Value> {
    titles.iter().map(|title| article(world, title)["event"].clone()).collect()
}

#[test]
fn embeddings_join_reports_that_share_few_words_and_what_was_decided_stays() {
    let near = (
        "e",
        "Borrowing costs dearer from Friday",
        "Policymakers surprised everyone who had expected a pause; they named wages as the reason.",
    );
    let far = (
        "f",
        "Gallery shows maps of the coast",
        "A monk drew them, the curators said, for wages of two coins a month.",
    );
    let titles = [FIRST[0].1, near.1, far.1];
    let others = others();
    let mut first = FIRST.to_vec();
    first.extend(others.iter().map(|(slug, title, text)| (slug.as_str(), title.as_str(), text.as_str())));
    let all = [first.as_slice(), &[near, far]].concat();

    // With the words alone, each is an event of its own; so it stays when a model comes later.
    let words = World::new();
    let (host, model) = (words.host(152), Model::start(&words, 153));
    publish(&host, 1, &all);
    words.sources(&[("one", host.url("/feed"))], "    full_text: false\n");
    words.run(&day(1), &[]);
    let apart = events(&words, &titles);
    assert!(apart[0] != apart[1] && apart[0] != apart[2] && apart[1] != apart[2], "{apart:?}");
    site(&words, &host, &model, "");
    words.run(&day(2), &[]);
    assert_eq!(model.sizes().iter().sum::<usize>(), all.len(), "all are embedded");
    assert_eq!(events(&words, &titles), apart);

    // With embeddings two are one event, whether they come in one run or in two.
    let once = World::new();
    let (host, model) = (once.host(154), Model::start(&once, 155));
    publish(&host, 1, &all);
    site(&once, &host, &model, "");
    once.run(&day(1), &[]);
    let together = events(&once, &titles);
    assert!(together[0] == together[1] && together[0] != together[2], "{together:?}");
    let twice = World::new();
    let (host, model) = (twice.host(156), Model::start(&twice, 157));
    site(&twice, &host, &model, "");
    publish(&host, 1, &first);
    twice.run(&day(1), &[]);
    publish(&host, 1, &[near, far]);
    twice.run(&day(2), &[]);
    let second = events(&twice, &titles);
    assert!(second[0] == second[1] && second[0] != second[2], "{second:?}");
    // Another model changes nothing that was decided.
    twice.run(&day(3), &["--set", "embeddings.model=large"]);
    twice.run(&day(4), &["--set", "embeddings.model=large"]);
    assert_eq!(events(&twice, &titles), second);
}

#[test]
fn a_budget_stops_and_the_next_run_goes_on() {
    let world = World::new();
    let (host, model) = (world.host(144), Model::start(&world, 145));
    publish(&host, 1, &FIRST);
    site(&world, &host, &model, "  batch: 1\nbudget:\n  per_run: { calls: 1 }\n");
    for number in 1..=3 {
        let report = world.run(&day(number), &[]);
        assert_eq!(model.sizes(), [1], "run {number}");
        assert!(report.failures.is_empty(), "out of budget means later, not failed: {:?}", report.failures);
    }
    world.run(&day(4), &[]);
    assert_eq!(model.sizes(), [0_usize; 0], "each text was paid for once");
}

#[test]
fn a_text_that_is_refused_harms_no_other() {
    let world = World::new();
    let (host, model) = (world.host(146), Model::start(&world, 147));
    let mut news = FIRST.to_vec();
    news.push((
        "x",
        "Something unspeakable happened",
        "Nobody wants to say what it was, or when it was seen.",
    ));
    publish(&host, 1, &news);
    site(&world, &host, &model, "");
    let report = world.run(&day(1), &[]);
    let mut sizes = model.sizes();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 1, 2, 2, 4], "halves are asked about, down to the one text");
    assert!(report.failures.iter().any(|failure| failure.what.contains("refuses")), "{:?}", report.failures);
    publish(&host, 2, &LATER);
    world.run(&day(2), &[]);
    assert_eq!(model.sizes(), [1], "what was refused is not asked again");
    let similar = &article(&world, "Cindra makes borrowing costs dearer")["similar"];
    assert_eq!(similar.as_array().unwrap().len(), 1, "{similar}");
}

#[test]
fn gemini_is_asked_in_its_own_words_and_a_missing_key_is_told() {
    let world = World::new();
    let (host, model) = (world.host(148), Model::start(&world, 149));
    publish(&host, 1, &FIRST);
    site(&world, &host, &model, "");
    let base = format!("embeddings.base_url=http://{}/v1beta/", model.server.address());
    let flags = ["provider=gemini", "model=gemini-embedding-001", "dimensions=16", "key_env=EMBED_KEY"];
    let flags: Vec<String> = flags.iter().map(|flag| format!("embeddings.{flag}")).chain([base]).collect();
    let mut args = vec!["run", "--now", "2026-10-01T07:17:00Z"];
    for flag in &flags {
        args.extend(["--set", flag.as_str()]);
    }
    let told = world.mill.good(&args);
    assert!(model.asked().is_empty(), "{told}");
    assert!(world.mill.page("status.html").contains("EMBED_KEY is not set"));
    let output = world.mill.command(&args).env("EMBED_KEY", "hush-hush").output().unwrap();
    assert!(output.status.success());
    let asked = model.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].path, "/v1beta/models/gemini-embedding-001:batchEmbedContents");
    assert_eq!(asked[0].header("x-goog-api-key"), Some("hush-hush"));
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!(body["requests"].as_array().unwrap().len(), 3);
    assert_eq!(body["requests"][0]["outputDimensionality"], 16);
    for file in ["status.html", "api/v1/report.json"] {
        assert!(!world.mill.page(file).contains("hush-hush"));
    }
}

#[test]
fn faults_of_the_section_name_their_line_and_remedy() {
    let world = World::new();
    let said = |section: &str| {
        world.sources(&[("one", "http://127.0.77.1:9/feed".to_owned())], "");
        world.mill.write("config/site.yaml", &format!("title: A\n{section}"));
        world.mill.refused(&["check"], 2)
    };
    for (section, words) in [
        ("similar: hybrid\n", ["site.yaml:2:", "add a section `embeddings`"]),
        ("similar: { mode: guess }\n", ["site.yaml:2:", "keywords, semantic, hybrid"]),
        ("embeddings: { model: m }\n", ["site.yaml:2:", "gemini, openai or local"]),
        ("embeddings: { provider: openai }\n", ["site.yaml:2:", "needs a `model`"]),
        ("embeddings: { provider: other, model: m }\n", ["site.yaml:2:", "gemini, openai or local"]),
        ("embeddings:\n  provider: openai\n  model: m\n  dimensions: 9000\n", ["site.yaml:5:", "1 to 4096"]),
        (
            "embeddings:\n  provider: openai\n  model: m\n  base_url: here\n",
            ["site.yaml:5:", "not an address"],
        ),
    ] {
        let said = said(section);
        assert!(words.iter().all(|word| said.contains(word)), "{section}: {said}");
    }
    let local = said("embeddings: { provider: local, folder: nowhere }\n");
    let expected =
        if cfg!(feature = "local-models") { "nowhere/config.json" } else { "--features local-models" };
    assert!(local.contains(expected), "{local}");
    let group = ["group", "--input", "config/site.yaml", "--mode", "hybrid"];
    assert!(world.mill.refused(&group, 2).contains("--embeddings"));
}
