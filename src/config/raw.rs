//! The configuration as written: YAML text goes in, structs with every key optional come out; unknown keys are denied.
//! What a key means and defaults to stands in its comment here, and from here in the JSON Schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_yaml::Spanned;

use crate::config::votes::RawVotes;

/// A value that remembers its line, so that a later check can point at it.
pub type At<T> = Spanned<T>;

/// Declares a raw struct and how another one of the same kind is laid over it: what the other has, wins.
macro_rules! raw {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? } $(nested { $($(#[$nested_doc:meta])* $nested:ident : $nested_type:ty),* $(,)? })?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<$type>,)*
            $($($(#[$nested_doc])* pub $nested: $nested_type,)*)?
        }

        impl $name {
            /// Lays `over` on top: every key that it has replaces the one here.
            pub fn overlay(&mut self, over: Self) {
                $(if over.$field.is_some() { self.$field = over.$field; })*
                $($(self.$nested.overlay(over.$nested);)*)?
            }
        }
    };
}

raw! {
    /// site.yaml
    RawSite {
        /// The site's name.
        #[schemars(with = "Option<String>")]
        title: At<String>,
        /// One line under the name.
        tagline: String,
        /// The address that the site is published at, as in `https://news.example.org/mill/`. Feeds, sitemaps and social
        /// cards need it; pages themselves are relative and work without.
        #[schemars(with = "Option<String>")]
        base_url: At<String>,
        /// How a publisher reaches whoever runs this: an address or an e-mail, sent with every request.
        #[schemars(with = "Option<String>")]
        contact: At<String>,
        /// The languages of the site as BCP 47 tags; the first one stands at the root.
        #[schemars(with = "Option<Vec<String>>")]
        editions: Vec<At<String>>,
        /// The folder that remembers everything between runs. Default: state.
        state: String,
        /// The folder that the site is written to. Default: output.
        output: String,
        /// How much of the text is shown, where a source does not say: full, excerpt, link. Default: full.
        #[schemars(with = "Option<RawRepublish>")]
        republish: At<RawRepublish>,
        /// How similar past events are found. Default: hybrid where `embeddings` are configured, keywords otherwise.
        #[schemars(with = "Option<RawSimilar>")]
        similar: At<RawSimilar>,
        /// Where readers vote: an address in which {id}, {url} and {title} stand for the article's. Default: the
        /// issue or discussion that `votes.github` counts.
        #[schemars(with = "Option<String>")]
        vote_link: At<String>,
        /// What readers call categories: key → name, as in zh_news: 中文新聞.
        categories: BTreeMap<String, String>,
        /// True for a site whose content is made up; every page says so.
        sample: bool,
        /// Providers that translate, first choice first. None: the original is shown.
        #[schemars(with = "Option<Vec<RawProvider>>")]
        translate: Vec<At<RawProvider>>,
        /// Providers that analyse, first choice first. None: the analysis is off.
        #[schemars(with = "Option<Vec<RawProvider>>")]
        analyze: Vec<At<RawProvider>>,
    }
    nested {
        /// How the outside is asked.
        network: RawNetwork,
        /// What may be spent at providers.
        budget: RawBudget,
        /// Where counters come from besides the sources.
        votes: RawVotes,
        /// Who turns texts into vectors, for similar past events by meaning. Off where no provider is named.
        embeddings: RawEmbeddings,
    }
}

raw! {
    /// Who turns texts into vectors.
    RawEmbeddings {
        /// gemini (batchEmbedContents), openai (any server with /embeddings), or local (a model in a folder; needs a
        /// newsmill built with --features local-models).
        #[schemars(with = "Option<String>")]
        provider: At<String>,
        /// The model, for gemini and openai.
        #[schemars(with = "Option<String>")]
        model: At<String>,
        /// The address of the API, up to and including its version. Default: the protocol's own.
        #[schemars(with = "Option<String>")]
        base_url: At<String>,
        /// The NAME of the environment variable that holds the key. Never the key itself.
        key_env: String,
        /// For local: the folder with config.json, tokenizer.json and model.safetensors.
        #[schemars(with = "Option<String>")]
        folder: At<String>,
        /// The width to ask for, where the model offers several. Default: the model's own.
        #[schemars(with = "Option<u16>")]
        dimensions: At<u16>,
        /// True where the model reads all languages of the sources: originals are embedded. Default: false, translations
        /// into the first edition's language are, where there are any.
        multilingual: bool,
        /// Put before each text, for models that want it, as in "query: ".
        prefix: String,
        /// Articles embedded in one run, the newest first. Default: 1000.
        per_run: u32,
        /// Texts in one request, 1 to 100. Default: 16.
        #[schemars(with = "Option<u32>")]
        batch: At<u32>,
        /// What a million tokens cost.
        price: f64,
        /// Requests a minute at the most.
        requests_per_minute: u32,
        /// How long an answer may take. Default: 120s.
        #[schemars(with = "Option<String>")]
        timeout: At<String>,
    }
}

/// How similar past events are found: keywords, semantic (embeddings alone: worse), hybrid.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected `similar: { mode: … }` with keywords, semantic or hybrid"
)]
pub enum RawSimilar {
    /// The mode alone.
    Word(String),
    /// As a section.
    Section {
        /// keywords, semantic, hybrid.
        mode: String,
    },
}

raw! {
    /// How the outside is asked.
    RawNetwork {
        /// Private networks that may be fetched, as CIDR: [127.0.0.0/8]. None by default.
        #[schemars(with = "Option<Vec<String>>")]
        allow_net: Vec<At<String>>,
        /// Time between two requests to one host. Default: 1s.
        #[schemars(with = "Option<String>")]
        host_delay: At<String>,
        /// Time that reading articles of one host may take in a run; the rest is read by later runs. 0s: no limit.
        /// Default: 5m.
        #[schemars(with = "Option<String>")]
        host_time: At<String>,
        /// Requests to one host at the same time. Default: 2.
        host_parallel: usize,
        /// Requests to all hosts at the same time. Default: 64.
        parallel: usize,
        /// The seed of back-off jitter. Default: 0.
        seed: u64,
    }
    nested {
        /// What an answer may take.
        limits: RawLimits,
    }
}

raw! {
    /// What an answer may take.
    RawLimits {
        /// Time to connect. Default: 10s.
        #[schemars(with = "Option<String>")]
        connect: At<String>,
        /// Time until the headers. Default: 20s.
        #[schemars(with = "Option<String>")]
        header: At<String>,
        /// Time without a byte. Default: 15s.
        #[schemars(with = "Option<String>")]
        idle: At<String>,
        /// Time for the whole answer. Default: 60s.
        #[schemars(with = "Option<String>")]
        total: At<String>,
        /// Bytes as sent. Default: 8388608.
        compressed: u64,
        /// Bytes once unpacked. Default: 33554432.
        decompressed: u64,
        /// Redirects followed. Default: 10.
        redirects: usize,
        /// Entries taken of one answer of a source. Default: 5000.
        entries: usize,
        /// Articles read in one run. Default: 5000.
        articles: u32,
    }
}

raw! {
    /// What may be spent at providers: a ceiling, counted before each call.
    RawBudget {
        /// The currency that prices are given in, for the status page. Default: USD.
        currency: String,
    }
    nested {
        /// In one run.
        per_run: RawCeiling,
        /// On one day (UTC).
        per_day: RawCeiling,
    }
}

raw! {
    /// A ceiling; what is not named is not limited.
    RawCeiling {
        /// Calls.
        calls: u64,
        /// Tokens, sent and received.
        tokens: u64,
        /// Money, in the currency that the providers' prices are given in.
        price: f64,
    }
}

/// One provider of translations or analyses.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawProvider {
    /// A name for pages and reports, as in gemini or grok.
    pub name: String,
    /// How it is spoken to: gemini (generateContent) or openai (chat completions: Grok, DeepSeek, vLLM, Ollama …).
    pub protocol: String,
    /// The address of the API, up to and including its version. Default: the protocol's own.
    pub base_url: Option<String>,
    /// The model.
    pub model: String,
    /// The NAME of the environment variable that holds the key. Never the key itself.
    pub key_env: Option<String>,
    /// What a million tokens cost.
    #[serde(default)]
    pub price: RawPrice,
    /// Requests a minute at the most.
    pub requests_per_minute: Option<u32>,
    /// How long an answer may take. Default: 120s.
    pub timeout: Option<String>,
}

/// What a million tokens cost, in any one currency.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawPrice {
    /// Sent.
    pub input: f64,
    /// Received.
    pub output: f64,
}

