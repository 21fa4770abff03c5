//! The answer of a JSON API goes in, entries come out: by a preset, or by dotted paths.

use serde_json::Value;
use url::Url;

use crate::discover::draft::{Draft, Reading};
use crate::discover::markup::{MAX_SUMMARY, MAX_TITLE, plain};
use crate::discover::{DiscoverError, MAX_FURTHER, dates};
use crate::model::lang::Lang;
use crate::model::url::CanonicalUrl;
use crate::model::votes::VoteCount;

mod again;
mod paths;
mod presets;

/// Portals that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Posts with `votes` and `currencies`, as CryptoPanic has them.
    Cryptopanic,
    /// Hacker News: a list of ids or an item of the Firebase API, or a search at Algolia.
    Hackernews,
    /// Lobsters.
    Lobsters,
    /// A Reddit listing.
    Reddit,
    /// The latest topics of a Discourse forum.
    Discourse,
}

/// Where an API keeps what: dotted paths into its answer and, but for `items` and `next`, into an item
/// (`source.title`, `tags.0`, `original_url|url`, `/t/{slug}/{id}`). [`JsonRules::query`] is for the caller.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JsonRules {
    /// Paths of a known portal; paths given besides win over it.
    pub preset: Option<Preset>,
    /// The list of items; the answer itself where empty.
    pub items: Option<String>,
    /// The address of an item's article.
    pub url: Option<String>,
    /// The item's id.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its date, a text or a number.
    pub date: Option<String>,
    /// Its summary.
    pub summary: Option<String>,
    /// Its text as HTML.
    pub content: Option<String>,
    /// Its author or authors.
    pub author: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its tickers.
    pub symbols: Option<String>,
    /// Its categories.
    pub categories: Option<String>,
    /// Its picture.
    pub image: Option<String>,
    /// Where to discuss it.
    pub discussion: Option<String>,
    /// Counters: name and path of a number.
    pub votes: Vec<(String, String)>,
    /// The address of the next page.
    pub next: Option<String>,
    /// The address of one item, to ask its counters again: `{id}` stands for its id.
    pub again: Option<String>,
    /// Query parameters that are added to the source's address.
    pub query: Vec<(String, String)>,
}

impl JsonRules {
    /// The rules with the preset's paths where none of their own stand.
    fn whole(&self) -> Self {
        let Some(preset) = self.preset else { return self.clone() };
        let usual = preset.rules();
        let or = |own: &Option<String>, usual: Option<String>| own.clone().or(usual);
        Self {
            preset: self.preset,
            items: or(&self.items, usual.items),
            url: or(&self.url, usual.url),
            id: or(&self.id, usual.id),
            title: or(&self.title, usual.title),
            date: or(&self.date, usual.date),
            summary: or(&self.summary, usual.summary),
            content: or(&self.content, usual.content),
            author: or(&self.author, usual.author),
            language: or(&self.language, usual.language),
            symbols: or(&self.symbols, usual.symbols),
            categories: or(&self.categories, usual.categories),
            image: or(&self.image, usual.image),
            discussion: or(&self.discussion, usual.discussion),
            votes: if self.votes.is_empty() { usual.votes } else { self.votes.clone() },
            next: or(&self.next, usual.next),
            again: self.again.clone(),
            query: self.query.clone(),
        }
    }
}

/// Reads an API's answer.
pub fn read(
    bytes: &[u8],
    _content_type: Option<&str>,
    base: &Url,
    rules: Option<&JsonRules>,
    most: usize,
) -> Result<Reading, DiscoverError> {
    let Some(rules) = rules.map(JsonRules::whole) else {
        return Err(DiscoverError::Settings(
            "a source of `kind: json` needs `json` with a preset or paths".to_owned(),
        ));
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let answer: Value = serde_json::from_slice(bytes)
        .map_err(|e| DiscoverError::Unreadable { format: "JSON", cause: e.to_string() })?;
    if let Some(reading) = ids(&answer, base, &rules) {
        return Ok(reading);
    }
    let path = rules.items.as_deref().unwrap_or_default();
    let Some(items) = paths::items(&answer, path) else {
        return Err(DiscoverError::OtherKind {
            found: format!("JSON without a list at `{path}`"),
            remedy: "set `json.items` to the path of the list",
        });
    };
    let origin = match rules.preset {
        Some(preset) => preset.as_str().to_owned(),
        None => base.host_str().unwrap_or_default().trim_start_matches("www.").to_owned(),
    };
    let drafts: Vec<Draft> = items.iter().take(most).map(|item| draft(item, base, &rules, &origin)).collect();
    let mut warnings = Vec::new();
    if items.len() > most {
        warnings.push(format!("the answer has {} items; {most} were read", items.len()));
    }
    let next = rules.next.as_deref().and_then(|next| paths::first(&answer, next));
    Ok(Reading {
        drafts,
        dialect: rules.preset.map_or("JSON", Preset::as_str),
        further: next.and_then(|next| following(base, &next)).map(Into::into).into_iter().collect(),
        warnings,
        ..Reading::default()
    })
}

/// A list of bare ids, as Hacker News answers for its top stories: each item is a document of its own.
fn ids(answer: &Value, base: &Url, rules: &JsonRules) -> Option<Reading> {
    let list = answer.as_array().filter(|_| rules.preset == Some(Preset::Hackernews))?;
    let ids = list.iter().map(Value::as_u64).take(MAX_FURTHER).collect::<Option<Vec<u64>>>()?;
    Some(Reading {
        further: ids
            .iter()
            .filter_map(|id| Some(CanonicalUrl::join(base, &format!("item/{id}.json")).ok()?.into()))
            .collect(),
        dialect: "hackernews",
        ..Reading::default()
    })
}

/// The next page: an address, or parameters (`?after=x`) that replace those of the same name in this one.
fn following(base: &Url, next: &str) -> Option<CanonicalUrl> {
    let Some(parameters) = next.strip_prefix('?') else { return CanonicalUrl::join(base, next).ok() };
    let mut url = base.clone();
    let new: Vec<(String, String)> =
        url::form_urlencoded::parse(parameters.as_bytes()).into_owned().collect();
    let old: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(key, _)| new.iter().all(|(name, _)| name != key)).collect();
    url.query_pairs_mut().clear().extend_pairs(old).extend_pairs(new);
    CanonicalUrl::parse(url.as_str()).ok()
}

