//! How common words are before the first document came: a term goes in, its expected share of documents comes out.
//! Without it the first documents of an archive would resemble each other by words such as `year` and `people`.
//!
//! The lists were written for this project by what any newspaper is full of, commonest first, and are stemmed as texts
//! are; the share falls with the place in the list.

use std::collections::HashMap;

use crate::events::features::{actors, place_id, word_id};
use crate::text::names::fold;
use crate::text::places;

/// Share of documents of the first word of a list and of the last.
const FIRST: f32 = 0.30;
const LAST: f32 = 0.02;
/// Share of documents of a place: countries are far commoner than people, cities somewhat.
const PLACE: f32 = 0.03;
/// Share of documents of an organisation or a person that is known in every language.
const ACTOR: f32 = 0.01;

/// The expected shares of documents, by term.
pub(super) fn shares() -> HashMap<u32, f32> {
    let places = places::all().map(|name| (place_id(name), PLACE));
    let mut out: HashMap<u32, f32> = places.chain(actors().map(|id| (id, ACTOR))).collect();
    for (language, list) in LISTS {
        let words: Vec<&str> = list.split_whitespace().collect();
        let steps = words.len().max(2) as f32 - 1.0;
        for (place, word) in words.iter().enumerate() {
            let share = FIRST * (LAST / FIRST).powf(place as f32 / steps);
            let slot = out.entry(word_id(&fold(word), language)).or_insert(0.0_f32);
            *slot = slot.max(share);
        }
    }
    out
}

const LISTS: &[(&str, &str)] =
    &[("en", ENGLISH), ("zh", CHINESE), ("de", GERMAN), ("fr", FRENCH), ("es", SPANISH), ("ru", RUSSIAN)];

const ENGLISH: &str = "\
year people time new last week first two day state government country report call include official president include
three month public work accord news group official part million report national take show come add plan long know
million statement meet expect right see help law continue ask want need issue think move end number high lead home
week late early place follow point house set case former announce american leader claim support hold city four change
world start close few million another next several face give five open force member major woman man problem however
police percent big look win second run turn remain clear spokesman great area power half term large stand leave party
question minister try office monday tuesday wednesday thursday friday saturday sunday morning night afternoon evening
january february march april may june july august september october november december service general security
political company business market interview week release reason result decision policy control local today yesterday
tomorrow family child top believe keep begin effort chief team good order become hour minute bring seek allow act
important billion head return speak speech member fall rise increase raise cut low past future economy economic
international foreign federal department committee council court director secretary chairman executive staff
employee worker job pay cost price money tax budget fund trade deal agreement talk visit happen key role play
post comment write read message online internet website video photo image picture story article media press newspaper
television agency source expert study research university school student health hospital care drug food water
air land road car street building center community society young old life live death die kill attack war military army
soldier fight victim injure fire shoot gun crime criminal arrest charge accuse allege prison jail judge trial lawyer
attorney evidence investigate investigation authority suspect officer scene find discover search incident accident
crash damage destroy cause concern warn risk threat threaten safe safety danger protect concern fear hope love feel
vote election voter campaign candidate democrat republican senate senator congress congressional representative bill
legislation reform oppose opposition criticism critic debate argue agree disagree reject accept approve propose
proposal demand request require offer provide create build develop development design produce product production sell
sale buy purchase customer consumer stock share investor investment profit loss growth grow rate level record
average total amount value quarter financial bank credit debt interest analyst industry technology system network
computer software device phone mobile app data information access user game player season score coach sport match
fan club league final title star film movie music show award event celebrate ceremony anniversary history historic
traditional culture art book church god faith north south east west northern southern eastern western central region
district county town village border coast sea island river mountain mile foot meter kilometer hundred thousand dozen
third fourth fifth sixth double single small little short full main recent current previous possible likely able
available free real true wrong bad hard difficult easy simple strong weak serious special common similar different
significant quick quickly soon immediate immediately ago already recently currently nearly almost despite although
across near outside inside along around behind beyond especially particularly actually probably certainly instead
appear seem describe explain suggest reveal confirm deny refuse decline respond reply answer tell mention note cite
express insist stress urge encourage promise pledge vow remember recall learn teach understand realize consider
decide choose prepare wait watch listen hear sit walk drive fly travel arrive enter reach send receive carry
pull push throw hit break fail lose miss drop catch save serve join share spend pass remove reduce improve
affect involve base focus link relate connect contact contain cover represent reflect prove serve sign
mr mrs ms dr sir u.s us uk united states america washington york london european britain british china chinese
russia russian france french germany german japan japanese india indian
spoke spoken led took taken gave given went gone came knew known thought felt kept held left met paid sent brought
bought sold built lost won found heard saw seen began begun became fell fallen rose risen grew grown drew ran broke
broken caught fought taught wrote written chose chosen struck stood understood forced caused killed injured died
witness eyewitness resident neighbor neighbour local crew team unit staff colleague friend relative mother father
son daughter wife husband brother sister couple baby teenager passenger driver owner founder manager boss candidate
mayor governor sheriff deputy commander general soldier pilot doctor nurse patient teacher pupil worker farmer
incident emergency rescue alarm warning effort attempt failure success chance option response reaction comment
interview conference briefing session ceremony visit trip tour journey route site area scene spot corner square
afternoon noon midnight dawn dusk weekend month-long hour-long earlier later shortly immediately suddenly finally
initially originally eventually meanwhile moreover furthermore nonetheless nevertheless regarding concerning
following due thanks including according additional further separate total entire whole partial final initial
early late recent upcoming ongoing latest next previous former current newly long-term short-term nationwide
worldwide globally domestically heavily slightly sharply widely largely mainly mostly partly fully completely
increase decrease decline drop jump surge gain slip climb slide rally recover recovery boost push drive lift
measure step action plan proposal initiative strategy approach target goal aim objective purpose reason cause
effect impact consequence result outcome benefit advantage disadvantage cost expense burden pressure stress
document paper letter email statement note file page line word sentence paragraph chapter edition version copy
claimed stated noted argued insisted suggested announced reported confirmed denied warned urged criticized praised
welcomed condemned rejected approved signed passed launched opened closed ended started continued remained";

