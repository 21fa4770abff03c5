//! YAML as a person wrote it goes in, resolved settings for every room come out; the only place that names the YAML crate.

pub mod symbols;
