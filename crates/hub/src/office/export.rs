//! `/berkas/{id}`: one file for BPJS, its answers, and those whom BPJS refused.

use super::ask::Named;
use super::exports::{programme_name, standing};
use super::failure::Failure;
use super::lists;
use super::page::{Part, csrf, page, watching};
use super::staff::Staff;
use super::upload::{self, Uploaded};
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::files::WORKBOOK;
use crate::files::stored::PIECE;
use crate::files::work;
use crate::hub::Hub;
use crate::rights::{Act, Scope};
use crate::store::audit;
use crate::store::export::{self, Asked, Export};
use crate::store::file::{self, FileRow};
use crate::store::import::{self, Import};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::try_unfold;
use maud::{Markup, html};
use payung_domain::money::grouped;
use std::sync::Arc;

/// Refused people that the page names.
const MOST_SHOWN: u32 = 200;
/// Answers that the page names.
const MOST_ANSWERS: u32 = 50;

struct View {
    export: Export,
    xlsx: Option<FileRow>,
    csv: Option<FileRow>,
    counts: Vec<(String, u32)>,
    refused: Vec<(Asked, String, String)>,
    answers: Vec<Import>,
}

/// The page.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Markup, Failure> {
    let view = hub.run(move |hub| gather(hub, &id)).await?.ok_or(Failure::NotFound)?;
    let export = &view.export;
    let is_working = matches!(export.state.as_str(), "gathering" | "writing");
    if is_working {
        work::kick(&hub);
    }
    let body = html! {
        main #isi {
            p { a href="/berkas" { "← Semua berkas" } }
            header.who { h1 { "Berkas BPJS nomor " (export.number) } span.chip { (standing(&export.state)) } }
            p.muted { (programme_name(&hub, &export.programme)) " · dibuat " (words::actor(&export.made_by)) " pada " (words::moment(moment(export.made_at))) }
            @if is_working {
                section.card aria-live="polite" {
                    h2 { (standing(&export.state)) }
                    p { strong.count { (grouped(export.people.into())) } " orang" }
                    p.muted { "Halaman ini memperbarui diri. Anda boleh menutupnya; pekerjaan tetap berjalan." }
                }
            } @else if export.state == "ready" {
                (files(&view, &staff))
                (answers(&view, &staff))
                (refusals(&view, &staff))
            } @else {
                p.card.empty { @if export.state == "empty" { "Tidak ada orang di berkas ini: mereka sudah berubah status sebelum sempat dikumpulkan." } @else { "Berkas ini gagal dibuat. Orang-orangnya bisa masuk berkas berikutnya. Beri tahu pengelola server." } }
            }
        }
    };
    Ok(match is_working {
        true => watching(&hub, &staff, Part::Files, "Berkas BPJS", &body),
        false => page(&hub, &staff, Part::Files, "Berkas BPJS", &body),
    })
}

fn gather(hub: &Hub, id: &str) -> Result<Option<View>, HubError> {
    hub.store.read(|connection| {
        let Some(export) = export::get(connection, id)? else { return Ok(None) };
        let row = |file: &Option<String>| file.as_ref().map_or(Ok(None), |file| file::get(connection, file));
        Ok(Some(View {
            xlsx: row(&export.xlsx)?,
            csv: row(&export.csv)?,
            counts: export::counts(connection, id)?,
            refused: export::refused(connection, id, MOST_SHOWN)?,
            answers: import::newest(connection, "answer", Some(id), Scope::All, MOST_ANSWERS)?,
            export,
        }))
    })
}

fn files(view: &View, staff: &Staff) -> Markup {
    let count = |state: &str| view.counts.iter().find(|(key, _)| key == state).map_or(0, |(_, count)| *count);
    let tiles = [
        (view.export.people, "orang di berkas ini"),
        (count("open"), "belum dijawab"),
        (count("covered"), "sudah aktif"),
        (count("refused"), "ditolak, menunggu Anda"),
    ];
    let each = [("xlsx", "Excel (XLSX)", &view.xlsx), ("csv", "CSV", &view.csv)];
    html! {
        section.tiles.four {
            @for (number, word) in tiles {
                div.tile.warn[word.starts_with("ditolak") && number > 0] { strong { (grouped(number.into())) } span { (word) } }
            }
        }
        section.card {
            h2 { "Unduh" }
            p.muted { "Isinya beku: diunduh lagi kapan pun, berkasnya sama persis. Sidik SHA-256 membuktikannya." }
            div.scroll { table.rows {
                thead { tr { th { "Bentuk" } th.number { "Ukuran" } th { "Sidik SHA-256" } } }
                tbody {
                    @for (kind, word, file) in each {
                        @if let Some(file) = file {
                            tr {
                                td { @if staff.may(Act::ExportFiles) { a.button href={ "/berkas/" (view.export.id) "/" (kind) } download { (word) } } @else { (word) } }
                                td.number data-label="Ukuran" { (grouped(file.bytes.div_ceil(1024))) " kB" }
                                td.mono.break data-label="Sidik" { (file.sha256) }
                            }
                        }
                    }
                }
            } }
        }
    }
}

