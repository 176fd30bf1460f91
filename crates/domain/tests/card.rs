//! The card, made and checked; scripts/card checks it with implementations that are not ours.

#![allow(clippy::unwrap_used)]

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::civil::{Date, date};
use payung_domain::card::{Card, CardNumber, Checked, Issuer, Refusal};
use proptest::prelude::*;

const TODAY: Date = date(2026, 3, 1);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn office(seed: u8) -> Issuer {
    Issuer { name: "Disnaker Bojonegoro".into(), key: key(seed).verifying_key().to_bytes() }
}

fn card() -> Card {
    Card {
        number: CardNumber::from_bytes([7; 8]),
        issuer: "Disnaker Bojonegoro".into(),
        name: "CONTOH AHMAD SUPARMAN WIRYO KUSUMO ADININGRAT".into(),
        masked_nik: "990101••••••9999".into(),
        kpj: "99000000001".into(),
        programme: "Perlindungan Pekerja Rentan Bojonegoro 2026".into(),
        covers: vec!["JKK".into(), "JKM".into()],
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
        issued_at: "2026-01-02T03:04:05Z".parse().unwrap(),
    }
}

fn sealed(card: &Card, seed: u8) -> String {
    card.sealed(&office(seed).key, |bytes| key(seed).sign(bytes).to_bytes()).unwrap()
}

fn check(text: &str, today: Date) -> Checked {
    Card::check(text, &[office(2), office(1)], |_| false, today)
}

#[test]
fn a_card_says_what_was_sealed() {
    assert_eq!(check(&sealed(&card(), 1), TODAY), Checked::Valid(card()));
}

#[test]
fn it_holds_from_its_first_day_to_its_last() {
    let text = sealed(&card(), 1);
    for (day, wanted) in [
        (date(2025, 12, 31), Checked::NotYet(card())),
        (date(2026, 1, 1), Checked::Valid(card())),
        (date(2026, 12, 31), Checked::Valid(card())),
        (date(2027, 1, 1), Checked::Expired(card())),
    ] {
        assert_eq!(check(&text, day), wanted, "{day}");
    }
}

#[test]
fn one_that_the_office_ended_is_ended_whatever_its_days() {
    let ended = |number| number == CardNumber::from_bytes([7; 8]);
    let text = sealed(&card(), 1);
    assert_eq!(Card::check(&text, &[office(1)], ended, TODAY), Checked::Ended(card()));
    assert_eq!(Card::check(&text, &[office(1)], ended, date(2030, 1, 1)), Checked::Ended(card()));
}

#[test]
fn an_office_that_is_not_known_is_named_and_proves_nothing() {
    let wanted = Checked::Refused(Refusal::UnknownIssuer { claimed: "Disnaker Bojonegoro".into() });
    assert_eq!(check(&sealed(&card(), 3), TODAY), wanted);
}

#[test]
fn a_card_that_only_names_a_known_office_is_not_genuine() {
    // signed with another key under the name of the known one
    let forged = card().sealed(&office(1).key, |bytes| key(3).sign(bytes).to_bytes()).unwrap();
    assert_eq!(check(&forged, TODAY), Checked::Refused(Refusal::NotGenuine));
}

#[test]
fn other_codes_are_no_cards() {
    for text in ["", "3522284504859999", "PAYUNG:1/ABC", "https://example.org", "6BF", "%%%%", "a\u{1F600}"] {
        assert_eq!(check(text, TODAY), Checked::Refused(Refusal::NoCard), "{text}");
    }
}

#[test]
fn it_fits_a_code_that_reads_at_arms_length() {
    // a version 15 code with error correction M holds 600 characters of the alphanumeric alphabet
    let length = sealed(&card(), 1).len();
    assert!(length <= 600, "{length}");
}

fn unpacked(text: &str) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec_zlib(&base45::decode(text).unwrap()).unwrap()
}

/// A code of these bytes, not compressed: one stored block.
fn packed(bytes: &[u8]) -> String {
    let length = u16::try_from(bytes.len()).unwrap();
    let (one, two) = bytes.iter().fold((1, 0), |(one, two), byte| {
        let one = (one + u32::from(*byte)) % 65_521;
        (one, (two + one) % 65_521)
    });
    let head = [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    base45::encode([&head, bytes, &(two << 16 | one).to_be_bytes()].concat())
}

/// A card with other bytes.
fn with_bytes(text: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = unpacked(text);
    change(&mut bytes);
    packed(&bytes)
}

#[test]
fn every_flipped_bit_is_refused() {
    let text = sealed(&card(), 1);
    let bytes = unpacked(&text);
    assert_eq!(check(&packed(&bytes), TODAY), Checked::Valid(card()));
    for at in 0..bytes.len() * 8 {
        let flipped = with_bytes(&text, |bytes| bytes[at / 8] ^= 1 << (at % 8));
        assert!(matches!(check(&flipped, TODAY), Checked::Refused(_)), "bit {at}");
    }
}

#[test]
fn one_that_was_re_typed_with_another_name_or_number_is_not_genuine() {
    let text = sealed(&card(), 1);
    let replaced = |from: &[u8], to: &[u8]| {
        with_bytes(&text, |bytes| {
            let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
            bytes[at..at + to.len()].copy_from_slice(to);
        })
    };
    for (from, to) in [(b"CONTOH AHMAD", b"CONTOH BUDI "), (b"990000000012", b"990000000099")] {
        let at_least = &from[..from.len().min(11)];
        let changed = replaced(at_least, &to[..at_least.len()]);
        assert_eq!(check(&changed, TODAY), Checked::Refused(Refusal::NotGenuine));
    }
    // the words of a card, typed into a code anew: nobody has signed them
    let words = "CONTOH AHMAD 990101••••••9999 99000000001 JKK JKM 2026-01-01 2026-12-31";
    assert_eq!(check(words, TODAY), Checked::Refused(Refusal::NoCard));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_changed_letter_is_refused_or_changes_nothing(at in any::<prop::sample::Index>(), other in "[0-9A-Z $%*+./:-]") {
        let text = sealed(&card(), 1);
        let at = at.index(text.len());
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        match check(&changed, TODAY) {
            Checked::Valid(found) => prop_assert_eq!(found, card()),
            found => prop_assert!(matches!(found, Checked::Refused(_)), "{found:?}"),
        }
    }

    #[test]
    fn any_text_is_checked_without_a_panic(text in "\\PC{0,200}") {
        check(&text, TODAY);
    }
}
