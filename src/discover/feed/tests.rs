//! Feeds of every dialect and every kind of damage, written for these tests.

use proptest::prelude::*;
use url::Url;

use super::read;
use crate::discover::DiscoverError;
use crate::discover::draft::Reading;
use crate::model::lang::Lang;

fn base() -> Url {
    Url::parse("https://example.com/feeds/main.xml").unwrap()
}

fn told(text: &str) -> Reading {
    read(text.as_bytes(), None, &base(), 100).unwrap()
}

fn titles(reading: &Reading) -> Vec<&str> {
    reading.drafts.iter().map(|draft| draft.title.as_str()).collect()
}

fn url(reading: &Reading, at: usize) -> &str {
    reading.drafts[at].url.as_ref().map_or("-", |url| url.as_str())
}

#[test]
fn rss_with_everything_that_matters() {
    let read = told(
        r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
        xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:thr="http://purl.org/syndication/thread/1.0"
        xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom">
        <channel><title>News &amp; more</title><link>https://example.com/</link><description>D</description><language>zh-tw</language>
        <atom:link rel="self" href="https://example.com/feeds/main.xml"/>
        <ttl>30</ttl><skipHours><hour>0</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day></skipDays>
        <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
        <image><url>https://example.com/i.png</url><title>Not this</title><link>https://image.example/</link></image>
        <item><title>比特幣 &lt;b&gt;突破&lt;/b&gt;</title><link>/a?utm_source=rss</link><guid isPermaLink="false">x-1</guid>
          <pubDate>Wed, 22 Apr 2026 11:36:30 +0800</pubDate><description>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</description>
          <content:encoded><![CDATA[<p>Text <a href="/b">link</a></p>]]></content:encoded><dc:creator>Li Wei</dc:creator>
          <category>BTC</category><category>Markets</category><slash:comments>7</slash:comments><comments>/a#comments</comments>
          <media:content url="/p.jpg" type="image/jpeg"/><media:community><media:starRating average="4.5" count="20"/><media:statistics views="99"/></media:community></item>
        <item><guid>https://example.com/c</guid><title>No link</title></item>
        </channel></rss>"#,
    );
    assert_eq!((read.dialect, read.damaged.as_deref()), ("RSS 2.0", None));
    assert_eq!(read.feed.title.as_deref(), Some("News & more"));
    assert_eq!(read.feed.url.as_deref(), Some("https://example.com/"));
    assert_eq!(read.feed.language.as_ref().map(Lang::as_str), Some("zh-Hant"));
    assert_eq!((read.feed.ttl, read.feed.update_period), (Some(30), Some(30)));
    assert_eq!(
        (read.feed.skip_hours.as_slice(), read.feed.skip_days.as_slice()),
        (&[0_u8, 23][..], &[7_u8][..])
    );
    let one = &read.drafts[0];
    assert_eq!((one.title.as_str(), one.summary.as_str()), ("比特幣 突破", "First. Second."));
    assert_eq!(url(&read, 0), "https://example.com/a");
    assert_eq!(one.content.as_deref(), Some("<p>Text <a href=\"https://example.com/b\">link</a></p>"));
    assert_eq!(one.published.unwrap().to_string(), "2026-04-22T11:36:30+08:00");
    assert_eq!(one.updated, None);
    assert_eq!((one.authors.as_slice(), one.categories.len()), (&["Li Wei".to_owned()][..], 2));
    assert_eq!(one.image.as_deref(), Some("https://example.com/p.jpg"));
    assert_eq!(one.discussion.as_deref(), Some("https://example.com/a#comments"));
    let votes: Vec<(&str, i64)> = one.votes.iter().map(|vote| (vote.name.as_str(), vote.count)).collect();
    assert_eq!(votes, [("comments", 7), ("rating", 450), ("ratings", 20), ("views", 99)]);
    assert_eq!(url(&read, 1), "https://example.com/c");
}

