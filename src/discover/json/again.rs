//! The rules of a JSON source and an item's id go in, the address at which the item's counters can be asked again, and
//! the rules to read its answer by, come out.

use url::Url;

use crate::discover::json::{JsonRules, Preset};

/// Longest id of an item that is asked for, in bytes.
const MAX_ID: usize = 120;

/// The address of one item, for portals that have one: a path in which `{id}` stands for the item's id.
fn usual(preset: Preset, base: &Url) -> Option<&'static str> {
    Some(match preset {
        // A search at Algolia finds a story by its tag; the Firebase API has a document for each item.
        Preset::Hackernews
            if base.path().ends_with("/search") || base.path().ends_with("/search_by_date") =>
        {
            "/api/v1/search?tags=story,story_{id}"
        }
        Preset::Hackernews => "item/{id}.json",
        Preset::Lobsters => "/s/{id}.json",
        Preset::Reddit => "/by_id/{id}.json",
        Preset::Discourse => "/t/{id}.json",
        // Its posts stand in lists only; a list states all counters of its posts whenever it is asked.
        Preset::Cryptopanic => return None,
    })
}

impl JsonRules {
    /// The address of the item `id` of a source at `base`; `None` where it has none of its own. An own path without a query keeps the source's, which may
    /// hold a key.
    pub fn again_at(&self, base: &Url, id: &str) -> Option<Url> {
        let own = self.again.as_deref();
        let path = own.or_else(|| usual(self.preset?, base))?;
        if id.is_empty() || id.len() > MAX_ID || id.bytes().all(|b| b == b'.') {
            return None;
        }
        let mut url = base.join(&path.replace("{id}", &percent(id))).ok()?;
        if own.is_some() && url.query().is_none() {
            url.set_query(base.query());
        }
        matches!(url.scheme(), "http" | "https").then_some(url)
    }

    /// The rules for the answer there: a list with the item in it, as the source's, or the item itself.
    #[must_use]
    pub fn again(&self) -> Self {
        let own = self.whole();
        Self { items: Some(format!("{}|", own.items.unwrap_or_default())), ..self.clone() }
    }
}

/// An id as one piece of a path: what could end the piece is written as `%XX`.
fn percent(id: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    id.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::json::read;

    fn rules(preset: Preset) -> JsonRules {
        JsonRules { preset: Some(preset), ..JsonRules::default() }
    }

    fn at(preset: Preset, base: &str, id: &str) -> Option<String> {
        rules(preset).again_at(&Url::parse(base).unwrap(), id).map(String::from)
    }

    #[test]
    fn each_portal_has_its_own_address_of_an_item() {
        let firebase = "https://hacker-news.firebaseio.com/v0/topstories.json";
        assert_eq!(
            at(Preset::Hackernews, firebase, "8").unwrap(),
            "https://hacker-news.firebaseio.com/v0/item/8.json"
        );
        assert_eq!(
            at(Preset::Hackernews, "https://hn.algolia.com/api/v1/search_by_date?query=x", "8").unwrap(),
            "https://hn.algolia.com/api/v1/search?tags=story,story_8"
        );
        assert_eq!(
            at(Preset::Lobsters, "https://lobste.rs/t/rust.json", "abc").unwrap(),
            "https://lobste.rs/s/abc.json"
        );
        assert_eq!(
            at(Preset::Reddit, "https://www.reddit.com/r/x/new.json?limit=5", "t3_a").unwrap(),
            "https://www.reddit.com/by_id/t3_a.json"
        );
        assert_eq!(
            at(Preset::Discourse, "https://forum.example/latest.json", "4").unwrap(),
            "https://forum.example/t/4.json"
        );
        assert_eq!(at(Preset::Cryptopanic, "https://portal.example/api/posts?auth_token=k", "4"), None);
    }

    #[test]
    fn an_id_stays_one_piece_and_an_own_path_keeps_the_key() {
        let base = Url::parse("https://portal.example/api/posts?key=k").unwrap();
        let own = JsonRules { again: Some("/api/posts/{id}".to_owned()), ..JsonRules::default() };
        let told = |id: &str| own.again_at(&base, id).map(String::from);
        assert_eq!(told("9").unwrap(), "https://portal.example/api/posts/9?key=k");
        assert_eq!(told("../a?b#c").unwrap(), "https://portal.example/api/posts/..%2Fa%3Fb%23c?key=k");
        assert_eq!((told(".."), told(""), told(&"x".repeat(200))), (None, None, None));
        assert_eq!(JsonRules::default().again_at(&base, "9"), None);
    }

    #[test]
    fn the_answer_may_be_the_item_itself() {
        let base = Url::parse("https://forum.example/t/4.json").unwrap();
        let item = br#"{"id":4,"slug":"a-b","title":"A B","like_count":9,"reply_count":2,"views":30}"#;
        let told = read(item, None, &base, Some(&rules(Preset::Discourse).again()), 10).unwrap();
        let counts: Vec<i64> = told.drafts[0].votes.iter().map(|vote| vote.count).collect();
        assert_eq!((told.drafts[0].guid.as_deref(), counts.as_slice()), (Some("4"), &[9, 2, 30][..]));
        let list = br#"{"data":{"after":null,"children":[{"data":{"name":"t3_a","title":"R","score":3}}]}}"#;
        let told = read(list, None, &base, Some(&rules(Preset::Reddit).again()), 10).unwrap();
        assert_eq!((told.drafts[0].guid.as_deref(), told.further.len()), (Some("t3_a"), 0));
    }
}
