//! What was read from the print.

use super::lattice::{COUNT, Chances};
use crate::{Pose, Quad};
use payung_domain::Nik;
use std::fmt;

/// Below this a digit is to be looked at by a person. Chosen on validation prints: docs/adr/0006-nik-from-print.md.
pub(super) const DOUBTFUL: f32 = 0.95;
/// Bounds what one frame can say for or against a digit, as a logarithm.
const FAINTEST: f32 = -7.0;

/// One digit of the print. Debug does not show it.
#[derive(Clone, Copy, PartialEq)]
pub struct PrintedDigit {
    /// 0 to 9.
    pub value: u8,
    /// The chance that it is this digit, 0 to 1.
    pub confidence: f32,
    /// Logarithms of the chances of 0 to 9.
    pub(super) chances: [f32; 10],
}

/// Sixteen digits in a row on a card. Debug does not show them.
///
/// What was read may be wrong: show it beside the card. [`PrintedNik::nik`] is for filling in a form, not for skipping
/// the look.
#[derive(Clone, PartialEq)]
pub struct PrintedNik {
    /// As they are read, from the left.
    pub digits: [PrintedDigit; COUNT],
    /// Where the row is, 0 to 1 across and down the picture that was given. Its top left corner is where reading starts.
    pub area: Quad,
    /// How the card lies in the picture; a mirrored print is only reported.
    pub pose: Pose,
}

impl PrintedDigit {
    /// From the chances of ten digits and of none; that there may be none counts against the digit.
    pub(super) fn new(all: &Chances) -> PrintedDigit {
        let chances = std::array::from_fn(|digit| all[digit].max(FAINTEST));
        let (value, chance) = best(&chances);
        PrintedDigit { value, confidence: chance.exp().min(1.0), chances }
    }

    /// From what several frames say of the ten digits, weighed against each other.
    pub(super) fn likeliest(chances: [f32; 10]) -> PrintedDigit {
        let (value, most) = best(&chances);
        let sum = chances.iter().map(|chance| (chance - most).exp()).sum::<f32>();
        PrintedDigit { value, confidence: 1.0 / sum, chances: chances.map(|chance| chance - most - sum.ln()) }
    }

    /// Whether a person must look at it before it is taken over.
    pub fn is_doubtful(&self) -> bool {
        self.confidence < DOUBTFUL
    }
}

/// The likeliest digit and the logarithm of its chance.
fn best(chances: &[f32; 10]) -> (u8, f32) {
    let mut best = (0, f32::NEG_INFINITY);
    for (digit, &chance) in (0..).zip(chances) {
        if chance > best.1 {
            best = (digit, chance);
        }
    }
    best
}

/// A print that is read with more doubts than these proves no mirror.
const MOST_DOUBTS_IN_MIRROR: usize = 4;

impl PrintedNik {
    /// The sixteen digits, doubtful ones too. Never for a log, an error or a file name.
    pub fn text(&self) -> String {
        self.digits.iter().map(|digit| char::from(b'0' + digit.value)).collect()
    }

    /// How many digits a person must look at.
    pub fn doubts(&self) -> usize {
        self.digits.iter().filter(|digit| digit.is_doubtful()).count()
    }

    /// Whether the row reads as a number in the mirror and nowhere else: one in fifteen rows of chance digits does.
    pub(crate) fn is_surely_mirrored(&self) -> bool {
        self.pose.is_mirrored && self.doubts() <= MOST_DOUBTS_IN_MIRROR && Nik::parse(&self.text()).is_ok()
    }

    /// The number, when no digit is doubtful, its birth date exists and the picture is not mirrored.
    pub fn nik(&self) -> Option<Nik> {
        if self.pose.is_mirrored || self.doubts() > 0 {
            return None;
        }
        Nik::parse(&self.text()).ok()
    }

    /// How sure the row is as a whole: the logarithm of the chance that every digit is right.
    pub(super) fn certainty(&self) -> f32 {
        self.digits.iter().map(|digit| digit.confidence.max(1e-4).ln()).sum()
    }
}

impl fmt::Debug for PrintedDigit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrintedDigit(*)")
    }
}

impl fmt::Debug for PrintedNik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrintedNik").field("doubts", &self.doubts()).field("pose", &self.pose).finish_non_exhaustive()
    }
}
