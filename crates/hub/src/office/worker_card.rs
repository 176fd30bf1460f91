//! `/kartu`: a worker without the app reads where they stand, and shows the card. Not the office's: no session, no script, and
//! nothing that a browser of 2012 lacks.
//!
//! The form carries no token against foreign sites: there is no session that such a site could use, the answer is drawn for
//! whoever typed, and a foreign site can neither read it nor send it (`protect`, `sec-fetch-site`). Wrong tries are counted
//! in the same windows as a phone's (guess.rs).

use super::ask::Unproved;
use super::failure::Failure;
use super::words;
use crate::context::day_here;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::routes::call::caller;
use crate::worker;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use payung_domain::Lang;
use payung_domain::card::{Card, Checked, Issuer};
use payung_domain::worker::{CardAccess, CardResponse, WorkerStep, cover_name, cover_over, ended_because, reminders};
use qrcode::{Color, EcLevel, QrCode};
use std::sync::Arc;

/// Where a call comes from. The bucket before the counts is asked by the handler, which answers in words.
pub struct Address(String);

impl FromRequestParts<Arc<Hub>> for Address {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Self::Rejection> {
        Ok(Self(caller(parts, hub)))
    }
}

/// The empty form.
pub async fn form(State(hub): State<Arc<Hub>>) -> Response {
    asked(&hub, StatusCode::OK, None)
}

/// Opens the card, or draws the form again with what to do.
pub async fn open(
    State(hub): State<Arc<Hub>>,
    Address(address): Address,
    Unproved(form): Unproved,
) -> Result<Response, Failure> {
    let text = |name: &str| form.get(name).map_or("", |text| text.trim());
    let Ok(number) = text("nomor").parse() else {
        let words = "Nomor tanda terima punya 10 huruf dan angka, misalnya K7QM3‑XRD8P. Cocokkan lagi.";
        return Ok(asked(&hub, StatusCode::UNPROCESSABLE_ENTITY, Some(words)));
    };
    let by = CardAccess::Number { number, heir: text("ahli_waris").to_owned() };
    let from = address.clone();
    let opened = match hub.allow(&hub.limits.card, &address) {
        Ok(()) => hub.run(move |hub| worker::open(hub, &by, "", &from)).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(response) => {
            hub.limits.card.give_back(&address);
            Ok(shown(&hub, &response).into_response())
        }
        Err(ApiError { status: StatusCode::NOT_FOUND, .. }) => {
            let words = "Tidak ada yang cocok. Periksa nomornya, dan nama depan ahli waris seperti yang Anda sebut kepada kader. \
                         Kalau baru saja didaftarkan, coba lagi besok.";
            Ok(asked(&hub, StatusCode::NOT_FOUND, Some(words)))
        }
        Err(ApiError { status: StatusCode::TOO_MANY_REQUESTS, .. }) => {
            let words = "Sudah beberapa kali belum cocok. Demi keamanan, coba lagi besok. Kode di tanda terima tetap bisa dibuka dengan aplikasi Payung.";
            Ok(asked(&hub, StatusCode::TOO_MANY_REQUESTS, Some(words)))
        }
        Err(_) => Ok(asked(
            &hub,
            StatusCode::INTERNAL_SERVER_ERROR,
            Some("Belum bisa dibuka. Tunggu sebentar, lalu coba lagi."),
        )),
    }
}

fn asked(hub: &Hub, status: StatusCode, complaint: Option<&str>) -> Response {
    let body = html! {
        h1 { "Kartu perlindungan kerja" }
        @if let Some(complaint) = complaint { div.box.warn role="alert" { (complaint) } }
        @else { p { "Lihat apakah Anda sudah terlindungi. Siapkan tanda terima dari kader." } }
        form.box method="post" action="/kartu" autocomplete="off" {
            label for="nomor" { "Nomor tanda terima" span.hint { "10 huruf dan angka, misalnya K7QM3‑XRD8P" } }
            input #nomor name="nomor" maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" required;
            label for="ahli_waris" { "Nama depan ahli waris" span.hint { "keluarga yang Anda sebut kepada kader, cukup satu kata" } }
            input #ahli_waris name="ahli_waris" maxlength="80" autocomplete="off" required;
            button { "Lihat kartu" }
        }
        (warning())
    };
    (status, page(hub, "Kartu perlindungan kerja", &body)).into_response()
}

fn warning() -> Markup {
    html! {
        p { strong { "Tidak ada yang boleh meminta uang." } " Pendaftaran dan kartu ini gratis. Ada yang meminta? Lapor ke kantor." }
        p { "Tanya BPJS Ketenagakerjaan: telepon " a href="tel:175" { strong { "175" } } "." }
    }
}

