//! Whom kaders are to visit, and what became of the visits.

use super::failure::Failure;
use super::staff::Staff;
use super::steps::download;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::files::sheet::CsvSheet;
use crate::hub::Hub;
use crate::rights::Act;
use crate::store::candidate::{self, Counted, Visited};
use crate::store::village::VillageRow;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use payung_domain::Lang;
use payung_domain::money::grouped;
use payung_domain::region::VillageCode;
use payung_domain::wire::Outcome;
use std::sync::Arc;

/// Villages whose candidates the page counts.
const MOST_VILLAGES: usize = 500;
/// More than a regency's kaders tell of.
const MOST_TOLD: u32 = 100_000;

/// The section of `/daftar`.
pub fn to_visit(counts: &[Counted], villages: &[VillageRow], staff: &Staff) -> Markup {
    let name = |code: &str| villages.iter().find(|row| row.code.to_string() == code);
    let sum = |of: fn(&Counted) -> u32| counts.iter().map(of).sum::<u32>();
    let (all, visited) = (sum(|one| one.all), sum(|one| one.visited));
    let left = sum(|one| one.open) - visited;
    html! {
        section.card {
            div.split {
                h2 { "Perlu dikunjungi" }
                @if visited > 0 && staff.may(Act::ImportList) { a.button href="/daftar/kunjungan.csv" download { "Unduh hasil kunjungan" } }
            }
            @if counts.is_empty() {
                p.empty { "Belum ada. Orang dari daftar yang disetujui muncul di HP kader desanya sampai ia didaftarkan." }
            } @else {
                p.muted {
                    (grouped(left.into())) " dari " (grouped(all.into())) " orang dalam daftar masih perlu dikunjungi."
                    @if visited > 0 { " " (grouped(visited.into())) " sudah dikunjungi dan tidak didaftarkan: pindah, meninggal, atau alasan lain." }
                }
                div.scroll { table.rows {
                    thead { tr { th { "Desa" } th.number { "Dalam daftar" } th.number { "Tidak didaftarkan" } th.number { "Perlu dikunjungi" } } }
                    tbody {
                        @for one in counts.iter().take(MOST_VILLAGES) {
                            tr {
                                td { @match name(&one.village) {
                                    Some(row) => { (row.name) " " small { (row.district) } },
                                    None => { (one.village) " " small { "belum dilayani: tambahkan desanya" } },
                                } }
                                td.number data-label="Dalam daftar" { (grouped(one.all.into())) }
                                td.number data-label="Tidak didaftarkan" { (grouped(one.visited.into())) }
                                td.number data-label="Perlu dikunjungi" { (grouped((one.open - one.visited).into())) }
                            }
                        }
                    }
                } }
            }
        }
    }
}

/// `/daftar/kunjungan.csv`: whom kaders have visited and not enrolled, so that the list can be mended.
pub async fn outcomes(State(hub): State<Arc<Hub>>, staff: Staff) -> Result<Response, Failure> {
    let scope = staff.scope;
    let bytes = hub
        .run(move |hub| {
            let told =
                hub.store.read::<_, HubError>(|connection| Ok(candidate::visited(connection, scope, MOST_TOLD)?))?;
            let headings =
                ["NIK", "Nama", "Desa", "Kecamatan", "Sumber", "Hasil kunjungan", "Kapan"].map(str::to_owned);
            let mut sheet = CsvSheet::begin(Vec::new(), ';', &headings)?;
            told.iter().try_for_each(|one| sheet.row(&line(hub, one)))?;
            sheet.finish()
        })
        .await?;
    Ok(download("text/csv; charset=utf-8", "hasil-kunjungan.csv", bytes))
}

fn line(hub: &Hub, told: &Visited) -> [String; 7] {
    let code = told.village.parse::<VillageCode>().ok();
    let place = code.and_then(|code| hub.catalogue.regions().village(code));
    let (village, district) =
        place.map_or_else(|| (told.village.clone(), String::new()), |place| (place.name, place.district));
    let one = &told.candidate;
    let outcome = one.outcome.map_or("", |outcome: Outcome| outcome.label(Lang::Id));
    let at = words::moment(moment(told.told_at));
    [one.nik.digits().to_owned(), one.name.clone(), village, district, one.source.0.clone(), outcome.to_owned(), at]
}
