//! The client against servers on loopback: manners on the wire, redirects, limits, hostile answers.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use crate::loopback::{self, Response, Server};
use crate::net::error::Wait;
use crate::net::{Accept, Cidr, Client, Limits, NetError, ProviderClient, Request, Settings, Validators};

type Log = Arc<Mutex<Vec<loopback::Request>>>;

fn now() -> Timestamp {
    "2026-04-22T10:00:00Z".parse().unwrap()
}

fn settings() -> Settings {
    Settings {
        allow_net: vec![Cidr::parse("127.0.0.0/8").unwrap()],
        host_delay: Duration::ZERO,
        ..Settings::default()
    }
}

fn impatient() -> Settings {
    let short = Duration::from_millis(150);
    let limits = Limits { header: short, idle: short, ..Limits::default() };
    // Patience for headers begins with the connection.
    Settings { limits: Limits { connect: short, ..limits }, ..settings() }
}

async fn serve(handler: impl Fn(&loopback::Request) -> Response + Send + Sync + 'static) -> (Server, Log) {
    let log = Log::default();
    let seen = Arc::clone(&log);
    let handler = move |request: &loopback::Request| {
        seen.lock().unwrap().push(request.clone());
        handler(request)
    };
    (Server::start(([127, 0, 0, 1], 0).into(), Arc::new(handler)).await.unwrap(), log)
}

/// Answers every connection with the same bytes and then leaves it open.
async fn raw(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes = bytes.into();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&bytes).await;
                std::future::pending::<()>().await;
            });
        }
    });
    address
}

fn url(address: SocketAddr, path: &str) -> Url {
    Url::parse(&format!("http://{address}{path}")).unwrap()
}

fn ask(address: SocketAddr, path: &str) -> Request {
    Request::new(url(address, path), Accept::Feed, now())
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(body).unwrap();
    out.finish().unwrap()
}

#[tokio::test]
async fn headers_are_constant_and_validators_are_echoed_byte_for_byte() {
    let (server, log) = serve(|request| {
        if request.headers.contains_key("if-none-match") {
            return Response { status: 304, headers: vec![], body: bytes::Bytes::new() };
        }
        Response::new(200, "application/rss+xml", "<rss/>")
            .with("etag", "W/\"odd tag'")
            .with("last-modified", "yesterday,  or so")
            .with("set-cookie", "a=b")
            .with("cache-control", "max-age=600")
    })
    .await;
    let client = Client::new(settings()).unwrap();
    let first = client.get(&ask(server.address(), "/feed?x=1#top")).await.unwrap();
    assert_eq!((first.status, &first.body[..], first.requests), (200, &b"<rss/>"[..], 1));
    assert_eq!(first.fresh_for, Some(Duration::from_mins(10)));
    let odd = Validators {
        etag: Some(b"W/\"odd tag'".to_vec()),
        last_modified: Some(b"yesterday,  or so".to_vec()),
    };
    assert_eq!(first.validators, odd);
    // Bytes beyond ASCII come back as they were, too.
    let stored = Validators { etag: Some(b"\"\xe6\x96\xb0\"".to_vec()), ..odd };
    let again = client.get(&ask(server.address(), "/feed").with_validators(stored)).await.unwrap();
    assert_eq!((again.status, again.body.len(), again.validators), (304, 0, Validators::default()));
    let log = log.lock().unwrap();
    assert_eq!((log[0].path.as_str(), log[0].query.as_str()), ("/feed", "x=1"));
    let names: Vec<&str> = log[0].headers.keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["accept", "accept-encoding", "connection", "user-agent", "host"]);
    assert_eq!(log[0].header("user-agent"), Some(settings().user_agent.as_str()));
    assert_eq!(log[1].headers["if-none-match"].as_bytes(), b"\"\xe6\x96\xb0\"");
    assert_eq!(log[1].headers["if-modified-since"].as_bytes(), b"yesterday,  or so");
    assert!(!log[1].headers.contains_key("cookie"));
}

