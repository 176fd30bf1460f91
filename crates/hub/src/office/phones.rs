//! `/hp`: the phones, a pairing code for the next one, and an end for a lost one.

use super::ask::{Named, Posted};
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::pairing::{self, CODE_HOURS};
use crate::rights::Act;
use crate::store::device::{self, Device};
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Redirect;
use jiff::Timestamp;
use maud::{Markup, html};
use payung_domain::region::VillageCode;
use std::sync::Arc;

/// Characters of a kader's name.
const LONGEST_NAME: usize = 80;

struct Made {
    code: String,
    link: String,
    picture: Markup,
    is_reachable: bool,
}

/// The phones.
pub async fn list(State(hub): State<Arc<Hub>>, staff: Staff) -> Result<Markup, Failure> {
    draw(hub, staff, None).await
}

async fn draw(hub: Arc<Hub>, staff: Staff, made: Option<Made>) -> Result<Markup, Failure> {
    let scope = staff.scope;
    let (devices, villages) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                Ok((device::list_within(connection, scope)?, village::list_within(connection, scope)?))
            })
        })
        .await?;
    let body = html! {
        main #isi {
            h1 { "HP kader" }
            @if let Some(made) = &made { (ticket(made)) }
            @if staff.may(Act::PairPhone) { (form(&staff, &villages)) }
            (table(&staff, &devices, &villages, hub.context.now()))
        }
    };
    Ok(page(&hub, &staff, Part::Phones, "HP", &body))
}

fn ticket(made: &Made) -> Markup {
    html! {
        section.card.ticket {
            div.qr { (made.picture) }
            div {
                h2 { "Kode pemasangan" }
                p.code { (made.code) }
                p { "Di HP kader: buka Payung, pindai gambar ini atau ketik kodenya. Berlaku " (CODE_HOURS) " jam, untuk satu HP, dan hanya tampil sekali." }
                @if !made.is_reachable {
                    p.note.warn { "Alamat hub ini belum https, jadi HP lain menolaknya. Pengelola server mengaturnya dengan " code { "--public-url" } "." }
                }
                p.muted.mono.break { (made.link) }
            }
        }
    }
}

fn form(staff: &Staff, villages: &[VillageRow]) -> Markup {
    html! {
        form.filters.card method="post" action="/hp/kode" {
            (csrf(&staff.session))
            label { "Desa"
                select name="village" required {
                    @for village in villages { option value=(village.code) { (village.name) ", " (village.district) } }
                }
            }
            label.grow { "Nama kader" input name="kader" maxlength=(LONGEST_NAME) placeholder="Bu Siti" autocomplete="off"; }
            button.primary { "Buat kode untuk HP baru" }
        }
    }
}

fn table(staff: &Staff, devices: &[Device], villages: &[VillageRow], now: Timestamp) -> Markup {
    let village_name = |device: &Device| {
        villages.iter().find(|village| village.code == device.village).map_or("", |village| village.name.as_str())
    };
    html! {
        @if devices.is_empty() {
            p.card.empty { "Belum ada HP yang dipasang."
                @if staff.may(Act::PairPhone) { " Buat kode di atas, lalu pindai dengan HP kader." } }
        } @else {
            div.scroll.card { table.rows.sticky {
                thead { tr { th { "Kader" } th { "HP" } th { "Desa" } th { "Dipasang" } th { "Terakhir terhubung" } th { "" } } }
                tbody {
                    @for device in devices {
                        tr.off[device.is_blocked] {
                            td { (device.kader_name) }
                            td data-label="HP" { (device.name) }
                            td data-label="Desa" { (village_name(device)) }
                            td data-label="Dipasang" { (words::ago(moment(device.paired_at), now)) }
                            td data-label="Terakhir terhubung" { (words::ago(moment(device.last_seen_at), now)) }
                            td {
                                @if device.is_blocked { span.chip.plain { "Diblokir" } }
                                @else if staff.may(Act::BlockPhone) { (block_form(staff, device)) }
                            }
                        }
                    }
                }
            } }
        }
    }
}

fn block_form(staff: &Staff, device: &Device) -> Markup {
    html! {
        details.inline {
            summary { "Blokir…" }
            form.panel method="post" action={ "/hp/" (device.id) "/blokir" } {
                (csrf(&staff.session))
                p { "HP ini tidak bisa mengirim atau menerima apa pun lagi. Pakai bila HP hilang atau kader berhenti." }
                button.refuse { "Blokir HP ini" }
            }
        }
    }
}

/// Makes a code and shows it this once.
pub async fn new_code(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    headers: HeaderMap,
    Posted(form): Posted,
) -> Result<Markup, Failure> {
    let village: VillageCode =
        form.get("village").and_then(|code| code.parse().ok()).ok_or(Failure::Form("Pilih desanya."))?;
    if !staff.scope.has(village) {
        return Err(Failure::Forbidden);
    }
    let kader: String = form.get("kader").map_or("", |name| name.trim()).chars().take(LONGEST_NAME).collect();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost").to_owned();
    let actor = staff.actor();
    let made = hub
        .run(move |hub| {
            let is_served =
                hub.store.read::<_, HubError>(|connection| Ok(village::get(connection, village)?))?.is_some();
            if !is_served {
                return Err(Failure::Form("Pilih desanya."));
            }
            let code = pairing::make_code(hub, village, &kader, CODE_HOURS, &actor)?;
            let url = hub.settings.public_url.clone().unwrap_or_else(|| format!("http://{host}"));
            let link = pairing::link(hub, &url, &code);
            let picture = words::qr(&link)?;
            let is_local = url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost");
            Ok(Made { code, link, picture, is_reachable: url.starts_with("https://") || is_local })
        })
        .await?;
    draw(hub, staff, Some(made)).await
}

/// Ends a phone's right to call.
pub async fn block(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    _: Posted,
) -> Result<Redirect, Failure> {
    let is_blocked = hub.run(move |hub| pairing::block_within(hub, &id, staff.scope, &staff.actor())).await?;
    if is_blocked { Ok(Redirect::to("/hp")) } else { Err(Failure::NotFound) }
}
