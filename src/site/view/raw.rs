//! A row and its dossier go in, the facts of the raw information block come out: label and value, some with links.

use serde::Serialize;

use crate::model::edition::{Dossier, Row};
use crate::model::tag::TagKind;
use crate::site::index::source_of;
use crate::site::page::ListOf;
use crate::site::view::Link;
use crate::site::{Desk, format};

/// One fact.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    label: &'static str,
    /// Plain words; empty where `links` tell it.
    value: String,
    links: Vec<Link>,
    /// True for ids and hashes.
    mono: bool,
}

impl Desk<'_> {
    /// The raw information of an article.
    pub(crate) fn facts(&self, row: &Row, dossier: &Dossier) -> Vec<Fact> {
        let words = self.words;
        let plain = |key: &'static str, value: String| Fact {
            label: words.get(key),
            value,
            links: Vec::new(),
            mono: false,
        };
        let mono = |key: &'static str, value: String| Fact { mono: true, ..plain(key, value) };
        let links = |key: &'static str, links: Vec<Link>| Fact { links, ..plain(key, String::new()) };
        let source = source_of(self.edition, row);
        let mut out = vec![
            mono("raw_id", row.id.as_str().to_owned()),
            links("raw_source", self.appearances(row, dossier)),
            plain(
                "raw_published",
                dossier
                    .article
                    .published
                    .as_ref()
                    .map_or_else(|| words.get("raw_no_date").to_owned(), |moment| stated(words, moment)),
            ),
            plain("raw_first_seen", format::instant(words, dossier.first_seen).text),
            links("raw_category", self.category_link(row).into_iter().collect()),
            plain("raw_export", source.map(|s| s.export_category.clone()).unwrap_or_default()),
        ];
        out.push(match self.symbol_links(&row.symbols, 60) {
            none if none.is_empty() => plain("raw_symbols", words.get("raw_unspecified").to_owned()),
            some => links("raw_symbols", some),
        });
        let evidence = evidence(dossier);
        if !evidence.is_empty() {
            out.push(plain("raw_evidence", evidence));
        }
        let language = dossier.article.language.as_ref().or(row.language.as_ref());
        let at = language.and_then(|l| self.index.languages.iter().position(|g| g.key == l.as_str()));
        out.push(match at {
            Some(at) => links("raw_language", vec![self.list_link(ListOf::Language(at as u32))]),
            None => plain("raw_language", self.language_name(language)),
        });
        for (key, value) in [
            ("raw_modified", dossier.article.modified.as_ref().map(|m| stated(words, m))),
            ("raw_section", dossier.article.section.clone()),
            ("raw_licence", dossier.article.licence.clone()),
        ] {
            out.extend(value.filter(|v| !v.is_empty()).map(|value| plain(key, value)));
        }
        out.push(mono("raw_hash", dossier.text_hash.clone()));
        let versions: Vec<String> =
            dossier.versions.iter().map(|(part, version)| format!("{part} {version}")).collect();
        if !versions.is_empty() {
            out.push(mono("raw_versions", versions.join(" · ")));
        }
        out
    }

    /// The sources that announced it, the first one first.
    fn appearances(&self, row: &Row, dossier: &Dossier) -> Vec<Link> {
        let mut out = vec![self.source_link(row)];
        for appearance in &dossier.appearances {
            let at = self.edition.sources.iter().position(|s| s.source.id == appearance.source);
            if let Some(link) = at.map(|at| self.list_link(ListOf::Source(at as u32)))
                && !out.contains(&link)
            {
                out.push(link);
            }
        }
        out
    }
}

/// A moment as its publisher states it, zone included.
fn stated(words: &crate::site::i18n::Words, moment: &crate::model::moment::Moment) -> String {
    let shown = format::moment(words, moment).text;
    match moment.offset {
        Some(offset) if offset != 0 && !moment.day_only => format!("{shown} ({moment})"),
        None if !moment.day_only => format!("{shown} ({})", words.get("raw_no_zone")),
        _ => shown,
    }
}

/// `BTC: Bitcoin ×4, 比特幣 ×2`.
fn evidence(dossier: &Dossier) -> String {
    let one = |tag: &crate::model::tag::Tag| {
        let words: Vec<String> =
            tag.evidence.iter().take(4).map(|e| format!("“{}” ×{} ({})", e.text, e.count, e.place)).collect();
        format!("{}: {}", tag.key, words.join(", "))
    };
    let all: Vec<String> =
        dossier.tags.iter().filter(|tag| tag.kind == TagKind::Symbol).take(20).map(one).collect();
    all.join("; ")
}