#[tokio::test]
async fn redirects_keep_their_permanent_beginning_in_mind() {
    let (server, log) = serve(|request| match request.path.as_str() {
        "/a" => Response::redirect(301, "/b"),
        "/b" => Response::redirect(308, "c?d=e#f"),
        "/c" => Response::redirect(302, "/d"),
        "/d" => Response::redirect(301, "/新"),
        "/portal" => Response::redirect(302, "/b"),
        "/loop" => Response::redirect(301, "/loop2"),
        "/loop2" => Response::redirect(301, "/loop"),
        "/inner" => Response::redirect(302, "http://169.254.169.254/latest/meta-data/"),
        "/file" => Response::redirect(302, "file:///etc/passwd"),
        "/nowhere" => Response::redirect(302, "http://"),
        "/unsaid" => Response::text(301, "nowhere"),
        path if path.starts_with("/long") => Response::redirect(302, &format!("{path}x")),
        _ => Response::text(200, "end"),
    })
    .await;
    let client = Client::new(settings()).unwrap();
    let get = |path: &str| {
        let validators = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None };
        let request = ask(server.address(), path).with_validators(validators);
        let client = client.clone();
        async move { client.get(&request).await }
    };
    let moved = get("/a").await.unwrap();
    assert_eq!((moved.status, moved.redirects, moved.requests), (200, 4, 5));
    assert_eq!(moved.url.path(), "/%E6%96%B0");
    assert_eq!(moved.permanent, Some(url(server.address(), "/c?d=e")));
    let portal = get("/portal").await.unwrap();
    assert_eq!(portal.permanent, None);
    let sent: Vec<bool> =
        log.lock().unwrap().iter().map(|r| r.headers.contains_key("if-none-match")).collect();
    assert_eq!(sent[..6], [true, false, false, false, false, true]);
    assert!(matches!(get("/loop").await, Err(NetError::RedirectLoop { .. })));
    assert!(matches!(get("/long").await, Err(NetError::RedirectLimit { limit: 10, .. })));
    assert!(matches!(get("/inner").await, Err(NetError::Refused { .. })));
    assert!(matches!(get("/file").await, Err(NetError::Scheme { .. })));
    assert!(matches!(get("/nowhere").await, Err(NetError::RedirectBroken { .. })));
    assert_eq!(get("/unsaid").await.unwrap().status, 301);
}

