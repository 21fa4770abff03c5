//! Whether an event is two: its members go in; those that are an event of their own come out.
//!
//! Two happenings of one kind look like one while few reports are there. The more come, the clearer it is that they fall
//! in two groups, each of which is more alike within than both are to each other: a sample of members is cut in two
//! (normalised cut, Shi and Malik 2000), and a weighted sum of signs decides whether the halves are two events.

use crate::events::bond::strength;
use crate::events::grouper::{Grouper, spread};
use crate::events::groups::Group;
use crate::events::resemble::Likeness;
use crate::events::settings::Settings;
use crate::model::vector::Sense;

/// Members that are compared with each other.
const COMPARED: usize = 48;
/// The smaller half is at least this great, and this share of what is compared.
const LEAST: usize = 3;
const SHARE: f32 = 0.1;
/// Rounds of power iteration, and of members choosing the half that they are more alike to.
const TURNS: usize = 40;
const ROUNDS: usize = 8;

/// Names in the order of [`Apart`].
pub const PARTING_SIGNS: [&str; 8] = ["base", "ratio", "short", "small", "size", "gap", "weekdays", "years"];
/// What each sign of two events in one is worth, in the order of [`PARTING_SIGNS`].
pub type Apart = [f32; PARTING_SIGNS.len()];

/// How documents compare, each with each.
struct Table {
    docs: Vec<u32>,
    pairs: Vec<Pair>,
    /// How short they are on average: 1 for empty ones, towards 0 for long ones.
    short: f32,
    /// True where nearness by embeddings is part of the likeness.
    sensed: bool,
}

/// What is compared of two documents.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    alike: f32,
    gap: f32,
    weekdays: f32,
    years: f32,
}

/// The means of all pairs within each half, and between the two.
#[derive(Debug, Clone, Copy, Default)]
struct Means {
    within: [Pair; 2],
    between: Pair,
}

impl Means {
    /// How much more a measure is between the halves than within.
    fn more(&self, measure: fn(&Pair) -> f32) -> f32 {
        let [first, second] = &self.within;
        measure(&self.between) - f32::midpoint(measure(first), measure(second))
    }
}

impl Table {
    fn alike(&self, a: usize, b: usize) -> f32 {
        self.pairs.get(a * self.docs.len() + b).map_or(0.0, |pair| pair.alike)
    }

    /// The mean likeness of `one` to the others in a half.
    fn mean(&self, one: usize, half: &[bool], side: bool) -> f32 {
        let others = half.iter().enumerate().filter(|(other, at)| **at == side && *other != one);
        let (sum, count) = others
            .fold((0.0, 0.0_f32), |(sum, count), (other, _)| (sum + self.alike(one, other), count + 1.0));
        sum / count.max(1.0)
    }

