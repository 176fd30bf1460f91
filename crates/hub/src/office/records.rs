//! `/catatan`: every record, filtered, the longest waiting first.

use super::ask::Asked;
use super::failure::Failure;
use super::page::{self, Part, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::line;
use crate::store::search::{self, Begin, Filter, Found, Page, Total};
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};
use payung_domain::money::grouped;
use serde::Deserialize;
use std::sync::Arc;

const PER_PAGE: usize = 50;

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
    /// Behind this row.
    setelah: String,
    /// Before this row.
    sebelum: String,
}

impl Wanted {
    fn filter(&self) -> Filter {
        let states = CHOICES.iter().find(|(key, ..)| *key == self.status).map_or(&[][..], |(.., states)| states);
        Filter { states: states.to_vec(), village: self.desa.clone(), text: self.cari.clone() }
    }

    fn begin(&self) -> Begin {
        Begin::named(&self.setelah, &self.sebelum)
    }
}

/// The list.
pub async fn list(State(hub): State<Arc<Hub>>, staff: Staff, Asked(wanted): Asked<Wanted>) -> Result<Markup, Failure> {
    let (filter, begin, scope) = (wanted.filter(), wanted.begin(), staff.scope);
    let (found, villages) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                let mut found = search::page(connection, scope, &filter, begin, PER_PAGE)?;
                for row in &mut found.rows {
                    line::refresh(hub, connection, row.id, &mut row.state)?;
                }
                Ok((found, village::list_within(connection, scope)?))
            })
        })
        .await?;
    let body = html! {
        main #isi {
            h1 { "Catatan " span.muted { (total(found.total)) } }
            (filters(&wanted, &villages))
            @if found.rows.is_empty() {
                p.card.empty { "Tidak ada catatan yang cocok. Kurangi saringan, atau tunggu kiriman dari kader." }
            } @else {
                (table(&found.rows, hub.context.now()))
            }
            (pages(&wanted, &found))
        }
    };
    Ok(page(&hub, &staff, Part::Records, "Catatan", &body))
}

fn total(total: Total) -> String {
    match total {
        Total::Exactly(count) => grouped(count.into()),
        Total::MoreThan(count) => format!("lebih dari {}", grouped(count.into())),
    }
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
                        option value=(village.code) selected[wanted.desa == village.code.to_string()] { (village.name) ", " (village.district) }
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

fn pages(wanted: &Wanted, found: &Page) -> Markup {
    let chosen = [("status", &wanted.status), ("desa", &wanted.desa), ("cari", &wanted.cari)];
    page::turns(
        "/catatan",
        &chosen,
        !matches!(wanted.begin(), Begin::Start),
        (found.before, found.after),
        ["Ke awal", "Sebelumnya", "Berikutnya"],
    )
}
