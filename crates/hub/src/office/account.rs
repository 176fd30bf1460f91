//! `/saya`: one's own password, second factor and sessions.

use super::ask::{Asked, Named, Posted};
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::sign_in::Signed;
use super::staff::Staff;
use super::words;
use crate::account::{self, AccountError};
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::password::{SHORTEST, Weak};
use crate::people;
use crate::store::office_user::{self, OfficeUser};
use crate::store::session::{self, Listed};
use crate::store::village;
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

/// Which of the page's forms a complaint is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The password.
    Password,
    /// The second factor.
    Code,
}

/// The page.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Asked(done): Asked<Done>) -> Result<Response, Failure> {
    let note = match done.sudah.as_deref() {
        Some("sandi") => Some("Kata sandi diganti. Perangkat lain sudah dikeluarkan."),
        Some("pasang") => Some("Kode dari HP terpasang. Mulai sekarang diminta setiap kali masuk."),
        Some("lepas") => Some("Kode dari HP dimatikan."),
        Some("sesi") => Some("Perangkat itu sudah dikeluarkan."),
        _ => None,
    };
    draw(hub, staff, note, None).await
}

/// The page again, with what is wrong above the form that it is about.
pub async fn complain(hub: Arc<Hub>, staff: Staff, section: Section, error: AccountError) -> Result<Response, Failure> {
    let words = match error {
        AccountError::Hub(error) => return Err(Failure::Hub(error)),
        AccountError::WrongPassword => {
            "Kata sandi sekarang belum cocok. Setelah tiga kali salah, tunggu sebentar sebelum mencoba lagi."
        }
        AccountError::WrongCode => "Kode belum cocok. Ketik kode yang sedang tampil di HP, dan periksa jam HP-nya.",
        AccountError::NotBegun => "Pemasangan kode sudah dibatalkan. Mulai lagi dari awal.",
        AccountError::SamePassword => "Kata sandi baru masih sama dengan yang lama. Pilih yang lain.",
        AccountError::Weak(weak) => weak_words(weak),
    };
    draw(hub, staff, None, Some((section, words))).await
}

/// Why a password is not taken.
fn weak_words(weak: Weak) -> &'static str {
    match weak {
        Weak::Length => "Kata sandi baru harus 10 sampai 200 huruf. Empat kata sudah cukup.",
        Weak::Easy => "Kata sandi baru terlalu mudah ditebak. Jangan pakai nama Anda atau huruf yang diulang-ulang.",
    }
}

struct View {
    user: OfficeUser,
    village: Option<String>,
    sessions: Vec<Listed>,
}

async fn draw(
    hub: Arc<Hub>,
    staff: Staff,
    note: Option<&str>,
    complaint: Option<(Section, &str)>,
) -> Result<Response, Failure> {
    let name = staff.session.user_name.clone();
    let view = hub
        .run(move |hub| {
            let now = hub.context.now().as_millisecond();
            hub.store.read::<_, HubError>(|connection| {
                let user = office_user::get(connection, &name)?.ok_or(HubError::Corrupt("the user of a session"))?;
                let row = user.village.map(|code| village::get(connection, code)).transpose()?.flatten();
                let sessions = session::of(connection, &name, now)?;
                Ok(View { user, village: row.map(|row| row.name), sessions })
            })
        })
        .await?;
    let about = |section| complaint.filter(|(which, _)| *which == section).map(|(_, words)| words);
    let body = html! {
        main #isi {
            h1 { "Akun saya" }
            @if let Some(note) = note { p.note.good role="status" { (note) } }
            section.card {
                h2 { (view.user.name) }
                p { (view.user.role.word()) @if let Some(village) = &view.village { ", Desa " (village) } }
                p.empty { (view.user.role.sentence()) }
            }
            (password_form(&staff, about(Section::Password)))
            @if !staff.session.must_change {
                (super::second_factor::section(&staff, &view.user, about(Section::Code)))
                (sessions(&staff, &view.sessions, hub.context.now()))
            }
        }
    };
    let status = if complaint.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page(&hub, &staff, Part::Account, "Akun saya", &body)).into_response())
}

