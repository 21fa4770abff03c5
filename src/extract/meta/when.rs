//! What a page offers as dates goes in, when it was published and changed comes out. A date is believed only between
//! 1995 and a day after now.

use jiff::Timestamp;
use url::Url;

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::Evidence;
use crate::extract::meta::Source;
use crate::extract::meta::collect::Raw;
use crate::extract::meta::jsonld::Linked;
use crate::extract::meta::stamp::{self, Order};
use crate::model::moment::Moment;

/// 1995-01-01: no news page is older.
const FIRST: i64 = 788_918_400;
/// A zone may be a day ahead.
const AHEAD: i64 = 86_400;

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "date.published",
    "published_time",
    "publication_date",
    "publicationdate",
    "article.published",
    "sailthru.date",
    "parsely-pub-date",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "citation_publication_date",
    "citation_date",
    "cxenseparse:recs:publishtime",
    "article_date_original",
    "originalpublicationdate",
    "ptime",
    "pdate",
    "rnews:datepublished",
    "dateposted",
    "created",
    "datecreated",
    "apub:time",
    "bt:pubdate",
    "weibo: article:create_at",
    "article:create_at",
    "shareaholic:article_published_time",
    "mediator_published_time",
    "date_published",
    "nrkpubdate",
    "dcsext.article-firstpublished",
    "_pubtime",
    "displaydate",
];
const DATED: &[&str] = &[
    "date",
    "dc.date",
    "dcterms.date",
    "dcterms.available",
    "og:pubdate",
    "time",
    "article-date",
    "release_date",
    "releasedate",
    "gentime",
    "vr:published_time",
];
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "modified",
    "revised",
    "article:updated_time",
    "dc.modified",
    "moddate",
];

/// When, and where that was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dated {
    pub(crate) moment: Moment,
    pub(crate) source: Source,
    pub(crate) confidence: f32,
}

/// What dates are read with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) order: Order,
    pub(crate) now: Timestamp,
}

impl Reader {
    /// The first plausible date in `text`.
    pub(crate) fn read(self, text: &str) -> Option<Moment> {
        stamp::parse(text, self.order).filter(|moment| self.is_plausible(moment))
    }

    fn is_plausible(self, moment: &Moment) -> bool {
        let second = moment.at.as_second();
        second >= FIRST && second <= self.now.as_second().saturating_add(AHEAD)
    }
}

/// When the article was published.
pub(crate) fn published(
    tree: &Tree,
    evidence: &Evidence,
    raw: &Raw<'_>,
    linked: &Linked,
    url: Option<&Url>,
    heading: Option<usize>,
    reader: Reader,
) -> Option<Dated> {
    let by_url = url.and_then(|url| in_address(url, reader));
    let some = |moment: Option<Moment>, source, confidence| {
        moment.map(|moment| Dated { moment, source, confidence })
    };
    let meta =
        |names: &[&str]| names.iter().flat_map(|name| raw.all(name)).find_map(|text| reader.read(text));
    let property = |name: &str| {
        raw.properties
            .iter()
            .filter(|(have, _)| have.split_whitespace().any(|word| word.eq_ignore_ascii_case(name)))
            .find_map(|(_, at)| machine(tree, *at, reader))
    };
    some(linked.published.as_deref().and_then(|text| reader.read(text)), Source::JsonLd, 0.95)
        .or_else(|| some(meta(PUBLISHED), Source::OpenGraph, 0.9))
        .or_else(|| {
            some(property("datePublished").or_else(|| property("dateCreated")), Source::Microdata, 0.9)
        })
        .map(|found| on_the_day(found, by_url.or_else(|| seen_day(tree, evidence, raw, heading, reader))))
        .or_else(|| some(by_url, Source::Url, 0.85))
        .or_else(|| {
            some(meta(DATED), Source::Meta, 0.8)
                .map(|found| as_seen(found, tree, evidence, raw, heading, reader))
        })
        .or_else(|| some(beside(tree, evidence, heading, reader), Source::Visible, 0.75))
        .or_else(|| some(time_element(tree, raw, heading, reader), Source::Visible, 0.75))
        .or_else(|| some(named(tree, raw, heading, reader), Source::Visible, 0.7))
        .or_else(|| some(near(tree, evidence, heading, reader), Source::Visible, 0.6))
        .or_else(|| some(in_scripts(tree, reader), Source::JsonLd, 0.55))
        .or_else(|| some(meta(MODIFIED), Source::Meta, 0.5))
        .or_else(|| some(linked.modified.as_deref().and_then(|text| reader.read(text)), Source::JsonLd, 0.5))
        .or_else(|| some(anywhere(tree, evidence, reader), Source::Visible, 0.3))
        .or_else(|| some(by_picture(raw, reader), Source::Url, 0.2))
}

/// The day in the address of the page's picture: it was uploaded for the article, most often.
fn by_picture(raw: &Raw<'_>, reader: Reader) -> Option<Moment> {
    let picture = raw.first(&["og:image:secure_url", "og:image", "twitter:image"])?;
    in_address(&Url::parse(picture).ok()?, reader)
}

