//! The regions' codes, names and search, against the asset and counts made by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use payung_domain::region::{
    DistrictCode, Place, ProvinceCode, RegencyCode, RegionCodeError, Regions, RegionsError, VillageCode, VillageKind,
};
use proptest::prelude::*;
use std::sync::LazyLock;

static ASSET: &[u8] = include_bytes!("../../../assets/regions/regions.bin");
static REGIONS: LazyLock<Regions> = LazyLock::new(|| Regions::load(ASSET).unwrap());

fn regency(code: &str) -> RegencyCode {
    code.parse().unwrap()
}

fn villages_of(code: RegencyCode) -> Vec<VillageCode> {
    let districts = REGIONS.districts(code);
    districts.flat_map(|(district, _)| REGIONS.villages(district).map(|(village, _)| village)).collect()
}

fn all_regencies() -> Vec<RegencyCode> {
    REGIONS.provinces().flat_map(|(province, _)| REGIONS.regencies(province).map(|(code, _)| code)).collect()
}

fn found(query: &str, within: Option<&str>, limit: usize) -> Vec<String> {
    REGIONS.search(query, within.map(regency), limit).iter().map(Place::to_string).collect()
}

#[test]
fn every_region_of_indonesia_is_there() {
    let regencies = all_regencies();
    let districts: usize = regencies.iter().map(|&code| REGIONS.districts(code).count()).sum();
    let villages: Vec<VillageCode> = regencies.iter().flat_map(|&code| villages_of(code)).collect();
    assert_eq!((REGIONS.provinces().count(), regencies.len(), districts, villages.len()), (38, 514, 7_285, 83_762));
    let of_kind = |kind| villages.iter().filter(|code| code.kind() == kind).count();
    assert_eq!(of_kind(VillageKind::Desa), 75_252);
    assert_eq!(of_kind(VillageKind::Kelurahan), 8_496);
    assert_eq!(of_kind(VillageKind::DesaAdat), 14);
    assert!(villages.is_sorted());
}

#[test]
fn every_code_that_is_listed_is_found_again() {
    for code in all_regencies() {
        for (district, name) in REGIONS.districts(code) {
            assert!(REGIONS.contains_district(district));
            assert_eq!(REGIONS.district(district), Some(name));
            for (village, name) in REGIONS.villages(district) {
                let place = REGIONS.village(village).unwrap();
                assert_eq!((place.code, place.name.as_str()), (village, name));
                assert_eq!(Some(place.district.as_str()), REGIONS.district(district));
            }
        }
    }
}

#[test]
fn the_four_regencies_have_their_counted_villages() {
    let mut rows = 0;
    for line in include_str!("data/regions_four_regencies_counts.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [regency_code, regency_name, district, district_name, desa, kelurahan, _wave] = fields[..] else {
            panic!("{line}")
        };
        let code: DistrictCode = district.parse().unwrap();
        assert_eq!(REGIONS.regency(regency(regency_code)), Some(regency_name));
        assert_eq!(REGIONS.district(code), Some(district_name));
        let of_kind = |kind| REGIONS.villages(code).filter(|(code, _)| code.kind() == kind).count().to_string();
        assert_eq!(of_kind(VillageKind::Desa), desa, "{line}");
        assert_eq!(of_kind(VillageKind::Kelurahan), kelurahan, "{line}");
        rows += 1;
    }
    assert_eq!(rows, 101);
    for (code, desa, kelurahan) in [("35.22", 419, 11), ("32.01", 416, 19), ("33.16", 271, 24), ("61.07", 122, 2)] {
        let villages = villages_of(regency(code));
        let of_kind = |kind| villages.iter().filter(|village| village.kind() == kind).count();
        assert_eq!((of_kind(VillageKind::Desa), of_kind(VillageKind::Kelurahan)), (desa, kelurahan), "{code}");
    }
}

#[test]
fn known_places_have_their_names() {
    let place = REGIONS.search("gayam", Some(regency("35.22")), 1).remove(0);
    assert_eq!(REGIONS.village(place.code), Some(place.clone()));
    assert_eq!(place.to_string(), "Gayam, Gayam, Bojonegoro");
    assert_eq!((place.regency.as_str(), place.province.as_str()), ("Kabupaten Bojonegoro", "Jawa Timur"));
    assert_eq!(REGIONS.province("32".parse().unwrap()), Some("Jawa Barat"));
    assert_eq!(REGIONS.regency(regency("32.71")), Some("Kota Bogor"));
}

