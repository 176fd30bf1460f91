//! Reads the NIK printed on cards: `cargo run --release -p payung-ktp --example nik_print -- [--card] FILE…`.
//!
//! A file is a photo, or with `--card` a card already cut out of its photo; JPEG or PNG. Prints one JSON line per file:
//! `{"file":"a.jpg","digits":"…","confidences":[…],"nik":"…","upside_down":false,"mirrored":false,"milliseconds":20.1}`,
//! `digits` null when there is no row of sixteen and `nik` null when a digit is doubtful, or `{"file":"b.jpg",
//! "error":"…"}`. The milliseconds are those of the reading of a card, or of all that a photo goes through. It prints NIKs:
//! for synthetic cards, not for people's.

use payung_ktp::{Limits, PrintedNik, look, nik_on_card};
use serde_json::{Value, json};
use std::{env, error::Error, fs, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    let mut files: Vec<String> = env::args().skip(1).collect();
    let is_card = files.first().is_some_and(|first| first == "--card");
    if is_card {
        files.remove(0);
    }
    if files.is_empty() {
        eprintln!("usage: nik_print [--card] FILE…");
        return ExitCode::from(2);
    }
    files.iter().for_each(|file| println!("{}", line(file, is_card)));
    ExitCode::SUCCESS
}

fn line(file: &str, is_card: bool) -> Value {
    let (printed, milliseconds) = match if is_card { on_card(file) } else { on_photo(file) } {
        Ok(read) => read,
        Err(error) => return json!({ "file": file, "error": error.to_string() }),
    };
    let confidences =
        |printed: &PrintedNik| printed.digits.map(|digit| (digit.confidence * 1e4).round() / 1e4).to_vec();
    json!({
        "file": file,
        "digits": printed.as_ref().map(PrintedNik::text),
        "confidences": printed.as_ref().map(confidences),
        "nik": printed.as_ref().and_then(PrintedNik::nik).map(|nik| nik.digits().to_owned()),
        "upside_down": printed.as_ref().is_some_and(|printed| printed.pose.is_upside_down),
        "mirrored": printed.as_ref().is_some_and(|printed| printed.pose.is_mirrored),
        "milliseconds": milliseconds,
    })
}

type Read = (Option<PrintedNik>, f64);

fn on_card(file: &str) -> Result<Read, Box<dyn Error>> {
    let card = image::load_from_memory(&fs::read(file)?)?.to_luma8();
    let started = Instant::now();
    let printed = nik_on_card(&card);
    Ok((printed, since(started)))
}

fn on_photo(file: &str) -> Result<Read, Box<dyn Error>> {
    let bytes = fs::read(file)?;
    let started = Instant::now();
    let line = look(&bytes, 480, &Limits::default())?.line;
    Ok((line.map(|line| line.print), since(started)))
}

fn since(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}
