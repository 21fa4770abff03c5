//! An article once read: what the page (or, failing that, the feed) gave, as values.

use serde::{Deserialize, Serialize};

use crate::model::block::Block;
use crate::model::lang::Lang;
use crate::model::moment::Moment;

/// Where an article's text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obtained {
    /// Extracted from the article's page.
    Page,
    /// The full content that the feed carries.
    Feed,
    /// Only the summary that the feed carries.
    Summary,
    /// Nothing but the title.
    Nothing,
}

/// What kind of page stood at the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// An article.
    Article,
    /// A list of links to articles.
    List,
    /// A wall that asks for consent before it shows anything.
    Consent,
    /// The start of an article behind a paywall.
    Paywall,
    /// A page that says, with status 200, that there is nothing here.
    SoftNotFound,
    /// A shell that scripts would have to fill.
    EmptyShell,
}

/// An article as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The title, without the publication's name.
    pub title: String,
    /// People who wrote it.
    pub authors: Vec<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// When it was last changed.
    pub modified: Option<Moment>,
    /// The language of its text: stated where that is plausible, detected otherwise.
    pub language: Option<Lang>,
    /// The lead picture's address.
    pub image: Option<String>,
    /// The publication's name for itself.
    pub site_name: Option<String>,
    /// The description that the page gives of itself, plain.
    pub description: Option<String>,
    /// The section it stands in.
    pub section: Option<String>,
    /// Tags or keywords as stated.
    pub tags: Vec<String>,
    /// The licence as stated: an address or a name.
    pub licence: Option<String>,
    /// The page's `rel=canonical`, resolved, if it names one.
    pub canonical: Option<String>,
    /// The text.
    pub blocks: Vec<Block>,
    /// Where the text came from.
    pub obtained: Obtained,
    /// What kind of page it was.
    pub kind: PageKind,
    /// Number of words by UAX #29, each Han, Kana or Hangul character as one.
    pub words: u32,
    /// What is missing and why, in words: one sentence a part.
    pub missing: Vec<String>,
}

impl Article {
    /// An article of which nothing is known yet.
    pub fn empty() -> Self {
        Self {
            title: String::new(),
            authors: Vec::new(),
            published: None,
            modified: None,
            language: None,
            image: None,
            site_name: None,
            description: None,
            section: None,
            tags: Vec::new(),
            licence: None,
            canonical: None,
            blocks: Vec::new(),
            obtained: Obtained::Nothing,
            kind: PageKind::Article,
            words: 0,
            missing: Vec::new(),
        }
    }
}
