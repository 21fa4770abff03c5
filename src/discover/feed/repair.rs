//! A feed of any dialect, well-formed or not, goes in; one small well-formed document in RSS 2.0 or Atom 1.0 comes
//! out, and beside it what feed-rs has no field for.
//!
//! Steps: 1. the lexer gives tags and text, forgiving; 2. names are brought to today's (`names`); 3. a text with
//! markup in it, inline, escaped or in base64, becomes one escaped text; 4. tags without their partner are closed,
//! an entry that the document breaks off in is taken back; 5. addresses are made absolute against `xml:base`, the
//! channel's link and the feed's own address.

use url::Url;

use crate::discover::feed::capture::{Capture, Field};
use crate::discover::feed::lexer::{Attribute, Faults, Lexer, Token};
use crate::discover::feed::names::{self, Family, Ns, Role};

mod document;
mod ends;
mod value;
mod write;

use self::document::language;
pub(crate) use self::document::{Beside, BesideEntry, Canonical, Root};

/// Deepest element that is followed; feeds need about ten.
const MAX_DEPTH: usize = 200;
/// Most start tags looked at before the root of a feed.
const MAX_BEFORE_ROOT: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The feed itself, or what counts as if it were not there.
    Feed,
    /// An entry, or what counts as if it were not there.
    Entry,
    /// An element that was written and whose children are looked at.
    Written(&'static str),
    /// The element whose text is being captured.
    Captured,
    /// Markup inside it.
    Inside,
    /// Passed over.
    Skipped,
}

struct Open<'a> {
    name: &'a str,
    kind: Kind,
    /// True for the element that began an entry.
    begins_entry: bool,
    prefixes: usize,
    bases: usize,
}

/// Reads `text`, which came from `base`, as a feed; stops behind `most` entries.
pub(crate) fn canonical(text: &str, base: &Url, most: usize) -> Canonical {
    let mut work = Repair::new(text, base, most);
    work.run();
    work.finish()
}

