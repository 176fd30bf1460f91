//! From numbers to faults: every threshold, with its reason.

use super::{CardMeasures, Measures, PhotoFault, Pose};

/// The corners are rounded with 3.18 mm (ISO/IEC 7810) and nothing is printed on the outer 3 mm.
const MOST_BEYOND_MM: f32 = 2.0;
/// Within 45° of straight down.
const HEAD_DOWN: f32 = 0.71;
/// Below this many pixels the smallest capitals (1.5 mm) are less than 7.5 px high in the photo that is kept.
const NARROWEST: f32 = 430.0;
/// Paper darker than this leaves ink and paper less than some 40 levels apart, which noise and the file's rounding
/// eat up.
const DARKEST: f32 = 60.0;
/// Smear of a quarter of the height of the smallest capitals, in mm: their strokes run into each other.
const SOFTEST: f32 = 0.38;
/// A smear this many times wider in one direction than in another is a movement; defocus is round.
const ROUND: f32 = 2.0;
/// Without a card: everything is smeared by this much, in thousandths of the photo's longer side, 1.5 mm on a card that fills
/// the frame. Tables and letters stay below 5.2.
const SOFTEST_SCENE: f32 = 7.0;
/// A movement leaves the strokes along its way sharper than this, in mm.
const SHARP_ALONG: f32 = 0.55;
/// A hundredth of the card is a word; the office cannot ask what it was.
const MOST_BURNT: f32 = 0.01;
/// Displays stand out by 3 nats or more, but for one in 28; print and a fine ground by 1.9 at most, and by 2.6 once when
/// the corners were found badly.
const FINEST_PATTERN: f32 = 2.8;
/// A copy spans less than 0.04 in any light, the palest of real cards with a grey portrait 0.16.
const LEAST_COLOUR: f32 = 0.06;
/// Whatever is rectangular with print on it fits a little, a KTP in one of its poses twice as well.
const POOREST_FIT: f32 = 0.3;
/// A pose that is not ahead of the others by this much is a guess: a KTP in full view is ahead by 0.3.
const SMALLEST_LEAD: f32 = 0.15;

impl Measures {
    /// Whether what is printed there looks like a KTP.
    pub(crate) fn shows_print(&self) -> bool {
        self.card.as_ref().is_some_and(|card| card.fit >= POOREST_FIT)
    }

    /// What is wrong, the first to mend first; `pose` as for [`judge`](super::judge).
    ///
    /// What cannot be told because of another fault is not claimed: a card in the dark, smeared or cut off shows its
    /// other faults in the next photo, if it has them.
    pub fn faults(&self, pose: Option<Pose>) -> Vec<PhotoFault> {
        let is_dark = self.paper < DARKEST;
        let Some(card) = &self.card else {
            let is_soft = self.smear_least.is_some_and(|least| least > SOFTEST_SCENE);
            // in the dark or out of focus nobody can tell whether there is one
            return vec![if is_dark {
                PhotoFault::TooDark
            } else if is_soft {
                PhotoFault::Blurred
            } else {
                PhotoFault::NoCard
            }];
        };
        let is_cut = card.beyond_mm > MOST_BEYOND_MM || card.has_side_on_border;
        let smeared = if is_cut || is_dark { None } else { self.smeared() };
        let is_burnt = self.burnt_out > MOST_BURNT;
        // A finder that takes the portrait or a tile of the floor for the card found none. A movement keeps the layout.
        let shows_print = !(is_cut || is_dark || is_burnt || smeared == Some(PhotoFault::Blurred));
        if shows_print && pose.is_none() && card.fit < POOREST_FIT {
            return vec![PhotoFault::NoCard];
        }
        let is_small = card.width < NARROWEST;
        let mut faults = Vec::new();
        faults.extend(is_cut.then_some(PhotoFault::CutOff));
        faults.extend(is_small.then_some(PhotoFault::TooSmall));
        faults.extend(is_dark.then_some(PhotoFault::TooDark));
        faults.extend(smeared.filter(|_| !is_small));
        faults.extend(is_burnt.then_some(PhotoFault::Glare));
        if faults.is_empty() {
            faults.extend((card.periodicity > FINEST_PATTERN).then_some(PhotoFault::Screen));
            let is_colourless = self.colourfulness.is_some_and(|colour| colour < LEAST_COLOUR);
            faults.extend(is_colourless.then_some(PhotoFault::Photocopy));
        }
        if let Some(pose) = pose.or_else(|| card.sure_pose()) {
            faults.extend(pose.is_mirrored.then_some(PhotoFault::Mirrored));
            let head_down = if pose.is_upside_down { -card.head_down } else { card.head_down };
            faults.extend((head_down > HEAD_DOWN).then_some(PhotoFault::UpsideDown));
        }
        faults
    }

    /// How the strokes are smeared, if more than can be read.
    fn smeared(&self) -> Option<PhotoFault> {
        let (least, most) = (self.smear_least?, self.smear_most?);
        if most > SOFTEST && most > ROUND * least && least < SHARP_ALONG {
            return Some(PhotoFault::Shaken);
        }
        // every direction, as letters of one kind may lack sharp strokes in some
        (least > SOFTEST * 0.8).then_some(PhotoFault::Blurred)
    }
}

impl CardMeasures {
    fn sure_pose(&self) -> Option<Pose> {
        (self.fit >= POOREST_FIT && self.lead >= SMALLEST_LEAD).then_some(self.pose)
    }
}
