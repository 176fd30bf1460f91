//! Codes in a photo or a camera frame: small copies first, the full size last.

use crate::engine::{self, Effort};
use crate::{Code, Limits, PictureError, error::contained, resize::grey_within, source::Source};
use image::GrayImage;
use std::time::Instant;

/// Most codes on a card show at this long side, in a twelfth of the time of the full size (shared/design/reader.md).
const COARSE: u32 = 1_000;
const MIDDLE: u32 = 2_000;
/// The "full" size is at least this. A 50 MP photo is read at half of its size, as such sensors average four
/// pixels into one and the full size would take 300 MB.
const FINE: u32 = 3_000;

/// The codes in a JPEG or PNG, a still or a camera frame; empty when there are none.
///
/// Copies of 1,000 and 2,000 px, then the full size; ends at the first copy that shows a code, or when
/// `limits.read_budget` is spent. NIKs come first. What a link of KK or IKD says is dropped here, as is a Code 39
/// that is no number of ours: it has no check digit and is found in any fence.
///
/// # Errors
/// A [`PictureError`] for whatever is not a whole picture within `limits`.
pub fn read_codes(bytes: &[u8], limits: &Limits) -> Result<Vec<Code>, PictureError> {
    let started = Instant::now();
    let source = Source::open(bytes, limits)?;
    let decoded = source.grey(MIDDLE)?;
    let middle = contained(|| grey_within(&decoded, MIDDLE))?.unwrap_or(decoded);
    let coarse = contained(|| grey_within(&middle, COARSE))?;

    let thorough = Effort { inverted: true, several: true };
    for layer in coarse.iter().chain([&middle]) {
        let codes = codes_in(layer, thorough);
        if !codes.is_empty() || started.elapsed() >= limits.read_budget {
            return Ok(codes);
        }
    }
    if source.width.max(source.height) <= MIDDLE {
        return Ok(Vec::new());
    }
    // A second look beside a hit would cost as much again at this size.
    Ok(codes_in(&source.grey(FINE)?, Effort { inverted: false, several: false }))
}

fn codes_in(grey: &GrayImage, effort: Effort) -> Vec<Code> {
    let mut codes: Vec<Code> = Vec::new();
    for symbol in engine::scan(grey, effort) {
        match Code::new(symbol.format, symbol.text) {
            Some(code) if !codes.contains(&code) => codes.push(code),
            _ => {}
        }
    }
    // rxing asks its readers in a random order
    codes.sort_by(|a, b| (a.kind.rank(), &a.text).cmp(&(b.kind.rank(), &b.text)));
    codes
}
