//! Codes in a photo or a camera frame.
//!
//! Regions whose edges agree on a direction are found first, in some milliseconds, and laid upright; the readers only see
//! these. Every region gets the likely tries; then, if nothing was read, the best of them get all others. What that gave
//! on 12 MP photos: shared/design/reader.md and scripts/photos/codes.py.

mod cells;
mod filters;
mod layers;
mod lines;
mod regions;
mod tries;

use crate::{Code, CodeFormat, Limits, PictureError, engine, error::contained, source::Source};
use engine::{Symbol, Threshold};
use image::GrayImage;
use layers::Layers;
use regions::Region;
use std::time::{Duration, Instant};

/// The "full" size is at least this. A 50 MP photo is read at half of its size, as such sensors average four pixels into
/// one: its peak is 73 MB.
const FINE: u32 = 3_000;

/// For a frame of the camera: the next one comes anyway.
pub const FRAME_BUDGET: Duration = Duration::from_millis(150);

/// The codes in a JPEG or PNG, a still or a camera frame, the NIKs first; empty when there are none.
///
/// A picture too narrow for any code is not even decoded. What a link of KK or IKD says is dropped here. No try begins
/// after `limits.read_budget`.
///
/// # Errors
/// A [`PictureError`] for whatever is not a whole picture within `limits`.
pub fn read_codes(bytes: &[u8], limits: &Limits) -> Result<Vec<Code>, PictureError> {
    let deadline = deadline(limits.read_budget);
    let source = Source::open(bytes, limits)?;
    if source.shorter < engine::SMALLEST_SIDE {
        return Ok(Vec::new());
    }
    let grey = source.grey(FINE)?;
    contained(|| Ok(read_until(&grey, deadline)))
}

/// As [`read_codes`], in pixels that are there already, of any size and turned any way.
///
/// Nothing is thrown away before it was read, so a picture above some 4,000 px is better given at half of its size. For a
/// preview of the camera give [`FRAME_BUDGET`].
pub fn read_codes_in(grey: &GrayImage, budget: Duration) -> Vec<Code> {
    let deadline = deadline(budget);
    contained(|| Ok(read_until(grey, deadline))).unwrap_or_default()
}

/// Nothing when it is too far to tell: then there is no hurry.
fn deadline(budget: Duration) -> Option<Instant> {
    Instant::now().checked_add(budget)
}

/// Regions without a code that are looked at beside a code.
const BESIDE: usize = 2;
/// Regions that get all tries; the likely ones are for every region.
const THOROUGH: usize = 6;

fn read_until(grey: &GrayImage, deadline: Option<Instant>) -> Vec<Code> {
    let late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
    if late() {
        return Vec::new();
    }
    let layers = Layers::new(grey);
    let regions = regions::regions(&layers);
    let mut found = Found::default();
    for region in &regions {
        if late() {
            break;
        }
        if !found.is_enough(region) {
            found.add(region, tries::quick(&layers, region));
        }
    }
    // A QR whose region was not told apart: its corners are found in the whole picture.
    for level in [layers.overview(), layers.searched()] {
        if found.codes.is_empty() && !late() {
            let symbol = engine::scan(layers.level(level).0, Threshold::Local, &[CodeFormat::QrCode]);
            found.codes.extend(symbol.map(|symbol| Code::new(symbol.format, symbol.text)));
        }
    }
    for attempt in tries::THOROUGH {
        for region in regions.iter().take(THOROUGH) {
            if found.codes.is_empty() && !late() {
                found.add(region, attempt(&layers, region));
            }
        }
    }
    found.codes.sort_by(|a, b| (a.kind.rank(), &a.text).cmp(&(b.kind.rank(), &b.text)));
    found.codes
}

/// What has been read so far, and where.
#[derive(Default)]
struct Found {
    codes: Vec<Code>,
    places: Vec<Region>,
    /// Regions without a code that were tried after the first code.
    beside: usize,
}

impl Found {
    /// Whether there is no more to look for in a region.
    fn is_enough(&self, region: &Region) -> bool {
        let read = |place: &Region| place.holds(region.centre) || region.holds(place.centre);
        self.beside >= BESIDE || self.places.iter().any(read)
    }

    fn add(&mut self, region: &Region, symbol: Option<Symbol>) {
        let Some(symbol) = symbol else {
            self.beside += usize::from(!self.codes.is_empty());
            return;
        };
        let code = Code::new(symbol.format, symbol.text);
        self.places.push(region.clone());
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }
}
