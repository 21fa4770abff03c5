//! A local CSV or JSON file with counters goes in, counters by article come out.
//!
//! CSV (RFC 4180, with a header): `url` or `id`, then either `name,count` with an optional `origin`, or one column a
//! counter. JSON: a list of `{"url" or "id", "origin"?, "votes": {name: number}}`, or an object `{url: {name: number}}`.

use serde_json::Value;

use crate::model::id::ArticleId;
use crate::model::url::CanonicalUrl;
use crate::model::votes::VoteCount;

/// Most rows taken from one file.
const MAX_ROWS: usize = 200_000;
/// Who counts where a file does not say.
const ORIGIN: &str = "file";

/// What a file calls an article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Article {
    /// Its id.
    Id(ArticleId),
    /// Its address.
    Url(CanonicalUrl),
}

/// Why a file holds no counters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A column that is needed is not there.
    #[error(
        "line 1: expected the columns `url` or `id`, then `name` and `count`, or one column for each counter"
    )]
    Header,
    /// A row that says nothing.
    #[error("line {line}: {cause}")]
    Row {
        /// Counted from 1.
        line: usize,
        /// What is wrong, and what was expected.
        cause: String,
    },
    /// No JSON, or of another shape.
    #[error("not the JSON that was expected: {0}")]
    Json(String),
}

fn article(text: &str) -> Option<Article> {
    let text = text.trim();
    ArticleId::parse(text).map(Article::Id).or_else(|_| CanonicalUrl::parse(text).map(Article::Url)).ok()
}

fn row_error(line: usize, cause: impl Into<String>) -> FileError {
    FileError::Row { line, cause: cause.into() }
}

/// Reads counters from CSV.
pub fn from_csv(text: &str) -> Result<Vec<(Article, VoteCount)>, FileError> {
    let mut rows = rows(text.trim_start_matches('\u{feff}'));
    let (_, header) = rows.next().ok_or(FileError::Header)?;
    let header: Vec<String> = header.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect();
    let place = |name: &str| header.iter().position(|cell| cell == name);
    let key = place("url").or_else(|| place("id")).ok_or(FileError::Header)?;
    let (origin, name, count) = (place("origin"), place("name"), place("count"));
    let mut found = Vec::new();
    for (line, row) in rows.take(MAX_ROWS) {
        let cell = |at: usize| row.get(at).map(|cell| cell.trim()).unwrap_or_default();
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let article = article(cell(key)).ok_or_else(|| {
            row_error(line, format!("`{}` is neither an address nor an article id", cell(key)))
        })?;
        let who = origin.map(cell).filter(|who| !who.is_empty()).unwrap_or(ORIGIN);
        let mut add = |name: &str, count: &str| -> Result<(), FileError> {
            let count =
                count.parse().map_err(|_| row_error(line, format!("`{count}` is no whole number")))?;
            found.push((article.clone(), VoteCount { origin: who.to_owned(), name: name.to_owned(), count }));
            Ok(())
        };
        if let (Some(name), Some(count)) = (name, count) {
            add(cell(name), cell(count))?;
            continue;
        }
        for (at, name) in header.iter().enumerate() {
            if at != key && Some(at) != origin && !name.is_empty() && !cell(at).is_empty() {
                add(name, cell(at))?;
            }
        }
    }
    Ok(found)
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

/// Reads counters from JSON.
pub fn from_json(text: &str) -> Result<Vec<(Article, VoteCount)>, FileError> {
    let value: Value = serde_json::from_str(text).map_err(|e| FileError::Json(e.to_string()))?;
    let mut found = Vec::new();
    match &value {
        Value::Array(rows) => {
            for (n, row) in rows.iter().take(MAX_ROWS).enumerate() {
                let key =
                    row.get("url").or_else(|| row.get("id")).and_then(Value::as_str).unwrap_or_default();
                let who = row.get("origin").and_then(Value::as_str).unwrap_or(ORIGIN);
                let votes =
                    row.get("votes").ok_or_else(|| FileError::Json(format!("entry {n} has no `votes`")))?;
                counters(key, who, votes, &mut found)?;
            }
        }
        Value::Object(rows) => {
            for (key, votes) in rows.iter().take(MAX_ROWS) {
                counters(key, ORIGIN, votes, &mut found)?;
            }
        }
        _ => return Err(FileError::Json("expected a list or an object".to_owned())),
    }
    Ok(found)
}

fn counters(
    key: &str,
    who: &str,
    votes: &Value,
    found: &mut Vec<(Article, VoteCount)>,
) -> Result<(), FileError> {
    let article = article(key)
        .ok_or_else(|| FileError::Json(format!("`{key}` is neither an address nor an article id")))?;
    let votes =
        votes.as_object().ok_or_else(|| FileError::Json(format!("the votes of `{key}` are no object")))?;
    for (name, count) in votes {
        let count = count
            .as_i64()
            .ok_or_else(|| FileError::Json(format!("`{name}` of `{key}` is no whole number")))?;
        found.push((article.clone(), VoteCount { origin: who.to_owned(), name: name.clone(), count }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(found: &[(Article, VoteCount)]) -> Vec<(String, i64)> {
        found.iter().map(|(_, vote)| (format!("{}:{}", vote.origin, vote.name), vote.count)).collect()
    }

    #[test]
    fn csv_in_both_shapes() {
        let long = "url,origin,name,count\r\nhttps://example.com/a,poll,positive,3\r\n\"https://example.com/b\",,negative,-1\r\n";
        assert_eq!(
            told(&from_csv(long).unwrap()),
            [("poll:positive".to_owned(), 3), ("file:negative".to_owned(), -1)]
        );
        let wide = "id,positive,\"negative\"\na8b00e3dc9,2,\n\n";
        assert_eq!(told(&from_csv(wide).unwrap()), [("file:positive".to_owned(), 2)]);
        assert_eq!(from_csv("name,count\n"), Err(FileError::Header));
        assert!(from_csv("url,x\n\nnonsense,1").unwrap_err().to_string().starts_with("line 3:"));
        assert!(from_csv("url,x\nhttps://a.b/,many").is_err());
    }

    #[test]
    fn json_in_both_shapes() {
        let list = r#"[{"id":"a8b00e3dc9","origin":"poll","votes":{"positive":3}}]"#;
        assert_eq!(told(&from_json(list).unwrap()), [("poll:positive".to_owned(), 3)]);
        let object = r#"{"https://example.com/a":{"saved":2}}"#;
        assert_eq!(told(&from_json(object).unwrap()), [("file:saved".to_owned(), 2)]);
        assert!(from_json("5").is_err());
        assert!(from_json(r#"{"x":{"saved":2}}"#).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(url,)?[a-z\",\n\r0-9:/.]{0,60}") {
            let _ = from_csv(&text);
            let _ = from_json(&text);
        }
    }
}
