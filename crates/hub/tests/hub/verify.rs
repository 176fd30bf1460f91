//! The verification queue: one record before one person, verdicts that can be taken back, and what is said of each record.

use crate::browser::{Browser, CSRF, hidden, put};
use crate::world::{OTHER_VILLAGE, Phone, VILLAGE, World, clean_enrolment, enrolment, id, push, push_of, request};
use axum::http::StatusCode;
use jiff::SignedDuration;
use payung_domain::enrolment::{PhotoFault, PhotoReason, Position};
use payung_domain::state::{RejectReason, State};
use payung_domain::{Field, RecordId};
use payung_hub::decision::{DecisionError, Verdict};
use payung_hub::queue::{self, Opened};
use payung_hub::rights::Role;
use payung_hub::store::claim::{Desk, Kind};
use payung_hub::store::search::Use;
use payung_hub::store::{audit, record, search};
use payung_hub::{HubError, Settings, examine, verdict};
use std::collections::HashSet;
use std::sync::Mutex;

fn thoughtful() -> World {
    World::with(Settings::default())
}

async fn filled(world: &World, numbers: std::ops::RangeInclusive<u8>) -> Phone {
    let phone = world.pair(VILLAGE).await;
    for number in numbers {
        world.push(&phone, vec![push(number)]).await;
        world.pass(SignedDuration::from_secs(1));
    }
    phone
}

fn state(world: &World, number: u8) -> State {
    row(world, number).state
}

fn row(world: &World, number: u8) -> record::RecordRow {
    world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap()
}

fn acts(world: &World, number: u8) -> Vec<String> {
    let subject = format!("record:{}", id(number));
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &subject)?)).unwrap();
    acts.into_iter().map(|act| act.act).collect()
}

fn used(world: &World) -> Use {
    let programme = "small".parse().unwrap();
    let read =
        |c: &payung_hub::store::sql::Connection| Ok(search::use_of(c, &programme, Some(VILLAGE.parse().unwrap()))?);
    world.hub.store.read::<_, HubError>(read).unwrap()
}

/// Opens the next record and says yes to it.
fn approve_next(world: &World, user: &str) -> Option<RecordId> {
    let next = queue::next(&world.hub, user, None).unwrap()?;
    queue::open(&world.hub, next, user).unwrap();
    let seen = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, next)?)).unwrap().unwrap().change_seq;
    verdict::give(&world.hub, next, seen, Verdict::Approve, user).unwrap();
    Some(next)
}

fn give(world: &World, number: u8, verdict: Verdict, user: &str) -> Result<(), DecisionError> {
    verdict::give(&world.hub, id(number), row(world, number).change_seq, verdict, user)
}

#[tokio::test]
async fn the_oldest_comes_first_and_what_was_passed_over_comes_last() {
    let world = World::new();
    filled(&world, 1..=3).await;
    let next = |skipped| queue::next(&world.hub, "sari", skipped).unwrap();
    assert_eq!(next(None), Some(id(1)));
    assert_eq!(next(Some(id(1))), Some(id(2)));
    assert_eq!(next(Some(id(2))), Some(id(3)));
    assert_eq!(next(Some(id(3))), Some(id(1)), "there is nothing else");
    assert_eq!(queue::next(&world.hub, "mira", None).unwrap(), Some(id(2)), "sari has the first before her");
}

#[tokio::test]
async fn a_village_or_a_kind_of_record_can_be_chosen() {
    let world = World::new();
    filled(&world, 1..=2).await;
    world.clean_record(5, VILLAGE);
    world.pair(OTHER_VILLAGE).await;
    world.clean_record(6, OTHER_VILLAGE);
    let start =
        |village: &str, kind| queue::start(&world.hub, "sari", &Desk { village: village.into(), kind }).unwrap();
    assert_eq!(start("", Kind::All), Some(id(1)));
    assert_eq!(start("", Kind::Clean), Some(id(5)));
    assert_eq!(start(VILLAGE, Kind::Concerns), Some(id(1)));
    assert_eq!(start(OTHER_VILLAGE, Kind::All), Some(id(6)));
    assert_eq!(start(OTHER_VILLAGE, Kind::Concerns), None);
    put(&world, "sari", (Role::Verifier, None));
    let browser = Browser::let_in(&world, "sari");
    let answer = browser.send("/periksa/lanjut", &format!("desa={OTHER_VILLAGE}&jenis=clean")).await;
    assert_eq!(answer.header("location"), format!("/catatan/{}", id(6)));
    let page = browser.get("/periksa").await.text();
    assert!(page.contains("<strong>1</strong> menunggu keputusan di Desa 35.22.28.2005"), "{page}");
}

