//! Nothing leaves the queue before the hub's signed receipt for every part of it.

mod corrections;
mod forgotten;
mod turn;

use crate::support::*;
use payung_device::{NextStep, PairError, PairLink, Standing, SyncFailure};
use payung_domain::wire::RefusalReason;
use payung_domain::{Field, State};

#[tokio::test]
async fn a_record_and_its_photo_arrive_and_a_second_sync_sends_nothing() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    assert_eq!(phone.standing(id).await, Standing::State(State::Queued));
    let report = phone.device.sync().await;
    assert_eq!((report.records_sent, report.photos_sent, report.failure), (1, 1, None));
    assert_eq!(phone.standing(id).await, Standing::State(State::Received));
    assert_eq!(phone.counts().await.photos_to_send, 0);
    assert_eq!(phone.hub.state().photos.values().next().unwrap(), &photo(9999));

    let report = phone.device.sync().await;
    assert_eq!((report.records_sent, report.photos_sent, report.failure), (0, 0, None));
    assert_eq!(phone.hub.state().pushes, [(id, 1)]);
}

#[tokio::test]
async fn whatever_answers_wrongly_everything_stays_queued_with_a_reason() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    for (weather, failure, step) in [
        (Weather::NoSignal, SyncFailure::NoSignal, NextStep::RetryLater),
        (Weather::LoginPage, SyncFailure::NotTheHub, NextStep::RetryLater),
        (Weather::WrongHub, SyncFailure::NotTheHub, NextStep::RetryLater),
        (Weather::ReceiptsOthers, SyncFailure::NotTheHub, NextStep::RetryLater),
        (Weather::TokenForgotten, SyncFailure::TokenUnknown, NextStep::PairAgain),
        (Weather::BadGateway, SyncFailure::HubTrouble(502), NextStep::RetryLater),
        (Weather::AnswersLost, SyncFailure::Interrupted, NextStep::RetryLater),
    ] {
        phone.hub.set(weather);
        let report = phone.device.sync().await;
        assert_eq!(report.failure, Some(failure), "{weather:?}");
        assert_eq!(failure.next_step(), step);
        assert_eq!(phone.standing(id).await, Standing::State(State::Queued), "{weather:?}");
        assert_eq!(phone.counts().await.to_send, 1, "{weather:?}");
        assert_eq!(phone.device.journal(1).await.unwrap()[0].report.failure, Some(failure));
    }
    phone.hub.set(Weather::Fine);
    assert_eq!(phone.device.sync().await.failure, None);
    assert_eq!(phone.counts().await.to_send, 0);
    assert_eq!(phone.hub.state().records.len(), 1, "what arrived unheard was not doubled");
}

#[tokio::test]
async fn a_photo_goes_on_where_the_signal_broke_off_also_after_a_restart() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.hub.set(Weather::PatchesLeft(1));
    assert_eq!(phone.device.sync().await.failure, Some(SyncFailure::Interrupted));
    assert_eq!(phone.standing(id).await, Standing::State(State::Received), "the text is there");
    assert_eq!(phone.counts().await.photos_to_send, 1, "and says so of the photo");

    let phone = phone.killed().await;
    phone.hub.set(Weather::Fine);
    assert_eq!(phone.device.sync().await.failure, None);
    assert_eq!(phone.counts().await.photos_to_send, 0);
    assert_eq!(phone.hub.state().patch_bytes, photo(9999).len(), "no byte was sent twice");
}

#[tokio::test]
async fn the_oldest_goes_first_and_many_go_in_batches() {
    let phone = Phone::paired().await;
    let mut ids = Vec::new();
    for person in 1..=120 {
        ids.push(phone.enrol(person).await);
    }
    let report = phone.device.sync().await;
    assert_eq!((report.records_sent, report.photos_sent, report.failure), (120, 120, None));
    assert_eq!(phone.counts().await.photos_to_send, 0, "every photo is receipted, also past the first page");
    let pushed: Vec<_> = phone.hub.state().pushes.iter().map(|(id, _)| *id).collect();
    assert_eq!(pushed, ids);
}

#[tokio::test]
async fn a_batch_of_records_is_zipped() {
    let phone = Phone::paired().await;
    for person in 1..=20 {
        phone.enrol(person).await;
    }
    assert_eq!(phone.device.sync().await.records_sent, 20);
    let state = phone.hub.state();
    let text: usize = state.records.values().map(|(_, json)| json.len()).sum();
    assert!(state.sync_bytes * 3 < text, "{} bytes on the wire for {text} of text", state.sync_bytes);
}

#[tokio::test]
async fn a_refused_record_is_set_aside_with_its_reason_and_does_not_block_the_others() {
    let phone = Phone::paired().await;
    let (bad, good) = (phone.enrol(1).await, phone.enrol(2).await);
    phone.hub.state().refuse.insert(bad, RefusalReason::UnknownProgramme);
    let report = phone.device.sync().await;
    assert_eq!((report.records_sent, report.records_refused, report.failure), (1, 1, None));
    assert_eq!(phone.standing(bad).await, Standing::SetAside(RefusalReason::UnknownProgramme));
    assert_eq!(phone.standing(good).await, Standing::State(State::Received));
    assert_eq!(phone.device.needing_me().await.unwrap().len(), 1);

    // mended: saved again, it goes as a new revision
    phone.hub.state().refuse.clear();
    phone.device.reopen(bad).await.unwrap();
    phone.device.save(bad).await.unwrap();
    assert_eq!(phone.device.sync().await.failure, None);
    assert_eq!(phone.standing(bad).await, Standing::State(State::Received));
    assert_eq!(phone.hub.state().records[&bad].0, 2);
}

#[tokio::test]
async fn a_receipt_for_another_revision_settles_nothing_and_is_not_asked_for_again_at_once() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.hub.state().ahead.insert(id, 7);
    let report = phone.device.sync().await;
    assert_eq!((report.records_sent, report.failure), (0, None));
    assert_eq!(phone.hub.state().pushes.len(), 1);
    assert_eq!(phone.standing(id).await, Standing::State(State::Queued));
}

#[tokio::test]
async fn a_bad_code_a_login_page_and_a_wrong_hub_pair_nothing() {
    let hub = TestHub::new();
    let phone = Phone::fresh(hub.clone());
    let link = |code: &str, key: Option<&str>| PairLink {
        hub_url: "https://hub.test".into(),
        code: code.into(),
        hub_key: key.map(str::to_owned),
    };
    let pair = |link| phone.device.pair(link, pin(), "test");
    assert!(matches!(pair(link("WRONG", None)).await, Err(PairError::CodeUnknown)));
    let other_key = "00".repeat(32);
    assert!(matches!(pair(link("ABCD-EFGH", Some(&other_key))).await, Err(PairError::WrongHub)));
    hub.set(Weather::LoginPage);
    assert!(matches!(pair(link("ABCD-EFGH", None)).await, Err(PairError::Call(SyncFailure::NotTheHub))));
    hub.set(Weather::NoSignal);
    assert!(matches!(pair(link("ABCD-EFGH", None)).await, Err(PairError::Call(SyncFailure::NoSignal))));
    assert_eq!(phone.device.status(), payung_device::Status::Unpaired);
    assert_eq!(std::fs::read_dir(phone.folder.path()).unwrap().count(), 0, "nothing is left behind");
}

async fn correct(phone: &Phone, id: payung_domain::RecordId, address: &str, retaken: Option<u16>) {
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Address, address).unwrap();
    if let Some(number) = retaken {
        phone.device.add_photo(id, new_photo(number)).await.unwrap();
    }
    phone.device.save(id).await.unwrap();
}
