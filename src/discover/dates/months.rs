//! A word of some language goes in, the month that it names comes out.

/// The month that a word names, in the languages that feeds are written in; words are compared by their beginnings,
/// longer ones first where one begins like another.
pub(super) fn month(word: &str) -> Option<i16> {
    let word = word.to_lowercase();
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

#[rustfmt::skip]
const MONTHS: &[(&str, i16)] = &[
    // Latin and Greek scripts
    ("januar", 1), ("janv", 1), ("jan", 1), ("jän", 1), ("ene", 1), ("gen", 1), ("sty", 1), ("oca", 1), ("ιαν", 1),
    ("feb", 2), ("fév", 2), ("fev", 2), ("lut", 2), ("şub", 2), ("φεβ", 2),
    ("mar", 3), ("mär", 3), ("mrz", 3), ("maa", 3), ("mrt", 3), ("már", 3), ("μάρ", 3), ("μαρ", 3),
    ("apr", 4), ("abr", 4), ("avr", 4), ("ápr", 4), ("kwi", 4), ("nis", 4), ("απρ", 4),
    ("mai", 5), ("may", 5), ("mag", 5), ("maj", 5), ("máj", 5), ("mei", 5), ("μάι", 5), ("μαϊ", 5), ("μαι", 5),
    ("juin", 6), ("jun", 6), ("jún", 6), ("giu", 6), ("cze", 6), ("haz", 6), ("ιουν", 6), ("ιούν", 6),
    ("juil", 7), ("jul", 7), ("júl", 7), ("lug", 7), ("lip", 7), ("tem", 7), ("ιουλ", 7), ("ιούλ", 7),
    ("aug", 8), ("aoû", 8), ("aou", 8), ("ago", 8), ("sie", 8), ("ağu", 8), ("αυγ", 8), ("αύγ", 8),
    ("sep", 9), ("set", 9), ("sze", 9), ("wrz", 9), ("eyl", 9), ("σεπ", 9),
    ("okt", 10), ("oct", 10), ("out", 10), ("ott", 10), ("paź", 10), ("eki", 10), ("οκτ", 10),
    ("nov", 11), ("lis", 11), ("kas", 11), ("νοέ", 11), ("νοε", 11),
    ("dec", 12), ("dez", 12), ("dic", 12), ("déc", 12), ("gru", 12), ("ara", 12), ("δεκ", 12),
    // Cyrillic
    ("янв", 1), ("січ", 1), ("фев", 2), ("лют", 2), ("мар", 3), ("бер", 3), ("апр", 4), ("кві", 4), ("май", 5),
    ("мая", 5), ("тра", 5), ("июн", 6), ("чер", 6), ("июл", 7), ("лип", 7), ("авг", 8), ("сер", 8), ("сен", 9),
    ("вер", 9), ("окт", 10), ("жов", 10), ("ноя", 11), ("дек", 12), ("гру", 12),
];
