//! Finds the card in photos: `cargo run --release -p payung-ktp --example card -- FILE_OR_FOLDER…`.
//!
//! Prints one JSON line per JPEG, folders sorted: `{"file":"a.jpg","corners":[[12.5,80.1],…],"support":0.93,
//! "milliseconds":30.2,"cpu":29.8}`, corners in pixels of the stored file, before the turn that Exif asks for, and null when none is
//! found; or `{"file":"b.jpg","error":"…"}`. The milliseconds are those of the search alone, by the clock and on the processor.

mod files;

use image::RgbImage;
use jpeg_decoder::Decoder;
use payung_ktp::find_card;
use serde_json::{Value, json};
use std::{env, error::Error, process::ExitCode};

/// As `shrink` has it: the search sees a copy of less than twice as many pixels.
const LONG_SIDE: u16 = 1_600;

fn main() -> ExitCode {
    let paths: Vec<_> = env::args_os().skip(1).map(Into::into).collect();
    files::each(&paths, "card FILE_OR_FOLDER…", line)
}

fn line(bytes: &[u8]) -> Result<Value, Box<dyn Error>> {
    let (rgb, factor) = stored(bytes)?;
    let (found, milliseconds, cpu) = files::timed(|| find_card(&rgb));
    let corners = found.map(|found| found.quad.scaled(factor).0.map(|corner| [corner.x, corner.y]));
    let support = found.map(|found| found.support);
    Ok(json!({ "corners": corners, "support": support, "milliseconds": milliseconds, "cpu": cpu }))
}

/// The pixels as they are stored, reduced, and by how much.
fn stored(bytes: &[u8]) -> Result<(RgbImage, f32), Box<dyn Error>> {
    let mut decoder = Decoder::new(bytes);
    decoder.read_info()?;
    let full = decoder.info().ok_or("no frame header")?;
    let longest = full.width.max(full.height);
    if let Some(divisor) = [8, 4, 2].into_iter().find(|divisor| longest / divisor >= LONG_SIDE) {
        decoder.scale(full.width.div_ceil(divisor), full.height.div_ceil(divisor))?;
    }
    let pixels = decoder.decode()?;
    let info = decoder.info().ok_or("no frame header")?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let grey = pixels.len() == width as usize * height as usize;
    let rgb = if grey { pixels.into_iter().flat_map(|grey| [grey; 3]).collect() } else { pixels };
    let rgb = RgbImage::from_raw(width, height, rgb).ok_or("neither grey nor RGB")?;
    Ok((rgb, f32::from(full.width) / width as f32))
}
