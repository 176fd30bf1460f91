//! The bytes of a picked file, through all that a photo goes through.
#![no_main]

use libfuzzer_sys::fuzz_target;
use payung_ktp::{Limits, Scanner, look};
use std::time::Duration;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_pixels: 100_000, read_budget: Duration::from_millis(20), ..Limits::default() };
    if let Ok(look) = look(bytes, 120, &limits) {
        assert!(look.picture.jpeg.len() <= limits.max_bytes);
        Scanner::default().frame(&look.picture.jpeg);
    }
});
