//! A rich sample edition for the tests: several publishers, scripts and days, every state a page can show, hostile
//! words. All of it is invented.

use jiff::{Timestamp, ToSpan};

use crate::model::article::{Article, Obtained};
use crate::model::block::{Block, Inline};
use crate::model::edition::{Appearance, Dossier, Edition, EventRow, Revision, Row, SourceRow, SourceRun};
use crate::model::event::{Conflict, Event, Outcome, Precedent, Reason, ReasonKind, Similar};
use crate::model::id::{ArticleId, EventId, ID_DIGITS, SourceId};
use crate::model::impact::{Direction, Horizon, Impact, KeyPoint, SymbolEffect};
use crate::model::lang::Lang;
use crate::model::moment::Moment;
use crate::model::report::{Failure, Report, SourceReport, Spend, Stage, StageReport};
use crate::model::source::{Republish, Source, SourceKind};
use crate::model::status::Status;
use crate::model::tag::{Evidence, Symbol, Tag, TagKind};
use crate::model::translation::{Maker, SegmentFault, Translation};
use crate::model::url::CanonicalUrl;
use crate::model::votes::Votes;
use crate::site::{Budget, Settings};

pub(crate) fn lang(tag: &str) -> Lang {
    Lang::parse(tag).unwrap()
}

fn now() -> Timestamp {
    "2026-11-23T07:17:00Z".parse().unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        title: "The Mill".into(),
        tagline: "Crypto, AI and markets, read in every language".into(),
        base_url: Some("https://news.example/mill/".parse().unwrap()),
        sample: true,
        contact: Some("desk@news.example".into()),
        about: vec![("about".into(), include_str!("../../config/prose/about.md").into())],
        vote_link: Some("https://github.com/example/votes/issues/new?title={id}%20{title}&body={url}".into()),
        vote_origin: Some("github".into()),
        categories: vec![
            ("crypto".into(), "Crypto".into()),
            ("ai".into(), "AI".into()),
            ("markets".into(), "Markets".into()),
            ("zh_news".into(), "Chinese news".into()),
        ],
        budget: Some(Budget {
            currency: "USD".into(),
            per_run_micros: Some(500_000),
            per_day_micros: Some(2_000_000),
        }),
    }
}

const SOURCES: [(&str, &str, &str, &str, Republish); 8] = [
    ("chaindesk", "Chain Desk", "crypto", "en", Republish::Full),
    ("liansheng", "鏈聲日報", "zh_news", "zh-Hant", Republish::Full),
    ("kabuto", "カブト経済", "markets", "ja", Republish::Full),
    ("boerse", "Börsenblick", "markets", "de", Republish::Excerpt),
    ("mercado", "Mercado Vivo", "markets", "es", Republish::Link),
    ("mashhad", "أسواق اليوم", "markets", "ar", Republish::Full),
    ("modelwire", "Model Wire", "ai", "en", Republish::Full),
    ("seoulbit", "서울비트", "crypto", "ko", Republish::Full),
];

const SYMBOLS: [(&str, &str, &str); 8] = [
    ("BTC", "crypto", "Bitcoin"),
    ("ETH", "crypto", "Ethereum"),
    ("SOL", "crypto", "Solana"),
    ("NVDA", "equity", "NVIDIA"),
    ("TSLA", "equity", "Tesla"),
    ("^GSPC", "index", "S&P 500"),
    ("OPENAI", "company", "OpenAI"),
    ("XAU", "commodity", "Gold"),
];

