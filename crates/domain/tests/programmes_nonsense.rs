//! A programme's file that makes no sense is refused with the line, the field and a reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use payung_domain::Programme;
use payung_domain::programme::ProgrammeError;

const GOOD: &str = r#"id = "contoh"
name = "Contoh"
regency = "35.22"
year = 2026
start = "2026-01-01"
months = 12
monthly_premium = 16_800
premium_parts = { jkk = 10_000, jkm = 6_800 }
quota = { rule = "per_village", places = 5 }
village_kinds = ["desa", "kelurahan"]
fund = "APBD"
verifier = "Dinas"
age = { min = 18, max_exclusive = 65 }
budget_per_village = 1_008_000
occupations = [
  { id = "ojek", label_id = "Tukang ojek", label_en = "Motorcycle taxi driver" },
  { id = "becak", label_id = "Tukang becak", label_en = "Pedicab driver" },
]

[[roles]]
id = "marbot"
label_id = "Marbot"
label_en = "Mosque caretaker"

[[sources]]
id = "dtks"
name = "DTKS"
date = "2025-01-31"
"#;

/// What is said when `from` in the good file is replaced with `to`.
fn refused(from: &str, to: &str) -> ProgrammeError {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    match Programme::from_toml(&GOOD.replace(from, to)) {
        Err(error) => error,
        Ok(_) => panic!("{to} is taken"),
    }
}

#[test]
fn each_kind_of_nonsense_is_refused_with_its_line_and_reason() {
    Programme::from_toml(GOOD).unwrap();
    let cases = [
        ("\"contoh\"", "\"Contoh 1\"", 1, "id", "an id is 1 to 64 of a-z, 0-9 and _"),
        ("\"Contoh\"", "\" \"", 2, "name", "may not be empty"),
        ("\"35.22\"", "\"3522.1\"", 3, "regency", "not a code such as 35.22"),
        ("\"35.22\"", "3522", 3, "regency", "invalid type: integer `3522`"),
        ("2026\n", "26\n", 4, "year", "26 is not a year"),
        ("\"2026-01-01\"", "\"2026-02-30\"", 5, "start", "2026-02-30 is not a date such as 2025-07-01"),
        ("\"2026-01-01\"", "\"Januari\"", 5, "start", "Januari is not a date"),
        ("\"2026-01-01\"", "2026-01-01", 5, "start", "expected a date in quotes"),
        ("months = 12", "months = 0", 6, "months", "may not be 0"),
        ("months = 12", "months = 121", 6, "months", "more than 120 months"),
        ("months = 12", "months = -1", 6, "months", "invalid value: integer `-1`"),
        ("months = 12", "months = 1.5", 6, "months", "invalid type: floating point"),
        ("16_800", "0", 7, "monthly_premium", "may not be 0"),
        ("16_800", "16_800_000", 7, "monthly_premium", "more than Rp1.000.000"),
        ("16_800", "-16_800", 7, "monthly_premium", "invalid value"),
        ("6_800 }", "6_500 }", 8, "premium_parts", "JKK Rp10.000 and JKM Rp6.500 do not add up to Rp16.800"),
        ("places = 5", "places = 0", 9, "quota", "may not be 0 places"),
        ("places = 5", "places = 10_000_001", 9, "quota", "more than 10000000 places"),
        ("\"per_village\"", "\"per_house\"", 9, "quota.rule", "unknown variant `per_house`"),
        ("places = 5", "places = 5, of = 3", 9, "quota", "unknown field `of`"),
        ("\"per_village\", places = 5", "\"listed\", places = 5", 9, "quota.places", "has no number of places"),
        ("\"kelurahan\"", "\"kampung\"", 10, "village_kinds.1", "unknown variant `kampung`"),
        ("\"kelurahan\"", "\"desa\"", 10, "village_kinds.1", "stands twice"),
        ("\"APBD\"", "\"\"", 11, "fund", "may not be empty"),
        ("\"Dinas\"", "\"\"", 12, "verifier", "may not be empty"),
        ("min = 18", "min = 65", 13, "age", "the least age 65 is not under 65"),
        ("min = 18", "min = 300", 13, "age.min", "invalid value: integer `300`"),
        ("1_008_000", "0", 14, "budget_per_village", "Rp0 does not pay 5 people for one month, Rp84.000"),
        ("1_008_000", "1_008_000_000", 14, "budget_per_village", "more than twice what 5 people cost in 12 months"),
        ("_per_village = 1_008_000", " = 16_799", 14, "budget", "does not pay 1 people for one month"),
        ("\"Tukang ojek\"", "\"\"", 16, "occupations.0.label_id", "may not be empty"),
        ("\"becak\"", "\"ojek\"", 17, "occupations.1.id", "ojek stands twice"),
        ("\"becak\"", "\"Becak\"", 17, "occupations.1.id", "an id is 1 to 64 of a-z, 0-9 and _"),
        (", label_en = \"Pedicab driver\"", "", 17, "occupations.1.label_en", "is missing"),
        ("\"Pedicab driver\" }", "\"P\", colour = 3 }", 17, "occupations.1.colour", "no programme has this field"),
        ("\"Mosque caretaker\"", "\"\"", 23, "roles.0.label_en", "may not be empty"),
        ("name = \"DTKS\"", "nama = \"DTKS\"", 25, "sources.0.name", "is missing"),
        ("\"2025-01-31\"", "\"31-01-2025\"", 28, "sources.0.date", "31-01-2025 is not a date"),
        ("fund = ", "funds = ", 1, "fund", "is missing"),
        ("year = 2026", "year = 2026\nyears = 2", 5, "years", "no programme has this field"),
        ("months = 12", "months = 12\nmonths = 6", 7, "", "duplicate key"),
        ("months = 12", "months 12", 6, "", "key with no value"),
    ];
    for (from, to, line, field, reason) in cases {
        let error = refused(from, to);
        assert_eq!((error.line, error.field.as_str()), (line, field), "{to}: {error}");
        assert!(error.reason.contains(reason), "{to}: {error}");
    }
}

