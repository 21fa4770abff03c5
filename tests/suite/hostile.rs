//! Hostile sources and healthy ones in one run of the real program: nobody is harmed, and nothing inside is touched.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;

use newsmill::loopback::Response;
use newsmill::model::status::Status;

use crate::hosts::{Host, World, day, item, of, page, rss};

/// A server that speaks for itself: every connection's request is read and handed to `talk`.
fn raw(number: u8, talk: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind((IpAddr::V4(Ipv4Addr::new(127, 0, 77, number)), 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let talk = Arc::new(talk);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), talk) = (stream, Arc::clone(&talk)) else { continue };
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap_or_default();
                if request[..read].starts_with(b"GET /robots.txt") {
                    let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
                } else {
                    talk(&mut stream);
                }
            });
        }
    });
    format!("http://{address}/feed")
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\n\r\n";

fn gzip(pieces: usize, piece: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..pieces {
        out.write_all(piece).unwrap();
    }
    out.finish().unwrap()
}

fn hostile_servers() -> Vec<(&'static str, String)> {
    let endless = raw(100, |stream| {
        let _ = stream.write_all(HEAD);
        while stream.write_all(&[b'<'; 16_384]).is_ok() {}
    });
    let bomb = gzip(4096, &[b' '; 16_384]);
    let bomb = raw(101, move |stream| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-encoding: gzip\r\ncontent-length";
        let _ = stream.write_all(format!("{head}: {}\r\n\r\n", bomb.len()).as_bytes());
        let _ = stream.write_all(&bomb);
    });
    // Speaks its first line and then keeps the connection, until the other side gives up.
    let loris = raw(102, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ");
        let _ = stream.read(&mut [0]);
    });
    let mute = raw(103, |stream| drop(stream.read(&mut [0])));
    let half = raw(104, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n<rss");
        let _ = stream.read(&mut [0]);
    });
    let nonsense = raw(105, |stream| drop(stream.write_all(&[0xff; 3000])));
    let headers = raw(106, |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(&[b'x'; 16_384]).is_ok() {}
    });
    vec![
        ("endless", endless),
        ("bomb", bomb),
        ("loris", loris),
        ("mute", mute),
        ("half", half),
        ("nonsense", nonsense),
        ("headers", headers),
    ]
}

/// Documents that mean harm; whatever can be kept of them is kept.
fn hostile_documents(host: &Host) -> Vec<(&'static str, String)> {
    let mut laughs = "<!DOCTYPE rss [<!ENTITY a \"ha\">".to_owned();
    for (one, two) in ('a'..'k').zip('b'..='k') {
        laughs.push_str(&format!("<!ENTITY {two} \"{}\">", format!("&{one};").repeat(10)));
    }
    laughs.push_str(
        "<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss version=\"2.0\"><channel><title>&k;&x;</title>",
    );
    laughs.push_str(&item(&host.url("/p/laugh"), "Laugh &k; &x;"));
    laughs.push_str("</channel></rss>");
    let many: Vec<String> =
        (0..100_000).map(|n| format!("<item><link>{}</link></item>", host.url(&format!("/p/{n}")))).collect();
    let dates: Vec<String> = ["0001-01-01T00:00:00Z", "99999-12-31T00:00:00Z", "2999-01-01T00:00:00Z", "-5"]
        .iter()
        .enumerate()
        .map(|(n, date)| format!("<item><title>D{n}</title><link>{}</link><pubDate>{date}</pubDate><guid>../../../etc/{n}\u{202e}</guid></item>", host.url(&format!("/p/d{n}"))))
        .collect();
    let inner = [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:9/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ];
    let inner: String = inner.iter().map(|url| item(url, "Inside")).collect();
    let documents = [
        ("deep", rss(&format!("{}{}", "<a>".repeat(200_000), item(&host.url("/p/deep"), "Deep")))),
        ("laughs", Response::new(200, "text/xml", laughs)),
        ("many", rss(&many.concat())),
        ("dates", rss(&dates.concat())),
        ("inner", rss(&inner)),
        ("to-metadata", Response::redirect(302, "http://169.254.169.254/latest/meta-data/")),
        ("to-loopback", Response::redirect(301, "http://127.0.0.1:1/feed")),
        ("to-file", Response::redirect(301, "file:///etc/passwd")),
        ("circle", Response::redirect(302, "/circle")),
        ("empty", Response::new(200, "application/rss+xml", "")),
        ("zeros", Response::new(200, "application/rss+xml", vec![0; 100_000])),
    ];
    documents
        .into_iter()
        .map(|(id, document)| {
            host.put(&format!("/{id}"), document);
            (id, host.url(&format!("/{id}")))
        })
        .collect()
}

