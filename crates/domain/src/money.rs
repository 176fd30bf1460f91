//! Whole rupiah, and how Indonesia writes them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of whole rupiah, never negative; in JSON and TOML a plain number.
///
/// Shown with Indonesian dots: `Rp50.400.000`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rupiah(pub u64);

impl Rupiah {
    /// Nothing.
    pub const ZERO: Rupiah = Rupiah(0);

    /// The sum, or nothing when it does not fit in 64 bits.
    pub fn checked_add(self, other: Rupiah) -> Option<Rupiah> {
        self.0.checked_add(other.0).map(Rupiah)
    }

    /// The difference, or nothing when `other` is larger.
    pub fn checked_sub(self, other: Rupiah) -> Option<Rupiah> {
        self.0.checked_sub(other.0).map(Rupiah)
    }

    /// So many times the amount, or nothing when it does not fit in 64 bits.
    pub fn checked_mul(self, times: u64) -> Option<Rupiah> {
        self.0.checked_mul(times).map(Rupiah)
    }
}

impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("Rp{}", grouped(self.0)))
    }
}

/// A number with Indonesian dots: `10.124`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rupiah_are_written_with_dots() {
        for (amount, text) in [
            (0, "Rp0"),
            (999, "Rp999"),
            (1_000, "Rp1.000"),
            (16_800, "Rp16.800"),
            (201_600, "Rp201.600"),
            (50_400_000, "Rp50.400.000"),
            (u64::MAX, "Rp18.446.744.073.709.551.615"),
        ] {
            assert_eq!(Rupiah(amount).to_string(), text);
        }
    }

    #[test]
    fn a_sum_that_does_not_fit_is_nothing() {
        assert_eq!(Rupiah(10_000).checked_add(Rupiah(6_800)), Some(Rupiah(16_800)));
        assert_eq!(Rupiah(u64::MAX).checked_add(Rupiah(1)), None);
        assert_eq!(Rupiah(1).checked_sub(Rupiah(2)), None);
        assert_eq!(Rupiah(16_800).checked_mul(12), Some(Rupiah(201_600)));
        assert_eq!(Rupiah(u64::MAX).checked_mul(2), None);
    }

    #[test]
    fn rupiah_travel_as_a_plain_number() {
        assert_eq!(serde_json::to_string(&Rupiah(16_800)).ok().as_deref(), Some("16800"));
        assert_eq!(serde_json::from_str(" 16800 ").ok(), Some(Rupiah(16_800)));
    }
}
