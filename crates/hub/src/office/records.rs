//! `/catatan`: every record, filtered, the longest waiting first.

use super::ask::Asked;
use super::failure::Failure;
use super::page::{Part, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::line;
use crate::store::search::{self, Filter, Found};
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

const PER_PAGE: u32 = 50;

/// What can be chosen, and which states it stands for.
const CHOICES: &[(&str, &str, &[&str])] = &[
    ("undecided", "Menunggu keputusan", &["received", "corrected"]),
    ("needs_correction", "Perlu diperbaiki", &["needs_correction"]),
    ("placed", "Disetujui", &["verified", "placed"]),
    ("waiting_list", "Daftar tunggu", &["waiting_list"]),
    ("active", "Aktif", &["active"]),
    ("rejected", "Ditolak", &["rejected"]),
    ("over", "Berakhir atau dibatalkan", &["ended", "withdrawn"]),
];

/// The address's query.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    status: String,
    desa: String,
    cari: String,
    halaman: Option<u32>,
}

impl Wanted {
    fn filter(&self) -> Filter {
        let states = CHOICES.iter().find(|(key, ..)| *key == self.status).map_or(&[][..], |(.., states)| states);
        Filter { states: states.to_vec(), village: self.desa.clone(), text: self.cari.clone() }
    }
}

/// The list.
pub async fn list(State(hub): State<Arc<Hub>>, staff: Staff, Asked(wanted): Asked<Wanted>) -> Result<Markup, Failure> {
    let number = wanted.halaman.unwrap_or(1).clamp(1, 100_000);
    let (filter, scope) = (wanted.filter(), staff.scope);
    let (found, total, villages) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                let (mut found, total) =
                    search::records(connection, scope, &filter, (number - 1) * PER_PAGE, PER_PAGE)?;
                for row in &mut found {
                    line::refresh(hub, connection, row.id, &mut row.state)?;
                }
                Ok((found, total, village::list_within(connection, scope)?))
            })
        })
        .await?;
    let body = html! {
        main #isi {
            h1 { "Catatan " span.muted { (total) } }
            (filters(&wanted, &villages))
            @if found.is_empty() {
                p.card.empty { "Tidak ada catatan yang cocok. Kurangi saringan, atau tunggu kiriman dari kader." }
            } @else {
                (table(&found, hub.context.now()))
                (pages(&wanted, number, total))
            }
        }
    };
    Ok(page(&hub, &staff, Part::Records, "Catatan", &body))
}

fn filters(wanted: &Wanted, villages: &[VillageRow]) -> Markup {
    html! {
        form.filters method="get" action="/catatan" {
            label { "Status"
                select name="status" {
                    option value="" { "Semua" }
                    @for (key, word, _) in CHOICES { option value=(key) selected[wanted.status == *key] { (word) } }
                }
            }
            label { "Desa"
                select name="desa" {
                    option value="" { "Semua" }
                    @for village in villages {
                        option value=(village.code) selected[wanted.desa == village.code.to_string()] { (village.name) }
                    }
                }
            }
            label.grow { "Nama atau NIK" input type="search" name="cari" value=(wanted.cari) maxlength="100" autocomplete="off"; }
            button { "Saring" }
        }
    }
}

fn table(found: &[Found], now: Timestamp) -> Markup {
    html! {
        div.scroll.card { table.rows.sticky {
            thead { tr { th { "Nama" } th { "NIK" } th { "Desa" } th { "Status" } th { "Kader" } th { "Masuk" } } }
            tbody {
                @for row in found {
                    tr {
                        td { a href={ "/catatan/" (row.id) } { (row.name) } @if row.has_twin { " " span.chip.warn { "NIK ganda" } } }
                        td.mono data-label="NIK" { (row.nik.masked()) }
                        td data-label="Desa" { (row.village) }
                        td data-label="Status" { (words::chip(&row.state)) }
                        td.when data-label="Kader" { (row.kader) }
                        td.when data-label="Masuk" title=(words::moment(moment(row.received_at))) { (words::ago(moment(row.received_at), now)) }
                    }
                }
            }
        } }
    }
}

fn pages(wanted: &Wanted, number: u32, total: u32) -> Markup {
    let last = total.div_ceil(PER_PAGE).max(1);
    let turn = |to: u32, word: &str| {
        html! {
            form method="get" action="/catatan" {
                input type="hidden" name="status" value=(wanted.status);
                input type="hidden" name="desa" value=(wanted.desa);
                input type="hidden" name="cari" value=(wanted.cari);
                input type="hidden" name="halaman" value=(to);
                button { (word) }
            }
        }
    };
    html! {
        @if last > 1 {
            nav.pages aria-label="Halaman" {
                @if number > 1 { (turn(number - 1, "Sebelumnya")) }
                span { "Halaman " (number) " dari " (last) }
                @if number < last { (turn(number + 1, "Berikutnya")) }
            }
        }
    }
}
