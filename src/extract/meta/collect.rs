//! A tree goes in, the raw places of metadata come out, gathered in one pass: meta and link elements, properties,
//! headings, times, bylines.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::Evidence;
use crate::extract::hints::Hints;

/// Most entries of each kind.
const MOST: usize = 400;
/// Zones in which nothing tells about the article itself.
const ELSEWHERE: Hints = Hints::COMMENT
    .or(Hints::RELATED)
    .or(Hints::SIDE)
    .or(Hints::NAV)
    .or(Hints::COOKIE)
    .or(Hints::AD)
    .or(Hints::REPLY);

/// Raw metadata.
#[derive(Debug, Default)]
pub(crate) struct Raw<'a> {
    /// `name` or `property` in lower case, and `content`.
    pub(crate) metas: Vec<(String, &'a str)>,
    /// `rel` in lower case, and `href`.
    pub(crate) links: Vec<(String, &'a str)>,
    /// `itemprop` and place.
    pub(crate) properties: Vec<(&'a str, usize)>,
    /// The title element's text.
    pub(crate) title: String,
    /// Headings by place, outside zones that are elsewhere.
    pub(crate) headings: Vec<(u8, usize)>,
    /// Elements named as titles.
    pub(crate) titled: Vec<usize>,
    /// `time` elements.
    pub(crate) times: Vec<usize>,
    /// Elements named as dates or article information.
    pub(crate) dated: Vec<usize>,
    /// Elements named as authors or bylines.
    pub(crate) bylines: Vec<usize>,
    /// Texts of JSON-LD.
    pub(crate) linked: Vec<String>,
    /// The `lang` of the document.
    pub(crate) lang: Option<&'a str>,
    /// The `base` address.
    pub(crate) base: Option<&'a str>,
    /// A link to the next page of the article, seen in its pager.
    pub(crate) pager: Option<&'a str>,
}

impl<'a> Raw<'a> {
    /// Gathers from the whole tree.
    pub(crate) fn of(tree: &'a Tree, evidence: &Evidence) -> Self {
        let mut raw = Self::default();
        for at in 1..tree.len() {
            let tag = tree.tag(at);
            match tag {
                Tag::Text => continue,
                Tag::Meta => raw.meta(tree, at),
                Tag::Link => raw.link(tree, at),
                Tag::Title if raw.title.is_empty() && tree.tag(tree.parent(at)) != Tag::Svg => {
                    tree.push_all(at, 600, &mut raw.title);
                }
                Tag::Html => raw.lang = tree.attr(at, "lang").or_else(|| tree.attr(at, "xml:lang")),
                Tag::Body if raw.lang.is_none() => raw.lang = tree.attr(at, "lang"),
                Tag::Base if raw.base.is_none() => raw.base = tree.attr(at, "href"),
                Tag::Script if raw.linked.len() < 20 && is_linked(tree, at) => {
                    let mut text = String::new();
                    for here in at + 1..tree.end(at) {
                        text.push_str(tree.text(here));
                    }
                    raw.linked.push(text);
                }
                Tag::A if raw.pager.is_none() => raw.page(tree, at),
                _ => {}
            }
            raw.body(tree, evidence, at, tag);
        }
        raw
    }

    fn meta(&mut self, tree: &'a Tree, at: usize) {
        let name =
            ["property", "name", "itemprop", "http-equiv"].into_iter().find_map(|key| tree.attr(at, key));
        let content = tree.attr(at, "content").or_else(|| tree.attr(at, "value"));
        if let (Some(name), Some(content)) = (name, content)
            && self.metas.len() < MOST
            && name.len() < 80
            && !content.trim().is_empty()
        {
            self.metas.push((name.trim().to_ascii_lowercase(), content.trim()));
        }
    }

    fn link(&mut self, tree: &'a Tree, at: usize) {
        if let (Some(rel), Some(href)) = (tree.attr(at, "rel"), tree.attr(at, "href"))
            && self.links.len() < MOST
            && rel.len() < 60
        {
            self.links.push((rel.to_ascii_lowercase(), href));
        }
    }

    /// A link of a pager that leads to the article's next page.
    fn page(&mut self, tree: &'a Tree, at: usize) {
        let (rel, class) =
            (tree.attr(at, "rel").unwrap_or_default(), tree.attr(at, "class").unwrap_or_default());
        if rel.split_whitespace().any(|word| word == "next") && !class.contains("post") {
            self.pager = tree.attr(at, "href");
        }
        if rel == "license"
            && let Some(href) = tree.attr(at, "href")
        {
            self.links.push(("license".to_owned(), href));
        }
    }

    fn body(&mut self, tree: &'a Tree, evidence: &Evidence, at: usize, tag: Tag) {
        let facts = evidence.of(at);
        if let Some(name) =
            tree.attr(at, "itemprop").filter(|_| tag != Tag::Meta || tree.attr(at, "content").is_some())
            && self.properties.len() < MOST
            && !facts.zone.has(ELSEWHERE)
        {
            self.properties.push((name, at));
        }
        let aside = Hints::SIDE.or(Hints::HEAD);
        if facts.zone.without(aside).has(ELSEWHERE) || facts.text == 0 && tag != Tag::Time {
            return;
        }
        if facts.zone.has(ELSEWHERE) {
            let rel = tree.attr(at, "rel").is_some_and(|rel| rel.contains("author"));
            if (rel || facts.hints.has(Hints::AUTHOR)) && facts.text < 80 && self.bylines.len() < MOST {
                self.bylines.push(at);
            }
            return;
        }
        if let Some(level) = tag.heading() {
            if level < 4 && self.headings.len() < MOST {
                self.headings.push((level, at));
            }
            return;
        }
        let hints = facts.hints;
        let author =
            hints.has(Hints::AUTHOR) || tree.attr(at, "rel").is_some_and(|rel| rel.contains("author"));
        if (author || hints.has(Hints::META)) && facts.text < 250 && self.bylines.len() < MOST {
            self.bylines.push(at);
        }
        if tag == Tag::Time && self.times.len() < MOST {
            self.times.push(at);
        } else if hints.has(Hints::DATE.or(Hints::META)) && facts.text < 400 && self.dated.len() < MOST {
            self.dated.push(at);
        }
        if hints.has(Hints::TITLE) && facts.text < 300 && self.titled.len() < MOST {
            self.titled.push(at);
        }
    }

    /// The first content among `names`, in their order.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&'a str> {
        names
            .iter()
            .find_map(|name| self.metas.iter().find(|(have, _)| have == name).map(|(_, content)| *content))
    }

    /// All contents of `name`.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(have, _)| have == name).map(|(_, content)| *content)
    }

    /// The href of the first link with `rel`.
    pub(crate) fn rel(&self, rel: &str) -> Option<&'a str> {
        self.links
            .iter()
            .find(|(have, _)| have.split_whitespace().any(|word| word == rel))
            .map(|(_, href)| *href)
    }
}

fn is_linked(tree: &Tree, at: usize) -> bool {
    tree.attr(at, "type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
}
