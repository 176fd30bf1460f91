//! The card laid flat, at the sizes that the measures want.

use crate::Quad;
use crate::geometry::rectify_rgb;
use image::RgbImage;

/// Pixels across the card laid flat: 11.7 a millimetre, so that the smallest capitals (1.5 mm) are 17 high.
pub(super) const WIDTH: usize = 1_000;
/// Pixels down the card laid flat; divisible by 2 and 5 as `WIDTH` is.
pub(super) const HEIGHT: usize = 630;

/// Brightness, 0 to 255, row by row.
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

/// A picture of a few thousand pixels in which every pixel is the mean of a square of the larger one.
pub(super) struct Mosaic {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Red, green, blue, 0 to 255.
    pub(super) tiles: Vec<[f32; 3]>,
}

/// What the measures look at.
pub(super) struct View {
    /// 500 × 315 of a card; of a photo without a card about 500 on the longer side.
    pub(super) half: Plane,
    /// 200 × 126 of a card.
    pub(super) colours: Mosaic,
}

impl View {
    /// The card; nothing when the quad has no area or the photo no pixels.
    pub(super) fn of_card(photo: &RgbImage, card: &Quad) -> Option<Self> {
        let flat = rectify_rgb(photo, card, WIDTH as u32, HEIGHT as u32)?;
        Some(View { half: Mosaic::of(&flat, 2).grey(), colours: Mosaic::of(&flat, 5) })
    }

    /// The whole photo, for want of a card.
    pub(super) fn of_photo(photo: &RgbImage) -> Self {
        let longest = photo.width().max(photo.height()) as usize;
        let square = |across: usize| longest.div_ceil(across).max(1);
        View { half: Mosaic::of(photo, square(500)).grey(), colours: Mosaic::of(photo, square(200)) }
    }
}

impl Mosaic {
    /// Tiles of `square` × `square` pixels; what is left over at the right and at the bottom is left out.
    pub(super) fn of(picture: &RgbImage, square: usize) -> Self {
        let from = picture.width() as usize;
        let (width, height) = (from / square, picture.height() as usize / square);
        let (pixels, _) = picture.as_raw().as_chunks::<3>();
        let share = 1.0 / (square * square) as f32;
        let mut tiles = Vec::with_capacity(width * height);
        for row in 0..height {
            for column in 0..width {
                let mut sum = [0_u32; 3];
                for line in 0..square {
                    let start = (row * square + line) * from + column * square;
                    for pixel in &pixels[start..start + square] {
                        (0..3).for_each(|channel| sum[channel] += u32::from(pixel[channel]));
                    }
                }
                tiles.push(sum.map(|channel| channel as f32 * share));
            }
        }
        Mosaic { width, height, tiles }
    }

    /// Rec. 601 luma.
    pub(super) fn grey(&self) -> Plane {
        let values = self.tiles.iter().map(luma).collect();
        Plane { width: self.width, height: self.height, values }
    }
}

/// Rec. 601.
pub(super) fn luma([red, green, blue]: &[f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// The value below which `share` (0 to 1) of the values lie; 0 of none.
pub(super) fn percentile(values: &mut [f32], share: f32) -> f32 {
    let Some(last) = values.len().checked_sub(1) else {
        return 0.0;
    };
    let at = ((last as f32 * share).round() as usize).min(last);
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}
