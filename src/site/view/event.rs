//! An event goes in, its page comes out: the headline, who was first, the timeline over publishers and languages, where
//! reports differ, what came before.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::edition::{Dossier, EventRow, Row};
use crate::model::id::EventId;
use crate::site::format::{self, When};
use crate::site::index::source_of;
use crate::site::view::item::Card;
use crate::site::view::similar::SimilarView;
use crate::site::view::{Frame, Link, Shell, Sign, Text};
use crate::site::{Desk, SiteError, charts, content, paths};

/// The event page.
#[derive(Debug, Serialize)]
pub(crate) struct EventView {
    page: Shell,
    card: Card,
    strip_svg: String,
    legend: Vec<Sign2>,
    timeline: Vec<Moment>,
    conflicts: Vec<ConflictView>,
    signs: Vec<SignCount>,
    similar: Option<SimilarView>,
    absorbed: Vec<String>,
    parted: Vec<PartedView>,
    feed: String,
    json: String,
    alone: bool,
}

/// A language and its sign in the strip.
#[derive(Debug, Serialize)]
struct Sign2 {
    svg: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct Moment {
    href: String,
    title: Text,
    source: Link,
    when: When,
    /// `+2 h 10 min` after the first.
    after: String,
    language: String,
    sign: Option<Sign>,
    words: String,
    first: bool,
    central: bool,
}

/// An event whose reports stood in this one until they were told apart.
#[derive(Debug, Serialize)]
struct PartedView {
    href: String,
    title: Text,
}

#[derive(Debug, Serialize)]
struct ConflictView {
    about: String,
    versions: Vec<VersionView>,
}

#[derive(Debug, Serialize)]
struct VersionView {
    text: String,
    attr: String,
    source: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct SignCount {
    sign: Sign,
    count: String,
}

/// Builds the page of the event at `at`; `central` is its central article's dossier, for what came before.
pub(crate) fn view(desk: &Desk<'_>, at: u32, central: Option<&Dossier>) -> Result<EventView, SiteError> {
    let event = desk.edition.events.get(at as usize).ok_or_else(|| desk.mismatch("its event is missing"))?;
    let card = desk.card(event);
    let title = card.title.text.clone();
    let summary = card.summary.as_ref().map(|s| s.text.clone()).unwrap_or_default();
    let mut frame = Frame::new(&title, "news");
    frame.description = &summary;
    frame.kind = "article";
    let members: Vec<&Row> = desk.members(event).collect();
    let (strip_svg, legend) = strip(desk, &members);
    Ok(EventView {
        page: desk.shell(&frame),
        strip_svg,
        legend,
        timeline: timeline(desk, event, &members),
        conflicts: conflicts(desk, event),
        signs: signs(desk, &members),
        similar: central.map(|dossier| desk.similar(dossier)).filter(|similar| !similar.items.is_empty()),
        parted: event.parted.iter().filter_map(|id| parted(desk, id)).collect(),
        absorbed: event.absorbed.iter().map(|id| id.as_str().to_owned()).collect(),
        feed: desk.href(&paths::event_feed(&event.id)),
        json: desk.href(&paths::api_event(&event.id)),
        alone: members.len() < 2,
        card,
    })
}

/// An event that stood in this one, where it has a page.
fn parted(desk: &Desk<'_>, id: &EventId) -> Option<PartedView> {
    let event = desk.edition.events.get(desk.index.event(desk.edition, id)? as usize)?;
    let card = desk.card(event);
    Some(PartedView { href: card.href, title: card.title })
}

/// Publishers as rows in the order of their first report; at most twenty.
fn strip(desk: &Desk<'_>, members: &[&Row]) -> (String, Vec<Sign2>) {
    if members.len() < 2 {
        return (String::new(), Vec::new());
    }
    let times = members.iter().map(|row| row.published.at.as_second());
    let (first, last) = (times.clone().min().unwrap_or(0), times.max().unwrap_or(0));
    let span = (last - first).max(1) as f64;
    let mut languages: Vec<String> = Vec::new();
    let mut rows: Vec<(String, String, Vec<charts::Mark>)> = Vec::new();
    for row in members {
        let tag = row.language.as_ref().map_or_else(String::new, |l| l.as_str().to_owned());
        let language = languages.iter().position(|l| *l == tag).unwrap_or_else(|| {
            languages.push(tag);
            languages.len() - 1
        });
        let source = source_of(desk.edition, row);
        let publisher = source.map_or("", |s| s.publisher.as_str());
        let mark = charts::Mark {
            at: (row.published.at.as_second() - first) as f64 / span,
            language,
            label: format!("{} · {}", format::moment(desk.words, &row.published).text, row.title),
        };
        let known = rows.iter().position(|(known, _, _)| known == publisher);
        if let Some((_, _, marks)) = known.and_then(|at| rows.get_mut(at)) {
            marks.push(mark);
        } else if rows.len() < 20 {
            rows.push((
                publisher.to_owned(),
                source.map_or_else(String::new, |s| s.name.clone()),
                vec![mark],
            ));
        }
    }
    let label = |row: Option<&&Row>| {
        row.map_or_else(String::new, |row| format::moment(desk.words, &row.published).text)
    };
    let rows: Vec<(String, Vec<charts::Mark>)> =
        rows.into_iter().map(|(_, name, marks)| (name, marks)).collect();
    let legend = languages
        .iter()
        .enumerate()
        .map(|(at, tag)| Sign2 {
            svg: charts::legend(at),
            name: if tag.is_empty() { desk.language_name(None) } else { desk.words.language(tag) },
        })
        .collect();
    (charts::strip(&rows, &label(members.first()), &label(members.last())), legend)
}

fn timeline(desk: &Desk<'_>, event: &EventRow, members: &[&Row]) -> Vec<Moment> {
    let central = desk.edition.rows.get(event.central as usize).map(|row| &row.id);
    let start = members.first().map_or(0, |row| row.published.at.as_second());
    let one = |(at, row): (usize, &&Row)| Moment {
        href: desk.href(&paths::article(&row.id)),
        title: desk.text(&row.title, row.title_language.as_ref()),
        source: desk.source_link(row),
        when: format::moment(desk.words, &row.published),
        after: after(row.published.at.as_second() - start),
        language: desk.language_name(row.language.as_ref()),
        sign: row.impact.map(|(direction, strength)| desk.sign(direction, strength)),
        words: desk.words.count("n_words", u64::from(row.words)),
        first: at == 0,
        central: Some(&row.id) == central,
    };
    members.iter().enumerate().map(one).collect()
}

/// `+2 h 10 min`; nothing for the first report.
fn after(seconds: i64) -> String {
    match seconds / 60 {
        i64::MIN..=0 => String::new(),
        minutes @ 1..=59 => format!("+{minutes} min"),
        minutes @ 60..=2879 => format!("+{} h {:02} min", minutes / 60, minutes % 60),
        minutes => format!("+{} d", minutes / 1440),
    }
}

fn conflicts(desk: &Desk<'_>, event: &EventRow) -> Vec<ConflictView> {
    let version = |(id, text): &(crate::model::id::ArticleId, String)| {
        let row = desk.edition.rows.get(desk.index.row(desk.edition, id)? as usize)?;
        let text = if content::may_quote(desk.edition, row) { text.clone() } else { String::new() };
        Some(VersionView {
            text,
            attr: desk.attr(row.language.as_ref()),
            source: desk.source_link(row).name,
            href: desk.href(&paths::article(id)),
        })
    };
    let one = |conflict: &crate::model::event::Conflict| ConflictView {
        about: conflict.about.clone(),
        versions: conflict.versions.iter().take(12).filter_map(version).collect(),
    };
    event.conflicts.iter().take(10).map(one).collect()
}

/// How many articles point where.
fn signs(desk: &Desk<'_>, members: &[&Row]) -> Vec<SignCount> {
    let mut counts: BTreeMap<_, (u64, u32)> = BTreeMap::new();
    for (direction, strength) in members.iter().filter_map(|row| row.impact) {
        let slot = counts.entry(direction).or_default();
        slot.0 += 1;
        slot.1 += u32::from(strength);
    }
    counts
        .into_iter()
        .map(|(direction, (n, sum))| SignCount {
            sign: desk.sign(direction, (u64::from(sum) / n.max(1)) as u8),
            count: desk.words.count("n_articles", n),
        })
        .collect()
}
