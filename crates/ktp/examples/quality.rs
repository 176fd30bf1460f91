//! Judges photos as the app does: `cargo run --release -p payung-ktp --example quality -- FILE_OR_FOLDER…`.
//!
//! Prints one JSON line per JPEG, folders sorted: `{"file":"a.jpg","faults":["dark"],"is_cropped":true,
//! "milliseconds":210.5}`, faults in the order in which they are mended, `is_cropped` saying whether the card's edges were
//! found; or `{"file":"b.jpg","error":"…"}`. The milliseconds are those of everything that one photo goes through: the
//! picture, the coach, the codes and the NIK.

mod files;

use payung_ktp::{Limits, look};
use serde_json::json;
use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let paths: Vec<_> = env::args_os().skip(1).map(Into::into).collect();
    files::each(&paths, "quality FILE_OR_FOLDER…", |bytes| {
        let (look, milliseconds, _) = files::timed(|| look(bytes, 480, &Limits::default()));
        let look = look?;
        Ok(json!({
            "faults": look.faults.iter().map(|fault| fault.key()).collect::<Vec<_>>(),
            "is_cropped": look.picture.is_cropped,
            "milliseconds": milliseconds,
        }))
    })
}
