//! What all servers of the newsroom share: the pieces, the clock, the addresses; and what can be asked of them.

use std::net::SocketAddr;
use std::sync::{Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::newsroom::house::{DESKS, Desk, HOUSES, House};
use crate::newsroom::manuscript::{self, Flag, ManuscriptError, Piece};
use crate::newsroom::scripted::Script;

/// The manuscripts.
const CONTENT: [(&str, &str); 8] = [
    ("halvard.txt", include_str!("content/halvard.txt")),
    ("valmark-rates.txt", include_str!("content/valmark-rates.txt")),
    ("models.txt", include_str!("content/models.txt")),
    ("etf.txt", include_str!("content/etf.txt")),
    ("cindra.txt", include_str!("content/cindra.txt")),
    ("chips.txt", include_str!("content/chips.txt")),
    ("sterrin.txt", include_str!("content/sterrin.txt")),
    ("singles.txt", include_str!("content/singles.txt")),
];

/// All pieces, oldest first.
pub fn pieces() -> Result<Vec<Piece<'static>>, ManuscriptError> {
    let mut out = Vec::new();
    for (file, text) in CONTENT {
        out.extend(manuscript::read(file, text)?);
    }
    out.sort_by_key(|piece| (piece.at, piece.slug));
    Ok(out)
}

/// The newsroom's shared state.
#[derive(Debug)]
pub struct Room {
    pieces: Vec<Piece<'static>>,
    now: Mutex<Timestamp>,
    /// One a house, then the two model servers; set once all of them listen.
    addresses: OnceLock<Vec<SocketAddr>>,
    /// What the scripted models answer.
    pub script: Script,
}

impl Room {
    /// A room at `now`, without servers.
    pub fn new(now: Timestamp) -> Result<Self, ManuscriptError> {
        let pieces = pieces()?;
        let script = Script::new(&pieces);
        Ok(Self { pieces, now: Mutex::new(now), addresses: OnceLock::new(), script })
    }

    /// The newsroom's time.
    pub fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the newsroom's time.
    pub fn set_now(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Tells where the servers listen; the first telling counts.
    pub fn set_addresses(&self, addresses: Vec<SocketAddr>) {
        let _ = self.addresses.set(addresses);
    }

    /// The base address of the server at this place, without a slash at its end.
    pub fn base(&self, server: usize) -> String {
        match self.addresses.get().and_then(|addresses| addresses.get(server)) {
            Some(address) => format!("http://{address}"),
            None => String::new(),
        }
    }

    /// All pieces, oldest first, whatever the time.
    pub fn all(&self) -> &[Piece<'static>] {
        &self.pieces
    }

    /// A piece with its title, by title.
    pub fn titled(&self, title: &str) -> Option<&Piece<'static>> {
        self.pieces.iter().find(|piece| piece.title() == title)
    }

    /// What the desks told by `which` have published so far, newest first.
    pub fn published<'s>(
        &'s self,
        which: impl Fn(&Desk) -> bool + 's,
    ) -> impl Iterator<Item = &'s Piece<'static>> + 's {
        let now = self.now();
        self.pieces.iter().rev().filter(move |piece| piece.at <= now && desk(piece).is_some_and(&which))
    }

    /// The absolute address of a piece.
    pub fn address(&self, piece: &Piece) -> String {
        let place = desk(piece).and_then(|desk| crate::newsroom::house::house(desk.house));
        place.map(|(at, house)| self.base(at) + &path(house, piece)).unwrap_or_default()
    }

    /// Turns the target of a link in a manuscript into an address.
    pub fn target(&self, from: &Piece, target: &str) -> String {
        let Some(slug) = target.strip_prefix('@') else { return target.to_owned() };
        let house = |piece: &Piece| desk(piece).map(|desk| desk.house);
        let piece = self.pieces.iter().find(|piece| piece.slug == slug && house(piece) == house(from));
        piece.map(|piece| self.address(piece)).unwrap_or_default()
    }
}

/// The desk of a piece.
pub fn desk(piece: &Piece) -> Option<&'static Desk> {
    DESKS.iter().find(|desk| desk.id == piece.desk)
}

/// The house of a piece.
pub fn house_of(piece: &Piece) -> &'static House {
    let place = desk(piece).and_then(|desk| crate::newsroom::house::house(desk.house));
    place.map_or(&HOUSES[0], |(_, house)| house)
}

/// The path of a piece at its house; every house has its own way.
pub fn path(house: &House, piece: &Piece) -> String {
    let date = offset(house).to_datetime(piece.at);
    let slug = piece.slug;
    match house.id {
        "harbour" => format!("/{}/{slug}/", date.strftime("%Y/%m/%d")),
        "gridline" if piece.flag == Flag::Members => format!("/members/{slug}"),
        "gridline" => format!("/story/{slug}"),
        "tideline" => format!("/news/{slug}"),
        "minato" => format!("/articles/{}-{slug}.html", date.strftime("%Y%m%d")),
        "kurswarte" => format!("/artikel/{slug}.html"),
        _ => format!("/noticias/{}/{slug}", date.strftime("%Y/%m")),
    }
}

fn offset(house: &House) -> Offset {
    Offset::from_hours(house.zone).unwrap_or(Offset::UTC)
}

/// RFC 3339 on the house's clock.
pub fn iso(house: &House, at: Timestamp) -> String {
    if house.zone == 0 { at.to_string() } else { at.display_with_offset(offset(house)).to_string() }
}

/// RFC 2822 on the house's clock.
pub fn rfc2822(house: &House, at: Timestamp) -> String {
    let time = offset(house).to_datetime(at);
    format!("{} +{:02}00", time.strftime("%a, %d %b %Y %H:%M:%S"), house.zone)
}

/// As the house writes it above an article.
pub fn written(house: &House, at: Timestamp) -> String {
    let time = offset(house).to_datetime(at);
    let form = match house.language {
        "zh-Hant" | "ja" => "%Y/%m/%d %H:%M",
        "de" => "%d.%m.%Y, %H:%M Uhr",
        "es" => "%d/%m/%Y · %H:%M",
        _ => "%d %B %Y, %H:%M UTC",
    };
    time.strftime(form).to_string()
}
