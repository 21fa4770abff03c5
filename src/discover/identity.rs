//! An announcement and the articles that it may be of go in; whether it is one of them comes out.
//!
//! Spellings of one address are told by its key ([`crate::model::url::CanonicalUrl::key`]), before anything here is asked. What is left
//! is judged by what a source rarely changes at once: guid, title, date, and the last part of the address.

use crate::model::entry::Known;
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;

/// Shortest title, in characters, that can tell an article alone.
const TELLING: usize = 12;
/// Shortest last part of an address that can, in bytes.
const TELLING_PART: usize = 4;

/// The place in `known`, articles that the same source announced before, of the one that is announced again under
/// another address: by its guid, unless everything else differs (some systems count guids anew); else by its title at
/// the same instant, for systems that change both address and guid.
pub fn recognise(announced: &Known, known: &[Known]) -> Option<usize> {
    let by_guid = |one: &Known| {
        one.guid.is_some()
            && one.guid == announced.guid
            && (agree(announced, one)
                || (announced.published.is_some() && instant(announced) == instant(one)))
    };
    let by_title = |one: &Known| {
        one.title.chars().count() >= TELLING
            && one.title == announced.title
            && one.published.is_some_and(|moment| !moment.day_only)
            && instant(one) == instant(announced)
            && one.url.host() == announced.url.host()
    };
    known.iter().position(by_guid).or_else(|| known.iter().position(by_title))
}

/// Whether two articles of which one page names the other as its own address are one: its word alone is not enough,
/// since some sites name their front page, or one and the same page, on all of them.
pub fn agree(one: &Known, other: &Known) -> bool {
    let (part, same) = (last(&one.url), last(&other.url));
    (!one.title.is_empty() && one.title == other.title) || (part.len() >= TELLING_PART && part == same)
}

fn instant(one: &Known) -> Option<jiff::Timestamp> {
    one.published.map(|moment: Moment| moment.at)
}

fn last(url: &CanonicalUrl) -> &str {
    url.as_url().path().trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(url: &str, guid: Option<&str>, title: &str, at: Option<&str>) -> Known {
        Known {
            url: CanonicalUrl::parse(url).unwrap(),
            guid: guid.map(str::to_owned),
            title: title.to_owned(),
            published: at.map(|at| Moment::parse(at).unwrap()),
        }
    }

    #[test]
    fn an_article_is_recognised_through_changes() {
        let (title, noon) = ("ETF approved at last", "2026-04-22T12:00:00Z");
        let before = [
            known("http://example.com/1", Some("6"), "Something else", None),
            known("http://example.com/2026/etf-approved/", Some("7"), title, Some(noon)),
        ];
        let told = |url, guid, title, at| recognise(&known(url, guid, title, at), &before);
        assert_eq!(told("https://example.com/news/etf-approved", Some("7"), "corrected", None), Some(1));
        assert_eq!(told("https://example.com/b", Some("7"), title, None), Some(1));
        assert_eq!(told("https://example.com/b", Some("7"), "corrected", Some(noon)), Some(1));
        assert_eq!(told("https://example.com/b", Some("7"), "Another story", None), None);
        assert_eq!(told("http://example.com/c", Some("9"), title, Some(noon)), Some(1));
        assert_eq!(told("http://example.com/c", None, title, Some(noon)), Some(1));
        assert_eq!(told("http://example.org/c", None, title, Some(noon)), None);
        assert_eq!(told("http://example.com/d", None, "Another story", Some(noon)), None);
        assert_eq!(told("http://example.com/d", None, title, Some("2026-04-22T13:00:00Z")), None);
    }

    #[test]
    fn a_page_that_names_another_is_believed_where_they_agree() {
        let told = |url, title| {
            agree(
                &known("http://example.com/print/a-story", None, "A story", None),
                &known(url, None, title, None),
            )
        };
        assert!(told("http://example.com/x", "A story"));
        assert!(told("http://example.com/2026/a-story/", "A story - Example"));
        assert!(!told("http://example.com/news/", "News"));
        assert!(!told("http://example.com/", ""));
    }
}
