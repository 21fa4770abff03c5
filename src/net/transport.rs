//! Settings go in, the HTTP library's client comes out, tuned and guarded; and its errors become ours.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::net::error::{NetError, Wait, host_name};
use crate::net::guard::Guard;
use crate::net::limits::Settings;
use crate::net::resolver::{GuardedResolver, ResolveError};

/// How long an unused connection is kept: longer than the usual pace of one host, short enough not to hold a file
/// descriptor for each of a thousand hosts.
const IDLE: Duration = Duration::from_secs(5);

/// The library's client, and why https cannot work where this machine has no CA certificates.
#[derive(Debug)]
pub(in crate::net) struct Transport {
    pub(in crate::net) http: reqwest::Client,
    without_certificates: Option<String>,
}

impl Transport {
    /// Certificates are checked against the system's own (rustls with the platform's verifier). Without any, plain
    /// http works, and https fails with the reason. `tls` false saves reading them, for an http-only provider.
    pub(in crate::net) fn new(
        settings: &Settings,
        guard: Option<Arc<Guard>>,
        tls: bool,
    ) -> Result<Self, NetError> {
        // An error means that a provider is installed already, by an earlier client.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let resolver = Arc::new(GuardedResolver(guard));
        let build = |with_system_certificates: bool| {
            let builder = reqwest::Client::builder()
                .user_agent(&settings.user_agent)
                .no_proxy()
                .referer(false)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .dns_resolver(Arc::clone(&resolver))
                .connect_timeout(settings.limits.connect)
                .pool_max_idle_per_host(settings.host_parallel.max(1))
                .pool_idle_timeout(IDLE)
                .tcp_nodelay(true);
            let builder =
                if with_system_certificates { builder } else { builder.tls_certs_only(std::iter::empty()) };
            builder.build()
        };
        let failed = |cause: &reqwest::Error| NetError::Setup(chain(cause));
        if !tls {
            let http = build(false).map_err(|cause| failed(&cause))?;
            return Ok(Self { http, without_certificates: Some("https was not asked for".to_owned()) });
        }
        match build(true) {
            Ok(http) => Ok(Self { http, without_certificates: None }),
            Err(cause) => {
                let http = build(false).map_err(|_| failed(&cause))?;
                Ok(Self { http, without_certificates: Some(chain(&cause)) })
            }
        }
    }

    /// Refuses https where nothing could be checked.
    pub(in crate::net) fn check(&self, url: &Url) -> Result<(), NetError> {
        match &self.without_certificates {
            Some(cause) if url.scheme() == "https" => {
                Err(NetError::NoCertificates { host: host_name(url), cause: cause.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// Tells the library's error in ours. The library's own words may hold the whole URL, and are not used.
pub(in crate::net) fn explain(error: &reqwest::Error, url: &Url, settings: &Settings) -> NetError {
    let host = host_name(url);
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = source {
        if let Some(unresolved) = cause.downcast_ref::<ResolveError>() {
            return match unresolved.clone() {
                ResolveError::Refused { address, kind } => NetError::Refused { host, address, kind },
                ResolveError::Unknown(cause) => NetError::Dns { host, cause },
            };
        }
        if let Some(tls) = tls_cause(cause) {
            return NetError::Tls { host, cause: tls };
        }
        source = cause.source();
    }
    if error.is_timeout() {
        return NetError::Timeout { host, wait: Wait::Connect, after: settings.limits.connect };
    }
    let cause = error.source().map_or_else(|| "unknown".to_owned(), innermost);
    if error.is_connect() { NetError::Connect { host, cause } } else { NetError::Broken { host, cause } }
}

fn tls_cause(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        return Some(tls.to_string());
    }
    // tokio-rustls wraps the error into an io::Error, whose source() passes over it.
    let inner = cause.downcast_ref::<std::io::Error>()?.get_ref()?;
    inner.downcast_ref::<rustls::Error>().map(ToString::to_string)
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

fn chain(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}
