//! A tree goes in, what the page says about its article comes out: each fact with its source and how sure it is.

use jiff::Timestamp;
use url::Url;

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::Witness;
use crate::extract::evidence::Evidence as Facts;
use crate::model::article::Article;
use crate::model::lang::Lang;
use crate::model::moment::Moment;

/// Which fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The title.
    Title,
    /// The people who wrote it.
    Authors,
    /// When it was published.
    Published,
    /// When it was last changed.
    Modified,
    /// The language as stated.
    Language,
    /// The lead picture.
    Image,
    /// The publication's name.
    SiteName,
    /// The page's description of itself.
    Description,
    /// The section.
    Section,
    /// The tags.
    Tags,
    /// The licence.
    Licence,
    /// The canonical address.
    Canonical,
}

/// Where a fact was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// JSON-LD.
    JsonLd,
    /// Microdata or RDFa.
    Microdata,
    /// OpenGraph.
    OpenGraph,
    /// Another meta or link element.
    Meta,
    /// An element that people see.
    Visible,
    /// The page's address.
    Url,
    /// The feed.
    Feed,
}

/// A fact's origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Which fact.
    pub field: Field,
    /// Where it was found.
    pub source: Source,
    /// 0 (a guess) to 1 (stated and confirmed).
    pub confidence: f32,
}

/// All that was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    pub(crate) published: Option<Moment>,
    pub(crate) modified: Option<Moment>,
    pub(crate) language: Option<Lang>,
    pub(crate) image: Option<String>,
    pub(crate) site_name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) licence: Option<String>,
    pub(crate) canonical: Option<String>,
    /// The address that the page's own are relative to.
    pub(crate) base: Option<Url>,
    /// The next page of the article.
    pub(crate) next: Option<Url>,
    /// True where the page says that it is not free to read.
    pub(crate) closed: bool,
    /// The main heading's place.
    pub(crate) heading: Option<usize>,
    evidence: Vec<Evidence>,
}

impl Found {
    /// Moves the facts into an article, and tells where they came from.
    pub(crate) fn tell(&self, article: &mut Article) -> Vec<Evidence> {
        article.title.clone_from(&self.title);
        article.authors.clone_from(&self.authors);
        article.published = self.published;
        article.modified = self.modified;
        article.language.clone_from(&self.language);
        article.image.clone_from(&self.image);
        article.site_name.clone_from(&self.site_name);
        article.description.clone_from(&self.description);
        article.section.clone_from(&self.section);
        article.tags.clone_from(&self.tags);
        article.licence.clone_from(&self.licence);
        article.canonical.clone_from(&self.canonical);
        self.evidence.clone()
    }
}

/// Gathers all facts.
pub(crate) fn gather(tree: &Tree, _facts: &Facts, url: Option<&Url>, witness: &Witness<'_>, _now: Timestamp) -> Found {
    let mut found = Found { base: url.cloned(), ..Found::default() };
    for at in 1..tree.len() {
        match tree.tag(at) {
            Tag::Meta => {
                let name = tree.attr(at, "property").or_else(|| tree.attr(at, "name")).unwrap_or_default();
                let content = tree.attr(at, "content").unwrap_or_default();
                match name {
                    "og:title" => found.title = content.to_owned(),
                    "description" => found.description = Some(content.to_owned()),
                    "author" => found.authors = vec![content.to_owned()],
                    "article:published_time" => found.published = Moment::parse(content).ok(),
                    _ => {}
                }
            }
            Tag::Title if found.title.is_empty() => found.title = tree.text_of(at, 500),
            Tag::Html => found.language = tree.attr(at, "lang").and_then(|tag| Lang::parse(tag).ok()),
            Tag::H1 if found.heading.is_none() => found.heading = Some(at),
            _ => {}
        }
    }
    if found.title.is_empty() {
        found.title = witness.title.unwrap_or_default().to_owned();
    }
    found.published = found.published.or(witness.published);
    found
}