fn draft(item: &Value, base: &Url, rules: &JsonRules, origin: &str) -> Draft {
    let first = |path: &Option<String>| path.as_deref().and_then(|path| paths::first(item, path));
    let list =
        |path: &Option<String>| path.as_deref().map(|path| paths::texts(item, path)).unwrap_or_default();
    let discussion = first(&rules.discussion).and_then(|place| base.join(&place).ok());
    let url = first(&rules.url).and_then(|url| CanonicalUrl::join(base, &url).ok());
    // A post of a forum that links nothing is its own article.
    let url = url.or_else(|| CanonicalUrl::parse(discussion.as_ref()?.as_str()).ok());
    let votes = rules.votes.iter().filter_map(|(name, path)| {
        Some(VoteCount { origin: origin.to_owned(), name: name.clone(), count: paths::count(item, path)? })
    });
    Draft {
        url,
        guid: first(&rules.id),
        title: first(&rules.title).map(|title| plain(&title, MAX_TITLE)).unwrap_or_default(),
        summary: first(&rules.summary).map(|text| plain(&text, MAX_SUMMARY)).unwrap_or_default(),
        content: first(&rules.content),
        published: first(&rules.date).and_then(|date| dates::parse(whole(&date))),
        authors: list(&rules.author),
        categories: list(&rules.categories),
        image: first(&rules.image).and_then(|image| base.join(&image).ok()).map(Into::into),
        language: first(&rules.language).and_then(|tag| Lang::parse(&tag).ok()),
        symbols: list(&rules.symbols),
        votes: votes.collect(),
        discussion: discussion.filter(|url| matches!(url.scheme(), "http" | "https")).map(Into::into),
        ..Draft::default()
    }
    .bounded()
}

