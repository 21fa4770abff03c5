//! Names of months and days of the week: a word of some language goes in, the month or the day that it names comes out.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Longer words name neither.
const LONGEST: usize = 24;

/// The month (1 to 12) that `word` names: full, short, in the cases that dates use, in some thirty languages.
pub fn month(word: &str) -> Option<u32> {
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let find = |name: &str| MONTHS.get(name).copied();
    // Hebrew puts "in" before the month.
    find(&lower).or_else(|| lower.strip_prefix('ב').and_then(find))
}

/// The day of the week (0 is Monday) that `word` names, in full, in the cases and plurals that reports use. Short
/// names are left out: `sun`, `mar` and `so` are words of their own.
pub fn weekday(word: &str) -> Option<u8> {
    if word.len() > LONGEST {
        return None;
    }
    WEEKDAYS.get(word.to_lowercase().as_str()).copied()
}

static MONTHS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut month = 0;
    let mut names = HashMap::new();
    for line in include_str!("months.txt").lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(number) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            month = number.parse().unwrap_or(0);
        } else if (1..=12).contains(&month) {
            names
                .extend(line.split(" | ").map(str::trim).filter(|name| !name.is_empty()).map(|n| (n, month)));
        }
    }
    names
});

static WEEKDAYS: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let days = (0_u8..).zip(WEEKDAY_NAMES);
    days.flat_map(|(day, names)| names.split(' ').map(move |name| (name, day))).collect()
});

/// Monday first. English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Turkish, Indonesian,
/// Russian, Ukrainian, Greek, Arabic, Hindi, Japanese, Korean.
const WEEKDAY_NAMES: [&str; 7] = [
    "monday mondays montag montags lundi lunes segunda-feira lunedì maandag poniedziałek pondělí måndag måndagen pazartesi senin понедельник понедельника понеділок δευτέρα الاثنين الإثنين सोमवार 月曜 月曜日 월요일",
    "tuesday tuesdays dienstag dienstags mardi martes terça-feira martedì dinsdag wtorek úterý tisdag tisdagen salı selasa вторник вторника вівторок τρίτη الثلاثاء मंगलवार 火曜 火曜日 화요일",
    "wednesday wednesdays mittwoch mittwochs mercredi miércoles quarta-feira mercoledì woensdag środa środę středa onsdag onsdagen çarşamba rabu среда среду среды середа середу τετάρτη الأربعاء बुधवार 水曜 水曜日 수요일",
    "thursday thursdays donnerstag donnerstags jeudi jueves quinta-feira giovedì donderdag czwartek čtvrtek torsdag torsdagen perşembe kamis четверг четверга четвер πέμπτη الخميس गुरुवार 木曜 木曜日 목요일",
    "friday fridays freitag freitags vendredi viernes sexta-feira venerdì vrijdag piątek pátek fredag fredagen cuma jumat пятница пятницу пятницы п'ятниця παρασκευή الجمعة शुक्रवार 金曜 金曜日 금요일",
    "saturday saturdays samstag samstags sonnabend samedi sábado sabato zaterdag sobota sobotę sobotu lördag lördagen cumartesi sabtu суббота субботу субботы субота суботу σάββατο السبت शनिवार 土曜 土曜日 토요일",
    "sunday sundays sonntag sonntags dimanche domingo domenica zondag niedziela niedzielę neděle söndag söndagen pazar minggu воскресенье воскресенья неділя неділю κυριακή الأحد रविवार 日曜 日曜日 일요일",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_days_are_known_in_many_languages() {
        for (word, number) in
            [("March", 3), ("Sept", 9), ("décembre", 12), ("ноября", 11), ("بنوفمبر", 0), ("Mai", 5)]
        {
            assert_eq!(month(word), (number > 0).then_some(number), "{word}");
        }
        for (word, day) in [("Monday", 0), ("Freitag", 4), ("среду", 2), ("الأحد", 6), ("domingo", 6)]
        {
            assert_eq!(weekday(word), Some(day), "{word}");
        }
        assert_eq!((month("[1]"), weekday("sun"), weekday("holiday")), (None, None, None));
    }
}