/// How much of an article's text the site may show.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawRepublish {
    /// The whole text.
    Full,
    /// The first words, then a link.
    Excerpt,
    /// The title and a link.
    Link,
}

/// sources.yaml
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSources {
    /// What holds for every source that does not say otherwise.
    pub defaults: RawDefaults,
    /// The sources.
    #[schemars(with = "Vec<RawSource>")]
    pub sources: Vec<At<RawSource>>,
}

/// What holds for every source that does not say otherwise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawDefaults {
    /// Ask at most this often. Default: 1h.
    #[schemars(with = "Option<String>")]
    pub every: Option<At<String>>,
    /// How much of the text is shown. Default: as in site.yaml.
    pub republish: Option<RawRepublish>,
    /// The category of articles. Default: news.
    pub category: Option<String>,
    /// The category that they are exported under. Default: the category.
    pub export_category: Option<String>,
}

/// One source.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// In URLs: lower-case ASCII letters, digits, hyphens; never changes.
    #[schemars(with = "String")]
    pub id: At<String>,
    /// As readers know it. Default: the feed's own title, or the id.
    pub name: Option<String>,
    /// The house behind it: several sources of one house count as one witness. Default: the id.
    pub publisher: Option<String>,
    /// Where it is.
    #[schemars(with = "Option<String>")]
    pub url: Option<At<String>>,
    /// The NAME of an environment variable that holds the address, where the address holds a secret.
    #[schemars(with = "Option<String>")]
    pub url_env: Option<At<String>>,
    /// What stands there: feed (default), sitemap, listing, json, opml.
    #[schemars(with = "Option<String>")]
    pub kind: Option<At<String>>,
    /// The category of its articles.
    #[schemars(with = "Option<String>")]
    pub category: Option<At<String>>,
    /// The category that they are exported under.
    #[schemars(with = "Option<String>")]
    pub export_category: Option<At<String>>,
    /// The language of its articles as a BCP 47 tag; detected otherwise.
    #[schemars(with = "Option<String>")]
    pub language: Option<At<String>>,
    /// Ask at most this often.
    #[schemars(with = "Option<String>")]
    pub every: Option<At<String>>,
    /// How much of the text is shown.
    pub republish: Option<RawRepublish>,
    /// False: the feed's own text is enough, pages are not fetched. Default: true.
    pub full_text: Option<bool>,
    /// Rules for reading its pages, where the general way fails.
    #[serde(default)]
    pub rules: RawRules,
    /// Only entries that name one of these words, or match one of these /expressions/.
    #[schemars(with = "Option<Vec<String>>")]
    pub include: Option<Vec<At<String>>>,
    /// No entries that name one of these words, or match one of these /expressions/.
    #[schemars(with = "Option<Vec<String>>")]
    pub exclude: Option<Vec<At<String>>>,
    /// Only entries of one of these categories, as the source states them; entries without one pass.
    pub only_categories: Option<Vec<String>>,
    /// Only entries in one of these languages, stated or told by title and summary.
    #[schemars(with = "Option<Vec<String>>")]
    pub only_languages: Option<Vec<At<String>>>,
    /// Only entries younger than this.
    #[schemars(with = "Option<String>")]
    pub max_age: Option<At<String>>,
    /// At most so many entries of one answer are looked at.
    pub max_entries: Option<usize>,
    /// At most so many entries that the filters let pass are taken in one run, the first ones.
    pub per_run: Option<usize>,
    /// For kind: listing. Guessed where nothing is given.
    pub listing: Option<RawListing>,
    /// For kind: json.
    pub json: Option<RawJson>,
}

