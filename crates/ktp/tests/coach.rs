//! Judgements on drawn cards: a KTP as far as its layout goes, without a word on it.
#![allow(clippy::unwrap_used, missing_docs)]

use image::{Rgb, RgbImage, imageops};
use payung_ktp::{CARD_ASPECT, PhotoFault, Point, Pose, Quad, judge, measure};
use proptest::prelude::*;

const WIDTH: u32 = 1_000;
const PHOTO: (u32, u32) = (1_600, 1_200);

/// Pale blue, rows of strokes where a KTP has print, a portrait at the right.
fn card() -> RgbImage {
    let height = (WIDTH as f32 / CARD_ASPECT) as u32;
    let mut card = RgbImage::from_pixel(WIDTH, height, Rgb([170, 200, 215]));
    let mut strokes = |left: f32, right: f32, middle: f32, high: f32| {
        let (top, bottom) = ((middle - high / 2.0) * height as f32, (middle + high / 2.0) * height as f32);
        // letters of a stem and a bar, of uneven widths as letters are: even ones would be a pattern
        let (mut x, end, mut letter) = ((left * WIDTH as f32) as u32, (right * WIDTH as f32) as u32, top as u32);
        while x < end {
            let wide = 8 + letter * letter % 7 + letter % 3;
            for (dx, y) in (0..wide - 3).flat_map(|dx| (top as u32..bottom as u32).map(move |y| (dx, y))) {
                let bar = top as u32 + letter % 5 * 4;
                if dx < 3 || (bar..bar + 3).contains(&y) {
                    card.put_pixel(x + dx, y, Rgb([30, 30, 35]));
                }
            }
            (x, letter) = (x + wide, letter + 1 + x % 2);
        }
    };
    strokes(0.28, 0.7, 0.08, 0.045);
    strokes(0.3, 0.68, 0.15, 0.045);
    strokes(0.04, 0.1, 0.215, 0.045);
    strokes(0.26, 0.7, 0.215, 0.045);
    for row in 0..12 {
        let middle = 0.31 + 0.054 * row as f32;
        strokes(0.04, 0.2, middle, 0.03);
        strokes(0.26, 0.5 + 0.02 * (row % 4) as f32, middle, 0.03);
    }
    strokes(0.79, 0.92, 0.74, 0.03);
    strokes(0.8, 0.9, 0.8, 0.03);
    for y in (height * 22 / 100)..(height * 68 / 100) {
        for x in (WIDTH * 75 / 100)..(WIDTH * 97 / 100) {
            card.put_pixel(x, y, Rgb([170, 45, 45]));
        }
    }
    card
}

/// The card on a brown table, and where it is.
fn on_a_table(card: &RgbImage, left: i64, top: i64) -> (RgbImage, Quad) {
    let mut photo = RgbImage::from_pixel(PHOTO.0, PHOTO.1, Rgb([110, 80, 60]));
    imageops::overlay(&mut photo, card, left, top);
    let (left, top) = (left as f32, top as f32);
    let quad = Quad::of_size(card.width() as f32, card.height() as f32);
    (photo, Quad(quad.0.map(|point| Point::new(point.x + left, point.y + top))))
}

fn faults_of(card: &RgbImage) -> Vec<PhotoFault> {
    let (photo, quad) = on_a_table(card, 300, 280);
    judge(&photo, Some(&quad), None)
}

fn every_pixel(card: &RgbImage, change: impl Fn(&Rgb<u8>) -> Rgb<u8>) -> RgbImage {
    RgbImage::from_fn(card.width(), card.height(), |x, y| change(card.get_pixel(x, y)))
}

/// The mean of squares of the given size around every pixel.
fn smeared(card: &RgbImage, across: u32, down: u32) -> RgbImage {
    RgbImage::from_fn(card.width(), card.height(), |x, y| {
        let mut sum = [0_u32; 3];
        for (dx, dy) in (0..across).flat_map(|dx| (0..down).map(move |dy| (dx, dy))) {
            let at = |place: u32, step: u32, size: u32, end: u32| (place + step).saturating_sub(size / 2).min(end - 1);
            let pixel = card.get_pixel(at(x, dx, across, card.width()), at(y, dy, down, card.height()));
            (0..3).for_each(|channel| sum[channel] += u32::from(pixel[channel]));
        }
        Rgb(sum.map(|channel| (channel / (across * down)) as u8))
    })
}

#[test]
fn a_good_photo_has_no_fault() {
    assert_eq!(faults_of(&card()), []);
}

#[test]
fn a_photo_without_a_card_says_so() {
    let table = RgbImage::from_pixel(PHOTO.0, PHOTO.1, Rgb([110, 80, 60]));
    assert_eq!(judge(&table, None, None), [PhotoFault::NoCard]);
}

