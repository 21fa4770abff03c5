//! What a caller asks and what it gets back; plain values.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

/// What kind of document is wanted; names the types in Accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accept {
    /// RSS, Atom, JSON Feed, sitemaps; a page as second best.
    Feed,
    /// An article.
    Page,
    /// An API's answer.
    Json,
    /// Whatever it is.
    #[default]
    Any,
}

impl Accept {
    /// The header's value.
    pub fn header(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, \
                 application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
            }
            Self::Page => "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1",
            Self::Json => "application/json, */*;q=0.1",
            Self::Any => "*/*",
        }
    }
}

/// The validators of a document, byte for byte as its server sent them; what is not there is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Validators {
    /// ETag.
    pub etag: Option<Vec<u8>>,
    /// Last-Modified.
    pub last_modified: Option<Vec<u8>>,
}

/// A key that is sent as `Authorization: Bearer`. Its `Debug` form shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Bearer(String);

impl Bearer {
    /// Keeps the key.
    pub fn new(key: &str) -> Self {
        Self(key.trim().to_owned())
    }

    /// The header's value; `None` where no header can carry the key.
    pub(in crate::net) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer")
    }
}

/// One thing to fetch.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where; user information in it is sent as basic authorization, to this host alone.
    pub url: Url,
    /// What is wanted.
    pub accept: Accept,
    /// Sent to this URL only, not to where it redirects; see [`crate::net::Client::get_validated`].
    pub validators: Validators,
    /// Whether robots.txt is asked at every hop: true for article pages.
    pub robots: bool,
    /// A key for this scheme, host and port alone.
    pub bearer: Option<Bearer>,
    /// JSON to POST, as GraphQL asks; such a request follows no redirect.
    pub json: Option<Bytes>,
    /// The run's instant.
    pub now: Timestamp,
    /// Not sent after this time, however long the wait for a turn; see [`crate::net::NetError::OutOfTime`].
    pub latest: Option<Instant>,
}

impl Request {
    /// A request without validators, robots.txt not asked.
    pub fn new(url: Url, accept: Accept, now: Timestamp) -> Self {
        let validators = Validators::default();
        Self { url, accept, validators, robots: false, bearer: None, json: None, now, latest: None }
    }

    /// A request for an article page: robots.txt is asked at every hop.
    pub fn page(url: Url, now: Timestamp) -> Self {
        Self { robots: true, ..Self::new(url, Accept::Page, now) }
    }

    /// With the validators that an earlier answer gave.
    #[must_use]
    pub fn with_validators(self, validators: Validators) -> Self {
        Self { validators, ..self }
    }

    /// With a key for its host.
    #[must_use]
    pub fn with_bearer(self, bearer: Option<Bearer>) -> Self {
        Self { bearer, ..self }
    }

    /// With JSON to POST.
    #[must_use]
    pub fn with_json(self, json: Option<Vec<u8>>) -> Self {
        Self { json: json.map(Bytes::from), ..self }
    }
}

/// What a host answered; 304, 404, 410, 429, 503 are answers too.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status of the last hop.
    pub status: u16,
    /// The URL of the last hop.
    pub url: Url,
    /// The end of the purely permanent part (301, 308) of the redirects, where the chain began with one. It may be
    /// stored once a good document came back, and only then.
    pub permanent: Option<Url>,
    /// Content-Type as sent.
    pub content_type: Option<String>,
    /// The body, decompressed; of an answer outside 200–299 at most its first 64 KiB, or nothing.
    pub body: Bytes,
    /// The validators of this answer; a bare 304 may have none, and the stored ones stay.
    pub validators: Validators,
    /// How long the answer may be taken as current (Cache-Control max-age or Expires, less its age); `None` where
    /// nothing is said, zero for no-cache and no-store.
    pub fresh_for: Option<Duration>,
    /// Retry-After, where it could be read.
    pub retry_after: Option<Duration>,
    /// Requests that were sent for it, robots.txt and redirects included.
    pub requests: u32,
    /// Time spent on them, waiting for one's turn not counted.
    pub took: Duration,
    /// Redirects followed.
    pub redirects: u32,
}