    /// The two halves that have most within them and least between them: the signs of the second eigenvector of the
    /// normalised likeness, found by power iteration, then each member to the half that it is more alike to.
    fn cut(&self) -> Vec<bool> {
        let n = self.docs.len();
        let roots: Vec<f32> =
            (0..n).map(|i| ((0..n).map(|j| self.alike(i, j)).sum::<f32>() + 0.05).sqrt()).collect();
        let whole = roots.iter().map(|root| root * root).sum::<f32>().max(f32::EPSILON);
        let mut vector: Vec<f32> =
            (0..n).map(|i| if i % 2 == 0 { 1.0 } else { i as f32 / n as f32 - 1.0 }).collect();
        for _ in 0..TURNS {
            // What lies along the first eigenvector (the roots) is taken out.
            let along = vector.iter().zip(&roots).map(|(value, root)| value * root).sum::<f32>() / whole;
            for (value, root) in vector.iter_mut().zip(&roots) {
                *value -= along * root;
            }
            let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-9);
            vector = (0..n)
                .map(|i| {
                    let rows = vector.iter().zip(&roots).enumerate();
                    let sum: f32 = rows.map(|(j, (value, root))| self.alike(i, j) * value / root).sum();
                    let (own, root) = (vector.get(i).unwrap_or(&0.0), roots.get(i).unwrap_or(&1.0));
                    // The vector itself is added, so that the greatest eigenvalue is the one farthest from 0.
                    (own + sum / root) / length
                })
                .collect();
        }
        self.settled(vector.iter().map(|value| *value > 0.0).collect())
    }

    fn settled(&self, mut half: Vec<bool>) -> Vec<bool> {
        for _ in 0..ROUNDS {
            let next: Vec<bool> =
                (0..half.len()).map(|i| self.mean(i, &half, true) > self.mean(i, &half, false)).collect();
            if next == half {
                break;
            }
            half = next;
        }
        half
    }

    fn means(&self, half: &[bool]) -> Means {
        let (mut means, mut counts) = (Means::default(), [0.0_f32; 3]);
        for (i, a) in half.iter().enumerate() {
            for (j, b) in half.iter().enumerate().skip(i + 1) {
                let Some(pair) = self.pairs.get(i * half.len() + j) else { continue };
                let [first, second] = &mut means.within;
                let (sum, at) = match (a, b) {
                    (false, false) => (first, 0),
                    (true, true) => (second, 1),
                    _ => (&mut means.between, 2),
                };
                sum.alike += pair.alike;
                sum.gap += pair.gap;
                sum.weekdays += pair.weekdays;
                sum.years += pair.years;
                if let Some(count) = counts.get_mut(at) {
                    *count += 1.0;
                }
            }
        }
        let [first, second] = &mut means.within;
        for (sum, count) in [first, second, &mut means.between].into_iter().zip(counts) {
            let count = count.max(1.0);
            *sum = Pair {
                alike: sum.alike / count,
                gap: sum.gap / count,
                weekdays: sum.weekdays / count,
                years: sum.years / count,
            };
        }
        means
    }

    /// Whether two halves of an event of `size` members are two events.
    fn are_two(&self, half: &[bool], size: usize, settings: &Settings) -> bool {
        let weights = if self.sensed { &settings.sensed.apart } else { &settings.apart };
        let one = half.iter().filter(|side| **side).count();
        let smaller = one.min(half.len() - one);
        if smaller < LEAST || (smaller as f32) < SHARE * half.len() as f32 {
            return false;
        }
        let means = self.means(half);
        let [first, second] = means.within;
        let signs: Apart = [
            1.0,
            means.between.alike / (first.alike * second.alike).sqrt().max(0.01),
            self.short,
            1.0 / smaller as f32,
            (size as f32 / 10.0).ln(),
            means.more(|pair| pair.gap),
            means.more(|pair| pair.weekdays),
            means.more(|pair| pair.years),
        ];
        strength(&signs, weights) > 0.0
    }
}

/// How often an event is looked at as it grows: at each size up to sixteen, then eight times while it doubles.
pub(super) fn is_due(size: usize) -> bool {
    size >= 2 * LEAST && size.is_multiple_of(1 << size.ilog2().saturating_sub(3))
}

impl Grouper {
    /// The members that are an event of their own where the event is two, in order; never its founder.
    pub(super) fn parted(&self, group: u32) -> Option<Vec<u32>> {
        let Group { members, parted: None, .. } = self.groups.get(group)? else { return None };
        let table = self.table(&spread(&self.in_one_language(members), COMPARED));
        let half = table.cut();
        if !table.are_two(&half, members.len(), &self.settings) {
            return None;
        }
        let sides: Vec<bool> = members
            .iter()
            .map(|doc| match table.docs.iter().position(|compared| compared == doc) {
                Some(at) => half.get(at).copied().unwrap_or_default(),
                None => self.side(*doc, &table, &half),
            })
            .collect();
        let founder = *sides.first()?;
        let (stay, leave): (Vec<_>, Vec<_>) =
            members.iter().zip(sides).partition(|(_, side)| *side == founder);
        // The address that they had before would lead to those that leave.
        let moved = |doc: &u32| self.archive.docs.get(*doc as usize).is_some_and(|held| held.moved);
        if stay.into_iter().any(|(doc, _)| moved(doc)) {
            return None;
        }
        Some(leave.into_iter().map(|(doc, _)| *doc).collect())
    }

