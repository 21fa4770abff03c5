//! An edition goes in, a plan of pages comes out; one page of it and what it needs go in, its bytes come out.
//!
//! 1. [`Site::new`] reads templates and static files once: the embedded ones, each overridden by a site's own.
//! 2. [`Site::plan`] lists every output file of an edition with its fingerprint, pages before the lists that link to
//!    them, so that a folder filled in that order never links to nothing.
//! 3. [`Site::make`] renders one of them. It is pure and may run on many threads; the caller fetches the dossiers a
//!    page needs, hands them in, and forgets them. Neighbours in the plan need the same dossiers where they can (an
//!    article's page and its JSON, a list's three feeds): remembering the last few saves most of the fetching.

mod api;
mod assets;
mod blocks;
mod charts;
mod content;
mod escape;
mod feeds;
mod format;
mod i18n;
mod index;
mod machine;
mod make;
mod page;
mod paths;
mod plan;
mod print;
mod reasons;
#[cfg(test)]
mod sample;
mod schema;
mod search;
mod templates;
mod view;

use std::sync::Arc;

use url::Url;

use crate::model::edition::{Dossier, Edition};
use crate::model::id::ArticleId;
use crate::site::assets::Assets;
use crate::site::i18n::Words;
use crate::site::index::Index;
pub use crate::site::page::{ApiFile, Directory, FeedFormat, ListOf, PageKind};
use crate::site::templates::Templates;

/// What the operator says about the site as a whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// The site's name.
    pub title: String,
    /// One line under it; possibly empty.
    pub tagline: String,
    /// Where the site will stand, for the few things that need absolute addresses (sitemaps, feeds, canonical links).
    pub base_url: Option<Url>,
    /// True where the content is a sample: every page says so.
    pub sample: bool,
    /// How to reach the operator: an address or a sentence.
    pub contact: Option<String>,
    /// Pages of prose: `(slug, Markdown)`; the first heading is the title. `about` stands at `about.html`.
    pub about: Vec<(String, String)>,
    /// Where readers of this site vote: an address in which `{id}`, `{url}` and `{title}` stand for the article's.
    pub vote_link: Option<String>,
    /// The origin that counts there; once it knows an article, its own place to vote stands in for the link.
    pub vote_origin: Option<String>,
    /// `(category as configured, what readers see)`; others are shown as configured, underscores as spaces.
    pub categories: Vec<(String, String)>,
    /// What may be spent.
    pub budget: Option<Budget>,
}

/// The ceiling of spending, shown on the status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// The currency's name, as in `USD`.
    pub currency: String,
    /// At most this a run, in millionths.
    pub per_run_micros: Option<u64>,
    /// At most this a day, in millionths.
    pub per_day_micros: Option<u64>,
}

/// Files of a site's own that take the place of embedded ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `(name below templates/, text)`.
    pub templates: Vec<(String, String)>,
    /// `(path below static/, bytes)`.
    pub statics: Vec<(String, Vec<u8>)>,
}

/// Why a site cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A template is wrong; the message names file, line and what was expected.
    #[error("a template cannot be used: {0}")]
    Template(String),
    /// A static file's path leads outside its folder, or is none.
    #[error("static file `{0}`: expected a relative path of plain names, as in icons/logo.svg")]
    StaticPath(String),
    /// `make` was given a plan or dossiers that do not belong to the edition.
    #[error("{path} cannot be made: {why}; plan the edition that is being rendered")]
    Mismatch {
        /// The page.
        path: String,
        /// What does not fit.
        why: String,
    },
    /// A document could not be written as JSON or XML.
    #[error("{path} cannot be written: {why}")]
    Write {
        /// The page.
        path: String,
        /// The writer's words.
        why: String,
    },
}

/// One output file, planned.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Where it goes: relative to the output folder, `/` between names.
    pub path: String,
    /// Changes whenever its bytes may change; equal fingerprints mean equal bytes (of one version of newsmill).
    pub fingerprint: u64,
    /// The articles whose dossiers [`Site::make`] wants, in this order.
    pub needs: Vec<ArticleId>,
    /// What it is.
    pub page: PageKind,
    /// True where it tells facts of the run (wall times, request counts) that differ between equal runs.
    pub volatile: bool,
    index: Arc<Index>,
}

/// A site's looks and settings, ready to render editions.
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    templates: Templates,
    assets: Assets,
    prose: Vec<view::prose::Prose>,
    print: u64,
}

impl Site {
    /// Reads templates and static files. Errors name the template's file and line.
    pub fn new(settings: Settings, overrides: Overrides) -> Result<Self, SiteError> {
        let assets = Assets::load(overrides.statics)?;
        let templates = Templates::load(overrides.templates)?;
        let prose = settings.about.iter().map(|(slug, text)| view::prose::Prose::read(slug, text)).collect();
        let print = print::Print::new()
            .text(env!("CARGO_PKG_VERSION"))
            .value(&settings)
            .num(templates.print)
            .num(assets.print)
            .done();
        Ok(Self { settings, templates, assets, prose, print })
    }

    /// Lists every output file of `edition`, in the order in which a reader may see them appear.
    pub fn plan(&self, edition: &Edition) -> Vec<Spec> {
        plan::plan(self, edition)
    }

    /// Renders one planned file. `dossiers` are those of `spec.needs`, in that order; where one cannot be had, leave
    /// it out of a list or feed, but an article's own page and JSON need it.
    pub fn make(&self, edition: &Edition, spec: &Spec, dossiers: &[&Dossier]) -> Result<Vec<u8>, SiteError> {
        make::make(self, edition, spec, dossiers)
    }

    /// Static files with the paths at which pages look for them; CSS and JavaScript carry their hash in the name.
    pub fn assets(&self) -> Vec<(String, Vec<u8>)> {
        self.assets.files()
    }
}

/// What rendering one page can look at.
pub(crate) struct Desk<'a> {
    pub(crate) site: &'a Site,
    pub(crate) edition: &'a Edition,
    pub(crate) index: &'a Index,
    pub(crate) words: &'static Words,
    /// The page's path, relative to the edition's root.
    pub(crate) path: &'a str,
}

#[cfg(test)]
mod tests;
