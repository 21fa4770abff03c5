//! Pages written for these tests go in, what is read from them is asserted.

use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

use crate::dom::Selector;
use crate::extract::{self, Extraction, Furniture, Limits, Page, Rules, Witness};
use crate::model::article::{Obtained, PageKind};
use crate::model::block::{Block, Inline, plain_text};

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn read_with(html: &str, rules: &Rules, witness: &Witness<'_>, furniture: &Furniture) -> Extraction {
    let url = Url::parse("https://paper.example/2026/05/04/rain").unwrap();
    let page =
        Page { bytes: html.as_bytes(), content_type: Some("text/html; charset=utf-8"), url: Some(&url) };
    extract::read(&page, rules, witness, furniture, &Limits::default(), now())
}

fn read(html: &str) -> Extraction {
    read_with(html, &Rules::default(), &Witness::default(), &Furniture::none())
}

const ONE: &str = "Heavy rain fell on the whole country on Monday, and three rivers rose above their banks, the weather service said.";
const TWO: &str = "Farmers in the south, where it had not rained for weeks, were relieved; others feared for their harvest and their cattle.";
const THREE: &str = "The service expects the rain to go on until Thursday, with strong winds on the coast and snow above two thousand metres.";

fn article(inside: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>Rain over the country | The Paper</title>
        <meta property='og:site_name' content='The Paper'><meta property='article:published_time' content='2026-05-04T10:00:00+02:00'>
        </head><body><nav><ul><li><a href=/a>Home</a><li><a href=/b>World</a></ul></nav>
        <main><h1>Rain over the country</h1><p class=standfirst>Three rivers rise, and it will go on until Thursday.</p>
        <p class=byline>By <a rel=author href=/p/ann>Ann Lee</a></p>
        <div class=article-body><p>{ONE}</p>{inside}<p>{TWO}</p><p>{THREE}</p></div></main>
        <section id=comments><p>Great rain, I say, I have never seen such rain, never, not once in my whole life.</p></section>
        <footer><p>© The Paper. All rights reserved.</p></footer></body></html>"
    )
}

#[test]
fn an_article_is_read_with_its_lead_and_without_what_is_around_it() {
    let inside = "<p><strong>Read also:</strong> <a href=/x>Snow</a></p><div class=related-posts><p>Another story that is not this one, at all.</p></div>";
    let read = read(&article(inside));
    let text = extract::text(&read.article.blocks);
    assert_eq!(text, format!("Three rivers rise, and it will go on until Thursday.\n{ONE}\n{TWO}\n{THREE}"));
    assert_eq!(read.article.title, "Rain over the country");
    assert_eq!(read.article.authors, ["Ann Lee"]);
    assert_eq!(read.article.published.unwrap().to_string(), "2026-05-04T10:00:00+02:00");
    assert_eq!(read.article.language.unwrap().as_str(), "en");
    assert_eq!(read.article.site_name.as_deref(), Some("The Paper"));
    assert_eq!(read.article.kind, PageKind::Article);
}

#[test]
fn structure_is_kept() {
    let inside = "<h2>South</h2><p>One <b>bold <a href='/l'>link</a></b>.</p><ul><li>a<ol><li>b</ol><li><a href=/only>only a link</a></ul>
        <blockquote class=twitter-tweet><p>Rain!</p><a href='https://posts.example/1'>May 4</a></blockquote>
        <table><tr><th>Place<th>mm<tr><td>North<td>12</table><pre><code class=language-sh>ls  -l</code></pre>
        <figure><img src=/r.jpg alt=Rain><figcaption>A river</figcaption></figure><p><a href=/whole>A paragraph that is one link.</a></p>";
    let blocks = read(&article(inside)).article.blocks;
    let link = |url: &str, text: &str| Inline::Link {
        url: format!("https://paper.example{url}"),
        inlines: vec![Inline::text(text)],
    };
    let list = Block::List {
        ordered: false,
        items: vec![
            vec![
                Block::paragraph("a"),
                Block::List { ordered: true, items: vec![vec![Block::paragraph("b")]] },
            ],
            vec![Block::Paragraph { inlines: vec![link("/only", "only a link")] }],
        ],
    };
    assert!(blocks.contains(&list), "{blocks:#?}");
    let bold = Inline::Strong { inlines: vec![Inline::text("bold "), link("/l", "link")] };
    assert!(
        blocks.contains(&Block::Paragraph { inlines: vec![Inline::text("One "), bold, Inline::text(".")] })
    );
    assert!(blocks.iter().any(
        |block| matches!(block, Block::Quote { cite: Some(url), .. } if url == "https://posts.example/1")
    ));
    let row = |a: &str, b: &str| vec![vec![Inline::text(a)], vec![Inline::text(b)]];
    assert!(
        blocks.contains(&Block::Table { header: true, rows: vec![row("Place", "mm"), row("North", "12")] })
    );
    assert!(blocks.contains(&Block::Code { language: Some("sh".into()), text: "ls  -l".into() }));
    assert!(blocks.contains(&Block::Image {
        url: "https://paper.example/r.jpg".into(),
        alt: "Rain".into(),
        caption: vec![Inline::text("A river")]
    }));
    assert!(
        blocks.contains(&Block::Paragraph { inlines: vec![link("/whole", "A paragraph that is one link.")] })
    );
}

