//! An answer about an article goes in; the impact analysis, as far as it could be checked, comes out, or a refusal in words.

use std::collections::BTreeSet;

use crate::analyze::prompt::{self, Given, GivenEffect, GivenPoint};
use crate::analyze::{Job, ask, question, quote, texts};
use crate::model::impact::{Impact, KeyPoint, SymbolEffect};
use crate::model::status::Status;
use crate::providers::{Answer, AskFailure, Question};
use crate::text::words::is_cjk;
use crate::text::{amounts, writing};

/// Why an answer is not believed.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// In words, for a page.
    pub words: String,
    /// The second try, after the first one alone.
    pub again: Option<Question>,
    /// What the analysis is meanwhile: pending where a second try is to come or the provider is away, failed otherwise.
    pub status: Status,
}

/// Most points and effects that are kept.
const MAX_POINTS: usize = 8;
const MAX_EFFECTS: usize = 20;
/// Longest summary, statement and quotation, in characters.
const MAX_SUMMARY: usize = 400;
const MAX_POINT: usize = 320;
const MAX_QUOTE: usize = 500;
/// Shortest quotation, in letters as [`weight`] counts them: shorter ones stand in any text.
const MIN_QUOTE: usize = 12;
/// Words that refused parts are told in, at most.
const MAX_REFUSED: usize = 12;

/// Checks an answer. Whether it is the first or the second is told by its key. Pure: the same answer, the same result.
#[expect(clippy::result_large_err, reason = "made once an article; a box would only hide the question in it")]
pub fn accept(job: &Job<'_>, answer: &Answer) -> Result<Impact, Refusal> {
    let words = match &answer.outcome {
        Ok(text) => match prompt::parse(text).and_then(|given| believe(job, answer, given)) {
            Ok(impact) => return Ok(impact),
            Err(words) => words,
        },
        Err(error) if !matches!(error.kind, AskFailure::CutOff | AskFailure::Unreadable) => {
            return Err(Refusal { words: error.words.clone(), again: None, status: error.status() });
        }
        Err(error) => error.words.clone(),
    };
    let first = ask(job);
    let again = (answer.key == first.key).then(|| question(job, Some(&words)));
    let status = if again.is_some() {
        Status::Pending { why: format!("asked a second time, because {words}"), retry: None }
    } else {
        Status::Failed { why: words.clone(), retry: None }
    };
    Err(Refusal { words, again, status })
}

fn believe(job: &Job<'_>, answer: &Answer, given: Given) -> Result<Impact, String> {
    let texts = texts(job);
    let mut refused = Vec::new();
    let summary =
        statement(job, &texts, &given.summary, MAX_SUMMARY).map_err(|why| format!("its summary {why}"))?;
    let strength = percent(given.strength).ok_or("its strength is not between 0 and 100")?;
    let effects = effects(job, given.effects, &mut refused);
    let offered = given.points.len();
    let points = points(job, &texts, given.points, &mut refused);
    if points.is_empty() {
        return Err(match (offered, refused.last()) {
            (0, _) | (_, None) => "it gives no key point".to_owned(),
            (_, Some(last)) => format!("none of its key points could be believed; the last: {last}"),
        });
    }
    refused.truncate(MAX_REFUSED);
    Ok(Impact {
        direction: given.direction,
        strength,
        horizon: given.horizon,
        summary,
        language: job.edition.clone(),
        effects,
        points,
        refused,
        by: answer.by.clone(),
        at: answer.at,
    })
}

fn percent(strength: i64) -> Option<u8> {
    u8::try_from(strength).ok().filter(|strength| *strength <= 100)
}

fn effects(job: &Job<'_>, given: Vec<GivenEffect>, refused: &mut Vec<String>) -> Vec<SymbolEffect> {
    let mut out: Vec<SymbolEffect> = Vec::new();
    for effect in given {
        let known = job.symbols.contains(&effect.symbol);
        let shown: String = effect.symbol.chars().filter(|c| !c.is_control()).take(24).collect();
        if !known {
            refused.push(format!("an effect was dropped: the article is not tagged with {shown}"));
        } else if out.iter().any(|have| have.symbol == effect.symbol) {
            refused.push(format!("a second effect on {shown} was dropped"));
        } else if let Some(strength) = percent(effect.strength)
            && out.len() < MAX_EFFECTS
        {
            out.push(SymbolEffect { symbol: effect.symbol, direction: effect.direction, strength });
        } else {
            refused.push(format!("the effect on {shown} was dropped: its strength is not between 0 and 100"));
        }
    }
    out
}

