//! The integration tests, one binary: the house's own rules, and the real program against local servers.

mod architecture;
mod config;
mod crawl;
mod killed;
mod mill;
mod tools;
mod world;
