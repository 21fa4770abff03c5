//! What a page offers as authors goes in, names of people come out, without "by", roles, addresses and the publisher.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::{Evidence, silent};
use crate::extract::hints::Hints;
use crate::extract::meta::collect::Raw;
use crate::extract::meta::jsonld::Linked;
use crate::extract::meta::{Source, plain};
use crate::extract::prune::fold;

/// Words before a name.
const BY: &[&str] = &[
    "by",
    "von",
    "par",
    "por",
    "di",
    "door",
    "av",
    "af",
    "autor",
    "autorin",
    "autor*in",
    "author",
    "authors",
    "auteur",
    "autore",
    "autores",
    "text",
    "texte",
    "words",
    "story by",
    "written by",
    "posted by",
    "reported by",
    "published by",
    "escrito por",
    "écrit par",
    "verfasst von",
    "geschrieben von",
    "veröffentlicht von",
    "ein beitrag von",
    "eine analyse von",
    "ein kommentar von",
    "redakteur",
    "redaktion",
    "przez",
    "tekst",
    "автор",
    "авторы",
    "текст",
    "συντάκτης",
    "του",
    "της",
    "από",
    "作者",
    "記者",
    "记者",
    "文",
    "撰文",
    "編輯",
    "责任编辑",
    "本报记者",
    "skrevet af",
    "kirjoittaja",
    "erstellt von",
    "ein artikel von",
    "eine kolumne von",
    "blog beitrag von",
    "text von",
    "eingestellt von",
    "gepostet von",
    "publicado por",
    "publié par",
    "vom",
    "napisał",
    "yazar",
    "szerző",
    "de",
    "un article de",
    "una nota de",
    "interview",
    "kolumne von",
    "bearbeitet von",
];

/// Names that are nobody's.
const NOBODY: &[&str] = &[
    "admin",
    "administrator",
    "author",
    "autor",
    "editor",
    "editors",
    "staff",
    "guest",
    "gast",
    "superuser",
    "root",
    "user",
    "webmaster",
    "redaktion",
    "redaktionsteam",
    "presse",
    "pressestelle",
    "null",
    "undefined",
    "unknown",
    "anonymous",
    "publisher",
    "news",
    "newsroom",
    "newsdesk",
    "team",
    "online",
    "home",
    "redacción",
    "redaccion",
    "redazione",
    "redakcja",
    "rédaction",
    "редакция",
    "support",
    "contributor",
    "correspondent",
    "facebook",
    "twitter",
    "email",
    "none",
    "na",
    "test",
    "wordpress",
    "blogger",
    "username",
    "systemadministrator",
    "webredaktion",
    "onlineredaktion",
    "posted",
    "share",
    "authors",
    "about",
    "contact",
    "kontakt",
    "comments",
    "kommentare",
];

/// Most authors.
const MOST: usize = 10;

/// The authors found, where, and how sure. `site` holds the publication's names, folded, the host last.
pub(crate) fn find(
    tree: &Tree,
    evidence: &Evidence,
    raw: &Raw<'_>,
    linked: &Linked,
    site: &[String],
    heading: Option<usize>,
) -> (Vec<String>, Source, f32) {
    let seen = Seen::of(tree);
    let tidy = |list: &[String], site: &[String]| -> Vec<String> {
        list.iter()
            .filter(|text| !text.contains("://"))
            .flat_map(|text| split(&plain(text)))
            .filter(|name| {
                is_somebody(name, if is_full_name(name) { &[] } else { site })
                    && !is_slug(name)
                    && seen.has(name)
            })
            .collect()
    };
    let visible = visible(tree, evidence, raw, site, heading);
    // A person may be called like the address that is theirs, but hardly like the publication.
    let names = site.get(..site.len().saturating_sub(1)).unwrap_or_default();
    let persons = tidy(&linked.persons, names);
    if !persons.is_empty() {
        if let (Some((names, sure)), [one]) = (&visible, persons.as_slice())
            && let [seen] = names.as_slice()
            && seen.starts_with(&format!("{one} "))
        {
            return (names.clone(), Source::Visible, *sure);
        }
        return (distinct(persons), Source::JsonLd, 0.9);
    }
    let stated: Vec<String> = [
        "author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "dc.author",
        "byl",
        "parsely-author",
        "sailthru.author",
        "citation_author",
        "article:author_name",
        "og:article:author",
        "byline",
        "creator",
    ]
    .into_iter()
    .map(|name| raw.all(name).map(plain).collect::<Vec<String>>())
    .map(|list| tidy(&list, site))
    .find(|list| !list.is_empty())
    .or_else(|| labelled(raw).map(|name| tidy(&[name], site)))
    .unwrap_or_default();
    let others = tidy(&linked.others, site);
    if let Some((names, sure)) = &visible
        && *sure > 0.75
    {
        return (distinct(names.clone()), Source::Visible, *sure);
    }
    if !others.is_empty() {
        return (distinct(others), Source::JsonLd, 0.7);
    }
    if !stated.is_empty() {
        return (distinct(stated), Source::Meta, 0.7);
    }
    match visible {
        Some((names, sure)) => (distinct(names), Source::Visible, sure),
        None => (Vec::new(), Source::Visible, 0.0),
    }
}

