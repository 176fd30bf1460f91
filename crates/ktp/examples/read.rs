//! Reads the codes in photos: `cargo run --release -p payung-ktp --example read -- [--grey] [--budget MS] FILE_OR_FOLDER…`.
//!
//! Prints one JSON line per file, folders sorted and with what is in them:
//! `{"file":"a.jpg","codes":[{"format":"qr_code","text":"…","kind":"nik","nik":"…"}],"milliseconds":15.2,"cpu":14.9}`,
//! `nik` being null for other kinds, or `{"file":"b.jpg","error":"…"}`. The milliseconds are those of the call without
//! the disk; `cpu` counts the time on the processor, null where the system does not tell. With `--grey`, `grey` and
//! `grey_cpu` are the times on the full-size decoded pixels. It prints NIKs: for synthetic cards, not for people's.

mod files;

use files::timed;
use image::GrayImage;
use jpeg_decoder::{Decoder, PixelFormat};
use payung_ktp::{Code, CodeKind, Limits, read_codes, read_codes_in};
use serde_json::{Value, json};
use std::{env, error::Error, path::PathBuf, process::ExitCode, time::Duration};

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
    files::each(&paths, "read [--grey] [--budget MS] FILE_OR_FOLDER…", |bytes| line(bytes, &asked))
}

fn line(bytes: &[u8], asked: &Asked) -> Result<Value, Box<dyn Error>> {
    let (codes, milliseconds, cpu) = timed(|| read_codes(bytes, &asked.limits));
    let codes: Value = codes?.iter().map(code).collect();
    let mut line = json!({ "codes": codes, "milliseconds": milliseconds, "cpu": cpu });
    if let Some(grey) = asked.grey.then(|| decoded(bytes)).flatten() {
        let (_, milliseconds, cpu) = timed(|| read_codes_in(&grey, asked.limits.read_budget));
        line["grey"] = milliseconds.into();
        line["grey_cpu"] = cpu.into();
    }
    Ok(line)
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
