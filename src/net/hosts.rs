//! One value per host holds everything that politeness needs: whose turn it is, how fast, whether it asked for rest,
//! what its robots.txt says. A host's name goes in, a turn to send one request comes out.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::net::error::NetError;
use crate::net::limits::Settings;
use crate::net::memory::{HostMemory, RobotsMemory};
use crate::net::robots::Robots;

/// The product token that robots.txt files know this crawler by.
pub const AGENT: &str = "newsmill";

/// Longest Crawl-delay honoured: a longer one would take a day for a page of links.
pub const LONGEST_CRAWL_DELAY: Duration = Duration::from_secs(30);

/// Failures in a row after which a host is left alone for the rest of the run.
pub const GIVE_UP_AFTER: u32 = 5;

/// How long a robots.txt is believed (RFC 9309, 2.4).
const ROBOTS_AGE: Duration = Duration::from_hours(24);

/// Longest robots.txt, reduced to what concerns this crawler, that is remembered between runs.
const MAX_REMEMBERED: usize = 64 << 10;

/// All hosts met, and the places for all requests in flight.
#[derive(Debug)]
pub struct Hosts {
    by_name: Mutex<HashMap<String, Arc<Host>>>,
    everything: Semaphore,
    host_delay: Duration,
    host_parallel: usize,
}

/// One host.
#[derive(Debug)]
pub struct Host {
    name: String,
    /// Requests that may still be sent at once.
    places: Semaphore,
    /// When the last request was sent; whoever holds it is next, and sleeps here.
    last_start: tokio::sync::Mutex<Option<Instant>>,
    waiting: AtomicUsize,
    /// Held while robots.txt is fetched, so that it is fetched once.
    pub(in crate::net) robots_turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sent: u64,
    /// Asked for rest in this run: nothing more is sent in it, however short the rest.
    resting: bool,
    rest_until: Option<Timestamp>,
    failures: u32,
    last_failure: String,
    /// By scheme.
    robots: BTreeMap<String, Known>,
}

#[derive(Debug, Clone)]
struct Known {
    fetched_at: Timestamp,
    verdict: Verdict,
}

/// What came of asking for a robots.txt.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// There is none (4xx): everything is allowed.
    Everything,
    /// It could not be had (5xx, no connection): nothing is allowed, until the next run asks again.
    Nothing(String),
    /// It has rules.
    Rules(Arc<Robots>),
}

/// The right to send one request now; the places are free again when it is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    _place: SemaphorePermit<'a>,
    _overall: SemaphorePermit<'a>,
    /// Whether the connection should be kept: others wait for this host, or it was asked before.
    pub keep: bool,
}

impl Hosts {
    /// No host met yet.
    pub fn new(settings: &Settings) -> Self {
        Self {
            by_name: Mutex::default(),
            everything: Semaphore::new(settings.parallel.clamp(1, Semaphore::MAX_PERMITS)),
            // A day is as good as never, and cannot overflow the clock.
            host_delay: settings.host_delay.min(Duration::from_hours(24)),
            host_parallel: settings.host_parallel.clamp(1, Semaphore::MAX_PERMITS),
        }
    }

    /// The host of that name (with its port where it is not the scheme's own).
    pub fn named(&self, name: &str) -> Arc<Host> {
        let mut by_name = locked(&self.by_name);
        if let Some(host) = by_name.get(name) {
            return Arc::clone(host);
        }
        let host = Arc::new(Host::new(name, self.host_parallel));
        by_name.insert(name.to_owned(), Arc::clone(&host));
        host
    }

