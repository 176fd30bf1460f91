//! Flat geometry of a card seen at a slant: points, quads, and the homography between two of them.

use image::{GrayImage, ImageBuffer, Pixel, RgbImage};

/// Width of a card in millimetres (ISO/IEC 7810, ID-1).
pub(crate) const CARD_WIDTH_MM: f32 = 85.60;
/// Width ÷ height of a card of 85.60 × 53.98 mm (ISO/IEC 7810, ID-1).
pub const CARD_ASPECT: f32 = CARD_WIDTH_MM / 53.98;

/// A place in a picture, in pixels from the top left corner of the top left pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From left to right.
    pub x: f32,
    /// From top to bottom.
    pub y: f32,
}

/// Four corners in the card's own order: top left, top right, bottom right, bottom left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad(pub [Point; 4]);

/// How a card lies in the quad that was given for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pose {
    /// The card's head is at the quad's bottom.
    pub is_upside_down: bool,
    /// The card is a mirror picture of itself, as front cameras save it.
    pub is_mirrored: bool,
}

impl Point {
    /// At `x`, `y`.
    pub fn new(x: f32, y: f32) -> Self {
        Point { x, y }
    }

    /// Pixels between the two.
    pub fn distance(self, other: Point) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The same place in a picture of another size.
    pub fn scaled(self, factor: f32) -> Self {
        Point::new(self.x * factor, self.y * factor)
    }
}

impl Quad {
    /// The corners of an upright picture.
    pub fn of_size(width: f32, height: f32) -> Self {
        Quad([Point::new(0.0, 0.0), Point::new(width, 0.0), Point::new(width, height), Point::new(0.0, height)])
    }

    /// An upright rectangle that is this many pixels smaller on every side.
    pub fn inset(self, by: f32) -> Self {
        let inward = [(by, by), (-by, by), (-by, -by), (by, -by)];
        let mut corners = self.0;
        for (corner, (x, y)) in corners.iter_mut().zip(inward) {
            *corner = Point::new(corner.x + x, corner.y + y);
        }
        Quad(corners)
    }

    /// The same place in a picture of another size.
    pub fn scaled(self, factor: f32) -> Self {
        Quad(self.0.map(|point| point.scaled(factor)))
    }

    /// The card turned by 180°: what was the bottom right corner is the top left one.
    pub fn turned(self) -> Self {
        let [a, b, c, d] = self.0;
        Quad([c, d, a, b])
    }

    /// The same corners, beginning with the next.
    pub(crate) fn quarter_turned(self) -> Self {
        let [a, b, c, d] = self.0;
        Quad([b, c, d, a])
    }

    /// Lengths of top, right, bottom and left.
    pub fn sides(&self) -> [f32; 4] {
        [0, 1, 2, 3].map(|at| self.0[at].distance(self.0[(at + 1) % 4]))
    }

    /// Square pixels; negative when the corners run the other way round, as in a mirror.
    pub fn area(&self) -> f32 {
        let cross = |at: usize| {
            let (here, next) = (self.0[at], self.0[(at + 1) % 4]);
            here.x * next.y - next.x * here.y
        };
        (0..4).map(cross).sum::<f32>() / 2.0
    }
}

/// A projective map of the plane.
#[derive(Clone, Copy, Debug)]
pub struct Homography([f64; 9]);

impl Homography {
    /// The map that takes each corner of `from` to the same corner of `to`; nothing when three corners are in a line.
    pub fn between(from: &Quad, to: &Quad) -> Option<Self> {
        // eight equations for eight unknowns, the ninth being 1: Heckbert 1989, section 2.2.3
        let mut rows = [[0.0_f64; 9]; 8];
        for at in 0..4 {
            let (x, y) = (f64::from(from.0[at].x), f64::from(from.0[at].y));
            let (u, v) = (f64::from(to.0[at].x), f64::from(to.0[at].y));
            rows[2 * at] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * at + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        let solved = solve(rows)?;
        let mut entries = [1.0; 9];
        entries[..8].copy_from_slice(&solved);
        Some(Homography(entries))
    }

    /// Where a point goes; far outside of every picture when it goes to the horizon.
    pub fn apply(&self, point: Point) -> Point {
        let h = &self.0;
        let (x, y) = (f64::from(point.x), f64::from(point.y));
        let depth = h[6] * x + h[7] * y + h[8];
        if depth.abs() < 1e-9 {
            return Point::new(f32::MAX, f32::MAX);
        }
        Point::new(((h[0] * x + h[1] * y + h[2]) / depth) as f32, ((h[3] * x + h[4] * y + h[5]) / depth) as f32)
    }
}

/// Gauss with the largest pivot.
fn solve(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        if rows[pivot][column].abs() < 1e-9 {
            return None;
        }
        rows.swap(column, pivot);
        let lead = rows[column].map(|entry| entry / rows[column][column]);
        rows[column] = lead;
        for (at, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if at != column && factor != 0.0 {
                (column..9).for_each(|entry| row[entry] -= factor * lead[entry]);
            }
        }
    }
    Some(rows.map(|row| row[8]))
}

