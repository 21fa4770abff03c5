//! Canonical addresses: an absolute http(s) URL as written goes in, the one spelling that identity is made of
//! comes out. [`CanonicalUrl::parse`] is the only way to one.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::url::tracking::is_tracking;

mod tracking;

/// Longest address taken from outside, in bytes.
pub const MAX_URL: usize = 2048;

/// Why a string is no address that newsmill can keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Longer than [`MAX_URL`].
    #[error("the address is {0} bytes long; at most {MAX_URL} are kept")]
    TooLong(usize),
    /// The URL parser's refusal.
    #[error("`{text}` is not an address: {cause}")]
    NotAUrl {
        /// The start of what was given.
        text: String,
        /// The parser's words.
        cause: url::ParseError,
    },
    /// Another scheme than http or https.
    #[error("`{0}` is not http or https")]
    Scheme(String),
}

/// An absolute http or https address in its canonical spelling: no fragment, no default port, no
/// user information, no tracking parameters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CanonicalUrl(Url);

impl CanonicalUrl {
    /// Reads an absolute address and brings it to its canonical spelling.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.len() > MAX_URL {
            return Err(UrlError::TooLong(text.len()));
        }
        let url = Url::parse(text.trim())
            .map_err(|cause| UrlError::NotAUrl { text: text.chars().take(120).collect(), cause })?;
        Self::of(url)
    }

    /// Resolves `reference` against `base` and canonicalises the result.
    pub fn join(base: &Url, reference: &str) -> Result<Self, UrlError> {
        if reference.len() > MAX_URL {
            return Err(UrlError::TooLong(reference.len()));
        }
        let url = base
            .join(reference.trim())
            .map_err(|cause| UrlError::NotAUrl { text: reference.chars().take(120).collect(), cause })?;
        Self::of(url)
    }

    fn of(url: Url) -> Result<Self, UrlError> {
        let mut url = unwrapped(url);
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::Scheme(url.as_str().chars().take(120).collect()));
        }
        url.set_fragment(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if let Some(host) = url.host_str().filter(|host| host.ends_with('.')) {
            let host = host.trim_end_matches('.').to_owned();
            url.set_host(Some(&host)).map_err(|cause| UrlError::NotAUrl { text: host, cause })?;
        }
        if let Some(query) = url.query() {
            let host = url.host_str().unwrap_or_default();
            let kept: Vec<&str> =
                query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair, host)).collect();
            let kept = kept.join("&");
            url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
        }
        if url.as_str().len() > MAX_URL {
            return Err(UrlError::TooLong(url.as_str().len()));
        }
        Ok(Self(url))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The parsed address.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// True where both addresses belong to one registrable domain (by the Public Suffix List), or to one host where
    /// there is none, as for IP addresses.
    pub fn same_site(&self, other: &Self) -> bool {
        let site = |url: &Self| url.0.domain().and_then(psl::domain_str).map(str::to_owned);
        self.host() == other.host() || (site(self).is_some() && site(self) == site(other))
    }

    /// What spellings of one address share that are different addresses by the letter: without scheme, `www.`, a slash
    /// at the end, the case of escapes, and, where the path reads like an article's name, without the marks of AMP and
    /// mobile versions. It begins with `//`, so it is no address itself: for comparing, never for fetching.
    pub fn key(&self) -> String {
        let path = without_amp(self.0.path());
        let starts: &[&str] = if is_name(&path) { &["www.", "m.", "mobile.", "amp."] } else { &["www."] };
        let is_site = |rest: &&str| psl::domain_str(rest).is_some();
        let host = self.host();
        let host = starts.iter().find_map(|start| host.strip_prefix(start)).filter(is_site).unwrap_or(host);
        let port = self.0.port().map(|port| format!(":{port}")).unwrap_or_default();
        let query = self.0.query().map(|query| format!("?{query}")).unwrap_or_default();
        with_upper_escapes(&format!("//{host}{port}{}{query}", path.trim_end_matches('/')))
    }

    /// The host, in lower case (an IPv6 address in brackets).
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

