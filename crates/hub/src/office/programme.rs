//! `/program/{id}`: the places of a programme, its money, and who waits in which order and why.

use super::ask::Named;
use super::failure::Failure;
use super::page::{Part, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::rights::Act;
use crate::store::quota::{self as quota_store, QuotaChange};
use crate::store::search::{self, Person, Use};
use crate::store::sql::Connection;
use crate::store::village::{self, VillageRow};
use crate::{line, places, quota};
use axum::extract::State;
use maud::{Markup, html};
use payung_domain::Programme;
use payung_domain::money::grouped;
use payung_domain::programme::{Commitment, ProgrammeId, QuotaRule};
use std::sync::Arc;

/// Of each village's waiting list, or of the one of all villages, a page shows so many.
const SHOWN_OF_A_LINE: u32 = 50;

/// The front of a waiting list.
struct Front {
    /// The village's name; nothing where all villages wait together.
    village: Option<String>,
    /// Each with the sentence that says why.
    people: Vec<(Person, String)>,
}

/// What the page tells.
struct View {
    programme: Programme,
    /// Nothing where the programme counts no places.
    quota: Option<u32>,
    changes: Vec<QuotaChange>,
    villages: Vec<VillageRow>,
    used: Use,
    lines: Vec<Front>,
}

/// The page.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Markup, Failure> {
    let id = ProgrammeId::parse(&id).map_err(|_| Failure::NotFound)?;
    let view = hub.run(move |hub| hub.store.read(|connection| gather(hub, connection, &id))).await?;
    let view = view.ok_or(Failure::NotFound)?;
    let name = view.programme.name.clone();
    let body = html! {
        main #isi {
            h1 { (name) }
            p.muted { (view.programme.fund) " · " (view.programme.verifier) }
            (places_card(&view, staff.may(Act::ChangeQuota)))
            (money_card(&view))
            (line_card(&view))
        }
    };
    Ok(page(&hub, &staff, Part::Home, &name, &body))
}

fn gather(hub: &Hub, connection: &Connection, id: &ProgrammeId) -> Result<Option<View>, HubError> {
    let Some(programme) = hub.catalogue.programme(id) else { return Ok(None) };
    let mut villages = village::list(connection)?;
    villages.retain(|village| village.programme == *id);
    let is_shared = !matches!(programme.quota, QuotaRule::PerVillage { .. });
    let mut lines = Vec::new();
    for row in villages.iter().take(if is_shared { 1 } else { usize::MAX }) {
        let Some(pool) = places::pool(connection, programme, row.code)? else { continue };
        let told = line::explained(connection, programme, &pool, |_, turn| turn.rank <= SHOWN_OF_A_LINE)?;
        let people = told.into_iter().map(|(id, why)| Ok((search::person(connection, id)?, why)));
        let people = people.collect::<Result<Vec<_>, HubError>>()?;
        if !people.is_empty() {
            lines.push(Front { village: (!is_shared).then(|| row.name.clone()), people });
        }
    }
    Ok(Some(View {
        quota: quota::current(connection, programme)?,
        changes: quota_store::changes(connection, id)?,
        used: search::use_of(connection, id, None)?,
        programme: programme.clone(),
        villages,
        lines,
    }))
}

/// `per desa` or `untuk seluruh kabupaten`, behind a number of places.
pub fn where_counted(programme: &Programme) -> &'static str {
    match programme.quota {
        QuotaRule::PerVillage { .. } => "tempat per desa",
        QuotaRule::RegencyTotal { .. } => "tempat untuk seluruh kabupaten",
        QuotaRule::Fund { .. } => "tempat dari dana ini",
        QuotaRule::Listed => "tanpa batas tempat",
    }
}

/// All places of the villages that this hub serves, and how many villages have some.
pub fn all_places(programme: &Programme, villages: &[VillageRow], quota: u32) -> (u32, u32) {
    let paid = villages.iter().filter(|village| programme.accepts_village(village.code).is_ok()).count();
    let paid = u32::try_from(paid).unwrap_or(u32::MAX);
    match programme.quota {
        QuotaRule::PerVillage { .. } => (quota.saturating_mul(paid), paid),
        _ => (quota, paid),
    }
}

