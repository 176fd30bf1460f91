//! `POST /v1/enrolled`.

use super::MOST_PAIR_BYTES;
use super::call::{Phone, check_opening, message, signed};
use crate::enrolled::filter_for;
use crate::error::ApiError;
use crate::hub::Hub;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::wire::{EnrolledRequest, EnrolledResponse, VERSION};
use std::sync::Arc;

/// A phone hears which NIKs may be enrolled in its regency.
pub async fn enrolled(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let EnrolledRequest { version, nonce } = message(body, MOST_PAIR_BYTES)?;
    check_opening(version, &nonce)?;
    let made = hub.run(move |hub| filter_for(hub, device.village)).await?;
    let filter = Arc::unwrap_or_clone(made.filter);
    signed(&hub, "/v1/enrolled", &EnrolledResponse { version: VERSION, nonce, made_at: made.at, filter })
}
