//! What happened when: waits, weeks, the gap in cover, covers that end.

use super::{WAIT_STEP, WAIT_STEPS};
use crate::office::chart::{self, Column, Columns, Tone};
use crate::office::table::{Cell, Table, folded};
use crate::pictures::{GAP_STEPS, Waits};
use jiff::civil::Date;
use maud::{Markup, html};
use payung_domain::Lang;
use payung_domain::money::grouped;

pub(super) fn waits(waits: &Waits) -> Markup {
    let mut people = [0_u64; WAIT_STEPS];
    for (days, count) in &waits.days {
        let step = usize::try_from(days / WAIT_STEP).unwrap_or_default().min(WAIT_STEPS - 1);
        people[step] += u64::from(*count);
    }
    let last = people.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    let columns: Vec<Column> = people
        .iter()
        .take(last)
        .enumerate()
        .map(|(step, count)| {
            let from = step as i64 * WAIT_STEP;
            let days = match step + 1 {
                WAIT_STEPS => format!("{from} hari atau lebih"),
                _ => format!("{from}–{} hari", from + WAIT_STEP - 1),
            };
            Column {
                label: if step + 1 == WAIT_STEPS { format!("{from}+") } else { from.to_string() },
                parts: vec![(Tone::Full, *count)],
                says: format!("{days}: {} orang", grouped(*count)),
            }
        })
        .collect();
    let says = waits.median.map(|median| format!("Separuhnya menunggu paling lama {median} hari."));
    html! {
        section.card #tunggu {
            h2 { "Hari dari terdaftar sampai dilindungi" }
            @if let (Some(says), Some(median)) = (says, waits.median) {
                p { (says) }
                (chart::columns(&Columns {
                    title: "Hari dari terdaftar sampai dilindungi",
                    says: &says,
                    columns: &columns,
                    line: None,
                    mark: Some(((median as f64 + 0.5) / WAIT_STEP as f64, format!("median {median} hari"))),
                }))
                (folded(&waits_table(waits), "/gambaran/unduh/tunggu"))
            } @else {
                p.empty { "Belum ada yang dilindungi. Gambarnya muncul setelah BPJS menjawab yang pertama." }
            }
        }
    }
}

pub(super) fn waits_table(waits: &Waits) -> Table {
    let rows = waits.days.iter().map(|(days, people)| vec![Cell::Number(days.unsigned_abs()), (*people).into()]);
    Table { head: vec!["Hari", "Orang"], rows: rows.collect() }
}

pub(super) fn weeks(weeks: &[(Date, u32)]) -> Markup {
    let columns: Vec<Column> = weeks
        .iter()
        .map(|(monday, count)| Column {
            label: format!("{}/{}", monday.day(), monday.month()),
            parts: vec![(Tone::Full, u64::from(*count))],
            says: format!("Pekan {}: {} orang", Lang::Id.date(*monday), grouped((*count).into())),
        })
        .collect();
    let all: u64 = weeks.iter().map(|(_, count)| u64::from(*count)).sum();
    let says = format!("{} orang masuk dalam {} pekan.", grouped(all), weeks.len());
    html! {
        section.card #pekan {
            h2 { "Pendaftaran per pekan" }
            @if weeks.is_empty() {
                p.empty { "Belum ada kiriman dari kader." }
            } @else {
                p { (says) }
                (chart::columns(&Columns { title: "Pendaftaran per pekan", says: &says, columns: &columns, line: None, mark: None }))
                (folded(&weeks_table(weeks), "/gambaran/unduh/pekan"))
            }
        }
    }
}

pub(super) fn weeks_table(weeks: &[(Date, u32)]) -> Table {
    let rows = weeks.iter().map(|(monday, count)| vec![Cell::from(monday.to_string()), (*count).into()]);
    Table { head: vec!["Pekan mulai Senin", "Orang"], rows: rows.collect() }
}

const GAP_TONES: [(Tone, &str); 4] = [
    (Tone::Warn, "menunggu keputusan"),
    (Tone::Over, "perlu diperbaiki kader"),
    (Tone::Light, "disetujui, belum aktif"),
    (Tone::Grey, "daftar tunggu"),
];

