//! `POST /v1/card`.

use super::MOST_PAIR_BYTES;
use super::call::{Opener, check_opening, message, signed};
use crate::error::ApiError;
use crate::hub::Hub;
use crate::worker;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::worker::CardRequest;
use std::sync::Arc;

/// A worker's phone, or anybody's, hears where one record stands. What opens it comes in the body: addresses are logged.
pub async fn card(
    State(hub): State<Arc<Hub>>,
    Opener(address): Opener,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let CardRequest { version, nonce, by } = message(body, MOST_PAIR_BYTES)?;
    check_opening(version, &nonce)?;
    let from = address.clone();
    let response = hub.run(move |hub| worker::open(hub, &by, &nonce, &from)).await?;
    // Only what opens nothing uses the bucket up: a mobile network is one address.
    hub.limits.card.give_back(&address);
    signed(&hub, "/v1/card", &response)
}