/// When the article was last changed.
pub(crate) fn modified(raw: &Raw<'_>, linked: &Linked, reader: Reader) -> Option<Dated> {
    let stated = linked.modified.as_deref().and_then(|text| reader.read(text));
    let source = if stated.is_some() { Source::JsonLd } else { Source::Meta };
    let moment = stated
        .or_else(|| MODIFIED.iter().flat_map(|name| raw.all(name)).find_map(|text| reader.read(text)))?;
    Some(Dated { moment, source, confidence: 0.8 })
}

/// A time told in UTC a few hours over midnight: the publisher's own day, as its address or its page names it, is the one
/// before or after. The instant stays; it is told with the least offset that puts it on that day.
fn on_the_day(found: Dated, named: Option<Moment>) -> Dated {
    let Some(named) = named.filter(|_| !found.moment.day_only && found.moment.offset.unwrap_or(0) == 0)
    else {
        return found;
    };
    let (stated, day) = (found.moment.date(), named.date());
    let second = i32::try_from(found.moment.at.as_second().rem_euclid(86_400)).unwrap_or(0);
    let offset = if stated.yesterday().is_ok_and(|d| d == day) {
        -(second / 3600 + 1) * 3600
    } else if stated.tomorrow().is_ok_and(|d| d == day) {
        ((86_400 - second + 3599) / 3600) * 3600
    } else {
        return found;
    };
    if offset.abs() > 14 * 3600 {
        return found;
    }
    Dated { moment: Moment { offset: Some(offset), ..found.moment }, ..found }
}

/// A meta element that merely says `date` may mean the last change: where a `time` right by the headline tells another
/// day to readers, and not as a change, that is believed.
fn as_seen(
    found: Dated,
    tree: &Tree,
    evidence: &Evidence,
    raw: &Raw<'_>,
    heading: Option<usize>,
    reader: Reader,
) -> Dated {
    let Some(heading) = heading else { return found };
    raw.times
        .iter()
        .chain(&raw.dated)
        .filter(|at| at.abs_diff(heading) < 120 && !about_changes(tree, **at))
        .find_map(|at| reader.read(&tree.text_of(*at, 80)))
        .or_else(|| beside(tree, evidence, Some(heading), reader))
        .filter(|seen| seen.date() != found.moment.date())
        .map_or(found, |moment| Dated { moment, source: Source::Visible, confidence: 0.75 })
}

/// The day that readers see near the headline.
fn seen_day(
    tree: &Tree,
    evidence: &Evidence,
    raw: &Raw<'_>,
    heading: Option<usize>,
    reader: Reader,
) -> Option<Moment> {
    let heading = heading?;
    raw.times
        .iter()
        .chain(&raw.dated)
        .filter(|at| at.abs_diff(heading) < 120 && !about_changes(tree, **at))
        .find_map(|at| reader.read(&tree.text_of(*at, 200)))
        .or_else(|| near(tree, evidence, Some(heading), reader))
}