#[test]
fn hostile_sources_harm_nobody() {
    let world = World::new();
    // A listener that must never hear anything: nothing but 127.0.77.0/24 is allowed.
    let forbidden = TcpListener::bind("127.0.78.1:0").unwrap();
    forbidden.set_nonblocking(true).unwrap();
    let (evil, good) = (world.host(90), world.host(91));
    let mut sources = hostile_servers();
    sources.extend(hostile_documents(&evil));
    let hostile = sources.len();
    evil.put("/secret", Response::redirect(302, &format!("http://{}/", forbidden.local_addr().unwrap())));
    sources.push(("secret", evil.url("/secret")));
    for id in ["well-1", "well-2", "well-3", "well-4"] {
        let items: String =
            (0..5).map(|n| item(&good.url(&format!("/{id}/{n}")), &format!("{id} number {n}"))).collect();
        good.put(&format!("/{id}"), rss(&items));
        (0..5).for_each(|n| good.put(&format!("/{id}/{n}"), page(&format!("{id} number {n}"))));
        sources.push((id, good.url(&format!("/{id}"))));
    }
    world.sources(&sources, "");
    let limits = [
        "network.limits.connect=2s",
        "network.limits.header=500ms",
        "network.limits.idle=500ms",
        "network.limits.total=4s",
        "network.limits.entries=40",
    ];
    let args: Vec<&str> = limits.iter().flat_map(|limit| ["--set", limit]).collect();
    let (report, peak) = world.run_weighed(&day(1), &args);
    eprintln!("hostile and healthy sources in one run: {} MB at the most", peak / 1024);
    assert!(peak < 300 << 10, "{peak} KiB");
    assert_eq!(report.sources.len(), hostile + 5);
    for id in ["well-1", "well-2", "well-3", "well-4"] {
        let one = of(&report, id);
        assert_eq!((&one.status, one.fresh, one.read, one.full_text), (&Status::Ready, 5, 5, 5), "{id}");
    }
    let failed = [
        "endless",
        "bomb",
        "loris",
        "mute",
        "half",
        "nonsense",
        "headers",
        "to-metadata",
        "to-loopback",
        "to-file",
        "circle",
        "empty",
        "zeros",
        "secret",
    ];
    let page = world.mill.page("status.html");
    for id in failed {
        let status = &of(&report, id).status;
        assert_eq!(status.word(), "failed", "{id}: {status:?}");
        assert!(page.contains(id), "{id} is not on the status page");
    }
    for id in ["to-metadata", "to-loopback", "secret"] {
        assert!(of(&report, id).status.why().contains("not fetched"), "{:?}", of(&report, id).status);
        assert_eq!(world.state(id).moved, None);
    }
    assert!(of(&report, "many").entries <= 40);
    assert_eq!(of(&report, "dates").entries, 4);
    assert!(forbidden.accept().is_err(), "a private address was connected to");
    for (name, bytes) in world.mill.site() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("hahahahaha") && !text.contains("root:x:0"), "{name}");
        assert!(!text.contains("href=\"javascript:") && !text.contains("href=\"file:"), "{name}");
    }
}

#[test]
fn entries_that_change_on_every_fetch_are_bounded_by_the_limits() {
    let world = World::new();
    let host = world.host(92);
    world.sources(&[("one", host.url("/feed"))], "    full_text: false\n");
    for number in 1..=3 {
        let items: String =
            (0..50).map(|n| item(&host.url(&format!("/{number}/{n}")), &format!("T {number} {n}"))).collect();
        host.put("/feed", rss(&items));
        let report = world.run(&day(number), &["--until", "read", "--set", "network.limits.entries=10"]);
        assert_eq!((of(&report, "one").entries, of(&report, "one").fresh), (10, 10));
    }
    // One article whose title changes on every fetch of the feed is read again a few times, not for ever.
    host.put("/robots.txt", Response::text(404, ""));
    world.sources(&[("one", host.url("/feed"))], "");
    host.put("/restless", page("Restless"));
    host.asked();
    for number in 4..=20 {
        host.put("/feed", rss(&item(&host.url("/restless"), &format!("Restless {number}"))));
        world.run(&day(number), &["--until", "read"]);
    }
    let fetched = host.paths().iter().filter(|path| path.as_str() == "/restless").count();
    assert!((2..=11).contains(&fetched), "{fetched} times");
}