fn password_form(staff: &Staff, complaint: Option<&str>) -> Markup {
    html! {
        section.card #sandi {
            h2 { "Kata sandi" }
            @if staff.session.must_change {
                p.note.warn { "Kata sandi Anda dibuat oleh admin. Ganti dulu dengan yang hanya Anda tahu, lalu semua halaman terbuka." }
            }
            @if let Some(complaint) = complaint { p.note.warn role="alert" { (complaint) } }
            form.stack.slim method="post" action="/saya/sandi" {
                (csrf(&staff.session))
                label { "Kata sandi sekarang" input type="password" name="old" autocomplete="current-password" required; }
                label { "Kata sandi baru"
                    small { " paling sedikit " (SHORTEST) " huruf; beberapa kata lebih mudah diingat" }
                    input type="password" name="new" minlength=(SHORTEST) autocomplete="new-password" required;
                }
                label { "Kata sandi baru, sekali lagi" input type="password" name="again" autocomplete="new-password" required; }
                button.primary { "Ganti kata sandi" }
            }
        }
    }
}

fn sessions(staff: &Staff, sessions: &[Listed], now: Timestamp) -> Markup {
    let is_here = |session: &Listed| session.id == staff.session.id();
    html! {
        section.card #sesi {
            h2 { "Perangkat yang sedang masuk" }
            p.empty { "Ada yang tidak Anda kenal? Keluarkan, lalu ganti kata sandi." }
            (session_table(sessions, now, |session| html! {
                @if is_here(session) { span.chip.good { "Perangkat ini" } } @else {
                    form method="post" action={ "/saya/sesi/" (session.id) "/akhiri" } {
                        (csrf(&staff.session))
                        button aria-label={ "Keluarkan " (session.browser) } { "Keluarkan" }
                    }
                }
            }))
            @if sessions.len() > 1 {
                form method="post" action="/saya/sesi/akhiri" {
                    (csrf(&staff.session))
                    button { "Keluarkan semua perangkat lain" }
                }
            }
        }
    }
}

/// Sessions as their owner and admins see them, each with what can be done about it.
pub fn session_table(sessions: &[Listed], now: Timestamp, act: impl Fn(&Listed) -> Markup) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Perangkat" } th { "Alamat" } th { "Masuk" } th { "Terakhir dipakai" } th { span.hidden { "Tindakan" } } } }
            tbody {
                @for session in sessions {
                    tr {
                        td { (if session.browser.is_empty() { "Peramban lain" } else { &session.browser }) }
                        td.mono data-label="Alamat" { (session.caller) }
                        td data-label="Masuk" { (words::moment(moment(session.made_at))) }
                        td data-label="Terakhir dipakai" { (words::ago(moment(session.seen_at), now)) }
                        td.act { (act(session)) }
                    }
                }
            }
        } }
    }
}

/// Replaces the password.
pub async fn change_password(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Signed(caller): Signed,
    Posted(form): Posted,
) -> Result<Response, Failure> {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (old, new, again) = (text("old"), text("new"), text("again"));
    if new != again {
        let words = "Kedua kata sandi baru belum sama. Ketik lagi keduanya.";
        return draw(hub, staff, None, Some((Section::Password, words))).await;
    }
    let session = staff.session.clone();
    match hub.run_hash(move |hub| account::change_password(hub, &session, &caller, &old, &new)).await {
        Ok(()) if staff.session.must_change => Ok(Redirect::to("/").into_response()),
        Ok(()) => Ok(Redirect::to("/saya?sudah=sandi").into_response()),
        Err(error) => complain(hub, staff, Section::Password, error).await,
    }
}

/// Ends one of one's own sessions.
pub async fn end_one(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    _: Posted,
) -> Result<Redirect, Failure> {
    let name = staff.session.user_name.clone();
    hub.run(move |hub| people::end_session(hub, &staff.actor(), &name, &id)).await.map_err(Failure::of_people)?;
    Ok(Redirect::to("/saya?sudah=sesi#sesi"))
}

/// Ends all of one's own sessions but this one.
pub async fn end_others(State(hub): State<Arc<Hub>>, staff: Staff, _: Posted) -> Result<Redirect, Failure> {
    let session = staff.session.clone();
    hub.run(move |hub| people::end_sessions(hub, &staff.actor(), &session.user_name, &session.hash))
        .await
        .map_err(Failure::of_people)?;
    Ok(Redirect::to("/saya?sudah=sesi#sesi"))
}
