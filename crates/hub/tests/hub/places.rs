use crate::world::{OTHER_VILLAGE, Phone, VILLAGE, World, enrolment, id, push, push_of, request};
use jiff::SignedDuration;
use payung_domain::Field;
use payung_domain::state::{RejectReason, State};
use payung_domain::wire::{LeaseAsk, RecordPush, SyncRequest, SyncResponse};
use payung_hub::decision::{DecisionError, Verdict, decide};
use payung_hub::store::{lease, record};
use payung_hub::{HubError, sweep};
use serde_json::value::RawValue;
use std::sync::Arc;

fn approve(world: &World, number: u8) -> State {
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
    decide(&world.hub, id(number), row.change_seq, Verdict::Approve, "user:sari").unwrap()
}

#[tokio::test]
async fn a_village_fills_its_places_and_then_its_waiting_list() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, (1..=5).map(push).collect()).await;
    let states: Vec<State> = (1..=5).map(|number| approve(&world, number)).collect();
    let placed = |place| State::Placed { place: Some(place), covered_until: None };
    let waiting = |rank| State::WaitingList { rank, covered_until: None };
    assert_eq!(states, [placed(1), placed(2), placed(3), waiting(1), waiting(2)]);
    let places = world.push(&phone, Vec::new()).await.places.unwrap();
    assert_eq!((places.quota, places.taken, places.waiting), (Some(3), 3, 2));
}

#[tokio::test]
async fn a_regency_total_is_shared_by_its_villages() {
    let world = World::new();
    let mut states = Vec::new();
    for (number, village) in [(1, VILLAGE), (2, OTHER_VILLAGE), (3, VILLAGE), (4, OTHER_VILLAGE)] {
        world.serve_village(village, "total");
        let phone = world.pair(village).await;
        let mut person = enrolment(number);
        person.programme = "total".parse().unwrap();
        person.residence.village = village.parse().unwrap();
        world.push(&phone, vec![push_of(number, 1, &person)]).await;
        states.push(approve(&world, number));
    }
    assert_eq!(states[2], State::Placed { place: Some(3), covered_until: None });
    assert_eq!(states[3], State::WaitingList { rank: 1, covered_until: None });
    let phone = world.pair(VILLAGE).await;
    let places = world.push(&phone, Vec::new()).await.places.unwrap();
    assert_eq!((places.quota, places.taken, places.waiting), (Some(3), 3, 1));
}

#[tokio::test]
async fn a_programme_from_lists_counts_no_places() {
    let world = World::new();
    world.serve_village(VILLAGE, "listed");
    let phone = world.pair(VILLAGE).await;
    let mut person = enrolment(1);
    person.programme = "listed".parse().unwrap();
    world.push(&phone, vec![push_of(1, 1, &person)]).await;
    assert_eq!(approve(&world, 1), State::Placed { place: None, covered_until: None });
}

#[tokio::test]
async fn no_place_is_given_twice_when_the_office_decides_at_once() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, (1..=20).map(push).collect()).await;
    let threads: Vec<_> = (1..=20)
        .map(|number| {
            let hub = Arc::clone(&world.hub);
            std::thread::spawn(move || {
                let row = hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
                decide(&hub, id(number), row.change_seq, Verdict::Approve, "user:sari").unwrap()
            })
        })
        .collect();
    let mut places: Vec<u32> = threads
        .into_iter()
        .filter_map(|thread| match thread.join().unwrap() {
            State::Placed { place, .. } => place,
            _ => None,
        })
        .collect();
    places.sort_unstable();
    assert_eq!(places, [1, 2, 3]);
}

#[tokio::test]
async fn a_decision_on_what_has_changed_since_is_not_taken() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(1))?)).unwrap().unwrap();
    world.push(&phone, vec![push_of(1, 2, &enrolment(2))]).await;
    let refused = decide(&world.hub, id(1), row.change_seq, Verdict::Approve, "user:sari");
    assert!(matches!(refused, Err(DecisionError::Stale)));
}