fn places_card(view: &View, may_change: bool) -> Markup {
    let Use { taken, waiting, lent, kept, .. } = view.used;
    html! {
        section.tiles {
            @if let Some(quota) = view.quota {
                div.tile.big { strong { (grouped(quota.into())) } span { (where_counted(&view.programme)) } }
            } @else {
                div.tile.big { strong { "–" } span { (where_counted(&view.programme)) } }
            }
            @for (number, word) in [
                (taken, "terisi"),
                (kept, "dijanjikan, belum diputuskan"),
                (lent.saturating_sub(kept), "dipegang HP"),
                (waiting, "di daftar tunggu"),
            ] {
                div.tile { strong { (grouped(number.into())) } span { (word) } }
            }
        }
        @if let Some(quota) = view.quota {
            section.card {
                h2 { @if may_change { "Ubah kuota" } @else { "Bila kuotanya lain" } }
                form.filters method="get" action={ "/program/" (view.programme.id) "/kuota" } {
                    label { "Menjadi berapa " (where_counted(&view.programme)) "?"
                        input type="number" name="tempat" value=(quota) min="0" max=(quota::MOST_PLACES) required;
                    }
                    button { "Lihat siapa yang terkena" }
                }
                p.muted {
                    @if may_change { "Belum ada yang berubah sebelum Anda menyetujui daftarnya." }
                    @else { "Ini hanya pratinjau. Kuota diubah oleh admin kantor." }
                }
                @if !view.changes.is_empty() { (history(&view.changes)) }
            }
        }
    }
}

fn history(changes: &[QuotaChange]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Kapan" } th { "Oleh" } th.number { "Dari" } th.number { "Menjadi" } th.number { "Dapat" } th.number { "Kehilangan" } th { "Alasan" } } }
            tbody {
                @for change in changes {
                    tr {
                        td.when data-label="Kapan" { (words::moment(moment(change.at))) }
                        td data-label="Oleh" { (words::actor(&change.actor)) }
                        td.number data-label="Dari" { (grouped(change.was.into())) }
                        td.number data-label="Menjadi" { (grouped(change.places.into())) }
                        td.number data-label="Dapat" { (grouped(change.gained.into())) }
                        td.number data-label="Kehilangan" {
                            (grouped(change.lost.into())) @if change.covered > 0 { small { (change.covered) " sudah aktif" } }
                        }
                        td data-label="Alasan" { (change.reason) }
                    }
                }
            }
        } }
    }
}

fn money_card(view: &View) -> Markup {
    let (full, paid) = all_places(&view.programme, &view.villages, view.quota.unwrap_or(0));
    let mut rows = vec![("Yang sudah terisi", view.programme.commitment(view.used.taken, paid))];
    if view.quota.is_some() {
        rows.insert(0, ("Bila semua tempat terisi", view.programme.commitment(full, paid)));
    } else {
        let all = view.used.taken.saturating_add(view.used.undecided);
        rows.push(("Dengan yang belum diputuskan", view.programme.commitment(all, paid)));
    }
    html! {
        section.card {
            h2 { "Anggaran" }
            (money_table(&view.programme, &rows))
            @if view.programme.budget_per_village.is_some() {
                p.muted { "Untuk " (grouped(paid.into())) " desa yang dilayani di sini; setiap desa punya anggarannya sendiri." }
            }
        }
    }
}

/// People, premium and months beside the money.
pub fn money_table(programme: &Programme, rows: &[(&str, Commitment)]) -> Markup {
    let budget = rows.first().and_then(|(_, commitment)| commitment.budget);
    html! {
        p {
            "Iuran " (programme.monthly_premium) " per orang per bulan, " (programme.months) " bulan. "
            @match budget {
                Some(budget) => { "Anggaran " strong { (budget) } "." },
                None => { "Besar anggarannya belum dicatat di berkas program." },
            }
        }
        div.scroll { table.rows {
            thead { tr { th { "" } th.number { "Orang" } th.number { "Per bulan" } th.number { (programme.months) " bulan" } th.number { "Anggaran cukup" } th.number { "Kurang" } } }
            tbody {
                @for (word, commitment) in rows {
                    tr {
                        td { (word) }
                        td.number data-label="Orang" { (grouped(commitment.people.into())) }
                        td.number data-label="Per bulan" { (commitment.month) }
                        td.number data-label="Seluruhnya" { (commitment.whole) }
                        td.number data-label="Anggaran cukup" {
                            @if let Some(lasts) = commitment.lasts { (lasts) " bulan" } @else { "–" }
                        }
                        td.number data-label="Kurang" {
                            @if let Some(missing) = commitment.missing { strong { (missing) } } @else { "–" }
                        }
                    }
                }
            }
        } }
    }
}

fn line_card(view: &View) -> Markup {
    html! {
        section.card {
            h2 { "Daftar tunggu" }
            @if view.lines.is_empty() { p.empty { "Tidak ada yang menunggu." } }
            @for Front { village, people } in &view.lines {
                @if let Some(village) = village { h3 { (village) } }
                div.scroll { table.rows {
                    thead { tr { th { "Nama" } th { "NIK" } th { "Desa" } th { "Mengapa peringkat ini" } } }
                    tbody {
                        @for (person, why) in people {
                            tr {
                                td { a href={ "/catatan/" (person.id) } { (person.name) } }
                                td.mono data-label="NIK" { (person.nik.masked()) }
                                td data-label="Desa" { (person.village) }
                                td data-label="Mengapa" { (why) }
                            }
                        }
                    }
                } }
            }
        }
    }
}
