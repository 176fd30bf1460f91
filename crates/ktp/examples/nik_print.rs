//! Reads the NIK printed on cards: `cargo run --release -p payung-ktp --example nik_print -- [--card] FILE_OR_FOLDER…`.
//!
//! A file is a photo, or with `--card` a card already cut out of its photo; JPEG or PNG. Prints one JSON line per file:
//! `{"file":"a.jpg","digits":"…","confidences":[…],"nik":"…","upside_down":false,"mirrored":false,"milliseconds":20.1}`,
//! `digits` null when there is no row of sixteen and `nik` null when a digit is doubtful, or `{"file":"b.jpg",
//! "error":"…"}`. The milliseconds are those of the reading of a card, or of all that a photo goes through. It prints NIKs:
//! for synthetic cards, not for people's.

mod files;

use files::timed;
use payung_ktp::{Limits, PrintedNik, look, nik_on_card};
use serde_json::{Value, json};
use std::{env, error::Error, process::ExitCode};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).peekable();
    let is_card = arguments.next_if(|first| first == "--card").is_some();
    let paths: Vec<_> = arguments.map(Into::into).collect();
    files::each(&paths, "nik_print [--card] FILE_OR_FOLDER…", |bytes| line(bytes, is_card))
}

fn line(bytes: &[u8], is_card: bool) -> Result<Value, Box<dyn Error>> {
    let (printed, milliseconds) = if is_card { on_card(bytes) } else { on_photo(bytes) }?;
    let confidences =
        |printed: &PrintedNik| printed.digits.map(|digit| (digit.confidence * 1e4).round() / 1e4).to_vec();
    Ok(json!({
        "digits": printed.as_ref().map(PrintedNik::text),
        "confidences": printed.as_ref().map(confidences),
        "nik": printed.as_ref().and_then(PrintedNik::nik).map(|nik| nik.digits().to_owned()),
        "upside_down": printed.as_ref().is_some_and(|printed| printed.pose.is_upside_down),
        "mirrored": printed.as_ref().is_some_and(|printed| printed.pose.is_mirrored),
        "milliseconds": milliseconds,
    }))
}

type Read = (Option<PrintedNik>, f64);

fn on_card(bytes: &[u8]) -> Result<Read, Box<dyn Error>> {
    let card = image::load_from_memory(bytes)?.to_luma8();
    let (printed, milliseconds, _) = timed(|| nik_on_card(&card));
    Ok((printed, milliseconds))
}

fn on_photo(bytes: &[u8]) -> Result<Read, Box<dyn Error>> {
    let (look, milliseconds, _) = timed(|| look(bytes, 480, &Limits::default()));
    Ok((look?.line.map(|line| line.print), milliseconds))
}