/// A sync of a phone that asks for places.
async fn ask(world: &World, phone: &Phone, places: &[u32], wanted: u32, records: Vec<RecordPush>) -> SyncResponse {
    let serial = world.hub.store.read::<_, HubError>(|c| Ok(lease::serial(c, &phone.id)?)).unwrap();
    let lease = Some(LeaseAsk { serial, places: places.to_vec(), wanted });
    world.sync(phone, &SyncRequest { lease, ..request(records) }).await
}

/// The same person for the programme of forty places.
fn wide(push: RecordPush) -> RecordPush {
    let text = push.enrolment.get().replace("\"small\"", "\"wide\"");
    RecordPush { enrolment: RawValue::from_string(text).unwrap(), ..push }
}

fn promised(number: u8, place: u32) -> RecordPush {
    RecordPush { place: Some(place), ..push(number) }
}

#[tokio::test]
async fn a_promised_place_is_kept_and_given() {
    let world = World::new();
    world.serve_village(VILLAGE, "wide");
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    let lent = ask(&world, &one, &[], 5, Vec::new()).await.lease.unwrap().places;
    assert_eq!(lent, [1, 2, 3, 4, 5], "a quarter of forty at most");
    let others = ask(&world, &two, &[], 50, Vec::new()).await.lease.unwrap().places;
    assert_eq!(others, (6..=14).collect::<Vec<_>>());
    // the second phone's person comes first, and gets none of the first one's places
    let answer = ask(&world, &two, &others, 50, vec![wide(promised(1, 9))]).await;
    assert_eq!(answer.receipts[0].place, Some(9));
    assert_eq!(approve(&world, 1), State::Placed { place: Some(9), covered_until: None });
    let answer = ask(&world, &one, &lent, 5, vec![wide(promised(2, 3)), wide(push(3)), wide(promised(4, 9))]).await;
    let places: Vec<_> = answer.receipts.iter().map(|receipt| receipt.place).collect();
    assert_eq!(
        places,
        [Some(3), None, Some(22)],
        "its own, none without a promise, and a free one instead of another's"
    );
    assert_eq!(answer.lease.unwrap().places, [1, 2, 4, 5, 23]);
}

#[tokio::test]
async fn places_that_a_phone_does_not_name_go_back() {
    let world = World::new();
    world.serve_village(VILLAGE, "wide");
    let phone = world.pair(VILLAGE).await;
    assert_eq!(ask(&world, &phone, &[], 4, Vec::new()).await.lease.unwrap().places, [1, 2, 3, 4]);
    assert_eq!(ask(&world, &phone, &[1, 2, 3, 4], 2, Vec::new()).await.lease.unwrap().places, [1, 2]);
    assert_eq!(ask(&world, &phone, &[2], 2, Vec::new()).await.lease.unwrap().places, [2, 3]);
    assert!(ask(&world, &phone, &[2, 3, 40], 0, Vec::new()).await.lease.unwrap().places.is_empty());
    assert_eq!(world.push(&phone, Vec::new()).await.lease, None, "a phone that does not ask has none");
}

#[tokio::test]
async fn an_old_request_that_comes_again_takes_no_promised_place_back() {
    let world = World::new();
    world.serve_village(VILLAGE, "wide");
    let phone = world.pair(VILLAGE).await;
    let first =
        SyncRequest { lease: Some(LeaseAsk { serial: 0, places: Vec::new(), wanted: 3 }), ..request(Vec::new()) };
    let lent = world.sync(&phone, &first).await.lease.unwrap();
    assert_eq!((lent.serial, lent.places), (1, vec![1, 2, 3]));
    // its answer was lost, or a proxy says it twice: the phone may have promised one of them since
    let again = world.sync(&phone, &first).await.lease.unwrap();
    assert_eq!((again.serial, again.places), (1, vec![1, 2, 3]));
}

