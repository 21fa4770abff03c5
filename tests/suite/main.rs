//! The integration tests, one binary: the house's own rules, and the real program against local servers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    unreachable_pub,
    reason = "tests fail by panicking, say what they skip, and share a harness"
)]

mod aftermath;
mod architecture;
mod commands;
mod config;
mod crawl;
mod demo;
mod embeddings;
mod filters;
mod fuzz;
mod golden;
mod hostile;
mod hosts;
mod identity;
mod killed;
mod mill;
mod sitemaps;
mod state;
mod tools;
mod votes;
mod watch;
mod world;
