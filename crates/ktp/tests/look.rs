//! All that a photo and a camera's frames give at once, on the made-up card of tests/fixtures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use image::codecs::jpeg::JpegEncoder;
use image::{RgbImage, imageops};
use payung_ktp::{Limits, Look, PhotoFault, Scanner, Seen, look};

const CARD: &[u8] = include_bytes!("../../../tests/fixtures/card.jpg");
const NIK: &str = "3522284504859999";

fn table(x: u32, y: u32) -> image::Rgb<u8> {
    image::Rgb([70 + (x % 13) as u8, 55 + (y % 7) as u8, 45])
}

/// The card, four fifths of the photo's width, with round corners on a dark table.
fn on_table() -> RgbImage {
    let card = image::load_from_memory(CARD).unwrap().into_rgb8();
    let (width, height) = (1_280, 807);
    let card = imageops::resize(&card, width, height, imageops::FilterType::Triangle);
    let mut photo = RgbImage::from_fn(1_600, 1_200, table);
    let radius = 3.18 / 85.6 * width as f32;
    for (x, y, pixel) in card.enumerate_pixels() {
        let beyond = |at: u32, side: u32| (radius - at as f32).max(at as f32 - (side as f32 - radius)).max(0.0);
        if beyond(x, width).hypot(beyond(y, height)) <= radius {
            photo.put_pixel(x + 160, y + 196, *pixel);
        }
    }
    photo
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(picture).unwrap();
    bytes
}

fn looked(bytes: &[u8], limits: &Limits) -> Look {
    look(bytes, 480, limits).unwrap()
}

fn nik(look: &Look) -> Option<String> {
    Some(look.line.as_ref()?.print.nik()?.digits().to_owned())
}

#[test]
fn a_card_on_a_table_is_cut_out_judged_and_read() {
    let look = looked(&jpeg(&on_table()), &Limits::default());
    assert!(look.picture.is_cropped);
    assert_eq!(look.faults, []);
    assert_eq!(nik(&look).as_deref(), Some(NIK));
    assert!(look.picture.jpeg.len() <= 120_000);
}

#[test]
fn a_card_that_lies_head_down_is_turned_and_no_fault() {
    let upright = looked(&jpeg(&on_table()), &Limits::default());
    let turned = looked(&jpeg(&imageops::rotate180(&on_table())), &Limits::default());
    assert_eq!(turned.faults, []);
    assert_eq!(nik(&turned).as_deref(), Some(NIK));
    let [a, b] = [upright, turned].map(|look| {
        let picture = image::load_from_memory(&look.picture.jpeg).unwrap().into_luma8();
        imageops::resize(&picture, 64, 40, imageops::FilterType::Triangle)
    });
    let apart = a.iter().zip(b.iter()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>() / 2_560;
    assert!(apart < 8, "the pictures that are kept differ by {apart} levels");
}

#[test]
fn the_whole_photo_is_kept_when_asked_and_still_judged() {
    let look = looked(&jpeg(&on_table()), &Limits { keep_framing: true, ..Limits::default() });
    assert!(!look.picture.is_cropped);
    assert_eq!((look.picture.width, look.picture.height), (1_600, 1_200));
    assert_eq!((look.faults.as_slice(), nik(&look).as_deref()), ([].as_slice(), Some(NIK)));
}

#[test]
fn a_photo_that_somebody_has_cut_before_is_read_as_it_is() {
    let look = looked(CARD, &Limits::default());
    assert_eq!(nik(&look).as_deref(), Some(NIK));
    assert!(
        !look.faults.contains(&PhotoFault::NoCard) && !look.faults.contains(&PhotoFault::CutOff),
        "{:?}",
        look.faults
    );
}

#[test]
fn a_card_that_goes_on_beyond_any_border_is_cut_off() {
    for (left, top) in [(400, 0), (0, 400), (-400, 0), (0, -400)] {
        let mut photo = RgbImage::from_fn(1_600, 1_200, table);
        imageops::overlay(&mut photo, &on_table(), left, top);
        let look = looked(&jpeg(&photo), &Limits::default());
        assert_eq!(look.faults, [PhotoFault::CutOff], "moved by {left}, {top}");
        assert!(!look.picture.is_cropped);
    }
}

#[test]
fn a_small_card_is_found_and_called_small() {
    let mut photo = RgbImage::from_fn(1_600, 1_200, table);
    let small = imageops::resize(&on_table(), 240, 180, imageops::FilterType::Triangle);
    imageops::overlay(&mut photo, &small, 700, 500);
    assert_eq!(looked(&jpeg(&photo), &Limits::default()).faults, [PhotoFault::TooSmall]);
}

#[test]
fn where_everything_is_out_of_focus_nobody_says_that_there_is_no_card() {
    let blurred = imageops::fast_blur(&on_table(), 18.0);
    assert_eq!(looked(&jpeg(&blurred), &Limits::default()).faults, [PhotoFault::Blurred]);
}

#[test]
fn a_table_is_no_card_and_says_no_number() {
    let table = RgbImage::from_fn(800, 600, |x, y| image::Rgb([90 + (x % 9) as u8, 80 + (y % 5) as u8, 70]));
    let look = looked(&jpeg(&table), &Limits::default());
    assert_eq!(look.faults, [PhotoFault::NoCard]);
    assert!(look.line.is_none() && look.codes.is_empty() && !look.picture.is_cropped);
}

#[test]
fn three_frames_agree_on_the_print() {
    let frame = jpeg(&imageops::resize(&on_table(), 960, 720, imageops::FilterType::Triangle));
    let mut scanner = Scanner::default();
    assert!(matches!(scanner.frame(&frame), Seen::Nothing));
    assert!(matches!(scanner.frame(&frame), Seen::Nothing));
    let Seen::Print(line) = scanner.frame(&frame) else { panic!("the third frame settles it") };
    assert_eq!(line.print.nik().unwrap().digits(), NIK);
    assert!(matches!(Scanner::default().frame(b"not a picture"), Seen::Nothing));
}
