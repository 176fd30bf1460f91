//! The card at the sizes that the nets were trained on, and the strip around a row.

use super::convolution::Plane;
use super::row::Row;
use crate::Pose;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image, images::ImageRef};
use image::GrayImage;

/// 8 px per millimetre: a digit is 19 px high, 20 px from the next.
pub(super) const WORKING: (u32, u32) = (685, 432);
/// 3 px per millimetre.
pub(super) const COARSE: (u32, u32) = (256, 160);
/// The strip that is read: 56 x 4 mm for a row of 41 x 2.4 mm.
pub(super) const STRIP: (usize, usize) = (448, 32);
/// Below this no digit can be told from another.
const SMALLEST: (u32, u32) = (200, 120);
/// Columns on each side that share a column's mean and deviation.
const WINDOW: usize = 24;
/// Grey levels added to a deviation, so that empty paper is not blown up to noise.
const FLOOR: f32 = 4.0;

/// The card at [`WORKING`] size.
pub(super) struct Working(Vec<u8>);

/// A strip's place: the middle of its pixel (0, 0) and the steps to the next pixel right and down, on the working card.
#[derive(Clone, Copy)]
pub(super) struct Placement {
    origin: (f32, f32),
    right: (f32, f32),
    down: (f32, f32),
}

impl Working {
    /// Nothing when the card is too small to be read.
    pub fn new(card: &GrayImage) -> Option<Working> {
        if card.width() < SMALLEST.0 || card.height() < SMALLEST.1 {
            return None;
        }
        scaled(card.as_raw(), card.dimensions(), WORKING, FilterType::Bilinear).map(Working)
    }

    /// The finder's input: mean 0, deviation 1 over the whole picture.
    pub fn coarse(&self) -> Plane {
        let pixels = scaled(&self.0, WORKING, COARSE, FilterType::Box).unwrap_or_default();
        let count = pixels.len().max(1) as f32;
        let mean = pixels.iter().map(|&pixel| f32::from(pixel)).sum::<f32>() / count;
        let deviation = (pixels.iter().map(|&pixel| (f32::from(pixel) - mean).powi(2)).sum::<f32>() / count).sqrt();
        let mut values: Vec<f32> =
            pixels.iter().map(|&pixel| (f32::from(pixel) - mean) / (deviation + FLOOR)).collect();
        let (width, height) = (COARSE.0 as usize, COARSE.1 as usize);
        values.resize(width * height, 0.0);
        Plane { height, width, channels: 1, values }
    }

    /// The reader's input: mean 0, deviation 1 over the columns around each column.
    pub fn strip(&self, placement: &Placement) -> Plane {
        let (width, height) = STRIP;
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            values.extend((0..width).map(|x| self.at(placement.point(x as f32, y as f32))));
        }
        normalise(&mut values);
        Plane { height, width, channels: 1, values }
    }

    /// Bilinear; beyond the edge, the edge's pixels go on.
    fn at(&self, (x, y): (f32, f32)) -> f32 {
        let (width, height) = (WORKING.0 as usize, WORKING.1 as usize);
        let (x, y) = (x.clamp(0.0, (width - 1) as f32), y.clamp(0.0, (height - 1) as f32));
        let (left, top) = ((x as usize).min(width - 2), (y as usize).min(height - 2));
        let (across, down) = (x - left as f32, y - top as f32);
        let pixel = |x: usize, y: usize| f32::from(self.0[y * width + x]);
        let upper = pixel(left, top) * (1.0 - across) + pixel(left + 1, top) * across;
        let lower = pixel(left, top + 1) * (1.0 - across) + pixel(left + 1, top + 1) * across;
        upper * (1.0 - down) + lower * down
    }
}

impl Placement {
    /// The strip centred on the row.
    pub fn on(row: &Row, pose: Pose) -> Placement {
        let (sin, cos) = row.turn.sin_cos();
        let sign = |turned: bool| if turned { -1.0 } else { 1.0 };
        // upside down turns both directions round, a mirror only the reading direction
        let along = sign(pose.is_upside_down != pose.is_mirrored);
        let across = sign(pose.is_upside_down);
        let (right, down) = ((cos * along, sin * along), (-sin * across, cos * across));
        let (half_width, half_height) = ((STRIP.0 - 1) as f32 / 2.0, (STRIP.1 - 1) as f32 / 2.0);
        let origin = (
            row.centre.0 - half_width * right.0 - half_height * down.0,
            row.centre.1 - half_width * right.1 - half_height * down.1,
        );
        Placement { origin, right, down }
    }

    /// The same strip some of its pixels further down.
    pub fn moved_down(&self, pixels: f32) -> Placement {
        Placement { origin: self.point(0.0, pixels), ..*self }
    }

    /// A place on the strip, in pixels of the working card.
    pub fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (self.origin.0 + x * self.right.0 + y * self.down.0, self.origin.1 + x * self.right.1 + y * self.down.1)
    }
}

/// Light and contrast differ along a strip (glare, shadow): each column is measured against its neighbourhood.
fn normalise(values: &mut [f32]) {
    let (width, height) = STRIP;
    // sums up to and without each column
    let mut sums = vec![(0.0_f64, 0.0_f64); width + 1];
    for x in 0..width {
        let column = || (0..height).map(|y| f64::from(values[y * width + x]));
        sums[x + 1] = (sums[x].0 + column().sum::<f64>(), sums[x].1 + column().map(|value| value * value).sum::<f64>());
    }
    let measures: Vec<(f32, f32)> = (0..width)
        .map(|x| {
            let (low, high) = (x.saturating_sub(WINDOW), (x + WINDOW + 1).min(width));
            let count = ((high - low) * height) as f64;
            let mean = (sums[high].0 - sums[low].0) / count;
            let square = (sums[high].1 - sums[low].1) / count;
            (mean as f32, (square - mean * mean).max(0.0).sqrt() as f32)
        })
        .collect();
    for row in values.chunks_exact_mut(width) {
        for (value, (mean, deviation)) in row.iter_mut().zip(&measures) {
            *value = (*value - mean) / (deviation + FLOOR);
        }
    }
}

fn scaled(pixels: &[u8], from: (u32, u32), to: (u32, u32), filter: FilterType) -> Option<Vec<u8>> {
    let source = ImageRef::new(from.0, from.1, pixels, PixelType::U8).ok()?;
    let mut target = Image::new(to.0, to.1, PixelType::U8);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    Resizer::new().resize(&source, &mut target, &options).ok()?;
    Some(target.into_vec())
}
