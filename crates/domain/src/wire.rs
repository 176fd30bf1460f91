//! What phone and hub say to each other, version 1: JSON over HTTPS.
//!
//! | call | request | answer |
//! | --- | --- | --- |
//! | `POST /v1/pair` | [`PairRequest`] | [`PairResponse`], signed |
//! | `POST /v1/sync` | [`SyncRequest`] with `Authorization: Bearer <token>` | [`SyncResponse`], signed |
//! | `POST /v1/enrolled` | [`EnrolledRequest`] with the same token | [`EnrolledResponse`], signed |
//! | `POST /v1/candidates` | [`CandidatesRequest`] with the same token | [`CandidatesResponse`], signed |
//! | `POST /v1/card` | [`crate::worker::CardRequest`], without a token | [`crate::worker::CardResponse`], signed |
//! | `POST /v1/ended` | [`crate::worker::EndedRequest`], without a token | [`crate::worker::EndedResponse`], signed |
//! | `POST /v1/parcels` | a sealed [`crate::parcel::Contents`] with the token of whoever carries it | [`crate::parcel::ParcelResponse`], signed |
//! | `POST, HEAD, PATCH /v1/photos…` | tus 1.0.0 with the same token | by tus |
//!
//! A signed answer carries [`SIGNATURE_HEADER`]: the hub's Ed25519 signature in base64 over [`signed_bytes`]. The phone
//! pinned the hub's key at pairing, so a login page or another server can never make a record look sent. A photo counts
//! as delivered when a signed [`Receipt`] lists its hash, whatever the upload answered.
//! Every refusal is an [`ErrorBody`] with a status of 4xx or 5xx.

use crate::enrolled::EnrolledFilter;
use crate::ids::{ContentHash, RecordId};
use crate::state::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

mod pairing;
mod refusals;
mod visits;

pub use crate::receipt::{BatchReceipt, Pushed, Receipt};
pub use pairing::{PairRequest, PairResponse, Places, Village};
pub use refusals::{ErrorBody, ErrorCode, Refusal, RefusalReason};
pub use visits::{
    Candidate, CandidatesRequest, CandidatesResponse, MOST_CANDIDATES, MOST_CANDIDATES_BYTES, MOST_OUTCOMES, Outcome,
    VisitOutcome,
};

/// The version of these messages; also the first part of every path.
pub const VERSION: u32 = 1;
/// The header with the base64 of the hub's Ed25519 signature.
pub const SIGNATURE_HEADER: &str = "payung-signature";
/// How many records one sync carries at most.
pub const MOST_RECORDS: usize = 100;
/// How large a sync request may be, in bytes.
pub const MOST_SYNC_BYTES: usize = 4 << 20;
/// How large a photo may be, in bytes.
pub const MOST_PHOTO_BYTES: u64 = 2 << 20;

/// What the hub signs: a fixed text that names the purpose, then the body byte for byte.
pub fn signed_bytes(path: &str, body: &[u8]) -> Vec<u8> {
    [b"payung hub 1\n", path.as_bytes(), b"\n", body].concat()
}

/// Everything that a phone has to say, and how far it has heard the hub.
#[derive(Debug, Serialize, Deserialize)]
pub struct SyncRequest {
    /// [`VERSION`].
    pub version: u32,
    /// Drawn by the phone for each request; the answer repeats it, so that an old answer can't be played again.
    pub nonce: String,
    /// The phone's clock; it may be wrong by years.
    pub device_time: Timestamp,
    /// [`SyncResponse::cursor`] of the last answer that was stored; nothing at first.
    pub cursor: Option<u64>,
    /// Oldest first, at most [`MOST_RECORDS`].
    pub records: Vec<RecordPush>,
    /// Records whose text was receipted and of whose photos some have gone and were not, at most [`MOST_RECORDS`].
    pub awaiting: Vec<RecordId>,
    /// [`Village::digest`] of the one that is stored; nothing at first and from an older phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub village: Option<ContentHash>,
    /// What the phone has and wants of the quota's places; nothing from a phone that promises none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseAsk>,
    /// The phone understands a [`BatchReceipt`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_batch_receipt: bool,
    /// [`PairRequest::phone_key`], where the phone has no certificate for it or one that ends soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_key: Option<String>,
}

