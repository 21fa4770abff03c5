//! The sample newsroom's publications and their desks: who they are, where they stand, in which format they announce.
//! All are invented.

/// One publication, or another server of the newsroom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct House {
    /// Short name.
    pub id: &'static str,
    /// As readers know it.
    pub name: &'static str,
    /// What it says of itself.
    pub motto: &'static str,
    /// The language it writes in.
    pub language: &'static str,
    /// Its clock's distance from UTC, in hours.
    pub zone: i8,
    /// How its pages are built.
    pub skin: Skin,
    /// The words around its articles.
    pub words: Words,
}

/// How a publication's pages are built; they differ as real ones do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skin {
    /// `article` with a class, aside to the right.
    Journal,
    /// `main` with sections, boxes inside the text.
    Magazine,
    /// Nothing but `div`s.
    Plain,
}

/// The words around a publication's articles, in its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The navigation.
    pub nav: [&'static str; 4],
    /// Before the author's name.
    pub by: &'static str,
    /// Over the links to other articles.
    pub related: &'static str,
    /// Before the share buttons.
    pub share: &'static str,
    /// The cookie notice and its button.
    pub cookies: [&'static str; 2],
    /// The newsletter box.
    pub letter: &'static str,
    /// The footer.
    pub footer: &'static str,
}

/// In which format a desk announces its articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RSS 2.0 with `content:encoded` and `slash:comments`.
    Rss,
    /// RSS 2.0 with bare ampersands, cut off in the middle of an item.
    CutRss,
    /// Atom, with the first paragraph as summary.
    Atom,
    /// RDF, that is RSS 1.0.
    Rdf,
    /// JSON Feed 1.1.
    Json,
    /// A news sitemap.
    Sitemap,
    /// An HTML page.
    Listing,
    /// Posts about other publications' articles with votes, as portals have them.
    Portal,
    /// Answers 500.
    Broken,
}

/// A configured source: one desk of a house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desk {
    /// The source id; also the name in manuscripts.
    pub id: &'static str,
    /// The house, by its short name.
    pub house: &'static str,
    /// As readers know it.
    pub name: &'static str,
    /// The path where it announces.
    pub path: &'static str,
    /// The format.
    pub format: Format,
    /// The category of its articles.
    pub category: &'static str,
    /// Their export category.
    pub export: &'static str,
}

/// English furniture, shared by the two English houses.
const ENGLISH: Words = Words {
    nav: ["Home", "Crypto", "Markets", "About us"],
    by: "By",
    related: "Read next",
    share: "Share this story",
    cookies: ["We use cookies to count readers and to remember your settings.", "Accept all"],
    letter: "The morning letter: the five stories that matter, in your inbox at seven. Sign up free.",
    footer: "Sample publication. All articles, firms and events are invented. Terms · Privacy · Contact",
};

