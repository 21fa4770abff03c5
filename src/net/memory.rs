//! What is known of hosts and must survive a run, as plain values for the state.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is remembered of one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostMemory {
    /// Host, with its port where it is not the scheme's own.
    pub host: String,
    /// It asked to be left alone until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_until: Option<Timestamp>,
    /// Its robots.txt, one for each scheme asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub robots: Vec<RobotsMemory>,
}

/// A robots.txt as remembered. That one could not be had is not remembered: the next run asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotsMemory {
    /// http or https.
    pub scheme: String,
    /// When it was asked for; it is asked for again a day later.
    pub fetched_at: Timestamp,
    /// The part that concerns this crawler, as robots.txt text; `None` where the host has none (4xx).
    pub rules: Option<String>,
}
