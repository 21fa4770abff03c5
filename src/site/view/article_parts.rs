//! The parts of an article page that stand beside its text: impact, votes, revisions.

use serde::Serialize;

use crate::model::edition::Dossier;
use crate::model::impact::Horizon;
use crate::model::source::Republish;
use crate::model::status::Status;
use crate::site::format::{self, When};
use crate::site::view::{Sign, State, Text};
use crate::site::{Desk, charts, escape, paths};

/// The impact analysis, or why there is none.
#[derive(Debug, Serialize)]
pub(crate) struct ImpactView {
    ready: bool,
    state: State,
    sign: Option<Sign>,
    horizon: &'static str,
    meter_svg: String,
    summary: Option<Text>,
    effects: Vec<EffectView>,
    points: Vec<PointView>,
    refused: Vec<String>,
    by: String,
}

#[derive(Debug, Serialize)]
struct EffectView {
    symbol: String,
    href: String,
    sign: Sign,
    meter_svg: String,
}

#[derive(Debug, Serialize)]
struct PointView {
    text: Text,
    quote: Text,
    href: String,
    place: String,
}

/// Longest title put into a vote's form, in characters.
const MAX_VOTE_TITLE: usize = 120;
/// Counters that say something even at zero; others are shown once somebody used them.
const TOLD_AT_ZERO: [&str; 4] = ["positive", "negative", "comments", "points"];
/// Counters that readers know by a word of their language; others are shown as their origin calls them.
const COUNTERS: [&str; 16] = [
    "positive",
    "negative",
    "important",
    "comments",
    "points",
    "liked",
    "disliked",
    "lol",
    "toxic",
    "saved",
    "hooray",
    "confused",
    "eyes",
    "views",
    "rating",
    "ratings",
];

/// Community votes by origin.
#[derive(Debug, Serialize)]
pub(crate) struct VotesView {
    origins: Vec<OriginView>,
    /// Where readers of this site vote.
    link: String,
    /// What that link says.
    label: String,
    /// What to do there.
    how: &'static str,
}

#[derive(Debug, Serialize)]
struct OriginView {
    origin: String,
    counts: Vec<CountView>,
    read: When,
    place: String,
}

#[derive(Debug, Serialize)]
struct CountView {
    name: String,
    mark: &'static str,
    count: String,
}

/// An earlier state of the article.
#[derive(Debug, Serialize)]
pub(crate) struct RevisionView {
    until: When,
    title: Text,
    removed: Vec<String>,
    added: Vec<String>,
    withheld: bool,
    attr: String,
}

