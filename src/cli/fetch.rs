//! Addresses on a command line go in, what stands there comes out, fetched by the polite client as a run would.

use jiff::Timestamp;
use url::Url;

use crate::cli::{Failure, Places, load, runtime};
use crate::net::{self, Answer, Cidr, Client, Request};

/// True for an argument that is an address, not a file.
pub(super) fn is_address(argument: &str) -> bool {
    let lower = argument.get(..8).unwrap_or(argument).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// Reads a network of `--allow-net`.
pub(super) fn cidr(text: &str) -> Result<Cidr, String> {
    Cidr::parse(text).map_err(|error| error.to_string())
}

/// The client for a command that may be given addresses.
#[derive(Debug)]
pub(super) struct Fetcher {
    runtime: tokio::runtime::Runtime,
    client: Client,
    now: Timestamp,
}

impl Fetcher {
    /// With the network settings of the site in `places` where there is one: its contact, its limits, its manners.
    pub(super) fn new(places: &Places, allow_net: &[Cidr]) -> Result<Self, Failure> {
        let mut network = if places.config.join("site.yaml").exists() {
            load(places, None)?.network
        } else {
            net::Settings::default()
        };
        network.allow_net.extend(allow_net.iter().copied());
        let client = Client::new(network).map_err(Failure::unexpected)?;
        Ok(Self { runtime: runtime()?, client, now: Timestamp::now() })
    }

    /// The document at an address; in words why there is none. Pages are asked only where robots.txt allows it.
    pub(super) fn get(
        &self,
        address: &str,
        request: impl FnOnce(Url, Timestamp) -> Request,
    ) -> Result<Answer, String> {
        let url = Url::parse(address.trim()).map_err(|error| format!("{address}: {error}"))?;
        let answer = self.runtime.block_on(self.client.get(&request(url, self.now)));
        match answer {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(answer),
            Ok(answer) => Err(format!("the host answered with status {}", answer.status)),
            Err(error) => Err(error.to_string()),
        }
    }
}
