//! A row and its dossier go in, the article page's eight blocks come out, every state in words.

use serde::Serialize;

use crate::model::article::Obtained;
use crate::model::edition::{Dossier, Row};
use crate::model::source::Republish;
use crate::model::status::Status;
use crate::site::blocks::{Style, Writer};
use crate::site::content::Content;
use crate::site::format::{self, When};
use crate::site::index::{shared_event, source_of};
use crate::site::view::article_parts::{ImpactView, RevisionView, VotesView};
use crate::site::view::raw::Fact;
use crate::site::view::similar::SimilarView;
use crate::site::view::{Frame, Link, Shell, State, Text};
use crate::site::{Desk, SiteError, blocks, escape, paths};

/// The article page.
#[derive(Debug, Serialize)]
pub(crate) struct ArticleView {
    page: Shell,
    id: String,
    title: Text,
    source: Link,
    when: When,
    /// `zh-Hant → en`, or one language.
    languages: String,
    words: String,
    authors: String,
    event: Option<EventLink>,
    original: Option<Original>,
    /// The publisher's address, where it may be linked.
    url: String,
    impact: ImpactView,
    text: TextView,
    data: Vec<DataLine>,
    similar: SimilarView,
    facts: Vec<Fact>,
    json: String,
    revisions: Vec<RevisionView>,
    votes: VotesView,
    symbols: Vec<Link>,
}

/// The event that the article belongs to.
#[derive(Debug, Serialize)]
struct EventLink {
    href: String,
    title: Text,
    publishers: String,
    alone: bool,
}

/// The original title.
#[derive(Debug, Serialize)]
struct Original {
    title: Text,
    language: String,
}

/// The text, in one or two languages.
#[derive(Debug, Serialize)]
struct TextView {
    html: String,
    /// True where original and translation stand side by side.
    pairs: bool,
    attr: String,
    how: String,
    by: String,
    words: String,
    translated_words: String,
    faults: Vec<FaultView>,
    checked: String,
    /// Why the text is not whole, or not translated: sentences.
    notes: Vec<String>,
    empty: bool,
}

/// A finding of the translation's checks.
#[derive(Debug, Serialize)]
struct FaultView {
    href: String,
    place: String,
    what: String,
    replaced: bool,
}

/// One line of the data status.
#[derive(Debug, Serialize)]
struct DataLine {
    what: &'static str,
    state: State,
}

/// Builds the page of the row at `at`.
pub(crate) fn view(desk: &Desk<'_>, at: u32, dossier: &Dossier) -> Result<ArticleView, SiteError> {
    let row = desk.edition.rows.get(at as usize).ok_or_else(|| desk.mismatch("its row is missing"))?;
    if row.id != dossier.id {
        return Err(desk.mismatch("its dossier is another article's"));
    }
    let content = Content::of(desk.edition, row, dossier);
    let words = desk.words;
    let language = dossier.article.language.as_ref().or(row.language.as_ref());
    let title = desk.text(content.title, content.language);
    let mut frame = Frame::new(content.title, "news");
    let description = content.excerpt();
    frame.description = &description;
    frame.kind = "article";
    Ok(ArticleView {
        page: desk.shell(&frame),
        id: row.id.as_str().to_owned(),
        source: desk.source_link(row),
        when: format::moment(words, &row.published),
        languages: languages(desk, dossier, row),
        words: words.count("n_words", u64::from(dossier.article.words.max(row.words))),
        authors: dossier.article.authors.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", "),
        event: event_link(desk, row),
        original: content.translated.then(|| Original {
            title: desk.text(&dossier.article.title, language),
            language: desk.language_name(language),
        }),
        url: escape::link(dossier.url.as_str()).unwrap_or_default().into_owned(),
        impact: desk.impact(dossier, content.policy),
        text: text(desk, row, dossier, &content),
        data: data(desk, dossier, content.policy),
        similar: desk.similar(dossier),
        facts: desk.facts(row, dossier),
        json: desk.href(&paths::api_article(&row.id)),
        revisions: desk.revisions(dossier, content.policy),
        votes: desk.votes(dossier, content.title),
        symbols: desk.symbol_links(&row.symbols, 60),
        title,
    })
}

