//! Shrinks one photo: `cargo run --release -p payung-ktp --example shrink -- IN OUT`.
//!
//! Prints one JSON line: `{"width":1600,"height":1200,"bytes":187000,"milliseconds":80.1}`, or
//! `{"file":…,"error":…}` and exit code 1. The milliseconds are those of the call, without the disk.

use payung_ktp::{Limits, shrink};
use serde_json::json;
use std::{env, error::Error, fs, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    let paths: Vec<String> = env::args().skip(1).collect();
    let [input, output] = paths.as_slice() else {
        eprintln!("usage: shrink IN OUT");
        return ExitCode::from(2);
    };
    match run(input, output) {
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

fn run(input: &str, output: &str) -> Result<serde_json::Value, Box<dyn Error>> {
    let bytes = fs::read(input)?;
    let started = Instant::now();
    let picture = shrink(&bytes, &Limits::default())?;
    let milliseconds = started.elapsed().as_secs_f64() * 1_000.0;
    fs::write(output, &picture.jpeg)?;
    Ok(json!({
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.jpeg.len(),
        "milliseconds": (milliseconds * 10.0).round() / 10.0,
    }))
}
