//! Finds cards: `cargo run --release -p payung-ktp --example card -- FILE_OR_FOLDER…`
use image::RgbImage;
use serde_json::json;
use std::{env, fs, time::Instant};
fn main() {
    let mut files = Vec::new();
    for path in env::args().skip(1) {
        if fs::metadata(&path).unwrap().is_dir() {
            let mut inner: Vec<_> = fs::read_dir(&path)
                .unwrap()
                .map(|e| e.unwrap().path().to_string_lossy().into_owned())
                .filter(|p| p.ends_with(".jpg"))
                .collect();
            inner.sort();
            files.extend(inner);
        } else {
            files.push(path)
        }
    }
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let mut decoder = jpeg_decoder::Decoder::new(&bytes[..]);
        decoder.read_info().unwrap();
        let info = decoder.info().unwrap();
        let full = info.width.max(info.height);
        if full > 3200 {
            decoder.scale(info.width / 2, info.height / 2).unwrap();
        }
        let raw = decoder.decode().unwrap();
        let info = decoder.info().unwrap();
        let raw = if raw.len() == info.width as usize * info.height as usize {
            raw.into_iter().flat_map(|g| [g; 3]).collect()
        } else {
            raw
        };
        let factor = full as f32 / info.width.max(info.height) as f32;
        let rgb = RgbImage::from_raw(info.width.into(), info.height.into(), raw).unwrap();
        let started = Instant::now();
        let found = payung_ktp::find_card(&rgb);
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        let corners = found.map(|f| f.quad.scaled(factor).0.map(|p| [p.x, p.y]));
        println!(
            "{}",
            json!({"file": file, "corners": corners, "support": found.map(|f| f.support), "milliseconds": ms})
        );
    }
}
