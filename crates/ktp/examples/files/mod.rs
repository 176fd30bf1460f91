//! What the examples share: the files that were asked for, a JSON line for each, and how long something took.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{error::Error, fs, io, process::ExitCode};

/// Prints a line, with the `file` or an `error`, for every picture in and below `paths`, folders sorted; `usage` when there are none.
pub fn each(paths: &[PathBuf], usage: &str, line: impl Fn(&[u8]) -> Result<Value, Box<dyn Error>>) -> ExitCode {
    if paths.is_empty() {
        eprintln!("usage: {usage}");
        return ExitCode::from(2);
    }
    for path in paths {
        match files(path) {
            Ok(found) => found.iter().for_each(|file| println!("{}", named(file, &line))),
            Err(error) => println!("{}", json!({ "file": path.to_string_lossy(), "error": error.to_string() })),
        }
    }
    ExitCode::SUCCESS
}

fn named(file: &Path, line: impl Fn(&[u8]) -> Result<Value, Box<dyn Error>>) -> Value {
    let said = fs::read(file).map_err(Box::from).and_then(|bytes| line(&bytes));
    let mut said = said.unwrap_or_else(|error| json!({ "error": error.to_string() }));
    said["file"] = file.to_string_lossy().into();
    said
}

/// The file itself, or everything below the folder but the manifest.
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

/// A call's result, and its milliseconds by the clock and on the processor; the latter where Linux counts them, as other
/// work on the machine is not ours.
pub fn timed<T>(call: impl FnOnce() -> T) -> (T, f64, Option<f64>) {
    let (started, used) = (Instant::now(), processor_nanoseconds());
    let result = call();
    let tenths = |nanoseconds: f64| (nanoseconds / 100_000.0).round() / 10.0;
    let cpu = processor_nanoseconds().zip(used).map(|(end, begin)| tenths((end - begin) as f64));
    (result, tenths(started.elapsed().as_nanos() as f64), cpu)
}

/// What this thread has used.
fn processor_nanoseconds() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}