/// All that readers see. A name that only machines are told is as often a publisher's user account or a leftover as it
/// is the author's: it is not believed.
struct Seen(String);

impl Seen {
    fn of(tree: &Tree) -> Self {
        let body = (1..tree.len()).find(|at| tree.tag(*at) == Tag::Body).unwrap_or(0);
        let mut text = String::new();
        for at in body..tree.end(body) {
            if tree.tag(at) == Tag::Text && !silent(tree.tag(tree.parent(at))) {
                text.push_str(tree.text(at));
            }
        }
        Self(text)
    }

    /// True where the name stands on the page, in any case.
    fn has(&self, name: &str) -> bool {
        self.0.trim().is_empty() || self.0.contains(name) || {
            let lower = self.0.to_lowercase();
            lower.contains(&name.to_lowercase())
        }
    }
}

/// The author in the labels that a page gives to link previews: "Written by".
fn labelled(raw: &Raw<'_>) -> Option<String> {
    [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")].into_iter().find_map(
        |(label, data)| {
            let label = raw.first(&[label])?.to_lowercase();
            let by = [
                "written by",
                "verfasst von",
                "geschrieben von",
                "escrito por",
                "écrit par",
                "scritto da",
                "geschreven door",
                "napisane przez",
                "skrevet av",
                "skriven av",
                "написано",
                "作者",
            ];
            by.iter()
                .any(|word| label.starts_with(word))
                .then(|| raw.first(&[data]).map(str::to_owned))
                .flatten()
        },
    )
}

/// A name as it stands in addresses, not as people write it.
fn is_slug(name: &str) -> bool {
    !name.contains(' ') && name.contains(['-', '.', '_']) && name.chars().all(|c| !c.is_uppercase())
}

/// Names in properties, author links and bylines that people see.
fn visible(
    tree: &Tree,
    evidence: &Evidence,
    raw: &Raw<'_>,
    site: &[String],
    heading: Option<usize>,
) -> Option<(Vec<String>, f32)> {
    let mut found: Vec<String> = Vec::new();
    for (name, at) in &raw.properties {
        if matches!(*name, "author" | "creator" | "author name") && !inside_property(tree, *at, "comment") {
            let text = inner_name(tree, *at);
            found.extend(split(&text).into_iter().filter(|name| is_somebody(name, site)));
        }
    }
    if !found.is_empty() && found.len() <= MOST {
        return Some((found, 0.8));
    }
    let mut best: Option<(f32, Vec<String>)> = None;
    for at in &raw.bylines {
        let facts = evidence.of(*at);
        let text = tree.text_of(*at, 300);
        let (bare, by) = without_by(&text);
        let rel = tree.attr(*at, "rel").is_some_and(|rel| rel.contains("author"));
        let named = facts.hints.has(Hints::AUTHOR) || rel;
        if !by && !named {
            continue;
        }
        let class = tree.attr(*at, "class").unwrap_or_default();
        let card = rel || class.contains("vcard");
        let own = if card { site.get(..site.len().saturating_sub(1)).unwrap_or_default() } else { site };
        let bare = after_date(bare);
        let names: Vec<String> = split(bare).into_iter().filter(|name| is_somebody(name, own)).collect();
        let handle = |name: &String| card && !name.contains(' ') && name.chars().count() <= 25;
        if names.is_empty()
            || names.len() > 6
            || names.iter().any(|name| !looks_like_name(name) && !handle(name))
        {
            continue;
        }
        let mut sure: f32 = 0.5;
        if by {
            sure += 0.15;
        }
        if rel || tree.tag(*at) == Tag::A {
            sure += 0.1;
        }
        if let Some(heading) = heading {
            let near = at.abs_diff(heading) < 120;
            sure += if near { 0.1 } else { -0.1 };
        }
        if best.as_ref().is_none_or(|(have, _)| sure > *have + 0.01) {
            best = Some((sure, names));
        }
    }
    best = best.or_else(|| spoken(tree, evidence, site, heading));
    best.map(|(sure, names)| (names, sure))
}

