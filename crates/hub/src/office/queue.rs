//! `/periksa`: the verification queue, and what keeps a record before one person.

use super::ask::{Asked, Named, Posted};
use super::done::{Done, Told, Waits, done_note, said};
use super::failure::Failure;
use super::judge::is_within;
use super::page::{Part, csrf, page};
use super::staff::Staff;
use super::words;
use crate::batch::{MOST, SAMPLE};
use crate::context::moment;
use crate::decision::DecisionError;
use crate::error::HubError;
use crate::hub::Hub;
use crate::queue::{self, Summary};
use crate::rights::Scope;
use crate::store::batch::{self, Batch, Stage};
use crate::store::claim::{self, COUNTED, Desk, Kind};
use crate::store::village::{self, VillageRow};
use crate::store::{record, verdict};
use crate::verdict as held_back;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use payung_domain::RecordId;
use payung_domain::money::grouped;
use std::sync::Arc;

/// Own verdicts and batches that the page lists.
const MOST_LISTED: u32 = 5;

struct View {
    desk: Desk,
    summary: Summary,
    villages: Vec<VillageRow>,
    held: Vec<(String, Waits)>,
    batches: Vec<Batch>,
    told: Option<Told>,
}

/// The queue's page.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Asked(done): Asked<Done>) -> Result<Markup, Failure> {
    let asker = staff.clone();
    let view = hub.run(move |hub| gather(hub, &asker, &done)).await?;
    let body = html! {
        main.queue #isi data-live {
            h1 { "Periksa" }
            (done_note(view.told.as_ref(), &staff))
            (start(&view, &staff))
            (tiles(&view))
            @if !view.held.is_empty() { (held(&view.held, &staff)) }
            (together(&view, &staff))
        }
    };
    Ok(page(&hub, &staff, Part::Queue, "Periksa", &body))
}

fn gather(hub: &Hub, staff: &Staff, done: &Done) -> Result<View, HubError> {
    hub.store.read(|connection| {
        let user = &staff.session.user_name;
        let now = hub.context.now().as_millisecond();
        let desk = claim::desk(connection, user)?;
        let held = verdict::of_user(connection, user, MOST_LISTED)?
            .into_iter()
            .map(|held| Ok((record::name_of(connection, held.record)?, Waits::until(held, now))));
        let mut held = held.collect::<crate::store::sql::Result<Vec<_>>>()?;
        held.retain(|(_, waits)| waits.seconds > 0);
        let told = done.told(hub, connection, staff)?;
        Ok(View {
            summary: queue::summary(hub, connection, user, &desk)?,
            villages: village::list_within(connection, Scope::All)?,
            batches: batch::of_user(connection, user, 3)?,
            // the line above the page has the newest already
            held: held
                .into_iter()
                .filter(|(_, waits)| told.as_ref().is_none_or(|told| !told.is_of(waits.verdict.record)))
                .collect(),
            told,
            desk,
        })
    })
}

fn start(view: &View, staff: &Staff) -> Markup {
    let waiting = view.summary.counts.undecided;
    html! {
        section.card.start {
            p.number { strong { (grouped(waiting.into())) } " menunggu keputusan" @if let Some(village) = name_of(&view.desk.village, &view.villages) { " di " (village) } }
            form.filters method="post" action="/periksa/lanjut" data-swap {
                (csrf(&staff.session))
                (village_choice(&view.desk.village, &view.villages))
                label { "Peringatan"
                    select name="jenis" {
                        @for (kind, word) in Kind::ALL.into_iter().zip(["Semua", "Tanpa peringatan", "Dengan peringatan"]) {
                            option value=(kind.key()) selected[view.desk.kind == kind] { (word) }
                        }
                    }
                }
                button.primary autofocus data-key="m" { "Periksa yang tertua " kbd { "Enter" } }
            }
            @if waiting == 0 {
                p.empty { "Tidak ada yang menunggu di sini. Pilih desa lain, atau tunggu kiriman dari kader." }
            } @else if view.told.is_some() {
                p.empty { "Tidak ada lagi untuk Anda di bagian antrean ini. Yang tersisa sedang dibuka orang lain, atau pilih bagian lain." }
            }
        }
    }
}

fn name_of<'a>(code: &str, villages: &'a [VillageRow]) -> Option<&'a str> {
    villages.iter().find(|village| village.code.to_string() == code).map(|village| village.name.as_str())
}

fn village_choice(chosen: &str, villages: &[VillageRow]) -> Markup {
    html! {
        label { "Desa"
            select name="desa" {
                option value="" { "Semua" }
                @for village in villages {
                    option value=(village.code) selected[chosen == village.code.to_string()] { (village.name) }
                }
            }
        }
    }
}

fn tiles(view: &View) -> Markup {
    let Summary { counts, mine, my_median, median } = &view.summary;
    let took = |time: &Option<i64>| time.map_or("–".to_owned(), words::took);
    html! {
        section.tiles.even {
            div.tile { strong { (grouped(counts.clean.min(COUNTED).into())) @if counts.clean > COUNTED { "+" } } span { "tanpa peringatan" } }
            div.tile { strong { (counts.elsewhere) } span { "sedang dibuka orang lain" } }
            div.tile { strong { (mine) } span { "Anda putuskan hari ini" } }
            div.tile { strong { (took(my_median)) } span { "median Anda hari ini, dari dibuka sampai diputuskan" } }
            div.tile { strong { (took(median)) } span { "median semua verifikator, 1.000 keputusan terakhir" } }
        }
    }
}

