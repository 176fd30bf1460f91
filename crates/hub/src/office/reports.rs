//! `/laporan`: counts for the regent, one table a page, all of them as a workbook, and fit to be printed.

use super::ask::Asked;
use super::exports::programme_name;
use super::failure::Failure;
use super::page::{Part, page};
use super::staff::Staff;
use super::steps::download;
use super::words;
use crate::error::HubError;
use crate::files::WORKBOOK;
use crate::files::report::{self, COLUMNS, KINDS, Report};
use crate::hub::Hub;
use crate::store::village;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use payung_domain::money::grouped;
use payung_domain::programme::ProgrammeId;
use serde::Deserialize;
use std::sync::Arc;

/// The address's query.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    menurut: String,
    program: String,
}

impl Wanted {
    fn kind(&self) -> usize {
        KINDS.iter().position(|(key, ..)| *key == self.menurut).unwrap_or(0)
    }

    fn programme(&self) -> Option<ProgrammeId> {
        ProgrammeId::parse(&self.program).ok()
    }
}

/// The page.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Asked(wanted): Asked<Wanted>) -> Result<Markup, Failure> {
    let (scope, asked) = (staff.scope, wanted.clone());
    let (report, programmes) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                let mut programmes: Vec<ProgrammeId> =
                    village::list_within(connection, scope)?.into_iter().map(|row| row.programme).collect();
                programmes.sort();
                programmes.dedup();
                let report = report::make(hub, connection, scope, asked.programme().as_ref(), asked.kind())?;
                Ok((report, programmes))
            })
        })
        .await?;
    let (key, title, _) = KINDS[wanted.kind()];
    let query = format!("menurut={key}&program={}", wanted.programme().map(|id| id.to_string()).unwrap_or_default());
    let of = wanted.programme().map_or_else(|| "Semua program".to_owned(), |id| programme_name(&hub, &id));
    let body = html! {
        main #isi {
            h1 { "Laporan " span.muted { (title.to_lowercase()) } }
            p.muted { (of) " · keadaan " (words::moment(hub.context.now())) }
            form.filters method="get" action="/laporan" {
                label { "Menurut"
                    select name="menurut" {
                        @for (choice, word, _) in KINDS { option value=(choice) selected[choice == key] { (word) } }
                    }
                }
                @if programmes.len() > 1 {
                    label.grow { "Program"
                        select name="program" {
                            option value="" { "Semua program" }
                            @for id in &programmes { option value=(id) selected[id.as_str() == wanted.program] { (programme_name(&hub, id)) } }
                        }
                    }
                }
                button { "Tampilkan" }
                a.button href={ "/laporan/xlsx?" (query) } download { "Excel, semua tabel" }
                a.button href={ "/laporan/csv?" (query) } download { "CSV" }
            }
            @if report.rows.is_empty() { p.card.empty { "Belum ada catatan. Angka muncul setelah kader mengirim yang pertama." } }
            @else { (table(&report)) }
        }
    };
    Ok(page(&hub, &staff, Part::Reports, "Laporan", &body))
}

fn table(report: &Report) -> Markup {
    html! {
        div.scroll.card { table.rows.sticky.report {
            thead { tr { th { (KINDS[report.kind].2) } @for (name, _) in COLUMNS { th.number { (name) } } } }
            tbody {
                @for (name, small, numbers) in &report.rows {
                    tr {
                        td { (name) @if !small.is_empty() { " " small { (small) } } }
                        @for ((word, _), number) in COLUMNS.iter().zip(numbers) { td.number.zero[*number == 0] data-label=(word) { (grouped((*number).into())) } }
                    }
                }
            }
            tfoot { tr {
                th { "Jumlah" }
                @for ((word, _), number) in COLUMNS.iter().zip(&report.sum) { td.number data-label=(word) { strong { (grouped((*number).into())) } } }
            } }
        } }
    }
}

/// `/laporan/xlsx`: every table as a sheet.
pub async fn xlsx(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Failure> {
    let scope = staff.scope;
    let bytes = hub
        .run(move |hub| {
            let programme = wanted.programme();
            let reports =
                hub.store.read::<_, HubError>(|connection| report::all(hub, connection, scope, programme.as_ref()))?;
            report::workbook(hub, &reports)
        })
        .await?;
    Ok(download(WORKBOOK, "laporan.xlsx", bytes))
}

/// `/laporan/csv`: the table of the page.
pub async fn csv(State(hub): State<Arc<Hub>>, staff: Staff, Asked(wanted): Asked<Wanted>) -> Result<Response, Failure> {
    let scope = staff.scope;
    let kind = wanted.kind();
    let bytes = hub
        .run(move |hub| {
            let programme = wanted.programme();
            let report = hub
                .store
                .read::<_, HubError>(|connection| report::make(hub, connection, scope, programme.as_ref(), kind))?;
            report.csv()
        })
        .await?;
    Ok(download("text/csv; charset=utf-8", &format!("laporan-{}.csv", KINDS[kind].0), bytes))
}
