use crate::people::{id, is_placed, nik, person, push};
use crate::world::{OTHER_VILLAGE, VILLAGE, World, request};
use jiff::SignedDuration;
use payung_domain::programme::SourceId;
use payung_domain::state::State;
use payung_domain::wire::{RecordPush, SyncRequest};
use payung_hub::ending::Note;
use payung_hub::store::line::ListEntry;
use payung_hub::store::record;
use payung_hub::{Context, Hub, HubError, Settings, line};

fn rank(state: &State) -> Option<u32> {
    if let State::WaitingList { rank, .. } = state { Some(*rank) } else { None }
}

fn why(world: &World, number: u32) -> String {
    let why = |connection: &payung_hub::store::sql::Connection| {
        let row = record::get(connection, id(number))?.unwrap();
        line::why(&world.hub, connection, &row)
    };
    world.hub.store.read::<_, HubError>(why).unwrap().unwrap()
}

/// Three people have the places of a village, and these wait for the demo's rule.
async fn line_of(world: &World, waiting: &[(u32, Option<&str>)]) {
    world.serve_village(VILLAGE, "demo");
    let phone = world.pair(VILLAGE).await;
    let mut pushes: Vec<RecordPush> =
        (900..905).map(|n| push(world, n, &person(world, n, "demo", VILLAGE), None)).collect();
    pushes.extend(waiting.iter().map(|&(number, source)| {
        let mut one = person(world, number, "demo", VILLAGE);
        one.source = source.map(|id| SourceId(id.into()));
        push(world, number, &one, None)
    }));
    world.enrol(&phone, &pushes);
    world.approve_all((900..905).chain(waiting.iter().map(|(number, _)| *number)));
}

#[tokio::test]
async fn the_programmes_rule_ranks_those_who_wait_and_says_why() {
    let world = World::new();
    line_of(&world, &[(1, None), (2, Some("dtks")), (3, Some("damisda"))]).await;
    assert_eq!(why(&world, 3), "Peringkat 1 dari 3, paling depan karena tercatat di Damisda.");
    assert_eq!(why(&world, 1), "Peringkat 3 dari 3, karena 2 orang ada di daftar sumber (ia: tidak).");
    world.note_all([900].into_iter(), Note::Withdrawn);
    assert!(is_placed(&world.state_of(3)), "not the one who was approved first");
}

#[tokio::test]
async fn a_list_that_comes_later_gives_those_who_wait_their_new_turn() {
    let world = World::new();
    line_of(&world, &[(1, None), (2, None), (3, None)]).await;
    let entry = |number, decile, has_disability| ListEntry { nik: nik(number), decile, has_disability };
    world.list("demo", "dtks", &[entry(3, Some(4), None), entry(2, Some(4), Some(true)), entry(7, Some(1), None)]);
    assert_eq!(why(&world, 2), "Peringkat 1 dari 3, paling depan karena tercatat di DTKS dan penyandang disabilitas.");
    assert_eq!(why(&world, 3), "Peringkat 2 dari 3, karena 1 orang data disabilitasnya sudah ada (ia: belum).");
    // what one list does not say another one may
    world.list("demo", "damisda", &[entry(3, None, None)]);
    assert_eq!(why(&world, 3), "Peringkat 1 dari 3, paling depan karena tercatat di Damisda.");
}

#[tokio::test]
async fn phones_hear_the_ranks_when_they_call_and_only_when_these_have_changed() {
    let world = World::new();
    line_of(&world, &[(1, None), (2, None), (3, None)]).await;
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, Vec::new()).await;
    assert_eq!([1, 2, 3].map(|number| rank(&world.state_of(number)).unwrap()), [1, 2, 3]);
    world.note_all([1].into_iter(), Note::Withdrawn);
    assert_eq!(rank(&world.state_of(3)), Some(3), "not told yet");
    let told = world.push(&phone, Vec::new()).await;
    assert_eq!([2, 3].map(|number| rank(&world.state_of(number)).unwrap()), [1, 2]);
    let after = SyncRequest { cursor: Some(told.cursor), ..request(Vec::new()) };
    assert_eq!(world.sync(&phone, &after).await.changes, []);
}

