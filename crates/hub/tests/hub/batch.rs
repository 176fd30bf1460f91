//! Approving many records at once, after a sample of them was looked at.

use crate::browser::{Browser, put};
use crate::world::{VILLAGE, World, clean_enrolment, id, push, push_of};
use axum::http::StatusCode;
use jiff::SignedDuration;
use payung_domain::state::State;
use payung_hub::batch::{self, BatchError};
use payung_hub::queue;
use payung_hub::rights::Role;
use payung_hub::store::batch::{self as stored, Stage};
use payung_hub::store::{audit, record};
use payung_hub::{HubError, Settings};

/// A village of forty places with so many records that nothing speaks against.
async fn clean(many: u8) -> World {
    let world = World::new();
    world.serve_village(VILLAGE, "wide");
    world.pair(VILLAGE).await;
    for number in 1..=many {
        let mut clean = clean_enrolment(number, VILLAGE);
        clean.programme = "wide".parse().unwrap();
        world.take(number, 1, &clean);
        world.pass(SignedDuration::from_secs(1));
    }
    world
}

fn state(world: &World, number: u8) -> State {
    world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap().state
}

fn begin(world: &World) -> String {
    batch::begin(&world.hub, "sari", "").unwrap().unwrap()
}

fn outcomes(world: &World, batch: &str) -> Vec<(String, u32)> {
    world.hub.store.read::<_, HubError>(|c| Ok(stored::outcomes(c, batch)?)).unwrap()
}

#[tokio::test]
async fn nothing_is_approved_before_every_sample_and_its_photo_was_looked_at() {
    let world = clean(14).await;
    put(&world, "sari", (Role::Verifier, None));
    let sari = Browser::let_in(&world, "sari");
    let answer = sari.send("/periksa/sekaligus", "desa=").await;
    let page = answer.header("location").to_owned();
    let batch = page.rsplit('/').next().unwrap().to_owned();
    let sample = world.hub.store.read::<_, HubError>(|c| Ok(stored::sample(c, &batch)?)).unwrap();
    assert_eq!(sample.len(), 10);
    let shown = sari.get(&page).await.text();
    assert!(shown.contains("14 catatan") && shown.contains("Contoh acak: 0 dari 10") && !shown.contains("/setujui"));
    assert!(matches!(batch::approve(&world.hub, &batch, "sari"), Err(BatchError::SamplesLeft)));
    let first = sample[0].record;
    let look = format!("catatan={first}");
    let blind = sari.send(&format!("{page}/lihat"), &look).await;
    assert_eq!(blind.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blind.text().contains("Fotonya belum Anda lihat"));
    let record = sari.get(&format!("/catatan/{first}?borongan={batch}")).await.text();
    assert!(record.contains("Cocok") && !record.contains("/kembalikan\""), "it is only looked at");
    let photo = crate::browser::between(&record, "img src=\"", "\"");
    assert_eq!(sari.get(&photo).await.status, StatusCode::OK);
    let next = sari.send(&format!("{page}/lihat"), &look).await;
    assert_eq!(next.header("location"), format!("/catatan/{}?borongan={batch}", sample[1].record));
    assert!(matches!(batch::approve(&world.hub, &batch, "sari"), Err(BatchError::SamplesLeft)));
    assert!(
        matches!(batch::look(&world.hub, &batch, sample[1].record, "mira"), Err(BatchError::NotFound)),
        "hers alone"
    );
    world.see_samples(&batch, "sari");
    sari.send(&format!("{page}/setujui"), "").await;
    assert_eq!(outcomes(&world, &batch), [("placed".to_owned(), 14)]);
    assert!((1..=14).all(|number| matches!(state(&world, number), State::Placed { .. })));
    assert!(sari.get(&page).await.text().contains("<strong>14</strong><span>disetujui dan dapat tempat"));
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &format!("record:{first}"))?)).unwrap();
    let last = acts.last().unwrap();
    assert_eq!((last.act.as_str(), last.after.as_str()), ("batch.take", format!("batch:{batch}").as_str()));
    assert!(matches!(batch::approve(&world.hub, &batch, "sari"), Err(BatchError::Over)), "once");
}

