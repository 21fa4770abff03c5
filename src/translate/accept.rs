//! A plan and the answers to its questions go in, a checked translation comes out; or what to ask once more.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::block::{Inline, inline_text, map_leaves, plain_text};
use crate::model::status::Status;
use crate::model::translation::{Maker, SegmentFault, Translation};
use crate::providers::{Answer, Question};
use crate::text::words;
use crate::translate::checks::{self, Finding};
use crate::translate::segments::{Batch, Plan, Segment, Way, question};
use crate::translate::{Job, MAX_QUESTION_CHARS, MAX_QUESTION_SEGMENTS, prompt};

/// What became of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The translation, once every answer is there and enough of it can be believed.
    pub translation: Option<Translation>,
    /// Ready with a translation; pending while answers are missing; failed with the reason.
    pub status: Status,
    /// Questions of the second round that have no answer yet: ask them, then accept again.
    pub again: Vec<Question>,
}

/// What is known of one unit's translation.
#[derive(Debug, Clone)]
struct Outcome {
    /// The text; `None` where no usable answer came.
    text: Option<String>,
    by: Maker,
    at: Timestamp,
    findings: Vec<Finding>,
}

impl Outcome {
    fn is_believed(&self) -> bool {
        self.text.is_some() && !self.findings.iter().any(|finding| finding.hard)
    }

    /// Lower is better: no finding, minor findings, not to be believed, no text.
    fn rank(&self) -> usize {
        match (&self.text, self.is_believed()) {
            (None, _) => usize::MAX,
            (Some(_), false) => 1000 + self.findings.len(),
            (Some(_), true) => self.findings.len(),
        }
    }

    fn words(&self) -> String {
        let words: Vec<&str> = self.findings.iter().map(|finding| finding.words.as_str()).collect();
        words.join("; ")
    }
}

/// Puts a translation together from settled answers (`answers` looks them up by a question's key; final failures are
/// answers too). Pure: the same answers give the same translation.
pub fn accept(job: &Job<'_>, plan: &Plan, answers: &dyn Fn(&str) -> Option<Answer>) -> Accepted {
    let mut outcomes = BTreeMap::new();
    for batch in &plan.batches {
        let Some(answer) = answers(&batch.key) else {
            return unfinished(waiting("its translation has not been asked for yet"), Vec::new());
        };
        if let Err(error) = &answer.outcome
            && !error.settles()
        {
            return unfinished(error.status(), Vec::new());
        }
        judge(job, plan, batch, &answer, &mut outcomes);
    }
    let mut again = Vec::new();
    for (batch, question) in second_round(job, plan, &outcomes) {
        match answers(&batch.key) {
            None => again.push(question),
            Some(answer) if answer.outcome.as_ref().is_err_and(|error| !error.settles()) => {
                // The provider is away for now. What the first round brought is not worse for it, but the second try
                // is still owed.
                let status =
                    answer.outcome.err().map_or_else(|| waiting("second try"), |error| error.status());
                return unfinished(status, Vec::new());
            }
            Some(answer) => {
                let mut second = BTreeMap::new();
                judge(job, plan, &batch, &answer, &mut second);
                for (unit, outcome) in second {
                    if outcomes.get(&unit).is_none_or(|first| outcome.rank() < first.rank()) {
                        outcomes.insert(unit, outcome);
                    }
                }
            }
        }
    }
    if !again.is_empty() {
        return unfinished(waiting("some of its segments are asked for a second time"), again);
    }
    assemble(job, plan, &outcomes)
}

fn waiting(why: &str) -> Status {
    Status::Pending { why: why.to_owned(), retry: None }
}

fn unfinished(status: Status, again: Vec<Question>) -> Accepted {
    Accepted { translation: None, status, again }
}

