//! Codes in a photo or a camera frame.

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

/// The "full" size is at least this. A 50 MP photo is read at half of its size, as such sensors average four
/// pixels into one and the full size would take 300 MB.
const FINE: u32 = 3_000;

/// The codes in a JPEG or PNG, a still or a camera frame; empty when there are none.
///
/// # Errors
/// A [`PictureError`] for whatever is not a whole picture within `limits`.
pub fn read_codes(bytes: &[u8], limits: &Limits) -> Result<Vec<Code>, PictureError> {
    let deadline = Instant::now() + limits.read_budget;
    let grey = Source::open(bytes, limits)?.grey(FINE)?;
    contained(|| Ok(read_until(&grey, deadline)))
}

/// The codes in pixels that are there already.
pub fn read_codes_in(grey: &GrayImage, budget: Duration) -> Vec<Code> {
    let deadline = Instant::now() + budget;
    contained(|| Ok(read_until(grey, deadline))).unwrap_or_default()
}

/// Regions without a code that are looked at beside a code.
const BESIDE: usize = 2;
/// Regions that get all tries; the likely ones are for every region.
const THOROUGH: usize = 8;

fn read_until(grey: &GrayImage, deadline: Instant) -> Vec<Code> {
    let late = || Instant::now() >= deadline;
    let layers = Layers::new(grey);
    let regions = regions::regions(&layers);
    let mut found = Found::default();
    for region in &regions {
        if late() || found.is_enough(region) {
            continue;
        }
        found.add(region, tries::quick(&layers, region));
    }
    for level in [layers.overview(), layers.searched()] {
        if late() || !found.codes.is_empty() {
            break;
        }
        let picture = layers.level(level).0;
        found.codes.extend(engine::scan(picture, Threshold::Local, &[CodeFormat::QrCode]).map(|symbol| Code::new(symbol.format, symbol.text)));
    }
    for attempt in tries::THOROUGH {
        for region in regions.iter().take(THOROUGH) {
            if late() || !found.codes.is_empty() {
                break;
            }
            found.add(region, attempt(&layers, region));
        }
    }
    let mut codes = found.codes;
    codes.sort_by(|a, b| (a.kind.rank(), &a.text).cmp(&(b.kind.rank(), &b.text)));
    codes
}

#[derive(Default)]
struct Found {
    codes: Vec<Code>,
    places: Vec<Region>,
    /// Regions without a code that were tried after the first code.
    beside: usize,
}

impl Found {
    fn is_enough(&self, region: &Region) -> bool {
        self.beside >= BESIDE || self.places.iter().any(|place| place.holds(region.centre) || region.holds(place.centre))
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
