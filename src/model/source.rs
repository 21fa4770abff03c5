//! A configured source: what to crawl, and how its articles are labelled.

use serde::{Deserialize, Serialize};

use crate::model::id::SourceId;
use crate::model::lang::Lang;

/// What a source's address answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap, a news sitemap, or an index of them.
    Sitemap,
    /// An HTML page that lists articles.
    Listing,
    /// A JSON API.
    Json,
    /// An OPML list of further feeds.
    Opml,
}

/// How much of an article's text the site may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Republish {
    /// The whole text.
    #[default]
    Full,
    /// The first words, then a link.
    Excerpt,
    /// The title and a link.
    Link,
}

/// The part of a source that readers see. The address may hold a secret (`url_env`) and is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Lower-case ASCII; part of URLs.
    pub id: SourceId,
    /// As readers know it.
    pub name: String,
    /// The house behind it; several sources of one house count as one witness.
    pub publisher: String,
    /// What its address answers with.
    pub kind: SourceKind,
    /// The public address of the source, where it holds no secret.
    pub url: Option<String>,
    /// The category of its articles, as in `zh_news`.
    pub category: String,
    /// The category under which they are exported, as in `zh`.
    pub export_category: String,
    /// The language of its articles, where it is configured.
    pub language: Option<Lang>,
    /// How much of the text the site may show.
    pub republish: Republish,
}
