//! The reading of symbols.yaml, and the whole tagger held to the labelled sentences.

use super::*;
use crate::model::tag::TagKind;
use crate::tag::Gazetteer;
use proptest::prelude::*;

fn read(yaml: &str) -> Result<Lexicon, SymbolsError> {
    parse(yaml, Path::new("symbols.yaml"))
}

#[test]
fn mistakes_are_told_with_file_line_and_remedy() {
    for (yaml, told) in [
        ("symbols:\n  - ticker: A\n    class: crypto\n    nme: X\n", vec!["symbols.yaml", "nme", "line 4"]),
        ("symbols:\n  - ticker: A\n    class: coin\n    name: X\n", vec!["symbols.yaml", "coin", "line 3"]),
        (
            "symbols:\n  - {ticker: A, class: crypto, name: X}\n  - {ticker: a, class: index, name: Y}\n",
            vec!["symbols.yaml:3", "second time", "keep one entry"],
        ),
        (
            "symbols:\n  - {ticker: A, class: equity, name: X, listing: \"MARS: A\"}\n",
            vec!["symbols.yaml:2", "unknown exchange", "exchanges"],
        ),
        (
            "symbols:\n  - {ticker: A, class: equity, name: X, names: {english: Yes-or-no}}\n",
            vec!["symbols.yaml:2", "english", "BCP 47"],
        ),
    ] {
        let error = read(yaml).unwrap_err().to_string();
        for part in told {
            assert!(error.contains(part), "`{part}` in: {error}");
        }
    }
}

#[test]
fn the_built_in_gazetteer_is_large_and_gives_no_warning() {
    let gazetteer = Gazetteer::new(built_in().unwrap());
    assert!(gazetteer.symbols().len() >= 200);
    let warnings: Vec<_> = gazetteer.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.is_empty(), "{warnings:#?}");
}

#[test]
fn doubtful_names_are_warned_of() {
    let yaml = "symbols:\n  - {ticker: AAA, class: crypto, name: Link}\n  - {ticker: BBB, class: crypto, name: Foobar}\n  - {ticker: CCC, class: equity, name: foobar, aliases: [xy]}\n";
    let gazetteer = Gazetteer::new(read(yaml).unwrap());
    let told = gazetteer.warnings().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for part in ["`Link` of AAA", "`foobar` names BBB and CCC", "`xy` of CCC is very short"] {
        assert!(told.contains(part), "`{part}` in {told}");
    }
}

#[derive(Default, Clone, Copy)]
struct Score {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Score {
    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }
    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.missed).max(1))
    }
}

#[derive(Deserialize)]
struct Sentence {
    lang: String,
    #[serde(default)]
    title: String,
    text: String,
    symbols: BTreeSet<String>,
}

/// A set of labelled sentences, and the precision and recall that must not be lost.
struct Set {
    name: &'static str,
    lines: &'static str,
    precision: f64,
    recall: f64,
}

macro_rules! set {
    ($name:literal, $precision:literal, $recall:literal) => {
        Set {
            name: $name,
            lines: include_str!(concat!("../../../tests/fixtures/tags/", $name, ".jsonl")),
            precision: $precision,
            recall: $recall,
        }
    };
}

/// In the order in which they were written; docs/symbols.md tells how each fared before anyone had seen it.
const SETS: [Set; 9] = [
    set!("sentences", 0.99, 0.99),
    set!("heldout", 0.99, 0.99),
    set!("heldout2", 0.99, 0.99),
    set!("heldout3", 0.99, 0.98),
    set!("heldout4", 0.99, 0.98),
    set!("heldout5", 0.97, 0.98),
    set!("heldout6", 0.98, 0.98),
    set!("heldout7", 0.97, 0.97),
    set!("heldout8", 0.97, 0.97),
];