/// "Published on the 4th of May by Ann Lee": what comes after the last "by".
fn after_date(text: &str) -> &str {
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return text;
    }
    [" by ", " von ", " par ", " por ", " przez ", " door ", " di ", " av "]
        .iter()
        .find_map(|word| text.rsplit_once(word))
        .map_or(text, |(_, after)| after)
}

/// A short line near the headline that begins with "by".
fn spoken(
    tree: &Tree,
    evidence: &Evidence,
    site: &[String],
    heading: Option<usize>,
) -> Option<(f32, Vec<String>)> {
    let heading = heading.unwrap_or(0);
    if heading > 0
        && let Some(names) = dated_name(tree, evidence, site, heading)
    {
        return Some((0.45, names));
    }
    for at in heading.saturating_sub(40)..tree.len() {
        let facts = evidence.of(at);
        if tree.tag(at) == Tag::Text
            || facts.own < 6
            || facts.text > 70
            || facts.own != facts.text
            || facts.zone != Hints::NONE
        {
            continue;
        }
        let text = tree.text_of(at, 200);
        let (bare, by) = without_by(&text);
        if !by {
            continue;
        }
        let names: Vec<String> = split(bare).into_iter().filter(|name| is_somebody(name, site)).collect();
        let lower = text.trim().to_lowercase();
        let plain = [
            "posted by ",
            "geschrieben von ",
            "erstellt von ",
            "written by ",
            "autor: ",
            "author: ",
            "eingestellt von ",
            "publié par ",
            "publicado por ",
        ];
        if let [one, ..] = names.as_slice()
            && plain.iter().any(|word| lower.starts_with(word))
            && looks_like_name(one)
        {
            return Some((0.5, vec![one.clone()]));
        }
        if !names.is_empty() && names.len() < 5 && names.iter().all(|name| is_full_name(name)) {
            return Some((0.5, names));
        }
    }
    None
}

/// A line close to the headline that holds a date, a sign and a full name: "04.02.2022 | Ann Lee".
fn dated_name(tree: &Tree, evidence: &Evidence, site: &[String], heading: usize) -> Option<Vec<String>> {
    for at in heading.saturating_sub(25)..(heading + 40).min(tree.len()) {
        let facts = evidence.of(at);
        if tree.tag(at) == Tag::Text
            || facts.own < 12
            || facts.text > 70
            || facts.own != facts.text
            || facts.zone != Hints::NONE
        {
            continue;
        }
        let text = tree.text_of(at, 200);
        if text.chars().filter(char::is_ascii_digit).count() < 4 {
            continue;
        }
        let name = text
            .split(['|', '•', '·', '–', '/'])
            .flat_map(|part| part.split(" - "))
            .map(str::trim)
            .find(|part| is_full_name(part) && is_somebody(&(*part).to_owned(), site));
        if let Some(name) = name {
            return Some(vec![name.to_owned()]);
        }
    }
    None
}

