//! A short line of text goes in, what kind of furniture it is by its words comes out, in the languages of the web.

/// What a line is by its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phrase {
    /// Points to another article: "Read also: …".
    ReadAlso,
    /// Stands over a list of other articles: "More on this topic".
    Related,
    /// Stands over readers' comments.
    Comments,
    /// Asks to subscribe, follow, share, log in, or names an advertisement.
    Pitch,
    /// Names a source, a picture's author, a copyright, a date line.
    Credit,
}

/// Lines that begin with these point to another article.
const READ_ALSO: &[&str] = &[
    "read also", "also read", "read more", "read next", "see also", "see more", "read:", "watch:", "related:", "related article",
    "related stories", "more:", "don't miss", "must read", "click here", "continue reading", "also see", "more on this",
    "further reading", "read the full", "see related", "recommended:", "what to read next", "trending:", "related reading",
    "lesen sie auch", "lesen sie hier", "lesen sie mehr", "lesen sie dazu", "lies auch", "auch interessant", "mehr dazu", "siehe auch",
    "mehr lesen", "weiterlesen", "mehr zum thema", "schon gelesen", "das könnte sie auch", "das könnte dich auch",
    "auch lesenswert", "hier lesen sie", "lesetipp", "passend dazu", "mehr infos:", "... weiter zu",
    "lire aussi", "à lire aussi", "a lire aussi", "à lire", "lire la suite", "voir aussi", "lire également", "pour aller plus loin",
    "sur le même sujet", "lee también", "lea también", "lea además", "lea más", "lea:", "leer más", "leer también", "lee más", "lee:",
    "te puede interesar", "le puede interesar", "puede interesarle", "te recomendamos", "le recomendamos", "mira también", "ver también", "vea también",
    "puedes ver", "mire:", "vea:", "además lea", "también lee", "también puedes leer", "más información:", "sigue leyendo",
    "leggi anche", "leggi qui", "vedi anche", "per approfondire", "potrebbe interessarti", "leia também", "leia mais", "veja também",
    "saiba mais", "confira também", "lees ook", "lees meer", "lees verder", "bekijk ook", "zie ook",
    "czytaj też", "czytaj także", "czytaj również", "czytaj więcej", "czytaj dalej", "przeczytaj też", "przeczytaj także",
    "przeczytaj również", "zobacz też", "zobacz także", "zobacz również", "zobacz więcej", "zobacz:", "czytaj:", "dowiedz się więcej",
    "sprawdź też", "polecamy", "warto przeczytać", "więcej na ten temat",
    "читайте также", "читайте еще", "читайте ещё", "читай также", "смотри также", "смотрите также", "см. также", "читать далее", "подробнее",
    "по теме", "ссылки по теме", "материалы по теме", "ранее по теме", "читати також", "читайте також", "дивіться також", "прочетете още", "вижте още",
    "διαβάστε επίσης", "διαβάστε ακόμα", "διαβάστε ακόμη", "διαβαστε επισης", "διαβάστε περισσότερα", "δείτε επίσης", "δείτε ακόμα", "διαβάστε και",
    "okuyun:", "ayrıca bakınız", "ilginizi çekebilir", "bunu da oku", "läs också", "läs även", "läs mer", "les også", "læs også", "lue myös", "lue lisää", "lue seuraavaksi", "mira:",
    "čtěte také", "přečtěte si také", "čítajte aj", "prečítajte si", "olvassa el", "citește și", "citiți și", "baca juga", "xem thêm",
    "相关阅读", "相關閱讀", "相关报道", "相關報導", "相关新闻", "相關新聞", "相关链接", "延伸阅读", "延伸閱讀", "推荐阅读", "推薦閱讀", "更多阅读", "点击查看", "更多內容",
    "更多新闻", "更多新聞", "点击进入", "詳しくは", "関連記事", "あわせて読みたい", "こちらもおすすめ", "続きを読む", "관련기사", "관련 기사", "اقرأ أيضا", "اقرأ أيضاً", "إقرأ أيضا", "شاهد أيضا",
];

