//! Reads the codes in photos: `cargo run --release -p payung-ktp --example read -- [--grey] [--budget MS] FILE_OR_FOLDER…`.
//!
//! Prints one JSON line per file, folders sorted and with what is in them:
//! `{"file":"a.jpg","codes":[{"format":"qr_code","text":"…","kind":"nik","nik":"…"}],"milliseconds":15.2,"cpu":14.9}`,
//! `nik` being null for other kinds, or `{"file":"b.jpg","error":"…",…}`. The milliseconds are those of the call without
//! the disk; `cpu` counts the time on the processor, null where the system does not tell. With `--grey`, `grey` and
//! `grey_cpu` are the times on the full-size decoded pixels. It prints NIKs: for synthetic cards, not for people's.

use image::GrayImage;
use jpeg_decoder::{Decoder, PixelFormat};
use payung_ktp::{Code, CodeKind, Limits, read_codes, read_codes_in};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, io, process::ExitCode};

struct Asked {
    grey: bool,
    limits: Limits,
}

fn main() -> ExitCode {
    let mut asked = Asked { grey: false, limits: Limits::default() };
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut arguments = env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--grey") => asked.grey = true,
            Some("--budget") => {
                let budget = arguments.next().and_then(|text| text.to_str()?.parse().ok());
                asked.limits.read_budget = budget.map_or(asked.limits.read_budget, Duration::from_millis);
            }
            _ => paths.push(argument.into()),
        }
    }
    if paths.is_empty() {
        eprintln!("usage: read [--grey] [--budget MS] FILE_OR_FOLDER…");
        return ExitCode::from(2);
    }
    for path in &paths {
        match files(path) {
            Ok(found) => found.iter().for_each(|file| println!("{}", line(file, &asked))),
            Err(error) => println!("{}", json!({ "file": path.to_string_lossy(), "error": error.to_string() })),
        }
    }
    ExitCode::SUCCESS
}

/// The file itself, or every picture below the folder.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.retain(|entry| entry.extension().is_none_or(|ending| ending != "jsonl"));
    entries.sort();
    let nested = entries.iter().map(|entry| files(entry)).collect::<io::Result<Vec<_>>>()?;
    Ok(nested.concat())
}

fn line(file: &Path, asked: &Asked) -> Value {
    let name = file.to_string_lossy();
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return json!({ "file": name, "error": error.to_string() }),
    };
    let (codes, milliseconds, cpu) = timed(|| read_codes(&bytes, &asked.limits));
    let mut line = json!({ "file": name, "milliseconds": milliseconds, "cpu": cpu });
    match codes {
        Ok(codes) => line["codes"] = codes.iter().map(code).collect(),
        Err(error) => line["error"] = error.to_string().into(),
    }
    if let Some(grey) = asked.grey.then(|| decoded(&bytes)).flatten() {
        let (_, milliseconds, cpu) = timed(|| read_codes_in(&grey, asked.limits.read_budget));
        line["grey"] = milliseconds.into();
        line["grey_cpu"] = cpu.into();
    }
    line
}

/// The result, and the milliseconds by the clock and on the processor.
fn timed<T>(call: impl FnOnce() -> T) -> (T, f64, Option<f64>) {
    let (started, used) = (Instant::now(), processor_nanoseconds());
    let result = call();
    let tenths = |nanoseconds: f64| (nanoseconds / 100_000.0).round() / 10.0;
    let cpu = processor_nanoseconds().zip(used).map(|(end, begin)| tenths((end - begin) as f64));
    (result, tenths(started.elapsed().as_nanos() as f64), cpu)
}

/// What this thread has used, as Linux counts it.
fn processor_nanoseconds() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// The full size, brightness alone; JPEG only.
fn decoded(bytes: &[u8]) -> Option<GrayImage> {
    let mut decoder = Decoder::new(bytes);
    let pixels = decoder.decode().ok()?;
    let info = decoder.info()?;
    let grey = match info.pixel_format {
        PixelFormat::L8 => pixels,
        PixelFormat::RGB24 => pixels
            .as_chunks::<3>()
            .0
            .iter()
            .map(|&[red, green, blue]| {
                ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
            })
            .collect(),
        _ => return None,
    };
    GrayImage::from_raw(info.width.into(), info.height.into(), grey)
}

fn code(code: &Code) -> Value {
    let nik = match &code.kind {
        CodeKind::Nik(nik) => Some(nik.digits()),
        _ => None,
    };
    json!({ "format": code.format.name(), "text": code.text, "kind": code.kind.name(), "nik": nik })
}