#[tokio::test]
async fn a_host_that_asks_for_rest_gets_it() {
    let (server, log) = serve(|request| match request.path.as_str() {
        "/429" => Response::text(429, "slow down").with("retry-after", "99999999999999999999"),
        "/503" => Response::text(503, "one broken page"),
        "/404" => Response::text(404, "gone fishing"),
        _ => Response::text(200, "fine"),
    })
    .await;
    let client = Client::new(settings()).unwrap();
    assert_eq!(client.get(&ask(server.address(), "/503")).await.unwrap().status, 503);
    assert_eq!(&client.get(&ask(server.address(), "/404")).await.unwrap().body[..], b"gone fishing");
    let tired = client.get(&ask(server.address(), "/429")).await.unwrap();
    assert_eq!(tired.retry_after, Some(crate::net::retry_after::LONGEST));
    let refused = client.get(&ask(server.address(), "/other")).await.unwrap_err();
    assert!(refused.to_string().ends_with("asked to be left alone until 2026-04-29 10:00 UTC"), "{refused}");
    let next_run = Client::new(settings()).unwrap();
    next_run.remember(client.memory());
    assert!(matches!(next_run.get(&ask(server.address(), "/")).await, Err(NetError::Resting { .. })));
    assert_eq!(log.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn robots_txt_is_asked_once_and_at_every_hop() {
    let (other, other_log) = serve(|request| match request.path.as_str() {
        "/robots.txt" => Response::text(200, "User-agent: newsmill\nDisallow: /secret"),
        _ => Response::text(200, "other"),
    })
    .await;
    let there = format!("http://{}", other.address());
    let (server, log) = serve(move |request| match request.path.as_str() {
        "/robots.txt" => Response::redirect(302, "/r2"),
        "/r2" => Response::text(200, "User-agent: *\nDisallow: /private/\nSitemap: https://a.example/s.xml"),
        "/away" => Response::redirect(302, &format!("{there}/secret")),
        "/open" => Response::redirect(302, &format!("{there}/open")),
        _ => Response::text(200, "page"),
    })
    .await;
    let client = Client::new(settings()).unwrap();
    let page = |path: &str| Request::page(url(server.address(), path), now());
    let (one, two) = (page("/1"), page("/2"));
    let (one, two) = tokio::join!(client.get(&one), client.get(&two));
    let mut requests = [one.unwrap().requests, two.unwrap().requests];
    requests.sort_unstable();
    assert_eq!(requests, [1, 3], "one of them fetched robots.txt, over a redirect");
    let refused = client.get(&page("/private/x")).await.unwrap_err();
    assert!(refused.to_string().contains("`Disallow: /private/`"), "{refused}");
    assert!(matches!(client.get(&page("/away")).await, Err(NetError::Robots { .. })));
    assert_eq!(client.get(&page("/open")).await.unwrap().status, 200);
    assert_eq!(
        client.sitemaps(&url(server.address(), "/"), now()).await.unwrap(),
        ["https://a.example/s.xml"]
    );
    let paths: Vec<String> = log.lock().unwrap().iter().map(|r| r.path.clone()).collect();
    assert_eq!(paths.iter().filter(|path| *path == "/robots.txt").count(), 1);
    assert!(!paths.contains(&"/private/x".to_owned()));
    assert!(other_log.lock().unwrap().iter().all(|r| r.path != "/secret"));
    // A feed is asked for without looking at robots.txt.
    assert_eq!(client.get(&ask(server.address(), "/private/feed")).await.unwrap().status, 200);
    let next_run = Client::new(settings()).unwrap();
    next_run.remember(client.memory());
    assert_eq!(next_run.get(&page("/3")).await.unwrap().requests, 1, "remembered for a day");
}

#[tokio::test]
async fn no_robots_txt_allows_and_a_broken_one_forbids() {
    for (status, allowed) in [(404, true), (403, true), (410, true), (500, false), (503, false)] {
        let (server, _) = serve(move |request| match request.path.as_str() {
            "/robots.txt" => Response::text(status, "User-agent: *\nDisallow: /"),
            _ => Response::text(200, "page"),
        })
        .await;
        let client = Client::new(settings()).unwrap();
        let got = client.get(&Request::page(url(server.address(), "/"), now())).await;
        assert_eq!(got.is_ok(), allowed, "{status}: {got:?}");
        assert_eq!(client.memory().len(), usize::from(allowed), "what could not be had is not remembered");
    }
    let (server, log) = serve(|request| Response::redirect(302, &format!("{}x", request.path))).await;
    let client = Client::new(settings()).unwrap();
    client.robots_allow(&url(server.address(), "/"), now()).await.unwrap();
    assert_eq!(log.lock().unwrap().len(), 6, "five redirects are followed, then there is none");
    let closed = raw("").await;
    let gone = Client::new(impatient()).unwrap().get(&Request::page(url(closed, "/"), now())).await;
    assert!(matches!(gone, Err(NetError::RobotsUnreachable { .. })), "{gone:?}");
}

#[tokio::test]
async fn bodies_are_opened_and_bounded() {
    let (server, _) = serve(|request| match request.path.as_str() {
        "/bomb" => {
            Response::new(200, "text/xml", gzip(&vec![b' '; 3 << 20])).with("content-encoding", "gzip")
        }
        "/gzip" => Response::new(200, "text/xml", gzip(b"<rss/>")).with("content-encoding", "gzip"),
        "/odd" => Response::new(200, "text/xml", "x").with("content-encoding", "rot13"),
        "/cut" => {
            Response::new(200, "text/xml", gzip(b"<rss/>")[..12].to_vec()).with("content-encoding", "gzip")
        }
        "/big" => Response::new(200, "text/xml", vec![b' '; 1 << 20]),
        _ => Response::new(200, "text/xml", vec![b'x'; 900 << 10]),
    })
    .await;
    let limits = Limits { compressed: 1_000_000, decompressed: 2_000_000, ..Limits::default() };
    let client = Client::new(Settings { limits, ..settings() }).unwrap();
    let get = |path: &str| {
        let (client, request) = (client.clone(), ask(server.address(), path));
        async move { client.get(&request).await }
    };
    assert_eq!(&get("/gzip").await.unwrap().body[..], b"<rss/>");
    assert_eq!(get("/within").await.unwrap().body.len(), 900 << 10);
    assert!(matches!(
        get("/bomb").await,
        Err(NetError::TooLarge { decompressed: true, limit: 2_000_000, .. })
    ));
    assert!(matches!(
        get("/big").await,
        Err(NetError::TooLarge { decompressed: false, limit: 1_000_000, .. })
    ));
    assert!(matches!(get("/odd").await, Err(NetError::Encoding { .. })));
    assert!(matches!(get("/cut").await, Err(NetError::Encoding { .. })));
}

#[tokio::test]
async fn slow_cut_and_nonsensical_answers_end() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}", "fffffffffffffffff\r\n");
    for (bytes, expected) in [("", Wait::Headers), ("HTTP/1.1 200 OK\r\n", Wait::Headers), (head, Wait::Idle)]
    {
        let client = Client::new(impatient()).unwrap();
        match client.get(&ask(raw(bytes).await, "/")).await {
            Err(NetError::Timeout { wait, .. }) => assert_eq!(wait, expected, "{bytes}"),
            other => panic!("{bytes}: {other:?}"),
        }
    }
    for nonsense in ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 999999 what\r\n\r\n", &chunked] {
        let got = Client::new(impatient()).unwrap().get(&ask(raw(nonsense).await, "/")).await;
        assert!(matches!(got, Err(NetError::Broken { .. })), "{nonsense}: {got:?}");
    }
    let limits = Limits { total: Duration::from_millis(100), ..Limits::default() };
    let client = Client::new(Settings { limits, ..settings() }).unwrap();
    let got = client.get(&ask(raw(head).await, "/")).await;
    assert!(matches!(got, Err(NetError::Timeout { wait: Wait::Total, .. })), "{got:?}");
}