/// Whole lines that stand over other articles.
const RELATED: &[&str] = &[
    "related", "related articles", "related posts", "related news", "related content", "related links", "related topics", "related coverage",
    "recommended", "recommended for you", "you may also like", "you might also like", "you may also enjoy", "you may be interested",
    "more from", "more stories", "more news", "more articles", "more great", "more like this", "more on", "latest news", "latest articles", "latest posts",
    "latest stories", "most read", "most popular", "popular posts", "trending", "trending now", "recent posts", "recent articles", "up next",
    "read these next", "what others are reading", "top stories", "editor's picks", "editors' picks", "in other news", "other articles", "keep reading",
    "explore more", "external links", "about the author", "about the authors", "author bio", "more by", "more resources", "popular articles",
    "mehr zum thema", "mehr zu", "mehr themen", "mehr artikel", "mehr aus", "weitere artikel", "weitere beiträge", "weitere themen", "weitere informationen",
    "weitere nachrichten", "weitere meldungen", "weitere news", "neueste artikel", "neueste beiträge", "ähnliche artikel", "ähnliche beiträge", "verwandte themen",
    "verwandte artikel", "verwandte beiträge", "passende artikel", "das könnte", "auch interessant", "meistgelesen", "empfehlungen", "schlagworte",
    "themen:", "zum thema", "über den autor", "über die autorin", "top-themen", "aktuelle artikel", "aktuelle nachrichten", "vorschau auf den nächsten",
    "articles similaires", "articles liés", "sur le même", "à lire aussi", "les plus lus", "dans la même rubrique", "vous aimerez aussi", "nos articles",
    "artículos relacionados", "noticias relacionadas", "temas relacionados", "más noticias", "lo más leído", "lo más visto", "te puede interesar", "últimas noticias",
    "notas relacionadas", "más sobre", "más en", "articoli correlati", "potrebbe interessarti", "notizie correlate", "ultime notizie", "ti potrebbe",
    "notícias relacionadas", "artigos relacionados", "você pode gostar", "mais lidas", "últimas notícias", "veja também", "gerelateerde", "meer over", "meest gelezen",
    "zobacz też", "zobacz także", "zobacz również", "podobne", "podobne artykuły", "powiązane", "polecamy", "najczęściej czytane", "najnowsze", "ostatnie wiadomości",
    "więcej na temat", "więcej o", "przeczytaj także", "czytaj także", "tagi:", "popularne",
    "похожие", "похожие новости", "похожие статьи", "по теме", "материалы по теме", "другие новости", "новости по теме", "последние новости", "главное", "еще по теме",
    "популярное", "самое читаемое", "рекомендуем", "новости партнеров", "новости партнёров", "смотрите также", "читайте также", "другие материалы", "другие статьи",
    "схожі новини", "останні новини", "свързани новини",
    "σχετικά άρθρα", "σχετικά θέματα", "περισσότερες ειδήσεις", "διαβάστε επίσης", "δείτε επίσης", "δημοφιλή", "τελευταία νέα", "περισσότερα",
    "benzer haberler", "ilgili haberler", "relaterade artiklar", "mer om", "mest läst", "relaterte", "läs också", "související články", "související", "kapcsolódó",
    "articole similare", "artikel terkait", "berita terkait", "tin liên quan",
    "相关新闻", "相關新聞", "相关文章", "相關文章", "相关报道", "相关阅读", "相關閱讀", "相关链接", "相關連結", "热门文章", "熱門文章", "热点新闻", "推荐阅读", "推薦閱讀", "延伸閱讀", "延伸阅读",
    "更多新闻", "今日推荐", "精彩推荐", "为您推荐", "猜你喜欢", "最新文章", "最新新聞", "関連記事", "おすすめ記事", "人気記事", "関連ニュース", "関連リンク", "관련기사", "많이 본 뉴스", "인기기사",
    "مواضيع ذات صلة", "أخبار ذات صلة", "اقرأ أيضا", "مقالات ذات صلة", "الأكثر قراءة",
];