#[tokio::test]
async fn two_verifiers_who_hammer_the_queue_never_get_the_same_record() {
    let world = World::new();
    filled(&world, 1..=60).await;
    let decided = Mutex::new(HashSet::new());
    std::thread::scope(|scope| {
        for user in ["sari", "mira", "ani"] {
            let (world, decided) = (&world, &decided);
            scope.spawn(move || {
                while let Some(record) = approve_next(world, user) {
                    assert!(decided.lock().unwrap().insert(record), "{record} was before two people");
                }
            });
        }
    });
    assert_eq!(decided.lock().unwrap().len(), 60);
    assert!((1..=60).all(|number| acts(&world, number) == ["record.approve"]));
}

#[tokio::test]
async fn a_record_that_somebody_has_is_shown_to_others_without_a_decision_and_can_be_taken_over() {
    let world = World::new();
    filled(&world, 1..=1).await;
    put(&world, "sari", (Role::Verifier, None));
    put(&world, "mira", (Role::Verifier, None));
    let (sari, mira) = (Browser::let_in(&world, "sari"), Browser::let_in(&world, "mira"));
    let page = format!("/catatan/{}", id(1));
    assert!(sari.get(&page).await.text().contains("/setujui\""));
    let seen = format!("seen={}", row(&world, 1).change_seq);
    let shown = mira.get(&page).await.text();
    assert!(shown.contains("Sedang diperiksa oleh <strong>sari</strong> sejak 21 November 2026, 09.00 WIB"), "{shown}");
    assert!(!shown.contains("/setujui\""));
    let refused = mira.send(&format!("{page}/setujui"), &seen).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("Sekarang sari yang memegang catatan ini"));
    assert_eq!(state(&world, 1), State::Received);
    mira.send(&format!("{page}/ambil-alih"), "").await;
    assert_eq!(acts(&world, 1), ["claim.take"]);
    assert_eq!(sari.send(&format!("{page}/pegang"), "").await.status, StatusCode::CONFLICT, "sari's page hears of it");
    assert_eq!(sari.send(&format!("{page}/setujui"), &seen).await.status, StatusCode::CONFLICT);
    assert_eq!(mira.send(&format!("{page}/setujui"), &seen).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_claim_ends_with_time_or_when_its_newest_page_is_left() {
    let world = World::new();
    filled(&world, 1..=2).await;
    put(&world, "sari", (Role::Verifier, None));
    let sari = Browser::let_in(&world, "sari");
    let page = format!("/catatan/{}", id(1));
    let first = hidden(&sari.get(&page).await.text(), "tampilan");
    let second = hidden(&sari.get(&page).await.text(), "tampilan");
    let theirs = || matches!(queue::open(&world.hub, id(1), "mira").unwrap(), Opened::Theirs(_));
    // the beacon of a page that was reloaded may come after the reload
    sari.send(&format!("{page}/lepas"), &format!("tampilan={first}")).await;
    assert!(theirs());
    world.pass(SignedDuration::from_mins(4));
    assert_eq!(sari.send(&format!("{page}/pegang"), "").await.status, StatusCode::NO_CONTENT);
    world.pass(SignedDuration::from_mins(4));
    assert!(theirs(), "it was renewed");
    sari.send(&format!("{page}/lepas"), &format!("tampilan={second}")).await;
    assert_eq!(
        queue::next(&world.hub, "ani", None).unwrap(),
        Some(id(1)),
        "and what was set aside for sari is free too"
    );
    world.pass(SignedDuration::from_mins(6));
    assert_eq!(queue::next(&world.hub, "mira", None).unwrap(), Some(id(1)), "ani was not heard of");
    let late = give(&world, 1, Verdict::Approve, "ani");
    assert!(matches!(late, Err(DecisionError::Claimed(user)) if user == "mira"));
    assert!(matches!(give(&world, 2, Verdict::Approve, "ani"), Err(DecisionError::NotClaimed)), "never opened");
}

#[tokio::test]
async fn an_undone_verdict_leaves_the_record_its_place_in_the_queue_and_the_phones_as_they_were() {
    let world = thoughtful();
    let phone = filled(&world, 1..=2).await;
    put(&world, "sari", (Role::Verifier, None));
    let sari = Browser::let_in(&world, "sari");
    let heard = world.sync(&phone, &request(Vec::new())).await.cursor;
    let (before, places) = (row(&world, 1), used(&world));
    let answer = sari.judge(1, "setujui", "").await;
    assert_eq!(answer.header("location"), format!("/catatan/{}?sudah={}", id(2), id(1)));
    let page = sari.get(answer.header("location")).await.text();
    assert!(page.contains("berlaku dalam <span data-countdown=\"30\">30</span> detik"), "{page}");
    assert!(page.contains(&format!("action=\"/catatan/{}/batal\"", id(1))));
    let sync = world.sync(&phone, &request(Vec::new())).await;
    assert_eq!(sync.cursor, heard, "no phone hears what can be taken back");
    assert_eq!(queue::next(&world.hub, "mira", None).unwrap(), None, "one is decided, one is open at sari's");
    let answer = sari.send(&format!("/catatan/{}/batal", id(1)), "").await;
    assert_eq!(answer.header("location"), format!("/catatan/{}", id(1)));
    let after = row(&world, 1);
    assert_eq!(
        (&after.state, after.change_seq, after.received_at),
        (&before.state, before.change_seq, before.received_at)
    );
    assert_eq!(used(&world), places);
    assert_eq!(acts(&world, 1), ["verdict.give", "verdict.undo"]);
    world.pass(SignedDuration::from_mins(1));
    assert_eq!(verdict::apply_due(&world.hub).unwrap(), 0);
    assert_eq!(world.sync(&phone, &request(Vec::new())).await.cursor, heard);
    let page = sari.get(&format!("/catatan/{}", id(1))).await.text();
    assert!(page.contains("/setujui\"") && page.contains("CONTOH 1"), "it is before sari again");
    let next = sari.judge(1, "tolak", "reason=deceased").await;
    assert_eq!(
        next.header("location"),
        format!("/catatan/{}?sudah={}", id(2), id(1)),
        "and then the one that was open"
    );
}

#[tokio::test]
async fn a_verdict_takes_effect_when_its_time_has_passed_and_then_stays() {
    let world = thoughtful();
    let phone = filled(&world, 1..=1).await;
    put(&world, "sari", (Role::Verifier, None));
    let sari = Browser::let_in(&world, "sari");
    sari.judge(1, "setujui", "").await;
    world.pass(SignedDuration::from_secs(29));
    assert_eq!(verdict::apply_due(&world.hub).unwrap(), 0);
    world.pass(SignedDuration::from_secs(1));
    assert_eq!(verdict::apply_due(&world.hub).unwrap(), 1);
    assert_eq!(verdict::apply_due(&world.hub).unwrap(), 0);
    assert_eq!(state(&world, 1), State::Placed { place: Some(1), covered_until: None });
    assert_eq!(acts(&world, 1), ["verdict.give", "record.approve"]);
    let changes = world.sync(&phone, &request(Vec::new())).await.changes;
    assert_eq!(changes.last().unwrap().state, State::Placed { place: Some(1), covered_until: None });
    let late = sari.send(&format!("/catatan/{}/batal", id(1)), "").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("Waktu untuk membatalkan sudah lewat"));
}

