//! Every way a request can fail, in words fit for a status page. No message names a query, user information or a
//! header: those may hold a secret.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

/// What a request waited for in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The name, the connection and its encryption.
    Connect,
    /// The answer's headers.
    Headers,
    /// The next bytes of the body.
    Idle,
    /// The whole answer, redirects included.
    Total,
}

impl Wait {
    fn words(self) -> &'static str {
        match self {
            Self::Connect => "did not accept a connection",
            Self::Headers => "did not begin to answer",
            Self::Idle => "stopped in the middle of its answer",
            Self::Total => "did not finish its answer",
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The client could not be made.
    #[error("no HTTP client: {0}")]
    Setup(String),
    /// Another scheme than http or https.
    #[error("`{scheme}` addresses are not fetched; only http and https are")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// An address without a host.
    #[error("the address names no host")]
    NoHost,
    /// An address inside: see [`crate::net::guard`].
    #[error(
        "{host} is {kind} ({address}), which is not fetched; where that is meant, list its network under network.allow_net"
    )]
    Refused {
        /// Host and port.
        host: String,
        /// The address it stands for.
        address: IpAddr,
        /// The kind of address: "a private address".
        kind: &'static str,
    },
    /// robots.txt forbids the path.
    #[error("{host} asks robots not to fetch this page (robots.txt: `{rule}`)")]
    Robots {
        /// Host and port.
        host: String,
        /// The rule as written.
        rule: String,
    },
    /// robots.txt could not be had, which forbids everything (RFC 9309, 2.3.1.4).
    #[error(
        "{host} gives no robots.txt ({cause}), so its pages are left alone; they are tried again at the next run"
    )]
    RobotsUnreachable {
        /// Host and port.
        host: String,
        /// What went wrong.
        cause: String,
    },
    /// The host asked for rest by 429 or 503, earlier in this run or in one before.
    #[error("{host} asked to be left alone{}", until_words(*until))]
    Resting {
        /// Host and port.
        host: String,
        /// Until when, where it said so.
        until: Option<Timestamp>,
    },
    /// Its turn would have come later than the caller waits.
    #[error("{host} has had its share of this run")]
    OutOfTime {
        /// Host and port.
        host: String,
    },
    /// Too many requests in a row failed at this host in this run.
    #[error("{host} failed {failures} times in a row ({last}); it is left alone until the next run")]
    GivenUp {
        /// Host and port.
        host: String,
        /// How many.
        failures: u32,
        /// What the last failure was.
        last: String,
    },
    /// Nothing came in time.
    #[error("{host} {} within {:.0?}", .wait.words(), .after)]
    Timeout {
        /// Host and port.
        host: String,
        /// What was waited for.
        wait: Wait,
        /// The limit.
        after: Duration,
    },
    /// A body over the limit, as sent or once decompressed.
    #[error("{host} sent more than {limit} bytes{}; the limit is network.limits", if *.decompressed { " once decompressed" } else { "" })]
    TooLarge {
        /// Host and port.
        host: String,
        /// Which of the two limits.
        decompressed: bool,
        /// The limit in bytes.
        limit: u64,
    },
    /// A redirect to an address that was already asked in this chain.
    #[error("{host} redirects in a circle")]
    RedirectLoop {
        /// Host and port of the last hop.
        host: String,
    },
    /// More redirects than allowed.
    #[error("{host} redirects more than {limit} times")]
    RedirectLimit {
        /// Host and port of the last hop.
        host: String,
        /// The limit.
        limit: usize,
    },
    /// A redirect to something that is no address.
    #[error("{host} redirects to something that is no address")]
    RedirectBroken {
        /// Host and port.
        host: String,
    },
    /// The name has no address.
    #[error("{host} cannot be found: {cause}")]
    Dns {
        /// The name.
        host: String,
        /// The resolver's words.
        cause: String,
    },
    /// The encryption failed, most often by its certificate.
    #[error("{host} cannot be trusted: {cause}")]
    Tls {
        /// Host and port.
        host: String,
        /// The library's words.
        cause: String,
    },
    /// There are no CA certificates on this machine to check any https host with.
    #[error(
        "{host} cannot be trusted: this machine has no CA certificates ({cause}); install the package ca-certificates, or set SSL_CERT_FILE"
    )]
    NoCertificates {
        /// Host and port.
        host: String,
        /// The library's words.
        cause: String,
    },
    /// No connection.
    #[error("{host} cannot be reached: {cause}")]
    Connect {
        /// Host and port.
        host: String,
        /// The system's words.
        cause: String,
    },
    /// An answer that is not HTTP, or was cut.
    #[error("{host} broke off or answered nonsense: {cause}")]
    Broken {
        /// Host and port.
        host: String,
        /// The library's words.
        cause: String,
    },
    /// A body whose compression cannot be undone.
    #[error("{host} sent a body that cannot be decompressed: {cause}")]
    Encoding {
        /// Host and port.
        host: String,
        /// Which, and why.
        cause: String,
    },
    /// A provider's client was asked to go elsewhere.
    #[error("the address of a request is not at the configured provider {host}")]
    NotThisProvider {
        /// Host and port of the provider.
        host: String,
    },
}

impl NetError {
    /// Whether it says something of the host's health: what counts towards giving it up for a run.
    pub fn is_host_failure(&self) -> bool {
        matches!(
            self,
            Self::Timeout { .. }
                | Self::Dns { .. }
                | Self::Tls { .. }
                | Self::Connect { .. }
                | Self::Broken { .. }
        )
    }

    /// Whether nothing was sent because the host, its robots.txt or the guard forbade it.
    pub fn is_restraint(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Robots { .. }
                | Self::RobotsUnreachable { .. }
                | Self::Resting { .. }
                | Self::OutOfTime { .. }
                | Self::GivenUp { .. }
        )
    }
}

fn until_words(until: Option<Timestamp>) -> String {
    until.map_or_else(String::new, |until| format!(" until {}", until.strftime("%Y-%m-%d %H:%M UTC")))
}

/// Host and port as messages and memory name them: the port only where it is not the scheme's own.
pub fn host_name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
