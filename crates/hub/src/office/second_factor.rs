//! The second factor on `/saya`: begun with the password, shown once, on with its first code.

use super::account::{Section, complain};
use super::ask::Posted;
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::sign_in::Signed;
use super::staff::Staff;
use super::words;
use crate::account;
use crate::hub::Hub;
use crate::store::office_user::OfficeUser;
use crate::totp::Secret;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use std::sync::Arc;

/// The part of one's own page that turns it on and off.
pub fn section(staff: &Staff, user: &OfficeUser, complaint: Option<&str>) -> Markup {
    let is_on = user.totp_nonce.is_some();
    html! {
        section.card #kode {
            h2 { "Kode dari HP " @if is_on { span.chip.good { "Terpasang" } } @else { span.chip.plain { "Belum dipasang" } } }
            p.empty { "Setelah kata sandi diminta juga enam angka dari aplikasi di HP Anda. Siapa pun yang mencuri kata sandi tetap tidak bisa masuk." }
            @if let Some(complaint) = complaint { p.note.warn role="alert" { (complaint) } }
            @if user.totp_pending.is_some() { (first_code_form(staff)) }
            form.stack.slim method="post" action=(if is_on { "/saya/kode/lepas" } else { "/saya/kode" }) {
                (csrf(&staff.session))
                label { "Kata sandi Anda" input type="password" name="password" autocomplete="current-password" required; }
                @if is_on { button { "Matikan kode" } } @else { button { "Pasang kode" } }
            }
        }
    }
}

fn first_code_form(staff: &Staff) -> Markup {
    html! {
        form.stack.slim method="post" action="/saya/kode/pasang" {
            (csrf(&staff.session))
            label { "Kode 6 angka yang tampil di HP"
                input.code-box name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required;
            }
            button.primary { "Selesai" }
        }
    }
}

/// Shows a secret, this once, and asks for its first code.
pub async fn begin(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Signed(caller): Signed,
    Posted(form): Posted,
) -> Result<Response, Failure> {
    let password = form.get("password").cloned().unwrap_or_default();
    let session = staff.session.clone();
    let begun = hub.run_hash(move |hub| account::begin_second_factor(hub, &session, &caller, &password)).await;
    match begun {
        Ok(secret) => Ok(draw(&hub, &staff, &secret)?.into_response()),
        Err(error) => complain(hub, staff, Section::Code, error).await,
    }
}

fn draw(hub: &Hub, staff: &Staff, secret: &Secret) -> Result<Markup, Failure> {
    let text = secret.text();
    let groups: Vec<&str> = (0..text.len()).step_by(4).filter_map(|from| text.get(from..from + 4)).collect();
    let picture = words::qr(&secret.uri(&format!("Payung {}", hub.settings.name), &staff.session.user_name))?;
    let body = html! {
        main #isi {
            h1 { "Pasang kode di HP" }
            section.card.ticket {
                div.qr { (picture) }
                div {
                    ol.steps {
                        li { "Buka aplikasi kode di HP, misalnya Aegis, FreeOTP atau Google Authenticator." }
                        li { "Pindai gambar ini, atau ketik kuncinya:" p.secret { (groups.join(" ")) } }
                        li { "Ketik enam angka yang tampil di sana." }
                    }
                    (first_code_form(staff))
                    p.muted { "Gambar dan kunci ini hanya tampil sekali. Jangan difoto atau disimpan di tempat lain." }
                }
            }
            p { a.button href="/saya" { "Batal" } }
        }
    };
    Ok(page(hub, staff, Part::Account, "Pasang kode", &body))
}

/// Turns it on.
pub async fn confirm(State(hub): State<Arc<Hub>>, staff: Staff, Posted(form): Posted) -> Result<Response, Failure> {
    let code = form.get("code").cloned().unwrap_or_default();
    let session = staff.session.clone();
    match hub.run(move |hub| account::confirm_second_factor(hub, &session, &code)).await {
        Ok(()) => Ok(Redirect::to("/saya?sudah=pasang").into_response()),
        Err(error) => complain(hub, staff, Section::Code, error).await,
    }
}

/// Turns it off.
pub async fn drop_it(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Signed(caller): Signed,
    Posted(form): Posted,
) -> Result<Response, Failure> {
    let password = form.get("password").cloned().unwrap_or_default();
    let session = staff.session.clone();
    let dropped = hub.run_hash(move |hub| account::drop_second_factor(hub, &session, &caller, &password)).await;
    match dropped {
        Ok(()) => Ok(Redirect::to("/saya?sudah=lepas").into_response()),
        Err(error) => complain(hub, staff, Section::Code, error).await,
    }
}
