//! `/masuk`, `/masuk/kode` and `/keluar`.

use super::ask::{Posted, Unproved};
use super::browser;
use super::failure::Failure;
use super::page;
use super::staff::{DOOR, SESSION, Staff, cookie_in, is_same, session_of, set_cookie};
use super::words;
use crate::hub::Hub;
use crate::routes::call::caller;
use crate::sign_in::{self, Caller, SignIn};
use crate::store::session::Session;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{Markup, html};
use std::convert::Infallible;
use std::sync::Arc;

/// The sign-in, or the office for who is signed in already.
pub async fn form(State(hub): State<Arc<Hub>>, headers: HeaderMap) -> Result<Response, Failure> {
    match session_of(&hub, &headers).await? {
        Some(_) => Ok(Redirect::to("/").into_response()),
        None => draw(&hub, &headers, StatusCode::OK, None),
    }
}

fn draw(hub: &Hub, headers: &HeaderMap, status: StatusCode, complaint: Option<&str>) -> Result<Response, Failure> {
    let (door, set_door) = match cookie_in(hub, headers, DOOR) {
        Some(door) => (door, None),
        None => {
            let door = URL_SAFE_NO_PAD.encode(hub.context.random::<18>()?);
            let header = set_cookie(hub, DOOR, &door);
            (door, Some((header::SET_COOKIE, header)))
        }
    };
    let body = html! {
        main.narrow.sign-in {
            (brand(hub))
            h1 { "Masuk" }
            @if let Some(complaint) = complaint { p.note.warn role="alert" { (complaint) } }
            form.stack method="post" action="/masuk" {
                input type="hidden" name="csrf" value=(door_token(hub, &door));
                label { "Nama" input name="name" autocomplete="username" autocapitalize="none" required autofocus; }
                label { "Kata sandi" input name="password" type="password" autocomplete="current-password" required; }
                button.primary { "Masuk" }
            }
            p.muted { "Lupa kata sandi? Minta admin kantor menggantinya." }
            p.muted { "Anda pekerja? " a href="/kartu" { "Lihat kartu Anda di sini" } "." }
        }
    };
    Ok((status, AppendHeaders(set_door), page::bare("Masuk", &body)).into_response())
}

fn brand(hub: &Hub) -> Markup {
    html! { div.brand { (words::mark()) span { strong { "Payung" } small { (hub.settings.name) } } } }
}

/// Proves a sign-in form to be drawn for the browser with this cookie, before there is a session.
fn door_token(hub: &Hub, door: &str) -> String {
    hex::encode(hub.key.secret_for("the form of the sign-in", door.as_bytes()))
}

/// A caller that may try a password or code, taken from its bucket before the form is read.
pub struct Trier(Caller);

impl FromRequestParts<Arc<Hub>> for Trier {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Response> {
        let address = caller(parts, hub);
        let taken = match hub.limits.sign_in.take(&address, hub.context.now()) {
            Ok(()) => {
                let address = address.clone();
                hub.run(move |hub| sign_in::take_try(hub, &address)).await
            }
            refused => Ok(refused),
        };
        match taken {
            Ok(Ok(())) => {
                let agent = parts.headers.get(header::USER_AGENT).and_then(|text| text.to_str().ok());
                Ok(Self(Caller { address, browser: browser::named(agent.unwrap_or_default()) }))
            }
            Ok(Err(seconds)) => {
                let words = format!("Terlalu banyak percobaan dari jaringan ini. Coba lagi dalam {seconds} detik.");
                let page = draw(hub, &parts.headers, StatusCode::TOO_MANY_REQUESTS, Some(&words));
                Err(([(header::RETRY_AFTER, seconds.to_string())], page).into_response())
            }
            Err(error) => Err(Failure::Hub(error).into_response()),
        }
    }
}

/// The caller of somebody who is signed in; what they do costs no try.
pub struct Signed(pub Caller);

impl FromRequestParts<Arc<Hub>> for Signed {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Infallible> {
        Ok(Self(Caller { address: caller(parts, hub), browser: String::new() }))
    }
}

