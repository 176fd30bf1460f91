//! The receipt at the door: which key it carries, who certifies it, and what a phone says while it has none.

use crate::support::*;
use ed25519_dalek::SigningKey;
use jiff::civil::{Date, date};
use payung_device::*;
use payung_domain::card::Issuer;
use payung_domain::slip::{Checked, SignedSlip, Slip};
use payung_domain::{Enrolment, Field, RecordId};
use std::sync::Arc;

const UNTIL: Date = date(2027, 12, 26);

fn hub() -> Arc<TestHub> {
    let hub = TestHub::new();
    hub.state().certifies_until = Some(UNTIL);
    hub
}

async fn paired(hub: Arc<TestHub>) -> Phone {
    let phone = Phone::fresh(hub);
    phone.device.pair(link(), pin(), "test").await.unwrap();
    phone
}

fn link() -> PairLink {
    PairLink::typed("https://hub.test", "ABCD-EFGH").unwrap()
}

fn office() -> Issuer {
    let key = SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
    Issuer { name: "Disnaker".into(), key }
}

async fn code(phone: &Phone, id: RecordId) -> Result<(String, String), NoSlip> {
    let (number, text) = phone.device.slip(id).await.unwrap().code?;
    Ok((number.to_string(), text))
}

fn genuine(text: &str) -> SignedSlip {
    match Slip::check(text, &[office()], TODAY) {
        Checked::Genuine(signed) => signed,
        other => panic!("{other:?}"),
    }
}

fn held(phone: &Phone, id: RecordId) -> Enrolment {
    serde_json::from_str(&phone.hub.state().records[&id].1).unwrap()
}

async fn correct(phone: &Phone, id: RecordId) {
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Workplace, "Pasar").unwrap();
    phone.device.save(id).await.unwrap();
}

#[tokio::test]
async fn a_saved_record_has_a_genuine_receipt_before_any_sync() {
    let phone = paired(hub()).await;
    let id = phone.enrol(1).await;
    let view = phone.device.slip(id).await.unwrap();
    let (number, text) = view.code.clone().unwrap();
    let signed = genuine(&text);
    assert_eq!(signed.slip.key.hash().number(), number);
    assert_eq!(signed.slip.name, view.name);
    assert_eq!((signed.slip.hub_url.as_str(), signed.certificate.kader.as_str()), ("https://hub.test", "Bu Siti"));
    assert_eq!(signed.certificate.village, view.village);
}

#[tokio::test]
async fn the_hub_hears_the_key_s_hash_and_never_the_key_and_a_correction_keeps_it() {
    let phone = paired(hub()).await;
    let id = phone.enrol(1).await;
    let (number, text) = code(&phone, id).await.unwrap();
    let key = genuine(&text).slip.key;
    phone.device.sync().await;
    assert_eq!(held(&phone, id).worker_key, Some(key.hash()));
    assert!(!phone.hub.state().records[&id].1.contains(&String::from(key.clone())));
    correct(&phone, id).await;
    let (again, text) = code(&phone, id).await.unwrap();
    assert_eq!(again, number);
    assert!(genuine(&text).slip.key == key);
    phone.device.sync().await;
    assert_eq!(held(&phone, id).worker_key, Some(key.hash()));
}

#[tokio::test]
async fn two_people_have_two_keys_and_the_same_receipt_is_the_same_however_often_it_is_shown() {
    let phone = paired(hub()).await;
    let (first, second) = (phone.enrol(1).await, phone.enrol(2).await);
    assert_ne!(code(&phone, first).await.unwrap().0, code(&phone, second).await.unwrap().0);
    assert_eq!(code(&phone, first).await, code(&phone, first).await);
    let phone = phone.killed().await;
    assert!(code(&phone, first).await.is_ok(), "the key is in the store");
}

