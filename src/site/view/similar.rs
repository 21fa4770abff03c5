//! A dossier's precedents go in; the similar past events come out as pages show them: why they are, what came after
//! them in the archive, and the analysis that was recorded. Where nothing is recorded, nothing is said.

use serde::Serialize;

use crate::model::edition::{Dossier, Row};
use crate::model::event::{Outcome, Precedent, Reason, ReasonKind, Similar};
use crate::site::format::{self, When};
use crate::site::view::{Sign, Text};
use crate::site::{Desk, charts, paths};

/// Similar past events that a page shows.
const MOST: usize = 20;
const DAY_SECONDS: i64 = 86_400;

/// Similar past events.
#[derive(Debug, Serialize)]
pub(crate) struct SimilarView {
    mode: &'static str,
    count: String,
    off: &'static str,
    pub(crate) items: Vec<SimilarItem>,
}

#[derive(Debug, Serialize)]
pub(crate) struct SimilarItem {
    href: String,
    title: Text,
    when: When,
    score: String,
    meter_svg: String,
    reasons: Vec<ReasonView>,
    publishers: String,
    after: Option<AfterView>,
    outcome: Option<OutcomeView>,
}

#[derive(Debug, Serialize)]
struct ReasonView {
    kind: &'static str,
    words: String,
    share: String,
}

/// What came after it.
#[derive(Debug, Serialize)]
struct AfterView {
    /// `3 later reports`.
    count: String,
    /// `within 2 days`.
    span: String,
    /// The last of them.
    href: String,
    title: Text,
    when: When,
}

/// What its analysis said.
#[derive(Debug, Serialize)]
struct OutcomeView {
    sign: Sign,
    summary: Option<Text>,
    when: When,
    /// Where the whole analysis stands.
    href: String,
}

/// Reports of a past event after the one that resembles.
#[derive(Debug)]
pub(crate) struct FollowUps<'a> {
    /// How many there are; at least one.
    pub(crate) reports: u64,
    /// Days from the one that resembles to the last of them, each begun day counted.
    pub(crate) days: u64,
    /// The last of them.
    pub(crate) last: &'a Row,
}

impl Desk<'_> {
    /// The similar past events.
    pub(crate) fn similar(&self, dossier: &Dossier) -> SimilarView {
        let words = self.words;
        let items: Vec<SimilarItem> =
            dossier.similar.iter().take(MOST).filter_map(|past| self.similar_item(past)).collect();
        let (mode, off) = match self.edition.similar_mode.as_str() {
            "semantic" => ("similar_semantic", ""),
            "hybrid" => ("similar_hybrid", ""),
            _ => ("similar_keywords", words.get("similar_off")),
        };
        SimilarView { mode: words.get(mode), count: words.count("n_items", items.len() as u64), off, items }
    }

    /// What the archive holds of a past event after the report that resembles; `None` where that was the last one.
    pub(crate) fn follow_ups(&self, similar: &Similar) -> Option<FollowUps<'_>> {
        let at = self.index.event(self.edition, &similar.event)?;
        let event = self.edition.events.get(at as usize)?;
        let mut members = self.members(event).skip_while(|row| row.id != similar.article);
        let matched = members.next()?.published.at.as_second();
        let (reports, last) = members.fold((0, None), |(n, _), row| (n + 1, Some(row)));
        let last = last?;
        let seconds = last.published.at.as_second() - matched;
        let days = seconds / DAY_SECONDS + i64::from(seconds % DAY_SECONDS > 0);
        Some(FollowUps { reports, days: days.max(1).unsigned_abs(), last })
    }

    fn similar_item(&self, past: &Precedent) -> Option<SimilarItem> {
        let similar = &past.similar;
        let row = self.edition.rows.get(self.index.row(self.edition, &similar.article)? as usize)?;
        let event = self
            .index
            .event(self.edition, &similar.event)
            .and_then(|at| self.edition.events.get(at as usize));
        let shared = event.filter(|event| event.members.len() > 1);
        Some(SimilarItem {
            href: self.href(&shared.map_or_else(|| paths::article(&row.id), |event| paths::event(&event.id))),
            title: self.text(&row.title, row.title_language.as_ref()),
            when: format::instant(self.words, similar.published),
            score: format!("{:.2}", similar.score),
            meter_svg: charts::meter((similar.score.clamp(0.0, 1.0) * 100.0).round() as u32, "plain"),
            reasons: similar.why.iter().take(6).map(|reason| self.reason(reason)).collect(),
            publishers: shared
                .map(|event| self.words.count("n_publishers", u64::from(event.publishers)))
                .unwrap_or_default(),
            after: self.follow_ups(similar).map(|after| self.after(&after)),
            outcome: past.outcome.as_ref().and_then(|outcome| self.outcome(outcome)),
        })
    }

    fn after(&self, after: &FollowUps<'_>) -> AfterView {
        AfterView {
            count: self.words.count("n_later_reports", after.reports),
            span: self.words.count("within_days", after.days),
            href: self.href(&paths::article(&after.last.id)),
            title: self.text(&after.last.title, after.last.title_language.as_ref()),
            when: format::moment(self.words, &after.last.published),
        }
    }

    /// The analysis in one line; nothing where its article is not on the site.
    fn outcome(&self, outcome: &Outcome) -> Option<OutcomeView> {
        self.index.row(self.edition, &outcome.article)?;
        let summary = (!outcome.summary.is_empty()).then_some(&outcome.summary);
        Some(OutcomeView {
            sign: self.sign(outcome.direction, outcome.strength),
            summary: summary.map(|summary| self.text(summary, Some(&outcome.language))),
            when: format::instant(self.words, outcome.at),
            href: self.href(&format!("{}#impact", paths::article(&outcome.article))),
        })
    }

    fn reason(&self, reason: &Reason) -> ReasonView {
        let kind = match reason.kind {
            ReasonKind::Symbols => "reason_symbols",
            ReasonKind::Names => "reason_names",
            ReasonKind::Terms => "reason_terms",
            ReasonKind::Numbers => "reason_numbers",
            ReasonKind::Time => "reason_time",
            ReasonKind::Meaning => "reason_meaning",
        };
        ReasonView {
            kind: self.words.get(kind),
            words: reason.words.iter().take(6).map(String::as_str).collect::<Vec<_>>().join(", "),
            share: format!("{:.0} %", reason.share.clamp(0.0, 1.0) * 100.0),
        }
    }
}
