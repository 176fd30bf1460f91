//! The four corners of a card in a photo.
//!
//! Thin edges of a small copy ([`edges`]) grow into runs ([`runs`]) or vote ([`votes`]) for straight lines ([`lines`]).
//! Four of them that could be a card's sides under the perspective of a phone's lens ([`quads`], [`shape`]) are measured
//! again on a larger copy ([`refine`]), and only a quad that looks like a card inside, outside and at its corners is
//! taken ([`judge`]).

mod cut;
mod edges;
mod judge;
mod lines;
mod quads;
mod refine;
mod runs;
mod shape;
mod votes;

use crate::{Quad, resize::rgb_averaged};
use edges::Edges;
use image::RgbImage;
use judge::Evidence;
use lines::Seen;
use quads::{Candidate, Frame};
use std::borrow::Cow;

/// Long sides of the copies on which lines are looked for, one after the other: nearly every card is found on the first,
/// one that is out of focus on the second, a small one on the last.
const COARSE: [u32; 3] = [512, 256, 1_024];
/// Lines are measured on a copy so many times as large: 0.1 px of 1,024 are 0.01 % of the photo's side.
const FINER: u32 = 2;
/// How far, in pixels of the fine copy, a line of the coarse copy may be off.
const REACH: f32 = 5.0;
/// Candidates that are measured; in 99 of 100 photos the first is the card or none is.
const MEASURED: usize = 4;
/// Less than this is not taken. On 1,280 made photos (seeds 7 and 4242) two wrong quads came above it, by 2 to 4 % of a
/// card's width, and six of 460 right ones below, all of them blurred or dark. A card that is not found costs a margin
/// around it, a wrong quad costs the evidence.
const SURE: f32 = 0.85;

/// Less than this is not called a card that is cut off. On made photos (seed 7) 11 of 12 such cards came above it, most at
/// 0.98, and 1 in 100 pictures without a card (seed 2026). What comes of it is a sentence, not a crop.
const CUT_SURE: f32 = 0.92;

/// A card that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Its corners: the long side is the top one and the card is not mirrored. Of the two ways to turn it by 180°, that
    /// whose top edge points more to the photo's right than to its left; which way up the print is, is not looked at.
    pub quad: Quad,
    /// How sure that is, 0 to 1.
    pub support: f32,
}

impl Found {
    /// Whether the photo may be cut along these corners.
    pub fn is_sure(&self) -> bool {
        self.support >= SURE
    }
}

/// The card of 85.60 × 53.98 mm in an upright photo, when all of it is seen and nothing else is as likely.
///
/// Any rotation, a tilt up to about 30°, from a twelfth of the photo's long side on; a finger over a corner or a part of
/// a side does no harm. About 35 ms for a photo of 2,000 px, 200 ms where there is none. `None` is no fault of the photo:
/// white cards on white tables are not found either.
pub fn find_card(photo: &RgbImage) -> Option<Found> {
    likeliest_card(photo).filter(Found::is_sure)
}

/// As [`find_card`], but not sure: for whoever looks at what is printed there before anything is decided.
pub(crate) fn likeliest_card(photo: &RgbImage) -> Option<Found> {
    let mut best: Option<Found> = None;
    for long_side in COARSE {
        if best.is_none_or(|best| !best.is_sure()) {
            let found = Search::of(photo, long_side).and_then(|search| search.card());
            best = [best, found].into_iter().flatten().max_by(|a, b| a.support.total_cmp(&b.support));
        }
    }
    best
}

/// As [`likeliest_card`], for a card that is large and sharp enough for a frame to be read: about 30 ms.
pub(crate) fn likeliest_card_in_frame(frame: &RgbImage) -> Option<Found> {
    Search::of(frame, COARSE[0])?.card()
}

/// Whether a card goes on beyond the photo's border. About 40 ms.
pub(crate) fn is_cut_off(photo: &RgbImage) -> bool {
    Search::of(photo, COARSE[0]).is_some_and(|search| search.is_cut_off())
}

/// A photo, and its lines on a smaller copy.
struct Search {
    fine: RgbImage,
    /// Pixels of the photo in one of `fine`, and of `fine` in one of the lines.
    up: f32,
    to_fine: f32,
    lines: Vec<Seen>,
    frame: Frame,
}

impl Search {
    fn of(photo: &RgbImage, long_side: u32) -> Option<Self> {
        let fine = smaller(photo, FINER * long_side)?;
        let coarse = smaller(&fine, long_side)?;
        Some(Search {
            up: photo.width() as f32 / fine.width() as f32,
            to_fine: fine.width() as f32 / coarse.width() as f32,
            lines: lines::lines(&Edges::of(&coarse)),
            frame: Frame { size: (coarse.width() as f32, coarse.height() as f32) },
            fine: fine.into_owned(),
        })
    }

    fn card(&self) -> Option<Found> {
        quads::candidates(&self.lines, &self.frame)
            .iter()
            .take(MEASURED)
            .filter_map(|candidate| self.measured(candidate))
            .max_by(|a, b| a.support.total_cmp(&b.support))
    }

    fn measured(&self, candidate: &Candidate) -> Option<Found> {
        let (quad, sides) = refine::refined(&self.fine, &candidate.quad.scaled(self.to_fine), REACH)?;
        if !judge::is_card_shaped(&quad, self.fine.width() as f32, self.fine.height() as f32) {
            return None;
        }
        let evidence = Evidence { seen: &candidate.sides, beyond: &candidate.beyond, sides: &sides };
        let support = judge::support(&self.fine, &quad, &evidence)?;
        Some(Found { quad: upright(quad).scaled(self.up), support })
    }

    fn is_cut_off(&self) -> bool {
        cut::cut_off(&self.fine, &self.lines, &self.frame, self.to_fine, REACH) >= CUT_SURE
    }
}

fn smaller(photo: &RgbImage, long_side: u32) -> Option<Cow<'_, RgbImage>> {
    Some(rgb_averaged(photo, long_side).ok()?.map_or(Cow::Borrowed(photo), Cow::Owned))
}

fn upright(quad: Quad) -> Quad {
    if quad.0[1].x < quad.0[0].x { quad.turned() } else { quad }
}