/// Whole lines that stand over readers' comments, after a number or before one.
const COMMENTS: &[&str] = &[
    "comments", "comment", "leave a reply", "leave a comment", "post a comment", "add a comment", "join the conversation", "responses", "reader comments",
    "what do you think", "kommentare", "kommentar", "kommentar schreiben", "kommentar verfassen", "schreibe einen kommentar", "leserkommentare", "ihr kommentar",
    "kommentare geschlossen", "diskussion", "antworten", "commentaires", "commentaire", "laisser un commentaire", "vos réactions", "réactions",
    "comentarios", "deja un comentario", "deja una respuesta", "comentários", "deixe um comentário", "commenti", "lascia un commento", "reacties", "reageer",
    "komentarze", "komentarz", "dodaj komentarz", "wasze komentarze", "wybrane komentarze", "skomentuj", "opinie", "комментарии", "комментариев", "комментарий",
    "оставить комментарий", "добавить комментарий", "ваш комментарий", "обсуждение", "коментарі", "коментари", "σχόλια", "σχολια", "αφήστε σχόλιο", "αναγνωστών",
    "yorumlar", "yorum yap", "kommentarer", "komentáře", "diskuse", "hozzászólások", "comentarii", "komentar", "bình luận", "网友评论", "網友評論", "最新评论",
    "发表评论", "發表評論", "我要评论", "评论", "評論", "留言", "回應", "コメント", "コメントを書く", "댓글", "التعليقات", "تعليقات", "أضف تعليق",
];

/// Lines that begin with these ask for something.
const PITCH: &[&str] = &[
    "subscribe", "sign up", "sign in", "log in", "follow us", "follow me", "follow @", "share this", "share on", "share:", "tweet", "advertisement",
    "advertise", "sponsored", "join our", "get our", "get the latest", "get more", "get exclusive", "download our", "download the app", "newsletter",
    "support our", "donate", "have a tip", "got a tip", "send us", "email us", "contact us at", "like us", "find us on", "never miss", "stay up to date",
    "already a subscriber", "if you're a subscriber", "to view the full story", "first-time subscriber", "by signing up", "we use cookies",
    "this site uses", "all rights reserved", "join the", "check out our", "skip to", "back to top", "print this", "buy now", "register now", "enable javascript",
    "please enable", "loading", "submit your letter", "story continues", "article continues", "ads by", "please read our terms", "terms of use",
    "comments are closed", "comments are now closed", "most listened", "follow the", "for the latest stories", "subscribe now", "help us", "written permission", "this article is the copyrighted", "quantities may", "view full image", "enlarge image", "close", "see more photos", "more great", "most popular", "watch more", "we may earn", "this post contains affiliate", "ftc:",
    "anzeige", "werbung", "newsletter", "jetzt abonnieren", "abonnieren", "folgen sie", "folgt uns", "folge uns", "melden sie sich", "jetzt anmelden", "teilen",
    "artikel teilen", "drucken", "zurück zur", "zurück", "zum seitenanfang", "nach oben", "alle rechte vorbehalten", "kontakt:", "zur startseite",
    "jetzt kostenlos", "registrieren sie", "lesen sie das", "hier geht es zu", "hier geht es zur", "hier geht es zum", "hier geht's zu", "hier geht's zum", "hier geht's zur", "jetzt bestellen", "jetzt die aktuelle", "kennt ihr schon", "sofern nicht anders", "online-pressemappe", "bild anzeigen", "zum shop",
    "abonnez-vous", "inscrivez-vous", "suivez-nous", "partager", "publicité", "je m'abonne", "recevez", "s'abonner",
    "suscríbete", "suscríbase", "síguenos", "compartir", "publicidad", "regístrate", "únete", "recibe", "¿ya sabías que", "seguinos", "sigue nuestro",
    "iscriviti", "seguici", "condividi", "pubblicità", "abbonati", "inscreva-se", "siga-nos", "assine", "compartilhe", "publicidade", "receba",
    "abonneer", "schrijf je in", "volg ons", "advertentie", "deel dit",
    "zapisz się", "reklama", "udostępnij", "polub nas", "obserwuj", "materiał chroniony prawem", "prenumeruj", "subskrybuj", "zaloguj się", "skocz do", "dołącz do",
    "wesprzyj", "czytasz właśnie", "artykuł dostępny",
    "подпишитесь", "подписывайтесь", "подписаться", "поделиться", "реклама", "присоединяйтесь", "следите за", "вход", "загрузка", "підписуйтесь", "підпишіться", "поділитися",
    "абонирайте се", "ακολουθήστε", "εγγραφείτε", "διαφήμιση", "κάντε like", "μοιραστείτε", "γίνε μέλος",
    "abone ol", "takip edin", "paylaş", "reklam", "prenumerera", "följ oss", "annons", "annonse", "annonce", "følg os", "tilaa", "mainos", "odebírejte", "sdílet", "feliratkozás",
    "hirdetés", "abonează-te", "bagikan", "ikuti kami", "theo dõi",
    "点击订阅", "订阅", "訂閱", "关注我们", "關注我們", "扫描二维码", "扫码", "分享到", "分享：", "广告", "廣告", "下载app", "下載app", "字号", "字號", "打印", "列印", "收藏", "人参与", "点击",
    "按此", "快點到", "加入", "免责声明", "免責聲明", "声明：", "聲明：", "版权", "版權", "特别声明", "微信扫一扫", "返回", "シェア", "フォロー", "会員登録", "ログイン", "広告", "구독", "공유", "광고", "무단전재",
    "اشترك", "تابعنا", "شارك", "إعلان",
];

