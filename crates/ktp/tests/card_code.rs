//! The code of a full card, on the screen of a phone at arm's length, read by our own reader.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod pictures;

use ed25519_dalek::{Signer as _, SigningKey};
use image::{GrayImage, Luma, imageops};
use payung_domain::card::{Card, CardNumber, Checked, Issuer};
use payung_ktp::{Homography, Limits, Point, Quad, read_codes};
use pictures::jpeg_of_grey;
use qrcode::{Color, EcLevel, QrCode, Version};
use std::time::Duration;

const PICTURES: u32 = 200;
/// What the page sends of the camera's picture, in pixels a side.
const FRAME: u32 = 960;
/// Millimetres: a code that fills a phone's screen, the quiet zone included.
const WIDE: f64 = 62.0;
/// Such a code 400 mm away, in pixels of the frame: a camera with 1080 pixels over 40° sees it 230 wide, and the frame, scaled down to
/// 960, has 89 % of that.
const AT_ARMS_LENGTH: (f64, f64) = (400.0, 205.0);
/// From arm's length to as near as it fills the outline.
const SIDES: std::ops::Range<f64> = 200.0..520.0;
/// A phone that is held askew: 35°.
const MOST_TILT: f64 = 0.61;
/// Light modules around a code, as the app draws it.
const QUIET: usize = 4;

/// Chance with a fixed seed.
struct Chance(u64);

