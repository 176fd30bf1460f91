//! Which office a phone's reports go to: written down beside the encrypted store, because a report may be written before the
//! PIN, or on a phone that belongs to nobody. It says nothing but an address, a name and a public key.

use super::LetterError;
use super::files::{read_json, write_json};
use crate::env::Env;
use crate::pairing::{PairLink, hub_address, percent_decode, verifying_key};
use crate::sync::call::{Hub, post_signed};
use crate::sync::failure::SyncFailure;
use payung_domain::irregularity::{OfficeRequest, OfficeResponse, VERSION};
use payung_domain::slip::{SignedSlip, Slip};
use serde::{Deserialize, Serialize};
use std::path::Path;

const NAME: &str = "office.json";

/// An office that a phone knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// The hub's address without a slash at the end.
    pub hub_url: String,
    /// Its public key in hex; empty until it was heard, where only the address is known.
    #[serde(default)]
    pub hub_key: String,
    /// As a person calls it; empty until it was heard.
    #[serde(default)]
    pub hub_name: String,
}

/// What a notice board shows as a QR code, `payung://office?hub=…&key=…`, or an address that was typed. A code can be forged: a report
/// goes to whoever stands behind the address, which screens therefore show before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeLink {
    /// The hub's address.
    pub hub_url: String,
    /// Its public key in hex; only a scanned code has it.
    pub hub_key: Option<String>,
}

impl OfficeLink {
    /// Reads a scanned code; that of a pairing and a worker's receipt name the office too.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(SignedSlip { slip, hub_key, .. }) = Slip::opened(text) {
            return Some(Self { hub_url: hub_address(&slip.hub_url)?, hub_key: Some(hex::encode(hub_key)) });
        }
        if let Some(PairLink { hub_url, hub_key, .. }) = PairLink::parse(text) {
            return Some(Self { hub_url, hub_key: hub_key.filter(|key| verifying_key(key).is_some()) });
        }
        Self::of_board(text)
    }

    /// Reads the code of a notice board, and no other.
    pub fn of_board(text: &str) -> Option<Self> {
        let query = text.trim().strip_prefix("payung://office?")?;
        let value = |name: &str| {
            query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).map(percent_decode)
        };
        let hub_key = value("key").filter(|key| verifying_key(key).is_some());
        Some(Self { hub_url: hub_address(&value("hub")?)?, hub_key })
    }

    /// From an address that was typed.
    pub fn typed(address: &str) -> Option<Self> {
        Some(Self { hub_url: hub_address(address)?, hub_key: None })
    }
}

/// The office that was written down.
pub(crate) fn known(folder: &Path) -> Option<Office> {
    read_json(&folder.join(NAME)).ok().flatten()
}

/// The office behind a link, with what is known of it already.
pub(crate) fn behind(folder: &Path, link: OfficeLink) -> Office {
    let OfficeLink { hub_url, hub_key } = link;
    let is_it = |known: &Office| known.hub_url == hub_url && hub_key.as_ref().is_none_or(|key| *key == known.hub_key);
    match known(folder).filter(is_it) {
        Some(known) => known,
        None => Office { hub_url, hub_key: hub_key.unwrap_or_default(), hub_name: String::new() },
    }
}

/// Writes an office down, unless it stands there already.
pub(crate) fn remember(folder: &Path, office: &Office) -> Result<(), LetterError> {
    if known(folder).as_ref() == Some(office) {
        return Ok(());
    }
    write_json(&folder.join(NAME), office)
}

/// Asks an address which office it is. Without a key the first answer is believed, as when a code of a pairing was typed.
pub(crate) async fn ask(env: &Env, hub_url: &str, key: Option<&str>) -> Result<Office, SyncFailure> {
    let nonce = hex::encode(env.random::<16>().map_err(|_| SyncFailure::Phone)?);
    let hub = Hub { url: hub_url, token: None, key };
    let request = OfficeRequest { version: VERSION, nonce: nonce.clone() };
    let answer: OfficeResponse = post_signed(env.transport.as_ref(), &hub, "/v1/office", &request).await?;
    if answer.nonce != nonce || key.is_some_and(|key| key != answer.hub_key) {
        return Err(SyncFailure::NotTheHub);
    }
    Ok(Office { hub_url: hub_url.to_owned(), hub_key: answer.hub_key, hub_name: answer.hub_name })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_notice_board_and_a_pairing_code_name_the_office() {
        let key = hex::encode(ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes());
        let expected = OfficeLink { hub_url: "https://hub.example".into(), hub_key: Some(key.clone()) };
        for text in [
            format!("payung://office?hub=https%3A%2F%2Fhub.example%2F&key={key}"),
            format!("payung://pair?hub=https%3A%2F%2Fhub.example&code=ABCD-EFGH&key={key}"),
        ] {
            assert_eq!(OfficeLink::parse(&text), Some(expected.clone()));
        }
        assert_eq!(OfficeLink::parse("payung://office?hub=http%3A%2F%2Fhub.example"), None, "not encrypted");
        assert_eq!(OfficeLink::parse("payung://office?hub=hub.example&key=zz").unwrap().hub_key, None);
        assert_eq!(OfficeLink::parse("https://example.org"), None);
    }

    #[test]
    fn a_workers_receipt_names_the_office() {
        use ed25519_dalek::Signer as _;
        use payung_domain::slip::Certificate;
        let (hub, phone) =
            (ed25519_dalek::SigningKey::from_bytes(&[7; 32]), ed25519_dalek::SigningKey::from_bytes(&[8; 32]));
        let hub_key = hub.verifying_key().to_bytes();
        let certificate = Certificate {
            phone_key: phone.verifying_key().to_bytes(),
            phone: [1; 4],
            kader: "Bu Siti".into(),
            village: "Mojodelik".into(),
            office: "Disnaker".into(),
            until: "2027-01-31".parse().unwrap(),
        };
        let slip = Slip {
            key: payung_domain::WorkerKey::from_bytes([3; 16]),
            name: "CONTOH".into(),
            programme: "Percobaan".into(),
            saved_at: "2026-11-22T01:00:00Z".parse().unwrap(),
            hub_url: "https://hub.example".into(),
        };
        let certificate = certificate.sealed(&hub_key, |bytes| hub.sign(bytes).to_bytes()).unwrap();
        let text = slip.sealed(&certificate, |bytes| phone.sign(bytes).to_bytes()).unwrap();
        let expected = OfficeLink { hub_url: "https://hub.example".into(), hub_key: Some(hex::encode(hub_key)) };
        assert_eq!(OfficeLink::parse(&text), Some(expected));
    }
}