/// What lies inside `quad`, as an upright picture in colour; what is outside of the photo repeats its border.
///
/// Cubic, pixel for pixel: a photo in which the quad is much larger than what is asked for is made smaller before.
/// `None` for a quad of no area.
pub fn rectify_rgb(photo: &RgbImage, quad: &Quad, width: u32, height: u32) -> Option<RgbImage> {
    rectify::<3>(photo.as_raw(), photo.dimensions(), quad, (width, height)).and_then(|raw| image_of(width, height, raw))
}

/// As [`rectify_rgb`], of the brightness alone.
pub fn rectify_grey(photo: &GrayImage, quad: &Quad, width: u32, height: u32) -> Option<GrayImage> {
    rectify::<1>(photo.as_raw(), photo.dimensions(), quad, (width, height)).and_then(|raw| image_of(width, height, raw))
}

fn image_of<P: Pixel<Subpixel = u8>>(width: u32, height: u32, raw: Vec<u8>) -> Option<ImageBuffer<P, Vec<u8>>> {
    ImageBuffer::from_raw(width, height, raw)
}

fn rectify<const CHANNELS: usize>(
    pixels: &[u8],
    (from_width, from_height): (u32, u32),
    quad: &Quad,
    (width, height): (u32, u32),
) -> Option<Vec<u8>> {
    if from_width == 0 || from_height == 0 || width == 0 || height == 0 {
        return None;
    }
    let map = Homography::between(&Quad::of_size(width as f32, height as f32), quad)?.0.map(|entry| entry as f32);
    let (right, below) = ((from_width - 1) as f32, (from_height - 1) as f32);
    let (pixels, rest) = pixels.as_chunks::<CHANNELS>();
    if !rest.is_empty() || pixels.len() != from_width as usize * from_height as usize {
        return None;
    }
    let weights = cubic_weights();
    let mut out = Vec::with_capacity(width as usize * height as usize * CHANNELS);
    for row in 0..height {
        let y = row as f32 + 0.5;
        for column in 0..width {
            let x = column as f32 + 0.5;
            let depth = map[6] * x + map[7] * y + map[8];
            let u = ((map[0] * x + map[1] * y + map[2]) / depth - 0.5).clamp(0.0, right);
            let v = ((map[3] * x + map[4] * y + map[5]) / depth - 0.5).clamp(0.0, below);
            let (left, top) = (u as usize, v as usize);
            let across = &weights[((u - left as f32) * PHASES as f32) as usize];
            let down = &weights[((v - top as f32) * PHASES as f32) as usize];
            let mut sums = [0.0_f32; CHANNELS];
            for (weight, line) in down.iter().zip(around(top, from_height as usize)) {
                let line = &pixels[line * from_width as usize..(line + 1) * from_width as usize];
                let mut part = [0.0_f32; CHANNELS];
                for (weight, at) in across.iter().zip(around(left, from_width as usize)) {
                    (0..CHANNELS).for_each(|channel| part[channel] += weight * f32::from(line[at][channel]));
                }
                (0..CHANNELS).for_each(|channel| sums[channel] += weight * part[channel]);
            }
            // `as` stops at 0 and 255, where the filter overshoots
            out.extend(sums.map(|sum| (sum + 0.5) as u8));
        }
    }
    Some(out)
}

/// A pixel, the one before it and the two behind it; the border repeats.
fn around(at: usize, length: usize) -> [usize; 4] {
    [at.saturating_sub(1), at, (at + 1).min(length - 1), (at + 2).min(length - 1)]
}

/// Places between two pixels that are told apart.
const PHASES: usize = 64;

/// Catmull and Rom's cubic: keeps edges as sharp as they are where bilinear weights would blur them.
fn cubic_weights() -> [[f32; 4]; PHASES + 1] {
    std::array::from_fn(|phase| {
        let t = phase as f32 / PHASES as f32;
        let (t2, t3) = (t * t, t * t * t);
        [2.0 * t2 - t - t3, 3.0 * t3 - 5.0 * t2 + 2.0, 4.0 * t2 + t - 3.0 * t3, t3 - t2].map(|weight| weight / 2.0)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn corners_go_to_corners() {
        let from = Quad::of_size(100.0, 60.0);
        let to = Quad([Point::new(10.0, 5.0), Point::new(90.0, 12.0), Point::new(84.0, 70.0), Point::new(4.0, 66.0)]);
        let map = Homography::between(&from, &to).unwrap();
        for at in 0..4 {
            assert!(map.apply(from.0[at]).distance(to.0[at]) < 1e-3);
        }
    }

    #[test]
    fn a_line_is_no_quad() {
        let line = Quad([0.0, 1.0, 2.0, 3.0].map(|at| Point::new(at, at)));
        assert!(Homography::between(&line, &Quad::of_size(10.0, 10.0)).is_none());
    }

    #[test]
    fn the_whole_picture_rectified_is_itself() {
        let photo = GrayImage::from_fn(31, 17, |x, y| image::Luma([(x * 7 + y * 3) as u8]));
        assert_eq!(rectify_grey(&photo, &Quad::of_size(31.0, 17.0), 31, 17).unwrap(), photo);
    }

    #[test]
    fn a_turned_quad_turns_the_picture() {
        let photo = GrayImage::from_fn(20, 10, |x, y| image::Luma([(x * 12 + y) as u8]));
        let turned = rectify_grey(&photo, &Quad::of_size(20.0, 10.0).turned(), 20, 10).unwrap();
        assert_eq!(turned, image::imageops::rotate180(&photo));
    }
}