/// A day in an address: /2019/11/18/, /2019-11-18, /20191118.
fn in_address(url: &Url, reader: Reader) -> Option<Moment> {
    let path = url.path();
    let bytes = path.as_bytes();
    for (at, window) in bytes.windows(4).enumerate() {
        let fresh = at == 0 || bytes.get(at - 1).is_none_or(|b| !b.is_ascii_digit());
        if !fresh || !window.iter().all(u8::is_ascii_digit) {
            continue;
        }
        let rest = path.get(at..).unwrap_or_default();
        let head: String = rest.chars().take(11).collect();
        let dense = head.get(..8).filter(|h| {
            h.bytes().all(|b| b.is_ascii_digit())
                && !rest.get(8..9).is_some_and(|c| c.bytes().all(|b| b.is_ascii_digit()))
        });
        let spaced = head.get(4..5).is_some_and(|c| matches!(c, "/" | "-" | "_" | "."));
        let moment = match dense {
            Some(day) => reader.read(day),
            None if spaced => whole_day(&head).and_then(|day| reader.read(day)),
            None => None,
        };
        if let Some(moment) = moment.filter(|moment| moment.day_only) {
            return Some(moment);
        }
    }
    // A whole segment that is a day, its year last: /29-10-2021
    path.split('/')
        .filter(|part| part.len() == 10 && part.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
        .find_map(|part| reader.read(part))
}

/// `2019/11/18` at the start of `head`, where no letter or digit goes on: `2019/11/3-questions` is no day.
fn whole_day(head: &str) -> Option<&str> {
    let day = head.get(..10)?;
    let digits = |from: usize, to: usize| {
        day.get(from..to).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let apart = head.get(10..).is_none_or(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()));
    (digits(5, 7) && digits(8, 10) && apart).then_some(day)
}

/// The date of an element: its machine-readable form, or its words.
fn machine(tree: &Tree, at: usize, reader: Reader) -> Option<Moment> {
    ["datetime", "content", "title", "data-time", "data-date"]
        .into_iter()
        .filter_map(|name| tree.attr(at, name))
        .find_map(|text| reader.read(text))
        .or_else(|| reader.read(&tree.text_of(at, 200)))
}

fn time_element(tree: &Tree, raw: &Raw<'_>, heading: Option<usize>, reader: Reader) -> Option<Moment> {
    let mut best: Option<(usize, Moment)> = None;
    for at in &raw.times {
        let Some(moment) = machine(tree, *at, reader) else { continue };
        let changed = about_changes(tree, *at);
        let far = heading.map_or(*at, |heading| at.abs_diff(heading)) + if changed { 60 } else { 0 };
        let pub_date = tree.attr(*at, "pubdate").is_some()
            || tree.attr(*at, "class").is_some_and(|class| class.contains("publish"));
        let far = if pub_date { 0 } else { far };
        if best.is_none_or(|(have, _)| far < have) {
            best = Some((far, moment));
        }
    }
    best.map(|(_, moment)| moment)
}

/// A date under a telling key in the page's scripts.
fn in_scripts(tree: &Tree, reader: Reader) -> Option<Moment> {
    const KEYS: &[&str] = &[
        "datePublished",
        "publishedFirst",
        "first-publication",
        "publicationDate",
        "publication_date",
        "publishDate",
        "publishedDate",
        "published_at",
        "publishedAt",
        "pubDate",
        "published_time",
        "created_at",
    ];
    for at in (1..tree.len()).filter(|at| tree.tag(*at) == Tag::Script).take(60) {
        let text = tree.text(at + 1);
        let text = text.get(..text.floor_char_boundary(200_000)).unwrap_or(text);
        for key in KEYS {
            let Some(found) = text.find(key) else { continue };
            let rest = text.get(found + key.len()..).unwrap_or_default();
            let value = rest.get(..rest.floor_char_boundary(48)).unwrap_or(rest);
            if value.trim_start_matches(['"', '\'', '\\', ' ']).starts_with([':', '='])
                && let Some(moment) = reader.read(value)
            {
                return Some(moment);
            }
        }
    }
    None
}

/// True where the words around a date say that something was changed then.
fn about_changes(tree: &Tree, at: usize) -> bool {
    let class = tree.attr(at, "class").unwrap_or_default();
    if class.contains("updated") && !class.contains("published") || class.contains("modified") {
        return true;
    }
    let text = tree.text_of(tree.parent(at), 120).to_lowercase();
    ["updated", "aktualisiert", "modified", "mis à jour", "actualizado", "обновл", "更新"]
        .iter()
        .any(|word| text.contains(word))
}

fn named(tree: &Tree, raw: &Raw<'_>, heading: Option<usize>, reader: Reader) -> Option<Moment> {
    let mut best: Option<(usize, Moment)> = None;
    for at in &raw.dated {
        let Some(moment) = machine(tree, *at, reader) else { continue };
        let far = heading.map_or(*at, |heading| at.abs_diff(heading));
        if best.is_none_or(|(have, _)| far < have) {
            best = Some((far, moment));
        }
    }
    best.map(|(_, moment)| moment)
}

/// A line right under the headline that is a date and little more.
fn beside(tree: &Tree, evidence: &Evidence, heading: Option<usize>, reader: Reader) -> Option<Moment> {
    let heading = heading?;
    let end = tree.end(heading);
    (end..(end + 16).min(tree.len()))
        .filter(|at| tree.tag(*at) != Tag::Text && (6..=40).contains(&evidence.of(*at).own))
        .find_map(|at| own_words(tree, at, reader))
}

/// A date in a short line around the headline.
fn near(tree: &Tree, evidence: &Evidence, heading: Option<usize>, reader: Reader) -> Option<Moment> {
    let heading = heading?;
    let mut best: Option<(usize, Moment)> = None;
    for at in heading.saturating_sub(60)..(heading + 200).min(tree.len()) {
        let facts = evidence.of(at);
        if tree.tag(at) == Tag::Text || facts.own < 6 {
            continue;
        }
        if let Some(moment) = own_words(tree, at, reader) {
            let far = at.abs_diff(heading) + if at < heading { 30 } else { 0 };
            if best.is_none_or(|(have, _)| far < have) {
                best = Some((far, moment));
            }
        }
    }
    best.map(|(_, moment)| moment)
}

/// A date in a short line, the first on the page, or at the start of a paragraph.
fn anywhere(tree: &Tree, evidence: &Evidence, reader: Reader) -> Option<Moment> {
    (1..tree.len())
        .filter(|at| tree.tag(*at) != Tag::Text)
        .filter(|at| (6..=160).contains(&evidence.of(*at).own))
        .take(3_000)
        .find_map(|at| own_words(tree, at, reader))
}

fn own_words(tree: &Tree, at: usize, reader: Reader) -> Option<Moment> {
    let mut text = String::new();
    for child in tree.children(at) {
        if tree.tag(child).is_inline() && text.len() < 300 {
            tree.push_text(child, 300, &mut text);
            text.push(' ');
        }
    }
    // In a paragraph only what it begins with can be its date.
    if text.len() > 200 {
        text.truncate(text.floor_char_boundary(40));
    }
    if !text.chars().any(char::is_numeric) {
        return None;
    }
    reader.read(&text)
}