fn inside_property(tree: &Tree, at: usize, name: &str) -> bool {
    tree.ancestors(at).any(|up| tree.attr(up, "itemprop") == Some(name))
}

/// The name within an author property: its `name`, its content, or its words.
fn inner_name(tree: &Tree, at: usize) -> String {
    for here in at + 1..tree.end(at) {
        if tree.attr(here, "itemprop") == Some("name") {
            return tree.attr(here, "content").map_or_else(|| tree.text_of(here, 200), plain);
        }
    }
    tree.attr(at, "content").map_or_else(|| without_by(&tree.text_of(at, 200)).0.to_owned(), plain)
}

/// A text without the words before a name, and whether there were any.
fn without_by(text: &str) -> (&str, bool) {
    let mut rest = text.trim().trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut by = false;
    'again: for _ in 0..3 {
        for word in BY {
            let Some(head) = rest.get(..word.len()).filter(|head| head.to_lowercase() == *word) else {
                continue;
            };
            let after = rest.get(head.len()..).unwrap_or_default();
            let cjk = word.chars().last().is_some_and(crate::text::words::is_cjk);
            let parted = after.starts_with([':', '：', ' ', '\u{a0}', '/', '|']) && !after.trim().is_empty();
            if parted || (cjk && after.starts_with([':', '：', '/', '／'])) {
                rest = after.trim_start_matches(|c: char| !c.is_alphanumeric());
                by = true;
                continue 'again;
            }
        }
        break;
    }
    (rest, by)
}

