//! Canonical addresses: an absolute http(s) URL as written goes in, the one spelling that identity is made of
//! comes out. [`CanonicalUrl::parse`] is the only way to one.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

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

/// Query parameters that identify a click, not a document (exact names, lower case).
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "msclkid",
    "yclid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "ncid",
    "cmpid",
    "ref_src",
    "ref_url",
    "at_medium",
    "at_campaign",
    "guccounter",
    "wt_mc",
];

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

    fn of(mut url: Url) -> Result<Self, UrlError> {
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::Scheme(url.as_str().chars().take(120).collect()));
        }
        url.set_fragment(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if url.query().is_some() {
            let kept: Vec<String> = url
                .query()
                .unwrap_or_default()
                .split('&')
                .filter(|pair| !pair.is_empty() && !is_tracking(pair.split('=').next().unwrap_or_default()))
                .map(str::to_owned)
                .collect();
            url.set_query(if kept.is_empty() { None } else { Some(kept.join("&")) }.as_deref());
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
        let site = |url: &Self| psl::domain_str(url.host()).map(str::to_owned);
        self.host() == other.host() || (site(self).is_some() && site(self) == site(other))
    }

    /// The host, in lower case (an IPv6 address in brackets).
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
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
    fn other_schemes_are_refused() {
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a/b", "/a", ""] {
            assert!(CanonicalUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
