//! A feed of any dialect, well-formed or not, goes in; one small well-formed document in RSS 2.0 or Atom 1.0 comes
//! out, and beside it what feed-rs has no field for.
//!
//! Steps: 1. the lexer gives tags and text, forgiving; 2. names are brought to today's (`names`); 3. a text with
//! markup in it, inline, escaped or in base64, becomes one escaped text; 4. tags without their partner are closed,
//! an entry that the document breaks off in is taken back; 5. addresses are made absolute against `xml:base`, the
//! channel's link and the feed's own address.

use std::borrow::Cow;

use url::Url;

use crate::discover::feed::capture::{Capture, Field};
use crate::discover::feed::lexer::{Attribute, Faults, Lexer, Token};
use crate::discover::feed::names::{self, Family, Note, Ns, Role};
use crate::discover::markup::escape;

/// Deepest element that is followed; feeds need about ten.
const MAX_DEPTH: usize = 200;
/// Most start tags looked at before the root of a feed.
const MAX_BEFORE_ROOT: usize = 300;

/// What the document turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// A feed: its family and its name.
    Feed(Family, &'static str),
    /// An HTML page.
    Html,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// An OPML list.
    Opml,
    /// Nothing that is known.
    Unknown,
}

/// What stands beside the canonical document for the whole feed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    /// Language tag as written.
    pub(crate) language: Option<String>,
    /// `sy:updatePeriod` as written.
    pub(crate) update_period: Option<String>,
    /// `sy:updateFrequency` as written.
    pub(crate) update_frequency: Option<String>,
    /// Hours as written.
    pub(crate) skip_hours: Vec<String>,
    /// Days as written.
    pub(crate) skip_days: Vec<String>,
}

/// What stands beside the canonical document for one entry.
#[derive(Debug, Clone, Default)]
pub(crate) struct BesideEntry {
    /// How many comments, as written.
    pub(crate) comments: Option<String>,
    /// Where to comment, absolute.
    pub(crate) discussion: Option<String>,
    /// The address behind a counting redirect.
    pub(crate) original: Option<String>,
    /// Language tag as written.
    pub(crate) language: Option<String>,
    /// A guid that is an address.
    pub(crate) permalink: Option<String>,
    /// Tags in one line.
    pub(crate) tags: Option<String>,
    /// Against what the entry's relative links are read.
    pub(crate) base: Option<Url>,
}