/// The publications in the order of their addresses, then the other servers.
pub const HOUSES: [House; 8] = [
    House {
        id: "harbour",
        name: "The Harbour Ledger",
        motto: "Digital assets, soberly told",
        language: "en",
        zone: 0,
        skin: Skin::Journal,
        words: ENGLISH,
    },
    House {
        id: "gridline",
        name: "Gridline Post",
        motto: "Markets, machines and the power between them",
        language: "en",
        zone: 0,
        skin: Skin::Magazine,
        words: Words {
            nav: ["Front page", "Markets", "AI desk", "Members"],
            related: "More from Gridline",
            ..ENGLISH
        },
    },
    House {
        id: "tideline",
        name: "潮線新聞",
        motto: "加密貨幣與人工智慧的第一線",
        language: "zh-Hant",
        zone: 8,
        skin: Skin::Plain,
        words: Words {
            nav: ["首頁", "加密貨幣", "人工智慧", "關於我們"],
            by: "記者",
            related: "延伸閱讀",
            share: "分享這篇文章",
            cookies: ["本站使用 Cookie 以提供更好的瀏覽體驗。", "同意"],
            letter: "訂閱電子報，每天早上七點掌握五則重點新聞。",
            footer: "示範用媒體。所有報導、公司與事件皆為虛構。服務條款・隱私權政策・聯絡我們",
        },
    },
    House {
        id: "minato",
        name: "みなと市況通信",
        motto: "市場と技術を静かに読む",
        language: "ja",
        zone: 9,
        skin: Skin::Plain,
        words: Words {
            nav: ["トップ", "市場", "テクノロジー", "会社概要"],
            by: "文",
            related: "関連記事",
            share: "この記事を共有する",
            cookies: ["当サイトではCookieを使用しています。", "同意する"],
            letter: "毎朝7時、5本の要点をメールでお届けします。登録は無料です。",
            footer: "見本用の媒体です。記事・企業・出来事はすべて架空のものです。利用規約・個人情報保護方針・お問い合わせ",
        },
    },
    House {
        id: "kurswarte",
        name: "Kurswarte",
        motto: "Märkte mit Weitblick",
        language: "de",
        zone: 1,
        skin: Skin::Journal,
        words: Words {
            nav: ["Start", "Märkte", "Technik", "Über uns"],
            by: "Von",
            related: "Mehr zum Thema",
            share: "Artikel teilen",
            cookies: [
                "Wir verwenden Cookies, um Leser zu zählen und Einstellungen zu merken.",
                "Einverstanden",
            ],
            letter: "Der Morgenbrief: fünf Meldungen, um sieben in Ihrem Postfach. Jetzt kostenlos anmelden.",
            footer: "Beispielmedium. Alle Artikel, Firmen und Ereignisse sind erfunden. Impressum · Datenschutz · Kontakt",
        },
    },
    House {
        id: "bitacora",
        name: "La Bitácora Bursátil",
        motto: "El cuaderno de los mercados digitales",
        language: "es",
        zone: 1,
        skin: Skin::Magazine,
        words: Words {
            nav: ["Portada", "Criptomonedas", "Economía", "Quiénes somos"],
            by: "Por",
            related: "Le puede interesar",
            share: "Compartir",
            cookies: ["Usamos cookies para contar lectores y recordar sus preferencias.", "Aceptar"],
            letter: "El boletín de la mañana: cinco noticias a las siete. Suscríbase gratis.",
            footer: "Medio de muestra. Todos los artículos, empresas y hechos son inventados. Aviso legal · Privacidad",
        },
    },
    House {
        id: "agora",
        name: "Agora Board",
        motto: "What readers think of the news",
        language: "en",
        zone: 0,
        skin: Skin::Plain,
        words: ENGLISH,
    },
    House {
        id: "oldquay",
        name: "Old Quay Wire",
        motto: "Back soon",
        language: "en",
        zone: 0,
        skin: Skin::Plain,
        words: ENGLISH,
    },
];

const fn desk(
    (id, house): (&'static str, &'static str),
    name: &'static str,
    path: &'static str,
    format: Format,
    (category, export): (&'static str, &'static str),
) -> Desk {
    Desk { id, house, name, path, format, category, export }
}

/// The sources of the sample site.
pub const DESKS: [Desk; 10] = [
    desk(("harbour", "harbour"), "The Harbour Ledger", "/feed/", Format::Rss, ("crypto", "en")),
    desk(("gridline", "gridline"), "Gridline Post", "/atom.xml", Format::Atom, ("markets", "en")),
    desk(("gridline-ai", "gridline"), "Gridline Post AI desk", "/ai/rss.xml", Format::CutRss, ("ai", "en")),
    desk(("tideline", "tideline"), "潮線新聞", "/feed.json", Format::Json, ("crypto", "zh")),
    desk(("tideline-ai", "tideline"), "潮線新聞 AI", "/ai/feed.json", Format::Json, ("ai", "zh")),
    desk(("minato", "minato"), "みなと市況通信", "/index.rdf", Format::Rdf, ("markets", "ja")),
    desk(("kurswarte", "kurswarte"), "Kurswarte", "/news-sitemap.xml", Format::Sitemap, ("markets", "de")),
    desk(("bitacora", "bitacora"), "La Bitácora Bursátil", "/ultimas/", Format::Listing, ("crypto", "es")),
    desk(("agora", "agora"), "Agora Board", "/api/v1/posts/", Format::Portal, ("crypto", "en")),
    desk(("oldquay", "oldquay"), "Old Quay Wire", "/feed.xml", Format::Broken, ("markets", "en")),
];

/// The publication or server of this short name, with its place in [`HOUSES`].
pub fn house(id: &str) -> Option<(usize, &'static House)> {
    HOUSES.iter().enumerate().find(|(_, house)| house.id == id)
}
