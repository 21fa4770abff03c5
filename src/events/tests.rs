//! Grouping as a whole: promises that every part has to keep together.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::model::event::Change;
use crate::model::vector::{Sense, Vector};

mod abroad;

/// A small newspaper: `story` picks names and words, `wording` how they are told, and one in five in which language, `day`
/// the date.
fn article(story: usize, wording: usize, day: Option<i64>, key: &str) -> Features {
    const PLACES: [&str; 6] = ["Karlstad", "Montevideo", "Ankara", "Osaka", "Nairobi", "Quebec"];
    const WHAT: [&str; 6] = [
        "ferry collision harbour rescue divers",
        "dam flood valley evacuation sirens",
        "refinery blaze smoke firefighters tanks",
        "satellite launch rocket orbit engineers",
        "locust swarm harvest farmers pesticide",
        "museum theft painting thieves alarm",
    ];
    let place = PLACES[story % 6];
    let words: Vec<&str> = WHAT[(story / 6 + story) % 6].split(' ').collect();
    let (a, b, c) = (words[wording % 5], words[(wording + 1) % 5], words[(wording + 2) % 5]);
    let title = format!("{place}: {a} and {b} near {place}");
    let text =
        format!("The {a} near {place} led to {b}; {c} followed. Witnesses in {place} spoke of {story} {c}.");
    let at = day.and_then(|day| jiff::Timestamp::from_second(1_700_000_000 + day * 5000).ok());
    Features::of(&Document {
        key,
        title: &title,
        text: &text,
        language: Some(if wording == 4 { "de" } else { "en" }),
        at,
        ..Document::default()
    })
}

fn events_of(grouper: &Grouper, keys: &[String]) -> Vec<String> {
    keys.iter().map(|key| grouper.event_of(key).unwrap_or_default().to_owned()).collect()
}

/// A direction for a story; the greater `turn`, the further from it.
fn direction(story: usize, turn: u8) -> Sense {
    let mut numbers = [0.0_f32; 7];
    numbers[story % 7] = 2.0;
    numbers[usize::from(turn) % 7] += f32::from(turn) * 0.1;
    Sense { model: u32::from(turn == 39), vector: Vector::from_floats(&numbers).unwrap() }
}

