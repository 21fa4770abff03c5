//! The `votes:` part of site.yaml goes in, where counters come from besides the sources comes out; and such a local
//! file goes in, its rows or the fault with its place come out.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use crate::config::check::{Check, Environment};
use crate::config::providers::key;
use crate::config::raw::At;
use crate::config::sources::SourceSettings;
use crate::config::{Fault, fault_at};
use crate::model::votes::{Named, VoteCount};
use crate::providers::Secret;
use crate::votes::file::{from_csv, from_json};
use crate::votes::github;

/// Articles of one source whose counters are asked again in one run, where nothing is said.
const AGAIN: u32 = 50;
/// Most bytes read of one file.
const MAX_FILE: u64 = 32 << 20;
/// Files that one configuration names.
const MAX_FILES: usize = 50;

/// Where counters come from besides the sources.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawVotes {
    /// Local files with counters.
    pub files: Option<Vec<RawVoteFile>>,
    /// How many articles of one source have their counters asked again in one run, where its portal can be asked for
    /// one article. 0: none. Default: 50.
    pub again: Option<u32>,
    /// Reactions of readers on GitHub.
    pub github: RawGithub,
}

/// A local file with counters.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawVoteFile {
    /// The file, .csv or .json, seen from the folder of site.yaml.
    #[schemars(with = "String")]
    pub path: At<String>,
    /// Who counts, where the file does not say. Default: the file's name.
    pub origin: Option<String>,
    /// Where readers vote there.
    #[schemars(with = "Option<String>")]
    pub place: Option<At<String>>,
}

/// Reactions of readers on GitHub.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawGithub {
    /// The repository, as in owner/name.
    #[schemars(with = "Option<String>")]
    pub repository: Option<At<String>>,
    /// What readers vote on: issues (default) or discussions, which need a key.
    #[schemars(with = "Option<String>")]
    pub kind: Option<At<String>>,
    /// The NAME of the environment variable that holds a key. Issues of a public repository need none.
    pub token_env: Option<String>,
    /// The category of new discussions, as it stands in their addresses. Default: general.
    #[schemars(with = "Option<String>")]
    pub category: Option<At<String>>,
    /// The address of the API. Default: `https://api.github.com/`
    #[schemars(with = "Option<String>")]
    pub api: Option<At<String>>,
    /// The address of its pages for people. Default: `https://github.com/`
    #[schemars(with = "Option<String>")]
    pub web: Option<At<String>>,
}

impl RawVotes {
    /// Lays `over` on top: every key that it has replaces the one here.
    pub fn overlay(&mut self, over: Self) {
        let RawGithub { repository, kind, token_env, category, api, web } = over.github;
        let own = &mut self.github;
        or_keep(&mut self.files, over.files);
        or_keep(&mut self.again, over.again);
        or_keep(&mut own.repository, repository);
        or_keep(&mut own.kind, kind);
        or_keep(&mut own.token_env, token_env);
        or_keep(&mut own.category, category);
        or_keep(&mut own.api, api);
        or_keep(&mut own.web, web);
    }
}

fn or_keep<T>(own: &mut Option<T>, over: Option<T>) {
    if over.is_some() {
        *own = over;
    }
}

/// Where counters come from besides the sources.
#[derive(Debug, Clone, Default)]
pub struct VoteSettings {
    /// Local files.
    pub files: Vec<VoteFile>,
    /// Articles of one source whose counters are asked again in one run.
    pub again: u32,
    /// Where readers react on GitHub.
    pub github: Option<GithubSettings>,
    /// True where `github` says something but not which repository.
    unnamed: bool,
}

/// A local file with counters.
#[derive(Debug, Clone)]
pub struct VoteFile {
    /// The file.
    pub path: PathBuf,
    /// Who counts, where the file does not say.
    pub origin: String,
    /// Where readers vote there.
    pub place: Option<String>,
}

/// Where readers react on GitHub, and the key; in words why it is missing.
#[derive(Debug, Clone)]
pub struct GithubSettings {
    /// Where.
    pub place: github::Settings,
    /// The key, where one is named.
    pub key: Result<Option<Secret>, String>,
}

