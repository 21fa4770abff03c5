//! The integration tests, one binary: the house's own rules, and the real program against local servers.

mod architecture;
mod config;
mod killed;
mod mill;
mod tools;
mod world;
