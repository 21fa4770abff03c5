//! Entries go in, a JSON Feed 1.1 comes out (<https://www.jsonfeed.org/version/1.1/>).

use serde::Serialize;

use super::{Channel, Entry};
use crate::site::{Desk, SiteError, paths};

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "feed_url")]
    itself: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    language: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    external_url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    authors: Vec<Author<'a>>,
    tags: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
    _newsmill: Extension<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

/// What readers of the format may ignore.
#[derive(Serialize)]
struct Extension<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_articles: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<u8>,
}

/// Writes the feed.
pub(super) fn write(desk: &Desk<'_>, channel: &Channel, entries: &[Entry]) -> Result<Vec<u8>, SiteError> {
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &channel.title,
        description: &channel.description,
        home_page_url: desk.absolute(&channel.home),
        itself: desk.absolute(&channel.itself),
        icon: desk.absolute(&format!("{}{}icon.svg", paths::up(&desk.index.prefix), paths::ASSETS)),
        language: desk.edition.language.as_str(),
        items: entries.iter().map(item).collect(),
    };
    let mut out = serde_json::to_vec_pretty(&feed).map_err(|error| desk.unwritten(&error))?;
    out.push(b'\n');
    Ok(out)
}

fn item(entry: &Entry) -> Item<'_> {
    let names = if entry.authors.is_empty() { std::slice::from_ref(&entry.source) } else { &entry.authors };
    Item {
        id: &entry.id,
        url: &entry.url,
        external_url: &entry.original,
        title: &entry.title,
        content_html: Some(entry.html.as_str()).filter(|html| !html.is_empty()),
        // The format wants one of the two: where no text may be shown, the title stands for it.
        content_text: Some(entry.title.as_str()).filter(|_| entry.html.is_empty()),
        summary: &entry.summary,
        date_published: entry.published.to_string(),
        date_modified: entry.modified.map(|at| at.to_string()),
        authors: names.iter().map(|name| Author { name }).collect(),
        tags: &entry.tags,
        language: &entry.language,
        _newsmill: Extension {
            source: &entry.source,
            event: entry.event.as_ref().map(|(id, _)| id.as_str()),
            event_articles: entry.event.as_ref().map(|(_, n)| *n),
            direction: entry.impact.map(|(word, _)| word),
            strength: entry.impact.map(|(_, strength)| strength),
        },
    }
}
