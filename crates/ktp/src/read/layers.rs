//! The same picture at full size, a half, a quarter: coordinates only double.

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
        while let Some(half) = halved(smaller.last().unwrap_or(full)) {
            smaller.push(half);
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

/// The mean of each two by two pixels; nothing for what is small enough.
fn halved(picture: &GrayImage) -> Option<GrayImage> {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    if longest(picture) <= OVERVIEW || width == 0 || height == 0 {
        return None;
    }
    let stride = picture.width() as usize;
    let mut small = Vec::with_capacity(width as usize * height as usize);
    for rows in picture.as_raw().chunks_exact(2 * stride) {
        let (upper, lower) = rows.split_at(stride);
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        let mean = |([a, b], [c, d]): (&[u8; 2], &[u8; 2])| {
            ((u16::from(*a) + u16::from(*b) + u16::from(*c) + u16::from(*d) + 2) / 4) as u8
        };
        small.extend(pairs.map(mean));
    }
    GrayImage::from_raw(width, height, small)
}
