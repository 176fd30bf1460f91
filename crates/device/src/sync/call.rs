//! One call to the hub, and whether it was the hub that answered.

use super::failure::SyncFailure;
use crate::pairing::verifying_key;
use crate::transport::{Method, Request, Response, Transport};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signature;
use flate2::{Compression, write::GzEncoder};
use payung_domain::wire::{self, ErrorBody, ErrorCode};
use serde::{Serialize, de::DeserializeOwned};
use std::io::Write as _;

/// A message that fits one packet anyway is sent as it is.
const UNZIPPED_BYTES: usize = 600;

/// Whom to call and whom to believe.
pub(crate) struct Hub<'a> {
    /// Without a slash at the end.
    pub url: &'a str,
    /// The phone's right to call.
    pub token: Option<&'a str>,
    /// The pinned key in hex. Without one the key that the answer itself names is taken: pairing by a typed code.
    pub key: Option<&'a str>,
}

impl Hub<'_> {
    /// A request with the phone's token.
    pub(crate) fn request(&self, method: Method, url: String, body: Vec<u8>) -> Request {
        let mut headers = Vec::new();
        if let Some(token) = self.token {
            headers.push(("authorization", format!("Bearer {token}")));
        }
        Request { method, url, headers, body }
    }
}

/// Posts JSON and reads the answer, if the hub signed it.
pub(crate) async fn post_signed<A: DeserializeOwned>(
    transport: &dyn Transport,
    hub: &Hub<'_>,
    path: &str,
    message: &impl Serialize,
) -> Result<A, SyncFailure> {
    let json = serde_json::to_vec(message).map_err(|_| SyncFailure::Phone)?;
    let is_worth_zipping = json.len() > UNZIPPED_BYTES;
    let body = if is_worth_zipping { zipped(&json).map_err(|_| SyncFailure::Phone)? } else { json };
    let mut request = hub.request(Method::Post, format!("{}{path}", hub.url), body);
    request.headers.push(("content-type", "application/json".into()));
    if is_worth_zipping {
        request.headers.push(("content-encoding", "gzip".into()));
    }
    let response = transport.call(request).await?;
    if response.status != 200 {
        return Err(failure_of(&response));
    }
    if !is_signed(&response, path, hub.key) {
        return Err(SyncFailure::NotTheHub);
    }
    serde_json::from_slice(&response.body).map_err(|_| SyncFailure::UpdateApp)
}

/// Records of one village say much the same: 250 made-up ones shrink to a fifth.
pub(super) fn zipped(json: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(json)?;
    encoder.finish()
}

pub(crate) fn is_signed(response: &Response, path: &str, pinned: Option<&str>) -> bool {
    #[derive(serde::Deserialize)]
    struct Named {
        hub_key: String,
    }
    let named = || serde_json::from_slice::<Named>(&response.body).ok().map(|named| named.hub_key);
    let check = || {
        let key = verifying_key(&pinned.map(str::to_owned).or_else(named)?)?;
        let signature = STANDARD.decode(response.headers.get(wire::SIGNATURE_HEADER)?).ok()?;
        let signature = Signature::from_slice(&signature).ok()?;
        key.verify_strict(&wire::signed_bytes(path, &response.body), &signature).ok()
    };
    check().is_some()
}

/// What a refusal means. Anything that does not speak the hub's language is not the hub.
pub(crate) fn failure_of(response: &Response) -> SyncFailure {
    match response.status {
        408 => return SyncFailure::Interrupted,
        // also from a reverse proxy, which knows nothing of our words
        413 => return SyncFailure::Refused(ErrorCode::TooLarge),
        _ => {}
    }
    match serde_json::from_slice::<ErrorBody>(&response.body).map(|body| body.error) {
        Ok(ErrorCode::TokenUnknown) => SyncFailure::TokenUnknown,
        Ok(ErrorCode::VersionUnsupported) => SyncFailure::UpdateApp,
        Ok(ErrorCode::TooMany) => SyncFailure::TooMany,
        Ok(ErrorCode::Internal) => SyncFailure::HubTrouble(response.status),
        Ok(code) => SyncFailure::Refused(code),
        // a reverse proxy whose hub is down
        Err(_) if matches!(response.status, 500..=599) => SyncFailure::HubTrouble(response.status),
        Err(_) => SyncFailure::NotTheHub,
    }
}
