//! A planned page, its edition and the dossiers it needs go in, its bytes come out: one arm a kind of page.

use crate::model::edition::{Dossier, Edition};
use crate::site::page::{ApiFile, Directory, FeedFormat, ListOf, PageKind};
use crate::site::view::{article, directory, event, front, list, machine_pages, prose, status};
use crate::site::{Desk, Site, SiteError, Spec, Words, api, feeds, machine, search};

/// Renders one file.
pub(crate) fn make(
    site: &Site,
    edition: &Edition,
    spec: &Spec,
    dossiers: &[&Dossier],
) -> Result<Vec<u8>, SiteError> {
    let path = spec.path.strip_prefix(&spec.index.prefix).unwrap_or(&spec.path);
    let desk = Desk { site, edition, index: &spec.index, words: Words::of(&edition.language), path };
    desk.make(spec, dossiers)
}

impl Desk<'_> {
    fn make(&self, spec: &Spec, dossiers: &[&Dossier]) -> Result<Vec<u8>, SiteError> {
        match spec.page {
            PageKind::Article(at) => {
                self.render("article.html", &article::view(self, at, self.dossier(dossiers)?)?)
            }
            PageKind::ArticleJson(at) => api::article(self, at, self.dossier(dossiers)?),
            PageKind::Event(at) => {
                self.render("event.html", &event::view(self, at, dossiers.first().copied())?)
            }
            PageKind::EventJson(at) => api::event(self, at),
            PageKind::EventFeed(at) => feeds::of_event(self, at, dossiers),
            PageKind::Moved(at) => self.render("moved.html", &machine_pages::moved(self, at)?),
            PageKind::Front => self.render("index.html", &front::view(self)),
            PageKind::List(of) => self.list(of, None),
            PageKind::Older(of, number) => self.list(of, Some(number)),
            PageKind::Feed(of, FeedFormat::Json) => feeds::json(self, of, dossiers),
            PageKind::Feed(of, FeedFormat::Rss) => feeds::rss(self, of, dossiers),
            PageKind::Feed(of, FeedFormat::Atom) => feeds::atom(self, of, dossiers),
            PageKind::Directory(Directory::Archive) => self.render("archive.html", &directory::archive(self)),
            PageKind::Directory(Directory::Sources) => self.render("sources.html", &directory::sources(self)),
            PageKind::Directory(which) => self.render("directory.html", &directory::view(self, which)),
            PageKind::Search => self.render("search.html", &machine_pages::search(self)),
            PageKind::SearchManifest => search::manifest(self),
            PageKind::SearchDocuments(number) => search::documents(self, number),
            PageKind::SearchShard(number) => search::shard(self, number),
            PageKind::Status => self.render("status.html", &status::view(self)),
            PageKind::About(at) => self.render("about.html", &prose::view(self, at)?),
            PageKind::NotFound => self.render("404.html", &machine_pages::not_found(self)),
            PageKind::Opml => machine::opml(self),
            PageKind::Sitemap(number) => machine::sitemap(self, number),
            PageKind::NewsSitemap => machine::news_sitemap(self),
            PageKind::Robots => Ok(machine::robots(self)),
            PageKind::Manifest => machine::manifest(self),
            PageKind::Api(ApiFile::Index) => api::index(self),
            PageKind::Api(ApiFile::Latest) => api::latest(self),
            PageKind::Api(ApiFile::Report) => api::report(self),
            PageKind::Api(ApiFile::Schema(at)) => api::schema(self, at),
            PageKind::SymbolJson(at) => api::symbol(self, at),
            PageKind::SourceJson(at) => api::source(self, at),
            PageKind::Export(at) => api::export(self, at, dossiers),
            PageKind::Month(at) => api::month(self, at),
        }
    }

    fn list(&self, of: ListOf, number: Option<u32>) -> Result<Vec<u8>, SiteError> {
        match (of, number) {
            (ListOf::Symbol(at), None) => self.render("symbol.html", &list::symbol(self, at)?),
            (ListOf::Source(at), None) => self.render("source.html", &list::source(self, at)?),
            _ => self.render("list.html", &list::view(self, of, number)),
        }
    }

    fn render(&self, template: &str, view: &impl serde::Serialize) -> Result<Vec<u8>, SiteError> {
        self.site.templates.render(template, view, self.words.value())
    }

    fn dossier<'d>(&self, dossiers: &'d [&'d Dossier]) -> Result<&'d Dossier, SiteError> {
        dossiers.first().copied().ok_or_else(|| self.mismatch("its dossier is missing"))
    }

    /// The error for a plan that does not fit the edition.
    pub(crate) fn mismatch(&self, why: &str) -> SiteError {
        SiteError::Mismatch { path: self.path.to_owned(), why: why.to_owned() }
    }

    /// The error of a writer.
    pub(crate) fn unwritten(&self, why: &impl ToString) -> SiteError {
        SiteError::Write { path: self.path.to_owned(), why: why.to_string() }
    }
}
