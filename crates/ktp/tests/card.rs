//! The card that is found in a photo, and the picture cut to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod pictures;

use image::{Rgb, RgbImage};
use payung_ktp::{CARD_ASPECT, Homography, Limits, Point, Quad, find_card, shrink};
use pictures::{decoded, exif, jpeg_of, noise, photo, stored_for, with_segments};
use proptest::prelude::*;

/// A table with a grain, and on it a bluish card with round corners, a portrait and rows of print.
fn with_card(width: u32, height: u32, corners: [(f32, f32); 4]) -> RgbImage {
    let quad = Quad(corners.map(|(x, y)| Point::new(x, y)));
    let to_card = Homography::between(&quad, &Quad::of_size(85.6, 53.98)).unwrap();
    RgbImage::from_fn(width, height, |x, y| {
        // the mean of four points, as a sensor has it
        let mut sum = [0_u32; 3];
        for (right, down) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            let point = to_card.apply(Point::new(x as f32 + right, y as f32 + down));
            let colour = printed(point.x, point.y).unwrap_or_else(|| table(x, y));
            (0..3).for_each(|channel| sum[channel] += u32::from(colour[channel]));
        }
        Rgb(sum.map(|sum| (sum / 4) as u8))
    })
}

fn table(x: u32, y: u32) -> [u8; 3] {
    let grain = ((x / 9 * 7 + y * 3) % 13) as u8;
    [110 + grain, 80 + grain, 50 + grain]
}

/// The colour at a place on the card in millimetres; nothing beside it.
fn printed(x: f32, y: f32) -> Option<[u8; 3]> {
    let (round, width, height) = (3.18, 85.6, 53.98);
    let past = |at: f32, length: f32| (round - at).max(at - (length - round)).max(0.0);
    if past(x, width).hypot(past(y, height)) > round {
        return None;
    }
    let portrait = (61.0..81.0).contains(&x) && (14.0..40.0).contains(&y);
    let print = (5.0..55.0).contains(&x) && (8.0..50.0).contains(&y) && y % 5.0 < 2.5 && (x * 1.3 + y).sin() > -0.2;
    Some(if portrait {
        [180, 40, 40]
    } else if print {
        [40, 40, 50]
    } else {
        let pattern = ((x * 2.0).sin() * (y * 2.0).sin() * 8.0) as i16;
        [190, 210, 225].map(|level: i16| (level + pattern) as u8)
    })
}

fn upright_corners(left: f32, top: f32, width: f32) -> [(f32, f32); 4] {
    let (right, below) = (left + width, top + width / CARD_ASPECT);
    [(left, top), (right, top), (right, below), (left, below)]
}

fn largest_error(found: &Quad, corners: [(f32, f32); 4]) -> f32 {
    found.0.iter().zip(corners).map(|(corner, (x, y))| corner.distance(Point::new(x, y))).fold(0.0, f32::max)
}

#[test]
fn a_card_is_found_to_a_pixel_upright_turned_and_aslant() {
    for corners in [
        upright_corners(200.0, 150.0, 700.0),
        upright_corners(20.0, 85.0, 1160.0),
        // turned by 30°, 600 px wide
        [(350.0, 120.0), (869.6, 420.0), (680.4, 747.7), (160.8, 447.7)],
        // 700 px wide, its far side tilted away by 25°, under a lens of 0.75 × 1,200 px
        [(282.9, 268.8), (917.1, 268.8), (990.5, 673.2), (209.5, 673.2)],
    ] {
        let found = find_card(&with_card(1200, 900, corners)).unwrap_or_else(|| panic!("not found at {corners:?}"));
        let error = largest_error(&found.quad, corners);
        assert!(error < 3.0, "{error} px off at {corners:?}: {found:?}");
    }
}

#[test]
fn the_long_side_comes_first_and_nothing_is_mirrored() {
    let picture = with_card(1200, 900, upright_corners(200.0, 150.0, 700.0));
    for turned in [image::imageops::rotate90(&picture), image::imageops::rotate180(&picture)] {
        let quad = find_card(&turned).expect("not found").quad;
        let [top, right, ..] = quad.sides();
        assert!(top > right && quad.area() > 0.0 && quad.0[0].x <= quad.0[1].x + 1.0, "{quad:?}");
    }
}

