//! `/orang/{name}`: one person; their role, password, second factor and sessions.

use super::account::session_table;
use super::ask::{Asked, Named, Posted};
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::people::{first_password, place_fields, place_in, roles, standing, words_for};
use super::staff::Staff;
use crate::error::HubError;
use crate::hub::Hub;
use crate::people::{self, PeopleError};
use crate::rights::Act;
use crate::store::office_user::{self, OfficeUser};
use crate::store::session::{self, Listed};
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// What was done just now, for a line that says so.
#[derive(Default, Deserialize)]
pub struct Done {
    sudah: Option<String>,
}

/// The page.
pub async fn show(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    Asked(done): Asked<Done>,
) -> Result<Response, Failure> {
    let note = match done.sudah.as_deref() {
        Some("peran") => Some("Peran diganti. Berlaku mulai klik berikutnya."),
        Some("kode") => Some("Kode dari HP dimatikan untuk orang ini."),
        Some("tutup") => Some("Akun ditutup. Semua perangkatnya sudah dikeluarkan."),
        Some("buka") => Some("Akun dibuka lagi."),
        Some("sesi") => Some("Perangkat sudah dikeluarkan."),
        _ => None,
    };
    draw(hub, staff, name, note, None).await
}

struct View {
    user: OfficeUser,
    sessions: Vec<Listed>,
    villages: Vec<VillageRow>,
}

async fn draw(
    hub: Arc<Hub>,
    staff: Staff,
    name: String,
    note: Option<&str>,
    complaint: Option<&str>,
) -> Result<Response, Failure> {
    let view = hub
        .run(move |hub| {
            let now = hub.context.now().as_millisecond();
            hub.store.read::<_, HubError>(|connection| {
                let Some(user) = office_user::get(connection, &name)? else { return Ok(None) };
                let sessions = session::of(connection, &name, now)?;
                Ok(Some(View { user, sessions, villages: village::list(connection)? }))
            })
        })
        .await?
        .ok_or(Failure::NotFound)?;
    let user = &view.user;
    let village = view.villages.iter().find(|row| Some(row.code) == user.village);
    let (may_keep, is_self) = (staff.may(Act::KeepPeople), user.name == staff.session.user_name);
    let body = html! {
        main #isi {
            p { a href="/orang" { "‹ Semua orang" } }
            header.who { h1 { (user.name) } (standing(user)) }
            @if let Some(note) = note { p.note.good role="status" { (note) } }
            @if let Some(complaint) = complaint { p.note.warn role="alert" { (complaint) } }
            section.card {
                h2 { (user.role.word()) @if let Some(village) = village { ", Desa " (village.name) } }
                p.empty { (user.role.sentence()) }
                @if may_keep { (role_form(&staff, &view)) }
            }
            @if is_self { p { a href="/saya" { "Kata sandi dan kode Anda sendiri" } } }
            @else if may_keep { (access(&staff, user)) }
            (sessions(&staff, &view, hub.context.now()))
            @if staff.may(Act::SeeAudit) { p { a href={ "/jejak?orang=" (user.name) } { "Jejak audit orang ini" } } }
        }
    };
    let status = if complaint.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page(&hub, &staff, Part::People, &user.name, &body)).into_response())
}

fn role_form(staff: &Staff, view: &View) -> Markup {
    let village = view.user.village.map(|code| code.to_string()).unwrap_or_default();
    html! {
        form.filters method="post" action={ "/orang/" (view.user.name) "/peran" } {
            (csrf(&staff.session))
            (place_fields(&view.villages, view.user.role.key(), &village))
            button { "Ganti peran" }
        }
        (roles())
    }
}

fn access(staff: &Staff, user: &OfficeUser) -> Markup {
    let button = |act: &str, class: &str, words: &str| {
        html! {
            form method="post" action={ "/orang/" (user.name) "/" (act) } {
                (csrf(&staff.session))
                button class=(class) { (words) }
            }
        }
    };
    html! {
        section.card {
            h2 { "Akses" }
            div.acts {
                details.inline {
                    summary { "Sandi baru…" }
                    div.panel {
                        p { "Payung membuat sandi awal. Semua perangkat orang ini dikeluarkan." }
                        (button("sandi", "primary", "Buat sandi awal"))
                    }
                }
                @if user.totp_nonce.is_some() {
                    details.inline {
                        summary { "Matikan kode dari HP…" }
                        div.panel {
                            p { "Bila HP-nya hilang. Setelah itu cukup kata sandi, sampai ia memasangnya lagi." }
                            (button("kode/lepas", "warn", "Matikan kode"))
                        }
                    }
                }
                @if user.is_disabled { (button("buka", "", "Buka akun lagi")) } @else {
                    details.inline {
                        summary { "Tutup akun…" }
                        div.panel {
                            p { "Orang ini tidak bisa masuk lagi dan semua perangkatnya dikeluarkan. Jejaknya tetap ada." }
                            (button("tutup", "refuse", "Tutup akun"))
                        }
                    }
                }
            }
        }
    }
}

