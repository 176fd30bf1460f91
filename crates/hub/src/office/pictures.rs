//! `/gambaran`: how far the regency is, in charts. Each has its table beneath it and its file; from a village it is one click to
//! its people and a second one to a person.

mod money;
mod places;
mod silence;
mod times;

use super::ask::{Asked, Named};
use super::failure::Failure;
use super::page::{Part, page};
use super::staff::Staff;
use super::table::csv;
use crate::error::HubError;
use crate::hub::Hub;
use crate::pictures::{self, Budget, Fill, Silence, Waits};
use crate::rights::{Act, Scope};
use crate::store::sql::Connection;
use crate::store::village::VillageRow;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use money::{money, money_table};
use payung_domain::money::grouped;
use payung_domain::programme::ProgrammeId;
use payung_domain::region::DistrictCode;
use places::{districts_table, places, villages_table};
use serde::Deserialize;
use silence::{silences, silences_table};
use std::sync::Arc;
use times::{ends, ends_table, gap, gap_table, waits, waits_table, weeks, weeks_table};

/// After how many days a silence is worth a call, and what else can be chosen.
const SILENT_DAYS: [i64; 4] = [7, 3, 14, 30];
/// Of silent phones a page names so many.
const NAMED: usize = 12;
/// Days in one bar of the waits, and how many bars there are; the last one takes all longer ones.
const WAIT_STEP: i64 = 7;
const WAIT_STEPS: usize = 16;

/// The address's query.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// A district's code: its villages.
    kecamatan: String,
    /// Silent for so many days.
    hari: String,
}

impl Wanted {
    fn district(&self) -> Option<DistrictCode> {
        self.kecamatan.parse().ok()
    }

    fn days(&self) -> i64 {
        let wanted = self.hari.parse().unwrap_or_default();
        if SILENT_DAYS.contains(&wanted) { wanted } else { SILENT_DAYS[0] }
    }
}

/// All that the page shows.
struct View {
    villages: Vec<(VillageRow, Fill)>,
    waits: Waits,
    silences: Vec<Silence>,
    gap: Vec<[u32; 4]>,
    ends: Vec<(i16, i8, u32)>,
    weeks: Vec<(Date, u32)>,
    budgets: Vec<Budget>,
}

impl View {
    fn of(
        hub: &Hub,
        connection: &Connection,
        scope: Scope,
        sees_money: bool,
        now: Timestamp,
    ) -> Result<Self, HubError> {
        Ok(Self {
            villages: pictures::villages(hub, connection, scope)?,
            waits: pictures::waits(connection, scope)?,
            silences: pictures::silences(connection, scope, now)?,
            gap: pictures::gap(connection, scope, now)?,
            ends: pictures::ends(connection, scope, now)?,
            weeks: pictures::weeks(connection, scope, now)?,
            budgets: if sees_money { pictures::budgets(hub, connection)? } else { Vec::new() },
        })
    }
}

/// The page.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Asked(wanted): Asked<Wanted>) -> Result<Markup, Failure> {
    let (scope, sees_money, now) = (staff.scope, staff.may(Act::SeeProgramme), hub.context.now());
    let view =
        hub.run(move |hub| hub.store.read(|connection| View::of(hub, connection, scope, sees_money, now))).await?;
    let body = html! {
        main.pictures #isi {
            h1 { "Gambaran" }
            @if view.villages.is_empty() {
                p.card.empty { "Belum ada desa. Pengelola server menambahkannya dengan " code { "payung-hub village add" } "." }
            } @else {
                (tiles(&view))
                (places(&view.villages, &wanted))
                div.pair { (waits(&view.waits)) (weeks(&view.weeks)) }
                div.pair { (gap(&view.gap)) (ends(&view.ends)) }
                (silences(&view.silences, &wanted))
                @for budget in &view.budgets { (money(budget)) }
            }
        }
    };
    Ok(page(&hub, &staff, Part::Pictures, "Gambaran", &body))
}

/// A chart's table as a file.
pub async fn file(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Failure> {
    let (scope, now) = (staff.scope, hub.context.now());
    let view = hub.run(move |hub| hub.store.read(|connection| View::of(hub, connection, scope, false, now))).await?;
    let table = match name.as_str() {
        "desa" => villages_table(
            view.villages.iter().filter(|(row, _)| wanted.district().is_none_or(|code| row.code.district() == code)),
        ),
        "kecamatan" => districts_table(&view.villages),
        "tunggu" => waits_table(&view.waits),
        "pekan" => weeks_table(&view.weeks),
        "celah" => gap_table(&view.gap),
        "akhir" => ends_table(&view.ends),
        "hp" => silences_table(&view.silences, wanted.days()),
        _ => return Err(Failure::NotFound),
    };
    Ok(csv(&table, &name)?)
}

/// The table of a programme's money as a file.
pub async fn money_file(State(hub): State<Arc<Hub>>, _: Staff, Named(id): Named<String>) -> Result<Response, Failure> {
    let id = ProgrammeId::parse(&id).map_err(|_| Failure::NotFound)?;
    let budgets = hub.run(|hub| hub.store.read(|connection| pictures::budgets(hub, connection))).await?;
    let budget = budgets.into_iter().find(|budget| budget.programme.id == id).ok_or(Failure::NotFound)?;
    Ok(csv(&money_table(&budget), "anggaran")?)
}

fn tiles(view: &View) -> Markup {
    let none = Fill { quota: Some(0), ..Fill::default() };
    let all = view.villages.iter().fold(none, |sum, (_, fill)| sum.and(*fill));
    let gap: u32 = view.gap.iter().flatten().sum();
    html! {
        section.tiles {
            div.tile.big {
                strong { (grouped(all.active.into())) }
                span { "orang sedang dilindungi" }
            }
            @for (number, word) in [
                (all.taken(), "punya tempat"),
                (gap, "terdaftar, belum dilindungi"),
                (all.undecided, "menunggu keputusan"),
                (all.waiting, "di daftar tunggu"),
            ] {
                div.tile { strong { (grouped(number.into())) } span { (word) } }
            }
        }
    }
}