/// `(source, hours ago, original title, title in English, symbols, event, direction)`.
type Story = (usize, i64, &'static str, &'static str, &'static [u16], Option<usize>, Option<(Direction, u8)>);

const STORIES: [Story; 26] = [
    (
        1,
        26,
        "現貨乙太幣基金單日吸金創新高,機構調倉傳聞四起:分析師指這次與去年截然不同,散戶卻仍在觀望",
        "Spot ether funds take in a record sum in one day as institutions are said to rebalance: analysts call it unlike last year, retail still waits",
        &[1, 0],
        Some(0),
        Some((Direction::Positive, 72)),
    ),
    (
        0,
        24,
        "Spot ether funds draw record inflow of $1.2 billion",
        "",
        &[1, 0],
        Some(0),
        Some((Direction::Positive, 70)),
    ),
    (
        3,
        20,
        "Rekordzuflüsse bei Ether-Fonds: 1,4 Milliarden Dollar an einem Tag",
        "Record inflows into ether funds: 1.4 billion dollars in a day",
        &[1],
        Some(0),
        Some((Direction::Positive, 61)),
    ),
    (
        2,
        16,
        "イーサ現物ファンドに過去最大の資金流入、機関投資家の組み替えか",
        "Ether spot funds see their largest inflow so far",
        &[1, 5],
        Some(0),
        None,
    ),
    (
        7,
        12,
        "이더 현물 펀드에 사상 최대 자금 유입",
        "Record money flows into ether spot funds",
        &[1],
        Some(0),
        Some((Direction::Mixed, 40)),
    ),
    (
        5,
        5,
        "صناديق الإيثر الفورية تسجل تدفقات قياسية بقيمة 1.2 مليار دولار",
        "Spot ether funds record inflows of 1.2 billion dollars",
        &[1],
        Some(0),
        Some((Direction::Positive, 66)),
    ),
    (
        0,
        3,
        "Ether funds: second day of strong inflows, volumes thin",
        "",
        &[1, 2],
        Some(0),
        Some((Direction::Mixed, 35)),
    ),
    (
        6,
        30,
        "Chip export rule is delayed, suppliers gain",
        "",
        &[3, 5],
        Some(1),
        Some((Direction::Positive, 55)),
    ),
    (
        2,
        28,
        "半導体輸出規則の施行延期、関連株が上昇",
        "Chip export rule postponed, related shares rise",
        &[3, 5],
        Some(1),
        Some((Direction::Positive, 48)),
    ),
    (
        3,
        22,
        "Chip-Exportregel verschoben – Zulieferer legen zu",
        "Chip export rule postponed: suppliers rise",
        &[3],
        Some(1),
        None,
    ),
    (6, 9, "Lab opens weights of a small reasoning model", "", &[6], Some(2), Some((Direction::Neutral, 20))),
    (
        1,
        7,
        "實驗室開源小型推理模型權重",
        "Lab opens the weights of a small reasoning model",
        &[6],
        Some(2),
        Some((Direction::Neutral, 18)),
    ),
    (
        4,
        11,
        "El oro cae tras los datos de empleo",
        "Gold falls after jobs data",
        &[7, 5],
        Some(3),
        Some((Direction::Negative, 44)),
    ),
    (
        5,
        10,
        "الذهب يتراجع بعد بيانات الوظائف",
        "Gold retreats after jobs data",
        &[7],
        Some(3),
        Some((Direction::Negative, 41)),
    ),
    (
        0,
        2,
        "Validator outage slows a chain for forty minutes",
        "",
        &[2],
        None,
        Some((Direction::Negative, 38)),
    ),
    (6, 4, "<script>alert('title')</script> & other \u{202e}tricks of the trade", "", &[6, 3], None, None),
    (4, 6, "La bolsa abre plana a la espera de la inflación", "", &[5], None, None),
    (
        7,
        33,
        "거래소, 상장 심사 기준 강화",
        "Exchange tightens its listing rules",
        &[0],
        None,
        Some((Direction::Mixed, 30)),
    ),
    (
        2,
        40,
        "量子計算の進展、暗号資産への影響は限定的",
        "Quantum progress, little effect on crypto assets",
        &[0],
        None,
        Some((Direction::Neutral, 12)),
    ),
    (0, 52, "Miners sell reserves as fees fall", "", &[0], None, Some((Direction::Negative, 50))),
    (6, 60, "Benchmark authors retract a leaderboard", "", &[6], None, None),
    (
        1,
        75,
        "監管機構公布穩定幣儲備規則草案",
        "Regulator publishes draft rules for stablecoin reserves",
        &[0, 1],
        Some(4),
        Some((Direction::Mixed, 52)),
    ),
    (
        0,
        74,
        "Draft stablecoin rules ask for daily reserve reports",
        "",
        &[0, 1],
        Some(4),
        Some((Direction::Mixed, 47)),
    ),
    (
        3,
        200,
        "Ether-Fonds: Zuflüsse auf Jahreshoch",
        "Ether funds: inflows at a yearly high",
        &[1],
        Some(5),
        Some((Direction::Positive, 58)),
    ),
    (0, 198, "Ether funds see best week of the year", "", &[1], Some(5), Some((Direction::Positive, 60))),
    (
        4,
        400,
        "Tesla recorta precios en Europa",
        "Tesla cuts prices in Europe",
        &[4],
        None,
        Some((Direction::Negative, 33)),
    ),
];

/// An edition in `language` with `filler` plain articles besides the stories, and the dossiers of all, by id.
pub(crate) fn edition(language: &str, filler: usize) -> (Edition, Vec<Dossier>) {
    let own = lang(language);
    let mut articles: Vec<(Row, Dossier, Option<usize>)> =
        STORIES.iter().enumerate().map(|(n, story)| story_of(&own, n, story)).collect();
    articles.extend((0..filler).map(|n| plain(&own, n)));
    articles.sort_by(|a, b| b.0.published.at.cmp(&a.0.published.at).then_with(|| a.0.id.cmp(&b.0.id)));
    let events = events(&mut articles);
    let mut edition = Edition {
        language: own,
        languages: vec![lang("en"), lang("zh-Hant")],
        now: now(),
        rows: articles.iter().map(|(row, ..)| row.clone()).collect(),
        events,
        sources: sources(),
        symbols: symbols(),
        redirects: Vec::new(),
        report: report(),
        spent: vec![spend("gemini", "translate", 1_204, 412_000), spend("grok", "analyze", 600, 1_900_000)],
        similar_mode: "keywords".into(),
    };
    let old = EventId::parse("00000000aa").unwrap();
    edition.redirects.push((old, edition.events[0].id.clone()));
    if !edition.languages.contains(&edition.language) {
        edition.languages.push(edition.language.clone());
    }
    let mut dossiers: Vec<Dossier> = articles.into_iter().map(|(_, dossier, _)| dossier).collect();
    similar(&edition, &mut dossiers);
    (edition, dossiers)
}

fn symbols() -> Vec<Symbol> {
    let mut all: Vec<Symbol> = SYMBOLS
        .iter()
        .map(|(ticker, class, name)| Symbol {
            ticker: (*ticker).into(),
            class: (*class).into(),
            name: (*name).into(),
            names: if *ticker == "BTC" { vec![("zh-Hant".into(), "比特幣".into())] } else { vec![] },
        })
        .collect();
    all.extend((0..40).map(|n| Symbol {
        ticker: format!("TK{n}"),
        class: "equity".into(),
        name: format!("Ticker {n} Holdings"),
        names: vec![],
    }));
    all
}

fn url(n: usize) -> CanonicalUrl {
    CanonicalUrl::parse(&format!("https://publisher{}.example/story/{n}?a=1&b=2", n % 8)).unwrap()
}

fn ago(hours: i64) -> Timestamp {
    now() - hours.hours() - 11.minutes()
}

fn row(own: &Lang, n: usize, source: usize, hours: i64, title: &str, english: &str) -> Row {
    let language = lang(SOURCES[source].3);
    // The sample pretends that everything with an English title is translated into any edition's language.
    let translated = !own.reads(&language) && !english.is_empty();
    Row {
        id: ArticleId::of(&url(n), ID_DIGITS),
        source: source as u16,
        title: if translated { english.into() } else { title.into() },
        title_language: Some(if translated { own.clone() } else { language.clone() }),
        language: Some(language.clone()),
        published: Moment::utc(ago(hours)),
        first_seen: ago(hours) + 9.minutes(),
        symbols: vec![],
        event: None,
        words: 640,
        impact: None,
        readable: translated || own.reads(&language),
        full_text: SOURCES[source].4 != Republish::Link,
        fingerprint: n as u64 + 1,
    }
}

fn story_of(own: &Lang, n: usize, story: &Story) -> (Row, Dossier, Option<usize>) {
    let (source, hours, title, english, symbols, event, impact) = story;
    let mut row = row(own, n, *source, *hours, title, english);
    row.symbols = symbols.to_vec();
    if n == 0 {
        row.symbols.extend(8..48);
    }
    row.impact = *impact;
    let mut dossier = dossier(own, &row, title, english);
    state(n, &row, &mut dossier);
    (row, dossier, *event)
}

fn plain(own: &Lang, n: usize) -> (Row, Dossier, Option<usize>) {
    let title = format!("Plain report number {n} on funds, fees and forecasts");
    let mut row = row(own, 1000 + n, n % 2 * 6, 80 + i64::try_from(n).unwrap() * 5, &title, "");
    row.symbols = vec![(n % 8) as u16];
    let dossier = dossier(own, &row, &title, "");
    (row, dossier, None)
}

fn text(own: &Lang, language: &Lang) -> Vec<Block> {
    let link = |url: &str, words: &str| Inline::Link { url: url.into(), inlines: vec![Inline::text(words)] };
    let (lead, rest, quote) = match language.primary() {
        "zh" => (
            "根據多家資料商的統計,現貨乙太幣基金週五單日淨流入達到十二億美元,創下掛牌以來的新高。",
            "市場人士認為,這波資金主要來自季度末的資產重新配置,而非散戶追價;衍生品市場的未平倉量同時下降,顯示槓桿並未同步升高。",
            "「這次的買盤來得安靜,卻更持久。」",
        ),
        "ar" => (
            "سجلت صناديق الإيثر الفورية تدفقات صافية بلغت 1.2 مليار دولار يوم الجمعة، وهو أعلى رقم منذ إدراجها.",
            "ويرى محللون أن الأموال جاءت من إعادة توزيع الأصول في نهاية الربع، لا من المستثمرين الأفراد.",
            "«هذه المرة جاء الشراء هادئًا لكنه أكثر ثباتًا».",
        ),
        _ => (
            "Spot ether funds took in 1.2 billion dollars on Friday, the most since they were listed, according to figures that three data houses published over the weekend.",
            "Traders put it down to quarter-end rebalancing rather than to retail demand: open interest in derivatives fell on the same day, which suggests that leverage did not rise with the price.",
            "“The bid came quietly this time, and it stayed.”",
        ),
    };
    let _ = own;
    vec![
        Block::Paragraph { inlines: vec![Inline::text(lead)] },
        Block::Paragraph {
            inlines: vec![
                Inline::text(rest),
                Inline::text(" "),
                link("https://data.example/flows?day=5&x=\"y\"", "data"),
                Inline::text(" "),
                link("javascript:alert(1)", "trap"),
                Inline::text(" <b>&amp;</b> "),
                Inline::Strong { inlines: vec![Inline::text("+18 %")] },
            ],
        },
        Block::Heading { level: 4, inlines: vec![Inline::text("What moved")] },
        Block::List {
            ordered: false,
            items: vec![
                vec![Block::paragraph("Inflow: 1.2 billion dollars")],
                vec![
                    Block::paragraph("Volume: below the monthly mean"),
                    Block::List {
                        ordered: true,
                        items: vec![vec![Block::paragraph("spot")], vec![Block::paragraph("futures")]],
                    },
                ],
            ],
        },
        Block::Quote {
            blocks: vec![Block::paragraph(quote)],
            cite: Some("https://social.example/post/1".into()),
        },
        Block::Table {
            header: true,
            rows: [
                ["Fund", "Inflow", "Share"],
                ["Alder", "640 M", "53 %"],
                ["Birch", "380 M", "32 %"],
                ["Cedar", "180 M", "15 %"],
            ]
            .iter()
            .map(|row| row.iter().map(|cell| vec![Inline::text(*cell)]).collect())
            .collect(),
        },
        Block::Image {
            url: "https://img.example/flows.png".into(),
            alt: "Chart of daily flows".into(),
            caption: vec![Inline::text("Daily flows since listing.")],
        },
        Block::Code { language: None, text: "flow = inflow - outflow  # <per day>".into() },
        Block::Rule,
        Block::Heading { level: 2, inlines: vec![Inline::text("What comes next")] },
        Block::paragraph(rest),
        Block::paragraph(lead),
    ]
}

fn dossier(own: &Lang, row: &Row, title: &str, english: &str) -> Dossier {
    let language = row.language.clone().unwrap();
    let source = SourceId::parse(SOURCES[usize::from(row.source)].0).unwrap();
    let blocks = text(own, &language);
    let translation = (!english.is_empty() && !own.reads(&language)).then(|| Translation {
        language: own.clone(),
        title: english.into(),
        blocks: text(own, &lang("en")),
        by: vec![
            Maker { provider: "gemini".into(), model: "gemini-3-flash".into() },
            Maker { provider: "memory".into(), model: String::new() },
        ],
        at: row.first_seen,
        words: 702,
        checked: 21,
        faults: vec![],
    });
    let status = if translation.is_some() {
        Status::Ready
    } else {
        Status::Off { why: "Translation is off: no provider is configured.".into() }
    };
    let impact = row.impact.map(|(direction, strength)| analysis(own, row, direction, strength));
    Dossier {
        id: row.id.clone(),
        source: source.clone(),
        appearances: vec![Appearance {
            source,
            title: title.into(),
            published: Some(row.published),
            seen: row.first_seen,
        }],
        url: CanonicalUrl::parse(&format!("https://publisher.example/{}?a=1&b=%22", row.id)).unwrap(),
        first_seen: row.first_seen,
        article: Article {
            title: title.into(),
            authors: vec!["A. Writer".into()],
            published: Some(Moment { offset: Some(28_800), ..row.published }),
            language: Some(language),
            blocks,
            obtained: Obtained::Page,
            words: row.words,
            ..Article::empty()
        },
        read: Status::Ready,
        translation,
        translated: status,
        tags: vec![Tag {
            kind: TagKind::Symbol,
            key: "ETH".into(),
            evidence: vec![Evidence {
                text: "ether".into(),
                place: "title".into(),
                rule: "name".into(),
                count: 4,
            }],
        }],
        analysed: match impact {
            Some(_) => Status::Ready,
            None => Status::Pending {
                why: "The budget of this run is spent.".into(),
                retry: Some(now() + 1.hour()),
            },
        },
        impact,
        votes: vec![],
        event: None::<Event>,
        similar: vec![],
        revisions: vec![],
        text_hash: blake3::hash(title.as_bytes()).to_hex().to_string(),
        versions: vec![("extract".into(), "1".into()), ("tag".into(), "1".into())],
    }
}

fn analysis(own: &Lang, row: &Row, direction: Direction, strength: u8) -> Impact {
    Impact {
        direction,
        strength,
        horizon: Horizon::Days,
        summary:
            "Institutional money returns to ether funds without leverage, which supports the price for days."
                .into(),
        language: own.clone(),
        effects: row
            .symbols
            .iter()
            .take(3)
            .map(|at| SymbolEffect {
                symbol: symbols()[usize::from(*at)].ticker.clone(),
                direction,
                strength,
            })
            .collect(),
        points: vec![
            KeyPoint {
                text: "The inflow is the largest so far.".into(),
                quote: "Spot ether funds took in 1.2 billion dollars on Friday".into(),
                segment: 0,
            },
            KeyPoint {
                text: "Leverage did not rise with the price.".into(),
                quote: "open interest in derivatives fell on the same day".into(),
                segment: 1,
            },
        ],
        refused: vec!["a key point was dropped: its quote is not in the article".into()],
        by: Maker { provider: "grok".into(), model: "grok-4-fast".into() },
        at: row.first_seen,
    }
}

/// Gives some articles the rarer states.
fn state(n: usize, row: &Row, dossier: &mut Dossier) {
    match n {
        0 => {
            if let Some(translation) = &mut dossier.translation {
                translation.faults.push(SegmentFault {
                    segment: Some(1),
                    what: "the number 18 is lost".into(),
                    replaced: true,
                });
            }
            dossier.votes.push(Votes {
                origin: "cryptopanic".into(),
                counts: vec![
                    ("positive".into(), 12),
                    ("negative".into(), 3),
                    ("important".into(), 4),
                    ("comments".into(), 7),
                ],
                read: now(),
                place: Some("https://portal.example/news/1".into()),
            });
            dossier.revisions.push(Revision {
                until: row.first_seen,
                title: "舊標題 <i>".into(),
                removed: vec!["十一億美元".into()],
                added: vec!["十二億美元".into()],
            });
        }
        10 => dossier.analysed = Status::Failed { why: "HTTP 503".into(), retry: None },
        14 => {
            dossier.article.obtained = Obtained::Summary;
            dossier.article.missing = vec!["The page answered 410 Gone.".into()];
            dossier.article.blocks.truncate(1);
            dossier.read = Status::Unavailable {
                why: "The page answered 410 Gone; the feed's summary stands in.".into(),
            };
        }
        20 => {
            dossier.article.obtained = Obtained::Nothing;
            dossier.article.blocks.clear();
            dossier.read = Status::Pending { why: "The host asked to wait.".into(), retry: Some(now()) };
            dossier.analysed = Status::Off { why: "Analysis is off: no provider is configured.".into() };
        }
        _ => {}
    }
}

fn events(articles: &mut [(Row, Dossier, Option<usize>)]) -> Vec<EventRow> {
    let mut out: Vec<EventRow> = Vec::new();
    for wanted in 0..6 {
        let mut members: Vec<u32> = articles
            .iter()
            .enumerate()
            .filter(|(_, a)| a.2 == Some(wanted))
            .map(|(at, _)| at as u32)
            .collect();
        members.reverse();
        let founder = &articles[members[0] as usize].0;
        let central = members[members.len() / 2];
        let ids: Vec<ArticleId> = members.iter().map(|at| articles[*at as usize].0.id.clone()).collect();
        let id = EventId::of(&founder.id, ID_DIGITS);
        let language = articles[0].0.title_language.clone();
        let conflicts = if wanted == 0 {
            vec![Conflict {
                about: "inflow in dollars".into(),
                versions: vec![
                    (ids[1].clone(), "$1.2 billion".into()),
                    (ids[2].clone(), "1,4 Milliarden Dollar".into()),
                ],
            }]
        } else {
            vec![]
        };
        out.push(EventRow {
            id,
            central,
            summary: "Institutional money returns to the funds, and reports differ on how much of it.".into(),
            summary_language: language,
            summary_is_excerpt: wanted % 2 == 1,
            publishers: members.len() as u16,
            conflicts,
            absorbed: if wanted == 0 { vec![EventId::parse("00000000aa").unwrap()] } else { vec![] },
            parted: Vec::new(),
            heat: 10.0 - wanted as f32,
            members,
        });
    }
    out.sort_by_key(|event| *event.members.last().unwrap());
    for (at, event) in out.iter().enumerate() {
        event.members.iter().for_each(|member| articles[*member as usize].0.event = Some(at as u32));
    }
    out
}

fn similar(edition: &Edition, dossiers: &mut [Dossier]) {
    let past = &edition.events[edition.events.len() - 1];
    // The first report resembles, so that the others came after it.
    let row = &edition.rows[past.members[0] as usize];
    let central = &edition.rows[past.central as usize].id;
    let impact = dossiers.iter().find(|dossier| dossier.id == *central).and_then(|d| d.impact.clone());
    let similar = Similar {
        event: past.id.clone(),
        article: row.id.clone(),
        published: row.published.at,
        score: 0.81,
        why: vec![
            Reason { kind: ReasonKind::Symbols, words: vec!["ETH".into()], share: 0.5 },
            Reason { kind: ReasonKind::Terms, words: vec!["inflows".into(), "funds".into()], share: 0.3 },
            Reason { kind: ReasonKind::Time, words: vec![], share: 0.2 },
        ],
    };
    let outcome = impact.map(|impact| Outcome::of(central.clone(), impact));
    let one = Precedent { similar, outcome };
    for dossier in dossiers.iter_mut().take(20).filter(|dossier| dossier.id != row.id) {
        dossier.similar.push(one.clone());
    }
}

fn sources() -> Vec<SourceRow> {
    let one =
        |(at, (id, name, category, language, republish)): (usize, &(&str, &str, &str, &str, Republish))| {
            let id = SourceId::parse(id).unwrap();
            let run = |n: i64| SourceRun {
                at: now() - (n * 6).hours(),
                source: id.clone(),
                well: !(at == 4 && n < 3) && (n + i64::try_from(at).unwrap()) % 11 != 0,
                http: Some(200),
                fresh: 3,
                took_ms: 120,
                why: if at == 4 && n < 3 {
                    "HTTP 503 Service Unavailable".into()
                } else {
                    "timed out after 20 s".into()
                },
            };
            SourceRow {
                configured: at != 7,
                history: (0..30).rev().map(run).collect(),
                next: Some(now() + 1.hour()),
                source: Source {
                    name: (*name).into(),
                    publisher: id.as_str().into(),
                    kind: if at == 2 { SourceKind::Sitemap } else { SourceKind::Feed },
                    url: Some(format!("https://{id}.example/feed?x=1&y=2")),
                    category: (*category).into(),
                    export_category: language.split('-').next().unwrap().into(),
                    language: Some(lang(language)),
                    republish: *republish,
                    id,
                },
            }
        };
    SOURCES.iter().enumerate().map(one).collect()
}

fn spend(provider: &str, task: &str, calls: u64, micros: u64) -> Spend {
    Spend {
        provider: provider.into(),
        task: task.into(),
        calls,
        input_tokens: calls * 900,
        output_tokens: calls * 700,
        micros,
    }
}

fn report() -> Report {
    let mut report = Report::new(now());
    let mut started = 0;
    for (stage, took, done, failed) in [
        (Stage::Gather, 2_140, 8, 1),
        (Stage::Read, 6_300, 41, 2),
        (Stage::Enrich, 9_050, 39, 0),
        (Stage::Group, 410, 39, 0),
        (Stage::Build, 1_200, 812, 0),
    ] {
        report.stages.push(StageReport {
            stage,
            done,
            skipped: 3,
            failed,
            note: "articles with text: 39 of 41".into(),
            started_ms: started,
            took_ms: took,
        });
        started += took;
    }
    for (at, (id, ..)) in SOURCES.iter().enumerate() {
        report.sources.push(SourceReport {
            source: SourceId::parse(id).unwrap(),
            status: if at == 4 {
                Status::Failed { why: "HTTP 503 Service Unavailable".into(), retry: Some(now() + 2.hours()) }
            } else {
                Status::Ready
            },
            http: Some(if at == 4 { 503 } else { 200 }),
            entries: 20,
            fresh: 5,
            read: 5,
            full_text: 4,
            failed: 1,
            requests: 7,
            took_ms: 840,
            notes: if at == 1 { vec!["the feed is damaged: one bare & was repaired".into()] } else { vec![] },
        });
    }
    report.spend = vec![spend("gemini", "translate", 22, 8_120), spend("grok", "analyze", 19, 61_004)];
    report.failures.push(Failure {
        stage: Stage::Read,
        place: "https://publisher.example/<gone>".into(),
        what: "410 Gone: it will not be asked again".into(),
    });
    report.off = vec!["Embeddings are off: no encoder is configured.".into()];
    report
}
