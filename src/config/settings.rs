//! The configuration, resolved: raw structs go in, checked settings for every room come out, or every fault found with
//! its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::config::check::{Check, Environment};
use crate::config::embeddings::{self, Embeddings};
use crate::config::providers::ProviderSettings;
use crate::config::raw::{At, RawCeiling, RawSimilar, RawSite};
use crate::config::sources::SourceSettings;
use crate::config::votes::{VoteSettings, vote_link};
use crate::config::{
    ConfigError, Fault, Files, fault_at, from_yaml, glossary, memory, providers, sources, symbols,
};
use crate::model::id::SourceId;
use crate::model::lang::Lang;
use crate::model::source::Republish;
use crate::providers::Limits;
use crate::tag::Gazetteer;
use crate::translate::{Glossary, Memory};
use crate::{events, net};

/// Languages that one site can be made in.
const MAX_EDITIONS: usize = 20;
/// Time for reading one host's articles in a run where nothing is said: 300 articles at the usual pace.
const HOST_TIME: Duration = Duration::from_mins(5);

/// A whole site's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site's name.
    pub title: String,
    /// One line under the name.
    pub tagline: String,
    /// Where it is published.
    pub base_url: Option<Url>,
    /// How a publisher reaches whoever runs it.
    pub contact: Option<String>,
    /// Its languages, the one at the root first. Never empty.
    pub editions: Vec<Lang>,
    /// The folder of the state.
    pub state: PathBuf,
    /// The folder of the site.
    pub output: PathBuf,
    /// The folder of this configuration.
    pub folder: PathBuf,
    /// True where the content is made up.
    pub sample: bool,
    /// How similar past events are found.
    pub similar: events::Mode,
    /// Where readers vote.
    pub vote_link: Option<String>,
    /// Where counters come from besides the sources.
    pub votes: VoteSettings,
    /// What readers call categories.
    pub categories: Vec<(String, String)>,
    /// How the outside is asked.
    pub network: net::Settings,
    /// Articles read in one run.
    pub articles_per_run: u32,
    /// Time that reading articles of one host may take in a run; zero for no limit.
    pub host_time: Duration,
    /// The sources, in configured order.
    pub sources: Vec<SourceSettings>,
    /// How articles are grouped.
    pub grouping: events::Settings,
    /// The gazetteer.
    pub gazetteer: Arc<Gazetteer>,
    /// Changes whenever the gazetteer does.
    pub gazetteer_print: String,
    /// Changes whenever human translations or the glossary do.
    pub translation_print: String,
    /// Human translations.
    pub memory: Memory,
    /// Terms and names.
    pub glossary: Glossary,
    /// Providers that translate.
    pub translate: Vec<ProviderSettings>,
    /// Providers that analyse.
    pub analyze: Vec<ProviderSettings>,
    /// Who turns texts into vectors; `None`: nobody.
    pub embeddings: Option<Embeddings>,
    /// What one run may spend.
    pub per_run: Limits,
    /// What one day may cost.
    pub per_day: Limits,
    /// The currency that prices and the budget are given in.
    pub currency: String,
}

