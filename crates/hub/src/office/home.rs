//! `/`: what waits for the office, the places, the phones.

use super::ask::Asked;
use super::failure::Failure;
use super::page::{Part, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::places;
use crate::rights::{Act, Scope};
use crate::store::device::Device;
use crate::store::search::{self, Use};
use crate::store::sql;
use crate::store::village::VillageRow;
use crate::store::{device, record, village};
use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};
use payung_domain::state::State as Standing;
use payung_domain::{Lang, RecordId};
use serde::Deserialize;
use std::sync::Arc;

/// The record that was decided just now, for a line that says so.
#[derive(Deserialize)]
pub struct Done {
    /// Its id.
    sudah: Option<String>,
}

impl Done {
    /// Reads the record and says what became of it.
    pub fn line(
        &self,
        connection: &sql::Connection,
        scope: Scope,
    ) -> sql::Result<Option<(RecordId, String, Standing)>> {
        let Some(id) = self.sudah.as_deref().and_then(|text| text.parse::<RecordId>().ok()) else { return Ok(None) };
        let Some(row) = record::get_within(connection, id, scope)? else { return Ok(None) };
        let name = record::name_of(connection, id)?;
        Ok(Some((id, name, row.state)))
    }
}

/// Draws what became of a record.
pub fn done_note(done: &Option<(RecordId, String, Standing)>) -> Markup {
    html! {
        @if let Some((id, name, state)) = done {
            p.note.good role="status" {
                a href={ "/catatan/" (id) } { (name) } " " (words::chip(state)) " " (state.detail(Lang::Id))
            }
        }
    }
}

struct VillagePlaces {
    village: VillageRow,
    programme: String,
    quota: Option<u32>,
    used: Use,
}

struct Home {
    undecided: u32,
    next: Option<RecordId>,
    states: Vec<(String, u32)>,
    villages: Vec<VillagePlaces>,
    devices: Vec<Device>,
    done: Option<(RecordId, String, Standing)>,
}

/// The first page.
pub async fn home(State(hub): State<Arc<Hub>>, staff: Staff, Asked(done): Asked<Done>) -> Result<Markup, Failure> {
    let asker = staff.clone();
    let home = hub.run(move |hub| hub.store.read(|connection| gather(hub, connection, &asker, &done))).await?;
    let body = draw(&home, &staff, hub.context.now());
    Ok(page(&hub, &staff, Part::Home, "Beranda", &body))
}

fn gather(hub: &Hub, connection: &sql::Connection, staff: &Staff, done: &Done) -> Result<Home, HubError> {
    let scope = staff.scope;
    let states = search::by_state(connection, scope)?;
    let mut villages = Vec::new();
    for row in village::list_within(connection, scope)? {
        let Some(programme) = hub.catalogue.programme(&row.programme) else { continue };
        let here = search::use_of(connection, &programme.id, Some(row.code))?;
        let used = Use { undecided: here.undecided, ..places::use_in(connection, programme, row.code)? };
        let quota = places::pool(connection, programme, row.code)?.map(|pool| pool.quota);
        villages.push(VillagePlaces { village: row, programme: programme.name.clone(), quota, used });
    }
    let undecided = states.iter().filter(|(key, _)| matches!(key.as_str(), "received" | "corrected"));
    Ok(Home {
        undecided: undecided.map(|(_, count)| count).sum(),
        next: match staff.may(Act::Decide) {
            true => search::next_to_decide(connection, RecordId::from_bytes([0; 16]))?,
            false => None,
        },
        villages,
        devices: device::list_within(connection, scope)?,
        done: done.line(connection, scope)?,
        states,
    })
}

fn draw(home: &Home, staff: &Staff, now: Timestamp) -> Markup {
    let count = |key: &str| home.states.iter().find(|(state, _)| state == key).map_or(0, |(_, count)| *count);
    let tiles = [
        ("needs_correction", "Perlu diperbaiki"),
        ("placed", "Disetujui"),
        ("waiting_list", "Daftar tunggu"),
        ("rejected", "Ditolak"),
    ];
    html! {
        main #isi {
            h1.hidden { "Beranda" }
            (done_note(&home.done))
            section.tiles {
                div.tile.big.warn[home.undecided > 0] {
                    strong { (home.undecided) }
                    span { "menunggu keputusan" }
                    @match home.next {
                        Some(next) => a.button.primary href={ "/catatan/" (next) } { "Mulai memeriksa" },
                        None if home.undecided > 0 => a.button href="/catatan?status=undecided" { "Lihat catatannya" },
                        None => span.muted { "Semua sudah diputuskan. Catatan baru muncul di sini." },
                    }
                }
                @for (key, word) in tiles {
                    a.tile href={ "/catatan?status=" (key) } { strong { (count(key)) } span { (word) } }
                }
            }
            section.card {
                h2 { "Kuota per desa" }
                @if home.villages.is_empty() {
                    p.empty { "Belum ada desa. Pengelola server menambahkannya dengan " code { "payung-hub village add" } "." }
                } @else {
                    (places_table(&home.villages, staff.may(Act::SeeProgramme)))
                }
            }
            section.card {
                h2 { "HP kader" }
                @if home.devices.is_empty() {
                    p.empty {
                        "Belum ada HP. "
                        @if staff.may(Act::PairPhone) { a href="/hp" { "Buat kode pemasangan" } " untuk kader pertama." }
                    }
                } @else {
                    (phones_table(home, now))
                }
            }
        }
    }
}

fn places_table(villages: &[VillagePlaces], may_see_programme: bool) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Desa" } th { "Program" } th.number { "Terisi" } th.wide { "" } th.number { "Daftar tunggu" } th.number { "Menunggu keputusan" } th.number { "Dipegang HP" } } }
            tbody {
                @for VillagePlaces { village, programme, quota, used } in villages {
                    tr {
                        td { a href={ "/catatan?desa=" (village.code) } { (village.name) } small { (village.district) } }
                        td data-label="Program" {
                            @if may_see_programme { a href={ "/program/" (village.programme) } { (programme) } } @else { (programme) }
                        }
                        td.number data-label="Terisi" {
                            (used.taken) @if let Some(quota) = quota { " / " (quota) }
                        }
                        td.wide {
                            @if let Some(quota) = quota {
                                meter min="0" max=(quota) value=(used.taken) aria-label="Kuota terisi" {}
                            }
                        }
                        td.number data-label="Daftar tunggu" { (used.waiting) }
                        td.number data-label="Menunggu keputusan" { (used.undecided) }
                        td.number data-label="Dipegang HP" { (used.lent.saturating_sub(used.kept)) }
                    }
                }
            }
        } }
    }
}

fn phones_table(home: &Home, now: Timestamp) -> Markup {
    let village_of = |device: &Device| {
        let found = home.villages.iter().find(|row| row.village.code == device.village);
        found.map_or("", |row| row.village.name.as_str())
    };
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Kader" } th { "HP" } th { "Desa" } th { "Terakhir terhubung" } } }
            tbody {
                @for device in home.devices.iter().filter(|device| !device.is_blocked) {
                    tr {
                        td { (device.kader_name) }
                        td data-label="HP" { (device.name) }
                        td data-label="Desa" { (village_of(device)) }
                        td data-label="Terakhir terhubung" { (words::ago(moment(device.last_seen_at), now)) }
                    }
                }
            }
        } }
    }
}