struct Repair<'a> {
    lexer: Lexer<'a>,
    root: Root,
    open: Vec<Open<'a>>,
    ignored: usize,
    prefixes: Vec<(&'a str, Ns)>,
    bases: Vec<Url>,
    /// The address that the document came from.
    feed_base: Url,
    channel_base: Option<Url>,
    capture: Option<Capture>,
    out: String,
    entry_start: usize,
    in_entry: bool,
    /// Names written in this feed or entry, with the best rank so far.
    seen: Vec<(&'static str, u8)>,
    feed_seen: Vec<(&'static str, u8)>,
    entry: BesideEntry,
    beside: Beside,
    entries: Vec<BesideEntry>,
    most: usize,
    more: bool,
    faults: Faults,
    ended: bool,
}

impl<'a> Repair<'a> {
    fn new(text: &'a str, base: &Url, most: usize) -> Self {
        Self {
            lexer: Lexer::new(text),
            root: Root::Unknown,
            open: Vec::new(),
            ignored: 0,
            prefixes: Vec::new(),
            bases: Vec::new(),
            feed_base: base.clone(),
            channel_base: None,
            capture: None,
            out: String::with_capacity(text.len() + 512),
            entry_start: 0,
            in_entry: false,
            seen: Vec::new(),
            feed_seen: Vec::new(),
            entry: BesideEntry::default(),
            beside: Beside::default(),
            entries: Vec::new(),
            most,
            more: false,
            faults: Faults::default(),
            ended: false,
        }
    }

    fn run(&mut self) {
        let mut before = 0;
        while let Some(token) = self.lexer.token() {
            let begun = self.root != Root::Unknown;
            match token {
                Token::Start { name, attributes, empty } if !begun => {
                    self.begin(name, &attributes, empty);
                    before += 1;
                    if before > MAX_BEFORE_ROOT || !matches!(self.root, Root::Unknown | Root::Feed(..)) {
                        return;
                    }
                }
                _ if !begun => {}
                Token::Start { name, attributes, empty } => self.start(name, &attributes, empty),
                Token::End(name) => self.end(name),
                Token::Text(text) => self.text(&text, false),
                Token::Literal(text) => self.text(&text, true),
            }
            if self.ended || self.more {
                return;
            }
        }
    }

    fn push(&mut self, name: &'a str, kind: Kind, declared: usize) {
        self.open.push(Open { name, kind, begins_entry: false, prefixes: declared, bases: 0 });
    }

    /// Takes the namespace declarations of a tag; returns how many.
    fn declare(&mut self, attributes: &[Attribute<'a>]) -> usize {
        let before = self.prefixes.len();
        for (key, value) in attributes {
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                self.prefixes.push((prefix, names::vocabulary(value)));
            } else if *key == "xmlns" {
                self.prefixes.push(("", names::vocabulary(value)));
            }
        }
        self.prefixes.len() - before
    }

    /// The vocabulary and the local name in lower case of a name as written.
    fn resolve(&mut self, name: &str) -> (Ns, String) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let declared = self.prefixes.iter().rev().find(|(known, _)| *known == prefix).map(|(_, ns)| *ns);
        let ns = match declared {
            // An odd namespace of the whole document, as some RSS feeds have, makes its elements no less its own.
            Some(Ns::Other) if prefix.is_empty() && !self.in_capture() => Ns::Core,
            Some(ns) => ns,
            None if prefix.is_empty() => Ns::Core,
            None => {
                if prefix != "xml" && prefix != "xmlns" {
                    self.faults.prefixes += 1;
                }
                names::usual_prefix(&prefix.to_ascii_lowercase()).unwrap_or(Ns::Other)
            }
        };
        (ns, local.to_ascii_lowercase())
    }

    fn in_capture(&self) -> bool {
        self.capture.is_some()
    }

    /// Takes an `xml:base` into force for the element on top.
    fn locate(&mut self, attributes: &[Attribute<'_>]) {
        let Some((_, value)) = attributes.iter().find(|(key, _)| *key == "xml:base") else { return };
        if let Ok(base) = self.base().join(value.trim()) {
            self.bases.push(base);
            if let Some(top) = self.open.last_mut() {
                top.bases += 1;
            }
        }
    }

    fn base(&self) -> &Url {
        self.bases.last().or(self.channel_base.as_ref()).unwrap_or(&self.feed_base)
    }

    fn family(&self) -> Family {
        match self.root {
            Root::Feed(family, _) => family,
            _ => Family::Rss,
        }
    }

    fn start(&mut self, name: &'a str, attributes: &[Attribute<'a>], empty: bool) {
        if self.open.len() >= MAX_DEPTH {
            self.faults.deep += 1;
            self.ignored += usize::from(!empty);
            return;
        }
        let declared = self.declare(attributes);
        let (ns, local) = self.resolve(name);
        let starts_entry = matches!(ns, Ns::Core | Ns::Atom) && matches!(local.as_str(), "item" | "entry");
        if starts_entry && self.in_entry && self.may_begin_entry() {
            self.faults.tags += 1;
            self.close_entry();
        } else if self.capture.as_ref().is_some_and(|capture| !capture.takes_markup())
            && matches!(ns, Ns::Core | Ns::Atom | Ns::Dublin | Ns::Content | Ns::Media)
        {
            self.faults.tags += 1;
            self.close_captured();
        }
        if let Some(capture) = &mut self.capture {
            capture.start_tag(ns == Ns::Xhtml, name, attributes);
            self.push(name, Kind::Inside, declared);
            if empty {
                self.end(name);
            }
            return;
        }
        let (role, rank) = match self.open.last().map_or(Kind::Feed, |top| top.kind) {
            Kind::Feed => names::of_feed(self.family(), ns, &local),
            Kind::Entry => names::of_entry(self.family(), ns, &local),
            Kind::Written(container) => names::of_container(container, ns, &local),
            Kind::Skipped if starts_entry && self.may_begin_entry() => (Role::Entry, 0),
            Kind::Skipped | Kind::Captured | Kind::Inside => (Role::Skip, 0),
        };
        self.push(name, Kind::Skipped, declared);
        self.locate(attributes);
        self.act(role, rank, attributes);
        if empty {
            self.end(name);
        }
    }

    /// True where an entry's start tag can only mean a new entry: nothing open belongs to another vocabulary.
    fn may_begin_entry(&self) -> bool {
        !self.open.iter().any(|open| open.kind == Kind::Inside && open.name.contains("svg"))
            && !self
                .open
                .iter()
                .any(|open| open.kind == Kind::Skipped && open.name.eq_ignore_ascii_case("items"))
    }

    fn become_kind(&mut self, kind: Kind) {
        if let Some(top) = self.open.last_mut() {
            top.kind = kind;
        }
    }

    fn act(&mut self, role: Role, rank: u8, attributes: &[Attribute<'a>]) {
        match role {
            Role::Entry => self.begin_entry(attributes),
            Role::Transparent => {
                let kind = if self.in_entry { Kind::Entry } else { Kind::Feed };
                self.become_kind(kind);
            }
            Role::Container(name) => {
                self.become_kind(Kind::Written(name));
                self.write_start(name, attributes);
                self.out.push('>');
            }
            Role::Attributes(name) => {
                self.write_start(name, attributes);
                self.out.push_str("/>");
            }
            Role::Counters(known) if self.in_entry => {
                for (key, value) in attributes {
                    if let Some((_, name)) = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
                        self.entry.counters.push((name, value.to_string()));
                    }
                }
            }
            Role::Category if attributes.iter().any(|(key, _)| *key == "term") => {
                self.write_category(attributes);
            }
            Role::Markup(name) => self.capture(Field::Markup(name), rank, attributes),
            Role::Plain(name) => self.capture(Field::Plain(name), rank, attributes),
            Role::Date(name) => self.capture(Field::Date(name), rank, attributes),
            Role::Address(name) => self.capture(Field::Address(name), rank, attributes),
            Role::Person => self.capture(Field::Person, rank, attributes),
            Role::Category => self.capture(Field::Category, rank, attributes),
            Role::Note(note) => self.capture(Field::Note(note), rank, attributes),
            Role::Skip | Role::Counters(_) => {}
        }
    }

    fn capture(&mut self, field: Field, rank: u8, attributes: &[Attribute<'_>]) {
        self.become_kind(Kind::Captured);
        self.capture = Some(Capture::new(field, rank, attributes));
    }

    fn begin_entry(&mut self, attributes: &[Attribute<'a>]) {
        if self.entries.len() >= self.most {
            self.more = true;
            return;
        }
        self.become_kind(Kind::Entry);
        if let Some(top) = self.open.last_mut() {
            top.begins_entry = true;
        }
        self.in_entry = true;
        self.entry_start = self.out.len();
        self.feed_seen = std::mem::take(&mut self.seen);
        self.entry = BesideEntry { language: language(attributes), ..BesideEntry::default() };
        self.out.push_str(match self.family() {
            Family::Rss => "<item>",
            Family::Atom => "<entry>",
        });
        let about = attributes.iter().find(|(key, _)| key.ends_with(":about"));
        if let Some((_, about)) = about {
            self.emit("guid", 5, about, "");
            self.entry.permalink = Some(about.to_string());
        }
        self.cdf_attributes(attributes);
    }

    fn text(&mut self, text: &str, literal: bool) {
        // In RSS a CDATA section holds HTML, also beside inline tags.
        let is_html = literal && self.family() == Family::Rss;
        if let Some(capture) = &mut self.capture {
            capture.text(text, is_html);
        }
    }

    fn end(&mut self, name: &str) {
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        let Some(at) = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)) else {
            self.faults.tags += 1;
            return;
        };
        while self.open.len() > at + 1 {
            self.faults.tags += 1;
            self.close();
        }
        self.close();
        if self.open.is_empty() {
            self.ended = true;
        }
    }

    /// Closes the element on top.
    fn close(&mut self) {
        let Some(top) = self.open.pop() else { return };
        match top.kind {
            Kind::Inside => {
                if let Some(capture) = &mut self.capture {
                    capture.end_tag(top.name);
                }
            }
            Kind::Captured => {
                if let Some(capture) = self.capture.take() {
                    self.captured(capture);
                }
            }
            Kind::Written(name) => {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
            }
            Kind::Entry if top.begins_entry => self.end_entry(),
            Kind::Entry | Kind::Feed | Kind::Skipped => {}
        }
        self.prefixes.truncate(self.prefixes.len().saturating_sub(top.prefixes));
        self.bases.truncate(self.bases.len().saturating_sub(top.bases));
    }

    fn end_entry(&mut self) {
        self.out.push_str(match self.family() {
            Family::Rss => "</item>",
            Family::Atom => "</entry>",
        });
        self.in_entry = false;
        self.seen = std::mem::take(&mut self.feed_seen);
        let mut entry = std::mem::take(&mut self.entry);
        entry.base = Some(self.base().clone());
        self.entries.push(entry);
    }

    fn close_entry(&mut self) {
        while self.in_entry && !self.open.is_empty() {
            self.close();
        }
    }

    fn close_captured(&mut self) {
        while self.capture.is_some() && !self.open.is_empty() {
            self.close();
        }
    }
}
