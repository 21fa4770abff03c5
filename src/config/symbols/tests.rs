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

#[test]
#[expect(clippy::print_stderr, reason = "the table of precision and recall is for people")]
fn labelled_sentences_are_tagged_as_people_would() {
    let gazetteer = Gazetteer::new(built_in().unwrap());
    let fixtures = [
        include_str!("../../../tests/fixtures/tags/sentences.jsonl"),
        include_str!("../../../tests/fixtures/tags/heldout.jsonl"),
    ];
    let (mut by_lang, mut all) = (BTreeMap::<String, Score>::new(), Score::default());
    for line in fixtures.into_iter().flat_map(str::lines) {
        let sentence: Sentence = serde_json::from_str(line).unwrap();
        let tags = gazetteer.tag(&sentence.title, &sentence.text, &[]);
        let found: BTreeSet<_> =
            tags.into_iter().filter(|tag| tag.kind == TagKind::Symbol).map(|tag| tag.key).collect();
        for score in [by_lang.entry(sentence.lang.clone()).or_default(), &mut all] {
            score.right += found.intersection(&sentence.symbols).count() as u32;
            score.wrong += found.difference(&sentence.symbols).count() as u32;
            score.missed += sentence.symbols.difference(&found).count() as u32;
        }
        if found != sentence.symbols {
            eprintln!("{}: {found:?} for {:?}: {}", sentence.lang, sentence.symbols, sentence.text);
        }
    }
    by_lang.insert("all".to_owned(), all);
    for (lang, score) in &by_lang {
        let Score { right, wrong, missed } = *score;
        let (p, r) = (score.precision(), score.recall());
        eprintln!("| {lang} | {right} | {wrong} | {missed} | {p:.3} | {r:.3} |");
    }
    assert!(all.precision() >= 0.97 && all.recall() >= 0.93);
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
