//! What a person reads when a page can't be shown.

use super::page;
use crate::batch::BatchError;
use crate::decision::DecisionError;
use crate::error::HubError;
use crate::people::PeopleError;
use crate::quota::QuotaError;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

/// Why a page or an act failed.
pub enum Failure {
    /// Nobody is signed in.
    NoSession,
    /// The form is not from this session.
    Csrf,
    /// The form of the sign-in is not for this browser.
    DoorCsrf,
    /// The role does not allow it.
    Forbidden,
    /// A password of their own comes first.
    MustChange,
    /// No such page or record, or not for this person's eyes.
    NotFound,
    /// The address is there, for another method.
    NotThisWay,
    /// The form or the query can't be read.
    Malformed,
    /// The form is larger than any that is drawn here.
    TooLarge,
    /// The form lacks something.
    Form(&'static str),
    /// A form of this record says what can't be; the record.
    OfRecord(&'static str, String),
    /// A file can't be taken; with where to try again.
    File(&'static str, String),
    /// Somebody has gone on with it since the page was drawn.
    MovedOn(String),
    /// The record has moved on since the page was drawn.
    Stale(String),
    /// Somebody else has the record before them: record and name.
    Claimed(String, String),
    /// The person has not opened the record, or has left it.
    NotClaimed(String),
    /// The verdict has taken effect.
    TooLate(String),
    /// A batch was approved already, or given up.
    BatchOver(String),
    /// There is nothing to make a batch of.
    NoneClean,
    /// Samples of a batch are left to look at.
    SamplesLeft(String),
    /// Somebody else is affected by a quota than the page showed.
    QuotaStale(String),
    /// The hub failed.
    Hub(HubError),
}

impl<E: Into<HubError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Hub(error.into())
    }
}

impl Failure {
    /// A verdict on this record was not taken.
    pub fn of_decision(error: DecisionError, id: &str) -> Self {
        match error {
            DecisionError::NotFound => Self::NotFound,
            DecisionError::Stale | DecisionError::Illegal => Self::Stale(id.to_owned()),
            DecisionError::Claimed(user) => Self::Claimed(id.to_owned(), user),
            DecisionError::NotClaimed => Self::NotClaimed(id.to_owned()),
            DecisionError::TooLate => Self::TooLate(id.to_owned()),
            DecisionError::Hub(error) => Self::Hub(error),
        }
    }
}

impl Failure {
    /// A programme's quota was not changed.
    pub fn of_quota(error: QuotaError, programme: &str) -> Self {
        match error {
            QuotaError::NoQuota => Self::NotFound,
            QuotaError::TooMany => Self::Form("Angkanya terlalu besar. Periksa lagi."),
            QuotaError::NoReason => Self::Form("Tulis alasannya; alasan disimpan bersama perubahan ini."),
            QuotaError::Covered(_) => Self::Form(
                "Ada orang yang sudah aktif terlindungi dan akan kehilangan tempat. Centang persetujuannya bila memang begitu.",
            ),
            QuotaError::Stale => Self::QuotaStale(programme.to_owned()),
            QuotaError::Hub(error) => Self::Hub(error),
        }
    }

    /// A batch did not go on.
    pub fn of_batch(error: BatchError, id: &str) -> Self {
        match error {
            BatchError::NotFound => Self::NotFound,
            BatchError::Over => Self::BatchOver(id.to_owned()),
            BatchError::NotSeen => {
                Self::Form("Fotonya belum Anda lihat. Buka lagi contohnya dan tunggu sampai fotonya tampil.")
            }
            BatchError::SamplesLeft => Self::SamplesLeft(id.to_owned()),
            BatchError::Hub(error) => Self::Hub(error),
        }
    }