/// The article's own path for the path of its AMP version: `/2026/a-story/amp/`, `/amp/2026/a-story`,
/// `/2026/a-story.amp.html`. Only where what is left reads like an article's name, since `/topics/amp` is a page about
/// AMP.
fn without_amp(path: &str) -> Cow<'_, str> {
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    let plain = if let Some(before) = trimmed.strip_suffix("/amp").or_else(|| trimmed.strip_suffix(".amp")) {
        Cow::Borrowed(before)
    } else if let Some(before) = trimmed.strip_suffix(".amp.html") {
        Cow::Owned(format!("{before}.html"))
    } else if let Some(rest) = trimmed.strip_prefix("/amp").filter(|rest| rest.starts_with('/')) {
        Cow::Borrowed(rest)
    } else {
        return Cow::Borrowed(path);
    };
    if is_name(&plain) { plain } else { Cow::Borrowed(path) }
}

/// True where the last part of a path reads like the name of an article: words joined by hyphens, or a long number.
fn is_name(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = last.split('.').next().unwrap_or_default();
    (last.len() >= 12 && last.contains(['-', '_', '%']))
        || (stem.len() >= 6 && stem.bytes().all(|b| b.is_ascii_digit()))
}

/// The hexadecimal digits of escapes in upper case: `%e6` and `%E6` are one byte.
fn with_upper_escapes(text: &str) -> String {
    let mut digits = 0;
    let upper = text.chars().map(|c| {
        let shown = if digits > 0 { c.to_ascii_uppercase() } else { c };
        digits = if c == '%' { 2 } else { i32::max(digits - 1, 0) };
        shown
    });
    upper.collect()
}

/// The publisher's address for that of an AMP cache, whose paths spell it out: `/c/s/example.com/a` and
/// `google.com/amp/s/example.com/a`; `s` means https.
fn unwrapped(mut url: Url) -> Url {
    // One may stand in another; each is shorter than the one around it.
    while let Some(inner) = inner(&url).filter(|inner| inner.as_str().len() < url.as_str().len()) {
        url = inner;
    }
    url
}

fn inner(url: &Url) -> Option<Url> {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let rest = if host.ends_with(".cdn.ampproject.org") {
        ["/c/", "/v/"].iter().find_map(|start| url.path().strip_prefix(start))?
    } else if host == "www.google.com" || host == "google.com" {
        url.path().strip_prefix("/amp/")?
    } else {
        return None;
    };
    let (scheme, rest) = rest.strip_prefix("s/").map_or(("http", rest), |rest| ("https", rest));
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let inner = Url::parse(&format!("{scheme}://{rest}{query}")).ok()?;
    inner.host_str().is_some_and(|host| host.contains('.')).then_some(inner)
}

impl TryFrom<String> for CanonicalUrl {
    type Error = UrlError;
    fn try_from(text: String) -> Result<Self, UrlError> {
        Self::parse(&text)
    }
}

impl From<CanonicalUrl> for String {
    fn from(url: CanonicalUrl) -> Self {
        url.0.into()
    }
}