#[test]
fn a_programme_without_occupations_is_refused() {
    let from = GOOD.find("occupations").unwrap()..GOOD.find("\n[[roles]]").unwrap();
    let text = GOOD.replace(&GOOD[from], "occupations = []\n");
    let error = Programme::from_toml(&text).unwrap_err();
    assert_eq!(error.to_string(), "line 15: occupations: a programme is for at least one occupation");
}

#[test]
fn a_budget_per_village_needs_places_per_village() {
    for rule in ["\"listed\"", "\"fund\", places = 5", "\"regency_total\", places = 5"] {
        let error = refused("\"per_village\", places = 5", rule);
        assert_eq!((error.line, error.field.as_str()), (14, "budget_per_village"), "{rule}");
    }
}

#[test]
fn a_total_budget_must_fit_the_places() {
    let fund = GOOD.replace("per_village\"", "fund\"").replace("_per_village = 1_008_000", " = 1_008_000");
    Programme::from_toml(&fund).unwrap();
    for budget in ["83_999", "2_016_001"] {
        let error = Programme::from_toml(&fund.replace("1_008_000", budget)).unwrap_err();
        assert_eq!((error.line, error.field.as_str()), (14, "budget"), "{error}");
    }
}

#[test]
fn nonsense_in_json_is_refused_but_a_newer_hubs_fields_are_not() {
    let mut json = serde_json::to_value(Programme::from_toml(GOOD).unwrap()).unwrap();
    json["colour"] = "green".into();
    serde_json::from_value::<Programme>(json.clone()).unwrap();
    json["months"] = 0.into();
    let error = serde_json::from_value::<Programme>(json).unwrap_err();
    assert_eq!(error.to_string(), "months: may not be 0");
}

#[test]
fn no_cut_of_the_file_makes_the_reading_panic() {
    for end in 0..GOOD.len() {
        if let Err(error) = Programme::from_toml(&GOOD[..end]) {
            assert!((1..=GOOD.lines().count() + 1).contains(&error.line), "{error}");
        }
    }
}

#[test]
fn an_order_of_those_who_wait_that_leaves_something_to_chance_is_refused() {
    let with =
        |lines: &str| Programme::from_toml(&GOOD.replacen("occupations = [", &format!("{lines}\noccupations = ["), 1));
    with(r#"priority = ["source_list", "oldest_first", "order_of_enrolment"]"#).unwrap();
    for (lines, field, reason) in [
        ("priority = []", "priority", "the last criterion is order_of_enrolment"),
        (r#"priority = ["order_of_enrolment", "disability"]"#, "priority", "the last criterion is order_of_enrolment"),
        (r#"priority = ["disability", "disability", "order_of_enrolment"]"#, "priority.1", "stands twice"),
        (r#"priority = ["tallest_first", "order_of_enrolment"]"#, "priority.0", "unknown variant `tallest_first`"),
        (r#"priority = ["oldest_first", "youngest_first", "order_of_enrolment"]"#, "priority", "can't both come first"),
    ] {
        let error = with(lines).unwrap_err();
        assert_eq!((error.line, error.field.as_str()), (15, field), "{lines}: {error}");
        assert!(error.reason.contains(reason), "{lines}: {error}");
    }
    let sources = GOOD.find("\n[[sources]]").unwrap();
    let unlisted = GOOD[..sources].replacen("occupations = [", "listed_only = true\noccupations = [", 1);
    assert_eq!(Programme::from_toml(&unlisted).unwrap_err().to_string(), "line 15: listed_only: there are no sources");
}
