//! `/pengaduan/{id}`: one report, and what the office does about it.

use super::ask::{Fields, Named, Posted};
use super::failure::Failure;
use super::irregularities::place;
use super::page::{Part, csrf, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::hub::Hub;
use crate::irregularities::{self, Closing, Step, StepError};
use crate::rights::Act;
use crate::store::irregularity::{IrregularityRow, Standing};
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use payung_domain::Lang;
use payung_domain::ids::IrregularityId;
use std::sync::Arc;

/// Letters of what the office writes when it closes a report.
const LONGEST_WORDS: usize = 1_000;

/// The page. That it was opened is in the audit.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Markup, Failure> {
    let id: IrregularityId = id.parse().map_err(|_| Failure::NotFound)?;
    let actor = staff.actor();
    let (row, closings) = hub.run(move |hub| irregularities::see(hub, id, &actor)).await?.ok_or(Failure::NotFound)?;
    let body = html! {
        main #isi {
            p { a href="/pengaduan" { "← Semua pengaduan" } }
            h1 { (row.kind.label(Lang::Id)) " " (words::standing_chip(row.standing)) }
            section.card {
                dl.roles {
                    div { dt { "Nomor" } dd.mono { (row.id.short()) } }
                    div { dt { "Masuk" } dd { (words::moment(moment(row.received_at))) } }
                    div { dt { "Desa" } dd { (place(&hub, &row)) } }
                    div { dt { "Pelapor" } dd {
                        @if row.contact.is_empty() { "Tanpa nama. Tidak bisa dihubungi." } @else { (row.contact) }
                    } }
                }
            }
            section.card {
                h2 { "Isi laporan" }
                @for line in row.words.lines().filter(|line| !line.trim().is_empty()) { p { (line) } }
            }
            (handling(&row, &closings, &staff))
        }
    };
    Ok(page(&hub, &staff, Part::Irregularities, "Pengaduan", &body))
}

fn handling(row: &IrregularityRow, closings: &[Closing], staff: &Staff) -> Markup {
    let may = staff.may(Act::HandleIrregularities);
    let form = |act: &str, inner: Markup| {
        html! {
            form.stack method="post" action={ "/pengaduan/" (row.id) "/" (act) } {
                (csrf(&staff.session))
                input type="hidden" name="seen" value=(row.mark());
                (inner)
            }
        }
    };
    html! {
        section.card {
            h2 { "Penanganan" }
            @match row.standing {
                Standing::New => p { "Belum ditangani." },
                Standing::Looking => p { "Ditangani " strong { (words::actor(&row.handled_by)) } " sejak " (words::moment(moment(row.changed_at))) "." },
                Standing::Closed => {},
            }
            @for closing in closings {
                p { "Ditutup " strong { (words::actor(&closing.actor)) } ", " (words::moment(moment(closing.at))) "." }
                div.note { @for line in closing.words.lines().filter(|line| !line.trim().is_empty()) { p { (line) } } }
            }
            @if may && row.standing == Standing::New {
                (form("tangani", html! { div.acts { button.primary { "Saya tangani" } } }))
            }
            @if may && row.standing != Standing::Closed {
                (form("tutup", html! {
                    label { "Hasilnya" small { " – apa yang ditemukan dan dilakukan" }
                        textarea name="hasil" rows="3" required maxlength=(LONGEST_WORDS) {}
                    }
                    div.acts { button { "Tutup pengaduan" } }
                }))
            }
            @if may && row.standing == Standing::Closed {
                (form("tangani", html! { div.acts { button { "Buka lagi" } } }))
            }
            p.muted { "Jangan meneruskan isi laporan kepada desa yang dilaporkan. Siapa membuka dan menutupnya tercatat di Jejak." }
        }
    }
}

/// Takes it up.
pub async fn look(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    step(hub, staff, &id, &form, Step::Look).await
}

/// Closes it.
pub async fn close(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let words: String = form.get("hasil").map_or("", |text| text.trim()).chars().take(LONGEST_WORDS).collect();
    if words.is_empty() {
        return Err(Failure::Form("Tulis hasilnya: apa yang ditemukan dan dilakukan."));
    }
    step(hub, staff, &id, &form, Step::Close(words)).await
}

async fn step(hub: Arc<Hub>, staff: Staff, id: &str, form: &Fields, step: Step) -> Result<Redirect, Failure> {
    let seen = form.get("seen").cloned().unwrap_or_default();
    let id: IrregularityId = id.parse().map_err(|_| Failure::NotFound)?;
    let actor = staff.actor();
    let taken = hub.run(move |hub| irregularities::step(hub, id, &seen, &step, &actor)).await;
    match taken {
        Ok(()) => Ok(Redirect::to(&format!("/pengaduan/{id}"))),
        Err(StepError::Unknown) => Err(Failure::NotFound),
        Err(StepError::MovedOn) => Err(Failure::MovedOn(format!("/pengaduan/{id}"))),
        Err(StepError::Hub(error)) => Err(Failure::Hub(error)),
    }
}
