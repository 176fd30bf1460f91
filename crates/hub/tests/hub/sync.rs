use crate::world::{OTHER_VILLAGE, VILLAGE, World, enrolment, id, push, push_of, push_text, request};
use axum::http::{Request, StatusCode};
use payung_domain::ids::ContentHash;
use payung_domain::state::{Comment, State};
use payung_domain::wire::{LeaseAsk, Pushed, RecordPush, RefusalReason, SyncRequest, SyncResponse};
use payung_domain::{Field, RecordId};
use payung_hub::decision::{Verdict, decide};
use payung_hub::{HubError, pairing};
use std::io::{Read as _, Write as _};

fn seen(world: &World, id: RecordId) -> i64 {
    let read = |c: &payung_hub::store::sql::Connection| Ok::<_, HubError>(payung_hub::store::record::get(c, id)?);
    world.hub.store.read(read).unwrap().unwrap().change_seq
}

fn reasons(response: &SyncResponse) -> Vec<RefusalReason> {
    response.refusals.iter().map(|refusal| refusal.reason.clone()).collect()
}

#[tokio::test]
async fn a_record_is_receipted_with_the_hash_of_its_bytes() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let text = serde_json::to_string_pretty(&enrolment(1)).unwrap();
    let response = world.push(&phone, vec![push_text(1, 1, text.clone())]).await;
    assert_eq!(response.nonce, "a nonce");
    assert_eq!(response.receipts.len(), 1);
    assert_eq!(response.receipts[0].content, ContentHash::of(&text));
    assert_eq!(response.receipts[0].photos_held, []);
    assert_eq!(response.changes, [], "the receipt says it already");
    assert_eq!(
        world.push(&phone, Vec::new()).await.changes[0].state,
        State::Received,
        "for a phone that lost the answer"
    );
    assert_eq!(response.places.unwrap().quota, Some(3));
    let known = response.village.map(|village| village.digest());
    assert!(known.is_some());
    let answer = world.sync(&phone, &SyncRequest { village: known, ..request(Vec::new()) }).await;
    assert_eq!((answer.village, answer.places.unwrap().kept), (None, 0), "what has not changed is not said again");
}

#[tokio::test]
async fn what_has_just_come_is_receipted_at_once_and_what_is_known_by_itself() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let known = world.push(&phone, vec![push(1)]).await.receipts;
    let lease = Some(LeaseAsk { serial: 0, places: Vec::new(), wanted: 1 });
    let lent = world.sync(&phone, &SyncRequest { lease, ..request(Vec::new()) }).await.lease.unwrap().places;
    world.pass(jiff::SignedDuration::from_hours(1));
    let promised = RecordPush { place: Some(lent[0]), ..push(2) };
    let records = vec![push(1), promised, push_text(9, 1, "[]".into()), push(3)];
    let pushed: Vec<_> = records.iter().map(Pushed::of).collect();
    let answer = world.sync(&phone, &SyncRequest { takes_batch_receipt: true, ..request(records) }).await;
    assert_eq!(answer.receipts, known, "it came an hour ago");
    assert_eq!(reasons(&answer), [RefusalReason::Malformed]);
    let batch = answer.batch.unwrap();
    let receipts = batch.receipts(&pushed, &answer.receipts, &answer.refusals).unwrap();
    assert_eq!(
        receipts.iter().map(|receipt| (receipt.id, receipt.place)).collect::<Vec<_>>(),
        [(id(2), Some(lent[0])), (id(3), None)]
    );
    let told_apart = world.push(&phone, vec![push(2), push(3)]).await;
    assert_eq!((told_apart.receipts, told_apart.batch), (receipts, None), "an older phone hears of each by itself");
}

#[tokio::test]
async fn the_same_record_again_gives_the_same_receipt_and_no_news() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let first = world.push(&phone, vec![push(1)]).await;
    world.pass(jiff::SignedDuration::from_hours(1));
    let mut again = request(vec![push(1), push(1)]);
    again.cursor = Some(first.cursor);
    let second = world.sync(&phone, &again).await;
    assert_eq!(second.receipts[0], first.receipts[0]);
    assert_eq!(second.receipts[1], first.receipts[0]);
    assert_eq!((second.changes.len(), second.cursor), (0, first.cursor));
}

