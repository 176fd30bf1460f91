//! `/masuk` and `/keluar`.

use super::failure::Failure;
use super::page;
use super::staff::{Fields, Staff, set_cookie};
use super::words;
use crate::error::HubError;
use crate::hub::Hub;
use crate::routes::call::caller;
use crate::sign_in::{self, SignIn};
use axum::Form;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use std::sync::Arc;

/// The sign-in, or the office for who is signed in already.
pub async fn form(State(hub): State<Arc<Hub>>, staff: Option<Staff>) -> Response {
    match staff {
        Some(_) => Redirect::to("/").into_response(),
        None => draw(&hub, None).into_response(),
    }
}

fn draw(hub: &Hub, complaint: Option<&str>) -> Markup {
    let body = html! {
        main.narrow.sign-in {
            div.brand { (words::mark()) span { strong { "Payung" } small { (hub.settings.name) } } }
            h1 { "Masuk" }
            @if let Some(complaint) = complaint { p.note.warn role="alert" { (complaint) } }
            form.stack method="post" action="/masuk" {
                label { "Nama" input name="name" autocomplete="username" autocapitalize="none" required autofocus; }
                label { "Kata sandi" input name="password" type="password" autocomplete="current-password" required; }
                button.primary { "Masuk" }
            }
            p.muted { "Lupa kata sandi? Minta pengelola server menggantinya." }
        }
    };
    page::bare("Masuk", &body)
}

/// A caller that may try a password, taken from its bucket before the form is read.
pub struct Trier(String);

impl FromRequestParts<Arc<Hub>> for Trier {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Response> {
        let caller = caller(parts, hub);
        hub.limits.sign_in.take(&caller, hub.context.now()).map_err(|seconds| {
            let words = format!("Terlalu banyak percobaan dari jaringan ini. Coba lagi dalam {seconds} detik.");
            let retry = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, retry, draw(hub, Some(&words))).into_response()
        })?;
        Ok(Self(caller))
    }
}

/// Begins a session.
pub async fn enter(
    State(hub): State<Arc<Hub>>,
    Trier(caller): Trier,
    Form(form): Form<Fields>,
) -> Result<Response, Failure> {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (name, password) = (text("name"), text("password"));
    let permit = Arc::clone(&hub.hashing).acquire_owned().await.map_err(|_| HubError::Thread)?;
    let from = caller.clone();
    let hash = move |hub: &Hub| {
        // Given back by the hash itself: a browser that goes away does not end it.
        let _permit = permit;
        sign_in::sign_in(hub, name.trim(), &from, &password)
    };
    let outcome = hub.run(hash).await?;
    Ok(match outcome {
        SignIn::Welcome(cookie) => {
            hub.limits.sign_in.give_back(&caller);
            ([(header::SET_COOKIE, set_cookie(&hub, &cookie))], Redirect::to("/")).into_response()
        }
        SignIn::Refused => {
            let words =
                "Nama atau kata sandi belum cocok. Setelah tiga kali salah, tunggu sebentar sebelum mencoba lagi.";
            (StatusCode::UNAUTHORIZED, draw(&hub, Some(words))).into_response()
        }
    })
}

/// Ends a session.
pub async fn leave(State(hub): State<Arc<Hub>>, staff: Staff, Form(form): Form<Fields>) -> Result<Response, Failure> {
    staff.check(&form)?;
    hub.run(move |hub| sign_in::sign_out(hub, &staff.0)).await?;
    Ok(([(header::SET_COOKIE, set_cookie(&hub, ""))], Redirect::to("/masuk")).into_response())
}
