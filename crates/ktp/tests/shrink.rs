//! The picture that is kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod pictures;

use jpeg_encoder::ColorType;
use payung_ktp::{Limits, Picture, shrink, thumbnail};
use pictures::{decoded, encoded, exif, jpeg_of, noise, photo, png_of, stored_for, with_segments};
use sha2::{Digest, Sha256};

fn shrunk(bytes: &[u8]) -> Picture {
    shrink(bytes, &Limits::default()).unwrap()
}

fn near(pixel: &image::Rgb<u8>, wanted: [u8; 3], by: u8) -> bool {
    pixel.0.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= by)
}

/// The markers between the start and the picture data.
fn markers(jpeg: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    let mut at = 2;
    while jpeg[at + 1] != 0xDA {
        found.push(jpeg[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    found
}

#[test]
fn all_eight_orientations_come_out_upright() {
    let upright = photo(240, 160);
    for orientation in 1..=8 {
        let stored = jpeg_of(&stored_for(&upright, orientation), 90);
        let picture = shrunk(&with_segments(&stored, &[(0xE1, &exif(orientation))]));
        assert_eq!((picture.width, picture.height), (240, 160), "orientation {orientation}");
        let shown = decoded(&picture.jpeg);
        assert!(near(shown.get_pixel(30, 30), [220, 20, 20], 24), "orientation {orientation}");
        for (x, y) in [(210, 30), (30, 130), (210, 130)] {
            assert!(shown.get_pixel(x, y)[0] < 150, "orientation {orientation} at {x}, {y}");
        }
    }
}

#[test]
fn an_orientation_that_does_not_exist_leaves_the_picture_as_it_is() {
    let picture = shrunk(&with_segments(&jpeg_of(&photo(240, 160), 90), &[(0xE1, &exif(9))]));
    assert_eq!((picture.width, picture.height), (240, 160));
}

#[test]
fn the_place_where_it_was_taken_and_all_other_metadata_are_gone() {
    let input = with_segments(
        &jpeg_of(&photo(240, 160), 90),
        &[
            (0xE1, &exif(6)),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret</x:xmpmeta>"),
            (0xE2, b"ICC_PROFILE\0\x01\x01profile"),
            (0xED, b"Photoshop 3.0\0secret"),
            (0xFE, b"secret comment"),
        ],
    );
    let picture = shrunk(&input);
    for trace in [&b"Exif"[..], b"GPS", b"xmp", b"ICC_PROFILE", b"Photoshop", b"secret"] {
        assert!(input.windows(trace.len()).any(|part| part == trace) || trace == b"xmp");
        assert!(!picture.jpeg.windows(trace.len()).any(|part| part == trace), "{}", trace.escape_ascii());
    }
    assert!(markers(&picture.jpeg).iter().all(|marker| matches!(marker, 0xE0 | 0xDB | 0xC0 | 0xC4)));
}

#[test]
fn a_twelve_megapixel_photo_becomes_1600_pixels_and_120_kilobytes() {
    let picture = shrunk(&jpeg_of(&photo(4000, 3000), 85));
    assert_eq!((picture.width, picture.height), (1600, 1200));
    assert!(picture.jpeg.len() <= 120_000);
    assert_eq!(picture.sha256, <[u8; 32]>::from(Sha256::digest(&picture.jpeg)));
    assert_eq!(format!("{picture:?}"), format!("Picture(1600 × 1200, {} bytes)", picture.jpeg.len()));
}

#[test]
fn pure_noise_fits_too() {
    let picture = shrunk(&jpeg_of(&noise(2000, 1500), 95));
    assert!(picture.jpeg.len() <= 120_000, "{picture:?}");
    assert!(picture.width >= 300, "{picture:?}");
    let roomier =
        shrink(&jpeg_of(&noise(2000, 1500), 95), &Limits { max_bytes: 200_000, ..Limits::default() }).unwrap();
    assert!(roomier.width >= 400, "{roomier:?}");
    assert_eq!(decoded(&picture.jpeg).dimensions(), (picture.width, picture.height));
}

#[test]
fn a_small_picture_is_not_enlarged() {
    let picture = shrunk(&jpeg_of(&photo(320, 200), 85));
    assert_eq!((picture.width, picture.height), (320, 200));
}

#[test]
fn a_sliver_keeps_one_pixel() {
    let picture = shrunk(&jpeg_of(&photo(20_000, 3), 85));
    assert_eq!((picture.width, picture.height), (1600, 1));
}

#[test]
fn a_transparent_png_lies_on_white() {
    let raw: Vec<u8> =
        (0..100 * 80).flat_map(|index| if index % 100 < 50 { [0, 0, 0, 0] } else { [0, 0, 0, 255] }).collect();
    let shown = decoded(&shrunk(&png_of(&raw, (100, 80), png::ColorType::Rgba)).jpeg);
    assert!(near(shown.get_pixel(10, 40), [255; 3], 6));
    assert!(near(shown.get_pixel(90, 40), [0; 3], 6));
}

#[test]
fn a_large_png_is_averaged_to_the_same_picture() {
    let upright = photo(3700, 2111);
    let picture = shrunk(&png_of(upright.as_raw(), (3700, 2111), png::ColorType::Rgb));
    assert_eq!((picture.width, picture.height), (1600, 913));
    assert!(near(decoded(&picture.jpeg).get_pixel(400, 200), [220, 20, 20], 12));
}

#[test]
fn a_turned_png_comes_out_upright() {
    let stored = stored_for(&photo(240, 160), 6);
    let mut info = png::Info::with_size(stored.width(), stored.height());
    info.color_type = png::ColorType::Rgb;
    info.exif_metadata = Some(exif(6)[6..].to_vec().into());
    let mut bytes = Vec::new();
    let encoder = png::Encoder::with_info(&mut bytes, info).unwrap();
    encoder.write_header().unwrap().write_image_data(stored.as_raw()).unwrap();
    let picture = shrunk(&bytes);
    assert_eq!((picture.width, picture.height), (240, 160));
    assert!(near(decoded(&picture.jpeg).get_pixel(30, 30), [220, 20, 20], 24));
}

#[test]
fn grey_progressive_and_ink_jpegs_are_read() {
    let size = (160, 120);
    let grey = shrunk(&encoded(&[200; 160 * 120], size, ColorType::Luma, 90, false));
    assert!(near(decoded(&grey.jpeg).get_pixel(80, 60), [200; 3], 4));
    let progressive = shrunk(&encoded(photo(160, 120).as_raw(), size, ColorType::Rgb, 90, true));
    assert!(near(decoded(&progressive.jpeg).get_pixel(20, 20), [220, 20, 20], 24));
    // cyan ink on paper
    let ink: Vec<u8> = [255, 0, 0, 0].repeat(160 * 120);
    for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let shown = decoded(&shrunk(&encoded(&ink, size, color, 90, false)).jpeg);
        assert!(near(shown.get_pixel(80, 60), [0, 255, 255], 12), "{color:?} {:?}", shown.get_pixel(80, 60));
    }
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let file = jpeg_of(&photo(2400, 1800), 85);
    assert_eq!(shrunk(&file), shrunk(&file));
}

#[test]
fn a_thumbnail_is_small_and_upright() {
    let picture = shrunk(&with_segments(&jpeg_of(&stored_for(&photo(1200, 900), 8), 85), &[(0xE1, &exif(8))]));
    let small = thumbnail(&picture.jpeg, 200).unwrap();
    assert!(small.len() <= 12_000);
    assert_eq!(decoded(&small).dimensions(), (200, 150));
}