#[test]
fn atom_with_bases_and_inline_markup() {
    let read = told(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/x/" xml:lang="de" xmlns:thr="http://purl.org/syndication/thread/1.0">
        <title type="html">Nachrichten &amp;amp; mehr</title><link href="./"/><updated>2026-04-22T10:00:00Z</updated>
        <entry xml:base="y/"><title type="text">1 &lt; 2 &lt;b&gt;</title><link rel="edit" href="edit"/><link rel="alternate" type="text/html" href="a"/>
          <id>urn:1</id><updated>2026-04-22T09:00:00+02:00</updated><published>2026-04-22T08:00:00+02:00</published>
          <author><name>A</name><email>a@example.com</email></author><category term="Thema" label="Das Thema"/>
          <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Ein <a href="b">Verweis</a><br/></p></div></content>
          <thr:total>3</thr:total></entry></feed>"#,
    );
    assert_eq!((read.dialect, read.damaged.as_deref()), ("Atom 1.0", None));
    assert_eq!(read.feed.title.as_deref(), Some("Nachrichten & mehr"));
    assert_eq!(read.feed.url.as_deref(), Some("https://base.example/x/"));
    let one = &read.drafts[0];
    assert_eq!(one.title, "1 < 2 <b>");
    assert_eq!(url(&read, 0), "https://base.example/x/y/a");
    let content = one.content.as_deref().unwrap();
    assert!(content.contains("<a href=\"https://base.example/x/y/b\">Verweis</a><br></p>"), "{content}");
    assert_eq!(one.published.unwrap().to_string(), "2026-04-22T08:00:00+02:00");
    assert_eq!(one.updated.unwrap().to_string(), "2026-04-22T09:00:00+02:00");
    assert_eq!((one.categories.as_slice(), one.votes[0].count), (&["Thema".to_owned()][..], 3));
}

#[test]
fn old_and_odd_dialects() {
    let rdf = told(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="https://example.com/"><title>R</title><link>https://example.com/</link><items><rdf:Seq><rdf:li rdf:resource="https://example.com/a"/></rdf:Seq></items></channel>
        <item rdf:about="https://example.com/a"><title>A</title><link>https://example.com/a</link><description>D</description><dc:date>2026-04-22T10:00:00+00:00</dc:date><dc:subject>S</dc:subject></item>
        <item rdf:about="https://example.com/b"><title>B</title></item></rdf:RDF>"#,
    );
    assert_eq!((rdf.dialect, titles(&rdf)), ("RSS 1.0", vec!["A", "B"]));
    assert_eq!((url(&rdf, 1), rdf.drafts[0].categories.len()), ("https://example.com/b", 1));
    assert!(rdf.drafts[0].published.is_some());
    for (text, dialect) in [
        (
            "<rss version='0.91'><channel><title>T</title><item><title>A</title><link>/a</link></item></channel></rss>",
            "RSS 0.91",
        ),
        (
            "<rss version='2.0.1' xmlns='http://backend.userland.com/rss2'><channel><item><title>A</title></item></channel></rss>",
            "RSS 2.0",
        ),
        ("<rss xmlns='http://odd.example/'><channel><item><title>A</title></item></channel></rss>", "RSS"),
        (
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped' type='text/html'>&lt;i&gt;A&lt;/i&gt;</title></entry></feed>",
            "Atom 0.3",
        ),
        (
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='base64'>PGI+QTwvYj4=</title></entry></feed>",
            "Atom 0.3",
        ),
        (
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>A</a:title></a:entry></a:feed>",
            "Atom 1.0",
        ),
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'><item><title>A</title></item></rdf:RDF>",
            "RSS 0.90",
        ),
        ("<CHANNEL HREF='https://example.com/'><ITEM HREF='/a'><TITLE>A</TITLE></ITEM></CHANNEL>", "CDF"),
    ] {
        let read = told(text);
        assert_eq!((read.dialect, titles(&read)), (dialect, vec!["A"]), "{text}");
    }
}

#[test]
fn damage_is_told_and_complete_entries_are_kept() {
    let item = |n: u32| format!("<item><title>T{n}</title><link>https://example.com/{n}</link></item>");
    let whole = format!(
        "<rss version=\"2.0\"><channel><title>C</title>{}{}{}</channel></rss>",
        item(1),
        item(2),
        item(3)
    );
    assert_eq!(told(&whole).damaged, None);
    let cut = whole.find("/3</link>").unwrap();
    for end in [cut, whole.find("<title>T3").unwrap(), whole.find("tem><title>T3").unwrap()] {
        let read = told(&whole[..end]);
        assert_eq!(titles(&read), ["T1", "T2"], "{end}");
        assert!(read.damaged.unwrap().contains("cut off"));
    }
    for (from, to, word) in [
        ("T2", "AT&T", "ampersand"),
        ("T2", "T&eacute;", "entity"),
        ("T2", "T\u{8}", "control"),
        ("T2</title>", "T2", "tag"),
        ("<title>T2", "<p></div><title>T2", "tag"),
        ("T2</title>", "T2</title><odd:x>1</odd:x>", "namespace"),
    ] {
        let read = told(&whole.replacen(from, to, 1));
        assert_eq!(read.drafts.len(), 3, "{to}");
        assert_eq!(read.drafts[2].title, "T3", "{to}");
        assert!(read.damaged.as_deref().unwrap_or_default().contains(word), "{to}: {:?}", read.damaged);
    }
    let unclosed = whole.replace("</item>", "");
    assert_eq!(titles(&told(&unclosed)), ["T1", "T2", "T3"]);
    let noise = format!("<br />\n<b>Warning</b>: something on line 5<br />\n{whole}");
    assert_eq!(told(&noise).drafts.len(), 3);
    assert_eq!(told(&format!("<!-- no end >\n{whole}")).drafts.len(), 3);
}