fn sessions(staff: &Staff, view: &View, now: Timestamp) -> Markup {
    let name = &view.user.name;
    let may_keep = staff.may(Act::KeepPeople);
    html! {
        section.card #sesi {
            h2 { "Perangkat yang sedang masuk" }
            @if view.sessions.is_empty() { p.empty { "Tidak ada." } } @else {
                (session_table(&view.sessions, now, |session| html! {
                    @if session.id == staff.session.id() { span.chip.good { "Perangkat ini" } }
                    @else if may_keep {
                        form method="post" action={ "/orang/" (name) "/sesi/" (session.id) "/akhiri" } {
                            (csrf(&staff.session))
                            button aria-label={ "Keluarkan " (session.browser) } { "Keluarkan" }
                        }
                    }
                }))
                @if may_keep && view.sessions.len() > 1 {
                    form method="post" action={ "/orang/" (name) "/sesi/akhiri" } {
                        (csrf(&staff.session))
                        button { "Keluarkan semua" }
                    }
                }
            }
        }
    }
}

/// Does something to somebody, and shows the page again: that it is done, or why it is not.
async fn act_on(
    hub: Arc<Hub>,
    staff: Staff,
    name: String,
    done: &str,
    act: impl FnOnce(&Hub, &str, &str) -> Result<(), PeopleError> + Send + 'static,
) -> Result<Response, Failure> {
    let (actor, whom) = (staff.actor(), name.clone());
    match hub.run(move |hub| act(hub, &actor, &whom)).await {
        Ok(()) => Ok(Redirect::to(&format!("/orang/{name}?sudah={done}")).into_response()),
        Err(error) => complain(hub, staff, name, error).await,
    }
}

async fn complain(hub: Arc<Hub>, staff: Staff, name: String, error: PeopleError) -> Result<Response, Failure> {
    let complaint = words_for(error)?;
    draw(hub, staff, name, None, Some(complaint)).await
}

/// Gives another role.
pub async fn set_role(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    Posted(form): Posted,
) -> Result<Response, Failure> {
    match place_in(&form) {
        Ok(place) => {
            act_on(hub, staff, name, "peran", move |hub, actor, whom| people::set_role(hub, actor, whom, place)).await
        }
        Err(complaint) => draw(hub, staff, name, None, Some(complaint)).await,
    }
}

/// Gives a password that must be replaced, and shows it this once.
pub async fn reset_password(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    _: Posted,
) -> Result<Response, Failure> {
    let (actor, whom) = (staff.actor(), name.clone());
    match hub.run_hash(move |hub| people::reset_password(hub, &actor, &whom)).await {
        Ok(password) => Ok(first_password(&hub, &staff, &name, &password).into_response()),
        Err(error) => complain(hub, staff, name, error).await,
    }
}

/// Turns the second factor of a lost phone off.
pub async fn drop_second_factor(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    _: Posted,
) -> Result<Response, Failure> {
    act_on(hub, staff, name, "kode", people::drop_second_factor).await
}

/// Shuts somebody out.
pub async fn disable(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    _: Posted,
) -> Result<Response, Failure> {
    act_on(hub, staff, name, "tutup", |hub, actor, whom| people::set_disabled(hub, actor, whom, true)).await
}

/// Lets somebody in again.
pub async fn enable(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    _: Posted,
) -> Result<Response, Failure> {
    act_on(hub, staff, name, "buka", |hub, actor, whom| people::set_disabled(hub, actor, whom, false)).await
}

/// Ends one session.
pub async fn end_one(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named((name, id)): Named<(String, String)>,
    _: Posted,
) -> Result<Response, Failure> {
    act_on(hub, staff, name, "sesi", move |hub, actor, whom| people::end_session(hub, actor, whom, &id)).await
}

/// Ends every session; of the admin's own all but this one.
pub async fn end_all(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    _: Posted,
) -> Result<Response, Failure> {
    let here = staff.session.hash.clone();
    let end = move |hub: &Hub, actor: &str, whom: &str| people::end_sessions(hub, actor, whom, &here).map(drop);
    act_on(hub, staff, name, "sesi", end).await
}