/// A number of seconds without its fraction; other texts as they are.
fn whole(date: &str) -> &str {
    match date.split_once('.') {
        Some((seconds, fraction))
            if [seconds, fraction].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit())) =>
        {
            seconds
        }
        _ => date,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(preset: Preset, base: &str, answer: &str) -> Reading {
        let rules = JsonRules { preset: Some(preset), ..JsonRules::default() };
        read(answer.as_bytes(), None, &Url::parse(base).unwrap(), Some(&rules), 100).unwrap()
    }

    fn votes(draft: &Draft) -> Vec<(&str, i64)> {
        draft.votes.iter().map(|vote| (vote.name.as_str(), vote.count)).collect()
    }

    #[test]
    fn posts_of_a_portal_with_votes() {
        let read = told(
            Preset::Cryptopanic,
            "https://portal.example/api/posts?auth=x",
            r#"{"next":"https://portal.example/api/posts?page=2","results":[{"id":9,"title":"A","published_at":"2026-04-22T11:36:30Z",
            "url":"https://news.example/a","currencies":[{"code":"BTC"},{"code":"ETH"}],"votes":{"positive":3,"negative":1,"comments":4}}]}"#,
        );
        let one = &read.drafts[0];
        assert_eq!(one.url.as_ref().unwrap().as_str(), "https://news.example/a");
        assert_eq!(one.symbols, ["BTC", "ETH"]);
        assert_eq!(votes(one), [("positive", 3), ("negative", 1), ("comments", 4)]);
        assert_eq!(one.votes[0].origin, "cryptopanic");
        assert_eq!(read.further.len(), 1);
    }

    #[test]
    fn hacker_news_in_three_shapes() {
        let base = "https://hacker-news.firebaseio.com/v0/topstories.json";
        let ids = told(Preset::Hackernews, base, "[1,2]");
        assert_eq!(ids.further[1].url.as_str(), "https://hacker-news.firebaseio.com/v0/item/2.json");
        let item = told(
            Preset::Hackernews,
            "https://hacker-news.firebaseio.com/v0/item/1.json",
            r#"{"by":"a","descendants":2,"id":1,"score":5,"time":1776857790,"title":"Ask","type":"story"}"#,
        );
        assert_eq!(item.drafts[0].url.as_ref().unwrap().as_str(), "https://news.ycombinator.com/item?id=1");
        assert_eq!(votes(&item.drafts[0]), [("points", 5), ("comments", 2)]);
        let search = told(
            Preset::Hackernews,
            "https://hn.algolia.com/api/v1/search?query=x",
            r#"{"hits":[{"objectID":"8","url":"https://a.org/x","title":"X","created_at":"2026-04-22T11:36:30Z","points":7,"num_comments":0}]}"#,
        );
        assert_eq!(search.drafts[0].discussion.as_deref(), Some("https://news.ycombinator.com/item?id=8"));
        assert_eq!(search.drafts[0].url.as_ref().unwrap().as_str(), "https://a.org/x");
    }

    #[test]
    fn forums_tell_their_topics() {
        let lobsters = told(
            Preset::Lobsters,
            "https://lobste.rs/hottest.json",
            r#"[{"short_id":"abc","title":"T","url":"","short_id_url":"https://lobste.rs/s/abc","score":3,"comment_count":1,
            "comments_url":"https://lobste.rs/s/abc/t","tags":["rust"],"submitter_user":"u","created_at":"2026-04-22T11:36:30.000-05:00"}]"#,
        );
        assert_eq!(lobsters.drafts[0].url.as_ref().unwrap().as_str(), "https://lobste.rs/s/abc");
        assert_eq!(lobsters.drafts[0].authors, ["u"]);
        let reddit = told(
            Preset::Reddit,
            "https://www.reddit.com/r/x/new.json?limit=5&after=t3_a",
            r#"{"data":{"after":"t3_z","children":[{"kind":"t3","data":{"title":"R &amp; S","url":"https://a.org/r","permalink":"/r/x/1/","created_utc":1776857790.0,"score":-2,"num_comments":3}}]}}"#,
        );
        assert_eq!(reddit.drafts[0].title, "R & S");
        assert_eq!(reddit.drafts[0].published.unwrap().to_string(), "2026-04-22T11:36:30Z");
        assert_eq!(votes(&reddit.drafts[0]), [("points", -2), ("comments", 3)]);
        assert_eq!(reddit.further[0].url.as_str(), "https://www.reddit.com/r/x/new.json?limit=5&after=t3_z");
        let discourse = told(
            Preset::Discourse,
            "https://forum.example/latest.json",
            r#"{"topic_list":{"more_topics_url":"/latest?page=1","topics":[{"id":4,"slug":"a-b","title":"A B","like_count":2,"tags":["x"],"created_at":"2026-04-22T11:36:30.123Z"}]}}"#,
        );
        assert_eq!(discourse.drafts[0].url.as_ref().unwrap().as_str(), "https://forum.example/t/a-b/4");
        assert_eq!(discourse.further[0].url.as_str(), "https://forum.example/latest?page=1");
    }

    #[test]
    fn own_paths_and_what_is_missing() {
        let base = Url::parse("https://api.example/v1").unwrap();
        let path = |text: &str| Some(text.to_owned());
        let rules = JsonRules {
            items: path("data"),
            url: path("link"),
            title: path("t"),
            date: path("when"),
            ..JsonRules::default()
        };
        let answer = br#"{"data":[{"link":"/x","t":"T","when":1776857790},{"t":"no link"}]}"#;
        let told = read(answer, None, &base, Some(&rules), 10).unwrap();
        assert_eq!(told.drafts[0].url.as_ref().unwrap().as_str(), "https://api.example/x");
        assert_eq!(told.drafts[1].url, None);
        let wrong = read(b"{\"other\":[]}", None, &base, Some(&rules), 10).unwrap_err().to_string();
        assert!(wrong.contains("`data`") && wrong.contains("json.items"), "{wrong}");
        assert!(read(b"[]", None, &base, None, 10).unwrap_err().to_string().contains("preset"));
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes(), None, &base, Some(&rules), 10).is_err());
    }

    proptest! {
        #[test]
        fn any_answer_is_read(text in "(\\{|\\}|\\[|\\]|\"results\":|\"url\":|\"x\"|1|,|:){0,20}") {
            let base = Url::parse("https://api.example/v1").unwrap();
            let rules = JsonRules { preset: Some(Preset::Cryptopanic), ..JsonRules::default() };
            let _ = read(text.as_bytes(), None, &base, Some(&rules), 10);
        }
    }
}
