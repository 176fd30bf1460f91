//! What a phone does for itself on a bad day: smaller pieces, places promised offline, photos that wait, two changes made one.

use crate::support::*;
use payung_device::{Known, Link, Occasion, Promise, Standing, SyncFailure, Trigger};
use payung_domain::wire::{ErrorCode, Lease, LeaseAsk, RefusalReason};
use payung_domain::{Field, State};

#[tokio::test]
async fn what_is_too_large_for_a_proxy_goes_in_smaller_pieces_at_once() {
    let phone = Phone::paired().await;
    for person in 1..=40 {
        phone.enrol(person).await;
    }
    phone.hub.set(Weather::SmallDoor(3_000));
    let report = phone.device.sync().await;
    assert_eq!(report.failure, None);
    assert_eq!((report.records_sent, report.photos_sent, report.records_left, report.photos_left), (40, 40, 0, 0));
    assert_eq!(phone.hub.state().photos.len(), 40);
    // a door through which nothing fits is told, and nothing is lost
    phone.enrol(41).await;
    phone.hub.set(Weather::SmallDoor(10));
    let report = phone.device.sync().await;
    assert_eq!(report.failure, Some(SyncFailure::Refused(ErrorCode::TooLarge)));
    assert_eq!(report.records_left, 1);
}

#[tokio::test]
async fn a_photo_whose_receipt_was_cut_off_is_asked_for_before_anything_is_sent_again() {
    let phone = Phone::paired().await;
    phone.enrol(1).await;
    phone.hub.set(Weather::PatchesLeft(100));
    let before = phone.hub.state().patch_bytes;
    // everything gets through but the round that would bring the receipt
    phone.hub.state().mute_after_photos = true;
    assert_eq!(phone.device.sync().await.failure, Some(SyncFailure::Interrupted));
    phone.hub.state().mute_after_photos = false;
    let sent = phone.hub.state().patch_bytes - before;
    let report = phone.device.sync().await;
    assert_eq!(
        (report.failure, report.photos_left, report.photos_sent),
        (None, 0, 0),
        "the first round brings the receipt"
    );
    assert_eq!(phone.hub.state().patch_bytes - before, sent);
}

#[tokio::test]
async fn an_upload_that_leads_nowhere_is_begun_anew() {
    let phone = Phone::paired().await;
    phone.enrol(1).await;
    phone.hub.set(Weather::PatchesLeft(2));
    assert_eq!(phone.device.sync().await.failure, Some(SyncFailure::Interrupted));
    phone.hub.set(Weather::Fine);
    let url = phone.hub.state().uploads.keys().next().unwrap().clone();
    phone.hub.state().phantoms.push(url);
    assert_eq!(phone.device.sync().await.failure, Some(SyncFailure::Interrupted));
    let report = phone.device.sync().await;
    assert_eq!((report.failure, report.photos_left), (None, 0));
}

#[tokio::test]
async fn where_a_proxy_keeps_nothing_of_a_cut_piece_the_pieces_shrink_until_they_fit() {
    let phone = Phone::paired().await;
    phone.enrol(1).await;
    phone.hub.set(Weather::ShortBreath(3_000));
    let mut report = phone.device.sync().await;
    for _ in 0..8 {
        report = phone.device.sync().await;
    }
    assert_eq!((report.failure, report.photos_left), (None, 0));
}

fn lease(places: &[u32], until: &str) -> Option<Lease> {
    Some(Lease { serial: 1, places: places.to_vec(), until: until.parse().unwrap() })
}

async fn promise(phone: &Phone, id: payung_domain::RecordId) -> Promise {
    phone.device.record(id).await.unwrap().promise
}

#[tokio::test]
async fn lent_places_are_promised_without_a_signal_each_once() {
    let phone = Phone::paired().await;
    let before = phone.enrol(1).await;
    assert_eq!(promise(&phone, before).await, Promise::Nothing, "no word of places has come yet");
    // the phone's clock says one in the morning, the hub's seven
    phone.hub.state().lease = lease(&[3, 5], "2026-11-21T09:00:00Z");
    phone.device.sync().await;
    assert_eq!(promise(&phone, before).await, Promise::InLine);
    let first = phone.enrol(2).await;
    let phone = phone.killed().await;
    let second = phone.enrol(3).await;
    let third = phone.enrol(4).await;
    assert_eq!(promise(&phone, first).await, Promise::Place { place: 3, quota: 5 });
    assert_eq!(promise(&phone, second).await, Promise::Place { place: 5, quota: 5 });
    assert_eq!(promise(&phone, third).await, Promise::InLine);
    assert_eq!(phone.device.places_to_promise().await.unwrap(), 0);
    phone.hub.set(Weather::NoSignal);
    phone.device.sync().await;
    phone.hub.set(Weather::Fine);
    phone.device.sync().await;
    let asked = phone.hub.state().asked.clone();
    let promised = phone.hub.state().promised.clone();
    assert!(asked.contains(&LeaseAsk { serial: 1, places: vec![3, 5], wanted: 22 }), "{asked:?}");
    let told: Vec<_> = [before, first, second, third].iter().map(|id| promised[id]).collect();
    assert_eq!(told, [(Some(1), None), (Some(2), Some(3)), (Some(3), Some(5)), (Some(4), None)]);
    // the hub says what it keeps
    assert_eq!(promise(&phone, first).await, Promise::Place { place: 3, quota: 5 });
    phone.hub.decide(first, 1, payung_domain::State::Placed { place: Some(3), covered_until: None });
    phone.device.sync().await;
    assert_eq!(promise(&phone, first).await, Promise::Nothing);
}