impl Chance {
    fn of(number: u32) -> Self {
        let mut chance = Self(0x2026_1122 ^ (u64::from(number) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..8 {
            chance.below_one();
        }
        chance
    }
    fn below_one(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
    fn between(&mut self, range: std::ops::Range<f64>) -> f64 {
        range.start + self.below_one() * (range.end - range.start)
    }
    fn bytes(&mut self) -> [u8; 8] {
        std::array::from_fn(|_| (self.below_one() * 256.0) as u8)
    }
    fn letters(&mut self, count: usize) -> String {
        let letter = |chance: &mut Self| char::from(b'A' + (chance.below_one() * 26.0) as u8);
        (0..count).map(|at| if at % 9 == 8 { ' ' } else { letter(self) }).collect()
    }
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

/// As long as the hub makes one: 48 letters of a name, a programme and an office, which compress badly.
fn card(chance: &mut Chance) -> (Card, String) {
    let card = Card {
        number: CardNumber::from_bytes(chance.bytes()),
        issuer: "Dinas Perindustrian dan Tenaga Kerja Kab. Blora".into(),
        name: chance.letters(48),
        masked_nik: "990101••••••9999".into(),
        kpj: format!("99{:09}", (chance.below_one() * 1e9) as u32),
        programme: "Perlindungan Pekerja Rentan Kabupaten Bojonegoro".into(),
        covers: vec!["JKK".into(), "JKM".into()],
        from: "2026-12-01".parse().unwrap(),
        until: "2027-11-30".parse().unwrap(),
        issued_at: "2026-11-21T03:04:05Z".parse().unwrap(),
    };
    let text = card.sealed(&key().verifying_key().to_bytes(), |bytes| key().sign(bytes).to_bytes()).unwrap();
    (card, text)
}

/// A code on a lit screen, seen askew, out of focus and with the noise of a cheap camera.
fn seen(code: &QrCode, chance: &mut Chance) -> (GrayImage, f64) {
    let (width, colors) = (code.width(), code.to_colors());
    let modules = (width + 2 * QUIET) as f64;
    let side = chance.between(SIDES);
    let turn = chance.between(0.0..std::f64::consts::TAU);
    let (tilt, towards) = (chance.between(0.0..MOST_TILT), chance.between(0.0..std::f64::consts::TAU));
    let away = AT_ARMS_LENGTH.0 * AT_ARMS_LENGTH.1 / side;
    let middle: [f64; 2] = std::array::from_fn(|_| f64::from(FRAME) / 2.0 + chance.between(-60.0..60.0));
    // what leans away is shorter, and what is farther away is nearer to the middle
    let corner = |x: f64, y: f64| {
        let (x, y) = (x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos());
        let along = x * towards.cos() + y * towards.sin();
        let shorter = along * (tilt.cos() - 1.0);
        let (x, y) = (x + shorter * towards.cos(), y + shorter * towards.sin());
        let depth = 1.0 + along * tilt.sin() * WIDE / away;
        Point::new((middle[0] + side * x / depth) as f32, (middle[1] + side * y / depth) as f32)
    };
    let on_screen = Quad([corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)]);
    let back = Homography::between(&on_screen, &Quad::of_size(modules as f32, modules as f32)).unwrap();
    let (lit, dark, slope) = (chance.between(150.0..250.0), chance.between(8.0..60.0), chance.between(-0.12..0.12));
    let quiet = QUIET as f64;
    let shade = |x: f32, y: f32| {
        let at = back.apply(Point::new(x, y));
        let (column, row) = (f64::from(at.x), f64::from(at.y));
        if !(0.0..modules).contains(&column) || !(0.0..modules).contains(&row) {
            return 90.0; // behind the phone
        }
        let is_code = |at: f64| (quiet..modules - quiet).contains(&at);
        let is_dark = is_code(column)
            && is_code(row)
            && colors[(row - quiet) as usize * width + (column - quiet) as usize] == Color::Dark;
        if is_dark { dark } else { lit }
    };
    let reach = (side * 0.95) as f32;
    let is_near =
        |x: u32, y: u32| (x as f32 - middle[0] as f32).abs() < reach && (y as f32 - middle[1] as f32).abs() < reach;
    let sharp = GrayImage::from_fn(FRAME, FRAME, |x, y| {
        if !is_near(x, y) {
            return Luma([90]);
        }
        // four samples a pixel: a pixel of a camera sees an area
        let sum: f64 = (0..4)
            .map(|part| shade(x as f32 + (part % 2) as f32 / 2.0 + 0.25, y as f32 + (part / 2) as f32 / 2.0 + 0.25))
            .sum();
        let light = 1.0 + slope * (f64::from(x) / f64::from(FRAME) - 0.5);
        Luma([(sum / 4.0 * light).clamp(0.0, 255.0) as u8])
    });
    let per_module = side / modules;
    let mut picture = imageops::blur(&sharp, chance.between(0.3..(0.32 * per_module).max(0.4)) as f32);
    let noise = chance.between(2.0..10.0);
    for Luma([level]) in picture.pixels_mut() {
        *level = (f64::from(*level) + chance.between(-noise..noise)).clamp(0.0, 255.0) as u8;
    }
    (picture, per_module)
}

/// A quarter of the pictures: those with this number and every fourth after it.
fn all_are_read(quarter: u32) {
    let limits = Limits { read_budget: Duration::from_secs(600), ..Limits::default() };
    let office = Issuer {
        name: "Dinas Perindustrian dan Tenaga Kerja Kab. Blora".into(),
        key: key().verifying_key().to_bytes(),
    };
    let (mut highest, mut lost, mut least) = (0, Vec::new(), f64::MAX);
    for number in (quarter..PICTURES).step_by(4) {
        let mut chance = Chance::of(number);
        let (card, text) = card(&mut chance);
        let code = QrCode::with_error_correction_level(&text, EcLevel::M).unwrap();
        let Version::Normal(version) = code.version() else { panic!("not a QR code") };
        highest = highest.max(version);
        let (picture, per_module) = seen(&code, &mut chance);
        least = least.min(per_module);
        let read = read_codes(&jpeg_of_grey(&picture), &limits).unwrap();
        let check = |text: &str| Card::check(text, std::slice::from_ref(&office), |_| false, card.from);
        if read.first().map(|code| check(&code.text)) != Some(Checked::Valid(card.clone())) {
            lost.push((number, (per_module * 100.0).round() / 100.0));
        }
    }
    println!("version {highest}-M at most, {least:.2} pixels a module at least, {} lost", lost.len());
    assert!(highest <= 15, "version {highest}");
    assert!(lost.is_empty(), "number and pixels a module: {lost:?}");
}

// two hundred in all, in four parts, which run side by side
#[test]
fn fifty_full_cards_on_a_screen_are_all_read() {
    all_are_read(0);
}

#[test]
fn another_fifty_are() {
    all_are_read(1);
}

#[test]
fn a_third_fifty_are() {
    all_are_read(2);
}

#[test]
fn the_last_fifty_are() {
    all_are_read(3);
}
