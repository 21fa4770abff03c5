//! How complete a part of an article is, with the reason in words that a page can show.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The state of a part that can be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// It is there.
    Ready,
    /// It will be tried again.
    Pending {
        /// Why it is not there yet.
        why: String,
        /// Not before this time; `None`: at the next run.
        retry: Option<Timestamp>,
    },
    /// The last try failed; it will be tried again.
    Failed {
        /// What went wrong.
        why: String,
        /// Not before this time; `None`: at the next run.
        retry: Option<Timestamp>,
    },
    /// It cannot be had, for good.
    Unavailable {
        /// Why.
        why: String,
    },
    /// It is there and is not republished.
    Withheld {
        /// Why.
        why: String,
    },
    /// Nobody asked for it: not configured.
    Off {
        /// What would have to be configured.
        why: String,
    },
}

impl Status {
    /// The word that pages and JSON use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Pending { .. } => "pending",
            Self::Failed { .. } => "failed",
            Self::Unavailable { .. } => "unavailable",
            Self::Withheld { .. } => "withheld",
            Self::Off { .. } => "off",
        }
    }

    /// The reason, empty for [`Status::Ready`].
    pub fn why(&self) -> &str {
        match self {
            Self::Ready => "",
            Self::Pending { why, .. }
            | Self::Failed { why, .. }
            | Self::Unavailable { why }
            | Self::Withheld { why }
            | Self::Off { why } => why,
        }
    }

    /// True for [`Status::Ready`].
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }
}
