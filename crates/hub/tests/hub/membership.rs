//! What BPJS has told wrong, and the office mends.

use crate::card::{cards, check, ended, heard, village};
use crate::files::{admin, answer_file, checked, exported, plain, settle};
use crate::people::id;
use crate::world::{Phone, World};
use axum::http::StatusCode;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use payung_domain::card::Checked;
use payung_domain::state::State;
use payung_hub::HubError;
use payung_hub::context::day_here;
use payung_hub::store::record::RecordRow;
use payung_hub::store::{audit, cover, health, record};

const TOLD: Date = date(2026, 12, 1);
const RIGHT: Date = date(2026, 12, 15);

/// Two people whom an answer covers from the first of December on.
async fn covered() -> (World, Phone) {
    let (world, phone) = village(2).await;
    let export = exported(&world, "wide");
    let browser = admin(&world);
    let answers = answer_file(&[(0, "99000000001", "01-12-2026", ""), (1, "99000000002", "01-12-2026", "")]);
    let address = checked(&browser, &format!("/berkas/{export}/jawaban"), "", "a.csv", answers.as_bytes()).await;
    browser.send(&format!("{address}/setuju"), "").await;
    settle(&world);
    (world, phone)
}

fn row(world: &World, number: u32) -> RecordRow {
    world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap()
}

async fn mend(world: &World, number: u32, kpj: &str, day: &str) -> (StatusCode, String) {
    let fields = format!("seen={}&kpj={kpj}&mulai={day}", row(world, number).change_seq);
    let answer = admin(world).send(&format!("/catatan/{}/perlindungan", id(number)), &fields).await;
    (answer.status, plain(&answer.body))
}

#[tokio::test]
async fn a_number_and_a_day_that_were_told_wrong_are_mended_and_the_card_with_them() {
    let (world, phone) = covered().await;
    let old = heard(&world, &phone, id(0)).await.unwrap();
    let page = admin(&world).get(&format!("/catatan/{}", id(0))).await.text();
    assert!(
        page.contains("value=\"99000000001\"") && page.contains("value=\"2026-12-01\""),
        "the form holds what is known"
    );

    assert_eq!(mend(&world, 0, "9900 0000 003", "2026-12-15").await.0, StatusCode::SEE_OTHER);
    let until = date(2027, 12, 14);
    assert_eq!(world.state_of(0), State::Active { from: RIGHT, until });
    let known = world.hub.store.read::<_, HubError>(|c| Ok(cover::of(c, id(0))?)).unwrap().unwrap();
    assert_eq!((known.kpj.as_str(), known.from, known.until), ("99000000003", RIGHT, until));

    let list = ended(&world, 0).await.numbers;
    assert!(matches!(check(&world, &old, &list, RIGHT), Checked::Ended(_)), "what was wrong holds no more");
    let new = heard(&world, &phone, id(0)).await.unwrap();
    let Checked::Valid(card) = check(&world, &new, &list, RIGHT) else { panic!("the new one is not valid") };
    assert_eq!((card.kpj.as_str(), card.from, card.until), ("99000000003", RIGHT, until));
    assert_eq!((cards(&world, 0).len(), list.len()), (2, 1));

    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &format!("record:{}", id(0)))?)).unwrap();
    let last = acts.last().unwrap();
    assert_eq!(
        (last.actor.as_str(), last.act.as_str(), &*last.before, &*last.after),
        ("user:sari", "cover.mend", "2026-12-01", "2026-12-15, KPJ")
    );
    assert_eq!(world.state_of(1), State::Active { from: TOLD, until: date(2027, 11, 30) }, "nobody else is touched");
    let wrong = world.hub.store.read::<_, HubError>(|c| Ok(health::wrong_counts(c)?)).unwrap();
    assert_eq!(wrong, Vec::<&str>::new(), "the dashboard has counted on");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_sentence_and_nothing_changes() {
    let (world, _) = covered().await;
    for (kpj, day, sentence) in [
        ("99000000001", "2026-12-01", "sudah tercatat"),
        ("99000000002", "2026-12-01", "dipakai orang lain"),
        ("9900000001X2", "2026-12-01", "11 angka"),
        ("99000000003", "", "Isi hari pertama"),
        ("99000000003", "2024-12-01", "Periksa tahunnya"),
        ("99000000003", "2029-12-01", "Periksa tahunnya"),
        ("99000000003", "2025-11-21", "Periksa tahunnya"),
    ] {
        let (status, text) = mend(&world, 0, kpj, day).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{kpj} {day}");
        assert!(text.contains(sentence) && text.contains(&format!("/catatan/{}", id(0))), "{kpj} {day}: {text}");
    }
    assert_eq!((cards(&world, 0).len(), ended(&world, 0).await.numbers.len()), (1, 0));
}

