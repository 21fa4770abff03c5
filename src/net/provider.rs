//! A configured provider's base address goes in, a client comes out that reaches exactly that host and port, even a
//! private one, and nothing else. It follows no redirect, and its errors hold no query and no header.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use tokio::time::timeout;
use url::Url;

use crate::net::body::{BodyError, Bounds, Room};
use crate::net::decode::Overflow;
use crate::net::error::{NetError, Wait, host_name};
use crate::net::exchange::ENCODINGS;
use crate::net::limits::Settings;
use crate::net::retry_after;
use crate::net::transport::{Transport, explain};

/// The client of one provider. `limits.total` bounds a whole call (models think long: set it so), the body limits
/// its answer; pace and parallelism are the provider room's business.
#[derive(Debug)]
pub struct ProviderClient {
    base: Url,
    settings: Settings,
    transport: Transport,
    room: Room,
}

/// A provider's answer; every status is one.
#[derive(Debug, Clone)]
pub struct ProviderAnswer {
    /// The status.
    pub status: u16,
    /// The headers: Retry-After, quota headers.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Bytes,
}

impl ProviderAnswer {
    /// Retry-After, in seconds or as a date, capped; `None` where it is missing or garbage.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after::parse(self.headers.get(RETRY_AFTER)?.as_bytes(), now)
    }

    /// A header's first value as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl ProviderClient {
    /// A client for the host and port of `base`, which must be http or https.
    pub fn new(base: &Url, settings: &Settings) -> Result<Self, NetError> {
        if !matches!(base.scheme(), "http" | "https") {
            return Err(NetError::Scheme { scheme: base.scheme().chars().take(20).collect() });
        }
        if base.host().is_none() {
            return Err(NetError::NoHost);
        }
        let transport = Transport::new(settings, None, base.scheme() == "https")?;
        Ok(Self { base: base.clone(), settings: settings.clone(), transport, room: Room::new() })
    }

    /// Sends JSON. `path_or_url` is appended to the base's path, replaces it where it begins with `/`, or is an absolute
    /// address of the same scheme, host and port.
    pub async fn post_json(
        &self,
        path_or_url: &str,
        headers: &[(HeaderName, String)],
        body: Vec<u8>,
    ) -> Result<ProviderAnswer, NetError> {
        self.call(Method::POST, path_or_url, headers, Some(body)).await
    }

    /// Asks without a body.
    pub async fn get(
        &self,
        path_or_url: &str,
        headers: &[(HeaderName, String)],
    ) -> Result<ProviderAnswer, NetError> {
        self.call(Method::GET, path_or_url, headers, None).await
    }

    async fn call(
        &self,
        method: Method,
        path_or_url: &str,
        headers: &[(HeaderName, String)],
        body: Option<Vec<u8>>,
    ) -> Result<ProviderAnswer, NetError> {
        let url = self.address(path_or_url)?;
        self.transport.check(&url)?;
        let mut request = self.transport.http.request(method, url.clone()).header(ACCEPT, "application/json");
        request = request.header(ACCEPT_ENCODING, ENCODINGS);
        for (name, value) in headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| {
                NetError::Setup(format!("the value for header {name} holds what no header can carry"))
            })?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let total = self.settings.limits.total;
        let late = |_| NetError::Timeout { host: host_name(&url), wait: Wait::Total, after: total };
        timeout(total, self.finish(request, &url)).await.map_err(late)?
    }

    async fn finish(&self, request: reqwest::RequestBuilder, url: &Url) -> Result<ProviderAnswer, NetError> {
        let explained = |cause: reqwest::Error| explain(&cause, url, &self.settings);
        let mut response = request.send().await.map_err(explained)?;
        let limits = &self.settings.limits;
        let bounds = Bounds {
            compressed: limits.compressed,
            decompressed: limits.decompressed,
            idle: limits.total,
            overflow: Overflow::Refuse,
        };
        let host = || host_name(url);
        let body = self.room.read(&mut response, bounds).await.map_err(|cause| match cause {
            BodyError::Idle => NetError::Timeout { host: host(), wait: Wait::Idle, after: bounds.idle },
            BodyError::TooLarge { decompressed } => {
                let limit = if decompressed { bounds.decompressed } else { bounds.compressed };
                NetError::TooLarge { host: host(), decompressed, limit }
            }
            BodyError::Encoding(cause) => NetError::Encoding { host: host(), cause },
            BodyError::Library(cause) => explained(cause),
        })?;
        let headers = std::mem::take(response.headers_mut());
        Ok(ProviderAnswer { status: response.status().as_u16(), headers, body })
    }

    fn address(&self, path_or_url: &str) -> Result<Url, NetError> {
        let foreign = || NetError::NotThisProvider { host: host_name(&self.base) };
        let url = if path_or_url.contains("://") {
            Url::parse(path_or_url).map_err(|_| foreign())?
        } else if path_or_url.starts_with('/') {
            self.base.join(path_or_url).map_err(|_| foreign())?
        } else {
            let mut folder = self.base.clone();
            folder.set_query(None);
            folder.set_fragment(None);
            let path = format!("{}/", folder.path().trim_end_matches('/'));
            folder.set_path(&path);
            // `./` keeps `models/x:ask` from being read as a scheme.
            folder.join(&format!("./{path_or_url}")).map_err(|_| foreign())?
        };
        let place = |url: &Url| {
            (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default())
        };
        if place(&url) == place(&self.base) { Ok(url) } else { Err(foreign()) }
    }
}
