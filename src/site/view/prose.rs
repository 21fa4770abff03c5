//! The operator's Markdown goes in, a page of prose comes out. Raw HTML in it is shown as text: the page's
//! Content-Security-Policy would refuse scripts anyway, and a typo shall not break the frame.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;

use crate::site::view::{Frame, Shell};
use crate::site::{Desk, SiteError};

/// A page of prose, read once.
#[derive(Debug)]
pub(crate) struct Prose {
    pub(crate) slug: String,
    pub(crate) title: String,
    html: String,
}

/// The page.
#[derive(Debug, Serialize)]
pub(crate) struct ProseView<'a> {
    page: Shell,
    title: &'a str,
    html: &'a str,
}

impl Prose {
    /// Reads Markdown; the first heading of level 1 is the title and leaves the text.
    pub(crate) fn read(slug: &str, markdown: &str) -> Self {
        let mut title = String::new();
        let mut events = Vec::new();
        let mut in_title = false;
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if title.is_empty() => {
                    in_title = true;
                }
                Event::End(TagEnd::Heading(HeadingLevel::H1)) if in_title => in_title = false,
                Event::Text(text) | Event::Code(text) if in_title => title.push_str(&text),
                Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
                other if !in_title => events.push(other),
                _ => {}
            }
        }
        let mut out = String::new();
        html::push_html(&mut out, events.into_iter());
        if title.is_empty() {
            slug.clone_into(&mut title);
        }
        Self { slug: slug.to_owned(), title, html: out }
    }
}

/// Builds the page of prose at `at`.
pub(crate) fn view<'a>(desk: &'a Desk<'_>, at: u32) -> Result<ProseView<'a>, SiteError> {
    let prose = desk.site.prose.get(at as usize).ok_or_else(|| desk.mismatch("its prose is missing"))?;
    Ok(ProseView {
        page: desk.shell(&Frame::new(&prose.title, "about")),
        title: &prose.title,
        html: &prose.html,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_heading_is_the_title_and_html_is_text() {
        let prose = Prose::read(
            "about",
            "# About *us*\n\nHello <script>x</script> [a](https://e.example)\n\n## More\n",
        );
        assert_eq!(prose.title, "About us");
        assert!(!prose.html.contains("<h1") && prose.html.contains("<h2>More</h2>"), "{}", prose.html);
        assert!(prose.html.contains("&lt;script&gt;") && !prose.html.contains("<script>"));
    }
}
