//! What a call says, read so that a malformed one is answered with a sentence and never with a failure.

use super::failure::Failure;
use super::staff::Staff;
use crate::hub::Hub;
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The fields of a posted form.
pub type Fields = BTreeMap<String, String>;

/// A form that was drawn for this very session. There is no other way for a handler to read one.
pub struct Posted(pub Fields);

impl FromRequest<Arc<Hub>> for Posted {
    type Rejection = Failure;
    async fn from_request(request: Request, hub: &Arc<Hub>) -> Result<Self, Failure> {
        let staff = request.extensions().get::<Staff>().cloned().ok_or(Failure::NoSession)?;
        let Unproved(fields) = Unproved::from_request(request, hub).await?;
        match staff.has_drawn(fields.get("csrf").map_or("", String::as_str)) {
            true => Ok(Self(fields)),
            false => Err(Failure::Csrf),
        }
    }
}

/// A form of somebody who has no session yet; the sign-in proves it in its own way.
pub struct Unproved(pub Fields);

impl FromRequest<Arc<Hub>> for Unproved {
    type Rejection = Failure;
    async fn from_request(request: Request, hub: &Arc<Hub>) -> Result<Self, Failure> {
        let read = Form::<Fields>::from_request(request, hub).await;
        read.map(|Form(fields)| Self(fields)).map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
            _ => Failure::Malformed,
        })
    }
}

/// The query of an address.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Hub>> for Asked<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Failure> {
        let read = Query::<T>::from_request_parts(parts, hub).await;
        read.map(|Query(query)| Self(query)).map_err(|_| Failure::Malformed)
    }
}

/// What stands in an address's place holders. Anything that can't be read leads nowhere.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Hub>> for Named<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, Failure> {
        let read = Path::<T>::from_request_parts(parts, hub).await;
        read.map(|Path(named)| Self(named)).map_err(|_| Failure::NotFound)
    }
}
