//! `/`: what waits for the office, the places, the phones.

use super::ask::Asked;
use super::done::{Done, Told, done_note};
use super::failure::Failure;
use super::page::{Part, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::pictures::{self, Fill, Silence};
use crate::places;
use crate::rights::Act;
use crate::store::irregularity;
use crate::store::search::{self, Use};
use crate::store::sql;
use crate::store::village;
use crate::store::village::VillageRow;
use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};
use payung_domain::money::grouped;
use payung_domain::region::DistrictCode;
use std::sync::Arc;

/// Whether the first page names each village or each district: of more villages nobody reads a list every morning.
const MOST_VILLAGES: usize = 40;
/// Phones that the first page names, the longest silent.
const MOST_PHONES: usize = 10;

struct VillagePlaces {
    village: VillageRow,
    programme: String,
    quota: Option<u32>,
    used: Use,
}

/// Where the places are.
enum Places {
    Villages(Vec<VillagePlaces>),
    Districts(Vec<(DistrictCode, String, Fill)>),
}

struct Home {
    undecided: u32,
    states: Vec<(String, u32)>,
    places: Places,
    silences: Vec<Silence>,
    told: Option<Told>,
    /// Reports that nobody has taken up, for who may read them.
    reported: u32,
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
    let rows = village::list_within(connection, scope)?;
    let places = if rows.len() > MOST_VILLAGES {
        Places::Districts(pictures::districts(&pictures::villages(hub, connection, scope)?))
    } else {
        Places::Villages(places_of(hub, connection, rows)?)
    };
    let undecided = states.iter().filter(|(key, _)| matches!(key.as_str(), "received" | "corrected"));
    Ok(Home {
        undecided: undecided.map(|(_, count)| count).sum(),
        places,
        silences: pictures::silences(connection, scope, hub.context.now())?,
        told: done.told(hub, connection, staff)?,
        reported: match staff.may(Act::SeeIrregularities) {
            true => irregularity::counts(connection)?[0],
            false => 0,
        },
        states,
    })
}

fn places_of(hub: &Hub, connection: &sql::Connection, rows: Vec<VillageRow>) -> Result<Vec<VillagePlaces>, HubError> {
    let mut villages = Vec::new();
    for row in rows {
        let Some(programme) = hub.catalogue.programme(&row.programme) else { continue };
        let here = search::use_of(connection, &programme.id, Some(row.code))?;
        let used = Use { undecided: here.undecided, ..places::use_in(connection, programme, row.code)? };
        let quota = places::pool(connection, programme, row.code)?.map(|pool| pool.quota);
        villages.push(VillagePlaces { village: row, programme: programme.name.clone(), quota, used });
    }
    Ok(villages)
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
            (done_note(home.told.as_ref(), staff))
            section.tiles {
                div.tile.big.warn[home.undecided > 0] {
                    strong { (grouped(home.undecided.into())) }
                    span { "menunggu keputusan" }
                    @if home.undecided == 0 {
                        span.muted { "Semua sudah diputuskan. Catatan baru muncul di sini." }
                    } @else if staff.may(Act::Decide) {
                        a.button.primary href="/periksa" { "Mulai memeriksa" }
                    } @else {
                        a.button href="/catatan?status=undecided" { "Lihat catatannya" }
                    }
                }
                @for (key, word) in tiles {
                    a.tile href={ "/catatan?status=" (key) } { strong { (grouped(count(key).into())) } span { (word) } }
                }
            }
            @if home.reported > 0 {
                p.note.warn { a href="/pengaduan?status=new" { (grouped(home.reported.into())) " pengaduan baru" } " menunggu dibaca." }
            }
            @match &home.places {
                Places::Districts(districts) => (districts_card(districts)),
                Places::Villages(villages) => section.card {
                    h2 { "Kuota per desa" }
                    @if villages.is_empty() {
                        p.empty { "Belum ada desa. Pengelola server menambahkannya dengan " code { "payung-hub village add" } "." }
                    } @else {
                        (places_table(villages, staff.may(Act::SeeProgramme)))
                    }
                },
            }
            section.card {
                h2 { "HP kader" }
                @if home.silences.is_empty() {
                    p.empty {
                        "Belum ada HP. "
                        @if staff.may(Act::PairPhone) { a href="/hp" { "Buat kode pemasangan" } " untuk kader pertama." }
                    }
                } @else {
                    @if home.silences.len() > MOST_PHONES {
                        p.muted { "Yang paling lama tidak terhubung dari " (grouped(home.silences.len() as u64)) " HP. "
                            a href="/gambaran#hp" { "Lihat gambarannya" } }
                    }
                    (phones_table(&home.silences, now))
                }
            }
        }
    }
}

fn districts_card(districts: &[(DistrictCode, String, Fill)]) -> Markup {
    html! {
        section.card {
            h2 { "Per kecamatan" }
            div.scroll { table.rows {
                thead { tr { th { "Kecamatan" } th.number { "Terisi" } th.number { "Aktif" } th.number { "Daftar tunggu" } th.number { "Menunggu keputusan" } th.number { "Perlu diperbaiki" } } }
                tbody {
                    @for (code, name, fill) in districts {
                        tr {
                            td { a href={ "/gambaran?kecamatan=" (code) "#tempat" } { (name) } }
                            td.number data-label="Terisi" {
                                (grouped(fill.taken().into())) @if let Some(quota) = fill.quota { " / " (grouped(quota.into())) }
                            }
                            td.number data-label="Aktif" { (grouped(fill.active.into())) }
                            td.number data-label="Daftar tunggu" { (grouped(fill.waiting.into())) }
                            td.number data-label="Menunggu keputusan" { (grouped(fill.undecided.into())) }
                            td.number data-label="Perlu diperbaiki" { (grouped(fill.returned.into())) }
                        }
                    }
                }
            } }
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

fn phones_table(silences: &[Silence], now: Timestamp) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Kader" } th { "HP" } th { "Desa" } th { "Terakhir terhubung" } } }
            tbody {
                @for silence in silences.iter().take(MOST_PHONES) {
                    tr {
                        td { (silence.device.kader_name) }
                        td data-label="HP" { (silence.device.name) }
                        td data-label="Desa" { (silence.village) }
                        td data-label="Terakhir terhubung" { (words::ago(moment(silence.device.last_seen_at), now)) }
                    }
                }
            }
        } }
    }
}
