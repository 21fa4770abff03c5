//! Language tags: a tag as written goes in, a BCP 47 tag in its usual case comes out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A language tag such as `en`, `zh-Hant` or `pt-BR`: language, optionally script, optionally region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang(String);

/// Why a string is no language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language tag: expected BCP 47, as in en, zh-Hant or pt-BR")]
pub struct LangError(String);

impl Lang {
    /// Reads a tag in any case, with `-` or `_`; subtags beyond script and region are dropped. Chinese regions
    /// tell the script where none is given (`zh-TW`, `zh-HK`, `zh-MO` are `zh-Hant`; `zh-CN`, `zh-SG` are `zh-Hans`).
    pub fn parse(text: &str) -> Result<Self, LangError> {
        let bad = || LangError(text.chars().take(40).collect());
        let mut parts = text.trim().split(['-', '_']);
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        if !(2..=3).contains(&language.len()) || !language.bytes().all(|b| b.is_ascii_lowercase()) {
            return Err(bad());
        }
        let (mut script, mut region) = (None, None);
        for part in parts {
            if !part.bytes().all(|b| b.is_ascii_alphanumeric()) || part.is_empty() || part.len() > 8 {
                return Err(bad());
            }
            let alphabetic = part.bytes().all(|b| b.is_ascii_alphabetic());
            match part.len() {
                4 if alphabetic && script.is_none() && region.is_none() => {
                    script = Some(part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase());
                }
                2 if alphabetic && region.is_none() => region = Some(part.to_ascii_uppercase()),
                3 if !alphabetic && region.is_none() => region = Some(part.to_owned()),
                _ => {}
            }
        }
        if language == "zh" && script.is_none() {
            script = match region.as_deref() {
                Some("TW" | "HK" | "MO") => Some("Hant".to_owned()),
                Some("CN" | "SG") => Some("Hans".to_owned()),
                _ => None,
            };
            if script.is_some() {
                region = None;
            }
        }
        let mut tag = language;
        for part in [script, region].into_iter().flatten() {
            tag.push('-');
            tag.push_str(&part);
        }
        Ok(Self(tag))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language alone: `zh` of `zh-Hant`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// The script subtag, if the tag names one.
    pub fn script(&self) -> Option<&str> {
        self.0.split('-').find(|part| part.len() == 4)
    }

    /// True where a reader of `self` needs no translation of a text in `other`: the same language, and the same
    /// script where both name one.
    pub fn reads(&self, other: &Self) -> bool {
        self.primary() == other.primary()
            && match (self.script(), other.script()) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            }
    }

    /// True for languages written from right to left.
    pub fn is_rtl(&self) -> bool {
        matches!(self.primary(), "ar" | "he" | "fa" | "ur" | "ps" | "sd" | "ug" | "yi" | "dv" | "ckb")
    }

    /// True for Chinese and Japanese, and for Korean: scripts whose characters count as words.
    pub fn is_cjk(&self) -> bool {
        matches!(self.primary(), "zh" | "ja" | "ko" | "yue")
    }
}

impl TryFrom<String> for Lang {
    type Error = LangError;
    fn try_from(text: String) -> Result<Self, LangError> {
        Self::parse(&text)
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_take_their_usual_case() {
        for (given, tag) in [
            ("EN", "en"),
            ("zh_tw", "zh-Hant"),
            ("zh-hans-cn", "zh-Hans-CN"),
            ("zh-CN", "zh-Hans"),
            ("pt-br", "pt-BR"),
            ("en-US", "en-US"),
            ("es-419", "es-419"),
        ] {
            assert_eq!(Lang::parse(given).unwrap().as_str(), tag);
        }
        for bad in ["", "e", "english", "en/../x", "日本"] {
            assert!(Lang::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn scripts_of_one_language_are_read_apart_only_when_both_are_known() {
        let lang = |tag| Lang::parse(tag).unwrap();
        assert!(lang("en").reads(&lang("en-GB")));
        assert!(lang("zh-Hant").reads(&lang("zh")));
        assert!(!lang("zh-Hant").reads(&lang("zh-Hans")));
        assert!(!lang("en").reads(&lang("de")));
    }
}
