//! Pictures made for the tests: nobody's card.
#![allow(dead_code, reason = "each test file uses a part")]

use image::{GrayImage, Luma, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use rxing::{BarcodeFormat, MultiFormatWriter, Writer};

/// A smooth picture with some detail, red in the upper left quarter, so that one sees how it is turned.
pub fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 {
            image::Rgb([220, 20, 20])
        } else {
            let wave = ((x * 7 / 16) ^ (y * 5 / 16)) as u8 & 63;
            image::Rgb([40 + wave, 90 + wave, (x * 120 / width) as u8 + wave])
        }
    })
}

/// Nothing compresses this.
pub fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [r, g, b, ..] = state.to_le_bytes();
        image::Rgb([r, g, b])
    })
}

pub fn jpeg_of(rgb: &RgbImage, quality: u8) -> Vec<u8> {
    encoded(rgb.as_raw(), rgb.dimensions(), ColorType::Rgb, quality, false)
}

pub fn decoded(jpeg: &[u8]) -> RgbImage {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    let rgb = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    RgbImage::from_raw(info.width.into(), info.height.into(), rgb).unwrap()
}

pub fn encoded(raw: &[u8], (width, height): (u32, u32), color: ColorType, quality: u8, progressive: bool) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_progressive(progressive);
    encoder.encode(raw, width as u16, height as u16, color).unwrap();
    jpeg
}

pub fn jpeg_of_grey(grey: &GrayImage) -> Vec<u8> {
    encoded(grey.as_raw(), grey.dimensions(), ColorType::Luma, 85, false)
}

pub fn png_of(raw: &[u8], (width, height): (u32, u32), color: png::ColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(raw).unwrap();
    bytes
}

/// Puts segments (marker and payload) right behind the start of a JPEG, as cameras do.
pub fn with_segments(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = jpeg[..2].to_vec();
    for (marker, payload) in segments {
        out.extend([0xFF, *marker]);
        out.extend((payload.len() as u16 + 2).to_be_bytes());
        out.extend(*payload);
    }
    out.extend(&jpeg[2..]);
    out
}

/// An Exif block with the orientation and a GPS latitude, little-endian.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut out = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    out.extend(2_u16.to_le_bytes());
    let entry = |out: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: u32| {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    };
    entry(&mut out, 0x0112, 3, 1, orientation.into());
    entry(&mut out, 0x8825, 4, 1, 38); // the GPS block
    out.extend(0_u32.to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    entry(&mut out, 2, 2, 16, 56); // GPSLatitude
    out.extend(0_u32.to_le_bytes());
    out.extend(b"GPS-LATITUDE-XYZ");
    out
}

/// How a picture must be stored so that `orientation` (1 to 8) turns it back upright.
pub fn stored_for(upright: &RgbImage, orientation: u16) -> RgbImage {
    use image::imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
    match orientation {
        2 => flip_horizontal(upright),
        3 => rotate180(upright),
        4 => flip_vertical(upright),
        5 => flip_horizontal(&rotate90(upright)),
        6 => rotate270(upright),
        7 => flip_horizontal(&rotate270(upright)),
        8 => rotate90(upright),
        _ => upright.clone(),
    }
}

/// A symbol with its quiet zone, black on white.
pub fn symbol(format: BarcodeFormat, text: &str, width: u32, height: u32) -> GrayImage {
    let bits = MultiFormatWriter.encode(text, &format, width as i32, height as i32).unwrap();
    GrayImage::from_fn(bits.width(), bits.height(), |x, y| Luma([if bits.get(x, y) { 20 } else { 235 }]))
}

/// The symbol laid on a large, uneven grey sheet.
pub fn on_sheet(symbol: &GrayImage, (width, height): (u32, u32), (left, top): (i64, i64)) -> GrayImage {
    let mut sheet = GrayImage::from_fn(width, height, |x, y| {
        Luma([120 + (x * 60 / width) as u8 + (y * 40 / height) as u8 + ((x * 31 + y * 17) % 7) as u8])
    });
    image::imageops::replace(&mut sheet, symbol, left, top);
    sheet
}
