//! Reactions on GitHub issues or discussions go in, counters of articles come out: how a static site's own readers
//! can vote. A page links an issue that is filled in; the mark in its title tells the article when it is counted.
//!
//! Issues are listed by the REST API, discussions by the GraphQL API, both oldest first, so that pages keep what they
//! hold; see [`crate::votes::roll`] for when each is asked.

use serde_json::{Value, json};
use url::Url;

use crate::model::id::ArticleId;
use crate::model::votes::VoteCount;

/// Who counts.
pub const ORIGIN: &str = "github";
/// What stands before an article's id in an issue's title or text.
const MARK: &str = "newsmill:";
/// Issues on one page, as asked for.
const PAGE: usize = 100;
/// Longest words of GitHub repeated in a report.
const MAX_WORDS: usize = 200;
/// The question for one page of discussions.
const DISCUSSIONS: &str = "query($owner:String!,$name:String!,$after:String){repository(owner:$owner,name:$name)\
{discussions(first:100,after:$after,orderBy:{field:CREATED_AT,direction:ASC}){pageInfo{hasNextPage endCursor}nodes\
{title body url upvoteCount comments{totalCount}reactionGroups{content reactors{totalCount}}}}}}";

/// What readers vote on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Issues: anybody may read them.
    Issues,
    /// Discussions: GitHub tells them only to who has a key.
    Discussions,
}

/// Where readers vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `owner/name`, checked by [`is_repository`].
    pub repository: String,
    /// Issues or discussions.
    pub kind: Kind,
    /// The address of the API, with a slash at its end.
    pub api: Url,
    /// The address of the pages for people, with a slash at its end.
    pub web: Url,
    /// The category of new discussions.
    pub category: String,
}

/// What to ask for one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Where.
    pub url: Url,
    /// JSON to POST; `None` for a GET.
    pub json: Option<Vec<u8>>,
}

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

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What was said, first issue first; an article may stand here more than once.
    pub ballots: Vec<Ballot>,
    /// The key of the page behind this one.
    pub next: Option<String>,
}

/// Why an answer holds no ballots.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GithubError {
    /// Not the expected JSON.
    #[error("the answer of GitHub is not the JSON that was expected: {0}")]
    Json(String),
    /// GitHub's own words.
    #[error("GitHub answered: {0}")]
    Refused(String),
}