#[tokio::test]
async fn bad_records_are_refused_one_by_one_and_block_nobody() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let mut other = enrolment(2);
    other.residence.village = OTHER_VILLAGE.parse().unwrap();
    let mut stranger = enrolment(3);
    stranger.programme = "listed".parse().unwrap();
    let mut changed = enrolment(1);
    changed.identity.name = "CONTOH LAIN".into();
    let mut endless = enrolment(6);
    endless.identity.address = "A".repeat(500);
    let response = world
        .push(
            &phone,
            vec![
                push_text(9, 1, "{\"nik\": \"x\"}".into()),
                push_of(2, 1, &other),
                push_of(3, 1, &stranger),
                push_of(1, 1, &changed),
                push_of(6, 1, &endless),
                push_of(7, 0, &enrolment(7)),
                push(4),
            ],
        )
        .await;
    use RefusalReason::*;
    assert_eq!(reasons(&response), [Malformed, OtherVillage, UnknownProgramme, Conflict, Malformed, Malformed]);
    assert_eq!(response.receipts.iter().map(|receipt| receipt.id).collect::<Vec<_>>(), [id(4)]);
}

#[tokio::test]
async fn a_record_of_another_village_is_neither_taken_over_nor_told_about() {
    let world = World::new();
    let (phone, other) = (world.pair(VILLAGE).await, world.pair(OTHER_VILLAGE).await);
    world.push(&phone, vec![push(1)]).await;
    let mut curious = request(vec![push_of(1, 2, &enrolment(1))]);
    curious.awaiting = vec![id(1)];
    let response = world.sync(&other, &curious).await;
    assert_eq!(reasons(&response), [RefusalReason::OtherVillage]);
    assert_eq!((response.receipts.len(), response.changes.len()), (0, 0));
}

#[tokio::test]
async fn a_returned_record_is_mended_by_its_next_revision() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let first = world.push(&phone, vec![push(1)]).await;
    let comments = vec![Comment { field: Field::Name, text: "Tulis lengkap.".into() }];
    decide(&world.hub, id(1), seen(&world, id(1)), Verdict::Return(comments.clone()), "user:sari").unwrap();
    let mut mended = enrolment(1);
    mended.identity.name = "CONTOH LENGKAP".into();
    let mut next = request(vec![push_of(1, 2, &mended)]);
    next.cursor = Some(first.cursor);
    let response = world.sync(&phone, &next).await;
    assert_eq!(response.receipts[0].revision, 2);
    let states: Vec<State> = response.changes.into_iter().map(|change| change.state).collect();
    assert_eq!(states, [State::NeedsCorrection { comments }, State::Corrected]);
    // an old answer was lost and the first revision comes again: the hub holds a later one
    let late = world.push(&phone, vec![push(1)]).await;
    assert_eq!(late.receipts[0].revision, 2);
}

#[tokio::test]
async fn a_correction_after_the_decision_comes_too_late() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    decide(&world.hub, id(1), seen(&world, id(1)), Verdict::Approve, "user:sari").unwrap();
    let response = world.push(&phone, vec![push_of(1, 2, &enrolment(1))]).await;
    assert_eq!(reasons(&response), [RefusalReason::AlreadyDecided]);
}

#[tokio::test]
async fn many_changes_come_in_pages() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    for start in [0, 80, 160] {
        world.push(&phone, (start..start + 80).map(push).collect()).await;
    }
    let first = world.sync(&phone, &request(Vec::new())).await;
    assert_eq!((first.changes.len(), first.more), (200, true));
    let mut next = request(Vec::new());
    next.cursor = Some(first.cursor);
    let second = world.sync(&phone, &next).await;
    assert_eq!((second.changes.len(), second.more), (40, false));
}

#[tokio::test]
async fn a_cursor_from_before_a_restore_hears_everything_again() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    for cursor in [1000, u64::MAX] {
        let mut ahead = request(Vec::new());
        ahead.cursor = Some(cursor);
        assert_eq!(world.sync(&phone, &ahead).await.changes.len(), 1);
    }
}

#[tokio::test]
async fn without_a_token_or_with_a_wrong_or_blocked_one_nothing_is_said() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let body = || serde_json::to_string(&request(Vec::new())).unwrap();
    for token in [None, Some("wrong")] {
        let answer = world.post("/v1/sync", token, body()).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "token_unknown"));
    }
    assert!(pairing::block(&world.hub, &phone.id, "command").unwrap());
    let answer = world.post("/v1/sync", Some(&phone.token), body()).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "token_unknown"));
}