    /// Whether two events are apart, however alike single documents of theirs are.
    pub(super) fn are_apart(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.groups.members(a), self.groups.members(b));
        if a.len().min(b.len()) < LEAST {
            return false;
        }
        let second = spread(b, COMPARED / 2);
        let mut both = spread(a, COMPARED / 2);
        both.extend(&second);
        both.sort_unstable();
        let table = self.table(&self.in_one_language(&both));
        let half: Vec<bool> = table.docs.iter().map(|doc| second.contains(doc)).collect();
        table.are_two(&half, a.len() + b.len(), &self.settings)
    }

    /// Documents in the language of most: across languages words tell nothing, and an event must not be parted by them.
    fn in_one_language(&self, docs: &[u32]) -> Vec<u32> {
        let language = |doc: &u32| self.archive.view(*doc).map(|view| view.language);
        let mut counts: Vec<([u8; 2], usize)> = Vec::new();
        for language in docs.iter().filter_map(language) {
            match counts.iter_mut().find(|(known, _)| *known == language) {
                Some((_, count)) => *count += 1,
                None => counts.push((language, 1)),
            }
        }
        let most = counts.iter().max_by_key(|(language, count)| (*count, *language)).map(|(most, _)| *most);
        docs.iter().copied().filter(|doc| language(doc) == most).collect()
    }

    fn table(&self, docs: &[u32]) -> Table {
        let mut pairs = vec![Pair::default(); docs.len() * docs.len()];
        let mut short = 0.0;
        let sensed = self.are_sensed(docs);
        for (i, doc) in docs.iter().enumerate() {
            let Some(view) = self.archive.view(*doc) else { continue };
            short += view.shortness() / docs.len() as f32;
            let probe = self.probe(view);
            for (j, other) in docs.iter().enumerate().skip(i + 1) {
                let Some(likeness) = self.likeness(&probe, *other) else { continue };
                let pair = Pair {
                    alike: alike(&likeness, sensed),
                    gap: likeness.gap,
                    weekdays: likeness.weekdays,
                    years: likeness.years,
                };
                for at in [i * docs.len() + j, j * docs.len() + i] {
                    if let Some(slot) = pairs.get_mut(at) {
                        *slot = pair;
                    }
                }
            }
        }
        Table { docs: docs.to_vec(), pairs, short, sensed }
    }

    /// Whether all documents have embeddings by one model: what only some pairs have would part those that have it.
    fn are_sensed(&self, docs: &[u32]) -> bool {
        let mut models = docs.iter().map(|doc| self.archive.view(*doc)?.sense.map(Sense::space));
        let first = models.next().flatten();
        first.is_some() && models.all(|model| model == first)
    }

    /// The half that a document which was not compared belongs to.
    fn side(&self, doc: u32, table: &Table, half: &[bool]) -> bool {
        let Some(view) = self.archive.view(doc) else { return false };
        let probe = self.probe(view);
        let mean = |side: bool| {
            let in_half = table.docs.iter().zip(half).filter(|(_, at)| **at == side);
            let (sum, count) = in_half
                .filter_map(|(other, _)| self.likeness(&probe, *other))
                .map(|likeness| alike(&likeness, table.sensed))
                .fold((0.0, 0.0_f32), |(sum, count), alike| (sum + alike, count + 1.0));
            sum / count.max(1.0)
        };
        mean(true) > mean(false)
    }
}

