//! Element names of every dialect of RSS, Atom and CDF go in, today's names and what to do with them come out.
//!
//! Two dialects are left when this is done, RSS 2.0 and Atom 1.0: what RSS 0.9x, RDF, CDF, Atom 0.3 and the Dublin
//! Core call otherwise is renamed, what no field of ours needs is passed over with all that is in it.

/// The vocabularies that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ns {
    /// RSS in any of its namespaces and none, Atom, CDF: the feed's own elements.
    Core,
    /// Atom elements by name, where the feed itself is something else.
    Atom,
    /// `content:encoded`.
    Content,
    /// Dublin Core and its terms.
    Dublin,
    /// Media RSS.
    Media,
    /// iTunes.
    Itunes,
    /// `slash:comments`.
    Slash,
    /// Atom threading.
    Thread,
    /// Syndication module.
    Syndication,
    /// FeedBurner.
    Burner,
    /// XHTML.
    Xhtml,
    /// RDF syntax.
    Rdf,
    /// Anything else.
    Other,
}

/// The vocabulary of a namespace name.
pub(crate) fn vocabulary(uri: &str) -> Ns {
    let uri = uri.trim().trim_end_matches('/').to_ascii_lowercase();
    match uri.as_str() {
        ""
        | "http://purl.org/rss/1.0"
        | "http://my.netscape.com/rdf/simple/0.9"
        | "http://channel.netscape.com/rdf/simple/0.9"
        | "http://my.netscape.com/publish/formats/rss-0.91.dtd"
        | "http://purl.org/net/rss1.1#" => Ns::Core,
        "http://www.w3.org/2005/atom" | "https://www.w3.org/2005/atom" | "http://purl.org/atom/ns#" => {
            Ns::Atom
        }
        "http://purl.org/rss/1.0/modules/content" => Ns::Content,
        "http://purl.org/dc/elements/1.1"
        | "http://purl.org/dc/elements/1.0"
        | "http://purl.org/dc/terms" => Ns::Dublin,
        "http://search.yahoo.com/mrss" | "http://video.search.yahoo.com/mrss" => Ns::Media,
        "http://www.itunes.com/dtds/podcast-1.0.dtd" | "http://example.com/dtds/podcast-1.0.dtd" => {
            Ns::Itunes
        }
        "http://purl.org/rss/1.0/modules/slash" => Ns::Slash,
        "http://purl.org/syndication/thread/1.0" => Ns::Thread,
        "http://purl.org/rss/1.0/modules/syndication" => Ns::Syndication,
        "http://rssnamespace.org/feedburner/ext/1.0" => Ns::Burner,
        "http://www.w3.org/1999/xhtml" => Ns::Xhtml,
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#" => Ns::Rdf,
        _ if uri.starts_with("http://purl.org/atom") => Ns::Atom,
        _ if uri.contains("backend.userland.com")
            || uri.contains("blogs.law.harvard.edu")
            || uri.contains("/rss2") =>
        {
            Ns::Core
        }
        _ if uri.contains("itunes.com/") => Ns::Itunes,
        _ => Ns::Other,
    }
}

/// What a prefix means where the document forgot to declare it.
pub(crate) fn usual_prefix(prefix: &str) -> Option<Ns> {
    Some(match prefix {
        "atom" | "a10" => Ns::Atom,
        "content" => Ns::Content,
        "dc" | "dcterms" => Ns::Dublin,
        "media" => Ns::Media,
        "itunes" => Ns::Itunes,
        "slash" => Ns::Slash,
        "thr" => Ns::Thread,
        "sy" => Ns::Syndication,
        "feedburner" => Ns::Burner,
        "xhtml" | "html" => Ns::Xhtml,
        "rdf" => Ns::Rdf,
        "rss" => Ns::Core,
        _ => return None,
    })
}

/// The two dialects that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
}

/// What is kept beside the canonical document, because feed-rs has no field for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    /// How many comments there are.
    Comments,
    /// Where to comment.
    Discussion,
    /// The address behind a counting redirect.
    OriginalLink,
    /// `hourly`, `daily` …
    UpdatePeriod,
    /// How often in that period.
    UpdateFrequency,
    /// An hour in which not to ask.
    SkipHour,
    /// A day on which not to ask.
    SkipDay,
    /// A language tag.
    Language,
    /// Tags in one line, parted by commas.
    Tags,
    /// A medium's title.
    MediaTitle,
    /// A medium's description.
    MediaDescription,
}

