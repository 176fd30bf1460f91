//! Pixels to a JPEG of a bounded size.

use crate::{PictureError, resize::rgb_within};
use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Above this the eye gains nothing and the upload pays.
const BEST_QUALITY: u8 = 82;
/// Below this the digits of a NIK begin to fray, so the picture is made smaller instead.
const WORST_QUALITY: u8 = 40;
/// Encodings tried at one size; each takes about 15 ms for 1,600 × 1,200.
const TRIES: usize = 5;
/// A result that uses this share of the room is good enough.
const ROOM_USED: f64 = 0.9;
/// A picture smaller than this shows nothing.
const SMALLEST_SIDE: u32 = 48;

/// The JPEG of the best quality that fits, and the picture that it shows: the given one, or a smaller copy.
///
/// Baseline, 4:2:0, no metadata but the JFIF header. [`PictureError::DoesNotFit`] when 48 pixels are still too many.
pub(crate) fn encode_within(mut rgb: RgbImage, max_bytes: usize) -> Result<(Vec<u8>, RgbImage), PictureError> {
    loop {
        match best_at_this_size(&rgb, max_bytes)? {
            Tried::Fits(jpeg) => return Ok((jpeg, rgb)),
            Tried::TooLarge { bytes } => {
                // Bytes grow a little slower than the area; aim below, and never crawl.
                let scale = (max_bytes as f64 / bytes as f64).sqrt().clamp(0.3, 0.95) * 0.97;
                let longest = rgb.width().max(rgb.height());
                let next = (f64::from(longest) * scale) as u32;
                if next < SMALLEST_SIDE {
                    return Err(PictureError::DoesNotFit { max_bytes });
                }
                rgb = rgb_within(rgb, next)?;
            }
        }
    }
}

enum Tried {
    Fits(Vec<u8>),
    /// At the worst quality.
    TooLarge {
        bytes: usize,
    },
}

fn best_at_this_size(rgb: &RgbImage, max_bytes: usize) -> Result<Tried, PictureError> {
    // `fits` is the best quality known to fit, `too_large` the worst known not to.
    let mut fits: Option<(u8, Vec<u8>)> = None;
    let mut too_large = BEST_QUALITY + 1;
    let mut quality = BEST_QUALITY;
    for _ in 0..TRIES {
        let jpeg = encode(rgb, quality)?;
        let share = jpeg.len() as f64 / max_bytes.max(1) as f64;
        if jpeg.len() <= max_bytes {
            fits = Some((quality, jpeg));
            if quality == BEST_QUALITY || share >= ROOM_USED {
                break;
            }
        } else if quality == WORST_QUALITY {
            return Ok(Tried::TooLarge { bytes: jpeg.len() });
        } else {
            too_large = quality;
        }
        let lowest = fits.as_ref().map_or(WORST_QUALITY, |(quality, _)| quality + 1);
        if lowest >= too_large {
            break;
        }
        // Between 40 and 82 the size of a photo goes with about quality^1.25; aim at the middle of the wanted share.
        let aim = f64::from(quality) * (0.95 / share).powf(0.8);
        quality = (aim.round() as u8).clamp(lowest, too_large - 1);
    }
    match fits {
        Some((_, jpeg)) => Ok(Tried::Fits(jpeg)),
        None => {
            let jpeg = encode(rgb, WORST_QUALITY)?;
            if jpeg.len() <= max_bytes { Ok(Tried::Fits(jpeg)) } else { Ok(Tried::TooLarge { bytes: jpeg.len() }) }
        }
    }
}

fn encode(rgb: &RgbImage, quality: u8) -> Result<Vec<u8>, PictureError> {
    let side =
        |pixels: u32| u16::try_from(pixels).map_err(|_| PictureError::Broken("a side is too long for a JPEG".into()));
    let (width, height) = (side(rgb.width())?, side(rgb.height())?);
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder
        .encode(rgb.as_raw(), width, height, ColorType::Rgb)
        .map_err(|error| PictureError::Broken(format!("could not be encoded: {error}")))?;
    Ok(jpeg)
}