impl fmt::Display for CanonicalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_address_agree() {
        let one = CanonicalUrl::parse("https://example.com/a?id=1").unwrap();
        for other in [
            "HTTPS://Example.COM:443/a?id=1",
            "https://example.com/a?utm_source=x&id=1#top",
            "https://user:secret@example.com/a?id=1&fbclid=zz",
        ] {
            assert_eq!(CanonicalUrl::parse(other).unwrap(), one, "{other}");
        }
    }

    #[test]
    fn addresses_of_clicks_and_copies_agree() {
        for (given, canonical) in [
            ("https://example.com/p?UTM_SOURCE=x&id=1&mtm_campaign=y", "https://example.com/p?id=1"),
            ("https://example.com/p?ref=example.com", "https://example.com/p"),
            ("https://example.com/p?ref=7&from=2026-04-22", "https://example.com/p?ref=7&from=2026-04-22"),
            ("https://example.com/p?source=rss&feed=3", "https://example.com/p?feed=3"),
            ("https://example.com/p?b=2&a=1", "https://example.com/p?b=2&a=1"),
            ("https://example.com/p.jpg?crop/14x7/webp", "https://example.com/p.jpg?crop/14x7/webp"),
            ("https://example.com/2026/a-long-story/amp", "https://example.com/2026/a-long-story/amp"),
            ("https://example.com/a?amp=1", "https://example.com/a"),
            ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a", "https://www.example.com/a"),
            ("https://www.google.com/amp/s/example.com/a", "https://example.com/a"),
            ("https://example.com./a", "https://example.com/a"),
            ("https://example.com.../a", "https://example.com/a"),
            ("https://google.com/amp/google.com/amp/s/example.com/a", "https://example.com/a"),
        ] {
            let url = CanonicalUrl::parse(given).unwrap();
            assert_eq!(url.as_str(), canonical, "{given}");
            assert_eq!(CanonicalUrl::parse(url.as_str()).unwrap(), url, "canonical twice is canonical once");
        }
    }

    #[test]
    fn spellings_of_one_address_share_its_key() {
        let key = |text: &str| CanonicalUrl::parse(text).unwrap().key();
        let story = key("https://example.com/2026/a-long-story");
        assert_eq!(story, "//example.com/2026/a-long-story");
        for other in [
            "http://www.example.com/2026/a-long-story/",
            "https://m.example.com/2026/a-long-story?utm_source=x",
            "https://amp.example.com/2026/a-long-story",
            "https://example.com/2026/a-long-story/amp/",
            "https://example.com/2026/a-long-story/amp",
            "https://example.com/2026/a-long-story.amp",
            "https://example.com/amp/2026/a-long-story/",
            "https://example-com.cdn.ampproject.org/c/s/example.com/2026/a-long-story?amp=1",
        ] {
            assert_eq!(key(other), story, "{other}");
        }
        for (one, other, same) in [
            ("https://example.com/a-long-story.html", "https://example.com/a-long-story.amp.html", true),
            ("https://example.com/news/20260422/amp", "https://m.example.com/news/20260422", true),
            ("https://example.com/%e6%a9%8b", "https://example.com/\u{6a4b}", true),
            ("https://example.com/topics/amp", "https://example.com/topics", false),
            ("https://example.com/amp/", "https://example.com/", false),
            ("https://m.example.com/", "https://example.com/", false),
            ("https://m.co.uk/2026/a-long-story", "https://co.uk/2026/a-long-story", false),
            ("https://example.com/?p=7", "https://example.com/?p=8", false),
            ("https://example.com:8443/a", "https://example.com/a", false),
            ("https://example.com/A", "https://example.com/a", false),
        ] {
            assert_eq!(key(one) == key(other), same, "{one} {other}");
        }
    }

    #[test]
    fn sites_are_registrable_domains() {
        let same = |one: &str, other: &str| {
            CanonicalUrl::parse(one).unwrap().same_site(&CanonicalUrl::parse(other).unwrap())
        };
        assert!(same("https://www.example.co.uk/a", "http://news.example.co.uk/b"));
        assert!(!same("https://one.co.uk/a", "https://two.co.uk/a"));
        assert!(!same("https://one.github.io/a", "https://two.github.io/a"));
        assert!(!same("http://10.0.0.7/a", "http://192.168.0.7/a"), "an address has no registrable domain");
        assert!(same("http://10.0.0.7/a", "http://10.0.0.7:81/a"));
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn the_shared_addresses_lose_their_tracking() {
        let Some(data) = std::env::var_os("NEWSMILL_DATA") else {
            eprintln!("skipped: NEWSMILL_DATA is not set");
            return;
        };
        let path = std::path::Path::new(&data).join("feeds/dev/url_cleaner.jsonl");
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let (input, expected) = (row["input"].as_str().unwrap(), row["expected"].as_str().unwrap());
            match CanonicalUrl::parse(input) {
                // The fragment is no part of an article's address.
                Ok(url) => assert_eq!(url.as_str(), expected.split('#').next().unwrap(), "{input}"),
                Err(_) => assert!(!input.starts_with("http"), "{input}"),
            }
        }
    }

    proptest! {
        #[test]
        fn canonical_twice_is_canonical_once(
            text in "(https?:)?(//)?(google\\.com/amp/|m\\.|www\\.|x\\.y){0,3}[a-z.%@:/?#&=]{0,30}(/amp/?)?"
        ) {
            if let Ok(url) = CanonicalUrl::parse(&text) {
                prop_assert_eq!(&CanonicalUrl::parse(url.as_str()).unwrap(), &url);
                prop_assert!(CanonicalUrl::parse(&url.key()).is_err());
            }
        }
    }

    #[test]
    fn other_schemes_are_refused() {
        for bad in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "ftp://a/b",
            "/a",
            "",
            "http://../",
        ] {
            assert!(CanonicalUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
