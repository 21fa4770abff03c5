//! The name of a known portal goes in, the paths of its answers come out.

use crate::discover::json::{JsonRules, Preset};

/// The counters of a post in the style of CryptoPanic.
const REACTIONS: &[&str] =
    &["positive", "negative", "important", "liked", "disliked", "lol", "toxic", "saved"];

impl Preset {
    /// Reads the name as it stands in a configuration.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "cryptopanic" => Self::Cryptopanic,
            "hackernews" => Self::Hackernews,
            "lobsters" => Self::Lobsters,
            "reddit" => Self::Reddit,
            "discourse" => Self::Discourse,
            _ => return None,
        })
    }

    /// The name as it stands in a configuration, and as the origin of counters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cryptopanic => "cryptopanic",
            Self::Hackernews => "hackernews",
            Self::Lobsters => "lobsters",
            Self::Reddit => "reddit",
            Self::Discourse => "discourse",
        }
    }

    /// The paths of the portal's answers.
    pub(crate) fn rules(self) -> JsonRules {
        match self {
            Self::Cryptopanic => cryptopanic(),
            Self::Hackernews => hackernews(),
            Self::Lobsters => lobsters(),
            Self::Reddit => reddit(),
            Self::Discourse => discourse(),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of the rules are optional")]
fn at(path: &str) -> Option<String> {
    Some(path.to_owned())
}

fn counters(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect()
}

fn cryptopanic() -> JsonRules {
    let mut votes: Vec<(String, String)> =
        REACTIONS.iter().map(|name| ((*name).to_owned(), format!("votes.{name}"))).collect();
    votes.push(("comments".to_owned(), "votes.comments|comments".to_owned()));
    JsonRules {
        items: at("results"),
        url: at("original_url|source_url|url"),
        id: at("id"),
        title: at("title"),
        date: at("published_at|created_at"),
        summary: at("description|metadata.description"),
        content: at("content.original|body"),
        author: at("author"),
        language: at("source.language|source.region|language"),
        symbols: at("currencies.code|instruments.code"),
        image: at("image|metadata.image"),
        discussion: at("panic_url|url"),
        votes,
        next: at("next"),
        ..JsonRules::default()
    }
}

fn hackernews() -> JsonRules {
    JsonRules {
        // Algolia answers with `hits`; an item of the Firebase API is the answer itself.
        items: at("hits|"),
        url: at("url|story_url"),
        id: at("objectID|id"),
        title: at("title|story_title"),
        date: at("created_at|created_at_i|time"),
        content: at("story_text|text"),
        author: at("author|by"),
        discussion: at("https://news.ycombinator.com/item?id={objectID|id}"),
        votes: counters(&[("points", "points|score"), ("comments", "num_comments|descendants")]),
        ..JsonRules::default()
    }
}

fn lobsters() -> JsonRules {
    JsonRules {
        items: at(""),
        url: at("url|short_id_url|comments_url"),
        id: at("short_id"),
        title: at("title"),
        date: at("created_at"),
        summary: at("description_plain"),
        content: at("description"),
        author: at("submitter_user.username|submitter_user"),
        categories: at("tags"),
        discussion: at("comments_url|short_id_url"),
        votes: counters(&[("points", "score"), ("comments", "comment_count")]),
        ..JsonRules::default()
    }
}

fn reddit() -> JsonRules {
    JsonRules {
        items: at("data.children"),
        url: at("data.url_overridden_by_dest|data.url"),
        id: at("data.name|data.id"),
        title: at("data.title"),
        date: at("data.created_utc"),
        summary: at("data.selftext"),
        author: at("data.author"),
        categories: at("data.link_flair_text"),
        discussion: at("https://www.reddit.com{data.permalink}"),
        votes: counters(&[("points", "data.score|data.ups"), ("comments", "data.num_comments")]),
        next: at("?after={data.after}"),
        ..JsonRules::default()
    }
}

fn discourse() -> JsonRules {
    JsonRules {
        items: at("topic_list.topics"),
        url: at("/t/{slug}/{id}"),
        id: at("id"),
        title: at("title|fancy_title"),
        date: at("created_at"),
        summary: at("excerpt"),
        categories: at("tags.name|tags"),
        image: at("image_url"),
        discussion: at("/t/{slug}/{id}"),
        votes: counters(&[("liked", "like_count"), ("comments", "reply_count"), ("views", "views")]),
        next: at("topic_list.more_topics_url"),
        ..JsonRules::default()
    }
}
