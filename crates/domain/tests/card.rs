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
    fn a_flipped_bit_in_what_was_signed_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let text = sealed(&card(), 1);
        let packed = base45::decode(&text).unwrap();
        let mut bytes = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let text = base45::encode(miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 0));
        prop_assert!(matches!(check(&text, TODAY), Checked::Refused(_)));
    }

    #[test]
    fn any_text_is_checked_without_a_panic(text in "\\PC{0,200}") {
        check(&text, TODAY);
    }
}
