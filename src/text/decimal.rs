//! Exact decimals: digits and a power of ten go in, a value that can be compared, multiplied by powers of ten and added
//! comes out.

use std::fmt;

/// `digits` × 10^`power`, in the one form without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal {
    digits: u128,
    power: i32,
}

impl Decimal {
    /// A value from its digits; `None` beyond thirty of them: no amount of anything.
    pub fn parse(digits: &str, power: i32) -> Option<Self> {
        let digits = digits.trim_start_matches('0');
        if digits.len() > 30 {
            return None;
        }
        Some(Self::new(if digits.is_empty() { 0 } else { digits.parse().ok()? }, power))
    }

    /// `digits` × 10^`power`.
    pub fn new(digits: u128, power: i32) -> Self {
        let mut out = Self { digits, power };
        if out.digits == 0 {
            out.power = 0;
        }
        while out.digits != 0 && out.digits.is_multiple_of(10) {
            out.digits /= 10;
            out.power = out.power.saturating_add(1);
        }
        out
    }

    /// The value times 10^`n`.
    #[must_use]
    pub fn times_ten_to(self, n: i32) -> Self {
        Self::new(self.digits, self.power.saturating_add(n))
    }

    /// The sum; `None` where it has too many digits.
    pub fn plus(self, other: Self) -> Option<Self> {
        let power = self.power.min(other.power);
        let at = |value: Self| {
            let shift = u32::try_from(value.power.checked_sub(power)?).ok()?;
            value.digits.checked_mul(10_u128.checked_pow(shift)?)
        };
        Some(Self::new(at(self)?.checked_add(at(other)?)?, power))
    }

    /// The product; `None` where it has too many digits.
    pub fn times(self, other: Self) -> Option<Self> {
        Some(Self::new(self.digits.checked_mul(other.digits)?, self.power.checked_add(other.power)?))
    }

    /// True for a whole number up to twelve.
    pub fn is_small(&self) -> bool {
        (0..=2).contains(&self.power)
            && self.digits.saturating_mul(10_u128.pow(self.power.unsigned_abs())) <= 12
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.to_string();
        let power = self.power.clamp(-400, 400);
        if power >= 0 {
            return write!(f, "{digits}{}", "0".repeat(power.unsigned_abs() as usize));
        }
        let places = power.unsigned_abs() as usize;
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        write!(f, "{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_one_form() {
        let of = |digits: &str, power| Decimal::parse(digits, power).unwrap();
        assert_eq!(of("7500", -3), of("75", -1));
        assert_eq!(of("75", 8).to_string(), "7500000000");
        assert_eq!(of("0005", -3).to_string(), "0.005");
        assert_eq!(of("75", 8).plus(of("3", 7)).unwrap().to_string(), "7530000000");
        assert!(of("1", 400).plus(of("1", 0)).is_none());
        assert_eq!(Decimal::parse(&"9".repeat(31), 0), None);
        assert!(
            of("12", 0).is_small()
                && of("1", 1).is_small()
                && !of("13", 0).is_small()
                && !of("5", -1).is_small()
        );
        assert!(of("0", 7).is_small());
    }
}
