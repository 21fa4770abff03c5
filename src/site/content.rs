//! A dossier goes in, what may be shown of it comes out: which title, which text, in which language, and how much of it
//! the source's policy lets the site republish. Pages, feeds, JSON and search all ask here.

use crate::model::block::{self, Block};
use crate::model::edition::{Dossier, Edition, Row};
use crate::model::lang::Lang;
use crate::model::source::Republish;
use crate::site::blocks::{self, Style};
use crate::site::escape;
use crate::site::index::source_of;

/// Words of an excerpt.
pub(crate) const EXCERPT_WORDS: usize = 60;

/// How much may be shown, and the text in the language that readers of the edition get.
pub(crate) struct Content<'a> {
    /// The policy of the article's source.
    pub(crate) policy: Republish,
    /// The title as shown.
    pub(crate) title: &'a str,
    /// The blocks as shown.
    pub(crate) blocks: &'a [Block],
    /// The language of both.
    pub(crate) language: Option<&'a Lang>,
    /// True where they are a translation.
    pub(crate) translated: bool,
}

impl<'a> Content<'a> {
    /// Looks into a dossier.
    pub(crate) fn of(edition: &Edition, row: &'a Row, dossier: &'a Dossier) -> Self {
        let policy = source_of(edition, row).map_or(Republish::Full, |source| source.republish);
        match &dossier.translation {
            Some(translation) => Self {
                policy,
                title: &translation.title,
                blocks: &translation.blocks,
                language: Some(&translation.language),
                translated: true,
            },
            None => Self {
                policy,
                title: if dossier.article.title.is_empty() { &row.title } else { &dossier.article.title },
                blocks: &dossier.article.blocks,
                language: dossier.article.language.as_ref().or(row.language.as_ref()),
                translated: false,
            },
        }
    }

    /// The text as bare HTML, as far as the policy goes; empty where nothing may be shown.
    pub(crate) fn html(&self) -> String {
        match self.policy {
            Republish::Full => blocks::html(self.blocks, Style::FEED),
            Republish::Excerpt => match self.excerpt() {
                text if text.is_empty() => text,
                text => format!("<p>{}</p>\n", escape::html(&text)),
            },
            Republish::Link => String::new(),
        }
    }

    /// The first words as plain text; empty where the policy is a bare link.
    pub(crate) fn excerpt(&self) -> String {
        if self.policy == Republish::Link { String::new() } else { excerpt(self.blocks) }
    }
}

/// The first [`EXCERPT_WORDS`] words of the running text: headings, captions and code are left out.
pub(crate) fn excerpt(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        let from = match block {
            Block::Paragraph { inlines } => block::inline_text(inlines),
            Block::List { .. } | Block::Quote { .. } => block::plain_text(std::slice::from_ref(block)),
            _ => continue,
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(from.trim());
        // Even in scripts of one byte a letter, sixty words end long before this.
        if text.len() > 4_000 {
            break;
        }
    }
    escape::first_words(&escape::plain(&text.replace('\n', " ")), EXCERPT_WORDS)
}

/// A row's event summary may be the article's own first sentence; it is shown only where the policy lets text out.
pub(crate) fn may_quote(edition: &Edition, row: &Row) -> bool {
    source_of(edition, row).is_none_or(|source| source.republish != Republish::Link)
}
