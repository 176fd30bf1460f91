//! Reads the NIK printed on cards: `cargo run --release -p payung-ktp --example nik_print -- FILE…`.
//!
//! Each file is a card already cut out of its photo, JPEG or PNG. Prints one JSON line per file: `{"file":"a.jpg",
//! "digits":"…","confidences":[…],"nik":"…","upside_down":false,"mirrored":false,"milliseconds":20.1}`, `digits` null
//! when there is no row of sixteen and `nik` null when a digit is doubtful, or `{"file":"b.jpg","error":"…"}`. The
//! milliseconds are those of the call, without decoding. It prints NIKs: for synthetic cards, not for people's.

use image::GrayImage;
use payung_ktp::{PrintedNik, nik_on_card};
use serde_json::{Value, json};
use std::{env, fs, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    let files: Vec<String> = env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: nik_print FILE…");
        return ExitCode::from(2);
    }
    files.iter().for_each(|file| println!("{}", line(file)));
    ExitCode::SUCCESS
}

fn line(file: &str) -> Value {
    let card = match card(file) {
        Ok(card) => card,
        Err(error) => return json!({ "file": file, "error": error }),
    };
    let started = Instant::now();
    let printed = nik_on_card(&card);
    let milliseconds = (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
    let confidences =
        |printed: &PrintedNik| printed.digits.map(|digit| (digit.confidence * 1e4).round() / 1e4).to_vec();
    json!({
        "file": file,
        "digits": printed.as_ref().map(PrintedNik::text),
        "confidences": printed.as_ref().map(confidences),
        "nik": printed.as_ref().and_then(PrintedNik::nik).map(|nik| nik.digits().to_owned()),
        "upside_down": printed.as_ref().is_some_and(|printed| printed.is_upside_down),
        "mirrored": printed.as_ref().is_some_and(|printed| printed.is_mirrored),
        "milliseconds": milliseconds,
    })
}

/// The place to put a card finder, once a whole photo is to be read.
fn card(file: &str) -> Result<GrayImage, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    image::load_from_memory(&bytes).map(|picture| picture.to_luma8()).map_err(|error| error.to_string())
}