#[test]
#[expect(clippy::print_stderr, reason = "the tables of precision and recall are for people")]
fn labelled_sentences_are_tagged_as_people_would() {
    let gazetteer = Gazetteer::new(built_in().unwrap());
    let mut tables = BTreeMap::<(usize, String), Score>::new();
    for (at, set) in SETS.iter().enumerate() {
        for line in set.lines.lines() {
            let sentence: Sentence = serde_json::from_str(line).unwrap();
            let tags = gazetteer.tag(&sentence.title, &sentence.text, &[]);
            let found: BTreeSet<_> =
                tags.into_iter().filter(|tag| tag.kind == TagKind::Symbol).map(|tag| tag.key).collect();
            for key in [(at, "all".to_owned()), (SETS.len(), sentence.lang.clone())] {
                let score = tables.entry(key).or_default();
                score.right += found.intersection(&sentence.symbols).count() as u32;
                score.wrong += found.difference(&sentence.symbols).count() as u32;
                score.missed += sentence.symbols.difference(&found).count() as u32;
            }
            if found != sentence.symbols {
                eprintln!("{}: {found:?} for {:?}: {}", set.name, sentence.symbols, sentence.text);
            }
        }
    }
    for ((at, lang), score) in &tables {
        let Score { right, wrong, missed } = *score;
        let (p, r) = (score.precision(), score.recall());
        let name = SETS.get(*at).map_or(lang.as_str(), |set| set.name);
        eprintln!("| {name} | {right} | {wrong} | {missed} | {p:.3} | {r:.3} |");
        if let Some(set) = SETS.get(*at) {
            assert!(p >= set.precision && r >= set.recall, "{name} has lost: {p:.3} {r:.3}");
        }
    }
}

/// The symbols that a text is tagged with, in order, by a lexicon written as YAML or by the built-in one.
fn symbols_of(gazetteer: &Gazetteer, text: &str) -> Vec<String> {
    let tags = gazetteer.tag("", text, &[]);
    let mut keys: Vec<_> =
        tags.into_iter().filter(|tag| tag.kind == TagKind::Symbol).map(|tag| tag.key).collect();
    keys.sort();
    keys
}

#[test]
fn codes_count_in_every_common_form() {
    let gazetteer = Gazetteer::new(built_in().unwrap());
    for (text, symbol) in [
        ("Tencent rival HKEX: 700", "0700.HK"),
        ("看好 00700.HK 后市", "0700.HK"),
        ("龙头 SH600519 收涨", "600519.SS"),
        ("龙头(SZ:300750)收涨", "300750.SZ"),
        ("白酒股(600519)收涨", "600519.SS"),
        ("대장주(005930) 급락", "005930.KS"),
        ("종목코드 042700 상한가", "042700.KS"),
        ("(証券コード:7267)が続伸", "7267.T"),
        ("the ticker: NVDA was halted", "NVDA"),
        ("<TSLA.O> extended gains", "TSLA"),
        ("特斯拉线索?不,是(TSLA-US)", "TSLA"),
        ("Alcoa Inc. (AA) reports first", "AA"),
        ("佳能与客户签约", "7751.T"),
    ] {
        assert_eq!(symbols_of(&gazetteer, text), [symbol], "{text}");
    }
    for text in
        ["Agents of (ICE) arrested workers of the company.", "T.N. Rao won", "section (M) of the form"]
    {
        assert!(symbols_of(&gazetteer, text).is_empty(), "{text}");
    }
    assert_eq!(symbols_of(&gazetteer, "AUD/JPY slipped"), ["AUD", "JPY"]);
}

#[test]
fn an_everyday_word_is_read_by_the_language_of_the_text() {
    let gazetteer = Gazetteer::new(built_in().unwrap());
    for text in ["Apple condamnée à une amende de deux milliards", "Apple перенесла показ", "Meta 挖角人才"]
    {
        assert_eq!(symbols_of(&gazetteer, text).len(), 1, "{text}");
    }
    for text in
        ["Apple crumble is for the winter.", "Werner-Siemens-Straße gesperrt", "Der Gender-Gap bleibt"]
    {
        assert!(symbols_of(&gazetteer, text).is_empty(), "{text}");
    }
}

