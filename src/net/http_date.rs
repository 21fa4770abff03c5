//! A date of an HTTP header goes in (all three forms of RFC 9110, 5.6.7), an instant comes out.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Longest text looked at, in bytes; the longest valid one has 33.
const LONGEST: usize = 64;

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. The day of
/// the week is not checked: wrong ones are common, and say nothing.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let (formats, rest): (&[&str], &str) = match text.split_once(',') {
        Some((_, rest)) => (&["%d %b %Y %H:%M:%S", "%d-%b-%y %H:%M:%S", "%d-%b-%Y %H:%M:%S"], rest.trim()),
        None => (&["%b %e %H:%M:%S %Y"], text.split_once(' ')?.1.trim()),
    };
    let rest = ["GMT", "UTC", "+0000"].iter().find_map(|zone| rest.strip_suffix(zone)).unwrap_or(rest).trim();
    let date = formats.iter().find_map(|format| DateTime::strptime(format, rest).ok())?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_three_forms_are_one_instant() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Mon, 06 Nov 1994 08:49:37 UTC",
            " Sun, 6 Nov 1994 08:49:37 +0000 ",
        ] {
            assert_eq!(parse(text), Some("1994-11-06T08:49:37Z".parse().unwrap()), "{text}");
        }
        for bad in ["", "0", "-1", "tomorrow", "Sun, 31 Feb 2026 08:00:00 GMT", "Sun, 06 Nov 1994"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = parse(&text);
        }
    }
}
