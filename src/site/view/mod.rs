//! Everything that a template may see, as plain values made for reading: addresses relative to the page, dates and
//! numbers in the edition's words, languages told by ready-made attributes. Fields that end in `html` or `svg` are safe
//! markup; everything else is escaped by the engine.

pub(crate) mod article;
pub(crate) mod article_parts;
pub(crate) mod directory;
pub(crate) mod event;
pub(crate) mod front;
pub(crate) mod item;
pub(crate) mod list;
pub(crate) mod machine_pages;
pub(crate) mod prose;
pub(crate) mod raw;
pub(crate) mod similar;
pub(crate) mod status;

use serde::Serialize;

use crate::model::impact::Direction;
use crate::model::lang::Lang;
use crate::model::status::Status;
use crate::site::Desk;
use crate::site::format::{self, When};
use crate::site::i18n::own_name;
use crate::site::page::ListOf;
use crate::site::paths::{self, Folder};

/// What the frame of every page shows.
#[derive(Debug, Serialize)]
pub(crate) struct Shell {
    pub(crate) lang: String,
    pub(crate) dir: &'static str,
    /// `cjk` or `latin`: which line lengths and heights fit.
    pub(crate) script: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    /// The way to the edition's root: `../` or nothing.
    pub(crate) root: String,
    /// The way to the site's root.
    pub(crate) top: String,
    pub(crate) section: &'static str,
    pub(crate) canonical: String,
    pub(crate) editions: Vec<EditionLink>,
    pub(crate) feeds: Vec<FeedLink>,
    pub(crate) css: Vec<String>,
    pub(crate) js: String,
    pub(crate) icon: String,
    pub(crate) site: SiteView,
    pub(crate) about: Vec<Link>,
    /// True where search engines shall not list the page.
    pub(crate) hidden: bool,
    /// `article` or `website`, for previews elsewhere.
    pub(crate) kind: &'static str,
    pub(crate) version: &'static str,
}

/// What the operator says of the site.
#[derive(Debug, Serialize)]
pub(crate) struct SiteView {
    pub(crate) title: String,
    pub(crate) tagline: String,
    pub(crate) sample: bool,
    pub(crate) contact: String,
}

/// A way to another edition.
#[derive(Debug, Serialize)]
pub(crate) struct EditionLink {
    pub(crate) lang: String,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) absolute: String,
    pub(crate) current: bool,
}

/// A feed that belongs to a page.
#[derive(Debug, Serialize)]
pub(crate) struct FeedLink {
    pub(crate) href: String,
    pub(crate) mime: &'static str,
    pub(crate) name: &'static str,
    pub(crate) title: String,
}

/// Words and where they lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// Words of the outside in their own language.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// ` lang="…" dir="…"` where it is not the edition's language; safe.
    pub(crate) attr: String,
}

/// A direction with its shape and its word.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Sign {
    /// `positive`, `negative`, `mixed`, `neutral`: a class.
    pub(crate) class: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) word: &'static str,
    /// 0 to 100.
    pub(crate) strength: u8,
}

/// The state of a part, in words.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct State {
    /// `ready`, `pending` …: a class.
    pub(crate) class: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) label: String,
    pub(crate) why: String,
    pub(crate) retry: Option<When>,
}

/// What is particular to one page's frame.
pub(crate) struct Frame<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) section: &'static str,
    /// The folder whose feeds the page offers.
    pub(crate) feeds: Option<(&'a Folder, &'a str)>,
    /// True where other editions have a page at the same path.
    pub(crate) everywhere: bool,
    pub(crate) hidden: bool,
    pub(crate) kind: &'static str,
}

impl<'a> Frame<'a> {
    /// A plain page.
    pub(crate) fn new(title: &'a str, section: &'static str) -> Self {
        Self {
            title,
            description: "",
            section,
            feeds: None,
            everywhere: true,
            hidden: false,
            kind: "website",
        }
    }
}

