//! Whom the kader is to see again, and last year's people for this year, without a signal.

use crate::support::*;
use payung_device::{SaveError, Standing, Stopped, Why};
use payung_domain::state::{EndReason, RejectReason};
use payung_domain::{Enrolment, Field, RecordId, State};

fn active(until: &str) -> State {
    State::Active { from: "2026-01-01".parse().unwrap(), until: until.parse().unwrap() }
}

async fn whys(phone: &Phone) -> Vec<(RecordId, Why)> {
    phone.device.reminders().await.unwrap().into_iter().map(|reminder| (reminder.row.id, reminder.why)).collect()
}

/// A person whom the hub knows and who stands so.
async fn standing_so(phone: &Phone, person: u16, states: Vec<State>) -> RecordId {
    let id = phone.enrol(person).await;
    phone.device.sync().await;
    for state in states {
        phone.hub.decide(id, 1, state);
    }
    phone.device.sync().await;
    id
}

#[tokio::test]
async fn who_is_to_be_seen_again_is_told_with_the_reason() {
    let phone = Phone::paired().await;
    let waiting = State::WaitingList { rank: 3, covered_until: None };
    let turn = standing_so(
        &phone,
        9990,
        vec![State::Verified, waiting, State::Placed { place: Some(2), covered_until: None }],
    )
    .await;
    standing_so(&phone, 9991, vec![State::Verified, State::Placed { place: Some(3), covered_until: None }]).await;
    let ends = standing_so(&phone, 9992, vec![active("2026-12-31")]).await;
    standing_so(&phone, 9993, vec![active("2027-06-30")]).await;
    let long = standing_so(&phone, 9994, Vec::new()).await;
    let at = "2026-11-21T08:00:00Z".parse().unwrap();
    let until = "2026-12-31".parse().unwrap();
    assert_eq!(whys(&phone).await, [(turn, Why::Turn { at }), (ends, Why::EndsSoon { until })]);

    phone.clock.pass(15 * 24 * 3600);
    let seen = whys(&phone).await;
    assert_eq!(seen.len(), 3, "the office has not decided for a fortnight: {seen:?}");
    assert!(matches!(seen[2], (id, Why::LongWait { .. }) if id == long), "{seen:?}");
    phone.clock.pass(20 * 24 * 3600);
    assert!(!whys(&phone).await.iter().any(|(id, _)| *id == turn), "no news any more");
}

#[tokio::test]
async fn last_years_people_are_this_years_in_two_taps_without_a_signal() {
    let phone = Phone::paired().await;
    let covered = standing_so(&phone, 9990, vec![active("2026-12-31")]).await;
    let waited = standing_so(&phone, 9991, vec![State::WaitingList { rank: 9, covered_until: None }]).await;
    let gone = standing_so(&phone, 9992, vec![active("2026-12-31")]).await;
    phone.hub.state().years_on = 1;
    phone.device.sync().await;
    let until = Some("2026-12-31".parse().unwrap());
    let asked = [(waited, Why::Renew { until: None }), (covered, Why::Renew { until }), (gone, Why::Renew { until })];
    assert_eq!(whys(&phone).await, asked);

    phone.hub.set(Weather::NoSignal);
    let before = phone.device.record(covered).await.unwrap().enrolment.unwrap();
    phone.clock.pass(3600);
    let fresh = phone.device.start_renewal(covered, Some("2026-12")).await.unwrap();
    phone.device.save(fresh).await.unwrap();
    let after = phone.device.record(fresh).await.unwrap().enrolment.unwrap();
    assert_ne!(fresh, covered);
    assert_eq!(after.programme.as_str(), "demo_next");
    assert_eq!(after.consent.notice_version, "2026-12", "asked anew");
    assert!(after.consent.given_at > before.consent.given_at);
    let same = Enrolment {
        programme: before.programme.clone(),
        consent: before.consent.clone(),
        worker_key: before.worker_key,
        ..after
    };
    assert!(same == before, "all else is as it was, the photo too");
    assert_eq!(phone.standing(covered).await, Standing::State(active("2026-12-31")), "the former cover stays");

    phone.device.stop_renewal(gone, Some(Stopped::Moved)).await.unwrap();
    assert_eq!(whys(&phone).await, [(waited, Why::Renew { until: None })]);
    assert_eq!(phone.device.renewals_stopped().await.unwrap()[0].1, Stopped::Moved);
    phone.device.stop_renewal(gone, None).await.unwrap();
    assert_eq!(whys(&phone).await.len(), 2, "taken back");

    phone.hub.set(Weather::Fine);
    phone.device.sync().await;
    let arrived = phone.hub.state().records.contains_key(&fresh);
    assert!(arrived);
    assert_eq!(phone.standing(fresh).await, Standing::State(State::Received));
}

