//! The text of a JSON Feed (versions 1 and 1.1, jsonfeed.org) goes in, what it says comes out. Read leniently: ids
//! may be numbers, a missing version is forgiven, an item that is no object is passed over.

use serde_json::Value;
use url::Url;

use crate::discover::draft::{Draft, Reading};
use crate::discover::markup::{MAX_SUMMARY, MAX_TITLE, absolute, escape, plain, tidy};
use crate::discover::{DiscoverError, FeedInfo, dates};
use crate::model::lang::Lang;
use crate::model::url::CanonicalUrl;

/// Reads a JSON Feed.
pub(crate) fn read(text: &str, base: &Url, most: usize) -> Result<Reading, DiscoverError> {
    let feed: Value = serde_json::from_str(text)
        .map_err(|e| DiscoverError::Unreadable { format: "a JSON Feed", cause: e.to_string() })?;
    let version = feed.get("version").and_then(Value::as_str).unwrap_or_default();
    let Some(items) = feed
        .get("items")
        .and_then(Value::as_array)
        .filter(|_| version.is_empty() || version.contains("jsonfeed.org"))
    else {
        return Err(DiscoverError::OtherKind {
            found: "JSON, but no JSON Feed".to_owned(),
            remedy: "use `kind: json` with a preset or paths",
        });
    };
    let home = text_of(&feed, "home_page_url").map(|url| join(base, &url));
    let feed_language = text_of(&feed, "language").and_then(|tag| Lang::parse(&tag).ok());
    let feed_authors = authors(&feed);
    let drafts: Vec<Draft> = items
        .iter()
        .filter(|item| item.is_object())
        .take(most)
        .map(|item| draft(item, base, &feed_authors))
        .collect();
    let mut warnings = Vec::new();
    if items.len() > most {
        warnings.push(format!("the feed has {} entries; {most} were read", items.len()));
    }
    Ok(Reading {
        feed: FeedInfo {
            title: text_of(&feed, "title").map(|title| tidy(&title, MAX_TITLE)),
            url: home,
            language: feed_language,
            ..FeedInfo::default()
        },
        drafts,
        dialect: if version.ends_with("/1") { "JSON Feed 1" } else { "JSON Feed 1.1" },
        further: text_of(&feed, "next_url")
            .and_then(|next| CanonicalUrl::join(base, &next).ok())
            .map(Into::into)
            .into_iter()
            .collect(),
        warnings,
        ..Reading::default()
    })
}

fn draft(item: &Value, base: &Url, feed_authors: &[String]) -> Draft {
    let guid = match item.get("id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let url =
        ["url", "external_url"].iter().find_map(|key| CanonicalUrl::join(base, &text_of(item, key)?).ok());
    let url = url.or_else(|| CanonicalUrl::parse(guid.as_deref()?).ok());
    let content = text_of(item, "content_html")
        .map(|html| absolute(&html, url.as_ref().map_or(base, CanonicalUrl::as_url)));
    let content = content.or_else(|| {
        let mut html = String::new();
        escape(&text_of(item, "content_text")?, &mut html);
        Some(html.replace("\n\n", "</p><p>")).map(|html| format!("<p>{html}</p>"))
    });
    let mut own = authors(item);
    if own.is_empty() {
        own = feed_authors.to_vec();
    }
    let tags = item.get("tags").and_then(Value::as_array).into_iter().flatten();
    Draft {
        url,
        guid,
        title: text_of(item, "title").map(|title| plain(&title, MAX_TITLE)).unwrap_or_default(),
        summary: text_of(item, "summary").map(|text| plain(&text, MAX_SUMMARY)).unwrap_or_default(),
        content,
        published: text_of(item, "date_published").and_then(|date| dates::parse(&date)),
        updated: text_of(item, "date_modified").and_then(|date| dates::parse(&date)),
        authors: own,
        categories: tags.filter_map(Value::as_str).take(50).map(str::to_owned).collect(),
        image: ["image", "banner_image"]
            .iter()
            .find_map(|key| text_of(item, key))
            .map(|image| join(base, &image)),
        language: text_of(item, "language").and_then(|tag| Lang::parse(&tag).ok()),
        ..Draft::default()
    }
    .bounded()
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned).filter(|text| !text.trim().is_empty())
}

fn join(base: &Url, address: &str) -> String {
    base.join(address.trim()).map_or_else(|_| address.to_owned(), Into::into)
}

/// `authors` of 1.1 or `author` of 1.
fn authors(value: &Value) -> Vec<String> {
    let many = value.get("authors").and_then(Value::as_array).into_iter().flatten();
    many.chain(value.get("author")).filter_map(|author| text_of(author, "name")).take(50).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lenient_reader_of_json_feeds() {
        let base = Url::parse("https://example.com/feed.json").unwrap();
        let text = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"/","language":"zh-TW","authors":[{"name":"Desk"}],
            "items":[{"id":7,"url":"a?utm_source=x","title":"A &amp; B","content_text":"1 < 2","tags":["btc"],"date_published":"2026-04-22T11:36:30+08:00"},
                     {"id":"https://example.com/b"}, 5]}"#;
        let read = read(text, &base, 10).unwrap();
        assert_eq!(read.feed.url.as_deref(), Some("https://example.com/"));
        assert_eq!(read.feed.language.as_ref().map(Lang::as_str), Some("zh-Hant"));
        let one = &read.drafts[0];
        assert_eq!(one.url.as_ref().unwrap().as_str(), "https://example.com/a");
        assert_eq!((one.guid.as_deref(), one.title.as_str()), (Some("7"), "A & B"));
        assert_eq!(one.content.as_deref(), Some("<p>1 &lt; 2</p>"));
        assert_eq!(one.authors, ["Desk"]);
        assert_eq!(one.published.unwrap().to_string(), "2026-04-22T11:36:30+08:00");
        assert_eq!(read.drafts[1].url.as_ref().unwrap().as_str(), "https://example.com/b");
        assert_eq!(read.drafts.len(), 2);
    }

    #[test]
    fn other_json_is_named_so() {
        let base = Url::parse("https://example.com/").unwrap();
        assert!(read("{\"results\":[]}", &base, 5).unwrap_err().to_string().contains("kind: json"));
        assert!(read("{\"items\":[", &base, 5).is_err());
    }
}