#[test]
fn hostile_documents_stay_small() {
    let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>\
        <rss version=\"2.0\"><channel><item><title>&b;&x;</title><link>https://example.com/a</link></item></channel></rss>";
    assert_eq!(titles(&told(bomb)), ["&b;&x;"]);
    let deep = format!("<rss><channel><item><description>{}", "<div>".repeat(100_000));
    assert!(told(&deep).damaged.unwrap().contains("deep"));
    // Each of these took quadratic time once.
    for piece in
        ["<![", "<?a>", "<![CDATA[", "&lt;a href=&quot;", "&lt;script&gt;&lt;/a ", "<a ", "&lt;!--", "</x>"]
    {
        for field in ["description", "content:encoded", "title"] {
            let _ = read(
                format!("<rss><channel><item><{field}>{}", piece.repeat(60_000)).as_bytes(),
                None,
                &base(),
                10,
            );
        }
    }
    let many: Vec<String> =
        (0..1000).map(|n| format!("<item><link>https://example.com/{n}</link></item>")).collect();
    let read = told(&format!("<rss><channel>{}</channel></rss>", many.concat()));
    assert_eq!(read.drafts.len(), 100);
    assert!(read.warnings[0].contains("more entries"));
    let odd = told(
        "<rss><channel><item><title>a\u{202e}b\0c</title><link>javascript:alert(1)</link><guid>../../etc</guid>\
        <pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate></item></channel></rss>",
    );
    assert_eq!((titles(&odd), url(&odd, 0), odd.drafts[0].published), (vec!["abc"], "-", None));
}

#[test]
fn what_is_no_feed_is_named() {
    let page = r#"<!doctype html><html><head><link rel="alternate" type="application/atom+xml" href="/atom.xml"></head></html>"#;
    match read(page.as_bytes(), Some("text/html"), &base(), 10) {
        Err(DiscoverError::HtmlPage { feeds }) => {
            assert_eq!(feeds[0].as_str(), "https://example.com/atom.xml");
        }
        other => panic!("{other:?}"),
    }
    for (text, word) in
        [("<urlset></urlset>", "kind: sitemap"), ("<opml/>", "kind: opml"), ("plain words", "feed")]
    {
        let error = read(text.as_bytes(), None, &base(), 10).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn bytes_in_other_charsets() {
    let text = "<?xml version=\"1.0\" encoding=\"gb2312\"?><rss version=\"2.0\"><channel><item><title>比特币突破历史新高</title></item></channel></rss>";
    let bytes = encoding_rs::GBK.encode(text).0;
    assert_eq!(titles(&read(&bytes, Some("text/xml"), &base(), 10).unwrap()), ["比特币突破历史新高"]);
    assert_eq!(
        titles(&read(&bytes, Some("text/xml; charset=utf-8"), &base(), 10).unwrap()),
        ["比特币突破历史新高"]
    );
}

/// The shared suite of feeds: nearly all are read; how well, its own scorer tells.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn the_shared_feeds_are_read() {
    let Some(data) = std::env::var_os("NEWSMILL_DATA") else {
        eprintln!("skipped: NEWSMILL_DATA is not set");
        return;
    };
    let root = std::path::Path::new(&data).join("feeds/dev");
    let (mut files, mut unread) = (0_usize, Vec::new());
    for line in std::fs::read_to_string(root.join("index.jsonl")).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = row["file"].as_str().unwrap();
        let bytes = std::fs::read(root.join("files").join(file)).unwrap();
        files += 1;
        if read(&bytes, None, &base(), 100).is_err() {
            unread.push(file.to_owned());
        }
    }
    assert!(unread.len() * 50 <= files, "{} of {files} not read: {unread:?}", unread.len());
}

proptest! {
    #[test]
    fn any_document_is_read_or_refused(
        head in "<(rss|feed|rdf:RDF|channel)( version='2.0'| xmlns='http://www.w3.org/2005/Atom')?>",
        rest in "(<item>|<entry>|</item>|</entry>|<title>|</title>|<link>|<link href='a'/>|<content type='xhtml'>|<p|>|<br/>|&amp|&#0;|<!\\[CDATA\\[|\\]\\]>|<!--|a b|<media:group>|<author>|<category term='x'/>|é){0,40}",
    ) {
        let _ = read(format!("{head}{rest}").as_bytes(), None, &base(), 10);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, None, &base(), 10);
    }
}
