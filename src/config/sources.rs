//! sources.yaml (or an OPML list in its place) goes in, resolved sources come out, or every fault with its place.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use url::Url;

use crate::config::check::{Check, Environment};
use crate::config::raw::{At, RawDefaults, RawJson, RawListing, RawRepublish, RawSource, RawSources};
use crate::config::{ConfigError, Fault, Files, fault_at, from_yaml};
use crate::discover::filters::{Filters, Pattern};
use crate::discover::json::{JsonRules, Preset};
use crate::discover::listing::ListingRules;
use crate::discover::{self, opml};
use crate::dom::Selector;
use crate::extract::Rules;
use crate::model::id::{SourceId, slug};
use crate::model::lang::Lang;
use crate::model::source::{Republish, Source, SourceKind};

/// One source with all that its rooms need.
#[derive(Debug, Clone)]
pub struct SourceSettings {
    /// What readers see of it.
    pub source: Source,
    /// Where it is, or in words why that is not known (an environment variable is not set).
    pub address: Result<Url, String>,
    /// Ask at most this often.
    pub every: Duration,
    /// False: its pages are not fetched.
    pub full_text: bool,
    /// How its answers become entries.
    pub discover: discover::Settings,
    /// How its pages become articles.
    pub rules: Rules,
}

impl SourceSettings {
    /// A short hash of the address: what is remembered of a source belongs to its address, which may hold a secret.
    pub fn fingerprint(&self) -> String {
        let text = self.address.as_ref().map_or("", Url::as_str);
        blake3::hash(text.as_bytes()).to_hex().as_str()[..16].to_owned()
    }

    /// Where one item of its JSON API can be asked for, and the rules to read it by; `None` where it cannot.
    pub fn item(&self, guid: &str) -> Option<(&JsonRules, Url)> {
        let rules = self.discover.json.as_ref().filter(|_| self.source.kind == SourceKind::Json)?;
        Some((rules, rules.again_at(self.address.as_ref().ok()?, guid)?))
    }
}

/// Sources in one configuration.
const MAX_SOURCES: usize = 5000;
/// A source is asked at most this often where nothing is said.
const EVERY: Duration = Duration::from_hours(1);
/// Entries taken of one answer where nothing is said.
const MAX_ENTRIES: usize = 5000;

/// Reads the sources of a configuration, or of `instead`.
pub(crate) fn load(
    files: &Files,
    instead: Option<&Path>,
    republish: Republish,
    max_entries: Option<usize>,
    environment: Environment<'_>,
) -> Result<Vec<SourceSettings>, ConfigError> {
    let place = instead.map_or_else(|| files.place("sources.yaml"), |path| path.display().to_string());
    let lost = |what: String| Fault { place: place.clone(), line: 0, column: 0, what };
    let text = match instead {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| lost(format!("cannot be read: {error}")))?
        }
        None => files
            .read("sources.yaml")?
            .ok_or_else(|| lost("is missing; it names what is read (see docs/sources.md)".to_owned()))?,
    };
    let raw = if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        from_opml(&place, &text)?
    } else {
        from_yaml::<RawSources>(&place, &text)?
    };
    let mut faults = Vec::new();
    if raw.sources.is_empty() {
        faults.push(lost("names no source; add one under `sources:`".to_owned()));
    }
    if raw.sources.len() > MAX_SOURCES {
        faults.push(lost(format!("names {} sources; at most {MAX_SOURCES} fit", raw.sources.len())));
    }
    let mut reader = Reader {
        check: Check { place: &place, faults: &mut faults },
        every: EVERY,
        republish: raw.defaults.republish.map_or(republish, republish_of),
        max_entries: max_entries.unwrap_or(MAX_ENTRIES),
        defaults: &raw.defaults,
        environment,
    };
    reader.every = reader.check.duration(raw.defaults.every.as_ref(), EVERY);
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut sources = Vec::new();
    for at in &raw.sources {
        let id = &at.value.id;
        if let Some(line) = lines.insert(id.value.clone(), id.referenced.line()) {
            let what =
                format!("the id `{}` stands at line {line} already; give each source its own", id.value);
            reader.check.faults.push(fault_at(&place, id, what));
            continue;
        }
        sources.extend(reader.source(at));
    }
    if faults.is_empty() { Ok(sources) } else { Err(ConfigError { faults }) }
}