fn held(held: &[(String, Waits)], staff: &Staff) -> Markup {
    html! {
        section.card {
            h2 { "Masih bisa dibatalkan" }
            table.rows { tbody {
                @for (name, waits) in held {
                    tr {
                        td { a href={ "/catatan/" (waits.verdict.record) } { (name) } }
                        td { (said(&waits.verdict.verdict)) }
                        td { "berlaku dalam " span data-countdown=(waits.seconds) { (waits.seconds) } " detik" }
                        td.number {
                            form method="post" action={ "/catatan/" (waits.verdict.record) "/batal" } data-swap {
                                (csrf(&staff.session))
                                button { "Batalkan" }
                            }
                        }
                    }
                }
            } }
        }
    }
}

fn together(view: &View, staff: &Staff) -> Markup {
    html! {
        section.card {
            h2 { "Setujui sekaligus" }
            p {
                "Untuk catatan tanpa satu pun peringatan: NIK cocok dan tidak ganda, umur dan pekerjaan sesuai, foto sudah ada dan tidak dinilai kurang. "
                "Lihat dulu " (SAMPLE) " contoh acak satu per satu; sesudah itu sampai " (grouped(MOST.into())) " catatan disetujui sekaligus. Ini tidak bisa dibatalkan."
            }
            form.filters method="post" action="/periksa/sekaligus" {
                (csrf(&staff.session))
                (village_choice(&view.desk.village, &view.villages))
                button { "Siapkan contohnya" }
            }
            @if !view.batches.is_empty() {
                table.rows { tbody {
                    @for batch in &view.batches {
                        tr {
                            td { a href={ "/periksa/sekaligus/" (batch.id) } { "Borongan " (words::moment(moment(batch.made_at))) } }
                            td { (name_of(&batch.village, &view.villages).unwrap_or("Semua desa")) }
                            td { (stage(batch.stage)) }
                        }
                    }
                } }
            }
        }
    }
}

/// How far a batch is, in words.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Looking => "contohnya belum semua dilihat",
        Stage::Running => "sedang disetujui",
        Stage::Done => "selesai",
        Stage::GivenUp => "dihentikan",
    }
}

/// On to the next record: from the queue's page with a part of the queue, from a record's page by passing that one over.
pub async fn go_on(State(hub): State<Arc<Hub>>, staff: Staff, Posted(form): Posted) -> Result<Redirect, Failure> {
    let skipped = match form.get("lewati") {
        Some(id) => Some(id.parse::<RecordId>().map_err(|_| Failure::NotFound)?),
        None => None,
    };
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let desk = Desk { village: text("desa"), kind: Kind::of(&text("jenis")) };
    let next = hub
        .run(move |hub| {
            let user = &staff.session.user_name;
            match skipped {
                Some(id) => {
                    is_within(hub, id, &staff)?;
                    Ok::<_, DecisionError>(queue::next(hub, user, Some(id))?)
                }
                None => Ok(queue::start(hub, user, &desk)?),
            }
        })
        .await
        .map_err(|error| Failure::of_decision(error, ""))?;
    Ok(match next {
        Some(next) => Redirect::to(&format!("/catatan/{next}")),
        None => Redirect::to("/periksa"),
    })
}

async fn on_record<T: Send + 'static>(
    hub: Arc<Hub>,
    staff: Staff,
    id: String,
    act: impl FnOnce(&Hub, RecordId, &str) -> Result<T, DecisionError> + Send + 'static,
) -> Result<T, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::NotFound)?;
    hub.run(move |hub| {
        is_within(hub, record, &staff)?;
        act(hub, record, &staff.session.user_name)
    })
    .await
    .map_err(|error| Failure::of_decision(error, &id))
}

/// The page is still open.
pub async fn keep(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Response, Failure> {
    let is_mine = on_record(hub, staff, id, |hub, id, user| Ok(queue::renew(hub, id, user)?)).await?;
    Ok(if is_mine { StatusCode::NO_CONTENT } else { StatusCode::CONFLICT }.into_response())
}

/// The page was left.
pub async fn leave(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<StatusCode, Failure> {
    let view = form.get("tampilan").and_then(|text| text.parse().ok()).unwrap_or(-1);
    on_record(hub, staff, id, move |hub, id, user| Ok(queue::leave(hub, id, user, view)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a record from somebody who is gone.
pub async fn take_over(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Redirect, Failure> {
    let address = format!("/catatan/{id}");
    on_record(hub, staff, id, |hub, id, user| Ok(queue::take_over(hub, id, user)?)).await?;
    Ok(Redirect::to(&address))
}

/// Takes a verdict back.
pub async fn undo(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Redirect, Failure> {
    let address = format!("/catatan/{id}");
    on_record(hub, staff, id, held_back::undo).await?;
    Ok(Redirect::to(&address))
}
