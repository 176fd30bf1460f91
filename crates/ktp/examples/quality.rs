//! Judges photos: `cargo run --release -p payung-ktp --example quality -- [--corners MANIFEST] FILE…`.
//!
//! One JSON line a file: `{"file":…, "faults":["dark",…], "measures":{…}, "milliseconds":…}`; the milliseconds are those
//! of the judgement, without decoding, in which this process had a core (where Linux tells it, else they are of the
//! wall clock). `--corners` takes the cards' corners from a manifest of scripts/photos, which
//! also says how a file is to be turned; without it nothing is turned and no card is looked for.

use image::RgbImage;
use payung_ktp::{Measures, Point, Quad, measure};
use serde_json::{Value, json};
use std::{collections::HashMap, env, error::Error, fs, path::Path, process::ExitCode, time::Instant};

/// The longer side that the photo is reduced to, at the least.
const LONG_SIDE: u16 = 1_600;

fn main() -> ExitCode {
    let mut files: Vec<String> = env::args().skip(1).collect();
    let mut manifest = HashMap::new();
    if files.first().is_some_and(|first| first == "--corners") && files.len() > 1 {
        match lines(&files[1]) {
            Ok(lines) => manifest = lines,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        }
        files.drain(..2);
    }
    if files.is_empty() {
        eprintln!("usage: quality [--corners MANIFEST] FILE…");
        return ExitCode::from(2);
    }
    for file in &files {
        let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
        match line(file, manifest.get(&name)) {
            Ok(line) => println!("{line}"),
            Err(error) => println!("{}", json!({ "file": file, "error": error.to_string() })),
        }
    }
    ExitCode::SUCCESS
}

/// The manifest's lines by their file.
fn lines(path: &str) -> Result<HashMap<String, Value>, Box<dyn Error>> {
    let mut lines = HashMap::new();
    for line in fs::read_to_string(path)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        lines.insert(line["file"].as_str().unwrap_or_default().to_owned(), line);
    }
    Ok(lines)
}

fn line(file: &str, known: Option<&Value>) -> Result<Value, Box<dyn Error>> {
    let (photo, scale) = decoded(&fs::read(file)?)?;
    let orientation = known.and_then(|line| line["orientation"].as_u64()).unwrap_or(1);
    let corners = known.and_then(|line| corners(&line["card"])).map(|quad| quad.scaled(scale));
    let card = corners.map(|quad| as_found(turned_quad(quad, orientation, photo.dimensions())));
    let photo = turned(photo, orientation);
    let (started, worked) = (Instant::now(), core_nanoseconds());
    let measures = measure(&photo, card.as_ref());
    let faults: Vec<&str> = measures.faults(None).iter().map(|fault| fault.key()).collect();
    let elapsed = match (worked, core_nanoseconds()) {
        (Some(before), Some(after)) => after.saturating_sub(before) as f64 / 1e6,
        _ => started.elapsed().as_secs_f64() * 1e3,
    };
    let milliseconds = (elapsed * 10.0).round() / 10.0;
    Ok(json!({ "file": file, "faults": faults, "measures": numbers(&measures), "milliseconds": milliseconds }))
}

/// How long this process has had a core.
fn core_nanoseconds() -> Option<u64> {
    fs::read_to_string("/proc/self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// The pixels at a half, a quarter … of the size, and that factor.
fn decoded(bytes: &[u8]) -> Result<(RgbImage, f32), Box<dyn Error>> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.read_info()?;
    let full = decoder.info().ok_or("no header")?;
    let share = LONG_SIDE as f32 / f32::from(full.width.max(full.height));
    let (width, height) =
        decoder.scale((f32::from(full.width) * share) as u16, (f32::from(full.height) * share) as u16)?;
    let mut pixels = decoder.decode()?;
    if pixels.len() == usize::from(width) * usize::from(height) {
        pixels = pixels.iter().flat_map(|&grey| [grey; 3]).collect();
    }
    let photo = RgbImage::from_raw(width.into(), height.into(), pixels).ok_or("not in colour")?;
    Ok((photo, f32::from(width) / f32::from(full.width)))
}

fn corners(value: &Value) -> Option<Quad> {
    let points: Vec<Point> = value
        .as_array()?
        .iter()
        .filter_map(|point| Some(Point::new(point[0].as_f64()? as f32, point[1].as_f64()? as f32)))
        .collect();
    Some(Quad(points.try_into().ok()?))
}

fn turned(photo: RgbImage, orientation: u64) -> RgbImage {
    match orientation {
        3 => image::imageops::rotate180(&photo),
        6 => image::imageops::rotate90(&photo),
        8 => image::imageops::rotate270(&photo),
        _ => photo,
    }
}

fn turned_quad(quad: Quad, orientation: u64, (width, height): (u32, u32)) -> Quad {
    let (width, height) = (width as f32, height as f32);
    Quad(quad.0.map(|Point { x, y }| match orientation {
        3 => Point::new(width - x, height - y),
        6 => Point::new(height - y, x),
        8 => Point::new(y, width - x),
        _ => Point::new(x, y),
    }))
}

/// As one finds it who does not know how the card lies: clockwise, the upper one of the long sides first.
fn as_found(quad: Quad) -> Quad {
    let [a, b, c, d] = quad.0;
    let clockwise = if quad.area() < 0.0 { Quad([b, a, d, c]) } else { quad };
    let [a, b, c, d] = clockwise.0;
    if a.y + b.y > c.y + d.y { Quad([c, d, a, b]) } else { clockwise }
}

fn numbers(measures: &Measures) -> Value {
    let card = measures.card.as_ref().map(|card| {
        json!({
            "width": card.width,
            "beyond_mm": card.beyond_mm,
            "has_side_on_border": card.has_side_on_border,
            "periodicity": card.periodicity,
            "pose": [card.pose.is_upside_down, card.pose.is_mirrored],
            "fit": card.fit,
            "lead": card.lead,
            "head_down": card.head_down,
        })
    });
    json!({
        "card": card,
        "paper": measures.paper,
        "smear_least": measures.smear_least,
        "smear_most": measures.smear_most,
        "burnt_out": measures.burnt_out,
        "colourfulness": measures.colourfulness,
    })
}
