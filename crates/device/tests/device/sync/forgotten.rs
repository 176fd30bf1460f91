//! A hub or a phone that has forgotten something, or is another one.

use super::correct;
use crate::support::*;
use payung_device::{PairLink, Standing, SyncFailure};
use payung_domain::{PhotoHash, State};

#[tokio::test]
async fn pairing_again_keeps_every_record() {
    let phone = Phone::paired().await;
    phone.enrol(9999).await;
    phone.hub.set(Weather::TokenForgotten);
    assert_eq!(phone.device.sync().await.failure, Some(SyncFailure::TokenUnknown));
    phone.hub.set(Weather::Fine);
    let link = PairLink::typed("https://hub.test", "ABCD-EFGH").unwrap();
    phone.device.pair_again(link, "test").await.unwrap();
    assert_eq!(phone.device.sync().await.records_sent, 1);
}

#[tokio::test]
async fn a_hub_that_has_forgotten_gets_text_and_photo_again() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.hub.set(Weather::PatchesLeft(1));
    phone.device.sync().await;
    phone.hub.set(Weather::Fine);
    phone.hub.state().records.clear();
    phone.hub.state().uploads.clear();
    for _ in 0..2 {
        assert_eq!(phone.device.sync().await.failure, None);
    }
    assert!(phone.hub.state().records.contains_key(&id));
    assert_eq!(phone.hub.state().photos.values().next().unwrap(), &photo(9999));
    assert_eq!(phone.counts().await.photos_to_send, 0);
}

#[tokio::test]
async fn a_phone_that_moves_to_another_hub_sends_everything_there() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.device.sync().await;
    assert_eq!(phone.counts().await.to_send, 0);
    // another hub: its own key, its own empty store
    phone.hub.state().records.clear();
    phone.hub.state().photos.clear();
    phone.hub.state().uploads.clear();
    phone.hub.set(Weather::WrongHub);
    phone.device.pair_again(PairLink::typed("https://hub.test", "ABCD-EFGH").unwrap(), "test").await.unwrap();
    let report = phone.device.sync().await;
    assert_eq!((report.records_sent, report.photos_sent, report.failure), (1, 1, None));
    assert!(phone.hub.state().records.contains_key(&id));
    assert_eq!(phone.counts().await.photos_to_send, 0);
}

#[tokio::test]
async fn a_phone_that_was_restored_hears_what_it_has_forgotten() {
    let phone = Phone::paired().await;
    let id = phone.enrol(1).await;
    assert_eq!(phone.device.sync().await.failure, None);
    // what this phone saved and sent after its backup was made
    let (_, first) = phone.hub.state().records[&id].clone();
    let second = first.replace("\"Sawah\"", "\"Sawah kidul\"").replace("\"SAWAH\"", "\"SAWAH KIDUL\"");
    assert_ne!(first, second);
    phone.hub.state().records.insert(id, (2, second.clone()));
    phone.hub.decide(id, 2, payung_domain::State::Corrected);
    assert_eq!(phone.device.sync().await.failure, None);
    let view = phone.device.record(id).await.unwrap();
    assert_eq!(view.enrolment, Some(serde_json::from_str(&second).unwrap()));
    assert_eq!(view.row.standing, Standing::State(payung_domain::State::Corrected));
    assert_eq!(phone.counts().await.to_send, 0);
    // and the next correction has a number of its own
    correct(&phone, id, "Dusun Lain", None).await;
    assert_eq!(phone.device.sync().await.records_sent, 1);
    assert_eq!(phone.hub.state().records[&id].0, 3);
}

#[tokio::test]
async fn a_revision_that_only_a_later_app_can_read_does_not_stop_the_others() {
    let phone = Phone::paired().await;
    let (old, fresh) = (phone.enrol(1).await, phone.enrol(2).await);
    phone.hub.state().records.insert(old, (2, r#"{"from":"a later app"}"#.into()));
    assert_eq!(phone.device.sync().await.failure, None);
    assert_eq!(phone.standing(fresh).await, Standing::State(payung_domain::State::Received));
    assert!(phone.device.record(old).await.unwrap().enrolment.is_some(), "what is here stays");
}

#[tokio::test]
async fn a_hub_that_was_restored_gets_everything_again_once() {
    let phone = Phone::paired().await;
    let (kept, lost) = (phone.enrol(1).await, phone.enrol(2).await);
    assert_eq!(phone.device.sync().await.failure, None);
    let backup_of = |hub: &mut HubState| {
        hub.records.remove(&lost);
        hub.photos.retain(|sha256, _| *sha256 == PhotoHash::of(&photo(1)));
        hub.restored_at = Some("2026-11-21T07:00:00Z".parse().unwrap());
    };
    backup_of(&mut phone.hub.state());
    let report = phone.device.sync().await;
    assert_eq!((report.failure, report.photos_sent), (None, 1), "only the photo that was lost goes again");
    let (has_record, photos) = {
        let hub = phone.hub.state();
        (hub.records.contains_key(&lost), hub.photos.len())
    };
    assert!(has_record && photos == 2);
    assert_eq!(phone.counts().await.to_send + phone.counts().await.photos_to_send, 0);
    for id in [kept, lost] {
        assert_eq!(phone.standing(id).await, Standing::State(State::Received));
    }
    let pushes = phone.hub.state().pushes.len();
    assert_eq!(phone.device.sync().await.records_sent, 0);
    assert_eq!(phone.hub.state().pushes.len(), pushes, "it is said once");
}