#[tokio::test]
async fn what_has_changed_is_asked_and_nobody_is_renewed_twice() {
    let phone = Phone::paired().await;
    let covered = standing_so(&phone, 9990, vec![active("2026-12-31")]).await;
    phone.hub.state().years_on = 1;
    phone.device.sync().await;
    assert_eq!(phone.device.open_renewal(covered).await.unwrap(), None);
    let fresh = phone.device.start_renewal(covered, None).await.unwrap();
    let draft = phone.device.draft(fresh).await.unwrap().draft;
    assert_eq!(draft.get(Field::Name), "CONTOH WARGA 9990");
    assert_eq!(draft.get(Field::Consent), "", "consent is given anew");
    assert!(matches!(phone.device.save(fresh).await, Err(SaveError::Problems(_))));
    phone.device.set_field(fresh, Field::Workplace, "Pasar").unwrap();
    assert_eq!(phone.device.open_renewal(covered).await.unwrap(), Some(fresh), "what was changed is what is shown");

    let again = phone.device.start_renewal(covered, Some("2026-11")).await.unwrap();
    assert_eq!(again, fresh, "the open draft is gone on with");
    phone.device.save(again).await.unwrap();
    let saved = phone.device.record(again).await.unwrap().enrolment.unwrap();
    assert_eq!(saved.work.place, "Pasar");
    assert_eq!(whys(&phone).await, [], "renewed");

    let third = phone.device.start_renewal(covered, Some("2026-11")).await.unwrap();
    assert!(matches!(phone.device.save(third).await, Err(SaveError::AlreadyEnrolled(id)) if id == fresh));
}

#[tokio::test]
async fn in_the_third_year_a_person_is_asked_once_by_the_newest_record_and_the_dead_are_not() {
    let phone = Phone::paired().await;
    let (first, died) = (
        standing_so(&phone, 9990, vec![active("2026-12-31")]).await,
        standing_so(&phone, 9991, vec![active("2026-12-31")]).await,
    );
    phone.hub.state().years_on = 1;
    phone.device.sync().await;
    let mut second = Vec::new();
    for former in [first, died] {
        phone.clock.pass(60);
        let fresh = phone.device.start_renewal(former, Some("2026-12")).await.unwrap();
        phone.device.save(fresh).await.unwrap();
        phone.device.sync().await;
        phone.hub.decide(fresh, 1, active("2027-12-31"));
        second.push(fresh);
    }
    phone.hub.state().years_on = 2;
    phone.device.sync().await;
    let until = Some("2027-12-31".parse().unwrap());
    let asked = whys(&phone).await;
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(second.iter().all(|id| asked.contains(&(*id, Why::Renew { until }))), "{asked:?}");
    phone.device.stop_renewal(second[1], Some(Stopped::Died)).await.unwrap();
    assert_eq!(whys(&phone).await, [(second[0], Why::Renew { until })], "nobody is sent there again");
}

#[tokio::test]
async fn a_nik_that_is_corrected_while_renewing_ends_the_asking_too() {
    let phone = Phone::paired().await;
    let covered = standing_so(&phone, 9990, vec![active("2026-12-31")]).await;
    phone.hub.state().years_on = 1;
    phone.device.sync().await;
    let fresh = phone.device.start_renewal(covered, None).await.unwrap();
    let (_, nik) = person_fields(9989).into_iter().find(|(field, _)| *field == Field::Nik).unwrap();
    phone.device.set_field(fresh, Field::Nik, &nik).unwrap();
    let again = phone.device.start_renewal(covered, Some("2026-12")).await.unwrap();
    assert_eq!(again, fresh, "the same draft, though its NIK is another one by now");
    phone.device.save(again).await.unwrap();
    assert_eq!(whys(&phone).await, []);
    assert_eq!(phone.device.open_renewal(covered).await.unwrap(), None, "saved, and open no more");
}