fn shown(hub: &Hub, response: &CardResponse) -> Markup {
    let today = day_here(hub.context.now());
    let mut key = [0; 32];
    let issuers: Vec<Issuer> = hex::decode_to_slice(&response.hub_key, &mut key)
        .map(|()| Issuer { name: response.hub_name.clone(), key })
        .into_iter()
        .collect();
    let checked =
        response.card.as_deref().map(|text| (text, Card::check(text, &issuers, |_| response.is_ended, today)));
    let place = format!("{}, {}", response.village, response.district);
    let last = response.steps.last();
    let over = || last.map_or_else(|| cover_over(Lang::Id).to_owned(), |step| step.meaning(Lang::Id, today));
    let body = html! {
        h1 { (response.name) }
        p.muted { "NIK " (response.masked_nik) br; (place) br; (response.programme) }
        @match &checked {
            Some((text, Checked::Valid(card))) => (card_box(card, Some(text), ("Anda terlindungi", ""), "good")),
            Some((text, Checked::NotYet(card))) => (card_box(card, Some(text), ("Kartu sudah ada, belum mulai berlaku", ""), "")),
            Some((_, Checked::Expired(card))) => (card_box(card, None, ("Masa perlindungan sudah habis", &over()), "warn")),
            Some((_, Checked::Ended(card))) => (card_box(card, None, ("Kartu ini sudah dihentikan kantor", &ended_because(last, Lang::Id, today)), "bad")),
            _ => @if let Some(last) = last { div.box { p.big { (last.headline(Lang::Id)) } p { (last.meaning(Lang::Id, today)) } } },
        }
        @for reminder in reminders(&response.steps, today) { div.box.warn { (reminder.sentence(Lang::Id)) } }
        div.box {
            h2 { "Perjalanan pendaftaran" }
            ol { @for step in &response.steps { (line(step)) } }
            p.muted { "Menurut kantor, " (words::moment(response.as_of)) "." }
        }
        div.box {
            h2 { "Apa gunanya" }
            p { "Hanya berlaku selama Anda terlindungi." }
            p { "Celaka saat bekerja atau di jalan kerja? Biaya berobat ditanggung." }
            p { "Meninggal? Keluarga menerima santunan. Pada tiga bulan pertama jumlahnya lebih kecil." }
        }
        (warning())
        p.again { a href="/kartu" { "Lihat kartu lain" } }
    };
    page(hub, "Kartu perlindungan kerja", &body)
}

/// What a card says, under a word and, where it is no cover, what to do.
fn card_box(card: &Card, text: Option<&str>, (word, next): (&str, &str), class: &str) -> Markup {
    html! {
        div class={ "box " (class) } {
            p.big { (word) }
            @if !next.is_empty() { p { (next) } }
            dl {
                dt { "Berlaku" } dd { (Lang::Id.date(card.from)) " sampai " (Lang::Id.date(card.until)) }
                dt { "Perlindungan" } dd { @for cover in &card.covers { (cover_name(cover, Lang::Id)) br; } }
                dt { "Nomor peserta (KPJ)" } dd { (card.kpj) }
            }
            @if let Some(code) = text.and_then(drawn) {
                div.code { (code) }
                p.muted { "Tunjukkan kode ini bila ada yang perlu memeriksa. Kode ini bisa diperiksa dengan aplikasi Payung, juga tanpa sinyal." }
            }
        }
    }
}

fn line(step: &WorkerStep) -> Markup {
    html! { li { strong { (step.headline(Lang::Id)) } br; span.muted { (words::moment(step.at)) } } }
}

/// The code as one path of strokes: a tenth of what a drawing library writes, because the page must stay small.
fn drawn(text: &str) -> Option<Markup> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        path += &format!("M{QUIET} {}.5", y + QUIET);
        for run in row.chunk_by(|left, right| left == right) {
            path += &format!("{}{}", if run[0] == Color::Dark { "h" } else { "m" }, run.len());
            if run[0] == Color::Light {
                path += " 0";
            }
        }
    }
    let side = width + 2 * QUIET;
    Some(PreEscaped(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"340\" height=\"340\" shape-rendering=\"crispEdges\" \
         role=\"img\" aria-label=\"Kode QR kartu\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path stroke=\"#000\" d=\"{path}\"/></svg>"
    )))
}

/// Everything that this page needs beside its small style sheet.
fn page(hub: &Hub, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="id" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · Payung" }
                link rel="stylesheet" href="/kartu.css";
                link rel="icon" href="/payung.svg" type="image/svg+xml";
            }
            body {
                div.page role="main" {
                    div.office { "Payung · " (hub.settings.name) }
                    (body)
                }
            }
        }
    }
}
