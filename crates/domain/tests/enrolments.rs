//! From typed text to an enrolment and back, and who a programme is for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::civil::{Date, date};
use payung_domain::draft::Setting;
use payung_domain::eligibility::{Ineligible, age, reasons_against};
use payung_domain::enrolment::{Photo, PhotoFault, PhotoKind, PhotoReason};
use payung_domain::{Draft, Enrolment, Field, PhotoHash, ProblemKind, Programme};

const TODAY: Date = date(2026, 11, 21);

fn programme() -> Programme {
    Programme::from_toml(include_str!("../../../assets/programmes/demo.toml")).unwrap()
}

fn photo() -> Photo {
    Photo { kind: PhotoKind::Ktp, sha256: PhotoHash::of(b"a photo"), bytes: 7, faults: Vec::new() }
}

fn typed() -> Draft {
    let mut draft = Draft::default();
    for (field, text) in [
        (Field::Nik, "3522 2845 0485 9999"),
        (Field::Name, "  contoh   siti aminah "),
        (Field::BirthPlace, "Bojonegoro"),
        (Field::BirthDate, "5/4/1985"),
        (Field::Sex, "female"),
        (Field::Address, "Dusun Krajan"),
        (Field::Village, "35.22.28.2004"),
        (Field::Rt, "003"),
        (Field::Rw, "1"),
        (Field::Phone, "0812-3456-7890"),
        (Field::Occupation, "buruh_tani"),
        (Field::Workplace, "Sawah"),
        (Field::HeirName, "Contoh Anak"),
        (Field::HeirRelation, "child"),
        (Field::Consent, "thumb_mark"),
        (Field::ConsentNotice, "2026-11"),
        (Field::ConsentTime, "2026-11-21T02:00:00Z"),
        (Field::Position, "-7.15 111.88 12"),
    ] {
        draft.set(field, text);
    }
    draft
}

fn read(draft: &Draft, photos: &[Photo]) -> Result<Enrolment, Vec<(Field, ProblemKind)>> {
    let programme = programme();
    let setting = Setting { programme: &programme, today: TODAY, knows_district: &|_| true };
    draft
        .enrolment(&setting, photos)
        .map_err(|problems| problems.into_iter().map(|problem| (problem.field, problem.kind)).collect())
}

fn faults(change: impl FnOnce(&mut Draft)) -> Vec<(Field, ProblemKind)> {
    let mut draft = typed();
    change(&mut draft);
    read(&draft, &[photo()]).err().unwrap_or_default()
}

#[test]
fn what_was_typed_becomes_an_enrolment_in_the_ktps_own_form() {
    let enrolment = read(&typed(), &[photo()]).unwrap();
    assert_eq!(enrolment.identity.name, "CONTOH SITI AMINAH");
    assert_eq!(enrolment.identity.birth_date, date(1985, 4, 5));
    assert_eq!((enrolment.residence.rt, enrolment.residence.rw), (3, 1));
    assert_eq!(enrolment.contact.phone.as_deref(), Some("081234567890"));
    assert_eq!(enrolment.position.unwrap().accuracy_metres, 12.0);
    let json = serde_json::to_string(&enrolment).unwrap();
    assert!(serde_json::from_str::<Enrolment>(&json).unwrap() == enrolment);
    let again = read(&Draft::from(&enrolment), &[photo()]).unwrap();
    assert!(again == enrolment, "a correction starts from the same values");
    assert!(!format!("{enrolment:?}").contains("SITI"), "no name in a log");
}

#[test]
fn every_missing_field_is_named() {
    let missing = read(&Draft::default(), &[]).unwrap_err();
    for field in [Field::Nik, Field::Name, Field::BirthDate, Field::Sex, Field::Rt, Field::Occupation, Field::KtpPhoto]
    {
        assert!(missing.contains(&(field, ProblemKind::Missing)), "{field:?}");
    }
    assert!(!missing.iter().any(|(field, _)| matches!(field, Field::Phone | Field::Role | Field::Position)));
}

