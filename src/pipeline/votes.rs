//! Counters that sources do not announce: local files, readers' reactions on GitHub and the items of portals go in, the
//! articles' votes, kept per origin, come out. What is asked again thins out with an article's age.
//!
//! 1. [`Run::count_files`] reads the files of `votes.files`;
//! 2. [`Run::count_github`] asks the pages of issues or discussions that are due;
//! 3. [`Run::count_again`] asks portals for the articles that left their lists.
//!
//! Each step stores counters before it notes that they were asked: a run killed between the two asks once more.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};

use crate::config::settings::Settings;
use crate::config::sources::SourceSettings;
use crate::config::votes::{self as files, GithubSettings};
use crate::discover;
use crate::model::id::ArticleId;
use crate::model::report::Stage;
use crate::model::votes::VoteCount;
use crate::net::{self, Accept, Answer, Bearer, NetError, Request, Validators};
use crate::pipeline::{Run, RunError, Tally};
use crate::store::votes::{ToCount, VoteAsk};
use crate::store::{Store, StoreError};
use crate::votes::roll::Roll;
use crate::votes::{self, github};

/// Pages of issues asked in one run; a longer list is read on by the next one.
const MAX_PAGES: usize = 50;
/// The name of the note that remembers the list of issues.
const ROLL: &str = "votes-github";

/// What somebody states about one article.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    pub(crate) article: ArticleId,
    pub(crate) counts: Vec<VoteCount>,
    /// Where to vote or discuss, of all origins in `counts`.
    pub(crate) place: Option<String>,
}

/// Names a host that counts by its source's name, which is what readers know it by.
pub(crate) fn by_name(counts: &mut [VoteCount], source: &str) {
    let host = |origin: &str| origin.contains('.') || origin.contains(':');
    for count in counts.iter_mut().filter(|count| host(&count.origin)) {
        source.clone_into(&mut count.origin);
    }
}

