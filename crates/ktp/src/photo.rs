//! A photo, decoded once for all that is asked of it.

use crate::geometry::{CARD_ASPECT, Homography, Quad, rectify_grey, rectify_rgb};
use crate::resize::{rgb_lanczos, rgb_within};
use crate::source::{Source, grey_of};
use crate::{
    Limits, Picture, PictureError, Point, PrintedNik,
    card::{Found, likeliest_card},
    encode::encode_within,
    error::contained,
};
use image::{DynamicImage, GrayImage, RgbImage, metadata::Orientation};
use sha2::{Digest, Sha256};
use std::cell::OnceCell;

/// Table around a card that is cut out, as a share of the card's width: corners that are found are off by a tenth of it,
/// and who looks at the picture sees that nothing of the card is missing.
const MARGIN: f32 = 0.015;
/// Width of the card that the reader of the NIK gets: thirty pixels a digit.
const READ_WIDTH: u32 = 1_000;
/// Pixels of the line that is shown above the field, and what lies around it in heights of the digits.
const LINE: (u32, u32) = (800, 80);
const AROUND_LINE: f32 = 0.4;

/// The upright photo at up to twice the size of the picture that is kept, and the card on it.
pub(crate) struct Photo {
    pub(crate) rgb: RgbImage,
    pub(crate) card: Option<Found>,
    /// The brightness of `rgb`, once somebody asks.
    grey: OnceCell<GrayImage>,
}

impl Photo {
    /// Decodes a file and looks for a card.
    pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Result<Self, PictureError> {
        let mut photo = Photo::decoded(bytes, limits)?;
        photo.find_card(likeliest_card);
        Ok(photo)
    }

    /// Decodes a file without looking for a card.
    pub(crate) fn decoded(bytes: &[u8], limits: &Limits) -> Result<Self, PictureError> {
        Ok(Photo { rgb: upright(bytes, limits)?, card: None, grey: OnceCell::new() })
    }

    pub(crate) fn find_card(&mut self, find: fn(&RgbImage) -> Option<Found>) {
        self.card = contained(|| Ok(find(&self.rgb))).unwrap_or_default();
    }

    pub(crate) fn grey(&self) -> &GrayImage {
        self.grey.get_or_init(|| grey_of(&self.rgb))
    }

    /// The picture that is kept: the card with a little of the table, or the whole photo where no card is seen.
    pub(crate) fn into_picture(self, limits: &Limits) -> Result<Picture, PictureError> {
        let card = self.card.filter(|card| card.is_sure() && !limits.keep_framing);
        let cut = card.and_then(|card| cut(&self.rgb, &card.quad, limits.long_side));
        let is_cropped = cut.is_some();
        let rgb = cut.unwrap_or(self.rgb);
        let (jpeg, shown) = contained(|| encode_within(rgb_within(rgb, limits.long_side)?, limits.max_bytes))?;
        let (width, height) = shown.dimensions();
        Ok(Picture { sha256: Sha256::digest(&jpeg).into(), width, height, jpeg, is_cropped })
    }

    /// The brightness of what lies in `card`, laid flat.
    pub(crate) fn flat(&self, card: &Quad) -> Option<GrayImage> {
        // a digit that is enlarged is not read better
        let width = (widest(card).round() as u32).clamp(READ_WIDTH / 2, READ_WIDTH);
        rectify_grey(self.grey(), card, width, (width as f32 / CARD_ASPECT).round() as u32)
    }

    /// The line of the NIK, laid straight, as a JPEG.
    pub(crate) fn line(&self, card: &Quad, print: &PrintedNik) -> Option<Vec<u8>> {
        let onto_photo = Homography::between(&Quad::of_size(1.0, 1.0), card)?;
        let Quad([a, b, c, d]) = print.area;
        let away = |from: Point, to: Point| {
            Point::new(to.x + (to.x - from.x) * AROUND_LINE, to.y + (to.y - from.y) * AROUND_LINE)
        };
        let around = Quad([away(d, a), away(c, b), away(b, c), away(a, d)].map(|point| onto_photo.apply(point)));
        let line = rectify_rgb(&self.rgb, &around, LINE.0, LINE.1)?;
        contained(|| encode_within(line, 24_000)).ok().map(|(jpeg, _)| jpeg)
    }
}

/// The upright pixels of a file, at up to twice `limits.long_side`.
fn upright(bytes: &[u8], limits: &Limits) -> Result<RgbImage, PictureError> {
    let (rgb, orientation) = Source::open(bytes, limits)?.rgb(limits.long_side)?;
    contained(|| Ok(turned(rgb, orientation)))
}

/// The card with its margin, laid flat, at most `long_side` pixels wide and no wider than the photo shows it.
///
/// The photo is made smaller by a good filter first, so that the warp takes pixel for pixel.
fn cut(photo: &RgbImage, card: &Quad, long_side: u32) -> Option<RgbImage> {
    // the card's width is 1, so that the margin is the same on all sides
    let height = 1.0 / CARD_ASPECT;
    let onto_photo = Homography::between(&Quad::of_size(1.0, height), card)?;
    let (right, below) = (1.0 + MARGIN, height + MARGIN);
    let corners = [(-MARGIN, -MARGIN), (right, -MARGIN), (right, below), (-MARGIN, below)];
    let around = Quad(corners.map(|(x, y)| onto_photo.apply(Point::new(x, y))));

    let shown = widest(&around);
    let width = (shown as u32).min(long_side).max(1);
    let height = (width as f32 * (height + 2.0 * MARGIN) / (1.0 + 2.0 * MARGIN)).round().max(1.0) as u32;
    let longest = photo.width().max(photo.height());
    let smaller = rgb_lanczos(photo, (longest as f32 * width as f32 / shown).ceil() as u32).ok()?;
    let photo = smaller.as_ref().unwrap_or(photo);
    let scale = photo.width().max(photo.height()) as f32 / longest as f32;
    rectify_rgb(photo, &around.scaled(scale), width, height)
}

/// The longer of top and bottom.
fn widest(card: &Quad) -> f32 {
    let [top, _, bottom, _] = card.sides();
    top.max(bottom)
}

fn turned(rgb: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return rgb;
    }
    let mut picture = DynamicImage::ImageRgb8(rgb);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}
