//! Reads the codes in photos: `cargo run --release -p payung-ktp --example read -- FILE_OR_FOLDER…`.
//!
//! Prints one JSON line per file, folders sorted and with what is in them:
//! `{"file":"a.jpg","codes":[{"format":"qr_code","text":"…","kind":"nik","nik":"…"}],"milliseconds":15.2}`, `nik` being
//! null for other kinds, or `{"file":"b.jpg","error":"…","milliseconds":0.1}`. The milliseconds are those of the call,
//! without the disk. It prints NIKs: for measuring with synthetic cards, not for people's.

use payung_ktp::{Code, CodeKind, Limits, read_codes};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::{env, fs, io, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    let paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        eprintln!("usage: read FILE_OR_FOLDER…");
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

/// The file itself, or every file below the folder.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let nested = entries.iter().map(|entry| files(entry)).collect::<io::Result<Vec<_>>>()?;
    Ok(nested.concat())
}

fn line(file: &Path) -> Value {
    let name = file.to_string_lossy();
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return json!({ "file": name, "error": error.to_string() }),
    };
    let started = Instant::now();
    let codes = read_codes(&bytes, &Limits::default());
    let milliseconds = (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
    match codes {
        Ok(codes) => {
            let codes: Vec<Value> = codes.iter().map(code).collect();
            json!({ "file": name, "codes": codes, "milliseconds": milliseconds })
        }
        Err(error) => {
            json!({ "file": name, "error": error.to_string(), "milliseconds": milliseconds })
        }
    }
}

fn code(code: &Code) -> Value {
    let nik = match &code.kind {
        CodeKind::Nik(nik) => Some(nik.digits()),
        _ => None,
    };
    json!({ "format": code.format.name(), "text": code.text, "kind": code.kind.name(), "nik": nik })
}
