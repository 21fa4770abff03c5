//! One hop: an address goes in, the raw answer comes out, after this host's turn has come, guarded and bounded; what
//! the host showed of its health is noted.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::net::body::{BodyError, Bounds, Room};
use crate::net::decode::Overflow;
use crate::net::error::{NetError, Wait, host_name};
use crate::net::guard::Guard;
use crate::net::hosts::{Host, Hosts};
use crate::net::limits::Settings;
use crate::net::request::{Bearer, Validators};
use crate::net::retry_after;
use crate::net::transport::{Transport, explain};

/// What is accepted and undone by [`crate::net::decode`].
pub(in crate::net) const ENCODINGS: &str = "gzip, br, zstd, deflate";

/// Rest for a host that asks for it without a readable Retry-After.
const DEFAULT_REST: Duration = Duration::from_mins(15);

/// Bytes kept of the body of an answer outside 200–299.
const ERROR_BODY: u64 = 64 << 10;

/// Longest validator kept, in bytes: it is stored, and sent with each later request.
const MAX_VALIDATOR: usize = 4096;

/// What all requests of a client share.
#[derive(Debug)]
pub(in crate::net) struct Engine {
    pub(in crate::net) settings: Settings,
    pub(in crate::net) guard: Arc<Guard>,
    pub(in crate::net) hosts: Hosts,
    transport: Transport,
    room: Room,
}

/// One hop to make.
#[derive(Debug)]
pub(in crate::net) struct Hop<'a> {
    /// Where; user information in it is sent.
    pub(in crate::net) url: &'a Url,
    pub(in crate::net) accept: &'static str,
    pub(in crate::net) validators: Option<&'a Validators>,
    pub(in crate::net) bearer: Option<&'a Bearer>,
    /// A body to POST.
    pub(in crate::net) json: Option<&'a Bytes>,
    /// Another request to this host follows for certain.
    pub(in crate::net) keep: bool,
    pub(in crate::net) now: Timestamp,
    /// Not sent after this time.
    pub(in crate::net) latest: Option<Instant>,
    /// What is left of the total time.
    pub(in crate::net) left: Duration,
    /// The most of a body with status 200–299.
    pub(in crate::net) bounds: Bounds,
}

/// One hop's answer.
#[derive(Debug)]
pub(in crate::net) struct Raw {
    pub(in crate::net) status: u16,
    pub(in crate::net) headers: HeaderMap,
    pub(in crate::net) body: Bytes,
    pub(in crate::net) took: Duration,
}

impl Engine {
    pub(in crate::net) fn new(settings: Settings) -> Result<Self, NetError> {
        let guard = Arc::new(Guard::new(&settings.allow_net));
        let transport = Transport::new(&settings, Some(Arc::clone(&guard)), true)?;
        Ok(Self { hosts: Hosts::new(&settings), settings, guard, transport, room: Room::new() })
    }

    /// The bounds for a document, from the limits.
    pub(in crate::net) fn bounds(&self) -> Bounds {
        let limits = &self.settings.limits;
        Bounds {
            compressed: limits.compressed,
            decompressed: limits.decompressed,
            idle: limits.idle,
            overflow: Overflow::Refuse,
        }
    }

    /// Waits for the host's turn, sends, reads.
    pub(in crate::net) async fn exchange(&self, hop: &Hop<'_>) -> Result<Raw, NetError> {
        self.guard.check(hop.url)?;
        self.transport.check(hop.url)?;
        let host = self.hosts.named(&host_name(hop.url));
        let turn = self.hosts.turn(&host, hop.now, hop.latest).await?;
        let begin = Instant::now();
        let sent = timeout(hop.left, self.send(hop, hop.keep || turn.keep)).await;
        let late = NetError::Timeout {
            host: host.name().to_owned(),
            wait: Wait::Total,
            after: self.settings.limits.total,
        };
        let outcome = sent.unwrap_or(Err(late));
        // Noted before the turn ends: the next in line must see that the host asked for rest.
        match &outcome {
            Ok(raw) => note(&host, raw, hop.now),
            Err(error) if error.is_host_failure() => host.failed(error),
            Err(_) => {}
        }
        drop(turn);
        outcome.map(|raw| Raw { took: begin.elapsed(), ..raw })
    }

