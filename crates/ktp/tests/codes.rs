//! Codes found in pictures, and what they are taken for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod pictures;

use image::{GrayImage, imageops};
use payung_ktp::{Code, CodeFormat, CodeKind, Limits, classify, read_codes};
use pictures::{jpeg_of, jpeg_of_grey, on_sheet, photo, png_of, symbol};
use rxing::BarcodeFormat;

const NIK: &str = "3522280504859999";
const OTHER_NIK: &str = "3201017112809999";

fn codes(grey: &GrayImage) -> Vec<Code> {
    read_codes(&jpeg_of_grey(grey), &Limits::default()).unwrap()
}

/// The NIK that the only code holds.
fn the_nik(grey: &GrayImage) -> Option<(CodeFormat, String)> {
    match codes(grey).as_slice() {
        [Code { format, kind: CodeKind::Nik(nik), .. }] => Some((*format, nik.digits().to_owned())),
        _ => None,
    }
}

#[test]
fn every_symbology_is_read_upright_and_turned() {
    for (format, wanted, width, height) in [
        (BarcodeFormat::QR_CODE, CodeFormat::QrCode, 240, 240),
        (BarcodeFormat::PDF_417, CodeFormat::Pdf417, 400, 200),
        (BarcodeFormat::CODE_128, CodeFormat::Code128, 420, 110),
        (BarcodeFormat::CODE_39, CodeFormat::Code39, 560, 110),
    ] {
        let sheet = on_sheet(&symbol(format, NIK, width, height), (1280, 960), (300, 310));
        let turned =
            [sheet.clone(), imageops::rotate90(&sheet), imageops::rotate180(&sheet), imageops::rotate270(&sheet)];
        for (quarter, picture) in turned.iter().enumerate() {
            assert_eq!(the_nik(picture), Some((wanted, NIK.to_owned())), "{wanted:?} turned by {quarter} quarters");
        }
    }
}

#[test]
fn a_small_code_in_a_large_photo_is_found_at_the_full_size() {
    let small = symbol(BarcodeFormat::QR_CODE, NIK, 62, 62);
    let sheet = on_sheet(&small, (4000, 3000), (2900, 700));
    assert_eq!(the_nik(&sheet), Some((CodeFormat::QrCode, NIK.to_owned())));
}

#[test]
fn light_on_dark_is_read() {
    let mut sheet = on_sheet(&symbol(BarcodeFormat::QR_CODE, NIK, 240, 240), (1280, 960), (500, 300));
    imageops::invert(&mut sheet);
    assert_eq!(the_nik(&sheet), Some((CodeFormat::QrCode, NIK.to_owned())));
}

#[test]
fn two_codes_on_one_sheet_are_both_found_the_nik_first() {
    let mut sheet = on_sheet(&symbol(BarcodeFormat::QR_CODE, "payung:kartu/1", 240, 240), (1280, 960), (900, 500));
    imageops::replace(&mut sheet, &symbol(BarcodeFormat::CODE_128, NIK, 420, 110), 100, 100);
    let kinds: Vec<&str> = codes(&sheet).iter().map(|code| code.kind.name()).collect();
    assert_eq!(kinds, ["nik", "payung"]);
}

#[test]
fn a_png_is_read_as_well() {
    let sheet = on_sheet(&symbol(BarcodeFormat::QR_CODE, NIK, 240, 240), (800, 600), (100, 100));
    let png = png_of(sheet.as_raw(), sheet.dimensions(), png::ColorType::Grayscale);
    assert_eq!(read_codes(&png, &Limits::default()).unwrap().len(), 1);
}

#[test]
fn a_picture_without_a_code_gives_none() {
    assert_eq!(read_codes(&jpeg_of(&photo(1280, 960), 85), &Limits::default()).unwrap(), []);
    assert_eq!(read_codes(&jpeg_of(&pictures::noise(640, 480), 85), &Limits::default()).unwrap(), []);
}

