//! Phones that have not been heard of.

use super::{NAMED, SILENT_DAYS, Wanted};
use crate::context::{day_here, moment};
use crate::office::chart::{self, Column, Columns, Tone};
use crate::office::table::{Cell, Table, folded};
use crate::pictures::Silence;
use maud::{Markup, html};
use payung_domain::money::grouped;

/// The steps of silence in days, as a chart has them.
const SILENCE_STEPS: [(i64, i64, &str); 5] =
    [(0, 3, "0–2"), (3, 7, "3–6"), (7, 14, "7–13"), (14, 30, "14–29"), (30, i64::MAX, "30+")];

pub(super) fn silences(silences: &[Silence], wanted: &Wanted) -> Markup {
    let days = wanted.days();
    let silent = silences.iter().filter(|silence| silence.days >= days).count();
    let columns: Vec<Column> = SILENCE_STEPS
        .iter()
        .map(|(from, until, label)| {
            let count = silences.iter().filter(|silence| (*from..*until).contains(&silence.days)).count() as u64;
            let tone = if *from >= days { Tone::Warn } else { Tone::Full };
            Column {
                label: (*label).to_owned(),
                parts: vec![(tone, count)],
                says: format!("{label} hari: {} HP", grouped(count)),
            }
        })
        .collect();
    let says = format!(
        "{} dari {} HP tidak terhubung {days} hari atau lebih.",
        grouped(silent as u64),
        grouped(silences.len() as u64)
    );
    html! {
        section.card #hp {
            h2 { "Kader yang lama tidak terhubung" }
            @if silences.is_empty() {
                p.empty { "Belum ada HP yang dipasang." }
            } @else {
                form.filters method="get" action="/gambaran#hp" {
                    @if !wanted.kecamatan.is_empty() { input type="hidden" name="kecamatan" value=(wanted.kecamatan); }
                    label { "Diam selama"
                        select name="hari" {
                            @let mut choices = SILENT_DAYS; @let () = choices.sort_unstable();
                            @for choice in choices { option value=(choice) selected[choice == days] { (choice) " hari" } }
                        }
                    }
                    button { "Lihat" }
                }
                p { (says) }
                div.pair {
                    (chart::columns(&Columns { title: "HP kader menurut hari sejak terakhir terhubung", says: &says, columns: &columns, line: None, mark: None }))
                    div {
                        @if silent == 0 { p.empty { "Semua kader terhubung. Tidak ada yang perlu dihubungi." } }
                        @else { ul.silent {
                            @for silence in silences.iter().take(NAMED.min(silent)) {
                                li {
                                    strong { (silence.device.kader_name) } " "
                                    a href={ "/catatan?desa=" (silence.device.village) } { (silence.village) }
                                    span.muted { " " (grouped(silence.days.unsigned_abs())) " hari" }
                                }
                            }
                            @if silent > NAMED { li.muted { "dan " (grouped((silent - NAMED) as u64)) " lainnya, lihat tabel" } }
                        } }
                    }
                }
                (folded(&silences_table(silences, days), &format!("/gambaran/unduh/hp?hari={days}")))
            }
        }
    }
}

pub(super) fn silences_table(silences: &[Silence], days: i64) -> Table {
    let silent = silences.iter().filter(|silence| silence.days >= days);
    let rows = silent.map(|silence| {
        let href = format!("/catatan?desa={}", silence.device.village);
        let seen = day_here(moment(silence.device.last_seen_at)).to_string();
        vec![
            silence.device.kader_name.clone().into(),
            Cell::Link(href, silence.village.clone()),
            silence.device.name.clone().into(),
            seen.into(),
            Cell::Number(silence.days.unsigned_abs()),
        ]
    });
    Table { head: vec!["Kader", "Desa", "HP", "Terakhir terhubung", "Hari"], rows: rows.collect() }
}
