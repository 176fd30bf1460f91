//! Shrinks one photo: `cargo run --release -p payung-ktp --example shrink -- [--keep-framing] [--max-bytes N] IN OUT`.
//!
//! Prints one JSON line: `{"width":1600,"height":1009,"bytes":117000,"is_cropped":true,"milliseconds":80.1}`, or
//! `{"file":…,"error":…}` and exit code 1. The milliseconds are those of the call, without the disk.

use payung_ktp::{Limits, shrink};
use serde_json::json;
use std::{env, error::Error, fs, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    let mut limits = Limits::default();
    let mut paths = Vec::new();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--keep-framing" => limits.keep_framing = true,
            "--max-bytes" => match arguments.next().and_then(|number| number.parse().ok()) {
                Some(number) => limits.max_bytes = number,
                None => return usage(),
            },
            _ => paths.push(argument),
        }
    }
    let [input, output] = paths.as_slice() else { return usage() };
    match run(input, output, &limits) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{}", json!({ "file": input, "error": error.to_string() }));
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: shrink [--keep-framing] [--max-bytes N] IN OUT");
    ExitCode::from(2)
}

fn run(input: &str, output: &str, limits: &Limits) -> Result<serde_json::Value, Box<dyn Error>> {
    let bytes = fs::read(input)?;
    let started = Instant::now();
    let picture = shrink(&bytes, limits)?;
    let milliseconds = started.elapsed().as_secs_f64() * 1_000.0;
    fs::write(output, &picture.jpeg)?;
    Ok(json!({
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.jpeg.len(),
        "is_cropped": picture.is_cropped,
        "milliseconds": (milliseconds * 10.0).round() / 10.0,
    }))
}
