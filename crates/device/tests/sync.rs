//! Nothing leaves the queue before the hub's signed receipt for every part of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use payung_device::{NextStep, PairError, PairLink, Standing, SyncFailure};
use payung_domain::state::Comment;
use payung_domain::wire::RefusalReason;
use payung_domain::{Field, PhotoHash, State};
use support::*;

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
async fn the_offices_word_comes_down_and_a_correction_goes_up() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.device.sync().await;
    let comments = vec![Comment { field: Field::Address, text: "Tulis nama dusun".into() }];
    phone.hub.decide(id, 1, State::NeedsCorrection { comments: comments.clone() });
    assert_eq!(phone.device.sync().await.changes, 1);
    assert_eq!(phone.standing(id).await, Standing::State(State::NeedsCorrection { comments }));
    assert_eq!(phone.device.needing_me().await.unwrap().len(), 1);

    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Address, "Dusun Krajan").unwrap();
    phone.device.save(id).await.unwrap();
    assert_eq!(phone.standing(id).await, Standing::State(State::Queued), "the correction has not left");
    assert!(phone.device.needing_me().await.unwrap().is_empty());
    phone.device.sync().await;
    assert_eq!(phone.standing(id).await, Standing::State(State::Corrected));
    assert_eq!(phone.hub.state().pushes, [(id, 1), (id, 2)]);
    assert_eq!(phone.hub.state().photos.len(), 1, "the photo was not sent again");

    phone.hub.decide(id, 2, State::Placed { place: Some(2), covered_until: None });
    phone.device.sync().await;
    assert_eq!(phone.standing(id).await, Standing::State(State::Placed { place: Some(2), covered_until: None }));
    let words: Vec<_> = phone.device.record(id).await.unwrap().timeline.iter().map(|e| e.state.key()).collect();
    assert_eq!(words, ["queued", "received", "needs_correction", "corrected", "placed"]);
}

#[tokio::test]
async fn a_judgement_of_an_older_revision_does_not_undo_a_waiting_correction() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.device.sync().await;
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Address, "Dusun Krajan").unwrap();
    phone.device.save(id).await.unwrap();
    phone.hub.decide(
        id,
        1,
        State::NeedsCorrection { comments: vec![Comment { field: Field::Name, text: "?".into() }] },
    );
    phone.device.sync().await;
    assert_eq!(phone.standing(id).await, Standing::State(State::Corrected));
    assert_eq!(phone.hub.state().records[&id].0, 2);
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
async fn a_correction_that_came_too_late_can_be_given_up() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.device.sync().await;
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Address, "Dusun Krajan").unwrap();
    phone.device.add_photo(id, new_photo(1)).await.unwrap();
    phone.device.save(id).await.unwrap();
    phone.hub.decide(id, 1, State::Placed { place: Some(4), covered_until: None });
    phone.hub.state().refuse.insert(id, RefusalReason::AlreadyDecided);
    phone.device.sync().await;
    assert_eq!(phone.standing(id).await, Standing::SetAside(RefusalReason::AlreadyDecided));

    phone.device.give_up_correction(id).await.unwrap();
    let view = phone.device.record(id).await.unwrap();
    assert_eq!(view.row.standing, Standing::State(State::Placed { place: Some(4), covered_until: None }));
    assert_eq!(view.enrolment.unwrap().identity.address, "Dusun Contoh");
    assert_eq!(phone.device.photo(id, view.photos[0].0.sha256, false).await.unwrap().unwrap(), photo(9999));
    assert!(phone.device.needing_me().await.unwrap().is_empty());
    assert_eq!(phone.counts().await.to_send, 0);
}

#[tokio::test]
async fn what_is_saved_while_sending_is_not_taken_for_sent() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    // the hub gets revision 1, the phone does not hear of it and saves revision 2
    phone.hub.set(Weather::AnswersLost);
    phone.device.sync().await;
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Rt, "7").unwrap();
    phone.device.save(id).await.unwrap();
    phone.hub.set(Weather::Fine);
    phone.device.sync().await;
    assert_eq!(phone.hub.state().records[&id].0, 2);
    assert!(phone.hub.state().records[&id].1.contains("\"rt\":7"));
    assert_eq!(phone.counts().await.to_send, 0);
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

async fn correct(phone: &Phone, id: payung_domain::RecordId, address: &str, retaken: Option<u16>) {
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Address, address).unwrap();
    if let Some(number) = retaken {
        phone.device.add_photo(id, new_photo(number)).await.unwrap();
    }
    phone.device.save(id).await.unwrap();
}

#[tokio::test]
async fn what_left_unheard_is_kept_until_something_newer_is_receipted() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.hub.set(Weather::AnswersLost);
    phone.device.sync().await;
    correct(&phone, id, "Dusun Krajan", Some(1)).await;
    // the office has decided on the revision of which the phone never heard
    phone.hub.set(Weather::Fine);
    phone.hub.decide(id, 1, State::Placed { place: Some(4), covered_until: None });
    phone.hub.state().refuse.insert(id, RefusalReason::AlreadyDecided);
    phone.device.sync().await;
    phone.device.give_up_correction(id).await.unwrap();
    let view = phone.device.record(id).await.unwrap();
    assert_eq!(view.row.standing, Standing::State(State::Placed { place: Some(4), covered_until: None }));
    let kept = phone.device.photo(id, view.photos[0].0.sha256, false).await.unwrap().unwrap();
    assert_eq!(kept, photo(9999));
    phone.hub.state().refuse.clear();
    assert_eq!(phone.device.sync().await.photos_sent, 1, "and the photo that the hub lacks goes there");
    assert_eq!(phone.counts().await.photos_to_send, 0);
}

#[tokio::test]
async fn a_second_correction_names_one_photo() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.device.sync().await;
    correct(&phone, id, "Dusun Krajan", Some(1)).await;
    correct(&phone, id, "Dusun Lor", None).await;
    let view = phone.device.record(id).await.unwrap();
    assert_eq!(view.photos.len(), 1);
    let shown = phone.device.photo(id, view.photos[0].0.sha256, false).await.unwrap().unwrap();
    assert_eq!(shown, photo(1));
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
