//! What comes back with another phone.

use crate::support::Phone;
use payung_device::{Promise, TakenOver};
use payung_domain::RecordId;
use payung_domain::ids::ContentHash;
use payung_domain::wire::{Lease, Receipt};

async fn promise(phone: &Phone, id: RecordId) -> Option<u32> {
    match phone.device.record(id).await.unwrap().promise {
        Promise::Place { place, .. } => Some(place),
        _ => None,
    }
}

#[tokio::test]
async fn a_place_whose_record_went_with_another_phone_is_not_promised_again() {
    let phone = Phone::paired().await;
    let until = "2026-11-21T09:00:00Z".parse().unwrap();
    phone.hub.state().lease = Some(Lease { serial: 1, places: vec![3, 5], until });
    assert_eq!(phone.device.sync().await.failure, None);
    let first = phone.enrol(1).await;
    assert_eq!(promise(&phone, first).await, Some(3));
    let text = serde_json::to_string(&phone.device.record(first).await.unwrap().enrolment).unwrap();
    let receipt = Receipt {
        id: first,
        revision: 1,
        content: ContentHash::of(&text),
        photos_held: Vec::new(),
        received_at: "2026-11-21T07:00:00Z".parse().unwrap(),
        place: Some(3),
    };
    let file = phone.hub.answer_file(vec![receipt]);
    assert_eq!(phone.device.take_over(file.clone()).await.unwrap(), TakenOver::Answers(1));
    assert_eq!(phone.counts().await.to_send, 0, "the hub has the text");
    let second = phone.enrol(2).await;
    assert_eq!(promise(&phone, second).await, Some(5));
    phone.device.take_over(file).await.unwrap();
    let third = phone.enrol(3).await;
    assert_eq!(promise(&phone, third).await, None, "all that was lent is promised");
}