    /// Waits for a turn at `host`: its parallelism, its pace, the overall parallelism, in this order; not beyond
    /// `latest`. Dropping the wait at any point costs the others nothing.
    pub async fn turn<'a>(
        &'a self,
        host: &'a Host,
        now: Timestamp,
        latest: Option<Instant>,
    ) -> Result<Turn<'a>, NetError> {
        let closed = |_| NetError::Setup("the client is shut down".to_owned());
        host.may_ask(now)?;
        let waiting = Waiting::begin(&host.waiting);
        let place = host.places.acquire().await.map_err(closed)?;
        let mut last_start = host.last_start.lock().await;
        let delay = self.pace(host);
        let start = last_start.filter(|_| !delay.is_zero()).map(|last| last + delay);
        if latest.is_some_and(|latest| start.unwrap_or_else(Instant::now).max(Instant::now()) > latest) {
            return Err(NetError::OutOfTime { host: host.name.clone() });
        }
        if let Some(start) = start {
            tokio::time::sleep_until(start).await;
        }
        // The pace is still held here: what waits for a free place overall must not start bunched afterwards.
        let overall = self.everything.acquire().await.map_err(closed)?;
        host.may_ask(now)?;
        *last_start = Some(Instant::now());
        drop(waiting);
        let others = host.waiting.load(Ordering::Relaxed) > 0;
        let before = host.count_sent() > 0;
        Ok(Turn { _place: place, _overall: overall, keep: others || before })
    }

    /// The least time between the starts of two requests to `host`, as far as its robots.txt is known.
    pub fn pace(&self, host: &Host) -> Duration {
        self.host_delay.max(host.crawl_delay())
    }

    /// What should survive the run, in order of names.
    pub fn memory(&self) -> Vec<HostMemory> {
        let mut all: Vec<HostMemory> =
            locked(&self.by_name).values().filter_map(|host| host.memory()).collect();
        all.sort_by(|a, b| a.host.cmp(&b.host));
        all
    }

    /// Takes in what an earlier run remembered.
    pub fn remember(&self, memory: Vec<HostMemory>) {
        for one in memory {
            let host = self.named(&one.host);
            let mut state = host.state();
            state.rest_until = state.rest_until.max(one.rest_until);
            for robots in one.robots {
                let verdict = robots.rules.map_or(Verdict::Everything, |rules| {
                    Verdict::Rules(Arc::new(Robots::parse(rules.as_bytes())))
                });
                state.robots.insert(robots.scheme, Known { fetched_at: robots.fetched_at, verdict });
            }
        }
    }
}

impl Host {
    fn new(name: &str, parallel: usize) -> Self {
        Self {
            name: name.to_owned(),
            places: Semaphore::new(parallel),
            last_start: tokio::sync::Mutex::default(),
            waiting: AtomicUsize::new(0),
            robots_turn: tokio::sync::Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// Host and port.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Refuses while the host rests or is given up.
    pub fn may_ask(&self, now: Timestamp) -> Result<(), NetError> {
        let state = self.state();
        if state.resting || state.rest_until.is_some_and(|until| until > now) {
            return Err(NetError::Resting { host: self.name.clone(), until: state.rest_until });
        }
        if state.failures >= GIVE_UP_AFTER {
            let (failures, last) = (state.failures, state.last_failure.clone());
            return Err(NetError::GivenUp { host: self.name.clone(), failures, last });
        }
        Ok(())
    }

    /// It asked for rest: nothing more is sent in this run, nor in later ones before `until`.
    pub fn rest(&self, until: Option<Timestamp>) {
        let mut state = self.state();
        state.resting = true;
        state.rest_until = state.rest_until.max(until);
    }

    /// It answered, whatever it answered.
    pub fn answered(&self) {
        self.state().failures = 0;
    }

    /// It failed.
    pub fn failed(&self, error: &NetError) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        state.last_failure = error.to_string();
    }

    /// What its robots.txt for a scheme says, where it is known and fresh.
    pub fn robots(&self, scheme: &str, now: Timestamp) -> Option<Verdict> {
        let state = self.state();
        let known = state.robots.get(scheme)?;
        // A clock that was set back must not make it fresh for ever.
        let age = now.duration_since(known.fetched_at).unsigned_abs();
        (age < ROBOTS_AGE).then(|| known.verdict.clone())
    }

    /// Keeps what its robots.txt says.
    pub fn learn_robots(&self, scheme: &str, fetched_at: Timestamp, verdict: Verdict) {
        self.state().robots.insert(scheme.to_owned(), Known { fetched_at, verdict });
    }

    fn crawl_delay(&self) -> Duration {
        let state = self.state();
        let stated = state.robots.values().filter_map(|known| match &known.verdict {
            Verdict::Rules(robots) => robots.crawl_delay(AGENT),
            Verdict::Everything | Verdict::Nothing(_) => None,
        });
        stated.max().unwrap_or_default().min(LONGEST_CRAWL_DELAY)
    }

    /// Counts one more; tells how many were sent before.
    fn count_sent(&self) -> u64 {
        let mut state = self.state();
        state.sent += 1;
        state.sent - 1
    }

    fn memory(&self) -> Option<HostMemory> {
        let state = self.state();
        let robots: Vec<RobotsMemory> = state
            .robots
            .iter()
            .filter_map(|(scheme, known)| {
                let rules = match &known.verdict {
                    Verdict::Everything => None,
                    Verdict::Rules(robots) => Some(robots.reduced(AGENT)),
                    Verdict::Nothing(_) => return None,
                };
                let short = rules.as_ref().is_none_or(|rules| rules.len() <= MAX_REMEMBERED);
                short.then(|| RobotsMemory { scheme: scheme.clone(), fetched_at: known.fetched_at, rules })
            })
            .collect();
        if state.rest_until.is_none() && robots.is_empty() {
            return None;
        }
        Some(HostMemory { host: self.name.clone(), rest_until: state.rest_until, robots })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

/// Counts one who waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A lock that a panic elsewhere has poisoned still holds plain values.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
