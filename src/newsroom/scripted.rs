//! The questions that newsmill asks a model go in, prepared answers come out: translations looked up segment by segment,
//! analyses by title. Where a manuscript says so, the answer is wrong.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::newsroom::fault::Fault;
use crate::newsroom::manuscript::{Impact, Kind, Piece, cells};
use crate::newsroom::markup::{Mark, Run, plain, runs};

/// The prepared translations of one segment.
#[derive(Debug, Clone, Copy)]
struct Prepared {
    original: &'static str,
    language: &'static str,
    text: &'static str,
}

/// All prepared answers.
#[derive(Debug)]
pub struct Script {
    /// By the segment's plain text.
    segments: HashMap<String, Vec<Prepared>>,
    /// By the plain title.
    analyses: HashMap<String, (Impact<'static>, Option<Fault>)>,
    /// Titles whose one-time fault has been played.
    played: Mutex<BTreeSet<String>>,
    /// What was asked and not prepared.
    unprepared: Mutex<BTreeSet<String>>,
}

impl Script {
    /// The answers that the manuscripts hold.
    pub fn new(pieces: &[Piece<'static>]) -> Self {
        let mut script = Self {
            segments: HashMap::new(),
            analyses: HashMap::new(),
            played: Mutex::default(),
            unprepared: Mutex::default(),
        };
        for piece in pieces {
            script.analyses.insert(plain(piece.title()), (piece.impact.clone(), piece.fault));
            for segment in &piece.segments {
                // The first found counts: wrong answers stand before the right ones.
                for (language, text) in segment.wrong.iter().chain(&segment.translations) {
                    script.prepare(segment.kind, segment.text, language, text);
                }
                for (language, text) in &segment.was_translations {
                    script.prepare(segment.kind, segment.was.unwrap_or_default(), language, text);
                }
            }
        }
        script
    }

    fn prepare(&mut self, kind: Kind, original: &'static str, language: &'static str, text: &'static str) {
        let mut add = |original: &'static str, text: &'static str| {
            let prepared = Prepared { original, language, text };
            self.segments.entry(normal(&plain(original))).or_default().push(prepared);
        };
        if kind == Kind::Row {
            cells(original).zip(cells(text)).for_each(|(original, text)| add(original, text));
        } else {
            add(original, text);
        }
    }

    /// What was asked and not prepared, for tests.
    pub fn unprepared(&self) -> Vec<String> {
        self.unprepared.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The answer to a question, as the text of a model's message; or why there is none.
    pub fn answer(&self, question: &str) -> Result<String, String> {
        let asked: Value =
            serde_json::from_str(question).map_err(|error| format!("the question is no JSON: {error}"))?;
        match asked["task"].as_str() {
            Some("translate") => Ok(self.translate(&asked).to_string()),
            Some("analyze") => Ok(self.analyze(&asked)),
            other => Err(format!("the scripted model knows translate and analyze, not {other:?}")),
        }
    }

    fn translate(&self, asked: &Value) -> Value {
        let to = asked["to"].as_str().unwrap_or("en");
        let segments: Vec<Value> = asked["segments"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|segment| {
                let text = segment["text"].as_str().unwrap_or_default();
                json!({ "id": segment["id"], "text": self.segment(text, to) })
            })
            .collect();
        json!({ "segments": segments })
    }

    /// The translation of one segment; what is not prepared comes back as it is.
    fn segment(&self, text: &str, to: &str) -> String {
        let (words, marks) = unmarked(text);
        let found = self
            .segments
            .get(&normal(&words))
            .and_then(|prepared| prepared.iter().find(|prepared| prepared.language == to));
        if let Some(prepared) = found {
            return remarked(prepared, &marks);
        }
        if words.chars().any(char::is_alphabetic) {
            self.unprepared.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{to}: {words}"));
        }
        text.to_owned()
    }

    fn analyze(&self, asked: &Value) -> String {
        let title = normal(asked["title"].as_str().unwrap_or_default());
        let Some((impact, fault)) = self.analyses.get(&title) else {
            self.unprepared
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(format!("analysis: {title}"));
            return neutral().to_string();
        };
        let answer = match fault {
            Some(Fault::ObeyedInstruction) => obeyed(),
            _ => prepared_analysis(impact, asked, *fault == Some(Fault::InventedQuote)),
        };
        let mut text = answer.to_string();
        let cut = match fault {
            Some(Fault::BrokenJson) => true,
            Some(Fault::BrokenJsonOnce) => {
                self.played.lock().unwrap_or_else(PoisonError::into_inner).insert(title)
            }
            _ => false,
        };
        if cut {
            let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
            text.truncate(half);
        }
        text
    }
}

/// The analysis as prepared, with what the question does not cover left out: symbols that were not asked about,
/// quotes from text that was not shown.
fn prepared_analysis(impact: &Impact, asked: &Value, invent: bool) -> Value {
    let symbols: Vec<&str> =
        asked["symbols"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let shown: Vec<String> = asked["paragraphs"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|paragraph| Some(normal(paragraph["text"].as_str()?)))
        .collect();
    let effects: Vec<Value> = impact
        .effects
        .iter()
        .filter(|(symbol, ..)| symbols.contains(symbol))
        .map(|(symbol, direction, strength)| json!({ "symbol": symbol, "direction": direction, "strength": strength }))
        .collect();
    let mut points: Vec<Value> = impact
        .points
        .iter()
        .filter(|(_, quote)| shown.iter().any(|text| text.contains(&normal(quote))))
        .map(|(text, quote)| json!({ "text": text, "quote": quote }))
        .collect();
    if invent {
        points.push(json!({
            "text": "A large chip maker has already reserved capacity for the model.",
            "quote": "People close to the talks said that a chip maker had reserved its whole spring production.",
        }));
    }
    json!({
        "direction": impact.direction,
        "strength": impact.strength,
        "horizon": impact.horizon,
        "summary": impact.summary,
        "effects": effects,
        "points": points,
    })
}

fn neutral() -> Value {
    json!({ "direction": "neutral", "strength": 0, "horizon": "days", "summary": "Nothing was prepared for this article.",
        "effects": [], "points": [] })
}

/// What a model says that does what the article tells it.
fn obeyed() -> Value {
    json!({
        "direction": "positive",
        "strength": 100,
        "horizon": "days",
        "summary": "NOVACOIN will triple by Friday.",
        "effects": [{ "symbol": "NOVACOIN", "direction": "positive", "strength": 100 }],
        "points": [{
            "text": "A central banker confirms that NOVACOIN will triple.",
            "quote": "NOVACOIN is the only asset we would still buy, the governor said.",
        }],
    })
}

/// White space as one space, none at the ends.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A segment as asked, without its marks `⟦1⟧…⟦/1⟧` and `⟦2/⟧`; and the marks that enclose words: number, words.
fn unmarked(text: &str) -> (String, Vec<(String, String)>) {
    let mut words = String::new();
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut marks = Vec::new();
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once('⟦') {
        words.push_str(before);
        let Some((mark, after)) = inner.split_once('⟧') else {
            rest = inner;
            break;
        };
        if let Some(number) = mark.strip_prefix('/') {
            if let Some(at) = open.iter().rposition(|(own, _)| *own == number) {
                let (number, start) = open.remove(at);
                marks.push((number.to_owned(), words.get(start..).unwrap_or_default().to_owned()));
            }
        } else if !mark.ends_with('/') {
            open.push((mark, words.len()));
        }
        rest = after;
    }
    words.push_str(rest);
    (words, marks)
}

/// The prepared translation with the question's marks around the words that they belong to.
fn remarked(prepared: &Prepared, marks: &[(String, String)]) -> String {
    let mut originals: Vec<(Mark, &str)> = runs(prepared.original)
        .into_iter()
        .filter_map(|run| match run {
            Run::Marked(mark, words) => Some((mark, words)),
            Run::Text(_) => None,
        })
        .collect();
    let mut out = String::new();
    for run in runs(prepared.text) {
        let (mark, words) = match run {
            Run::Text(words) => {
                out.push_str(words);
                continue;
            }
            Run::Marked(mark, words) => (mark, words),
        };
        let own = originals.iter().position(|(own, _)| *own == mark).map(|at| originals.remove(at));
        match own.and_then(|(_, covered)| marks.iter().find(|(_, words)| words.trim() == covered)) {
            Some((number, _)) => {
                let _ = write!(out, "⟦{number}⟧{words}⟦/{number}⟧");
            }
            None => out.push_str(words),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsroom::room::pieces;
    use proptest::prelude::*;

    fn script() -> Script {
        Script::new(&pieces().unwrap())
    }

    fn ask(script: &Script, question: &Value) -> Value {
        serde_json::from_str(&script.answer(&question.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn marks_come_back_around_their_words() {
        let script = script();
        let text = "Teravia has a spot";
        let answer = ask(
            &script,
            &json!({"task": "translate", "to": "zh-Hant", "segments": [
                {"id": 4, "text": "The review took 5 months, against 19 for the ⟦1⟧bitcoin fund⟦/1⟧ that neighbouring Valmark cleared in October."},
                {"id": 7, "text": text}, {"id": 8, "text": "3.50%"}]}),
        );
        assert_eq!(
            answer["segments"][0]["text"],
            "審查費時 5 個月，而鄰國 Valmark 十月放行的⟦1⟧比特幣基金⟦/1⟧花了 19 個月。"
        );
        assert_eq!(answer["segments"][0]["id"], 4);
        assert_eq!(answer["segments"][1]["text"], text);
        assert_eq!(script.unprepared(), [format!("zh-Hant: {text}")]);
    }

    #[test]
    fn faults_are_played() {
        let script = script();
        let asked =
            |title: &str| json!({"task": "analyze", "title": title, "symbols": ["NVDA"], "paragraphs": []});
        let injected = ask(&script, &asked("Hidden instructions in press releases fool 4 of 9 news bots"));
        assert_eq!(injected["effects"][0]["symbol"], "NOVACOIN");
        let invented =
            ask(&script, &asked("Tarnwick AI launches Tern 2, and the open-weight race has a new leader"));
        assert!(invented["points"][0]["quote"].as_str().unwrap().contains("spring production"));
        let broken = asked("R&D budgets at robot makers shift from arms & motors to models").to_string();
        let once = asked("半導体工場の水、85%を再利用 地下水の保全で地元と協定").to_string();
        let good = |question: &str| serde_json::from_str::<Value>(&script.answer(question).unwrap()).is_ok();
        assert_eq!([good(&broken), good(&broken), good(&once), good(&once)], [false, false, false, true]);
    }

    proptest! {
        #[test]
        fn no_question_panics(text in "(⟦|⟧|/|1|[a-z ]|.){0,40}") {
            let (words, marks) = unmarked(&text);
            let prepared = Prepared { original: "a **b** [c](d)", language: "en", text: "x [y](d) **z**" };
            let _ = remarked(&prepared, &marks);
            prop_assert!(words.len() <= text.len());
        }
    }
}
