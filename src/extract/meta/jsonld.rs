//! JSON-LD texts go in, what they say about the page's article comes out. Damaged JSON is left alone.

use serde_json::Value;

/// Largest text parsed, in bytes.
const LARGEST: usize = 512 << 10;
/// Most nodes looked at.
const NODES: usize = 2_000;

/// What JSON-LD says.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    pub(crate) headline: Option<String>,
    /// Names of persons.
    pub(crate) persons: Vec<String>,
    /// Names of authors that are no persons, or do not say.
    pub(crate) others: Vec<String>,
    pub(crate) published: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) publisher: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) licence: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) closed: bool,
}

/// Reads all texts; the node that is most an article wins.
pub(crate) fn read(texts: &[String]) -> Linked {
    let mut linked = Linked::default();
    let mut best = 0;
    for text in texts {
        if text.len() > LARGEST {
            continue;
        }
        let Some(value) = parse(text) else { continue };
        let nodes = nodes(&value);
        for node in &nodes {
            let rank = rank(node);
            if rank > best {
                best = rank;
                let body = linked.body.take();
                linked = take(node, &nodes);
                linked.body = linked.body.or(body);
            }
        }
    }
    linked
}

fn parse(text: &str) -> Option<Value> {
    let bare = text
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("<![CDATA[");
    let bare = bare
        .trim_end()
        .trim_end_matches("-->")
        .trim_end_matches("//]]>")
        .trim_end_matches("]]>")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(bare).ok().or_else(|| {
        // Raw line breaks within strings are the commonest damage.
        let mended: String = bare.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&mended).ok()
    })
}

/// All objects of a text that may be things of their own, outermost first.
fn nodes(value: &Value) -> Vec<&Value> {
    let mut out = Vec::new();
    let mut todo = vec![value];
    while let Some(value) = todo.pop() {
        if out.len() > NODES {
            break;
        }
        match value {
            Value::Array(list) => todo.extend(list.iter().rev()),
            Value::Object(map) => {
                out.push(value);
                for key in ["mainEntity", "mainEntityOfPage", "@graph"] {
                    if let Some(inner) = map.get(key).filter(|inner| !inner.is_string()) {
                        todo.push(inner);
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// How much a node is the page's article; 0 for what is none.
fn rank(node: &Value) -> u32 {
    let types = texts(node.get("@type"));
    let of = |name: &str| match name.rsplit('/').next().unwrap_or(name) {
        "NewsArticle"
        | "ReportageNewsArticle"
        | "AnalysisNewsArticle"
        | "OpinionNewsArticle"
        | "LiveBlogPosting" => 5,
        "Article"
        | "BlogPosting"
        | "TechArticle"
        | "ScholarlyArticle"
        | "Report"
        | "AdvertiserContentArticle"
        | "BackgroundNewsArticle" => 4,
        "SocialMediaPosting"
        | "DiscussionForumPosting"
        | "Review"
        | "Recipe"
        | "MedicalWebPage"
        | "CreativeWork" => 3,
        "WebPage" | "ItemPage" | "VideoObject" | "PodcastEpisode" => 1,
        _ => 0,
    };
    types.iter().map(|name| of(name)).max().unwrap_or(0)
}

fn take(node: &Value, all: &[&Value]) -> Linked {
    let text = |key: &str| first(node.get(key)).filter(|text| !text.trim().is_empty());
    let mut linked = Linked {
        headline: text("headline").or_else(|| text("name")),
        published: text("datePublished").or_else(|| text("dateCreated")),
        modified: text("dateModified"),
        image: address(node.get("image")).or_else(|| text("thumbnailUrl")),
        publisher: name(node.get("publisher"), all),
        section: text("articleSection"),
        tags: tags(node.get("keywords")),
        licence: address(node.get("license")),
        language: text("inLanguage"),
        description: text("description"),
        body: text("articleBody"),
        closed: is_false(node.get("isAccessibleForFree")),
        ..Linked::default()
    };
    if rank(node) == 1 {
        linked.headline = None;
    }
    let authors = node.get("author").or_else(|| node.get("creator"));
    for author in each(authors) {
        let author = resolve(author, all);
        let Some(name) = first(author.get("name")).or_else(|| author.as_str().map(str::to_owned)) else {
            continue;
        };
        let types = texts(author.get("@type"));
        if types.iter().any(|kind| kind.ends_with("Person")) {
            linked.persons.push(name);
        } else if !author.is_string() || linked.others.len() < 10 {
            linked.others.push(name);
        }
    }
    linked
}

/// The node that a reference by `@id` means, or the value itself.
fn resolve<'a>(value: &'a Value, all: &[&'a Value]) -> &'a Value {
    if value.get("name").is_some() {
        return value;
    }
    let Some(id) = value.get("@id").and_then(Value::as_str) else { return value };
    all.iter()
        .find(|node| node.get("@id").and_then(Value::as_str) == Some(id) && node.get("name").is_some())
        .copied()
        .unwrap_or(value)
}

fn each(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(list)) => list.iter().take(20).collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    }
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    each(value).into_iter().filter_map(Value::as_str).collect()
}

fn first(value: Option<&Value>) -> Option<String> {
    each(value).into_iter().find_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => {
            map.get("@value").or_else(|| map.get("name")).and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    })
}

fn address(value: Option<&Value>) -> Option<String> {
    each(value).into_iter().find_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => {
            map.get("url").or_else(|| map.get("@id")).and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    })
}

fn name(value: Option<&Value>, all: &[&Value]) -> Option<String> {
    each(value).into_iter().find_map(|value| {
        let value = resolve(value, all);
        value.get("name").and_then(Value::as_str).or_else(|| value.as_str()).map(str::to_owned)
    })
}

fn tags(value: Option<&Value>) -> Vec<String> {
    texts(value)
        .into_iter()
        .flat_map(|text| text.split(','))
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
        .collect()
}

fn is_false(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(free)) => !free,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_article_of_a_graph_is_read_with_its_references() {
        let text = r##"{"@graph":[{"@type":"WebPage","name":"Page"},
            {"@type":["NewsArticle"],"headline":"Rain","author":[{"@id":"#a"}],"publisher":{"name":"The Paper"},
             "datePublished":"2026-01-02","isAccessibleForFree":"False"},
            {"@type":"Person","@id":"#a","name":"Ann Lee"}]}"##;
        let linked = read(&[text.to_owned()]);
        assert_eq!(linked.headline.as_deref(), Some("Rain"));
        assert_eq!(linked.persons, ["Ann Lee"]);
        assert_eq!(linked.publisher.as_deref(), Some("The Paper"));
        assert!(linked.closed);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[\\[\\]{}\",:@a-z0-9 \n]{0,120}") {
            let _ = read(&[text]);
        }
    }
}
