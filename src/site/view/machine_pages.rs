//! The pages that stand beside the news: search, nothing here, and the old addresses of merged events.

use serde::Serialize;

use crate::site::view::{Frame, Shell};
use crate::site::{Desk, SiteError, paths, search};

/// The search page; results are the script's work.
#[derive(Debug, Serialize)]
pub(crate) struct SearchView {
    page: Shell,
    manifest: String,
    js: String,
}

/// A page that is not there.
#[derive(Debug, Serialize)]
pub(crate) struct NotFoundView {
    page: Shell,
    search: String,
}

/// A page that moved.
#[derive(Debug, Serialize)]
pub(crate) struct MovedView {
    page: Shell,
    href: String,
    title: String,
}

/// Builds the search page.
pub(crate) fn search(desk: &Desk<'_>) -> SearchView {
    let mut frame = Frame::new(desk.words.get("search"), "search");
    frame.hidden = true;
    let page = desk.shell(&frame);
    SearchView {
        manifest: desk.href(search::MANIFEST),
        js: format!("{}{}", page.top, desk.site.assets.path("search.js")),
        page,
    }
}

/// Builds the 404 page. It may be shown at any address: where the site knows its own, all its ways start at the host's
/// root. They name no host: a preview shows the same page, and the policy allows no other.
pub(crate) fn not_found(desk: &Desk<'_>) -> NotFoundView {
    let mut frame = Frame::new(desk.words.get("not_found"), "");
    frame.hidden = true;
    let mut page = desk.shell(&frame);
    page.canonical = String::new();
    if let (Some(base), Some(edition)) = (desk.site.settings.base_url.as_ref(), desk.absolute("")) {
        let path = |address: &str| {
            url::Url::parse(address).map_or_else(|_| "/".to_owned(), |url| url.path().to_owned())
        };
        let (base, edition) = (path(&super::absolute(base, "", "").unwrap_or_default()), path(&edition));
        let full = |href: &str| {
            if href.starts_with("http") {
                href.to_owned()
            } else {
                format!("{base}{}", href.trim_start_matches("../"))
            }
        };
        page.css = page.css.iter().map(|href| full(href)).collect();
        page.js = full(&page.js);
        page.icon = full(&page.icon);
        page.about.iter_mut().for_each(|link| link.href = format!("{edition}{}", link.href));
        page.editions.iter_mut().for_each(|link| link.href = full(&link.href));
        page.root = edition;
        page.top = base;
    }
    NotFoundView { search: format!("{}{}", page.root, paths::SEARCH), page }
}

/// Builds the forwarding page of a merged event.
pub(crate) fn moved(desk: &Desk<'_>, at: u32) -> Result<MovedView, SiteError> {
    let (_, to) =
        desk.edition.redirects.get(at as usize).ok_or_else(|| desk.mismatch("its redirect is missing"))?;
    let event = desk.index.event(desk.edition, to).and_then(|at| desk.edition.events.get(at as usize));
    let (path, title) = match event {
        Some(event) => (paths::event(&event.id), desk.event_title(event).text),
        // The event that took it over has no articles any more: the news is all there is.
        None => (paths::FRONT.to_owned(), desk.words.get("news").to_owned()),
    };
    let mut frame = Frame::new(desk.words.get("moved"), "news");
    frame.hidden = true;
    let mut page = desk.shell(&frame);
    page.canonical = desk.absolute(&path).unwrap_or_default();
    Ok(MovedView { href: desk.href(&path), title, page })
}
