//! The picture that is kept: upright, small, the card alone where it is found, without metadata.

use crate::photo::{Photo, upright};
use crate::{Limits, PictureError, encode::encode_within, error::contained};
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
    /// It shows the card alone, its perspective undone; otherwise the photo as it was framed.
    pub is_cropped: bool,
}

/// A camera or gallery file (JPEG, PNG) to the picture that is kept.
///
/// The card is cut out, lying flat and with 1.5 % of its width of table around it, when all of it is seen; in doubt and
/// with `limits.keep_framing` the whole photo stays. Within `limits.long_side` pixels and `limits.max_bytes` bytes,
/// never enlarged; a noisy picture that does not fit at a fair quality is made smaller. A JPEG that is cut off is
/// [`PictureError::Broken`], not half a card on grey: half a card proves nothing, and the person still stands there.
/// Colours are taken as sRGB.
///
/// # Errors
/// A [`PictureError`] for whatever is not a whole picture within `limits`.
pub fn shrink(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    Photo::open(bytes, limits)?.picture(limits)
}

impl Photo {
    /// The picture that is kept; see [`shrink`].
    ///
    /// # Errors
    /// [`PictureError::DoesNotFit`] when no size of it fits into `limits.max_bytes`.
    pub fn picture(&self, limits: &Limits) -> Result<Picture, PictureError> {
        contained(|| {
            let (framed, is_cropped) = self.framed(limits)?;
            let (jpeg, shown) = encode_within(framed, limits.max_bytes)?;
            let sha256 = Sha256::digest(&jpeg).into();
            Ok(Picture { sha256, width: shown.width(), height: shown.height(), jpeg, is_cropped })
        })
    }
}

/// A JPEG for a list: at most `long_side` pixels and 12 kB, from a picture of [`shrink`] or any other file; not cropped.
///
/// # Errors
/// As [`shrink`].
pub fn thumbnail(jpeg: &[u8], long_side: u32) -> Result<Vec<u8>, PictureError> {
    let small = upright(jpeg, &Limits::default(), long_side)?;
    contained(|| encode_within(small, THUMBNAIL_BYTES)).map(|(jpeg, _)| jpeg)
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}
