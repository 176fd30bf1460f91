//! `POST /v1/office`, `POST /v1/irregularities`: the two calls that anybody may make.

use super::MOST_PAIR_BYTES;
use super::call::{body, caller, check_opening, message, signed};
use crate::error::ApiError;
use crate::hub::Hub;
use crate::irregularities;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use payung_domain::irregularity::{MOST_SEALED_BYTES, OfficeRequest, OfficeResponse, VERSION};
use std::sync::Arc;

/// Somebody who need not say who they are, by the address that they call from; taken from its bucket before the body is read.
pub struct Stranger(String);

impl FromRequestParts<Arc<Hub>> for Stranger {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, ApiError> {
        let caller = caller(parts, hub);
        hub.allow(&hub.limits.strangers, &caller)?;
        Ok(Self(caller))
    }
}

/// Which office this is: its name, and the key that reports are sealed to.
pub async fn office(
    State(hub): State<Arc<Hub>>,
    _: Stranger,
    asked: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let OfficeRequest { version, nonce } = message(asked, MOST_PAIR_BYTES)?;
    check_opening(version, &nonce)?;
    let (hub_name, hub_key) = (hub.settings.name.clone(), hub.key.public_hex());
    signed(&hub, "/v1/office", &OfficeResponse { version: VERSION, nonce, hub_name, hub_key })
}

/// Takes a report.
pub async fn report(
    State(hub): State<Arc<Hub>>,
    Stranger(caller): Stranger,
    sealed: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let sealed = body(sealed, MOST_SEALED_BYTES)?;
    let answer = hub.run(move |hub| irregularities::take(hub, &sealed, &caller)).await?;
    signed(&hub, "/v1/irregularities", &answer)
}
