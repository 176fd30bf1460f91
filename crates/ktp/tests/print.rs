//! The NIK read from the print. The cards in tests/print/ are synthetic (scripts/print/samples.py): CONTOH all over,
//! prefix 99 or serial 9999.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use image::{GrayImage, Luma};
use payung_ktp::{PrintedNik, Vote, nik_on_card};
use proptest::prelude::*;

const CLEAR: &str = "9983915401024272";
const FRAME: &str = "6050855112179999";

fn card(name: &str) -> GrayImage {
    let file = format!("{}/tests/print/{name}.jpg", env!("CARGO_MANIFEST_DIR"));
    image::load_from_memory(&std::fs::read(file).unwrap()).unwrap().to_luma8()
}

fn printed(name: &str) -> PrintedNik {
    nik_on_card(&card(name)).unwrap()
}

#[test]
fn a_clear_print_is_read_without_a_doubt() {
    let printed = printed("clear");
    assert_eq!(printed.text(), CLEAR);
    assert_eq!(printed.nik().unwrap().digits(), CLEAR);
    assert_eq!(printed.doubts(), 0);
    assert!(!printed.pose.is_upside_down && !printed.pose.is_mirrored);
}

#[test]
fn the_area_of_the_row_is_where_it_is_printed() {
    let [start, end, below, _] = printed("clear").area.0;
    let (left, top, right, bottom) = (start.x, start.y, end.x, below.y);
    assert!((0.20..0.28).contains(&left) && (0.68..0.78).contains(&right), "{left} {right}");
    assert!((0.17..0.24).contains(&top) && (0.22..0.29).contains(&bottom), "{top} {bottom}");
}

#[test]
fn a_card_that_lies_head_down_is_read_all_the_same() {
    let printed = printed("upside-down");
    assert_eq!(printed.nik().unwrap().digits(), CLEAR);
    assert!(printed.pose.is_upside_down);
    // the corners follow the reading direction
    assert!(printed.area.0[0].x > printed.area.0[1].x);
}

#[test]
fn a_mirrored_print_is_reported_but_not_taken_over() {
    let printed = printed("mirrored");
    assert!(printed.pose.is_mirrored);
    assert_eq!(printed.nik(), None);
}

#[test]
fn a_worn_print_in_a_blurred_frame_is_right_where_it_is_sure() {
    let printed = printed("frame");
    for (digit, expected) in printed.digits.iter().zip(FRAME.bytes()) {
        assert!(digit.is_doubtful() || digit.value == expected - b'0');
    }
}

#[test]
fn frames_of_a_card_agree_after_three() {
    let mut vote = Vote::new();
    assert!(vote.add(printed("clear")).is_none());
    assert!(vote.add(printed("clear")).is_none());
    assert_eq!(vote.add(printed("clear")).unwrap().nik().unwrap().digits(), CLEAR);
    vote.clear();
    assert!(vote.agreed().is_none());
}

#[test]
fn debug_shows_no_digits() {
    let shown = format!("{0:?} {1:?}", printed("clear"), printed("clear").digits);
    assert!(!shown.contains("998391") && !shown.contains("value"), "{shown}");
}

#[test]
fn what_is_no_card_has_no_nik() {
    for (width, height) in [(0, 0), (1, 1), (1, 4000), (4000, 1), (199, 400), (200, 120), (1000, 631), (631, 1000)] {
        for grey in [0, 128, 255] {
            assert!(nik_on_card(&GrayImage::from_pixel(width, height, Luma([grey]))).is_none(), "{width} x {height}");
        }
    }
}

#[test]
fn a_huge_picture_of_noise_has_no_nik() {
    let noise =
        GrayImage::from_fn(8000, 6000, |x, y| Luma([(x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) as u8]));
    let printed = nik_on_card(&noise);
    assert!(printed.is_none_or(|printed| printed.nik().is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_picture_makes_it_panic_or_invent_a_number(
        width in 1_u32..1800,
        height in 1_u32..1200,
        scale in 1_u32..60,
        seed: u32,
    ) {
        let block = |x: u32, y: u32| (x / scale).wrapping_mul(2_654_435_761) ^ (y / scale).wrapping_mul(2_246_822_519) ^ seed;
        let picture = GrayImage::from_fn(width, height, |x, y| Luma([(block(x, y).wrapping_mul(3_266_489_917) >> 24) as u8]));
        let printed = nik_on_card(&picture);
        prop_assert!(printed.is_none_or(|printed| printed.nik().is_none()));
    }

    #[test]
    fn a_card_under_noise_is_never_read_wrong(strength in 0_i32..200, seed: u32, black_from in 0_u32..720) {
        let mut picture = card("clear");
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let random = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(2_246_822_519)).wrapping_add(seed).wrapping_mul(3_266_489_917) >> 16;
            let noise = (random % 256) as i32 - 128;
            pixel.0[0] = if x >= black_from { 0 } else { (i32::from(pixel.0[0]) + noise * strength / 128).clamp(0, 255) as u8 };
        }
        if let Some(nik) = nik_on_card(&picture).and_then(|printed| printed.nik()) {
            prop_assert!(nik.digits() == CLEAR);
        }
    }
}
