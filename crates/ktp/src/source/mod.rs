//! A file's bytes to pixels, at a fraction of its size where that is enough.

mod jpeg;
mod png;

use crate::{Limits, PictureError, error::contained};
use image::{GrayImage, RgbImage, metadata::Orientation};

/// A file whose format and size are known and allowed; nothing is decoded yet.
pub(crate) struct Source<'a> {
    bytes: &'a [u8],
    format: Format,
    /// Pixels of the shorter side.
    pub(crate) shorter: u32,
}

#[derive(Clone, Copy)]
enum Format {
    Jpeg,
    Png,
}

impl<'a> Source<'a> {
    /// Looks at the header only, so that a header that promises gigapixels costs nothing.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, PictureError> {
        if bytes.is_empty() {
            return Err(PictureError::Empty);
        }
        if bytes.len() > limits.max_input_bytes {
            return Err(PictureError::TooManyBytes { bytes: bytes.len(), max: limits.max_input_bytes });
        }
        let format = format_of(bytes)?;
        let (width, height) = contained(|| match format {
            Format::Jpeg => jpeg::size(bytes, limits.max_pixels),
            Format::Png => png::size(bytes, limits.max_pixels),
        })?;
        Ok(Source { bytes, format, shorter: width.min(height) })
    }

    /// The pixels, on white where transparent, and how they must be turned.
    ///
    /// Reduced as far as the format makes cheap while the longer side keeps at least `long_side` pixels.
    pub(crate) fn rgb(&self, long_side: u32) -> Result<(RgbImage, Orientation), PictureError> {
        contained(|| match self.format {
            Format::Jpeg => jpeg::rgb(self.bytes, long_side),
            Format::Png => png::rgb(self.bytes, long_side),
        })
    }

    /// The brightness, not turned: codes are read at any angle. Reduced as [`Source::rgb`] is.
    pub(crate) fn grey(&self, long_side: u32) -> Result<GrayImage, PictureError> {
        contained(|| match self.format {
            Format::Jpeg => jpeg::grey(self.bytes, long_side),
            Format::Png => png::rgb(self.bytes, long_side).map(|(rgb, _)| grey_of(&rgb)),
        })
    }
}

/// The size, when it is within `max` pixels.
fn allowed(width: u32, height: u32, max: u64) -> Result<(u32, u32), PictureError> {
    if u64::from(width) * u64::from(height) > max {
        return Err(PictureError::TooManyPixels { width, height, max });
    }
    Ok((width, height))
}

/// Told by the first bytes, as names lie.
fn format_of(bytes: &[u8]) -> Result<Format, PictureError> {
    let what = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => return Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => return Ok(Format::Png),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i', b'i' | b'v' | b'f', ..] => "HEIC",
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..] => "AVIF",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "WebP",
        [b'G', b'I', b'F', b'8', ..] => "GIF",
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => "BMP",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "TIFF",
        [b'%', b'P', b'D', b'F', ..] => "PDF",
        _ => return Err(PictureError::NotAPicture),
    };
    Err(PictureError::Unsupported { what: what.into() })
}

/// Rec. 601 luma in integers.
pub(crate) fn grey_of(rgb: &RgbImage) -> GrayImage {
    let luma = |pixel: &[u8]| {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
        ((red * 77 + green * 150 + blue * 29) >> 8) as u8
    };
    let grey: Vec<u8> = rgb.as_raw().as_chunks::<3>().0.iter().map(|pixel| luma(pixel)).collect();
    GrayImage::from_raw(rgb.width(), rgb.height(), grey).unwrap_or_default()
}

/// What a decoder returned, as an image; the sizes are its own and can only differ by a fault of it.
fn image_of(width: u32, height: u32, rgb: Vec<u8>) -> Result<RgbImage, PictureError> {
    RgbImage::from_raw(width, height, rgb).ok_or_else(|| PictureError::Broken("fewer pixels than promised".into()))
}
