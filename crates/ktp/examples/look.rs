//! debugging
use image::RgbImage;
use serde_json::json;
use std::{env, fs};
fn cpu() -> f64 { fs::read_to_string("/proc/thread-self/schedstat").ok().and_then(|s| s.split(' ').next().and_then(|n| n.parse::<f64>().ok())).unwrap_or(0.0) / 1e6 }
fn main() {
    let mut files = Vec::new();
    for path in env::args().skip(1) {
        if fs::metadata(&path).unwrap().is_dir() {
            let mut inner: Vec<_> = fs::read_dir(&path).unwrap().map(|e| e.unwrap().path().to_string_lossy().into_owned()).filter(|p| p.ends_with(".jpg")).collect();
            inner.sort();
            files.extend(inner);
        } else { files.push(path) }
    }
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let mut decoder = jpeg_decoder::Decoder::new(&bytes[..]);
        decoder.read_info().unwrap();
        let info = decoder.info().unwrap();
        let full = info.width.max(info.height);
        if full > 3200 { decoder.scale(info.width / 2, info.height / 2).unwrap(); }
        let raw = decoder.decode().unwrap();
        let info = decoder.info().unwrap();
        let raw = if raw.len() == info.width as usize * info.height as usize { raw.into_iter().flat_map(|g| [g; 3]).collect() } else { raw };
        let factor = full as f32 / info.width.max(info.height) as f32;
        let rgb = RgbImage::from_raw(info.width.into(), info.height.into(), raw).unwrap();
        let started = cpu();
        let found = payung_ktp::look(&rgb);
        let ms = cpu() - started;
        let all: Vec<_> = found.iter().map(|f| json!({"corners": f.quad.scaled(factor).0.map(|p| [p.x, p.y]), "support": f.support, "features": f.features})).collect();
        println!("{}", json!({"file": file, "found": all, "milliseconds": ms}));
    }
}
