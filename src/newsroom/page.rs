//! A piece goes in, the HTML page of its publication comes out, with all that real pages carry around an article:
//! navigation, notices, share buttons, boxes, a footer. And the article's body alone, for feeds.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::json;

use crate::newsroom::house::{House, Skin};
use crate::newsroom::manuscript::{Kind, Piece, Segment, cells};
use crate::newsroom::markup::{self, escape, plain};
use crate::newsroom::room::{Room, house_of, iso, written};

/// The body of a piece as it stands now: its segments after the title as HTML.
pub fn body(room: &Room, piece: &Piece) -> String {
    let now = room.now();
    let mut out = String::new();
    let mut open = None;
    let rest = piece.segments.get(1..).unwrap_or_default();
    for (at, segment) in rest.iter().enumerate() {
        let list = container(segment.kind);
        if open != list {
            close(&mut out, open);
            if let Some(tag) = list {
                let _ = writeln!(out, "<{tag}>");
            }
            open = list;
        }
        let first_row =
            segment.kind == Kind::Row && (at == 0 || rest.get(at - 1).map(|s| s.kind) != Some(Kind::Row));
        out.push_str(&element(room, piece, segment, now, first_row));
        out.push('\n');
    }
    close(&mut out, open);
    out
}

/// The element that holds neighbours of this kind.
fn container(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Item => Some("ul"),
        Kind::Numbered => Some("ol"),
        Kind::Row => Some("table"),
        Kind::Quote => Some("blockquote"),
        _ => None,
    }
}

fn close(out: &mut String, open: Option<&str>) {
    if let Some(tag) = open {
        let _ = writeln!(out, "</{tag}>");
    }
}

fn element(room: &Room, piece: &Piece, segment: &Segment, now: Timestamp, first_row: bool) -> String {
    let html = |text: &str| markup::html(text, |target| room.target(piece, target));
    let text = piece.text_at(segment, now);
    match segment.kind {
        Kind::Title => String::new(),
        Kind::Heading => format!("<h2>{}</h2>", html(text)),
        Kind::Paragraph | Kind::Quote => format!("<p>{}</p>", html(text)),
        Kind::Item | Kind::Numbered => format!("<li>{}</li>", html(text)),
        Kind::Row => {
            let tag = if first_row { "th" } else { "td" };
            let cells: Vec<&str> = cells(text).collect();
            let cells = each(&cells, |cell| format!("<{tag}>{}</{tag}>", html(cell)));
            format!("<tr>{cells}</tr>")
        }
        Kind::Picture(file) => format!(
            "<figure><img src=\"/media/{file}\" alt=\"{}\" width=\"1200\" height=\"675\" loading=\"lazy\">\
             <figcaption>{}</figcaption></figure>",
            escape(&plain(text)),
            html(text)
        ),
    }
}

/// What `show` makes of each of `list`, one after the other.
pub fn each<T>(list: &[T], show: impl Fn(&T) -> String) -> String {
    list.iter().map(show).collect::<Vec<_>>().concat()
}

/// The article's page. `base` is the publication's base address.
pub fn article(room: &Room, piece: &Piece, base: &str) -> String {
    let house = house_of(piece);
    let text = body(room, piece);
    let main = match house.skin {
        Skin::Journal => journal(room, house, piece, &text),
        Skin::Magazine => magazine(room, house, piece, &text),
        Skin::Plain => divs(room, house, piece, &text),
    };
    frame(house, &plain(piece.title()), &head(room, piece, base), &main)
}

/// A page of the house: head, navigation, `main`, footer.
pub fn frame(house: &House, title: &str, head: &str, main: &str) -> String {
    let [home, sections @ ..] = house.words.nav;
    let nav = each(&sections, |word| format!("<li><a href=\"/section/\">{word}</a></li>"));
    let [cookies, accept] = house.words.cookies;
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} | {name}</title>\n{head}\
         <link rel=\"stylesheet\" href=\"/media/site.css\">\n<script src=\"/media/site.js\" defer></script>\n</head>\n<body>\n\
         <header class=\"site-header\"><a class=\"logo\" href=\"/\">{name}</a> <span class=\"motto\">{motto}</span>\n\
         <nav class=\"main-nav\"><ul><li><a href=\"/\">{home}</a></li>{nav}</ul></nav></header>\n\
         <div class=\"cookie-notice\" role=\"dialog\"><p>{cookies}</p><button>{accept}</button></div>\n{main}\n\
         <footer class=\"site-footer\"><p>{footer}</p><p>© 2026 {name}</p></footer>\n</body>\n</html>\n",
        lang = house.language,
        title = escape(title),
        name = house.name,
        motto = house.motto,
        footer = house.words.footer,
    )
}

