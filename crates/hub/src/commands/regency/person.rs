//! Invented people of a whole regency. No NIK here can belong to anybody: no province has the code 99.

use super::chance::Chance;
use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::enrolment::{
    Consent, ConsentManner, Contact, Heir, Identity, Photo, PhotoKind, Relation, Residence, Work,
};
use payung_domain::region::VillageCode;
use payung_domain::{Enrolment, Nik, PhotoHash, Programme, Sex};

const WOMEN: &[&str] = &[
    "SITI",
    "SRI",
    "NUR",
    "DEWI",
    "SULASTRI",
    "PARTINI",
    "WAGIYEM",
    "RUBINEM",
    "NGATMINI",
    "SUMARNI",
    "KASMIRAH",
    "JUMIATI",
    "LASMI",
    "TUMINAH",
    "ENDANG",
    "YULI",
    "RATNA",
    "WIWIK",
    "DARSIH",
    "PONIRAH",
    "SUPRIHATIN",
    "MURYATI",
    "INDAH",
    "RINI",
    "KARTINI",
    "SUPARMI",
    "SOLIKAH",
    "UMI",
    "ZUBAIDAH",
    "NGATINEM",
];
const MEN: &[&str] = &[
    "SUTRISNO", "SLAMET", "KASMIN", "MUJIONO", "TUKIMAN", "SUPARMAN", "AGUS", "BAMBANG", "JOKO", "HADI", "WARSITO",
    "PARJO", "SUGENG", "MUHAMMAD", "AHMAD", "IMAM", "DIDIK", "EKO", "KUSNADI", "SAMIRAN", "NGATEMAN", "TARMUJI",
    "SUKARNO", "LASIMAN", "YANTO", "RUSDI", "DARMAN", "KARSONO", "MASHURI", "WAHYU",
];
const SECOND: &[&str] =
    &["AMINAH", "RAHAYU", "WAHYUNI", "HANDAYANI", "LESTARI", "NINGSIH", "UTAMI", "ASTUTI", "KHOLIFAH", "MARYAM"];
const SECOND_OF_MEN: &[&str] =
    &["RIYADI", "SANTOSO", "WIBOWO", "PURNOMO", "SUSANTO", "HIDAYAT", "PRASETYO", "SETIAWAN", "MAULANA", "KARTODIMEJO"];
const FAMILY: &[&str] =
    &["", "", "", "", "", "", "BINTI KARTO", "SUWONDO", "NOTOSUWIRYO", "SASTRO", "WIJAYA", "ALI", "PUTRI", "SUMO"];
const WORKPLACES: &[&str] = &[
    "Sawah di selatan balai desa",
    "Pasar kecamatan",
    "Tepi Bengawan Solo",
    "Dusun Krajan",
    "Pangkalan ojek depan pasar",
    "Ladang tembakau",
    "Kandang kelompok ternak",
    "Masjid desa",
];
const STREETS: &[&str] = &["DUSUN KRAJAN", "DUSUN NGLAMPIN", "JL. RAYA DESA", "DUSUN TENGAH", "DUSUN KIDUL"];

/// Where a person stands in the regency.
pub struct Place {
    /// The village.
    pub village: VillageCode,
    /// Its number in the regency, from 0.
    pub village_number: u32,
    /// The person's number in the village, from 0.
    pub number: u32,
    /// Is paid for a role in village life, and not only for work.
    pub has_role: bool,
}

/// How a NIK begins here: 99 for no province, then two digits for each 99 villages and two for the village among them.
fn nik_of(place: &Place, born: Date, sex: Sex) -> Option<Nik> {
    let (block, village) = (1 + place.village_number / 99, 1 + place.village_number % 99);
    let day = i16::from(born.day()) + if sex == Sex::Female { 40 } else { 0 };
    let (month, year) = (born.month(), born.year().rem_euclid(100));
    Nik::parse(&format!("99{block:02}{village:02}{day:02}{month:02}{year:02}{:04}", place.number + 1)).ok()
}

/// The person's enrolment as a phone would have sent it at that time. The same for the same seed and number, in the same year
/// `now`.
pub fn enrolment(
    (seed, number): (u64, u64),
    place: &Place,
    programme: &Programme,
    photo: Option<(PhotoHash, u64)>,
    (at, now): (Timestamp, Timestamp),
) -> Option<Enrolment> {
    let mut chance = Chance::of(seed, number, 1);
    let sex = if chance.is_in_thousand(470) { Sex::Female } else { Sex::Male };
    let (first, second) = match sex {
        Sex::Female => (chance.pick(WOMEN), chance.pick(SECOND)),
        Sex::Male => (chance.pick(MEN), chance.pick(SECOND_OF_MEN)),
    };
    // in the villages many have one name only
    let second = if chance.is_in_thousand(250) { "" } else { second };
    let name = [first, second, chance.pick(FAMILY)].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>();
    // a few are too old, as everywhere; by the year, because the same person may be enrolled twice
    let age = if chance.is_in_thousand(12) { 67 + chance.below(9) } else { 20 + chance.below(43) };
    let year = crate::context::day_here(now).year().checked_sub(i16::try_from(age).ok()?)?;
    let days = i64::try_from(chance.below(365)).ok()?;
    let born = Date::new(year, 1, 1).ok()?.checked_add(jiff::Span::new().days(days)).ok()?;
    let occupation = programme.occupations.get(usize::try_from(chance.below(programme.occupations.len() as u64)).ok()?);
    let role = programme.roles.get(usize::try_from(chance.below(programme.roles.len() as u64)).unwrap_or_default());
    let works = !place.has_role || chance.is_in_thousand(300);
    let (rt, rw) = (1 + chance.below(12), 1 + chance.below(5));
    Some(Enrolment {
        programme: programme.id.clone(),
        identity: Identity {
            nik: nik_of(place, born, sex)?,
            name: name.join(" "),
            birth_place: "BOJONEGORO".into(),
            birth_date: born,
            sex,
            address: format!("{} NO. {}", chance.pick(STREETS), 1 + chance.below(90)),
        },
        contact: Contact { phone: chance.is_in_thousand(400).then(|| format!("0800{:08}", number % 100_000_000)) },
        residence: Residence { village: place.village, rt: u16::try_from(rt).ok()?, rw: u16::try_from(rw).ok()? },
        work: Work {
            occupation: occupation.filter(|_| works).map(|occupation| occupation.id.clone()),
            role: role.filter(|_| place.has_role).map(|role| role.id.clone()),
            place: chance.pick(WORKPLACES).into(),
        },
        heir: Heir { name: format!("WARIS {first}"), relation: Relation::Spouse, phone: None },
        source: (!place.has_role)
            .then(|| programme.sources.get(usize::try_from(chance.below(4)).unwrap_or_default()))
            .flatten()
            .map(|source| source.id.clone()),
        consent: Consent { notice_version: "2026-11".into(), manner: ConsentManner::Spoken, given_at: at },
        photos: photo
            .map(|(sha256, bytes)| Photo { kind: PhotoKind::Ktp, sha256, bytes, faults: Vec::new() })
            .into_iter()
            .collect(),
        photo_reason: None,
        position: None,
        warning_reason: None,
        worker_key: None,
    })
}
