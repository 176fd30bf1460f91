//! `/periksa/sekaligus/…`: a sample that is looked at one by one, and then all of the batch.

use super::ask::{Named, Posted};
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::queue::stage;
use super::staff::Staff;
use crate::batch::{self, BatchError};
use crate::hub::Hub;
use crate::store::batch::{self as stored, Batch, Member, Stage};
use crate::store::record;
use crate::store::session::Session;
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use payung_domain::RecordId;
use payung_domain::money::grouped;
use std::sync::Arc;

/// Of those that were left out so many are named.
const MOST_NAMED: u32 = 100;

struct View {
    batch: Batch,
    sample: Vec<(Member, String)>,
    outcomes: Vec<(String, u32)>,
    left_out: Vec<(Member, String)>,
}

impl View {
    fn count(&self, keys: &[&str]) -> u32 {
        self.outcomes.iter().filter(|(key, _)| keys.contains(&key.as_str())).map(|(_, count)| count).sum()
    }

    fn total(&self) -> u32 {
        self.outcomes.iter().map(|(_, count)| count).sum()
    }
}

/// Makes a batch.
pub async fn begin(State(hub): State<Arc<Hub>>, staff: Staff, Posted(form): Posted) -> Result<Redirect, Failure> {
    let village = form.get("desa").cloned().unwrap_or_default();
    let made = hub.run(move |hub| batch::begin(hub, &staff.session.user_name, &village)).await?;
    match made {
        Some(id) => Ok(Redirect::to(&format!("/periksa/sekaligus/{id}"))),
        None => Err(Failure::NoneClean),
    }
}

/// A batch: its sample, or what became of it.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Markup, Failure> {
    let (user, key) = (staff.session.user_name.clone(), id.clone());
    let view = hub
        .run(move |hub| hub.store.read(|connection| gather(connection, &key, &user)))
        .await
        .map_err(|error| Failure::of_batch(error, &id))?;
    let body = html! {
        main #isi data-live {
            h1 { "Setujui sekaligus " span.muted { (grouped(view.total().into())) " catatan" } }
            @match view.batch.stage {
                Stage::Looking => (looking(&view, &staff.session)),
                Stage::Running => (running(&view, &staff.session)),
                Stage::Done => (result(&view)),
                Stage::GivenUp => p.card.empty { "Borongan ini dihentikan; tidak ada yang disetujui. " a href="/periksa" { "Kembali ke antrean" } },
            }
        }
    };
    Ok(page(&hub, &staff, Part::Queue, "Setujui sekaligus", &body))
}

fn gather(connection: &crate::store::sql::Connection, id: &str, user: &str) -> Result<View, BatchError> {
    let batch = batch::of(connection, id, user)?;
    let named = |members: Vec<Member>| {
        members
            .into_iter()
            .map(|member| Ok((record::name_of(connection, member.record)?, member)))
            .map(|found: crate::store::sql::Result<_>| found.map(|(name, member)| (member, name)))
            .collect::<crate::store::sql::Result<Vec<_>>>()
    };
    Ok(View {
        sample: named(stored::sample(connection, id)?)?,
        outcomes: stored::outcomes(connection, id)?,
        left_out: named(stored::left_out(connection, id, MOST_NAMED)?)?,
        batch,
    })
}

fn sample_address(batch: &str, record: RecordId) -> String {
    format!("/catatan/{record}?borongan={batch}")
}

fn looking(view: &View, session: &Session) -> Markup {
    let id = &view.batch.id;
    let next = view.sample.iter().find(|(member, _)| !member.is_looked_at);
    let done = view.sample.iter().filter(|(member, _)| member.is_looked_at).count();
    html! {
        section.card {
            h2 { "Contoh acak: " (done) " dari " (view.sample.len()) " sudah dilihat" }
            p { "Bila satu saja tidak cocok, hentikan: sisanya lalu diperiksa satu per satu." }
            table.rows { tbody {
                @for (member, name) in &view.sample {
                    tr {
                        td { a href=(sample_address(id, member.record)) { (name) } }
                        td { @if member.is_looked_at { span.chip.good { "Cocok" } } @else { span.chip.plain { "Belum dilihat" } } }
                    }
                }
            } }
            div.acts {
                @if let Some((member, _)) = next {
                    a.button.primary data-key="m" href=(sample_address(id, member.record)) autofocus { "Lihat contoh berikutnya " kbd { "Enter" } }
                } @else {
                    form method="post" action={ "/periksa/sekaligus/" (id) "/setujui" } {
                        (csrf(session))
                        button.primary data-key="s" { "Setujui " (grouped(view.total().into())) " catatan " kbd { "S" } }
                    }
                }
                form method="post" action={ "/periksa/sekaligus/" (id) "/hentikan" } {
                    (csrf(session))
                    button { "Hentikan" }
                }
            }
        }
    }
}

