use crate::world::{OTHER_VILLAGE, VILLAGE, World, enrolment, id, push, push_of};
use payung_domain::state::State;
use payung_hub::HubError;
use payung_hub::decision::{DecisionError, Verdict, decide};
use payung_hub::store::record;
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
    let placed = |place| State::Placed { place: Some(place) };
    let waiting = |rank| State::WaitingList { rank };
    assert_eq!(states, [placed(1), placed(2), placed(3), waiting(1), waiting(2)]);
    let places = world.push(&phone, Vec::new()).await.village.places;
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
    assert_eq!(states[2], State::Placed { place: Some(3) });
    assert_eq!(states[3], State::WaitingList { rank: 1 });
    let phone = world.pair(VILLAGE).await;
    let places = world.push(&phone, Vec::new()).await.village.places;
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
    assert_eq!(approve(&world, 1), State::Placed { place: None });
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
            State::Placed { place } => place,
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