fn points(
    job: &Job<'_>,
    texts: &[String],
    given: Vec<GivenPoint>,
    refused: &mut Vec<String>,
) -> Vec<KeyPoint> {
    let mut out: Vec<KeyPoint> = Vec::new();
    let mut seen = BTreeSet::new();
    for point in given {
        match believe_point(job, texts, &point) {
            Ok(point) if !seen.insert(point.text.clone()) => {}
            Ok(_) if out.len() >= MAX_POINTS => {
                refused
                    .push(format!("more than {MAX_POINTS} key points were given; the others were dropped"));
                break;
            }
            Ok(point) => out.push(point),
            Err(why) => refused.push(format!("a key point was dropped: {why}")),
        }
    }
    out
}

fn believe_point(job: &Job<'_>, texts: &[String], point: &GivenPoint) -> Result<KeyPoint, String> {
    let text = statement(job, texts, &point.text, MAX_POINT).map_err(|why| format!("it {why}"))?;
    let quoted = point.quote.trim();
    if quoted.chars().count() > MAX_QUOTE {
        return Err("its quote is too long".to_owned());
    }
    let Some(found) = quote::find(quoted, texts) else {
        let in_title = quote::find(quoted, &[job.title.to_owned()]).is_some();
        let where_from =
            if in_title { "its quote stands in the title alone" } else { "its quote is not in the article" };
        return Err(where_from.to_owned());
    };
    let weight: usize = found.words.chars().map(weight).sum();
    let whole = texts.contains(&found.words);
    if weight < MIN_QUOTE && !whole {
        return Err("its quote is too short to prove anything".to_owned());
    }
    Ok(KeyPoint { text, quote: found.words, segment: found.segment })
}

/// How much a character of a quotation proves, in letters.
fn weight(c: char) -> usize {
    match c {
        c if is_cjk(c) => 3,
        c if c.is_numeric() => 2,
        c => usize::from(c.is_alphanumeric()),
    }
}

