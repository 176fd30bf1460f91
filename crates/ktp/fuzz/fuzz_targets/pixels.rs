//! Grey pixels: the code reader, the card finder and the NIK reader. The first byte is the width, divided by four.
#![no_main]

use image::GrayImage;
use libfuzzer_sys::fuzz_target;
use payung_ktp::read_codes_in;
use std::time::Duration;

fuzz_target!(|bytes: &[u8]| {
    let Some((&width, pixels)) = bytes.split_first() else { return };
    let width = u32::from(width) * 4 + 1;
    let height = (pixels.len() as u32 / width).min(1_000);
    if let Some(grey) = GrayImage::from_raw(width, height, pixels[..(width * height) as usize].to_vec()) {
        read_codes_in(&grey, Duration::from_millis(20));
    }
});
