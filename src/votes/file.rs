//! A local CSV or JSON file with counters goes in, counters by article come out.
//!
//! CSV (RFC 4180, with a header): `url`, `id` or `guid`, then either `name,count` with an optional `origin`, or one
//! column a counter. JSON: a list of `{"url", "id" or "guid", "origin"?, "votes": {name: number}}`, or an object
//! `{url or id: {name: number}}`.

use serde_json::Value;

use crate::model::id::ArticleId;
use crate::model::url::CanonicalUrl;
use crate::model::votes::{Named, VoteCount};

/// Most rows taken from one file.
const MAX_ROWS: usize = 200_000;
/// Longest guid and longest name of a counter or an origin, in bytes.
const MAX_NAME: usize = 300;
/// What an article is named by: the columns of CSV, the keys of JSON.
const KEYS: [&str; 3] = ["url", "id", "guid"];

/// Why a file holds no counters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A column that is needed is not there.
    #[error(
        "expected the columns `url`, `id` or `guid`, then `name` and `count`, or one column for each counter"
    )]
    Header,
    /// A row that says nothing.
    #[error("{cause}")]
    Row {
        /// Counted from 1.
        line: usize,
        /// What is wrong, and what was expected.
        cause: String,
    },
    /// No JSON, or of another shape.
    #[error("not the JSON that was expected: {cause}")]
    Json {
        /// Counted from 1; 0 where the shape is wrong and not the text.
        line: usize,
        /// What is wrong, and what was expected.
        cause: String,
    },
}

impl FileError {
    /// The line that is wrong, from 1; 0 where that is not known.
    pub fn line(&self) -> usize {
        match self {
            Self::Header => 1,
            Self::Row { line, .. } | Self::Json { line, .. } => *line,
        }
    }

    fn shape(cause: impl Into<String>) -> Self {
        Self::Json { line: 0, cause: cause.into() }
    }
}

/// The article that `text` names by `key`, one of [`KEYS`]; an address may stand for an id and an id for an address.
fn named(key: &str, text: &str) -> Result<Named, String> {
    let text = text.trim();
    if key == "guid" {
        let fits = (1..=MAX_NAME).contains(&text.len());
        return fits
            .then(|| Named::Guid(text.to_owned()))
            .ok_or_else(|| "the guid is empty or too long".to_owned());
    }
    ArticleId::parse(text)
        .map(Named::Id)
        .or_else(|_| CanonicalUrl::parse(text).map(Named::Url))
        .map_err(|_| format!("`{}` is neither an address nor an article id", shown(text)))
}

/// The beginning of a text, for messages.
fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

fn row_error(line: usize, cause: impl Into<String>) -> FileError {
    FileError::Row { line, cause: cause.into() }
}

/// Reads counters from CSV; `otherwise` counts where a row does not say who.
pub fn from_csv(text: &str, otherwise: &str) -> Result<Vec<(Named, VoteCount)>, FileError> {
    let mut rows = rows(text.trim_start_matches('\u{feff}'));
    let (_, header) = rows.next().ok_or(FileError::Header)?;
    let header: Vec<String> = header.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect();
    let place = |name: &str| header.iter().position(|cell| cell == name);
    let keys: Vec<(&str, usize)> = KEYS.iter().filter_map(|key| Some((*key, place(key)?))).collect();
    let (origin, name, count) = (place("origin"), place("name"), place("count"));
    let counters: Vec<(usize, &String)> = header
        .iter()
        .enumerate()
        .filter(|(at, name)| !name.is_empty() && Some(*at) != origin && keys.iter().all(|(_, key)| key != at))
        .collect();
    if keys.is_empty() || counters.is_empty() || name.is_some() != count.is_some() {
        return Err(FileError::Header);
    }
    let mut found = Vec::new();
    for (line, row) in rows.take(MAX_ROWS) {
        let cell = |at: usize| row.get(at).map(|cell| cell.trim()).unwrap_or_default();
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let key = keys.iter().find(|(_, at)| !cell(*at).is_empty()).or(keys.first());
        let article = key
            .map_or_else(|| Err(String::new()), |(key, at)| named(key, cell(*at)))
            .map_err(|cause| row_error(line, cause))?;
        let who = origin.map(cell).filter(|who| !who.is_empty()).unwrap_or(otherwise);
        let mut add = |name: &str, count: &str| -> Result<(), FileError> {
            let told = || row_error(line, format!("`{}` is no whole number", shown(count)));
            let count = count.parse().map_err(|_| told())?;
            found.push((article.clone(), counter(who, name, count)));
            Ok(())
        };
        if let (Some(name), Some(count)) = (name, count) {
            add(cell(name), cell(count))?;
            continue;
        }
        for (at, name) in counters.iter().filter(|(at, _)| !cell(*at).is_empty()) {
            add(name, cell(*at))?;
        }
    }
    Ok(found)
}

fn counter(origin: &str, name: &str, count: i64) -> VoteCount {
    let bounded = |text: &str| text[..text.floor_char_boundary(MAX_NAME)].to_owned();
    VoteCount { origin: bounded(origin), name: bounded(name), count }
}