/// `7–13 hari`, `90 hari atau lebih`.
fn gap_step(index: usize) -> String {
    let from = GAP_STEPS.get(index).copied().unwrap_or_default();
    match GAP_STEPS.get(index + 1) {
        Some(next) => format!("{from}–{} hari", next - 1),
        None => format!("{from} hari atau lebih"),
    }
}

pub(super) fn gap(gap: &[[u32; 4]]) -> Markup {
    let all: u32 = gap.iter().flatten().sum();
    let long: u32 = gap.iter().skip(3).flatten().sum();
    let columns: Vec<Column> = gap
        .iter()
        .enumerate()
        .map(|(index, counts)| Column {
            label: match GAP_STEPS.get(index + 1) {
                Some(next) => format!("{}–{}", GAP_STEPS[index], next - 1),
                None => format!("{}+", GAP_STEPS[index]),
            },
            parts: GAP_TONES.iter().zip(counts).map(|((tone, _), count)| (*tone, u64::from(*count))).collect(),
            says: format!("{}: {} orang", gap_step(index), grouped(counts.iter().sum::<u32>().into())),
        })
        .collect();
    let says =
        format!("{} orang, {} di antaranya sudah 30 hari atau lebih.", grouped(all.into()), grouped(long.into()));
    html! {
        section.card #celah {
            h2 { "Terdaftar, belum dilindungi" }
            @if all == 0 {
                p.empty { "Semua yang terdaftar sudah dilindungi." }
            } @else {
                p { (says) }
                (chart::legend(&GAP_TONES))
                (chart::columns(&Columns { title: "Terdaftar, belum dilindungi, menurut hari", says: &says, columns: &columns, line: None, mark: None }))
                (folded(&gap_table(gap), "/gambaran/unduh/celah"))
            }
        }
    }
}

pub(super) fn gap_table(gap: &[[u32; 4]]) -> Table {
    let rows = gap.iter().enumerate().map(|(index, counts)| {
        let cells = counts.iter().map(|count| Cell::from(*count));
        std::iter::once(gap_step(index).into()).chain(cells).collect()
    });
    Table {
        head: vec![
            "Sejak terdaftar",
            "Menunggu keputusan",
            "Perlu diperbaiki",
            "Disetujui, belum aktif",
            "Daftar tunggu",
        ],
        rows: rows.collect(),
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];

fn month(year: i16, month: i8) -> String {
    let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    format!("{name} {year}")
}

pub(super) fn ends(ends: &[(i16, i8, u32)]) -> Markup {
    let soon: u32 = ends.iter().map(|(.., people)| people).sum();
    let columns: Vec<Column> = ends
        .iter()
        .map(|(year, number, people)| Column {
            label: month(*year, *number).split(' ').next().unwrap_or_default().to_owned(),
            parts: vec![(Tone::Warn, u64::from(*people))],
            says: format!("{}: {} orang", month(*year, *number), grouped((*people).into())),
        })
        .collect();
    let says =
        format!("Bagi {} orang perlindungan yang dibayar berakhir dalam {} bulan.", grouped(soon.into()), ends.len());
    html! {
        section.card #akhir {
            h2 { "Perlindungan yang segera berakhir" }
            @if soon == 0 {
                p.empty { "Tidak ada perlindungan yang berakhir dalam " (ends.len()) " bulan." }
            } @else {
                p { (says) }
                (chart::columns(&Columns { title: "Perlindungan yang segera berakhir, per bulan", says: &says, columns: &columns, line: None, mark: None }))
                (folded(&ends_table(ends), "/gambaran/unduh/akhir"))
            }
        }
    }
}

pub(super) fn ends_table(ends: &[(i16, i8, u32)]) -> Table {
    let rows = ends.iter().map(|(year, number, people)| vec![month(*year, *number).into(), (*people).into()]);
    Table { head: vec!["Bulan", "Orang"], rows: rows.collect() }
}
