//! A photo as a person sees it, decoded once for all that look at it.

use crate::card::{Found, find_card};
use crate::geometry::{CARD_ASPECT, Homography, Point, Quad, rectify_rgb};
use crate::resize::{rgb_lanczos, rgb_within};
use crate::{Limits, PictureError, error::contained, source::Source};
use image::{DynamicImage, RgbImage, metadata::Orientation};
use std::cell::OnceCell;
use std::fmt;

/// Table around a card that is cut out, as a share of the card's width: the finder's error is a tenth of it, and who
/// looks at the picture sees that nothing of the card is missing.
const MARGIN: f32 = 0.015;

/// A photo, upright and decoded at a fraction of its size, and the card on it.
pub struct Photo {
    rgb: RgbImage,
    card: OnceCell<Option<Found>>,
}

impl Photo {
    /// Decodes a camera or gallery file: its long side has at least `limits.long_side` pixels if the file has them,
    /// and less than twice as many.
    ///
    /// # Errors
    /// A [`PictureError`] for whatever is not a whole picture within `limits`.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Self, PictureError> {
        let (rgb, orientation) = Source::open(bytes, limits)?.rgb(limits.long_side)?;
        contained(|| Ok(Photo { rgb: turned(rgb, orientation), card: OnceCell::new() }))
    }

    /// Its pixels.
    pub fn rgb(&self) -> &RgbImage {
        &self.rgb
    }

    /// The card on it, looked for once. Its corners are pixels of [`Photo::rgb`].
    pub fn found(&self) -> Option<Found> {
        // pixels of an untrusted file: nothing found is better than an enrolment that ends here
        *self.card.get_or_init(|| contained(|| Ok(find_card(&self.rgb))).ok().flatten())
    }

    /// The card alone, edge to edge, `width` pixels wide and not mirrored; it may stand on its head (see [`Found`]).
    pub fn card(&self, width: u32) -> Option<RgbImage> {
        self.cut(&self.found()?.quad, width, CARD_ASPECT).ok()
    }

    /// The picture that is kept: the card with a little of the table around it, or the whole photo when no card is found
    /// or `limits.keep_framing` asks for it. The second value says whether it is the card alone.
    pub(crate) fn framed(&self, limits: &Limits) -> Result<(RgbImage, bool), PictureError> {
        if let Some((quad, aspect)) = self.surroundings().filter(|_| !limits.keep_framing) {
            let [top, _, bottom, _] = quad.sides();
            let width = (top.max(bottom) as u32).min(limits.long_side).max(1);
            return Ok((self.cut(&quad, width, aspect)?, true));
        }
        let small = rgb_lanczos(&self.rgb, limits.long_side)?;
        Ok((small.unwrap_or_else(|| self.rgb.clone()), false))
    }

    /// The card's corners moved out by the margin, and the aspect ratio of what they hold.
    fn surroundings(&self) -> Option<(Quad, f32)> {
        let map = Homography::between(&Quad::of_size(1.0, 1.0 / CARD_ASPECT), &self.found()?.quad)?;
        let (right, below) = (1.0 + MARGIN, 1.0 / CARD_ASPECT + MARGIN);
        let corners = [(-MARGIN, -MARGIN), (right, -MARGIN), (right, below), (-MARGIN, below)];
        let quad = Quad(corners.map(|(x, y)| map.apply(Point::new(x, y))));
        Some((quad, (1.0 + 2.0 * MARGIN) / (1.0 / CARD_ASPECT + 2.0 * MARGIN)))
    }

    /// What lies inside `quad`: made smaller first, where it must be, so that the warp takes pixel for pixel.
    fn cut(&self, quad: &Quad, width: u32, aspect: f32) -> Result<RgbImage, PictureError> {
        let [top, _, bottom, _] = quad.sides();
        let scale = width as f32 / top.max(bottom).max(1.0);
        let longest = self.rgb.width().max(self.rgb.height()) as f32;
        let height = ((width as f32 / aspect).round() as u32).max(1);
        let flat = match rgb_lanczos(&self.rgb, (longest * scale).ceil() as u32)? {
            Some(small) => {
                let scale = small.width().max(small.height()) as f32 / longest;
                rectify_rgb(&small, &quad.scaled(scale), width, height)
            }
            None => rectify_rgb(&self.rgb, quad, width, height),
        };
        flat.ok_or_else(|| PictureError::Broken("the card could not be cut out".into()))
    }
}

/// A file's pixels within `long_side`, upright.
pub(crate) fn upright(bytes: &[u8], limits: &Limits, long_side: u32) -> Result<RgbImage, PictureError> {
    let (rgb, orientation) = Source::open(bytes, limits)?.rgb(long_side)?;
    contained(|| Ok(turned(rgb_within(rgb, long_side)?, orientation)))
}

fn turned(rgb: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return rgb;
    }
    let mut picture = DynamicImage::ImageRgb8(rgb);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({} × {})", self.rgb.width(), self.rgb.height())
    }
}
