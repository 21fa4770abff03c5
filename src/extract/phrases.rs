//! A short line of text goes in, what kind of furniture it is by its words comes out, in the languages of the web.

use std::sync::LazyLock;

use crate::text::lists::list;

/// The phrases of each kind.
struct Lists {
    read_also: Vec<&'static str>,
    related: Vec<&'static str>,
    comments: Vec<&'static str>,
    pitch: Vec<&'static str>,
    credit: Vec<&'static str>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let of = |name| list(include_str!("phrases.txt"), name);
    Lists {
        read_also: of("read_also"),
        related: of("related"),
        comments: of("comments"),
        pitch: of("pitch"),
        credit: of("credit"),
    }
});

/// What a line is by its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phrase {
    /// Points to another article: "Read also: …".
    ReadAlso,
    /// Stands over a list of other articles: "More on this topic".
    Related,
    /// Stands over readers' comments.
    Comments,
    /// Asks to subscribe, follow, share, log in, or names an advertisement.
    Pitch,
    /// Names a source, a picture's author, a copyright, a date line.
    Credit,
}

/// What a line is; `text` as it stands, at most a few hundred bytes.
pub(crate) fn judge(text: &str) -> Option<Phrase> {
    let lower = text
        .trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '(' | '（' | '¿' | '@'))
        .to_lowercase();
    let line = lower.trim();
    if line.is_empty() {
        return None;
    }
    let short = line.chars().count() <= 60;
    if short && is_comments(line) {
        return Some(Phrase::Comments);
    }
    if starts(line, &LISTS.read_also) {
        return Some(Phrase::ReadAlso);
    }
    if short && LISTS.related.iter().any(|phrase| heads(line, phrase)) {
        return Some(Phrase::Related);
    }
    if starts(line, &LISTS.pitch) {
        return Some(Phrase::Pitch);
    }
    (starts(line, &LISTS.credit) || credited(line)).then_some(Phrase::Credit)
}

/// True for a heading (folded) over articles that are merely alike: after it comes nothing of the article.
pub(crate) fn is_end(folded: &str) -> bool {
    [
        "youmayalsolike",
        "youmightalsolike",
        "youmayalsoenjoy",
        "relatedposts",
        "relatedarticles",
        "relatedstories",
        "relatednews",
        "vocêpodegostar",
        "ähnlichebeiträge",
        "ähnlicheartikel",
        "articlessimilaires",
        "artículosrelacionados",
        "noticiasrelacionadas",
        "articolicorrelati",
        "notíciasrelacionadas",
        "podobneartykuły",
        "похожие",
        "σχετικάάρθρα",
        "相关新闻",
        "相關新聞",
        "相关文章",
        "相關文章",
        "関連記事",
        "관련기사",
    ]
    .iter()
    .any(|phrase| folded.starts_with(phrase))
}

/// True where a short line ends by naming who made a picture.
fn credited(line: &str) -> bool {
    if line.chars().count() > 260 {
        return false;
    }
    let end = line.get(line.ceil_char_boundary(line.len().saturating_sub(70))..).unwrap_or(line);
    [
        "credit: ",
        "credit:",
        "(photo by",
        "(photo:",
        "photo by ",
        "(image:",
        "(image credit",
        "/getty",
        "getty images)",
        "(reuters/",
        "/reuters",
        "(ap photo",
        "foto: ",
        "(foto",
        "© ",
        "/shutterstock",
        "(bild:",
        "[reuters/",
    ]
    .iter()
    .any(|word| end.contains(word))
}

/// True for a line that tells about the author, in the languages where that has a usual form.
pub(crate) fn is_biography(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        " is a freelance",
        " is a writer",
        " is a senior",
        " is a staff",
        " is a contributing",
        " is a reporter",
        " is a journalist",
        " is an author",
        " is the author of",
        " is the founder",
        " is editor",
        " is an editor",
        " is the editor",
        " covers ",
        " writes about",
        " writes for",
        "follow him on",
        "follow her on",
        "follow me on",
        "follow them on",
        "can be reached at",
        "may be reached at",
        "contact the author",
        "email the author",
        "reach him at",
        "reach her at",
        " ist freier journalist",
        " ist freie journalistin",
        " ist redakteur",
        " ist autor",
        " ist freier autor",
        " ist freie autorin",
        " schreibt für ",
        " schreibt seit ",
        " arbeitet als redakteur",
        " est journaliste",
        " es periodista",
        " es escritor",
        " è un giornalista",
        "jest dziennikarz",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// True where `line` begins with one of `phrases` as whole words.
fn starts(line: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        line.strip_prefix(phrase).is_some_and(|rest| {
            let own =
                phrase.chars().last().is_some_and(|c| !c.is_alphanumeric() || crate::text::words::is_cjk(c));
            own || rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
        })
    })
}

/// True where `line` is `phrase`, or little more than it.
fn heads(line: &str, phrase: &str) -> bool {
    line.strip_prefix(phrase).is_some_and(|rest| {
        let cjk = phrase.chars().last().is_some_and(crate::text::words::is_cjk);
        let apart = rest.chars().next().is_none_or(|c| !c.is_alphanumeric()) || cjk;
        apart && rest.chars().count() <= 30
    })
}

fn is_comments(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| !c.is_alphabetic());
    LISTS.comments.iter().any(|phrase| {
        bare == *phrase
            || (line.starts_with(|c: char| c.is_ascii_digit()) && bare.starts_with(phrase))
            || (bare.starts_with(phrase)
                && bare.strip_prefix(phrase).is_some_and(|rest| rest.starts_with([':', '(', ' ', '|']))
                && bare.len() < phrase.len() + 12)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_words() {
        for (text, phrase) in [
            ("Read more: The other story", Some(Phrase::ReadAlso)),
            ("▶ Lesen Sie auch: Etwas anderes", Some(Phrase::ReadAlso)),
            ("Mehr zum Thema", Some(Phrase::ReadAlso)),
            ("Related articles", Some(Phrase::Related)),
            ("12 Comments", Some(Phrase::Comments)),
            ("Kommentare (3)", Some(Phrase::Comments)),
            ("相关阅读：别的新闻", Some(Phrase::ReadAlso)),
            ("Quelle: dpa", Some(Phrase::Credit)),
            ("Subscribe to our newsletter", Some(Phrase::Pitch)),
            ("Readers were surprised by the decision.", None),
            ("Teilensembles spielten am Abend.", None),
            ("Commentators disagreed about the outcome.", None),
        ] {
            assert_eq!(judge(text), phrase, "{text}");
        }
    }
}