#[tokio::test]
async fn a_lease_ends_by_the_hubs_clock_whatever_the_phones_says() {
    let phone = Phone::paired().await;
    phone.hub.state().lease = lease(&[1, 2], "2026-11-21T07:30:00Z");
    phone.device.sync().await;
    let in_time = phone.enrol(1).await;
    phone.clock.pass(31 * 60);
    let late = phone.enrol(2).await;
    assert_eq!(promise(&phone, in_time).await, Promise::Place { place: 1, quota: 5 });
    assert_eq!(promise(&phone, late).await, Promise::InLine);
}

#[tokio::test]
async fn photos_wait_for_wifi_but_for_those_in_a_hurry() {
    let phone = Phone::paired().await;
    phone.device.set_photos_on_wifi(true).await.unwrap();
    let (_, urgent) = (phone.enrol(1).await, phone.enrol(2).await);
    let bytes = phone.device.counts().await.unwrap().bytes_to_send;
    let on = |trigger, link| Occasion { trigger, link };
    let report = phone.device.sync_on(on(Trigger::Hand, Link::Cellular)).await;
    assert_eq!((report.records_sent, report.photos_sent, report.photos_left), (2, 0, 2));
    assert!(report.waits_for_wifi && report.failure.is_none());
    assert!(phone.device.counts().await.unwrap().bytes_to_send < bytes);
    phone.device.hurry(urgent).await.unwrap();
    let report = phone.device.sync_on(on(Trigger::Timer, Link::Unknown)).await;
    assert_eq!((report.photos_sent, report.photos_left, report.waits_for_wifi), (1, 1, true));
    let report = phone.device.sync_on(on(Trigger::Online, Link::Wifi)).await;
    assert_eq!((report.photos_sent, report.photos_left, report.waits_for_wifi), (1, 0, false));
    assert_eq!(phone.device.counts().await.unwrap().bytes_to_send, 0);
    assert_eq!(phone.device.journal(1).await.unwrap()[0].report.trigger, Trigger::Online);
}

#[tokio::test]
async fn who_may_be_enrolled_elsewhere_is_known_offline() {
    let phone = Phone::paired().await;
    let nik = |person| crate::support::person_fields(person)[0].1.clone();
    assert_eq!(phone.device.sync().await.failure, None, "a hub without the filter is as good");
    phone.hub.state().enrolled = Some(vec![nik(7), nik(8)]);
    phone.hub.state().hours_passed = 1;
    assert_eq!(phone.device.sync().await.failure, None);
    phone.hub.set(Weather::NoSignal);
    let (stranger, known) = (phone.fill(6).await, phone.fill(7).await);
    let said = async |id, person| {
        let nik = payung_domain::Nik::parse(&nik(person)).unwrap();
        phone.device.known(id, nik).await.unwrap()
    };
    assert_eq!(said(stranger, 6).await, Known::Nowhere);
    assert_eq!(said(known, 7).await, Known::PerhapsElsewhere);
    phone.device.save(known).await.unwrap();
    phone.device.reopen(known).await.unwrap();
    assert_eq!(said(known, 7).await, Known::Nowhere, "that is this record itself");
    assert_eq!(said(stranger, 7).await, Known::Here(known));
}

#[tokio::test]
async fn a_record_that_was_changed_in_two_places_becomes_one_field_by_field() {
    let phone = Phone::paired().await;
    let id = phone.enrol(1).await;
    phone.device.sync().await;
    let first = phone.hub.state().records[&id].1.clone();
    // the kader's other phone was here
    let theirs = first.replace("\"Sawah\"", "\"Pasar\"").replace("CONTOH AHLI WARIS", "CONTOH LAIN");
    assert_ne!(theirs.replace("\"Pasar\"", "\"Sawah\""), first, "two fields differ");
    phone.hub.state().records.insert(id, (2, theirs));
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Address, "Dusun Kidul").unwrap();
    phone.device.set_field(id, Field::HeirName, "Contoh Sini").unwrap();
    phone.device.save(id).await.unwrap();
    phone.device.sync().await;
    assert_eq!(phone.standing(id).await, Standing::SetAside(RefusalReason::Conflict));
    let phone = phone.killed().await;
    phone.device.reopen(id).await.unwrap();
    let draft = phone.device.draft(id).await.unwrap().draft;
    let fields = [Field::Address, Field::Workplace, Field::HeirName].map(|field| draft.get(field).to_uppercase());
    assert_eq!(
        fields,
        ["DUSUN KIDUL", "PASAR", "CONTOH SINI"],
        "each side's changes, and this phone's where both have one"
    );
    let conflicts = phone.device.conflicts(id).await.unwrap();
    assert_eq!(conflicts.iter().map(|conflict| conflict.field).collect::<Vec<_>>(), [Field::HeirName]);
    phone.device.set_field(id, Field::HeirName, &conflicts[0].office).unwrap();
    phone.device.save(id).await.unwrap();
    assert_eq!(phone.device.sync().await.failure, None);
    assert_eq!(phone.standing(id).await, Standing::State(State::Corrected));
    let (revision, text) = phone.hub.state().records[&id].clone();
    assert_eq!(revision, 3);
    assert!(text.contains("Dusun Kidul") && text.contains("\"Pasar\"") && text.to_uppercase().contains("CONTOH LAIN"));
    assert!(phone.device.conflicts(id).await.unwrap().is_empty());
}