#[test]
fn a_photo_at_night_says_only_that_it_is_dark() {
    let night = RgbImage::from_pixel(PHOTO.0, PHOTO.1, Rgb([11, 8, 6]));
    assert_eq!(judge(&night, None, None), [PhotoFault::TooDark]);
    assert_eq!(
        faults_of(&every_pixel(&card(), |pixel| Rgb(pixel.0.map(|channel| channel / 6)))),
        [PhotoFault::TooDark]
    );
}

#[test]
fn a_card_over_the_edge_is_cut_off() {
    let (photo, quad) = on_a_table(&card(), 300, -150);
    assert_eq!(judge(&photo, Some(&quad), None), [PhotoFault::CutOff]);
}

#[test]
fn a_card_far_away_is_too_small() {
    let small = imageops::resize(&card(), 350, 221, imageops::FilterType::Triangle);
    assert!(faults_of(&small).contains(&PhotoFault::TooSmall));
}

#[test]
fn what_is_out_of_focus_and_what_moved_are_told_apart() {
    let soft =
        [(25, 1), (1, 25), (25, 1), (1, 25)].iter().fold(card(), |soft, &(across, down)| smeared(&soft, across, down));
    assert_eq!(faults_of(&soft), [PhotoFault::Blurred]);
    assert_eq!(faults_of(&smeared(&card(), 41, 1)), [PhotoFault::Shaken]);
}

#[test]
fn a_lamp_on_the_print_is_glare() {
    let mut card = card();
    for (x, y) in (300..450).flat_map(|x| (200..330).map(move |y| (x, y))) {
        card.put_pixel(x, y, Rgb([255, 255, 255]));
    }
    assert_eq!(faults_of(&card), [PhotoFault::Glare]);
}

#[test]
fn a_copy_has_no_colour_even_under_a_yellow_lamp() {
    let copy = every_pixel(&card(), |pixel| {
        let grey = pixel.0.iter().map(|&channel| u32::from(channel)).sum::<u32>() / 3;
        Rgb([grey as u8, (grey * 9 / 10) as u8, (grey * 6 / 10) as u8])
    });
    assert_eq!(faults_of(&copy), [PhotoFault::Photocopy]);
}

#[test]
fn a_display_shows_its_pixels() {
    let mut screen = card();
    for (x, y, pixel) in screen.enumerate_pixels_mut() {
        let dark = (x * 3 + y) % 10 < 4 || (y * 3 + 10 * x - x) % 10 < 4;
        if dark {
            pixel.0 = pixel.0.map(|channel| channel / 10 * 7);
        }
    }
    assert_eq!(faults_of(&screen), [PhotoFault::Screen]);
}

#[test]
fn the_pose_is_told_by_the_layout_and_better_by_a_reader() {
    assert_eq!(faults_of(&imageops::rotate180(&card())), [PhotoFault::UpsideDown]);
    assert_eq!(faults_of(&imageops::flip_horizontal(&card())), [PhotoFault::Mirrored]);
    let (photo, quad) = on_a_table(&card(), 300, 280);
    let read = Pose { is_upside_down: true, is_mirrored: false };
    assert_eq!(judge(&photo, Some(&quad), Some(read)), [PhotoFault::UpsideDown]);
    // the same card, its corners counted from the other end: head up in the photo
    assert_eq!(judge(&photo, Some(&quad.turned()), None), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_picture_and_any_corners_are_judged(
        width in 1_u32..220, height in 1_u32..220, seed: u32, corners: [(f32, f32); 4], near: bool,
    ) {
        let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ seed).to_le_bytes();
        let photo = RgbImage::from_fn(width, height, |x, y| { let [r, g, b, _] = noise(x, y); Rgb([r, g, b]) });
        let quad = Quad(corners.map(|(x, y)| {
            if near { Point::new(x % 1.0 * width as f32, y % 1.0 * height as f32) } else { Point::new(x, y) }
        }));
        let whole = Quad::of_size(width as f32, height as f32);
        for card in [None, Some(&quad), Some(&whole)] {
            let measures = measure(&photo, card);
            prop_assert!(measures.faults(None).len() <= 11);
        }
    }
}

#[test]
fn the_smallest_pictures_are_judged() {
    for (width, height) in [(0, 0), (1, 0), (1, 1), (2, 1), (3, 400), (400, 3)] {
        let photo = RgbImage::new(width, height);
        let whole = Quad::of_size(width as f32, height as f32);
        judge(&photo, Some(&whole), None);
        judge(&photo, None, None);
    }
}