/// Lines that begin with these tell of origins.
const CREDIT: &[&str] = &[
    "source:", "sources:", "photo:", "photos:", "photo by", "photo credit", "image:", "image credit", "images:", "image source", "picture:", "credit:", "credits:", "copyright",
    "©", "(c)", "tags:", "tagged", "filed under", "categories:", "category:", "category :", "posted in", "posted on", "posted by", "published on", "published:", "first published", "updated on", "updated:",
    "last updated", "last modified", "updated at", "written by", "by:", "editing by", "reporting by", "image 1 of", "image 2 of", "image 3 of", "image 4 of", "image 5 of", "news date", "file photo", "getty images", "topics:", "keywords:", "via:", "labels:",
    "quelle:", "quellen:", "quellenangaben", "foto:", "fotos:", "bild:", "bilder:", "bildquelle", "titelbild", "titelfoto", "stichworte", "schlagwörter", "kategorie", "veröffentlicht", "aktualisiert",
    "erschienen in", "stand:", "autor:", "text:", "bildnachweis", "abbildung", "telefon:", "tel.:", "pressekontakt", "dieser beitrag", "dieser artikel", "dieser eintrag", "alle angaben ohne gewähr",
    "source :", "crédit", "crédits", "photo :", "publié le", "mis à jour", "mots-clés", "fuente:", "foto :", "crédito", "etiquetas", "publicado", "actualizado", "redacción", "por:", "fonte:",
    "foto di", "pubblicato", "aggiornato", "bron:", "gepubliceerd", "źródło", "źródła", "fot.", "fot:", "foto.", "zdjęcie:", "publikacja:", "aktualizacja:", "data publikacji", "autor:", "dodano:", "opublikowano", "tagi", "tematy:",
    "источник", "фото:", "фото ", "автор:", "теги", "время публикации", "последнее обновление", "опубликовано", "добавлено", "ключевые слова", "по материалам", "все права на", "правовые ограничения",
    "джерело", "πηγή", "πηγές", "φωτογραφία", "φωτό", "δημοσιεύθηκε", "ετικέτες", "tags", "kaynak", "fotoğraf", "källa", "kilde", "lähde", "zdroj", "forrás", "sursa", "sumber", "nguồn",
    "来源", "來源", "稿源", "责任编辑", "責任編輯", "编辑：", "編輯：", "编辑:", "(编辑", "（编辑", "（責任編輯", "（责任编辑", "(责任编辑", "(責任編輯", "（責編", "（责编", "(责编", "作者：", "作者:", "记者：", "关键词", "關鍵詞", "關鍵字", "关键字", "标签", "標籤", "图片来源", "圖片來源", "发布时间",
    "更新时间", "原标题", "出典", "写真", "撮影", "提供：", "タグ", "カテゴリ", "기자", "사진", "출처", "المصدر",
];