#[tokio::test]
async fn a_malformed_message_is_refused_and_not_quoted() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    for body in ["", "[]", "{\"version\": \"CONTOH RAHASIA\"}", "\u{0}\u{1}", "{\"version\":1}"] {
        let answer = world.post("/v1/sync", Some(&phone.token), body).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "bad_request"), "{body}");
        assert!(!answer.text().contains("RAHASIA"));
    }
    let many = request((0..101).map(push).collect());
    let answer = world.post("/v1/sync", Some(&phone.token), serde_json::to_string(&many).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_zipped_message_is_read_and_a_zipped_answer_is_signed_as_it_was_before_zipping() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zip.write_all(serde_json::to_string(&request(vec![push(1)])).unwrap().as_bytes()).unwrap();
    let call = Request::post("/v1/sync")
        .header("authorization", format!("Bearer {}", phone.token))
        .header("content-encoding", "gzip")
        .header("accept-encoding", "gzip")
        .body(zip.finish().unwrap().into())
        .unwrap();
    let mut answer = world.call(call).await;
    assert_eq!((answer.status, answer.header("content-encoding")), (StatusCode::OK, "gzip"));
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_end(&mut body).unwrap();
    answer.body = body;
    world.assert_signed("/v1/sync", &answer);
}

#[tokio::test]
async fn only_the_bytes_that_are_held_are_receipted() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1), push_of(1, 3, &enrolment(2))]).await;
    // revision 2 was never here, and the bytes under 1 are others
    let response = world.push(&phone, vec![push_of(1, 2, &enrolment(1)), push_of(1, 1, &enrolment(3))]).await;
    assert_eq!(reasons(&response), [RefusalReason::Conflict, RefusalReason::Conflict]);
    assert_eq!(world.push(&phone, vec![push(1)]).await.receipts[0].revision, 3);
}

#[tokio::test]
async fn a_revision_far_ahead_is_not_taken() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let far = [push_of(1, 1002, &enrolment(1)), push_of(2, i32::MAX as u32, &enrolment(2))];
    let response = world.push(&phone, far.into()).await;
    assert_eq!(reasons(&response), [RefusalReason::Conflict, RefusalReason::Conflict]);
    assert_eq!(world.push(&phone, vec![push_of(1, 1001, &enrolment(1))]).await.receipts.len(), 1);
}

#[tokio::test]
async fn another_kaders_phone_does_not_go_on_with_a_record_until_its_own_is_blocked() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let code = pairing::make_code(&world.hub, VILLAGE.parse().unwrap(), "Bu Ani", 24, "command").unwrap();
    let other = world.post("/v1/pair", None, world.pair_body(&code)).await.json();
    let other = crate::world::Phone { token: other["token"].as_str().unwrap().into(), id: String::new() };
    let next = || vec![push_of(1, 2, &enrolment(2))];
    assert_eq!(reasons(&world.push(&other, next()).await), [RefusalReason::Conflict]);
    assert!(pairing::block(&world.hub, &phone.id, "command").unwrap());
    assert_eq!(world.push(&other, next()).await.receipts[0].revision, 2);
}

#[tokio::test]
async fn a_kaders_next_phone_goes_on_with_the_records_of_the_one_before() {
    let world = World::new();
    let (phone, next) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    world.push(&phone, vec![push(1)]).await;
    assert_eq!(world.push(&next, vec![push_of(1, 2, &enrolment(2))]).await.receipts[0].revision, 2);
}

#[tokio::test]
async fn a_cursor_of_another_village_hears_everything() {
    let world = World::new();
    let (phone, other) = (world.pair(VILLAGE).await, world.pair(OTHER_VILLAGE).await);
    world.push(&phone, vec![push(1)]).await;
    let mut elsewhere = enrolment(2);
    elsewhere.residence.village = OTHER_VILLAGE.parse().unwrap();
    let cursor = world.push(&other, vec![push_of(2, 1, &elsewhere)]).await.cursor;
    let mut moved = request(Vec::new());
    moved.cursor = Some(cursor);
    assert_eq!(world.sync(&phone, &moved).await.changes.len(), 1);
}

#[tokio::test]
async fn a_phone_that_remembers_an_older_revision_hears_the_newer_one() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let mut mended = enrolment(1);
    mended.work.place = "Sawah kidul".into();
    let answer = world.push(&phone, vec![push_of(1, 2, &mended)]).await;
    assert!(answer.newer.is_empty(), "the newest is no news");
    let answer = world.push(&phone, vec![push(1)]).await;
    assert_eq!(answer.receipts[0].revision, 2);
    let newer: Vec<_> = answer.newer.iter().map(|newer| (newer.id, newer.revision)).collect();
    assert_eq!(newer, [(id(1), 2)]);
    assert_eq!(answer.newer[0].enrolment.get(), serde_json::to_string(&mended).unwrap());
    assert_eq!(ContentHash::of(answer.newer[0].enrolment.get()), answer.receipts[0].content);
}