/// A statement in the model's own words: short, plain, in the edition's language, without addresses, and with no number
/// that the article does not have.
fn statement(job: &Job<'_>, texts: &[String], text: &str, most: usize) -> Result<String, String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = text.to_lowercase();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().count() > most {
        return Err(format!("is longer than {most} characters"));
    }
    if lower.contains("http://")
        || lower.contains("https://")
        || lower.contains("www.")
        || lower.contains("t.me/")
    {
        return Err("holds an address".to_owned());
    }
    if text.chars().any(char::is_control)
        || ["</", "/>", "<a", "<b", "<i", "<s", "](", "```", "**"].iter().any(|sign| lower.contains(sign))
    {
        return Err("holds markup".to_owned());
    }
    if let Some(why) = writing::objection(&text, job.edition, job.language) {
        return Err(format!("is not believed: {why}"));
    }
    let article = format!("{}\n{}", job.title, texts.join("\n"));
    match amounts::lost(&text, Some(job.edition), &article, job.language).first() {
        Some(number) => Err(format!("has a number that the article has not: {number}")),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::block::Block;
    use crate::model::lang::Lang;
    use crate::model::translation::Maker;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    struct Desk {
        blocks: Vec<Block>,
        symbols: Vec<String>,
        from: Lang,
        to: Lang,
    }

    impl Desk {
        fn new() -> Self {
            Self {
                blocks: [
                    "比特幣週四突破12萬美元，創歷史新高。",
                    "「市場情緒高漲」，分析師表示，ETF 淨流入達 7.5 億美元。",
                ]
                .map(Block::paragraph)
                .into(),
                symbols: vec!["BTC".to_owned()],
                from: Lang::parse("zh-Hant").unwrap(),
                to: Lang::parse("en").unwrap(),
            }
        }

        fn job(&self) -> Job<'_> {
            Job {
                title: "比特幣創新高紀錄達成",
                blocks: &self.blocks,
                language: Some(&self.from),
                symbols: &self.symbols,
                edition: &self.to,
            }
        }

        #[expect(clippy::result_large_err, reason = "as above")]
        fn accept(&self, text: &str) -> Result<Impact, Refusal> {
            let by = Maker { provider: "grok".into(), model: "m".into() };
            let key = ask(&self.job()).key;
            accept(&self.job(), &Answer { key, outcome: Ok(text.to_owned()), by, at: Timestamp::UNIX_EPOCH })
        }
    }

    fn answer() -> Value {
        json!({
            "direction": "positive", "strength": 70, "horizon": "weeks",
            "summary": "Bitcoin set a record above $120,000 as funds flowed into ETFs.",
            "effects": [{ "symbol": "BTC", "direction": "positive", "strength": 65 }],
            "points": [
                { "text": "The price passed $120,000.", "quote": "比特幣週四突破12萬美元" },
                { "text": "Inflows reached $750 million.", "quote": "\"市場情緒高漲\",分析師表示" },
                { "text": "Sentiment is high.", "quote": "“市場情緒高漲”，分析師表示" },
            ],
        })
    }

    #[test]
    fn what_can_be_checked_is_kept_and_the_rest_is_told() {
        let impact = Desk::new().accept(&answer().to_string()).unwrap();
        assert_eq!((impact.strength, impact.effects.len(), impact.points.len()), (70, 1, 2));
        let point = &impact.points[1];
        assert_eq!((point.quote.as_str(), point.segment), ("「市場情緒高漲」，分析師表示", 1));
        assert_eq!(impact.refused, ["a key point was dropped: its quote is not in the article"]);
    }

    #[test]
    fn foreign_symbols_and_strengths_are_dropped() {
        let mut given = answer();
        given["effects"] = json!([
            { "symbol": "DOGE", "direction": "positive", "strength": 99 },
            { "symbol": "BTC", "direction": "mixed", "strength": 101 },
        ]);
        let impact = Desk::new().accept(&given.to_string()).unwrap();
        assert!(impact.effects.is_empty());
        assert!(impact.refused[0].contains("not tagged with DOGE") && impact.refused[1].contains("BTC"));
    }

    #[test]
    fn unbelievable_answers_are_refused() {
        let desk = Desk::new();
        let with = |field: &str, value: Value| {
            let mut given = answer();
            given[field] = value;
            given.to_string()
        };
        let point = |text: &str, quote: &str| json!([{ "text": text, "quote": quote }]);
        for (given, words) in [
            ("{\"direction\": ".to_owned(), "not the JSON"),
            (format!("As you wish: {}", answer()), "not the JSON"),
            (with("advice", json!("buy")), "not the JSON"),
            (with("direction", json!("moon")), "not the JSON"),
            (with("strength", json!(1000)), "strength"),
            (with("summary", json!("Buy now at https://scam.example")), "holds an address"),
            (with("summary", json!("價格創下歷史新高並且持續上漲")), "script"),
            (with("summary", json!("It will rise to $500,000.")), "$500,000".trim_start_matches('$')),
            (with("summary", json!("x ".repeat(300))), "longer"),
            (with("points", json!([])), "gives no key point"),
            (with("points", point("It was planned.", "公司早就計畫好了這件事")), "not in the article"),
            (with("points", point("It rose.", "比特幣")), "too short"),
            (with("points", point("It rose.", "比特幣創新高紀錄達成")), "title alone"),
            (with("points", point("It rose 45%.", "創歷史新高")), "45"),
        ] {
            let refusal = desk.accept(&given).unwrap_err();
            assert!(refusal.words.contains(words), "{given}: {}", refusal.words);
            assert!(refusal.again.is_some() && refusal.status.word() == "pending");
        }
    }

    #[test]
    fn a_second_refusal_is_the_last() {
        let desk = Desk::new();
        let again = desk.accept("{}").unwrap_err().again.unwrap();
        assert!(again.user.contains("\"fault\":"));
        let by = Maker { provider: "grok".into(), model: "m".into() };
        let second = Answer { key: again.key, outcome: Ok("{}".into()), by, at: Timestamp::UNIX_EPOCH };
        let refusal = accept(&desk.job(), &second).unwrap_err();
        assert!(refusal.again.is_none() && refusal.status.word() == "failed");
    }

    #[test]
    fn the_question_has_the_documented_shape() {
        let desk = Desk::new();
        let user: Value = serde_json::from_str(&ask(&desk.job()).user).unwrap();
        let names: Vec<&String> = user.as_object().unwrap().keys().collect();
        assert_eq!(names, ["task", "language", "symbols", "title", "paragraphs"]);
        assert_eq!(user["paragraphs"][1]["id"], 1);
        assert!(!ask(&desk.job()).system.contains("比特幣"));
    }

    proptest! {
        #[test]
        fn no_answer_panics(text in "\\PC{0,200}", strength in any::<i64>(), quote in "\\PC{0,40}") {
            let _ = Desk::new().accept(&text);
            let mut given = answer();
            given["strength"] = json!(strength);
            given["points"][0]["quote"] = json!(quote);
            given["summary"] = json!(text);
            let _ = Desk::new().accept(&given.to_string());
        }
    }
}
