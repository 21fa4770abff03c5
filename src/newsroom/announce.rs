//! A desk goes in, what it announces right now comes out, in the desk's own format.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::loopback::Response;
use crate::newsroom::house::{self, DESKS, Desk, Format, House};
use crate::newsroom::manuscript::Piece;
use crate::newsroom::markup::{escape, plain};
use crate::newsroom::page::{self, each};
use crate::newsroom::room::{Room, house_of, iso, rfc2822};

/// At most so many pieces stand in a feed.
const WINDOW: usize = 40;

/// What the desk announces; `server` is the place of its house.
pub fn announce(room: &Room, desk: &Desk, house: &House, server: usize) -> Response {
    let base = room.base(server);
    let pieces: Vec<&Piece> = room.published(|other| other.id == desk.id).take(WINDOW).collect();
    match desk.format {
        Format::Rss => xml("application/rss+xml", rss(room, desk, house, &base, &pieces)),
        Format::CutRss => xml("application/rss+xml", cut_rss(room, desk, house, &base, &pieces)),
        Format::Atom => xml("application/atom+xml", atom(room, desk, house, &base, &pieces)),
        Format::Rdf => xml("application/rdf+xml", rdf(room, house, &base, &pieces)),
        Format::Json => json_answer("application/feed+json", &json_feed(room, desk, house, &base, &pieces)),
        Format::Sitemap => xml("application/xml", sitemap(room, house, &pieces)),
        Format::Listing => html(&listing(room, house, &pieces)),
        Format::Portal => json_answer("application/json", &portal(room, &base)),
        Format::Broken => Response::text(500, "Fatal error: cannot connect to the database"),
    }
}

/// The front page of a house.
pub fn front(room: &Room, house: &House) -> Response {
    let pieces: Vec<&Piece> = room.published(|desk| desk.house == house.id).take(WINDOW).collect();
    html(&listing(room, house, &pieces))
}

fn xml(content_type: &str, body: String) -> Response {
    Response::new(200, &format!("{content_type}; charset=utf-8"), body)
}

fn json_answer(content_type: &str, body: &Value) -> Response {
    Response::new(200, &format!("{content_type}; charset=utf-8"), body.to_string())
}

/// An HTML page.
pub fn html(body: &str) -> Response {
    Response::new(200, "text/html; charset=utf-8", body.to_owned())
}

fn rss_head(desk: &Desk, house: &House, base: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\">\n<channel>\n<title>{}</title>\n<link>{base}/</link>\n\
         <description>{}</description>\n<language>{}</language>\n<ttl>60</ttl>\n",
        desk.name, house.motto, house.language
    )
}

fn rss(room: &Room, desk: &Desk, house: &House, base: &str, pieces: &[&Piece]) -> String {
    let mut out = rss_head(desk, house, base);
    for piece in pieces {
        let address = room.address(piece);
        // A CDATA section ends at its first `]]>`; the bodies hold none, and splitting one keeps it so.
        let body = page::body(room, piece).replace("]]>", "]]]]><![CDATA[>");
        let comments = piece.comments.map_or(String::new(), |comments| {
            format!("<slash:comments>{comments}</slash:comments>\n<comments>{address}#comments</comments>\n")
        });
        let tags = each(&piece.tags, |tag| format!("<category>{}</category>\n", escape(tag)));
        let _ = write!(
            out,
            "<item>\n<title>{}</title>\n<link>{address}?utm_source=feed&amp;utm_medium=rss</link>\n\
             <guid isPermaLink=\"false\">{}-{}</guid>\n<pubDate>{}</pubDate>\n<dc:creator>{}</dc:creator>\n{tags}{comments}\
             <description>{}</description>\n<content:encoded><![CDATA[{body}]]></content:encoded>\n</item>\n",
            escape(&plain(piece.title())),
            desk.id,
            piece.slug,
            rfc2822(house, piece.at),
            escape(piece.author),
            escape(&plain(piece.lead(room.now()))),
        );
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

/// Written by hand by somebody who has never heard of escaping, and cut off by a full disk.
fn cut_rss(room: &Room, desk: &Desk, house: &House, base: &str, pieces: &[&Piece]) -> String {
    let mut out = rss_head(desk, house, base).replace("</title>", " – R&D</title>");
    for piece in pieces {
        let _ = write!(
            out,
            "<item>\n<title>{}</title>\n<link>{}</link>\n<pubDate>{}</pubDate>\n<description>{}</description>\n</item>\n",
            plain(piece.title()),
            room.address(piece),
            rfc2822(house, piece.at),
            plain(piece.lead(room.now())),
        );
    }
    out.push_str("<item>\n<title>Letters to the edi");
    out
}

fn atom(room: &Room, desk: &Desk, house: &House, base: &str, pieces: &[&Piece]) -> String {
    let now = room.now();
    let updated = pieces.iter().map(|piece| piece.modified(now)).max().unwrap_or(now);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>{base}/</id>\n<title>{}</title>\n<subtitle>{}</subtitle>\n<link href=\"{base}/\"/>\n\
         <link rel=\"self\" href=\"{base}{}\"/>\n<updated>{}</updated>\n",
        house.language,
        desk.name,
        house.motto,
        desk.path,
        iso(house, updated),
    );
    for piece in pieces {
        let address = room.address(piece);
        let tags = each(&piece.tags, |tag| format!("<category term=\"{}\"/>\n", escape(tag)));
        let _ = write!(
            out,
            "<entry>\n<id>{address}</id>\n<title>{}</title>\n<link rel=\"alternate\" href=\"{address}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n<author><name>{}</name></author>\n{tags}\
             <summary>{}</summary>\n</entry>\n",
            escape(&plain(piece.title())),
            iso(house, piece.at),
            iso(house, piece.modified(now)),
            escape(piece.author),
            escape(&plain(piece.lead(now))),
        );
    }
    out.push_str("</feed>\n");
    out
}

fn rdf(room: &Room, house: &House, base: &str, pieces: &[&Piece]) -> String {
    let list = each(pieces, |piece| format!("<rdf:li rdf:resource=\"{}\"/>\n", room.address(piece)));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xml:lang=\"{}\">\n<channel rdf:about=\"{base}/index.rdf\">\n<title>{}</title>\n<link>{base}/</link>\n\
         <description>{}</description>\n<items><rdf:Seq>\n{list}</rdf:Seq></items>\n</channel>\n",
        house.language, house.name, house.motto,
    );
    for piece in pieces {
        let address = room.address(piece);
        let _ = write!(
            out,
            "<item rdf:about=\"{address}\">\n<title>{}</title>\n<link>{address}</link>\n<description>{}</description>\n\
             <dc:date>{}</dc:date>\n<dc:creator>{}</dc:creator>\n<dc:subject>{}</dc:subject>\n</item>\n",
            escape(&plain(piece.title())),
            escape(&plain(piece.lead(room.now()))),
            iso(house, piece.at),
            escape(piece.author),
            escape(&piece.tags.join(", ")),
        );
    }
    out.push_str("</rdf:RDF>\n");
    out
}

