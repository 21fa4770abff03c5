//! A request goes in, a bounded answer comes out: the one polite client for everything outside.
//!
//! | what | file |
//! |---|---|
//! | the crawl: redirects, validators | [`client`]; one hop of it in `exchange`; robots.txt asked in `obey` |
//! | what is asked and what is answered | [`request`] |
//! | how a failure is told | [`error`] |
//! | settings; what is too much | [`limits`] |
//! | one host's pace, parallelism, rest, robots rules | [`hosts`] |
//! | what of that survives a run | [`memory`] |
//! | addresses that are never fetched | [`guard`], networks in [`cidr`], names in [`resolver`] |
//! | robots.txt (RFC 9309) | [`robots`] |
//! | header values | [`retry_after`], [`cache_control`], [`http_date`] |
//! | bounded bodies | [`body`], [`decode`] |
//! | how long to leave a failing source alone | [`backoff`] |
//! | TLS and the connection pool | `transport` |
//! | a configured provider's own address | [`provider`] |
//!
//! It knows nothing of feeds, articles or models, and keeps nothing on disk.

pub mod backoff;
pub mod body;
pub mod cache_control;
pub mod cidr;
pub mod client;
pub mod decode;
pub mod error;
mod exchange;
pub mod guard;
pub mod hosts;
pub mod http_date;
pub mod limits;
pub mod memory;
mod obey;
pub mod provider;
pub mod request;
pub mod resolver;
pub mod retry_after;
pub mod robots;
mod transport;

#[cfg(test)]
mod fetch_tests;

pub use cidr::{Cidr, CidrError};
pub use client::Client;
pub use error::NetError;
pub use limits::{Limits, Settings, user_agent};
pub use memory::{HostMemory, RobotsMemory};
pub use provider::{ProviderAnswer, ProviderClient};
pub use request::{Accept, Answer, Bearer, Request, Validators};