impl Run<'_> {
    /// Counts everything that sources do not announce.
    pub(crate) async fn count_votes(&mut self, tally: &mut Tally) -> Result<(), RunError> {
        self.count_files(tally).await?;
        self.count_github(tally).await?;
        self.count_again(tally).await
    }

    /// Puts what is stated over what is known; gives how many articles changed for readers.
    pub(crate) async fn keep_votes(&self, stated: Vec<Stated>) -> Result<u64, RunError> {
        let mut articles: BTreeMap<ArticleId, Vec<Stated>> = BTreeMap::new();
        for one in stated {
            articles.entry(one.article.clone()).or_default().push(one);
        }
        let known = self.store.votes(articles.keys().cloned().collect()).await?;
        let mut changed = Vec::new();
        for (id, stated) in articles {
            let before = known.get(&id).map(Vec::as_slice).unwrap_or_default();
            let mut merged = before.to_vec();
            for Stated { counts, place, .. } in stated {
                merged = votes::merge(&merged, &counts, self.now);
                let voted = |origin: &str| counts.iter().any(|count| count.origin == origin);
                for votes in merged.iter_mut().filter(|votes| place.is_some() && voted(&votes.origin)) {
                    votes.place.clone_from(&place);
                }
            }
            if votes::differ(before, &merged) {
                changed.push((id, merged));
            }
        }
        let count = changed.len() as u64;
        if !changed.is_empty() {
            self.store.put_votes(changed).await?;
        }
        Ok(count)
    }

    /// Notes that the counters of some articles were just stated by `source`: no need to ask for them soon.
    pub(crate) async fn note_counted(
        &self,
        source: &SourceSettings,
        articles: Vec<ArticleId>,
    ) -> Result<(), RunError> {
        let dates = self.store.dates(articles).await?;
        let asks = dates.into_iter().map(|(id, published)| (id, ask(published, self.now, None))).collect();
        Ok(self.store.put_asks(source.source.id.clone(), asks).await?)
    }

    async fn count_files(&mut self, tally: &mut Tally) -> Result<(), RunError> {
        for file in &self.settings.votes.files {
            let rows = match files::read(file) {
                Ok(rows) => rows,
                Err(fault) => {
                    tally.failed += 1;
                    self.fail(Stage::Gather, "votes", fault);
                    continue;
                }
            };
            let mut articles: BTreeMap<_, Vec<VoteCount>> = BTreeMap::new();
            for (name, count) in rows {
                articles.entry(name).or_default().push(count);
            }
            let all = articles.len();
            let known = self.store.named(articles.keys().cloned().collect()).await?;
            let stated = articles.into_iter().filter_map(|(name, counts)| {
                Some(Stated { article: known.get(&name)?.clone(), counts, place: file.place.clone() })
            });
            tally.done += self.keep_votes(stated.collect()).await?;
            if known.len() < all {
                let path = file.path.display();
                self.tell(format!("{path}: {} of {all} articles are not known (yet)", all - known.len()));
            }
        }
        Ok(())
    }

    async fn count_github(&mut self, tally: &mut Tally) -> Result<(), RunError> {
        let settings = self.settings;
        let Some(github) = settings.votes.counted() else { return Ok(()) };
        let mut roll = roll(self.store, github).await?;
        let mut queue = VecDeque::from(roll.due(self.now));
        let mut asked = 0;
        while let Some(at) = queue.pop_front().filter(|_| asked < MAX_PAGES) {
            asked += 1;
            let goes_on = match self.ask_page(github, &mut roll, at).await? {
                Asked::Read { changed, more } => {
                    tally.done += changed;
                    queue.extend(more.then_some(at + 1));
                    true
                }
                // Its host rests, as it asked; nothing is new, and the next run goes on here.
                Asked::NotNow => break,
                Asked::Failed(words, rest) => {
                    tally.failed += 1;
                    self.fail(Stage::Gather, format!("votes on GitHub ({})", github.place.repository), words);
                    roll.failed(rest.and_then(|rest| SignedDuration::try_from(rest).ok()), self.now);
                    false
                }
            };
            self.store.keep_note(ROLL, serde_json::to_vec(&roll).unwrap_or_default()).await?;
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    /// Asks one page of issues, and stores what it says.
    async fn ask_page(&self, github: &GithubSettings, roll: &mut Roll, at: usize) -> Result<Asked, RunError> {
        let Some(page) = roll.pages.get(at) else { return Ok(Asked::NotNow) };
        let key = page.key.clone();
        let validators = Validators { etag: page.etag.clone(), last_modified: page.last_modified.clone() };
        let Some(github::Ask { url, json }) = github.place.ask(&key) else {
            return Ok(Asked::Failed("the address of the API cannot be used".to_owned(), None));
        };
        let request = Request::new(url, Accept::Json, self.now)
            .with_validators(validators)
            .with_bearer(github.key().map(|key| Bearer::new(key.expose())))
            .with_json(json);
        let answer = match self.client.get(&request).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Asked::from_error(&error)),
        };
        let told = match answer.status {
            304 => {
                roll.read(at, None, self.now);
                return Ok(Asked::Read { changed: 0, more: false });
            }
            200..=299 => github.place.read(&key, &answer.body),
            _ => return Ok(Asked::Failed(refused(github, &answer), answer.retry_after)),
        };
        let told = match told {
            Ok(told) => told,
            Err(error) => return Ok(Asked::Failed(error.to_string(), None)),
        };
        let dates =
            self.store.dates(told.ballots.iter().map(|ballot| ballot.article.clone()).collect()).await?;
        let mut articles = Vec::new();
        let mut stated = Vec::new();
        for github::Ballot { article, place, counts } in told.ballots {
            let first = !articles.contains(&article) && !roll.is_elsewhere(&article, at);
            if first && dates.contains_key(&article) {
                articles.push(article.clone());
                stated.push(Stated { article, counts, place });
            }
        }
        let changed = self.keep_votes(stated).await?;
        if let Some(page) = roll.pages.get_mut(at) {
            (page.etag, page.last_modified) = (answer.validators.etag, answer.validators.last_modified);
            page.youngest = articles.iter().filter_map(|id| dates.get(id)).max().copied();
            page.articles = articles;
        }
        Ok(Asked::Read { changed, more: roll.read(at, told.next, self.now) })
    }

    async fn count_again(&mut self, tally: &mut Tally) -> Result<(), RunError> {
        let mut waiting = Vec::new();
        for (n, source) in self.settings.sources.iter().enumerate() {
            if !self.settings.votes.asks_again(source) {
                continue;
            }
            let id = source.source.id.clone();
            let since = votes::horizon(self.now);
            let due = self.store.to_count(id, since, self.now, self.settings.votes.again).await?;
            waiting.extend(due.into_iter().enumerate().map(|(turn, article)| (turn, n, source, article)));
        }
        // Sources take turns, so that a slow one holds no more than its share of what is under way.
        waiting.sort_by_key(|(turn, n, ..)| (*turn, *n));
        let (client, now) = (self.client.clone(), self.now);
        let mut answers = futures_util::stream::iter(waiting)
            .map(|(_, _, source, article)| ask_item(&client, source, article, now))
            .buffer_unordered(self.settings.network.parallel.max(1));
        let mut asked = Vec::new();
        while let Some(item) = answers.next().await {
            asked.push(item);
        }
        drop(answers);
        // In one order, whatever order the answers came in.
        asked.sort_by(|a, b| (a.source_id(), &a.article).cmp(&(b.source_id(), &b.article)));
        self.settle_items(asked, tally).await
    }

    /// Stores what portals said of single articles, then when each may be asked again.
    async fn settle_items(&mut self, asked: Vec<Item<'_>>, tally: &mut Tally) -> Result<(), RunError> {
        let mut asks: BTreeMap<_, Vec<(ArticleId, VoteAsk)>> = BTreeMap::new();
        let mut stated = Vec::new();
        for Item { source, article, outcome, requests } in asked {
            let id = source.source.id.clone();
            let report = self.report.sources.iter_mut().find(|report| report.source == id);
            if let Some(report) = report {
                report.requests += requests;
                let note = outcome.trouble.map(|why| format!("counters could not be asked again: {why}"));
                report.notes.extend(note.filter(|note| !report.notes.contains(note)));
            }
            stated.extend(outcome.stated);
            asks.entry(id).or_default().extend(outcome.ask.map(|ask| (article, ask)));
        }
        tally.done += self.keep_votes(stated).await?;
        for (source, asks) in asks.into_iter().filter(|(_, asks)| !asks.is_empty()) {
            self.store.put_asks(source, asks).await?;
        }
        Ok(())
    }
}