/// What a line is; `text` as it stands, at most a few hundred bytes.
pub(crate) fn judge(text: &str) -> Option<Phrase> {
    let lower = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '(' | '（' | '¿' | '@')).to_lowercase();
    let line = lower.trim();
    if line.is_empty() {
        return None;
    }
    let short = line.chars().count() <= 60;
    if short && is_comments(line) {
        return Some(Phrase::Comments);
    }
    if starts(line, READ_ALSO) {
        return Some(Phrase::ReadAlso);
    }
    if short && RELATED.iter().any(|phrase| heads(line, phrase)) {
        return Some(Phrase::Related);
    }
    if starts(line, PITCH) {
        return Some(Phrase::Pitch);
    }
    (starts(line, CREDIT) || credited(line)).then_some(Phrase::Credit)
}

/// True where a short line ends by naming who made a picture.
fn credited(line: &str) -> bool {
    if line.chars().count() > 260 {
        return false;
    }
    let end = line.get(line.ceil_char_boundary(line.len().saturating_sub(70))..).unwrap_or(line);
    ["credit: ", "credit:", "(photo by", "(photo:", "photo by ", "(image:", "(image credit", "/getty", "getty images)", "(reuters/", "/reuters", "(ap photo", "foto: ", "(foto", "© ", "/shutterstock", "(bild:", "[reuters/"]
        .iter()
        .any(|word| end.contains(word))
}

/// True for a line that tells about the author, in the languages where that has a usual form.
pub(crate) fn is_biography(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        " is a freelance", " is a writer", " is a senior", " is a staff", " is a contributing", " is a reporter", " is a journalist", " is an author", " is the author of", " is the founder",
        " is editor", " is an editor", " is the editor", " is deal curator", "'s deal curator", " covers ", " writes about", " writes for", "follow him on", "follow her on", "follow me on", "follow them on",
        "can be reached at", "may be reached at", "contact the author", "email the author", "reach him at", "reach her at", " ist freier journalist", " ist freie journalistin", " ist redakteur", " ist autor",
        " ist freier autor", " ist freie autorin", " schreibt für ", " schreibt seit ", " arbeitet als redakteur", " est journaliste", " es periodista", " es escritor", " è un giornalista", "jest dziennikarz",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// True where `line` begins with one of `phrases` as whole words.
fn starts(line: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        line.strip_prefix(phrase).is_some_and(|rest| {
            let own = phrase.chars().last().is_some_and(|c| !c.is_alphanumeric() || crate::text::words::is_cjk(c));
            own || rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
        })
    })
}

/// True where `line` is `phrase`, or little more than it.
fn heads(line: &str, phrase: &str) -> bool {
    line.strip_prefix(phrase).is_some_and(|rest| {
        let cjk = phrase.chars().last().is_some_and(crate::text::words::is_cjk);
        let apart = rest.chars().next().is_none_or(|c| !c.is_alphanumeric()) || cjk;
        apart && rest.chars().count() <= 30
    })
}

fn is_comments(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| !c.is_alphabetic());
    COMMENTS.iter().any(|phrase| {
        bare == *phrase
            || (line.starts_with(|c: char| c.is_ascii_digit()) && bare.starts_with(phrase))
            || (bare.starts_with(phrase)
                && bare.strip_prefix(phrase).is_some_and(|rest| rest.starts_with([':', '(', ' ', '|'])) && bare.len() < phrase.len() + 12)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_words() {
        for (text, phrase) in [
            ("Read more: The other story", Some(Phrase::ReadAlso)),
            ("▶ Lesen Sie auch: Etwas anderes", Some(Phrase::ReadAlso)),
            ("Mehr zum Thema", Some(Phrase::ReadAlso)),
            ("Related articles", Some(Phrase::Related)),
            ("12 Comments", Some(Phrase::Comments)),
            ("Kommentare (3)", Some(Phrase::Comments)),
            ("相关阅读：别的新闻", Some(Phrase::ReadAlso)),
            ("Quelle: dpa", Some(Phrase::Credit)),
            ("Subscribe to our newsletter", Some(Phrase::Pitch)),
            ("Readers were surprised by the decision.", None),
            ("Teilensembles spielten am Abend.", None),
            ("Commentators disagreed about the outcome.", None),
        ] {
            assert_eq!(judge(text), phrase, "{text}");
        }
    }
}
