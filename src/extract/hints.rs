//! An element's class, id, role and properties go in, what its author says it is comes out, as a set of flags.

use crate::dom::tree::Tree;

/// A set of hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Hints(u32);

macro_rules! hints {
    ($($name:ident = $bit:expr;)*) => {
        impl Hints {
            $(pub(crate) const $name: Self = Self(1 << $bit);)*
        }
    };
}

hints! {
    COMMENT = 0; RELATED = 1; SHARE = 2; NAV = 3; AD = 4; SIDE = 5; FOOT = 6; HEAD = 7; META = 8; CAPTION = 9;
    TAGS = 10; SUBSCRIBE = 11; AUTHOR = 12; COOKIE = 13; TOOLS = 14; HIDDEN = 15; BODY = 16; LEAD = 17;
    GALLERY = 18; STRONG = 19; TITLE = 20; MORE = 21; DATE = 22; BOX = 23; PAYWALL = 24; REPLY = 25; ENTRY = 26; WIDGET = 27; EMBED = 28;
}

impl Hints {
    /// The empty set.
    pub(crate) const NONE: Self = Self(0);

    /// True where the sets have a hint in common.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the hints of `other`.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What the element `at` says of itself.
    pub(crate) fn of(tree: &Tree, at: usize) -> Self {
        let mut hints = Self::NONE;
        for (name, value) in tree.attributes(at) {
            match name {
                // Blog software lists an article's tags, categories and state in the classes of its element.
                "class" if value.contains("hentry") || value.contains("type-post") => {
                    hints = hints.or(Self::BODY).or(Self::ENTRY);
                }
                "class" | "id" => hints = hints.or(words(value)),
                "role" => hints = hints.or(role(value)),
                "itemprop" | "property" => hints = hints.or(property(value)),
                "itemtype" if value.ends_with("/Comment") || value.ends_with("/UserComments") => {
                    hints = hints.or(Self::COMMENT);
                }
                "hidden" => hints = hints.or(Self::HIDDEN),
                "aria-hidden" if value == "true" => hints = hints.or(Self::HIDDEN),
                "style" if conceals(value) => hints = hints.or(Self::HIDDEN),
                "data-testid" | "data-component" | "data-qa" | "data-test" | "data-module" | "data-type"
                    if value.len() < 60 =>
                {
                    hints = hints.or(words(value).without(Self::HIDDEN));
                }
                _ => {}
            }
        }
        if hints.has(Self::EMBED) { hints.without(Self::SHARE.or(Self::GALLERY)) } else { hints }
    }
}

/// True for an inline style that takes the element off the page.
fn conceals(style: &str) -> bool {
    style.len() < 4_000
        && style.split(';').any(|rule| {
            let Some((name, value)) = rule.split_once(':') else { return false };
            let (name, value) = (name.trim(), value.trim());
            (name.eq_ignore_ascii_case("display") && value.to_ascii_lowercase().starts_with("none"))
                || (name.eq_ignore_ascii_case("visibility")
                    && value.to_ascii_lowercase().starts_with("hidden"))
        })
}

fn role(value: &str) -> Hints {
    match value {
        "navigation" | "menu" | "menubar" | "search" | "toolbar" => Hints::NAV,
        "complementary" => Hints::SIDE,
        "contentinfo" => Hints::FOOT,
        "banner" => Hints::HEAD,
        "dialog" | "alertdialog" | "alert" => Hints::COOKIE,
        "main" => Hints::BODY,
        _ => Hints::NONE,
    }
}

fn property(value: &str) -> Hints {
    match value {
        "articleBody" | "schema:articleBody" | "reviewBody" | "content:encoded" => {
            Hints::STRONG.or(Hints::BODY)
        }
        "description" | "alternativeHeadline" => Hints::LEAD,
        "headline" | "name" => Hints::TITLE,
        "author" | "creator" | "publisher" => Hints::META,
        "datePublished" | "dateModified" | "dateCreated" => Hints::META.or(Hints::DATE),
        "comment" | "commentText" => Hints::COMMENT,
        _ => Hints::NONE,
    }
}