fn languages(desk: &Desk<'_>, dossier: &Dossier, row: &Row) -> String {
    let name = desk.language_name(dossier.article.language.as_ref().or(row.language.as_ref()));
    match &dossier.translation {
        Some(translation) => {
            let arrow = if desk.edition.language.is_rtl() { "←" } else { "→" };
            format!("{name} {arrow} {}", desk.language_name(Some(&translation.language)))
        }
        None => name,
    }
}

fn event_link(desk: &Desk<'_>, row: &Row) -> Option<EventLink> {
    let alone = shared_event(desk.edition, row).is_none();
    let event = desk.edition.events.get(row.event? as usize)?;
    Some(EventLink {
        href: desk.href(&paths::event(&event.id)),
        title: desk.event_title(event),
        publishers: desk.words.count("n_publishers", u64::from(event.publishers)),
        alone,
    })
}

fn text(desk: &Desk<'_>, row: &Row, dossier: &Dossier, content: &Content<'_>) -> TextView {
    let words = desk.words;
    let full = content.policy == Republish::Full;
    let pairs = full && content.translated && !dossier.article.blocks.is_empty();
    let original_language = dossier.article.language.as_ref().or(row.language.as_ref());
    let html = match content.policy {
        Republish::Full if pairs => paired(desk, dossier, content),
        Republish::Full => blocks::html(content.blocks, PAGE),
        Republish::Excerpt | Republish::Link => content.html(),
    };
    let how = match dossier.article.obtained {
        Obtained::Page => "how_page",
        Obtained::Feed => "how_feed",
        Obtained::Summary => "how_summary",
        Obtained::Nothing => "how_nothing",
    };
    TextView {
        empty: html.trim().is_empty(),
        html,
        pairs,
        attr: if pairs { String::new() } else { desk.attr(content.language) },
        how: words.get(how).to_owned(),
        by: translated_by(desk, dossier),
        words: words.count("n_words", u64::from(dossier.article.words)),
        translated_words: dossier
            .translation
            .as_ref()
            .map(|t| words.count("n_words", u64::from(t.words)))
            .unwrap_or_default(),
        faults: faults(desk, dossier, full),
        checked: dossier
            .translation
            .as_ref()
            .map(|t| words.count("n_segments", u64::from(t.checked)))
            .unwrap_or_default(),
        notes: notes(desk, dossier, content, original_language),
    }
}

const PAGE: Style<'static> = Style { ids: Some("p"), marks: true, heading: 3 };
const BESIDE: Style<'static> = Style { ids: Some("o"), marks: false, heading: 3 };

/// Original and translation, block by block: the same shape is the translation's contract; where it is broken, the
/// longer text goes on alone.
fn paired(desk: &Desk<'_>, dossier: &Dossier, content: &Content<'_>) -> String {
    let ours = desk.attr(content.language);
    let theirs = desk.attr(dossier.article.language.as_ref());
    let (mut left, mut right) = (Writer::new(BESIDE), Writer::new(PAGE));
    let mut out = String::new();
    let originals = &dossier.article.blocks;
    for at in 0..originals.len().max(content.blocks.len()) {
        out.push_str("<div class=\"pair\"><div class=\"theirs\"");
        out.push_str(&theirs);
        out.push('>');
        if let Some(block) = originals.get(at) {
            left.block(block, &mut out);
        }
        out.push_str("</div><div class=\"ours\"");
        out.push_str(&ours);
        out.push('>');
        if let Some(block) = content.blocks.get(at) {
            right.block(block, &mut out);
        }
        out.push_str("</div></div>\n");
    }
    out
}

fn translated_by(desk: &Desk<'_>, dossier: &Dossier) -> String {
    let Some(translation) = &dossier.translation else { return String::new() };
    let names: Vec<String> = translation.by.iter().map(|maker| desk.maker(maker)).collect();
    let when = format::instant(desk.words, translation.at);
    desk.words.fill("translated_by", &[("who", &names.join(", ")), ("when", &when.text)])
}

