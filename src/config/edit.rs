//! The text of sources.yaml and new addresses go in, the text with nothing but these addresses changed comes out.

use crate::config::raw::RawSources;
use crate::config::{Fault, fault_at, from_yaml};

/// One address to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The source's id.
    pub id: String,
    /// Its new address.
    pub url: String,
}

/// Writes new addresses into the text of a sources.yaml that came from `place`; every other byte, comments included,
/// stays as it is. Refused with the line where an address is not written out at its place.
pub fn readdress(place: &str, text: &str, changes: &[Change]) -> Result<String, Fault> {
    let raw: RawSources = from_yaml(place, text)?;
    let mut edits = Vec::new();
    for change in changes {
        let source = raw.sources.iter().find(|source| source.value.id.value == change.id);
        let Some(url) = source.and_then(|source| source.value.url.as_ref()) else {
            let what = format!("the source `{}` has no `url` here; change it where it stands", change.id);
            return Err(Fault { place: place.to_owned(), line: 0, column: 0, what });
        };
        let (line, column) = (url.referenced.line(), url.referenced.column());
        let found = span(text, line, column, &url.value);
        let Some((start, end)) = found else {
            let what =
                format!("this address is written in a way that cannot be edited; write {}", change.url);
            return Err(fault_at(place, url, what));
        };
        edits.push((start, end, change.url.as_str()));
    }
    edits.sort_unstable();
    edits.dedup();
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (start, end, url) in edits {
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(&quoted(url));
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    verified(place, &out, changes)?;
    Ok(out)
}

/// Where the value stands, its quotes included, as bytes of `text`. Lines and columns count from 1, columns in
/// characters.
fn span(text: &str, line: u64, column: u64, value: &str) -> Option<(usize, usize)> {
    let line = usize::try_from(line).ok()?.checked_sub(1)?;
    let column = usize::try_from(column).ok()?.checked_sub(1)?;
    let begin: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(begin..)?;
    let indent = rest.char_indices().nth(column)?.0;
    let start = begin + indent;
    let here = text.get(start..)?;
    for quote in ["\"", "'", ""] {
        let whole = format!("{quote}{value}{quote}");
        if here.starts_with(&whole) {
            return Some((start, start + whole.len()));
        }
    }
    None
}

/// An address as YAML: bare where that is safe even inside `{}`.
fn quoted(url: &str) -> String {
    let bare = url.bytes().all(|b| b.is_ascii_alphanumeric() || b":/?&=._~%+-@".contains(&b));
    if bare && !url.ends_with(':') {
        return url.to_owned();
    }
    format!("\"{}\"", url.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What was written is read again: it must say what was meant.
fn verified(place: &str, text: &str, changes: &[Change]) -> Result<(), Fault> {
    let raw: RawSources = from_yaml(place, text)?;
    let holds = changes.iter().all(|change| {
        raw.sources.iter().any(|source| {
            let url = source.value.url.as_ref().map(|url| url.value.as_str());
            source.value.id.value == change.id && url == Some(change.url.as_str())
        })
    });
    if holds {
        return Ok(());
    }
    let what = "the addresses could not be changed safely; change them by hand".to_owned();
    Err(Fault { place: place.to_owned(), line: 0, column: 0, what })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(id: &str, url: &str) -> Change {
        Change { id: id.to_owned(), url: url.to_owned() }
    }

    const TEXT: &str = "# 來源\r\ndefaults: { every: 1h }\nsources:\n  - id: a # https://a.example/old\n    url: https://a.example/old  # keep me\n\
        \n  - { id: b, name: 動區, url: 'https://b.example/old', category: x }\n  -   url: \"https://c.example/old\"\n      id: c\n  - id: d\n    url: https://a.example/old\n";

    #[test]
    fn only_the_address_changes() {
        let changes = [
            change("c", "https://c.example/新?a=\"b\"&c=d#e"),
            change("a", "https://a.example/new?x=1,2"),
            change("b", "https://b.example/new"),
        ];
        let edited = readdress("sources.yaml", TEXT, &changes).unwrap();
        let wanted = TEXT
            .replacen("    url: https://a.example/old", "    url: \"https://a.example/new?x=1,2\"", 1)
            .replace("'https://b.example/old'", "https://b.example/new")
            .replace("\"https://c.example/old\"", "\"https://c.example/新?a=\\\"b\\\"&c=d#e\"");
        assert_eq!(edited, wanted);
        assert_eq!(readdress("sources.yaml", TEXT, &[]).unwrap(), TEXT);
    }

    #[test]
    fn what_cannot_be_edited_is_refused_with_its_line() {
        let escaped = "sources:\n  - id: a\n    url: \"https://a.example/\\x6fld\"\n";
        let said = readdress("sources.yaml", escaped, &[change("a", "https://a.example/n")]).unwrap_err();
        assert!(said.line == 3 && said.what.contains("https://a.example/n"), "{said}");
        // Quotes would become part of a folded value: that is seen, and refused.
        let folded = "sources:\n  - id: a\n    url: >-\n      https://a.example/old\n";
        assert!(readdress("sources.yaml", folded, &[change("a", "https://a.example/n")]).is_ok());
        assert!(readdress("sources.yaml", folded, &[change("a", "https://a.example/n,")]).is_err());
        let secret = "sources:\n  - id: a\n    url_env: A\n";
        assert!(readdress("sources.yaml", secret, &[change("a", "https://a.example/n")]).is_err());
    }

    proptest! {
        #[test]
        fn whatever_address_it_is_it_is_read_back(path in "[ -~\u{80}-\u{10ffff}]{0,40}") {
            let url = url::Url::parse("https://a.example/").unwrap().join(&path);
            if let Ok(url) = url {
                for text in ["sources:\n  - id: a\n    url: https://x.example/\n", "sources: [{id: a, url: 'https://x.example/', name: n}]\n"] {
                    prop_assert!(readdress("s", text, &[change("a", url.as_str())]).is_ok(), "{}", url);
                }
            }
        }
    }
}
