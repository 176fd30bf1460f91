//! `POST /v1/candidates`.

use super::MOST_PAIR_BYTES;
use super::call::{Phone, check_opening, message, signed};
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::store::{candidate, village};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::ids::ContentHash;
use payung_domain::wire::{CandidatesRequest, CandidatesResponse, MOST_CANDIDATES, VERSION};
use std::sync::Arc;

/// A phone hears whom its village's lists name and nobody has enrolled. Of no other village.
pub async fn candidates(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let CandidatesRequest { version, nonce, known } = message(body, MOST_PAIR_BYTES)?;
    check_opening(version, &nonce)?;
    let mut found = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                let row = village::get(connection, device.village)?;
                let row = row.ok_or(HubError::Corrupt("village of a device"))?;
                Ok(candidate::to_visit(connection, &row.programme, row.code, MOST_CANDIDATES + 1)?)
            })
        })
        .await?;
    let more = found.len() > MOST_CANDIDATES;
    found.truncate(MOST_CANDIDATES);
    let text = serde_json::to_string(&found).map_err(|_| HubError::Corrupt("a list of candidates"))?;
    let digest = ContentHash::of(&text);
    let candidates = (known != Some(digest)).then_some(found);
    signed(&hub, "/v1/candidates", &CandidatesResponse { version: VERSION, nonce, digest, candidates, more })
}
