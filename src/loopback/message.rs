//! A request as a handler sees it, and the response it gives back; both plain values with their bytes in memory.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Method};

/// One request, its body read.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, HEAD, POST …
    pub method: Method,
    /// The path as sent, percent-encoding kept: `/a%20b/c.html`.
    pub path: String,
    /// The query as sent, without the question mark; empty where there is none.
    pub query: String,
    /// The headers as sent.
    pub headers: HeaderMap,
    /// The body; at most [`crate::loopback::server::MAX_BODY`] bytes.
    pub body: Bytes,
    /// The address the client connected to: which of several servers with one handler was meant.
    pub local: SocketAddr,
}

impl Request {
    /// The first value of a header as text; `None` where it is missing or not ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// One response. Content-Length and Date are the server's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code; one that HTTP does not know is sent as 500.
    pub status: u16,
    /// Headers in the order they are sent; one that HTTP cannot carry is left out.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
}

impl Response {
    /// A response with a content type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// A response of plain text: `404` and `not found`.
    pub fn text(status: u16, words: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", words.to_owned())
    }

    /// A redirect; `status` is one of 301, 302, 303, 307, 308.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::text(status, "").with("location", location)
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Makes a 200 to GET or HEAD conditional (RFC 9110, 13): adds an ETag made from the body's BLAKE3 hash unless
    /// there is one, and answers 304 without a body where the request's validators still hold.
    /// If-None-Match rules; If-Modified-Since is looked at only without it, and must equal Last-Modified.
    #[must_use]
    pub fn conditional(mut self, request: &Request) -> Self {
        if self.status != 200 || !matches!(request.method, Method::GET | Method::HEAD) {
            return self;
        }
        if self.header("etag").is_none() {
            let hash = blake3::hash(&self.body).to_hex();
            let tag = format!("\"{}\"", hash.get(..20).unwrap_or_default());
            self.headers.push(("etag".to_owned(), tag));
        }
        if !self.still_held(request) {
            return self;
        }
        self.headers.retain(|(name, _)| !name.to_ascii_lowercase().starts_with("content-"));
        Self { status: 304, headers: self.headers, body: Bytes::new() }
    }

    fn still_held(&self, request: &Request) -> bool {
        if request.headers.contains_key("if-none-match") {
            let own = self.header("etag").map(strong);
            return request
                .headers
                .get_all("if-none-match")
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|tag| tag.trim() == "*" || Some(strong(tag.trim())) == own);
        }
        let since = request.header("if-modified-since");
        since.is_some() && since == self.header("last-modified")
    }
}

/// Weak comparison (RFC 9110, 8.8.3.2): the tag without its `W/`.
fn strong(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &str)]) -> Request {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).try_into().unwrap(), value.parse().unwrap()))
            .collect();
        Request {
            method: Method::GET,
            path: "/".into(),
            query: String::new(),
            headers,
            body: Bytes::new(),
            local: ([127, 0, 0, 1], 1).into(),
        }
    }

    #[test]
    fn validators_that_hold_get_304() {
        let full = || {
            Response::new(200, "text/html", "hello").with("last-modified", "Mon, 06 Apr 2026 10:00:00 GMT")
        };
        let first = full().conditional(&request(&[]));
        assert_eq!((first.status, first.body.len()), (200, 5));
        let tag = first.header("etag").unwrap().to_owned();
        let weak = format!("\"other\", W/{tag}");
        for held in [tag.as_str(), weak.as_str(), "*"] {
            let again = full().conditional(&request(&[("if-none-match", held)]));
            assert_eq!((again.status, again.body.len()), (304, 0), "{held}");
            assert_eq!(again.header("etag"), Some(tag.as_str()));
            assert_eq!(again.header("content-type"), None);
        }
        let date = ("if-modified-since", "Mon, 06 Apr 2026 10:00:00 GMT");
        assert_eq!(full().conditional(&request(&[date])).status, 304);
        assert_eq!(full().conditional(&request(&[date, ("if-none-match", "\"x\"")])).status, 200);
        assert_eq!(Response::text(404, "gone").conditional(&request(&[("if-none-match", "*")])).status, 404);
    }
}