/// Checks one answer and files what it says about each unit of its question.
fn judge(
    job: &Job<'_>,
    plan: &Plan,
    batch: &Batch,
    answer: &Answer,
    outcomes: &mut BTreeMap<usize, Outcome>,
) {
    let parsed = match &answer.outcome {
        Ok(text) => prompt::parse(text),
        Err(error) => Err(error.words.clone()),
    };
    for at in &batch.units {
        let mut outcome = Outcome { text: None, by: answer.by.clone(), at: answer.at, findings: Vec::new() };
        let source = plan.units.get(*at).map(|unit| unit.text.as_str()).unwrap_or_default();
        match &parsed {
            Err(words) => outcome.findings.push(Finding::hard(words.clone())),
            Ok(texts) => match u32::try_from(*at).ok().and_then(|id| texts.get(&id)) {
                None => outcome.findings.push(Finding::hard("no translation of it came back")),
                Some(text) => {
                    outcome.findings = checks::check(job, source, text);
                    outcome.text = Some(text.clone());
                }
            },
        }
        outcomes.insert(*at, outcome);
    }
}

/// The questions of the second round: units with findings, each told what was wrong; units of answers that could not be
/// read at all in half-sized questions. Depends on the first round alone, so that keys hold still.
fn second_round(job: &Job<'_>, plan: &Plan, first: &BTreeMap<usize, Outcome>) -> Vec<(Batch, Question)> {
    let mut out = Vec::new();
    for whole in [false, true] {
        let (most_chars, most_units) = if whole {
            (MAX_QUESTION_CHARS / 2, MAX_QUESTION_SEGMENTS / 2)
        } else {
            (MAX_QUESTION_CHARS, MAX_QUESTION_SEGMENTS)
        };
        let mut faults: BTreeMap<usize, String> = BTreeMap::new();
        for (at, outcome) in first {
            if !outcome.findings.is_empty() && outcome.text.is_none() == whole {
                faults.insert(*at, outcome.words());
            }
        }
        let mut units: Vec<usize> = Vec::new();
        let mut chars = 0;
        let mut groups = Vec::new();
        for at in faults.keys() {
            let length = plan.units.get(*at).map_or(0, |unit| unit.text.chars().count());
            if !units.is_empty() && (chars + length > most_chars || units.len() >= most_units) {
                groups.push(std::mem::take(&mut units));
                chars = 0;
            }
            units.push(*at);
            chars += length;
        }
        if !units.is_empty() {
            groups.push(units);
        }
        for units in groups {
            let question = question(job, &plan.units, &units, |at| faults.get(&at).map(String::as_str));
            out.push((Batch { key: question.key.clone(), units }, question));
        }
    }
    out
}

/// What a segment becomes.
struct Leaf {
    inlines: Vec<Inline>,
    faults: Vec<(String, bool)>,
    makers: Vec<Maker>,
    at: Option<Timestamp>,
}

fn assemble(job: &Job<'_>, plan: &Plan, outcomes: &BTreeMap<usize, Outcome>) -> Accepted {
    let (mut faults, mut makers, mut at) = (Vec::new(), BTreeMap::<Maker, usize>::new(), None::<Timestamp>);
    let (mut checked, mut replaced) = (0_u32, 0_u32);
    let mut title = job.title.trim().to_owned();
    let mut inlines: BTreeMap<u32, Vec<Inline>> = BTreeMap::new();
    for segment in &plan.segments {
        let leaf = translate_segment(job, segment, outcomes);
        checked += u32::from(matches!(segment.way, Way::Asked(_)));
        replaced += u32::from(leaf.faults.iter().any(|(_, replaced)| *replaced));
        for (what, replaced) in leaf.faults {
            faults.push(SegmentFault { segment: segment.number, what, replaced });
        }
        for maker in leaf.makers {
            *makers.entry(maker).or_default() += 1;
        }
        at = at.max(leaf.at);
        match segment.number {
            None => inline_text(&leaf.inlines).trim().clone_into(&mut title),
            Some(number) => {
                inlines.insert(number, leaf.inlines);
            }
        }
    }
    if replaced > 0 && makers.is_empty() {
        let first = faults.first().map(|fault| fault.what.clone()).unwrap_or_default();
        let why = format!("no segment of the translation could be believed; the first of {checked}: {first}");
        return unfinished(Status::Failed { why, retry: None }, Vec::new());
    }
    let blocks = map_leaves(job.blocks, |number, leaf| {
        u32::try_from(number).ok().and_then(|number| inlines.remove(&number)).unwrap_or_else(|| leaf.to_vec())
    });
    let mut by: Vec<(Maker, usize)> = makers.into_iter().collect();
    by.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let translation = Translation {
        language: job.to.clone(),
        title,
        words: words::count(&plain_text(&blocks)),
        blocks,
        by: by.into_iter().map(|(maker, _)| maker).collect(),
        at: at.unwrap_or(job.now),
        checked,
        faults,
    };
    Accepted { translation: Some(translation), status: Status::Ready, again: Vec::new() }
}