/// The hints in the words of a class or id: `article__body-text`, `relatedPosts`.
pub(crate) fn words(value: &str) -> Hints {
    let mut hints = Hints::NONE;
    let mut kept = hints;
    let mut before: [u8; 24] = [0; 24];
    let mut before_len = 0;
    let mut word: [u8; 24] = [0; 24];
    let mut len = 0_usize;
    let mut lower = false;
    let mut digit = false;
    let bytes = value.as_bytes();
    let mut names = 0;
    for index in 0..=bytes.len().min(600) {
        let byte = bytes.get(index).copied().unwrap_or(b' ');
        let upper = byte.is_ascii_uppercase();
        let letter = byte.is_ascii_alphabetic() || byte >= 0x80;
        if (!letter || (upper && lower)) && len > 0 {
            let this = word.get(..len).unwrap_or_default();
            let previous = before.get(..before_len).unwrap_or_default();
            // `org7109ad`: a few letters after digits are a part of a number.
            let mut said = if digit && len < 4 { Hints::NONE } else { single(this) };
            // `field--label-hidden`, `overflow-x-hidden`, `md-hide`: something about it is hidden, or somewhere.
            if before_len > 0 && !matches!(previous, b"is" | b"visually" | b"visibility" | b"js") {
                said = said.without(Hints::HIDDEN);
            }
            // `has-sidebar`, `no-comments`, `sidebar-enabled--false` tell of the page, not of the element.
            if matches!(previous, b"has" | b"no" | b"with" | b"without" | b"not" | b"toc") {
                said = Hints::NONE;
            }
            if matches!(this, b"enabled" | b"disabled" | b"true" | b"false" | b"layout" | b"open" | b"closed")
            {
                hints = kept;
            }
            kept = hints;
            hints = hints.or(said);
            if before_len > 0 {
                hints = hints.or(pair(previous, this));
            }
            before = word;
            before_len = len;
            len = 0;
            digit = false;
        }
        if len == 0 {
            digit = byte.is_ascii_digit() || (digit && letter);
        }
        lower = letter && !upper;
        if letter {
            if let Some(slot) = word.get_mut(len) {
                *slot = byte.to_ascii_lowercase();
                len += 1;
            }
        } else if byte.is_ascii_whitespace() {
            before_len = 0;
            names += 1;
            if names > 40 {
                break;
            }
        }
    }
    hints
}

