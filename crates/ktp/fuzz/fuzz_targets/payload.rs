//! What a code may say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use payung_ktp::{CodeKind, classify};

fuzz_target!(|text: &str| {
    if let CodeKind::Nik(nik) = classify(text) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.contains(nik.digits()), "a NIK that is not in the text");
    }
});