impl Settings {
    /// Reads the configuration in `folder`. `set` holds `KEY=VALUE` flags that are laid over site.yaml; `sources` takes
    /// the place of sources.yaml where given.
    pub fn load(
        folder: &Path,
        set: &[String],
        sources: Option<&Path>,
        environment: Environment<'_>,
    ) -> Result<Self, ConfigError> {
        let files = Files::of(folder);
        let mut faults = Vec::new();
        let site_place = files.place("site.yaml");
        let mut raw: RawSite = match files.read("site.yaml")? {
            Some(text) => from_yaml(&site_place, &text)?,
            None => {
                return Err(Fault {
                    place: site_place,
                    line: 0,
                    column: 0,
                    what:
                        "is missing; make a site with `newsmill init DIR`, or name its folder with --config"
                            .to_owned(),
                }
                .into());
            }
        };
        for flag in set {
            match overlay(flag, environment) {
                Ok(over) => raw.overlay(over),
                Err(error) => faults.extend(error.faults),
            }
        }
        let mut check = Check { place: &site_place, faults: &mut faults };
        let Values { editions, network, host_time, translate, analyze, base_url, similar, votes, vote_link } =
            check.site(&raw, environment);
        let embeddings = embeddings::resolve(&mut check, &raw.embeddings, environment);
        let similar = embeddings::mode(&mut check, raw.similar.as_ref(), similar, embeddings.as_ref());
        let republish = raw.republish.as_ref().map_or(Republish::Full, |at| sources::republish_of(at.value));
        let sources = sources::load(&files, sources, republish, raw.network.limits.entries, environment)
            .unwrap_or_else(|error| {
                faults.extend(error.faults);
                Vec::new()
            });
        let lexicon = collect(symbols::load(folder), &mut faults);
        let memory = collect(memory::load(&files), &mut faults);
        let glossary = collect(glossary::load(&files), &mut faults);
        if !faults.is_empty() {
            return Err(ConfigError { faults });
        }
        Ok(Self {
            title: raw.title.map_or_else(|| "newsmill".to_owned(), |at| at.value),
            tagline: raw.tagline.unwrap_or_default(),
            base_url,
            contact: raw.contact.map(|at| at.value),
            editions,
            state: raw.state.unwrap_or_else(|| "state".to_owned()).into(),
            output: raw.output.unwrap_or_else(|| "output".to_owned()).into(),
            folder: folder.to_owned(),
            sample: raw.sample.unwrap_or_default(),
            similar,
            vote_link,
            votes: votes.below(folder),
            categories: raw.categories.unwrap_or_default().into_iter().collect(),
            network,
            host_time,
            articles_per_run: raw.network.limits.articles.unwrap_or(5000),
            sources,
            grouping: events::Settings::default(),
            gazetteer: Arc::new(Gazetteer::new(lexicon.unwrap_or_default())),
            gazetteer_print: files.print(&["symbols.yaml"]),
            translation_print: files.print(&["glossary.yaml", "memory"]),
            memory: memory.unwrap_or_default(),
            glossary: glossary.unwrap_or_default(),
            translate,
            analyze,
            embeddings,
            per_run: limits_of(&raw.budget.per_run),
            per_day: limits_of(&raw.budget.per_day),
            currency: raw.budget.currency.unwrap_or_else(|| "USD".to_owned()),
        })
    }

    /// What is off, in words for the status page.
    pub fn off(&self) -> Vec<String> {
        let mut off = Vec::new();
        let mut part = |none: &str, key: &str, providers: &[ProviderSettings]| {
            if providers.is_empty() {
                off.push(none.to_owned());
            } else if let Some(why) = providers.iter().find_map(|one| one.key.as_ref().err()) {
                off.push(format!("A provider of `{key}` is off: {why}"));
            }
        };
        let none = "Translation is off: no provider is configured (`translate` in site.yaml).";
        part(none, "translate", &self.translate);
        let none = "Impact analysis is off: no provider is configured (`analyze` in site.yaml).";
        part(none, "analyze", &self.analyze);
        off.extend(self.votes.off());
        off.extend(embeddings::off(self.embeddings.as_ref()));
        off
    }

    /// The house behind a source; the source's own id where it is not configured any more.
    pub fn publisher(&self, source: &SourceId) -> String {
        let known = self.sources.iter().find(|one| one.source.id == *source);
        known.map_or_else(|| source.as_str().to_owned(), |one| one.source.publisher.clone())
    }

    /// The language that analyses are written in: the first edition's.
    pub fn analysis_language(&self) -> &Lang {
        // `editions` is never empty: `load` sees to it.
        &self.editions[0]
    }
}

/// A part whose errors tell their own place.
fn collect<T, E: ToString>(result: Result<T, E>, faults: &mut Vec<Fault>) -> Option<T> {
    result.map_err(|error| faults.push(Fault::told(error))).ok()
}

fn limits_of(raw: &RawCeiling) -> Limits {
    let price = raw.price.filter(|price| price.is_finite() && *price >= 0.0);
    Limits { calls: raw.calls, tokens: raw.tokens, micros: price.map(providers::micros) }
}

/// `KEY=VALUE` as the raw struct that it stands for, its values checked: the dotted path becomes nested YAML.
fn overlay(flag: &str, environment: Environment<'_>) -> Result<RawSite, ConfigError> {
    let place = format!("--set {flag}");
    let Some((path, value)) = flag.split_once('=') else {
        let what =
            "expected KEY=VALUE with a dotted key of site.yaml, as in --set network.host_delay=0s".to_owned();
        return Err(Fault { place, line: 0, column: 0, what }.into());
    };
    let mut yaml = String::new();
    let keys: Vec<&str> = path.split('.').collect();
    for (depth, key) in keys.iter().enumerate() {
        let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain || depth > 8 {
            let what = format!("`{path}` is not a dotted key of site.yaml");
            return Err(Fault { place, line: 0, column: 0, what }.into());
        }
        yaml.push_str(&"  ".repeat(depth));
        yaml.push_str(key);
        yaml.push_str(if depth + 1 == keys.len() { ": " } else { ":\n" });
    }
    yaml.push_str(value);
    yaml.push('\n');
    let mut faults = Vec::new();
    let raw = from_yaml(&place, &yaml).map_err(|fault| faults.push(fault));
    if let Ok(raw) = &raw {
        // Checked alone, so that an error names the flag; what is valid here is valid over the file's values too.
        Check { place: &place, faults: &mut faults }.site(raw, environment);
    }
    for fault in &mut faults {
        (fault.line, fault.column) = (0, 0);
    }
    raw.ok().filter(|_| faults.is_empty()).ok_or(ConfigError { faults })
}