#[test]
fn slivers_and_specks_give_none() {
    for (width, height) in [(1, 1), (23, 23), (20_000, 8), (8, 20_000), (3000, 30)] {
        assert_eq!(read_codes(&jpeg_of(&photo(width, height), 85), &Limits::default()).unwrap(), []);
    }
}

#[test]
fn code_39_counts_only_as_one_of_our_numbers() {
    let sheet = |text: &str| on_sheet(&symbol(BarcodeFormat::CODE_39, text, 560, 110), (1280, 960), (300, 310));
    assert_eq!(codes(&sheet("INVENTARIS 7")), []);
    assert_eq!(codes(&sheet("0A123456789"))[0].kind.name(), "kpj");
}

#[test]
fn the_payload_of_a_link_to_dukcapil_is_dropped() {
    let link = "https://layananonline.dukcapil.kemendagri.go.id/Terpusat/Pindai?id=3522280504859999";
    let found = codes(&on_sheet(&symbol(BarcodeFormat::QR_CODE, link, 300, 300), (1280, 960), (300, 310)));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind.clone(), found[0].text.as_str()), (CodeKind::KkLink, ""));
}

#[test]
fn debug_shows_no_number() {
    for text in [NIK, "0A123456789", "0001234567890", "payung:rahasia"] {
        let kind = classify(text);
        let code = Code { format: CodeFormat::QrCode, text: text.to_owned(), kind: kind.clone() };
        let shown = format!("{code:?} {kind:?}");
        assert!(!shown.contains(text) && !shown.contains("rahasia"), "{shown}");
    }
}

#[test]
fn what_a_text_is_taken_for() {
    for (text, kind) in [
        (NIK, "nik"),
        (" 3522280504859999\r\n", "nik"),
        ("3522 2805 0485 9999", "nik"),
        ("NIK: 3522280504859999; Nama: BUDI", "nik"),
        ("{\"kk\":\"3522280101109999\",\"nik\":\"3522280504859999\"}", "nik"),
        ("No. KK 3522280101109999\nNIK 3522280504859999", "nik"),
        ("https://suket.example.go.id/cek?nik=3522280504859999", "nik"),
        ("3522280504859999|BUDI|3522280504859999", "nik"),
        // two people, or a person and a family card: nobody can tell
        ("3522280504859999|3201017112809999", "other"),
        ("No. KK: 3522280101109999", "other"),
        // no such day, serial 0000, seventeen digits, fifteen
        ("3522283202859999", "other"),
        ("3522280504850000", "other"),
        ("35222805048599990", "other"),
        ("352228050485999", "other"),
        ("ID35222805048599990 ", "other"),
        ("12345678901", "kpj"),
        ("0A1B2C3D4E5", "kpj"),
        ("0a1b2c3d4e5", "other"),
        ("BOJONEGOROX", "other"),
        ("0001234567890", "kis"),
        ("000123456789A", "other"),
        ("https://layananonline.dukcapil.kemendagri.go.id/Terpusat/Pindai?x=1", "kk_link"),
        ("HTTP://DUKCAPIL.KEMENDAGRI.GO.ID/TTE/abc", "kk_link"),
        ("dukcapil.kemendagri.go.id/tte/abc", "kk_link"),
        ("https://ikd.dukcapil.kemendagri.go.id/v?t=abc", "ikd_link"),
        ("https://dukcapil.kemendagri.go.id/ikd/abc", "ikd_link"),
        ("https://dukcapil.kemendagri.go.id.example.com/ikd", "other"),
        ("payung:kartu/1/abc", "payung"),
        ("Payung rusak", "other"),
        ("", "other"),
        ("é🙂 3522280504859999 🙂", "nik"),
    ] {
        assert_eq!(classify(text).name(), kind, "{text}");
    }
}

#[test]
fn the_labelled_nik_is_taken_not_the_family_card() {
    let CodeKind::Nik(nik) = classify("NO_KK=3522280101109999 NIK=3201017112809999") else { panic!("no NIK") };
    assert_eq!(nik.digits(), OTHER_NIK);
    let CodeKind::Payung(own) = classify("payung:kartu/1") else { panic!("not ours") };
    assert_eq!(own, "kartu/1");
}
