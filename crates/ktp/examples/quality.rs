//! Judges photos as the app does: `cargo run --release -p payung-ktp --example quality -- FILE_OR_FOLDER…`.
//!
//! Prints one JSON line per JPEG, folders sorted: `{"file":"a.jpg","faults":["dark"],"is_cropped":true,
//! "milliseconds":210.5}`, faults in the order in which they are mended, `is_cropped` saying whether the card's edges were
//! found; or `{"file":"b.jpg","error":"…"}`. The milliseconds are those of everything that one photo goes through: the
//! picture, the coach, the codes and the NIK.

use payung_ktp::{Limits, look};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::{env, fs, io, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    let paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        eprintln!("usage: quality FILE_OR_FOLDER…");
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
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return json!({ "file": name, "error": error.to_string() }),
    };
    let started = Instant::now();
    match look(&bytes, 480, &Limits::default()) {
        Ok(look) => json!({
            "file": name,
            "faults": look.faults.iter().map(|fault| fault.key()).collect::<Vec<_>>(),
            "is_cropped": look.picture.is_cropped,
            "milliseconds": (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0,
        }),
        Err(error) => json!({ "file": name, "error": error.to_string() }),
    }
}