/// What happens to an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// An entry begins.
    Entry,
    /// Its children are looked at as if they stood in its place; nothing is written.
    Transparent,
    /// Written with its attributes, its children looked at.
    Container(&'static str),
    /// A text that may hold markup, written under this name.
    Markup(&'static str),
    /// A text without markup, written under this name.
    Plain(&'static str),
    /// A date, written under this name.
    Date(&'static str),
    /// An address as text, written absolute under this name.
    Address(&'static str),
    /// Only its attributes count; addresses in them are written absolute.
    Attributes(&'static str),
    /// A person's name, written as the dialect wants persons.
    Person,
    /// A category's name.
    Category,
    /// Kept beside the document.
    Note(Note),
    /// Counters in attributes: attribute and counter.
    Counters(&'static [(&'static str, &'static str)]),
    /// Passed over with all that is in it.
    Skip,
}

/// A role, and how good the element is at it: 0 is the field's own name, higher ones stand in for it.
pub(crate) type Ranked = (Role, u8);

/// What an element directly inside the channel or feed is.
pub(crate) fn of_feed(family: Family, ns: Ns, name: &str) -> Ranked {
    use Role::{Attributes, Container, Date, Entry, Markup, Plain, Skip, Transparent};
    let own = ns == Ns::Core || (ns == Ns::Atom && family == Family::Atom);
    let rss = family == Family::Rss;
    match name {
        "item" | "entry" if own || (ns == Ns::Atom && name == "entry") => (Entry, 0),
        "channel" | "items" | "rss" | "rdf" | "skiphours" | "skipdays" if own => (Transparent, 0),
        "title" if own => (Markup("title"), 0),
        "title" if matches!(ns, Ns::Dublin | Ns::Atom) => (Markup("title"), 1),
        "link" if ns == Ns::Atom || (own && !rss) => (Attributes(if rss { "atom:link" } else { "link" }), 0),
        "link" if own => (Role::Address("link"), 0),
        "language" if matches!(ns, Ns::Core | Ns::Dublin) => (Role::Note(Note::Language), 0),
        "ttl" if own && rss => (Plain("ttl"), 0),
        "lastbuilddate" if own => (Date("lastBuildDate"), 0),
        "updated" | "modified" if own || matches!(ns, Ns::Atom | Ns::Dublin) => {
            (Date(if rss { "lastBuildDate" } else { "updated" }), 1)
        }
        "pubdate" if own && rss => (Date("pubDate"), 0),
        "date" if ns == Ns::Dublin => (Date(if rss { "lastBuildDate" } else { "updated" }), 2),
        "hour" if own => (Role::Note(Note::SkipHour), 0),
        "day" if own => (Role::Note(Note::SkipDay), 0),
        "updateperiod" if ns == Ns::Syndication => (Role::Note(Note::UpdatePeriod), 0),
        "updatefrequency" if ns == Ns::Syndication => (Role::Note(Note::UpdateFrequency), 0),
        "id" if own && !rss => (Plain("id"), 0),
        "author" if own && !rss => (Container("author"), 0),
        _ => (Skip, 0),
    }
}

/// What an element directly inside an item or entry is.
pub(crate) fn of_entry(family: Family, ns: Ns, name: &str) -> Ranked {
    let own = ns == Ns::Core || (ns == Ns::Atom && family == Family::Atom);
    match ns {
        Ns::Core | Ns::Atom => {
            let found = match family {
                Family::Rss => rss_entry(name, ns == Ns::Atom),
                Family::Atom => atom_entry(name),
            };
            (found.0, if own { found.1 } else { found.1 + 1 })
        }
        Ns::Content if name == "encoded" => (content(family), 0),
        Ns::Xhtml if matches!(name, "body" | "div") => (content(family), 1),
        Ns::Dublin => dublin(family, name),
        Ns::Media => (media(name), 0),
        Ns::Itunes => itunes(family, name),
        Ns::Slash if name == "comments" => (Role::Note(Note::Comments), 0),
        Ns::Thread if name == "total" => (Role::Note(Note::Comments), 0),
        Ns::Burner if name == "origlink" => (Role::Note(Note::OriginalLink), 0),
        _ => (Role::Skip, 0),
    }
}

fn content(family: Family) -> Role {
    Role::Markup(match family {
        Family::Rss => "content:encoded",
        Family::Atom => "content",
    })
}

fn summary(family: Family) -> Role {
    Role::Markup(match family {
        Family::Rss => "description",
        Family::Atom => "summary",
    })
}

fn rss_entry(name: &str, atom: bool) -> Ranked {
    match name {
        "title" => (Role::Markup("title"), 0),
        "link" if atom => (Role::Attributes("atom:link"), 0),
        "link" => (Role::Address("link"), 0),
        "description" => (summary(Family::Rss), 0),
        "summary" | "abstract" => (summary(Family::Rss), 1),
        "content" | "body" | "fullitem" | "encoded" => (content(Family::Rss), 1),
        "author" if atom => (Role::Transparent, 0),
        "author" | "name" => (Role::Person, 0),
        "category" => (Role::Category, 0),
        "tags" => (Role::Note(Note::Tags), 0),
        "guid" => (Role::Plain("guid"), 0),
        "id" => (Role::Plain("guid"), 1),
        "pubdate" => (Role::Date("pubDate"), 0),
        "published" | "issued" | "created" => (Role::Date("pubDate"), 1),
        "updated" | "modified" | "lastmod" => (Role::Date("updated"), 0),
        "comments" => (Role::Note(Note::Discussion), 0),
        "enclosure" => (Role::Attributes("enclosure"), 0),
        _ => (Role::Skip, 0),
    }
}

fn atom_entry(name: &str) -> Ranked {
    match name {
        "title" => (Role::Markup("title"), 0),
        "link" => (Role::Attributes("link"), 0),
        "summary" => (summary(Family::Atom), 0),
        "description" => (summary(Family::Atom), 1),
        "content" => (content(Family::Atom), 0),
        "id" => (Role::Plain("id"), 0),
        "guid" => (Role::Plain("id"), 1),
        "author" => (Role::Container("author"), 0),
        "category" => (Role::Category, 0),
        "published" => (Role::Date("published"), 0),
        "issued" | "pubdate" => (Role::Date("published"), 1),
        "created" => (Role::Date("published"), 2),
        "updated" => (Role::Date("updated"), 0),
        "modified" => (Role::Date("updated"), 1),
        _ => (Role::Skip, 0),
    }
}

fn dublin(family: Family, name: &str) -> Ranked {
    let (published, updated) = match family {
        Family::Rss => ("pubDate", "updated"),
        Family::Atom => ("published", "updated"),
    };
    match name {
        "title" => (Role::Markup("title"), 2),
        "description" | "abstract" => (summary(family), 2),
        "creator" | "author" => (Role::Person, 1),
        "subject" => (Role::Category, 0),
        "date" | "issued" | "created" => (Role::Date(published), 3),
        "modified" => (Role::Date(updated), 2),
        "identifier" => (Role::Plain(if family == Family::Rss { "guid" } else { "id" }), 3),
        "language" => (Role::Note(Note::Language), 0),
        _ => (Role::Skip, 0),
    }
}

fn itunes(family: Family, name: &str) -> Ranked {
    match name {
        "author" => (Role::Person, 4),
        "summary" => (summary(family), 4),
        "subtitle" => (summary(family), 5),
        "image" if family == Family::Rss => (Role::Attributes("itunes:image"), 0),
        _ => (Role::Skip, 0),
    }
}

fn media(name: &str) -> Role {
    match name {
        "group" => Role::Container("media:group"),
        "content" => Role::Container("media:content"),
        "community" => Role::Transparent,
        "starrating" => Role::Counters(&[("average", "rating"), ("count", "ratings")]),
        "statistics" => Role::Counters(&[("views", "views"), ("favorites", "favorites")]),
        "thumbnail" => Role::Attributes("media:thumbnail"),
        "title" => Role::Note(Note::MediaTitle),
        "description" => Role::Note(Note::MediaDescription),
        _ => Role::Skip,
    }
}

/// What an element inside a written container is.
pub(crate) fn of_container(container: &str, ns: Ns, name: &str) -> Ranked {
    let role = match (container, ns, name) {
        ("author", _, "name") => Role::Plain("name"),
        ("author", _, "email") => Role::Plain("email"),
        ("author", _, "url" | "uri") => Role::Plain("uri"),
        ("media:group" | "media:content", Ns::Media, _) => media(name),
        _ => Role::Skip,
    };
    (role, 0)
}