/// An OPML list as raw sources: ids are made of the feeds' titles.
fn from_opml(place: &str, text: &str) -> Result<RawSources, Fault> {
    let lost = |what: String| Fault { place: place.to_owned(), line: 0, column: 0, what };
    // Addresses in a local list have nothing to be relative to but themselves.
    let base = Url::parse("http://localhost/").map_err(|error| lost(error.to_string()))?;
    let list = opml::list(text.as_bytes(), None, &base).map_err(|error| lost(error.to_string()))?;
    let mut taken = std::collections::HashSet::new();
    let mut yaml = String::from("sources:\n");
    for outline in list.outlines {
        let mut id = slug(&outline.title);
        if id.is_empty() {
            id = slug(outline.feed.host());
        }
        let mut n = 2;
        let stem = id.clone();
        while !taken.insert(id.clone()) {
            id = format!("{stem}-{n}");
            n += 1;
        }
        let json = |text: &str| serde_json::Value::from(text).to_string();
        yaml.push_str(&format!(
            "  - id: {id}\n    name: {}\n    url: {}\n",
            json(&outline.title),
            json(outline.feed.as_str())
        ));
        if let Some(category) =
            outline.folders.first().map(|folder| slug(folder)).filter(|slug| !slug.is_empty())
        {
            yaml.push_str(&format!("    category: {category}\n"));
        }
    }
    from_yaml(place, &yaml)
}

pub(super) fn republish_of(raw: RawRepublish) -> Republish {
    match raw {
        RawRepublish::Full => Republish::Full,
        RawRepublish::Excerpt => Republish::Excerpt,
        RawRepublish::Link => Republish::Link,
    }
}

struct Reader<'a> {
    check: Check<'a>,
    every: Duration,
    republish: Republish,
    max_entries: usize,
    defaults: &'a RawDefaults,
    environment: Environment<'a>,
}

impl Reader<'_> {
    fn source(&mut self, at: &At<RawSource>) -> Option<SourceSettings> {
        let raw = &at.value;
        let id = self.check.parse(&raw.id, |text| SourceId::parse(text));
        let kind =
            raw.kind.as_ref().map_or(Some(SourceKind::Feed), |at| self.check.parse(at, |text| kind_of(text)));
        let language = raw.language.as_ref().and_then(|at| self.check.parse(at, |text| Lang::parse(text)));
        let address = self.address(at);
        let every = self.check.duration(raw.every.as_ref(), self.every);
        let category = self.label(raw.category.as_ref(), self.defaults.category.as_deref(), "news");
        let export =
            self.label(raw.export_category.as_ref(), self.defaults.export_category.as_deref(), &category);
        let rules = Rules { keep: self.selectors(&raw.rules.keep), drop: self.selectors(&raw.rules.drop) };
        let filters = self.filters(raw);
        let listing = raw.listing.as_ref().and_then(|listing| self.listing(listing));
        let json = raw.json.as_ref().map(|json| self.json(json));
        let (id, kind, address) = (id?, kind?, address?);
        if kind == SourceKind::Json && json.is_none() {
            let what =
                "a source of kind json needs a `json:` block: a preset, or dotted paths (docs/sources.md)";
            self.check.faults.push(fault_at(self.check.place, at, what));
        }
        let address = address.and_then(|url| self.with_query(url, raw.json.as_ref(), json.as_ref()));
        let public = raw.url.as_ref().map(|at| at.value.clone());
        let source = Source {
            name: raw.name.clone().unwrap_or_else(|| id.as_str().to_owned()),
            publisher: raw.publisher.clone().unwrap_or_else(|| id.as_str().to_owned()),
            kind,
            url: public,
            category,
            export_category: export,
            language,
            republish: raw.republish.map_or(self.republish, republish_of),
            id,
        };
        let max_entries = raw.max_entries.unwrap_or(self.max_entries).clamp(1, 100_000);
        let discover =
            discover::Settings { listing, json, filters, max_entries, ..discover::Settings::of(kind) };
        let full_text = raw.full_text.unwrap_or(true);
        Some(SourceSettings { source, address, every, full_text, discover, rules })
    }

    /// The address: written, or in an environment variable; exactly one of the two is given.
    fn address(&mut self, at: &At<RawSource>) -> Option<Result<Url, String>> {
        match (&at.value.url, &at.value.url_env) {
            (Some(url), None) => self.check.parse(url, |text| web_address(text)).map(Ok),
            (None, Some(name)) => Some(match (self.environment)(&name.value) {
                Some(text) => web_address(&text)
                    .map_err(|_| format!("The environment variable {} holds no http address.", name.value)),
                None => Err(format!("The environment variable {} is not set.", name.value)),
            }),
            (Some(_), Some(name)) => {
                self.check.faults.push(fault_at(self.check.place, name, "give `url` or `url_env`, not both"));
                None
            }
            (None, None) => {
                let what =
                    format!("the source `{}` has no address; give `url` (or `url_env`)", at.value.id.value);
                self.check.faults.push(fault_at(self.check.place, at, what));
                None
            }
        }
    }

    fn with_query(
        &self,
        mut url: Url,
        raw: Option<&RawJson>,
        rules: Option<&JsonRules>,
    ) -> Result<Url, String> {
        let (Some(raw), Some(rules)) = (raw, rules) else { return Ok(url) };
        for (name, value) in &rules.query {
            url.query_pairs_mut().append_pair(name, value);
        }
        if let Some(name) = &raw.key_env {
            let key = (self.environment)(name)
                .ok_or_else(|| format!("The environment variable {name} is not set."))?;
            let usual = if rules.preset == Some(Preset::Cryptopanic) { "auth_token" } else { "key" };
            url.query_pairs_mut().append_pair(raw.key_param.as_deref().unwrap_or(usual), key.trim());
        }
        Ok(url)
    }

    fn label(&mut self, at: Option<&At<String>>, default: Option<&str>, otherwise: &str) -> String {
        let Some(at) = at else { return default.unwrap_or(otherwise).to_owned() };
        self.check
            .parse(at, |text| {
                let fits = (1..=48).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
                if fits {
                    Ok(text.clone())
                } else {
                    Err(format!("`{text}` is no category; expected letters, digits, _ or -, as in zh_news"))
                }
            })
            .unwrap_or_else(|| otherwise.to_owned())
    }

    fn selectors(&mut self, list: &[At<String>]) -> Vec<Selector> {
        list.iter().filter_map(|at| self.selector(at)).collect()
    }

    fn selector(&mut self, at: &At<String>) -> Option<Selector> {
        self.check.parse(at, |text| Selector::parse(text))
    }

    fn patterns(&mut self, list: Option<&Vec<At<String>>>) -> Vec<Pattern> {
        list.into_iter()
            .flatten()
            .filter_map(|at| self.check.parse(at, |text| Pattern::parse(text)))
            .collect()
    }

    fn filters(&mut self, raw: &RawSource) -> Filters {
        let max_age = raw.max_age.as_ref().map(|at| self.check.duration(Some(at), Duration::MAX).as_secs());
        Filters {
            include: self.patterns(raw.include.as_ref()),
            exclude: self.patterns(raw.exclude.as_ref()),
            categories: raw.only_categories.clone().unwrap_or_default(),
            languages: (raw.only_languages.iter().flatten())
                .filter_map(|at| self.check.parse(at, |text| Lang::parse(text)))
                .collect(),
            max_age: max_age.and_then(|seconds| i64::try_from(seconds).ok()),
            cap: raw.per_run,
        }
    }

    fn listing(&mut self, raw: &RawListing) -> Option<ListingRules> {
        let item = raw.item.as_ref().and_then(|at| self.selector(at));
        let mut part = |at: Option<&At<String>>| at.and_then(|at| self.selector(at));
        let (link, title) = (part(raw.link.as_ref()), part(raw.title.as_ref()));
        let (date, summary) = (part(raw.date.as_ref()), part(raw.summary.as_ref()));
        Some(ListingRules { item: item?, link, title, date, summary, pages: raw.pages.unwrap_or(1) })
    }

    fn json(&mut self, raw: &RawJson) -> JsonRules {
        let preset = raw.preset.as_ref().and_then(|at| self.check.parse(at, |text| preset_of(text)));
        let again = raw.again.as_ref().and_then(|at| self.check.parse(at, |text| item_address(text)));
        JsonRules {
            preset,
            items: raw.items.clone(),
            url: raw.url.clone(),
            id: raw.guid.clone(),
            title: raw.title.clone(),
            date: raw.date.clone(),
            summary: raw.summary.clone(),
            content: raw.content.clone(),
            author: raw.author.clone(),
            language: raw.language.clone(),
            image: raw.image.clone(),
            symbols: raw.symbols.clone(),
            categories: raw.categories.clone(),
            discussion: raw.discussion.clone(),
            next: raw.next.clone(),
            votes: raw.votes.iter().map(|(name, path)| (name.clone(), path.clone())).collect(),
            query: raw.query.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            again,
        }
    }
}

fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|error| format!("`{text}` is not an address: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(format!("`{scheme}` addresses are not fetched; expected http or https")),
    }
}

fn item_address(text: &str) -> Result<String, String> {
    if text.contains("{id}") {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{text}` leads to the same place for every item; expected {{id}} in it, as in /api/posts/{{id}}"
    ))
}

fn kind_of(text: &str) -> Result<SourceKind, String> {
    Ok(match text {
        "feed" => SourceKind::Feed,
        "sitemap" => SourceKind::Sitemap,
        "listing" => SourceKind::Listing,
        "json" => SourceKind::Json,
        "opml" => SourceKind::Opml,
        _ => {
            return Err(format!(
                "`{text}` is no kind of source; expected one of feed, sitemap, listing, json, opml"
            ));
        }
    })
}

fn preset_of(text: &str) -> Result<Preset, String> {
    Ok(match text {
        "cryptopanic" => Preset::Cryptopanic,
        "hackernews" => Preset::Hackernews,
        "lobsters" => Preset::Lobsters,
        "reddit" => Preset::Reddit,
        "discourse" => Preset::Discourse,
        _ => {
            let known = "cryptopanic, hackernews, lobsters, reddit, discourse";
            return Err(format!("`{text}` is no preset; expected one of {known}, or dotted paths"));
        }
    })
}
