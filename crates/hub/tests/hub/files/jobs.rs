//! Work on files that breaks off: by restarts, by a worker that was silent too long, by what no worker survives.

use super::{placed, settle};
use crate::world::{VILLAGE, World};
use payung_hub::HubError;
use payung_hub::files::{export as exporting, work};
use payung_hub::store::export::{self, Export};
use payung_hub::store::job::{self, Job};
use payung_hub::store::sql::{self, Transaction};

fn write<T>(world: &World, what: impl FnOnce(&Transaction) -> sql::Result<T>) -> T {
    world.hub.store.write::<_, HubError>(|transaction| Ok(what(transaction)?)).unwrap()
}

/// As a hub does that begins, and ends before it gets anywhere.
fn begin_and_break_off(world: &World, id: &str) -> i64 {
    world.pass(jiff::SignedDuration::from_mins(2));
    let now = world.now().as_millisecond();
    let held = now + work::CLAIM_MILLISECONDS;
    assert_eq!(write(world, |t| job::claim(t, Job::Export, now, held)).as_deref(), Some(id));
    held
}

fn of(world: &World, id: &str) -> Export {
    write(world, |t| export::get(t, id)).unwrap()
}

/// Twelve people are placed, and a file for them is begun.
async fn begun(world: &World) -> String {
    placed(world, 0..12).await;
    exporting::begin(&world.hub, &"wide".parse().unwrap(), "user:sari").unwrap()
}

#[tokio::test]
async fn a_worker_that_was_silent_for_too_long_writes_nothing_more() {
    let world = World::new();
    let id = begun(&world).await;
    let first = begin_and_break_off(&world, &id);
    let second = begin_and_break_off(&world, &id);
    let keep = |held, until| write(&world, |t| job::keep(t, Job::Export, &id, held, until));
    assert!(!keep(first, first + 1), "another one has it");
    assert!(keep(second, second + 1));
    assert!(!keep(second, second + 2), "each step names the last one");
    assert!(keep(second + 1, 0));
    settle(&world);
    assert_eq!(of(&world, &id).state, "ready");
}

#[tokio::test]
async fn a_hub_that_is_stopped_again_and_again_ends_no_work_that_gets_on() {
    let world = World::new();
    let id = begun(&world).await;
    for _ in 0..=2 * work::MOST_TRIES {
        let held = begin_and_break_off(&world, &id);
        assert!(write(&world, |t| job::keep(t, Job::Export, &id, held, held)), "a village was gathered");
    }
    world.pass(jiff::SignedDuration::from_mins(2));
    settle(&world);
    assert_eq!((of(&world, &id).state.as_str(), of(&world, &id).people), ("ready", 12));
}

#[tokio::test]
async fn a_file_that_no_worker_survives_lets_go_of_its_people() {
    let world = World::new();
    let id = begun(&world).await;
    let programme = "wide".parse().unwrap();
    let ready = || write(&world, |t| export::ready(t, &programme));
    let half = of(&world, &id);
    write(&world, |t| export::gather(t, &half, VILLAGE.parse().unwrap()));
    assert_eq!(ready(), 0);
    for _ in 0..work::MOST_TRIES {
        begin_and_break_off(&world, &id);
    }
    world.pass(jiff::SignedDuration::from_mins(2));
    settle(&world);
    assert_eq!((of(&world, &id).state.as_str(), ready()), ("failed", 12));
}
