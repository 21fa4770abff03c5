//! What a reader of one format found goes in; entries with a good address come out.

use std::collections::HashSet;

use crate::discover::markup::{MAX_CONTENT, MAX_NAME, MAX_SUMMARY, MAX_TITLE, bounded, tidy};
use crate::discover::{Discovery, FeedInfo, Further};
use crate::model::entry::Entry;
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::url::CanonicalUrl;
use crate::model::votes::VoteCount;

/// Most authors, categories, symbols or counters kept of one entry.
const MAX_LIST: usize = 50;

/// An announcement whose address may be missing. Fields as in [`Entry`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Canonical address of the article, where it has a good one.
    pub url: Option<CanonicalUrl>,
    /// The source's own id of the entry.
    pub guid: Option<String>,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub summary: String,
    /// Untrusted HTML.
    pub content: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// When it was last changed.
    pub updated: Option<Moment>,
    /// Names as stated.
    pub authors: Vec<String>,
    /// Categories as stated.
    pub categories: Vec<String>,
    /// Address of a picture.
    pub image: Option<String>,
    /// The entry's own language.
    pub language: Option<Lang>,
    /// Asset tickers as stated.
    pub symbols: Vec<String>,
    /// Counters as stated.
    pub votes: Vec<VoteCount>,
    /// Where readers discuss.
    pub discussion: Option<String>,
}

impl Draft {
    /// Brings every text within its bounds. Run once by the reader of the format.
    #[must_use]
    pub(crate) fn bounded(mut self) -> Self {
        self.title = tidy(&self.title, MAX_TITLE);
        self.summary = tidy(&self.summary, MAX_SUMMARY);
        self.content =
            self.content.map(|c| bounded(c.replace('\0', ""), MAX_CONTENT)).filter(|c| !c.trim().is_empty());
        self.guid = self.guid.map(|g| tidy(&g, 2 * MAX_NAME)).filter(|g| !g.is_empty());
        for list in [&mut self.authors, &mut self.categories, &mut self.symbols] {
            tidy_list(list);
        }
        self.votes.truncate(MAX_LIST);
        self.image = self.image.filter(|i| i.len() <= 2048);
        self.discussion = self.discussion.filter(|d| d.len() <= 2048);
        self
    }

    /// The entry, where the draft has an address.
    pub(crate) fn entry(self) -> Option<Entry> {
        Some(Entry {
            url: self.url?,
            guid: self.guid,
            title: self.title,
            summary: self.summary,
            content: self.content,
            published: self.published,
            updated: self.updated,
            authors: self.authors,
            categories: self.categories,
            image: self.image,
            language: self.language,
            symbols: self.symbols,
            votes: self.votes,
            discussion: self.discussion,
        })
    }
}

fn tidy_list(list: &mut Vec<String>) {
    let mut seen = HashSet::new();
    list.truncate(MAX_LIST);
    for text in list.iter_mut() {
        *text = tidy(text, MAX_NAME);
    }
    list.retain(|text| !text.is_empty() && seen.insert(text.clone()));
}

/// What one document says, before addresses are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What the source says of itself.
    pub feed: FeedInfo,
    /// The announcements in their order.
    pub drafts: Vec<Draft>,
    /// What was wrong with the document, in words.
    pub damaged: Option<String>,
    /// The format as people call it: `RSS 2.0`.
    pub dialect: &'static str,
    /// Further documents of this source.
    pub further: Vec<Further>,
    /// Feeds that a page links.
    pub feeds_linked: Vec<CanonicalUrl>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

impl Reading {
    /// Keeps the drafts with an address, one for each address, at most `most`; a guid that several entries share
    /// names none of them and is dropped.
    pub(crate) fn settle(mut self, most: usize) -> Discovery {
        let found = self.drafts.len();
        let mut guids: HashSet<String> = HashSet::new();
        let repeated: HashSet<String> = self
            .drafts
            .iter()
            .filter_map(|draft| draft.guid.clone())
            .filter(|guid| !guids.insert(guid.clone()))
            .collect();
        let mut known = HashSet::new();
        let mut nameless = 0;
        let mut entries = Vec::with_capacity(found.min(most));
        for mut draft in self.drafts {
            if draft.guid.as_ref().is_some_and(|guid| repeated.contains(guid)) {
                draft.guid = None;
            }
            let Some(entry) = draft.entry() else {
                nameless += 1;
                continue;
            };
            if entries.len() < most && known.insert(entry.url.clone()) {
                entries.push(entry);
            }
        }
        if nameless > 0 {
            self.warnings.push(format!("{nameless} of {found} entries have no address and were left out"));
        }
        Discovery {
            feed: self.feed,
            entries,
            damaged: self.damaged,
            dialect: self.dialect,
            further: self.further,
            feeds_linked: self.feeds_linked,
            warnings: self.warnings,
        }
    }
}