#[tokio::test]
async fn a_lease_that_ran_out_is_honoured_as_long_as_nobody_needs_the_place() {
    let world = World::new();
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    let lent = ask(&world, &one, &[], 3, Vec::new()).await.lease.unwrap();
    assert_eq!(lent.places, [1]);
    world.pass(SignedDuration::from_hours(24 * 15));
    world.push(&two, vec![push(1), push(2)]).await;
    assert_eq!(
        [approve(&world, 1), approve(&world, 2)],
        [2, 3].map(|place| State::Placed { place: Some(place), covered_until: None })
    );
    assert_eq!(ask(&world, &one, &lent.places, 1, vec![promised(3, 1)]).await.receipts[0].place, Some(1));
    // here it is needed
    let world = World::new();
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    ask(&world, &one, &[], 3, Vec::new()).await;
    world.push(&two, vec![push(1), push(2), push(4)]).await;
    let states: Vec<State> = [1, 2, 4].map(|number| approve(&world, number)).into();
    assert_eq!(states[2], State::WaitingList { rank: 1, covered_until: None }, "the third place is lent");
    world.pass(SignedDuration::from_hours(24 * 15));
    world.push(&two, Vec::new()).await;
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(4))?)).unwrap().unwrap();
    assert_eq!(row.state, State::Placed { place: Some(1), covered_until: None });
    assert_eq!(ask(&world, &one, &[1], 1, vec![promised(3, 1)]).await.receipts[0].place, None);
    assert_eq!(approve(&world, 3), State::WaitingList { rank: 1, covered_until: None });
}

#[tokio::test]
async fn a_blocked_phone_gives_its_places_back_and_a_refused_person_too() {
    let world = World::new();
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    ask(&world, &one, &[], 3, Vec::new()).await;
    payung_hub::pairing::block(&world.hub, &one.id, "user:sari").unwrap();
    let lent = ask(&world, &two, &[], 3, Vec::new()).await.lease.unwrap().places;
    assert_eq!(lent, [1], "the blocked phone's");
    ask(&world, &two, &lent, 0, vec![promised(1, 1), push(2), push(3), push(4)]).await;
    let states: Vec<State> = [2, 3, 4].map(|number| approve(&world, number)).into();
    assert_eq!(states[2], State::WaitingList { rank: 1, covered_until: None }, "the first place is promised");
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(1))?)).unwrap().unwrap();
    let verdict = Verdict::Reject(RejectReason::NotResident, String::new());
    decide(&world.hub, id(1), row.change_seq, verdict, "user:sari").unwrap();
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(4))?)).unwrap().unwrap();
    assert_eq!(row.state, State::Placed { place: Some(1), covered_until: None });
}

/// Three places, of which one is lent to the first phone; the fourth record is the other one's and waits for that place.
async fn one_waits_for_a_lent_place(world: &World) -> Phone {
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    assert_eq!(ask(world, &one, &[], 3, Vec::new()).await.lease.unwrap().places, [1]);
    world.push(&two, vec![push(1), push(2), push(4)]).await;
    let states: Vec<State> = [1, 2, 4].map(|number| approve(world, number)).into();
    assert_eq!(states[2], State::WaitingList { rank: 1, covered_until: None });
    one
}

fn state_of(world: &World, number: u8) -> State {
    world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap().state
}

#[tokio::test]
async fn a_place_that_was_lent_to_a_phone_is_not_kept_from_who_waits_when_the_phone_is_lost() {
    let world = World::new();
    let phone = one_waits_for_a_lent_place(&world).await;
    payung_hub::pairing::block(&world.hub, &phone.id, "user:sari").unwrap();
    assert_eq!(state_of(&world, 4), State::Placed { place: Some(1), covered_until: None }, "in the same breath");
    // or silent: nobody needs to call for it
    let world = World::new();
    one_waits_for_a_lent_place(&world).await;
    sweep::sweep(&world.hub).unwrap();
    assert!(matches!(state_of(&world, 4), State::WaitingList { .. }), "it is still lent");
    world.pass(SignedDuration::from_hours(24 * 15));
    sweep::sweep(&world.hub).unwrap();
    assert_eq!(state_of(&world, 4), State::Placed { place: Some(1), covered_until: None });
}