impl Desk<'_> {
    /// The way from this page to the edition's root.
    pub(crate) fn root(&self) -> String {
        paths::up(self.path)
    }

    /// `path`, seen from this page.
    pub(crate) fn href(&self, path: &str) -> String {
        let root = self.root();
        if path.is_empty() && root.is_empty() { "./".to_owned() } else { root + path }
    }

    /// The absolute address of a path of this edition, where the site knows where it stands.
    pub(crate) fn absolute(&self, path: &str) -> Option<String> {
        absolute(self.site.settings.base_url.as_ref()?, &self.index.prefix, path)
    }

    /// The frame of a page.
    pub(crate) fn shell(&self, frame: &Frame<'_>) -> Shell {
        let root = self.root();
        let top = format!("{root}{}", paths::up(&self.index.prefix));
        let settings = &self.site.settings;
        let assets = &self.site.assets;
        Shell {
            lang: self.edition.language.as_str().to_owned(),
            dir: if self.edition.language.is_rtl() { "rtl" } else { "ltr" },
            script: if self.edition.language.is_cjk() { "cjk" } else { "latin" },
            title: frame.title.to_owned(),
            description: frame.description.chars().take(300).collect(),
            section: frame.section,
            canonical: self.absolute(self.path).unwrap_or_default(),
            editions: self.editions(frame.everywhere, &top),
            feeds: frame.feeds.map(|(folder, title)| self.feed_links(folder, title)).unwrap_or_default(),
            css: ["tokens.css", "site.css"].map(|name| format!("{top}{}", assets.path(name))).to_vec(),
            js: format!("{top}{}", assets.path("site.js")),
            icon: format!("{top}{}", assets.path("icon.svg")),
            site: SiteView {
                title: settings.title.clone(),
                tagline: settings.tagline.clone(),
                sample: settings.sample,
                contact: settings.contact.clone().unwrap_or_default(),
            },
            about: self
                .site
                .prose
                .iter()
                .map(|prose| Link {
                    name: prose.title.clone(),
                    href: format!("{root}{}", paths::about(&prose.slug)),
                })
                .collect(),
            root,
            top,
            hidden: frame.hidden,
            kind: frame.kind,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    fn editions(&self, everywhere: bool, top: &str) -> Vec<EditionLink> {
        if self.edition.languages.len() < 2 {
            return Vec::new();
        }
        let path = if everywhere { self.path } else { paths::FRONT };
        let one = |language: &Lang| {
            let prefix = paths::prefix(language, &self.edition.languages);
            let base = self.site.settings.base_url.as_ref();
            EditionLink {
                lang: language.as_str().to_owned(),
                name: own_name(language.as_str()),
                href: format!("{top}{prefix}{path}"),
                absolute: base.and_then(|base| absolute(base, &prefix, path)).unwrap_or_default(),
                current: *language == self.edition.language,
            }
        };
        self.edition.languages.iter().map(one).collect()
    }

    fn feed_links(&self, folder: &Folder, title: &str) -> Vec<FeedLink> {
        let all = [
            ("feed.json", "application/feed+json", "JSON Feed"),
            ("feed.xml", "application/rss+xml", "RSS"),
            ("atom.xml", "application/atom+xml", "Atom"),
        ];
        let one = |(file, mime, name)| FeedLink {
            href: self.href(&folder.file(file)),
            mime,
            name,
            title: format!("{title} ({name})"),
        };
        all.into_iter().map(one).collect()
    }

    /// Words in a language, marked where it is not the edition's.
    pub(crate) fn text(&self, text: &str, language: Option<&Lang>) -> Text {
        Text { text: text.to_owned(), attr: self.attr(language) }
    }

    /// The attributes of a text in `language`.
    pub(crate) fn attr(&self, language: Option<&Lang>) -> String {
        match language {
            Some(language) if *language == self.edition.language => String::new(),
            Some(language) => {
                format!(" lang=\"{language}\" dir=\"{}\"", if language.is_rtl() { "rtl" } else { "ltr" })
            }
            None => " dir=\"auto\"".to_owned(),
        }
    }

    /// What the edition's readers call a language.
    pub(crate) fn language_name(&self, language: Option<&Lang>) -> String {
        match language {
            Some(language) => self.words.language(language.as_str()),
            None => self.words.get("language_unknown").to_owned(),
        }
    }

    /// A direction as readers see it.
    pub(crate) fn sign(&self, direction: Direction, strength: u8) -> Sign {
        let (class, mark, key) = match direction {
            Direction::Positive => ("positive", "▲", "positive"),
            Direction::Negative => ("negative", "▼", "negative"),
            Direction::Mixed => ("mixed", "◆", "mixed"),
            Direction::Neutral => ("neutral", "–", "neutral"),
        };
        Sign { class, mark, word: self.words.get(key), strength }
    }

    /// A status in words.
    pub(crate) fn state(&self, status: &Status) -> State {
        let (mark, key) = match status {
            Status::Ready => ("✓", "state_ready"),
            Status::Pending { .. } => ("…", "state_pending"),
            Status::Failed { .. } => ("✕", "state_failed"),
            Status::Unavailable { .. } => ("✕", "state_unavailable"),
            Status::Withheld { .. } => ("–", "state_withheld"),
            Status::Off { .. } => ("○", "state_off"),
        };
        let retry = match status {
            Status::Pending { retry, .. } | Status::Failed { retry, .. } => *retry,
            _ => None,
        };
        State {
            class: status.word(),
            mark,
            label: self.words.get(key).to_owned(),
            why: self.words.told(status.why()),
            retry: retry.map(|at| format::instant(self.words, at)),
        }
    }

    /// What readers call a category.
    pub(crate) fn category_name(&self, key: &str) -> String {
        if let Some((_, name)) = self.site.settings.categories.iter().find(|(known, _)| known == key) {
            return name.clone();
        }
        let plain = key.replace(['_', '-'], " ");
        // AI, US, UK, DE: what short keys stand for is written in capitals.
        if plain.len() <= 2 {
            return plain.to_uppercase();
        }
        let mut chars = plain.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    }

    /// What readers call a list.
    pub(crate) fn list_name(&self, of: ListOf) -> String {
        let at = |n: u32| n as usize;
        match of {
            ListOf::All => self.words.get("news").to_owned(),
            ListOf::Category(n) => {
                self.index.categories.get(at(n)).map_or_else(String::new, |g| self.category_name(&g.key))
            }
            ListOf::Symbol(n) => self.edition.symbols.get(at(n)).map_or_else(String::new, |s| {
                let name = self.symbol_name(s);
                if name == s.ticker { name } else { format!("{} · {name}", s.ticker) }
            }),
            ListOf::Source(n) => {
                self.edition.sources.get(at(n)).map_or_else(String::new, |s| s.source.name.clone())
            }
            ListOf::Language(n) => {
                self.index.languages.get(at(n)).map_or_else(String::new, |g| self.words.language(&g.key))
            }
            ListOf::Day(date) => format::date(self.words, date),
        }
    }

    /// A symbol's name in the edition's language.
    pub(crate) fn symbol_name(&self, symbol: &crate::model::tag::Symbol) -> String {
        let language = &self.edition.language;
        let exact = symbol.names.iter().find(|(tag, _)| tag == language.as_str());
        let near = || symbol.names.iter().find(|(tag, _)| tag.split('-').next() == Some(language.primary()));
        exact.or_else(near).map_or_else(|| symbol.name.clone(), |(_, name)| name.clone())
    }

    /// A link to a list.
    pub(crate) fn list_link(&self, of: ListOf) -> Link {
        Link { name: self.list_name(of), href: self.href(&self.index.folder(self.edition, of).index()) }
    }
}

/// The absolute address of `path` in the edition below `prefix`.
pub(crate) fn absolute(base: &url::Url, prefix: &str, path: &str) -> Option<String> {
    let mut base = base.clone();
    if !base.path().ends_with('/') {
        let with = format!("{}/", base.path());
        base.set_path(&with);
    }
    // The front page is the folder itself: one address, not two.
    let path = if path == paths::FRONT { "" } else { path };
    let path =
        path.strip_suffix("/index.html").map_or_else(|| path.to_owned(), |folder| format!("{folder}/"));
    base.join(&format!("{prefix}{path}")).ok().map(String::from)
}