impl GithubSettings {
    /// Why its votes cannot be counted; `None` where they can.
    pub fn off(&self) -> Option<String> {
        let needs = "discussions are told only to who has a key";
        match (self.place.kind, &self.key) {
            (github::Kind::Issues, _) | (_, Ok(Some(_))) => None,
            (_, Ok(None)) => Some(format!("{needs}; name one with `votes.github.token_env`.")),
            (_, Err(why)) => Some(format!("{needs}, and {why}")),
        }
    }

    /// The key, where there is one.
    pub fn key(&self) -> Option<&Secret> {
        self.key.as_ref().ok().and_then(Option::as_ref)
    }
}

impl VoteSettings {
    /// With paths seen from the configuration's folder.
    pub(crate) fn below(mut self, folder: &Path) -> Self {
        for file in &mut self.files {
            file.path = folder.join(&file.path);
        }
        self
    }

    /// The readers' place to vote on GitHub, where their votes can be counted.
    pub fn counted(&self) -> Option<&GithubSettings> {
        self.github.as_ref().filter(|github| github.off().is_none())
    }

    /// True where a source's portal can be asked for one article, and shall be.
    pub fn asks_again(&self, source: &SourceSettings) -> bool {
        self.again > 0 && source.item("1").is_some()
    }

    /// What is off, in words for the status page.
    pub fn off(&self) -> Option<String> {
        if self.unnamed {
            return Some("Votes on GitHub are off: `votes.github` names no `repository`.".to_owned());
        }
        let Some(github) = &self.github else {
            let words = "Votes of readers are off: neither `votes.files` nor `votes.github` is configured in site.yaml.";
            return self.files.is_empty().then(|| words.to_owned());
        };
        match (github.off(), &github.key) {
            (Some(why), _) => Some(format!("Votes on GitHub are off: {why}")),
            (None, Err(why)) => {
                Some(format!("GitHub is asked for votes without a key, 60 times an hour at the most: {why}"))
            }
            (None, Ok(_)) => None,
        }
    }
}

impl Check<'_> {
    /// Checks the `votes:` part.
    pub(crate) fn votes(&mut self, raw: &RawVotes, environment: Environment<'_>) -> VoteSettings {
        let files: Vec<VoteFile> =
            raw.files.iter().flatten().take(MAX_FILES).filter_map(|file| self.vote_file(file)).collect();
        if let Some(beyond) = raw.files.iter().flatten().nth(MAX_FILES) {
            let what = format!("more than {MAX_FILES} files of votes; put some together");
            self.faults.push(fault_at(self.place, &beyond.path, what));
        }
        let own = &raw.github;
        let said =
            own.kind.is_some() || own.token_env.is_some() || own.category.is_some() || own.api.is_some();
        VoteSettings {
            files,
            again: raw.again.unwrap_or(AGAIN),
            github: self.github(own, environment),
            unnamed: own.repository.is_none() && (said || own.web.is_some()),
        }
    }

    fn vote_file(&mut self, raw: &RawVoteFile) -> Option<VoteFile> {
        let path = self.parse(&raw.path, |text| {
            let path = PathBuf::from(text);
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            match ending.to_ascii_lowercase().as_str() {
                "csv" | "json" => Ok(path),
                _ => Err(format!("`{text}` is no file of votes; expected a name that ends in .csv or .json")),
            }
        });
        let place = raw.place.as_ref().and_then(|at| self.parse(at, |text| address(text)));
        let path = path?;
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Some(VoteFile { origin: raw.origin.clone().unwrap_or(name), place: place.map(Into::into), path })
    }

    fn github(&mut self, raw: &RawGithub, environment: Environment<'_>) -> Option<GithubSettings> {
        let repository = raw.repository.as_ref().and_then(|at| {
            self.parse(at, |text| {
                let fits = github::is_repository(text);
                fits.then(|| text.clone()).ok_or_else(|| {
                    format!("`{text}` is no repository; expected owner/name, as in example/votes")
                })
            })
        });
        let kind = raw.kind.as_ref().map_or(Some(github::Kind::Issues), |at| {
            self.parse(at, |text| match text.as_str() {
                "issues" => Ok(github::Kind::Issues),
                "discussions" => Ok(github::Kind::Discussions),
                _ => Err(format!("`{text}` cannot be voted on; expected issues or discussions")),
            })
        });
        let mut folder = |at: Option<&At<String>>, usual: &str| match at {
            None => Url::parse(usual).ok(),
            Some(at) => self.parse(at, |text| address(&format!("{}/", text.trim().trim_end_matches('/')))),
        };
        let api = folder(raw.api.as_ref(), "https://api.github.com/");
        let web = folder(raw.web.as_ref(), "https://github.com/");
        let category = raw.category.as_ref().map_or(Some("general".to_owned()), |at| {
            self.parse(at, |text| {
                let fits = !text.is_empty()
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
                fits.then(|| text.clone()).ok_or_else(|| {
                    format!(
                        "`{text}` is no category; expected it as in its address: lower-case, with hyphens"
                    )
                })
            })
        });
        let key = key(raw.token_env.as_deref(), "votes.github", environment);
        let place = github::Settings {
            repository: repository?,
            kind: kind?,
            api: api?,
            web: web?,
            category: category?,
        };
        Some(GithubSettings { place, key })
    }
}

fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is not an address: {error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(format!("`{scheme}` addresses are not asked; expected https")),
    }
}

/// Checks the address that readers vote at: a link, in which {id}, {url} and {title} stand for the article's.
pub(crate) fn vote_link(text: &str) -> Result<String, String> {
    let tried = ["{id}", "{url}", "{title}"].iter().fold(text.to_owned(), |text, gap| text.replace(gap, "x"));
    address(&tried)?;
    if tried.contains(['{', '}']) {
        return Err(format!("`{text}` has braces that nothing fills; expected {{id}}, {{url}} or {{title}}"));
    }
    Ok(text.to_owned())
}

/// Reads a local file with counters.
pub fn read(file: &VoteFile) -> Result<Vec<(Named, VoteCount)>, Fault> {
    let fault = |line: usize, what: String| Fault {
        place: file.path.display().to_string(),
        line: line as u64,
        column: u64::from(line > 0),
        what,
    };
    let lost = |error: std::io::Error| {
        fault(0, format!("cannot be read: {error}; it is named by `votes.files` in site.yaml"))
    };
    let size = std::fs::metadata(&file.path).map_err(lost)?.len();
    if size > MAX_FILE {
        return Err(fault(0, format!("has {size} bytes; at most {MAX_FILE} are read")));
    }
    let bytes = std::fs::read(&file.path).map_err(lost)?;
    let text = String::from_utf8(bytes).map_err(|_| fault(0, "is not UTF-8; save it as such".to_owned()))?;
    let json = file.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let rows = if json { from_json(&text, &file.origin) } else { from_csv(&text, &file.origin) };
    rows.map_err(|error| fault(error.line(), error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_link_is_an_address_with_known_gaps() {
        assert!(vote_link("https://poll.example/{id}?u={url}&t={title}").is_ok());
        assert!(vote_link("https://poll.example/vote").is_ok());
        assert!(vote_link("https://poll.example/{ID}").unwrap_err().contains("{title}"));
        assert!(vote_link("javascript:alert({id})").unwrap_err().contains("https"));
        assert!(vote_link("vote here").is_err());
    }

    #[test]
    fn what_is_off_is_told() {
        let of = |yaml: &str, key: Option<&str>| {
            let raw: RawVotes = serde_yaml::from_str(yaml).unwrap();
            let mut faults = Vec::new();
            let settings =
                Check { place: "site.yaml", faults: &mut faults }.votes(&raw, &|_| key.map(str::to_owned));
            assert_eq!(faults, []);
            settings.off().unwrap_or_default()
        };
        assert!(of("again: 3", None).contains("neither"));
        assert!(of("github: {kind: issues}", None).contains("no `repository`"));
        assert_eq!(of("github: {repository: o/n}", None), "");
        assert_eq!(of("files: [{path: a.csv}]", None), "");
        let issues = "github: {repository: o/n, token_env: KEY}";
        assert!(of(issues, None).contains("KEY is not set"));
        assert_eq!(of(issues, Some("k")), "");
        let discussions = "github: {repository: o/n, kind: discussions, token_env: KEY}";
        assert!(of(discussions, None).contains("KEY is not set"));
        assert_eq!(of(discussions, Some("k")), "");
        assert!(of("github: {repository: o/n, kind: discussions}", None).contains("token_env"));
    }
}
