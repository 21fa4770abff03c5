//! A handler goes in, a small HTTP/1.1 server on loopback comes out: for the sample newsroom, the tests and
//! `newsmill serve`.
//!
//! | what | file |
//! |---|---|
//! | requests and responses as plain values, conditional answers | [`message`] |
//! | listening, connections, stopping | [`server`] |
//! | a folder as a handler | [`files`](mod@files) |
//!
//! It listens on loopback addresses only and knows nothing of what it serves.

pub mod files;
pub mod message;
pub mod server;

pub use files::files;
pub use message::{Request, Response};
pub use server::{Handler, LoopbackError, Server};
