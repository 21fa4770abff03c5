//! A page's text and tree go in, what kind of page it is comes out: article, list, wall, soft 404 or empty shell.

use crate::dom::tree::Tree;
use crate::extract::evidence::Evidence;
use crate::model::article::{Article, PageKind};

/// Judges the page. `closed` is true where the page says that its text is not free to read.
pub(crate) fn judge(
    _tree: &Tree,
    _evidence: &Evidence,
    _article: &Article,
    text: &str,
    closed: bool,
) -> PageKind {
    if text.trim().is_empty() {
        return PageKind::EmptyShell;
    }
    if closed && text.len() < 1_500 { PageKind::Paywall } else { PageKind::Article }
}