/// The canonical document and what stands beside it.
pub(crate) struct Canonical {
    /// Well-formed XML, UTF-8.
    pub(crate) xml: String,
    /// What it was.
    pub(crate) root: Root,
    /// What was wrong with it.
    pub(crate) faults: Faults,
    /// For the feed.
    pub(crate) beside: Beside,
    /// For each entry of the document, in order.
    pub(crate) entries: Vec<BesideEntry>,
    /// True where the document has more entries than were asked for.
    pub(crate) more: bool,
}

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
                    self.begin(name, attributes, empty);
                    before += 1;
                    if before > MAX_BEFORE_ROOT || !matches!(self.root, Root::Unknown | Root::Feed(..)) {
                        return;
                    }
                }
                _ if !begun => {}
                Token::Start { name, attributes, empty } => self.start(name, attributes, empty),
                Token::End(name) => self.end(name),
                Token::Text(text) => self.text(&text, false),
                Token::Literal(text) => self.text(&text, true),
            }
            if self.ended || self.more {
                return;
            }
        }
    }

    /// Looks at a start tag before the root is known.
    fn begin(&mut self, name: &'a str, attributes: Vec<Attribute<'a>>, empty: bool) {
        self.declare(&attributes);
        let (ns, local) = self.resolve(name);
        let version = attributes.iter().find(|(key, _)| *key == "version").map(|(_, value)| value.to_string());
        self.root = root(ns, &local, version.as_deref(), &attributes);
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
        self.locate(&attributes);
        self.beside.language = language(&attributes);
        if local == "channel" {
            self.cdf_attributes(&attributes);
        }
        if empty {
            self.end(name);
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

    fn start(&mut self, name: &'a str, attributes: Vec<Attribute<'a>>, empty: bool) {
        if self.open.len() >= MAX_DEPTH {
            self.faults.deep += 1;
            self.ignored += usize::from(!empty);
            return;
        }
        let declared = self.declare(&attributes);
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
            capture.start_tag(ns == Ns::Xhtml, name, &attributes);
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
        self.locate(&attributes);
        self.act(role, rank, attributes);
        if empty {
            self.end(name);
        }
    }

    /// True where an entry's start tag can only mean a new entry: nothing open belongs to another vocabulary.
    fn may_begin_entry(&self) -> bool {
        !self.open.iter().any(|open| open.kind == Kind::Inside && open.name.contains("svg"))
            && !self.open.iter().any(|open| open.kind == Kind::Skipped && open.name.eq_ignore_ascii_case("items"))
    }

    fn become_kind(&mut self, kind: Kind) {
        if let Some(top) = self.open.last_mut() {
            top.kind = kind;
        }
    }

    fn act(&mut self, role: Role, rank: u8, attributes: Vec<Attribute<'a>>) {
        match role {
            Role::Skip => {}
            Role::Entry => self.begin_entry(&attributes),
            Role::Transparent => {
                let kind = if self.in_entry { Kind::Entry } else { Kind::Feed };
                self.become_kind(kind);
            }
            Role::Container(name) => {
                self.become_kind(Kind::Written(name));
                self.write_start(name, &attributes);
                self.out.push('>');
            }
            Role::Attributes(name) => {
                self.write_start(name, &attributes);
                self.out.push_str("/>");
            }
            Role::Category if attributes.iter().any(|(key, _)| *key == "term") => self.write_category(&attributes),
            Role::Markup(name) => self.capture(Field::Markup(name), rank, &attributes),
            Role::Plain(name) => self.capture(Field::Plain(name), rank, &attributes),
            Role::Date(name) => self.capture(Field::Date(name), rank, &attributes),
            Role::Address(name) => self.capture(Field::Address(name), rank, &attributes),
            Role::Person => self.capture(Field::Person, rank, &attributes),
            Role::Category => self.capture(Field::Category, rank, &attributes),
            Role::Note(note) => self.capture(Field::Note(note), rank, &attributes),
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

    /// CDF keeps addresses and dates in attributes.
    fn cdf_attributes(&mut self, attributes: &[Attribute<'_>]) {
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

    fn absolute(&self, address: &str) -> String {
        let address = address.trim();
        match self.base().join(address) {
            Ok(joined) if !address.is_empty() => joined.into(),
            _ => address.to_owned(),
        }
    }

    /// Writes `<name attributes`, addresses absolute, without the closing `>`.
    fn write_start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            if key.contains(':') || *key == "xmlns" || !key.bytes().all(|b| b.is_ascii_alphanumeric()) {
                continue;
            }
            let value: Cow<'_, str> =
                if matches!(*key, "href" | "url") { Cow::Owned(self.absolute(value)) } else { Cow::Borrowed(value) };
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
    fn count_replies(&mut self, attributes: &[Attribute<'_>]) {
        let is_replies = attributes.iter().any(|(key, value)| *key == "rel" && value == "replies");
        let count = attributes.iter().find(|(key, _)| key.ends_with(":count"));
        if let Some((_, count)) = count.filter(|_| is_replies) {
            self.entry.comments.get_or_insert_with(|| count.to_string());
        }
    }

    fn write_category(&mut self, attributes: &[Attribute<'_>]) {
        let value = |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let term = value("term").filter(|term| !term.trim().is_empty()).or_else(|| value("label"));
        self.emit_category(&term.unwrap_or_default());
    }

    fn emit_category(&mut self, term: &str) {
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
    fn emit(&mut self, name: &'static str, rank: u8, text: &str, attributes: &str) {
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

    /// A captured text is complete: writes it, or keeps it beside the document.
    fn captured(&mut self, capture: Capture) {
        let rank = capture.rank;
        match capture.field {
            Field::Markup(name) => self.captured_markup(name, rank, capture),
            Field::Plain(name) => {
                let permalink = capture.is_permalink;
                let text = capture.into_plain();
                if text.is_empty() {
                    return;
                }
                if name == "guid" && permalink {
                    self.entry.permalink = Some(self.absolute(&text));
                }
                self.emit(name, rank, &text, "");
            }
            Field::Date(name) => {
                let text = capture.into_plain();
                if crate::discover::dates::parse(&text).is_some() {
                    self.emit(name, rank, &text, "");
                }
            }
            Field::Address(name) => {
                let address = capture.into_plain();
                if !address.is_empty() {
                    let address = self.absolute(&address);
                    if !self.in_entry && self.bases.is_empty() {
                        self.channel_base = Url::parse(&address).ok().filter(|url| url.has_host());
                    }
                    self.emit(name, rank, &address, "");
                }
            }
            Field::Person => self.captured_person(rank, &capture.into_plain()),
            Field::Category => {
                let term = capture.into_plain();
                self.emit_category(&term);
            }
            Field::Note(note) => self.captured_note(note, capture.into_plain()),
        }
    }

    fn captured_markup(&mut self, name: &'static str, rank: u8, capture: Capture) {
        let atom = self.family() == Family::Atom;
        let Some((text, is_html)) = capture.into_markup(atom) else { return };
        if text.trim().is_empty() {
            return;
        }
        let kind = match (atom, is_html) {
            (false, _) => "",
            (true, true) => " type=\"html\"",
            (true, false) => " type=\"text\"",
        };
        self.emit(name, rank, &text, kind);
    }

    fn captured_person(&mut self, rank: u8, name: &str) {
        let better = self.seen.iter().any(|(known, best)| *known == "author" && *best < rank);
        if name.is_empty() || better || !self.in_entry {
            return;
        }
        self.seen.push(("author", rank));
        let (open, close) = match self.family() {
            Family::Rss => ("<author>", "</author>"),
            Family::Atom => ("<author><name>", "</name></author>"),
        };
        self.out.push_str(open);
        escape(name, &mut self.out);
        self.out.push_str(close);
    }

    fn captured_note(&mut self, note: Note, text: String) {
        if text.is_empty() {
            return;
        }
        match note {
            Note::Comments => self.entry.comments = Some(text),
            Note::Discussion => self.entry.discussion = Some(self.absolute(&text)),
            Note::OriginalLink => self.entry.original = Some(text),
            Note::Tags => self.entry.tags = Some(text),
            Note::Language if self.in_entry => self.entry.language = Some(text),
            Note::Language => self.beside.language = Some(text),
            Note::UpdatePeriod => self.beside.update_period = Some(text),
            Note::UpdateFrequency => self.beside.update_frequency = Some(text),
            Note::SkipHour if self.beside.skip_hours.len() < 24 => self.beside.skip_hours.push(text),
            Note::SkipDay if self.beside.skip_days.len() < 7 => self.beside.skip_days.push(text),
            Note::SkipHour | Note::SkipDay => {}
        }
    }

    fn finish(mut self) -> Canonical {
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

/// What a root element makes of a document.
fn root(ns: Ns, local: &str, version: Option<&str>, attributes: &[Attribute<'_>]) -> Root {
    match local {
        "rss" => Root::Feed(
            Family::Rss,
            match version.map(str::trim) {
                Some("0.90") => "RSS 0.90",
                Some("0.91") => "RSS 0.91",
                Some("0.92") => "RSS 0.92",
                Some("0.93") => "RSS 0.93",
                Some("0.94") => "RSS 0.94",
                Some(v) if v.starts_with('2') => "RSS 2.0",
                _ => "RSS",
            },
        ),
        "rdf" => {
            let old = attributes.iter().any(|(_, value)| value.contains("netscape.com/rdf/simple/0.9"));
            Root::Feed(Family::Rss, if old { "RSS 0.90" } else { "RSS 1.0" })
        }
        "feed" | "entry" if matches!(ns, Ns::Atom | Ns::Core) => {
            let old = attributes.iter().any(|(_, value)| value.contains("purl.org/atom")) || version == Some("0.3");
            Root::Feed(Family::Atom, if old { "Atom 0.3" } else { "Atom 1.0" })
        }
        "channel" if ns == Ns::Core => Root::Feed(Family::Rss, "CDF"),
        "item" if ns == Ns::Core => Root::Feed(Family::Rss, "RSS"),
        "html" | "head" | "body" => Root::Html,
        "urlset" | "sitemapindex" => Root::Sitemap,
        "opml" => Root::Opml,
        _ => Root::Unknown,
    }
}

fn language(attributes: &[Attribute<'_>]) -> Option<String> {
    attributes.iter().find(|(key, _)| *key == "xml:lang").map(|(_, value)| value.to_string())
}