    async fn send(&self, hop: &Hop<'_>, keep: bool) -> Result<Raw, NetError> {
        let http = &self.transport.http;
        let mut request = match hop.json {
            Some(json) => http
                .post(hop.url.clone())
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(json.clone()),
            None => http.get(hop.url.clone()),
        };
        if let Some(key) = hop.bearer.and_then(Bearer::header) {
            request = request.header(AUTHORIZATION, key);
        }
        request = request.header(ACCEPT, hop.accept).header(ACCEPT_ENCODING, ENCODINGS);
        if let Some(validators) = hop.validators {
            for (name, value) in
                [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)]
            {
                let value = value.as_deref().map(HeaderValue::from_bytes);
                if let Some(Ok(value)) = value {
                    request = request.header(name, value);
                }
            }
        }
        if !keep {
            // A lone request: an open connection for each of a thousand hosts would use up the file descriptors.
            request = request.header(CONNECTION, HeaderValue::from_static("close"));
        }
        let limits = &self.settings.limits;
        let patience = limits.connect.saturating_add(limits.header);
        let late = |wait, after| NetError::Timeout { host: host_name(hop.url), wait, after };
        let mut response = timeout(patience, request.send())
            .await
            .map_err(|_| late(Wait::Headers, limits.header))?
            .map_err(|cause| explain(&cause, hop.url, &self.settings))?;
        self.check_peer(&response, hop.url)?;
        let status = response.status().as_u16();
        let body = self.body(&mut response, status, hop).await?;
        let headers = std::mem::take(response.headers_mut());
        Ok(Raw { status, headers, body, took: Duration::ZERO })
    }

    /// A second look at the address that was connected to, should the library ever resolve by another way.
    fn check_peer(&self, response: &reqwest::Response, url: &Url) -> Result<(), NetError> {
        let Some(peer) = response.remote_addr() else { return Ok(()) };
        match self.guard.refuses(peer.ip()) {
            Some(kind) => Err(NetError::Refused { host: host_name(url), address: peer.ip(), kind }),
            None => Ok(()),
        }
    }

    async fn body(
        &self,
        response: &mut reqwest::Response,
        status: u16,
        hop: &Hop<'_>,
    ) -> Result<Bytes, NetError> {
        if !(200..300).contains(&status) {
            let bounds = Bounds {
                compressed: ERROR_BODY,
                decompressed: ERROR_BODY,
                overflow: Overflow::Cut,
                ..hop.bounds
            };
            // Nobody needs the words of an error so much that their loss would matter.
            return Ok(self.room.read(response, bounds).await.unwrap_or_default());
        }
        let host = || host_name(hop.url);
        self.room.read(response, hop.bounds).await.map_err(|cause| match cause {
            BodyError::Idle => NetError::Timeout { host: host(), wait: Wait::Idle, after: hop.bounds.idle },
            BodyError::TooLarge { decompressed } => {
                let limit = if decompressed { hop.bounds.decompressed } else { hop.bounds.compressed };
                NetError::TooLarge { host: host(), decompressed, limit }
            }
            BodyError::Encoding(cause) => NetError::Encoding { host: host(), cause },
            BodyError::Library(cause) => explain(&cause, hop.url, &self.settings),
        })
    }
}

impl Raw {
    /// Where it redirects to; `None` where it does not. User information and fragment are dropped.
    pub(in crate::net) fn target(&self, from: &Url) -> Result<Option<Url>, NetError> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return Ok(None);
        }
        let Some(location) = self.headers.get(LOCATION) else { return Ok(None) };
        let location = String::from_utf8_lossy(location.as_bytes());
        let broken = || NetError::RedirectBroken { host: host_name(from) };
        let mut next = from.join(location.trim()).map_err(|_| broken())?;
        next.set_fragment(None);
        if !next.username().is_empty() || next.password().is_some() {
            next.set_username("").map_err(|()| broken())?;
            next.set_password(None).map_err(|()| broken())?;
        }
        Ok(Some(next))
    }

    pub(in crate::net) fn validators(&self) -> Validators {
        Validators { etag: self.bytes_of(&ETAG), last_modified: self.bytes_of(&LAST_MODIFIED) }
    }

    pub(in crate::net) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after::parse(self.headers.get(RETRY_AFTER)?.as_bytes(), now)
    }

    fn bytes_of(&self, name: &HeaderName) -> Option<Vec<u8>> {
        let value = self.headers.get(name)?.as_bytes();
        (!value.is_empty() && value.len() <= MAX_VALIDATOR).then(|| value.to_vec())
    }
}

/// 429 asks for rest; 503 only where it says for how long: without, it is one broken page as often as a tired host.
fn note(host: &Host, raw: &Raw, now: Timestamp) {
    host.answered();
    if raw.status == 429 || (raw.status == 503 && raw.headers.contains_key(RETRY_AFTER)) {
        let wait = raw.retry_after(now).unwrap_or(DEFAULT_REST);
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        host.rest(now.checked_add(wait).ok());
    }
}