#[test]
fn a_photo_with_faults_needs_a_reason_and_a_good_one_keeps_none() {
    let dark = Photo { faults: vec![PhotoFault::TooDark], ..photo() };
    let missing = [(Field::PhotoReason, ProblemKind::Missing)];
    assert_eq!(read(&typed(), std::slice::from_ref(&dark)).err().unwrap(), missing);
    let mut draft = typed();
    draft.set(Field::PhotoReason, "legible");
    assert_eq!(read(&draft, &[dark]).unwrap().photo_reason, Some(PhotoReason::Legible));
    assert_eq!(read(&draft, &[photo()]).unwrap().photo_reason, None);
}

#[test]
fn a_wrong_value_is_told_apart_from_a_missing_one() {
    assert_eq!(faults(|d| d.set(Field::BirthDate, "31-02-1985")), [(Field::BirthDate, ProblemKind::NotADate)]);
    assert!(faults(|d| d.set(Field::BirthDate, "22-11-2026")).contains(&(Field::BirthDate, ProblemKind::InTheFuture)));
    assert_eq!(faults(|d| d.set(Field::Rt, "1000")), [(Field::Rt, ProblemKind::NotANumber)]);
    assert_eq!(faults(|d| d.set(Field::Phone, "telepon")), [(Field::Phone, ProblemKind::NotAPhone)]);
    assert_eq!(faults(|d| d.set(Field::Occupation, "presiden")), [(Field::Occupation, ProblemKind::NotAChoice)]);
    assert_eq!(faults(|d| d.set(Field::Name, "x".repeat(101))), [(Field::Name, ProblemKind::TooLong { most: 100 })]);
}

#[test]
fn what_differs_from_the_nik_needs_a_reason_and_then_passes() {
    assert_eq!(faults(|d| d.set(Field::Sex, "male")), [(Field::WarningReason, ProblemKind::NeedsReason)]);
    let explained = faults(|d| {
        d.set(Field::Sex, "male");
        d.set(Field::WarningReason, "salah cetak di KTP");
    });
    assert_eq!(explained, []);
}

#[test]
fn eligibility_is_answered_with_every_reason() {
    let programme = programme();
    let mut enrolment = read(&typed(), &[photo()]).unwrap();
    assert_eq!(reasons_against(&enrolment, &programme, TODAY, false), []);
    enrolment.identity.birth_date = date(1961, 11, 21);
    enrolment.residence.village = "32.01.01.2001".parse().unwrap();
    enrolment.work.occupation = None;
    assert_eq!(
        reasons_against(&enrolment, &programme, TODAY, true),
        [
            Ineligible::TooOld { age: 65, max_exclusive: 65 },
            Ineligible::Village,
            Ineligible::Work,
            Ineligible::AlreadyEnrolled,
        ]
    );
    enrolment.identity.birth_date = date(2009, 4, 5);
    assert!(reasons_against(&enrolment, &programme, TODAY, false).contains(&Ineligible::TooYoung { age: 17, min: 18 }));
}

#[test]
fn a_birthday_counts_from_its_own_day_on() {
    assert_eq!(age(date(1961, 11, 22), TODAY), 64);
    assert_eq!(age(date(1961, 11, 21), TODAY), 65);
    assert_eq!(age(date(2008, 2, 29), date(2026, 2, 28)), 17);
    assert_eq!(age(date(2008, 2, 29), date(2026, 3, 1)), 18);
}

#[test]
fn a_programme_for_listed_people_asks_for_their_list() {
    let mut enrolment = read(&typed(), &[photo()]).unwrap();
    let programme = Programme { listed_only: true, ..programme() };
    enrolment.source = None;
    let reasons = reasons_against(&enrolment, &programme, TODAY, false);
    assert!(matches!(reasons.as_slice(), [Ineligible::NotListed { lists }] if !lists.is_empty()), "{reasons:?}");
    enrolment.source = programme.sources.first().map(|source| source.id.clone());
    assert_eq!(reasons_against(&enrolment, &programme, TODAY, false), []);
}