#[test]
fn what_does_not_exist_is_not_found() {
    assert!(!REGIONS.contains_district(DistrictCode::from_blocks(91, 1, 1)), "Papua before 2022");
    assert_eq!(REGIONS.district(DistrictCode::from_blocks(99, 0, 0)), None);
    assert_eq!(REGIONS.village("35.22.28.2999".parse().unwrap()), None);
    assert_eq!(REGIONS.village("99.22.28.2001".parse().unwrap()), None);
    assert_eq!(REGIONS.province(ProvinceCode::from_number(99)), None);
    assert_eq!(REGIONS.regencies(ProvinceCode::from_number(99)).count(), 0);
    assert_eq!(REGIONS.districts(regency("99.99")).count(), 0);
    assert_eq!(REGIONS.villages(DistrictCode::from_blocks(0, 0, 0)).count(), 0);
}

#[test]
fn the_search_gives_the_better_fits_first() {
    let all = REGIONS.search("gayam", None, usize::MAX);
    let rank = |name: &str| {
        let name = name.to_lowercase().replace('-', " ");
        match name.find("gayam") {
            Some(0) if name == "gayam" => 0,
            Some(0) => 1,
            Some(_) if name.contains(" gayam") => 2,
            Some(_) => 3,
            None => panic!("{name}"),
        }
    };
    assert!(all.is_sorted_by_key(|place| rank(&place.name)));
    for expected in 0..=3 {
        assert!(all.iter().any(|place| rank(&place.name) == expected), "{expected}");
    }
    let first: Vec<_> = REGIONS.search("gayam", None, 3).into_iter().collect();
    assert_eq!(first, all[..3], "a limit cuts off the worse ones");
}

#[test]
fn the_search_agrees_with_a_plain_reading_of_every_name() {
    for query in ["gayam", "a", "suka maju", "ii", "x", "'", "desa", "air-air"] {
        let folded = query.replace('-', " ");
        let expected: usize = all_regencies()
            .iter()
            .flat_map(|&code| REGIONS.districts(code).map(|(district, _)| district).collect::<Vec<_>>())
            .map(|district| {
                let names = REGIONS.villages(district);
                names.filter(|(_, name)| name.to_ascii_lowercase().replace('-', " ").contains(&folded)).count()
            })
            .sum();
        assert_eq!(REGIONS.search(query, None, usize::MAX).len(), expected, "{query}");
    }
}

#[test]
fn the_search_minds_neither_case_nor_blanks() {
    let plain = found("gayam", None, 50);
    assert!(!plain.is_empty());
    assert_eq!(found("  GaYaM ", None, 50), plain);
    assert_eq!(found("SUMBER   agung", None, 50), found("sumber agung", None, 50));
}

#[test]
fn the_search_stays_within_a_regency_or_what_stands_after_a_comma() {
    assert_eq!(found("gayam", Some("35.22"), 1), ["Gayam, Gayam, Bojonegoro"]);
    assert_eq!(found("gayam, bojonegoro", None, 1), ["Gayam, Gayam, Bojonegoro"]);
    assert_eq!(found("gayam, gayam, bojonegoro", None, 1), ["Gayam, Gayam, Bojonegoro"]);
    let within = REGIONS.search("a", Some(regency("35.22")), usize::MAX);
    assert!(within.iter().all(|place| place.code.regency() == regency("35.22")));
    let after_comma = REGIONS.search("a, kabupaten bojonegoro", None, usize::MAX);
    assert_eq!(within, after_comma);
}

#[test]
fn a_search_for_nothing_finds_nothing() {
    for query in ["", "  ", ",", ", bojonegoro", "\n", "qqqq", "gayam, qqqq"] {
        assert_eq!(found(query, None, 10), [""; 0], "{query:?}");
    }
    assert_eq!(found("gayam", None, 0), [""; 0]);
    assert_eq!(found("gayam", Some("99.99"), 10), [""; 0]);
}

#[test]
fn the_regions_take_less_than_three_megabytes() {
    assert!(REGIONS.heap_bytes() < 3_000_000, "{}", REGIONS.heap_bytes());
    assert!(ASSET.len() < 700_000, "{}", ASSET.len());
}

#[test]
fn a_damaged_asset_is_refused() {
    assert_eq!(Regions::load(b"").unwrap_err(), RegionsError::Magic);
    assert_eq!(Regions::load(b"PYRG").unwrap_err(), RegionsError::Magic);
    assert_eq!(Regions::load(b"PK\x03\x04 and so on").unwrap_err(), RegionsError::Magic);
    assert_eq!(Regions::load(b"PYRG\x02").unwrap_err(), RegionsError::Version { found: 2 });
    for end in [5, 6, 100, ASSET.len() / 2, ASSET.len() - 1] {
        assert_eq!(Regions::load(&ASSET[..end]).unwrap_err(), RegionsError::Damaged, "{end}");
    }
    let mut changed = ASSET.to_vec();
    changed[ASSET.len() / 2] ^= 1;
    assert_eq!(Regions::load(&changed).unwrap_err(), RegionsError::Damaged);
}

#[test]
fn an_asset_that_inflates_without_end_is_refused() {
    let bomb = packed(&vec![1; 64 << 20]);
    assert!(bomb.len() < 100_000);
    assert_eq!(Regions::load(&bomb).unwrap_err(), RegionsError::Damaged);
}