/// Rules for reading a source's pages: CSS selectors.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawRules {
    /// The elements that are the text.
    #[schemars(with = "Vec<String>")]
    pub keep: Vec<At<String>>,
    /// Elements that are not.
    #[schemars(with = "Vec<String>")]
    pub drop: Vec<At<String>>,
}

/// Where things stand on a page that lists articles: CSS selectors, all but `item` within an item.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawListing {
    /// One article.
    #[schemars(with = "Option<String>")]
    pub item: Option<At<String>>,
    /// Its link.
    #[schemars(with = "Option<String>")]
    pub link: Option<At<String>>,
    /// Its title.
    #[schemars(with = "Option<String>")]
    pub title: Option<At<String>>,
    /// Its date.
    #[schemars(with = "Option<String>")]
    pub date: Option<At<String>>,
    /// Its summary.
    #[schemars(with = "Option<String>")]
    pub summary: Option<At<String>>,
    /// How many pages to follow. Default: 1.
    pub pages: Option<u32>,
}

/// Where things stand in an answer of a JSON API: dotted paths, or a preset that knows them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawJson {
    /// cryptopanic, hackernews, lobsters, reddit, discourse.
    #[schemars(with = "Option<String>")]
    pub preset: Option<At<String>>,
    /// The NAME of the environment variable that holds the API's key.
    pub key_env: Option<String>,
    /// The query parameter that the key is sent in. Default: the preset's, or key.
    pub key_param: Option<String>,
    /// Further query parameters.
    pub query: BTreeMap<String, String>,
    /// The list of articles.
    pub items: Option<String>,
    /// Within an item: its address.
    pub url: Option<String>,
    /// Its id.
    pub guid: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Its summary.
    pub summary: Option<String>,
    /// Its text as HTML.
    pub content: Option<String>,
    /// Its author.
    pub author: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its picture.
    pub image: Option<String>,
    /// Its asset tickers: a path to a list.
    pub symbols: Option<String>,
    /// Its categories: a path to a list.
    pub categories: Option<String>,
    /// Where it is discussed: a path, or a template as in /talk/{id}.
    pub discussion: Option<String>,
    /// In the answer: the address of its next page.
    pub next: Option<String>,
    /// Its counters: name → path.
    pub votes: BTreeMap<String, String>,
    /// The address of one item, so that its counters can be asked again: {id} stands for its id. Default: the preset's.
    #[schemars(with = "Option<String>")]
    pub again: Option<At<String>>,
}
