//! An address goes in, the words why it is not fetched come out, or nothing where it is public or allowed.
//!
//! The ranges are those of the IANA special-purpose registries (RFC 6890 and its updates), and two addresses at
//! which clouds hand out credentials. IPv6 is the other way round: only 2000::/3 is global at all.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::net::cidr::Cidr;
use crate::net::error::{NetError, host_name};

/// Which addresses may be fetched.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Vec<Cidr>,
}

impl Guard {
    /// Public addresses, and those of the networks listed.
    pub fn new(allowed: &[Cidr]) -> Self {
        Self { allowed: allowed.to_vec() }
    }

    /// The kind of address where it may not be fetched: "a private address".
    pub fn refuses(&self, address: IpAddr) -> Option<&'static str> {
        // ::ffff:10.0.0.1 is a spelling of 10.0.0.1: both are looked for among the allowed.
        let plain = address.to_canonical();
        let listed = self.allowed.iter().any(|net| net.contains(address) || net.contains(plain));
        if listed { None } else { special(plain) }
    }

    /// Refuses what is not http or https, has no host, or names by number an address that is not fetched. Names are
    /// judged by their addresses, when they are resolved.
    pub fn check(&self, url: &Url) -> Result<(), NetError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NetError::Scheme { scheme: url.scheme().chars().take(20).collect() });
        }
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            Some(Host::Domain(name)) if !name.is_empty() => return Ok(()),
            Some(Host::Domain(_)) | None => return Err(NetError::NoHost),
        };
        match self.refuses(address) {
            Some(kind) => Err(NetError::Refused { host: host_name(url), address, kind }),
            None => Ok(()),
        }
    }
}

fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let kind = match address.octets() {
        [169, 254, 169, 254] | [168, 63, 129, 16] | [100, 100, 100, 200] => "a cloud's metadata address",
        [0, ..] => "an address of this network",
        [127, ..] => "a loopback address",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [100, 64..=127, ..] => "a carrier-grade NAT address",
        [169, 254, ..] => "a link-local address",
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18 | 19, ..] => {
            "an address reserved for protocols, benchmarks or documentation"
        }
        [192, 88, 99, _] => "a 6to4 relay address",
        [224..=239, ..] => "a multicast address",
        [240..=255, ..] => "a reserved address",
        _ => return None,
    };
    Some(kind)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    let kind = match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "the unspecified address",
        [0, 0, 0, 0, 0, 0, 0, 1] => "a loopback address",
        [0, 0, 0, 0, 0, 0, ..] => "an IPv4-compatible address",
        [0, 0, 0, 0, 0xffff, 0, ..] => "an IPv4-translated address",
        [0x64, 0xff9b, ..] => "a NAT64 address",
        [0x2001, 0, ..] => "a Teredo address",
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => {
            "an address reserved for protocols, benchmarks or documentation"
        }
        [0x2002, ..] => "a 6to4 address",
        [0xfc00..=0xfdff, ..] => "a private address",
        [0xfe80..=0xfebf, ..] => "a link-local address",
        [0xfec0..=0xfeff, ..] => "a site-local address",
        [0xff00..=0xffff, ..] => "a multicast address",
        [0x2000..=0x3fff, ..] => return None,
        _ => "a reserved address",
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, url: &str) -> Result<(), NetError> {
        guard.check(&Url::parse(url).unwrap_or_else(|cause| panic!("{url}: {cause}")))
    }

    #[test]
    fn every_spelling_of_an_inner_address_is_refused() {
        let guard = Guard::default();
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0x7f.1",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "0",
            "0.0.0.0",
            "[::]",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "3232235777",
            "0300.0250.1.1",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[::ffff:10.0.0.1]",
            "[fec0::1]",
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "[::ffff:169.254.169.254]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "100.64.0.1",
            "100.127.255.255",
            "224.0.0.1",
            "239.255.255.255",
            "[ff02::1]",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "192.88.99.1",
            "[2002:7f00:1::]",
            "[2002:a00:1::]",
            "[2002:808:808::]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b::a00:1]",
            "[64:ff9b:1::1]",
            "[2001:0:53aa:64c::1]",
            "[2001:db8::1]",
            "[2001:10::1]",
            "[100::1]",
            "[3fff::1]",
            "[5f00::1]",
            "[4000::1]",
        ] {
            let refused = check(&guard, &format!("http://{host}/latest/"));
            assert!(matches!(refused, Err(NetError::Refused { .. })), "{host}: {refused:?}");
        }
    }

    #[test]
    fn public_addresses_and_names_pass() {
        let guard = Guard::default();
        for host in [
            "1.1.1.1",
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "169.253.1.1",
            "223.255.255.255",
            "[2606:4700::1111]",
            "[2001:4860:4860::8888]",
            "[::ffff:8.8.8.8]",
            "[2001:200::1]",
            "example.com",
            "新聞.example",
        ] {
            assert!(check(&guard, &format!("https://{host}/")).is_ok(), "{host}");
        }
    }

    #[test]
    fn only_the_networks_listed_are_opened() {
        let guard = Guard::new(&[Cidr::parse("127.0.0.0/8").unwrap(), Cidr::parse("fd00::/8").unwrap()]);
        for open in ["127.0.0.1", "0x7f.9", "[::ffff:127.0.0.1]", "[fd00::7]"] {
            assert!(check(&guard, &format!("http://{open}/")).is_ok(), "{open}");
        }
        for shut in ["10.0.0.1", "[::1]", "[fc00::1]", "169.254.169.254", "[2002:7f00:1::]", "[::127.0.0.1]"]
        {
            assert!(check(&guard, &format!("http://{shut}/")).is_err(), "{shut}");
        }
    }

    #[test]
    fn other_schemes_are_refused() {
        for url in ["file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1/", "data:text/html,x"] {
            assert!(matches!(check(&Guard::default(), url), Err(NetError::Scheme { .. })), "{url}");
        }
    }
}