/// What one word says.
fn single(word: &[u8]) -> Hints {
    match word {
        b"comment" | b"comments" | b"commentlist" | b"commentary" | b"commentbox" | b"commentform"
        | b"disqus" | b"kommentar" | b"kommentare" | b"komentarze" | b"komentarz" | b"komentar"
        | b"komentare" | b"commentaire" | b"commentaires" | b"comentario" | b"comentarios" | b"commenti"
        | b"commento" | b"reacties" | b"kommentarer" | b"commentsection" | b"livefyre" | b"usercomments"
        | b"leserkommentare" | b"postcomments" | b"pinglun" | b"liuyan" | b"sxolia" | b"opinie"
        | b"yorum" | b"yorumlar" | b"commentaar" | b"discussion" | b"usercontent" | b"fbcomments"
        | b"webmentions" | b"webmention" | b"guestbook" => Hints::COMMENT,
        b"respond" | b"reply" | b"replies" | b"trackback" | b"trackbacks" | b"pingback" | b"pingbacks" => {
            Hints::REPLY
        }
        b"related" | b"relatedposts" | b"relatedarticles" | b"relatednews" | b"recommended"
        | b"recommend" | b"recommendation" | b"recommendations" | b"similar" | b"readmore" | b"popular"
        | b"trending" | b"outbrain" | b"taboola" | b"suggested" | b"suggestions" | b"seealso"
        | b"verwandt" | b"verwandte" | b"empfehlungen" | b"aehnliche" | b"powiazane" | b"relacionadas"
        | b"relacionados" | b"relacionado" | b"correlati" | b"correlate" | b"gerelateerd" | b"mostread"
        | b"mostpopular" | b"morestories" | b"morenews" | b"tuijian" | b"xiangguan" | b"upnext"
        | b"nextarticle" | b"alsolike" | b"yarpp" | b"jp" | b"zergnet" | b"plista" | b"relatedcontent"
        | b"relatedstories" | b"relatedlinks" | b"relnews" | b"meistgelesen" | b"relations"
        | b"associated" | b"furtherreading" | b"backlinks" | b"associe" | b"associes" | b"sponsoredlinks" => {
            Hints::RELATED
        }
        b"share" | b"sharing" | b"shares" | b"social" | b"socials" | b"addthis" | b"sharedaddy"
        | b"addtoany" | b"whatsapp" | b"sharebar" | b"sharebox" | b"shariff" | b"socialmedia" | b"teilen"
        | b"jiathis" | b"bdshare" | b"bshare" | b"fenxiang" | b"sharethis" | b"sharebuttons"
        | b"socialshare" | b"sns" | b"partage" | b"ssba" | b"compartir" | b"shareit" | b"udostepnij"
        | b"likebox" | b"fblike" | b"bookmarks" | b"heateor" | b"likes" | b"sociable" | b"pluso"
        | b"followus" | b"condividi" | b"vote" | b"votes" | b"rating" | b"ratings" => Hints::SHARE,
        b"nav" | b"navi" | b"navigation" | b"navbar" | b"menu" | b"breadcrumb" | b"breadcrumbs"
        | b"crumbs" | b"pagination" | b"pager" | b"paging" | b"prevnext" | b"sitemap" | b"topbar"
        | b"topnav" | b"subnav" | b"mainnav" | b"megamenu" | b"submenu" | b"pagenav" | b"pagenavi"
        | b"skiplink" | b"toc" | b"daohang" | b"weizhi" | b"breadcrump" | b"bread" | b"brotkrumen"
        | b"postnav" | b"okruszki" | b"navlinks" | b"jumpto" => Hints::NAV,
        b"ad" | b"ads" | b"advert" | b"adverts" | b"advertisement" | b"advertising" | b"adsense"
        | b"anzeige" | b"anzeigen" | b"banner" | b"banners" | b"sponsor" | b"sponsored" | b"sponsors"
        | b"werbung" | b"reklama" | b"dfp" | b"adslot" | b"adbox" | b"adunit" | b"adblock"
        | b"adcontainer" | b"adsbygoogle" | b"guanggao" | b"promo" | b"promos" | b"promotion"
        | b"publicite" | b"pubblicita" | b"publicidad" | b"adwrapper" | b"adv" | b"ggad" | b"affiliate"
        | b"commercial" | b"mpu" | b"leaderboard" | b"skyscraper" | b"googlead" | b"advertorial" => Hints::AD,
        b"sidebar" | b"aside" | b"rail" | b"rightcol" | b"leftcol" | b"rightcolumn" | b"sidecolumn"
        | b"sidebox" | b"marginalia" | b"marginal" | b"rightbar" | b"rightside" | b"rsidebar" => Hints::SIDE,
        b"footer" | b"foot" | b"copyright" | b"colophon" | b"legal" | b"disclaimer" | b"impressum"
        | b"subfooter" | b"pagefooter" | b"bottomnav" | b"stopka" | b"credits" | b"banquan" => Hints::FOOT,
        b"header" | b"masthead" | b"siteheader" | b"pageheader" => Hints::HEAD,
        b"meta" | b"byline" | b"bylines" | b"metadata" | b"postmeta" | b"postmetadata" | b"dateline"
        | b"pubdate" | b"timestamp" | b"postinfo" | b"byinfo" | b"postdate" | b"articleinfo"
        | b"articlemeta" | b"autorzeile" | b"published" | b"datetime" | b"zeit" | b"datum" | b"fecha" => {
            Hints::META
        }
        b"date" | b"time" => Hints::DATE,
        b"author" | b"authors" | b"autor" | b"autoren" | b"autore" | b"auteur" | b"auteurs"
        | b"authorbox" | b"authorbio" | b"bio" | b"biography" | b"vcard" | b"contributor"
        | b"contributors" | b"writer" | b"reporter" | b"redacteur" | b"aboutauthor" | b"authorinfo"
        | b"autorenzeile" | b"authorname" => Hints::AUTHOR,
        b"caption" | b"captions" | b"credit" | b"figcaption" | b"bildunterschrift" | b"photocredit"
        | b"imagecaption" | b"photographer" | b"bildnachweis" | b"legende" | b"podpis" | b"imagecredit"
        | b"bildtext" => Hints::CAPTION,
        b"tag" | b"tags" | b"taglist" | b"tagcloud" | b"keywords" | b"topics" | b"categories"
        | b"category" | b"schlagworte" | b"schlagwort" | b"tagi" | b"hashtags" | b"posttags"
        | b"taxonomy" | b"themen" => Hints::TAGS,
        b"newsletter" | b"newsletters" | b"subscribe" | b"subscription" | b"signup" | b"donate"
        | b"donation" | b"cta" | b"optin" | b"mailchimp" | b"abonnieren" | b"abonnement" | b"inscription"
        | b"mailinglist" | b"callout" | b"subscriber" | b"calltoaction" => Hints::SUBSCRIBE,
        b"paywall" | b"regwall" | b"piano" | b"paygate" => Hints::PAYWALL,
        b"cookie" | b"cookies" | b"consent" | b"gdpr" | b"modal" | b"popup" | b"overlay" | b"lightbox"
        | b"cookiebar" | b"cookiebanner" | b"cookienotice" | b"dialog" | b"popover" | b"tooltip"
        | b"onetrust" | b"dsgvo" | b"eupopup" => Hints::COOKIE,
        b"print" | b"printer" | b"toolbar" | b"toolbox" | b"tools" | b"fontsize" | b"textsize"
        | b"actions" | b"buttons" | b"button" | b"btn" | b"controls" | b"login" | b"signin" | b"register"
        | b"search" | b"searchform" | b"languages" | b"translate" | b"noprint" => Hints::TOOLS,
        b"hidden" | b"invisible" | b"screenreader" | b"visuallyhidden" | b"hide" => Hints::HIDDEN,
        b"articlebody" | b"articletext" | b"articlecontent" | b"storybody" | b"storytext"
        | b"storycontent" | b"postcontent" | b"postbody" | b"entrycontent" | b"bodytext" | b"bodycopy"
        | b"maincontent" | b"newstext" | b"articlebodytext" | b"fulltext" | b"contenttext"
        | b"textcontent" | b"newscontent" | b"newsbody" | b"detailbody" | b"contentbody" | b"zhengwen"
        | b"artibody" | b"contentdetail" | b"articledetail" | b"arttext" | b"artikeltext" | b"tresc"
        | b"newsdetail" | b"blogcontent" => Hints::STRONG.or(Hints::BODY),
        b"content" | b"entry" | b"post" | b"story" | b"text" | b"article" | b"body" | b"main" | b"copy"
        | b"artikel" | b"beitrag" | b"inhalt" | b"contenu" | b"contenido" | b"contenuto" | b"paragraph"
        | b"paragraphs" | b"prose" | b"richtext" | b"markdown" | b"hentry" | b"artykul" | b"noticia"
        | b"articolo" | b"neirong" | b"wenzhang" | b"longform" | b"detail" | b"wysiwyg" | b"news"
        | b"rte" => Hints::BODY,
        b"lead" | b"lede" | b"standfirst" | b"subtitle" | b"subheadline" | b"subhead" | b"subheading"
        | b"deck" | b"dek" | b"intro" | b"introduction" | b"abstract" | b"summary" | b"chapo"
        | b"vorspann" | b"anleser" | b"zajawka" | b"lid" | b"entradilla" | b"bajada" | b"sapo"
        | b"ingress" | b"manchet" | b"perex" | b"zhaiyao" | b"sommario" | b"occhiello" | b"subline"
        | b"einleitung" | b"introtext" | b"leadtext" | b"chapeau" | b"sottotitolo" | b"subtitulo"
        | b"excerpt" | b"unterzeile" | b"leadparagraph" | b"daodu" | b"preamble" | b"synopsis"
        | b"teasertext" | b"kickertext" | b"digest" => Hints::LEAD,
        b"title" | b"headline" | b"heading" | b"titel" | b"titre" | b"titulo" | b"titolo" | b"biaoti" => {
            Hints::TITLE
        }
        b"gallery" | b"slideshow" | b"carousel" | b"slider" | b"player" | b"video" | b"swiper"
        | b"galerie" => Hints::GALLERY,
        b"more" | b"latest" | b"teaser" | b"teasers" | b"recent" | b"next" | b"previous" | b"prev"
        | b"archive" | b"archives" | b"weitere" | b"also" | b"links" | b"linklist" | b"linkbox" => {
            Hints::MORE
        }
        b"widget" | b"widgets" => Hints::WIDGET,
        b"embed" | b"embeds" | b"oembed" | b"embedded" => Hints::EMBED,
        b"box" | b"infobox" | b"info" | b"factbox" | b"kasten" | b"inset" | b"pullquote" | b"aparte" => {
            Hints::BOX
        }
        _ => Hints::NONE,
    }
}

