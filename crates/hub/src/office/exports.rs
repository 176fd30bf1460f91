//! `/berkas`: files for BPJS, and a button for the next one of each programme.

use super::ask::Posted;
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::files::export::{ExportError, begin};
use crate::files::work;
use crate::hub::Hub;
use crate::rights::Act;
use crate::store::export::{self, Export};
use crate::store::village;
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use payung_domain::money::grouped;
use payung_domain::programme::ProgrammeId;
use std::sync::Arc;

/// Files that the page names.
const MOST_SHOWN: u32 = 100;

/// The page.
pub async fn list(State(hub): State<Arc<Hub>>, staff: Staff) -> Result<Markup, Failure> {
    let (ready, exports) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                let mut ids: Vec<ProgrammeId> =
                    village::list(connection)?.into_iter().map(|village| village.programme).collect();
                ids.sort();
                ids.dedup();
                let mut ready = Vec::new();
                for id in ids {
                    let people = export::ready(connection, &id)?;
                    ready.push((id, people));
                }
                Ok((ready, export::list(connection, MOST_SHOWN)?))
            })
        })
        .await?;
    let body = html! {
        main #isi {
            h1 { "Berkas untuk BPJS Ketenagakerjaan" }
            section.card {
                h2 { "Siap didaftarkan" }
                p.muted { "Orang yang sudah disetujui dan mendapat tempat, dan belum ada di berkas sebelumnya." }
                @if ready.is_empty() { p.empty { "Belum ada program dengan desa." } }
                @else { (programmes(&hub, &ready, &staff)) }
            }
            section.card {
                h2 { "Berkas yang sudah dibuat" }
                @if exports.is_empty() { p.empty { "Belum ada. Berkas pertama muncul di sini dan bisa diunduh lagi kapan saja, dengan isi yang sama persis." } }
                @else { (table(&hub, &exports)) }
            }
        }
    };
    Ok(page(&hub, &staff, Part::Files, "Berkas BPJS", &body))
}

/// A programme's name for people.
pub fn programme_name(hub: &Hub, id: &ProgrammeId) -> String {
    hub.catalogue.programme(id).map_or_else(|| id.to_string(), |rule| rule.name.clone())
}

fn programmes(hub: &Hub, ready: &[(ProgrammeId, u32)], staff: &Staff) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Program" } th.number { "Siap" } @if staff.may(Act::ExportFiles) { th { "" } } } }
            tbody {
                @for (id, people) in ready {
                    tr {
                        td { (programme_name(hub, id)) }
                        td.number data-label="Siap" { (grouped((*people).into())) " orang" }
                        @if staff.may(Act::ExportFiles) {
                            td.number {
                                @if *people > 0 {
                                    form method="post" action="/berkas" {
                                        (csrf(&staff.session))
                                        input type="hidden" name="program" value=(id);
                                        button.primary { "Buat berkas" }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        } }
    }
}

fn table(hub: &Hub, exports: &[Export]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Berkas" } th { "Program" } th.number { "Orang" } th { "Keadaan" } th { "Oleh" } th { "Kapan" } } }
            tbody {
                @for export in exports {
                    tr {
                        td { a href={ "/berkas/" (export.id) } { "Nomor " (export.number) } }
                        td data-label="Program" { (programme_name(hub, &export.programme)) }
                        td.number data-label="Orang" { (grouped(export.people.into())) }
                        td data-label="Keadaan" { (standing(&export.state)) }
                        td data-label="Oleh" { (words::actor(&export.made_by)) }
                        td.when data-label="Kapan" { (words::moment(moment(export.made_at))) }
                    }
                }
            }
        } }
    }
}

/// Where a file stands, in a word.
pub fn standing(state: &str) -> &'static str {
    match state {
        "gathering" => "Mengumpulkan orang",
        "writing" => "Menulis berkas",
        "ready" => "Siap diunduh",
        "empty" => "Kosong",
        _ => "Gagal",
    }
}

/// Begins the programme's next file.
pub async fn make(State(hub): State<Arc<Hub>>, staff: Staff, Posted(form): Posted) -> Result<Redirect, Failure> {
    let programme = form.get("program").and_then(|id| ProgrammeId::parse(id).ok());
    let programme = programme.ok_or(Failure::Form("Pilih programnya."))?;
    if hub.catalogue.programme(&programme).is_none() {
        return Err(Failure::NotFound);
    }
    let made = hub.run(move |hub| Ok::<_, HubError>(begin(hub, &programme, &staff.actor()))).await?;
    let id = made.map_err(|error| match error {
        ExportError::Making => Failure::MovedOn("/berkas".into()),
        ExportError::Nobody => {
            Failure::File("Tidak ada orang yang siap didaftarkan. Setujui catatan dulu.", "/berkas".into())
        }
        ExportError::Hub(error) => Failure::Hub(error),
    })?;
    work::kick(&hub);
    Ok(Redirect::to(&format!("/berkas/{id}")))
}