fn running(view: &View, session: &Session) -> Markup {
    let left = view.count(&[""]);
    html! {
        section.card {
            h2 { (grouped((view.total() - left).into())) " dari " (grouped(view.total().into())) " sudah diproses" }
            p { "Prosesnya terhenti, atau masih berjalan. Melanjutkan tidak memproses apa pun dua kali." }
            form method="post" action={ "/periksa/sekaligus/" (view.batch.id) "/setujui" } {
                (csrf(session))
                button.primary { "Lanjutkan" }
            }
        }
    }
}

fn result(view: &View) -> Markup {
    let placed = view.count(&["placed", "verified", "active"]);
    let waiting = view.count(&["waiting_list"]);
    let left_out = view.count(&["changed", "claimed", "concern"]);
    html! {
        section.tiles.even {
            div.tile { strong { (grouped(placed.into())) } span { "disetujui dan dapat tempat" } }
            div.tile { strong { (grouped(waiting.into())) } span { "disetujui, masuk daftar tunggu" } }
            div.tile { strong { (grouped((view.total() - placed - waiting - left_out).into())) } span { "ditolak sebagai NIK ganda" } }
            div.tile.warn[left_out > 0] { strong { (grouped(left_out.into())) } span { "dilewati, tetap di antrean" } }
        }
        @if !view.left_out.is_empty() {
            section.card {
                h2 { "Dilewati" }
                table.rows { tbody {
                    @for (member, name) in &view.left_out {
                        tr {
                            td { a href={ "/catatan/" (member.record) } { (name) } }
                            td { (why(&member.outcome)) }
                        }
                    }
                } }
            }
        }
        p { a.button href="/periksa" { "Kembali ke antrean" } span.muted { " Borongan " (view.batch.id.get(..8).unwrap_or_default()) ", " (stage(view.batch.stage)) "." } }
    }
}

fn why(outcome: &str) -> &'static str {
    match outcome {
        "claimed" => "Sedang dibuka orang lain.",
        "concern" => "Sejak contohnya disiapkan ada peringatan baru.",
        _ => "Sejak contohnya disiapkan catatannya berubah atau sudah diputuskan.",
    }
}

/// The bar below a record that is looked at as a sample.
pub fn sample_bar(batch: &str, record: RecordId, session: &Session) -> Markup {
    html! {
        div.decide {
            form method="post" action={ "/periksa/sekaligus/" (batch) "/lihat" } data-swap {
                (csrf(session))
                input type="hidden" name="catatan" value=(record);
                button.primary data-key="s" { "Cocok " kbd { "S" } }
            }
            form method="post" action={ "/periksa/sekaligus/" (batch) "/hentikan" } {
                (csrf(session))
                input type="hidden" name="catatan" value=(record);
                button data-key="t" { "Tidak cocok, hentikan " kbd { "T" } }
            }
            a.button.skip-on href={ "/periksa/sekaligus/" (batch) } { "Daftar contoh" }
        }
    }
}

/// A sample is good: on to the next one, or back to the batch.
pub async fn look(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let record: RecordId = form.get("catatan").and_then(|text| text.parse().ok()).ok_or(Failure::NotFound)?;
    let key = id.clone();
    let next = hub
        .run(move |hub| {
            batch::look(hub, &key, record, &staff.session.user_name)?;
            let sample = hub.store.read::<_, BatchError>(|connection| Ok(stored::sample(connection, &key)?))?;
            Ok::<_, BatchError>(sample.into_iter().find(|member| !member.is_looked_at))
        })
        .await
        .map_err(|error| Failure::of_batch(error, &id))?;
    Ok(match next {
        Some(member) => Redirect::to(&sample_address(&id, member.record)),
        None => Redirect::to(&format!("/periksa/sekaligus/{id}")),
    })
}

/// Approves all of it.
pub async fn approve(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Redirect, Failure> {
    let key = id.clone();
    hub.run(move |hub| batch::approve(hub, &key, &staff.session.user_name))
        .await
        .map_err(|error| Failure::of_batch(error, &id))?;
    Ok(Redirect::to(&format!("/periksa/sekaligus/{id}")))
}

/// Ends it without an approval; from a sample on to that record, to decide it alone.
pub async fn give_up(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let record: Option<RecordId> = form.get("catatan").and_then(|text| text.parse().ok());
    let key = id.clone();
    hub.run(move |hub| batch::give_up(hub, &key, &staff.session.user_name))
        .await
        .map_err(|error| Failure::of_batch(error, &id))?;
    Ok(match record {
        Some(record) => Redirect::to(&format!("/catatan/{record}")),
        None => Redirect::to(&format!("/periksa/sekaligus/{id}")),
    })
}