/// Words, and once more the names among them: happenings of one kind differ by who and where. Of a document in another
/// language than the table's, what languages share; where all have embeddings, nearness by those besides.
fn alike(likeness: &Likeness, sensed: bool) -> f32 {
    /// What names, and nearness by embeddings, count beside words.
    const NAMES: f32 = 0.5;
    const SENSE: f32 = 0.5;
    if likeness.across {
        return likeness.kinship();
    }
    let near = likeness.sense.filter(|_| sensed).unwrap_or(0.0).max(0.0);
    likeness.words + NAMES * likeness.names + SENSE * near
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::features::{Document, Features};
    use crate::model::event::Change;

    /// Reports of two happenings of one kind: a ferry and a coach, each told in a few of its own words.
    fn report(i: usize, happening: usize) -> Features {
        let (names, words) = [
            ("Ormsund Valdemar Rasmussen Kestrel", "ferry harbour deck divers lifeboats tide captain"),
            ("Telavik Henriksen Moberg Aurora", "coach bridge tyres brakes slope driver barrier"),
        ][happening];
        let pick = |list: &str, n: usize| {
            let list: Vec<&str> = list.split(' ').collect();
            list[(i * 3 + n) % list.len()].to_owned()
        };
        let (who, where_) = (pick(names, 0), pick(names, 1));
        let title = format!("Accident near {who} leaves passengers injured");
        let text = format!(
            "Police said passengers were injured in an accident near {who} on a rainy morning. The {} and the {} \
             were damaged, the {} too. Rescue teams from {where_} came; {} spoke to reporters at the scene.",
            pick(words, 0),
            pick(words, 1),
            pick(words, 2),
            pick(names, 2),
        );
        Features::of(&Document { title: &title, text: &text, language: Some("en"), ..Document::default() })
    }

    /// An archive in which all reports are one event, as if the first ones had been joined too early.
    fn one_event(happenings: &[usize]) -> Grouper {
        let rows: Vec<(String, Vec<u8>)> = happenings
            .iter()
            .enumerate()
            .map(|(i, happening)| (format!("d{i}"), report(i, *happening).to_bytes()))
            .collect();
        let documents = rows.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice(), "d0"));
        Grouper::resume(Settings::default(), documents, &[]).unwrap()
    }

    #[test]
    fn an_event_of_two_happenings_is_parted_and_one_of_one_is_not() {
        let mixed: Vec<usize> = (0..14).map(|i| i % 2).collect();
        let leaving = one_event(&mixed).parted(0).unwrap();
        assert_eq!(leaving, [1, 3, 5, 7, 9, 11, 13]);
        assert_eq!(one_event(&[0; 14]).parted(0), None);
        // Of a few stray reports nothing is made.
        assert_eq!(one_event(&[0, 0, 0, 0, 0, 0, 0, 1, 1, 0]).parted(0), None);
    }

    #[test]
    fn a_new_report_parts_and_the_founder_keeps_its_event() {
        let mut grouper = one_event(&[0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
        grouper.changes();
        grouper.add("d11", report(11, 1));
        let parted: Vec<_> = grouper
            .changes()
            .into_iter()
            .filter_map(|change| match change {
                Change::Parted { from, to, documents } => Some((from, to, documents)),
                _ => None,
            })
            .collect();
        let documents: Vec<String> = ["d1", "d3", "d5", "d7", "d9", "d11"].map(str::to_owned).to_vec();
        assert_eq!(parted, [("d0".to_owned(), "d1".to_owned(), documents)]);
        assert_eq!((grouper.event_of("d10"), grouper.event_of("d9")), (Some("d0"), Some("d1")));
        // They stay apart.
        grouper.add("d12", report(12, 0));
        grouper.add("d13", report(13, 1));
        assert_eq!((grouper.event_of("d12"), grouper.event_of("d13")), (Some("d0"), Some("d1")));
    }

    #[test]
    fn languages_do_not_part_an_event() {
        let rows: Vec<(String, Vec<u8>)> = (0..12)
            .map(|i| {
                let (title, text, language) = if i % 2 == 0 {
                    (
                        "Ferry hits pier in Ormsund",
                        "The ferry Kestrel hit a pier in Ormsund; 14 were hurt.",
                        "en",
                    )
                } else {
                    (
                        "Fähre rammt Pier in Ormsund",
                        "Die Fähre Kestrel rammte in Ormsund einen Pier, 14 Verletzte.",
                        "de",
                    )
                };
                let text = format!("{text} {i}");
                let document =
                    Document { title, text: &text, language: Some(language), ..Document::default() };
                (format!("d{i}"), Features::of(&document).to_bytes())
            })
            .collect();
        let documents = rows.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice(), "d0"));
        let grouper = Grouper::resume(Settings::default(), documents, &[]).unwrap();
        assert_eq!(grouper.parted(0), None);
    }

    #[test]
    fn events_are_looked_at_ever_more_rarely() {
        let due: Vec<usize> = (0..40).filter(|size| is_due(*size)).collect();
        assert_eq!(due, [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 26, 28, 30, 32, 36]);
    }
}
