//! Names, texts and attributes go in, the elements of the canonical document are written.

use std::borrow::Cow;

use crate::discover::feed::lexer::Attribute;
use crate::discover::feed::names::Family;
use crate::discover::feed::repair::{Kind, Repair};
use crate::discover::markup::escape;

impl Repair<'_> {
    /// CDF keeps addresses and dates in attributes.
    pub(super) fn cdf_attributes(&mut self, attributes: &[Attribute<'_>]) {
        if self.family() != Family::Rss {
            return;
        }
        for (key, value) in attributes {
            if key.eq_ignore_ascii_case("href") {
                let address = self.absolute(value);
                self.emit("link", 1, &address, "");
            } else if key.eq_ignore_ascii_case("lastmod") {
                let name = if self.in_entry { "updated" } else { "lastBuildDate" };
                self.emit(name, 1, value, "");
            }
        }
    }

    pub(super) fn absolute(&self, address: &str) -> String {
        let address = address.trim();
        match self.base().join(address) {
            Ok(joined) if !address.is_empty() => joined.into(),
            _ => address.to_owned(),
        }
    }

    /// Writes `<name attributes`, addresses absolute, without the closing `>`.
    pub(super) fn write_start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            if key.contains(':') || *key == "xmlns" || !key.bytes().all(|b| b.is_ascii_alphanumeric()) {
                continue;
            }
            let value: Cow<'_, str> = if matches!(*key, "href" | "url") {
                Cow::Owned(self.absolute(value))
            } else {
                Cow::Borrowed(value)
            };
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            escape(&value, &mut self.out);
            self.out.push('"');
        }
        if name == "link" && self.in_entry {
            self.count_replies(attributes);
        }
    }

    /// `thr:count` on a link to the replies.
    pub(super) fn count_replies(&mut self, attributes: &[Attribute<'_>]) {
        let is_replies = attributes.iter().any(|(key, value)| *key == "rel" && value == "replies");
        let count = attributes.iter().find(|(key, _)| key.ends_with(":count"));
        if let Some((_, count)) = count.filter(|_| is_replies) {
            self.entry.comments.get_or_insert_with(|| count.to_string());
        }
    }

    pub(super) fn write_category(&mut self, attributes: &[Attribute<'_>]) {
        let value =
            |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let term = value("term").filter(|term| !term.trim().is_empty()).or_else(|| value("label"));
        self.emit_category(&term.unwrap_or_default());
    }

    pub(super) fn emit_category(&mut self, term: &str) {
        if !self.in_entry || term.trim().is_empty() {
            return;
        }
        match self.family() {
            Family::Rss => {
                self.out.push_str("<category>");
                escape(term.trim(), &mut self.out);
                self.out.push_str("</category>");
            }
            Family::Atom => {
                self.out.push_str("<category term=\"");
                escape(term.trim(), &mut self.out);
                self.out.push_str("\"/>");
            }
        }
    }

    /// Writes an element with text, unless a better one was written before.
    pub(super) fn emit(&mut self, name: &'static str, rank: u8, text: &str, attributes: &str) {
        let container = self.open.last().is_some_and(|top| matches!(top.kind, Kind::Written(_)));
        if !container {
            match self.seen.iter_mut().find(|(known, _)| *known == name) {
                Some((_, best)) if rank >= *best => return,
                Some((_, best)) => *best = rank,
                None => self.seen.push((name, rank)),
            }
        }
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(attributes);
        self.out.push('>');
        escape(text, &mut self.out);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}