fn answers(view: &View, staff: &Staff) -> Markup {
    let link = |import: &Import| format!("/jawaban/{}", import.id);
    html! {
        section.card {
            h2 { "Jawaban BPJS" }
            @if staff.may(Act::ExportFiles) {
                p.muted { "CSV atau Excel dengan NIK, KPJ dan tanggal mulai, atau alasan penolakan. Boleh beberapa berkas; yang sudah tercatat tidak berubah." }
                form.filters method="post" action={ "/berkas/" (view.export.id) "/jawaban" } enctype="multipart/form-data" {
                    (csrf(&staff.session))
                    label.grow { "Berkas jawaban" input type="file" name="berkas" accept=".csv,.txt,.xlsx" required; }
                    button.primary { "Unggah dan periksa" }
                }
            }
            @if view.answers.is_empty() {
                p.empty { "Belum ada jawaban." }
            } @else {
                div.scroll { table.rows {
                    thead { tr { th { "Berkas" } th { "Keadaan" } th { "Oleh" } th { "Kapan" } } }
                    tbody {
                        @for import in &view.answers {
                            tr {
                                td.break { @if staff.may(Act::ExportFiles) { a href=(link(import)) { (import.name) } } @else { (import.name) } }
                                td data-label="Keadaan" { (lists::standing(&import.state)) }
                                td data-label="Oleh" { (words::actor(&import.added_by)) }
                                td.when data-label="Kapan" { (words::moment(moment(import.added_at))) }
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn refusals(view: &View, staff: &Staff) -> Markup {
    html! {
        @if !view.refused.is_empty() {
            section.card #ditolak {
                h2 { "Ditolak BPJS" }
                p { "Putuskan di catatannya: kembalikan ke kader bila datanya keliru, kirim lagi di berkas berikutnya, atau akhiri." }
                div.scroll { table.rows {
                    thead { tr { th { "Nama" } th { "Desa" } th { "Alasan BPJS" } th.number { "No. di berkas" } } }
                    tbody {
                        @for (asked, name, village) in &view.refused {
                            tr {
                                td { @if staff.may(Act::SeeRecords) { a href={ "/catatan/" (asked.record) } { (name) } } @else { (name) } }
                                td data-label="Desa" { (village) }
                                td data-label="Alasan" { (asked.reason) }
                                td.number data-label="No." { (asked.position) }
                            }
                        }
                    }
                } }
            }
        }
    }
}

/// Takes an answer in and leads to its columns.
pub async fn bring(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    uploaded: Uploaded,
) -> Result<Redirect, Failure> {
    let import = hub
        .run(move |hub| {
            let export = hub.store.read::<_, HubError>(|connection| Ok(export::get(connection, &id)?))?;
            let Some(export) = export.filter(|export| export.state == "ready") else {
                upload::forget(hub, &uploaded.file.id)?;
                return Ok(Err(Failure::NotFound));
            };
            let new = Import {
                programme: export.programme,
                export: Some(export.id.clone()),
                ..lists::blank(hub, &staff, "answer", &uploaded)?
            };
            lists::begin(hub, new, &format!("/berkas/{}", export.id))
        })
        .await
        .map_err(Failure::Hub)??;
    Ok(Redirect::to(&format!("/jawaban/{import}")))
}

/// `/berkas/{id}/xlsx`.
pub async fn xlsx(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Response, Failure> {
    fetch(hub, staff, id, "xlsx", WORKBOOK, |export| export.xlsx.clone()).await
}

/// `/berkas/{id}/csv`.
pub async fn csv(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Response, Failure> {
    fetch(hub, staff, id, "csv", "text/csv; charset=utf-8", |export| export.csv.clone()).await
}

/// Notes who takes so many people's data along, and sends the file step by step.
async fn fetch(
    hub: Arc<Hub>,
    staff: Staff,
    id: String,
    ending: &'static str,
    kind: &'static str,
    which: fn(&Export) -> Option<String>,
) -> Result<Response, Failure> {
    let (name, file) = hub
        .run(move |hub| {
            let now = hub.context.now().as_millisecond();
            hub.store.write::<_, HubError>(|transaction| {
                let Some(export) = export::get(transaction, &id)? else { return Ok(None) };
                let Some(row) = which(&export).map(|file| file::get(transaction, &file)).transpose()?.flatten() else {
                    return Ok(None);
                };
                let subject = format!("export:{id}");
                audit::add_change(transaction, now, &staff.actor(), "export.fetch", &subject, ("", ending))?;
                Ok(Some((format!("bpjs-{}-{}.{ending}", export.programme, export.number), row)))
            })
        })
        .await?
        .ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::ETAG, format!("\"{}\"", file.sha256)),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
    ];
    Ok((headers, stream(hub, file)).into_response())
}

/// A file as a body that is read no faster than it is sent, a piece at a time. It may be asked again after its end, as
/// what compresses it does.
fn stream(hub: Arc<Hub>, file: FileRow) -> Body {
    let pieces = file.bytes.div_ceil(PIECE as u64);
    Body::from_stream(try_unfold(0, move |number: u32| {
        let (hub, id) = (Arc::clone(&hub), file.id.clone());
        async move {
            if u64::from(number) >= pieces {
                return Ok(None);
            }
            let read = hub.run(move |hub| {
                let piece = hub.store.read::<_, HubError>(|connection| Ok(file::piece(connection, &id, number)?))?;
                piece.ok_or(HubError::Corrupt("a piece of a file"))
            });
            let piece = read.await.inspect_err(|error| tracing::error!(%error, "a file could not be sent"))?;
            Ok::<_, HubError>(Some((Bytes::from(piece), number + 1)))
        }
    }))
}
