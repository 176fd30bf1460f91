//! Files that are no whole picture: always a typed error, never a panic, never much memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod pictures;

use jpeg_encoder::ColorType;
use payung_ktp::{Limits, PictureError, read_codes, shrink, thumbnail};
use pictures::{encoded, exif, jpeg_of, photo, png_of, with_segments};
use proptest::prelude::*;

fn error(bytes: &[u8]) -> PictureError {
    let error = shrink(bytes, &Limits::default()).unwrap_err();
    assert_eq!(read_codes(bytes, &Limits::default()).unwrap_err(), error);
    error
}

/// A JPEG that promises a size in its header and holds nothing.
fn header_only(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = jpeg_of(&photo(16, 16), 80);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

#[test]
fn an_empty_file_is_told_apart() {
    assert_eq!(error(&[]), PictureError::Empty);
}

#[test]
fn a_text_named_jpg_is_no_picture() {
    assert_eq!(error(b"Selamat pagi, ini bukan foto."), PictureError::NotAPicture);
    assert_eq!(error(&[0xFF]), PictureError::NotAPicture);
    assert_eq!(error(&[0; 4096]), PictureError::NotAPicture);
}

#[test]
fn a_picture_of_another_format_is_named() {
    for (bytes, name) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], "HEIC"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "WebP"),
        (b"GIF89a\x01\0\x01\0", "GIF"),
        (b"%PDF-1.7\n", "PDF"),
    ] {
        assert_eq!(error(bytes), PictureError::Unsupported { what: name.into() });
    }
}

#[test]
fn a_jpeg_that_is_cut_off_is_broken() {
    for progressive in [false, true] {
        let jpeg = encoded(photo(640, 480).as_raw(), (640, 480), ColorType::Rgb, 85, progressive);
        for kept in [4, 100, jpeg.len() / 3, jpeg.len() / 2, jpeg.len() * 9 / 10, jpeg.len() - 10] {
            assert!(matches!(error(&jpeg[..kept]), PictureError::Broken(_)), "{kept} of {}", jpeg.len());
        }
    }
}

#[test]
fn a_png_that_is_cut_off_is_broken() {
    let png = png_of(photo(640, 480).as_raw(), (640, 480), png::ColorType::Rgb);
    for kept in [10, 40, png.len() / 2, png.len() * 9 / 10] {
        assert!(matches!(error(&png[..kept]), PictureError::Broken(_)), "{kept} of {}", png.len());
    }
}

#[test]
fn a_jpeg_whose_tail_became_zeros_is_broken() {
    let mut jpeg = jpeg_of(&photo(640, 480), 85);
    let half = jpeg.len() / 2;
    jpeg[half..].fill(0);
    assert!(matches!(error(&jpeg), PictureError::Broken(_)));
}

#[test]
fn bytes_behind_the_end_do_no_harm() {
    let mut jpeg = jpeg_of(&photo(64, 64), 85);
    jpeg.extend(b"MotionPhoto_Data and a film");
    // a film's bytes are as good as random, so this pair is in there often
    (0..500).for_each(|_| jpeg.extend([0xFF, 0xDA]));
    assert!(shrink(&jpeg, &Limits::default()).is_ok());
}

#[test]
fn a_header_of_a_hundred_megapixels_is_refused_before_anything_is_unpacked() {
    let refused = error(&header_only(10_000, 10_000));
    assert_eq!(refused, PictureError::TooManyPixels { width: 10_000, height: 10_000, max: 52_000_000 });
    assert!(matches!(error(&header_only(65_500, 65_500)), PictureError::TooManyPixels { .. }));
}

#[test]
fn a_header_of_fifty_megapixels_over_nothing_is_broken() {
    assert!(matches!(error(&header_only(8192, 6144)), PictureError::Broken(_)));
}

#[test]
fn a_png_bomb_is_refused_at_once() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 40_000, 40_000);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    drop(encoder.write_header().unwrap());
    assert_eq!(error(&bytes), PictureError::TooManyPixels { width: 40_000, height: 40_000, max: 52_000_000 });
}

#[test]
fn an_interlaced_png_may_be_smaller_only_as_it_cannot_be_read_by_rows() {
    // IHDR: size, depth 8, grey, deflate, no filter, Adam7; its CRC is that of these bytes.
    let mut header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    header.extend(5_000_u32.to_be_bytes());
    header.extend(5_000_u32.to_be_bytes());
    header.extend([8, 0, 0, 0, 1]);
    let check = crc32(&header[12..]);
    header.extend(check.to_be_bytes());
    assert_eq!(error(&header), PictureError::TooManyPixels { width: 5_000, height: 5_000, max: 16_000_000 });
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let limits = Limits { max_input_bytes: 1_000, ..Limits::default() };
    let refused = shrink(&[0xFF; 1_001], &limits).unwrap_err();
    assert_eq!(refused, PictureError::TooManyBytes { bytes: 1_001, max: 1_000 });
}

#[test]
fn a_progressive_file_of_endless_scans_is_refused() {
    let jpeg = encoded(photo(64, 64).as_raw(), (64, 64), ColorType::Rgb, 85, true);
    let scan = jpeg.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let mut hostile = jpeg[..scan].to_vec();
    (0..500).for_each(|_| hostile.extend(&jpeg[scan..jpeg.len() - 2]));
    hostile.extend([0xFF, 0xD9]);
    assert!(matches!(error(&hostile), PictureError::Broken(_)));
}

#[test]
fn a_limit_that_nothing_can_meet_is_said_so() {
    let limits = Limits { max_bytes: 300, ..Limits::default() };
    let refused = shrink(&jpeg_of(&pictures::noise(640, 480), 90), &limits).unwrap_err();
    assert_eq!(refused, PictureError::DoesNotFit { max_bytes: 300 });
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

fn survives(bytes: &[u8]) {
    let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
    let _ = shrink(bytes, &limits);
    let _ = read_codes(bytes, &limits);
    let _ = thumbnail(bytes, 100);
}

/// Bytes overwritten, as (place in thousandths of the length, value).
fn damage() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0_usize..1000, any::<u8>()), 1..12)
}

fn damaged(mut bytes: Vec<u8>, damage: &[(usize, u8)]) -> Vec<u8> {
    for &(place, value) in damage {
        let at = place * bytes.len() / 1000;
        bytes[at] = value;
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(
        head in prop::sample::select(vec![&b""[..], b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"\xFF\xD8\xFF\xE1"]),
        tail in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        survives(&[head, &tail].concat());
    }

    #[test]
    fn a_damaged_jpeg_never_panics(damage in damage(), progressive in any::<bool>(), orientation in 0_u16..10) {
        let jpeg = encoded(photo(48, 32).as_raw(), (48, 32), ColorType::Rgb, 80, progressive);
        survives(&damaged(with_segments(&jpeg, &[(0xE1, &exif(orientation))]), &damage));
    }

    #[test]
    fn a_damaged_png_never_panics(damage in damage()) {
        survives(&damaged(png_of(photo(48, 32).as_raw(), (48, 32), png::ColorType::Rgb), &damage));
    }
}
