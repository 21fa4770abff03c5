//! A page's tree, metadata and text go in, what kind of page it is comes out: article, list, consent wall, paywall,
//! soft 404 or empty shell. In doubt it is an article.

use crate::dom::tag::Tag;
use crate::dom::tree::Tree;
use crate::extract::evidence::{Evidence, letters};
use crate::extract::hints::Hints;
use crate::model::article::{Article, PageKind};

/// An article shorter than this may be something else.
const SHORT: u32 = 900;

/// Titles and first lines of pages that are not there.
const MISSING: &[&str] = &[
    "404",
    "page not found",
    "not found",
    "error 404",
    "page doesn't exist",
    "page does not exist",
    "page you requested",
    "page you are looking for",
    "no longer available",
    "page cannot be found",
    "page can't be found",
    "seite nicht gefunden",
    "seite wurde nicht gefunden",
    "nicht gefunden",
    "existiert nicht",
    "page introuvable",
    "page non trouvée",
    "página no encontrada",
    "no se ha encontrado",
    "página não encontrada",
    "pagina non trovata",
    "pagina niet gevonden",
    "nie znaleziono",
    "strona nie istnieje",
    "страница не найдена",
    "сторінку не знайдено",
    "η σελίδα δεν βρέθηκε",
    "sayfa bulunamadı",
    "sidan hittades inte",
    "siden blev ikke fundet",
    "sivua ei löytynyt",
    "stránka nenalezena",
    "az oldal nem található",
    "页面不存在",
    "頁面不存在",
    "找不到页面",
    "找不到網頁",
    "无法找到",
    "ページが見つかりません",
    "페이지를 찾을 수 없습니다",
    "الصفحة غير موجودة",
];

/// Words of walls that ask for consent.
const CONSENT: &[&str] = &[
    "before you continue",
    "accept all",
    "accept cookies",
    "we value your privacy",
    "cookie consent",
    "your consent",
    "consent to",
    "zustimmung",
    "alle akzeptieren",
    "mit werbung und tracking",
    "cookies akzeptieren",
    "tout accepter",
    "accepter et",
    "votre consentement",
    "aceptar todo",
    "aceptar cookies",
    "accetta tutti",
    "alles accepteren",
    "zaakceptuj",
    "przejdź do serwisu",
    "принять все",
    "αποδοχή όλων",
    "godkänn alla",
    "すべて同意",
    "同意して",
];

/// Words of walls that ask for money.
const PAID: &[&str] = &[
    "subscribe to continue",
    "subscribe to read",
    "to continue reading",
    "continue reading this article",
    "already a subscriber",
    "subscribers only",
    "subscriber-only",
    "this article is for subscribers",
    "unlock this article",
    "exclusive to subscribers",
    "to read the full story",
    "create a free account to",
    "weiterlesen mit",
    "jetzt weiterlesen",
    "nur für abonnenten",
    "exklusiv für abonnenten",
    "dieser artikel ist nur",
    "mit abo lesen",
    "réservé aux abonnés",
    "pour lire la suite",
    "il vous reste",
    "exclusivo para suscriptores",
    "solo para suscriptores",
    "contenido exclusivo",
    "suscríbete para",
    "riservato agli abbonati",
    "contenuto riservato",
    "exclusivo para assinantes",
    "alleen voor abonnees",
    "dostęp dla prenumeratorów",
    "czytaj dalej w prenumeracie",
    "dalsza część artykułu",
    "только для подписчиков",
    "доступно по подписке",
    "μόνο για συνδρομητές",
    "för prenumeranter",
    "for abonnenter",
    "tilaajille",
    "付费阅读",
    "订阅后阅读",
    "訂閱後",
    "付費會員",
    "この記事は有料",
    "有料会員",
    "会員限定",
    "구독자 전용",
    "للمشتركين فقط",
];

/// Judges the page. `closed` is true where the page says that its text is not free to read.
pub(crate) fn judge(
    tree: &Tree,
    evidence: &Evidence,
    article: &Article,
    text: &str,
    closed: bool,
) -> PageKind {
    let (read, marks) = letters(text);
    let whole = evidence.of(0);
    if read < SHORT {
        if is_missing(article, text, read) {
            return PageKind::SoftNotFound;
        }
        let seen = visible(tree, 6_000).to_lowercase();
        if holds(&seen, CONSENT) >= 2 && read < 400 && whole.text < 6_000 && whole.links < 60 {
            return PageKind::Consent;
        }
        if read > 0 && (closed || walled(tree, evidence)) && holds(&seen, PAID) > 0 {
            return PageKind::Paywall;
        }
    }
    if read == 0 {
        return if is_list(evidence) { PageKind::List } else { PageKind::EmptyShell };
    }
    if closed && read < 2 * SHORT {
        return PageKind::Paywall;
    }
    // Only teasers were found among very many links: the front of a section.
    let teasers = read < 400
        && marks < 6
        && is_list(evidence)
        && article.published.is_none()
        && count_articles(tree) > 5;
    if teasers { PageKind::List } else { PageKind::Article }
}

fn is_missing(article: &Article, text: &str, read: u32) -> bool {
    if read > 400 {
        return false;
    }
    let title = article.title.to_lowercase();
    let start = text.get(..text.floor_char_boundary(200)).unwrap_or(text).to_lowercase();
    let says = |line: &str| MISSING.iter().skip(1).any(|phrase| line.contains(phrase));
    let number =
        title.split(|c: char| !c.is_ascii_digit()).any(|part| part == "404") && title.chars().count() < 60;
    number || (says(&title) && title.chars().count() < 100) || (read < 250 && says(&start))
}

/// True where most of the page is links.
fn is_list(evidence: &Evidence) -> bool {
    let whole = evidence.of(0);
    whole.links > 40 && whole.link_share() > 0.5
}

fn count_articles(tree: &Tree) -> usize {
    tree.nodes().iter().filter(|node| node.tag == Tag::Article).count()
}

/// True where an element calls itself a paywall and holds words.
fn walled(tree: &Tree, evidence: &Evidence) -> bool {
    (1..tree.len())
        .any(|at| evidence.of(at).hints.has(Hints::PAYWALL.or(Hints::SUBSCRIBE)) && evidence.of(at).text > 20)
}

fn holds(text: &str, phrases: &[&str]) -> usize {
    phrases.iter().filter(|phrase| text.contains(**phrase)).count()
}

/// The first words that people see.
fn visible(tree: &Tree, most: usize) -> String {
    let mut text = String::new();
    for at in 1..tree.len() {
        if text.len() >= most {
            break;
        }
        if tree.tag(at) == Tag::Text && !crate::extract::evidence::silent(tree.tag(tree.parent(at))) {
            crate::dom::tree::push_collapsed(tree.text(at), most, &mut text);
            text.push(' ');
        }
    }
    text
}