#[test]
fn words_beside_a_name_decide_and_are_data() {
    let yaml = "symbols:\n  - {ticker: ZED, class: equity, name: Zed, ambiguous: [Zed]}\n\
                before: {equity: [maker]}\nafter: {equity: [unveil*]}\nagainst: {equity: [choir]}\n";
    let gazetteer = Gazetteer::new(read(yaml).unwrap());
    assert_eq!(symbols_of(&gazetteer, "Then Zed unveils a phone."), ["ZED"]);
    assert_eq!(symbols_of(&gazetteer, "The phone maker \u{201c}Zed\u{201d} is back."), ["ZED"]);
    for text in [
        "Zed came when it was unveiled.",
        "The maker met Tom Zed.",
        "The choir of Zed choir unveils, Zed sings.",
    ] {
        assert!(symbols_of(&gazetteer, text).is_empty(), "{text}");
    }
}

#[test]
fn evidence_says_what_earned_a_tag() {
    let gazetteer = Gazetteer::new(built_in().unwrap());
    let stated = ["$sol".to_owned(), "nonsense".to_owned()];
    let tags =
        gazetteer.tag("Ｎｖｉｄｉａ (NVDA) climbs", "Nvidia’s rise. Nvidia rose. $BTC 東証:7203", &stated);
    let told: Vec<_> = tags
        .iter()
        .flat_map(|tag| {
            tag.evidence
                .iter()
                .map(move |e| format!("{} {} {} {} {}", tag.key, e.text, e.place, e.rule, e.count))
        })
        .collect();
    for line in [
        "NVDA Nvidia title name 1",
        "NVDA NVDA title parentheses 1",
        "NVDA Nvidia text name 2",
        "SOL $sol source stated 1",
        "BTC $BTC text cashtag 1",
        "7203.T 東証:7203 text listing 1",
    ] {
        assert!(told.iter().any(|l| l == line), "{line} in {told:#?}");
    }
    assert_eq!(tags.first().map(|tag| tag.key.as_str()), Some("NVDA"));
}

#[test]
fn topics_and_entities_are_told() {
    let gazetteer = Gazetteer::new(built_in().unwrap());
    let tags = gazetteer.tag("聯準會宣布降息", "美國聯準會(Fed)宣布降息一碼,川普表示歡迎。", &[]);
    let has = |kind, key: &str| tags.iter().any(|tag| tag.kind == kind && tag.key == key);
    assert!(has(TagKind::Topic, "rates") && has(TagKind::Entity, "Federal Reserve"));
    assert!(has(TagKind::Entity, "Donald Trump"), "{tags:?}");
}

proptest! {
    #[test]
    fn no_yaml_panics(text in "\\PC{0,80}") {
        let _ = read(&format!("symbols:\n  - {text}"));
        let _ = read(&text);
    }

    #[test]
    fn no_text_panics_and_every_tag_has_evidence(
        parts in prop::collection::vec(prop::sample::select(vec![
            "$", "(", ")", "Apple", "苹果", "苹", "메타", "버스", "золот", "а", "NASDAQ", ":", "東証", "7203", "7",
            " ", "ＮＶ", "Ｄ", "é", "\u{301}", "リップル", "ー", "gold", "medal", "ETH", "in", "港交所", "代码", "00700", ".", "\n",
        ]), 0..40),
    ) {
        let gazetteer = GAZETTEER.get_or_init(|| Gazetteer::new(built_in().unwrap()));
        let text = parts.concat();
        for tag in gazetteer.tag(&text, &text, std::slice::from_ref(&text)) {
            prop_assert!(!tag.evidence.is_empty() && tag.evidence.iter().all(|e| e.count > 0));
        }
    }
}

static GAZETTEER: std::sync::OnceLock<Gazetteer> = std::sync::OnceLock::new();