/// The rows of a CSV text with the numbers of their lines; quoted cells may hold commas, quotes and line ends.
fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<String>)> + '_ {
    let mut chars = text.chars().peekable();
    let mut line = 1;
    std::iter::from_fn(move || {
        chars.peek()?;
        let at = line;
        let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        loop {
            match chars.next() {
                Some('"') if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    cell.push('"');
                }
                Some('"') if quoted || cell.is_empty() => quoted = !quoted,
                Some(',') if !quoted => row.push(std::mem::take(&mut cell)),
                Some('\r') if !quoted => {}
                Some('\n') => {
                    line += 1;
                    if !quoted {
                        break;
                    }
                    cell.push('\n');
                }
                Some(c) => cell.push(c),
                None => break,
            }
        }
        row.push(cell);
        Some((at, row))
    })
}

/// Reads counters from JSON; `otherwise` counts where an entry does not say who.
pub fn from_json(text: &str, otherwise: &str) -> Result<Vec<(Named, VoteCount)>, FileError> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| FileError::Json { line: error.line(), cause: error.to_string() })?;
    let mut found = Vec::new();
    match &value {
        Value::Array(rows) => {
            for (n, row) in rows.iter().take(MAX_ROWS).enumerate() {
                let of = |what: String| FileError::shape(format!("entry {}: {what}", n + 1));
                let text = |key: &str| row.get(key).and_then(Value::as_str);
                let key = KEYS.iter().find_map(|key| Some((*key, text(key)?)));
                let (key, name) = key.ok_or_else(|| of("has no `url`, `id` or `guid`".to_owned()))?;
                let article = named(key, name).map_err(of)?;
                let votes = row.get("votes").ok_or_else(|| of("has no `votes`".to_owned()))?;
                counters(article, name, text("origin").unwrap_or(otherwise), votes, &mut found)?;
            }
        }
        Value::Object(rows) => {
            for (name, votes) in rows.iter().take(MAX_ROWS) {
                let article = named("url", name).map_err(FileError::shape)?;
                counters(article, name, otherwise, votes, &mut found)?;
            }
        }
        _ => return Err(FileError::shape("expected a list or an object")),
    }
    Ok(found)
}

/// The counters of one article, called `told` in messages.
fn counters(
    article: Named,
    told: &str,
    who: &str,
    votes: &Value,
    found: &mut Vec<(Named, VoteCount)>,
) -> Result<(), FileError> {
    let told = shown(told);
    let votes = votes
        .as_object()
        .ok_or_else(|| FileError::shape(format!("the votes of `{told}` are no object of counters")))?;
    for (name, count) in votes {
        let count = count
            .as_i64()
            .ok_or_else(|| FileError::shape(format!("`{}` of `{told}` is no whole number", shown(name))))?;
        found.push((article.clone(), counter(who, name, count)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(found: &[(Named, VoteCount)]) -> Vec<(String, i64)> {
        found.iter().map(|(_, vote)| (format!("{}:{}", vote.origin, vote.name), vote.count)).collect()
    }

    #[test]
    fn csv_in_both_shapes() {
        let long = "url,origin,name,count\r\nhttps://example.com/a,poll,positive,3\r\n\"https://example.com/b\",,negative,-1\r\n";
        assert_eq!(
            told(&from_csv(long, "file").unwrap()),
            [("poll:positive".to_owned(), 3), ("file:negative".to_owned(), -1)]
        );
        let wide = "id,positive,\"negative\"\na8b00e3dc9,2,\n\n";
        assert_eq!(told(&from_csv(wide, "file").unwrap()), [("file:positive".to_owned(), 2)]);
        let names = from_csv("guid,url,liked\nurn:x:1,,4\n,https://example.com/a,5\n", "file").unwrap();
        assert_eq!(names[0].0, Named::Guid("urn:x:1".to_owned()));
        assert!(matches!(&names[1].0, Named::Url(url) if url.as_str() == "https://example.com/a"));
    }

    #[test]
    fn what_is_wrong_in_a_csv_is_told_with_its_line() {
        for header in ["name,count\n", "url\nhttps://a.b/", "url,name\n", ""] {
            assert_eq!(from_csv(header, "file"), Err(FileError::Header), "{header}");
        }
        let wrong = from_csv("url,x\n\nnonsense,1", "file").unwrap_err();
        assert_eq!((wrong.line(), wrong.to_string().contains("nonsense")), (3, true));
        assert_eq!(from_csv("url,x\nhttps://a.b/,many", "file").unwrap_err().line(), 2);
    }

    #[test]
    fn json_in_both_shapes() {
        let list = r#"[{"id":"a8b00e3dc9","origin":"poll","votes":{"positive":3}},{"guid":"7","votes":{"saved":1}}]"#;
        let found = from_json(list, "file").unwrap();
        assert_eq!(told(&found), [("poll:positive".to_owned(), 3), ("file:saved".to_owned(), 1)]);
        assert_eq!(found[1].0, Named::Guid("7".to_owned()));
        let object = r#"{"https://example.com/a":{"saved":2}}"#;
        assert_eq!(told(&from_json(object, "desk").unwrap()), [("desk:saved".to_owned(), 2)]);
        assert!(from_json("5", "file").is_err());
        assert!(from_json(r#"{"x":{"saved":2}}"#, "file").is_err());
        assert_eq!(from_json("[\n{\"id\":}]", "file").unwrap_err().line(), 2);
        let wrong = from_json(r#"[{"id":"a8b00e3dc9","votes":{"positive":1.5}}]"#, "file").unwrap_err();
        assert!(wrong.to_string().contains("`positive`"), "{wrong}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(url,|guid,name,count)?[a-z\",\n\r0-9:/.{}\\[\\]é]{0,60}") {
            let _ = from_csv(&text, "file");
            let _ = from_json(&text, "file");
        }
    }
}
