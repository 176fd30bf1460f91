//! Finds the card in photos: `cargo run --release -p payung-ktp --example card -- FILE_OR_FOLDER…`.
//!
//! Prints one JSON line per JPEG, folders sorted: `{"file":"a.jpg","corners":[[12.5,80.1],…],"support":0.93,
//! "milliseconds":30.2}`, corners in pixels of the stored file, before the turn that Exif asks for, and null when none is
//! found; or `{"file":"b.jpg","error":"…"}`. The milliseconds are those of the search alone, of the processor's time
//! where Linux tells it, as other work on the machine is not ours.

use image::RgbImage;
use jpeg_decoder::Decoder;
use payung_ktp::find_card;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::{env, error::Error, fs, io, process::ExitCode, time::Instant};

/// As `shrink` has it: the search sees a copy of less than twice as many pixels.
const LONG_SIDE: u16 = 1_600;

fn main() -> ExitCode {
    let paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        eprintln!("usage: card FILE_OR_FOLDER…");
        return ExitCode::from(2);
    }
    for path in &paths {
        match files(path) {
            Ok(found) => found.iter().for_each(|file| println!("{}", line(file))),
            Err(error) => println!("{}", json!({ "file": path.to_string_lossy(), "error": error.to_string() })),
        }
    }
    ExitCode::SUCCESS
}

/// The file itself, or every JPEG in the folder.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jpg"));
    files.sort();
    Ok(files)
}

fn line(file: &Path) -> Value {
    let name = file.to_string_lossy();
    match stored(file) {
        Ok((rgb, factor)) => {
            let started = milliseconds();
            let found = find_card(&rgb);
            let milliseconds = ((milliseconds() - started) * 10.0).round() / 10.0;
            let corners = found.map(|found| found.quad.scaled(factor).0.map(|corner| [corner.x, corner.y]));
            let support = found.map(|found| found.support);
            json!({ "file": name, "corners": corners, "support": support, "milliseconds": milliseconds })
        }
        Err(error) => json!({ "file": name, "error": error.to_string() }),
    }
}

/// The pixels as they are stored, reduced, and by how much.
fn stored(file: &Path) -> Result<(RgbImage, f32), Box<dyn Error>> {
    let bytes = fs::read(file)?;
    let mut decoder = Decoder::new(&bytes[..]);
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

/// Processor time of this thread, or time since the start.
fn milliseconds() -> f64 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let spent = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = spent.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64() * 1_000.0, |nanoseconds| nanoseconds / 1_000_000.0)
}
