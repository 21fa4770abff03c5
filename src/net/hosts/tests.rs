//! Hosts with their pace and places go in, the instants at which requests are sent come out, on a clock that stands still.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn now() -> Timestamp {
    "2026-04-22T10:00:00Z".parse().unwrap()
}

fn hosts(delay: Duration, host_parallel: usize, parallel: usize) -> Arc<Hosts> {
    Arc::new(Hosts::new(&Settings { host_delay: delay, host_parallel, parallel, ..Settings::default() }))
}

/// Sends `count` requests that take `each`; tells when each started, in milliseconds, and the most at once.
async fn send(hosts: &Arc<Hosts>, names: &[&str], count: usize, each: Duration) -> (Vec<u128>, usize) {
    let begin = Instant::now();
    let tally = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for name in names.iter().flat_map(|name| std::iter::repeat_n((*name).to_owned(), count)) {
        let (hosts, tally) = (Arc::clone(hosts), Arc::clone(&tally));
        tasks.spawn(async move {
            let host = hosts.named(&name);
            let _turn = hosts.turn(&host, now(), None).await.unwrap();
            let start = begin.elapsed().as_millis();
            tally.1.fetch_max(tally.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(each).await;
            tally.0.fetch_sub(1, Ordering::SeqCst);
            start
        });
    }
    let mut starts = tasks.join_all().await;
    starts.sort_unstable();
    (starts, tally.1.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn requests_to_one_host_are_spaced_and_few_at_once() {
    let (starts, most) = send(&hosts(SECOND, 2, 64), &["a"], 5, Duration::from_millis(10)).await;
    assert_eq!((starts, most), (vec![0, 1000, 2000, 3000, 4000], 1));
    let (starts, most) = send(&hosts(SECOND, 2, 64), &["a"], 5, SECOND * 10).await;
    assert_eq!((starts, most), (vec![0, 1000, 10_000, 11_000, 20_000], 2));
    let (starts, most) = send(&hosts(Duration::ZERO, 2, 64), &["a"], 6, SECOND).await;
    assert_eq!((starts, most), (vec![0, 0, 1000, 1000, 2000, 2000], 2));
}

#[tokio::test(start_paused = true)]
async fn hosts_do_not_wait_for_each_other_but_for_the_overall_places() {
    let (starts, most) = send(&hosts(SECOND, 2, 64), &["a", "b", "c"], 2, Duration::from_millis(1)).await;
    assert_eq!((starts, most), (vec![0, 0, 0, 1000, 1000, 1000], 3));
    let (_, most) = send(&hosts(Duration::ZERO, 2, 3), &["a", "b", "c", "d"], 4, SECOND).await;
    assert_eq!(most, 3);
}

#[tokio::test(start_paused = true)]
async fn a_wait_given_up_costs_the_others_nothing() {
    let hosts = hosts(SECOND, 1, 1);
    let host = hosts.named("a");
    drop(hosts.turn(&host, now(), None).await.unwrap());
    for _ in 0..20 {
        let wait = tokio::time::timeout(Duration::from_millis(10), hosts.turn(&host, now(), None)).await;
        assert!(wait.is_err());
    }
    assert_eq!(host.waiting.load(Ordering::SeqCst), 0);
    let begin = Instant::now();
    drop(hosts.turn(&host, now(), None).await.unwrap());
    assert_eq!(begin.elapsed().as_millis(), 800);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_would_come_too_late_is_not_waited_for() {
    let hosts = hosts(SECOND, 1, 64);
    let host = hosts.named("a");
    let latest = Some(Instant::now() + SECOND * 2);
    for _ in 0..3 {
        drop(hosts.turn(&host, now(), latest).await.unwrap());
    }
    let begin = Instant::now();
    assert!(matches!(hosts.turn(&host, now(), latest).await, Err(NetError::OutOfTime { .. })));
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert!(hosts.turn(&hosts.named("b"), now(), latest).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_longer_crawl_delay_is_honoured_up_to_its_bound() {
    for (stated, gap) in [("0", 1000), ("0.5", 1000), ("5", 5000), ("999999", 30_000)] {
        let hosts = hosts(SECOND, 2, 64);
        let robots = Robots::parse(format!("User-agent: *\nCrawl-delay: {stated}").as_bytes());
        hosts.named("a").learn_robots("https", now(), Verdict::Rules(Arc::new(robots)));
        let (starts, _) = send(&hosts, &["a"], 2, Duration::ZERO).await;
        assert_eq!(starts, [0, gap], "{stated}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_when_the_host_asks_for_rest_is_turned_away() {
    let hosts = hosts(SECOND, 1, 64);
    let host = hosts.named("a");
    let turn = hosts.turn(&host, now(), None).await.unwrap();
    let (refused, ()) = tokio::join!(hosts.turn(&host, now(), None), async {
        tokio::task::yield_now().await;
        host.rest(now().checked_add(jiff::SignedDuration::from_hours(1)).ok());
        drop(turn);
    });
    assert!(matches!(refused, Err(NetError::Resting { .. })));
}

#[test]
fn memory_survives_a_run_and_rest_ends_with_its_time() {
    let first = hosts(SECOND, 2, 64);
    let until: Timestamp = "2026-04-22T11:00:00Z".parse().unwrap();
    first.named("b").rest(Some(until));
    first.named("a").learn_robots("https", now(), Verdict::Everything);
    first.named("c").learn_robots("http", now(), Verdict::Nothing("down".into()));
    let robots =
        Robots::parse(b"User-agent: other\nDisallow: /o\n\nUser-agent: *\nDisallow: /x\nCrawl-delay: 3");
    first.named("a").learn_robots("http", now(), Verdict::Rules(Arc::new(robots)));
    let memory = first.memory();
    assert_eq!(memory.iter().map(|host| host.host.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let text = serde_json::to_string(&memory).unwrap();

    let second = hosts(SECOND, 2, 64);
    second.remember(serde_json::from_str(&text).unwrap());
    assert_eq!(second.memory(), memory);
    assert!(second.named("b").may_ask(now()).is_err());
    assert!(second.named("b").may_ask(until).is_ok());
    let host = second.named("a");
    assert_eq!(host.crawl_delay(), SECOND * 3);
    assert!(matches!(host.robots("https", now()), Some(Verdict::Everything)));
    let Some(Verdict::Rules(robots)) = host.robots("http", now()) else { panic!("rules are remembered") };
    assert!(!robots.allowed(AGENT, "/x"));
    assert!(host.robots("http", "2026-04-23T10:00:00Z".parse().unwrap()).is_none(), "a day is enough");
    assert!(host.robots("http", "2020-01-01T00:00:00Z".parse().unwrap()).is_none());
}

#[test]
fn a_host_that_keeps_failing_is_given_up_for_the_run() {
    let hosts = hosts(SECOND, 2, 64);
    let host = hosts.named("a");
    let error = NetError::Connect { host: "a".into(), cause: "refused".into() };
    for _ in 1..GIVE_UP_AFTER {
        host.failed(&error);
    }
    assert!(host.may_ask(now()).is_ok());
    host.answered();
    for _ in 0..GIVE_UP_AFTER {
        host.failed(&error);
    }
    assert!(matches!(host.may_ask(now()), Err(NetError::GivenUp { .. })));
}