/// Begins a session, or asks for the code.
pub async fn enter(
    State(hub): State<Arc<Hub>>,
    Trier(caller): Trier,
    headers: HeaderMap,
    Unproved(form): Unproved,
) -> Result<Response, Failure> {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let door = cookie_in(&hub, &headers, DOOR).ok_or(Failure::DoorCsrf)?;
    if !is_same(&text("csrf"), &door_token(&hub, &door)) {
        return Err(Failure::DoorCsrf);
    }
    let (name, password, from) = (text("name"), text("password"), caller.clone());
    let outcome = hub.run_hash(move |hub| sign_in::sign_in(hub, name.trim(), &from, &password)).await?;
    match outcome {
        SignIn::Welcome(cookie) => Ok(welcome(&hub, &caller, &cookie, "/")),
        SignIn::Code(cookie) => Ok(welcome(&hub, &caller, &cookie, "/masuk/kode")),
        SignIn::Refused | SignIn::TooLate => {
            let words =
                "Nama atau kata sandi belum cocok. Setelah tiga kali salah, tunggu sebentar sebelum mencoba lagi.";
            draw(&hub, &headers, StatusCode::UNAUTHORIZED, Some(words))
        }
    }
}

fn welcome(hub: &Hub, caller: &Caller, cookie: &str, to: &str) -> Response {
    hub.limits.sign_in.give_back(&caller.address);
    ([(header::SET_COOKIE, set_cookie(hub, SESSION, cookie))], Redirect::to(to)).into_response()
}

async fn waiting(hub: &Arc<Hub>, headers: &HeaderMap) -> Result<Option<Session>, Failure> {
    let Some(cookie) = cookie_in(hub, headers, SESSION) else { return Ok(None) };
    Ok(hub.run(move |hub| sign_in::waiting(hub, &cookie)).await?)
}

/// Asks for the code, after a right password.
pub async fn code_form(State(hub): State<Arc<Hub>>, headers: HeaderMap) -> Result<Response, Failure> {
    match waiting(&hub, &headers).await? {
        Some(session) => Ok(draw_code(&hub, &session, None).into_response()),
        None => Ok(Redirect::to("/masuk").into_response()),
    }
}

fn draw_code(hub: &Hub, session: &Session, complaint: Option<&str>) -> Markup {
    let body = html! {
        main.narrow.sign-in {
            (brand(hub))
            h1 { "Kode dari HP" }
            @if let Some(complaint) = complaint { p.note.warn role="alert" { (complaint) } }
            p { "Buka aplikasi kode di HP Anda, lalu ketik enam angka yang tampil untuk Payung." }
            form.stack method="post" action="/masuk/kode" {
                (page::csrf(session))
                label { "Kode 6 angka"
                    input.code-box name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required autofocus;
                }
                button.primary { "Masuk" }
            }
            p.muted { "HP hilang? Minta admin kantor mematikan kode untuk akun Anda. " a href="/masuk" { "Masuk dengan nama lain" } }
        }
    };
    page::bare("Kode dari HP", &body)
}

/// Begins a session for who had the right password and now has the right code.
pub async fn enter_code(
    State(hub): State<Arc<Hub>>,
    Trier(caller): Trier,
    headers: HeaderMap,
    Unproved(form): Unproved,
) -> Result<Response, Failure> {
    let Some(session) = waiting(&hub, &headers).await? else { return Ok(Redirect::to("/masuk").into_response()) };
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    if !is_same(&text("csrf"), &session.csrf) {
        return Err(Failure::DoorCsrf);
    }
    let (code, from, asked) = (text("code"), caller.clone(), session.clone());
    match hub.run(move |hub| sign_in::enter_code(hub, &asked, &from, &code)).await? {
        SignIn::Welcome(cookie) => Ok(welcome(&hub, &caller, &cookie, "/")),
        SignIn::Refused => {
            let words = "Kode belum cocok atau sudah dipakai. Tunggu kode berikutnya; setelah tiga kali salah, tunggu sebentar.";
            Ok((StatusCode::UNAUTHORIZED, draw_code(&hub, &session, Some(words))).into_response())
        }
        SignIn::Code(_) | SignIn::TooLate => Ok(Redirect::to("/masuk").into_response()),
    }
}

/// Ends a session.
pub async fn leave(State(hub): State<Arc<Hub>>, staff: Staff, _: Posted) -> Result<Response, Failure> {
    hub.run(move |hub| sign_in::sign_out(hub, &staff.session)).await?;
    Ok(([(header::SET_COOKIE, set_cookie(&hub, SESSION, ""))], Redirect::to("/masuk")).into_response())
}
