//! Camera frames agree on a number before it is shown.

use super::lattice::COUNT;
use super::printed::{PrintedDigit, PrintedNik};
use std::collections::VecDeque;

/// Frames that must have been read before there is a result.
const ENOUGH: usize = 3;
/// Frames that are remembered; the hand moves on, old ones are of another moment.
const REMEMBERED: usize = 8;
/// A frame that differs in more digits than this is of another card, and the count starts anew.
const OTHER_CARD: usize = 5;

/// Collects what successive camera frames showed. Debug does not show digits.
///
/// The frames of one hand share their glare and their blur, so they are no independent witnesses: their chances are
/// multiplied and then tempered by the root of their number, and every digit needs two thirds of the frames.
#[derive(Clone, Debug, Default)]
pub struct Vote {
    frames: VecDeque<PrintedNik>,
}

impl Vote {
    /// No frames yet.
    pub fn new() -> Vote {
        Vote::default()
    }

    /// Takes in a frame and gives the number that all agree on, once there are enough of them.
    pub fn add(&mut self, frame: PrintedNik) -> Option<PrintedNik> {
        if self.frames.back().is_some_and(|last| shows_another_card(last, &frame)) {
            self.frames.clear();
        }
        self.frames.push_back(frame);
        if self.frames.len() > REMEMBERED {
            self.frames.pop_front();
        }
        self.agreed()
    }

    /// The number that the frames so far agree on: [`PrintedNik::nik`] of it is there.
    pub fn agreed(&self) -> Option<PrintedNik> {
        let mut agreed = self.frames.back()?.clone();
        if self.frames.len() < ENOUGH {
            return None;
        }
        for position in 0..COUNT {
            agreed.digits[position] = self.digit(position)?;
        }
        agreed.nik().is_some().then_some(agreed)
    }

    /// Forgets everything, as for the next person.
    pub fn clear(&mut self) {
        self.frames.clear();
    }

    /// What the frames together say; nothing when fewer than two thirds read it so.
    fn digit(&self, position: usize) -> Option<PrintedDigit> {
        let temper = (self.frames.len() as f32).sqrt();
        let mut chances = [0.0; 10];
        for frame in &self.frames {
            for (sum, chance) in chances.iter_mut().zip(&frame.digits[position].chances) {
                *sum += chance / temper;
            }
        }
        let digit = PrintedDigit::likeliest(chances);
        let same = self.frames.iter().filter(|frame| frame.digits[position].value == digit.value).count();
        (same * 3 >= self.frames.len() * 2).then_some(digit)
    }
}

/// Sure digits that differ; a blurred frame of the same card has doubtful ones.
fn shows_another_card(last: &PrintedNik, next: &PrintedNik) -> bool {
    let differs = |(a, b): (&PrintedDigit, &PrintedDigit)| a.value != b.value && !a.is_doubtful() && !b.is_doubtful();
    last.pose.is_mirrored != next.pose.is_mirrored
        || last.digits.iter().zip(&next.digits).filter(|&pair| differs(pair)).count() > OTHER_CARD
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pose;
    use crate::Quad;

    const CONTOH: &str = "3522280504859999";

    /// A frame that shows `text`, each digit with this chance.
    fn frame(text: &str, chance: f32) -> PrintedNik {
        let mut digits = [PrintedDigit::likeliest([0.0; 10]); COUNT];
        for (digit, byte) in digits.iter_mut().zip(text.bytes()) {
            let mut chances = [((1.0 - chance) / 9.0).ln(); 10];
            chances[usize::from(byte - b'0')] = chance.ln();
            *digit = PrintedDigit::likeliest(chances);
        }
        PrintedNik { digits, area: Quad::of_size(1.0, 1.0), pose: Pose { is_upside_down: false, is_mirrored: false } }
    }

    fn after(frames: &[(&str, f32)]) -> Option<String> {
        let mut vote = Vote::new();
        let mut agreed = None;
        for (text, chance) in frames {
            agreed = vote.add(frame(text, *chance));
        }
        agreed.map(|agreed| agreed.text())
    }

    #[test]
    fn three_frames_of_the_same_number_agree() {
        assert_eq!(after(&[(CONTOH, 0.99); 2]), None);
        assert_eq!(after(&[(CONTOH, 0.99); 3]), Some(CONTOH.into()));
    }

    #[test]
    fn doubtful_frames_grow_sure_together() {
        assert!(frame(CONTOH, 0.8).nik().is_none());
        assert_eq!(after(&[(CONTOH, 0.8); 4]), Some(CONTOH.into()));
    }

    #[test]
    fn frames_that_read_a_digit_differently_do_not_agree() {
        let other = "3522280504869999";
        assert_eq!(after(&[(CONTOH, 0.95), (other, 0.95), (CONTOH, 0.95), (other, 0.95)]), None);
    }

    #[test]
    fn another_card_starts_the_count_anew() {
        let other = "9901014107709999";
        assert_eq!(after(&[(CONTOH, 0.99), (CONTOH, 0.99), (other, 0.99)]), None);
        assert_eq!(
            after(&[(CONTOH, 0.99), (CONTOH, 0.99), (other, 0.99), (other, 0.99), (other, 0.99)]),
            Some(other.into())
        );
    }

    #[test]
    fn debug_shows_no_digits() {
        let mut vote = Vote::new();
        vote.add(frame(CONTOH, 0.99));
        let shown = format!("{vote:?} {:?}", frame(CONTOH, 0.5).digits);
        assert!(!shown.contains("3522") && !shown.contains("value"), "{shown}");
    }
}
