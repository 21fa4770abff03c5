//! The polite client: a [`Request`] goes in, an [`Answer`] comes out, or the words why there is none.
//!
//! 1. The address is guarded; for pages, robots.txt is asked.
//! 2. The host's turn is waited for, one request is sent, with the stored validators at the address they belong to.
//! 3. A redirect goes back to 1 with its target; the purely permanent beginning of the chain is kept in mind.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use url::{Position, Url};

use crate::net::cache_control;
use crate::net::error::{NetError, host_name};
use crate::net::exchange::{Engine, Hop, Raw};
use crate::net::hosts::Verdict;
use crate::net::limits::Settings;
use crate::net::memory::HostMemory;
use crate::net::request::{Answer, Request};

/// The one client of a run. Clones share everything.
#[derive(Debug, Clone)]
pub struct Client {
    engine: Arc<Engine>,
}

/// The hops made so far.
#[derive(Debug)]
struct Chain {
    at: Url,
    seen: Vec<Url>,
    permanent: Option<Url>,
    /// No hop but 301 and 308 yet.
    purely_permanent: bool,
    requests: u32,
    took: Duration,
}

impl Client {
    /// Reads the system's certificates once. Without any, plain http works and https fails with that reason.
    pub fn new(settings: Settings) -> Result<Self, NetError> {
        Ok(Self { engine: Arc::new(Engine::new(settings)?) })
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Settings {
        &self.engine.settings
    }

    /// Fetches one document. Every status is an answer; see [`NetError`] for what is none.
    pub async fn get(&self, request: &Request) -> Result<Answer, NetError> {
        self.get_validated(request, &request.url).await
    }

    /// The same with validators that belong to `at`, another address of the chain of redirects: they are sent there,
    /// and to no other hop.
    pub async fn get_validated(&self, request: &Request, at: &Url) -> Result<Answer, NetError> {
        let engine = &self.engine;
        let limits = &engine.settings.limits;
        let mut chain = Chain::begin(&request.url);
        loop {
            engine.guard.check(&chain.at)?;
            if request.robots {
                chain.requests += engine.obey(&chain.at, request.now).await?;
            }
            let hop = Hop {
                url: &chain.at,
                accept: request.accept.header(),
                validators: same(&chain.at, at).then_some(&request.validators),
                bearer: request.bearer.as_ref().filter(|_| chain.at.origin() == request.url.origin()),
                json: request.json.as_ref(),
                keep: false,
                now: request.now,
                latest: request.latest,
                left: limits.total.saturating_sub(chain.took),
                bounds: engine.bounds(),
            };
            let raw = engine.exchange(&hop).await?;
            chain.requests += 1;
            chain.took += raw.took;
            match raw.target(&chain.at)? {
                Some(next) if request.json.is_none() => chain.follow(next, raw.status, limits.redirects)?,
                _ => return Ok(chain.answer(raw, request.now)),
            }
        }
    }

    /// The Sitemap lines of the robots.txt of the address's host; none where there is no such file.
    pub async fn sitemaps(&self, url: &Url, now: Timestamp) -> Result<Vec<String>, NetError> {
        self.engine.guard.check(url)?;
        let verdict = self.engine.learn(url, now).await?;
        match verdict {
            Verdict::Rules(robots) => Ok(robots.sitemaps().to_vec()),
            Verdict::Everything => Ok(Vec::new()),
            Verdict::Nothing(cause) => Err(NetError::RobotsUnreachable { host: host_name(url), cause }),
        }
    }

    /// Whether the address's robots.txt lets it be fetched; an error tells why not.
    pub async fn robots_allow(&self, url: &Url, now: Timestamp) -> Result<(), NetError> {
        self.engine.guard.check(url)?;
        self.engine.obey(url, now).await.map(|_| ())
    }

    /// The least time between the starts of two requests to the address's host, as far as its robots.txt is known.
    pub fn pace(&self, url: &Url) -> Duration {
        let hosts = &self.engine.hosts;
        hosts.pace(&hosts.named(&host_name(url)))
    }

    /// What is known of hosts and should survive the run, in order of hosts.
    pub fn memory(&self) -> Vec<HostMemory> {
        self.engine.hosts.memory()
    }

    /// Takes in what an earlier run remembered.
    pub fn remember(&self, memory: Vec<HostMemory>) {
        self.engine.hosts.remember(memory);
    }
}

/// Equal but for what is never sent.
fn same(one: &Url, other: &Url) -> bool {
    one[..Position::AfterQuery] == other[..Position::AfterQuery]
}

impl Chain {
    fn begin(url: &Url) -> Self {
        let mut at = url.clone();
        at.set_fragment(None);
        Self {
            seen: vec![at.clone()],
            at,
            permanent: None,
            purely_permanent: true,
            requests: 0,
            took: Duration::ZERO,
        }
    }

    fn follow(&mut self, next: Url, status: u16, limit: usize) -> Result<(), NetError> {
        let host = || host_name(&self.at);
        if self.seen.contains(&next) {
            return Err(NetError::RedirectLoop { host: host() });
        }
        if self.seen.len() > limit {
            return Err(NetError::RedirectLimit { host: host(), limit });
        }
        self.purely_permanent &= matches!(status, 301 | 308);
        if self.purely_permanent {
            self.permanent = Some(next.clone());
        }
        self.seen.push(next.clone());
        self.at = next;
        Ok(())
    }

    fn answer(self, raw: Raw, now: Timestamp) -> Answer {
        let content_type = raw.headers.get(http::header::CONTENT_TYPE);
        Answer {
            status: raw.status,
            permanent: self.permanent,
            content_type: content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            validators: raw.validators(),
            fresh_for: cache_control::fresh_for(&raw.headers, now),
            retry_after: raw.retry_after(now),
            body: raw.body,
            url: self.at,
            requests: self.requests,
            took: self.took,
            redirects: self.seen.len().saturating_sub(1) as u32,
        }
    }
}
