//! How a phone comes to belong to a village, and which key it trusts from then on.

use crate::env::Env;
use crate::phone_key::PhoneKey;
use crate::sync::call::{Hub, post_signed};
use crate::sync::failure::SyncFailure;
use ed25519_dalek::VerifyingKey;
use payung_domain::wire::{self, ErrorCode, PairRequest, PairResponse};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the office hands over, as a QR code or typed: `payung://pair?hub=…&code=…&key=…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PairLink {
    /// The hub's address without a slash at the end, for example `https://payung.bojonegorokab.go.id`.
    pub hub_url: String,
    /// The code as typed.
    pub code: String,
    /// The hub's public key in hex; only a scanned link has it. Without it the first answer is trusted.
    pub hub_key: Option<String>,
}

impl PairLink {
    /// Reads the text of a scanned code or a pasted link.
    pub fn parse(text: &str) -> Option<Self> {
        let query = text.trim().strip_prefix("payung://pair?")?;
        let value = |name: &str| {
            query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).map(percent_decode)
        };
        Some(Self { hub_url: hub_address(&value("hub")?)?, code: value("code")?, hub_key: value("key") })
    }

    /// From what was typed: the hub's address and the code.
    pub fn typed(hub: &str, code: &str) -> Option<Self> {
        let code = code.trim();
        (!code.is_empty()).then_some(())?;
        Some(Self { hub_url: hub_address(hub)?, code: code.to_owned(), hub_key: None })
    }
}

/// An address that may be called: https, or plain http on this very machine.
pub(crate) fn hub_address(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://").unwrap_or(("https", text.trim()));
    let rest = rest.trim_end_matches('/');
    let authority = rest.split('/').next()?;
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let is_usable = !host.is_empty() && !rest.contains(char::is_whitespace) && !rest.contains('@');
    (is_usable && (scheme == "https" || (scheme == "http" && is_local))).then(|| format!("{scheme}://{rest}"))
}

/// `%2F` is `/`; what is no such code stays as it is.
pub(crate) fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| first == b'%').and_then(|code| hex::decode(code).ok());
        match code {
            Some(code) => {
                bytes.extend(code);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The phone's standing with its hub. The token is a secret; the store is encrypted.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pairing {
    /// The hub's address.
    pub hub_url: String,
    /// The phone's number at the hub.
    pub device_id: String,
    /// Authorises every call.
    pub token: String,
    /// The pinned Ed25519 public key in hex.
    pub hub_key: String,
    /// The office, as a person calls it.
    pub hub_name: String,
    /// The kader; may be empty.
    pub kader_name: String,
}

/// What pairing brings.
pub(crate) struct Paired {
    pub pairing: Pairing,
    pub village: wire::Village,
    /// Made for this pairing, certified where the hub does that.
    pub phone_key: PhoneKey,
}

/// Why pairing failed. Nothing was changed on the phone.
#[derive(Debug, thiserror::Error)]
pub enum PairError {
    /// The hub does not know the code.
    #[error("unknown pairing code")]
    CodeUnknown,
    /// Another phone used the code.
    #[error("the pairing code was used already")]
    CodeUsed,
    /// The code is too old.
    #[error("the pairing code has expired")]
    CodeExpired,
    /// The answer is not from the hub that the scanned link names.
    #[error("the answer is not from the hub of this code")]
    WrongHub,
    /// The call failed.
    #[error(transparent)]
    Call(#[from] SyncFailure),
    /// The key could not be made.
    #[error(transparent)]
    Key(#[from] crate::key::KeyError),
    /// The store could not be made or written.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// The code is for another village, and records of the present one wait here.
    #[error("the code is for another village")]
    OtherVillage,
    /// There is a store here already: unlock it, then pair again.
    #[error("this phone is paired already")]
    AlreadyPaired,
}

/// Uses the code up (or asks again for the answer to the same code that got lost) and gives what the hub answered, its signature checked against the key that it will be held to.
pub(crate) async fn ask(env: &Env, link: &PairLink, device_name: &str, seed: [u8; 16]) -> Result<Paired, PairError> {
    let mut phone_key = PhoneKey::made(env).map_err(|_| PairError::Call(SyncFailure::Phone))?;
    let nonce = hex::encode(&Sha256::digest([&seed, link.code.as_bytes()].concat())[..16]);
    let request = PairRequest {
        version: wire::VERSION,
        nonce: nonce.clone(),
        code: link.code.clone(),
        device_name: device_name.to_owned(),
        phone_key: Some(phone_key.public()),
    };
    let hub = Hub { url: &link.hub_url, token: None, key: link.hub_key.as_deref() };
    let answer: PairResponse = match post_signed(env.transport.as_ref(), &hub, "/v1/pair", &request).await {
        Ok(answer) => answer,
        Err(SyncFailure::Refused(ErrorCode::PairingCodeUnknown)) => {
            return Err(PairError::CodeUnknown);
        }
        Err(SyncFailure::Refused(ErrorCode::PairingCodeUsed)) => return Err(PairError::CodeUsed),
        Err(SyncFailure::Refused(ErrorCode::PairingCodeExpired)) => {
            return Err(PairError::CodeExpired);
        }
        Err(SyncFailure::NotTheHub) if link.hub_key.is_some() => return Err(PairError::WrongHub),
        Err(failure) => return Err(failure.into()),
    };
    if answer.nonce != nonce || link.hub_key.as_ref().is_some_and(|key| *key != answer.hub_key) {
        return Err(PairError::WrongHub);
    }
    let pairing = Pairing {
        hub_url: link.hub_url.clone(),
        device_id: answer.device_id,
        token: answer.token,
        hub_key: answer.hub_key,
        hub_name: answer.hub_name,
        kader_name: answer.kader_name,
    };
    if let Some(certificate) = answer.certificate {
        phone_key.certify(&certificate, &pairing.hub_key);
    }
    Ok(Paired { pairing, village: answer.village, phone_key })
}

/// The key behind its hex form.
pub(crate) fn verifying_key(hex_text: &str) -> Option<VerifyingKey> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hex_text, &mut bytes).ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanned_link_names_hub_code_and_key() {
        let link = PairLink::parse("payung://pair?hub=https%3A%2F%2Fhub.example%2F&code=ABCD-EFGH&key=00ff");
        let expected =
            PairLink { hub_url: "https://hub.example".into(), code: "ABCD-EFGH".into(), hub_key: Some("00ff".into()) };
        assert!(link == Some(expected));
        assert!(PairLink::parse("https://example.org").is_none());
        let odd = PairLink::parse("payung://pair?hub=https://hub.example&code=100%25%zz%4").map(|link| link.code);
        assert_eq!(odd.as_deref(), Some("100%%zz%4"));
    }

    #[test]
    fn no_address_without_encryption_is_called_but_this_machine() {
        assert_eq!(hub_address("hub.example/").as_deref(), Some("https://hub.example"));
        assert_eq!(hub_address("http://127.0.0.1:8700").as_deref(), Some("http://127.0.0.1:8700"));
        for bad in ["http://hub.example", "ftp://hub.example", "", "https://", "http://127.0.0.1@hub.example"] {
            assert_eq!(hub_address(bad), None, "{bad}");
        }
    }
}