#[tokio::test]
async fn a_verdict_that_fails_holds_no_other_one_up() {
    let world = thoughtful();
    filled(&world, 1..=3).await;
    for number in 1..=3 {
        world.hold_verdict(number, "sari");
    }
    let spoil = |sql: &str, number| {
        let changed = world.hub.store.write::<_, HubError>(|t| Ok(t.execute(sql, [id(number).to_string()])?));
        assert_eq!(changed.unwrap(), 1);
    };
    spoil("UPDATE record SET state_json = '' WHERE id = ?1", 1);
    spoil("UPDATE verdict SET what = '' WHERE record_id = ?1", 2);
    world.pass(SignedDuration::from_mins(1));
    for _ in 0..2 {
        assert!(verdict::apply_due(&world.hub).is_err(), "what failed is told, and tried again");
    }
    assert_eq!(state(&world, 3), State::Placed { place: Some(1), covered_until: None });
    assert_eq!(acts(&world, 3), ["record.approve"]);
    assert_eq!((acts(&world, 1), acts(&world, 2)), (vec![], vec![]));
}

#[tokio::test]
async fn nobody_takes_back_what_another_one_said() {
    let world = thoughtful();
    filled(&world, 1..=1).await;
    world.hold_verdict(1, "sari");
    assert!(matches!(verdict::undo(&world.hub, id(1), "mira"), Err(DecisionError::TooLate)));
    assert_eq!(queue::open(&world.hub, id(1), "mira").unwrap(), Opened::Nothing, "nor decides on it");
    put(&world, "mira", (Role::Verifier, None));
    let page = Browser::let_in(&world, "mira").get(&format!("/catatan/{}", id(1))).await.text();
    assert!(page.contains("sari: <strong>Disetujui</strong>") && !page.contains("/batal\""), "{page}");
}