#[tokio::test]
async fn a_phone_hears_the_ranks_of_its_own_village_where_all_wait_together() {
    let world = World::new();
    let mut phones = Vec::new();
    for (village, numbers) in [(VILLAGE, 0..4), (OTHER_VILLAGE, 10..14)] {
        world.serve_village(village, "total");
        let phone = world.pair(village).await;
        let pushes: Vec<_> = numbers.map(|n| push(&world, n, &person(&world, n, "total", village), None)).collect();
        world.enrol(&phone, &pushes);
        phones.push(phone);
    }
    world.approve_all((0..4).chain(10..14));
    for phone in &phones {
        world.push(phone, Vec::new()).await;
    }
    world.note_all([3].into_iter(), Note::Withdrawn);
    world.push(&phones[0], Vec::new()).await;
    assert_eq!(rank(&world.state_of(10)), Some(2), "the other village has not called");
    world.push(&phones[1], Vec::new()).await;
    assert_eq!(world.states(10..14).iter().map(|state| rank(state).unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_week_without_a_signal_costs_nobody_the_turn_and_a_wrong_clock_gains_little() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let told = |number: u32, days: i64| RecordPush {
        saved_at: world.now() - SignedDuration::from_hours(24 * days),
        ..push(&world, number, &person(&world, number, "small", VILLAGE), None)
    };
    world.enrol(&phone, &[told(0, 0), told(1, 0), told(2, 0), told(3, 1), told(4, 7), told(5, 4_000), told(6, -9)]);
    world.approve_all(0..7);
    assert_eq!(why(&world, 5), "Peringkat 1 dari 4, paling depan karena mendaftar paling dahulu.");
    assert_eq!(why(&world, 4), "Peringkat 2 dari 4, karena 1 orang mendaftar lebih dahulu.");
    world.pass(SignedDuration::from_hours(24 * 14));
    world.enrol(&phone, &[told(8, 4_000), told(9, 13)]);
    world.approve_all(8..10);
    assert_eq!(why(&world, 8), "Peringkat 5 dari 6, karena 4 orang mendaftar lebih dahulu.");
    assert_eq!(why(&world, 9), "Peringkat 6 dari 6, karena 5 orang mendaftar lebih dahulu.");
}

#[tokio::test]
async fn another_rule_in_the_programmes_file_and_an_older_database_give_the_line_anew() {
    let world = World::new();
    world.serve_village(VILLAGE, "demo");
    line_of(&world, &[(1, None), (2, Some("dtks"))]).await;
    assert_eq!(why(&world, 2), "Peringkat 1 dari 2, paling depan karena tercatat di DTKS.");
    // as a hub of an earlier version would have left it
    let old = world.hub.store.write::<_, HubError>(|transaction| {
        transaction.execute("UPDATE record SET line = NULL", [])?;
        transaction.execute("DELETE FROM line_rule", [])?;
        Ok(())
    });
    old.unwrap();
    let demo = include_str!("../../../../assets/programmes/demo.toml");
    let rule: String =
        demo.lines().filter(|line| !line.starts_with("priority")).map(|line| format!("{line}\n")).collect();
    let programmes = world.folder.path().join("programmes");
    std::fs::write(programmes.join("demo.toml"), rule).unwrap();
    let settings = Settings { programmes: Some(programmes), ..world.settings() };
    let hub = Hub::open(&world.folder.path().join("data"), settings, Context::system()).unwrap();
    line::renew(&hub).unwrap();
    let why = hub.store.read::<_, HubError>(|connection| {
        let row = record::get(connection, id(2))?.unwrap();
        line::why(&hub, connection, &row)
    });
    assert_eq!(why.unwrap().unwrap(), "Peringkat 2 dari 2, karena 1 orang mendaftar lebih dahulu.");
}