fn faults(desk: &Desk<'_>, dossier: &Dossier, linked: bool) -> Vec<FaultView> {
    let Some(translation) = &dossier.translation else { return Vec::new() };
    let one = |fault: &crate::model::translation::SegmentFault| FaultView {
        href: fault.segment.filter(|_| linked).map(|n| format!("#p{}", n + 1)).unwrap_or_default(),
        place: fault
            .segment
            .map_or_else(|| desk.words.get("the_title").to_owned(), |n| format!("¶{}", u64::from(n) + 1)),
        what: desk.words.told(&fault.what),
        replaced: fault.replaced,
    };
    translation.faults.iter().take(50).map(one).collect()
}

/// What a reader must know before reading: not translated and why, only an excerpt and why.
fn notes(
    desk: &Desk<'_>,
    dossier: &Dossier,
    content: &Content<'_>,
    original: Option<&crate::model::lang::Lang>,
) -> Vec<String> {
    let words = desk.words;
    let mut out = Vec::new();
    match content.policy {
        Republish::Full => {}
        Republish::Excerpt => out.push(words.get("withheld_excerpt").to_owned()),
        Republish::Link => out.push(words.get("withheld_link").to_owned()),
    }
    let foreign = original.is_some_and(|language| !desk.edition.language.reads(language));
    if dossier.translation.is_none() && foreign {
        let key = match &dossier.translated {
            Status::Pending { .. } => "untranslated_pending",
            Status::Failed { .. } => "untranslated_failed",
            Status::Off { .. } => "untranslated_off",
            _ => "untranslated",
        };
        out.push(words.get(key).to_owned());
    }
    out
}

fn data(desk: &Desk<'_>, dossier: &Dossier, policy: Republish) -> Vec<DataLine> {
    let words = desk.words;
    let read = match (&dossier.read, policy) {
        (Status::Ready, Republish::Excerpt) => {
            Status::Withheld { why: words.get("withheld_excerpt").to_owned() }
        }
        (Status::Ready, Republish::Link) => Status::Withheld { why: words.get("withheld_link").to_owned() },
        (other, _) => other.clone(),
    };
    let mut out = vec![DataLine { what: words.get("data_text"), state: desk.state(&read) }];
    for missing in dossier.article.missing.iter().take(12) {
        let state = desk.state(&Status::Unavailable { why: missing.clone() });
        out.push(DataLine { what: words.get("data_missing"), state });
    }
    let own = dossier.translation.is_none()
        && matches!(dossier.translated, Status::Off { .. })
        && dossier.article.language.as_ref().is_some_and(|l| desk.edition.language.reads(l));
    let mut translated = desk.state(&dossier.translated);
    if own {
        translated = desk.state(&Status::Ready);
        words.get("translation_not_needed").clone_into(&mut translated.label);
    }
    out.push(DataLine { what: words.get("data_translation"), state: translated });
    out.push(DataLine { what: words.get("data_impact"), state: desk.state(&dossier.analysed) });
    let votes = if dossier.votes.is_empty() {
        Status::Unavailable { why: words.get("votes_none").to_owned() }
    } else {
        Status::Ready
    };
    out.push(DataLine { what: words.get("data_votes"), state: desk.state(&votes) });
    out
}

impl Desk<'_> {
    /// Who made a translation or an analysis, as readers see it.
    pub(crate) fn maker(&self, maker: &crate::model::translation::Maker) -> String {
        match (maker.provider.as_str(), maker.model.as_str()) {
            ("memory", _) => self.words.get("by_memory").to_owned(),
            (provider, "") => provider.to_owned(),
            (provider, model) => format!("{model} ({provider})"),
        }
    }

    /// What an article's category is called, and where it stands.
    pub(crate) fn category_link(&self, row: &Row) -> Option<Link> {
        let category = &source_of(self.edition, row)?.category;
        self.index.category(category).map(|at| self.list_link(crate::site::page::ListOf::Category(at)))
    }
}
