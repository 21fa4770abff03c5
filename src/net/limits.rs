//! The settings of the client: who it says it is, how patient and how polite it is, what is too much.

use std::time::Duration;

use crate::net::cidr::Cidr;

/// What `net` needs to know; config fills it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The constant User-Agent, as [`user_agent`] makes it.
    pub user_agent: String,
    /// Networks that may be fetched although they are not public.
    pub allow_net: Vec<Cidr>,
    /// Least time between the starts of two requests to one host; zero for none. A longer Crawl-delay goes before.
    pub host_delay: Duration,
    /// Most requests in flight to one host; at least 1.
    pub host_parallel: usize,
    /// Most requests in flight; at least 1.
    pub parallel: usize,
    /// What is too long or too much.
    pub limits: Limits,
    /// Seeds the jitter of back-off.
    pub seed: u64,
}

/// What is too long or too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// For name, connection and encryption together.
    pub connect: Duration,
    /// From the request's end to the answer's headers.
    pub header: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// For a whole answer with its redirects, waiting for one's turn not counted.
    pub total: Duration,
    /// Bytes of a body as sent.
    pub compressed: u64,
    /// Bytes of a body once decompressed.
    pub decompressed: u64,
    /// Redirects followed.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            header: Duration::from_secs(20),
            idle: Duration::from_secs(15),
            total: Duration::from_mins(1),
            compressed: 8 << 20,
            decompressed: 32 << 20,
            redirects: 10,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: user_agent(None),
            allow_net: Vec::new(),
            host_delay: Duration::from_secs(1),
            host_parallel: 2,
            parallel: 64,
            limits: Limits::default(),
            seed: 0,
        }
    }
}

/// Name, version and, where the operator gave one, a contact (an address of mail or web):
/// `newsmill/0.1.0 (+mailto:desk@example.org)`. What a header cannot carry is left out.
pub fn user_agent(contact: Option<&str>) -> String {
    let name = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let contact: String = contact
        .unwrap_or_default()
        .trim()
        .chars()
        .filter(|c| matches!(c, ' '..='~') && !matches!(c, '(' | ')' | '\\'))
        .take(200)
        .collect();
    match contact.as_str() {
        "" => name.to_owned(),
        mail if mail.contains('@') && !mail.contains(':') => format!("{name} (+mailto:{mail})"),
        other => format!("{name} (+{other})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_a_contact() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(user_agent(None), format!("newsmill/{version}"));
        assert_eq!(
            user_agent(Some("desk@example.org")),
            format!("newsmill/{version} (+mailto:desk@example.org)")
        );
        assert_eq!(
            user_agent(Some(" https://a.example/\r\nx: y)")),
            format!("newsmill/{version} (+https://a.example/x: y)")
        );
    }
}