/// Small windows and re-checks, loose joins and easy partings, so that short runs meet all of the machinery.
fn settings() -> Settings {
    let apart = [7.5, -8.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    Settings { recheck_undated: 4, window: 25, join: -3.0, apart, ..Settings::default() }
}

#[test]
fn the_settings_of_these_tests_part_and_merge_events() {
    let mut grouper = Grouper::new(settings());
    for i in 0..60 {
        let key = format!("d{i}");
        grouper.add(&key, article([0, 6, 12, 3][i % 4], i % 5, None, &key));
    }
    let changes = grouper.changes();
    assert!(changes.iter().any(|change| matches!(change, Change::Parted { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_split_into_runs_gives_the_same_events(
        stories in prop::collection::vec((0usize..14, 0usize..5, prop::option::weighted(0.7, 0i64..60)), 1..50),
        turns in prop::collection::vec(prop::option::weighted(0.6, 0u8..40), 50),
        cuts in prop::collection::vec(0usize..50, 0..6),
        lost in prop::collection::vec(any::<bool>(), 50),
        loses in any::<bool>(),
    ) {
        let keys: Vec<String> = (0..stories.len()).map(|i| format!("d{i}")).collect();
        let read: Vec<Features> = stories.iter().zip(&keys).map(|((s, w, d), key)| article(*s, *w, *d, key)).collect();
        // Some documents have an embedding, near to those of the same story or not, now and then by another model.
        let senses: HashMap<&str, Sense> = keys
            .iter()
            .zip(&stories)
            .zip(turns)
            .filter_map(|((key, (story, ..)), turn)| Some((key.as_str(), direction(*story, turn?))))
            .collect();
        let read: Vec<Features> = read.into_iter().zip(&keys).map(|(f, key)| f.with_sense(senses.get(key.as_str()).cloned())).collect();
        let mut whole = Grouper::new(settings());
        for (key, features) in keys.iter().zip(&read) {
            whole.add(key, features.clone());
        }
        let mut split = Grouper::new(settings());
        let mut told: HashMap<String, String> = HashMap::new();
        let mut leads: HashMap<String, String> = HashMap::new();
        let mut addresses: HashMap<String, HashSet<String>> = HashMap::new();
        for (i, (key, features)) in keys.iter().zip(&read).enumerate() {
            if cuts.contains(&i) {
                // Where the terms of the index are not with the bytes of some, they are chosen as they were.
                let bytes: Vec<Vec<u8>> = (0..i)
                    .map(|at| if loses && lost[at] { read[at].to_bytes() } else { split.frozen(&keys[at]).unwrap() })
                    .collect();
                let rows = keys[..i].iter().zip(&bytes).map(|(k, b)| (k.as_str(), b.as_slice(), told[k].as_str()));
                split = Grouper::resume_with(settings(), rows, |key| senses.get(key).cloned(), &split.checkpoint()).unwrap();
            }
            split.add(key, features.clone());
            for change in split.changes() {
                match &change {
                    Change::Assigned { .. } => {}
                    Change::Merged { from, to } | Change::Parted { from, to, .. } => {
                        leads.remove(to);
                        leads.insert(from.clone(), to.clone());
                    }
                }
                match change {
                    Change::Assigned { document, event } => drop(told.insert(document, event)),
                    Change::Merged { from, to } => {
                        told.values_mut().filter(|event| **event == from).for_each(|event| event.clone_from(&to));
                    }
                    Change::Parted { from, to, documents } => {
                        prop_assert_eq!(Some(&to), documents.first());
                        for document in documents {
                            prop_assert_eq!(told.insert(document, to.clone()), Some(from.clone()));
                        }
                    }
                }
            }
            for (document, event) in &told {
                addresses.entry(document.clone()).or_default().insert(event.clone());
            }
        }
        prop_assert_eq!(events_of(&whole, &keys), events_of(&split, &keys));
        prop_assert_eq!(whole.checkpoint(), split.checkpoint());
        // Every address that an article ever had leads to its event.
        for (key, had) in &addresses {
            for address in had {
                let mut at = address;
                for _ in 0..=leads.len() {
                    at = leads.get(at).filter(|_| *at != told[key]).unwrap_or(at);
                }
                prop_assert_eq!(at, &told[key], "{} was at {}", key, address);
            }
        }
        for key in &keys {
            prop_assert_eq!(whole.frozen(key), split.frozen(key));
            // The words of the reasons are those of the last run alone.
            let [told, again] = [&mut whole, &mut split].map(|grouper| {
                grouper.similar(key, 5).into_iter().map(|hit| (hit.key, hit.event, hit.score)).collect::<Vec<_>>()
            });
            prop_assert_eq!(told, again);
        }
        // What the changes told is what the events are.
        prop_assert_eq!(events_of(&split, &keys), keys.iter().map(|key| told[key].clone()).collect::<Vec<_>>());
    }

    #[test]
    fn features_survive_their_bytes(title in "\\PC{0,80}", text in "\\PC{0,400}", lang in prop::option::of("[a-z]{2}")) {
        let features = Features::of(&Document { title: &title, text: &text, language: lang.as_deref(), ..Document::default() });
        let mut back = Features::from_bytes(&features.to_bytes()).unwrap();
        back.words.clone_from(&features.words);
        prop_assert_eq!(back, features);
    }

    #[test]
    fn damaged_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..80), at in 0usize..400, bit in 0u32..8) {
        let _ = Features::from_bytes(&bytes);
        // As if of this version, and as if a bit of good ones had turned.
        let ours = [&[VERSION][..], &bytes].concat();
        let mut grouper = Grouper::new(settings());
        grouper.add("a", article(3, 2, Some(1), "a"));
        let mut turned = grouper.frozen("a").unwrap();
        let cut = turned[..at.min(turned.len() - 1)].to_vec();
        prop_assert!(Features::from_bytes(&cut).is_err());
        if let Some(byte) = turned.get_mut(at) {
            *byte ^= 1 << bit;
        }
        for bytes in [&ours, &turned] {
            if let Ok(mut grouper) = Grouper::resume(settings(), [("a", bytes.as_slice(), "a")].into_iter(), &[]) {
                grouper.add("b", article(3, 1, Some(2), "b"));
            }
        }
        let _ = Grouper::resume(Settings::default(), std::iter::empty(), &bytes);
    }
}

#[test]
fn one_happening_is_one_event_and_others_are_not() {
    let mut grouper = Grouper::new(Settings::default());
    for (i, story) in [0, 1, 0, 2, 1, 0].into_iter().enumerate() {
        let key = format!("d{i}");
        grouper.add(&key, article(story, i % 2, i64::try_from(i).ok(), &key));
    }
    let events = grouper.events();
    let members: Vec<Vec<&str>> =
        events.iter().map(|e| e.members.iter().map(String::as_str).collect()).collect();
    assert_eq!(members, [vec!["d0", "d2", "d5"], vec!["d1", "d4"], vec!["d3"]]);
    assert_eq!(events[0].founder, "d0");
    assert!(events[0].members.contains(&events[0].central));
}

/// What decides where embeddings speak: they alone.
fn by_sense(base: f32, near: f32) -> Settings {
    let mut settings = Settings::default();
    settings.sensed.weights = [0.0; SIGNS.len()];
    settings.sensed.weights[0] = base;
    settings.sensed.senses = [0.0; SENSE_SIGNS.len()];
    settings.sensed.senses[0] = near;
    settings
}

#[test]
fn embeddings_decide_what_words_leave_open() {
    let read = |key: &'static str, words: &str| {
        let (title, text) =
            (format!("Harbour {words}"), format!("The harbour {words} on Monday, officials said."));
        Features::of(&Document {
            key,
            title: &title,
            text: &text,
            language: Some("en"),
            ..Document::default()
        })
    };
    let event = |own: Option<Sense>| {
        let mut grouper = Grouper::new(by_sense(-20.0, 40.0));
        for story in 1..7 {
            let key = format!("d{story}");
            grouper.add(&key, article(story, 1, None, &key).with_sense(Some(direction(story, 0))));
        }
        grouper.add("a", read("a", "bridge closes for repairs").with_sense(Some(direction(0, 0))));
        grouper.add("b", read("b", "bridge shut while cables are mended").with_sense(own));
        grouper.event_of("b").unwrap().to_owned()
    };
    let (near, far) = (event(Some(direction(0, 0))), event(Some(direction(3, 0))));
    assert_eq!((near.as_str(), far.as_str()), ("a", "b"));
    // Of another model, or without one: its words alone count, as if there were no embeddings.
    let other = Sense { model: 9, ..direction(0, 0) };
    assert_eq!(event(Some(other)), event(None));
}

#[test]
fn embeddings_change_nothing_where_one_side_has_none() {
    let events = |settings: Settings, every: usize| {
        let mut grouper = Grouper::new(settings);
        let keys: Vec<String> = (0..30).map(|i| format!("d{i}")).collect();
        for (i, key) in keys.iter().enumerate() {
            let sense = (i % every == 0).then(|| direction(3, 0));
            grouper.add(key, article(i % 9, i % 4, i64::try_from(i / 4).ok(), key).with_sense(sense));
        }
        events_of(&grouper, &keys)
    };
    let never = Settings { sensed: by_sense(-99.0, 0.0).sensed, ..Settings::default() };
    assert_eq!(events(never.clone(), 30), events(Settings::default(), 1000));
    assert_ne!(events(never, 1), events(Settings::default(), 1000), "where all have one, they count");
}

#[test]
fn similar_is_of_another_event_in_the_past_with_reasons() {
    let mut grouper = Grouper::new(Settings::default());
    let document = |key: &'static str, title: &'static str, text: &'static str, day: i64| {
        let at = jiff::Timestamp::from_second(1_700_000_000 + day * 86400).ok();
        (key, Features::of(&Document { key, title, text, language: Some("en"), at, ..Document::default() }))
    };
    for (key, features) in [
        document(
            "old",
            "Fire destroys the Haverby refinery",
            "Firefighters fought the blaze at the Haverby refinery; 12 tanks burned.",
            0,
        ),
        document("other", "Choir wins prize in Lisbon", "The choir of Lisbon sang for the jury.", 100),
        document(
            "new",
            "Haverby refinery burns again",
            "A blaze at the Haverby refinery was fought by firefighters for hours.",
            900,
        ),
        document(
            "later",
            "Haverby refinery closes for good",
            "After the blaze the Haverby refinery closes.",
            2000,
        ),
    ] {
        grouper.add(key, features);
    }
    let hits = grouper.similar("new", 5);
    assert_eq!(hits.len(), 1, "{hits:?}");
    assert_eq!((hits[0].key.as_str(), hits[0].event.as_str()), ("old", "old"));
    assert!(hits[0].score > 0.0 && hits[0].score < 1.0);
    let words: Vec<&str> = hits[0].why.iter().flat_map(|r| r.words.iter().map(String::as_str)).collect();
    assert!(words.contains(&"refinery") && words.contains(&"Haverby"), "{words:?}");
    let shares: f32 = hits[0].why.iter().map(|reason| reason.share).sum();
    assert!((shares - 1.0).abs() < 0.05);
}

#[test]
fn years_speak_only_where_a_date_is_missing() {
    let at = |dated: bool| dated.then(|| "2013-04-01T00:00:00Z".parse().unwrap());
    let bond = |year: &str, dated| {
        let text =
            "A quake shook the coast near the town of Bushehr and five people were hurt, the governor said.";
        let with = |year: &str| format!("{text} It was the strongest since {year}.");
        let report = |text: &str| {
            Features::of(&Document {
                title: "Quake shakes Bushehr",
                text,
                language: Some("en"),
                at: at(dated),
                ..Document::default()
            })
        };
        let mut grouper = Grouper::new(Settings::default());
        grouper.add("a", report(&with("2005")));
        grouper.add("b", report(&with(year)));
        let mut settings = Settings::default();
        settings.weights[SIGNS.iter().position(|sign| *sign == "years").unwrap()] = -400.0;
        let mut wary = Grouper::new(settings);
        wary.add("a", report(&with("2005")));
        wary.add("b", report(&with(year)));
        (grouper.event_of("b") == Some("a"), wary.event_of("b") == Some("a"))
    };
    // By a weight that forbids what agrees, it is seen whether years were asked.
    assert_eq!(bond("2005", false), (true, false));
    assert_eq!(bond("2005", true), (true, true));
}

#[test]
fn actors_of_a_long_text_are_kept() {
    let text = (0..900).map(|i| format!("word{i}")).collect::<Vec<_>>().join(" ");
    let actors = ["SEC".to_owned()];
    let features =
        Features::of(&Document { title: "Long", text: &text, actors: &actors, ..Document::default() });
    assert_eq!(features.terms.len(), MAX_TERMS);
    assert!(features.words.iter().any(|(_, word)| &**word == "SEC"));
}

#[test]
fn a_place_of_several_words_is_told_whole() {
    let document =
        Document { text: "Talks in South Korea went on.", language: Some("en"), ..Document::default() };
    let features = Features::of(&document);
    assert!(features.words.iter().any(|(_, word)| &**word == "South Korea"), "{:?}", features.words);
}

/// The worked examples of docs/events.md.
#[test]
fn the_worked_examples_come_out_as_told() {
    let mut grouper = Grouper::new(Settings::default());
    let lines = include_str!("../../tests/fixtures/events/examples.jsonl").lines();
    for row in lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        let word = |name: &str| row[name].as_str().unwrap_or_default();
        let symbols: Vec<String> =
            row["symbols"].as_array().into_iter().flatten().map(|s| s.as_str().unwrap().to_owned()).collect();
        let document = Document {
            key: word("id"),
            title: word("title"),
            text: word("text"),
            language: Some(word("lang")),
            at: word("date").parse().ok(),
            symbols: &symbols,
            ..Document::default()
        };
        grouper.add(word("id"), Features::of(&document));
    }
    let event = |key: &str| grouper.event_of(key).unwrap().to_owned();
    assert_eq!(
        ["a1", "a2", "b1", "c1", "c2", "d1", "d2"].map(event),
        ["a1", "a1", "b1", "c1", "c1", "d1", "d2"]
    );
    let second = grouper.similar("b1", 3);
    assert_eq!(second.len(), 1);
    let told: Vec<&str> = second[0].why.iter().flat_map(|why| why.words.iter().map(String::as_str)).collect();
    assert!(["refinery", "Haverby", "Brandt", "OIL"].iter().all(|word| told.contains(word)), "{told:?}");
    assert_eq!(grouper.similar("d2", 3).first().map(|hit| hit.event.as_str()), Some("d1"));
}