/// The names in a text that lists them.
fn split(text: &str) -> Vec<String> {
    let text = without_by(text).0;
    let mut text = text.to_owned();
    for word in [
        " and ", " und ", " et ", " y ", " e ", " i ", " en ", " og ", " och ", " & ", " mit ", " with ",
        " и ", " και ", " sowie ", " am ", " @ ", " um ",
    ] {
        text = text.replace(word, ";");
    }
    let end = text
        .find([';', ',', '|', '/', '、', '，', '；', '\n', '•', '·', '(', '（', '–', '—', '\t'])
        .map(|_| {
            text.split([';', ',', '|', '/', '、', '，', '；', '\n', '•', '·', '(', '（', '–', '—', '\t'])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
    let parts = end.unwrap_or_else(|| vec![text]);
    parts
        .into_iter()
        .map(|part| {
            let part = part.split(" - ").next().unwrap_or_default();
            let bare = part
                .trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '\'')
                .trim_end_matches('.');
            without_by(bare).0.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .filter(|name| !name.is_empty())
        .take(MOST * 2)
        .collect()
}

/// True for what may be a person's name, and is not the publication's.
fn is_somebody(name: &String, site: &[String]) -> bool {
    let folded = fold(name);
    let letters = folded.chars().count();
    let words = name.split_whitespace().count();
    let cjk = name.chars().any(crate::text::words::is_cjk);
    let lower = name.to_lowercase();
    (2..=50).contains(&letters)
        && words <= 6
        && (letters > 2 || cjk || name.chars().all(char::is_uppercase))
        && !name.contains(['@', ':', '{', '<', '=', '?', '!', '"', '„', '»'])
        && !name.contains("://")
        && !lower.contains("www.")
        && !has_host(&lower)
        && !NOBODY.contains(&folded.as_str())
        && !site.iter().any(|site| {
            !site.is_empty()
                && (*site == folded
                    || (folded.len() > 4 && site.contains(&folded))
                    || (site.len() > 4 && folded.contains(site.as_str())))
        })
        && name.chars().filter(char::is_ascii_digit).count() <= 3
        && !ORGANISATION
            .iter()
            .any(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|have| have == *word))
}

/// Words that only organisations, desks and pages have in their names.
const ORGANISATION: &[&str] = &[
    "redaktion",
    "redacción",
    "redakcja",
    "redazione",
    "rédaction",
    "redaction",
    "editorial",
    "staff",
    "team",
    "admin",
    "gmbh",
    "ag",
    "inc",
    "ltd",
    "llc",
    "verlag",
    "verein",
    "news",
    "magazin",
    "magazine",
    "media",
    "medien",
    "online",
    "press",
    "agency",
    "agentur",
    "bundesministerium",
    "ministerium",
    "department",
    "e.v",
    "ev",
    "webmaster",
    "minutes",
    "minuten",
    "min",
    "read",
    "lesezeit",
    "ago",
    "updated",
    "aktualisiert",
    "uhr",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "januar",
    "februar",
    "märz",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "kommentare",
    "kommentar",
    "comments",
    "comment",
    "views",
    "newsletter",
    "follow",
    "folgen",
    "subscribe",
    "posted",
    "published",
    "blog",
    "desk",
    "service",
    "institut",
    "university",
    "bureau",
    "редакция",
    "group",
    "network",
    "partei",
    "fraktion",
    "presse",
    "hora",
    "family",
    "kitchens",
    "república",
    "diario",
    "times",
    "post",
    "herald",
    "tribune",
    "journal",
    "daily",
    "today",
    "foundation",
    "institute",
    "kabinett",
    "mitternachtskabinett",
    "forum",
    "portal",
    "shop",
    "club",
    "das",
    "die",
    "the",
    "la",
    "el",
    "stiftung",
    "verband",
    "zeitung",
    "radio",
    "tv",
    "kategorie",
    "category",
    "tags",
    "veröffentlicht",
    "publiziert",
    "erstellt",
    "geschrieben",
    "kg",
    "ergebnisse",
    "anónimo",
    "foto",
    "фото",
    "share",
    "teilen",
    "drucken",
    "print",
    "login",
    "profil",
    "profile",
    "archiv",
    "alle",
    "artikel",
    "articles",
    "mehr",
    "more",
    "view",
    "all",
];

fn has_host(lower: &str) -> bool {
    [".com", ".de", ".net", ".org", ".at", ".ch", ".info", ".co", ".fr", ".it", ".es", ".pl", ".ru"]
        .iter()
        .any(|end| lower.ends_with(end))
}

/// True for a visible text that is shaped like a name.
fn looks_like_name(name: &str) -> bool {
    let cjk = name.chars().any(crate::text::words::is_cjk);
    let words = name.split_whitespace().count();
    if cjk {
        return name.chars().count() <= 12;
    }
    let capital = name.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase());
    capital && words <= 5 && name.chars().filter(char::is_ascii_digit).count() == 0
}

/// True for two to four words, each with a capital letter, or a short CJK name.
fn is_full_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let cjk = name.chars().all(crate::text::words::is_cjk) && (2..=4).contains(&name.chars().count());
    let particles = [
        "von", "van", "de", "der", "da", "di", "del", "la", "le", "el", "al", "bin", "zu", "den", "dos",
        "und",
    ];
    cjk || ((2..=4).contains(&words.len())
        && words
            .iter()
            .all(|word| particles.contains(word) || word.chars().next().is_some_and(char::is_uppercase))
        && words.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count() >= 2)
}

/// Each name once, in order, at most [`MOST`]; a part of another name is left out.
fn distinct(names: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in names {
        let folded = fold(&name);
        if !out.iter().any(|have| fold(have) == folded) && out.len() < MOST {
            out.push(name);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_from_what_is_about_them() {
        for (text, names) in [
            ("By Ann Lee and Bo Chen", vec!["Ann Lee", "Bo Chen"]),
            ("Von Jörg Maier, Berlin-Korrespondent", vec!["Jörg Maier", "Berlin-Korrespondent"]),
            ("作者：王小明", vec!["王小明"]),
            ("Autor: Jan Nowak", vec!["Jan Nowak"]),
            ("Ann Lee | 5.", vec!["Ann Lee", "5"]),
        ] {
            assert_eq!(split(text), names, "{text}");
        }
        let site = ["thepaper".to_owned()];
        for (name, somebody) in [
            ("Ann Lee", true),
            ("admin", false),
            ("The Paper", false),
            ("news@paper.example", false),
            ("paper.com", false),
            ("Redaktion Sport", false),
        ] {
            assert_eq!(is_somebody(&name.to_owned(), &site), somebody, "{name}");
        }
    }
}
