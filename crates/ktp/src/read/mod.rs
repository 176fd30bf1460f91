//! Codes in a photo or a camera frame.

mod layers;
mod lines;
mod regions;
mod tries;

use crate::{Code, CodeFormat, Limits, PictureError, engine, error::contained, source::Source};
use engine::Threshold;
use image::GrayImage;
use layers::Layers;
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

fn read_until(grey: &GrayImage, deadline: Instant) -> Vec<Code> {
    let late = || Instant::now() >= deadline;
    let trace = std::env::var("TRACE").is_ok();
    let t0 = Instant::now();
    let layers = Layers::new(grey);
    let t1 = Instant::now();
    let mut codes: Vec<Code> = Vec::new();
    let regions = regions::regions(&layers);
    if trace {
        eprintln!("layers {:?} regions {:?}", t1 - t0, t1.elapsed());
    }
    for region in &regions {
        if late() {
            break;
        }
        let t = Instant::now();
        let read = tries::quick(&layers, region);
        if trace {
            eprintln!("{region:?} {:?} {read:?}", t.elapsed());
        }
        if let Some(symbol) = read {
            let code = Code::new(symbol.format, symbol.text);
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    if codes.is_empty() {
        let t = Instant::now();
        let (overview, _) = layers.level(layers.overview());
        codes.extend(
            engine::scan(overview, Threshold::Local, &[CodeFormat::QrCode]).map(|symbol| Code::new(symbol.format, symbol.text)),
        );
        if trace {
            eprintln!("overview {:?} {codes:?}", t.elapsed());
        }
    }
    codes.sort_by(|a, b| (a.kind.rank(), &a.text).cmp(&(b.kind.rank(), &b.text)));
    codes
}
