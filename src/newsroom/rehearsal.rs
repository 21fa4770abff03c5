//! A rehearsal, for tests: what the newsroom publishes goes through the real workers, without a network; what comes out
//! is compared with the manuscripts.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use crate::analyze;
use crate::discover;
use crate::events::{Document, Features, Grouper};
use crate::extract::{self, Furniture, Limits, Page, Rules, Witness};
use crate::loopback::Response;
use crate::model::article::Article;
use crate::model::block::{inline_text, leaves};
use crate::model::lang::Lang;
use crate::model::source::SourceKind;
use crate::model::translation::Maker;
use crate::newsroom::announce::announce;
use crate::newsroom::fault::Fault;
use crate::newsroom::house::{DESKS, Format, HOUSES, house};
use crate::newsroom::manuscript::{Flag, Kind, Piece, cells};
use crate::newsroom::markup::plain;
use crate::newsroom::page;
use crate::newsroom::room::{Room, house_of};
use crate::providers::{Answer, Question};
use crate::translate::{self, Glossary, Memory};

const END: &str = "2026-11-20T09:00:00Z";

fn room() -> Room {
    let room = Room::new(END.parse().unwrap()).unwrap();
    let address = |n: usize| SocketAddr::from(([127, 0, 42, u8::try_from(n + 1).unwrap()], 4242));
    room.set_addresses((0..HOUSES.len() + 2).map(address).collect());
    room
}

fn base(room: &Room, piece: &Piece) -> String {
    room.base(house(house_of(piece).id).unwrap().0)
}

fn read(room: &Room, piece: &Piece) -> Article {
    let html = page::article(room, piece, &base(room, piece));
    let url: Url = room.address(piece).parse().unwrap();
    let page =
        Page { bytes: html.as_bytes(), content_type: Some("text/html; charset=utf-8"), url: Some(&url) };
    let now: Timestamp = END.parse().unwrap();
    let limits = Limits::default();
    extract::read(&page, &Rules::default(), &Witness::default(), &Furniture::none(), &limits, now).article
}

fn leaf_texts(piece: &Piece) -> Vec<String> {
    piece.segments[1..]
        .iter()
        .flat_map(|segment| match segment.kind {
            Kind::Row => cells(segment.text).map(plain).collect(),
            _ => vec![plain(segment.text)],
        })
        .filter(|text| !text.is_empty())
        .collect()
}

fn answer(room: &Room, question: &Question) -> Answer {
    Answer {
        key: question.key.clone(),
        outcome: Ok(room.script.answer(&question.user).unwrap()),
        by: Maker { provider: "sample".into(), model: "m".into() },
        at: END.parse().unwrap(),
    }
}

