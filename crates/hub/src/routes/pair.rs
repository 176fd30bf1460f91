//! `POST /v1/pair`.

use super::MOST_PAIR_BYTES;
use super::call::{Guesser, check_length, check_opening, message, signed};
use crate::error::ApiError;
use crate::hub::Hub;
use crate::pairing;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::wire::PairRequest;
use std::sync::Arc;

/// As people type a code, with blanks and hyphens; in characters.
const LONGEST_CODE: usize = 64;

/// A phone asks to belong to a village.
pub async fn pair(
    State(hub): State<Arc<Hub>>,
    Guesser(caller): Guesser,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let request: PairRequest = message(body, MOST_PAIR_BYTES)?;
    check_opening(request.version, &request.nonce)?;
    check_length("code", &request.code, LONGEST_CODE)?;
    let answer = hub.run(move |hub| pairing::pair(hub, request)).await?;
    // Only guesses use the bucket up: a whole office may pair its phones through one address.
    hub.limits.pair.give_back(&caller);
    signed(&hub, "/v1/pair", &answer)
}
