//! The JSON Schemas (2020-12) of what stands below `api/v1/`, published beside it. Fields may join; none changes its
//! meaning within `v1`.

use serde_json::{Value, json};

/// Builds one schema.
type Make = fn() -> Value;

/// `(name, schema)` of every kind of document.
pub(crate) const ALL: [(&str, Make); 9] = [
    ("article", article),
    ("brief", brief),
    ("event", event),
    ("symbol", symbol),
    ("source", source),
    ("export", export),
    ("latest", latest),
    ("report", report),
    ("index", index),
];

fn object(title: &str, what: &str, required: &[&str], properties: &Value) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title, "description": what, "type": "object", "required": required, "properties": properties,
    })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn maybe_text() -> Value {
    json!({ "type": ["string", "null"] })
}

fn time() -> Value {
    json!({ "type": "string", "description": "RFC 3339, or a bare day where nothing finer is known" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn list(of: Value) -> Value {
    Value::Object([("type".to_owned(), "array".into()), ("items".to_owned(), of)].into_iter().collect())
}

fn id() -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-f]{10,64}$" })
}

fn status() -> Value {
    json!({
        "type": "object", "required": ["state"],
        "properties": {
            "state": { "enum": ["ready", "pending", "failed", "unavailable", "withheld", "off"] },
            "why": text(), "retry": { "type": ["string", "null"] },
        },
    })
}

fn brief_properties() -> Value {
    json!({
        "id": id(), "title": text(), "title_language": maybe_text(), "language": maybe_text(),
        "source": text(), "publisher": text(), "category": text(),
        "published": time(), "first_seen": time(), "symbols": list(text()),
        "event": { "type": ["string", "null"] },
        "direction": { "enum": ["positive", "negative", "mixed", "neutral", null] },
        "strength": { "type": ["integer", "null"], "minimum": 0, "maximum": 100 },
        "words": count(), "full_text": { "type": "boolean" }, "readable": { "type": "boolean" },
        "page": text(), "json": text(),
    })
}

const BRIEF: [&str; 6] = ["id", "title", "source", "published", "page", "json"];

fn brief() -> Value {
    object(
        "brief",
        "One line of months/YYYY-MM.ndjson, and of every list of articles",
        &BRIEF,
        &brief_properties(),
    )
}

fn article() -> Value {
    let mut properties = brief_properties();
    let more = json!({
        "url": { "type": "string", "format": "uri" }, "export_category": maybe_text(), "original_title": text(),
        "authors": list(text()), "modified": maybe_text(), "image": maybe_text(), "licence": maybe_text(),
        "obtained": { "enum": ["page", "feed", "summary", "nothing"] }, "missing": list(text()),
        "republish": { "enum": ["full", "excerpt", "link"] },
        "excerpt": text(),
        "html": { "type": "string", "description": "the text as safe HTML, as far as republish allows" },
        "original_blocks": { "type": "array", "description": "only where republish is full" },
        "translated_blocks": { "type": ["array", "null"] },
        "status": { "type": "object", "properties": { "text": status(), "translation": status(), "impact": status() } },
        "translation": { "type": ["object", "null"] }, "impact": { "type": ["object", "null"] },
        "tags": list(json!({ "type": "object" })), "votes": list(json!({ "type": "object" })),
        "similar": list(precedent()), "appearances": list(json!({ "type": "object" })),
        "revisions": list(json!({ "type": "object" })), "text_hash": text(), "versions": { "type": "object" },
    });
    if let (Some(all), Some(more)) = (properties.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    object("article", "articles/{id}.json: everything that is known of one article", &BRIEF, &properties)
}

/// A similar past event: why, what came after it, and what its recorded analysis said.
fn precedent() -> Value {
    json!({
        "type": "object", "required": ["event", "article", "published", "score", "why", "follow_ups", "outcome"],
        "properties": {
            "event": id(), "article": id(), "title": maybe_text(), "published": time(),
            "score": { "type": "number", "minimum": 0, "maximum": 1 },
            "why": list(json!({
                "type": "object",
                "properties": {
                    "kind": { "enum": ["symbols", "names", "terms", "numbers", "time", "meaning"] },
                    "words": list(text()), "share": { "type": "number" },
                },
            })),
            "follow_ups": {
                "type": ["object", "null"],
                "description": "reports of the past event after `article`; null where there are none",
                "properties": {
                    "reports": count(),
                    "days": { "type": "integer", "minimum": 1, "description": "from `article` to `last`, begun days counted" },
                    "last": { "type": "object", "properties": brief_properties() },
                },
            },
            "outcome": {
                "type": ["object", "null"],
                "description": "the recorded analysis of one article of the past event; null where there is none",
                "properties": {
                    "article": id(), "direction": { "enum": ["positive", "negative", "mixed", "neutral"] },
                    "strength": { "type": "integer", "minimum": 0, "maximum": 100 },
                    "horizon": { "enum": ["hours", "days", "weeks", "months"] },
                    "summary": text(), "language": text(), "by": { "type": "object" }, "at": time(),
                },
            },
        },
    })
}

fn event() -> Value {
    let properties = json!({
        "id": id(), "title": text(), "summary": maybe_text(), "summary_language": maybe_text(),
        "summary_is_excerpt": { "type": "boolean" }, "publishers": count(), "articles": list(id()),
        "first": maybe_text(), "latest": maybe_text(), "page": text(), "feed": text(),
        "members": list(json!({ "type": "object", "properties": brief_properties() })),
        "absorbed": list(id()), "parted": list(id()), "conflicts": list(json!({ "type": "object" })),
    });
    object(
        "event",
        "events/{id}.json: the articles that report one happening",
        &["id", "title", "articles"],
        &properties,
    )
}

fn symbol() -> Value {
    let properties = json!({
        "symbol": text(), "name": text(), "class": text(), "names": { "type": "object" }, "articles_total": count(),
        "days": list(json!({ "type": "object", "properties": { "day": text(), "articles": count() } })),
        "articles": list(json!({ "type": "object", "properties": brief_properties() })),
    });
    object(
        "symbol",
        "symbols/{slug}.json: mentions a day and the newest articles",
        &["symbol", "articles"],
        &properties,
    )
}

fn source() -> Value {
    let properties = json!({
        "source": { "type": "object" }, "configured": { "type": "boolean" }, "next": maybe_text(),
        "last_run": { "type": ["object", "null"] }, "history": list(json!({ "type": "object" })),
        "articles_total": count(), "articles": list(json!({ "type": "object", "properties": brief_properties() })),
    });
    object(
        "source",
        "sources/{id}.json: a source, its last runs, its newest articles",
        &["source", "articles"],
        &properties,
    )
}

fn export() -> Value {
    let properties = json!({
        "export_category": text(), "articles_total": count(), "articles": list(json!({ "type": "object" })),
    });
    let what = "export/{export_category}.json: the newest hundred articles, each as in articles/{id}.json without blocks";
    object("export", what, &["export_category", "articles"], &properties)
}

fn latest() -> Value {
    let properties = json!({
        "as_of": time(), "version": text(), "sources_well": count(), "sources_asked": count(), "off": list(text()),
        "articles": list(json!({ "type": "object", "properties": brief_properties() })),
        "events": list(json!({ "type": "object" })),
    });
    object(
        "latest",
        "latest.json: the newest articles and events, and when the site was made",
        &["as_of", "articles"],
        &properties,
    )
}

fn report() -> Value {
    let properties = json!({ "run": { "type": "object" }, "spent": list(json!({ "type": "object" })) });
    object("report", "report.json: what the last run did, cost, skipped and failed", &["run"], &properties)
}

fn index() -> Value {
    let any = || list(json!({ "type": "object" }));
    let properties = json!({
        "title": text(), "sample": { "type": "boolean" }, "language": text(), "editions": any(), "articles": count(),
        "events": count(), "latest": text(), "report": text(), "symbols": any(), "sources": any(), "months": any(),
        "exports": any(), "schemas": list(text()),
    });
    object("index", "index.json: what there is, and where", &["title", "language", "articles"], &properties)
}