fn json_feed(room: &Room, desk: &Desk, house: &House, base: &str, pieces: &[&Piece]) -> Value {
    let items: Vec<Value> = pieces
        .iter()
        .map(|piece| {
            json!({
                "id": format!("{}/{}", desk.id, piece.slug),
                "url": room.address(piece),
                "title": plain(piece.title()),
                "summary": plain(piece.lead(room.now())),
                "content_html": page::body(room, piece),
                "date_published": iso(house, piece.at),
                "date_modified": iso(house, piece.modified(room.now())),
                "authors": [{ "name": piece.author }],
                "tags": piece.tags,
                "language": house.language,
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": desk.name,
        "description": house.motto,
        "home_page_url": format!("{base}/"),
        "feed_url": format!("{base}{}", desk.path),
        "language": house.language,
        "items": items,
    })
}

fn sitemap(room: &Room, house: &House, pieces: &[&Piece]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n",
    );
    for piece in pieces {
        let _ = write!(
            out,
            "<url>\n<loc>{}</loc>\n<lastmod>{}</lastmod>\n<news:news>\n<news:publication><news:name>{}</news:name>\
             <news:language>{}</news:language></news:publication>\n<news:publication_date>{}</news:publication_date>\n\
             <news:title>{}</news:title>\n</news:news>\n</url>\n",
            room.address(piece),
            iso(house, piece.modified(room.now())),
            house.name,
            house.language,
            iso(house, piece.at),
            escape(&plain(piece.title())),
        );
    }
    out.push_str("</urlset>\n");
    out
}

fn listing(room: &Room, house: &House, pieces: &[&Piece]) -> String {
    let items = each(pieces, |piece| {
        format!(
            "<li class=\"teaser\"><a class=\"headline\" href=\"{}\">{}</a>\n<time datetime=\"{}\">{}</time>\n\
                 <p>{}</p></li>\n",
            room.address(piece),
            escape(&plain(piece.title())),
            iso(house, piece.at),
            crate::newsroom::room::written(house, piece.at),
            escape(&plain(piece.lead(room.now()))),
        )
    });
    let main = format!("<main><h1>{}</h1>\n<ul class=\"latest\">\n{items}</ul></main>", house.words.nav[0]);
    page::frame(house, house.motto, "", &main)
}

/// Posts about other publications' articles, with the counters that readers leave there.
fn portal(room: &Room, base: &str) -> Value {
    const COUNTERS: [&str; 9] =
        ["negative", "positive", "important", "liked", "disliked", "lol", "toxic", "saved", "comments"];
    let posts: Vec<Value> = room
        .published(|desk| house::house(desk.house).is_some())
        .filter(|piece| !piece.votes.is_empty())
        .take(WINDOW)
        .map(|piece| {
            let house = house_of(piece);
            let count =
                |name: &str| piece.votes.iter().find(|(own, _)| *own == name).map_or(0, |(_, count)| *count);
            let votes: serde_json::Map<String, Value> =
                COUNTERS.iter().map(|name| ((*name).to_owned(), json!(count(name)))).collect();
            let symbols: Vec<Value> =
                piece.impact.effects.iter().map(|(symbol, ..)| json!({ "code": symbol })).collect();
            let address = room.address(piece);
            let domain = address.split('/').nth(2).unwrap_or_default();
            json!({
                "id": room.all().iter().position(|other| other.slug == piece.slug).unwrap_or_default() + 7000,
                "kind": "news",
                "title": plain(piece.title()),
                "slug": piece.slug,
                "published_at": piece.at.to_string(),
                "created_at": piece.at.to_string(),
                "domain": domain,
                "source": { "title": house.name, "domain": domain, "region": house.language },
                "url": format!("{base}/posts/{}", piece.slug),
                "original_url": address,
                "currencies": symbols,
                "votes": votes,
            })
        })
        .collect();
    json!({ "count": posts.len(), "next": null, "previous": null, "results": posts })
}

/// The desk that announces at this path of the house.
pub fn desk_at(house: &House, path: &str) -> Option<&'static Desk> {
    DESKS.iter().find(|desk| desk.house == house.id && desk.path == path)
}
