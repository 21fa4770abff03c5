//! The sample newsroom: a time goes in; publications and scripted models that listen on loopback come out. For
//! `newsmill demo` and for tests. All that it publishes is invented and was written for it.
//!
//! | what | file |
//! |---|---|
//! | articles with translations and analyses, as text | `content/`, read by [`manuscript`], inline markup by [`markup`] |
//! | who publishes what, in which format | [`house`] |
//! | the shared state: pieces, clock, addresses | [`room`] |
//! | feeds, sitemaps, listings, the portal | [`announce`] |
//! | article pages with their clutter | [`page`] |
//! | what the models answer, and over which protocol | [`scripted`], [`wire`] |
//! | what goes wrong on purpose | [`fault`] |
//! | the sample site's configuration | [`sample`] |

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;

use crate::loopback::{Handler, LoopbackError, Request, Response, Server};
use crate::newsroom::house::{HOUSES, House};
use crate::newsroom::manuscript::{Flag, ManuscriptError};
use crate::newsroom::room::Room;

pub mod announce;
pub mod fault;
pub mod house;
pub mod manuscript;
pub mod markup;
pub mod page;
#[cfg(test)]
mod rehearsal;
pub mod room;
pub mod sample;
pub mod scripted;
pub mod wire;

/// The port that every server asks for first: addresses stay the same from run to run, and with them the ids of articles.
const PORT: u16 = 4242;

/// The place of the model that translates, after the houses.
pub const TRANSLATOR_SERVER: usize = HOUSES.len();

/// The place of the model that analyses.
pub const ANALYST_SERVER: usize = HOUSES.len() + 1;

/// Why the newsroom could not open.
#[derive(Debug, thiserror::Error)]
pub enum NewsroomError {
    /// A manuscript is damaged.
    #[error(transparent)]
    Manuscript(#[from] ManuscriptError),
    /// A server could not start.
    #[error(transparent)]
    Server(#[from] LoopbackError),
}

/// A running newsroom. Dropping it ends its servers.
#[derive(Debug)]
pub struct Newsroom {
    room: Arc<Room>,
    servers: Vec<Server>,
}

impl Newsroom {
    /// Starts all servers, with `now` as the newsroom's time: only what appeared up to then is announced. It must be
    /// called inside a tokio runtime. Each server stands at its own address, 127.0.42.1 and on, port 4242; where these
    /// are not to be had (another newsroom runs; a system with 127.0.0.1 alone), at a free port.
    pub async fn open(now: Timestamp) -> Result<Self, NewsroomError> {
        let room = Arc::new(Room::new(now)?);
        let mut servers = Vec::new();
        for place in 0..=ANALYST_SERVER {
            servers.push(start(place, handler(&room, place)).await?);
        }
        room.set_addresses(servers.iter().map(Server::address).collect());
        Ok(Self { room, servers })
    }

    /// Moves the newsroom's time.
    pub fn set_now(&self, now: Timestamp) {
        self.room.set_now(now);
    }

    /// What its servers share: the pieces, their addresses, what the models were asked.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// The files of the sample site's configuration: name below the configuration folder, text.
    pub fn configuration(&self) -> Vec<(&'static str, String)> {
        sample::files(&self.room)
    }

    /// Lets open answers finish and ends.
    pub async fn close(self) {
        for server in self.servers {
            server.stop().await;
        }
    }
}

async fn start(place: usize, handler: Handler) -> Result<Server, LoopbackError> {
    let number = u8::try_from(place + 1).unwrap_or(u8::MAX);
    let own = Ipv4Addr::new(127, 0, 42, number);
    let shared_port = PORT + u16::from(number);
    for (ip, port) in [(own, PORT), (own, 0), (Ipv4Addr::LOCALHOST, shared_port)] {
        if let Ok(server) = Server::start(SocketAddr::from((ip, port)), Arc::clone(&handler)).await {
            return Ok(server);
        }
    }
    Server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), handler).await
}

fn handler(room: &Arc<Room>, place: usize) -> Handler {
    let room = Arc::clone(room);
    Arc::new(move |request: &Request| match HOUSES.get(place) {
        Some(house) => serve(&room, place, house, request).conditional(request),
        None if place == TRANSLATOR_SERVER => wire::gemini(&room.script, request),
        None => wire::chat(&room.script, request),
    })
}

/// What a house answers.
fn serve(room: &Room, place: usize, house: &House, request: &Request) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Response::text(405, "only GET here");
    }
    if let Some(desk) = announce::desk_at(house, &request.path) {
        return announce::announce(room, desk, house, place);
    }
    match request.path.as_str() {
        "/robots.txt" => return Response::text(200, ROBOTS),
        "/" => return announce::front(room, house),
        _ => {}
    }
    let found = room
        .published(|desk| desk.house == house.id)
        .find(|piece| piece.flag != Flag::Vanished && room::path(house, piece) == request.path);
    match found {
        Some(piece) => announce::html(&page::article(room, piece, &room.base(place))),
        None => Response {
            status: 404,
            ..announce::html(&page::frame(house, "404", "", "<main><h1>404</h1></main>"))
        },
    }
}

