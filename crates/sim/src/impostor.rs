//! A hub that is not ours.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use flate2::read::GzDecoder;
use payung_device::{Request, Response};
use payung_domain::ids::ContentHash;
use payung_domain::wire::{Receipt, SIGNATURE_HEADER, SyncRequest, SyncResponse, VERSION, signed_bytes};
use std::collections::BTreeMap;
use std::io;

/// A server with a key of its own that receipts whatever it is sent.
pub fn wrong_hub(request: &Request) -> Response {
    let answer = asked_by(request).and_then(|asked| {
        let receipts = asked.records.iter().map(|record| Receipt {
            id: record.id,
            revision: record.revision,
            content: ContentHash::of(record.enrolment.get()),
            photos_held: Vec::new(),
            received_at: asked.device_time,
            place: record.place,
        });
        let answer = SyncResponse {
            version: VERSION,
            nonce: asked.nonce.clone(),
            hub_time: asked.device_time,
            receipts: receipts.collect(),
            batch: None,
            refusals: Vec::new(),
            newer: Vec::new(),
            changes: Vec::new(),
            cursor: 1 << 40,
            more: false,
            village: None,
            places: None,
            lease: None,
            restored_at: None,
            certificate: None,
        };
        serde_json::to_vec(&answer).ok()
    });
    let body = answer.unwrap_or_default();
    let signature = SigningKey::from_bytes(&[9; 32]).sign(&signed_bytes("/v1/sync", &body));
    let headers = BTreeMap::from([(SIGNATURE_HEADER.to_owned(), STANDARD.encode(signature.to_bytes()))]);
    Response { status: 200, headers, body }
}

/// What a phone says in a sync.
fn asked_by(request: &Request) -> Option<SyncRequest> {
    let is_zipped = request.headers.iter().any(|(name, _)| *name == "content-encoding");
    let mut json = Vec::new();
    let read = match is_zipped {
        true => io::Read::read_to_end(&mut GzDecoder::new(&request.body[..]), &mut json),
        false => io::Read::read_to_end(&mut &request.body[..], &mut json),
    };
    read.ok().and_then(|_| serde_json::from_slice(&json).ok())
}
