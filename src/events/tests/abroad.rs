//! Reports in different languages, without a translation: what lets them meet, and what must not.

use super::*;

#[test]
fn names_meet_across_scripts() {
    let mut grouper = Grouper::new(Settings::default());
    let read = |key: &str, title: &str, text: &str, language: &str| {
        Features::of(&Document { key, title, text, language: Some(language), ..Document::default() })
    };
    grouper.add("noise", read("noise", "Rain in Madrid", "It rained in Madrid for 40 days.", "en"));
    grouper.add(
        "ru",
        read(
            "ru",
            "Меркель встретила Макрона",
            "Канцлер Меркель и президент Макрон обсудили 750 тысяч в Берлине.",
            "ru",
        ),
    );
    grouper
        .add("ja", read("ja", "メルケル首相とマクロン大統領がベルリンで会談", "75万について話した。", "ja"));
    grouper.add(
        "en",
        read(
            "en",
            "Merkel meets Macron",
            "Chancellor Merkel and President Macron spoke in Berlin of 750,000.",
            "en",
        ),
    );
    let ranked: Vec<String> = grouper.rank("en", 3).into_iter().map(|hit| hit.key).collect();
    assert!(ranked[..2].contains(&"ru".to_owned()) && ranked[..2].contains(&"ja".to_owned()), "{ranked:?}");
}

/// An archive of English stories, a report that names places, and one in another language: the event of that.
fn event_abroad(there: (&str, &str), here: (&str, &str), language: &str) -> String {
    let mut grouper = Grouper::new(Settings::default());
    for story in 1..7 {
        let key = format!("d{story}");
        grouper.add(&key, article(story, 1, None, &key));
    }
    for (key, (title, text), language) in [("en", there, "en"), ("new", here, language)] {
        let document = Document { key, title, text, language: Some(language), ..Document::default() };
        grouper.add(key, Features::of(&document));
    }
    grouper.event_of("new").unwrap().to_owned()
}

#[test]
fn places_meet_in_scripts_that_share_no_letters() {
    let english = (
        "Ferry from Busan to Fukuoka runs aground",
        "The ferry left South Korea with 412 passengers for Japan. Boats from Busan and Fukuoka took 37 to Kitakyushu.",
    );
    for (language, title, text) in [
        ("zh", "釜山至福冈渡轮搁浅", "渡轮载412人由韩国开往日本，釜山和福冈的船只将37人送往北九州。"),
        (
            "ko",
            "부산에서 후쿠오카로 가던 여객선 좌초",
            "412명을 태우고 한국을 떠나 일본으로 가던 배다. 부산과 후쿠오카의 배가 37명을 기타큐슈로 옮겼다.",
        ),
        (
            "ar",
            "جنوح عبارة من بوسان إلى فوكوكا",
            "غادرت العبارة كوريا الجنوبية إلى اليابان وعلى متنها 412 راكبا، ونقل 37 إلى بوسان وفوكوكا.",
        ),
    ] {
        assert_eq!(event_abroad(english, (title, text), language), "en", "{title}");
    }
}

#[test]
fn actors_meet_by_their_one_name() {
    let report = |title, text, language, actors: &[String]| {
        Features::of(&Document { title, text, language: Some(language), actors, ..Document::default() })
    };
    let english = (
        "Agency drops its case against the exchange",
        "It had asked for 212 million and 37 witnesses.",
        "en",
    );
    let korean = ("거래소 상대 소송 취하", "2억1200만과 증인 37명을 요구했었다.", "ko");
    let together = |actors: &[&str]| {
        let actors: Vec<String> = actors.iter().map(|actor| (*actor).to_owned()).collect();
        let mut grouper = Grouper::new(Settings::default());
        for (title, text, language) in [english, korean] {
            grouper.add(language, report(title, text, language, &actors));
        }
        grouper.event_of("ko") == Some("en")
    };
    assert!(together(&["SEC", "Gary Gensler", "US Justice Department"]));
    assert!(!together(&[]), "two numbers alone are no bond");
}

