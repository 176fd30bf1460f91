//! Who may be enrolled already, as a phone may know it: a keyed Bloom filter, from which nobody's name or NIK can be read.
//!
//! docs/adr/0009-who-is-enrolled.md says what a stolen phone could learn from it.

use crate::nik::Nik;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bits of the filter for each NIK: with [`PROBES`] of them set, 0.74 in 1,000 others look enrolled.
const BITS_EACH: usize = 15;
/// Bits that a NIK sets.
const PROBES: u64 = 10;
/// The size of a filter of a regency that has just begun, in NIKs: it tells nobody that there are three.
const FEWEST: usize = 1_000;

/// Says "certainly not" or "perhaps" of a NIK. Of 1,000 strangers it calls less than one "perhaps", and each NIK in it takes
/// 1.9 bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledFilter {
    /// Without it the bits say nothing. Each hub has its own.
    #[serde(with = "hex")]
    key: [u8; 32],
    #[serde(with = "hex")]
    bits: Vec<u8>,
}

impl EnrolledFilter {
    /// The filter of these NIKs, given as their 16 digits.
    pub fn of<'a>(key: [u8; 32], niks: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let bytes = (niks.len().max(FEWEST) * BITS_EACH).div_ceil(8);
        let mut filter = Self { key, bits: vec![0; bytes] };
        for nik in niks {
            for probe in filter.probes(nik) {
                if let Some(byte) = filter.bits.get_mut(probe / 8) {
                    *byte |= 1 << (probe % 8);
                }
            }
        }
        filter
    }

    /// Whether the NIK may be among them; a "no" is certain.
    pub fn may_have(&self, nik: &Nik) -> bool {
        self.probes(nik.digits()).all(|probe| self.bits.get(probe / 8).is_some_and(|byte| byte & 1 << (probe % 8) != 0))
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bits.len()
    }

    /// The bits of a NIK, by two hashes as Kirsch and Mitzenmacher showed (2006).
    fn probes(&self, nik: &str) -> impl Iterator<Item = usize> + use<> {
        let digest = Sha256::new().chain_update(self.key).chain_update(nik).finalize();
        let half = |at: usize| digest.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
        let (first, step, bits) = (half(0), half(8) | 1, (self.bits.len() as u64 * 8).max(1));
        (0..PROBES).map(move |probe| (first.wrapping_add(probe.wrapping_mul(step)) % bits) as usize)
    }
}

impl std::fmt::Debug for EnrolledFilter {
    /// The key stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EnrolledFilter({} bytes)", self.bits.len())
    }
}
