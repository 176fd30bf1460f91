//! The picture that is kept: upright, small, without metadata.

use crate::{Limits, PictureError, encode::encode_within, error::contained, resize::rgb_within, source::Source};
use image::{DynamicImage, RgbImage, metadata::Orientation};
use sha2::{Digest, Sha256};
use std::fmt;

/// A thumbnail may have this many bytes.
const THUMBNAIL_BYTES: usize = 12_000;

/// A JPEG made here: upright, no Exif, GPS, ICC profile, XMP or comment.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file's bytes.
    pub jpeg: Vec<u8>,
    /// Pixels from left to right, as a person sees it.
    pub width: u32,
    /// Pixels from top to bottom, as a person sees it.
    pub height: u32,
    /// SHA-256 of `jpeg`.
    pub sha256: [u8; 32],
    /// Cut along the card's edges.
    pub is_cropped: bool,
}

/// A camera or gallery file (JPEG, PNG) to the picture that is kept.
///
/// Within `limits.long_side` pixels and `limits.max_bytes` bytes; a noisy picture that does not fit at a fair quality
/// is made smaller. A JPEG that is cut off is [`PictureError::Broken`], not half a card on grey: half a card proves
/// nothing, and the person still stands there. Colours are taken as sRGB.
///
/// # Errors
/// A [`PictureError`] for whatever is not a whole picture within `limits`.
pub fn shrink(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    let small = upright(bytes, limits, limits.long_side)?;
    let (jpeg, shown) = contained(|| encode_within(small, limits.max_bytes))?;
    Ok(Picture { sha256: Sha256::digest(&jpeg).into(), width: shown.width(), height: shown.height(), jpeg, is_cropped: false })
}

/// A JPEG for a list: at most `long_side` pixels and 12 kB, from a picture of [`shrink`] or any other file.
///
/// # Errors
/// As [`shrink`].
pub fn thumbnail(jpeg: &[u8], long_side: u32) -> Result<Vec<u8>, PictureError> {
    let small = upright(jpeg, &Limits::default(), long_side)?;
    contained(|| encode_within(small, THUMBNAIL_BYTES)).map(|(jpeg, _)| jpeg)
}

fn upright(bytes: &[u8], limits: &Limits, long_side: u32) -> Result<RgbImage, PictureError> {
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

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}
