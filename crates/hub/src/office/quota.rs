//! `/program/{id}/kuota`: who is affected by another number of places, seen before it is agreed to.

use super::ask::{Asked, Named, Posted};
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::programme::{all_places, money_table, where_counted};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::hub::Hub;
use crate::line;
use crate::quota::{self, Agreed, Preview, QuotaError};
use crate::rights::Act;
use crate::store::lease::Pool;
use crate::store::search::{self, Person};
use crate::store::sql::{self, Connection};
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use payung_domain::money::grouped;
use payung_domain::programme::ProgrammeId;
use payung_domain::programme::resize::{Hold, Seat};
use payung_domain::{Programme, RecordId};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::Arc;

/// Of each of the two lists a page names so many people; more would help nobody to decide.
const MOST_NAMED: usize = 500;
/// Characters of the reason.
const LONGEST_REASON: usize = 300;

/// The address's query.
#[derive(Deserialize)]
pub struct Wanted {
    tempat: u32,
}

/// What the page tells.
struct View {
    programme: Programme,
    preview: Preview,
    villages: Vec<VillageRow>,
    losses: Vec<(Person, Seat)>,
    gains: Vec<(Person, String)>,
}

/// The page with everybody who is affected.
pub async fn preview(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Markup, Failure> {
    let programme = ProgrammeId::parse(&id).map_err(|_| Failure::NotFound)?;
    let look = move |hub: &Hub| hub.store.read(|connection| gather(hub, connection, &programme, wanted.tempat));
    let view = hub.run(look).await.map_err(|error| Failure::of_quota(error, &id))?;
    let body = html! {
        main #isi {
            h1 { (view.programme.name) ": " (grouped(view.preview.from.into())) " → " (grouped(view.preview.to.into())) " " (where_counted(&view.programme)) }
            (counts(&view.preview))
            (money(&view))
            @if view.preview.losses().next().is_some() { (losses(&view)) }
            @if view.preview.gains().next().is_some() { (gains(&view)) }
            (agreement(&view, &staff))
        }
    };
    Ok(page(&hub, &staff, Part::Home, "Ubah kuota", &body))
}

fn gather(hub: &Hub, connection: &Connection, id: &ProgrammeId, places: u32) -> Result<View, QuotaError> {
    let preview = quota::preview(hub, connection, id, places)?;
    let programme = hub.programme(id)?.clone();
    let named = |id: RecordId| search::person(connection, id);
    let losses = preview.losses().take(MOST_NAMED).map(|seat| Ok((named(seat.record)?, *seat)));
    let losses = losses.collect::<sql::Result<_>>()?;
    let wanted: HashSet<RecordId> = preview.gains().take(MOST_NAMED).collect();
    let mut gains = Vec::new();
    for (village, plan) in preview.plans.iter().filter(|(_, plan)| !plan.gains.is_empty()) {
        let pool = Pool { programme: id.clone(), village: *village, quota: places };
        let last = plan.gains.len();
        let is_wanted =
            |id, turn: &payung_domain::programme::rank::Turn| turn.rank as usize <= last && wanted.contains(&id);
        for (id, why) in line::explained(connection, &programme, &pool, is_wanted)? {
            gains.push((named(id)?, why));
        }
    }
    let mut villages = village::list(connection)?;
    villages.retain(|village| village.programme == *id);
    Ok(View { programme, villages, losses, gains, preview })
}

fn counts(preview: &Preview) -> Markup {
    let tiles = [
        (preview.gains().count(), "mendapat tempat"),
        (preview.losses().count(), "kehilangan tempat"),
        (preview.covered() as usize, "di antaranya sudah aktif terlindungi"),
        (preview.kept as usize, "tetap punya tempat"),
        (preview.waiting as usize, "menunggu sesudahnya"),
    ];
    html! {
        section.tiles {
            @for (number, word) in tiles { div.tile { strong { (grouped(number as u64)) } span { (word) } } }
        }
        @if preview.given_back() > 0 {
            p.note { (grouped(preview.given_back() as u64)) " tempat ditarik dari HP. Sejauh diketahui kantor, tempat itu belum dijanjikan kepada siapa pun; bila kader sudah menjanjikannya tanpa sinyal, orangnya masuk daftar tunggu setelah disetujui." }
        }
        @if preview.moved() > 0 {
            p.note { (grouped(preview.moved() as u64)) " orang tetap punya tempat dengan nomor lain, karena nomornya melampaui kuota baru." }
        }
    }
}

fn money(view: &View) -> Markup {
    let row = |quota| {
        let (full, paid) = all_places(&view.programme, &view.villages, quota);
        view.programme.commitment(full, paid)
    };
    let rows = [("Sekarang, bila semua terisi", row(view.preview.from)), ("Sesudahnya", row(view.preview.to))];
    html! { section.card { h2 { "Anggaran" } (money_table(&view.programme, &rows)) } }
}

