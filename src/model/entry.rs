//! What a source announces about one article, before the article itself is read.

use serde::{Deserialize, Serialize};

use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;
use crate::model::votes::VoteCount;

/// One announcement. All text is plain (markup resolved) except `content`, which is HTML as the source gave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Canonical address of the article.
    pub url: CanonicalUrl,
    /// The source's own id of the entry, where it states one.
    pub guid: Option<String>,
    /// The title, possibly empty.
    pub title: String,
    /// The summary as plain text, possibly empty.
    pub summary: String,
    /// The article's text as the source gave it: untrusted HTML.
    pub content: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// When it was last changed.
    pub updated: Option<Moment>,
    /// Names of people or desks, as stated.
    pub authors: Vec<String>,
    /// Categories or tags, as stated.
    pub categories: Vec<String>,
    /// Address of a picture.
    pub image: Option<String>,
    /// The entry's own language, where stated.
    pub language: Option<Lang>,
    /// Asset tickers the source states (`currencies` of a portal).
    pub symbols: Vec<String>,
    /// Community counters, as the source states them.
    pub votes: Vec<VoteCount>,
    /// Where readers discuss or vote, where stated.
    pub discussion: Option<String>,
}

impl Entry {
    /// An entry of which only the address is known.
    pub fn at(url: CanonicalUrl) -> Self {
        Self {
            url,
            guid: None,
            title: String::new(),
            summary: String::new(),
            content: None,
            published: None,
            updated: None,
            authors: Vec::new(),
            categories: Vec::new(),
            image: None,
            language: None,
            symbols: Vec::new(),
            votes: Vec::new(),
            discussion: None,
        }
    }
}

/// What tells one article from another: of an entry as announced, or of an article known already.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its address.
    pub url: CanonicalUrl,
    /// The source's own id.
    pub guid: Option<String>,
    /// Its title.
    pub title: String,
    /// When it was published, as stated.
    pub published: Option<Moment>,
}

impl Known {
    /// What an entry tells.
    pub fn of(entry: &Entry) -> Self {
        Self {
            url: entry.url.clone(),
            guid: entry.guid.clone(),
            title: entry.title.clone(),
            published: entry.published,
        }
    }
}
