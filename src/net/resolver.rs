//! A host name goes in, the addresses that may be connected to come out. It is the HTTP library's own resolver, so
//! that the addresses checked are the ones connected to, and a name that changes its address in between gains nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::net::guard::Guard;

/// Why a name leads nowhere; the transport finds it again in the library's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// All its addresses are refused by the guard; the first of them.
    #[error("{address} is {kind}")]
    Refused {
        /// The address.
        address: IpAddr,
        /// "a private address".
        kind: &'static str,
    },
    /// The system knows no address.
    #[error("{0}")]
    Unknown(String),
}

/// The system's resolver behind a guard; without one for a configured provider, whose address is the operator's word.
#[derive(Debug)]
pub(in crate::net) struct GuardedResolver(pub(in crate::net) Option<Arc<Guard>>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|cause| ResolveError::Unknown(cause.to_string()))?;
            let addresses = match guard {
                Some(guard) => screen(&guard, found)?,
                None => found.collect(),
            };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be connected to; an error where there is none.
fn screen(guard: &Guard, found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, ResolveError> {
    let mut refused = None;
    let mut open = Vec::new();
    for address in found {
        match guard.refuses(address.ip()) {
            Some(kind) => refused = refused.or(Some(ResolveError::Refused { address: address.ip(), kind })),
            None => open.push(address),
        }
    }
    if open.is_empty() {
        return Err(refused.unwrap_or_else(|| ResolveError::Unknown("the name has no address".to_owned())));
    }
    Ok(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_addresses_are_dropped_from_a_names_addresses() {
        let guard = Guard::default();
        let addresses =
            |list: &[&str]| list.iter().map(|a| SocketAddr::new(a.parse().unwrap(), 0)).collect::<Vec<_>>();
        let mixed = addresses(&["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1"]);
        let open = screen(&guard, mixed.into_iter()).unwrap();
        assert_eq!(open, addresses(&["1.1.1.1", "2606:4700::1"]));
        let inner = addresses(&["169.254.169.254", "::ffff:127.0.0.1"]);
        assert!(matches!(screen(&guard, inner.into_iter()), Err(ResolveError::Refused { .. })));
        assert!(matches!(screen(&guard, std::iter::empty()), Err(ResolveError::Unknown(_))));
    }
}
