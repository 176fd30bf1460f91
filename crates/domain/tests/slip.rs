//! The receipt at the door, made and checked; scripts/card checks it with implementations that are not ours.

#![allow(clippy::unwrap_used)]

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::civil::{Date, date};
use payung_domain::WorkerKey;
use payung_domain::card::{Card, CardNumber, Issuer, Refusal};
use payung_domain::code::Code;
use payung_domain::slip::{Certificate, Checked, SignedSlip, Slip};
use proptest::prelude::*;

const TODAY: Date = date(2026, 3, 1);
const HUB: u8 = 1;
const PHONE: u8 = 20;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// As random as a key is: it packs as badly.
fn public(seed: u8) -> [u8; 32] {
    key(seed).verifying_key().to_bytes()
}

fn office(seed: u8) -> Issuer {
    Issuer { name: "Disnaker Bojonegoro".into(), key: public(seed) }
}

fn certificate() -> Certificate {
    Certificate {
        phone_key: public(PHONE),
        phone: Certificate::name_of("00112233445566778899aabbccddeeff"),
        kader: "Sri Wahyuningsih Kusumastuti".into(),
        village: "Sumberjokidul".into(),
        office: "Disnaker Bojonegoro".into(),
        until: date(2027, 1, 31),
    }
}

fn slip() -> Slip {
    Slip {
        key: WorkerKey::from_bytes(*public(30).first_chunk().unwrap()),
        name: "CONTOH AHMAD SUPARMAN WIRYO KUSUMO ADININGRAT".into(),
        programme: "Perlindungan Pekerja Rentan Bojonegoro 2026".into(),
        saved_at: "2026-02-28T03:04:05Z".parse().unwrap(),
        hub_url: "https://payung.bojonegorokab.go.id".into(),
    }
}

fn certified(certificate: &Certificate, named: u8, signed_by: u8) -> Vec<u8> {
    certificate.sealed(&public(named), |bytes| key(signed_by).sign(bytes).to_bytes()).unwrap()
}

fn sealed(slip: &Slip, certificate: &[u8], phone: u8) -> String {
    slip.sealed(certificate, |bytes| key(phone).sign(bytes).to_bytes()).unwrap()
}

fn genuine() -> String {
    sealed(&slip(), &certified(&certificate(), HUB, HUB), PHONE)
}

fn check(text: &str, today: Date) -> Checked {
    Slip::check(text, &[office(2), office(HUB)], today)
}

fn signed() -> SignedSlip {
    SignedSlip { slip: slip(), certificate: certificate(), hub_key: public(HUB) }
}

#[test]
fn a_receipt_says_what_was_sealed_and_who_gave_it() {
    assert!(check(&genuine(), TODAY) == Checked::Genuine(signed()));
    assert!(Slip::opened(&genuine()) == Ok(signed()));
}

#[test]
fn it_counts_until_its_phone_s_certificate_ends() {
    assert!(check(&genuine(), date(2027, 1, 31)) == Checked::Genuine(signed()));
    assert!(check(&genuine(), date(2027, 2, 1)) == Checked::CertificateOver(signed()));
}

#[test]
fn one_given_after_the_certificate_s_end_proves_no_right_to_give_it() {
    let late = Slip { saved_at: "2027-02-01T00:00:00Z".parse().unwrap(), ..slip() };
    let text = sealed(&late, &certified(&certificate(), HUB, HUB), PHONE);
    // whoever's clock is behind
    assert!(matches!(check(&text, TODAY), Checked::CertificateOver(_)));
}

#[test]
fn an_office_that_is_not_known_is_named_and_proves_nothing() {
    let text = sealed(&slip(), &certified(&certificate(), 3, 3), PHONE);
    let wanted = Checked::Refused(Refusal::UnknownIssuer { claimed: "Disnaker Bojonegoro".into() });
    assert_eq!(check(&text, TODAY), wanted);
    // its key is in it: a phone that asks that hub knows whom it must hear
    assert_eq!(Slip::opened(&text).unwrap().hub_key, public(3));
}