fn translate_segment(job: &Job<'_>, segment: &Segment, outcomes: &BTreeMap<usize, Outcome>) -> Leaf {
    let mut leaf =
        Leaf { inlines: segment.original.clone(), faults: Vec::new(), makers: Vec::new(), at: None };
    match &segment.way {
        Way::Copy => {}
        Way::TooLong => leaf.faults.push(("it is too long to be translated".to_owned(), true)),
        Way::Human(target) => {
            leaf.makers.push(Maker { provider: "memory".to_owned(), model: String::new() });
            leaf.inlines = vec![Inline::text(target.clone())];
            if segment.marked.has_marks() {
                leaf.faults.push(("the human translation carries no links or emphasis".to_owned(), false));
            }
        }
        Way::Asked(units) => {
            let parts: Vec<&Outcome> = units.iter().filter_map(|at| outcomes.get(at)).collect();
            let believed = parts.len() == units.len() && parts.iter().all(|part| part.is_believed());
            for part in &parts {
                leaf.at = leaf.at.max(Some(part.at));
                for finding in part.findings.iter().filter(|finding| finding.hard || believed) {
                    leaf.faults.push((finding.words.clone(), !believed));
                }
            }
            if believed {
                let texts: Vec<&str> =
                    parts.iter().filter_map(|part| part.text.as_deref()).map(str::trim).collect();
                let gap = if matches!(job.to.primary(), "zh" | "ja" | "th" | "yue") { "" } else { " " };
                leaf.inlines = segment.marked.restore(&texts.join(gap)).inlines;
                leaf.makers = parts.first().map(|part| part.by.clone()).into_iter().collect();
            }
        }
    }
    leaf
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::HashMap;

    use super::*;
    use crate::model::block::Block;
    use crate::model::lang::Lang;
    use crate::providers::{AskError, AskFailure};
    use crate::translate::{Glossary, MAX_SEGMENT_CHARS, Memory, ask};

    struct Desk {
        from: Lang,
        to: Lang,
        memory: Memory,
        glossary: Glossary,
        blocks: Vec<Block>,
    }

    impl Desk {
        fn new(paragraphs: &[&str]) -> Self {
            Self {
                from: Lang::parse("zh-Hant").unwrap(),
                to: Lang::parse("en").unwrap(),
                memory: Memory::default(),
                glossary: Glossary::default(),
                blocks: paragraphs.iter().map(|text| Block::paragraph(*text)).collect(),
            }
        }

        fn job(&self) -> Job<'_> {
            Job {
                title: "比特幣創新高",
                blocks: &self.blocks,
                from: Some(&self.from),
                to: &self.to,
                memory: &self.memory,
                glossary: &self.glossary,
                now: Timestamp::UNIX_EPOCH,
                max_segment_chars: MAX_SEGMENT_CHARS,
            }
        }

        /// Asks `model` (source text, whether it is the second try → text) until accept is content; how many questions.
        fn run(&self, model: &dyn Fn(&str, bool) -> Result<String, AskError>) -> (Accepted, usize) {
            let job = self.job();
            let plan = ask(&job);
            let settled = RefCell::new(HashMap::new());
            let mut open = plan.questions.clone();
            for _ in 0..4 {
                for question in open.drain(..) {
                    let answer = Answer {
                        key: question.key.clone(),
                        outcome: reply(&question, model),
                        by: Maker { provider: "gemini".into(), model: "g".into() },
                        at: Timestamp::from_second(1_000).unwrap(),
                    };
                    assert!(settled.borrow_mut().insert(question.key, answer).is_none(), "asked twice");
                }
                let accepted = accept(&job, &plan, &|key| settled.borrow().get(key).cloned());
                if accepted.again.is_empty() {
                    return (accepted, settled.borrow().len());
                }
                open = accepted.again;
            }
            panic!("it never ends");
        }
    }

    fn reply(
        question: &Question,
        model: &dyn Fn(&str, bool) -> Result<String, AskError>,
    ) -> Result<String, AskError> {
        let user: serde_json::Value = serde_json::from_str(&question.user).unwrap();
        let mut segments = Vec::new();
        for piece in user["segments"].as_array().unwrap() {
            let again = piece.get("fault").is_some();
            let text = model(piece["text"].as_str().unwrap(), again)?;
            if text.starts_with("RAW") {
                return Ok(text);
            }
            segments.push(serde_json::json!({ "id": piece["id"], "text": text }));
        }
        Ok(serde_json::json!({ "segments": segments }).to_string())
    }

    fn good(text: &str) -> String {
        match text {
            "比特幣創新高" => "Bitcoin at a record".to_owned(),
            "價格上漲7.2%。" => "The price rose 7.2%.".to_owned(),
            _ => "Analysts stay calm.".to_owned(),
        }
    }

    #[test]
    fn a_faulty_segment_is_asked_once_more_and_then_replaced() {
        let desk = Desk::new(&["價格上漲7.2%。", "分析師保持冷靜。"]);
        let (accepted, calls) = desk.run(&|text, again| {
            Ok(if text.contains("7.2") && !again { "The price rose 72%.".to_owned() } else { good(text) })
        });
        let translation = accepted.translation.unwrap();
        assert_eq!((translation.faults.len(), translation.checked, calls), (0, 3, 2));
        assert_eq!(translation.title, "Bitcoin at a record");
        assert_eq!(plain_text(&translation.blocks), "The price rose 7.2%.\nAnalysts stay calm.");

        let (accepted, calls) = desk.run(&|text, _| {
            Ok(if text.contains("7.2") { "The price rose 72%.".to_owned() } else { good(text) })
        });
        let translation = accepted.translation.unwrap();
        assert_eq!(accepted.status, Status::Ready);
        assert_eq!(plain_text(&translation.blocks), "價格上漲7.2%。\nAnalysts stay calm.");
        let fault = &translation.faults[0];
        assert_eq!(
            (fault.segment, fault.what.as_str(), fault.replaced),
            (Some(0), "the number 7.2 is lost", true)
        );
        assert_eq!(calls, 2);
    }

    #[test]
    fn unreadable_answers_are_asked_in_halves_and_then_fail() {
        let desk = Desk::new(&["價格上漲7.2%。", "分析師保持冷靜。"]);
        let (accepted, calls) = desk.run(&|_, _| Ok("RAW broken {".to_owned()));
        assert!(accepted.translation.is_none());
        assert_eq!((accepted.status.word(), calls), ("failed", 2));
        assert!(accepted.status.why().contains("not the JSON"), "{}", accepted.status.why());
        let cut = AskError::new(AskFailure::CutOff, "cut off");
        let (accepted, _) = desk.run(&|text, again| if again { Ok(good(text)) } else { Err(cut.clone()) });
        assert!(accepted.status.is_ready());
    }

    #[test]
    fn missing_answers_and_providers_away_leave_it_pending() {
        let desk = Desk::new(&["價格上漲7.2%。"]);
        let (job, plan) = (desk.job(), ask(&desk.job()));
        assert_eq!(accept(&job, &plan, &|_| None).status.word(), "pending");
        let quota = AskError::new(AskFailure::Quota, "the quota is used up");
        let (accepted, _) = desk.run(&|_, _| Err(quota.clone()));
        assert_eq!((accepted.status.word(), accepted.status.why()), ("pending", "the quota is used up"));
    }

    #[test]
    fn a_remembered_article_needs_nobody() {
        let mut desk = Desk::new(&["價格上漲7.2%。", "12.5"]);
        desk.memory.add(&desk.from, &desk.to, "比特幣創新高", "Bitcoin sets a record");
        desk.memory.add(&desk.from, &desk.to, "價格上漲7.2%。", "Prices are up 7.2%.");
        let (accepted, calls) = desk.run(&|_, _| panic!("nothing to ask"));
        let translation = accepted.translation.unwrap();
        assert_eq!((calls, translation.checked, translation.by.len()), (0, 0, 1));
        assert_eq!(
            (translation.title.as_str(), translation.by[0].provider.as_str()),
            ("Bitcoin sets a record", "memory")
        );
        assert_eq!(plain_text(&translation.blocks), "Prices are up 7.2%.\n12.5");
    }
}