#[tokio::test]
async fn whoever_is_approved_waits_for_nobody_who_is_not() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let answer = world.push(&phone, (1..=5).map(push).collect()).await;
    assert!(answer.receipts.iter().all(|receipt| receipt.place.is_none()), "nothing was promised, nothing is kept");
    let places: Vec<State> = [5, 4, 3].map(|number| approve(&world, number)).into();
    assert_eq!(
        places,
        [1, 2, 3].map(|place| State::Placed { place: Some(place), covered_until: None }),
        "three places, three approved"
    );
    let waiting = |rank| State::WaitingList { rank, covered_until: None };
    assert_eq!(
        [approve(&world, 2), approve(&world, 1)],
        [waiting(1), waiting(1)],
        "the first one was enrolled earlier"
    );
    world.push(&phone, Vec::new()).await;
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(2))?)).unwrap().unwrap();
    assert_eq!(row.state, waiting(2), "and the phones are told");
}

#[tokio::test]
async fn a_promised_person_keeps_the_place_however_many_are_approved_before() {
    let world = World::new();
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    let lent = ask(&world, &one, &[], 3, Vec::new()).await.lease.unwrap().places;
    ask(&world, &one, &lent, 0, vec![promised(1, lent[0])]).await;
    world.push(&two, (2..=6).map(push).collect()).await;
    let placed = (2..=6).filter(|&number| matches!(approve(&world, number), State::Placed { .. })).count();
    assert_eq!(placed, 2);
    assert_eq!(approve(&world, 1), State::Placed { place: Some(lent[0]), covered_until: None });
}

#[tokio::test]
async fn of_two_enrolments_of_one_person_the_first_placed_stays_and_the_second_is_told() {
    let world = World::new();
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    world.push(&one, vec![push(1)]).await;
    let kept = world.push(&two, vec![push_of(2, 1, &enrolment(1))]).await;
    assert_eq!(kept.receipts[0].place, None);
    assert_eq!(approve(&world, 1), State::Placed { place: Some(1), covered_until: None });
    let told = world.push(&two, Vec::new()).await.changes;
    let State::NeedsCorrection { comments } = &told.last().unwrap().state else { panic!("{told:?}") };
    assert_eq!(comments[0].field, Field::Nik);
    // a third one hears it at once, and neither holds a place
    let answer = world.push(&two, vec![push_of(3, 1, &enrolment(1))]).await;
    assert_eq!(answer.receipts[0].place, None);
    assert!(matches!(answer.changes.last().unwrap().state, State::NeedsCorrection { .. }));
    assert_eq!(ask(&world, &one, &[], 3, Vec::new()).await.lease.unwrap().places.len(), 1, "two of three are free");
    // a slip is mended; insisting is told again
    let answer = world.push(&two, vec![push_of(2, 2, &enrolment(2)), push_of(3, 2, &enrolment(1))]).await;
    assert_eq!(answer.changes.iter().rev().find(|change| change.id == id(2)).unwrap().state, State::Corrected);
    assert!(matches!(approve(&world, 2), State::Placed { .. }));
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(3))?)).unwrap().unwrap();
    assert!(matches!(row.state, State::NeedsCorrection { .. }));
}

#[tokio::test]
async fn the_filter_knows_who_is_enrolled_in_the_regency() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1), push(2)]).await;
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(2))?)).unwrap().unwrap();
    let verdict = Verdict::Reject(RejectReason::NotResident, String::new());
    decide(&world.hub, id(2), row.change_seq, verdict, "user:sari").unwrap();
    let answer = world.enrolled(&phone).await;
    assert_eq!(answer.nonce, "a nonce");
    assert!(answer.filter.may_have(&enrolment(1).identity.nik));
    assert!(!answer.filter.may_have(&enrolment(2).identity.nik), "a refused one may try again");
    world.push(&phone, vec![push(3)]).await;
    assert!(!world.enrolled(&phone).await.filter.may_have(&enrolment(3).identity.nik), "made once an hour");
    world.pass(SignedDuration::from_hours(2));
    assert!(world.enrolled(&phone).await.filter.may_have(&enrolment(3).identity.nik));
}