/// What is remembered of the list of issues; what cannot be read back is asked for afresh.
async fn roll(store: &Store, github: &GithubSettings) -> Result<Roll, StoreError> {
    let remembered = store.note(ROLL).await?;
    let remembered = remembered.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(Roll::of(remembered, &github.place.fingerprint()))
}

/// What a run at `now` would ask for: articles at their portals, and at least so many pages of issues.
pub(crate) async fn foretold(
    settings: &Settings,
    store: &Store,
    now: Timestamp,
) -> Result<(usize, usize), StoreError> {
    let (mut articles, mut pages) = (0, 0);
    for source in settings.sources.iter().filter(|source| settings.votes.asks_again(source)) {
        let (id, since) = (source.source.id.clone(), votes::horizon(now));
        articles += store.to_count(id, since, now, settings.votes.again).await?.len();
    }
    if let Some(github) = settings.votes.counted() {
        pages = roll(store, github).await?.due(now).len().min(MAX_PAGES);
    }
    Ok((articles, pages))
}

/// What came of asking for one page of issues.
enum Asked {
    /// It was read; so many articles changed, and true where a page behind it is new.
    Read {
        changed: u64,
        more: bool,
    },
    NotNow,
    Failed(String, Option<Duration>),
}

impl Asked {
    fn from_error(error: &NetError) -> Self {
        if error.is_restraint() { Self::NotNow } else { Self::Failed(error.to_string(), None) }
    }
}

