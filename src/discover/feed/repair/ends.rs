//! The two ends of a document: its root is found and the canonical one begun, its end is reached and the canonical
//! one closed.

use crate::discover::feed::lexer::Attribute;
use crate::discover::feed::names::Family;
use crate::discover::feed::repair::document::{Canonical, Root, language, root};
use crate::discover::feed::repair::{Kind, Repair};

impl<'a> Repair<'a> {
    /// Looks at a start tag before the root is known.
    pub(super) fn begin(&mut self, name: &'a str, attributes: &[Attribute<'a>], empty: bool) {
        self.declare(attributes);
        let (ns, local) = self.resolve(name);
        let version =
            attributes.iter().find(|(key, _)| *key == "version").map(|(_, value)| value.to_string());
        self.root = root(ns, &local, version.as_deref(), attributes);
        let Root::Feed(family, _) = self.root else {
            self.prefixes.clear();
            return;
        };
        self.out.push_str(match family {
            Family::Rss => {
                "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
                 xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\" \
                 xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel>"
            }
            Family::Atom => {
                "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\">"
            }
        });
        if matches!(local.as_str(), "entry" | "item") {
            self.prefixes.clear();
            self.start(name, attributes, empty);
            return;
        }
        self.push(name, Kind::Feed, 0);
        self.locate(attributes);
        self.beside.language = language(attributes);
        if local == "channel" {
            self.cdf_attributes(attributes);
        }
        if empty {
            self.end(name);
        }
    }

    /// Ends the document: takes back an entry that breaks off, closes what is open.
    pub(super) fn finish(mut self) -> Canonical {
        let unclosed = !self.open.is_empty() && !self.more;
        let mut faults = std::mem::take(&mut self.lexer.faults);
        if unclosed {
            faults.cut = true;
            // What breaks off inside an entry is no complete entry; unless it is all there is.
            if self.in_entry && !self.entries.is_empty() {
                self.out.truncate(self.entry_start);
                self.open.clear();
                self.capture = None;
            }
        }
        if self.more {
            self.out.truncate(self.out.len().max(self.entry_start));
            self.open.clear();
        }
        while !self.open.is_empty() {
            self.close();
        }
        match self.root {
            Root::Feed(Family::Rss, _) => self.out.push_str("</channel></rss>"),
            Root::Feed(Family::Atom, _) => self.out.push_str("</feed>"),
            _ => {}
        }
        faults.prefixes += self.faults.prefixes;
        faults.tags += self.faults.tags;
        faults.deep += self.faults.deep;
        Canonical {
            xml: self.out,
            root: self.root,
            faults,
            beside: self.beside,
            entries: self.entries,
            more: self.more,
        }
    }
}