#[test]
fn a_phone_that_the_office_has_not_certified_gives_no_receipts() {
    for (certificate, phone) in [
        // a certificate that was copied from another phone's receipt
        (certified(&certificate(), HUB, HUB), 21),
        // one that a phone has signed for itself, under the office's name
        (certified(&certificate(), HUB, PHONE), PHONE),
        // none at all
        (Vec::new(), PHONE),
    ] {
        assert_eq!(check(&sealed(&slip(), &certificate, phone), TODAY), Checked::Refused(Refusal::NotGenuine));
    }
    // and one that a phone has signed for itself with its own key is another office's
    let text = sealed(&slip(), &certified(&certificate(), PHONE, PHONE), PHONE);
    assert!(matches!(check(&text, TODAY), Checked::Refused(Refusal::UnknownIssuer { .. })));
}

#[test]
fn a_certificate_is_read_only_with_the_key_of_its_hub() {
    let bytes = certified(&certificate(), HUB, HUB);
    assert_eq!(Certificate::opened(&bytes, &public(HUB)), Some(certificate()));
    assert_eq!(Certificate::opened(&bytes, &public(2)), None);
    assert_eq!(Certificate::opened(&certified(&certificate(), HUB, 2), &public(HUB)), None);
}

#[test]
fn an_address_is_the_same_with_and_without_encryption() {
    for hub_url in ["https://payung.example/hub", "http://127.0.0.1:8700"] {
        let slip = Slip { hub_url: hub_url.into(), ..slip() };
        let text = sealed(&slip, &certified(&certificate(), HUB, HUB), PHONE);
        assert_eq!(Slip::opened(&text).unwrap().slip.hub_url, hub_url);
    }
}

#[test]
fn a_card_a_receipt_and_other_codes_are_told_apart() {
    let card = Card {
        number: CardNumber::from_bytes([7; 8]),
        issuer: "Disnaker Bojonegoro".into(),
        name: "CONTOH".into(),
        masked_nik: "990101••••••9999".into(),
        kpj: "99000000001".into(),
        programme: "Contoh".into(),
        covers: vec!["JKK".into()],
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
        issued_at: "2026-01-02T03:04:05Z".parse().unwrap(),
    };
    let card = card.sealed(&public(HUB), |bytes| key(HUB).sign(bytes).to_bytes()).unwrap();
    assert_eq!((Code::of(&card), Code::of(&genuine())), (Code::Card, Code::Slip));
    for text in ["", "3522284504859999", "PAYUNG:1/ABC", "payung://pair?hub=a", "6BF", "%%%%", "a\u{1F600}"] {
        assert_eq!(Code::of(text), Code::Other, "{text}");
        assert_eq!(check(text, TODAY), Checked::Refused(Refusal::NoCard), "{text}");
    }
    assert_eq!(check(&card, TODAY), Checked::Refused(Refusal::NoCard));
    assert!(matches!(
        Card::check(&genuine(), &[office(HUB)], |_| false, TODAY),
        payung_domain::card::Checked::Refused(Refusal::NoCard)
    ));
}

#[test]
fn it_fits_a_code_that_reads_from_a_screen_and_from_paper() {
    const LETTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let text = genuine();
    assert!(text.chars().all(|letter| LETTERS.contains(letter)));
    // a version 17 code with error correction M holds 734 characters of the alphanumeric alphabet; on a roll of 58 mm its modules
    // are four dots of the printer wide
    assert!(text.len() <= 734, "{}", text.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_flipped_bit_in_what_was_signed_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let packed = base45::decode(genuine()).unwrap();
        let mut bytes = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let text = base45::encode(miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 0));
        prop_assert!(matches!(check(&text, TODAY), Checked::Refused(_)));
    }

    #[test]
    fn a_changed_letter_is_refused_or_changes_nothing(at in any::<prop::sample::Index>(), other in "[0-9A-Z $%*+./:-]") {
        let text = genuine();
        let at = at.index(text.len());
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        match check(&changed, TODAY) {
            Checked::Genuine(found) => prop_assert!(found == signed()),
            found => prop_assert!(matches!(found, Checked::Refused(_)), "{found:?}"),
        }
    }

    #[test]
    fn any_text_is_checked_without_a_panic(text in "\\PC{0,200}") {
        check(&text, TODAY);
        Code::of(&text);
    }
}
