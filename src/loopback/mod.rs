//! A handler goes in, a small HTTP server on loopback comes out.