#[test]
fn rules_and_furniture_decide_before_all_else() {
    let html = article(
        "<div class=odd><p>An odd box in the middle of it all, with words of its own, and a point.</p></div>",
    );
    let rules = Rules { keep: Vec::new(), drop: vec![Selector::parse(".odd").unwrap()] };
    let bare = read_with(&html, &rules, &Witness::default(), &Furniture::none()).article;
    assert!(!plain_text(&bare.blocks).contains("odd box"));
    let only = Rules { keep: vec![Selector::parse(".odd").unwrap()], drop: Vec::new() };
    let kept = read_with(&html, &only, &Witness::default(), &Furniture::none()).article;
    assert!(plain_text(&kept.blocks).starts_with("An odd box") && kept.blocks.len() == 1);
    let mut furniture = Furniture::none();
    for n in 0..3 {
        furniture.learn(&[Block::paragraph(format!("{n}")), Block::paragraph(TWO)]);
    }
    let less = read_with(&html, &Rules::default(), &Witness::default(), &furniture).article;
    assert!(!plain_text(&less.blocks).contains("Farmers"));
}

#[test]
fn pages_that_are_no_articles_are_told_apart() {
    let links: String = "<li><a href=/story>One more story of the day</a></li>".repeat(60);
    for (html, kind) in [
        ("<html><head><title>Shop</title></head><body><div id=root></div><script>start()</script></body></html>".to_owned(), PageKind::EmptyShell),
        ("<title>404 - Page not found</title><h1>Page not found</h1><p>The page you are looking for is gone, sorry.</p>".to_owned(), PageKind::SoftNotFound),
        (format!("<title>News</title><ul>{links}</ul>"), PageKind::List),
        ("<title>Paper</title><h1>We value your privacy</h1><p>We ask for your consent to cookies.</p><button>Accept all</button><p>Accept all cookies, or accept cookies one by one.</p>".to_owned(), PageKind::Consent),
        (format!("<title>Rain</title><h1>Rain</h1><article><p>{ONE}</p></article><div class=paywall><p>Subscribe to continue reading this article.</p></div>"), PageKind::Paywall),
        (article(""), PageKind::Article),
    ] {
        let read = read(&html).article;
        assert_eq!(read.kind, kind, "{html}");
        assert_eq!(read.missing.is_empty(), kind == PageKind::Article);
        if !matches!(kind, PageKind::Article | PageKind::Paywall) {
            assert!(read.blocks.is_empty());
        }
    }
}

#[test]
fn the_feed_is_a_witness() {
    let html = article("")
        .replace("<meta property='article:published_time' content='2026-05-04T10:00:00+02:00'>", "");
    let told = crate::model::moment::Moment::parse("2026-05-04T09:30:00Z").unwrap();
    let witness = Witness { published: Some(told), ..Witness::default() };
    let read = read_with(&html, &Rules::default(), &witness, &Furniture::none());
    assert_eq!(read.article.published, Some(told));
    let shell = "<title>Rain</title><div id=root></div>";
    let witness = Witness {
        summary: Some("It rains."),
        content: Some("<p>It rains, and it will.</p>"),
        ..Witness::default()
    };
    let read = read_with(shell, &Rules::default(), &witness, &Furniture::none());
    assert_eq!(read.article.blocks, [Block::paragraph("It rains, and it will.")]);
    assert_eq!(read.article.obtained, Obtained::Feed);
}

#[test]
fn hostile_pages_end_soon() {
    let deep = format!("{}<p>{ONE}</p>", "<div>".repeat(200_000));
    let wide = format!("<p {}>{ONE}</p>", "a=b ".repeat(1_000_000));
    let quotes = format!("{}{ONE}", "<blockquote><ul><li>".repeat(50_000));
    let marks = format!("<p>{}{ONE}", "<b><i><a href=/x>".repeat(5_000));
    let line = format!("<p>{}</p>", "word, ".repeat(8 << 20));
    for html in [deep, wide, quotes, marks, line] {
        let read = read(&html);
        assert!(read.article.blocks.len() <= Limits::default().blocks);
        let _ = extract::markdown(&read.article.blocks);
    }
}

#[test]
fn what_feeds_carry_becomes_blocks_without_scripts() {
    let base = Url::parse("https://paper.example/a/").unwrap();
    let html = "<p>Hi <em>you</em><script>alert(1)</script></p><img src=i.png onerror=x><a href='javascript:x'>bad</a>";
    let blocks = extract::fragment(html, Some(&base), &Limits::default());
    assert_eq!(
        blocks,
        [
            Block::Paragraph {
                inlines: vec![Inline::text("Hi "), Inline::Emphasis { inlines: vec![Inline::text("you")] }]
            },
            Block::Image { url: "https://paper.example/a/i.png".into(), alt: String::new(), caption: vec![] },
            Block::paragraph("bad"),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_page_is_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600), html in "(<(p|div|ul|li|table|tr|td|b|a href=x|h2|pre|figure|blockquote|/p|/div|/ul|br)>|[a-z., ]{1,30}){0,60}") {
        let page = Page { bytes: &bytes, content_type: Some("text/html; charset=gbk"), url: None };
        extract::read(&page, &Rules::default(), &Witness::default(), &Furniture::none(), &Limits::default(), now());
        let read = read(&html);
        let _ = extract::markdown(&read.article.blocks);
    }
}
