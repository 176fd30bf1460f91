//! Pixels to a JPEG of a bounded size.

use crate::{PictureError, resize::rgb_within};
use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Above this the eye gains nothing and the upload pays.
const BEST_QUALITY: u8 = 85;
/// Below this the digits of a NIK begin to fray, so the picture is made smaller instead.
const WORST_QUALITY: u8 = 40;
/// Where the search begins: about what a photo of a card and a table needs for 120 kB at 1,600 × 1,200.
const FIRST_QUALITY: u8 = 65;
/// Encodings of the sample, each about 3 ms for 1,600 × 1,200.
const SAMPLE_TRIES: usize = 3;
/// Encodings of the whole picture, each about 15 ms; one is usual, as the sample tells its size within 3 %.
const TRIES: usize = 4;
/// The share of the room that is aimed at, and that which is good enough.
const AIM: f64 = 0.965;
const ROOM_USED: f64 = 0.92;
/// Rows of a block of 4:2:0; the sample is one such band of this many.
const BAND: usize = 16;
const BANDS_PER_SAMPLE: usize = 6;
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
    let mut search = Search { quality: FIRST_QUALITY, ..Search::from(BEST_QUALITY, max_bytes) };
    if let Some((sample, share)) = sample(rgb) {
        for _ in 0..SAMPLE_TRIES {
            let bytes = encode(&sample, search.quality)?.len() as f64 / share;
            if search.learn(bytes) {
                break;
            }
        }
        search = Search::from(search.quality, max_bytes);
    }
    let mut fits = None;
    for _ in 0..TRIES {
        let tried = search.quality;
        let jpeg = encode(rgb, tried)?;
        let bytes = jpeg.len();
        let done = search.learn(bytes as f64);
        if bytes <= max_bytes {
            fits = Some(jpeg);
        } else if tried == WORST_QUALITY {
            return Ok(Tried::TooLarge { bytes });
        }
        if done {
            break;
        }
    }
    if let Some(jpeg) = fits {
        return Ok(Tried::Fits(jpeg));
    }
    let jpeg = encode(rgb, WORST_QUALITY)?;
    if jpeg.len() <= max_bytes { Ok(Tried::Fits(jpeg)) } else { Ok(Tried::TooLarge { bytes: jpeg.len() }) }
}

/// The quality to try next.
struct Search {
    quality: u8,
    max_bytes: f64,
    /// The worst quality that may still fit, and the best.
    lowest: u8,
    highest: u8,
}

impl Search {
    fn from(quality: u8, max_bytes: usize) -> Self {
        Search { quality, max_bytes: max_bytes.max(1) as f64, lowest: WORST_QUALITY, highest: BEST_QUALITY }
    }

    /// Takes in how large the JPEG of this quality is; true when there is no better one to try.
    fn learn(&mut self, bytes: f64) -> bool {
        let share = bytes / self.max_bytes;
        if share <= 1.0 {
            if self.quality == BEST_QUALITY || share >= ROOM_USED {
                return true;
            }
            self.lowest = self.quality + 1;
        } else {
            if self.quality == WORST_QUALITY {
                return true;
            }
            self.highest = self.quality - 1;
        }
        if self.lowest > self.highest {
            self.quality = self.highest.max(WORST_QUALITY);
            return true;
        }
        // Bytes of a photo go with about the step of the quantiser to the power of −0.65.
        let step = step_of(self.quality) * (share / AIM).powf(1.0 / 0.65);
        self.quality = quality_of(step).clamp(self.lowest, self.highest);
        false
    }
}

/// The step of the quantiser in percent, as in every encoder since the IJG's of 1991.
fn step_of(quality: u8) -> f64 {
    let quality = f64::from(quality);
    if quality < 50.0 { 5_000.0 / quality } else { 200.0 - 2.0 * quality }
}

fn quality_of(step: f64) -> u8 {
    let quality = if step > 100.0 { 5_000.0 / step } else { 100.0 - step / 2.0 };
    quality.round().clamp(1.0, 100.0) as u8
}

/// Every sixth band of a large picture, as one, and its share of the whole.
fn sample(rgb: &RgbImage) -> Option<(RgbImage, f64)> {
    let (width, height) = (rgb.width() as usize, rgb.height() as usize);
    if height < BAND * BANDS_PER_SAMPLE * 4 {
        return None;
    }
    // the last rows of no full band belong to no sample
    let bands = rgb.as_raw().chunks_exact(width * 3 * BAND).skip(BANDS_PER_SAMPLE / 2).step_by(BANDS_PER_SAMPLE);
    let pixels: Vec<u8> = bands.flatten().copied().collect();
    let rows = pixels.len() / (width * 3).max(1);
    let sample = RgbImage::from_raw(rgb.width(), rows as u32, pixels)?;
    Some((sample, rows as f64 / height as f64))
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
