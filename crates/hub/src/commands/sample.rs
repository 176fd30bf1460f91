//! Invented people for a demo: no NIK here can belong to anybody, because no province has the code 99.

use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::enrolment::{
    Consent, ConsentManner, Contact, Heir, Identity, Photo, PhotoKind, Relation, Residence, Work,
};
use payung_domain::region::VillageCode;
use payung_domain::{Enrolment, Nik, PhotoHash, Programme, Sex};

/// A drawn card that says CONTOH all over.
pub const CARD: &[u8] = include_bytes!("../../demo/card.jpg");

/// An invented person.
pub struct Person {
    /// In capitals.
    pub name: &'static str,
    /// Day of birth.
    pub born: (i16, i8, i8),
    /// As the KTP says.
    pub sex: Sex,
    /// What the kader wrote beside a warning.
    pub warning_reason: Option<&'static str>,
    /// The NIK says another birth date.
    pub has_other_birth_date: bool,
}

const fn person(name: &'static str, born: (i16, i8, i8), sex: Sex) -> Person {
    Person { name, born, sex, warning_reason: None, has_other_birth_date: false }
}

/// People who are obviously made up; the last one has the NIK of the first.
pub const PEOPLE: [Person; 14] = [
    person("CONTOH SULASTRI", (1984, 5, 12), Sex::Female),
    person("CONTOH KASMIN", (1979, 11, 3), Sex::Male),
    Person {
        warning_reason: Some("Di KTP tertulis 17-08-1972; NIK lama salah catat, sudah ditanyakan ke balai desa."),
        has_other_birth_date: true,
        ..person("CONTOH PONIRAH", (1972, 8, 17), Sex::Female)
    },
    person("CONTOH SUTRISNO", (1990, 2, 28), Sex::Male),
    person("CONTOH WAGIYEM", (1955, 7, 1), Sex::Female),
    person("CONTOH MUJIONO", (1988, 9, 21), Sex::Male),
    person("CONTOH RUBINEM", (1981, 1, 30), Sex::Female),
    person("CONTOH SLAMET RIYADI", (1975, 4, 4), Sex::Male),
    person("CONTOH DARSIH", (1993, 12, 19), Sex::Female),
    person("CONTOH TUKIMAN", (1969, 3, 8), Sex::Male),
    person("CONTOH SITI AMINAH", (1986, 10, 10), Sex::Female),
    person("CONTOH JUWARIYAH BINTI KARTODIMEJO SASTROWARDOYO", (1978, 6, 25), Sex::Female),
    person("CONTOH NGATMINI", (1983, 2, 14), Sex::Female),
    person("CONTOH SULASTRI", (1984, 5, 12), Sex::Female),
];

/// The enrolment of a person of the list, as a phone would have sent it; the number is the list's, from 0.
pub fn enrolment(number: usize, village: VillageCode, programme: &Programme, at: Timestamp) -> Option<Enrolment> {
    let person = PEOPLE.get(number)?;
    let (year, month, day) = person.born;
    let born = Date::new(year, month, day).ok()?;
    let nik_day = i16::from(day) + if person.sex == Sex::Female { 40 } else { 0 };
    let nik_year = (year + i16::from(person.has_other_birth_date)) % 100;
    let serial = 9001 + number % (PEOPLE.len() - 1);
    let nik = Nik::parse(&format!("990101{nik_day:02}{month:02}{nik_year:02}{serial:04}")).ok()?;
    let step = u16::try_from(number).ok()?;
    Some(Enrolment {
        programme: programme.id.clone(),
        identity: Identity {
            nik,
            name: person.name.into(),
            birth_place: "BOJONEGORO".into(),
            birth_date: born,
            sex: person.sex,
            address: format!("DUSUN CONTOH NO. {}", number + 1),
        },
        contact: Contact { phone: number.is_multiple_of(3).then(|| format!("0800000{:04}", 1000 + number)) },
        residence: Residence { village, rt: 1 + step % 4, rw: 1 + step % 2 },
        work: Work {
            occupation: programme.occupations.get(number % programme.occupations.len().max(1)).map(|o| o.id.clone()),
            role: None,
            place: "Sawah di selatan balai desa".into(),
        },
        heir: Heir { name: format!("CONTOH WARIS {}", number + 1), relation: Relation::Spouse, phone: None },
        source: programme.sources.first().map(|source| source.id.clone()),
        consent: Consent { notice_version: "2026-11".into(), manner: ConsentManner::Spoken, given_at: at },
        photos: vec![Photo {
            kind: PhotoKind::Ktp,
            sha256: PhotoHash::of(CARD),
            bytes: CARD.len() as u64,
            faults: Vec::new(),
        }],
        photo_reason: None,
        position: None,
        warning_reason: person.warning_reason.map(str::to_owned),
        worker_key: None,
    })
}

/// Days of birth of those whom nothing speaks against: all of an age that every programme takes.
const DAYS: u32 = 9_000;

/// Somebody whom nothing speaks against. The serial 9999 is never given; day of birth, sex and district tell them apart.
pub fn without_warning(number: u32, village: VillageCode, programme: &Programme, at: Timestamp) -> Option<Enrolment> {
    let mut enrolment = enrolment(0, village, programme, at)?;
    let sex = if number.is_multiple_of(2) { Sex::Female } else { Sex::Male };
    let days = i64::from(number / 2 % DAYS);
    let born = Date::constant(1975, 1, 1).checked_add(jiff::Span::new().days(days)).ok()?;
    let nik_day = i16::from(born.day()) + if sex == Sex::Female { 40 } else { 0 };
    // the village's own district, and then its neighbours
    let district = 1 + (27 + number / 2 / DAYS) % 28;
    let regency = village.to_string().replace('.', "").get(..4)?.to_owned();
    let digits = format!("{regency}{district:02}{nik_day:02}{:02}{:02}9999", born.month(), born.year() % 100);
    enrolment.identity.nik = Nik::parse(&digits).ok()?;
    enrolment.identity.birth_date = born;
    enrolment.identity.sex = sex;
    enrolment.identity.name = format!("CONTOH TAMBAHAN {}", number + 1);
    Some(enrolment)
}
