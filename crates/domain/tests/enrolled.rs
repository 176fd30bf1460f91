//! The filter of enrolled NIKs: never a wrong "no", seldom a wrong "perhaps", small.

#![allow(clippy::unwrap_used)]

use payung_domain::Nik;
use payung_domain::enrolled::EnrolledFilter;

/// The made-up NIK of a number, all of one regency.
fn nik(number: u32) -> String {
    format!(
        "3522{:02}{:02}{:02}{:02}{:04}",
        1 + number % 28,
        1 + number / 28 % 28,
        1 + number / 784 % 12,
        number / 9408 % 100,
        9000 + number % 1000
    )
}

#[test]
fn whoever_is_in_it_is_found_and_of_strangers_less_than_one_in_a_thousand() {
    let niks: std::collections::BTreeSet<String> = (0..400_000).map(nik).collect();
    let (enrolled, strangers): (Vec<_>, Vec<_>) = niks.iter().enumerate().partition(|(count, _)| count % 2 == 0);
    let filter = EnrolledFilter::of([7; 32], enrolled.iter().map(|(_, nik)| nik.as_str()));
    assert!(enrolled.iter().all(|(_, nik)| filter.may_have(&Nik::parse(nik).unwrap())));
    let wrong = strangers.iter().filter(|(_, nik)| filter.may_have(&Nik::parse(nik).unwrap())).count();
    assert!(strangers.len() > 100_000);
    assert!(wrong * 1_000 < strangers.len(), "{wrong} of {} strangers", strangers.len());
    assert!(filter.bytes() < 2 * enrolled.len(), "{} bytes for {}", filter.bytes(), enrolled.len());
}

#[test]
fn it_travels_as_text_and_says_nothing_under_another_key() {
    let names: Vec<String> = (0..2_000).map(nik).collect();
    let filter = EnrolledFilter::of([7; 32], names.iter().map(String::as_str));
    let text = serde_json::to_string(&filter).unwrap();
    assert_eq!(serde_json::from_str::<EnrolledFilter>(&text).unwrap(), filter);
    assert!(!format!("{filter:?}").contains("07"));
    let other: EnrolledFilter = serde_json::from_str(&text.replace(&"07".repeat(32), &"08".repeat(32))).unwrap();
    let found = names.iter().filter(|nik| other.may_have(&Nik::parse(nik).unwrap())).count();
    assert!(found < names.len() / 100, "{found}");
}