/// What a status of GitHub means, and what to do.
fn refused(github: &GithubSettings, answer: &Answer) -> String {
    let repository = &github.place.repository;
    let status = answer.status;
    match status {
        401 => "GitHub does not know the key (status 401); renew it".to_owned(),
        403 | 429 if github.key().is_none() => format!(
            "GitHub asks for rest (status {status}); without a key it answers 60 times an hour: name one with \
             `votes.github.token_env`"
        ),
        403 | 429 => format!("GitHub asks for rest (status {status})"),
        404 => format!("there is no repository {repository}, or the key may not see it (status 404)"),
        410 => format!("{repository} takes no issues (status 410); switch them on in its settings"),
        _ => format!("GitHub answered with status {status}"),
    }
}

/// What came of asking a portal for one article.
struct Item<'a> {
    source: &'a SourceSettings,
    article: ArticleId,
    outcome: Outcome,
    requests: u32,
}

impl Item<'_> {
    fn source_id(&self) -> &str {
        self.source.source.id.as_str()
    }
}

/// What is stated, what is remembered of asking, and what went wrong.
#[derive(Default)]
struct Outcome {
    stated: Option<Stated>,
    /// `None`: nothing was asked, it stays due.
    ask: Option<VoteAsk>,
    trouble: Option<String>,
}

/// When an article of that date may be asked again after now.
fn ask(published: Timestamp, now: Timestamp, validators: Option<Validators>) -> VoteAsk {
    let Validators { etag, last_modified } = validators.unwrap_or_default();
    VoteAsk { next: votes::next(published, Some(now)), etag, last_modified }
}

async fn ask_item<'a>(
    client: &net::Client,
    source: &'a SourceSettings,
    item: ToCount,
    now: Timestamp,
) -> Item<'a> {
    let ToCount { article, guid, published, ask: before } = item;
    let done = |outcome, requests| Item { source, article: article.clone(), outcome, requests };
    let never = || Outcome { ask: Some(VoteAsk::default()), ..Outcome::default() };
    let Some((rules, url)) = source.item(&guid) else {
        return done(never(), 0);
    };
    let validators = Validators { etag: before.etag, last_modified: before.last_modified };
    let request = Request::new(url, Accept::Json, now).with_validators(validators.clone());
    let answer = match client.get(&request).await {
        Ok(answer) => answer,
        Err(error) if error.is_restraint() => return done(Outcome::default(), 0),
        Err(error) => {
            let ask = Some(ask(published, now, Some(validators)));
            return done(Outcome { ask, trouble: Some(error.to_string()), stated: None }, 1);
        }
    };
    let requests = answer.requests;
    let outcome = match answer.status {
        304 => Outcome { ask: Some(ask(published, now, Some(validators))), ..Outcome::default() },
        // The portal dropped it: its last counters stand.
        404 | 410 => never(),
        200..=299 => {
            let read = item_counts(rules, source, &answer, &article, &guid);
            let trouble = read.as_ref().err().cloned();
            let ask = Some(ask(published, now, trouble.is_none().then_some(answer.validators)));
            Outcome { stated: read.ok().flatten(), ask, trouble }
        }
        429 | 503 => Outcome::default(),
        status => Outcome {
            ask: Some(ask(published, now, Some(validators))),
            trouble: Some(format!("status {status}")),
            stated: None,
        },
    };
    done(outcome, requests)
}

/// What an item's own answer says of its counters; nothing where the item is not in it.
fn item_counts(
    rules: &discover::json::JsonRules,
    source: &SourceSettings,
    answer: &Answer,
    article: &ArticleId,
    guid: &str,
) -> Result<Option<Stated>, String> {
    let read = discover::json::read(&answer.body, None, &answer.url, Some(&rules.again()), 100)
        .map_err(|error| error.to_string())?;
    let draft = read.drafts.into_iter().find(|draft| draft.guid.as_deref() == Some(guid));
    Ok(draft.filter(|draft| !draft.votes.is_empty()).map(|mut draft| {
        by_name(&mut draft.votes, &source.source.name);
        Stated { article: article.clone(), counts: draft.votes, place: draft.discussion }
    }))
}