/// True for `owner/name` of the letters that GitHub allows.
pub fn is_repository(text: &str) -> bool {
    let plain = |part: &str| {
        (1..=100).contains(&part.len())
            && !part.bytes().all(|b| b == b'.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    text.split_once('/').is_some_and(|(owner, name)| plain(owner) && plain(name))
}

impl Settings {
    /// What is remembered of the list belongs to this.
    pub fn fingerprint(&self) -> String {
        format!("{:?} {} {}", self.kind, self.api, self.repository)
    }

    /// What to ask for the page `key`: empty for the first one.
    pub fn ask(&self, key: &str) -> Option<Ask> {
        if self.kind == Kind::Issues {
            let mut url = self.api.join(&format!("repos/{}/issues", self.repository)).ok()?;
            let page = if key.is_empty() { "1" } else { key };
            url.query_pairs_mut()
                .append_pair("state", "all")
                .append_pair("sort", "created")
                .append_pair("direction", "asc")
                .append_pair("per_page", &PAGE.to_string())
                .append_pair("page", page);
            return Some(Ask { url, json: None });
        }
        // GitHub's own servers answer at /graphql, those of companies at /api/graphql beside /api/v3/.
        let path = if self.api.path().ends_with("/api/v3/") { "../graphql" } else { "graphql" };
        let (owner, name) = self.repository.split_once('/')?;
        let after = Some(key).filter(|key| !key.is_empty());
        let variables = json!({ "owner": owner, "name": name, "after": after });
        let question = json!({ "query": DISCUSSIONS, "variables": variables });
        Some(Ask { url: self.api.join(path).ok()?, json: Some(question.to_string().into_bytes()) })
    }

    /// Reads the answer to [`Settings::ask`]. Issues without a mark are passed over.
    pub fn read(&self, key: &str, answer: &[u8]) -> Result<Told, GithubError> {
        let answer: Value =
            serde_json::from_slice(answer).map_err(|error| GithubError::Json(error.to_string()))?;
        match self.kind {
            Kind::Issues => issues(key, &answer),
            Kind::Discussions => discussions(&answer),
        }
    }

    /// The address of a new issue or discussion, filled in: `{id}`, `{title}` and `{url}` stand for the article's.
    pub fn link(&self) -> String {
        let Self { web, repository, category, .. } = self;
        let filled = format!("title={MARK}{{id}}%20{{title}}&body={{url}}%0A%0A{MARK}{{id}}");
        match self.kind {
            Kind::Issues => format!("{web}{repository}/issues/new?{filled}"),
            Kind::Discussions => format!("{web}{repository}/discussions/new?category={category}&{filled}"),
        }
    }
}

fn issues(key: &str, answer: &Value) -> Result<Told, GithubError> {
    let Some(list) = answer.as_array() else {
        return Err(
            refusal(answer).unwrap_or_else(|| GithubError::Json("expected a list of issues".to_owned()))
        );
    };
    // A full page has one behind it; page numbers are GitHub's keys.
    let next = (list.len() >= PAGE).then(|| key.parse::<u32>().unwrap_or(1).saturating_add(1).to_string());
    Ok(Told { ballots: list.iter().take(PAGE).filter_map(ballot).collect(), next })
}

fn discussions(answer: &Value) -> Result<Told, GithubError> {
    let list = answer.pointer("/data/repository/discussions");
    let nodes = list.and_then(|list| list.get("nodes")).and_then(Value::as_array);
    let (Some(list), Some(nodes)) = (list, nodes) else {
        let shape = || GithubError::Json("expected `data.repository.discussions`".to_owned());
        return Err(refusal(answer).unwrap_or_else(shape));
    };
    let more = list.pointer("/pageInfo/hasNextPage").and_then(Value::as_bool).unwrap_or_default();
    let next =
        list.pointer("/pageInfo/endCursor").and_then(Value::as_str).filter(|cursor| cursor.len() < 300);
    Ok(Told {
        ballots: nodes.iter().take(PAGE).filter_map(ballot).collect(),
        next: next.filter(|_| more).map(str::to_owned),
    })
}

/// The words in which GitHub refuses, where there are any.
fn refusal(answer: &Value) -> Option<GithubError> {
    let words = answer.pointer("/errors/0/message").or_else(|| answer.get("message"))?.as_str()?;
    let words = words.chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect();
    Some(GithubError::Refused(words))
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings(kind: Kind, api: &str) -> Settings {
        Settings {
            repository: "o/n".to_owned(),
            kind,
            api: Url::parse(api).unwrap(),
            web: Url::parse("https://github.com/").unwrap(),
            category: "general".to_owned(),
        }
    }

    fn told(ballot: &Ballot) -> Vec<(&str, i64)> {
        ballot.counts.iter().map(|count| (count.name.as_str(), count.count)).collect()
    }

    #[test]
    fn reactions_on_issues_are_counted_where_an_article_is_marked() {
        let issues = settings(Kind::Issues, "https://api.github.com/");
        let answer = r#"[{"title":"x","body":"see newsmill:a8b00e3dc9.","html_url":"https://github.com/o/n/issues/1","comments":2,
            "reactions":{"url":"u","total_count":4,"+1":3,"-1":1,"eyes":0}},{"title":"unmarked","reactions":{"+1":9}}]"#;
        let page = issues.read("", answer.as_bytes()).unwrap();
        assert_eq!((page.ballots.len(), page.next), (1, None));
        assert_eq!(page.ballots[0].article.as_str(), "a8b00e3dc9");
        assert_eq!(told(&page.ballots[0]), [("positive", 3), ("negative", 1), ("eyes", 0), ("comments", 2)]);
        let full = format!("[{}]", vec!["{}"; 100].join(","));
        assert_eq!(issues.read("", full.as_bytes()).unwrap().next.as_deref(), Some("2"));
        assert_eq!(issues.read("7", full.as_bytes()).unwrap().next.as_deref(), Some("8"));
        let refused = issues.read("", br#"{"message":"Not Found"}"#).unwrap_err();
        assert_eq!(refused.to_string(), "GitHub answered: Not Found");
        assert!(matches!(issues.read("", b"nonsense"), Err(GithubError::Json(_))));
    }

    #[test]
    fn discussions_are_counted_by_the_page() {
        let discussions = settings(Kind::Discussions, "https://api.github.com/");
        let answer = r#"{"data":{"repository":{"discussions":{"pageInfo":{"hasNextPage":true,"endCursor":"Y3"},"nodes":[
            {"title":"newsmill:a8b00e3dc9 y","url":"https://github.com/o/n/discussions/2","upvoteCount":5,
            "comments":{"totalCount":1},"reactionGroups":[{"content":"HEART","reactors":{"totalCount":7}}]}]}}}}"#;
        let page = discussions.read("", answer.as_bytes()).unwrap();
        assert_eq!(told(&page.ballots[0]), [("liked", 7), ("points", 5), ("comments", 1)]);
        assert_eq!(page.next.as_deref(), Some("Y3"));
        let refused = br#"{"data":{"repository":null},"errors":[{"message":"Could not resolve"}]}"#;
        assert_eq!(
            discussions.read("", refused).unwrap_err(),
            GithubError::Refused("Could not resolve".to_owned())
        );
    }

    #[test]
    fn each_page_is_asked_where_it_stands() {
        let issues = settings(Kind::Issues, "https://ghe.example/api/v3/").ask("3").unwrap();
        assert_eq!(
            issues.url.as_str(),
            "https://ghe.example/api/v3/repos/o/n/issues?state=all&sort=created&direction=asc&per_page=100&page=3"
        );
        assert_eq!(issues.json, None);
        for (api, at) in [
            ("https://api.github.com/", "https://api.github.com/graphql"),
            ("https://ghe.example/api/v3/", "https://ghe.example/api/graphql"),
        ] {
            let ask = settings(Kind::Discussions, api).ask("Y3").unwrap();
            assert_eq!(ask.url.as_str(), at);
            let question: Value = serde_json::from_slice(&ask.json.unwrap()).unwrap();
            assert_eq!(question["variables"], json!({"owner": "o", "name": "n", "after": "Y3"}));
        }
    }

    #[test]
    fn the_link_leads_back_to_the_article() {
        for kind in [Kind::Issues, Kind::Discussions] {
            let link = settings(kind, "https://api.github.com/").link();
            let link = link.replace("{id}", "a8b00e3dc9").replace("{title}", "newsmill:ffffffffff");
            let url = Url::parse(&link).unwrap();
            let title = url.query_pairs().find(|(key, _)| key == "title").unwrap().1;
            assert_eq!(marked(&title).unwrap().as_str(), "a8b00e3dc9", "whatever the article is called");
        }
        assert!(is_repository("o/n.x-1_y"));
        for wrong in ["o", "o/", "/n", "o/n/x", "o/n?x", "../..", "o/é"] {
            assert!(!is_repository(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(text in "(\\{|\\}|\\[|\\]|\"title\":|\"data\":|\"newsmill:a8b00e3dc9\"|1|,|:|\\PC){0,30}") {
            let _ = settings(Kind::Issues, "https://api.github.com/").read("", text.as_bytes());
            let _ = settings(Kind::Discussions, "https://api.github.com/").read("", text.as_bytes());
        }
    }
}
