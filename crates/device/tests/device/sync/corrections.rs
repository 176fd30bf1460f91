//! A saved record is corrected, and the office may have decided meanwhile.

use super::correct;
use crate::support::*;
use payung_device::Standing;
use payung_domain::state::Comment;
use payung_domain::wire::RefusalReason;
use payung_domain::{Field, State};

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
