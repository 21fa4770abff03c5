//! What follows a time of day goes in, its offset from UTC comes out.

use crate::discover::dates::number;

/// The offset from UTC in seconds that a text begins with: `Z`, `+08:00`, `-0530`, `GMT+2`, `EST`.
pub(super) fn zone(text: &str) -> Option<i32> {
    let text = text.trim_start_matches([' ', '(', ',']);
    let name: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = text.get(name.len()..)?;
    let signed =
        matches!(name.to_ascii_uppercase().as_str(), "" | "GMT" | "UTC" | "UT" | "Z").then(|| offset(rest));
    if let Some(Some(seconds)) = signed {
        return Some(seconds);
    }
    named_zone(&name)
}

/// `+08:00`, `-0530`, `+2`.
pub(super) fn offset(text: &str) -> Option<i32> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let text = text.trim_start_matches(['+', '-', '\u{2212}']);
    let (first, wide, rest) = number(text)?;
    let (hours, minutes) = match wide {
        1 | 2 => (
            first,
            rest.strip_prefix(':')
                .and_then(number)
                .filter(|(_, wide, _)| *wide == 2)
                .map_or(0, |found| found.0),
        ),
        _ => (first / 100, first % 100),
    };
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    (hours <= 15 && minutes < 60).then_some(sign * seconds)
}

/// Zones by their letters, as RFC 822 and usage have them; where one is used twice, the American one.
fn named_zone(name: &str) -> Option<i32> {
    let quarters = match name.to_ascii_uppercase().as_str() {
        "Z" | "GMT" | "UTC" | "UT" | "WET" => 0,
        "CET" | "MEZ" | "BST" | "WEST" => 4,
        "CEST" | "MESZ" | "EET" | "SAST" => 8,
        "EEST" | "MSK" | "TRT" => 12,
        "IST" => 22,
        "ICT" | "WIB" => 28,
        "HKT" | "SGT" | "AWST" | "PHT" => 32,
        "JST" | "KST" => 36,
        "AEST" => 40,
        "AEDT" => 44,
        "NZST" => 48,
        "NZDT" => 52,
        "BRT" | "ART" | "ADT" => -12,
        "AST" | "EDT" | "ET" => -16,
        "EST" | "CDT" => -20,
        "CST" | "MDT" => -24,
        "MST" | "PDT" => -28,
        "PST" | "AKDT" => -32,
        "AKST" => -36,
        "HST" => -40,
        _ => return None,
    };
    Some(quarters * 900)
}
