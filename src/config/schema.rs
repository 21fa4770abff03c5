//! JSON Schemas of the configuration files, for editors: a file's name goes in, its schema comes out.

use schemars::schema_for;

use crate::config::raw::{RawSite, RawSources};

/// The schema of `site.yaml` or `sources.yaml`; `None` for other names.
pub fn of(file: &str) -> Option<serde_json::Value> {
    let schema = match file {
        "site.yaml" => schema_for!(RawSite),
        "sources.yaml" => schema_for!(RawSources),
        _ => return None,
    };
    Some(schema.to_value())
}