impl Desk<'_> {
    /// The impact block.
    pub(crate) fn impact(&self, dossier: &Dossier, policy: Republish) -> ImpactView {
        let words = self.words;
        let Some(impact) = &dossier.impact else {
            let status = if dossier.analysed.is_ready() {
                Status::Unavailable { why: words.get("impact_lost").to_owned() }
            } else {
                dossier.analysed.clone()
            };
            return ImpactView {
                ready: false,
                state: self.state(&status),
                sign: None,
                horizon: "",
                meter_svg: String::new(),
                summary: None,
                effects: Vec::new(),
                points: Vec::new(),
                refused: Vec::new(),
                by: String::new(),
            };
        };
        let when = format::instant(words, impact.at);
        let language = Some(&impact.language);
        let quotes = policy != Republish::Link;
        // A quote leads to its paragraph only where that paragraph is on the page.
        let shown = if policy == Republish::Full {
            crate::model::block::leaves(&dossier.article.blocks).len()
        } else {
            0
        };
        ImpactView {
            ready: true,
            state: self.state(&dossier.analysed),
            sign: Some(self.sign(impact.direction, impact.strength)),
            horizon: words.get(match impact.horizon {
                Horizon::Hours => "horizon_hours",
                Horizon::Days => "horizon_days",
                Horizon::Weeks => "horizon_weeks",
                Horizon::Months => "horizon_months",
            }),
            meter_svg: charts::meter(
                u32::from(impact.strength),
                charts::direction_class(Some(impact.direction)),
            ),
            summary: Some(self.text(&impact.summary, language)),
            effects: impact.effects.iter().take(60).map(|effect| self.effect(effect)).collect(),
            points: impact
                .points
                .iter()
                .take(20)
                .map(|point| PointView {
                    text: self.text(&point.text, language),
                    quote: self
                        .text(if quotes { &point.quote } else { "" }, dossier.article.language.as_ref()),
                    href: if (point.segment as usize) < shown {
                        format!("#p{}", u64::from(point.segment) + 1)
                    } else {
                        String::new()
                    },
                    place: format!("¶{}", u64::from(point.segment) + 1),
                })
                .collect(),
            refused: impact.refused.iter().take(20).cloned().collect(),
            by: words.fill("analysed_by", &[("who", &self.maker(&impact.by)), ("when", &when.text)]),
        }
    }

    fn effect(&self, effect: &crate::model::impact::SymbolEffect) -> EffectView {
        let at = self.edition.symbols.iter().position(|symbol| symbol.ticker == effect.symbol);
        let link = at.and_then(|at| self.symbol_links(&[at as u16], 1).pop());
        EffectView {
            symbol: effect.symbol.clone(),
            href: link.map(|link| link.href).unwrap_or_default(),
            sign: self.sign(effect.direction, effect.strength),
            meter_svg: charts::meter(
                u32::from(effect.strength),
                charts::direction_class(Some(effect.direction)),
            ),
        }
    }

    /// The community votes of the article called `title`.
    pub(crate) fn votes(&self, dossier: &Dossier, title: &str) -> VotesView {
        let origin = |votes: &crate::model::votes::Votes| OriginView {
            origin: self.origin_name(&votes.origin),
            counts: (votes.counts.iter())
                .filter(|(name, count)| *count != 0 || TOLD_AT_ZERO.contains(&name.as_str()))
                .take(20)
                .map(|(name, count)| self.count(name, *count))
                .collect(),
            read: format::instant(self.words, votes.read),
            place: votes.place.as_deref().and_then(escape::link).unwrap_or_default().into_owned(),
        };
        let (link, label, how) = self.vote_link(dossier, title).unwrap_or_default();
        VotesView { origins: dossier.votes.iter().take(20).map(origin).collect(), link, label, how }
    }

    /// Where readers of this site vote, what the link says, and what to do there.
    fn vote_link(&self, dossier: &Dossier, title: &str) -> Option<(String, String, &'static str)> {
        let settings = &self.site.settings;
        let link = settings.vote_link.as_deref()?;
        let own = settings.vote_origin.as_deref();
        let known = dossier.votes.iter().find(|votes| Some(votes.origin.as_str()) == own);
        let known = known.and_then(|votes| votes.place.as_deref());
        let page = self.absolute(&paths::article(&dossier.id));
        let page = page.as_deref().unwrap_or(dossier.url.as_str());
        let title: String = title.chars().take(MAX_VOTE_TITLE).collect();
        // What fills a gap holds no braces any more.
        let filled = [("{id}", dossier.id.as_str()), ("{url}", page), ("{title}", &title)]
            .iter()
            .fold(link.to_owned(), |link, (gap, text)| link.replace(gap, &escape::component(text)));
        let link = escape::link(known.unwrap_or(&filled))?.into_owned();
        let host = url::Url::parse(&link).ok()?.host_str()?.trim_start_matches("www.").to_owned();
        let place = own.map_or(host, |origin| self.origin_name(origin));
        let how = match (own, known) {
            (None, _) => "",
            (Some(_), None) => self.words.get("vote_new"),
            (Some(_), Some(_)) => self.words.get("vote_known"),
        };
        Some((link, self.words.fill("vote_at", &[("place", &place)]), how))
    }

    /// Who counts: a source by its name, a known portal by its own, others as they are called.
    fn origin_name(&self, origin: &str) -> String {
        let portal = match origin {
            "github" => "GitHub",
            "hackernews" => "Hacker News",
            "cryptopanic" => "CryptoPanic",
            "lobsters" => "Lobsters",
            "reddit" => "Reddit",
            "discourse" => "Discourse",
            other => other,
        };
        let source = self.edition.sources.iter().find(|s| s.source.id.as_str() == origin);
        source.map_or_else(|| portal.to_owned(), |s| s.source.name.clone())
    }

    fn count(&self, name: &str, count: i64) -> CountView {
        let mark = match name {
            "positive" => "▲",
            "negative" => "▼",
            "important" => "★",
            "comments" => "✎",
            "points" => "●",
            _ => "",
        };
        let sign = if count < 0 { "−" } else { "" };
        let digits = match name {
            // Told in hundredths of a star.
            "rating" => format!("{:.2}", count.unsigned_abs() as f64 / 100.0),
            _ => format::number(self.words, count.unsigned_abs()),
        };
        let known = self.words.find(&format!("vote_{name}")).filter(|_| COUNTERS.contains(&name));
        CountView { name: known.unwrap_or(name).to_owned(), mark, count: format!("{sign}{digits}") }
    }

    /// Earlier states of the article; their lines only where the policy lets the text out.
    pub(crate) fn revisions(&self, dossier: &Dossier, policy: Republish) -> Vec<RevisionView> {
        let full = policy == Republish::Full;
        let language = dossier.article.language.as_ref();
        let lines = |all: &[String]| if full { all.iter().take(40).cloned().collect() } else { Vec::new() };
        let one = |revision: &crate::model::edition::Revision| RevisionView {
            until: format::instant(self.words, revision.until),
            title: self.text(&revision.title, language),
            removed: lines(&revision.removed),
            added: lines(&revision.added),
            withheld: !full,
            attr: self.attr(language),
        };
        dossier.revisions.iter().rev().take(10).map(one).collect()
    }
}