#[tokio::test]
async fn whoever_is_not_covered_or_has_changed_since_is_not_mended() {
    let (world, _) = covered().await;
    let browser = admin(&world);
    let path = format!("/catatan/{}/perlindungan", id(0));
    let stale = browser.send(&path, "seen=1&kpj=99000000003&mulai=2026-12-15").await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    world.note_all([0].into_iter(), payung_hub::ending::Note::Withdrawn);
    assert_eq!(mend(&world, 0, "99000000003", "2026-12-15").await.0, StatusCode::CONFLICT);
    assert!(!browser.get(&format!("/catatan/{}", id(0))).await.text().contains("perbaiki-bpjs"), "nor offered");
}

#[tokio::test]
async fn whoever_lost_a_covered_place_and_is_covered_again_from_a_later_day_is_covered_all_along() {
    let (world, phone) = covered().await;
    world.pass(SignedDuration::from_hours(24 * 20));
    world.set_quota("wide", 0, true).unwrap();
    world.set_quota("wide", 2, false).unwrap();
    assert!(matches!(world.state_of(0), State::Placed { covered_until: Some(_), .. }));
    let export = exported(&world, "wide");
    let browser = admin(&world);
    let (told, next) = ("01-02-2027", "01-12-2027");
    let answers = answer_file(&[(0, "99000000001", told, ""), (1, "99000000002", next, "")]);
    let address = checked(&browser, &format!("/berkas/{export}/jawaban"), "", "b.csv", answers.as_bytes()).await;
    browser.send(&format!("{address}/setuju"), "").await;
    settle(&world);

    let today = day_here(world.now());
    for (number, until) in [(0, date(2028, 1, 31)), (1, date(2028, 11, 30))] {
        assert_eq!(world.state_of(number), State::Active { from: TOLD, until });
        let text = heard(&world, &phone, id(number)).await.unwrap();
        let Checked::Valid(card) = check(&world, &text, &ended(&world, 0).await.numbers, today) else {
            panic!("{number}")
        };
        assert_eq!((card.from, card.until), (TOLD, until));
    }
    let known = world.hub.store.read::<_, HubError>(|c| Ok(cover::of(c, id(0))?)).unwrap().unwrap();
    assert_eq!(known.from, date(2027, 2, 1), "what BPJS has told stays what it has told");
    // a day that is mended later does not tear them apart
    assert_eq!(mend(&world, 0, "99000000001", "2027-03-01").await.0, StatusCode::SEE_OTHER);
    assert_eq!(world.state_of(0), State::Active { from: TOLD, until: date(2028, 2, 29) });
    // unless the former cover ends before it
    assert_eq!(mend(&world, 0, "99000000001", "2027-12-02").await.0, StatusCode::SEE_OTHER);
    assert_eq!(world.state_of(0), State::Active { from: date(2027, 12, 2), until: date(2028, 12, 1) });
    assert_eq!(mend(&world, 0, "99000000001", "2027-12-01").await.0, StatusCode::SEE_OTHER);
    assert_eq!(world.state_of(0), State::Active { from: TOLD, until: date(2028, 11, 30) });
}