/// What a phone says of the places that are lent to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseAsk {
    /// [`Lease::serial`] of the last one that was stored; 0 at first. A hub that is further has been misheard, or hears
    /// an old request again: it takes nothing back and says again what it has lent.
    pub serial: u64,
    /// Those that it counts on: free ones, and those promised to people whose records have not been sent. Any other that
    /// the hub has lent to it goes back.
    pub places: Vec<u32>,
    /// How many it would like to have, `places` included.
    pub wanted: u32,
}

/// Places of the quota that a phone may promise without asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Counts the hub's answers to this phone about places.
    pub serial: u64,
    /// Their numbers, ascending. Those that were promised and not yet sent are among them.
    pub places: Vec<u32>,
    /// By the hub's clock. Until then nobody else gets one of them; later only when no other is free.
    pub until: Timestamp,
}

/// One revision of one enrolment.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecordPush {
    /// The enrolment.
    pub id: RecordId,
    /// From 1; a correction has the next number.
    pub revision: u32,
    /// When the kader saved it, by the phone's clock.
    pub saved_at: Timestamp,
    /// Counts the saves on this phone: their order, whatever its clock said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// The place that the phone promised out of its lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
    /// An [`crate::Enrolment`]. Kept as text, because the receipt names the hash of exactly these bytes.
    pub enrolment: Box<RawValue>,
}

impl std::fmt::Debug for RecordPush {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecordPush({}, revision {})", self.id, self.revision)
    }
}

/// The hub's answer. It is applied in one transaction, and the next request carries its cursor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncResponse {
    /// [`VERSION`].
    pub version: u32,
    /// From the request.
    pub nonce: String,
    /// The hub's clock.
    pub hub_time: Timestamp,
    /// What is durable on the hub: of each pushed record that was taken and of each awaited one.
    pub receipts: Vec<Receipt>,
    /// For those that have come with this request and of which there is nothing more to say, if the phone takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchReceipt>,
    /// What the hub can't take, each with its reason; the others went through.
    pub refusals: Vec<Refusal>,
    /// Of pushed records of which the hub holds a later revision, or other content under the same one: what it holds. A phone
    /// that was restored from an old backup sends what it has and hears what it has forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newer: Vec<RecordPush>,
    /// What happened to this village's records since the cursor, oldest first; what this very request has brought about is
    /// in the receipts.
    pub changes: Vec<Change>,
    /// To be sent next time.
    pub cursor: u64,
    /// There are more changes: ask again at once.
    pub more: bool,
    /// The village and its programme; nothing when the phone has them as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub village: Option<Village>,
    /// How its places stand now; nothing from an older hub, which tells the whole village each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
    /// The phone's places from now on; nothing where it did not ask, or the programme has no quota.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// When the hub was last put back to a backup, by its clock: a phone that hears another time than before sends everything
    /// again. Missing where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_at: Option<Timestamp>,
    /// [`PairResponse::certificate`], for the key that the request names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// A phone asks who is enrolled in its regency, without being told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolledRequest {
    /// [`VERSION`].
    pub version: u32,
    /// Drawn by the phone; the answer repeats it.
    pub nonce: String,
}

/// Which NIKs may be enrolled in the regency, and which are certainly not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolledResponse {
    /// [`VERSION`].
    pub version: u32,
    /// From the request.
    pub nonce: String,
    /// By the hub's clock: what came later is not in it.
    pub made_at: Timestamp,
    /// The filter.
    pub filter: EnrolledFilter,
}

/// A record's new state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The enrolment.
    pub id: RecordId,
    /// The revision that was judged.
    pub revision: u32,
    /// Where it stands now.
    pub state: State,
    /// By the hub's clock.
    pub at: Timestamp,
    /// The text of the signed card's code, where the state is covered and the hub has signed one; see [`crate::card`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
}
