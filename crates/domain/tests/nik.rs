//! The NIK's rules, against the vectors of shared/domain and at random.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::civil::{Date, date};
use payung_domain::region::DistrictCode;
use payung_domain::{Lang, Nik, NikError, NikWarning, Sex};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 21);

#[test]
fn every_vector_gets_its_verdict() {
    // districts that exist today, of those that the vectors name
    let known = ["352228", "320101", "331602"];
    let mut rows = 0;
    for line in include_str!("data/nik_test_vectors.csv").lines().filter(|line| !line.starts_with('#')).skip(1) {
        let (input, expected) = line.split_once(',').map(|(i, rest)| (i, rest.split(',').next().unwrap())).unwrap();
        let verdict = match Nik::parse(input) {
            Ok(nik) => {
                let is_known = known.contains(&&input[..6]);
                let warnings = nik.warnings(None, None, None, is_known);
                if warnings.contains(&NikWarning::UnknownRegion) { "ok_region_unknown" } else { "ok" }
            }
            Err(NikError::Date { .. }) => "bad_date",
            Err(NikError::Serial) => "bad_serial",
            Err(NikError::Length { .. }) => "bad_length",
            Err(NikError::Character { .. }) => "bad_char",
        };
        assert_eq!(verdict, expected, "{line}");
        rows += 1;
    }
    assert_eq!(rows, 18);
}

#[test]
fn the_century_is_the_latest_that_is_not_in_the_future() {
    let born = |text: &str, today| Nik::parse(text).unwrap().birth_date(today);
    assert_eq!(born("3316022902009999", TODAY), Some(date(2000, 2, 29)), "1900 had no 29 February");
    assert_eq!(born("3522280504599999", TODAY), Some(date(1959, 4, 5)));
    assert_eq!(born("3522280504099999", TODAY), Some(date(2009, 4, 5)));
    assert_eq!(born("3522282111269999", TODAY), Some(TODAY), "born today");
    assert_eq!(born("3522282211269999", TODAY), Some(date(1926, 11, 22)), "tomorrow is a century ago");
    assert_eq!(born("3522280504859999", date(1970, 1, 1)), None, "a phone whose clock lost its battery");
}

#[test]
fn what_disagrees_with_the_nik_is_a_warning() {
    let nik = Nik::parse("3522284504859999").unwrap();
    let home: DistrictCode = "35.22.28".parse().unwrap();
    assert_eq!(nik.sex(), Sex::Female);
    assert_eq!(nik.warnings(Some(date(1985, 4, 5)), Some(Sex::Female), Some(home), true), []);
    assert_eq!(
        nik.warnings(Some(date(1985, 4, 6)), Some(Sex::Male), Some(home), true),
        [NikWarning::BirthDate, NikWarning::Sex]
    );
    let elsewhere: DistrictCode = "32.01.01".parse().unwrap();
    assert_eq!(nik.warnings(None, None, Some(elsewhere), true), [NikWarning::Elsewhere]);
}

#[test]
fn a_nik_is_never_shown_whole_by_accident() {
    let nik = Nik::parse("3522284504859999").unwrap();
    assert_eq!(nik.masked(), "352228••••••9999");
    assert!(!format!("{nik:?}").contains("3522"));
    assert_eq!(nik.grouped(), "3522 2845 0485 9999");
}

#[test]
fn a_letter_for_a_digit_is_named_with_its_likely_digit() {
    let error = Nik::parse("352228O504859999").unwrap_err();
    assert_eq!(error, NikError::Character { position: 7, meant: Some('0') });
    assert_eq!(error.sentence(Lang::Id), "Karakter ke-7 bukan angka. Mungkin maksudnya 0?");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,40}") {
        if let Err(error) = Nik::parse(&text) {
            prop_assert!(!error.sentence(Lang::Id).is_empty());
        }
    }

    #[test]
    fn a_well_formed_nik_gives_back_what_it_was_made_of(
        region in 110101u32..999999, year in 1930i16..2026, day_of_year in 1i16..=365, woman: bool, serial in 1u16..=9999
    ) {
        let born = Date::new(year, 1, 1).unwrap().checked_add(jiff::ToSpan::days(i64::from(day_of_year - 1))).unwrap();
        let day = born.day() + if woman { 40 } else { 0 };
        let text = format!("{region}{day:02}{:02}{:02}{serial:04}", born.month(), born.year() % 100);
        let nik = Nik::parse(&text).unwrap();
        prop_assert_eq!(nik.digits(), &text);
        prop_assert_eq!(nik.serial(), serial);
        prop_assert_eq!(nik.sex() == Sex::Female, woman);
        prop_assert_eq!(nik.birth_date(TODAY), Some(born));
        prop_assert_eq!(nik.district().to_string().replace('.', ""), &text[..6]);
        prop_assert_eq!(serde_json::from_str::<Nik>(&serde_json::to_string(&nik).unwrap()).unwrap(), nik);
    }
}
