//! `/pengaduan`: what people report, the newest first and page after page, and the office's code for a notice board.

use super::ask::Asked;
use super::failure::Failure;
use super::page::{self, Part, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::irregularities::{MOST_WAITING, office_link};
use crate::store::irregularity::{self, Filter, IrregularityRow, Page, Standing, Where};
use crate::store::paging::Begin;
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use maud::{Markup, html};
use payung_domain::Lang;
use payung_domain::ids::IrregularityId;
use payung_domain::irregularity::Kind;
use payung_domain::money::grouped;
use serde::Deserialize;
use std::sync::Arc;

const PER_PAGE: usize = 50;
/// Letters of a report that the list shows.
const BEGINNING: usize = 120;
/// What the filter of villages calls reports that name none, and those of villages that this hub does not serve.
const UNSAID: &str = "tanpa";
const ELSEWHERE: &str = "lain";

/// The address's query.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    status: String,
    jenis: String,
    desa: String,
    /// Behind this row.
    setelah: String,
    /// Before this row.
    sebelum: String,
}

impl Wanted {
    fn filter(&self) -> Filter {
        let village = match self.desa.as_str() {
            UNSAID => Where::Unsaid,
            ELSEWHERE => Where::Elsewhere,
            code => code.parse().map_or(Where::Anywhere, Where::In),
        };
        Filter { standing: Standing::from_key(&self.status), kind: Kind::from_key(&self.jenis), village }
    }

    fn begin(&self) -> Begin<IrregularityId> {
        Begin::named(&self.setelah, &self.sebelum)
    }
}

/// The list.
pub async fn list(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    headers: HeaderMap,
    Asked(wanted): Asked<Wanted>,
) -> Result<Markup, Failure> {
    let (filter, begin) = (wanted.filter(), wanted.begin());
    let (found, counts, villages) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                let found = irregularity::page(connection, &filter, begin, PER_PAGE)?;
                Ok((found, irregularity::counts(connection)?, village::list(connection)?))
            })
        })
        .await?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let url = hub.settings.public_url.clone().unwrap_or_else(|| format!("http://{host}"));
    let code = words::qr(&office_link(&hub, &url))?;
    let waiting = counts[0].saturating_add(counts[1]);
    let body = html! {
        main #isi {
            h1 { "Pengaduan " span.muted { (grouped(u64::from(counts[0]))) " baru, " (grouped(u64::from(counts[1]))) " ditangani" } }
            p.muted { "Laporan warga dan kader, boleh tanpa nama. Kepala desa dan operator desa tidak bisa membuka halaman ini." }
            @if waiting >= MOST_WAITING {
                p.note.warn role="alert" {
                    "Kotak pengaduan penuh. Laporan baru menunggu di HP pelapor sampai ada pengaduan yang ditutup. Saring menurut desa atau jenis, lalu tutup yang sudah jelas."
                }
            }
            (filters(&wanted, &filter, &villages))
            @if found.rows.is_empty() {
                p.card.empty {
                    @if filter == Filter::default() { "Belum ada pengaduan. Warga melapor dari aplikasi Payung; laporannya muncul di sini." }
                    @else { "Tidak ada yang cocok dengan saringan ini. Kurangi saringannya." }
                }
            } @else {
                (table(&hub, &found.rows, hub.context.now()))
            }
            (pages(&wanted, &found))
            section.card.ticket {
                div.qr { (code) }
                div {
                    h2 { "Kode kantor untuk papan pengumuman" }
                    p { "Cetak dan tempel di kantor desa. Warga memindainya dengan Payung. HP-nya lalu bisa memeriksa kartu dari kantor ini dan melapor ke sini, juga tanpa sinyal." }
                    p.muted.mono.break { (url) }
                }
            }
        }
    };
    Ok(page(&hub, &staff, Part::Irregularities, "Pengaduan", &body))
}

fn filters(wanted: &Wanted, filter: &Filter, villages: &[VillageRow]) -> Markup {
    html! {
        form.filters method="get" action="/pengaduan" {
            label { "Keadaan"
                select name="status" {
                    option value="" { "Semua" }
                    @for one in Standing::ALL { option value=(one.key()) selected[filter.standing == Some(one)] { (words::standing(one)) } }
                }
            }
            label { "Jenis"
                select name="jenis" {
                    option value="" { "Semua" }
                    @for &one in Kind::ALL { option value=(one.key()) selected[filter.kind == Some(one)] { (one.label(Lang::Id)) } }
                }
            }
            label { "Desa"
                select name="desa" {
                    option value="" { "Semua" }
                    option value=(UNSAID) selected[wanted.desa == UNSAID] { "Tidak disebut" }
                    option value=(ELSEWHERE) selected[wanted.desa == ELSEWHERE] { "Di luar desa program" }
                    @for one in villages {
                        option value=(one.code) selected[filter.village == Where::In(one.code)] { (one.name) ", " (one.district) }
                    }
                }
            }
            button { "Saring" }
        }
    }
}

fn table(hub: &Hub, rows: &[IrregularityRow], now: Timestamp) -> Markup {
    html! {
        div.scroll.card { table.rows.sticky {
            thead { tr { th { "Pengaduan" } th { "Isi" } th { "Desa" } th { "Keadaan" } th { "Masuk" } } }
            tbody {
                @for row in rows {
                    tr {
                        td { a href={ "/pengaduan/" (row.id) } { (row.kind.label(Lang::Id)) } small.mono { (row.id.short()) } }
                        td.break data-label="Isi" { (beginning(&row.words)) }
                        td data-label="Desa" { (place(hub, row)) }
                        td data-label="Keadaan" { (words::standing_chip(row.standing)) }
                        td.when data-label="Masuk" { (words::ago(moment(row.received_at), now)) }
                    }
                }
            }
        } }
    }
}

fn pages(wanted: &Wanted, found: &Page) -> Markup {
    let chosen = [("status", &wanted.status), ("jenis", &wanted.jenis), ("desa", &wanted.desa)];
    page::turns(
        "/pengaduan",
        &chosen,
        !matches!(wanted.begin(), Begin::Start),
        (found.before, found.after),
        ["Terbaru", "Lebih baru", "Lebih lama"],
    )
}

fn beginning(words: &str) -> String {
    let flat = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(BEGINNING) {
        Some((end, _)) => format!("{}…", &flat[..end]),
        None => flat,
    }
}

/// The village as a person calls it.
pub fn place(hub: &Hub, row: &IrregularityRow) -> String {
    match row.village {
        Some(code) => hub.catalogue.names(code).map_or_else(|| code.to_string(), |names| names.join(", ")),
        None => "Tidak disebut".into(),
    }
}