#[test]
fn a_whole_asset_without_sense_is_refused() {
    let whole: &[u8] = b"\x01\x23\x01\x16\x01\x1c\x01\xd4\x0fJawa Timur\nBojonegoro\nGayam\nGayam\n";
    assert_eq!(Regions::load(&packed(whole)).unwrap().search("gayam", None, 9).len(), 1);
    assert!(Regions::load(&packed(b"\x00")).unwrap().search("gayam", None, 9).is_empty());
    let nonsense: [&[u8]; 9] = [
        b"",
        b"\x01\x00",                                            // province 0
        b"\x01\x64\x00P\n",                                     // province 100
        b"\x01\xff\xff\xff\xff",                                // a number without end
        b"\xff\xff\x7f\x01\x01",                                // two million provinces
        b"\x01\x23\x01\x16\x01\x1c\x01\x05P\nR\nD\nV\n",        // village 5
        b"\x01\x23\x01\x16\x01\x1c\x01\xd4\x0fP\nR\nD\n",       // no village's name
        b"\x01\x23\x01\x16\x01\x1c\x01\xd4\x0fP\nR\nD\n\xff\n", // not UTF-8
        b"\x01\x23\x01\x16\x01\x1c\x01\xd4\x0fP\nR\nD\nV\nX",   // more than it should be
    ];
    for payload in nonsense {
        let error = Regions::load(&packed(payload)).unwrap_err();
        assert!(matches!(error, RegionsError::Content { .. }), "{payload:?}: {error}");
    }
}

fn packed(payload: &[u8]) -> Vec<u8> {
    [b"PYRG\x01".as_slice(), &miniz_oxide::deflate::compress_to_vec_zlib(payload, 6)].concat()
}

#[test]
fn a_code_leads_to_what_it_lies_in() {
    let village: VillageCode = "35.22.28.2004".parse().unwrap();
    assert_eq!(village.district().to_string(), "35.22.28");
    assert_eq!(village.regency().to_string(), "35.22");
    assert_eq!(village.province().to_string(), "35");
    assert_eq!(village.kind(), VillageKind::Desa);
    let papua: VillageCode = "9602042001".parse().unwrap();
    assert_eq!(papua.to_string(), "96.02.04.2001", "beyond 32 bits");
    assert_eq!(serde_json::to_string(&papua).unwrap(), "\"96.02.04.2001\"");
    assert_eq!(serde_json::from_str::<VillageCode>("\"96.02.04.2001\"").unwrap(), papua);
    assert_eq!(serde_json::to_string(&VillageKind::DesaAdat).unwrap(), "\"desa_adat\"");
}

#[test]
fn a_text_that_is_no_code_is_refused() {
    for text in ["", "35", "35.22.28", "35.22.28.200", "35.22.28.20044", "35.2228.2004", "35-22-28-2004", "352228200४"]
    {
        assert!(matches!(VillageCode::parse(text), Err(RegionCodeError::Shape { .. })), "{text}");
    }
    assert_eq!(VillageCode::parse("35.22.28.4004"), Err(RegionCodeError::VillageKind));
    assert_eq!(RegencyCode::parse("3.522"), Err(RegionCodeError::Shape { example: "35.22" }));
    assert_eq!(ProvinceCode::parse("3."), Err(RegionCodeError::Shape { example: "35" }));
    assert!(serde_json::from_str::<DistrictCode>("352228").is_err(), "a number is no code");
}

proptest! {
    #[test]
    fn a_code_survives_its_text(province in 0u8..100, regency in 0u8..100, district in 0u8..100, number in 1000u16..4000) {
        let district = DistrictCode::from_blocks(province, regency, district);
        let village = VillageCode::new(district, number).unwrap();
        prop_assert_eq!(village.to_string().parse(), Ok(village));
        prop_assert_eq!(village.to_string().replace('.', "").parse(), Ok(village));
        prop_assert_eq!(village.district(), district);
        prop_assert_eq!(village.number(), number);
        prop_assert_eq!(district.to_string().parse(), Ok(district));
        prop_assert_eq!(district.regency().to_string().parse(), Ok(district.regency()));
        prop_assert_eq!(district.province().to_string().parse(), Ok(district.province()));
    }

    #[test]
    fn codes_sort_as_their_texts(a in "[0-9]{6}[123][0-9]{3}", b in "[0-9]{6}[123][0-9]{3}") {
        prop_assert_eq!(VillageCode::parse(&a).unwrap().cmp(&VillageCode::parse(&b).unwrap()), a.cmp(&b));
    }

    #[test]
    fn no_text_makes_the_reading_of_a_code_panic(text in ".{0,16}") {
        let _ = VillageCode::parse(&text);
        let _ = DistrictCode::parse(&text);
    }

    #[test]
    fn no_bytes_make_the_loading_panic(payload in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Regions::load(&packed(&payload));
    }
}
