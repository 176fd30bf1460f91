//! People who were never born: as different from one another as a village's people are, the same for the same number.

use fastrand::Rng;
use payung_domain::Field;

const BEGINNINGS: [&str; 16] =
    ["Su", "Wa", "Kar", "Pon", "Ngat", "Mul", "Sla", "Tu", "Dar", "Rub", "Jum", "Sri", "Har", "Par", "Yan", "Mis"];
const ENDINGS: [&str; 16] = [
    "lastri", "giyem", "tini", "iran", "mini", "yono", "met", "kiman", "sih", "inem", "adi", "wati", "tono", "jo",
    "ti", "nem",
];
const PLACES: [&str; 6] = ["Bojonegoro", "Tuban", "Blora", "Ngawi", "Lamongan", "Nganjuk"];
const WORK: [&str; 6] = ["Sawah", "Kebun tembakau", "Pasar", "Pangkalan ojek", "Hutan jati", "Tambak"];

/// A name of three words, the first of which says that it is made up.
fn name(chance: &mut Rng) -> String {
    let mut word = || format!("{}{}", BEGINNINGS[chance.usize(..16)], ENDINGS[chance.usize(..16)]);
    format!("Contoh {} {}", word(), word())
}

/// What a kader types about a person. The NIK begins with 99, which no province has; no two numbers below ten million share one.
pub fn fields(person: u32) -> Vec<(Field, String)> {
    let mut chance = Rng::with_seed(u64::from(person));
    let (day, month, year) = (person % 28 + 1, person / 28 % 12 + 1, 1965 + person / 336 % 40);
    let serial = 9_000 + person / 13_440 % 1_000;
    let phone = format!("0800{:08}", chance.u32(..100_000_000));
    let hamlet = name(&mut chance);
    let hamlet = hamlet.rsplit(' ').next().unwrap_or_default();
    [
        (Field::Nik, format!("990101{day:02}{month:02}{:02}{serial:04}", year % 100)),
        (Field::Name, name(&mut chance)),
        (Field::BirthPlace, PLACES[chance.usize(..6)].into()),
        (Field::BirthDate, format!("{day:02}-{month:02}-{year}")),
        (Field::Sex, "male".into()),
        (Field::Address, format!("Dusun {hamlet} no. {}", chance.u32(1..200))),
        (Field::Rt, chance.u32(1..15).to_string()),
        (Field::Rw, chance.u32(1..6).to_string()),
        (Field::Phone, if chance.bool() { phone } else { String::new() }),
        (Field::Occupation, "buruh_tani".into()),
        (Field::Workplace, format!("{} {hamlet}", WORK[chance.usize(..6)])),
        (Field::HeirName, name(&mut chance)),
        (Field::HeirRelation, ["spouse", "child", "parent"][chance.usize(..3)].into()),
        (Field::Consent, "spoken".into()),
        (Field::ConsentNotice, "2026-11".into()),
        (Field::ConsentTime, format!("2026-11-21T01:{:02}:{:02}Z", chance.u32(..60), chance.u32(..60))),
    ]
    .into()
}
