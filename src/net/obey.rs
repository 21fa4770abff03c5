//! An address goes in, whether its host's robots.txt lets it be fetched comes out (RFC 9309); the file is fetched
//! once a day, by the same guarded and paced hops as everything else.

use std::sync::Arc;

use jiff::Timestamp;
use url::{Position, Url};

use crate::net::body::Bounds;
use crate::net::decode::Overflow;
use crate::net::error::{NetError, host_name};
use crate::net::exchange::{Engine, Hop};
use crate::net::hosts::{AGENT, Host, Verdict};
use crate::net::robots::{MAX_BYTES, Robots};

/// Redirects followed for a robots.txt (RFC 9309, 2.3.1.2); after more, it counts as missing.
const REDIRECTS: usize = 5;

impl Engine {
    /// Gives the number of requests it took to learn that the address may be fetched.
    pub(in crate::net) async fn obey(&self, url: &Url, now: Timestamp) -> Result<u32, NetError> {
        if url.path() == "/robots.txt" {
            return Ok(0);
        }
        let host = self.hosts.named(&host_name(url));
        let (verdict, requests) = self.verdict(&host, url, now).await?;
        match verdict {
            Verdict::Everything => Ok(requests),
            Verdict::Nothing(cause) => {
                Err(NetError::RobotsUnreachable { host: host.name().to_owned(), cause })
            }
            Verdict::Rules(robots) => {
                let decision = robots.decide(AGENT, &url[Position::BeforePath..Position::AfterQuery]);
                if decision.allowed {
                    return Ok(requests);
                }
                let rule = decision.rule.unwrap_or_default().chars().take(200).collect();
                Err(NetError::Robots { host: host.name().to_owned(), rule })
            }
        }
    }

    /// What the robots.txt of the address's host says, fetched where it is not known.
    pub(in crate::net) async fn learn(&self, url: &Url, now: Timestamp) -> Result<Verdict, NetError> {
        let host = self.hosts.named(&host_name(url));
        self.verdict(&host, url, now).await.map(|(verdict, _)| verdict)
    }

    async fn verdict(&self, host: &Host, url: &Url, now: Timestamp) -> Result<(Verdict, u32), NetError> {
        if let Some(known) = host.robots(url.scheme(), now) {
            return Ok((known, 0));
        }
        let _turn = host.robots_turn.lock().await;
        if let Some(known) = host.robots(url.scheme(), now) {
            return Ok((known, 0)); // another request learned it meanwhile
        }
        host.may_ask(now)?;
        let (verdict, requests) = self.ask_robots(url, now).await;
        // A host that answers this very question with 429 rests; that is no verdict.
        host.may_ask(now)?;
        host.learn_robots(url.scheme(), now, verdict.clone());
        Ok((verdict, requests))
    }

    async fn ask_robots(&self, url: &Url, now: Timestamp) -> (Verdict, u32) {
        let bounds = Bounds {
            compressed: MAX_BYTES as u64 + 1,
            decompressed: MAX_BYTES as u64 + 1,
            overflow: Overflow::Cut,
            ..self.bounds()
        };
        let mut at = robots_of(url);
        for requests in 1..=REDIRECTS + 1 {
            let hop = Hop {
                url: &at,
                accept: "text/plain, */*;q=0.1",
                validators: None,
                bearer: None,
                json: None,
                keep: true,
                now,
                latest: None,
                left: self.settings.limits.total,
                bounds,
            };
            let count = requests as u32;
            let raw = match self.exchange(&hop).await {
                Ok(raw) => raw,
                Err(error) => return (Verdict::Nothing(error.to_string()), count),
            };
            match (raw.status, raw.target(&at)) {
                (200..300, _) => return (Verdict::Rules(Arc::new(Robots::parse(&raw.body))), count),
                (300..400, Ok(Some(next))) => at = next,
                (300..400, Err(error)) => return (Verdict::Nothing(error.to_string()), count),
                (429 | 500.., _) => return (Verdict::Nothing(format!("status {}", raw.status)), count),
                _ => return (Verdict::Everything, count),
            }
        }
        (Verdict::Everything, REDIRECTS as u32 + 1)
    }
}

fn robots_of(url: &Url) -> Url {
    let mut robots = url.clone();
    robots.set_path("/robots.txt");
    robots.set_query(None);
    robots.set_fragment(None);
    // Neither is refused for an http address; the secret of a page is none of this file's business.
    let _ = robots.set_username("");
    let _ = robots.set_password(None);
    robots
}
