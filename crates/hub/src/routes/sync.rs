//! `POST /v1/sync`.

use super::call::{Phone, check_opening, message, signed};
use crate::error::ApiError;
use crate::hub::Hub;
use crate::sync;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::wire::{MOST_SYNC_BYTES, SyncRequest};
use std::sync::Arc;
use std::time::Instant;

/// A phone says what it has and hears what is new.
pub async fn sync(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let started = Instant::now();
    let request: SyncRequest = message(body, MOST_SYNC_BYTES)?;
    check_opening(request.version, &request.nonce)?;
    let pushed = request.records.len();
    let owned = Arc::clone(&hub);
    let answer = hub.run(move |_| sync::answer(owned, device, request)).await?;
    let refused = answer.refusals.len();
    hub.metrics.synced(started.elapsed(), pushed - refused, refused);
    signed(&hub, "/v1/sync", &answer)
}