    /// A session or person could not be changed.
    pub fn of_people(error: PeopleError) -> Self {
        match error {
            PeopleError::Hub(error) => Self::Hub(error),
            _ => Self::NotFound,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let claimed: String;
        let (status, title, text, link) = match self {
            Self::NoSession => return Redirect::to("/masuk").into_response(),
            Self::Csrf => (
                StatusCode::FORBIDDEN,
                "Formulir tidak berlaku lagi",
                "Halaman ini dibuka sebelum Anda masuk kembali. Muat ulang halamannya, lalu coba lagi.",
                "/".to_owned(),
            ),
            Self::DoorCsrf => (
                StatusCode::FORBIDDEN,
                "Formulir tidak berlaku lagi",
                "Halaman masuk ini terlalu lama terbuka, atau kuki dimatikan di peramban. Buka lagi, lalu coba masuk.",
                "/masuk".to_owned(),
            ),
            Self::MustChange => return Redirect::to("/saya").into_response(),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "Bukan wewenang Anda",
                "Peran Anda tidak mencakup ini. Bila memang perlu, minta admin kantor mengubah peran Anda.",
                "/".to_owned(),
            ),
            Self::NotThisWay => (
                StatusCode::METHOD_NOT_ALLOWED,
                "Tidak bisa dibuka langsung",
                "Alamat ini hanya untuk tombol di halaman kantor. Mulai lagi dari beranda.",
                "/".to_owned(),
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "Tidak terbaca",
                "Isi yang dikirim tidak terbaca. Muat ulang halamannya, lalu coba lagi.",
                "/".to_owned(),
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Isian terlalu panjang",
                "Isi yang dikirim melebihi batas. Persingkat, lalu kirim lagi.",
                "/".to_owned(),
            ),
            Self::NotFound => {
                (StatusCode::NOT_FOUND, "Tidak ditemukan", "Halaman atau catatan ini tidak ada.", "/".to_owned())
            }
            Self::Form(text) => (StatusCode::UNPROCESSABLE_ENTITY, "Belum lengkap", text, "/catatan".to_owned()),
            Self::OfRecord(text, id) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "Belum disimpan", text, format!("/catatan/{id}"))
            }
            Self::File(text, link) => (StatusCode::UNPROCESSABLE_ENTITY, "Berkas belum bisa dipakai", text, link),
            Self::MovedOn(link) => (
                StatusCode::CONFLICT,
                "Sudah berjalan",
                "Langkah ini sudah dilakukan, mungkin oleh rekan Anda. Lihat dulu keadaannya sekarang.",
                link,
            ),
            Self::Stale(id) => (
                StatusCode::CONFLICT,
                "Catatan sudah berubah",
                "Ada perbaikan atau keputusan baru sejak halaman ini dibuka. Lihat lagi sebelum memutuskan.",
                format!("/catatan/{id}"),
            ),
            Self::Claimed(id, user) => {
                claimed = format!(
                    "Sekarang {user} yang memegang catatan ini. Keputusan Anda belum disimpan. Buka lagi untuk melihat siapa yang memeriksanya."
                );
                (StatusCode::CONFLICT, "Diperiksa orang lain", claimed.as_str(), format!("/catatan/{id}"))
            }
            Self::NotClaimed(id) => (
                StatusCode::CONFLICT,
                "Catatan tidak lagi di meja Anda",
                "Halamannya sudah ditutup atau terlalu lama terbuka. Buka lagi catatannya, lihat, lalu putuskan.",
                format!("/catatan/{id}"),
            ),
            Self::TooLate(id) => (
                StatusCode::CONFLICT,
                "Keputusan sudah berlaku",
                "Waktu untuk membatalkan sudah lewat, atau keputusan ini bukan dari Anda. Lihat catatannya untuk langkah berikutnya.",
                format!("/catatan/{id}"),
            ),
            Self::NoneClean => (
                StatusCode::CONFLICT,
                "Tidak ada yang tanpa peringatan",
                "Di bagian ini tidak ada catatan yang bisa disetujui sekaligus. Periksa satu per satu, atau pilih desa lain.",
                "/periksa".to_owned(),
            ),
            Self::BatchOver(id) => (
                StatusCode::CONFLICT,
                "Borongan ini sudah selesai",
                "Borongan ini sudah disetujui atau dihentikan. Lihat hasilnya.",
                format!("/periksa/sekaligus/{id}"),
            ),
            Self::SamplesLeft(id) => (
                StatusCode::CONFLICT,
                "Masih ada contoh yang belum dilihat",
                "Lihat semua contoh satu per satu dulu. Belum ada yang disetujui.",
                format!("/periksa/sekaligus/{id}"),
            ),
            Self::QuotaStale(programme) => (
                StatusCode::CONFLICT,
                "Keadaan sudah berubah",
                "Sejak pratinjau dibuka, orang lain yang akan terkena. Belum ada yang diubah. Lihat pratinjau yang baru dulu.",
                format!("/program/{programme}"),
            ),
            Self::Hub(error) => {
                tracing::error!(%error, "a page failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Halaman ini belum bisa ditampilkan",
                    "Tidak ada yang hilang. Tunggu sebentar, lalu muat ulang.",
                    "/".to_owned(),
                )
            }
        };
        let body = html! {
            main.narrow {
                h1 { (title) }
                p { (text) }
                p { a.button href=(link) { @if link == "/" { "Ke beranda" } @else { "Buka kembali" } } }
            }
        };
        (status, page::bare(title, &body)).into_response()
    }
}