#[tokio::test]
async fn what_changed_is_open_elsewhere_or_has_a_warning_by_now_is_left_out() {
    let world = clean(6).await;
    let batch = begin(&world);
    world.see_samples(&batch, "sari");
    let mut corrected = clean_enrolment(1, VILLAGE);
    corrected.programme = "wide".parse().unwrap();
    corrected.identity.name = "CONTOH DIPERBAIKI".into();
    world.take(1, 2, &corrected);
    queue::open(&world.hub, id(2), "mira").unwrap();
    let mut twin = clean_enrolment(4, VILLAGE);
    twin.programme = "wide".parse().unwrap();
    world.take(9, 1, &twin);
    batch::approve(&world.hub, &batch, "sari").unwrap();
    let expected = [("changed", 1), ("claimed", 1), ("concern", 1), ("placed", 3)];
    assert_eq!(outcomes(&world, &batch), expected.map(|(key, count)| (key.to_owned(), count)));
    assert_eq!(state(&world, 1), State::Corrected);
    assert!([2, 4].iter().all(|&number| state(&world, number) == State::Received));
    put(&world, "sari", (Role::Verifier, None));
    let page = Browser::let_in(&world, "sari").get(&format!("/periksa/sekaligus/{batch}")).await.text();
    for words in ["Sedang dibuka orang lain", "ada peringatan baru", "catatannya berubah", "CONTOH DIPERBAIKI"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test]
async fn a_bad_sample_ends_the_batch_and_leads_to_the_record() {
    let world = clean(3).await;
    put(&world, "sari", (Role::Verifier, None));
    let sari = Browser::let_in(&world, "sari");
    let batch = begin(&world);
    let answer = sari.send(&format!("/periksa/sekaligus/{batch}/hentikan"), &format!("catatan={}", id(2))).await;
    assert_eq!(answer.header("location"), format!("/catatan/{}", id(2)));
    assert!(matches!(batch::approve(&world.hub, &batch, "sari"), Err(BatchError::Over)));
    assert!((1..=3).all(|number| state(&world, number) == State::Received));
    assert!(sari.get(&format!("/periksa/sekaligus/{batch}")).await.text().contains("tidak ada yang disetujui"));
}

#[tokio::test]
async fn a_batch_that_broke_off_goes_on_and_does_nothing_twice() {
    let world = clean(4).await;
    let batch = begin(&world);
    world.see_samples(&batch, "sari");
    // as if the hub had ended after the first slice
    let break_off = |t: &payung_hub::store::sql::Transaction| {
        stored::set_stage(t, &batch, Stage::Running)?;
        Ok(stored::set_outcome(t, &batch, 1, "placed")?)
    };
    world.hub.store.write::<_, HubError>(break_off).unwrap();
    put(&world, "sari", (Role::Verifier, None));
    let page = Browser::let_in(&world, "sari").get(&format!("/periksa/sekaligus/{batch}")).await.text();
    assert!(page.contains("1 dari 4 sudah diproses") && page.contains("Lanjutkan"));
    batch::approve(&world.hub, &batch, "sari").unwrap();
    assert_eq!((1..=4).filter(|&number| state(&world, number) == State::Received).count(), 1);
}

#[tokio::test]
async fn a_record_with_a_warning_without_its_photo_or_held_back_is_in_no_batch() {
    let world = World::with(Settings::default());
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    world.push(&phone, vec![push_of(2, 1, &clean_enrolment(2, VILLAGE))]).await;
    world.clean_record(3, VILLAGE);
    world.hold_verdict(3, "mira");
    assert_eq!(batch::begin(&world.hub, "sari", "").unwrap(), None);
    put(&world, "sari", (Role::Verifier, None));
    let answer = Browser::let_in(&world, "sari").send("/periksa/sekaligus", "desa=").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text().contains("Tidak ada yang tanpa peringatan"));
    world.hold_photo(&phone, 2002);
    assert!(batch::begin(&world.hub, "sari", "").unwrap().is_some(), "its photo has come");
}
