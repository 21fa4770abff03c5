//! Reactions on GitHub issues or discussions go in, counters of articles come out: how a static site's own readers
//! can vote. A page links an issue that is filled in; its mark tells the article when it is counted.

use serde_json::Value;
use url::Url;

use crate::model::id::ArticleId;
use crate::model::votes::VoteCount;

/// Who counts.
const ORIGIN: &str = "github";
/// What stands before an article's id in an issue's title or text.
const MARK: &str = "newsmill:";
/// Most issues taken from one answer.
const MAX_ISSUES: usize = 1_000;

/// What readers said about one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The article that the issue's mark names.
    pub article: ArticleId,
    /// Where to vote.
    pub place: Option<String>,
    /// The counters.
    pub counts: Vec<VoteCount>,
}

/// Why an answer holds no ballots.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer of GitHub is not the JSON that was expected: {0}")]
pub struct GithubError(String);

/// The name of a counter for a reaction, as REST and GraphQL call it.
fn counter(reaction: &str) -> Option<&'static str> {
    Some(match reaction {
        "+1" | "THUMBS_UP" => "positive",
        "-1" | "THUMBS_DOWN" => "negative",
        "heart" | "HEART" => "liked",
        "laugh" | "LAUGH" => "lol",
        "hooray" | "HOORAY" => "hooray",
        "rocket" | "ROCKET" => "important",
        "confused" | "CONFUSED" => "confused",
        "eyes" | "EYES" => "eyes",
        _ => return None,
    })
}

/// Reads an issue, a list of issues, a search (`items`) of the REST API, or discussions of the GraphQL API
/// (`data.repository.discussions.nodes`). Issues without a mark are passed over.
pub fn ballots(answer: &[u8]) -> Result<Vec<Ballot>, GithubError> {
    let answer: Value = serde_json::from_slice(answer).map_err(|e| GithubError(e.to_string()))?;
    let nodes = [
        "/items",
        "/data/repository/discussions/nodes",
        "/data/repository/issues/nodes",
        "/data/search/nodes",
    ];
    let list = nodes.iter().find_map(|path| answer.pointer(path)).unwrap_or(&answer);
    match list {
        Value::Array(issues) => Ok(issues.iter().take(MAX_ISSUES).filter_map(ballot).collect()),
        Value::Object(_) => Ok(ballot(list).into_iter().collect()),
        _ => Err(GithubError("expected an issue or a list of issues".to_owned())),
    }
}

fn ballot(issue: &Value) -> Option<Ballot> {
    let text = |key: &str| issue.get(key).and_then(Value::as_str).unwrap_or_default();
    let article = marked(text("title")).or_else(|| marked(text("body")))?;
    let place = issue.get("html_url").or_else(|| issue.get("url")).and_then(Value::as_str);
    let mut counts = Vec::new();
    let mut add = |name: &str, count: Option<i64>| {
        if let Some(count) = count {
            counts.push(VoteCount { origin: ORIGIN.to_owned(), name: name.to_owned(), count });
        }
    };
    for (reaction, count) in issue.get("reactions").and_then(Value::as_object).into_iter().flatten() {
        if let Some(name) = counter(reaction) {
            add(name, count.as_i64());
        }
    }
    for group in issue.get("reactionGroups").and_then(Value::as_array).into_iter().flatten() {
        let count = ["/reactors/totalCount", "/users/totalCount"].iter().find_map(|path| group.pointer(path));
        if let Some(name) = group.get("content").and_then(Value::as_str).and_then(counter) {
            add(name, count.and_then(Value::as_i64));
        }
    }
    add("points", issue.get("upvoteCount").and_then(Value::as_i64));
    let comments = issue.get("comments");
    add(
        "comments",
        comments.and_then(|c| c.as_i64().or_else(|| c.get("totalCount").and_then(Value::as_i64))),
    );
    let place = place.filter(|place| place.starts_with("https://")).map(str::to_owned);
    Some(Ballot { article, place, counts })
}

/// The article that a text marks: `newsmill:a8b00e3dc9`.
fn marked(text: &str) -> Option<ArticleId> {
    text.split(MARK).skip(1).find_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        ArticleId::parse(rest.get(..end)?).ok()
    })
}

/// The address of a new issue about an article, filled in. `repository` is `owner/name`.
pub fn issue_link(repository: &str, article: &ArticleId, title: &str, page: &str) -> Option<String> {
    let (owner, name) = repository.split_once('/')?;
    let mut url = Url::parse("https://github.com/").ok()?;
    url.path_segments_mut().ok()?.clear().extend([owner, name, "issues", "new"]);
    let title: String = title.chars().take(120).collect();
    let body = format!("{page}\n\n{MARK}{article}");
    url.query_pairs_mut().append_pair("title", &title).append_pair("body", &body);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reactions_are_counted_where_an_article_is_marked() {
        let rest = r#"[{"title":"x","body":"see newsmill:a8b00e3dc9.","html_url":"https://github.com/o/n/issues/1","comments":2,
            "reactions":{"url":"u","total_count":4,"+1":3,"-1":1,"eyes":0}},{"title":"unmarked","reactions":{"+1":9}}]"#;
        let found = ballots(rest.as_bytes()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].article.as_str(), "a8b00e3dc9");
        let told: Vec<(&str, i64)> = found[0].counts.iter().map(|c| (c.name.as_str(), c.count)).collect();
        assert_eq!(told, [("positive", 3), ("negative", 1), ("eyes", 0), ("comments", 2)]);
        let graph = r#"{"data":{"repository":{"discussions":{"nodes":[{"title":"newsmill:a8b00e3dc9 y","url":"https://github.com/o/n/discussions/2",
            "upvoteCount":5,"comments":{"totalCount":1},"reactionGroups":[{"content":"HEART","reactors":{"totalCount":7}}]}]}}}}"#;
        let found = ballots(graph.as_bytes()).unwrap();
        let told: Vec<(&str, i64)> = found[0].counts.iter().map(|c| (c.name.as_str(), c.count)).collect();
        assert_eq!(told, [("liked", 7), ("points", 5), ("comments", 1)]);
        assert!(ballots(b"nonsense").is_err());
        assert_eq!(ballots(b"{}"), Ok(Vec::new()));
    }

    #[test]
    fn the_link_leads_back_to_the_article() {
        let id = ArticleId::parse("a8b00e3dc9").unwrap();
        let link =
            issue_link("o/n", &id, "比特幣 & co", "https://news.example/articles/a8b00e3dc9.html").unwrap();
        let url = Url::parse(&link).unwrap();
        let body = url.query_pairs().find(|(key, _)| key == "body").unwrap().1;
        assert_eq!(marked(&body), Some(id.clone()));
        assert_eq!(issue_link("nonsense", &id, "x", "y"), None);
    }
}