#[tokio::test]
async fn a_correction_that_comes_while_a_verdict_is_held_lets_it_lapse() {
    let world = thoughtful();
    let phone = filled(&world, 1..=1).await;
    queue::open(&world.hub, id(1), "sari").unwrap();
    give(&world, 1, Verdict::Reject(RejectReason::NotResident, String::new()), "sari").unwrap();
    world.push(&phone, vec![push_of(1, 2, &enrolment(1))]).await;
    world.pass(SignedDuration::from_mins(1));
    assert_eq!(verdict::apply_due(&world.hub).unwrap(), 0);
    assert_eq!(state(&world, 1), State::Corrected);
    assert_eq!(acts(&world, 1), ["verdict.give", "verdict.lapse"]);
    assert_eq!(queue::next(&world.hub, "mira", None).unwrap(), Some(id(1)), "it waits for a new look");
}

#[tokio::test]
async fn a_refused_double_is_no_warning_for_the_other_record_any_more() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.clean_record(1, VILLAGE);
    let clean = || queue::start(&world.hub, "sari", &Desk { village: String::new(), kind: Kind::Clean }).unwrap();
    assert_eq!(clean(), Some(id(1)));
    let mut twin = clean_enrolment(1, VILLAGE);
    twin.identity.name = "CONTOH LAIN".into();
    world.push(&phone, vec![push_of(2, 1, &twin)]).await;
    assert_eq!(clean(), None);
    put(&world, "mira", (Role::Verifier, None));
    let mira = Browser::let_in(&world, "mira");
    let page = mira.get(&format!("/catatan/{}", id(1))).await.text();
    assert!(page.contains("NIK yang sama pada dua catatan") && page.contains("CONTOH LAIN"));
    assert_eq!(page.matches("class=\"differs\"").count(), 1, "of all fields the name alone differs");
    mira.judge(2, "tolak", "reason=duplicate").await;
    mira.send(&format!("/catatan/{}/lepas", id(1)), "tampilan=0").await;
    world.pass(SignedDuration::from_mins(6));
    assert_eq!(clean(), Some(id(1)));
}

#[tokio::test]
async fn every_warning_stands_above_the_fields() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    for number in 1..=5 {
        let mut near = clean_enrolment(number, VILLAGE);
        near.position = Some(Position { latitude: -7.2, longitude: 111.9, accuracy_metres: 10.0 });
        world.push(&phone, vec![push_of(number, 1, &near)]).await;
    }
    let mut odd = enrolment(6);
    odd.position = Some(Position { latitude: -7.5, longitude: 111.9, accuracy_metres: 10.0 });
    odd.identity.birth_date = "1950-01-01".parse().unwrap();
    odd.work.occupation = None;
    odd.photos[0].faults = vec![PhotoFault::ALL[0]];
    odd.photo_reason = Some(PhotoReason::ALL[0]);
    world.push(&phone, vec![push_of(6, 1, &odd)]).await;
    put(&world, "sari", (Role::Verifier, None));
    let page = Browser::let_in(&world, "sari").get(&format!("/catatan/{}", id(6))).await.text();
    for words in [
        "Umur 76 tahun",
        "Pekerjaan ini tidak termasuk program",
        "HP menilai foto ini",
        "Alasan kader untuk fotonya",
        "Foto belum lengkap",
        "33,4 km dari titik tengah (median) 5 catatan lain",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test]
