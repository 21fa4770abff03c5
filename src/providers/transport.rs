//! The way out as a provider sees it: a request goes in, a bounded answer comes out. The caller supplies it, so that
//! addresses, TLS and limits stay in one place and tests need no network.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use url::Url;

/// One POST of JSON.
#[derive(Clone)]
pub struct HttpCall {
    /// Where to.
    pub url: Url,
    /// Further headers; `content-type: application/json` is the transport's to add. May hold a key: never printed.
    pub headers: Vec<(http::HeaderName, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The whole call may take this long.
    pub timeout: Duration,
    /// Bytes of the (decompressed) answer that may be read.
    pub limit: usize,
}

/// What came back, whatever its status.
#[derive(Debug, Clone)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: http::HeaderMap,
    /// Its body, at most as long as the call allowed.
    pub body: Bytes,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The request never reached the server: nothing can have been billed, it may be sent again.
    #[error("{0}")]
    Unreached(String),
    /// The request may have been worked on (a time-out, a lost connection, an answer that is too long): it may have been
    /// billed, and is not sent again in this run.
    #[error("{0}")]
    Lost(String),
}

/// The way out, with its clock: so that waiting can be played in tests.
pub trait Transport: Send + Sync {
    /// Sends one request.
    fn post(&self, call: HttpCall) -> BoxFuture<'_, Result<HttpAnswer, TransportError>>;
    /// Waits.
    fn wait(&self, time: Duration) -> BoxFuture<'_, ()>;
    /// A monotonic clock that starts anywhere.
    fn clock(&self) -> Duration;
}