/// The values of site.yaml that are checked.
struct Values {
    editions: Vec<Lang>,
    network: net::Settings,
    host_time: Duration,
    translate: Vec<ProviderSettings>,
    analyze: Vec<ProviderSettings>,
    base_url: Option<Url>,
    similar: Option<events::Mode>,
    votes: VoteSettings,
    vote_link: Option<String>,
}

impl Check<'_> {
    fn site(&mut self, raw: &RawSite, environment: Environment<'_>) -> Values {
        Values {
            editions: editions(self, raw.editions.as_deref()),
            network: self.network(raw),
            host_time: self.duration(raw.network.host_time.as_ref(), HOST_TIME),
            translate: providers::listed(self, raw.translate.as_deref(), environment),
            analyze: providers::listed(self, raw.analyze.as_deref(), environment),
            base_url: raw.base_url.as_ref().and_then(|at| self.base_url(at)),
            similar: self.similar(raw.similar.as_ref()),
            votes: self.votes(&raw.votes, environment),
            vote_link: raw.vote_link.as_ref().and_then(|at| self.parse(at, |text| vote_link(text))),
        }
    }

    fn base_url(&mut self, at: &At<String>) -> Option<Url> {
        self.parse(at, |text| {
            let url = Url::parse(text).map_err(|error| format!("`{text}` is not an address: {error}"))?;
            match (url.scheme(), url.path().ends_with('/')) {
                ("http" | "https", true) => Ok(url),
                ("http" | "https", false) => Err(format!("`{text}` must end with a slash, as in {text}/")),
                _ => Err(format!("`{text}` must begin with https://")),
            }
        })
    }

    fn similar(&mut self, at: Option<&At<RawSimilar>>) -> Option<events::Mode> {
        self.parse(at?, |raw| {
            let (RawSimilar::Word(word) | RawSimilar::Section { mode: word }) = raw;
            events::Mode::of(word).ok_or_else(|| {
                let known = events::Mode::ALL.map(events::Mode::word).join(", ");
                format!("`{word}` is no way to find similar events; expected one of {known}")
            })
        })
    }

    fn network(&mut self, raw: &RawSite) -> net::Settings {
        let default = net::Settings::default();
        let (network, limits) = (&raw.network, &raw.network.limits);
        let allow_net = network
            .allow_net
            .iter()
            .flatten()
            .filter_map(|at| self.parse(at, |text| net::Cidr::parse(text)))
            .collect();
        net::Settings {
            user_agent: net::user_agent(raw.contact.as_ref().map(|at| at.value.as_str())),
            allow_net,
            host_delay: self.duration(network.host_delay.as_ref(), default.host_delay),
            host_parallel: network.host_parallel.unwrap_or(default.host_parallel).max(1),
            parallel: network.parallel.unwrap_or(default.parallel).max(1),
            seed: network.seed.unwrap_or_default(),
            limits: net::Limits {
                connect: self.duration(limits.connect.as_ref(), default.limits.connect),
                header: self.duration(limits.header.as_ref(), default.limits.header),
                idle: self.duration(limits.idle.as_ref(), default.limits.idle),
                total: self.duration(limits.total.as_ref(), default.limits.total),
                compressed: limits.compressed.unwrap_or(default.limits.compressed),
                decompressed: limits.decompressed.unwrap_or(default.limits.decompressed),
                redirects: limits.redirects.unwrap_or(default.limits.redirects),
            },
        }
    }
}

fn editions(site: &mut Check<'_>, raw: Option<&[At<String>]>) -> Vec<Lang> {
    let mut editions: Vec<Lang> = Vec::new();
    for at in raw.unwrap_or_default() {
        let Some(language) = site.parse(at, |text| Lang::parse(text)) else { continue };
        if editions.contains(&language) {
            site.faults.push(fault_at(
                site.place,
                at,
                format!("`{language}` stands twice; name each edition once"),
            ));
        } else if editions.len() >= MAX_EDITIONS {
            site.faults.push(fault_at(site.place, at, format!("more than {MAX_EDITIONS} editions")));
        } else {
            editions.push(language);
        }
    }
    if editions.is_empty() {
        editions.extend(Lang::parse("en"));
    }
    editions
}
