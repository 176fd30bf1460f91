//! The programmes' files, their sums, and what a programme answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use jiff::civil::date;
use payung_domain::programme::{OccupationId, ProgrammeId, QuotaRule, RoleId, SourceId, VillageRefusal};
use payung_domain::region::{Regions, VillageCode, VillageKind};
use payung_domain::{Programme, Rupiah};

macro_rules! programme {
    ($name:literal) => {
        Programme::from_toml(include_str!(concat!("../../../assets/programmes/", $name, ".toml")))
            .unwrap_or_else(|error| panic!("{}: {error}", $name))
    };
}

fn all() -> Vec<(&'static str, Programme)> {
    vec![
        ("bojonegoro_2025", programme!("bojonegoro_2025")),
        ("bogor_2026", programme!("bogor_2026")),
        ("blora_2025", programme!("blora_2025")),
        ("bengkayang_1desa100", programme!("bengkayang_1desa100")),
        ("bengkayang_dbh_sawit", programme!("bengkayang_dbh_sawit")),
        ("demo", programme!("demo")),
    ]
}

fn village(code: &str) -> VillageCode {
    code.parse().unwrap()
}

/// How many desa a regency has in the asset.
fn desa(regency: &str) -> u32 {
    let regions = Regions::load(include_bytes!("../../../assets/regions/regions.bin")).unwrap();
    let districts: Vec<_> = regions.districts(regency.parse().unwrap()).map(|(code, _)| code).collect();
    let villages = districts.iter().flat_map(|&district| regions.villages(district));
    u32::try_from(villages.filter(|(code, _)| code.kind() == VillageKind::Desa).count()).unwrap()
}

#[test]
fn every_file_is_a_programme_of_its_own_name_and_survives_json() {
    for (name, programme) in all() {
        assert_eq!(programme.id.as_str(), name);
        assert_eq!(programme.monthly_premium, Rupiah(16_800), "{name}");
        assert_eq!(programme.person_period(), Rupiah(201_600), "{name}");
        assert_eq!((programme.age.min, programme.age.max_exclusive), (18, 65), "{name}");
        let json = serde_json::to_string(&programme).unwrap();
        assert_eq!(serde_json::from_str::<Programme>(&json).unwrap(), programme, "{name}");
        let phone = serde_json::to_string(&programme.for_phones()).unwrap();
        assert!(!phone.contains("priority"), "{name}: phones rank nobody, and older ones know nothing of it");
        serde_json::from_str::<Programme>(&phone).unwrap();
    }
}

#[test]
fn every_ktp_value_is_one_of_dukcapils() {
    let used = [
        "BURUH HARIAN LEPAS",
        "BURUH PETERNAKAN",
        "BURUH TANI/PERKEBUNAN",
        "LAINNYA",
        "NELAYAN/PERIKANAN",
        "PEMBANTU RUMAH TANGGA",
        "PETANI/PEKEBUN",
        "SENIMAN",
        "TRANSPORTASI",
    ];
    for (name, programme) in all() {
        for value in programme.occupations.iter().flat_map(|occupation| &occupation.ktp_values) {
            assert!(used.contains(&value.as_str()), "{name}: {value}");
        }
    }
}

#[test]
fn bojonegoros_budget_lasts_eleven_months() {
    let programme = programme!("bojonegoro_2025");
    let people = 157_058 + 35_688;
    let budget = programme.budget.unwrap();
    assert_eq!(budget, Rupiah(35_903_000_000));
    assert_eq!(programme.cost(people, 12), Rupiah(38_857_593_600));
    let lasts = programme.months_of_budget(budget, people).unwrap();
    assert_eq!((lasts.whole, lasts.hundredths), (11, 1109), "11.09 months");
    assert_eq!(programme.cost(people, 11).checked_add(lasts.left), Some(budget));
    assert_eq!(programme.budget_share(budget, people), Some(924), "92.4 %");
    assert_eq!(budget.0 / programme.person_period().0, 178_090, "whole person-years");
    assert_eq!(programme.quota, QuotaRule::Listed);
    assert_eq!(programme.places_for(village("35.22.28.2001")), None);
    assert_eq!((programme.occupations.len(), programme.roles.len(), programme.sources.len()), (14, 8, 3));
    assert_eq!(desa("35.22"), 215 + 204);
    let committed = programme.commitment(people, 430);
    assert_eq!((committed.whole, committed.missing), (Rupiah(38_857_593_600), Some(Rupiah(2_954_593_600))));
    assert_eq!(committed.lasts.unwrap().to_string(), "11,09");
    let roles: Vec<&str> = programme.roles.iter().map(|role| role.id.as_str()).collect();
    let named =
        ["ketua_rt_rw", "satlinmas", "marbot", "modin_wanita", "takmir", "guru_ngaji", "anggota_bpd", "kader_desa"];
    assert_eq!(roles, named);
}

#[test]
fn bogors_villages_cost_what_is_reported() {
    let programme = programme!("bogor_2026");
    assert_eq!(programme.cost(250, 12), Rupiah(50_400_000));
    assert_eq!(programme.budget_per_village, Some(Rupiah(50_400_000)));
    assert_eq!(desa("32.01") * 250, 104_000);
    assert_eq!(programme.cost(104_000, 12), Rupiah(20_966_400_000));
    let committed = programme.commitment(104_000, 416);
    assert_eq!((committed.whole, committed.budget), (Rupiah(20_966_400_000), Some(Rupiah(20_966_400_000))));
    assert_eq!((committed.lasts.unwrap().to_string(), committed.missing), ("12,00".to_owned(), None));
    assert_eq!(programme.places_for(village("32.01.02.2001")), Some(250));
    assert_eq!(programme.places_for(village("32.01.01.1001")), None, "a kelurahan has no village fund");
}

