//! `POST /v1/parcels`.

use super::call::{Phone, body, signed};
use crate::error::ApiError;
use crate::hub::Hub;
use crate::parcels;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use payung_domain::parcel::MOST_PARCEL_BYTES;
use std::sync::Arc;

/// A phone brings what another one has packed.
pub async fn parcels(
    State(hub): State<Arc<Hub>>,
    Phone(_carrier): Phone,
    sealed: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let sealed = body(sealed, MOST_PARCEL_BYTES)?;
    let owned = Arc::clone(&hub);
    let answer = hub.run(move |_| parcels::take(owned, &sealed)).await?;
    signed(&hub, "/v1/parcels", &answer)
}
