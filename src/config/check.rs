//! What every part of the configuration is checked with: raw values go in; parsed ones come out, or faults with their place.

use std::time::Duration;

use crate::config::raw::At;
use crate::config::{Fault, fault_at};

/// Where the environment is read: a name goes in, its value comes out.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Parses `90s`, `30m`, `1h`, `7d`, `250ms`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let bad = || {
        format!("`{text}` is not a duration; expected a number and a unit, as in 250ms, 90s, 30m, 1h or 7d")
    };
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().map_err(|_| bad())?;
    let millis = match unit {
        "ms" => Some(number),
        "s" => number.checked_mul(1000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        "d" => number.checked_mul(86_400_000),
        _ => None,
    };
    millis.map(Duration::from_millis).ok_or_else(bad)
}

/// Collects the faults of one file.
pub(crate) struct Check<'a> {
    pub(crate) place: &'a str,
    pub(crate) faults: &'a mut Vec<Fault>,
}

impl Check<'_> {
    /// Parses a value; a failure becomes a fault at its place, and the value is `None`.
    pub(crate) fn parse<T, U, E: ToString>(
        &mut self,
        at: &At<T>,
        parse: impl FnOnce(&T) -> Result<U, E>,
    ) -> Option<U> {
        match parse(&at.value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.faults.push(fault_at(self.place, at, error.to_string()));
                None
            }
        }
    }

    /// A duration, or the default where there is none.
    pub(crate) fn duration(&mut self, at: Option<&At<String>>, default: Duration) -> Duration {
        at.and_then(|at| self.parse(at, |text| duration(text))).unwrap_or(default)
    }
}