#[tokio::test]
async fn a_phone_of_before_is_certified_by_its_next_sync_and_asks_once() {
    let phone = Phone::paired().await;
    let id = phone.enrol(1).await;
    assert_eq!(code(&phone, id).await, Err(NoSlip::NotCertified));
    phone.hub.state().certifies_until = Some(UNTIL);
    phone.device.sync().await;
    genuine(&code(&phone, id).await.unwrap().1);
    let asked = phone.hub.state().certificates_asked;
    phone.device.sync().await;
    assert_eq!(phone.hub.state().certificates_asked, asked, "it has one");
}

#[tokio::test]
async fn a_certificate_that_ends_within_half_a_year_is_renewed() {
    let phone = paired(hub()).await;
    phone.hub.state().certifies_until = Some(date(2028, 12, 31));
    phone.device.sync().await;
    assert_eq!(phone.hub.state().certificates_asked, 0);
    phone.clock.pass(86_400 * 250);
    phone.hub.state().hours_passed += 24 * 250;
    // hears the hub's clock, and asks in the next
    phone.device.sync().await;
    phone.device.sync().await;
    assert_eq!(phone.hub.state().certificates_asked, 1);
    let id = phone.enrol(1).await;
    assert_eq!(genuine(&code(&phone, id).await.unwrap().1).certificate.until, date(2028, 12, 31));
}

#[tokio::test]
async fn a_hub_that_is_older_gives_none_and_everything_else_goes_on() {
    let phone = Phone::paired().await;
    let id = phone.enrol(1).await;
    let report = phone.device.sync().await;
    assert_eq!((report.failure, report.records_sent), (None, 1));
    assert_eq!(code(&phone, id).await, Err(NoSlip::NotCertified));
}

#[tokio::test]
async fn a_record_that_the_other_phone_gave_a_key_keeps_that_one() {
    let phone = paired(hub()).await;
    let id = phone.enrol(1).await;
    phone.device.sync().await;
    // the same record with the other phone's key, a revision further
    let mut theirs = held(&phone, id);
    let other = payung_domain::WorkerKey::from_bytes([9; 16]).hash();
    theirs.worker_key = Some(other);
    phone.hub.state().records.insert(id, (3, serde_json::to_string(&theirs).unwrap()));
    correct(&phone, id).await;
    phone.device.sync().await;
    // the hub's is taken over as it is: this phone's own receipt is another's now
    assert_eq!(code(&phone, id).await, Err(NoSlip::OnOtherPhone));
}

#[tokio::test]
async fn a_record_of_before_has_none_until_it_is_corrected() {
    let phone = paired(hub()).await;
    let id = phone.enrol(1).await;
    phone.device.sync().await;
    // as an older app of the kader's other phone has saved it
    let before = Enrolment { worker_key: None, ..held(&phone, id) };
    phone.hub.state().records.insert(id, (3, serde_json::to_string(&before).unwrap()));
    correct(&phone, id).await;
    phone.device.sync().await;
    assert_eq!(code(&phone, id).await, Err(NoSlip::Old));
    correct(&phone, id).await;
    phone.device.sync().await;
    let key = genuine(&code(&phone, id).await.unwrap().1).slip.key;
    assert_eq!(held(&phone, id).worker_key, Some(key.hash()));
}

#[tokio::test]
async fn a_receipt_names_the_programme_that_the_person_was_enrolled_for_and_where_the_office_is() {
    let phone = paired(hub()).await;
    let id = phone.enrol(9990).await;
    phone.device.sync().await;
    let before = phone.device.slip(id).await.unwrap();
    assert_eq!((before.programme.as_str(), before.address.as_str()), ("Program percobaan", "hub.test"));
    phone.hub.state().years_on = 1;
    phone.device.sync().await;
    assert_eq!(phone.device.village().await.unwrap().programme.name, "Program tahun depan");
    let after = phone.device.slip(id).await.unwrap();
    assert_eq!(after.programme, before.programme);
    assert_eq!(genuine(&after.code.unwrap().1).slip.programme, "Program percobaan");
}