fn losses(view: &View) -> Markup {
    let total = view.preview.losses().count();
    html! {
        section.card {
            h2 { "Kehilangan tempat" }
            p { "Yang paling akhir diberi tahu kehilangan lebih dulu; yang sudah aktif hanya bila tidak ada tempat lain. Mereka masuk daftar tunggu, dan menurut urutan program ini "
                @if view.programme.priority.contains(&payung_domain::programme::Criterion::LostPlace) { "didahulukan." } @else { "tidak didahulukan." }
                " Minta kadernya menyampaikan sendiri." }
            (of_total(view.losses.len(), total))
            div.scroll { table.rows {
                thead { tr { th { "Nama" } th { "NIK" } th { "Desa" } th { "Kader" } th { "Mengapa" } } }
                tbody { @for (person, seat) in &view.losses { (affected(person, html! { (why_lost(seat)) })) } }
            } }
        }
    }
}

/// Why this one and no other.
fn why_lost(seat: &Seat) -> String {
    let told = words::moment(moment(seat.told_at));
    match seat.hold {
        Hold::Promised => format!(
            "Dijanjikan tempat ke-{} pada {told}, belum diputuskan; termasuk yang terakhir diberi tahu.",
            seat.place
        ),
        Hold::Placed => {
            format!("Disetujui, tempat ke-{} sejak {told}; termasuk yang terakhir diberi tahu.", seat.place)
        }
        Hold::Covered => format!(
            "Sudah aktif, tempat ke-{} sejak {told}; tidak ada lagi tempat orang yang belum aktif. Yang sudah dibayar tetap berlaku.",
            seat.place
        ),
    }
}

fn gains(view: &View) -> Markup {
    let total = view.preview.gains().count();
    html! {
        section.card {
            h2 { "Mendapat tempat" }
            (of_total(view.gains.len(), total))
            div.scroll { table.rows {
                thead { tr { th { "Nama" } th { "NIK" } th { "Desa" } th { "Kader" } th { "Mengapa" } } }
                tbody { @for (person, why) in &view.gains { (affected(person, html! { (why) })) } }
            } }
        }
    }
}

fn of_total(shown: usize, total: usize) -> Markup {
    html! {
        @if shown < total { p.muted { (grouped(shown as u64)) " dari " (grouped(total as u64)) " ditampilkan." } }
    }
}

fn affected(person: &Person, why: Markup) -> Markup {
    html! {
        tr {
            td { a href={ "/catatan/" (person.id) } { (person.name) } }
            td.mono data-label="NIK" { (person.nik.masked()) }
            td data-label="Desa" { (person.village) }
            td data-label="Kader" { (person.kader) }
            td data-label="Mengapa" { (why) }
        }
    }
}

fn agreement(view: &View, staff: &Staff) -> Markup {
    let Preview { from, to, digest, .. } = &view.preview;
    let covered = view.preview.covered();
    let home = format!("/program/{}", view.programme.id);
    html! {
        section.card {
            @if from == to {
                p { "Angkanya sama dengan yang berlaku sekarang; tidak ada yang perlu disetujui." }
            } @else if !staff.may(Act::ChangeQuota) {
                p { "Ini hanya pratinjau. Kuota diubah oleh admin kantor." }
            } @else {
                h2 { "Setujui" }
                form.stack method="post" action={ (home) "/kuota" } {
                    (csrf(&staff.session))
                    input type="hidden" name="tempat" value=(to);
                    input type="hidden" name="sidik" value=(digest);
                    label { "Alasan, misalnya nomor keputusan bupati"
                        textarea name="alasan" rows="2" maxlength=(LONGEST_REASON) required {}
                    }
                    @if covered > 0 {
                        p.note.warn { (grouped(covered.into())) " orang sudah aktif terlindungi. Kuota ini tidak cukup tanpa tempat mereka; perlindungan yang sudah dibayar tetap berlaku sampai hari terakhirnya." }
                        label.choice { input type="checkbox" name="aktif" value="ya" required; "Saya tahu dan setuju bahwa mereka kehilangan tempat" }
                    }
                    button.primary { "Ubah kuota menjadi " (grouped((*to).into())) }
                }
            }
            p { a href=(home) { "Kembali tanpa mengubah" } }
        }
    }
}

/// Does what was seen, or nothing.
pub async fn change(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let programme = ProgrammeId::parse(&id).map_err(|_| Failure::NotFound)?;
    let places =
        form.get("tempat").and_then(|text| text.parse().ok()).ok_or(Failure::Form("Tulis jumlah tempatnya."))?;
    hub.run(move |hub| {
        let text = |name: &str| form.get(name).map_or("", |text| text.trim());
        let reason: String = text("alasan").chars().take(LONGEST_REASON).collect();
        let agreed =
            Agreed { places, digest: text("sidik"), reason: &reason, may_touch_covered: text("aktif") == "ya" };
        quota::change(hub, &programme, &agreed, &staff.actor()).map(drop)
    })
    .await
    .map_err(|error: QuotaError| Failure::of_quota(error, &id))?;
    Ok(Redirect::to(&format!("/program/{id}")))
}
