//! Words that carry no news, by language: a folded word goes in, whether grouping ignores it comes out.

use std::collections::HashSet;
use std::sync::LazyLock;

const ENGLISH: &str = "a about above after again against ain all also although always am among an and any are aren as at back be became because been before being below between both but by came can cannot could couldn did didn do does doesn doing don down during each either else even ever every few for from further get gets getting go goes going got had hadn has hasn have haven having he her here hers herself him himself his how however i if in into is isn it its itself just like ll made make makes many may me might mine more most much must my myself never no nor not now of off often on once one only or other others our ours ourselves out over own per put quite rather re really s said same say says she should shouldn since so some still such t take than that the their theirs them themselves then there these they this those though through thus to too toward under until up upon us use used using ve very via was wasn way we well were weren what when where whether which while who whom whose why will with within without won would wouldn yet you your yours yourself d m told tell";
const GERMAN: &str = "aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bin bis bist da dabei damit dann das dass dazu dein dem den denn der des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwa euch fur gegen habe haben hat hatte hatten hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jeder jetzt kann kein keine konnen konnte man mehr mein mit muss nach nicht nichts noch nun nur ob oder ohne sagte schon sehr sei sein seine seinem seinen seiner seit sich sie sind so soll sollen sollte sowie um und uns unter vom von vor war waren was weil wenn werde werden wie wieder wir wird wo worden wurde wurden zu zum zur zwischen uber";
const FRENCH: &str = "a afin ainsi alors apres au aucun aussi autre autres aux avait avant avec avoir bien c car ce cela celle celui ces cet cette ceux chez comme d dans de depuis des deux dit doit donc dont du elle elles en encore entre est et etaient etait ete etre eu eux fait faire il ils j je jusqu l la le les leur leurs lors lui m ma mais me meme mes moins mon n ne nos notre nous on ont ou par parce pas pendant peu peut plus pour pourquoi qu quand que quel quelle qui s sa sans se sera ses si soit son sont sous sur t ta tes tous tout toute toutes tres tu un une vers vos votre vous y";
const SPANISH: &str = "a al algo ante antes aqui asi aun aunque bajo cada como con contra cual cuando de del desde donde dos durante e el ella ellas ellos en entre era es esa ese eso esta estaba estan estas este esto estos fue fueron ha habia han hasta hay he la las le les lo los mas me mi mientras muy nada ni no nos o otra otras otro otros para pero poco por porque pues que quien se segun ser si sido sin sino sobre son su sus tambien tan tanto te tiene tienen todo todos tras tu un una uno unos y ya yo";
const PORTUGUESE: &str = "a ao aos as ate cada com como da das de dela dele do dos e ela elas ele eles em entre era essa esse esta estao este eu foi foram ha isso isto ja mais mas me mesmo muito na nao nas nem no nos o os ou para pela pelas pelo pelos por qual quando que quem se sem ser seu seus sobre sua suas tambem tem teve um uma voce";
const ITALIAN: &str = "a ad agli ai al alla alle anche c che chi ci come con cui da dagli dal dalla dalle degli dei del dell della delle di dopo e ed era gli ha hanno i il in io l la le lo loro ma nei nel nella nelle no non o ogni per piu prima quale quando quello questa questi questo se sempre si sia sono su sua sue sui sul sulla suo suoi tra tutti tutto un una uno";
const RUSSIAN: &str = "а без более был была были было быть в вам вас ведь во вот все всего всех вы где да даже для до его ее если есть еще же за здесь и из или им их к как ко когда которая которой который которого которые которых кто ли либо между меня мне может мы на над надо нас не него нее нет ни них но о об однако он она они оно от очень по под после при с сам свои своей своего свою себя со так также там те тем то того тоже той только том ту тут ты у уже что чтобы чем эта эти это этого этой этом этот я";
const TURKISH: &str = "acaba ama ancak bir birkac biz bu cok da daha de diye en gibi hem her icin ile ise kadar ki mi ne o olan olarak oldu oldugu olduğu sonra şu siz tum ve veya ya yani";
const POLISH: &str = "a aby ale bardzo bez bo by byc byl byla bylo byly co czy dla do gdy i ich ile im ja jak jako je jego jej jest jeszcze juz kiedy ktora ktore ktory lub ma mnie mozna na nad nie niz o od on ona oni oraz po pod przed przez przy sa sie sobie ta tak takze tam te tego tej ten to tu tylko tym w we wiec z za ze";
const ARABIC: &str = "في من على إلى الى عن أن ان إن التي الذي هذا هذه ما لا لم كان كانت قد مع و أو او ثم بعد قبل كل بين هو هي كما حيث ذلك تلك عند عليه";

/// True where `word`, folded, only holds sentences of `language` together. Unknown Latin languages get English.
pub(super) fn is_stop(word: &str, language: &str) -> bool {
    let list = match language {
        "de" => 1,
        "fr" => 2,
        "es" | "ca" => 3,
        "pt" => 4,
        "it" => 5,
        "ru" | "uk" | "bg" | "sr" => 6,
        "tr" => 7,
        "pl" => 8,
        "ar" | "fa" => 9,
        _ => 0,
    };
    LISTS.get(list).is_some_and(|set| set.contains(word))
}

static LISTS: LazyLock<Vec<HashSet<&'static str>>> = LazyLock::new(|| {
    [ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, RUSSIAN, TURKISH, POLISH, ARABIC]
        .into_iter()
        .map(|list| list.split(' ').collect())
        .collect()
});
