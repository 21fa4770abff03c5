//! The real way out: a provider's call goes in, `net`'s client for exactly that provider sends it, its answer comes out.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use url::Url;

use crate::net::{self, NetError, ProviderClient};
use crate::providers::transport::{HttpAnswer, HttpCall, Transport, TransportError};

/// A [`Transport`] over the network.
#[derive(Debug)]
pub struct OverNet {
    client: ProviderClient,
    opened: Instant,
}

impl OverNet {
    /// The way to the host and port of `base`. An answer may take `patience`: models think before the first byte.
    pub fn new(base: &Url, network: &net::Settings, patience: Duration) -> Result<Self, NetError> {
        let mut settings = network.clone();
        (settings.limits.header, settings.limits.idle, settings.limits.total) =
            (patience, patience, patience);
        Ok(Self { client: ProviderClient::new(base, &settings)?, opened: Instant::now() })
    }
}

impl Transport for OverNet {
    fn post(&self, call: HttpCall) -> BoxFuture<'_, Result<HttpAnswer, TransportError>> {
        async move {
            let sent = self.client.post_json(call.url.as_str(), &call.headers, call.body);
            let answer = match tokio::time::timeout(call.timeout, sent).await {
                Err(_) => return Err(TransportError::Lost(format!("no answer within {:.0?}", call.timeout))),
                Ok(Err(error)) if never_sent(&error) => {
                    return Err(TransportError::Unreached(error.to_string()));
                }
                Ok(Err(error)) => return Err(TransportError::Lost(error.to_string())),
                Ok(Ok(answer)) => answer,
            };
            if answer.body.len() > call.limit {
                return Err(TransportError::Lost(format!("the answer is longer than {} bytes", call.limit)));
            }
            Ok(HttpAnswer { status: answer.status, headers: answer.headers, body: answer.body })
        }
        .boxed()
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(time).boxed()
    }

    fn clock(&self) -> Duration {
        self.opened.elapsed()
    }
}

/// True where the request cannot have reached the server, so that nothing can have been billed.
fn never_sent(error: &NetError) -> bool {
    error.is_restraint()
        || matches!(
            error,
            NetError::Dns { .. }
                | NetError::Tls { .. }
                | NetError::NoCertificates { .. }
                | NetError::Connect { .. }
                | NetError::NotThisProvider { .. }
                | NetError::Scheme { .. }
        )
}
