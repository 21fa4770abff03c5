//! Identifiers: a canonical URL or a name goes in, a short permanent id comes out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::url::CanonicalUrl;

/// How many hex digits an article's or event's id has unless two collide.
pub const ID_DIGITS: usize = 10;

/// Why a string is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not at least ten lower-case hexadecimal digits.
    #[error("`{0}` is not an id: expected 10 to 64 lower-case hexadecimal digits, as in a8b00e3dc9")]
    NotHex(String),
    /// Not a lower-case ASCII slug.
    #[error("`{0}` is not an id: expected lower-case letters a-z, digits and single hyphens, at most 64")]
    NotSlug(String),
}

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an id that was made before. Ten to 64 lower-case hex digits.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let fits = (ID_DIGITS..=64).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                if fits { Ok(Self(text.to_owned())) } else { Err(IdError::NotHex(text.chars().take(80).collect())) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn hashed(text: &str, digits: usize) -> Self {
                let hex = blake3::hash(text.as_bytes()).to_hex();
                Self(hex.as_str()[..digits.clamp(ID_DIGITS, 64)].to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

hex_id! {
    /// The permanent id of an article: the first hex digits of BLAKE3 over its canonical URL at first sight.
    ArticleId
}
hex_id! {
    /// The permanent id of an event: the first hex digits of BLAKE3 over its founding article's id.
    EventId
}

impl ArticleId {
    /// The id of an article first seen at `url`, `digits` long (longer than [`ID_DIGITS`] only after a collision).
    pub fn of(url: &CanonicalUrl, digits: usize) -> Self {
        Self::hashed(url.as_str(), digits)
    }
}

impl EventId {
    /// The id of the event that `founder` founded.
    pub fn of(founder: &ArticleId, digits: usize) -> Self {
        Self::hashed(founder.as_str(), digits)
    }
}

/// The id of a configured source: lower-case ASCII, used in URLs, never changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

impl SourceId {
    /// Reads a source id: `[a-z0-9]` and single inner hyphens, 1 to 64 characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if is_slug(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError::NotSlug(text.chars().take(80).collect()))
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// True for lower-case ASCII letters, digits and single inner hyphens, 1 to 64 characters.
pub fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// A slug out of any text, at most 48 long: lower-case ASCII letters, digits and single hyphens; empty where nothing is
/// left of it.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().take(120) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(48);
    slug.trim_end_matches('-').to_owned()
}

impl TryFrom<String> for SourceId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> Self {
        id.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_id_is_ten_hex_digits_of_its_url() {
        let url = CanonicalUrl::parse("https://example.com/a").unwrap();
        let id = ArticleId::of(&url, ID_DIGITS);
        assert_eq!(id.as_str(), &blake3::hash(b"https://example.com/a").to_hex().as_str()[..10]);
        assert_eq!(ArticleId::of(&url, 14).as_str().len(), 14);
        assert_eq!(ArticleId::parse(id.as_str()), Ok(id));
    }

    #[test]
    fn ids_refuse_what_could_leave_a_folder() {
        for bad in ["", "../../etc", "A8B00E3DC9", "a8b00e3dc", "a8b00e3dc9/", "a8b00e3dcg"] {
            assert!(ArticleId::parse(bad).is_err(), "{bad}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "a/b", "é"] {
            assert!(SourceId::parse(bad).is_err(), "{bad}");
        }
        assert!(SourceId::parse("blocktempo-2").is_ok());
    }

    #[test]
    fn slugs_are_made_of_whatever_there_is() {
        assert_eq!(slug("  The Harbour – Ledger! "), "the-harbour-ledger");
        assert_eq!(slug("動區動趨"), "");
        assert_eq!(slug(&"a-".repeat(60)).len(), 47);
        assert!(is_slug(&slug("BTC/USD -- now")));
    }
}