#[test]
fn one_actor_that_both_name_is_no_bond() {
    let actors = ["Federal Reserve".to_owned()];
    let report = |title, text, language| {
        Features::of(&Document {
            title,
            text,
            language: Some(language),
            actors: &actors,
            ..Document::default()
        })
    };
    let mut grouper = Grouper::new(Settings::default());
    grouper.add("en", report("Rates stay where they are", "Savers had hoped for 4.5 percent more.", "en"));
    grouper.add("ko", report("은행 주식 매도", "투자자들이 주식 37주를 팔았다.", "ko"));
    assert_eq!(grouper.event_of("ko"), Some("ko"));
}

#[test]
fn one_place_that_both_name_is_no_bond() {
    let wage = ("Seoul to raise the wage", "It rises by 2.5 in spring.");
    let survey = ("调查：首尔两成受访者每日使用智能工具", "他们说每日可节省一小时。");
    assert_eq!(event_abroad(wage, survey, "zh"), "new");
}

#[test]
fn reports_in_two_languages_meet_by_what_both_tell_or_mean() {
    let event = |title: &str, text: &str, sense: Option<Sense>| {
        let mut grouper = Grouper::new(Settings::default());
        for story in 1..7 {
            let key = format!("d{story}");
            grouper.add(&key, article(story, 1, None, &key).with_sense(Some(direction(story, 0))));
        }
        let read = |key, title, text, language| {
            Features::of(&Document { key, title, text, language: Some(language), ..Document::default() })
        };
        let text_en = "Officials in Haverby closed the bridge. Repairs take 10 weeks.";
        grouper
            .add("en", read("en", "Haverby bridge closed", text_en, "en").with_sense(Some(direction(0, 0))));
        grouper.add("new", read("new", title, text, "de").with_sense(sense));
        grouper.event_of("new").unwrap().to_owned()
    };
    let fair = ("Viele Besucher beim Fest", "Am Sonntag kamen alle zum Essen und Tanzen auf den Platz.");
    assert_eq!(event(fair.0, fair.1, Some(direction(0, 0))), "en", "near in meaning, not a word in common");
    assert_eq!(event(fair.0, fair.1, Some(direction(3, 0))), "d3");
    assert_eq!(event(fair.0, fair.1, None), "new");
    // One small number is told by many texts.
    assert_eq!(event("Fest war gut besucht", "Das Essen war nach 10 Minuten weg.", None), "new");
    let bridge = ("Brücke in Haverby gesperrt", "In Haverby dauern die Arbeiten 10 Wochen.");
    assert_eq!(event(bridge.0, bridge.1, None), "en");
}

#[test]
fn traditional_and_simplified_reports_of_one_event_meet() {
    let mut grouper = Grouper::new(Settings::default());
    for (key, language, title, text) in [
        (
            "tw",
            "zh-TW",
            "臺灣渡輪在霧島港觸礁 逾百名乘客獲救",
            "臺灣籍渡輪「雲雀號」週三在霧島港外觸礁，船長稱導航設備發生故障。海巡署派遣直升機，將一百二十名乘客送往醫院檢查。",
        ),
        (
            "other",
            "zh-TW",
            "聯準會維持利率不變 經濟學者憂通脹",
            "聯準會宣布維持利率不變，經濟學者擔憂通貨膨脹。主席稱就業數據強勁，今年內不會調整政策。",
        ),
        (
            "cn",
            "zh-CN",
            "台湾渡轮雾岛港触礁，一百多名乘客获救",
            "一艘台湾渡轮“云雀号”周三在雾岛港外触礁。船长说导航设备发生故障，直升机将乘客送往医院检查。",
        ),
    ] {
        let document = Document { key, title, text, language: Some(language), ..Document::default() };
        grouper.add(key, Features::of(&document));
    }
    assert_eq!(["tw", "other", "cn"].map(|key| grouper.event_of(key).unwrap()), ["tw", "other", "tw"]);
    // Reasons are told as reports write them.
    let words: Vec<String> =
        grouper.rank("cn", 1).into_iter().flat_map(|hit| hit.why).flat_map(|why| why.words).collect();
    assert!(words.contains(&"触礁".to_owned()), "{words:?}");
}
