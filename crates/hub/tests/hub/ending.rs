use crate::people::{id, is_placed, kpj, person, push};
use crate::world::{VILLAGE, World};
use jiff::SignedDuration;
use jiff::civil::date;
use payung_domain::state::{EndReason, State};
use payung_hub::HubError;
use payung_hub::decision::DecisionError;
use payung_hub::ending::{Note, end_covers, note};
use payung_hub::store::{audit, record};

/// Five people for three places, all approved: the last two wait.
async fn five() -> World {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let pushes: Vec<_> = (1..=5).map(|n| push(&world, n, &person(&world, n, "small", VILLAGE), None)).collect();
    world.enrol(&phone, &pushes);
    world.approve_all(1..=5);
    assert!(world.states(1..=3).iter().all(is_placed) && !is_placed(&world.state_of(4)));
    world
}

fn take(world: &World, number: u32, what: Note) -> Result<State, DecisionError> {
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
    note(&world.hub, id(number), row.change_seq, what, "user:sari")
}

#[tokio::test]
async fn a_death_a_withdrawal_and_a_move_each_free_a_place_for_the_next_in_line() {
    for (what, state) in [
        (Note::Ended(EndReason::Died), State::Ended { reason: EndReason::Died }),
        (Note::Ended(EndReason::Moved), State::Ended { reason: EndReason::Moved }),
        (Note::Withdrawn, State::Withdrawn),
    ] {
        let world = five().await;
        assert_eq!(take(&world, 2, what).unwrap(), state);
        assert_eq!(world.state_of(4), State::Placed { place: Some(2), covered_until: None });
        assert!(!is_placed(&world.state_of(5)), "one place, one person");
        let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &format!("record:{}", id(2)))?)).unwrap();
        let last = acts.last().unwrap();
        assert_eq!((last.actor.as_str(), last.before.as_str(), &*last.after), ("user:sari", "placed", state.key()));
    }
}

#[tokio::test]
async fn whoever_waits_and_dies_leaves_the_line() {
    let world = five().await;
    take(&world, 4, Note::Ended(EndReason::Died)).unwrap();
    take(&world, 1, Note::Withdrawn).unwrap();
    assert_eq!(world.state_of(5), State::Placed { place: Some(1), covered_until: None });
}

#[tokio::test]
async fn a_cover_that_is_over_frees_its_place_on_the_day_after_the_last() {
    let world = five().await;
    let cover = Note::Covered { kpj: kpj(), from: date(2026, 11, 22), until: date(2026, 11, 30) };
    take(&world, 1, cover).unwrap();
    assert!(matches!(
        take(&world, 2, Note::Covered { kpj: kpj(), from: date(2026, 12, 1), until: date(2026, 11, 1) }),
        Err(DecisionError::Illegal)
    ));
    assert_eq!(end_covers(&world.hub).unwrap(), 0);
    // 09:00 in Indonesia on the last day, and a day later
    world.pass(SignedDuration::from_hours(24 * 9));
    assert_eq!((end_covers(&world.hub).unwrap(), is_placed(&world.state_of(4))), (0, false));
    world.pass(SignedDuration::from_hours(24));
    assert_eq!(end_covers(&world.hub).unwrap(), 1);
    assert_eq!(world.state_of(1), State::Ended { reason: EndReason::CoverOver });
    assert_eq!(world.state_of(4), State::Placed { place: Some(1), covered_until: None });
}

#[tokio::test]
async fn a_note_on_what_has_changed_since_or_is_over_is_not_taken() {
    let world = five().await;
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(1))?)).unwrap().unwrap();
    take(&world, 1, Note::Withdrawn).unwrap();
    let again = note(&world.hub, id(1), row.change_seq, Note::Withdrawn, "user:sari");
    assert!(matches!(again, Err(DecisionError::Stale)));
    assert!(matches!(take(&world, 1, Note::Ended(EndReason::Died)), Err(DecisionError::Illegal)));
    let cover = Note::Covered { kpj: kpj(), from: date(2026, 12, 1), until: date(2027, 11, 30) };
    assert!(matches!(take(&world, 5, cover), Err(DecisionError::Illegal)), "who waits can't be covered");
}