/// The same at every house; only Gridline has members.
const ROBOTS: &str = "User-agent: *\nDisallow: /members/\nDisallow: /search\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsroom::manuscript::{Kind, Piece, cells};
    use crate::newsroom::markup::plain;
    use crate::newsroom::room::{house_of, pieces};
    use std::collections::{BTreeMap, BTreeSet};

    fn all() -> Vec<Piece<'static>> {
        pieces().unwrap()
    }

    #[test]
    fn the_newsroom_is_as_large_as_it_says() {
        let pieces = all();
        assert!((55..=70).contains(&pieces.len()), "{}", pieces.len());
        let mut events: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for piece in &pieces {
            if let Some(event) = piece.event {
                events.entry(event).or_default().insert(house_of(piece).id);
            }
        }
        assert!((8..=11).contains(&events.len()), "{events:?}");
        for (event, houses) in events {
            assert!(houses.len() >= 3, "{event}: {houses:?}");
        }
    }

    #[test]
    fn every_piece_has_its_parts() {
        let mut slugs = BTreeSet::new();
        for piece in all() {
            let own = piece.slug;
            assert!(room::desk(&piece).is_some(), "{own}: no desk {}", piece.desk);
            assert!(slugs.insert((house_of(&piece).id, own)), "{own} twice");
            assert_eq!(piece.segments[0].kind, Kind::Title, "{own}");
            assert!(!piece.author.is_empty() && !piece.impact.summary.is_empty(), "{own}");
            let targets: Vec<&str> =
                ["en", "zh-Hant"].into_iter().filter(|to| *to != house_of(&piece).language).collect();
            for segment in &piece.segments {
                for target in &targets {
                    let found =
                        segment.translations.iter().filter(|(to, _)| to == target).collect::<Vec<_>>();
                    assert_eq!(found.len(), 1, "{own}: {target} of {}", segment.text);
                    if segment.kind == Kind::Row {
                        assert_eq!(
                            cells(segment.text).count(),
                            cells(found[0].1).count(),
                            "{own}: {}",
                            segment.text
                        );
                    }
                }
                assert_eq!(segment.translations.len(), targets.len(), "{own}: {}", segment.text);
            }
        }
    }

    #[test]
    fn every_prepared_quote_stands_in_its_article() {
        for piece in all() {
            for (_, quote) in &piece.impact.points {
                let lead = plain(piece.lead(Timestamp::MAX));
                let found = match piece.flag {
                    Flag::Plain => piece.segments.iter().any(|segment| plain(segment.text).contains(quote)),
                    // All that its feed tells of it.
                    Flag::Vanished | Flag::Members => lead.contains(quote),
                };
                assert!(found, "{}: {quote}", piece.slug);
            }
            let directions = ["positive", "negative", "mixed", "neutral"];
            assert!(directions.contains(&piece.impact.direction), "{}", piece.slug);
            assert!(["hours", "days", "weeks", "months"].contains(&piece.impact.horizon), "{}", piece.slug);
        }
    }

    #[test]
    fn links_lead_to_pieces() {
        let room = Room::new(Timestamp::UNIX_EPOCH).unwrap();
        for piece in room.all() {
            for segment in &piece.segments {
                for run in markup::runs(segment.text) {
                    if let markup::Run::Marked(markup::Mark::Link(target), _) = run {
                        assert!(!room.target(piece, target).is_empty(), "{}: {target}", piece.slug);
                    }
                }
            }
        }
    }

    #[test]
    fn a_correction_changes_the_page_and_the_feed() {
        let room = Room::new(sample::BATCHES[0].parse().unwrap()).unwrap();
        let piece = room.all().iter().find(|piece| piece.corrected.is_some()).unwrap();
        let house = house_of(piece);
        let (server, _) = house::house(house.id).unwrap();
        let feed = || announce::announce(&room, room::desk(piece).unwrap(), house, server).body;
        let (page, announced) = (page::article(&room, piece, ""), feed());
        assert!(page.contains("The vote was 7 to 2."));
        room.set_now(sample::BATCHES[1].parse().unwrap());
        assert!(page::article(&room, piece, "").contains("The vote was 6 to 3."));
        assert_ne!(announced, feed());
    }

    #[tokio::test]
    async fn servers_answer_and_hold_validators() {
        let newsroom = Newsroom::open(sample::BATCHES[0].parse().unwrap()).await.unwrap();
        let second = Newsroom::open(sample::BATCHES[3].parse().unwrap()).await.unwrap();
        assert_ne!(newsroom.room().base(0), second.room().base(0));
        let (head, body) = get(&newsroom, 0, "/feed/", "").await;
        assert!(
            head.starts_with("HTTP/1.1 200") && body.contains("<slash:comments>38</slash:comments>"),
            "{head}"
        );
        assert!(!body.contains("brackenmoor"), "it is announced before it has appeared");
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        let (head, _) = get(&newsroom, 0, "/feed/", &format!("if-none-match: {tag}\r\n")).await;
        assert!(head.starts_with("HTTP/1.1 304"), "{head}");
        newsroom.set_now(sample::BATCHES[3].parse().unwrap());
        let (head, _) = get(&newsroom, 0, "/feed/", &format!("if-none-match: {tag}\r\n")).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let (head, _) = get(&newsroom, 1, "/story/aldhaven-exchange-outage", "").await;
        assert!(head.starts_with("HTTP/1.1 404"), "{head}");
        let (_, robots) = get(&newsroom, 1, "/robots.txt", "").await;
        assert!(robots.contains("Disallow: /members/"));
        newsroom.close().await;
    }

    async fn get(newsroom: &Newsroom, server: usize, path: &str, headers: &str) -> (String, String) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let address = newsroom.room().base(server);
        let address = address.trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }
}
