//! Next year's programme begins with this year's people.

use crate::people::{id, is_placed, person, push};
use crate::world::{VILLAGE, World};
use jiff::SignedDuration;
use payung_domain::state::State;
use payung_domain::wire::RecordPush;
use payung_hub::HubError;
use payung_hub::ending::Note;
use payung_hub::examine::examine_newest;
use payung_hub::store::record;

/// The same person again under another number, for a programme.
fn again(world: &World, number: u32, of: u32, programme: &str) -> RecordPush {
    let mut renewed = person(world, of, programme, VILLAGE);
    renewed.identity.nik = crate::people::nik(of);
    push(world, number, &renewed, None)
}

fn has_warnings(world: &World, number: u32) -> bool {
    let look = |connection: &payung_hub::store::sql::Connection| {
        let row = record::get(connection, id(number))?.unwrap();
        Ok(!examine_newest(&world.hub, connection, &row)?.twins.is_empty())
    };
    world.hub.store.read::<_, HubError>(look).unwrap()
}

#[tokio::test]
async fn whoever_is_covered_by_last_years_programme_is_no_double_in_this_years() {
    let world = World::new();
    world.serve_village(VILLAGE, "bojonegoro_2025");
    let phone = world.pair(VILLAGE).await;
    world.enrol(&phone, &[push(&world, 1, &person(&world, 1, "bojonegoro_2025", VILLAGE), None)]);
    world.approve_all([1].into_iter());
    let (from, until) = ("2025-01-01".parse().unwrap(), "2099-12-31".parse().unwrap());
    world.note_all([1].into_iter(), Note::Covered { kpj: crate::people::kpj(), from, until });
    assert!(world.enrolled(&phone).await.filter.may_have(&crate::people::nik(1)));

    world.serve_village(VILLAGE, "demo");
    world.enrol(&phone, &[again(&world, 11, 1, "demo")]);
    assert_eq!(world.state_of(11), State::Received, "not returned as a double");
    assert!(!has_warnings(&world, 11));
    world.pass(SignedDuration::from_hours(2));
    assert!(is_placed(&world.approve_all([11].into_iter())[0]));
    assert_eq!(world.state_of(1), State::Active { from, until }, "the former cover stays");
}

#[tokio::test]
async fn the_filter_of_who_is_enrolled_forgets_a_programme_that_no_village_enrols_for() {
    let world = World::new();
    world.serve_village(VILLAGE, "bojonegoro_2025");
    let phone = world.pair(VILLAGE).await;
    world.enrol(&phone, &[push(&world, 1, &person(&world, 1, "bojonegoro_2025", VILLAGE), None)]);
    assert!(world.enrolled(&phone).await.filter.may_have(&crate::people::nik(1)));
    let villages = world.hub.store.read::<_, HubError>(|c| Ok(payung_hub::store::village::list(c)?)).unwrap();
    for village in villages {
        world.serve_village(&village.code.to_string(), "demo");
    }
    world.pass(SignedDuration::from_hours(2));
    assert!(!world.enrolled(&phone).await.filter.may_have(&crate::people::nik(1)), "to be visited again");
}

#[tokio::test]
async fn two_programmes_of_one_year_pay_for_a_person_once() {
    let world = World::new();
    world.serve_village(VILLAGE, "bogor_2026");
    let phone = world.pair(VILLAGE).await;
    world.enrol(&phone, &[push(&world, 1, &person(&world, 1, "bogor_2026", VILLAGE), None)]);
    world.approve_all([1].into_iter());
    world.serve_village(VILLAGE, "demo");
    world.enrol(&phone, &[again(&world, 11, 1, "demo")]);
    assert!(matches!(world.state_of(11), State::NeedsCorrection { .. }), "{:?}", world.state_of(11));
    assert!(has_warnings(&world, 11));
}