#[test]
fn a_finger_over_a_corner_does_no_harm() {
    let corners = upright_corners(200.0, 150.0, 700.0);
    let mut picture = with_card(1200, 900, corners);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if (x as f32 - 200.0).hypot((y as f32 - 150.0) * 1.4) < 110.0 {
            *pixel = Rgb([170, 120, 95]);
        }
    }
    let found = find_card(&picture).expect("not found");
    assert!(largest_error(&found.quad, corners) < 4.0, "{found:?}");
}

#[test]
fn a_card_that_is_cut_off_is_left_as_it_is() {
    for left in [-150.0, 700.0] {
        assert_eq!(find_card(&with_card(1200, 900, upright_corners(left, 150.0, 700.0))), None);
    }
}

#[test]
fn a_sheet_a_blank_box_and_noise_are_no_cards() {
    let (width, height) = (1200, 900);
    let boxed = |right: u32, below: u32| {
        RgbImage::from_fn(width, height, |x, y| {
            let inside = (200..right).contains(&x) && (150..below).contains(&y);
            Rgb(if inside { [235, 235, 230] } else { table(x, y) })
        })
    };
    assert_eq!(find_card(&boxed(900, 645)), None, "a sheet of A4");
    assert_eq!(find_card(&boxed(900, 591)), None, "a box of a card's shape");
    assert_eq!(find_card(&noise(640, 480)), None);
    assert_eq!(find_card(&photo(640, 480)), None);
}

#[test]
fn the_picture_is_the_card_with_a_little_table() {
    let file = jpeg_of(&with_card(1200, 900, upright_corners(200.0, 150.0, 700.0)), 92);
    let picture = shrink(&file, &Limits::default()).unwrap();
    assert!(picture.is_cropped);
    // 700 px and 1.5 % on both sides
    assert!(picture.width.abs_diff(721) <= 3 && picture.height.abs_diff(462) <= 3, "{picture:?}");
    assert!(picture.jpeg.len() <= 120_000);
    let shown = decoded(&picture.jpeg);
    let at = |x: u32, y: u32| shown.get_pixel(x, y).0;
    assert!(at(4, 4)[2] < 90, "table in the corner: {:?}", at(4, 4));
    assert!(at(20, 231)[2] > 180, "card beside it: {:?}", at(20, 231));
    assert!(at(590, 230)[1] < 90, "portrait: {:?}", at(590, 230));
}

#[test]
fn a_person_can_keep_the_whole_photo() {
    let file = jpeg_of(&with_card(1200, 900, upright_corners(200.0, 150.0, 700.0)), 92);
    let picture = shrink(&file, &Limits { keep_framing: true, ..Limits::default() }).unwrap();
    assert_eq!((picture.width, picture.height, picture.is_cropped), (1200, 900, false));
}

#[test]
fn a_turned_photo_gives_the_same_card() {
    let upright = with_card(1200, 900, upright_corners(200.0, 150.0, 700.0));
    for orientation in 1..=8 {
        let file = with_segments(&jpeg_of(&stored_for(&upright, orientation), 92), &[(0xE1, &exif(orientation))]);
        let card = decoded(&shrink(&file, &Limits::default()).unwrap().jpeg);
        assert!(card.width().abs_diff(721) <= 3 && card.height().abs_diff(462) <= 3, "orientation {orientation}");
        assert!(card.get_pixel(590, 230).0[1] < 90 && card.get_pixel(20, 231).0[2] > 180, "orientation {orientation}");
    }
}

#[test]
fn a_photo_without_a_card_keeps_its_framing() {
    let picture = shrink(&jpeg_of(&photo(2400, 1800), 85), &Limits::default()).unwrap();
    assert_eq!((picture.width, picture.height, picture.is_cropped), (1600, 1200, false));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_picture_makes_it_panic(width in 0_u32..90, height in 0_u32..90, seed in any::<u64>(), steps in 1_u64..60) {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let cell = (u64::from(x) / steps).wrapping_mul(0x9E37_79B9) ^ (u64::from(y) / steps).wrapping_mul(seed | 1);
            let [r, g, b, ..] = cell.wrapping_mul(seed ^ 0x2545_F491_4F6C_DD1D).to_le_bytes();
            Rgb([r, g, b])
        });
        if let Some(found) = find_card(&picture) {
            prop_assert!(found.quad.area() > 0.0 && found.support <= 1.0);
        }
    }
}
