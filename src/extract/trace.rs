//! A reading goes in, why each part of the page was kept or dropped comes out, as lines for a person.

use std::fmt;

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::body::Choice;
use crate::extract::evidence::Evidence;
use crate::extract::hints::Hints;
use crate::extract::prune::Reason;

/// One part of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceLine {
    /// Element with id and classes, as in `div#main.post`.
    pub element: String,
    /// Why it was left out; none where it was kept.
    pub dropped: Option<Reason>,
    /// Letters in it.
    pub letters: u32,
    /// The start of its text.
    pub text: String,
}

/// Why the text is what it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// The element chosen as the article's container.
    pub container: String,
    /// Its parts in the order of the page, and the lead outside.
    pub lines: Vec<TraceLine>,
    /// Larger parts of the page that were out of the running from the start.
    pub outside: Vec<TraceLine>,
}

/// Most lines told.
const LINES: usize = 2_000;

impl Trace {
    pub(crate) fn of(tree: &Tree, evidence: &Evidence, choice: &Choice) -> Self {
        let mut trace =
            Self { container: name(tree, choice.container), lines: Vec::new(), outside: Vec::new() };
        for (from, to) in &choice.parts {
            let mut at = *from;
            while at < *to && trace.lines.len() < LINES {
                let fate = choice.fates.of(at);
                let facts = evidence.of(at);
                let tag = tree.tag(at);
                let whole = fate.is_some() || (!tag.is_inline() && facts.own > 0);
                if whole && tag != Tag::Text && (facts.text > 0 || fate != Some(Reason::Silent)) {
                    trace.lines.push(line(tree, evidence, at, fate));
                }
                at = if fate.is_some() { tree.end(at) } else { at + 1 };
            }
        }
        let mut at = 1;
        while at < tree.len() && trace.outside.len() < LINES {
            let facts = evidence.of(at);
            if facts.zone == Hints::NONE || tree.tag(at) == Tag::Text {
                at += 1;
                continue;
            }
            if facts.text > 150 {
                trace.outside.push(line(tree, evidence, at, Some(Reason::Named)));
            }
            at = tree.end(at);
        }
        trace
    }
}

fn line(tree: &Tree, evidence: &Evidence, at: usize, dropped: Option<Reason>) -> TraceLine {
    TraceLine { element: name(tree, at), dropped, letters: evidence.of(at).text, text: tree.text_of(at, 100) }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "container {}", self.container)?;
        for line in &self.lines {
            match line.dropped {
                None => write!(f, "  keep ")?,
                Some(why) => write!(f, "  drop ({why})")?,
            }
            writeln!(f, " {} [{}] {}", line.element, line.letters, line.text)?;
        }
        for line in &self.outside {
            writeln!(f, "  outside {} [{}] {}", line.element, line.letters, line.text)?;
        }
        Ok(())
    }
}

/// An element as a person would name it.
fn name(tree: &Tree, at: usize) -> String {
    let mut out = format!("{:?}", tree.tag(at)).to_lowercase();
    if let Some(id) = tree.attr(at, "id").filter(|id| id.len() < 60) {
        out.push('#');
        out.push_str(id);
    }
    for class in tree.attr(at, "class").unwrap_or_default().split_whitespace().take(3) {
        out.push('.');
        out.extend(class.chars().take(40));
    }
    out
}