#[test]
fn pages_are_read_as_they_were_written() {
    let room = room();
    let mut wrong = Vec::new();
    for piece in room.all() {
        let article = read(&room, piece);
        let read: Vec<String> = leaves(&article.blocks)
            .into_iter()
            .map(|leaf| inline_text(leaf).trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect();
        let written = leaf_texts(piece);
        let missing: Vec<_> = written.iter().filter(|text| !read.contains(text)).collect();
        let extra: Vec<_> = read.iter().filter(|text| !written.contains(text)).collect();
        if !missing.is_empty() || !extra.is_empty() {
            wrong.push(format!("{} missing {missing:?} extra {extra:?}", piece.slug));
        }
        if article.title != plain(piece.title()) {
            wrong.push(format!("{} title {:?}", piece.slug, article.title));
        }
        if !article.authors.is_empty() && article.authors != [piece.author] {
            wrong.push(format!("{} authors {:?}", piece.slug, article.authors));
        }
        if article.language.as_ref().map(Lang::as_str) != Some(house_of(piece).language) {
            wrong.push(format!("{} language {:?}", piece.slug, article.language));
        }
        if article.published.map(|moment| moment.at) != Some(piece.at) {
            wrong.push(format!("{} published {:?}", piece.slug, article.published));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn desks_announce_what_they_publish() {
    let room = room();
    for desk in DESKS {
        let (server, house) = house(desk.house).unwrap();
        let response: Response = announce(&room, &desk, house, server);
        if desk.format == Format::Broken {
            assert_eq!(response.status, 500);
            continue;
        }
        let mut settings = discover::Settings::of(match desk.format {
            Format::Sitemap => SourceKind::Sitemap,
            Format::Listing => SourceKind::Listing,
            Format::Portal => SourceKind::Json,
            _ => SourceKind::Feed,
        });
        if desk.format == Format::Portal {
            let preset = discover::json::Preset::parse("cryptopanic");
            settings.json = Some(discover::json::JsonRules { preset, ..Default::default() });
        }
        let url: Url = format!("{}{}", room.base(server), desk.path).parse().unwrap();
        let found = discover::read(&response.body, response.header("content-type"), &url, &settings).unwrap();
        let expected: Vec<&Piece> = match desk.format {
            Format::Portal => room.published(|_| true).filter(|piece| !piece.votes.is_empty()).collect(),
            _ => room.published(|other| other.id == desk.id).collect(),
        };
        assert_eq!(
            found.damaged.is_some(),
            desk.format == Format::CutRss,
            "{}: {:?}",
            desk.id,
            found.damaged
        );
        let titles: Vec<String> = found.entries.iter().map(|entry| entry.title.clone()).collect();
        let wanted: Vec<String> = expected.iter().map(|piece| plain(piece.title())).collect();
        assert_eq!(titles, wanted, "{}", desk.id);
        for (entry, piece) in found.entries.iter().zip(&expected) {
            assert_eq!(entry.url.as_str(), room.address(piece), "{}", desk.id);
            assert_eq!(entry.published.map(|moment| moment.at), Some(piece.at), "{}", piece.slug);
            if desk.format == Format::Portal {
                assert!(
                    !entry.votes.is_empty() && !entry.symbols.is_empty() || piece.impact.effects.is_empty()
                );
            }
        }
    }
}

#[test]
fn translations_hold_but_for_those_that_are_wrong_on_purpose() {
    let room = room();
    let (memory, glossary) = (Memory::default(), Glossary::default());
    let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for piece in room.all().iter().filter(|piece| piece.flag == Flag::Plain) {
        let article = read(&room, piece);
        let from = Lang::parse(house_of(piece).language).unwrap();
        for to in ["en", "zh-Hant"].map(|tag| Lang::parse(tag).unwrap()) {
            if to.reads(&from) {
                continue;
            }
            let job = translate::Job {
                title: &article.title,
                blocks: &article.blocks,
                from: Some(&from),
                to: &to,
                memory: &memory,
                glossary: &glossary,
                now: END.parse().unwrap(),
                max_segment_chars: translate::MAX_SEGMENT_CHARS,
            };
            let plan = translate::ask(&job);
            let mut answers: BTreeMap<String, Answer> = plan
                .questions
                .iter()
                .map(|question| (question.key.clone(), answer(&room, question)))
                .collect();
            let mut accepted = translate::accept(&job, &plan, &|key| answers.get(key).cloned());
            for question in &accepted.again {
                answers.insert(question.key.clone(), answer(&room, question));
            }
            if !accepted.again.is_empty() {
                accepted = translate::accept(&job, &plan, &|key| answers.get(key).cloned());
            }
            let told = match accepted.translation {
                None => vec![accepted.status.why().to_owned()],
                Some(translation) => translation
                    .faults
                    .into_iter()
                    .map(|fault| format!("{:?} {} {}", fault.segment, fault.what, fault.replaced))
                    .collect(),
            };
            let wanted =
                piece.segments.iter().any(|segment| segment.wrong.iter().any(|(own, _)| *own == to.as_str()));
            if wanted == told.is_empty() {
                faults.insert(format!("{} {to}", piece.slug), told);
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(room.script.unprepared(), Vec::<String>::new());
}

#[test]
fn analyses_hold_but_for_those_that_are_wrong_on_purpose() {
    let room = room();
    let edition = Lang::parse("en").unwrap();
    let mut wrong = Vec::new();
    for piece in room.all().iter().filter(|piece| piece.flag == Flag::Plain) {
        let article = read(&room, piece);
        let symbols: Vec<String> =
            piece.impact.effects.iter().map(|(symbol, ..)| (*symbol).to_owned()).collect();
        let language = Lang::parse(house_of(piece).language).unwrap();
        let job = analyze::Job {
            title: &article.title,
            blocks: &article.blocks,
            language: Some(&language),
            symbols: &symbols,
            edition: &edition,
        };
        let mut got = analyze::accept(&job, &answer(&room, &analyze::ask(&job)));
        if let Err(refusal) = &got
            && let Some(again) = &refusal.again
        {
            got = analyze::accept(&job, &answer(&room, again));
        }
        let fine = match (&got, piece.fault) {
            (Ok(impact), None | Some(Fault::BrokenJsonOnce)) => {
                impact.refused.is_empty() && impact.points.len() == piece.impact.points.len()
            }
            (Ok(impact), Some(Fault::InventedQuote)) => impact.refused.len() == 1,
            (Err(_), Some(Fault::BrokenJson | Fault::ObeyedInstruction)) => true,
            _ => false,
        };
        if !fine {
            wrong.push(format!("{} {:?}: {got:?}", piece.slug, piece.fault));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn answers_come_in_the_shape_of_their_protocols() {
    let room = room();
    let request = |path: &str, body: Value| crate::loopback::Request {
        method: "POST".parse().unwrap(),
        path: path.into(),
        query: String::new(),
        headers: http::HeaderMap::new(),
        body: body.to_string().into(),
        local: SocketAddr::from(([127, 0, 0, 1], 1)),
    };
    let question =
        serde_json::json!({"task": "translate", "to": "en", "segments": [{"id": 0, "text": "黃金"}]})
            .to_string();
    let gemini = crate::newsroom::wire::gemini(
        &room.script,
        &request(
            "/v1beta/models/m:generateContent",
            serde_json::json!({"contents": [{"role": "user", "parts": [{"text": question}]}]}),
        ),
    );
    let chat = crate::newsroom::wire::chat(
        &room.script,
        &request(
            "/v1/chat/completions",
            serde_json::json!({"model": "m", "messages": [{"role": "system", "content": "s"},
                {"role": "user", "content": question}]}),
        ),
    );
    for (response, pointer) in
        [(gemini, "/candidates/0/content/parts/0/text"), (chat, "/choices/0/message/content")]
    {
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        let text = body.pointer(pointer).and_then(Value::as_str).unwrap();
        assert_eq!(text, r#"{"segments":[{"id":0,"text":"Gold"}]}"#);
    }
}

/// A piece in English: as it was written, or as it is translated.
fn english(piece: &Piece) -> (String, String) {
    let lines: Vec<String> = piece
        .segments
        .iter()
        .map(|segment| {
            segment.translations.iter().find(|(to, _)| *to == "en").map_or(segment.text, |(_, text)| text)
        })
        .map(plain)
        .collect();
    (lines[0].clone(), lines[1..].join("\n"))
}

#[test]
fn events_are_found_and_resemble_each_other() {
    let room = room();
    let mut grouper = Grouper::new(crate::events::Settings::default());
    for piece in room.all() {
        let (title, text) = english(piece);
        let key = format!("{}/{}", piece.desk, piece.slug);
        let symbols: Vec<String> =
            piece.impact.effects.iter().map(|(symbol, ..)| (*symbol).to_owned()).collect();
        grouper.add(
            &key,
            Features::of(&Document {
                key: &key,
                title: &title,
                text: &text,
                language: Some("en"),
                at: Some(piece.at),
                symbols: &symbols,
                ..Document::default()
            }),
        );
    }
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for piece in room.all() {
        let key = format!("{}/{}", piece.desk, piece.slug);
        let event = grouper.event_of(&key).unwrap().to_string();
        found.entry(event).or_default().push(format!("{} {key}", piece.event.unwrap_or("-")));
    }
    // Each event as it was written, and nothing else in it; two may differ while grouping is being tuned.
    let written = |event: &str| room.all().iter().filter(|piece| piece.event == Some(event)).count();
    let exact = found
        .values()
        .filter(|members| {
            let event = members[0].split(' ').next().unwrap();
            event != "-"
                && members.iter().all(|member| member.starts_with(event))
                && members.len() == written(event)
        })
        .count();
    assert!(exact >= 9, "{exact} of 11: {found:#?}");
    for (past, later) in [("halvard", "cindra"), ("rate1", "rate2"), ("model1", "model2"), ("etf1", "etf2")] {
        let led_back = room.all().iter().filter(|piece| piece.event == Some(later)).any(|piece| {
            let hits = grouper.similar(&format!("{}/{}", piece.desk, piece.slug), 3);
            hits.first().is_some_and(|hit| {
                let past_piece =
                    room.all().iter().find(|other| hit.key == format!("{}/{}", other.desk, other.slug));
                past_piece.is_some_and(|piece| piece.event == Some(past))
            })
        });
        assert!(led_back, "{later} does not lead back to {past}");
    }
}
