//! What calls of phones have in common: who calls, what they say, and the signature under the answer.

use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::limiter;
use crate::pairing;
use crate::store::device::Device;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use payung_domain::wire::{SIGNATURE_HEADER, VERSION};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// A nonce has no more characters.
const LONGEST_NONCE: usize = 128;

/// Where a call comes from, as rate limits count it.
pub fn caller(parts: &Parts, hub: &Hub) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    // Only the last entry is the proxy's own; whatever stands before it, the caller may have written.
    let forwarded = || {
        let text = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        text.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let address = hub.settings.is_behind_proxy.then(forwarded).flatten().or(peer);
    limiter::caller(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

/// The phone that calls, by its token; within its rate limit. As an extractor it comes before the body is read.
pub struct Phone(pub Device);

impl FromRequestParts<Arc<Hub>> for Phone {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or_else(ApiError::token_unknown)?;
        let device = hub.run(move |hub| pairing::authenticate(hub, &token)).await?;
        hub.allow(&hub.limits.device, &device.id)?;
        Ok(Self(device))
    }
}

fn token(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// A caller that may try a pairing code, taken from its bucket before the body is read.
pub struct Guesser(pub String);

impl FromRequestParts<Arc<Hub>> for Guesser {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, ApiError> {
        let caller = caller(parts, hub);
        hub.allow(&hub.limits.pair, &caller)?;
        Ok(Self(caller))
    }
}

/// A caller that asks for a worker's card, taken from its bucket before the body is read.
pub struct Opener(pub String);

impl FromRequestParts<Arc<Hub>> for Opener {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, ApiError> {
        let caller = caller(parts, hub);
        hub.allow(&hub.limits.card, &caller)?;
        Ok(Self(caller))
    }
}

/// Anybody who asks which cards were ended, taken from the address's bucket before the body is read.
pub struct Anybody;

impl FromRequestParts<Arc<Hub>> for Anybody {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, hub: &Arc<Hub>) -> Result<Self, ApiError> {
        hub.allow(&hub.limits.ended, &caller(parts, hub))?;
        Ok(Self)
    }
}

/// Reads a message. What serde says may quote the message, therefore only the place of the mistake is told.
pub fn message<T: DeserializeOwned>(bytes: Result<Bytes, BytesRejection>, most: usize) -> Result<T, ApiError> {
    let body = body(bytes, most)?;
    serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::bad_request(format!("not the message of this route: line {line}, column {column}"))
    })
}

/// What every message begins with: a version that is spoken here, and a nonce for the answer.
pub fn check_opening(version: u32, nonce: &str) -> Result<(), ApiError> {
    if version != VERSION {
        return Err(ApiError::version_unsupported(version));
    }
    check_length("nonce", nonce, LONGEST_NONCE)
}

/// Counts characters, as the description does.
pub fn check_length(what: &str, text: &str, most: usize) -> Result<(), ApiError> {
    if text.chars().count() > most {
        return Err(ApiError::bad_request(format!("the {what} is too long")));
    }
    Ok(())
}

/// The bytes of a body that is within its limit.
pub fn body(bytes: Result<Bytes, BytesRejection>, most: usize) -> Result<Bytes, ApiError> {
    bytes.map_err(|rejection| match rejection.status().as_u16() {
        413 => ApiError::too_large(most as u64),
        _ => ApiError::bad_request("the body could not be read"),
    })
}

/// The answer with the hub's signature over exactly its bytes.
pub fn signed(hub: &Hub, path: &str, message: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(message).map_err(|_| HubError::Corrupt("an answer"))?;
    let signature = HeaderValue::from_str(&hub.key.sign(path, &body)).map_err(|_| HubError::Corrupt("a signature"))?;
    let mut response = Body::from(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(SIGNATURE_HEADER, signature);
    Ok(response)
}

/// The HTTP form of a time, as `Upload-Expires` wants it.
pub fn http_date(milliseconds: i64) -> String {
    let time = crate::context::moment(milliseconds);
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
