//! JPEG, decoded at 1/8, 1/4 or 1/2 of its size inside the transform: a quarter of the time and memory.
//!
//! jpeg-decoder at half size with fast_image_resize and jpeg-encoder took 77 ms and 29 MB for a 12 MP photo, the image
//! crate 340 ms and 120 MB, within 0.001 SSIM of libvips (shared/design/reader.md).

use super::{allowed, grey_of, image_of};
use crate::PictureError;
use crate::resize::halved;
use image::{GrayImage, RgbImage, metadata::Orientation};
use jpeg_decoder::{Decoder, Error, ImageInfo, PixelFormat, UnsupportedFeature};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

/// A progressive JPEG passes over the whole picture once per scan. Encoders write about ten; a file of thousands is
/// made to keep a decoder busy for hours.
const MAX_SCANS: usize = 100;

/// Width and height from the header, when the file can be what the header says.
pub(super) fn size(bytes: &[u8], max_pixels: u64) -> Result<(u32, u32), PictureError> {
    let mut decoder = Decoder::new(bytes);
    let info = info(&mut decoder)?;
    let (width, height) = allowed(info.width.into(), info.height.into(), max_pixels)?;
    let scans = scans(bytes);
    if scans > MAX_SCANS {
        return Err(PictureError::Broken(format!("{scans} scans")));
    }
    // A block of 8 × 8 takes one bit at least; the decoder would fill what is missing with grey, at the full price.
    if bytes.len() as u64 * 8 < u64::from(width) * u64::from(height) / 64 {
        return Err(PictureError::Broken("too few bytes for so many pixels".into()));
    }
    Ok((width, height))
}

/// The scans of the picture itself: thumbnails in metadata and a film behind the end hold such bytes, too.
fn scans(bytes: &[u8]) -> usize {
    let mut count = 0;
    let mut at = 2;
    while let Some(&[marker, code]) = bytes.get(at..at + 2) {
        let length = bytes.get(at + 2..at + 4).map_or(0, |two| usize::from(u16::from_be_bytes([two[0], two[1]])));
        at += match (marker, code) {
            (0xFF, 0xD9) => break,
            // no marker, or one that stands alone: in picture data, or padding
            (0xFF, 0x00 | 0x01 | 0xD0..=0xD7) => 2,
            (0xFF, 0xFF) | (0..0xFF, _) => 1,
            (0xFF, 0xDA) => {
                count += 1;
                2 + length
            }
            _ => 2 + length,
        };
    }
    count
}

pub(super) fn rgb(bytes: &[u8], long_side: u32) -> Result<(RgbImage, Orientation), PictureError> {
    let mut decoder = Decoder::new(bytes);
    let (info, pixels) = pixels(&mut decoder, long_side)?;
    let orientation = decoder.exif_data().and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    let rgb = match info.pixel_format {
        PixelFormat::RGB24 => pixels,
        PixelFormat::L8 => pixels.into_iter().flat_map(|grey| [grey; 3]).collect(),
        // native byte order, and only the upper byte counts
        PixelFormat::L16 => {
            pixels.as_chunks().0.iter().flat_map(|&two| [(u16::from_ne_bytes(two) >> 8) as u8; 3]).collect()
        }
        PixelFormat::CMYK32 => pixels.as_chunks().0.iter().flat_map(|&ink| rgb_of_ink(ink)).collect(),
    };
    Ok((image_of(info.width.into(), info.height.into(), rgb)?, orientation))
}

/// The brightness alone, by zune-jpeg: it leaves the chroma out, 38 ms where jpeg-decoder takes 87 for 12 MP and three
/// times the memory. What it does not take (CMYK, broken files) is left to the other decoder to read or to name.
pub(super) fn grey(bytes: &[u8], long_side: u32) -> Result<GrayImage, PictureError> {
    let Some(mut grey) = luma(bytes) else {
        return rgb(bytes, long_side).map(|(rgb, _)| grey_of(&rgb));
    };
    while grey.width().max(grey.height()) / 2 >= long_side.max(1) {
        grey = halved(&grey);
    }
    Ok(grey)
}

fn luma(bytes: &[u8]) -> Option<GrayImage> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    GrayImage::from_raw(u32::try_from(width).ok()?, u32::try_from(height).ok()?, pixels)
}

fn pixels(decoder: &mut Decoder<&[u8]>, long_side: u32) -> Result<(ImageInfo, Vec<u8>), PictureError> {
    let full = info(decoder)?;
    if let Some((width, height)) = reduced(&full, long_side) {
        decoder.scale(width, height).map_err(broken)?;
    }
    let pixels = decoder.decode().map_err(broken)?;
    Ok((info(decoder)?, pixels))
}

/// The size at the strongest reduction that still has `long_side` pixels on the longer side.
fn reduced(full: &ImageInfo, long_side: u32) -> Option<(u16, u16)> {
    let longest = u32::from(full.width.max(full.height));
    let divisor = [8, 4, 2].into_iter().find(|divisor| longest / divisor >= long_side.max(1))?;
    let part = |side: u16| side.div_ceil(divisor as u16);
    Some((part(full.width), part(full.height)))
}

fn info(decoder: &mut Decoder<&[u8]>) -> Result<ImageInfo, PictureError> {
    decoder.read_info().map_err(broken)?;
    decoder.info().ok_or_else(|| PictureError::Broken("no frame header".into()))
}

/// The decoder has already undone the inversion that Adobe's CMYK files have: 255 is full ink.
fn rgb_of_ink([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    let light = 255 - u16::from(black);
    [cyan, magenta, yellow].map(|ink| ((255 - u16::from(ink)) * light / 255) as u8)
}

fn broken(error: Error) -> PictureError {
    match error {
        Error::Unsupported(feature) => PictureError::Unsupported {
            what: match feature {
                UnsupportedFeature::ArithmeticEntropyCoding => "JPEG with arithmetic coding".into(),
                UnsupportedFeature::SamplePrecision(bits) => format!("JPEG with {bits} bits"),
                UnsupportedFeature::ComponentCount(count) => {
                    format!("JPEG with {count} components")
                }
                _ => "this variant of JPEG".into(),
            },
        },
        Error::Format(reason) => PictureError::Broken(reason),
        Error::Io(_) => PictureError::Broken("the file ends too early".into()),
        Error::Internal(_) => PictureError::Broken("the decoder gave up".into()),
    }
}