#[test]
fn bloras_budget_fits_the_premium_of_16_800() {
    let programme = programme!("blora_2025");
    assert_eq!(programme.quota, QuotaRule::RegencyTotal { places: 1_500 });
    assert_eq!(programme.cost(1_500, 12), Rupiah(302_400_000));
    assert_eq!(programme.budget, Some(Rupiah(302_400_000)));
    assert_eq!(programme.commitment(1_500, 295).missing, None);
    assert_eq!(programme.commitment(10_124, 295).lasts.unwrap().to_string(), "1,78", "months, were all listed ones in");
    assert!(programme.listed_only && programme.source(&SourceId("dtks".into())).is_some(), "under 65 and in DTKS");
    assert_eq!(Rupiah(16_500).checked_mul(1_500 * 12), Some(Rupiah(297_000_000)), "the premium as reported");
    assert_eq!(programme.cost(4_500, 1), Rupiah(75_600_000), "the year before");
    assert_eq!(programme.places_for(village("33.16.01.2001")), None, "one total for the regency");
}

#[test]
fn bengkayangs_two_funds_cost_what_was_recomputed() {
    let programme = programme!("bengkayang_1desa100");
    assert_eq!(programme.start, Some(date(2024, 2, 21)));
    assert_eq!(desa("61.07") * 100, 12_200);
    assert_eq!(programme.cost(12_200, 12), Rupiah(2_459_520_000));
    let missing = programme.cost(12_200, 12).checked_sub(programme.budget.unwrap());
    assert_eq!(missing, Some(Rupiah(30_000_000)), "probably a misprint");
    let committed = programme.commitment(12_200, 122);
    assert_eq!((committed.missing, committed.lasts.unwrap().to_string()), (missing, "11,85".to_owned()));
    assert_eq!(programme.places_for(village("61.07.01.2001")), Some(100));

    let programme = programme!("bengkayang_dbh_sawit");
    assert_eq!(programme.start, Some(date(2025, 7, 1)));
    assert_eq!(programme.quota, QuotaRule::Fund { places: 2_116 });
    assert_eq!(programme.cost(2_116, 12), Rupiah(426_585_600));
    assert_eq!(2_116 + 2_484, 4_600, "the target before the rule changed");
    let (before, now) = (programme.commitment(4_600, 124), programme.commitment(2_116, 124));
    assert_eq!(before.whole.checked_sub(now.whole), Some(programme.cost(2_484, 12)), "what was not continued");
    assert_eq!((now.budget, now.lasts, now.missing), (None, None, None), "no article tells the fund's money");
}

#[test]
fn the_demo_has_five_places_and_every_occupation() {
    let programme = programme!("demo");
    assert_eq!(programme.name, "Program percobaan");
    assert_eq!(programme.places_for(village("35.22.28.2001")), Some(5));
    assert_eq!(programme.occupations.len() + programme.roles.len(), 25);
    assert_eq!(programme.budget_per_village, Some(programme.cost(5, 12)));
}

#[test]
fn a_budget_for_nobody_lasts_for_no_number_of_months() {
    let programme = programme!("demo");
    assert_eq!(programme.months_of_budget(Rupiah(1_000_000), 0), None);
    assert_eq!(programme.budget_share(Rupiah(1_000_000), 0), None);
    let lasts = programme.months_of_budget(Rupiah(u64::MAX), 1).unwrap();
    assert_eq!(lasts.whole, u64::MAX / 16_800);
    let little = programme.months_of_budget(Rupiah(16_799), 1).unwrap();
    assert_eq!((little.whole, little.hundredths, little.left), (0, 100, Rupiah(16_799)), "no whole month, nearly one");
}

#[test]
fn a_village_of_another_regency_or_kind_is_refused_with_the_reason() {
    let programme = programme!("bengkayang_1desa100");
    assert_eq!(programme.accepts_village(village("61.07.04.2001")), Ok(()));
    assert_eq!(
        programme.accepts_village(village("61.07.04.1001")),
        Err(VillageRefusal::Kind { found: VillageKind::Kelurahan })
    );
    assert_eq!(
        programme.accepts_village(village("35.22.28.2001")),
        Err(VillageRefusal::OtherRegency { expected: "61.07".parse().unwrap(), found: "35.22".parse().unwrap() })
    );
    assert_eq!(programme!("bojonegoro_2025").accepts_village(village("35.22.15.1001")), Ok(()), "every kind");
}

#[test]
fn a_programme_knows_its_lists_by_id() {
    let programme = programme!("bojonegoro_2025");
    assert_eq!(programme.occupation(&OccupationId("ojek".into())).unwrap().label_id, "Tukang ojek");
    assert_eq!(programme.occupation(&OccupationId("prt".into())), None);
    assert_eq!(programme.role(&RoleId("modin_wanita".into())).unwrap().label_id, "Modin wanita");
    assert_eq!(programme.source(&SourceId("p3ke".into())).unwrap().date, None);
    for text in ["", "A", "a b", "á", &"a".repeat(65)] {
        assert!(ProgrammeId::parse(text).is_err(), "{text}");
    }
}