/// What two words in a row say.
fn pair(one: &[u8], two: &[u8]) -> Hints {
    match (one, two) {
        (
            b"article" | b"entry" | b"post" | b"story" | b"news" | b"artikel" | b"page" | b"main" | b"blog"
            | b"detail",
            b"body" | b"content" | b"text" | b"copy" | b"inhalt" | b"main" | b"paragraphs",
        )
        | (b"body" | b"content", b"text" | b"copy" | b"body") => Hints::STRONG.or(Hints::BODY),
        (b"sr", b"only") | (b"visually", b"hidden") | (b"screen", b"reader") => Hints::HIDDEN,
        (b"read" | b"most" | b"see", b"more" | b"also" | b"read" | b"popular" | b"viewed" | b"next")
        | (b"you", b"may" | b"might")
        | (b"more", b"from" | b"news" | b"stories" | b"articles" | b"posts" | b"on")
        | (b"related" | b"recommended", _)
        | (
            b"other" | b"latest" | b"recent" | b"next" | b"top",
            b"posts" | b"articles" | b"news" | b"stories",
        ) => Hints::RELATED,
        (
            b"author" | b"autor",
            b"box" | b"bio" | b"info" | b"description" | b"card" | b"about" | b"profile",
        )
        | (b"about", b"author" | b"autor") => Hints::AUTHOR.or(Hints::BOX),
        (
            b"photo" | b"image" | b"img" | b"picture" | b"bild" | b"media",
            b"credit" | b"caption" | b"copyright" | b"desc" | b"info" | b"source",
        ) => Hints::CAPTION,
        (b"entry" | b"post" | b"article", b"meta" | b"info" | b"date" | b"details") => Hints::META,
        (b"tag" | b"tags" | b"category" | b"cat", b"links" | b"list") => Hints::TAGS,
        (b"widget", b"area") => Hints::SIDE,
        (b"site" | b"page", b"header" | b"head") => Hints::HEAD,
        _ => Hints::NONE,
    }
}