const CHINESE: &str = "\
中国 一个 我们 进行 没有 可以 工作 表示 目前 记者 公司 市场 问题 发展 已经 时间 其中 通过 人员 成为 今年 企业 情况 这个 他们 相关 以及
认为 国家 生活 开始 可能 社会 自己 要求 报道 不是 需要 发现 就是 因为 但是 由于 同时 对于 如果 什么 管理 服务 安全 活动 部门 地区 影响
重要 政府 消息 新闻 经济 世界 国际 北京 上海 美国 人民 方面 日前 近日 根据 关于 此次 之后 以来 以上 数据 技术 信息 网络 平台 媒体 网友
希望 增加 超过 提供 之前 一些 这些 非常 很多 主要 不断 最后 还是 这样 所以 然后 现在 当时 第一 第二 其他 部分 全国 有关 单位 会议 计划
项目 建设 支持 合作 产品 生产 行业 专家 研究 介绍 指出 显示 发布 宣布 决定 调查 处理 责任 法律 规定 事件 造成 发生 现场 警方 医院 学校
学生 孩子 女子 男子 先生 女士 家庭 万元 亿元 价格 消费 投资 增长 下降 年度 月份 去年 明年 时候 地方 方式 能力 水平 作为 包括 不同 一次
一种 两个 三个 多个 多人 国内 城市 农村 省市 负责 负责人 领导 主席 总统 总理 部长 发言 发言人 称为 称其 以后 直接 继续 保持 实现 提高 加强 推动
香港 特區 政府 表示 公司 市場 國家 中國 美國 沒有 認為 發展 問題 時間 進行 報道 記者 今日 昨日 億元 萬元";

const GERMAN: &str = "\
jahr neu prozent zeit mensch million euro gross erst deutsch tag land deutschland woche zwei drei viel leben stadt
gut polizei uhr regierung ende unternehmen kommen gehen geben machen stehen finden bleiben lassen sehen sagen teilen
mitteilen erklaren sprecher frau mann kind haus arbeit frage problem welt politik partei prasident minister bundes
bericht berichten angabe montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar april juni juli
august september oktober november dezember ersten zweiten letzten nachsten weiter eigentlich rund knapp milliarde
europa europaisch usa amerikanisch berlin fall grund teil zahl seite platz spiel gemeinsam moglich wichtig hoch";

const FRENCH: &str = "\
an annee jour temps pays france francais monde personne premier million euro nouveau grand deux trois dernier ministre
president gouvernement etat politique ville vie homme femme enfant partie loi question travail entreprise marche
heure semaine mois fin lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril juin juillet aout
septembre octobre novembre decembre selon lieu place cas point groupe service mesure annoncer expliquer declarer devoir
pouvoir prendre mettre donner trouver passer rester permettre demander europeen paris national international social";

const SPANISH: &str = "\
ano dia tiempo pais persona primero millon gobierno nuevo grande presidente ministro estado ciudad vida mundo hombre
mujer parte semana mes hora caso trabajo empresa mercado problema ley politica lunes martes miercoles jueves viernes
sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre segun hacer
poder decir dar tener ver informar senalar asegurar anunciar nacional internacional social general ultimo euro";

const RUSSIAN: &str = "\
год время россия человек новый российский страна день первый работа президент сказать сообщить заявить власть рубль
слово процент тысяча миллион месяц неделя час два три случай вопрос решение компания глава город москва область район
житель ребенок женщина мужчина дом место дело часть система закон суд государство правительство министр сша мир жизнь
понедельник вторник среда четверг пятница суббота воскресенье январь февраль март апрель май июнь июль август сентябрь
октябрь ноябрь декабрь стать мочь должный иметь получить отметить рассказать передавать данные информация ранее";
