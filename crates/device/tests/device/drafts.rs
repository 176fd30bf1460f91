//! What is typed and taken stays, whatever happens to the app.

use crate::support::*;
use payung_device::{NewPhoto, SaveError, Standing, Status, UnlockError};
use payung_domain::draft::Problem;
use payung_domain::enrolment::{PhotoFault, PhotoReason};
use payung_domain::state::Comment;
use payung_domain::{Enrolment, Field, ProblemKind, State};

#[tokio::test]
async fn every_field_and_the_photo_survive_a_kill() {
    let phone = Phone::paired().await;
    let id = phone.fill(9999).await;
    phone.device.set_field(id, Field::Workplace, "Sawah di tepi Bengawan Solo").unwrap();
    phone.device.set_setting("route", "/enrol/2".to_owned()).await.unwrap();
    let before = phone.device.draft(id).await.unwrap();

    let phone = phone.killed().await;
    assert!(phone.device.draft(id).await.unwrap() == before);
    assert_eq!(phone.device.setting::<String>("route").await.unwrap().as_deref(), Some("/enrol/2"));
    let photo = &before.photos[0];
    assert_eq!(phone.device.photo(id, photo.sha256, false).await.unwrap().unwrap(), crate::support::photo(9999));
    assert_eq!(phone.device.open_drafts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_on_disk_can_be_read_without_the_pin() {
    let phone = Phone::paired().await;
    phone.enrol(9999).await;
    phone.fill(9998).await;
    phone.device.lock();
    let needles: [&[u8]; 6] =
        [b"9901010504", b"Contoh Warga", b"CONTOH WARGA", b"Bojonegoro", b"secret-token", &photo(9999)[..32]];
    let mut files = 0;
    for entry in walk(phone.folder.path()) {
        let bytes = std::fs::read(&entry).unwrap();
        files += 1;
        for needle in needles {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{} is readable in {entry:?}", String::from_utf8_lossy(needle));
        }
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.chars().any(|c| c.is_ascii_digit()), "{name} tells of nobody");
    }
    assert!(files >= 2, "key and database were looked at");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_locked_app_gives_nothing_and_loses_nothing() {
    let phone = Phone::paired().await;
    let id = phone.fill(9999).await;
    phone.device.lock();
    assert_eq!(phone.device.status(), Status::Locked { wait_until: None });
    assert!(phone.device.draft(id).await.is_err());
    assert!(phone.device.set_field(id, Field::Name, "x").is_err());
    phone.device.unlock(pin()).await.unwrap();
    assert_eq!(phone.device.draft(id).await.unwrap().draft.get(Field::Name), "Contoh Warga 9999");
}

#[tokio::test]
async fn wrong_pins_cost_growing_waits_that_a_restart_does_not_end() {
    let phone = Phone::paired().await;
    phone.device.lock();
    let wrong = payung_device::Pin::parse("000000").unwrap();
    for _ in 0..4 {
        let refused = phone.device.unlock(wrong.clone()).await.unwrap_err();
        assert!(matches!(refused, UnlockError::WrongPin { wait_until: None }), "{refused}");
    }
    let refused = phone.device.unlock(wrong.clone()).await.unwrap_err();
    assert!(matches!(refused, UnlockError::WrongPin { wait_until: Some(_) }), "{refused}");
    // even the right PIN waits, also for a fresh process
    assert!(matches!(phone.device.unlock(pin()).await.unwrap_err(), UnlockError::Wait { .. }));
    assert!(matches!(phone.device.status(), Status::Locked { wait_until: Some(_) }));
    phone.clock.pass(31);
    phone.device.unlock(pin()).await.unwrap();
    phone.device.lock();
    let refused = phone.device.unlock(wrong).await.unwrap_err();
    assert!(matches!(refused, UnlockError::WrongPin { wait_until: None }), "the count starts anew");
}

#[tokio::test]
async fn a_draft_with_faults_is_kept_and_every_fault_is_named() {
    let phone = Phone::paired().await;
    let id = phone.device.start_draft().await.unwrap();
    phone.device.set_field(id, Field::Nik, "352228O504859999").unwrap();
    phone.device.set_field(id, Field::BirthDate, "31-02-1985").unwrap();
    let Err(SaveError::Problems(problems)) = phone.device.save(id).await else { panic!("it must not be saved") };
    let kind = |field| problems.iter().find(|problem| problem.field == field).map(|problem| problem.kind.clone());
    assert!(matches!(kind(Field::Nik), Some(ProblemKind::Nik(_))));
    assert_eq!(kind(Field::BirthDate), Some(ProblemKind::NotADate));
    assert_eq!(kind(Field::KtpPhoto), Some(ProblemKind::Missing));
    assert_eq!(phone.device.draft(id).await.unwrap().draft.get(Field::Nik), "352228O504859999");
    assert_eq!(phone.counts().await.to_send, 0);
}

#[tokio::test]
async fn what_differs_from_the_nik_is_saved_with_a_reason_only() {
    let phone = Phone::paired().await;
    let id = phone.fill(9999).await;
    phone.device.set_field(id, Field::Sex, "female").unwrap();
    assert!(matches!(phone.device.save(id).await, Err(SaveError::Problems(_))));
    phone.device.set_field(id, Field::WarningReason, "KTP tercetak perempuan").unwrap();
    phone.device.save(id).await.unwrap();
}

#[tokio::test]
async fn one_person_has_one_record_on_a_phone() {
    let phone = Phone::paired().await;
    let first = phone.enrol(9999).await;
    let second = phone.fill(9999).await;
    assert!(matches!(phone.device.save(second).await, Err(SaveError::AlreadyEnrolled(id)) if id == first));
    assert_eq!(phone.device.judge(second).await.unwrap().duplicate, Some(first));
}

#[tokio::test]
async fn a_photo_with_faults_is_saved_with_the_reason_for_keeping_it() {
    let phone = Phone::paired().await;
    let id = phone.fill(9999).await;
    let faults = vec![PhotoFault::TooDark, PhotoFault::Blurred];
    phone.device.add_photo(id, NewPhoto { faults: faults.clone(), ..new_photo(1) }).await.unwrap();
    assert_eq!(phone.device.draft(id).await.unwrap().photos[0].faults, faults);
    let problems = phone.device.judge(id).await.unwrap().problems;
    assert_eq!(problems, [Problem { field: Field::PhotoReason, kind: ProblemKind::Missing }]);

    phone.device.set_field(id, Field::PhotoReason, "worn").unwrap();
    phone.device.save(id).await.unwrap();
    phone.device.sync().await;
    let sent: Enrolment = serde_json::from_str(&phone.hub.state().records[&id].1).unwrap();
    assert_eq!((sent.photos[0].faults.clone(), sent.photo_reason), (faults, Some(PhotoReason::Worn)));

    phone.device.reopen(id).await.unwrap();
    phone.device.add_photo(id, new_photo(2)).await.unwrap();
    assert_eq!(phone.device.draft(id).await.unwrap().draft.get(Field::PhotoReason), "", "a new photo, a new judgement");
}

#[tokio::test]
async fn a_retaken_photo_takes_the_place_of_the_first() {
    let phone = Phone::paired().await;
    let id = phone.fill(9999).await;
    let better = phone.device.add_photo(id, new_photo(1)).await.unwrap();
    let view = phone.device.draft(id).await.unwrap();
    assert_eq!(view.photos.iter().map(|p| p.sha256).collect::<Vec<_>>(), [better.sha256]);
}

#[tokio::test]
async fn a_correction_can_be_thrown_away_and_the_record_stays() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    phone.device.sync().await;
    let comments = vec![Comment { field: Field::Name, text: "Lengkapi nama".into() }];
    phone.hub.decide(id, 1, State::NeedsCorrection { comments: comments.clone() });
    phone.device.sync().await;
    phone.device.reopen(id).await.unwrap();
    phone.device.set_field(id, Field::Name, "Salah").unwrap();
    phone.device.discard(id).await.unwrap();
    let view = phone.device.record(id).await.unwrap();
    assert_eq!(view.row.standing, Standing::State(State::NeedsCorrection { comments }));
    assert_eq!(view.row.name, "CONTOH WARGA 9999");
    assert_eq!(phone.device.photo(id, view.photos[0].0.sha256, false).await.unwrap().unwrap(), photo(9999));
}

#[tokio::test]
async fn a_clock_that_is_put_right_does_not_lock_the_kader_out() {
    let phone = Phone::paired().await;
    phone.device.lock();
    phone.clock.pass(365 * 86_400);
    for _ in 0..5 {
        assert!(phone.device.unlock(payung_device::Pin::parse("000000").unwrap()).await.is_err());
    }
    phone.clock.pass(-365 * 86_400);
    assert!(matches!(phone.device.unlock(pin()).await.unwrap_err(), UnlockError::Wait { .. }));
    phone.clock.pass(31);
    phone.device.unlock(pin()).await.unwrap();
}

#[tokio::test]
async fn a_photo_that_comes_after_saving_opens_the_record_again_and_is_not_lost() {
    let phone = Phone::paired().await;
    let id = phone.enrol(9999).await;
    assert!(phone.device.set_field(id, Field::Name, "x").is_err(), "nothing is typed into a closed record");
    let late = phone.device.add_photo(id, new_photo(1)).await.unwrap();
    let view = phone.device.draft(id).await.unwrap();
    assert_eq!(view.photos.iter().map(|p| p.sha256).collect::<Vec<_>>(), [late.sha256]);
    assert_eq!(view.draft.get(Field::Name), "CONTOH WARGA 9999");
    assert_eq!(phone.device.open_drafts().await.unwrap().len(), 1);
}
