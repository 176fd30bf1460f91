//! The picture that is kept: upright, small, without metadata.

use crate::{Limits, PictureError, photo::Photo};
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

/// A camera or gallery file (JPEG, PNG) to the picture that is kept: the card, laid flat, where its four edges are
/// seen, and the whole photo where not or where `limits.keep_framing` asks for it.
///
/// Within `limits.long_side` pixels and `limits.max_bytes` bytes; a noisy picture that does not fit at a fair quality
/// is made smaller. A JPEG that is cut off is [`PictureError::Broken`], not half a card on grey: half a card proves
/// nothing, and the person still stands there. Colours are taken as sRGB.
///
/// # Errors
/// A [`PictureError`] for whatever is not a whole picture within `limits`.
pub fn shrink(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    let photo = if limits.keep_framing { Photo::decoded(bytes, limits)? } else { Photo::open(bytes, limits)? };
    photo.into_picture(limits)
}

/// A JPEG for a list: at most `long_side` pixels and 12 kB, from a picture of [`shrink`] or any other file.
///
/// # Errors
/// As [`shrink`].
pub fn thumbnail(jpeg: &[u8], long_side: u32) -> Result<Vec<u8>, PictureError> {
    let limits = Limits { long_side, max_bytes: THUMBNAIL_BYTES, keep_framing: true, ..Limits::default() };
    shrink(jpeg, &limits).map(|picture| picture.jpeg)
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}
