//! Why the hub does not take a record, or a call.

use crate::Lang;
use crate::ids::RecordId;
use serde::{Deserialize, Serialize};

/// A record that the hub can't take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The enrolment.
    pub id: RecordId,
    /// The revision.
    pub revision: u32,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a record can't be taken. The phone keeps it, aside from the queue, until it is mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum RefusalReason {
    /// The JSON is not an enrolment.
    Malformed,
    /// The programme is not this village's.
    UnknownProgramme,
    /// The record belongs to another phone's village.
    OtherVillage,
    /// The office has decided already; a correction comes too late.
    AlreadyDecided,
    /// The hub holds other content under this revision.
    Conflict,
}

impl RefusalReason {
    /// What the kader reads in the record's timeline.
    pub fn sentence(&self, lang: Lang) -> &'static str {
        match self {
            Self::Malformed => lang.pick(
                "Kantor tidak bisa membaca catatan ini. Buka, periksa, lalu simpan lagi; bila berulang, hubungi kantor.",
                "The office can't read this record. Open it, check it and save it again; if it recurs, call the office.",
            ),
            Self::UnknownProgramme => lang.pick(
                "Program pada catatan ini bukan program desa Anda. Buka dan simpan lagi.",
                "This record's programme is not your village's. Open it and save it again.",
            ),
            Self::OtherVillage => lang.pick(
                "Catatan ini milik desa lain. Hubungi kantor.",
                "This record belongs to another village. Call the office.",
            ),
            Self::AlreadyDecided => lang.pick(
                "Kantor sudah memutuskan sebelum perbaikan ini sampai. Hubungi kantor bila masih perlu diubah.",
                "The office decided before this correction arrived. Call the office if it must still change.",
            ),
            Self::Conflict => lang.pick(
                "Kantor memegang isi lain untuk catatan ini. Buka dan simpan lagi.",
                "The office holds other content for this record. Open it and save it again.",
            ),
        }
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// For the program.
    pub error: ErrorCode,
    /// For a developer, in English, without personal data.
    pub message: String,
}

/// The kinds of failure that a phone tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request can't be understood.
    BadRequest,
    /// No phone has this token, or its right has ended: pair again.
    TokenUnknown,
    /// No such pairing code.
    PairingCodeUnknown,
    /// The pairing code was used by a phone already.
    PairingCodeUsed,
    /// The pairing code is too old.
    PairingCodeExpired,
    /// The body is over the limit.
    TooLarge,
    /// Too many calls; wait.
    TooMany,
    /// The hub does not speak this version: update the app.
    VersionUnsupported,
    /// No such thing.
    NotFound,
    /// The state of an upload does not fit the call.
    Conflict,
    /// The hub failed; try again later.
    Internal,
}
