//! A tree goes in, what the page says about its article comes out: each fact with its source and how sure it is.

mod bylines;
mod collect;
mod jsonld;
mod names;
mod people;
mod stamp;
mod title;
mod when;

use jiff::Timestamp;
use url::Url;

use crate::dom::tree::{Bounds, Tree, push_collapsed};
use crate::extract::Witness;
use crate::extract::evidence::Evidence as Facts;
use crate::extract::prune::fold;
use crate::model::article::Article;
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::url::MAX_URL;

use collect::Raw;
use jsonld::Linked;
use stamp::Order;
use when::Reader;

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
    /// The text as JSON-LD states it.
    pub(crate) body: Option<String>,
    /// The main heading's place.
    pub(crate) heading: Option<usize>,
    /// Dates after it are not believed.
    now: Timestamp,
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
pub(crate) fn gather(
    tree: &Tree,
    facts: &Facts,
    url: Option<&Url>,
    witness: &Witness<'_>,
    now: Timestamp,
) -> Found {
    let raw = Raw::of(tree, facts);
    let linked = jsonld::read(&raw.linked);
    let mut found = Found { base: url.cloned(), now, ..Found::default() };
    if let Some(base) = raw.base {
        found.base = match url {
            Some(url) => url.join(base).ok(),
            None => Url::parse(base).ok(),
        }
        .or(found.base);
    }
    found.site(&raw, &linked);
    found.language(&raw, &linked);
    let title = title::find(tree, &raw, &linked, found.site_name.as_deref(), witness.title);
    found.note(Field::Title, title.source, title.confidence);
    (found.title, found.heading) = (title.text, title.heading);
    let mut site: Vec<String> =
        [found.site_name.as_deref(), linked.publisher.as_deref()].into_iter().flatten().map(fold).collect();
    site.push(url.and_then(Url::host_str).map(fold).unwrap_or_default());
    let (authors, source, confidence) = people::find(tree, facts, &raw, &linked, &site, found.heading);
    if !authors.is_empty() {
        found.note(Field::Authors, source, confidence);
        found.authors = authors;
    }
    found.dates(tree, facts, &raw, &linked, url, witness);
    found.rest(&raw, &linked, url);
    found
}

impl Found {
    fn note(&mut self, field: Field, source: Source, confidence: f32) {
        self.evidence.push(Evidence { field, source, confidence });
    }

    fn site(&mut self, raw: &Raw<'_>, linked: &Linked) {
        let graph =
            raw.first(&["og:site_name", "application-name", "twitter:site", "dc.publisher", "publisher"]);
        let name = graph.map(plain).or_else(|| linked.publisher.as_deref().map(plain));
        self.site_name = name
            .map(|name| name.trim_start_matches('@').to_owned())
            .filter(|name| !name.is_empty() && name.len() < 120);
        if self.site_name.is_some() {
            self.note(Field::SiteName, if graph.is_some() { Source::OpenGraph } else { Source::JsonLd }, 0.8);
        }
    }

    fn language(&mut self, raw: &Raw<'_>, linked: &Linked) {
        let stated = [
            raw.lang,
            raw.first(&["og:locale", "content-language", "language", "dc.language"]),
            linked.language.as_deref(),
        ];
        self.language = stated.into_iter().flatten().find_map(|tag| Lang::parse(tag).ok());
        if self.language.is_some() {
            self.note(Field::Language, Source::Meta, 0.7);
        }
    }

    fn dates(
        &mut self,
        tree: &Tree,
        facts: &Facts,
        raw: &Raw<'_>,
        linked: &Linked,
        url: Option<&Url>,
        witness: &Witness<'_>,
    ) {
        let now = self.now;
        let month_first =
            self.language.as_ref().is_some_and(|lang| matches!(lang.as_str(), "en-US" | "en-PH"))
                || (self.language.as_ref().is_none_or(|lang| lang.as_str() == "en")
                    && url.and_then(Url::host_str).is_none_or(is_american));
        let reader = Reader { order: if month_first { Order::MonthFirst } else { Order::DayFirst }, now };
        let found = when::published(tree, facts, raw, linked, url, self.heading, reader);
        // The feed is believed where the page is unsure, and where both mean the same day and it is finer.
        match (found, witness.published) {
            (Some(dated), Some(told))
                if dated.confidence < 0.8
                    || (dated.moment.day_only && !told.day_only && same_day(&dated.moment, &told)) =>
            {
                self.published = Some(told);
                self.note(Field::Published, Source::Feed, 0.9);
            }
            (Some(dated), _) => {
                self.published = Some(dated.moment);
                self.note(Field::Published, dated.source, dated.confidence);
            }
            (None, Some(told)) => {
                self.published = Some(told);
                self.note(Field::Published, Source::Feed, 0.8);
            }
            (None, None) => {}
        }
        if let Some(dated) = when::modified(raw, linked, reader)
            && self.published.is_none_or(|published| dated.moment.at > published.at)
        {
            self.modified = Some(dated.moment);
            self.note(Field::Modified, dated.source, dated.confidence);
        }
    }