#[tokio::test]
async fn inner_addresses_are_refused_by_number_and_by_name() {
    let (server, log) = serve(|_| Response::text(200, "inside")).await;
    let port = server.address().port();
    let shut = Client::new(Settings { allow_net: Vec::new(), ..settings() }).unwrap();
    for host in ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let request =
            Request::new(Url::parse(&format!("http://{host}:{port}/")).unwrap(), Accept::Any, now());
        let got = shut.get(&request).await;
        assert!(matches!(got, Err(NetError::Refused { .. })), "{host}: {got:?}");
    }
    assert_eq!(log.lock().unwrap().len(), 0);
    let open = Client::new(settings()).unwrap();
    let request = Request::new(Url::parse(&format!("http://localhost:{port}/")).unwrap(), Accept::Any, now());
    assert_eq!(open.get(&request).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_dead_host_is_told_as_such_and_given_up() {
    let (server, _) = serve(|_| Response::text(200, "")).await;
    let dead = server.address();
    server.stop().await;
    let client = Client::new(settings()).unwrap();
    for _ in 0..5 {
        let got = client.get(&ask(dead, "/?key=secret")).await.unwrap_err();
        assert!(matches!(got, NetError::Connect { .. }), "{got:?}");
        assert!(!format!("{got} {got:?}").contains("secret"));
    }
    assert!(matches!(client.get(&ask(dead, "/")).await, Err(NetError::GivenUp { failures: 5, .. })));
    let request = Request::new(Url::parse("http://no-such-host.invalid/").unwrap(), Accept::Any, now());
    assert!(matches!(client.get(&request).await, Err(NetError::Dns { .. })));
}

#[tokio::test]
async fn user_information_goes_to_its_own_host_only() {
    let (server, log) = serve(|request| match request.path.as_str() {
        "/a" => Response::redirect(302, "http://thief:x@127.0.0.1:1/"),
        _ => Response::text(200, ""),
    })
    .await;
    let client = Client::new(settings()).unwrap();
    let secret = Url::parse(&format!("http://me:word@{}/a", server.address())).unwrap();
    let got = client.get(&Request::new(secret, Accept::Any, now())).await.unwrap_err();
    assert!(matches!(&got, NetError::Connect { host, .. } if host == "127.0.0.1:1"), "{got:?}");
    assert_eq!(log.lock().unwrap()[0].header("authorization"), Some("Basic bWU6d29yZA=="));
}

#[tokio::test]
async fn a_provider_is_reached_at_its_own_address_alone() {
    let (server, log) = serve(|request| match request.path.as_str() {
        "/v1/away" => Response::redirect(307, "http://127.0.0.1:9/"),
        _ => Response::new(429, "application/json", gzip(b"{}"))
            .with("retry-after", "7")
            .with("content-encoding", "gzip"),
    })
    .await;
    // No network is allowed: the provider's own address needs no leave, and opens nothing to the crawl.
    let closed = Settings { allow_net: Vec::new(), ..settings() };
    let provider = ProviderClient::new(&url(server.address(), "/v1"), &closed).unwrap();
    let key = [(http::header::AUTHORIZATION, "Bearer s3cret".to_owned())];
    let answer = provider.post_json("models/x:ask?key=s3cret", &key, b"{\"a\":1}".to_vec()).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (429, &b"{}"[..]));
    assert_eq!(answer.retry_after(now()), Some(Duration::from_secs(7)));
    assert_eq!(provider.get("/v1/away", &key).await.unwrap().status, 307, "no redirect is followed");
    {
        let log = log.lock().unwrap();
        assert_eq!((log[0].path.as_str(), log[0].query.as_str()), ("/v1/models/x:ask", "key=s3cret"));
        assert_eq!(
            (log[0].header("content-type"), &log[0].body[..]),
            (Some("application/json"), &b"{\"a\":1}"[..])
        );
        assert_eq!(log[0].header("authorization"), Some("Bearer s3cret"));
    }
    let own = server.address();
    for foreign in [
        "http://127.0.0.1:9/",
        &format!("https://{own}/"),
        "http://example.com/",
        "//example.com/x",
        "ftp://x",
    ] {
        let got = provider.get(foreign, &key).await;
        assert!(matches!(got, Err(NetError::NotThisProvider { .. })), "{foreign}: {got:?}");
    }
    server.stop().await;
    let got = provider.get("x?key=s3cret", &key).await.unwrap_err();
    assert!(!format!("{got} {got:?}").contains("s3cret"));
}