/// Metadata: Open Graph, canonical address, JSON-LD.
fn head(room: &Room, piece: &Piece, base: &str) -> String {
    let house = house_of(piece);
    let now = room.now();
    let address = room.address(piece);
    let lead = plain(piece.lead(now));
    let picture = piece.segments.iter().find_map(|segment| match segment.kind {
        Kind::Picture(file) => Some(format!("{base}/media/{file}")),
        _ => None,
    });
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": plain(piece.title()),
        "datePublished": iso(house, piece.at),
        "dateModified": iso(house, piece.modified(now)),
        "inLanguage": house.language,
        "author": [{ "@type": "Person", "name": piece.author }],
        "publisher": { "@type": "NewsMediaOrganization", "name": house.name },
        "mainEntityOfPage": address,
        "keywords": piece.tags,
    });
    let mut out = format!(
        "<link rel=\"canonical\" href=\"{address}\">\n<meta name=\"description\" content=\"{lead}\">\n\
         <meta property=\"og:type\" content=\"article\">\n<meta property=\"og:site_name\" content=\"{name}\">\n\
         <meta property=\"og:title\" content=\"{title}\">\n<meta property=\"article:published_time\" content=\"{at}\">\n",
        lead = escape(&lead),
        name = house.name,
        title = escape(&plain(piece.title())),
        at = iso(house, piece.at),
    );
    if let Some(picture) = picture {
        data["image"] = json!([picture]);
        let _ = writeln!(out, "<meta property=\"og:image\" content=\"{picture}\">");
    }
    // `<` inside a script element would end it; in JSON it has another spelling.
    let data = data.to_string().replace('<', "\\u003c");
    let _ = writeln!(out, "<script type=\"application/ld+json\">{data}</script>");
    out
}

fn share(house: &House) -> String {
    format!(
        "<div class=\"share\"><span>{}</span> <a href=\"https://social.example/share\">Social</a> \
         <a href=\"mailto:?subject=news\">E-mail</a> <button>Copy link</button></div>",
        house.words.share
    )
}

/// Links to the house's other articles of the time before.
fn related(room: &Room, house: &House, piece: &Piece) -> String {
    let earlier = room.published(|desk| desk.house == house.id).filter(|other| other.at < piece.at);
    let links = each(&earlier.take(4).collect::<Vec<_>>(), |other| {
        format!("<li><a href=\"{}\">{}</a></li>", room.address(other), escape(&plain(other.title())))
    });
    format!("<h3>{}</h3><ul>{links}</ul>", house.words.related)
}

fn byline(house: &House, piece: &Piece) -> String {
    let author = match house.language {
        "zh-Hant" | "ja" => format!("{}/{}", house.words.by, piece.author),
        _ => format!("{} {}", house.words.by, piece.author),
    };
    format!(
        "<p class=\"byline\"><span class=\"author\" rel=\"author\">{}</span> · <time datetime=\"{}\">{}</time></p>",
        escape(&author),
        iso(house, piece.at),
        written(house, piece.at)
    )
}

fn tags(piece: &Piece) -> String {
    each(&piece.tags, |tag| format!("<a href=\"/tag/\" rel=\"tag\">{}</a> ", escape(tag)))
}

fn journal(room: &Room, house: &House, piece: &Piece, text: &str) -> String {
    format!(
        "<div class=\"layout\"><article class=\"post\">\n<header><h1>{title}</h1>{byline}{share}</header>\n\
         <div class=\"entry-content\">\n{text}</div>\n<div class=\"post-tags\">{tags}</div>\n\
         <div class=\"newsletter-signup\"><p>{letter}</p><form><input type=\"email\"><button>OK</button></form></div>\n\
         </article>\n<aside class=\"sidebar\">{related}</aside></div>",
        title = escape(&plain(piece.title())),
        byline = byline(house, piece),
        share = share(house),
        tags = tags(piece),
        letter = house.words.letter,
        related = related(room, house, piece),
    )
}

fn magazine(room: &Room, house: &House, piece: &Piece, text: &str) -> String {
    // The box stands in the middle of the text, as editors love to place it.
    let middle = text.match_indices("</p>\n").nth(1).map_or(text.len(), |(at, found)| at + found.len());
    let (before, after) = text.split_at(middle);
    format!(
        "<main><nav class=\"breadcrumb\"><a href=\"/\">{home}</a> › <a href=\"/section/\">{section}</a></nav>\n\
         <section class=\"story\"><h1 class=\"story-title\">{title}</h1>{byline}\n<div class=\"story-body\">\n{before}\
         <div class=\"promo-box related-links\">{related}</div>\n{after}</div>\n{share}\
         <div class=\"tags\">{tags}</div></section>\n<section class=\"newsletter\"><p>{letter}</p></section></main>",
        home = house.words.nav[0],
        section = house.words.nav[1],
        title = escape(&plain(piece.title())),
        byline = byline(house, piece),
        related = related(room, house, piece),
        share = share(house),
        tags = tags(piece),
        letter = house.words.letter,
    )
}

fn divs(room: &Room, house: &House, piece: &Piece, text: &str) -> String {
    format!(
        "<div id=\"wrap\"><div class=\"crumbs\"><a href=\"/\">{home}</a> &gt; {section}</div>\n\
         <div class=\"head\"><h1>{title}</h1>{byline}</div>\n<div id=\"news-body\" class=\"text\">\n{text}</div>\n{share}\n\
         <div class=\"related\">{related}</div><div class=\"mail-magazine\">{letter}</div></div>",
        home = house.words.nav[0],
        section = house.words.nav[1],
        title = escape(&plain(piece.title())),
        byline = byline(house, piece),
        share = share(house),
        related = related(room, house, piece),
        letter = house.words.letter,
    )
}
