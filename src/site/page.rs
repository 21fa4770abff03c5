//! The closed set of things that a site consists of: a planned page's kind goes in, [`crate::site::Site::make`] knows
//! by it which bytes to write.

use jiff::civil::Date;

/// Which articles a list holds. Positions are those of the edition and of its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListOf {
    /// All articles.
    All,
    /// One category, by position in the index of categories.
    Category(u32),
    /// One symbol, by position in the edition's symbols.
    Symbol(u32),
    /// One source, by position in the edition's sources.
    Source(u32),
    /// One language of articles, by position in the index of languages.
    Language(u32),
    /// One day, by UTC.
    Day(Date),
}

/// What a directory page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Directory {
    /// All categories.
    Categories,
    /// All symbols that occur.
    Symbols,
    /// All sources with their health.
    Sources,
    /// All languages that articles are written in.
    Languages,
    /// All days that have articles.
    Archive,
}

/// Feed formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedFormat {
    /// JSON Feed 1.1.
    Json,
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
}

/// JSON documents below `api/v1/` that describe no single noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiFile {
    /// What there is.
    Index,
    /// As-of facts and the newest articles and events.
    Latest,
    /// The last run.
    Report,
    /// One JSON Schema, by position in the list of schemas.
    Schema(u32),
}

/// One kind of page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// One article's page, by position in the edition's rows.
    Article(u32),
    /// One article as JSON.
    ArticleJson(u32),
    /// One event's page, by position in the edition's events.
    Event(u32),
    /// One event as JSON.
    EventJson(u32),
    /// One event as a JSON Feed.
    EventFeed(u32),
    /// The old address of a merged event, by position in the edition's redirects.
    Moved(u32),
    /// The news: the site's front page.
    Front,
    /// The newest articles of a list.
    List(ListOf),
    /// Older articles of a list; pages are counted from the oldest, from 1.
    Older(ListOf, u32),
    /// A feed of a list.
    Feed(ListOf, FeedFormat),
    /// A page that leads to lists.
    Directory(Directory),
    /// The search page.
    Search,
    /// What the search page's script needs to know of the index.
    SearchManifest,
    /// Titles for search results, 500 articles a file, counted from the oldest.
    SearchDocuments(u32),
    /// Words and where they occur, one bucket of first characters a file.
    SearchShard(u32),
    /// The last run, in numbers.
    Status,
    /// Prose of the operator, by position in the settings.
    About(u32),
    /// Nothing stands here.
    NotFound,
    /// Sources for feed readers.
    Opml,
    /// All addresses, for search engines; 0 is the only one or the index, parts count from 1.
    Sitemap(u32),
    /// Articles of the last two days, for news search engines.
    NewsSitemap,
    /// What robots may fetch.
    Robots,
    /// The web app manifest.
    Manifest,
    /// A JSON document of the API.
    Api(ApiFile),
    /// One symbol as JSON.
    SymbolJson(u32),
    /// One source as JSON.
    SourceJson(u32),
    /// The newest articles of an export category, by position in the index of export categories.
    Export(u32),
    /// All articles of a month, one line each; by position in the index of months.
    Month(u32),
}
