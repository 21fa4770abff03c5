//! An announced entry and what is known of a source's articles go in; whether it is one of them comes out.
//!
//! In order of trust: the same address; the same guid, unless everything else differs (some systems count guids anew);
//! the same title at the same instant, for systems that change both address and guid.

use crate::model::entry::Entry;
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;

/// Shortest title, in characters, that can tell an article alone.
const TELLING: usize = 12;

/// What is known of an article that the same source announced before.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its address.
    pub url: CanonicalUrl,
    /// Its guid then.
    pub guid: Option<String>,
    /// Its title then.
    pub title: String,
    /// When it was published, as stated then.
    pub published: Option<Moment>,
}

/// What an entry is to the articles known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// None of them.
    New,
    /// The one at this place of the list, at its address.
    Same(usize),
    /// The one at this place of the list, which has moved to the entry's address.
    Moved(usize),
}

/// Looks for the article that `entry` announces among those that its source announced before.
pub fn recognise(entry: &Entry, known: &[Known]) -> Recognised {
    let key = address_key(&entry.url);
    if let Some(at) = known.iter().position(|one| one.url == entry.url) {
        return Recognised::Same(at);
    }
    if let Some(at) = known.iter().position(|one| address_key(&one.url) == key) {
        return Recognised::Moved(at);
    }
    if let Some(guid) = &entry.guid
        && let Some(at) =
            known.iter().position(|one| one.guid.as_ref() == Some(guid) && is_believable(entry, one))
    {
        return Recognised::Moved(at);
    }
    let moved = |one: &Known| {
        one.title.chars().count() >= TELLING
            && one.title == entry.title
            && one.published.is_some_and(|moment| !moment.day_only)
            && one.published.map(|m| m.at) == entry.published.map(|m| m.at)
            && one.url.host() == entry.url.host()
    };
    known.iter().position(moved).map_or(Recognised::New, Recognised::Moved)
}

/// A guid alone is believed where something else agrees: title, date, or the last part of the address.
fn is_believable(entry: &Entry, one: &Known) -> bool {
    let last = |url: &CanonicalUrl| {
        let path = url.as_url().path().trim_end_matches('/');
        path.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let instant = |moment: Option<Moment>| moment.map(|m| m.at);
    (!entry.title.is_empty() && entry.title == one.title)
        || (entry.published.is_some() && instant(entry.published) == instant(one.published))
        || (last(&entry.url).len() > 3 && last(&entry.url) == last(&one.url))
}

/// What spellings of one address share that are different addresses by the letter: scheme, `www.`, a slash at the end, the ending of an AMP version.
pub fn address_key(url: &CanonicalUrl) -> String {
    let parsed = url.as_url();
    let host = url.host().trim_start_matches("www.");
    let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.article_path().trim_end_matches('/');
    let query = parsed.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: &str, guid: Option<&str>, title: &str, at: Option<&str>) -> Entry {
        Entry {
            guid: guid.map(str::to_owned),
            title: title.to_owned(),
            published: at.map(|at| Moment::parse(at).unwrap()),
            ..Entry::at(CanonicalUrl::parse(url).unwrap())
        }
    }

    #[test]
    fn an_article_is_recognised_through_changes() {
        let noon = "2026-04-22T12:00:00Z";
        let known = [Known {
            url: CanonicalUrl::parse("http://www.example.com/2026/etf-approved/").unwrap(),
            guid: Some("7".to_owned()),
            title: "ETF approved at last".to_owned(),
            published: Some(Moment::parse(noon).unwrap()),
        }];
        let told = |url, guid, title, at| recognise(&entry(url, guid, title, at), &known);
        assert_eq!(
            told("http://www.example.com/2026/etf-approved/", Some("new"), "x", None),
            Recognised::Same(0)
        );
        assert_eq!(told("https://example.com/2026/etf-approved", None, "x", None), Recognised::Moved(0));
        assert_eq!(told("https://example.com/2026/etf-approved/amp/", None, "x", None), Recognised::Moved(0));
        assert_eq!(
            told("https://example.com/news/etf-approved", Some("7"), "corrected", None),
            Recognised::Moved(0)
        );
        assert_eq!(told("https://example.com/b", Some("7"), "Another story", None), Recognised::New);
        let moved = told("http://www.example.com/c", Some("9"), "ETF approved at last", Some(noon));
        assert_eq!(moved, Recognised::Moved(0));
        assert_eq!(told("http://www.example.com/d", None, "Another story", Some(noon)), Recognised::New);
    }
}
