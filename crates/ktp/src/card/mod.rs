//! The four corners of a card in a photo.
//!
//! Thin edges of a small copy ([`edges`]) grow into runs ([`runs`]) or vote ([`votes`]) for straight lines ([`lines`]).
//! Four of them that could be a card's sides under the perspective of a phone's lens ([`quads`], [`shape`]) are measured
//! again on a larger copy ([`refine`]), and only a quad that looks like a card inside, outside and at its corners is
//! taken ([`judge`]).

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
use std::borrow::Cow;

/// Long side of the copy on which lines are looked for: a card's side has 60 px there at the least.
const COARSE: u32 = 512;
/// Long side of the copy on which they are measured: 0.1 px there are 0.01 % of the photo's side.
const FINE: u32 = 1_024;
/// How far, in pixels of the fine copy, a line of the coarse copy may be off.
const REACH: f32 = 5.0;
/// Candidates that are measured; in 99 of 100 photos the first is the card or none is.
const MEASURED: usize = 4;
/// Less than this is not taken. On 1,280 made photos (seeds 7 and 4242) two wrong quads came above it, by 2 to 4 % of a
/// card's width, and six of 460 right ones below, all of them blurred or dark. A card that is not found costs a margin
/// around it, a wrong quad costs the evidence.
const SURE: f32 = 0.85;

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
/// Any rotation, a tilt up to about 30°, from a sixth of the photo's long side on; a finger over a corner or a part of
/// a side does no harm. About 30 ms for a photo of 2,000 px. `None` is no fault of the photo: white cards on white
/// tables are not found either.
pub fn find_card(photo: &RgbImage) -> Option<Found> {
    likeliest_card(photo).filter(Found::is_sure)
}

/// As [`find_card`], but not sure: for whoever looks at what is printed there before anything is decided.
pub(crate) fn likeliest_card(photo: &RgbImage) -> Option<Found> {
    let fine = smaller(photo, FINE)?;
    let coarse = smaller(&fine, COARSE)?;
    let lines = lines::lines(&Edges::of(&coarse));
    let (up, to_fine) = (photo.width() as f32 / fine.width() as f32, fine.width() as f32 / coarse.width() as f32);
    quads::candidates(&lines, coarse.width() as f32, coarse.height() as f32)
        .iter()
        .take(MEASURED)
        .filter_map(|candidate| {
            let (quad, sides) = refine::refined(&fine, &candidate.quad.scaled(to_fine), REACH)?;
            let support = judge::support(&fine, candidate, &quad, &sides)?;
            Some(Found { quad: upright(quad).scaled(up), support })
        })
        .max_by(|a, b| a.support.total_cmp(&b.support))
}

fn smaller(photo: &RgbImage, long_side: u32) -> Option<Cow<'_, RgbImage>> {
    Some(rgb_averaged(photo, long_side).ok()?.map_or(Cow::Borrowed(photo), Cow::Owned))
}

fn upright(quad: Quad) -> Quad {
    if quad.0[1].x < quad.0[0].x { quad.turned() } else { quad }
}
