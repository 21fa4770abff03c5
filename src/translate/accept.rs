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
            None => title = inline_text(&leaf.inlines).trim().to_owned(),
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