    fn rest(&mut self, raw: &Raw<'_>, linked: &Linked, url: Option<&Url>) {
        let base = self.base.clone();
        let absolute = |href: &str| -> Option<String> {
            let joined = match &base {
                Some(base) => base.join(href.trim()).ok()?,
                None => Url::parse(href.trim()).ok()?,
            };
            (matches!(joined.scheme(), "http" | "https") && joined.as_str().len() <= MAX_URL)
                .then(|| String::from(joined))
        };
        let graph = raw.first(&[
            "og:image:secure_url",
            "og:image",
            "og:image:url",
            "twitter:image",
            "twitter:image:src",
        ]);
        self.image = graph
            .or(linked.image.as_deref())
            .and_then(absolute)
            .or_else(|| raw.rel("image_src").and_then(absolute));
        let stated = raw.first(&["og:description", "description", "twitter:description", "dc.description"]);
        self.description = stated
            .map(plain)
            .or_else(|| linked.description.as_deref().map(plain))
            .filter(|text| !text.is_empty());
        self.section = linked
            .section
            .as_deref()
            .map(plain)
            .or_else(|| raw.first(&["article:section", "section", "parsely-section"]).map(plain));
        let mut tags: Vec<String> = raw.all("article:tag").map(plain).collect();
        if tags.is_empty() {
            tags.clone_from(&linked.tags);
        }
        if tags.is_empty() {
            let words = raw.first(&["news_keywords", "keywords", "parsely-tags"]).unwrap_or_default();
            tags = words.split([',', ';', '，', '、']).map(plain).collect();
        }
        tags.retain(|tag| !tag.is_empty() && tag.len() < 80);
        tags.dedup();
        tags.truncate(30);
        self.tags = tags;
        self.licence = raw
            .rel("license")
            .and_then(absolute)
            .or_else(|| linked.licence.clone())
            .or_else(|| raw.first(&["dc.rights", "dcterms.license", "dcterms.rights"]).map(plain))
            .filter(|text| text.len() < 300);
        self.canonical =
            raw.rel("canonical").and_then(absolute).or_else(|| raw.first(&["og:url"]).and_then(absolute));
        self.next = raw
            .rel("next")
            .or(raw.pager)
            .and_then(absolute)
            .and_then(|next| Url::parse(&next).ok())
            .filter(|next| url.is_some_and(|url| is_next(url, next)));
        self.closed = linked.closed
            || raw.first(&["article:content_tier"]).is_some_and(|tier| tier == "locked" || tier == "metered");
        self.body.clone_from(&linked.body);
        for (field, found) in [
            (Field::Image, self.image.is_some()),
            (Field::Description, self.description.is_some()),
            (Field::Section, self.section.is_some()),
            (Field::Tags, !self.tags.is_empty()),
            (Field::Licence, self.licence.is_some()),
            (Field::Canonical, self.canonical.is_some()),
        ] {
            if found {
                self.note(field, Source::Meta, 0.8);
            }
        }
    }
}

/// True where `next` is another page of what stands at `url`: the same host, and the same path but for a number.
fn is_next(url: &Url, next: &Url) -> bool {
    if url.host_str() != next.host_str() || url == next {
        return false;
    }
    let bare = |url: &Url| -> String {
        let text = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let letters: String =
            text.to_ascii_lowercase().replace("page", "").replace("seite", "").replace("strona", "");
        letters.chars().filter(|c| c.is_alphabetic()).collect()
    };
    bare(url) == bare(next)
}

fn is_american(host: &str) -> bool {
    [".com", ".org", ".net", ".gov", ".edu", ".us"].iter().any(|end| host.ends_with(end))
}

fn same_day(one: &Moment, other: &Moment) -> bool {
    (one.at.as_second() - other.at.as_second()).abs() < 2 * 86_400
}

/// A text without markup that slipped in, white space collapsed.
pub(crate) fn plain(text: &str) -> String {
    let text = if text.contains('&') || text.contains('<') {
        let tree =
            Tree::parse(text.get(..text.floor_char_boundary(2_000)).unwrap_or(text), Bounds::default());
        tree.text_of(0, 2_000)
    } else {
        let mut out = String::new();
        push_collapsed(text, 2_000, &mut out);
        out
    };
    text.trim().to_owned()
}
