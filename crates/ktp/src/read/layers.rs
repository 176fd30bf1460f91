//! The same picture at full size, a half, a quarter: coordinates only double.

use crate::resize::halved;
use image::GrayImage;

/// The search for regions is done on the first layer within this: one of 4,000 px showed no more of them, at four times
/// the price.
const SEARCHED: u32 = 2_200;
/// The whole picture is only looked at within this.
const OVERVIEW: u32 = 1_100;

/// Layer `n` is the picture reduced by 2ⁿ.
pub(super) struct Layers<'a> {
    full: &'a GrayImage,
    smaller: Vec<GrayImage>,
}

impl<'a> Layers<'a> {
    pub(super) fn new(full: &'a GrayImage) -> Self {
        let mut smaller: Vec<GrayImage> = Vec::new();
        loop {
            let last = smaller.last().unwrap_or(full);
            if longest(last) <= OVERVIEW || last.width().min(last.height()) < 2 {
                break;
            }
            smaller.push(halved(last));
        }
        Layers { full, smaller }
    }

    /// The picture and its reduction; the smallest one there is, when `level` is beyond it.
    pub(super) fn level(&self, level: usize) -> (&GrayImage, f32) {
        let level = level.min(self.smaller.len());
        let picture = level.checked_sub(1).map_or(self.full, |at| &self.smaller[at]);
        (picture, (1_u32 << level) as f32)
    }

    pub(super) fn searched(&self) -> usize {
        self.first_within(SEARCHED)
    }

    pub(super) fn overview(&self) -> usize {
        self.first_within(OVERVIEW)
    }

    fn first_within(&self, long_side: u32) -> usize {
        let fits = |level: &usize| longest(self.level(*level).0) <= long_side;
        (0..self.smaller.len()).find(fits).unwrap_or(self.smaller.len())
    }
}

fn longest(picture: &GrayImage) -> u32 {
    picture.width().max(picture.height())
}
