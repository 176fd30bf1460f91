//! Reports to the regent: how many stand where, counted by district, village, occupation, sex, age and fund.

use super::answer::today;
use super::sheet::{CsvSheet, XlsxBook};
use crate::error::HubError;
use crate::hub::Hub;
use crate::rights::Scope;
use crate::store::report::{self, AGES, Counted, Measure};
use crate::store::sql::Connection;
use payung_domain::Programme;
use payung_domain::programme::{OccupationId, ProgrammeId, RoleId};
use payung_domain::region::VillageCode;
use std::collections::BTreeMap;

/// By what a report counts: key, title, heading of the first column.
pub const KINDS: [(&str, &str, &str); 6] = [
    ("kecamatan", "Per kecamatan", "Kecamatan"),
    ("desa", "Per desa", "Desa"),
    ("pekerjaan", "Per pekerjaan", "Pekerjaan atau peran"),
    ("jk", "Per jenis kelamin", "Jenis kelamin"),
    ("usia", "Per kelompok usia", "Usia"),
    ("dana", "Per sumber dana", "Sumber dana"),
];

/// The columns of numbers, and which states each counts.
pub const COLUMNS: [(&str, &[&str]); 7] = [
    ("Terdaftar", &["received", "corrected", "needs_correction", "verified", "waiting_list", "placed", "active"]),
    ("Menunggu keputusan", &["received", "corrected"]),
    ("Perlu diperbaiki", &["needs_correction"]),
    ("Daftar tunggu", &["waiting_list"]),
    ("Disetujui", &["verified", "placed"]),
    ("Aktif", &["active"]),
    ("Ditolak atau berakhir", &["rejected", "withdrawn", "ended"]),
];

/// Numbers of people, one for each of [`COLUMNS`].
pub type Numbers = [u32; COLUMNS.len()];

/// One report.
pub struct Report {
    /// Of [`KINDS`].
    pub kind: usize,
    /// Name, a smaller line below it, and numbers.
    pub rows: Vec<(String, String, Numbers)>,
    /// Of all rows.
    pub sum: Numbers,
}

/// Counts what the asker may see.
pub fn make(
    hub: &Hub,
    connection: &Connection,
    scope: Scope,
    programme: Option<&ProgrammeId>,
    kind: usize,
) -> Result<Report, HubError> {
    Ok(summed(hub, kind, &report::count(connection, scope, programme, measure(hub, kind))?))
}

/// All of [`KINDS`].
pub fn all(
    hub: &Hub,
    connection: &Connection,
    scope: Scope,
    programme: Option<&ProgrammeId>,
) -> Result<Vec<Report>, HubError> {
    let villages = report::count(connection, scope, programme, Measure::Village)?;
    let one = |kind| match measure(hub, kind) {
        Measure::Village => Ok(summed(hub, kind, &villages)),
        _ => make(hub, connection, scope, programme, kind),
    };
    (0..KINDS.len()).map(one).collect()
}

/// Districts and funds are sums over villages.
fn measure(hub: &Hub, kind: usize) -> Measure {
    match kind {
        2 => Measure::Occupation,
        3 => Measure::Sex,
        4 => Measure::Age(today(hub)),
        _ => Measure::Village,
    }
}

fn summed(hub: &Hub, kind: usize, counted: &[Counted]) -> Report {
    let mut rows: BTreeMap<(String, String, String), Numbers> = BTreeMap::new();
    let mut sum = Numbers::default();
    for counted in counted {
        let rule = hub.catalogue.programme(&counted.programme);
        let numbers = rows.entry(named(hub, rule, kind, &counted.key)).or_default();
        for (column, (_, states)) in COLUMNS.iter().enumerate() {
            if states.contains(&counted.state.as_str()) {
                numbers[column] += counted.people;
                sum[column] += counted.people;
            }
        }
    }
    let rows = rows.into_iter().map(|((_, name, small), numbers)| (name, small, numbers)).collect();
    Report { kind, rows, sum }
}

/// How a key sorts, its name, and a smaller line.
fn named(hub: &Hub, rule: Option<&Programme>, kind: usize, key: &str) -> (String, String, String) {
    let unknown = || (String::from("~"), "Tidak diketahui".to_owned(), String::new());
    let by_name = |name: String, small: String| (name.clone(), name, small);
    match kind {
        0 | 1 => {
            let Some(place) = key.parse::<VillageCode>().ok().and_then(|code| hub.catalogue.regions().village(code))
            else {
                return unknown();
            };
            match kind {
                0 => (place.code.district().to_string(), place.district, place.regency),
                _ => (key.to_owned(), place.name, place.district),
            }
        }
        2 => {
            let occupation =
                rule.and_then(|rule| rule.occupation(&OccupationId(key.into()))).map(|known| &known.label_id);
            let role = || rule.and_then(|rule| rule.role(&RoleId(key.into()))).map(|known| &known.label_id);
            occupation.or_else(role).map_or_else(unknown, |label| by_name(label.clone(), String::new()))
        }
        3 => match key {
            "male" => by_name("Laki-laki".into(), String::new()),
            "female" => by_name("Perempuan".into(), String::new()),
            _ => unknown(),
        },
        4 => {
            let Some(index) = AGES.iter().position(|least| format!("{least:02}") == key) else { return unknown() };
            let name = match (index, AGES.get(index + 1)) {
                (0, Some(next)) => format!("Di bawah {next} tahun"),
                (_, Some(next)) => format!("{}–{} tahun", AGES[index], next - 1),
                (_, None) => format!("{} tahun ke atas", AGES[index]),
            };
            (key.to_owned(), name, String::new())
        }
        _ => rule.map_or_else(unknown, |rule| by_name(rule.fund.clone(), rule.name.clone())),
    }
}

impl Report {
    fn headings(&self) -> Vec<String> {
        let small = match self.kind {
            0 => "Kabupaten",
            1 => "Kecamatan",
            5 => "Program",
            _ => "Rincian",
        };
        let first = [KINDS[self.kind].2, small].map(str::to_owned);
        first.into_iter().chain(COLUMNS.iter().map(|(name, _)| (*name).to_owned())).collect()
    }

    fn lines(&self) -> impl Iterator<Item = Vec<String>> {
        let sum = ("Jumlah".to_owned(), String::new(), self.sum);
        self.rows
            .iter()
            .cloned()
            .chain([sum])
            .map(|(name, small, numbers)| [name, small].into_iter().chain(numbers.iter().map(u32::to_string)).collect())
    }

    /// As CSV.
    pub fn csv(&self) -> Result<Vec<u8>, HubError> {
        let mut sheet = CsvSheet::begin(Vec::new(), ';', &self.headings())?;
        self.lines().try_for_each(|line| sheet.row(&line))?;
        sheet.finish()
    }
}

/// All of them as the sheets of one workbook.
pub fn workbook(hub: &Hub, reports: &[Report]) -> Result<Vec<u8>, HubError> {
    let mut book = XlsxBook::begin(hub.photos.uploads(), hub.context.now())?;
    let numbers: Vec<usize> = (2..2 + COLUMNS.len()).collect();
    for report in reports {
        book.sheet(KINDS[report.kind].1, &report.headings(), &numbers, &mut |row| {
            report.lines().try_for_each(|line| row(&line))
        })?;
    }
    let mut bytes = Vec::new();
    book.finish(&mut bytes)?;
    Ok(bytes)
}
