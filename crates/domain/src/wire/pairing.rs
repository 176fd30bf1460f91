//! A phone becomes a village's.

use crate::ids::ContentHash;
use crate::programme::Programme;
use crate::region::VillageCode;
use serde::{Deserialize, Serialize};

/// A phone asks to belong to a village.
#[derive(Clone, Serialize, Deserialize)]
pub struct PairRequest {
    /// [`super::VERSION`].
    pub version: u32,
    /// Drawn by the phone; the answer repeats it.
    pub nonce: String,
    /// As the office gave it; case, blanks and hyphens do not matter.
    pub code: String,
    /// What the office sees in its list of phones, for example the phone's model.
    pub device_name: String,
    /// The public key with which the phone will sign receipts, 64 hex digits; nothing from an older phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_key: Option<String>,
}

/// The phone belongs to a village from now on.
#[derive(Clone, Serialize, Deserialize)]
pub struct PairResponse {
    /// [`super::VERSION`].
    pub version: u32,
    /// From the request.
    pub nonce: String,
    /// The phone's number at the hub.
    pub device_id: String,
    /// The secret that authorises every later call; the hub keeps only its hash.
    pub token: String,
    /// The office, as a person calls it.
    pub hub_name: String,
    /// The Ed25519 public key that signs the hub's answers, 64 hex digits.
    pub hub_key: String,
    /// The kader's name as the office wrote it beside the code; may be empty.
    pub kader_name: String,
    /// Where the phone enrols.
    pub village: Village,
    /// The certificate of the phone's key in base64, see [`crate::slip::Certificate`]; nothing where it named none, or from an older hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// The village of a phone, with its programme and places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Village {
    /// Kemendagri code.
    pub code: VillageCode,
    /// Its name.
    pub name: String,
    /// Its district's name.
    pub district: String,
    /// Its regency's name.
    pub regency: String,
    /// The programme that it enrols for.
    pub programme: Programme,
    /// How many are in and who waits.
    pub places: Places,
}

impl Village {
    /// The hash of all that seldom changes: everything but the use of the places.
    pub fn digest(&self) -> ContentHash {
        let Self { places, .. } = self;
        let lasting = Self { places: Places { quota: places.quota, ..Places::default() }, ..self.clone() };
        ContentHash::of(serde_json::to_string(&lasting).unwrap_or_default())
    }
}

/// The use of a quota, as the hub counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// How many places there are; nothing where the programme has no quota.
    pub quota: Option<u32>,
    /// Placed or active.
    pub taken: u32,
    /// Kept for people about whom the office has not decided.
    #[serde(default)]
    pub kept: u32,
    /// On the waiting list.
    pub waiting: u32,
}