#[tokio::test]
async fn who_lost_the_place_is_reminded_of_the_last_day_that_is_paid_for_by_the_hubs_clock() {
    let phone = Phone::paired().await;
    let until = "2026-12-31".parse().unwrap();
    let lost = State::WaitingList { rank: 4, covered_until: Some(until) };
    let id = standing_so(&phone, 9990, vec![active("2026-12-31"), lost]).await;
    assert_eq!(whys(&phone).await, [(id, Why::EndsSoon { until })]);
    phone.clock.pass(-400 * 24 * 3600);
    assert_eq!(whys(&phone).await, [(id, Why::EndsSoon { until })], "a phone's clock may be a year behind");
    phone.hub.state().years_on = 1;
    phone.device.sync().await;
    assert_eq!(whys(&phone).await, [(id, Why::Renew { until: Some(until) })]);
}

#[tokio::test]
async fn a_reason_of_last_year_excuses_nothing_this_year() {
    let phone = Phone::paired().await;
    let id = phone.fill(9990).await;
    let too_old = [
        (Field::Nik, "9901010504509990"),
        (Field::BirthDate, "05-04-1950"),
        (Field::WarningReason, "Alamat di KTP sudah lama"),
    ];
    for (field, text) in too_old {
        phone.device.set_field(id, field, text).unwrap();
    }
    phone.device.save(id).await.unwrap();
    phone.device.sync().await;
    phone.hub.decide(id, 1, active("2026-12-31"));
    phone.hub.state().years_on = 1;
    phone.device.sync().await;
    let fresh = phone.device.start_renewal(id, Some("2026-12")).await.unwrap();
    let Err(SaveError::Problems(problems)) = phone.device.save(fresh).await else { panic!("saved with an old excuse") };
    assert_eq!(problems.iter().map(|problem| problem.field).collect::<Vec<_>>(), [Field::WarningReason]);
    phone.device.set_field(fresh, Field::WarningReason, "Kantor sudah setuju").unwrap();
    phone.device.save(fresh).await.unwrap();
}

/// The village enrols for the programme of so many years on.
async fn years_on(phone: &Phone, years: u8) {
    phone.hub.state().years_on = years;
    phone.device.sync().await;
}

#[tokio::test]
async fn whose_newest_record_is_over_is_not_asked_by_an_older_one() {
    let phone = Phone::paired().await;
    let over = [
        State::Ended { reason: EndReason::Died },
        State::Rejected { reason: RejectReason::Deceased, words: String::new() },
        State::Withdrawn,
    ];
    let people = 9990..9990 + u16::try_from(over.len()).unwrap();
    for person in people.clone() {
        standing_so(&phone, person, vec![active("2026-12-31")]).await;
    }
    years_on(&phone, 1).await;
    assert_eq!(whys(&phone).await.len(), over.len());
    for (person, state) in people.zip(over) {
        // by the ordinary form, which knows of no former record
        standing_so(&phone, person, vec![state]).await;
    }
    years_on(&phone, 2).await;
    assert_eq!(whys(&phone).await, []);
}

#[tokio::test]
async fn who_declined_and_was_enrolled_after_all_is_asked_the_year_after() {
    let phone = Phone::paired().await;
    let first = standing_so(&phone, 9990, vec![active("2026-12-31")]).await;
    years_on(&phone, 1).await;
    phone.device.stop_renewal(first, Some(Stopped::Declined)).await.unwrap();
    let second = standing_so(&phone, 9990, vec![active("2027-12-31")]).await;
    years_on(&phone, 2).await;
    let until = Some("2027-12-31".parse().unwrap());
    assert_eq!(whys(&phone).await, [(second, Why::Renew { until })]);
}