async fn the_next_photo_is_sent_ahead_and_counts_as_seen_when_its_page_is_opened() {
    let world = World::new();
    let phone = filled(&world, 1..=3).await;
    let photos = [1, 2, 3].map(|number| world.hold_photo(&phone, 2000 + number));
    put(&world, "sari", (Role::Verifier, None));
    let sari = Browser::let_in(&world, "sari");
    let page = sari.get(&format!("/catatan/{}", id(1))).await.text();
    let address = format!("/foto/{}?dulu=ya", photos[1]);
    assert!(page.contains(&address) && !page.contains(&photos[2].to_string()));
    assert_eq!(sari.get(&address).await.status, StatusCode::OK);
    let of = |number: usize| {
        let subject = format!("photo:{}", photos[number]);
        let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &subject)?)).unwrap();
        acts.into_iter().map(|act| act.act).collect::<Vec<_>>()
    };
    assert_eq!(of(1), ["photo.ahead"]);
    sari.get(&format!("/catatan/{}", id(2))).await;
    assert_eq!(of(1), ["photo.ahead", "photo.see"]);
    // fast hands were on the page before its photo was asked for
    assert_eq!(sari.get(&format!("/foto/{}?dulu=ya", photos[0])).await.status, StatusCode::OK);
    assert_eq!(of(0), ["photo.see"]);
    put(&world, "vera", (Role::Verifier, None));
    let foreign = Browser::let_in(&world, "vera").get(&address).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "ahead is only what comes next");
}

#[tokio::test]
async fn a_late_farewell_takes_nothing_from_the_page_that_was_opened_since() {
    let world = World::new();
    let phone = filled(&world, 1..=3).await;
    let ahead = world.hold_photo(&phone, 2002);
    put(&world, "sari", (Role::Verifier, None));
    let sari = Browser::let_in(&world, "sari");
    let first = hidden(&sari.get(&format!("/catatan/{}", id(1))).await.text(), "tampilan");
    sari.get(&format!("/catatan/{}", id(3))).await;
    sari.send(&format!("/catatan/{}/lepas", id(1)), &format!("tampilan={first}")).await;
    assert_eq!(
        sari.get(&format!("/foto/{ahead}?dulu=ya")).await.status,
        StatusCode::OK,
        "2 is set aside for 3's reader"
    );
}

#[tokio::test]
async fn the_median_from_open_to_decided_is_shown() {
    let world = World::new();
    filled(&world, 1..=3).await;
    for (number, seconds) in [(1, 20), (2, 40), (3, 600)] {
        queue::open(&world.hub, id(number), "sari").unwrap();
        world.pass(SignedDuration::from_secs(seconds));
        give(&world, number, Verdict::Approve, "sari").unwrap();
    }
    put(&world, "sari", (Role::Verifier, None));
    let page = Browser::let_in(&world, "sari").get("/periksa").await.text();
    assert!(page.contains("<strong>40 detik</strong><span>median Anda hari ini"), "{page}");
    assert!(page.contains("<strong>3</strong><span>Anda putuskan hari ini"));
    world.pass(SignedDuration::from_hours(24));
    let page = Browser::let_in(&world, "sari").get("/periksa").await.text();
    assert!(
        page.contains("<strong>–</strong><span>median Anda")
            && page.contains("<strong>40 detik</strong><span>median semua")
    );
}

#[tokio::test]
async fn the_page_of_a_record_holds_a_number_for_each_reason_and_a_box_for_each_field() {
    let world = World::new();
    filled(&world, 1..=1).await;
    put(&world, "sari", (Role::Verifier, None));
    let page = Browser::let_in(&world, "sari").get(&format!("/catatan/{}", id(1))).await.text();
    for number in 1..=RejectReason::ALL.len() {
        assert!(page.contains(&format!("data-number=\"{number}\"")), "{number}");
    }
    assert!(page.contains(&format!("name=\"c_{}\"", Field::Nik.key())) && page.contains(CSRF));
}

fn walk(world: &World) -> usize {
    examine::walk(&world.hub, std::time::Duration::ZERO).unwrap()
}

#[tokio::test]
async fn other_rules_in_a_programmes_file_have_the_queue_looked_at_again() {
    let world = World::new();
    world.pair(VILLAGE).await;
    world.clean_record(1, VILLAGE);
    assert_eq!((walk(&world), walk(&world)), (1, 0), "once");
    let clean =
        |world: &World| queue::start(&world.hub, "sari", &Desk { village: String::new(), kind: Kind::Clean }).unwrap();
    assert_eq!(clean(&world), Some(id(1)));
    let file = world.folder.path().join("programmes/small.toml");
    let younger = std::fs::read_to_string(&file).unwrap().replace("max_exclusive = 65", "max_exclusive = 30");
    std::fs::write(&file, younger).unwrap();
    let data = world.folder.path().join("data");
    let world = world.moved_to(&data);
    assert_eq!(walk(&world), 1);
    assert_eq!(clean(&world), None, "too old by the new rule");
}
